"""Times as exports write them: several formats mixed in one column, with or without a time of day.

A date alone stays a date: `Moment.precision` says so. So does a time of exactly 00:00:00, which is how
spreadsheets write out a date without a time. Where a time of day is needed, such a reply counts at 18:00,
the close of business: no reply of that day is then called late, and none of the next day is called in
time.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from enum import StrEnum

from luoshi.hotline.imports.cleaning import clean_line

CLOSE_OF_BUSINESS = time(18)
FIRST_YEAR, LAST_YEAR = 1990, 2099
EXPECTED = "a date and time such as 2019-06-26 11:13:14, 2019/6/26 11:13 or 2019年6月26日"

_EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a wall clock time, made aware by the caller's zone
_EXCEL_FIRST, _EXCEL_LAST = 32874, 73050  # 1990-01-01, 2099-12-31
_SEPARATED = re.compile(
    r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*[日号]?(?P<rest>.*)",
    re.DOTALL,
)
_COMPACT = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?P<rest>.*)", re.DOTALL)
_WEEKDAY = re.compile(r"^\s*\(?(?:星期|周)[一二三四五六日天]\)?")
_CLOCK = re.compile(
    r"""[\sT,]*(?P<half>上午|下午|中午|晚上|凌晨|早上|[AaPp][Mm])?\s*
    (?P<hour>\d{1,2})\s*[:时点]\s*(?:(?P<minute>\d{1,2})\s*分?)?(?:\s*:?\s*(?P<second>\d{1,2})(?:[.,]\d+)?\s*秒?)?
    \s*(?P<half_after>[AaPp][Mm])?\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?\s*$""",
    re.VERBOSE,
)
_COMPACT_CLOCK = re.compile(r"[\sT]?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?$")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?$")


class Precision(StrEnum):
    """How exactly a time is known."""

    SECOND = "second"
    DAY = "day"


class NoMoment(ValueError):
    """A value that is no date or time; the message says what is expected."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as a file gives it: `at` is aware; with the precision `day` it is the day's first instant."""

    at: datetime
    precision: Precision

    @property
    def day(self) -> date:
        """The day on the file's own calendar."""
        return self.at.date()

    def as_reply(self) -> datetime:
        """Return the time that a reply counts at: 18:00 of its day when only the date is known."""
        if self.precision is Precision.DAY:
            return self.at.replace(hour=CLOSE_OF_BUSINESS.hour)
        return self.at

    def before(self, other: Moment) -> bool:
        """Return whether this comes before another; where one is a date alone, the days decide."""
        if Precision.DAY in (self.precision, other.precision):
            return self.day < other.day
        return self.at < other.at


def read_moment(value: object, zone: tzinfo) -> Moment:
    """Return the time that a cell holds, in the zone of the file where the text names none.

    value: a text (separators - / . or 年月日, compact 20190626, time with or without seconds, 上午/下午,
    a zone, or an Excel serial number), a datetime or date from a sheet, or an Excel serial number. Raises
    NoMoment.
    """
    if isinstance(value, bool) or value is None:
        raise NoMoment(EXPECTED)
    if isinstance(value, datetime):
        return _moment(value, zone)
    if isinstance(value, date):
        return _moment(datetime.combine(value, time()), zone)
    if isinstance(value, int | float):
        return _from_serial(float(value), zone)
    return _from_text(unicodedata.normalize("NFKC", clean_line(str(value))), zone)


def _from_text(text: str, zone: tzinfo) -> Moment:
    if _SERIAL.match(text):
        return _from_serial(float(text), zone)
    separated = _SEPARATED.match(text)
    match = separated or _COMPACT.match(text)
    if match is None:
        raise NoMoment(EXPECTED)
    day = _day(*(int(match[part]) for part in ("year", "month", "day")))
    rest = _WEEKDAY.sub("", match["rest"])
    if not rest.strip():
        return _moment(datetime.combine(day, time()), zone)
    clock = _CLOCK.match(rest) or (None if separated else _COMPACT_CLOCK.match(rest))
    if clock is None:
        raise NoMoment(EXPECTED)
    parts = clock.groupdict()
    named = _zone(parts.get("zone"))
    wall = datetime.combine(day, _time(parts))
    if named is None:
        return _moment(wall, zone)
    return Moment(wall.replace(tzinfo=named).astimezone(zone), Precision.SECOND)


def _day(year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise NoMoment("a day that exists") from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NoMoment(f"a year from {FIRST_YEAR} to {LAST_YEAR}")
    return found


def _time(parts: dict[str, str | None]) -> time:
    hour = int(parts["hour"] or 0)
    half = (parts.get("half") or parts.get("half_after") or "").lower()
    if half in ("下午", "晚上", "pm") and hour < 12:
        hour += 12
    elif half == "中午" and hour < 3:
        hour += 12 if hour < 12 else 0
    elif half in ("am", "上午", "凌晨") and hour == 12:
        hour = 0
    try:
        return time(hour, int(parts.get("minute") or 0), int(parts.get("second") or 0))
    except ValueError:
        raise NoMoment("a time of day from 00:00:00 to 23:59:59") from None


def _zone(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 14 or minutes > 59:
        raise NoMoment("a zone from -14:00 to +14:00")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)


def _from_serial(serial: float, zone: tzinfo) -> Moment:
    if not _EXCEL_FIRST <= serial < _EXCEL_LAST + 1:
        raise NoMoment(EXPECTED)
    return _moment(_EXCEL_EPOCH + timedelta(seconds=round(serial * 86400)), zone)


def _moment(wall: datetime, zone: tzinfo) -> Moment:
    at = (wall + timedelta(milliseconds=500)).replace(microsecond=0)  # sheets store fractions of a day
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise NoMoment(f"a year from {FIRST_YEAR} to {LAST_YEAR}")
    precision = Precision.DAY if at.time() == time() else Precision.SECOND
    return Moment(at if at.tzinfo else at.replace(tzinfo=zone), precision)
