"""The periods that the dashboard shows, each with the one before to compare it with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from luoshi.ledger import rules

LABELS: Mapping[str, str] = {"today": "今天", "week": "近7天", "month": "本月", "quarter": "本季度"}
BEFORE: Mapping[str, str] = {
    "today": "昨天全天",
    "week": "此前7天",
    "month": "上月同期",
    "quarter": "上季度同期",
}


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both included, in the city's time zone."""

    first: dt.date
    last: dt.date

    @property
    def days(self) -> list[dt.date]:
        """Every day of it."""
        return [self.first + dt.timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    @property
    def moments(self) -> tuple[dt.datetime, dt.datetime]:
        """Its first moment, and the first moment after it."""
        tz = rules.current().worktime.tz
        after = self.last + dt.timedelta(days=1)
        return dt.datetime.combine(self.first, dt.time(), tz), dt.datetime.combine(after, dt.time(), tz)

    @property
    def words(self) -> str:
        """11月1日至11月22日; one day by itself."""
        first, last = (f"{day.month}月{day.day}日" for day in (self.first, self.last))
        return first if self.first == self.last else f"{first}至{last}"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A period up to today, and as many days of the one before."""

    code: str
    span: Span
    before: Span

    @property
    def label(self) -> str:
        """Its name."""
        return LABELS[self.code]


def chosen(code: str, today: dt.date) -> Chosen:
    """The period of a code as it stands today; the month for an unknown one.

    Month and quarter run from their first day to today, and are compared with as many days of the one before, but no
    more than it had.
    """
    if code == "today":
        day = dt.timedelta(days=1)
        return Chosen(code, Span(today, today), Span(today - day, today - day))
    if code == "week":
        first = today - dt.timedelta(days=6)
        return Chosen(
            code, Span(first, today), Span(first - dt.timedelta(days=7), first - dt.timedelta(days=1))
        )
    code = code if code == "quarter" else "month"
    first = today.replace(day=1)
    if code == "quarter":
        first = first.replace(month=(today.month - 1) // 3 * 3 + 1)
    last_before = first - dt.timedelta(days=1)
    start = last_before.replace(day=1)
    if code == "quarter":
        start = start.replace(month=(last_before.month - 1) // 3 * 3 + 1)
    end = min(start + (today - first), last_before)
    return Chosen(code, Span(first, today), Span(start, end))
