"""What is still missing when a period is to be closed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from luoshi.assessment.models import Appeal, Entry, Sheet
from luoshi.assessment.selectors.sheets import period_of
from luoshi.hotline.models import Application, Dispatch
from luoshi.ledger import rules
from luoshi.ledger.models import Obligation, ObligationState


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """Something that is not settled yet. kind: limits | reviews | applications | entries | months |
    windows | appeals."""

    kind: str
    text: str
    number: int

    def as_dict(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self)


def open_points(sheet: Sheet, at: datetime) -> list[OpenPoint]:
    """What could still change the inputs of a period that has ended: limits that run, entries and appeals undecided."""
    found = [_limits(sheet, at), _reviews(sheet), _applications(sheet), _entries(sheet)]
    if sheet.kind != "month":
        found += [_months(sheet), _windows(sheet, at), _appeals(sheet)]
    return [point for point in found if point.number]


def _limits(sheet: Sheet, at: datetime) -> OpenPoint:
    start, end = period_of(sheet).bounds(rules.current().worktime.tz)
    number = Obligation.objects.filter(
        jurisdiction=settings.JURISDICTION,
        matter_kind="hotline.dispatch",
        nature="duty",
        owner="body",
        state=ObligationState.OPEN,
        opened_at__gte=start,
        opened_at__lt=end,
        due_at__gte=at,
    ).count()
    return OpenPoint("limits", f"期内派单尚有{number}项时限未到，到期后才计入本期", number)


def _reviews(sheet: Sheet) -> OpenPoint:
    start, end = period_of(sheet).bounds(rules.current().worktime.tz)
    rows = Dispatch.objects.filter(
        matter__jurisdiction=settings.JURISDICTION,
        matter__state="submitted",
        dispatched_at__gte=start,
        dispatched_at__lt=end,
    )
    number = rows.count()
    return OpenPoint("reviews", f"有{number}件已报送的答复等待审核，审核后才计办结", number)


def _applications(sheet: Sheet) -> OpenPoint:
    start, end = period_of(sheet).bounds(rules.current().worktime.tz)
    rows = Application.objects.filter(
        dispatch__matter__jurisdiction=settings.JURISDICTION,
        status="pending",
        dispatch__dispatched_at__gte=start,
        dispatch__dispatched_at__lt=end,
    )
    number = rows.count()
    return OpenPoint("applications", f"有{number}件退单、延时等申请尚未批复", number)


def _entries(sheet: Sheet) -> OpenPoint:
    rows = Entry.objects.filter(
        jurisdiction=settings.JURISDICTION,
        matter__state="proposed",
        date__gte=sheet.first,
        date__lt=sheet.end,
    )
    number = rows.count()
    return OpenPoint("entries", f"有{number}项加减分尚未审定", number)


def _inner(sheet: Sheet) -> Any:
    """The months' sheets of a longer period."""
    return Sheet.objects.filter(
        jurisdiction=settings.JURISDICTION, kind="month", first__gte=sheet.first, end__lte=sheet.end
    )


def _months(sheet: Sheet) -> OpenPoint:
    done = set(_inner(sheet).filter(published_at__isnull=False).values_list("period", flat=True))
    lacking = [month for month in period_of(sheet).months if month not in done]
    return OpenPoint("months", f"有{len(lacking)}个月的成绩未公布：{'、'.join(lacking)}", len(lacking))


def _windows(sheet: Sheet, at: datetime) -> OpenPoint:
    number = _inner(sheet).filter(appeal_until__gte=at).count()
    return OpenPoint("windows", f"有{number}个月的成绩仍在申诉期内", number)


def _appeals(sheet: Sheet) -> OpenPoint:
    rows = Appeal.objects.filter(sheet__in=_inner(sheet), matter__state__in=["submitted", "drafted"])
    number = rows.count()
    return OpenPoint("appeals", f"有{number}件月度申诉尚未审定", number)
