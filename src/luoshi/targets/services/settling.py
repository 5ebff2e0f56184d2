"""What the office, competent departments and those who assign values settle about single targets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, BinaryIO

from django.db import transaction

from luoshi.engines.targets import ASSIGNABLE, Comparison, Outcome
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.inputs import line, locked
from luoshi.ledger.models import Matter, door
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import local_day
from luoshi.targets import rules
from luoshi.targets.models import Layer, Plan, Target, TargetMeasure
from luoshi.targets.policies import may_manage, require
from luoshi.targets.services.checks import block, number, require_issued, require_listed
from luoshi.targets.services.judging import rejudge

DECIDABLE = {Outcome.MET.value, Outcome.NOT_MET.value, Outcome.NOT_APPLICABLE.value}
KEY_GROUPS = {
    Target.Group.KEY, Target.Group.STRUCTURE, Target.Group.INNOVATION, Target.Group.FOUNDATION, Target.Group.URBANISATION,
}  # fmt: skip
"""What counts as a key target: a department's key targets and a county's quantities."""


def _open(measure: TargetMeasure) -> tuple[TargetMeasure, Target, Matter]:
    """A measure as it is now with its target, locked, of a year that runs."""
    target, matter = locked(measure.target, "plan", "sheet")
    require_listed(target)
    require_issued(target.plan)
    return target.measures.select_related("certifier").get(pk=measure.pk), target, matter


def _keep(row: TargetMeasure, target: Target, at: dt.datetime) -> None:
    with door():
        row.save()
    rejudge([target], at=at)


@transaction.atomic
def value_assign(
    *,
    measure: TargetMeasure,
    value: Decimal | str | None,
    document: str,
    actor: Actor,
    at: dt.datetime,
    comparison: str = "",
    text: str = "",
) -> Target:
    """Enter the value that somebody above assigned, with its document; before that the target waits.

    comparison: how it compares (at least, at most, …); the upper limit of at_most_assigned stays one. Without a value
    the requirement in words, which a person then judges.
    Errors: NotAllowed, Incomplete naming the field, WrongState (another comparison, not handed down).
    Source: smx-targets-2017/4.5
    """
    row, target, matter = _open(measure)
    if row.comparison not in {Comparison.ASSIGNED, Comparison.AT_MOST_ASSIGNED}:
        raise WrongState(f"“{row.indicator}”的目标值已在文件中写明", mend="只有待下达的指标可以录入下达数")
    amount = number(value, field="value", label="下达数")
    words = line(text, field="text", label="下达要求", longest=200, required=amount is None)
    how = comparison or Comparison.AT_LEAST.value
    if how not in ASSIGNABLE:
        raise Incomplete("请选择下达数的比较方式", field="comparison")
    row.assigned_value, row.assigned_text, row.assigned_comparison = amount, words, how
    row.assigned_document = line(document, field="document", label="下达文件", longest=100)
    data = {"measure": row.pk, "indicator": row.indicator, "value": amount, "comparison": how, "text": words,
            "document": row.assigned_document}  # fmt: skip
    ledger.act(matter=matter, action="assign", actor=actor, at=at, data=data)
    _keep(row, target, at)
    return target


@transaction.atomic
def base_set(*, measure: TargetMeasure, base: Decimal | str, actor: Actor, at: dt.datetime) -> Target:
    """Enter last year's level of a measure, from which growth is computed. Errors: NotAllowed, Incomplete, WrongState."""
    row, target, matter = _open(measure)
    amount = number(base, field="base", label="上年基数")
    if amount is None:
        raise Incomplete("请填写上年基数", field="base")
    row.base = amount
    data = {"measure": row.pk, "indicator": row.indicator, "base": amount}
    ledger.act(matter=matter, action="set_base", actor=actor, at=at, data=data)
    _keep(row, target, at)
    return target


@transaction.atomic
def certifier_name(*, measure: TargetMeasure, body: Body, actor: Actor, at: dt.datetime) -> Target:
    """Say which department certifies a measure; the source leaves it open.

    Errors: NotAllowed, WrongState (the measure is not certified by anybody, or has been already).
    """
    row, target, matter = _open(measure)
    _certifiable(row)
    if row.certified:
        raise WrongState("已经认定，不能再换认定部门", mend="如认定有误，请由原认定部门更正")
    row.certifier = body
    data = {"measure": row.pk, "indicator": row.indicator, "certifier": body.name}
    ledger.act(matter=matter, action="name_certifier", actor=actor, at=at, data=data)
    _keep(row, target, at)
    return target


