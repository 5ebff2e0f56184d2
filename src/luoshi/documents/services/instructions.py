"""Leaders' instructions: given on a step, passed on the same day with a copy, carried out before the paper goes on up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from luoshi.documents import rules
from luoshi.documents.models import Assignment, Course, Incoming, Instruction, Step, Transfer
from luoshi.documents.policies import is_section, require
from luoshi.documents.services import steps
from luoshi.documents.services.incoming import counts_from, locked
from luoshi.documents.services.sections import COLLECT, require_collecting
from luoshi.documents.services.text import block
from luoshi.documents.states.incoming import INCOMING, INSTRUCTION, TRANSFER
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.models import Matter, door
from luoshi.organisation.models import Body
from luoshi.supervision import services as supervision

SOLE, LEAD, ASSIST = "sole", "lead", "assist"
HANDLE, OPINIONS, KNOW = "handle", "opinions", "know"
PARALLEL, AFTER = "parallel", "after"


@dataclass(frozen=True, slots=True)
class Order:
    """An instruction: its words, what is asked (documents.instruction_manner), the units in the order in which it names
    them, the lead where it names one. follow: it is to be supervised. moment: for papers in circulation, whether the copy
    goes out at once or afterwards. due_set: by when it asks for an answer."""

    text: str
    bodies: Sequence[Body]
    manner: str = HANDLE
    lead: Body | None = None
    follow: bool = False
    moment: str = PARALLEL
    due_set: dt.datetime | None = None


def _given(matter: Matter, step: Step, order: Any, actor: Actor, at: dt.datetime) -> None:
    """Take an instruction that a leader wrote on a step."""
    paper = Incoming.objects.get(pk=matter.pk)
    text = block(order.text, field="instruction", label="批示内容", longest=2000)
    bodies = list(dict.fromkeys(order.bodies))
    _check(order, bodies, at)
    collecting = Assignment.objects.filter(paper=paper, role=COLLECT).select_related("section").first()
    section_id = collecting.section_id if collecting is not None else matter.body_id
    purpose = step.course.facts.get("purpose", "")
    moment = order.moment if purpose == "reading" else PARALLEL
    child = ledger.matter_open(
        kind=INSTRUCTION, title=f"{step.title}批示：{matter.title}", body_id=section_id, parent=matter,
        secrecy=matter.secrecy, actor=actor, at=at, data={"moment": moment, "text": text},
        facts={"moment": moment, "manner": order.manner, "purpose": purpose, "counts_from": counts_from(at)},
    )  # fmt: skip
    row = Instruction(
        matter=child, jurisdiction=child.jurisdiction, paper=paper, step=step, leader=step.person, text=text,
        manner=order.manner, bodies=[one.pk for one in bodies], lead=order.lead, follow=order.follow, moment=moment,
        due_set=order.due_set, given_at=at,
    )  # fmt: skip
    with door():
        row.save(force_insert=True)


def _check(order: Order, bodies: Sequence[Body], at: dt.datetime) -> None:
    rules.require_choice("documents.instruction_manner", order.manner, at, field="manner", label="要求")
    rules.require_choice("documents.instruction_moment", order.moment, at, field="moment", label="转办时机")
    if not bodies:
        raise Incomplete("请按批示的顺序选择单位", field="bodies")
    if order.lead is not None and order.lead not in bodies:
        raise Incomplete("牵头单位应在批示的单位之中", field="lead")
    if order.due_set is not None and order.due_set <= at:
        raise Incomplete("要求的时限须晚于现在", field="due_set")


def waits(matter: Matter, course: Course) -> bool:
    """Whether instructions given on this course still have to be carried out by units."""
    rows = Instruction.objects.filter(step__course=course).exclude(manner=KNOW)
    return bool(rows.exclude(matter__state="carried_out").exists())


def locked_instruction(row: Instruction) -> Instruction:
    """An instruction as it is now; its paper is locked first, then it."""
    paper = locked(row.paper_id)
    matter = ledger.lock(row.pk)
    fresh: Instruction = Instruction.objects.select_related("step__course", "lead", "leader").get(pk=row.pk)
    fresh.paper, fresh.matter = paper, matter
    return fresh


def roles_of(bodies: Sequence[Body], lead: Body | None) -> list[tuple[Body, str]]:
    """Which unit replies and which assist: one alone; of several the named lead, else the first named.

    Source: smx-document-flow/28.1, smx-document-flow/28.2, smx-document-flow/28.3
    """
    if len(bodies) == 1:
        return [(bodies[0], SOLE)]
    first = lead or bodies[0]
    return [(one, LEAD if one == first else ASSIST) for one in bodies]


@transaction.atomic
def instruction_pass_on(
    *, instruction: Instruction, actor: Actor, at: dt.datetime, version: int | None = None
) -> list[Transfer]:
    """Pass a copy of an instruction to the units that it names; one that is to be supervised becomes a task as well.

    Errors: NotAllowed (another section's), WrongState (passed on already; to be passed on after the circulation).
    Source: smx-document-flow/7.4.1, smx-document-flow/7.4.2, smx-document-flow/8.5.1, smx-document-flow/10.2
    """
    fresh = locked_instruction(instruction)
    require(
        is_section(actor, fresh.matter) or actor.can("documents.register"),
        "转办这件批示",
        mend="请由承办科室转办",
    )
    if fresh.moment == AFTER and fresh.step.course.finished_at is None:
        raise WrongState(
            "这件批示要求传阅完毕后再办",
            mend="请待传阅完毕",
            cite=rules.choice("documents.instruction_moment", at).cite,
        )
    ordered = Body.objects.in_bulk(fresh.bodies)
    bodies = [ordered[pk] for pk in fresh.bodies]
    names = [one.short_name for one in bodies]
    ledger.act(
        matter=fresh.matter,
        action="pass_on",
        actor=actor,
        at=at,
        data={"units": fresh.bodies, "names": names},
        version=version,
    )
    fresh.passed_at = at
    with door():
        fresh.save()
    pairs = [(one, SOLE) for one in bodies] if fresh.manner == KNOW else roles_of(bodies, fresh.lead)
    made = [
        open_transfer(
            paper=fresh.paper, instruction=fresh, body=body, role=role, purpose=fresh.manner, text=fresh.text,
            due_set=fresh.due_set, actor=actor, at=at,
        )
        for body, role in pairs
    ]  # fmt: skip
    if fresh.follow:
        _follow(fresh, pairs, actor, at)
    if fresh.manner == KNOW:
        ledger.act(matter=fresh.matter, action="carry_out", actor=actor, at=at)
    return made


def _follow(
    instruction: Instruction, pairs: Sequence[tuple[Body, str]], actor: Actor, at: dt.datetime
) -> None:
    """Have an instruction followed up: a task of the supervision that the section sets."""
    lead = next(body for body, role in pairs if role != ASSIST)
    supervision.task_set(
        title=f"领导批示：{instruction.paper.matter.title}"[:200],
        content=instruction.text,
        lead=lead,
        assisting=tuple(body for body, _ in pairs if body != lead),
        setter_body=Body.objects.filter(pk=instruction.matter.body_id or 0).first(),
        due_on=instruction.due_set,
        source=instruction.paper.matter,
        source_kind="instruction",
        reference=instruction.paper.matter.number or "",
        actor=actor,
        at=at,
    )


def open_transfer(
    *, paper: Incoming, instruction: Instruction | None, body: Body, role: str, purpose: str, text: str,
    due_set: dt.datetime | None, actor: Actor, at: dt.datetime,
) -> Transfer:  # fmt: skip
    """Pass a paper to one unit, with its own clock. Errors: Incomplete (a section, a body that is closed)."""
    if body.kind == Body.Kind.SECTION or not body.active:
        raise Incomplete(
            f"{body.short_name}不能承办转办件", mend="请选择县（市、区）、部门或单位", field="bodies"
        )
    facts: dict[str, Any] = {"purpose": purpose, "role": role, "sent_at": at}
    if due_set is not None:
        facts["due_set"] = due_set
    matter = ledger.matter_open(
        kind=TRANSFER, title=paper.matter.title, body_id=body.pk, parent=paper.matter, secrecy=paper.matter.secrecy,
        actor=actor, at=at, facts=facts, data={"unit": body.short_name, "text": text},
    )  # fmt: skip
    row = Transfer(
        matter=matter, jurisdiction=matter.jurisdiction, paper=paper, instruction=instruction, body=body, role=role,
        purpose=purpose, text=text, due_set=due_set, sent_at=at,
    )  # fmt: skip
    with door():
        row.save(force_insert=True)
    return row


@transaction.atomic
def paper_ask_units(
    *,
    paper: Incoming,
    bodies: Sequence[Body],
    text: str,
    actor: Actor,
    at: dt.datetime,
    lead: Body | None = None,
    due_set: dt.datetime | None = None,
) -> list[Transfer]:
    """Ask units for their opinions on a paper while it is handled; the paper's own clock runs on and names who is waited for.

    Errors: NotAllowed, Incomplete, WrongState (not in hand).
    """
    fresh = locked(paper)
    require_collecting(fresh, actor)
    if fresh.matter.state not in ("registered", "distributed", "routing", "decided"):
        raise ledger.wrong_state(fresh.matter, "propose")
    said = block(text, field="text", label="征求意见的内容", longest=2000)
    chosen = list(dict.fromkeys(bodies))
    if not chosen:
        raise Incomplete("请选择单位", field="bodies")
    if lead is not None and lead not in chosen:
        raise Incomplete("牵头单位应在所选单位之中", field="lead")
    if due_set is not None and due_set <= at:
        raise Incomplete("要求的时限须晚于现在", field="due_set")
    return [
        open_transfer(
            paper=fresh, instruction=None, body=body, role=role, purpose=OPINIONS, text=said, due_set=due_set,
            actor=actor, at=at,
        )
        for body, role in roles_of(chosen, lead)
    ]  # fmt: skip


@transaction.atomic
def transfer_again(*, transfer: Transfer, to: Body, actor: Actor, at: dt.datetime) -> Transfer:
    """Pass what a unit gave back as not its own to another unit. Errors: NotAllowed, Incomplete, WrongState."""
    paper = locked(transfer.paper_id)
    fresh = Transfer.objects.select_related("matter", "instruction").get(pk=transfer.pk)
    require_collecting(paper, actor)
    if fresh.matter.state != "returned":
        raise WrongState("只有单位退回的可以改转", mend="请刷新页面")
    if paper.transfers.filter(body=to).exclude(matter__state="returned").exists():
        raise Incomplete(f"{to.short_name}已在承办", field="to")
    return open_transfer(
        paper=paper, instruction=fresh.instruction, body=to, role=fresh.role, purpose=fresh.purpose, text=fresh.text,
        due_set=fresh.due_set if fresh.due_set and fresh.due_set > at else None, actor=actor, at=at,
    )  # fmt: skip


def settle(instruction: Instruction | None, actor: Actor, at: dt.datetime) -> None:
    """Where all that had to be answered is answered, the instruction is carried out and the paper goes on.

    Source: smx-document-flow/10.1
    """
    if instruction is None:
        return
    fresh = locked_instruction(instruction)
    owed = fresh.transfers.exclude(role=ASSIST).exclude(matter__state="returned")
    if fresh.matter.state != "passed" or not owed.exists():
        return
    if owed.exclude(matter__state__in=["accepted", "known"]).exists():
        return
    ledger.act(matter=fresh.matter, action="carry_out", actor=actor, at=at)
    course = fresh.step.course
    steps.advance(course=course, actor=actor, at=at)


def release_after(course: Course, actor: Actor, at: dt.datetime) -> None:
    """The circulation is over: instructions that were to wait for it are now to be passed on, the same day."""
    for row in Instruction.objects.filter(step__course=course, moment=AFTER, matter__state="given"):
        ledger.act(
            matter=ledger.lock(row.pk),
            action="release",
            actor=actor,
            at=at,
            data={"counts_from": counts_from(at)},
        )


def register_handlers() -> None:
    """Tell the step machine about instructions; called once, when the app starts."""
    steps.on_instruction(INCOMING, _given)
    steps.on_hold(INCOMING, waits)


__all__ = ["Order", "instruction_pass_on", "paper_ask_units", "transfer_again"]
