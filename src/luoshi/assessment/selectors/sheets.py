"""Reading sheets: their units as of a revision, rebuilt with the engine, and what a unit may see of others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from django.conf import settings
from django.db.models import QuerySet

from luoshi.assessment import frozen
from luoshi.assessment.models import Appeal, RulebookCopy, Sheet, SheetRevision, SheetUnit
from luoshi.assessment.policies_sheets import may_read_all
from luoshi.engines.assessment import Period, evaluate, reranked
from luoshi.engines.assessment import Sheet as EngineSheet
from luoshi.engines.rulebook import Rulebook, parse
from luoshi.engines.rulebook.scheme import Scheme
from luoshi.engines.worktime import Calendar
from luoshi.ledger import rules
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Matter
from luoshi.organisation.selectors import local_day
from luoshi.rulebooks import calendars

SCHEME = "assessment.hotline"


def sheet_list(*, actor: Actor, kind: str = "") -> QuerySet[Sheet]:
    """The sheets that the actor may open, of a kind of period; the published ones for a unit."""
    rows = Sheet.objects.filter(jurisdiction=settings.JURISDICTION).select_related("matter")
    if kind:
        rows = rows.filter(kind=kind)
    return rows if may_read_all(actor) else rows.filter(published_at__isnull=False)


def sheet_get(pk: int) -> Sheet | None:
    """A sheet with its matter."""
    found: Sheet | None = Sheet.objects.select_related("matter").filter(pk=pk).first()
    return found


def sheet_of(period: Period) -> Sheet | None:
    """The sheet of a period, None where none was opened."""
    rows = Sheet.objects.filter(jurisdiction=settings.JURISDICTION, period=str(period))
    found: Sheet | None = rows.select_related("matter").first()
    return found


def period_of(sheet: Sheet) -> Period:
    """The period of a sheet."""
    return Period(sheet.kind, sheet.first, sheet.end)


def unit_rows(sheet: Sheet, revision: int | None = None) -> list[SheetUnit]:
    """Each unit's row as of a revision (the current one by default), by rank; those without a rank last."""
    upto = sheet.revision if revision is None else revision
    rows = SheetUnit.objects.filter(sheet=sheet, revision__lte=upto).select_related("body")
    latest = list(rows.order_by("body_id", "-revision").distinct("body_id"))
    return sorted(latest, key=lambda row: (row.rank is None, row.rank or 0, -row.total, row.body.code))


def unit_row(sheet: Sheet, body_id: int, revision: int | None = None) -> SheetUnit | None:
    """One unit's row as of a revision."""
    upto = sheet.revision if revision is None else revision
    rows = SheetUnit.objects.filter(sheet=sheet, body_id=body_id, revision__lte=upto)
    found: SheetUnit | None = rows.select_related("body").order_by("-revision").first()
    return found


def revisions(sheet: Sheet) -> QuerySet[SheetRevision]:
    """All versions of a sheet, the first one first, with the appeals that led to them."""
    return SheetRevision.objects.filter(sheet=sheet).select_related("appeal__body").order_by("number")


@lru_cache(maxsize=4)
def _copied(version: str) -> Rulebook:
    known = {name: Calendar.parse(calendars.read(name)) for name in calendars.names()}
    return parse(RulebookCopy.objects.get(pk=version).files, calendars=known)


def scheme_of(sheet: Sheet) -> Scheme:
    """The scheme under which a closed sheet was scored, from the rulebook's copy kept at closing."""
    return book_of(sheet).scheme(sheet.scheme, period_of(sheet).last)


def book_of(sheet: Sheet) -> Rulebook:
    """The rulebook under which a closed sheet was scored."""
    current = rules.current()
    return current if current.version == sheet.rulebook_version else _copied(sheet.rulebook_version)


def engine_sheet(sheet: Sheet, revision: int | None = None) -> EngineSheet:
    """The engine's sheet of a closed period, computed again from the frozen inputs and the frozen averages.

    It equals what was stored; `differences` says where it does not. Errors: ValueError before closing.
    """
    if sheet.closed_at is None:
        raise ValueError(f"{sheet.period} is not closed")
    rows = unit_rows(sheet, revision)
    units = [frozen.counts_from(row.inputs, unit=row.body.code, name=row.name) for row in rows]
    means = {item: Decimal(value) for item, value in sheet.means.items()}
    found = evaluate(scheme_of(sheet), units, period=period_of(sheet), means=means, closed=True)
    totals = {row.body.code: Decimal(row.inputs["total"]) for row in rows if "total" in row.inputs}
    return reranked(found, totals) if totals else found


def differences(sheet: Sheet) -> Iterator[str]:
    """Where a closed sheet, computed again for each of its revisions, is not what was stored: one line each."""
    for number in range(1, sheet.revision + 1):
        again = engine_sheet(sheet, number)
        rows = {row.body.code: row for row in unit_rows(sheet, number)}
        for score in again.units:
            row = rows[score.unit]
            kept = {
                "result": row.result,
                "total": str(row.total),
                "rank": row.rank,
                "grade": row.grade,
            }
            if frozen.stored_of(score) != kept:
                yield f"{sheet.period} 第{number}版 {row.name}: stored {row.total}, computed {score.total}"


def shown_of_others(at: datetime) -> frozenset[str]:
    """What a unit may see of other units' scores: total, rank."""
    values = rules.current().setting("assessment.visibility", local_day(at)).values
    return frozenset(values["others"])


def after_day(at: datetime | date) -> int:
    """The day of the next month after which results are published."""
    day = local_day(at) if isinstance(at, datetime) else at
    return int(rules.current().setting("assessment.publication", day).values["after_day"])


def appeal_list(*, actor: Actor, state: str = "") -> QuerySet[Appeal]:
    """Appeals: all of them for those who see all, else the own unit's."""
    rows = Appeal.objects.filter(jurisdiction=settings.JURISDICTION).select_related("matter", "body", "sheet")
    if not may_read_all(actor):
        rows = rows.filter(body_id=actor.body_id)
    return rows.filter(matter__state=state) if state else rows


def appeal_get(pk: int) -> Appeal | None:
    """An appeal with its matter, unit and sheet."""
    rows = Appeal.objects.select_related("matter", "body", "sheet__matter")
    found: Appeal | None = rows.filter(pk=pk).first()
    return found


def case_of(number: str, body_id: int) -> Matter | None:
    """The matter of that number that belongs to a unit, or that was dispatched to it."""
    rows = Matter.objects.filter(jurisdiction=settings.JURISDICTION, number=number)
    own = rows.filter(body_id=body_id).first()
    found: Matter | None = own or rows.filter(children__body_id=body_id).first()
    return found
