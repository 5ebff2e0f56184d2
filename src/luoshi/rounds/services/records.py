"""Daily records, vetoes, and the notices that list them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction

from luoshi.engines.rulebook import Item, Scheme
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import block, line, locked
from luoshi.ledger.models import Matter, door
from luoshi.organisation.selectors import local_day
from luoshi.rounds import rules
from luoshi.rounds.models import QuarterNotice, Record, Round, RoundUnit
from luoshi.rounds.policies import may_approve, may_manage, require
from luoshi.rounds.services.checks import LONG, lock_round, number, option
from luoshi.rounds.states import RECORD, RECORDING


@transaction.atomic
def record_enter(
    *,
    unit: RoundUnit,
    kind: str,
    method: str,
    day: dt.date,
    text: str,
    actor: Actor,
    at: dt.datetime,
    leaf: str = "",
    points: Any = None,
    failure: str = "",
    veto: str = "",
    times: int = 1,
    established_by: str = "",
    cause: str = "",
) -> Record:
    """Put on record what was found, and how. With points or a failure it counts for one item, with a veto for the
    whole; what lies outside the total and every veto counts only once it is approved. cause: what it goes back to;
    outside the total one cause counts once for an item, and for each item that it falls under. Before the year's
    points are approved only facts are recorded.

    Errors: Incomplete naming the field, NotAllowed (the office only), WrongState (round not under way).
    Source: smx-openness-assessment/10.2, smx-openness-assessment/10.3
    """
    round, _ = lock_round(unit.round)
    require(may_manage(actor, round.matter), "登记日常考核")
    _check_open(round, unit)
    rule = rules.rule_of(round)
    option(kind, rule.records.kinds, field="kind", label="类别")
    option(method, rule.records.methods, field="method", label="方式")
    scheme = rules.shown_scheme(round, unit.class_key)
    if round.planned_at is None and (points not in (None, "") or failure):
        raise Incomplete("当年分值审定之前只能记录事实，不能加减分", field="points")
    _check_day(round, scheme, veto, day, local_day(at))
    row = Record(
        round=round,
        unit=unit,
        jurisdiction=round.jurisdiction,
        day=day,
        kind=kind,
        method=method,
        text=block(text, field="text", label="情况", longest=LONG),
        entered_by=actor.name,
        **_effect(scheme, rule.records.adjust, leaf, points, failure, veto, times),
    )
    if veto:
        row.established_by = line(established_by, field="established_by", label="认定人（机关）", longest=80)
    row.needs_approval = bool(veto) or _outside(scheme, row)
    row.cause = line(cause, field="cause", label="事由", longest=200, required=False)
    if _outside(scheme, row):
        row.cause = row.cause or row.text[:200]
        _refuse_twice(row)
    row.matter = _open(row, actor, at)
    with door():
        row.save(force_insert=True)
    return row


def _check_open(round: Round, unit: RoundUnit) -> None:
    if round.matter.state not in RECORDING:
        raise WrongState("考评结果已经汇总，不能再登记日常记录", mend="请核对考评目前所处的环节")
    if unit.matter.state == "removed":
        raise WrongState(f"{unit.name}不在本次考评名单中")


def _check_day(round: Round, scheme: Scheme, veto: str, day: dt.date, today: dt.date) -> None:
    """A record belongs to the assessed year. What counts only as it stands at the year-end assessment is found then:
    what happened before and was put right is no veto.

    Source: smx-website-assessment/7.6.1, smx-website-assessment/7.6.2, smx-website-assessment/7.6.3,
    smx-website-assessment/7.6.4, smx-website-assessment/7.6.5
    """
    final = next((one for one in scheme.vetoes if one.count == veto and one.final), None)
    if final is not None and round.matter.state != "marking":
        raise WrongState(
            f"“{final.title}”以年终考评时的检查为准，开始评分后才能认定",
            mend="平时发现的，请登记为日常记录，不选否决情形",
        )
    if day > today or (day.year != round.year and final is None):
        raise Incomplete(f"日期须在{round.year}年内，且不晚于今天", field="day")


def _effect(
    scheme: Scheme, adjust: bool, leaf: str, points: Any, failure: str, veto: str, times: int
) -> dict[str, Any]:
    """What a record counts for, checked against the scheme."""
    if not 1 <= times <= 999:
        raise Incomplete("次数须在1到999之间", field="times")
    if veto:
        if veto not in {one.count for one in scheme.vetoes}:
            raise Incomplete("指标表中没有这种否决情形", field="veto")
        return {"veto": veto, "times": times}
    if not leaf:
        if points not in (None, "") or failure:
            raise Incomplete("加减分须对应一个考核项目", field="leaf")
        return {}
    item = _leaf(scheme, leaf)
    if failure:
        if failure not in {one.key for one in item.failures}:
            raise Incomplete("该指标没有这种扣分情形", field="failure")
        return {"leaf": leaf, "failure": failure, "times": times}
    if points in (None, ""):
        return {"leaf": leaf}
    value = number(points, field="points", label="加减分")
    if not adjust and rules.part_of(scheme, leaf) in ("base", "regular"):
        raise Incomplete("本办法不以日常记录加减项目分", field="points")
    _check_points(item, value)
    return {"leaf": leaf, "points": value}


def _leaf(scheme: Scheme, leaf: str) -> Item:
    try:
        return rules.leaf_of(scheme, leaf)
    except KeyError as error:
        raise Incomplete(f"指标表中没有{leaf}这一项", field="leaf") from error


def _check_points(item: Item, value: Decimal) -> None:
    if item.kind not in ("mark", "check"):
        raise Incomplete("该指标按扣分情形计分，请选择扣分情形", field="failure")
    if value == 0:
        raise Incomplete("加减分不能为0；只记录情况的请留空", field="points")
    if item.max is not None and abs(value) > item.max:
        raise Incomplete(f"加减分不能超过该项满分{item.max}分", field="points")
    if value != value.quantize(Decimal("0.01")):
        raise Incomplete("加减分最多两位小数", field="points")


def _outside(scheme: Scheme, row: Record) -> bool:
    """Whether a record gives or takes points outside the total; ordinary failures are what the item is about."""
    if not row.leaf or row.points is None:
        return False
    return rules.part_of(scheme, row.leaf) in ("bonus", "deduction")


def _refuse_twice(row: Record) -> None:
    """Within one item a cause counts once. Source: smx-openness-indicators/9.1, smx-openness-indicators/9.2"""
    same = Record.objects.filter(unit=row.unit, leaf=row.leaf, cause=row.cause)
    if same.exclude(matter__state="withdrawn").exists():
        raise Incomplete("同一事由在这一项中已经登记，不重复加减分", field="cause")


def _open(row: Record, actor: Actor, at: dt.datetime) -> Matter:
    round = row.round
    opened: Matter = ledger.matter_open(
        kind=RECORD,
        title=f"{row.unit.name}：{row.text[:60]}",
        number=ledger.number_next("rounds.record", at),
        body_id=row.unit.body_id,
        parent=round.matter,
        actor=actor,
        at=at,
        facts={"kind": row.kind, "method": row.method},
        data={
            "day": row.day,
            "leaf": row.leaf,
            "points": row.points,
            "failure": row.failure,
            "veto": row.veto,
            "times": row.times,
            "established_by": row.established_by,
            "cause": row.cause,
        },
    )
    return opened


@transaction.atomic
def record_approve(*, record: Record, actor: Actor, at: dt.datetime) -> Record:
    """Let a bonus, a deduction outside the total, or a veto count. A veto needs its evidence.

    Errors: Incomplete (a veto without a file), WrongState (needs no approval, or had it), NotAllowed.
    """
    ledger.lock(record.round_id)
    fresh, matter = locked(record, "round", "round__matter", "unit")
    if not fresh.needs_approval:
        raise WrongState("这条记录不需审批")
    require(may_approve(actor, matter), "批准")
    _still_counting(fresh)
    if not matter.attachments.exists():
        raise Incomplete("没有证据材料，不能批准", mend="请先由考评办上传认定材料或证据", field="file")
    ledger.act(matter=matter, action="approve", actor=actor, at=at)
    fresh.approved_by = actor.name
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def record_withdraw(*, record: Record, reason: str, actor: Actor, at: dt.datetime) -> Record:
    """Take a record back, with the reason; it counts no more. Errors: Incomplete, NotAllowed, WrongState."""
    why = block(reason, field="reason", label="撤销原因", longest=500)
    ledger.lock(record.round_id)
    fresh, matter = locked(record, "round", "round__matter", "unit")
    _still_counting(fresh)
    ledger.act(matter=matter, action="withdraw", actor=actor, at=at, data={"reason": why})
    return fresh


def _still_counting(record: Record) -> None:
    if record.round.matter.state not in RECORDING:
        raise WrongState("考评结果已经汇总，日常记录不能再变动", mend="如有差错，请先退回评分")


def records_in(round: Round, period: str) -> Any:
    """The records of a period (2017-Q1 or 2017-03) that still stand, in order."""
    start, end = bounds(period)
    rows = Record.objects.filter(round=round, day__gte=start, day__lt=end).exclude(matter__state="withdrawn")
    return rows.select_related("unit", "matter").order_by("day", "matter_id")


def bounds(period: str) -> tuple[dt.date, dt.date]:
    """The first day of a period and the day after its last."""
    from luoshi.engines.assessment import Period

    found = Period.parse(period)
    return found.first, found.end


@transaction.atomic
def quarter_tell(*, round: Round, period: str, text: str, actor: Actor, at: dt.datetime) -> QuarterNotice:
    """Issue the notice of a period: it lists every record of it that stands. Each unit is told.

    Where units keep columns of a portal filled, the notice of a month comments on what they reported, once every
    column is counted. Errors: Incomplete, WrongState (period not over, told already, a column not counted), NotAllowed.
    Source: smx-openness-assessment/10.4, smx-website-assessment/7.4.2
    """
    says = block(text, field="text", label="通报内容", longest=LONG * 2)
    fresh, matter = lock_round(round)
    rule = rules.rule_of(fresh)
    if period not in rules.periods(rule.records.every, fresh.year):
        raise Incomplete("没有这一期通报", field="period")
    if local_day(at) < bounds(period)[1]:
        raise WrongState(f"{period}尚未结束，不能通报")
    if QuarterNotice.objects.filter(round=fresh, period=period).exists():
        raise WrongState(f"{period}已经通报", mend="请刷新页面查看")
    if rule.records.every == "month":
        _check_columns(fresh, period)
    listed = list(records_in(fresh, period).values_list("matter_id", flat=True))
    data = {"period": period, "quarter": _quarter(period), "records": listed}
    ledger.act(matter=matter, action="tell", actor=actor, at=at, data=data)
    with door():
        notice: QuarterNotice = QuarterNotice.objects.create(
            round=fresh, period=period, text=says, listed=listed, at=at, by=actor.name
        )
    return notice


def _check_columns(round: Round, month: str) -> None:
    gaps = list(round.duties.exclude(counts__month=month).select_related("unit"))
    if gaps:
        shown = "、".join(f"{duty.column}（{duty.unit.name}）" for duty in gaps[:4])
        raise WrongState(f"{month}还有{len(gaps)}个栏目没有登记统计：{shown}", mend="请先逐栏登记")


def _quarter(period: str) -> int | None:
    return int(period[-1]) if "Q" in period else None
