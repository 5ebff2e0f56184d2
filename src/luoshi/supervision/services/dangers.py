"""Hidden dangers: listed one by one, put right step by step, rechecked before they leave the list; patrols."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from luoshi.ledger import services as ledger
from luoshi.ledger.actors import SYSTEM, Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import locked
from luoshi.ledger.models import door
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import local_day
from luoshi.supervision import rules, states
from luoshi.supervision.models import Campaign, Danger, Measure, Patrol, PatrolObject, RoadStep, Task
from luoshi.supervision.policies import acts_for, may_manage, may_recheck, may_set, require
from luoshi.supervision.rules import day_end
from luoshi.supervision.services.shared import ask_open, block, line, save, seat, waiting
from luoshi.supervision.services.working import File, attach_files

IN_PLACE = {
    "organisation": "组织领导",
    "funds": "资金投入",
    "inspection": "督查检查",
    "accountability": "追责问责",
}
AGAINST_LAW = frozenset({"outlaw", "strike"})


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: where, of which of the five elements and which sector; item: what was being looked at."""

    text: str
    place: str
    element: str
    sector: str
    item: str = ""
    major: bool = False
    illegal: bool = False


@dataclass(frozen=True, slots=True)
class Responsible:
    """One of the three responsibilities: the body (or, for 主体, the firm's name) and the person."""

    body: Body | str
    person: str


@transaction.atomic
def danger_enter(
    *,
    found: Found,
    source: str,
    body: Body,
    actor: Actor,
    at: dt.datetime,
    campaign: Campaign | None = None,
    task: Task | None = None,
    patrol_object: PatrolObject | None = None,
    supervisory: Body | None = None,
) -> Danger:
    """List a hidden danger: what, where, of which element and sector, found how, to be put right by whom.

    Entered by those who oversee, or by the body that surveys (task) or patrols. Errors: Incomplete naming the
    field, NotAllowed, WrongState (the survey is over).
    Source: smx-safety-speech/2.4
    """
    mine = task is not None and acts_for(actor, task.body_id)
    mine = mine or (patrol_object is not None and acts_for(actor, patrol_object.body_id))
    require(may_set(actor) or mine or acts_for(actor, body.pk), "登记隐患")
    if campaign is not None and campaign.matter.state != "running":
        raise WrongState("这次排查已经结束", mend="请登记为自查发现")
    where = line(found.place, field="place", label="位置", longest=200)
    said = block(found.text, field="text", label="问题")
    element = rules.chosen("supervision.element", found.element, at, field="element")
    sector = rules.chosen("supervision.sector", found.sector, at, field="sector")
    items = tuple(rules.setting("supervision.checks", at).get(sector, ()))
    if found.item and found.item not in items:
        raise Incomplete("检查内容不属于这个行业", mend="可选：" + "、".join(items), field="item")
    if supervisory is None and task is not None and task.body_id != body.pk:
        supervisory = task.body
    overseer = seat("office", at)
    facts: dict[str, Any] = {
        "source": rules.chosen("supervision.danger_source", source, at, field="source"),
        "major": found.major,
        "illegal": found.illegal,
        "overseer": overseer.pk if overseer else None,
        "supervisory": supervisory.pk if supervisory else None,
    }
    matter = ledger.matter_open(
        kind=states.DANGER,
        number=f"YH{ledger.number_next('supervision.danger', at)}",
        title=f"{where}：{said.splitlines()[0]}",
        body_id=body.pk,
        parent=campaign.matter if campaign else None,
        actor=actor,
        at=at,
        facts={key: value for key, value in facts.items() if value is not None},
        data={"element": element, "sector": sector, "text": said},
    )
    danger = Danger(
        matter=matter, jurisdiction=matter.jurisdiction, campaign=campaign, task=task, patrol_object=patrol_object,
        body=body, source=source, element=element, sector=sector, item=found.item, place=where, text=said,
        major=found.major, illegal=found.illegal, supervisory=supervisory, found_at=at,
    )  # fmt: skip
    with door():
        danger.save(force_insert=True)
    return danger