def _certifiable(row: TargetMeasure) -> None:
    if row.comparison != Comparison.CERTIFIED:
        raise WrongState(f"“{row.indicator}”不由主管部门认定", mend="请按指标的比较方式填报")


@transaction.atomic
def measure_certify(
    *, measure: TargetMeasure, outcome: str, opinion: str, actor: Actor, at: dt.datetime
) -> Target:
    """The competent department certifies: met, not met, or does not apply to this area. Before it, nothing is met.

    Errors: NotAllowed (another department, or none named yet), Incomplete, WrongState.
    Source: smx-targets-2017/3.4, smx-targets-2017/3.5.2
    """
    row, target, matter = _open(measure)
    _certifiable(row)
    if row.certifier_id is None:
        raise WrongState("还没有指定认定部门", mend="请目标办先指定")
    if not actor.can("targets.certify") or actor.body_id != row.certifier_id:
        raise NotAllowed(
            f"“{row.indicator}”由{row.certifier.name if row.certifier else ''}认定", mend="请由该部门办理"
        )
    if outcome not in DECIDABLE:
        raise Incomplete("请选择认定结果", field="outcome")
    row.certified = outcome
    row.reason = line(opinion, field="opinion", label="认定意见", longest=300)
    data = {"measure": row.pk, "indicator": row.indicator, "outcome": outcome, "opinion": row.reason}
    ledger.act(matter=matter, action="certify", actor=actor, at=at, data=data)
    _keep(row, target, at)
    return target


@transaction.atomic
def measure_decide(
    *, measure: TargetMeasure, outcome: str, reason: str, actor: Actor, at: dt.datetime
) -> Target:
    """A person decides what comparison alone cannot: about, words alone, hopes that failed, or that it is not assessed.

    A decision never replaces a value that others still have to assign, a certificate, or a plain comparison; of those
    only "does not apply" can be said, and only where a value was not assigned.
    Errors: NotAllowed, Incomplete, WrongState.
    Source: smx-targets-2017/4.7
    """
    row, target, matter = _open(measure)
    if outcome not in DECIDABLE:
        raise Incomplete("请选择认定结果", field="outcome")
    by_person = (
        row.expected
        or row.comparison == Comparison.ABOUT
        or (row.comparison == Comparison.ASSIGNED and bool(row.assigned_text) and row.assigned_value is None)
    )
    unassigned = row.comparison in {Comparison.ASSIGNED, Comparison.AT_MOST_ASSIGNED}
    if not by_person and not (unassigned and outcome == Outcome.NOT_APPLICABLE):
        raise WrongState(f"“{row.indicator}”按数值判定，不能由人改判", mend="数值有误的，请更正填报的数值")
    row.decision = outcome
    row.reason = line(reason, field="reason", label="认定理由", longest=300)
    data = {"measure": row.pk, "indicator": row.indicator, "outcome": outcome, "reason": row.reason}
    ledger.act(matter=matter, action="decide", actor=actor, at=at, data=data)
    _keep(row, target, at)
    return target


@transaction.atomic
def target_decide(*, target: Target, outcome: str, reason: str, actor: Actor, at: dt.datetime) -> Target:
    """A person decides a target for which the source gives nothing to compare. Errors: NotAllowed, Incomplete, WrongState."""
    fresh, matter = locked(target, "plan", "sheet")
    require_listed(fresh)
    require_issued(fresh.plan)
    if fresh.measures.exists():
        raise WrongState("这项目标有指标，逐个指标判定", mend="请在指标上办理")
    if outcome not in DECIDABLE:
        raise Incomplete("请选择认定结果", field="outcome")
    fresh.decided = outcome
    fresh.decided_reason = line(reason, field="reason", label="认定理由", longest=300)
    data = {"outcome": outcome, "reason": fresh.decided_reason}
    ledger.act(matter=matter, action="decide", actor=actor, at=at, data=data)
    _save(fresh, at)
    return fresh


def _save(target: Target, at: dt.datetime) -> None:
    with door():
        target.save()
    rejudge([target], at=at)


