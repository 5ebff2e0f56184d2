"""Sections at work: a paper is distributed, signed for, given a definite proposal, and sent up to the leaders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction

from luoshi.documents import roster, rules
from luoshi.documents.models import Assignment, Course, Incoming
from luoshi.documents.policies import is_section, require
from luoshi.documents.services import steps
from luoshi.documents.services.checks import funds_band, require_registered, require_taken
from luoshi.documents.services.consulting import differing
from luoshi.documents.services.incoming import HANDLING, READING, locked, office_body
from luoshi.documents.services.text import block
from luoshi.documents.states.incoming import ASSIGNMENT, INCOMING
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import line
from luoshi.ledger.models import Matter, door
from luoshi.organisation.models import Body, Person

COLLECT, WORK, LEGAL = "collect", "work", "legal"
MAYOR, EXECUTIVE = "mayor", "executive_vice_mayor"


@transaction.atomic
def paper_distribute(
    *,
    paper: Incoming,
    sections: Sequence[Body],
    collecting: Body | None = None,
    note: str,
    actor: Actor,
    at: dt.datetime,
    version: int | None = None,
) -> list[Assignment]:
    """Give a registered paper to one section or several, with the office's view of who is to do it.

    Several sections handle it each for its part; one of them collects, for the inside only.
    Errors: NotAllowed, Incomplete (not registered, a matter that the office does not take, no collecting section),
    WrongState.
    Source: smx-document-flow/8.2.2, smx-document-flow/8.2.3, smx-document-flow/14.1
    """
    fresh = locked(paper)
    require_taken(fresh, at)
    require_registered(fresh, at)
    chosen = list(dict.fromkeys(sections))
    if not chosen:
        raise Incomplete("请选择承办科室", field="sections")
    for one in chosen:
        _check_section(one)
    lead = chosen[0] if len(chosen) == 1 else collecting
    if lead is None or lead not in chosen:
        raise Incomplete("涉及两个以上科室的，请在其中指定一个汇总科室", field="collecting")
    said = line(note, field="note", label="分办意见", longest=300)
    facts: dict[str, Any] = {"sections": "one" if len(chosen) == 1 else "several", "section": lead.pk}
    data = {
        "sections": [one.pk for one in chosen],
        "names": [one.short_name for one in chosen],
        "note": said,
        "facts": facts,
    }
    ledger.act(matter=fresh.matter, action="distribute", actor=actor, at=at, data=data, version=version)
    if fresh.kind == READING:
        _convert(fresh, actor, at)
    return [_assign(fresh, one, COLLECT if one == lead else WORK, said, actor, at) for one in chosen]


def _convert(paper: Incoming, actor: Actor, at: dt.datetime) -> None:
    """A reading paper on which a leader asks for action becomes a handling paper; its clocks begin."""
    ledger.act(matter=paper.matter, action="convert", actor=actor, at=at, data={"facts": {"kind": HANDLING}})
    paper.kind = HANDLING
    with door():
        paper.save()


def _check_section(body: Body) -> None:
    if body.kind != Body.Kind.SECTION or not body.active:
        raise Incomplete(f"{body.short_name}不是政府办科室", field="sections")


def _assign(
    paper: Incoming, section: Body, role: str, note: str, actor: Actor, at: dt.datetime
) -> Assignment:
    facts = {"role": role, "urgent": paper.urgency != "routine", "due_set": paper.due_set}
    matter = ledger.matter_open(
        kind=ASSIGNMENT, title=paper.matter.title, body_id=section.pk, parent=paper.matter,
        secrecy=paper.matter.secrecy, actor=actor, at=at, facts={k: v for k, v in facts.items() if v is not None},
        data={"section": section.short_name, "note": note},
    )  # fmt: skip
    row = Assignment(
        matter=matter,
        jurisdiction=matter.jurisdiction,
        paper=paper,
        section=section,
        role=role,
        note=note,
        sent_at=at,
    )
    with door():
        row.save(force_insert=True)
    return row


def locked_assignment(row: Assignment) -> Assignment:
    """An assignment as it is now; its paper is locked first, then it."""
    paper = locked(row.paper_id)
    matter = ledger.lock(row.pk)
    fresh: Assignment = Assignment.objects.select_related("section").get(pk=row.pk)
    fresh.paper, fresh.matter = paper, matter
    return fresh


@transaction.atomic
def section_receive(*, assignment: Assignment, actor: Actor, at: dt.datetime) -> Assignment:
    """A section signs for a paper. Errors: NotAllowed, WrongState.

    Source: smx-document-flow/14.3
    """
    fresh = locked_assignment(assignment)
    ledger.act(matter=fresh.matter, action="receive", actor=actor, at=at)
    fresh.received_at, fresh.received_by = at, actor.name
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def section_done(
    *,
    assignment: Assignment,
    opinion: str,
    actor: Actor,
    at: dt.datetime,
    background: str = "",
    version: int | None = None,
) -> Assignment:
    """A section says what it proposes. The collecting section names the background and a definite proposal, after all
    others have spoken; a legal review says what the review found.

    Errors: NotAllowed, Incomplete (background, an empty phrase, others not done), WrongState.
    Source: smx-document-flow/8.3.2, smx-document-flow/15.3
    """
    fresh = locked_assignment(assignment)
    values = {"background": background.strip(), "opinion": opinion.strip()}
    if fresh.role == COLLECT:
        others = fresh.paper.assignments.exclude(pk=fresh.pk).exclude(role=LEGAL)
        have = {"section_received"} if fresh.received_at else set()
        if not others.exclude(matter__state="done").exists():
            have.add("others_done")
        rules.require_gate("documents.propose_gate", fresh.paper.matter.facts, have, at)
        rules.require_content("documents.proposal", values, at, definite=("opinion",))
    else:
        block(opinion, field="opinion", label="意见", longest=4000)
        if rules.bare(opinion, at):
            raise Incomplete("请写明具体意见", field="opinion")
    ledger.act(matter=fresh.matter, action="done", actor=actor, at=at, data=values, version=version)
    fresh.background, fresh.opinion = values["background"], values["opinion"]
    fresh.done_at, fresh.done_by = at, actor.name
    with door():
        fresh.save()
    if fresh.role == COLLECT:
        ledger.act(
            matter=fresh.paper.matter, action="propose", actor=actor, at=at, data={"opinion": fresh.opinion}
        )
    return fresh


@transaction.atomic
def legal_ask(*, paper: Incoming, question: str, actor: Actor, at: dt.datetime) -> Assignment:
    """Pass a paper that touches laws or policies to the legal office; it goes up only after its review.

    Errors: NotAllowed, Incomplete, WrongState (asked already).
    Source: smx-document-flow/8.3.3
    """
    fresh = locked(paper)
    require_collecting(fresh, actor)
    if fresh.assignments.filter(role=LEGAL).exists():
        raise WrongState("已转合法性审查", mend="请等待审查意见")
    said = line(question, field="question", label="需审查的问题", longest=300)
    office = office_body("legal", at)
    data = {"facts": {"law": True}, "section": office.short_name, "note": said}
    ledger.act(matter=fresh.matter, action="add_section", actor=actor, at=at, data=data)
    fresh.law = True
    with door():
        fresh.save()
    return _assign(fresh, office, LEGAL, said, actor, at)


@transaction.atomic
def paper_mark(
    *,
    paper: Incoming,
    major: bool,
    law: bool,
    doubtful: bool,
    three_major: bool,
    reason: str,
    actor: Actor,
    at: dt.datetime,
) -> Incoming:
    """Mark what a paper is: major, touching the law, a doubtful hard case, one of the 三重一大. Errors: NotAllowed, Incomplete.

    Source: smx-work-rules/42.1, smx-work-rules/60.2, xiping-work-rules/49.5
    """
    fresh = locked(paper)
    why = line(reason, field="reason", label="理由", longest=300)
    if fresh.assignments.filter(role=LEGAL).exists() and not law:
        raise Incomplete("已转合法性审查的，不能取消“涉及法律”", field="law")
    facts = {"major": major, "law": law, "doubtful": doubtful, "three_major": three_major}
    ledger.act(matter=fresh.matter, action="mark", actor=actor, at=at, data={"facts": facts, "reason": why})
    fresh.major, fresh.law = major, law
    with door():
        fresh.save()
    return fresh


def require_collecting(paper: Incoming, actor: Actor) -> None:
    """Whoever moves a paper on works in the section that has it: the collecting one, or the office that took it."""
    collecting = paper.assignments.filter(role=COLLECT).values_list("section_id", flat=True)
    allowed = is_section(actor, paper.matter) or actor.body_id in set(collecting)
    require(allowed, "办理这件公文", mend="请由承办科室办理")


@dataclass(frozen=True, slots=True)
class Way:
    """To whom a paper goes. leaders: the vice mayors; executive, mayor: it goes on to them.

    shortcut: past the secretary-general, with its basis in the rule and the case. only: for a coordinating body of the
    city, whom its paper is carried to: deputy | vice_mayor | "" (both). large_sum: of a request for money, that it is among
    the large sums. coordinated: what was settled with the other sections. deputy: who, where the division of work does
    not say. order, order_reason: see route_begin.
    """

    leaders: Sequence[Person] = ()
    deputy: Person | None = None
    executive: bool = False
    mayor: bool = False
    shortcut: str = ""
    coordinated: str = ""
    only: str = ""
    large_sum: bool = False
    order: str = ""
    order_reason: str = ""
    people: Mapping[str, Sequence[Person]] = field(default_factory=dict)


@transaction.atomic
def paper_send_up(
    *,
    paper: Incoming,
    way: Way,
    actor: Actor,
    at: dt.datetime,
    version: int | None = None,
) -> Course:
    """Send a handled paper up to the leaders: the deputy who assists, the secretary-general, the vice mayor in charge
    (each of several), and above only what is major or a doubtful hard case.

    Errors: NotAllowed, Incomplete (no proposal, no legal review, a level too high, a shortcut that is not allowed, …),
    WrongState.
    Source: smx-document-flow/8.3.1, smx-document-flow/8.3.3, smx-document-flow/8.4, smx-secretary-rules/1.3,
    smx-secretary-rules/2.3.1, smx-secretary-rules/2.3.2, smx-secretary-rules/2.3.3, smx-work-rules/42.1,
    smx-work-rules/59.1, smx-work-rules/60.2, xiping-work-rules/49.1
    """
    fresh = locked(paper)
    require_taken(fresh, at)
    require_registered(fresh, at)
    require_collecting(fresh, actor)
    facts, people = _way_facts(fresh, way, at)
    rules.require_gate("documents.send_up", facts, _ready(fresh, way), at)
    route_id = _route_of(fresh, facts, way, at)
    return _send(fresh, route_id, facts, people, way, actor, at, version)


def _route_of(paper: Incoming, facts: dict[str, Any], way: Way, at: dt.datetime) -> str:
    """Which way a paper goes: a coordinating body's own, that of money, or the usual one.

    Source: smx-document-flow/16.2, smx-document-flow/17.2, smx-document-flow/17.3, smx-document-flow/17.4,
    smx-document-flow/17.5
    """
    if paper.source == "coordination_city" and rules.known("documents.coordination_body", at):
        facts |= {"to_deputy": way.only != "vice_mayor", "to_deputy_only": way.only == "deputy"}
        return "documents.coordination_body"
    if paper.subject == "funds" and rules.known("documents.funds", at):
        applicant = paper.answers.get("applicant", "")
        rules.require_content(
            "documents.supplement",
            {"reference": paper.reference, "amount": paper.amount, "applicant": applicant},
            at,
        )
        amount = paper.amount or Decimal(0)
        facts |= {"funds_band": funds_band(amount, at), "applicant": applicant, "large_sum": way.large_sum}
        return "documents.funds"
    return "documents.approval"


def _way_facts(
    paper: Incoming, way: Way, at: dt.datetime
) -> tuple[dict[str, Any], dict[str, Sequence[Person]]]:
    """The facts by which a route chooses its stops, and the people named for them."""
    base = paper.matter.facts
    leaders = list(way.leaders)
    charged = roster.in_charge(paper.sender, at)
    if not leaders and charged is not None:
        leaders = [charged]
    level = rules.who("documents.final_level", base, at)
    to_top = way.mayor or way.executive
    several = len(leaders) > 1
    ask = {**base, "to_top": to_top, "leaders": "several" if several else "one"}
    shortcut_ok = bool(rules.who("documents.shortcut", ask, at).who)
    facts = {
        **base, "purpose": "approval", "to_mayor": way.mayor, "to_executive": way.executive, "to_top": to_top,
        "too_high": to_top and MAYOR not in level.who, "leaders": ask["leaders"],
        "shortcut": bool(way.shortcut.strip()), "shortcut_basis": way.shortcut.strip()[:200] or None,
        "shortcut_refused": bool(way.shortcut.strip()) and not shortcut_ok,
        "differences": differing(paper), "body": paper.sender_id, "section": base.get("section"),
    }  # fmt: skip
    people: dict[str, Sequence[Person]] = dict(way.people)
    if leaders:
        people.setdefault("vice_mayor", leaders)
        people.setdefault("coordinate", leaders)
        people.setdefault("consent", leaders)
    deputy = way.deputy or (roster.assistant(leaders[0], at) if leaders else None)
    if deputy is not None:
        people.setdefault("deputy", [deputy])
    return {key: value for key, value in facts.items() if value is not None}, people


def _ready(paper: Incoming, way: Way) -> set[str]:
    have = set()
    if paper.assignments.filter(role=COLLECT, matter__state="done").exists():
        have.add("proposal")
    if paper.assignments.filter(role=LEGAL, matter__state="done").exists():
        have.add("legal_reviewed")
    if way.coordinated.strip():
        have.add("coordinated")
    return have


def _send(
    fresh: Incoming, route_id: str, facts: dict[str, Any], people: Mapping[str, Sequence[Person]], way: Way, actor: Actor,
    at: dt.datetime, version: int | None,
) -> Course:  # fmt: skip
    data = {
        "route": route_id, "coordinated": way.coordinated.strip() or None, "shortcut": way.shortcut.strip() or None,
        "leaders": [one.pk for group in people.values() for one in group],
    }  # fmt: skip
    ledger.act(matter=fresh.matter, action="route", actor=actor, at=at, data=data, version=version)
    stops = {stop.key for stop in rules.route(route_id, at).steps_for(facts)}
    return steps.route_begin(
        paper=fresh.matter, route_id=route_id, facts=facts, actor=actor, at=at,
        people={key: group for key, group in people.items() if key in stops}, order=way.order,
        order_reason=way.order_reason,
    )  # fmt: skip


@transaction.atomic
def paper_send_first(*, paper: Incoming, way: Way, reason: str, actor: Actor, at: dt.datetime) -> Course:
    """Special urgency: send a paper up before it is registered. The registration is owed within a working day.

    Errors: NotAllowed, Incomplete (no reason, not urgent), WrongState.
    Source: smx-document-flow/14.2
    """
    fresh = locked(paper)
    require_taken(fresh, at)
    require_collecting(fresh, actor)
    if fresh.urgency == "routine":
        raise Incomplete(
            "只有特殊紧急的公文可以先行送批",
            mend="请先编号、登记并填附处理单",
            field="reason",
            cite=rules.gate("documents.handle", at).cite,
        )
    why = line(reason, field="reason", label="特殊紧急情况", longest=300)
    data = {"reason": why, "facts": {"sent_first": True}}
    ledger.act(matter=fresh.matter, action="send_first", actor=actor, at=at, data=data)
    facts, people = _way_facts(fresh, way, at)
    rules.require_gate("documents.send_up", facts, _ready(fresh, way), at)
    stops = {stop.key for stop in rules.route("documents.approval", at).steps_for(facts)}
    return steps.route_begin(
        paper=fresh.matter, route_id="documents.approval", facts=facts, actor=actor, at=at,
        people={key: group for key, group in people.items() if key in stops},
    )  # fmt: skip


@transaction.atomic
def reading_direct(*, paper: Incoming, actor: Actor, at: dt.datetime, version: int | None = None) -> Course:
    """Put a registered reading paper before the office's head, who says how it is to be dealt with.

    Errors: NotAllowed, Incomplete (not registered), WrongState.
    Source: smx-document-flow/7.2
    """
    fresh = _reading(paper, actor, at)
    facts = {**fresh.matter.facts, "purpose": "direction"}
    return _send(fresh, "documents.reading_direction", facts, {}, Way(), actor, at, version)


@transaction.atomic
def reading_circulate(
    *, paper: Incoming, leaders: Sequence[Person], actor: Actor, at: dt.datetime, version: int | None = None
) -> Course:
    """Send a reading paper round among the leaders whom the head's direction names, from the first in rank on.

    Errors: NotAllowed, Incomplete (no direction yet, nobody named), WrongState.
    Source: smx-document-flow/7.3
    """
    fresh = _reading(paper, actor, at)
    if not Course.objects.filter(
        paper_id=fresh.pk, route="documents.reading_direction", outcome="agreed"
    ).exists():
        cite = rules.route("documents.reading_direction", at).cite
        raise Incomplete(
            "办公室主任还没有批办", mend="请先送办公室主任提出批办意见", field="leaders", cite=cite
        )
    if not leaders:
        raise Incomplete("请按批办意见选择送阅的领导", field="leaders")
    facts = {**fresh.matter.facts, "purpose": "reading"}
    return _send(fresh, "documents.reading", facts, {"leaders": leaders}, Way(), actor, at, version)


def _reading(paper: Incoming, actor: Actor, at: dt.datetime) -> Incoming:
    fresh = locked(paper)
    require(actor.can("documents.reading"), "送阅", mend="请由机要科办理")
    if fresh.kind != READING:
        raise WrongState("这是办件，不走阅件流程", mend="请由秘书科分办")
    require_registered(fresh, at)
    return fresh


@transaction.atomic
def paper_recall(*, paper: Incoming, reason: str, actor: Actor, at: dt.datetime) -> Incoming:
    """Take a handling paper back from the leaders' desks to its section. Errors: NotAllowed, Incomplete, WrongState."""
    fresh = locked(paper)
    require_collecting(fresh, actor)
    steps.route_recall(paper=fresh.matter, reason=reason, actor=actor, at=at)
    action = "recall" if fresh.assignments.exists() else "recall_to_desk"
    ledger.act(matter=fresh.matter, action=action, actor=actor, at=at, data={"reason": reason.strip()})
    return fresh


