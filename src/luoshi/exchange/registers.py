"""What the smaller tables count for: answers, submissions, base work, entries. Charges come with their months."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import tzinfo
from decimal import Decimal

from luoshi.engines.assessment import Charge, Period
from luoshi.engines.rulebook import Rulebook
from luoshi.exchange.bad import BadExport
from luoshi.exchange.dispatches import Window
from luoshi.exchange.dues import setting_of
from luoshi.exchange.format import BASE_ITEMS, DEDUCTIONS, ENTRY_COUNTS, SUBMISSIONS
from luoshi.exchange.read import Export
from luoshi.exchange.times import NEVER, midnight, moment, month_of

REPORTING = "assessment.monthly_report"


@dataclass(slots=True)
class Register:
    """counts and the rows behind them by (unit, count); charges by unit, with the unit's number."""

    counts: dict[tuple[int, str], int | Decimal] = field(default_factory=dict)
    refs: dict[tuple[int, str], list[str]] = field(default_factory=dict)
    charges: list[tuple[int, Charge]] = field(default_factory=list)

    def add(self, unit: int, count: str, number: int | Decimal, ref: str) -> None:
        """Add to a count, with what it comes from."""
        self.counts[unit, count] = self.counts.get((unit, count), 0) + number
        self.refs.setdefault((unit, count), []).append(ref)


def register(
    export: Export, window: Window, period: Period, book: Rulebook, *, drafts: bool = False
) -> Register:
    """Return what the smaller tables count for in a period."""
    found = Register()
    _answers(export, window, found)
    _submissions(export, window, _Reporting(book, drafts), found)
    _base(export, found)
    _entries(export, window, period, found)
    _corrections(export, window, period, found)
    return found


def _answers(export: Export, window: Window, found: Register) -> None:
    data = export.data["answers"]
    held = window.holds(data["answered_at"])
    orders = data["order_no"].to_list()
    for place in held.nonzero()[0].tolist():
        ref = orders[place] or f"answers {data['row'][place]}"
        found.add(int(data["unit"][place]), "direct_answered_consultations", 1, ref)


class _Reporting:
    """By which day of the month a report is owed, as of the day on which it is submitted."""

    def __init__(self, book: Rulebook, drafts: bool) -> None:
        self._book = book
        self._drafts = drafts

    def in_time(self, submitted: int, due: int, tz: tzinfo) -> bool:
        """Return whether a report is in by the day of the month, and is not an older one (its due month is past)."""
        at = moment(submitted, tz)
        terms = setting_of(self._book, REPORTING, submitted, tz, drafts=self._drafts)
        if terms is None:
            raise BadExport(
                f"no setting {REPORTING} in rulebook {self._book.id}: by which day is a report owed?"
            )
        return at.day <= terms["due_day"] and (due == NEVER or month_of(due, tz) >= f"{at:%Y-%m}")


ONCE = {"information": "information_items", "correction": "correction_deduction"}
"""What counts when it is registered, and the count that it adds to."""


def _submissions(export: Export, window: Window, reporting: _Reporting, found: Register) -> None:
    data = export.data["submissions"]
    months: dict[tuple[int, str], str] = {}
    columns = [
        data[name].tolist()
        for name in (
            "row",
            "unit",
            "type",
            "requested_at",
            "due_at",
            "submitted_at",
            "complete",
            "correction_points",
        )
    ]
    for row, unit, type_, requested, due, submitted, complete, correction in zip(*columns, strict=True):
        word, ref = SUBMISSIONS[type_], f"submissions {row}"
        done = submitted != NEVER and submitted <= window.as_of
        now = done and window.first <= submitted < window.end
        asked = requested == NEVER or requested <= window.as_of
        due_now = window.first <= due < window.end and asked
        if word in ONCE and now:
            found.add(unit, ONCE[word], 1 if word == "information" else correction, ref)
        elif word == "monthly_report" and now and reporting.in_time(submitted, due, export.tz):
            months.setdefault((unit, month_of(submitted, export.tz)), ref)
        elif word == "emergency_kb" and due_now:
            found.add(unit, "emergency_requested", 1, ref)
            if done and submitted <= due:
                found.add(unit, "emergency_submitted", 1, ref)
        elif word == "basic_kb" and due_now:
            found.add(unit, "due_total", 1, ref)
            if done and complete == 1:
                found.add(unit, "complete_submitted", 1, ref)
            if correction:
                found.add(unit, "correction_deduction", correction, ref)
    for (unit, _), ref in months.items():
        found.add(unit, "reports_on_time", 1, ref)