@transaction.atomic
def doubt_settle(*, target: Target, conclusion: str, actor: Actor, at: dt.datetime) -> Target:
    """Settle a doubtful figure after it was checked against the original; from then on it is judged.

    Errors: NotAllowed, Incomplete, WrongState (not in doubt).
    Source: smx-targets-2017/5.1
    """
    fresh, matter = locked(target, "plan", "sheet")
    require_listed(fresh)
    if not fresh.doubtful or fresh.doubt_settled:
        raise WrongState("这项目标没有待核对的数值", mend="请刷新页面")
    fresh.doubt_settled = line(conclusion, field="conclusion", label="核对结论", longest=200)
    ledger.act(
        matter=matter, action="settle_doubt", actor=actor, at=at, data={"conclusion": fresh.doubt_settled}
    )
    _save(fresh, at)
    return fresh


@transaction.atomic
def points_set(*, target: Target, points: Decimal | str, basis: str, actor: Actor, at: dt.datetime) -> Target:
    """Enter the points of a county's target, which the source does not give; until then it is judged, not scored.

    Errors: NotAllowed, Incomplete, WrongState (a department's points stand in the document).
    Source: smx-targets-2017/3.3
    """
    fresh, matter = locked(target, "plan", "sheet")
    require_listed(fresh)
    if fresh.sheet.layer != Layer.COUNTY or fresh.group == Target.Group.PRECONDITION:
        raise WrongState(
            "只有县（市、区）定量指标的分值需要另行录入", mend="部门目标以下达文件为准，前置类只扣分"
        )
    amount = number(points, field="points", label="分值")
    if amount is None or amount < 0:
        raise Incomplete("请填写分值，不能是负数", field="points")
    paper = line(basis, field="basis", label="分值依据", longest=200)
    fresh.points = amount
    data = {"points": amount, "basis": paper}
    ledger.act(matter=matter, action="set_points", actor=actor, at=at, data=data)
    _save(fresh, at)
    return fresh


@transaction.atomic
def points_award(
    *, target: Target, points: Decimal | str, reason: str, actor: Actor, at: dt.datetime
) -> Target:
    """Say how many points a target that was not met still gets; nothing follows from a share of its measures.

    Errors: NotAllowed, Incomplete, WrongState (met: full points anyway; or not judged yet).
    Source: smx-targets-2017/1.2
    """
    fresh, matter = locked(target, "plan", "sheet")
    require_listed(fresh)
    require_issued(fresh.plan)
    if fresh.outcome != Outcome.NOT_MET:
        raise WrongState("只有判定为未完成的目标需要认定得分", mend="完成的得满分；待定的请先判定")
    if fresh.points is None:
        raise WrongState("这项目标还没有分值", mend="请先录入分值")
    amount = number(points, field="points", label="认定得分")
    if amount is None or not 0 <= amount <= fresh.points:
        raise Incomplete(f"认定得分应在0至{fresh.points}之间", field="points")
    fresh.awarded = amount
    why = line(reason, field="reason", label="认定理由", longest=300)
    data = {"points": amount, "reason": why}
    ledger.act(matter=matter, action="award", actor=actor, at=at, data=data)
    _save(fresh, at)
    return fresh


@transaction.atomic
def deduction_set(
    *, target: Target, points: Decimal | str, reason: str, actor: Actor, at: dt.datetime
) -> Target:
    """Say what a precondition that failed costs a county; the source gives no figure, so a person enters it.

    Errors: NotAllowed, Incomplete, WrongState (no precondition, or it did not fail).
    Source: smx-targets-2017/3.5.1
    """
    fresh, matter = locked(target, "plan", "sheet")
    require_listed(fresh)
    require_issued(fresh.plan)
    if fresh.group != Target.Group.PRECONDITION or fresh.outcome != Outcome.NOT_MET:
        raise WrongState("只有未达到的前置类扣分因素可以录入扣分", mend="请核对判定结果")
    amount = number(points, field="points", label="扣分")
    if amount is None or amount < 0:
        raise Incomplete("请填写扣分，不能是负数；不扣的填0", field="points")
    fresh.deduction = amount
    why = line(reason, field="reason", label="扣分依据", longest=300)
    ledger.act(matter=matter, action="deduct", actor=actor, at=at, data={"points": amount, "reason": why})
    _save(fresh, at)
    return fresh


