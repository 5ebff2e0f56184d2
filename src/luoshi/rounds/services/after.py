"""After publication: problems told, put right and confirmed; uses of the result ticked off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import block, line, locked
from luoshi.ledger.models import door
from luoshi.organisation.selectors import local_day
from luoshi.rounds import rules
from luoshi.rounds.models import Problem, Record, Rectification, Round, RoundUnit, UseDone
from luoshi.rounds.policies import may_manage, require
from luoshi.rounds.services.checks import LONG, filled, lock_round
from luoshi.rounds.states import RECTIFICATION

PER_PROBLEM = ("measures", "due")
"""Contents of a plan that are given for each problem, not once for the whole."""


@dataclass(frozen=True, slots=True)
class Told:
    """A problem that is told: its text, the item, the daily record behind it."""

    text: str
    leaf: str = ""
    record: Record | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """What a unit does about one problem, who answers for it, and by when."""

    text: str
    person: str = ""
    due: dt.date | None = None


@transaction.atomic
def problems_tell(
    *,
    unit: RoundUnit,
    problems: Sequence[Told],
    actor: Actor,
    at: dt.datetime,
    due: dt.date | None = None,
) -> Rectification:
    """Tell a unit what was found wrong, each problem with the time at which it was told; it owes a plan.

    due: by when all must be put right; where none is set, the unit's own plan says. Can be done through the year.
    Errors: Incomplete (no problem, a day that has passed), NotAllowed, WrongState (round cancelled).
    Source: smx-openness-assessment/15.1, yueyang-openness-assessment/n4.3
    """
    round, parent = lock_round(unit.round)
    require(may_manage(actor, parent), "反馈问题")
    if parent.state in ("draft", "submitted", "planned", "cancelled"):
        raise WrongState("考评通知下发后才能反馈问题")
    texts = [block(one.text, field="problems", label="问题", longest=LONG) for one in problems]
    if not texts:
        raise Incomplete("请至少填写一个问题", field="problems")
    if due is not None and due < local_day(at):
        raise Incomplete("整改期限不能早于今天", field="due")
    matter = ledger.matter_open(
        kind=RECTIFICATION,
        title=f"{unit.name}：{round.title}发现的问题",
        number=ledger.number_next("rounds.rectification", at),
        body_id=unit.body_id,
        parent=parent,
        actor=actor,
        at=at,
        facts={"due_set": rules.end_of(due)} if due else {},
        data={"problems": len(texts)},
    )
    row = Rectification(
        matter=matter,
        jurisdiction=matter.jurisdiction,
        round=round,
        unit=unit,
        told_at=at,
        told_by=actor.name,
        due=due,
    )
    with door():
        row.save(force_insert=True)
        for place, (one, text) in enumerate(zip(problems, texts, strict=True), start=1):
            Problem.objects.create(
                rectification=row, number=place, text=text, leaf=one.leaf, record=one.record
            )
    return row


@transaction.atomic
def rectify_plan(
    *,
    rectification: Rectification,
    measures: Mapping[int, Measure],
    actor: Actor,
    at: dt.datetime,
    contents: Mapping[str, str] | None = None,
) -> Rectification:
    """Hand in the plan: a measure with its day for every problem, else it is refused. measures: by problem number.

    No day lies after the one set with the feedback. Errors: Incomplete naming the problem, NotAllowed, WrongState.
    Source: smx-openness-assessment/15.3, smx-openness-assessment/15.4, yueyang-openness-assessment/n4.5,
    yueyang-openness-assessment/n4.6
    """
    fresh, matter = locked(rectification, "round", "unit")
    rule = rules.rule_of(fresh.round)
    asked = tuple(one for one in rule.rectification.contents if one.key not in PER_PROBLEM)
    fresh.contents = filled(asked, contents or {}, whole=True, prefix="text-")
    rows = list(fresh.problems.all())
    for row in rows:
        given = measures.get(row.number)
        row.measure = block(
            given.text if given else "",
            field=f"measure-{row.number}",
            label=f"第{row.number}个问题的整改措施",
            longest=LONG,
        )
        row.person = line(given.person if given else "", field="", label="责任人", longest=40, required=False)
        row.due = (given.due if given else None) or fresh.due
        _check_due(row, fresh, local_day(at))
    last = max(row.due for row in rows)
    facts = {} if fresh.due else {"due_set": rules.end_of(last)}
    ledger.act(matter=matter, action="plan", actor=actor, at=at, data={"facts": facts, "measures": len(rows)})
    fresh.planned_at = at
    with door():
        fresh.save()
        for row in rows:
            row.save()
    return fresh


def _check_due(problem: Problem, rectification: Rectification, today: dt.date) -> None:
    field = f"due-{problem.number}"
    if problem.due is None:
        raise Incomplete(f"第{problem.number}个问题没有完成期限", field=field)
    if problem.due < today:
        raise Incomplete(f"第{problem.number}个问题的完成期限不能早于今天", field=field)
    if rectification.due and problem.due > rectification.due:
        raise Incomplete(
            f"第{problem.number}个问题的完成期限不能晚于反馈时指定的{rectification.due:%Y年%-m月%-d日}",
            field=field,
        )


@transaction.atomic
def rectify_progress(*, problem: Problem, text: str, done: bool, actor: Actor, at: dt.datetime) -> Problem:
    """Say how far a problem is put right. Errors: Incomplete, NotAllowed, WrongState."""
    says = block(text, field="progress", label="进展", longest=LONG)
    _, matter = locked(problem.rectification)
    ledger.act(
        matter=matter,
        action="progress",
        actor=actor,
        at=at,
        data={"problem": problem.number, "done": done, "note": says[:500]},
    )
    fresh = Problem.objects.get(pk=problem.pk)
    fresh.progress, fresh.done = says, done
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def rectify_report(
    *, rectification: Rectification, text: str, actor: Actor, at: dt.datetime
) -> Rectification:
    """Report what was put right to the organ that the rule names. Problems not yet right are named in the report.

    Errors: Incomplete, NotAllowed, WrongState.
    Source: smx-openness-assessment/15.5, yueyang-openness-assessment/n4.7
    """
    says = block(text, field="report", label="整改落实情况", longest=LONG)
    fresh, matter = locked(rectification, "round", "unit")
    rule = rules.rule_of(fresh.round)
    left = list(fresh.problems.filter(done=False).values_list("number", flat=True))
    data = {"to": rule.organs.get(rule.rectification.to, ""), "left": left}
    ledger.act(matter=matter, action="report", actor=actor, at=at, data=data)
    fresh.report, fresh.reported_at = says, at
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def rectify_urge(*, rectification: Rectification, text: str, actor: Actor, at: dt.datetime) -> Rectification:
    """Urge a unit on. Errors: Incomplete, NotAllowed, WrongState.

    Source: smx-openness-assessment/15.2, yueyang-openness-assessment/n4.4
    """
    says = block(text, field="text", label="督促意见", longest=500)
    fresh, matter = locked(rectification, "round", "unit")
    ledger.act(matter=matter, action="urge", actor=actor, at=at, data={"note": says})
    return fresh


@transaction.atomic
def rectify_return(
    *, rectification: Rectification, text: str, actor: Actor, at: dt.datetime, due: dt.date | None = None
) -> Rectification:
    """Find that something is not right yet: the unit goes on, by the same day or a new one.

    Errors: Incomplete, NotAllowed, WrongState.
    """
    says = block(text, field="text", label="核查意见", longest=1000)
    fresh, matter = locked(rectification, "round", "unit")
    facts = {"due_set": rules.end_of(due)} if due else {}
    ledger.act(matter=matter, action="redo", actor=actor, at=at, data={"note": says, "facts": facts})
    fresh.opinion, fresh.reported_at = says, None
    if due:
        fresh.due = due
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def rectify_confirm(
    *, rectification: Rectification, text: str, actor: Actor, at: dt.datetime
) -> Rectification:
    """Confirm that everything was put right. Errors: WrongState (a problem is not), Incomplete, NotAllowed."""
    says = block(text, field="text", label="核查意见", longest=1000)
    fresh, matter = locked(rectification, "round", "unit")
    left = list(fresh.problems.filter(done=False).values_list("number", flat=True))
    if left:
        raise WrongState(
            f"第{'、'.join(map(str, left))}个问题尚未整改，不能确认", mend="请退回继续整改，或由单位补报"
        )
    ledger.act(matter=matter, action="confirm", actor=actor, at=at, data={"note": says})
    fresh.opinion, fresh.confirmed_at = says, at
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def use_tick(
    *,
    round: Round,
    use: str,
    day: dt.date,
    actor: Actor,
    at: dt.datetime,
    unit: RoundUnit | None = None,
    note: str = "",
) -> UseDone:
    """Put on record that the result was used so: reported, told, converted. Once for each unit where the rule says.

    Errors: Incomplete (unknown use, a day before the approval or to come), WrongState, NotAllowed.
    """
    from luoshi.rounds.selectors.uses import vetoes_of

    fresh, matter = lock_round(round)
    rule = rules.rule_of(fresh)
    found = next((one for one in rule.uses if one.key == use), None)
    if found is None or found.each == (unit is None):
        raise Incomplete("请选择结果运用的事项", field="use")
    if unit is not None and not found.concerns(unit.class_key, unit.grade, vetoes_of(fresh).get(unit.pk, ())):
        raise Incomplete(f"{found.title}不适用于{unit.name}", field="unit")
    if fresh.approved_at is None or day < local_day(fresh.approved_at) or day > local_day(at):
        raise Incomplete("日期须在结果审定之后，且不晚于今天", field="day")
    if UseDone.objects.filter(round=fresh, use=use, unit=unit).exists():
        raise WrongState("这一事项已经登记")
    says = line(note, field="note", label="说明", longest=300, required=False)
    data = {"use": use, "unit": unit.body.code if unit else "", "day": day, "note": says}
    ledger.act(matter=matter, action="use", actor=actor, at=at, data=data)
    with door():
        row: UseDone = UseDone.objects.create(
            round=fresh, use=use, unit=unit, day=day, note=says, by=actor.name
        )
    return row


@transaction.atomic
def round_close(*, round: Round, actor: Actor, at: dt.datetime) -> Round:
    """Close a round once all problems told are put right and every use is made.

    Errors: WrongState naming what is open, NotAllowed.
    """
    from luoshi.rounds.selectors.uses import uses_open

    fresh, matter = lock_round(round)
    left = fresh.rectifications.exclude(matter__state="confirmed").count()
    if left:
        raise WrongState(f"还有{left}件整改没有确认", mend="全部整改确认后才能办结")
    waiting = uses_open(fresh)
    if waiting:
        raise WrongState(f"结果运用还有{len(waiting)}项没有登记：{'、'.join(waiting[:4])}")
    ledger.act(matter=matter, action="close", actor=actor, at=at)
    return fresh
