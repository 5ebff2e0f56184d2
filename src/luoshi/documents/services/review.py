"""From the section's first review to the deputies' reading: checked, sent back, or passed on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from luoshi.agenda import selectors as agenda
from luoshi.documents import rules
from luoshi.documents.models import Outgoing
from luoshi.documents.services.outgoing import (
    begin,
    desk,
    errand_open,
    errands_close,
    locked,
    mark,
    save,
)
from luoshi.documents.standing import facts_of, require_gate, standing
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed
from luoshi.ledger.inputs import line
from luoshi.ledger.models import Matter
from luoshi.organisation.models import Person
from luoshi.organisation.selectors import local_day

READERS = {"assisting": "核稿（分管副秘书长）", "documents": "核稿（审核副秘书长）"}


def _ticked(gate_id: str, paper: Outgoing, points: Mapping[str, Any], at: dt.datetime) -> None:
    """Refuse a check of which a point does not stand. Errors: Incomplete naming it, with advice and clause."""
    ticked = {key for key, value in points.items() if value is True}
    require_gate(gate_id, facts_of(paper), ticked, at)


@transaction.atomic
def draft_accept(
    *, paper: Outgoing, points: Mapping[str, Any], actor: Actor, at: dt.datetime, opinion: str = ""
) -> Outgoing:
    """The section's first review: a basis, lawful content, the departments concerned asked.

    points: basis, lawful, consulted, each true when it stands. Nobody may still be asked who has not answered.
    Errors: NotAllowed (another section), Incomplete naming the point, WrongState.
    Source: smx-document-flow/20.1.1, smx-document-flow/20.1.2, smx-document-flow/20.1.3, smx-document-flow/20.1.4
    """
    fresh, matter = locked(paper)
    begin(matter, "accept", actor)
    stand = standing(fresh, at=at)
    require_gate("documents.submit", stand.facts, stand.have, at)
    waiting = (
        fresh.countersigns.filter(answered_at__isnull=True).exclude(view="deemed").select_related("body")
    )
    if waiting:
        names = "、".join(row.body.short_name for row in waiting)
        raise Incomplete(f"{names}还没有回复", mend="请等候回复，或退回起草单位协商", field="consulted")
    _ticked("documents.first_review", fresh, points, at)
    said = line(opinion, field="opinion", label="意见", longest=500, required=False)
    ledger.act(
        matter=matter, action="accept", actor=actor, at=at, data={"opinion": said, "points": dict(points)}
    )
    mark(fresh, "first_review", actor=actor, at=at, text=said, points=dict(points))
    errands_close(fresh, "first_review", actor=actor, at=at)
    errand_open(fresh, "fill_slip", actor=actor, at=at, title="填附呈批签", body=matter.body)
    return fresh


@transaction.atomic
def draft_return(*, paper: Outgoing, reason: str, actor: Actor, at: dt.datetime) -> Outgoing:
    """The section sends a draft back to those who drafted it, with the reason. Errors: Incomplete, NotAllowed, WrongState."""
    fresh, matter = locked(paper)
    why = line(reason, field="reason", label="退文理由", longest=500)
    ledger.act(matter=matter, action="return", actor=actor, at=at, data={"reason": why})
    errands_close(fresh, actor=actor, at=at, void=True)
    errand_open(fresh, "draft", actor=actor, at=at, title="修改代拟稿", body=fresh.drafted_by)
    return fresh


@transaction.atomic
def slip_fill(*, paper: Outgoing, basis: str, section_head: str, actor: Actor, at: dt.datetime) -> Outgoing:
    """Fill in the slip by which the paper goes up: its basis, and the name of the section's head.

    A normative document needs the legal office's review first and then the executive meeting, in this order.
    Errors: NotAllowed, Incomplete naming the field or what is missing, WrongState.
    Source: smx-document-flow/20.1.6
    """
    fresh, matter = locked(paper)
    begin(matter, "fill_slip", actor)
    fresh.basis = line(basis, field="basis", label="发文依据", longest=500, required=False)
    fresh.section_head = line(
        section_head, field="section_head", label="科室负责人姓名", longest=40, required=False
    )
    rules.require_content("documents.slip", {"basis": fresh.basis, "section_head": fresh.section_head}, at)
    stand = standing(fresh, at=at)
    require_gate("documents.slip_gate", stand.facts, stand.have, at)
    data = {"basis": fresh.basis, "name": fresh.section_head, "edition": fresh.edition}
    ledger.act(matter=matter, action="fill_slip", actor=actor, at=at, data=data)
    mark(fresh, "slip", actor=actor, at=at, text=fresh.basis)
    save(fresh)
    errands_close(fresh, "fill_slip", actor=actor, at=at)
    errand_open(fresh, "check", actor=actor, at=at, title="综合把关", body=desk(fresh, at))
    return fresh


@transaction.atomic
def check_pass(
    *, paper: Outgoing, points: Mapping[str, Any], actor: Actor, at: dt.datetime, opinion: str = ""
) -> Outgoing:
    """The secretariat's check of genre, layout, rules, countersignatures and annexes; then two deputies read the paper.

    Errors: NotAllowed, Incomplete naming the point that does not stand (raise it with the section), WrongState.
    Source: smx-document-flow/20.2.1, smx-document-flow/20.2.3, smx-document-flow/20.2.4
    """
    fresh, matter = locked(paper)
    begin(matter, "pass_check", actor)
    _ticked("documents.check", fresh, points, at)
    said = line(opinion, field="opinion", label="意见", longest=500, required=False)
    ledger.act(
        matter=matter, action="pass_check", actor=actor, at=at, data={"opinion": said, "points": dict(points)}
    )
    mark(fresh, "check", actor=actor, at=at, text=said, points=dict(points))
    errands_close(fresh, "check", actor=actor, at=at)
    asked = rules.gate("documents.present", at).asked(facts_of(fresh))
    readers = readers_of(fresh, at)
    for need in asked:
        errand_open(
            fresh, need.key, actor=actor, at=at, title=READERS[need.key], person=readers.get(need.key)
        )
    if not asked:
        _forward(fresh, matter, actor, at)
    return fresh


def readers_of(paper: Outgoing, at: dt.datetime) -> dict[str, Person]:
    """Which deputy reads as the one who assists the leader in charge, and which as the one responsible for papers.

    The one for papers is the deputy with the rulebook's place in the ranking, else any other than the first.
    Source: smx-document-flow/20.3.1
    """
    day = local_day(at)
    deputies = agenda.holders("deputy_secretary_general", day=day)
    if not deputies:
        return {}
    leader = agenda.in_charge_of(paper.drafted_by, day=day)
    assistant = agenda.assistant_of(leader, day=day) if leader is not None else None
    first = assistant.person if assistant is not None else deputies[0]
    code = str(rules.setting("documents.readers", at)["documents"])
    place = int(rules.setting("documents.readers", at)["place"])
    chosen = agenda.holders(code, day=day)
    second = chosen[min(place, len(chosen)) - 1] if chosen else first
    asked = {need.key for need in rules.gate("documents.present", at).asked(facts_of(paper))}
    return {key: who for key, who in (("assisting", first), ("documents", second)) if key in asked}


@transaction.atomic
def problem_raise(*, paper: Outgoing, reason: str, actor: Actor, at: dt.datetime) -> Outgoing:
    """A problem found by the secretariat or a reader goes back to the section, which settles it.

    Errors: NotAllowed, Incomplete, WrongState.
    Source: smx-document-flow/20.2.7
    """
    fresh, matter = locked(paper)
    why = line(reason, field="reason", label="存在的问题", longest=500)
    action = {"proofing": "raise_proof", "presenting": "raise_present"}.get(matter.state, "raise")
    if action == "raise_present" and not actor.has_role("secretary_general"):
        raise NotAllowed("这一步由秘书长办理", mend="请报秘书长")
    ledger.act(matter=matter, action=action, actor=actor, at=at, data={"reason": why})
    errands_close(fresh, actor=actor, at=at, void=True)
    errand_open(fresh, "fill_slip", actor=actor, at=at, title="协商修改后重新填签", body=matter.body)
    return fresh


@transaction.atomic
def proof_read(*, paper: Outgoing, opinion: str, actor: Actor, at: dt.datetime) -> Outgoing:
    """A deputy secretary-general reads the paper and agrees; once both have, it goes to the secretary-general.

    One person in both parts does both at once. Errors: NotAllowed (not one of the two), Incomplete (no opinion), WrongState.
    Source: smx-document-flow/20.3.1, smx-secretary-rules/1.2
    """
    fresh, matter = locked(paper)
    begin(matter, "proof_read", actor)
    readers = readers_of(fresh, at)
    away = agenda.away(at)
    parts = [key for key, person in readers.items() if _reads_for(actor, person, away, at)]
    if not parts:
        names = "、".join(dict.fromkeys(person.name for person in readers.values()))
        cite = tuple(one for need in rules.gate("documents.present", at).needs for one in need.cite)
        raise NotAllowed(f"这件公文由{names}核稿", mend="请由其核稿", cite=tuple(dict.fromkeys(cite)))
    said = line(opinion, field="opinion", label="核稿意见", longest=500)
    done = {one.part for one in fresh.marks.filter(edition=fresh.edition, part__in=parts)}
    left = [part for part in parts if part not in done]
    if not left:
        raise Incomplete("您已经核稿", mend="请等候另一位核稿", field="opinion")
    for part in left:
        ledger.act(
            matter=matter, action="proof_read", actor=actor, at=at, data={"opinion": said, "part": part}
        )
        mark(fresh, part, actor=actor, at=at, text=said)
        errands_close(fresh, part, actor=actor, at=at)
    stand = standing(fresh, at=at)
    if not rules.missing("documents.present", stand.facts, stand.have, at):
        _forward(fresh, matter, actor, at)
    return fresh


def _reads_for(actor: Actor, person: Person, away: set[int], at: dt.datetime) -> bool:
    """The person, or the AB partner of one who is away."""
    if actor.person_id == person.pk:
        return True
    if person.pk not in away:
        return False
    leader = agenda.leader_of(person.pk, day=local_day(at))
    partner = agenda.partner_of(leader, day=local_day(at)) if leader is not None else None
    stands_in = partner.person_id if partner is not None else None
    others = [
        one.pk for one in agenda.holders("deputy_secretary_general", day=local_day(at)) if one.pk not in away
    ]
    return actor.person_id == stands_in or (stands_in is None and actor.person_id in others)


def _forward(paper: Outgoing, matter: Matter, actor: Actor, at: dt.datetime) -> None:
    ledger.act(matter=matter, action="forward", actor=_able(actor), at=at)
    found = agenda.signing("documents.present_opinion", facts_of(paper), at=at)
    for one in found.people[:1]:
        errand_open(paper, "present", actor=actor, at=at, title="签署呈批意见", person=one.person)


def _able(actor: Actor) -> Actor:
    """The step follows from the one before; it is recorded as the system's where the actor could not take it alone."""
    from luoshi.ledger.actors import SYSTEM

    return actor if actor.can("documents.approve") else SYSTEM
