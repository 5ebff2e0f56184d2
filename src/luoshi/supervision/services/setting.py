"""Setting a task: one lead, any number of assisting bodies, a deadline, somebody who answers for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from luoshi.agenda import selectors as agenda
from luoshi.engines.authority import decide
from luoshi.ledger import rules as books
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import locked
from luoshi.ledger.models import Matter, Secrecy, door
from luoshi.organisation.models import Body, Person
from luoshi.organisation.selectors import body_by_name, holders_on, local_day
from luoshi.supervision import rules, states
from luoshi.supervision.models import Campaign, Part, Task
from luoshi.supervision.policies import may_set, require
from luoshi.supervision.services.shared import (
    ask_open,
    block,
    due_of,
    line,
    local_text,
    people_of,
    save,
    seat,
    tell,
)

COMPLETE = "supervision.complete"


@transaction.atomic
def task_set(
    *,
    title: str,
    content: str,
    lead: Body | str,
    setter_body: Body | None,
    due_on: dt.date | dt.datetime | None,
    source: Matter | None,
    source_kind: str,
    actor: Actor,
    at: dt.datetime,
    assisting: Sequence[Body | str] = (),
    reference: str = "",
    facts: Mapping[str, Any] | None = None,
    setter_person: Person | None = None,
    section: Body | None = None,
    leader: Person | None = None,
    report_every: str = "",
    important: bool = False,
    campaign: Campaign | None = None,
    position: int | None = None,
    secrecy: str | None = None,
) -> Task:
    """Set a task (立项交办): exactly one lead, assisting bodies with a clock each, one leader who answers for it.

    lead, assisting: bodies, or a printed name that belongs to none (flagged until somebody names the body).
    due_on: what the source says (a day ends with its business hours); without one the rulebook's own time holds,
    and for the sources of which it asks one, the task is refused. setter_person: the leader who set it and alone
    closes it; else the people of setter_body do. section: the section that handles the source; whether it or the
    supervision office urges, the rulebook says by the source (facts["meeting_kind"] too). leader: the vice mayor
    who answers; left out it is the one in charge of the bodies, and where several are, the mayor is asked to name
    one. report_every: how often progress is due. secrecy: the source's own where none is given. A caller with a
    source of its own has checked its own right.
    Errors: Incomplete naming the field, NotAllowed, Refusal (gate supervision.set).
    Source: smx-work-rules/22.1, smx-work-rules/42.3, smx-meeting-organisation/7.1, smx-secretary-rules/2.1.p4.3
    """
    require(may_set(actor) or source is not None, "立项交办")
    kind = rules.chosen("supervision.source", source_kind, at, field="source_kind")
    every = rules.chosen(
        "supervision.report_every",
        report_every or rules.choice("supervision.report_every", at).default,
        at,
        field="report_every",
    )
    name = line(title, field="title", label="事项", longest=300)
    said = block(content, field="content", label="工作要求")
    bodies = _bodies(lead, assisting)
    due = rules.moment(due_on)
    _check_due(kind, due, at)
    given = dict(facts or {})
    overseer = _overseer(kind, given, section or _section(setter_body), at)
    kept = secrecy if secrecy is not None else (source.secrecy if source is not None else Secrecy.NONE)
    setter = setter_body or overseer
    helpers = [one for one in bodies[1:] if isinstance(one, Body)]
    known = [one for one in bodies if isinstance(one, Body)]
    answers, is_open = (
        _leader(known, leader, important, kind, at) if isinstance(bodies[0], Body) else (leader, False)
    )
    given |= {
        "source_kind": kind,
        "report_every": every,
        "assisted": len(bodies) > 1,
        "parts": [one.pk for one in helpers],
        "important": important,
        "setter_body": setter.pk if setter else None,
        "setter_person": setter_person.pk if setter_person else None,
        "overseer": overseer.pk if overseer else None,
        "leader": answers.pk if answers else None,
        "due_set": due.isoformat() if due else None,
    }
    first = bodies[0]
    placed = isinstance(first, Body)
    matter = ledger.matter_open(
        kind=states.TASK if placed else states.UNPLACED,
        number=f"DB{ledger.number_next('supervision.task', at)}",
        title=name,
        body_id=first.pk if isinstance(first, Body) else (overseer.pk if overseer else None),
        secrecy=kept,
        actor=actor,
        at=at,
        facts={key: value for key, value in given.items() if value is not None},
        data={"reference": reference, "lead": str(first), "source": source.pk if source else None},
    )
    task = Task(
        matter=matter,
        jurisdiction=matter.jurisdiction,
        body=first if isinstance(first, Body) else None,
        lead_name=_name(first),
        content=said,
        source=source,
        source_kind=kind,
        reference=line(reference, field="reference", label="依据", longest=200, required=False),
        setter_body=setter,
        setter_person=setter_person,
        overseer=overseer,
        leader=answers,
        leader_open=is_open,
        first_responsible=_first_responsible(first, at),
        campaign=campaign,
        position=position,
        report_every=every,
        important=important,
        set_at=at,
        due_at=due_of(matter, COMPLETE) if placed else due,
    )
    with door():
        task.save(force_insert=True)
    for one in bodies[1:]:
        _part(task, one, actor, at)
    if is_open:
        _ask_leader(task, actor, at)
    if isinstance(first, Body):
        _tell_lead(task, first, at)
    return task


def _name(body: Body | str) -> str:
    return body.short_name if isinstance(body, Body) else body


def _bodies(lead: Body | str, assisting: Sequence[Body | str]) -> list[Body | str]:
    """The lead first, then the others, each once."""
    if isinstance(lead, str) and not lead.strip():
        raise Incomplete("请指定一个牵头单位", field="lead", cite=("smx-work-rules/42.3",))
    found: list[Body | str] = []
    for one in (lead, *assisting):
        clean = line(one, field="assisting", label="配合单位", longest=100) if isinstance(one, str) else one
        if clean in found:
            raise Incomplete(
                f"{_name(clean)}重复了", mend="每个单位只列一次，牵头单位不再列为配合", field="assisting"
            )
        if isinstance(clean, Body) and not clean.active:
            raise Incomplete(f"{clean.short_name}已撤销", mend="请另选单位", field="lead")
        found.append(clean)
    return found


def _check_due(kind: str, due: dt.datetime | None, at: dt.datetime) -> None:
    rules.passed("supervision.set", {"source_kind": kind}, {"due"} if due else set(), at)
    if due is not None and due <= at:
        raise Incomplete("办结时限须晚于交办时间", field="due_on")


def _section(setter: Body | None) -> Body | None:
    """The section that set it, where one did."""
    return setter if setter is not None and setter.kind == Body.Kind.SECTION else None


def _overseer(kind: str, facts: Mapping[str, Any], section: Body | None, at: dt.datetime) -> Body | None:
    """The supervision office, or the section that handles the source, as the rulebook says."""
    rule = books.current().authority("supervision.overseer", local_day(at))
    decision = decide(rule, {**facts, "source_kind": kind}, on=local_day(at))
    return section if section is not None and "section_clerk" in decision.who else seat("office", at)


def _leader(
    bodies: Sequence[Body], named: Person | None, important: bool, source_kind: str, at: dt.datetime
) -> tuple[Person | None, bool]:
    """Who answers for it, and whether the mayor has yet to name one.

    Source: smx-major-decisions/4.4.1.1
    """
    if named is not None:
        return named, False
    day = local_day(at)
    offices = rules.roles_for("supervision.leader", {}, at)
    charged = [agenda.in_charge_of(body, day=day) for body in bodies]
    people = [one.person if one is not None and one.office in offices else None for one in charged]
    several = {person.pk for person in people if person is not None}
    facts = {
        "overlap": len(several) > 1,
        "nobody": not several,
        "important": important,
        "source_kind": source_kind,
    }
    if "mayor" in rules.roles_for("supervision.leader", facts, at):
        return None, True
    return next((person for person in people if person is not None), None), False


def _first_responsible(lead: Body | str, at: dt.datetime) -> str:
    """The principal of the lead body answers first for it."""
    if isinstance(lead, str):
        return ""
    post = rules.setting("supervision.first_responsible", at)["post"]
    return "、".join(person.name for person in holders_on(lead, local_day(at), str(post)))[:80]


def _ask_leader(task: Task, actor: Actor, at: dt.datetime) -> None:
    mayors = agenda.holders("mayor", day=local_day(at))
    government = seat("government", at)
    ask_open(
        subject=task.matter,
        kind="leader",
        text="分工涉及两名以上副市长或属重点工作，请明确一名牵头",
        body_id=government.pk if government else None,
        person_id=mayors[0].pk if mayors else None,
        actor=actor,
        at=at,
    )


def _part(task: Task, body: Body | str, actor: Actor, at: dt.datetime) -> Part:
    """An assisting body's own matter and clock; only its printed name while the register does not know it."""
    if isinstance(body, str) or task.body_id is None:
        part = Part(task=task, name=_name(body))
        with door():
            part.save(force_insert=True)
        return part
    due = part_due(task.due_at, at, body_id=body.pk)
    matter = part_matter(task, body, due, actor, at)
    part = Part(
        task=task,
        matter=matter,
        body=body,
        name=body.short_name,
        due_at=due_of(matter, "supervision.part_reply"),
    )
    with door():
        part.save(force_insert=True)
    _tell_part(part, at)
    return part


