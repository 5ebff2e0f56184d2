"""The month, quarter or year that is assessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

_PERIOD = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(\d{2})))?", re.IGNORECASE)


class PeriodError(ValueError):
    """A period that cannot be read; the message is one clear line."""


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months: `first` is the first day, `end` the day after the last. kind: month | quarter | year."""

    kind: str
    first: date
    end: date

    @classmethod
    def parse(cls, text: str) -> Period:
        """Return the period of `2017-10`, `2017-Q4` or `2017`. Raises PeriodError."""
        match = _PERIOD.fullmatch(text.strip())
        year = int(match[1]) if match else 0
        month = int(match[3]) if match and match[3] else 1
        if match is None or not 1900 <= year < 2200 or not 1 <= month <= 12:
            raise PeriodError(f"period {text}: write a month 2017-10, a quarter 2017-Q4 or a year 2017")
        if match[3]:
            return cls("month", date(year, month, 1), _month_after(year, month, 1))
        if match[2]:
            month = 3 * int(match[2]) - 2
            return cls("quarter", date(year, month, 1), _month_after(year, month, 3))
        return cls("year", date(year, 1, 1), date(year + 1, 1, 1))

    @classmethod
    def of(cls, kind: str, day: date) -> Period:
        """Return the month, quarter or year in which a day lies."""
        if kind == "year":
            return cls.parse(f"{day:%Y}")
        return cls.parse(f"{day:%Y}-Q{(day.month + 2) // 3}" if kind == "quarter" else f"{day:%Y-%m}")

    @property
    def before(self) -> Period:
        """The period of the same kind that ends where this one begins."""
        return Period.of(self.kind, self.first - timedelta(days=1))

    @property
    def after(self) -> Period:
        """The period of the same kind that begins where this one ends."""
        return Period.of(self.kind, self.end)

    @property
    def last(self) -> date:
        """The last day."""
        return self.end - timedelta(days=1)

    @property
    def months(self) -> tuple[str, ...]:
        """The months as 2017-10, in order."""
        count = (self.end.year - self.first.year) * 12 + self.end.month - self.first.month
        return tuple(
            f"{_month_after(self.first.year, self.first.month, number):%Y-%m}" for number in range(count)
        )

    def bounds(self, tz: tzinfo) -> tuple[datetime, datetime]:
        """Return the first moment, and the first one after the period, in a time zone."""
        return datetime.combine(self.first, time(), tz), datetime.combine(self.end, time(), tz)

    def __str__(self) -> str:
        if self.kind == "year":
            return f"{self.first:%Y}"
        if self.kind == "quarter":
            return f"{self.first:%Y}-Q{(self.first.month + 2) // 3}"
        return f"{self.first:%Y-%m}"


def _month_after(year: int, month: int, months: int) -> date:
    number = year * 12 + month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
