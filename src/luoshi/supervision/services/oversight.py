"""Inspections of how decisions are made, letters from the people, the register of who supervises the government."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from luoshi.agenda import selectors as agenda
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed
from luoshi.ledger.inputs import locked
from luoshi.ledger.models import door
from luoshi.organisation.models import Body, Person, Post
from luoshi.organisation.models.base import in_force
from luoshi.organisation.selectors import local_day
from luoshi.supervision import rules, states
from luoshi.supervision.models import Ask, Entry, Inspection, Letter, Task
from luoshi.supervision.policies import may_inspect, may_manage, may_set, require
from luoshi.supervision.services.setting import task_set
from luoshi.supervision.services.shared import ask_open, block, line, save, seat


@transaction.atomic
def inspection_order(*, task: Task, text: str, until: dt.date, actor: Actor, at: dt.datetime) -> Ask:
    """A leader or the secretary-general has a task inspected, and says by when the result is reported.

    Errors: Incomplete (text, until), NotAllowed, WrongState (one waits).
    Source: smx-secretary-rules/1.6.2
    """
    fresh, matter = locked(task)
    require(actor.can("supervision.read_all") and may_set(actor), "布置督查")
    said = block(text, field="text", label="督查要求")
    end = rules.moment(until)
    if end is None or end <= at:
        raise Incomplete("反馈时限须晚于现在", field="until")
    ledger.act(matter=matter, action="order_inspection", actor=actor, at=at, data={"text": said, "by": end})
    return ask_open(
        subject=matter, kind="inspection", text=said, body_id=fresh.overseer_id, person_id=None, actor=actor, at=at,
        until=end, due=end,
    )  # fmt: skip


@transaction.atomic
def inspection_record(
    *,
    title: str,
    by_kind: str,
    day: dt.date,
    bodies: str,
    text: str,
    actor: Actor,
    at: dt.datetime,
    problems: str = "",
    advice: str = "",
) -> Inspection:
    """Enter an inspection of how decisions are made or carried out; where it found problems, with what to mend.

    The next executive meeting is to hear of it. Errors: Incomplete naming the field, NotAllowed.
    Source: smx-major-decisions/5.1.3, smx-major-decisions/5.1.6
    """
    require(may_inspect(actor), "登记监督检查")
    who = rules.chosen("supervision.inspector", by_kind, at, field="by_kind")
    if (who == "office") is not may_manage(actor):
        raise NotAllowed(
            "检查机关与您的单位不符", mend="办公室的检查由督查室登记，监察、审计的检查由其本单位登记"
        )
    if day > local_day(at):
        raise Incomplete("检查日期不能晚于今天", field="day")
    found = block(problems, field="problems", label="发现的问题", required=False)
    mend = block(advice, field="advice", label="整改建议", required=bool(found))
    matter = ledger.matter_open(
        kind=states.INSPECTION, number=f"JC{ledger.number_next('supervision.inspection', at)}",
        title=line(title, field="title", label="检查事项", longest=200), body_id=actor.body_id, actor=actor, at=at,
        facts={"by_kind": who}, data={"problems": found, "advice": mend},
    )  # fmt: skip
    row = Inspection(
        matter=matter, jurisdiction=matter.jurisdiction, by_kind=who, day=day,
        bodies=block(bodies, field="bodies", label="被检查单位", longest=1000),
        text=block(text, field="text", label="检查情况"), problems=found, advice=mend, by=actor.name,
    )  # fmt: skip
    with door():
        row.save(force_insert=True)
    return row


@transaction.atomic
def inspection_report(
    *, inspection: Inspection, meeting: str, day: dt.date, actor: Actor, at: dt.datetime
) -> Inspection:
    """The executive meeting has heard of an inspection. Errors: Incomplete (before the inspection), NotAllowed, WrongState.

    Source: smx-major-decisions/5.1.4
    """
    fresh, matter = locked(inspection)
    where = line(meeting, field="meeting", label="会议", longest=200)
    if day < fresh.day or day > local_day(at):
        raise Incomplete("通报日期须在检查之后、今天之前", field="day")
    ledger.act(
        matter=matter, action="report", actor=actor, at=at, data={"name": where, "on": day.isoformat()}
    )
    save(fresh, reported_to=where, reported_on=day)
    return fresh


@transaction.atomic
def letter_register(
    *,
    kind: str,
    title: str,
    from_whom: str,
    received_on: dt.date,
    text: str,
    important: bool,
    actor: Actor,
    at: dt.datetime,
) -> Letter:
    """Register a letter or visit; the office says whether it is important. Errors: Incomplete, NotAllowed."""
    require(may_set(actor), "登记来信来访")
    if received_on > local_day(at):
        raise Incomplete("收到日期不能晚于今天", field="received_on")
    office = seat("office", at)
    matter = ledger.matter_open(
        kind=states.LETTER, number=f"LX{ledger.number_next('supervision.letter', at)}",
        title=line(title, field="title", label="主题", longest=200), body_id=actor.body_id, actor=actor, at=at,
        facts={"important": important, "overseer": office.pk if office else None, "setter_body": actor.body_id},
    )  # fmt: skip
    row = Letter(
        matter=matter, jurisdiction=matter.jurisdiction, received_on=received_on, important=important,
        kind=rules.chosen("supervision.letter_kind", kind, at, field="kind"),
        from_whom=line(from_whom, field="from_whom", label="来信来访人", longest=60),
        text=block(text, field="text", label="主要内容"),
    )  # fmt: skip
    with door():
        row.save(force_insert=True)
    return row


@transaction.atomic
def letter_refer(*, letter: Letter, leader: Person, actor: Actor, at: dt.datetime) -> Letter:
    """An important letter goes to a leader at once, who is to read it in person: mayor, vice mayor, head of a department.

    Errors: Incomplete (nobody whose part it is), NotAllowed, WrongState.
    Source: smx-secretary-rules/1.9.2, smx-work-rules/50.1
    """
    fresh, matter = locked(letter)
    readers = set(rules.setting("supervision.letters", at)["readers"])
    day = local_day(at)
    offices = set(agenda.offices_of(leader.pk, day=day))
    if Post.objects.filter(in_force(day), person=leader, kind=Post.Kind.PRINCIPAL_LEADER).exists():
        offices.add("unit_principal")
    if not offices & readers:
        raise Incomplete(
            "重要来信由市长、副市长或部门负责人阅批", field="leader", cite=("smx-work-rules/50.1",)
        )
    if not fresh.important:
        raise Incomplete("只有认定为重要的来信来访才呈领导阅批", mend="请直接归口交办", field="leader")
    ledger.act(
        matter=matter, action="refer", actor=actor, at=at,
        data={"name": leader.name, "person": leader.pk, "facts": {"person": leader.pk}},
    )  # fmt: skip
    save(fresh, leader=leader)
    return fresh


@transaction.atomic
def letter_read(*, letter: Letter, opinion: str, actor: Actor, at: dt.datetime) -> Letter:
    """The leader reads it and says what is to be done, in person: nobody enters it for another.

    Errors: Incomplete (opinion), NotAllowed (anybody else), WrongState.
    Source: smx-work-rules/50.1
    """
    fresh, matter = locked(letter)
    require(
        actor.person_id is not None and actor.person_id == fresh.leader_id, "代领导阅批",
        cite=("smx-work-rules/50.1",), mend="重要群众来信由领导本人阅批，不得由他人代录",
    )  # fmt: skip
    said = block(opinion, field="opinion", label="阅批意见", longest=2000)
    ledger.act(matter=matter, action="read", actor=actor, at=at, data={"opinion": said})
    save(fresh, opinion=said, read_at=at)
    return fresh


@transaction.atomic
def letter_route(
    *, letter: Letter, level: str, body: Body, actor: Actor, at: dt.datetime, due_on: dt.date | None = None
) -> Letter:
    """A letter goes to the body in charge of its subject at the grade that answers for it, as a task of its own.

    An important one only after a leader has read it. Errors: Incomplete, NotAllowed, WrongState.
    Source: smx-secretary-rules/1.9.1, xiping-work-rules/36.3
    """
    fresh, matter = locked(letter)
    grade = rules.chosen("supervision.letter_level", level, at, field="level")
    if (grade == "county") is not (body.kind in {Body.Kind.COUNTY, Body.Kind.COMMITTEE}):
        raise Incomplete("办理层级与单位不符", mend="县级办理的交县（市、区），其余交归口部门", field="level")
    if fresh.important and fresh.read_at is None:
        raise Incomplete(
            "重要来信来访须先呈领导阅批", field="body", cite=rules.cite("setting", "supervision.letters", at)
        )
    ledger.act(matter=matter, action="route", actor=actor, at=at, data={"level": grade, "body": body.pk})
    office = Body.objects.filter(pk=actor.body_id or 0).first()
    task = task_set(
        title=matter.title, content=fresh.text + (f"\n领导阅批：{fresh.opinion}" if fresh.opinion else ""), lead=body,
        setter_body=office, due_on=due_on, source=matter, source_kind="letter", important=False, actor=actor, at=at,
    )  # fmt: skip
    save(fresh, level=grade, task=task)
    return fresh


@transaction.atomic
def letter_answer(*, letter: Letter, answer: str, actor: Actor, at: dt.datetime) -> Letter:
    """The letter is answered once its task is closed. Errors: Incomplete (task open, no text), NotAllowed, WrongState."""
    fresh, matter = locked(letter)
    said = block(answer, field="answer", label="办理结果")
    if fresh.task is None or fresh.task.matter.state != "closed":
        raise Incomplete("承办单位还没有办结", mend="请督促承办单位办结销号后再登记", field="answer")
    ledger.act(matter=matter, action="answer", actor=actor, at=at, data={"conclusion": said})
    save(fresh, answer=said, answered_at=at)
    return fresh


@transaction.atomic
def entry_make(
    *, kind: str, party: str, title: str, text: str, day: dt.date, actor: Actor, at: dt.datetime
) -> Entry:
    """Enter a line of the register: oversight by the people's congress, advice, difficulties from below, and so on.

    Errors: Incomplete naming the field, NotAllowed.
    """
    require(may_set(actor), "登记")
    known = rules.chosen("supervision.register", kind, at, field="kind")
    if day > local_day(at):
        raise Incomplete("日期不能晚于今天", field="day")
    office = seat("office", at)
    matter = ledger.matter_open(
        kind=states.ENTRY, title=line(title, field="title", label="事项", longest=200), body_id=actor.body_id,
        actor=actor, at=at,
        facts={"register": known, "setter_body": actor.body_id, "overseer": office.pk if office else None},
    )  # fmt: skip
    row = Entry(
        matter=matter, jurisdiction=matter.jurisdiction, kind=known, day=day, by=actor.name,
        party=line(party, field="party", label="对方", longest=120),
        text=block(text, field="text", label="内容"),
    )  # fmt: skip
    with door():
        row.save(force_insert=True)
    return row


@transaction.atomic
def entry_answer(*, entry: Entry, outcome: str, answer: str, actor: Actor, at: dt.datetime) -> Entry:
    """Enter what became of it, adopted or not, and what was done. Errors: Incomplete, NotAllowed, WrongState."""
    fresh, matter = locked(entry)
    result = rules.chosen("supervision.register_outcome", outcome, at, field="outcome")
    said = block(answer, field="answer", label="办理情况")
    ledger.act(
        matter=matter, action="answer", actor=actor, at=at, data={"conclusion": said, "outcome": result}
    )
    save(fresh, outcome=result, answer=said, answered_at=at)
    return fresh
