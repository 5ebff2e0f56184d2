"""Working time that one body keeps for itself: its hours, the weekdays it works, whether it works on holidays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from luoshi.engines.worktime.calendar import MAKEUP, REST, WORKDAY, Day
from luoshi.engines.worktime.hours import HoursRow, Span

USUAL = frozenset(range(5))


@dataclass(frozen=True, slots=True)
class OwnHours:
    """A body's own working time from a day on. body: its code; since, until: both included, until None: without end.

    rows: hours by season, the last row for every day. weekdays: those worked, 0 for Monday; None: those of the city.
    holidays: whether legal holidays that fall on such a weekday are worked, too. A make-up day is always worked.
    """

    title: str
    body: str
    since: date
    until: date | None
    rows: tuple[HoursRow, ...]
    weekdays: frozenset[int] | None = None
    holidays: bool = False

    def holds_on(self, day: date) -> bool:
        """Return whether it is in force on a day."""
        return self.since <= day and (self.until is None or day <= self.until)

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """Return the spans of a day if it is worked, in seconds since midnight."""
        return next(row.spans for row in self.rows if row.holds_on(day))

    def day(self, day: Day) -> Day:
        """Return what kind of day a day of the calendar is for this body."""
        if day.kind == MAKEUP or (self.weekdays is None and not self.holidays):
            return day
        usual = day.date.weekday() in (USUAL if self.weekdays is None else self.weekdays)
        off = bool(day.name) and not self.holidays
        if usual and not off:
            return Day(day.date, True, WORKDAY, "", day.known)
        return Day(day.date, False, REST if day.working else day.kind, day.name, day.known)