@transaction.atomic
def danger_plan(
    *,
    danger: Danger,
    cause: str,
    crux: str,
    measure: str,
    territorial: Responsible | None,
    supervisory: Responsible | None,
    principal: Responsible | None,
    road: Sequence[tuple[dt.date, str]],
    in_place: Mapping[str, str],
    actor: Actor,
    at: dt.datetime,
    version: int | None = None,
) -> Danger:
    """The body that puts a danger right says why it is there, what will be done, who answers, in which steps by when.

    road: (day, step) in order; the last day is the end. in_place: what is done for each of IN_PLACE. What is
    incomplete does not begin. Errors: Refusal (gate supervision.danger_gate), Incomplete (days out of order),
    NotAllowed, WrongState.
    """
    fresh, matter = locked(danger)
    words = {
        "cause": block(cause, field="cause", label="原因", required=False),
        "crux": block(crux, field="crux", label="症结", required=False),
        "measure": block(measure, field="measure", label="措施", required=False),
    }
    held = {key for key, value in {**words, "text": fresh.text}.items() if value}
    people = {"territorial": territorial, "supervisory": supervisory, "principal": principal}
    held |= {key for key, one in people.items() if one is not None and one.body and one.person.strip()}
    steps = [(day, line(text, field="road", label="步骤")) for day, text in road if text.strip()]
    held |= {"timetable", "roadmap"} if steps else set()
    done = {key: str(in_place.get(key, "")).strip() for key in IN_PLACE}
    held |= {"in_place"} if all(done.values()) else set()
    rules.passed("supervision.danger_gate", {"major": fresh.major}, held, at)
    end = _end_of(steps, at)
    assert territorial is not None and supervisory is not None and principal is not None  # noqa: S101 - the gate
    data = {
        **words, "steps": [{"on": day.isoformat(), "text": text} for day, text in steps], "rectify_by": end,
        "facts": {"supervisory": _body(supervisory).pk, "rectify_by": end},
    }  # fmt: skip
    ledger.act(matter=matter, action="plan", actor=actor, at=at, data=data, version=version)
    save(
        fresh, **words, in_place=done, planned_at=at, due_at=end,
        territorial=_body(territorial), territorial_person=territorial.person.strip(),
        supervisory=_body(supervisory), supervisory_person=supervisory.person.strip(),
        principal=str(principal.body).strip(), principal_person=principal.person.strip(),
    )  # fmt: skip
    with door():
        fresh.steps.filter(done_at__isnull=True).delete()
        kept = fresh.steps.count()
        RoadStep.objects.bulk_create(
            RoadStep(danger=fresh, position=kept + place, text=text, due_on=day)
            for place, (day, text) in enumerate(steps, start=1)
        )
    return fresh


def _body(one: Responsible) -> Body:
    if not isinstance(one.body, Body):
        raise Incomplete("属地和监管责任须落到机构名册中的单位", field="territorial")
    return one.body


def _end_of(steps: Sequence[tuple[dt.date, str]], at: dt.datetime) -> dt.datetime:
    """The end of the timetable. Errors: Incomplete where days are out of order or past."""
    days = [day for day, _ in steps]
    if days != sorted(days):
        raise Incomplete("路线图的步骤须按日期先后排列", field="road")
    if days[0] < local_day(at):
        raise Incomplete("整改时间表不能早于今天", field="road")
    end = rules.moment(days[-1])
    if end is None or end <= at:
        raise Incomplete("整改时间表的最后日期须晚于现在", field="road")
    return end


@transaction.atomic
def danger_step(*, danger: Danger, position: int, actor: Actor, at: dt.datetime, note: str = "") -> Danger:
    """One step of the road is done; steps are done in their order. Errors: WrongState (an earlier one is open), …"""
    fresh, matter = locked(danger)
    step = fresh.steps.filter(position=position).first()
    if step is None or step.done_at is not None:
        raise WrongState("这一步已经完成或不存在", mend="请刷新页面")
    if fresh.steps.filter(position__lt=position, done_at__isnull=True).exists():
        raise WrongState("前面的步骤还没有完成", mend="请按路线图的先后完成")
    ledger.act(
        matter=matter,
        action="step",
        actor=actor,
        at=at,
        data={"position": position, "text": step.text, "note": note},
    )
    save(step, done_at=at, done_by=actor.name)
    return fresh


