"""A topic is proposed, prepared by who proposes it, put up for review, or taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO

from django.db import transaction

from luoshi.agenda.selectors import in_charge_of, leader_of
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor, ActorKind
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.models import Attachment, Matter, Secrecy, door
from luoshi.meetings import rules_sessions, states_topics
from luoshi.meetings.models import Scheme, Topic
from luoshi.meetings.policies_topics import may_propose, require
from luoshi.meetings.selectors.ready import PURPOSES, facts_of, require_ready
from luoshi.meetings.services.checks_sessions import block, line
from luoshi.meetings.services.checks_topics import (
    locked_topic,
    owed_by,
    require_category,
    steps_of,
)
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import local_day

TEXTS = {"brief": "内容概要", "research": "调研情况"}
LINES = {
    "category_reason": "列入兜底类别的理由",
    "urgent_reason": "紧急事由",
    "public_attendees": "邀请各界列席",
}
FLAGS = ("scheme", "major", "normative", "adhoc")
CHOSEN = ("subject", "reserved", "theme")
MARKS = ("major", "normative", "scheme")
"""Marks that an upper function may set, but that nobody takes away from a topic that came from there."""


def _points(points: Iterable[str]) -> list[str]:
    return [said for one in points if (said := " ".join(one.split()))]


def _values(given: Mapping[str, Any], day: dt.date) -> dict[str, Any]:
    """The fields of a topic that its proposer fills in, each checked. Errors: Incomplete naming the field."""
    values: dict[str, Any] = {
        key: block(given[key], field=key, label=label, required=False)
        for key, label in TEXTS.items()
        if key in given
    }
    values |= {
        key: line(given[key], field=key, label=label, required=False)
        for key, label in LINES.items()
        if key in given
    }
    values |= {key: bool(given[key]) for key in FLAGS if key in given}
    if "points" in given:
        values["points"] = _points(given["points"])
    if "studied_in" in given:
        values["studied_in"] = given["studied_in"]
    return values | _chosen(given, day)


def _chosen(given: Mapping[str, Any], day: dt.date) -> dict[str, str]:
    for key in CHOSEN:
        if given.get(key) and given[key] not in rules_sessions.choice(f"meetings.{key}", day).values:
            raise Incomplete(f"没有“{given[key]}”这一项", field=key)
    return {key: given[key] for key in CHOSEN if key in given}


def _entitled(kind: str, actor: Actor, day: dt.date) -> bool:
    """Whether the actor may put something to this kind of meeting: some are open to their own members only.

    Source: smx-secretary-rules/2.1.p4.1
    """
    offices = rules_sessions.setting("meetings.topics", day).get("proposers", {}).get(kind)
    if offices is None or actor.kind is ActorKind.SYSTEM:
        return True
    leader = leader_of(actor.person_id, day=day)
    return leader is not None and leader.office in offices


@transaction.atomic
def topic_propose(
    *,
    title: str,
    kind: str,
    category: str,
    body: Body,
    actor: Actor,
    at: dt.datetime,
    source: Matter | None = None,
    facts: Mapping[str, Any] | None = None,
    secrecy: str = Secrecy.NONE,
    **given: Any,
) -> Topic:
    """Propose a topic for a kind of meeting, under one of its categories; it stays with its proposer until put up.

    source: the matter that it comes from (a decision, a document). facts: marks that an upper function knows (major,
    normative, scheme). given: brief, research, points, subject, theme, scheme, major, normative, adhoc, urgent_reason,
    category_reason, studied_in, public_attendees.
    Errors: NotAllowed (for another body), Incomplete (title, kind, category).
    """
    day = local_day(at)
    allowed = may_propose(actor) and actor.body_id in (None, body.pk)
    require(allowed, "为其他单位提出议题")
    require_category(kind, category, day)
    if source is not None and source.secrecy and not secrecy:
        secrecy = source.secrecy
    marks = {key: True for key in MARKS if (facts or {}).get(key)}
    values = {**_values(given, day), **marks}
    leader = in_charge_of(body, day=day)
    matter = ledger.matter_open(
        kind=states_topics.TOPIC,
        title=line(title, field="title", label="议题名称", longest=200),
        body_id=body.pk,
        secrecy=secrecy,
        actor=actor,
        at=at,
        facts={**(facts or {}), "kind": kind, "proposer_entitled": _entitled(kind, actor, day)},
        data={"category": category},
    )
    with door():
        topic: Topic = Topic.objects.create(
            matter=matter,
            jurisdiction=matter.jurisdiction,
            body=body,
            kind=kind,
            category=category,
            leader=leader.person if leader else None,
            source=source,
            **values,
        )
    return topic


@transaction.atomic
def topic_edit(
    *,
    topic: Topic,
    actor: Actor,
    at: dt.datetime,
    title: str,
    kind: str,
    category: str,
    version: int | None = None,
    **given: Any,
) -> Topic:
    """Change a topic before it is put up, or after it was sent back. Errors: WrongState, NotAllowed, Incomplete."""
    fresh, matter = locked_topic(topic)
    day = local_day(at)
    require_category(kind, category, day)
    values = _values(given, day)
    for key in MARKS:
        if matter.facts.get(key):
            values[key] = True
    entitled = _entitled(kind, actor, day)
    ledger.act(
        matter=matter, action="edit", actor=actor, at=at, version=version,
        data={"facts": {"kind": kind, "proposer_entitled": entitled}},
        changes={"title": line(title, field="title", label="议题名称", longest=200)},
    )  # fmt: skip
    fresh.kind, fresh.category = kind, category
    for key, value in values.items():
        setattr(fresh, key, value)
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def schemes_set(
    *, topic: Topic, schemes: Sequence[Mapping[str, str]], actor: Actor, at: dt.datetime
) -> Topic:
    """Write down the schemes that are compared: title, text, advantages, drawbacks of each.

    Errors: WrongState, NotAllowed, Incomplete. Source: smx-meeting-organisation/3.5, smx-executive-meeting/4.3.4
    """
    fresh, matter = locked_topic(topic)
    rows = [
        Scheme(
            topic=fresh,
            position=number,
            title=line(
                one.get("title", ""), field=f"scheme{number}", label=f"方案{number}的名称", longest=120
            ),
            text=block(one.get("text", ""), field=f"scheme{number}", label=f"方案{number}的内容"),
            advantages=block(one.get("advantages", ""), field=f"scheme{number}", label="利", required=False),
            drawbacks=block(one.get("drawbacks", ""), field=f"scheme{number}", label="弊", required=False),
        )
        for number, one in enumerate(schemes, start=1)
    ]
    ledger.act(
        matter=matter, action="edit", actor=actor, at=at, data={"schemes": [row.title for row in rows]}
    )
    with door():
        fresh.schemes.all().delete()
        Scheme.objects.bulk_create(rows)
    return fresh


@transaction.atomic
def topic_attach(
    *, topic: Topic, file: BinaryIO, name: str, purpose: str, actor: Actor, at: dt.datetime
) -> Attachment:
    """Attach a paper; its purpose says for which demand it stands (文件待审稿, 征求意见情况, 法制审查意见, 参阅材料 …).

    Errors: WrongState, NotAllowed, Incomplete (purpose, type of file).
    """
    fresh, matter = locked_topic(topic)
    what = line(purpose, field="purpose", label="附件用途", longest=60)
    ledger.act(matter=matter, action="attach", actor=actor, at=at, data={"name": name, "what": what})
    return ledger.attachment_add(matter=fresh.matter, file=file, name=name, purpose=what, actor=actor, at=at)


def purposes() -> tuple[str, ...]:
    """What an attachment may be for, the papers that rules ask for first."""
    return (*PURPOSES.values(), "起草说明", "风险评估", "专家论证", "参阅材料")


@transaction.atomic
def topic_submit(*, topic: Topic, actor: Actor, at: dt.datetime, version: int | None = None) -> Topic:
    """Put a topic up for review, once all that is asked before is there; it goes to its first stop.

    Errors: Incomplete naming all that is missing with the clauses, WrongState, NotAllowed.
    Source: smx-meeting-organisation/3.2, smx-meeting-organisation/3.4, smx-executive-meeting/4.3.2
    """
    fresh, matter = locked_topic(topic)
    day = local_day(at)
    require_category(fresh.kind, fresh.category, day)
    entitled = _entitled(fresh.kind, actor, day) or bool(matter.facts.get("proposer_entitled"))
    require_ready("meetings.topic_submit", fresh, "报审", at=at, have=("proposer",) if entitled else ())
    facts = facts_of(fresh, at=at)
    stops = steps_of("meetings.topic_review", facts, day)
    leader = in_charge_of(fresh.body, day=day)
    fresh.leader = leader.person if leader else None
    fresh.stop = stops[0]
    fresh.kind_opinion = fresh.kind_opinion_by = ""
    begun = {f"passed_{stop}": False for stop in stops}
    owed = next_owed(fresh, stops[0], facts, at=at)
    ledger.act(
        matter=matter, action="submit", actor=actor, at=at, version=version,
        data={"stop": stops[0], "facts": {**begun, **owed}},
    )  # fmt: skip
    with door():
        fresh.save()
    return fresh


def next_owed(topic: Topic, stop: str, facts: Mapping[str, Any], *, at: dt.datetime) -> dict[str, Any]:
    """The fact `person` for a stop: who reviews, or who determines at the last one."""
    if stop.startswith("determine"):
        return owed_by("meetings.determine", facts, at=at, body=topic.body)
    return owed_by("meetings.topic_step", {**facts, "step": stop}, at=at, body=topic.body)


@transaction.atomic
def topic_withdraw(*, topic: Topic, reason: str, actor: Actor, at: dt.datetime) -> Topic:
    """Take a topic back before it is on an agenda; open consultations and papers fall with it.

    Errors: WrongState (it stands on an agenda: it has to be taken off there first), NotAllowed, Incomplete.
    """
    fresh, matter = locked_topic(topic)
    said = line(reason, field="reason", label="撤回理由")
    ledger.act(matter=matter, action="withdraw", actor=actor, at=at, data={"reason": said})
    for child in Matter.objects.filter(parent=matter, closed_at__isnull=True):
        ledger.act(matter=child, action="cancel", actor=actor, at=at, data={"reason": "议题已撤回"})
    return fresh
