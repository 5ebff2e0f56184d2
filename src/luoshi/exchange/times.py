"""Times read in bulk: local ones of the usual shape by arithmetic on their characters, others one by one.

A time is a count of seconds since 1970 in UTC; NEVER stands for "has not happened" and lies after all times.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from luoshi.engines.limits import LimitError, parse_time

if TYPE_CHECKING:
    import polars as pl

Ints = NDArray[np.int64]
NEVER = 1 << 60
WRONG = -(1 << 60)  # only while a column is being read
_BLOCK = 8192
_YEARS = (1992, 2059)  # the years that working time can be computed for


def _day_table() -> Ints:
    """Return the seconds from 1970 to midnight UTC by 1300 * year + 100 * month + day, from the first year on.

    WRONG where there is no such day.
    """
    table = np.full((_YEARS[1] - _YEARS[0] + 1) * 1300, WRONG, np.int64)
    day = date(_YEARS[0], 1, 1)
    while day.year <= _YEARS[1]:
        place = (day.year - _YEARS[0]) * 1300 + day.month * 100 + day.day
        table[place] = (day - date(1970, 1, 1)).days * 86400
        day += timedelta(days=1)
    return table


def _minute_table() -> Ints:
    """Return the seconds since midnight by 100 * hour + minute; WRONG where there is no such minute."""
    table = np.full(10000, WRONG, np.int64)
    for hour in range(24):
        for minute in range(60):
            table[hour * 100 + minute] = hour * 3600 + minute * 60
    return table


_DAYS = _day_table()
_MINUTES = _minute_table()


def read_times(texts: pl.Series, offset: int, tz: tzinfo, *, days: str = "") -> Ints:
    """Return the times of a column of texts: NEVER for an empty cell, WRONG for what is no time.

    offset: seconds by which local time is ahead of UTC. days: "first" or "last" where a date alone counts
    too, as its first or last second.
    """
    whole = texts.null_count() == 0
    given = texts if whole else texts.drop_nulls()
    if not len(given):
        return np.full(len(texts), NEVER, np.int64)
    width = given.str.len_bytes()
    size = int(width[0])
    if size in (16, 19) and int(width.min()) == size == int(width.max()):  # type: ignore[arg-type]
        values = _fast(given, size, offset)
    else:
        values = np.full(len(given), WRONG, np.int64)
    odd = np.flatnonzero(values == WRONG)
    for place, text in zip(odd.tolist(), given.gather(odd).to_list(), strict=True):
        values[place] = _slow(text, tz, days)
    if whole:
        return values
    found = np.full(len(texts), NEVER, np.int64)
    found[texts.is_not_null().to_numpy()] = values
    return found


def _word(text: bytes, digit: int, other: int | None) -> tuple[np.uint64, np.uint64]:
    """Return a shape of 16 characters as two words: `digit` for each digit, `other` (or itself) for the rest."""
    chars = bytes(digit if char == 48 else char if other is None else other for char in text)
    first, second = np.frombuffer(chars, "<u8")
    return np.uint64(first), np.uint64(second)


_SHAPE = b"0000-00-00 00:00"
_SAME, _SIX, _HIGH = _word(_SHAPE, 0x30, None), _word(_SHAPE, 0x06, 0), _word(_SHAPE, 0xF0, 0xFF)
_BYTE = np.uint64(0xFF)


def _fast(given: pl.Series, size: int, offset: int) -> Ints:
    """Return the times of texts that all have 16 (or, with seconds, 19) characters; WRONG for other shapes.

    Eight characters are worked on at once, as one number. A character less what it should be is a digit's
    value, or nothing: then it has no high bit, not even when 6 is added to a digit. Ten times a digit and the
    next one make the two-digit number at its place.
    """
    import polars as pl  # web processes use this module, but read no files

    chars = given.cast(pl.Binary).bin.reinterpret(dtype=pl.Array(pl.UInt8, size)).to_numpy()
    words = np.ascontiguousarray(chars[:, :16]).view("<u8")
    values = np.empty(len(chars), np.int64)
    for start in range(0, len(chars), _BLOCK):
        span = slice(start, start + _BLOCK)
        day, odd_day = _pairs(words[span, 0], 0)
        clock, odd_clock = _pairs(words[span, 1], 1)
        good = (odd_day | odd_clock) == 0
        year = _at(day, 0) * 100 + _at(day, 2)
        good &= (year >= _YEARS[0]) & (year <= _YEARS[1])
        key = (year - _YEARS[0]) * 1300 + _at(day, 5) * 100 + _at(clock, 0)
        seconds = _DAYS.take(key, mode="clip") + _MINUTES.take(
            _at(clock, 3) * 100 + _at(clock, 6), mode="clip"
        )
        good &= _at(day, 5) <= 12
        if size == 19:
            tens, ones = chars[span, 17] - np.uint8(48), chars[span, 18] - np.uint8(48)
            good &= (chars[span, 16] == 58) & (tens < 6) & (ones < 10)
            seconds += tens * np.int64(10) + ones
        good &= seconds > 0
        values[span] = np.where(good, seconds - offset, WRONG)
    return values


def _pairs(words: NDArray[np.uint64], half: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return the two-digit number that begins at each character, and what is not of the shape (0: nothing)."""
    digits = words ^ _SAME[half]
    odd = ((digits + _SIX[half]) | digits) & _HIGH[half]
    return digits * np.uint64(10) + (digits >> np.uint64(8)), odd


def _at(pairs: NDArray[np.uint64], place: int) -> Ints:
    found: Ints = ((pairs >> np.uint64(8 * place)) & _BYTE).view(np.int64)
    return found


@lru_cache(maxsize=200_000)
def _slow(text: str, tz: tzinfo, days: str) -> int:
    words = text.strip()
    if not words:
        return NEVER
    day = len(words) <= 10
    try:
        at = parse_time(words, tz)
    except LimitError:
        return WRONG
    if (day and not days) or not _YEARS[0] <= at.year <= _YEARS[1]:
        return WRONG
    return int(at.timestamp()) + (86399 if day and days == "last" else 0)


def moment(seconds: int, tz: tzinfo) -> datetime:
    """Return seconds since 1970 as a time of the place."""
    return datetime.fromtimestamp(seconds, tz)


def month_of(seconds: int, tz: tzinfo) -> str:
    """Return the month of a time as 2017-10."""
    return f"{moment(seconds, tz):%Y-%m}"


def midnight(day: date, tz: tzinfo) -> int:
    """Return the first second of a day."""
    return int(datetime.combine(day, time(), tz).timestamp())