@transaction.atomic
def danger_report(
    *, danger: Danger, text: str, actor: Actor, at: dt.datetime, files: Sequence[File] = ()
) -> Danger:
    """The body says that a danger is put right, all steps done; the supervising body owes a recheck.

    Errors: Incomplete (text), WrongState (steps open), NotAllowed.
    """
    fresh, matter = locked(danger)
    said = block(text, field="text", label="整改情况")
    if fresh.steps.filter(done_at__isnull=True).exists():
        raise WrongState("路线图还有步骤没有完成", mend="请先逐步完成")
    ledger.act(
        matter=matter,
        action="report",
        actor=actor,
        at=at,
        data={"text": said, "files": [name for _, name in files]},
    )
    attach_files(matter, files, actor, at)
    save(fresh, reported_at=at, reported_by=actor.user_id)
    ask_open(
        subject=matter,
        kind="recheck",
        text=said,
        body_id=fresh.supervisory_id,
        person_id=None,
        actor=SYSTEM,
        at=at,
    )
    return fresh


@transaction.atomic
def danger_recheck(
    *,
    danger: Danger,
    passed: bool,
    opinion: str,
    actor: Actor,
    at: dt.datetime,
    until: dt.date | None = None,
) -> Danger:
    """The supervising body, or the office, looks again: passed, the danger leaves the list; else it goes on, by `until`.

    Whoever reported it put right does not recheck it. Errors: Refusal (gate supervision.danger_close), Incomplete
    (opinion, until), NotAllowed, WrongState (not reported).
    """
    fresh, matter = locked(danger)
    require(may_recheck(actor, matter), "复查这条隐患", mend="由监管责任单位或督查室复查")
    said = line(opinion, field="opinion", label="复查意见")
    if passed:
        have = {"steps"} if not fresh.steps.filter(done_at__isnull=True).exists() else set()
        have |= {"other_person"} if actor.user_id is None or actor.user_id != fresh.reported_by else set()
        have |= {"measure"} if fresh.measures.filter(kind__in=AGAINST_LAW).exists() else set()
        rules.passed("supervision.danger_close", {"illegal": fresh.illegal}, have, at)
        ledger.act(matter=matter, action="pass", actor=actor, at=at, data={"opinion": said})
        save(fresh, closed_at=at)
    else:
        end = rules.moment(until)
        if end is None or end <= at:
            raise Incomplete("请另定晚于现在的整改期限", field="until")
        data = {"opinion": said, "rectify_by": end, "facts": {"rectify_by": end}}
        ledger.act(matter=matter, action="fail", actor=actor, at=at, data=data)
        save(fresh, due_at=end, reported_at=None, rechecks=fresh.rechecks + 1)
    ask = waiting(matter, "recheck")
    if ask is not None:
        ledger.act(matter=ask.matter, action="decide", actor=SYSTEM, at=at, data={"decision": said})
        save(
            ask,
            outcome="passed" if passed else "returned",
            decision=said,
            decided_at=at,
            decided_by=actor.name,
        )
    return fresh


@transaction.atomic
def measure_take(
    *,
    danger: Danger,
    kind: str,
    text: str,
    decided_by: str,
    actor: Actor,
    at: dt.datetime,
    document: str = "",
) -> Measure:
    """Enter a ban or a rebuke that somebody decided on: closed, out of use, stopped, outlawed, censured by circular.

    Errors: Incomplete, NotAllowed (the body that puts right itself), WrongState.
    Source: smx-safety-speech/2.9, smx-safety-speech/2.17
    """
    fresh, matter = locked(danger)
    row = Measure(
        danger=fresh,
        kind=rules.chosen("supervision.measure", kind, at, field="kind"),
        text=block(text, field="text", label="事由"),
        decided_by=line(decided_by, field="decided_by", label="决定机关", longest=100),
        document=line(document, field="document", label="文号", longest=100, required=False),
        at=at,
        by=actor.name,
    )
    data = {"kind": row.kind, "text": row.text, "decided_by": row.decided_by, "document": row.document}
    ledger.act(matter=matter, action="take_measure", actor=actor, at=at, data=data)
    with door():
        row.save(force_insert=True)
    return row