def part_matter(task: Task, body: Body, due: dt.datetime | None, actor: Actor, at: dt.datetime) -> Matter:
    """Open an assisting body's matter under the task's."""
    facts = task.matter.facts
    given = {
        "lead": task.body_id,
        "setter_body": facts.get("setter_body"),
        "setter_person": facts.get("setter_person"),
        "overseer": facts.get("overseer"),
        "due_set": due.isoformat() if due else None,
    }
    return ledger.matter_open(
        kind=states.PART,
        title=f"配合：{task.matter.title}",
        body_id=body.pk,
        parent=task.matter,
        secrecy=task.matter.secrecy,
        actor=actor,
        at=at,
        facts={key: value for key, value in given.items() if value is not None},
        data={"lead": task.lead_name},
    )


def part_due(due: dt.datetime | None, at: dt.datetime, *, body_id: int | None) -> dt.datetime | None:
    """When an assisting body owes the lead its part: some of its working days before the whole, but after now."""
    if due is None:
        return None
    work = rules.worktime_for(body_id)
    days = int(rules.setting("supervision.parts", at)["working_days_before"])
    place, left = work.number(local_day(due)), days
    while left > 0:
        place -= 1
        left -= work.day(place).working
    earlier = work.close(place)
    return earlier if earlier is not None and earlier > at else due


