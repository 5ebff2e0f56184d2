"""The arithmetic that computing, explaining and measuring share: merged pauses, paused days, months."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import TypeVar

from luoshi.engines.limits.duration import Duration, Unit
from luoshi.engines.limits.result import Interval
from luoshi.engines.worktime import Worktime

Number = TypeVar("Number", int, Fraction)


def merged(pauses: Sequence[Interval], worktime: Worktime) -> list[Interval]:
    """Return the pauses in order, in the place's zone, overlapping and touching ones joined."""
    result: list[Interval] = []
    for pause in sorted(pauses, key=lambda pause: pause.start):
        start, end = (at.astimezone(worktime.tz).replace(microsecond=0) for at in (pause.start, pause.end))
        if result and start <= result[-1].end:
            if end > result[-1].end:
                result[-1] = Interval(result[-1].start, end)
        elif end > start:
            result.append(Interval(start, end))
    return result


def moved(target: Number, pauses: Iterable[tuple[Number, Number]], origin: Number) -> Number:
    """Return where a count ends once the pauses (in order, in the count's own numbers) are left out.

    origin: where the count begins. A pause that begins where the count has ended, or later, changes nothing.
    """
    for begin, end in pauses:
        low = max(begin, origin)
        if target <= low:
            break
        if end > low:
            target += end - low
    return target


def paused_days(pauses: Sequence[Interval], worktime: Worktime) -> list[tuple[int, int]]:
    """Return the days that merged pauses take out of a count of days.

    Each is a pair of day numbers: the first day not counted, and the day of resumption.     A pause that
    begins at or after the close of business begins on the next day; the day of resumption counts again.
    """
    result: list[tuple[int, int]] = []
    for pause in pauses:
        begin, end = worktime.moment(pause.start)[0], worktime.moment(pause.end)[0]
        close = worktime.close(begin)
        if close is not None and pause.start >= close:
            begin += 1
        if end > begin:
            result.append((begin, end))
    return result


def is_paused(day: int, periods: Iterable[tuple[int, int]]) -> bool:
    """Return whether a day number lies in one of the periods of paused days."""
    return any(begin <= day < end for begin, end in periods)


def ending_day(end: datetime, worktime: Worktime) -> int:
    """Return the number of the day that a time ends: a close of business at 24:00 is still of its own day."""
    number, second = worktime.moment(end)
    return number - 1 if not second and number and worktime.close(number - 1) == end else number


def months_later(day: date, months: int) -> date:
    """Return the corresponding day so many months later, or the month's last day if none (art. 202); below 0: earlier."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_between(first: date, last: date) -> int:
    """Return how many whole months lie between two days: the most that do not lead past the last."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return months if months_later(first, months) <= last else months - 1


def last_days(
    duration: Duration, start: datetime, worktime: Worktime, pauses: Sequence[Interval]
) -> tuple[int, int, list[tuple[int, int]]]:
    """Return where natural days or months counted civilly end: last day, day it moves to, paused days.

    The first is a working day or not; the second is the first working day from it on that is not paused (art.
    203). Both are day numbers.
    """
    zero = worktime.moment(start)[0]
    if duration.unit is Unit.MONTHS:
        first = worktime.number(months_later(worktime.day_of(zero), duration.amount))
    else:
        first = worktime.number(worktime.day_of(zero) + timedelta(days=duration.amount))
    periods = paused_days(merged(pauses, worktime), worktime) if pauses else []
    first = moved(first, [(begin - 1, end - 1) for begin, end in periods], zero)
    last = first
    worktime.day_of(last)
    while not worktime.spans[last] or is_paused(last, periods):
        last += 1
        worktime.day_of(last)
    return first, last, periods