@transaction.atomic
def measure_lift(*, measure: Measure, reason: str, actor: Actor, at: dt.datetime) -> Measure:
    """A ban ends, for a reason. Errors: Incomplete, NotAllowed, WrongState (lifted already)."""
    fresh, matter = locked(measure.danger)
    row = fresh.measures.get(pk=measure.pk)
    if row.lifted_at is not None:
        raise WrongState("这项措施已经解除", mend="请刷新页面")
    why = line(reason, field="reason", label="解除理由")
    ledger.act(matter=matter, action="lift", actor=actor, at=at, data={"kind": row.kind, "reason": why})
    save(row, lifted_at=at, lifted_for=why)
    return row


def danger_prompts(danger: Danger, *, at: dt.datetime) -> list[str]:
    """What the platform suggests and somebody decides: censure for what is late, a stop for what is grave and long.

    Source: smx-safety-speech/2.9
    """
    said: list[str] = []
    if danger.due_at is None or danger.closed_at is not None:
        return said
    if danger.reported_at is None and danger.due_at < at:
        said.append("时间表到期未完成，属整改不力：可对整改单位通报批评")
    days = int(rules.setting("supervision.heavy", at)["days"])
    begun = danger.planned_at or danger.found_at
    if danger.major and (danger.due_at - begun).days > days:
        said.append(f"重大隐患，整改须{days}天以上：可停止生产经营活动")
    return said


# objects of patrol


@transaction.atomic
def patrol_list(
    *, kind: str, name: str, place: str, body: Body, every_days: int, actor: Actor, at: dt.datetime
) -> PatrolObject:
    """List an object to be patrolled, at the interval that its supervisor sets (days).

    Errors: Incomplete (kind, name, interval), NotAllowed (another body).
    """
    require(acts_for(actor, body.pk) or may_manage(actor), "登记巡查监控对象")
    if not 1 <= every_days <= 366:
        raise Incomplete("巡查间隔须为1至366天", field="every_days")
    known = rules.chosen("supervision.patrol_kind", kind, at, field="kind")
    due = day_end(local_day(at) + dt.timedelta(days=every_days))
    called = line(name, field="name", label="名称", longest=120)
    matter = ledger.matter_open(
        kind=states.PATROL_OBJECT,
        title=called,
        body_id=body.pk,
        actor=actor,
        at=at,
        facts={"next_due": due, "object": known},
    )
    row = PatrolObject(
        matter=matter, jurisdiction=matter.jurisdiction, kind=known, name=called,
        place=line(place, field="place", label="位置", longest=200), body=body, every_days=every_days, next_due=due,
    )  # fmt: skip
    with door():
        row.save(force_insert=True)
    return row


@transaction.atomic
def patrol(
    *, object: PatrolObject, text: str, actor: Actor, at: dt.datetime, found: Found | None = None,
    rectifier: Body | None = None,
) -> Patrol:  # fmt: skip
    """A patrol; what it finds goes on the list at once and is rechecked before it leaves it. The next one is owed.

    Errors: Incomplete, NotAllowed, WrongState (removed).
    """
    fresh, matter = locked(object)
    said = block(text, field="text", label="巡查情况")
    due = day_end(local_day(at) + dt.timedelta(days=fresh.every_days))
    ledger.act(
        matter=matter, action="patrol", actor=actor, at=at,
        data={"text": said, "found": found is not None, "facts": {"next_due": due}},
    )  # fmt: skip
    danger = None
    if found is not None:
        danger = danger_enter(
            found=found, source="patrol", body=rectifier or fresh.body, patrol_object=fresh, supervisory=fresh.body,
            actor=actor, at=at,
        )  # fmt: skip
    row = Patrol(object=fresh, at=at, by=actor.name, text=said, danger=danger)
    with door():
        row.save(force_insert=True)
    save(fresh, patrolled_at=at, next_due=due)
    return row


@transaction.atomic
def patrol_remove(*, object: PatrolObject, reason: str, actor: Actor, at: dt.datetime) -> PatrolObject:
    """An object is patrolled no more, for a reason. Errors: Incomplete, NotAllowed, WrongState."""
    fresh, matter = locked(object)
    why = line(reason, field="reason", label="移出理由")
    ledger.act(matter=matter, action="remove", actor=actor, at=at, data={"reason": why})
    return fresh
