"""Live scores: counts read from the tallies, in the time of the number of units; and the matters behind a count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import BigIntegerField, Q, QuerySet, Sum
from django.db.models.expressions import RawSQL

from luoshi.assessment.counting.rows import SCALED, SCHEME, STOCK, metric_of
from luoshi.assessment.models import Standing
from luoshi.engines.assessment import Period, Sheet, UnitCounts, evaluate
from luoshi.engines.rulebook import UnknownRule
from luoshi.engines.rulebook.scheme import Scheme
from luoshi.ledger import rules
from luoshi.ledger.models import Tally
from luoshi.ledger.paging import Page, key_page
from luoshi.ledger.together import fetch
from luoshi.organisation.models import Body


@dataclass(frozen=True, slots=True)
class Live:
    """The scores of a period as they stand. as_of: up to when limits that ran out are counted.

    bodies: the assessed bodies by their code, which is the unit's key in the sheet.
    """

    sheet: Sheet
    as_of: datetime
    bodies: Mapping[str, Body]


def scheme_for(period: Period) -> Scheme:
    """The scheme by which a period is scored: the one in force on its last day. Raises UnknownRule."""
    return rules.current().scheme(SCHEME, period.last)


def bodies_assessed(period: Period) -> list[Body]:
    """The bodies that take requests and existed in the period, in the order of their codes: one query."""
    return list(_assessed(period))


def _assessed(period: Period) -> QuerySet[Body]:
    rows = Body.objects.filter(
        Q(until__isnull=True) | Q(until__gte=period.first),
        jurisdiction=settings.JURISDICTION,
        takes_requests=True,
        since__lte=period.last,
    )
    return rows.order_by("code")


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted in some periods. as_of: up to when limits that ran out are counted."""

    as_of: datetime
    bodies: Mapping[Period, list[Body]]
    totals: Mapping[Period, list[tuple[str, int, int]]]

    def live(self, period: Period) -> Live:
        """The league of one of the periods. Raises UnknownRule where no scheme was in force."""
        bodies = self.bodies[period]
        sheet = evaluate(scheme_for(period), _units(bodies, self.totals[period]), period=period)
        return Live(sheet, self.as_of, {body.code: body for body in bodies})


def counted(periods: Sequence[Period], *, now: datetime) -> Counted:
    """What is counted in some periods at `now`: one query, however many requests, units and periods there are."""
    bodies, totals = {one: _assessed(one) for one in periods}, {one: _totals(one) for one in periods}
    waiting = _waiting(now)
    fetch(*bodies.values(), *totals.values(), waiting)
    return Counted(
        _as_of(now, waiting),
        {one: list(rows) for one, rows in bodies.items()},
        {one: list(rows) for one, rows in totals.items()},
    )


def live(period: Period, *, now: datetime) -> Live:
    """The league of a period as it stands at `now`: one query, however many requests and units there are.

    Source: smx-hotline-assessment-annex/2.a
    """
    return counted([period], now=now).live(period)


def _waiting(now: datetime) -> QuerySet[Any, Any]:
    """The earliest limit that ran out and was not counted yet: a list of one, or of none."""
    rows = Standing.objects.filter(changes_at__lte=now).order_by("changes_at")
    found: QuerySet[Any, Any] = rows.values_list("changes_at", flat=True)[:1]
    return found


def _as_of(now: datetime, waiting: Iterable[datetime]) -> datetime:
    return min([now, *waiting])


def counted_until(*, now: datetime) -> datetime:
    """Up to when limits that ran out are counted: `now`, unless the worker is behind."""
    return _as_of(now, _waiting(now))


def counts_of(period: Period, *, now: datetime) -> list[UnitCounts]:
    """Every assessed body's counts of a period: one query. Charges are settled already and stand in the counts."""
    scheme_for(period)
    bodies, totals = _assessed(period), _totals(period)
    fetch(bodies, totals)
    return _units(bodies, totals)


