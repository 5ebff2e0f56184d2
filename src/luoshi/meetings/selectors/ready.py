"""How a topic stands: the facts that rules ask about, what is there already, and what a gate still misses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from luoshi.agenda.selectors import away, delegated, holders
from luoshi.engines.rulebook import Gate
from luoshi.engines.rulebook.flow import Need
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.models import Attachment
from luoshi.ledger.once import once
from luoshi.ledger.together import fetch
from luoshi.meetings import hooks, rules_sessions
from luoshi.meetings.models import Consultation, Material, Scheme, Topic
from luoshi.organisation.models import Person
from luoshi.organisation.selectors import local_day

PURPOSES = {"draft": "文件待审稿", "opinions": "征求意见情况", "legality": "法制审查意见"}
"""Needs that an attachment of the topic satisfies, by its purpose."""


def count(text: str) -> int:
    """The length of a text as the limits of meeting papers count it: characters with punctuation, without white space."""
    return len("".join(text.split()))


@dataclass(frozen=True, slots=True)
class Ready:
    """What a gate asks of a topic: all that is asked, what is missing, what is missing in principle only."""

    gate: Gate | None
    asked: tuple[Need, ...]
    missing: tuple[Need, ...]
    advised: tuple[Need, ...]

    @property
    def open(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


@dataclass(frozen=True, slots=True)
class Dossier:
    """What was gathered for a topic: answers of others, schemes, meeting papers, and for what files are attached."""

    consultations: list[Consultation]
    schemes: list[Scheme]
    material: Material | None
    purposes: frozenset[str]


@once
def dossier_of(topic: Topic) -> Dossier:
    """The dossier of a topic. One query."""
    return dossiers_of([topic])[topic.pk]


def dossiers_of(topics: Sequence[Topic]) -> dict[int, Dossier]:
    """The dossiers of several topics, by id. One query."""
    asked = Consultation.objects.filter(topic__in=topics).exclude(matter__state="cancelled")
    asked = asked.select_related("matter", "body").order_by("pk")
    schemes = Scheme.objects.filter(topic__in=topics)
    materials = Material.objects.filter(topic__in=topics).select_related("matter")
    files = Attachment.objects.filter(
        Q(matter__in=[one.pk for one in topics]) | Q(matter__in=materials.values("pk"))
    )
    purposes = files.values_list("matter_id", "purpose").distinct()
    fetch(asked, schemes, materials, purposes)
    papers = {one.topic_id: one for one in materials}
    return {
        topic.pk: Dossier(
            [one for one in asked if one.topic_id == topic.pk],
            [one for one in schemes if one.topic_id == topic.pk],
            paper := papers.get(topic.pk),
            frozenset(what for pk, what in purposes if pk == topic.pk or (paper and pk == paper.pk)),
        )
        for topic in topics
    }


def consultations_of(topic: Topic) -> list[Consultation]:
    """The consultations of a topic that were not cancelled, in the order in which they were asked for."""
    return dossier_of(topic).consultations


def material_of(topic: Topic) -> Material | None:
    """The meeting papers of a topic; None before they were asked for."""
    return dossier_of(topic).material


def head_away(at: dt.datetime) -> bool:
    """Whether the head of the government is away."""
    heads = {person.pk for person in holders(rules_sessions.HEAD, day=local_day(at))}
    return bool(heads & away(at))


def commissioned(topic: Topic, person: Person | None, *, at: dt.datetime) -> bool:
    """Whether somebody (anybody, when None) holds a written commission to determine topics like this one."""
    facts = {"kind": topic.kind}
    return delegated("meetings.determine", facts, at=at, to=person) is not None


def facts_of(topic: Topic, *, at: dt.datetime) -> dict[str, Any]:
    """What rules may ask of a topic, with what upper functions know of it; a mark once set is not unsaid.

    kind, category, treatment; major, normative, scheme, adhoc; special: of a field in which consultation is asked for;
    reserved: for certain
    meetings only; shared: others' business too; differs: a unit disagrees; catch_all: of the category for everything else.
    """
    day = local_day(at)
    asked = consultations_of(topic)
    kind = rules_sessions.setting("meetings.topics", day)
    own = {
        "kind": topic.kind,
        "category": topic.category,
        "treatment": topic.treatment,
        "major": topic.major,
        "normative": topic.normative or topic.category in kind["normative"].get(topic.kind, ()),
        "scheme": topic.scheme,
        "adhoc": topic.adhoc,
        "special": bool(topic.subject),
        "reserved": bool(topic.reserved),
        "shared": bool(asked),
        "differs": any(one.reply == Consultation.Reply.DISAGREE for one in asked),
        "catch_all": kind["catch_all"].get(topic.kind) == topic.category,
    }
    others = hooks.standing(topic, at=at).facts
    merged = {**own, **others}
    for key in ("major", "normative", "scheme"):
        merged[key] = bool(own[key] or others.get(key))
    return merged


def have_of(topic: Topic, *, at: dt.datetime) -> frozenset[str]:
    """The keys of the needs that stand, with those that upper functions see satisfied."""
    facts = topic.matter.facts
    found = {
        "brief": bool(topic.brief),
        "research": bool(topic.research),
        "points": bool(topic.points),
        "proposer": bool(facts.get("proposer_entitled")),
        "proposal": bool(topic.proposal),
        "inclination": bool(topic.inclination),
        "large_settled": topic.disagreement != Topic.Disagreement.LARGE,
        "kind_opinion": bool(topic.kind_opinion) and topic.kind_opinion == topic.kind,
        "lead": bool(facts.get("passed_lead")),
        "category_reason": bool(topic.category_reason),
        "studied": _studied(topic, local_day(at)),
        "determined": topic.determined_at is not None,
        "kept": topic.kept_at is not None,
        "attending": topic.attending_given,
        "treatment": bool(topic.treatment),
        "consent": bool(topic.chair_consent),
        "urgent": bool(topic.urgent_reason),
        "reserved_meeting": topic.kind
        in rules_sessions.setting("meetings.topics", local_day(at)).get("reserved_kinds", ()),
        "right_meeting": _right_meeting(topic, local_day(at)),
    }
    have = {key for key, stands in found.items() if stands}
    have |= _consulted(topic) | _compared(topic, local_day(at)) | _papers(topic)
    return frozenset(have | hooks.standing(topic, at=at).have)


def _studied(topic: Topic, day: dt.date) -> bool:
    """Whether the meeting that must study it first has done so, under the category for that.

    Source: smx-executive-meeting/2.7, smx-work-rules/53.7
    """
    wanted = rules_sessions.setting("meetings.topics", day).get("studied_by", {}).get(topic.kind)
    before = topic.studied_in
    return (
        wanted is not None
        and before is not None
        and before.matter.state == "concluded"
        and before.kind == wanted["kind"]
        and wanted["category"] in ("", before.category)
    )


def _right_meeting(topic: Topic, day: dt.date) -> bool:
    like = rules_sessions.setting("meetings.topics", day)["normative"]
    return topic.category in like.get(topic.kind, ())


def _consulted(topic: Topic) -> set[str]:
    """What stands of the consultation: an answer that is not signed and sealed is none.

    Source: smx-meeting-organisation/3.2, smx-meeting-organisation/3.3
    """
    asked = consultations_of(topic)
    against = [one for one in asked if one.reply == Consultation.Reply.DISAGREE]
    found = set()
    if asked:
        found.add("partner")
    if asked and all(one.signed_at is not None and one.sealed for one in asked):
        found.add("consulted")
    if all(one.discussed for one in against):
        found.add("discussed")
    if all(one.grounds and one.own_grounds for one in against):
        found.add("both_grounds")
    return found


def _compared(topic: Topic, day: dt.date) -> set[str]:
    """Whether enough schemes stand side by side, each with what speaks for and against it."""
    least = rules_sessions.setting("meetings.topics", day)["schemes_min"]
    schemes = dossier_of(topic).schemes
    found = set()
    if len(schemes) >= least:
        found.add("schemes")
    if schemes and all(one.advantages.strip() and one.drawbacks.strip() for one in schemes):
        found.add("pros_and_cons")
    return found


def _papers(topic: Topic) -> set[str]:
    dossier = dossier_of(topic)
    material = dossier.material
    found = {key for key, purpose in PURPOSES.items() if purpose in dossier.purposes}
    if material is not None and material.matter.state == "approved":
        found.add("material")
    if material is not None and material.explanation:
        found.add("explanation")
    if material is not None and material.advance_at is not None:
        found.add("advance")
    return found


def ready_of(
    gate_id: str,
    topic: Topic,
    *,
    at: dt.datetime,
    facts: Mapping[str, Any] | None = None,
    have: Collection[str] = (),
) -> Ready:
    """What a gate asks of a topic now; nothing where the rulebook has no such gate. facts, have: on top of its own."""
    gate = rules_sessions.gate(gate_id, local_day(at))
    if gate is None:
        return Ready(None, (), (), ())
    known = {**facts_of(topic, at=at), **(facts or {})}
    stands = have_of(topic, at=at) | frozenset(have)
    return Ready(gate, gate.asked(known), gate.missing(known, stands), gate.advised(known, stands))


def require_ready(
    gate_id: str,
    topic: Topic,
    doing: str,
    *,
    at: dt.datetime,
    facts: Mapping[str, Any] | None = None,
    have: Collection[str] = (),
) -> None:
    """Refuse a step on a topic for which something is missing. Errors: Incomplete naming what, how to mend it, the clause."""
    refuse_missing(ready_of(gate_id, topic, at=at, facts=facts, have=have), doing)


def refuse_missing(ready: Ready, doing: str) -> None:
    """Errors: Incomplete where something is missing: all of it in one sentence, the first one's way to mend it."""
    if ready.open:
        return
    titles = "、".join(need.title for need in ready.missing)
    cite = tuple(dict.fromkeys(clause for need in ready.missing for clause in need.cite))
    own = ready.gate.cite if ready.gate else ()
    mends = "；".join(dict.fromkeys(need.mend for need in ready.missing if need.mend))
    raise Incomplete(f"不能{doing}，还缺：{titles}", mend=mends, cite=cite or own, field=ready.missing[0].key)