def _tell_lead(task: Task, body: Body, at: dt.datetime) -> None:
    tell(
        notice="supervision.set_sms", matter=task.matter, body=body, people=people_of(body, at), key="set", at=at,
        slots={"unit": body.short_name, "due": local_text(task.due_at)},
    )  # fmt: skip


def _tell_part(part: Part, at: dt.datetime) -> None:
    if part.body is not None and part.matter is not None:
        tell(
            notice="supervision.part_sms", matter=part.matter, body=part.body, people=people_of(part.body, at),
            key="set", at=at, slots={"unit": part.task.lead_name, "due": local_text(part.due_at)},
        )  # fmt: skip


@transaction.atomic
def part_name(*, part: Part, body: Body, actor: Actor, at: dt.datetime) -> Part:
    """Say which body a printed name of an assisting body means; its matter and clock begin now.

    Errors: NotAllowed, WrongState (known already), Incomplete (takes part already).
    """
    task, matter = locked(part.task)
    fresh = Part.objects.get(pk=part.pk)
    if fresh.body_id is not None:
        raise WrongState("这个单位已经明确", mend="请刷新页面")
    if body.pk == task.body_id or task.parts.filter(body=body).exists():
        raise Incomplete(f"{body.short_name}已在牵头或配合单位之列", field="body")
    if matter.kind == states.UNPLACED:
        raise WrongState("请先明确牵头单位", mend="牵头单位明确后再明确配合单位")
    parts = [*matter.facts.get("parts", []), body.pk]
    ledger.act(
        matter=matter, action="name_body", actor=actor, at=at,
        data={"name": fresh.name, "body": body.pk, "facts": {"parts": parts}},
    )  # fmt: skip
    task.matter = matter
    due = part_due(task.due_at, at, body_id=body.pk)
    save(fresh, body=body, matter=part_matter(task, body, due, actor, at), due_at=due)
    fresh.task = task
    _tell_part(fresh, at)
    return fresh


@transaction.atomic
def task_place(*, task: Task, body: Body, actor: Actor, at: dt.datetime) -> Task:
    """Say which body the printed name of a lead means: a task of that body takes the place of the flagged one.

    Errors: NotAllowed, WrongState (placed already), Incomplete (the body assists already).
    """
    fresh, matter = locked(task)
    if any(body_by_name(part.name) == body for part in fresh.parts.all()):
        raise Incomplete(f"{body.short_name}已列为配合单位", field="body")
    ledger.act(
        matter=matter, action="place", actor=actor, at=at, data={"name": fresh.lead_name, "body": body.pk}
    )
    campaign, position = fresh.campaign, fresh.position
    save(fresh, campaign=None, position=None)
    due = fresh.due_at
    made = task_set(
        title=matter.title,
        content=fresh.content,
        lead=body,
        assisting=[body_by_name(part.name) or part.name for part in fresh.parts.all()],
        setter_body=fresh.setter_body,
        setter_person=fresh.setter_person,
        section=fresh.overseer,
        due_on=due if due is None or due > at else None,
        source=fresh.source or matter,
        source_kind=fresh.source_kind,
        reference=fresh.reference,
        facts={key: value for key, value in matter.facts.items() if key in {"meeting_kind", "class"}},
        leader=fresh.leader,
        report_every=fresh.report_every,
        important=fresh.important,
        campaign=campaign,
        position=position,
        secrecy=matter.secrecy,
        actor=actor,
        at=at,
    )
    save(fresh, replaced_by=made)
    return made
