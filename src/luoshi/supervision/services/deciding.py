"""What those who set and oversee do: check and close, return, extend, answer, change, cancel, name, urge, inspect."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from luoshi.ledger import services as ledger
from luoshi.ledger.actors import SYSTEM, Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import locked
from luoshi.ledger.models import Matter, door
from luoshi.organisation.models import Body, Person
from luoshi.supervision import rules, states
from luoshi.supervision.models import Accountability, Ask, Report, Task
from luoshi.supervision.policies import may_check, require
from luoshi.supervision.services.setting import part_due
from luoshi.supervision.services.shared import (
    ANSWERED,
    GRANTED,
    REFUSED,
    ask_decide,
    asks_void,
    block,
    line,
    local_text,
    people_of,
    save,
    tell,
    waiting,
)
from luoshi.supervision.services.working import EVALUATION, INSPECTION, report_add


@transaction.atomic
def task_close(
    *, task: Task, opinion: str, actor: Actor, at: dt.datetime, version: int | None = None
) -> Task:
    """Whoever set a task has checked it and closes it; assisting bodies' matters and what waits end with it.

    Errors: Incomplete (opinion), NotAllowed (another than the setter), WrongState.
    """
    fresh, matter = locked(task)
    said = line(opinion, field="opinion", label="核查意见")
    ledger.act(matter=matter, action="close", actor=actor, at=at, data={"opinion": said}, version=version)
    _settle_ask(matter, "check", "passed", said, actor, at)
    save(fresh, closed_at=at)
    _end(fresh, matter, at)
    return fresh


@transaction.atomic
def task_return(
    *,
    task: Task,
    reason: str,
    until: dt.date | dt.datetime,
    actor: Actor,
    at: dt.datetime,
    falsified: bool = False,
    version: int | None = None,
) -> Task:
    """Whoever set a task finds it not done and returns it with the reason and a new end.

    falsified: what was reported is untrue; the first end then counts as missed. Errors: Incomplete (reason,
    until), NotAllowed, WrongState.
    """
    fresh, matter = locked(task)
    why = line(reason, field="reason", label="退回原因")
    end = rules.moment(until)
    if end is None or end <= at:
        raise Incomplete("续办时限须晚于现在", field="until")
    ledger.act(
        matter=matter,
        action="return",
        actor=actor,
        at=at,
        data={"reason": why, "redo_until": end, "falsified": falsified},
        version=version,
    )
    _settle_ask(matter, "check", "returned", why, actor, at)
    save(fresh, returned=fresh.returned + 1, submitted_at=None, due_at=end)
    if fresh.body is not None:
        tell(
            notice="supervision.returned_sms", matter=matter, body=fresh.body, people=people_of(fresh.body, at),
            key=f"returned{fresh.returned}", at=at, slots={"reason": why, "due": local_text(end)},
        )  # fmt: skip
    return fresh


def _settle_ask(matter: Matter, kind: str, outcome: str, said: str, actor: Actor, at: dt.datetime) -> None:
    """The ask that a step on the task answers is decided with it."""
    ask = waiting(matter, kind)
    if ask is not None:
        ask_decide(ask=ask, outcome=outcome, decision=said, actor=_for(ask, actor), at=at)


def _for(ask: Ask, actor: Actor) -> Actor:
    """The step on the task was allowed already; its ask follows, recorded under the same name."""
    return Actor(kind=SYSTEM.kind, name=actor.name, user_id=actor.user_id, body_id=actor.body_id)


def _end(task: Task, matter: Matter, at: dt.datetime) -> None:
    asks_void(matter, at)
    for part in task.parts.filter(matter__isnull=False).select_related("matter"):
        if part.matter.state != "ended":
            ledger.act(matter=part.matter, action="end", actor=SYSTEM, at=at)


@transaction.atomic
def extension_decide(
    *,
    task: Task,
    grant: bool,
    reason: str,
    actor: Actor,
    at: dt.datetime,
    until: dt.date | dt.datetime | None = None,
) -> Task:
    """Whoever set a task grants more time (as asked, or `until`), or refuses with a reason.

    Assisting bodies that have not answered yet get the time that the lead got. Errors: Incomplete, NotAllowed,
    WrongState (nothing asked).
    """
    fresh, matter = locked(task)
    ask = waiting(matter, "extension")
    if ask is None:
        raise WrongState("没有待答复的延期申请", mend="请刷新页面")
    said = line(reason, field="reason", label="答复意见", required=not grant)
    end = (rules.moment(until) or ask.until) if grant else None
    if grant and (end is None or end <= (fresh.due_at or at) or end <= at):
        raise Incomplete("延期须晚于现在的时限", field="until")
    action = "grant_extension" if grant else "refuse_extension"
    data: dict[str, Any] = {"reason": said, "until": end} if grant else {"reason": said}
    ledger.act(matter=matter, action=action, actor=actor, at=at, data=data)
    ask_decide(
        ask=ask, outcome=GRANTED if grant else REFUSED, decision=said or "同意", actor=_for(ask, actor), at=at,
        granted_until=end,
    )  # fmt: skip
    if end is not None:
        save(fresh, due_at=end)
        _move_parts(fresh, end, at)
    return fresh


def _move_parts(task: Task, end: dt.datetime, at: dt.datetime) -> None:
    rows = task.parts.filter(matter__state__in=["sent", "in_hand"], due_at__lt=end).select_related("matter")
    for part in rows:
        later = part_due(end, at, body_id=part.body_id)
        if later is None or part.due_at is None or part.due_at >= later:
            continue
        ledger.act(matter=part.matter, action="move", actor=SYSTEM, at=at, data={"until": later})
        save(part, due_at=later)


@transaction.atomic
def problem_answer(*, task: Task, text: str, actor: Actor, at: dt.datetime) -> Task:
    """A problem reported upward is answered. Errors: Incomplete (text), NotAllowed, WrongState (none waits)."""
    fresh, matter = locked(task)
    ask = waiting(matter, "problem")
    if ask is None:
        raise WrongState("没有待答复的问题", mend="请刷新页面")
    said = block(text, field="text", label="答复")
    ledger.act(matter=matter, action="answer_problem", actor=actor, at=at, data={"text": said})
    ask_decide(ask=ask, outcome=ANSWERED, decision=said, actor=_for(ask, actor), at=at)
    return fresh


@transaction.atomic
def leader_name(*, task: Task, leader: Person, actor: Actor, at: dt.datetime) -> Task:
    """Where several vice mayors' charges meet the mayor names the one who leads; the others assist.

    Errors: NotAllowed naming who may, WrongState.
    Source: smx-major-decisions/4.4.1.2, smx-work-rules/42.2
    """
    fresh, matter = locked(task)
    rules.require_step(
        "supervision.leader", {"overlap": True, "important": True}, "明确牵头领导", actor=actor, at=at
    )
    data = {"name": leader.name, "person": leader.pk, "facts": {"leader": leader.pk}}
    ledger.act(matter=matter, action="name_leader", actor=actor, at=at, data=data)
    _settle_ask(matter, "leader", ANSWERED, leader.name, actor, at)
    save(fresh, leader=leader, leader_open=False)
    return fresh


@transaction.atomic
def task_change(
    *,
    task: Task,
    decision: str,
    reason: str,
    actor: Actor,
    at: dt.datetime,
    content: str = "",
    due_on: dt.date | dt.datetime | None = None,
    version: int | None = None,
) -> Task:
    """A new decision changes what a task asks or when; nobody else may, and not without naming the decision.

    Errors: Incomplete (decision, nothing changed, end in the past), NotAllowed (a unit, another office), WrongState.
    Source: smx-executive-meeting/6.2.1
    """
    fresh, matter = locked(task)
    require(
        may_check(actor, matter), "改变已立项事项的内容", cite=rules.cite("setting", "supervision.lock", at),
        mend="决定事项须按原内容执行；确需变更的，由原决定机关重新决定",
    )  # fmt: skip
    named = line(decision, field="decision", label="新决定（会议、批示或文件）", longest=200)
    why = line(reason, field="reason", label="变更事由")
    said = block(content, field="content", label="工作要求", required=False)
    end = rules.moment(due_on)
    if end is not None and end <= at:
        raise Incomplete("办结时限须晚于现在", field="due_on")
    if not said and end is None:
        raise Incomplete("请填写变更后的要求或时限", field="content")
    data = {"decision": named, "reason": why, "before": fresh.content if said else None, "until": end}
    ledger.act(matter=matter, action="change", actor=actor, at=at, data=data, version=version)
    save(fresh, content=said or fresh.content, due_at=end or fresh.due_at)
    if end is not None:
        _move_parts(fresh, end, at)
    return fresh


@transaction.atomic
def task_cancel(
    *, task: Task, decision: str, reason: str, actor: Actor, at: dt.datetime, version: int | None = None
) -> Task:
    """A new decision does away with a task. Errors: Incomplete, NotAllowed (not the setter), WrongState."""
    fresh, matter = locked(task)
    named = line(decision, field="decision", label="新决定（会议、批示或文件）", longest=200)
    why = line(reason, field="reason", label="撤销事由")
    ledger.act(
        matter=matter, action="cancel", actor=actor, at=at, data={"decision": named, "reason": why},
        version=version,
    )  # fmt: skip
    if matter.kind == states.TASK:
        _end(fresh, matter, at)
    return fresh


@transaction.atomic
def task_urge(*, task: Task, text: str, actor: Actor, at: dt.datetime, level: str = "liaison") -> Task:
    """The supervision office, the section or the setter urges the lead.

    level: liaison first; deputy_leader and principal_leader only after an urging that went before.
    Errors: Incomplete (text), WrongState (nobody was urged before), NotAllowed.
    """
    fresh, matter = locked(task)
    said = line(text, field="text", label="催办内容")
    if level not in {"liaison", "deputy_leader", "principal_leader"}:
        raise Incomplete("请选择催办对象", field="level")
    before = matter.events.filter(kind__in=["supervision.urged", "supervision.reminded"]).exists()
    if level != "liaison" and not before:
        raise WrongState("还没有催办过承办人员，不能直接向单位领导催办", mend="请先催办联络员")
    event = ledger.act(matter=matter, action="urge", actor=actor, at=at, data={"text": said, "level": level})
    if fresh.body is not None:
        people = people_of(fresh.body, at, level=level)
        tell(
            notice="supervision.urging_sms", matter=matter, body=fresh.body, people=people,
            key=f"urge{event.seq}", at=at, slots={"due": local_text(fresh.due_at)},
        )  # fmt: skip
    return fresh


@transaction.atomic
def task_inspect(*, task: Task, text: str, actor: Actor, at: dt.datetime) -> Report:
    """Whoever oversees a task looks at how it stands, and says so. Errors: Incomplete, NotAllowed, WrongState.

    Source: smx-work-rules/22.3, xiping-work-rules/26.4
    """
    fresh, matter = locked(task)
    said = block(text, field="text", label="督查情况")
    ledger.act(matter=matter, action="inspect", actor=actor, at=at, data={"text": said})
    _settle_ask(matter, "inspection", ANSWERED, said, actor, at)
    return report_add(fresh, INSPECTION, said, actor, at)


@transaction.atomic
def task_evaluate(*, task: Task, text: str, advice: str, actor: Actor, at: dt.datetime) -> Report:
    """The effect of what was carried out is evaluated, with what should be adjusted.

    Errors: Incomplete, NotAllowed, WrongState.
    """
    fresh, matter = locked(task)
    said = block(text, field="text", label="执行效果")
    adjust = block(advice, field="advice", label="调整完善意见")
    ledger.act(matter=matter, action="evaluate", actor=actor, at=at, data={"text": said, "advice": adjust})
    return report_add(fresh, EVALUATION, f"{said}\n调整完善：{adjust}", actor, at)


@transaction.atomic
def account(
    *,
    task: Task,
    body: Body,
    person: str,
    fault: str,
    text: str,
    measure: str,
    decided_by: str,
    actor: Actor,
    at: dt.datetime,
    document: str = "",
) -> Accountability:
    """The office enters who was called to account over a task, for what, with which measure, by whose decision.

    Errors: Incomplete naming the field, NotAllowed, WrongState.
    Source: smx-work-rules/71.2
    """
    fresh, matter = locked(task)
    row = Accountability(
        task=fresh,
        body=body,
        person=line(person, field="person", label="责任人", longest=80),
        fault=rules.chosen("supervision.fault", fault, at, field="fault"),
        text=block(text, field="text", label="事实和后果"),
        measure=line(measure, field="measure", label="处理", longest=200),
        decided_by=line(decided_by, field="decided_by", label="决定机关", longest=100),
        document=line(document, field="document", label="文号", longest=100, required=False),
        at=at,
        by=actor.name,
    )
    data = {
        "person": row.person,
        "body": body.pk,
        "fault": row.fault,
        "measure": row.measure,
        "text": row.text,
    }
    ledger.act(matter=matter, action="account", actor=actor, at=at, data=data)
    with door():
        row.save(force_insert=True)
    return row
