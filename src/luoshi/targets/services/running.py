"""The year as it runs: each month every body reports, the office checks, each quarter a notice goes out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction

from luoshi.ledger import rules as books
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import line, locked
from luoshi.ledger.models import door
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import local_day
from luoshi.targets import rules, states
from luoshi.targets.models import Figure, Layer, Notice, Plan, Report, Target, TargetMeasure
from luoshi.targets.policies import may_keep, may_manage, require
from luoshi.targets.selectors.board import notice_figures
from luoshi.targets.services.checks import block, first_of_month, number, require_issued
from luoshi.targets.services.judging import rejudge
from luoshi.targets.sources import Supplied, supplied

NUMBERS = {"value": "数值", "level": "本年水平", "reference": "参照值"}
CASES = {"part": "符合件数", "whole": "全部件数"}


@transaction.atomic
def month_open(*, plan: Plan, month: dt.date, actor: Actor, at: dt.datetime) -> list[Report]:
    """When a month of a running year is over, every body owes its report and the office its check; after a quarter,
    the notice too. What stands already stays; calling it again adds nothing.

    Errors: NotAllowed, WrongState (not handed down, the month still runs or lies before the targets were in force).
    Source: smx-target-management/4.1.1, smx-target-management/4.1.2, smx-targets-2017/4.11
    """
    require(may_manage(actor), "开始月考核")
    fresh, _ = locked(plan)
    require_issued(fresh)
    first = first_of_month(month)
    after = _next(first)
    if local_day(at) < after:
        raise WrongState(f"{first.year}年{first.month}月还没有结束", mend="月终之后再开始月考核")
    if first.year != fresh.year or (fresh.issued_on is not None and after <= fresh.issued_on):
        raise WrongState(
            f"{first.year}年{first.month}月不在目标执行期内", mend=f"目标自{fresh.issued_on}起执行"
        )
    terms = rules.setting("targets.month", local_day(at))
    made = _owe_reports(fresh, first, _due(after, int(terms["report_day"]), int(terms["hour"])), actor, at)
    due = _due(after, int(terms["check_day"]), int(terms["hour"]))
    _owe_notice(fresh, "month", first, due, actor, at)
    if first.month % 3 == 0:
        _owe_notice(fresh, "quarter", first.replace(month=first.month - 2), None, actor, at)
    return made


def _next(first: dt.date) -> dt.date:
    return (first + dt.timedelta(days=32)).replace(day=1)


def _due(after: dt.date, day: int, hour: int) -> dt.datetime:
    tz = books.current().worktime.tz
    return dt.datetime(after.year, after.month, day, hour, tzinfo=tz)


def _owe_reports(plan: Plan, month: dt.date, due: dt.datetime, actor: Actor, at: dt.datetime) -> list[Report]:
    """A report for every body with targets; the city's own figures come from the monitoring group's seat.

    How often those are asked for is set in targets.statistics.
    """
    every = int(rules.setting("targets.statistics", local_day(at))["every_months"])
    have = set(Report.objects.filter(plan=plan, month=month).values_list("sheet_id", flat=True))
    made = []
    for sheet in plan.sheets.select_related("matter").order_by("layer", "position"):
        if sheet.pk in have or sheet.body_id is None or (sheet.layer == Layer.CITY and month.month % every):
            continue
        matter = ledger.matter_open(
            kind=states.REPORT,
            title=f"{month.year}年{month.month}月目标进展：{sheet.name}",
            body_id=sheet.body_id,
            parent=sheet.matter,
            actor=actor,
            at=at,
            facts={"layer": sheet.layer, "month": month.isoformat()[:7], "due_set": due},
        )
        report = Report(
            matter=matter, jurisdiction=matter.jurisdiction, plan=plan, sheet=sheet, month=month, due_at=due
        )
        with door():
            report.save(force_insert=True)
        made.append(report)
    return made


def _owe_notice(
    plan: Plan, kind: str, period: dt.date, due: dt.datetime | None, actor: Actor, at: dt.datetime
) -> None:
    if Notice.objects.filter(plan=plan, kind=kind, period=period).exists():
        return
    office = rules.seat("office_seat", at)
    drafter = (rules.seat("monitoring_seat", at) or office) if kind == "quarter" else office
    names = {
        "month": f"{period.year}年{period.month}月月考核",
        "quarter": f"{period.year}年第{(period.month + 2) // 3}季度通报",
    }
    facts: dict[str, Any] = {"kind": kind, "period": period.isoformat()}
    if due is not None:
        facts["due_set"] = due
    matter = ledger.matter_open(
        kind=states.NOTICE,
        title=f"目标完成情况：{names[kind]}",
        body_id=drafter.pk if isinstance(drafter, Body) else None,
        parent=plan.matter,
        actor=actor,
        at=at,
        facts=facts,
    )
    notice = Notice(matter=matter, jurisdiction=matter.jurisdiction, plan=plan, kind=kind, period=period)
    with door():
        notice.save(force_insert=True)


@transaction.atomic
def report_submit(
    *,
    report: Report,
    figures: Mapping[int, Mapping[str, Decimal | str | None]],
    actor: Actor,
    at: dt.datetime,
    remark: str = "",
    version: int | None = None,
) -> Report:
    """Report a month: for each measure (by id) its figure, or this year's level, the figure it is held against, or
    cases (part of whole). Measures left empty keep what is known; what the platform has itself it takes from its
    modules. The judgements follow.

    Errors: NotAllowed (another body), Incomplete naming the field, WrongState (closed year; waived).
    """
    fresh, matter = locked(report, "plan", "sheet")
    require(may_keep(actor, matter), "报送其他单位的进展")
    require_issued(fresh.plan)
    rows = TargetMeasure.objects.filter(
        target__sheet=fresh.sheet, target__matter__state="listed", pk__in=figures
    )
    known = {row.pk: row for row in rows}
    unknown = set(figures) - set(known)
    if unknown:
        raise Incomplete("有指标不属于本单位", mend="请刷新页面后重填")
    fetched = _fetched(fresh, at)
    clean = {pk: _clean(known[pk], given) for pk, given in figures.items() if pk not in fetched}
    clean |= {pk: _clean(row, given.as_figure()) for pk, (row, given) in fetched.items()}
    filled = {
        pk: values for pk, values in clean.items() if any(value is not None for value in values.values())
    }
    said = block(remark, field="remark", label="进展说明", longest=4000, required=False)
    if not filled and not said:
        raise Incomplete("请至少填写一项数值或进展说明", field="remark")
    data = {
        "month": fresh.month.isoformat()[:7],
        "figures": {str(pk): values for pk, values in filled.items()},
        "fetched": sorted(fetched),
        "on_time": at <= fresh.due_at,
        "remark": said,
    }
    ledger.act(matter=matter, action="report", actor=actor, at=at, data=data, version=version)
    _store(fresh, filled, actor, at)
    with door():
        fresh.remark = said
        if fresh.reported_at is None:
            fresh.reported_at, fresh.reported_by = at, actor.name
        fresh.save()
    rejudge(Target.objects.filter(sheet=fresh.sheet, matter__state="listed").select_related("plan"), at=at)
    return fresh


def _fetched(report: Report, at: dt.datetime) -> dict[int, tuple[TargetMeasure, Supplied]]:
    """The measures whose figures the platform has itself; what somebody types for them does not count."""
    found = {}
    for row in TargetMeasure.objects.filter(target__sheet=report.sheet, target__matter__state="listed"):
        given = supplied(row.indicator, report.month, day=local_day(at))
        if given is not None:
            found[row.pk] = (row, given)
    return found


def _clean(row: TargetMeasure, given: Mapping[str, Decimal | str | None]) -> dict[str, Decimal | int | None]:
    field = f"m{row.pk}"
    values: dict[str, Decimal | int | None] = {
        key: number(given.get(key), field=f"{field}-{key}", label=f"{row.indicator}的{label}")
        for key, label in NUMBERS.items()
    }
    for key, label in CASES.items():
        amount = number(given.get(key), field=f"{field}-{key}", label=f"{row.indicator}的{label}")
        if amount is not None and (amount < 0 or amount != int(amount)):
            raise Incomplete(f"{row.indicator}的{label}应为整数", field=f"{field}-{key}")
        values[key] = None if amount is None else int(amount)
    part, whole = values["part"], values["whole"]
    if (part is None) is not (whole is None):
        raise Incomplete(f"{row.indicator}的符合件数和全部件数须一并填写", field=f"{field}-part")
    if part is not None and whole is not None and part > whole:
        raise Incomplete(f"{row.indicator}的符合件数不能大于全部件数", field=f"{field}-part")
    return values


def _store(
    report: Report, filled: Mapping[int, Mapping[str, Decimal | int | None]], actor: Actor, at: dt.datetime
) -> None:
    rows = [
        Figure(measure_id=pk, month=report.month, at=at, by=actor.name, **values)
        for pk, values in filled.items()
    ]
    with door():
        Figure.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["measure", "month"],
            update_fields=["value", "level", "reference", "part", "whole", "at", "by"],
        )


@transaction.atomic
def report_return(*, report: Report, reason: str, actor: Actor, at: dt.datetime) -> Report:
    """Send a report back to be made anew; its figures stay until then. Errors: NotAllowed, Incomplete, WrongState."""
    fresh, matter = locked(report, "plan", "sheet")
    why = line(reason, field="reason", label="退回原因", longest=300)
    ledger.act(matter=matter, action="return", actor=actor, at=at, data={"reason": why})
    with door():
        fresh.reported_at, fresh.reported_by = None, ""
        fresh.save()
    return fresh


@transaction.atomic
def notice_draw_up(*, notice: Notice, remark: str, actor: Actor, at: dt.datetime) -> Notice:
    """Draw a notice up from the records: its table is taken now and kept; the text is the drafter's.

    Errors: NotAllowed, WrongState (issued).
    Source: smx-target-management/2.3
    """
    fresh, matter = locked(notice, "plan")
    figures = notice_figures(fresh.plan, kind=fresh.kind, period=fresh.period)
    said = block(remark, field="remark", label="评述", longest=4000, required=False)
    ledger.act(
        matter=matter,
        action="draw_up",
        actor=actor,
        at=at,
        data={"bodies": len(figures["rows"]), "remark": said},
    )
    with door():
        fresh.figures, fresh.remark = figures, said
        fresh.save()
    return fresh


@transaction.atomic
def notice_issue(*, notice: Notice, actor: Actor, at: dt.datetime) -> Notice:
    """Issue a notice as it was drawn up; it never changes again. Errors: NotAllowed, WrongState (not drawn up)."""
    fresh, matter = locked(notice, "plan")
    ledger.act(matter=matter, action="issue", actor=actor, at=at, data={"kind": fresh.kind})
    with door():
        fresh.issued_at, fresh.issued_by = at, actor.name
        fresh.save()
    return fresh


def months_due(plan: Plan, *, at: dt.datetime) -> list[dt.date]:
    """The months of a running year that are over and for which no check was begun."""
    if plan.issued_on is None:
        return []
    today, first = local_day(at), dt.date(plan.year, 1, 1)
    months = [first.replace(month=number) for number in range(1, 13)]
    begun = set(Notice.objects.filter(plan=plan, kind="month").values_list("period", flat=True))
    return [one for one in months if plan.issued_on < _next(one) <= today and one not in begun]


def months_open_all(*, actor: Actor, at: dt.datetime) -> int:
    """Begin every check that is due, of all years that run; returns how many months."""
    count = 0
    for plan in Plan.objects.filter(matter__state="issued").select_related("matter").order_by("year"):
        for month in months_due(plan, at=at):
            month_open(plan=plan, month=month, actor=actor, at=at)
            count += 1
    return count


__all__ = [
    "month_open",
    "months_due",
    "months_open_all",
    "notice_draw_up",
    "notice_issue",
    "report_return",
    "report_submit",
]