def _units(bodies: Iterable[Body], totals: Iterable[tuple[str, int, int]]) -> list[UnitCounts]:
    by_body: dict[int, dict[str, int | Decimal]] = {body.pk: {} for body in bodies}
    for metric, body, total in totals:
        name = metric.partition(":")[2]
        number = Decimal(total) / SCALED[name] if name in SCALED else int(total)
        counts = by_body[body]
        counts[name] = counts.get(name, 0) + number
    return [
        UnitCounts(unit=body.code, counts=by_body[body.pk], class_=body.kind, name=body.name)
        for body in bodies
    ]


def _totals(period: Period) -> QuerySet[Any, Any]:
    """Flows of the period's days, stocks up to its end, charges as settled for the period; none without a scheme."""
    try:
        names = list(scheme_for(period).counts)
    except UnknownRule:
        return Tally.objects.none()
    flows = Q(metric__in=[metric_of(name) for name in names], day__gte=period.first, day__lte=period.last)
    stocks = Q(metric__in=[metric_of(name, STOCK) for name in names], day__lte=period.last)
    settled = Q(metric__in=[metric_of(name, period.kind) for name in names], day=period.first)
    rows = Tally.objects.filter(flows | stocks | settled, body__in=_assessed(period).order_by().values("pk"))
    found: QuerySet[Any, Any] = rows.values_list("metric", "body_id").annotate(total=Sum("count")).order_by()
    return found


_AMOUNT = """
(SELECT COALESCE(SUM((row->>'a')::bigint), 0) FROM jsonb_array_elements(assessment_standing.counts) AS row
 WHERE row->>'n' = %s AND (row->>'b')::bigint = %s AND row->>'d' <= %s AND (row->>'d' >= %s OR row->>'r' = '1'))
"""
_TIMES = """
(SELECT COALESCE(SUM(CASE WHEN (row->>'o')::bigint > 0 THEN 1 ELSE (row->>'t')::bigint END), 0)
 FROM jsonb_array_elements(assessment_standing.charges) AS row
 WHERE row->>'n' = %s AND (row->>'b')::bigint = %s AND row->>'d' <= %s AND row->>'d' >= %s
 AND jsonb_exists(row->'k', %s))
"""


def behind(body: Body, count: str, period: Period) -> QuerySet[Any]:
    """The standings whose matters are behind a count of a body in a period; `amount`: what each adds to it.

    Of charges on one order those that count; below zero only what an appeal took back. The matter comes along.
    """
    given = [count, body.pk, period.last.isoformat(), period.first.isoformat()]
    amount = RawSQL(_AMOUNT, given, BigIntegerField())  # noqa: S611 - values are parameters
    times = RawSQL(_TIMES, [*given, period.kind], BigIntegerField())  # noqa: S611 - values are parameters
    rows = Standing.objects.filter(
        Q(last_day__isnull=True) | Q(last_day__gte=period.first), body=body, first_day__lte=period.last
    )
    found: QuerySet[Any] = rows.annotate(amount=amount + times).exclude(amount=0)
    return found.select_related("matter", "matter__parent")


def matters_behind(
    body: Body, count: str, period: Period, *, after: str | None = None, before: str = "", size: int = 50
) -> Page[Any]:
    """A page of the matters behind a count, the newest first: one query.

    Each item is a Standing with its `matter` and `amount`, what it adds to the count (in hundredths for points).
    """
    rows = behind(body, count, period)
    return key_page(rows, keys=("-matter_id",), after=after or "", before=before, size=size)


def in_parts(count: str, amount: int) -> int | Decimal:
    """The amount of a count as people read it."""
    return Decimal(amount) / SCALED[count] if count in SCALED else amount


__all__ = [
    "Live",
    "behind",
    "bodies_assessed",
    "counted",
    "counted_until",
    "counts_of",
    "in_parts",
    "live",
    "matters_behind",
    "scheme_for",
]