def _base(export: Export, found: Register) -> None:
    """Base work as it stands; a unit without work on the spot owes no duty room."""
    data = export.data["base"]
    rows = zip(
        data["row"].tolist(),
        data["unit"].tolist(),
        data["item"].tolist(),
        data["count"].tolist(),
        strict=True,
    )
    for row, unit, item, number in rows:
        owed = BASE_ITEMS[item] != "missing_facilities" or export.units[unit] in export.onsite
        if number and owed:
            found.add(unit, BASE_ITEMS[item], number, f"base {row}")


STOCKS = frozenset({"overdue_open", *BASE_ITEMS})
CHARGED = frozenset(ENTRY_COUNTS[item] for item in DEDUCTIONS) | {
    "overdue_tickets",
    "leader_instructions_overdue",
}


def _corrections(export: Export, window: Window, period: Period, found: Register) -> None:
    """What accepted appeals corrected, as differences; of a stock only for the month itself, of a charge as one
    without an order."""
    data = export.data["corrections"]
    columns = [data[name].tolist() for name in ("row", "unit", "date", "counted", "corrected")]
    for (row, unit, at, was, now), count in zip(
        zip(*columns, strict=True), data["count"].to_list(), strict=True
    ):
        if not (window.first <= at < window.end and at <= window.as_of):
            continue
        month, ref = month_of(at, export.tz), f"corrections {row}"
        if count in CHARGED:
            found.charges.append((unit, Charge(count, "", int(now - was), month, ref)))
        elif count not in STOCKS or month == period.months[-1]:
            found.add(unit, count, now - was, ref)


def _entries(export: Export, window: Window, period: Period, found: Register) -> None:
    data = export.data["entries"]
    items = tuple(ENTRY_COUNTS)
    columns = [
        data[name].tolist() for name in ("row", "unit", "item", "date", "count", "until", "entered_at")
    ]
    orders = data["order_no"].fill_null("").to_list()
    for (row, unit, code, at, times, until, entered), order in zip(
        zip(*columns, strict=True), orders, strict=True
    ):
        item, ref = items[code], f"entries {row}"
        if at > window.as_of or (entered != NEVER and entered > window.as_of):
            continue
        if item == "unimplemented_opinion":
            carried_out = until if until <= window.as_of else NEVER
            for month in _open_months(at, carried_out, window, period, export):
                found.charges.append((unit, Charge(ENTRY_COUNTS[item], order, times, month, ref)))
        elif window.first <= at < window.end and item in DEDUCTIONS:
            charge = Charge(ENTRY_COUNTS[item], order, times, month_of(at, export.tz), ref)
            found.charges.append((unit, charge))
        elif window.first <= at < window.end:
            found.add(unit, ENTRY_COUNTS[item], times, ref)


def _open_months(at: int, until: int, window: Window, period: Period, export: Export) -> Iterator[str]:
    """Yield the months of the period in which an opinion deducts.

    The month of its date always; then each month that has begun, up to the one before it was carried out.
    """
    first = month_of(at, export.tz)
    done = month_of(until, export.tz) if until != NEVER else "9999-12"
    for month in period.months:
        year, number = month.split("-")
        begun = midnight(moment(window.first, export.tz).date().replace(int(year), int(number), 1), export.tz)
        if month == first or (first < month < done and begun <= window.as_of):
            yield month
