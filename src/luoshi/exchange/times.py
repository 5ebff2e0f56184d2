"""Times read in bulk: local ones of the usual shape by arithmetic on their characters, others one by one.

A time is a count of seconds since 1970 in UTC; NEVER stands for "has not happened" and lies after all times.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from luoshi.engines.limits import LimitError, parse_time

Ints = NDArray[np.int64]
NEVER = 1 << 60
WRONG = -(1 << 60)  # only while a column is being read
_BLOCK = 8192
_YEARS = (1992, 2059)  # the years that working time can be computed for


def _weights(width: int) -> NDArray[np.float32]:
    """Return what each character adds to the year, to 100 * month + day, to 100 * hour + minute, to the second."""
    table = np.zeros((width, 4 if width == 19 else 3), np.float32)
    for number, places in enumerate(((0, 1, 2, 3), (5, 6, 8, 9), (11, 12, 14, 15))):
        for place, weight in zip(places, (1000, 100, 10, 1), strict=True):
            table[place, number] = weight
    if width == 19:
        table[17, 3], table[18, 3] = 10, 1
    return table


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
_SHAPES = {
    width: (
        np.frombuffer(b"0000-00-00 00:00:00"[:width], np.uint8),
        np.frombuffer(b"9999-99-99 99:99:99"[:width], np.uint8),
        _weights(width),
    )
    for width in (16, 19)
}


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
    if size in _SHAPES and int(width.min()) == size == int(width.max()):  # type: ignore[arg-type]
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


def _fast(given: pl.Series, size: int, offset: int) -> Ints:
    low, high, weights = _SHAPES[size]
    chars = given.cast(pl.Binary).bin.reinterpret(dtype=pl.Array(pl.UInt8, size)).to_numpy()
    values = np.empty(len(chars), np.int64)
    for start in range(0, len(chars), _BLOCK):
        block = chars[start : start + _BLOCK]
        good = _digits(block) if size == 16 else ((block >= low) & (block <= high)).all(axis=1)
        codes = ((block & 15).astype(np.float32) @ weights).astype(np.int32)
        year, month_day = codes[:, 0], codes[:, 1]
        good &= (year >= _YEARS[0]) & (year <= _YEARS[1]) & (month_day < 1300)
        day = _DAYS.take((year - _YEARS[0]) * 1300 + month_day, mode="clip")
        seconds = day + _MINUTES.take(codes[:, 2], mode="clip")
        if size == 19:
            good &= codes[:, 3] < 60
            seconds += codes[:, 3]
        good &= seconds > 0
        values[start : start + _BLOCK] = np.where(good, seconds - offset, WRONG)
    return values


def _word(text: bytes, digit: int, other: int | None) -> NDArray[np.uint64]:
    """Return a shape of 16 characters as two words: `digit` for each digit, `other` (or itself) for the rest."""
    chars = [digit if char == 48 else char if other is None else other for char in text]
    return np.frombuffer(bytes(chars), "<u8").astype(np.uint64)


_SHAPE = b"0000-00-00 00:00"
_SAME = _word(_SHAPE, 0x30, None)
_SIX = _word(_SHAPE, 0x06, 0)
_HIGH = _word(_SHAPE, 0xF0, 0xFF)


def _digits(block: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return which rows of 16 characters have the usual shape, eight characters at a time.

    A digit less "0" has no high bit, not even when 6 is added; another character less itself is nothing.
    """
    words = np.ascontiguousarray(block).view("<u8") ^ _SAME
    odd = ((words + _SIX) | words) & _HIGH
    good: NDArray[np.bool_] = (odd[:, 0] | odd[:, 1]) == 0
    return good


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
