"""The scores of a period as pages show them: live, or as they were closed, published and revised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings

from luoshi.assessment.models import Sheet, SheetUnit
from luoshi.assessment.policies_sheets import may_read_all
from luoshi.assessment.selectors import sheets
from luoshi.assessment.selectors.live import Counted, counted, live
from luoshi.engines.assessment import Period, PeriodError
from luoshi.engines.assessment import Sheet as EngineSheet
from luoshi.engines.rulebook import Rulebook
from luoshi.ledger import rules
from luoshi.ledger.actors import Actor
from luoshi.organisation.models import Body

LIVE = "live"


@dataclass(frozen=True, slots=True)
class Scored:
    """A period's scores. edition: `live`, or the number of a stored sheet's version. row: the stored sheet of the
    period, if any; also beside live scores. bodies: by the units' codes."""

    sheet: EngineSheet
    as_of: datetime
    bodies: Mapping[str, Body]
    book: Rulebook
    edition: str
    row: Sheet | None

    @property
    def is_live(self) -> bool:
        """Whether the scores move with every event."""
        return self.edition == LIVE


def scored(period: Period, *, now: datetime, actor: Actor, edition: str = "") -> Scored:
    """Return a period's scores as the actor may see them.

    edition: `live`, the number of a stored version, or empty for the stored sheet where the actor may read it, else
    live. Raises UnknownRule where no scheme holds, LookupError for a version that is not there.
    """
    row = sheets.sheet_of(period)
    readable = row is not None and row.closed_at is not None and (
        row.published_at is not None or may_read_all(actor)
    )  # fmt: skip
    if edition == LIVE or not (edition or readable):
        found = live(period, now=now)
        return Scored(found.sheet, found.as_of, found.bodies, rules.current(), LIVE, row)
    number = int(edition) if edition.isdecimal() else 0 if edition or row is None else row.revision
    if row is None or not readable or not 1 <= number <= row.revision:
        raise LookupError(edition)
    as_of = row.as_of
    assert as_of is not None  # noqa: S101 - a closed sheet has it
    bodies = {kept.body.code: kept.body for kept in sheets.unit_rows(row, number)}
    book = sheets.book_of(row)
    return Scored(sheets.engine_sheet(row, number), as_of, bodies, book, str(number), row)


@dataclass(frozen=True, slots=True)
class Point:
    """A unit in one of the periods of its trend. total None: not scored then. mean: of the ranked units."""

    period: Period
    total: Decimal | None
    rank: int | None
    ranked: int
    mean: Decimal | None
    is_live: bool


def trend(body: Body, periods: Sequence[Period], *, now: datetime, actor: Actor) -> list[Point]:
    """Return a unit's totals and ranks over some periods, the mean of all ranked units beside them."""
    kept = _kept([str(period) for period in periods], everything=may_read_all(actor))
    found = counted([period for period in periods if str(period) not in kept], now=now)
    return [
        _stored(body, period, kept[str(period)]) if str(period) in kept else _live(body, period, found)
        for period in periods
    ]


_Row = tuple[int, Decimal, int | None]


def _kept(periods: Sequence[str], *, everything: bool) -> dict[str, list[_Row]]:
    """The stored (body, total, rank) of those periods that are closed and may be read."""
    rows = SheetUnit.objects.filter(
        sheet__jurisdiction=settings.JURISDICTION, sheet__period__in=periods, sheet__closed_at__isnull=False
    )
    if not everything:
        rows = rows.filter(sheet__published_at__isnull=False)
    latest = rows.order_by("sheet_id", "body_id", "-revision").distinct("sheet_id", "body_id")
    found: dict[str, list[_Row]] = {}
    for period, *row in latest.values_list("sheet__period", "body_id", "total", "rank"):
        found.setdefault(period, []).append((row[0], row[1], row[2]))
    return found


def _stored(body: Body, period: Period, rows: Sequence[_Row]) -> Point:
    mine = next((row for row in rows if row[0] == body.pk), None)
    totals = [total for _, total, rank in rows if rank is not None]
    total, rank = (mine[1], mine[2]) if mine else (None, None)
    return Point(period, total, rank, len(totals), _mean(totals), False)


def _live(body: Body, period: Period, counts: Counted) -> Point:
    try:
        found = counts.live(period).sheet
        score = found.unit(body.code)
    except (LookupError, PeriodError):
        return Point(period, None, None, 0, None, True)
    totals = [unit.total for unit in found.units if unit.rank is not None]
    return Point(period, score.total, score.rank, len(totals), _mean(totals), True)


def _mean(totals: Sequence[Decimal]) -> Decimal | None:
    return (sum(totals, Decimal(0)) / len(totals)).quantize(Decimal("0.01")) if totals else None