def _decided(matter: Matter, course: Course, actor: Actor, at: dt.datetime) -> None:
    """A course of an incoming paper is over: what the leaders said is what holds."""
    from luoshi.documents.services.instructions import release_after

    data = {"outcome": course.outcome, "route": course.route}
    ledger.act(matter=matter, action="decide", actor=actor, at=at, data=data)
    release_after(course, actor, at)


def _came_back(matter: Matter, course: Course, reason: str, actor: Actor, at: dt.datetime) -> None:
    """A leader sent the paper back: the collecting section revises its proposal."""
    rows = list(Assignment.objects.filter(paper_id=matter.pk, role=COLLECT).select_related("matter"))
    action = "send_back" if rows else "back_to_desk"
    ledger.act(matter=matter, action=action, actor=actor, at=at, data={"reason": reason})
    for row in rows:
        ledger.act(matter=row.matter, action="reopen", actor=actor, at=at, data={"reason": reason})


def register_handlers() -> None:
    """Tell the step machine what follows for incoming papers; called once, when the app starts."""
    steps.on_finished(INCOMING, _decided)
    steps.on_sent_back(INCOMING, _came_back)


__all__ = [
    "Way",
    "legal_ask",
    "paper_distribute",
    "paper_mark",
    "paper_recall",
    "paper_send_first",
    "paper_send_up",
    "reading_circulate",
    "reading_direct",
    "section_done",
    "section_receive",
]
