"""Which hours of a working day are worked: spans by season of the year and by range of dates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from luoshi.engines.worktime.calendar import WorktimeError

Span = tuple[int, int]  # seconds since midnight: first included, last excluded
_SPAN = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)\s*[-–至]\s*([01]?\d|2[0-4]):([0-5]\d)")
_SEASON = re.compile(r"(\d{2})-(\d{2})\s*/\s*(\d{2})-(\d{2})")
_KEYS = {"spans", "season", "valid"}


@dataclass(frozen=True, slots=True)
class HoursRow:
    """Spans of a season and a range of dates.

    season: (month, day) to (month, day), both included; it may cross the new year.
    """

    spans: tuple[Span, ...]
    season: tuple[tuple[int, int], tuple[int, int]] | None = None
    valid_from: date | None = None
    valid_until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Return whether the row's season and dates (both ends included) hold the day."""
        if (self.valid_from and day < self.valid_from) or (self.valid_until and day > self.valid_until):
            return False
        if self.season is None:
            return True
        first, last = self.season
        now = (day.month, day.day)
        return first <= now <= last if first <= last else now >= first or now <= last


@dataclass(frozen=True, slots=True)
class Hours:
    """Working hours: an ordered table of which the first row that holds on a day gives its spans."""

    rows: tuple[HoursRow, ...]

    def __post_init__(self) -> None:
        last = self.rows[-1] if self.rows else None
        if last is None or last.season or last.valid_from or last.valid_until:
            raise WorktimeError(
                "hours: no row holds on every day, end the list with one without season and valid"
            )

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """Return the spans of a day if it is worked, in seconds since midnight."""
        return next(row.spans for row in self.rows if row.holds_on(day))

    @classmethod
    def standard(cls) -> Hours:
        """Return 08:00 to 12:00 and 14:00 to 18:00 on every day, for where no rulebook says otherwise."""
        return cls((HoursRow(((28800, 43200), (50400, 64800))),))

    @classmethod
    def parse(cls, rows: Iterable[Mapping[str, Any]]) -> Hours:
        """Return hours from plain data, a list of rows in order of precedence.

        Each row: `spans: [08:00-12:00, 14:00-18:00]`, optional `season: 06-01/09-30` (every year, ends
        included) and `valid: {from: date, until: date}`. Raises WorktimeError for what it cannot read.
        """
        return cls(tuple(_row(number, row) for number, row in enumerate(rows, start=1)))


def _row(number: int, row: Mapping[str, Any]) -> HoursRow:
    where = f"hours[{number}]"
    for key in row:
        if key not in _KEYS:
            raise WorktimeError(f"{where}: unknown key {key}, known are {', '.join(sorted(_KEYS))}")
    valid = row.get("valid") or {}
    dates: list[date | None] = []
    for key in ("from", "until"):
        value = valid.get(key)
        if value is not None and not isinstance(value, date):
            raise WorktimeError(f"{where}.valid.{key}: {value} is no date, write it as 2017-06-01")
        dates.append(value)
    return HoursRow(_spans(where, row.get("spans")), _season(where, row.get("season")), dates[0], dates[1])


def _spans(where: str, values: Any) -> tuple[Span, ...]:
    if not isinstance(values, list | tuple) or not values:
        raise WorktimeError(f"{where}.spans: is missing, write [08:00-12:00, 14:00-18:00]")
    spans: list[Span] = []
    for value in values:
        match = _SPAN.fullmatch(str(value).strip())
        if not match:
            raise WorktimeError(f"{where}.spans: {value} is no span of hours, write it as 08:00-12:00")
        hour, minute, to_hour, to_minute = map(int, match.groups())
        begin, end = hour * 3600 + minute * 60, to_hour * 3600 + to_minute * 60
        if not begin < end <= 86400:
            raise WorktimeError(
                f"{where}.spans: {value} must end after it begins and by 24:00, split it at midnight"
            )
        if spans and begin < spans[-1][1]:
            raise WorktimeError(
                f"{where}.spans: {value} begins before the span above it ends, put them in order"
            )
        spans.append((begin, end))
    return tuple(spans)


def _season(where: str, value: Any) -> tuple[tuple[int, int], tuple[int, int]] | None:
    if value is None:
        return None
    match = _SEASON.fullmatch(str(value).strip())
    try:
        if not match:
            raise ValueError
        first, last = (int(match[1]), int(match[2])), (int(match[3]), int(match[4]))
        for month, day in (first, last):
            date(2000, month, day)
    except ValueError:
        raise WorktimeError(f"{where}.season: {value} is no season, write it as 06-01/09-30") from None
    return first, last