@transaction.atomic
def evidence_add(*, target: Target, file: BinaryIO, name: str, actor: Actor, at: dt.datetime) -> Target:
    """Attach evidence to a target. Errors: NotAllowed, Incomplete (type, size), WrongState."""
    fresh, matter = locked(target, "plan", "sheet")
    require_listed(fresh)
    require_issued(fresh.plan)
    ledger.act(matter=matter, action="attach", actor=actor, at=at, data={"name": name[:200]})
    ledger.attachment_add(matter=matter, file=file, name=name, purpose="佐证材料", actor=actor, at=at)
    return fresh


@transaction.atomic
def target_follow_up(*, target: Target, progress: str, advice: str, actor: Actor, at: dt.datetime) -> Target:
    """Note how a key target goes on, with the advice that moves it; both are told to the unit.

    Errors: NotAllowed, Incomplete naming the field, WrongState (not a key target).
    Source: smx-target-management/4.1.3
    """
    fresh, matter = locked(target, "plan", "sheet")
    require_listed(fresh)
    require_issued(fresh.plan)
    if fresh.group not in KEY_GROUPS:
        raise WrongState("跟踪督查针对重点目标和县（市、区）定量指标", mend="请选择重点目标")
    texts = {"progress": block(progress, field="progress", label="进展情况", required=False),
             "advice": block(advice, field="advice", label="促进落实的建议", required=False)}  # fmt: skip
    rule = rules.content("targets.followup", local_day(at))
    lacking = rule.missing(texts)
    if lacking:
        raise Incomplete(f"请填写{lacking[0].label}", field=lacking[0].key, cite=rule.cite)
    ledger.act(matter=matter, action="follow_up", actor=actor, at=at, data=texts)
    return fresh


@transaction.atomic
def theme_enter(
    *, plan: Plan, theme: str, results: Mapping[str, str], document: str, actor: Actor, at: dt.datetime
) -> tuple[list[str], list[str]]:
    """Enter the results of a special assessment (openness, work safety, …): body code -> met or not met.

    Only bodies that have a target of that theme take them; the others are returned as left out. Returns the names
    entered and left out.
    Errors: NotAllowed, Incomplete (unknown theme or result), WrongState.
    Source: smx-targets-2017/4.4
    """
    require(may_manage(actor), "录入专项考核结果")
    fresh, matter = locked(plan)
    require_issued(fresh)
    if theme not in rules.choice("targets.theme", local_day(at)).values:
        raise Incomplete("请选择专项", field="theme")
    wrong = [code for code, outcome in results.items() if outcome not in DECIDABLE]
    if wrong:
        raise Incomplete(f"{'、'.join(wrong)}的结果应为完成或未完成", field="results")
    paper = line(document, field="document", label="专项考核通报", longest=100)
    rows = Target.objects.filter(
        plan=fresh, theme=theme, matter__state="listed", sheet__body__code__in=results
    )
    entered: dict[str, str] = {}
    for target in rows.select_related("plan", "sheet__body", "matter"):
        body: Any = target.sheet.body
        _by_theme(target, results[body.code], paper, actor, at)
        entered[body.code] = body.name
    left = dict(Body.objects.filter(code__in=set(results) - set(entered)).values_list("code", "name"))
    data = {"theme": theme, "document": paper, "entered": sorted(entered), "left_out": sorted(left)}
    ledger.act(matter=matter, action="enter_theme", actor=actor, at=at, data=data)
    return sorted(entered.values()), sorted(left.values())


def _by_theme(target: Target, outcome: str, paper: str, actor: Actor, at: dt.datetime) -> None:
    """The special assessment decides each measure that others assign, or the target itself where it has none."""
    reason = f"按{paper}"
    rows = list(target.measures.filter(comparison=Comparison.ASSIGNED, assigned_value__isnull=True))
    data = {"outcome": outcome, "reason": reason, "theme": target.theme}
    if not rows and target.measures.exists():
        return
    ledger.act(matter=target.matter_id, action="decide", actor=actor, at=at, data=data)
    with door():
        for row in rows:
            row.assigned_text = row.assigned_text or "以专项考核结果为准"
            row.assigned_document, row.decision, row.reason = paper, outcome, reason
            row.save()
        if not rows:
            target.decided, target.decided_reason = outcome, reason
            target.save()
    rejudge([target], at=at)
