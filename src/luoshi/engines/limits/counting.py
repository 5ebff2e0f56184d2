"""Computing when a limit runs out.

Minutes and hours run from the start to the second; working ones count working time only. Days and months:

- counting "civil" (Civil Code, arts. 200 to 204): the day of the event is day 0; the last day ends at the
  close of business; a month without the corresponding day ends on its last day; a limit in natural days or
  months whose last day is not worked moves to the next working day;
- counting "elapsed": a day is 24 hours, a month leads to the same time of the corresponding day, and a
  working day is one whole working day of time, wherever it begins; a part of a day counts in proportion to
  that day's working time. Nothing moves.

Pauses are merged, then taken out of the count: natural time, working time, or days. In days the day on which
a pause begins is not counted and the day on which it ends is; a pause that begins at or after the close of
business begins on the next day, and one that begins and ends on the same day changes nothing. A pause that
begins when the limit has run out has no effect.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from luoshi.engines.limits.duration import Duration, LimitError, Unit
from luoshi.engines.limits.explain import explain, explain_extended
from luoshi.engines.limits.periods import last_days, merged, months_later, moved, paused_days
from luoshi.engines.limits.result import Due, Interval
from luoshi.engines.worktime import Worktime, WorktimeError

CIVIL, ELAPSED = "civil", "elapsed"


def due(
    duration: Duration,
    start: datetime,
    *,
    worktime: Worktime,
    counting: str = CIVIL,
    pauses: Sequence[Interval] = (),
    extended_until: datetime | None = None,
) -> Due:
    """Return when a limit that begins at `start` is due.

    start: aware; parts of a second are dropped. counting: civil | elapsed, for days and months; minutes and
    hours are always elapsed. extended_until: aware; replaces the computed time. Raises LimitError for a naive
    time, a time outside the years that can be computed, or an unknown counting.
    """
    try:
        if duration.working and not pauses and counting == CIVIL:  # the usual case, kept short
            if duration.seconds:
                at = worktime.add_seconds(start, duration.seconds)
                provisional = start < worktime.known_from or at > worktime.known_until
            else:
                at = worktime.add_days(start, duration.amount)
                provisional = start < worktime.known_eve or at > worktime.known_until
        else:
            at, provisional = _count(duration, start, worktime, counting, pauses)
        result = Due(at, provisional, (explain, duration, start, at, provisional, worktime, counting, pauses))
        return result if extended_until is None else extended(result, extended_until, worktime)
    except WorktimeError as error:
        raise error if isinstance(error, LimitError) else LimitError(str(error)) from None


def _count(
    duration: Duration, start: datetime, worktime: Worktime, counting: str, pauses: Sequence[Interval]
) -> tuple[datetime, bool]:
    """Return when a limit is due, and whether that is provisional."""
    if counting not in (CIVIL, ELAPSED):
        raise LimitError(f"unknown counting {counting}: write civil or elapsed")
    if not duration.working:
        if duration.seconds or counting == ELAPSED:
            return _natural_time(duration, start, worktime, pauses), False
        return _natural_days(duration, start, worktime, pauses)
    known = worktime.known_from
    if duration.seconds:
        at = _working_time(duration.seconds, start, worktime, pauses)
    elif counting == CIVIL:
        at, known = _working_days(duration.amount, start, worktime, pauses), worktime.known_eve
    else:
        at = _working_days_elapsed(duration.amount, start, worktime, pauses)
    return at, start < known or at > worktime.known_until


def extended(computed: Due, until: datetime, worktime: Worktime) -> Due:
    """Return a due time replaced by an extension (aware); the steps keep what was computed."""
    if until.tzinfo is None:
        raise LimitError(f"extension until {until} has no time zone: pass an aware time")
    at = until.astimezone(worktime.tz)
    return Due(at, False, (explain_extended, computed, at), computed.cite)


def _working_time(seconds: int, start: datetime, worktime: Worktime, pauses: Sequence[Interval]) -> datetime:
    """Return the end of so many working seconds, those inside pauses left out."""
    origin = worktime.seconds_at(start)
    periods = [(worktime.seconds_at(p.start), worktime.seconds_at(p.end)) for p in merged(pauses, worktime)]
    return worktime.time_at(moved(origin + seconds, periods, origin))


def _working_days(days: int, start: datetime, worktime: Worktime, pauses: Sequence[Interval]) -> datetime:
    """Return the close of the last of so many working days after the start's day, paused days left out."""
    zero = worktime.moment(start)[0]
    through = worktime.through
    periods = [
        (through[max(begin - 1, zero)], through[end - 1])
        for begin, end in paused_days(merged(pauses, worktime), worktime)
        if end > zero
    ]
    total = moved(through[zero] + days, periods, through[zero])
    return worktime.add_days(start, total - through[zero])


def _working_days_elapsed(
    days: int, start: datetime, worktime: Worktime, pauses: Sequence[Interval]
) -> datetime:
    """Return the end of so many whole working days of time, wherever in a day they begin."""
    origin = worktime.days_at(start)
    periods = [(worktime.days_at(p.start), worktime.days_at(p.end)) for p in merged(pauses, worktime)]
    return worktime.time_at_days(moved(origin + days, periods, origin))


def _natural_time(
    duration: Duration, start: datetime, worktime: Worktime, pauses: Sequence[Interval]
) -> datetime:
    """Return the end of a time that runs on without regard to working time, pauses left out."""
    worktime.moment(start)
    begin = start.astimezone(worktime.tz).replace(microsecond=0)
    if duration.unit is Unit.MONTHS:
        end = datetime.combine(months_later(begin.date(), duration.amount), begin.timetz())
    else:
        end = begin + timedelta(seconds=duration.seconds or duration.amount * 86400)
    if pauses:
        periods = [_since(p, begin) for p in merged(pauses, worktime)]
        end = begin + timedelta(seconds=moved(_seconds(end - begin), periods, 0))
    worktime.moment(end)
    return end


def _seconds(time: timedelta) -> int:
    return time.days * 86400 + time.seconds


def _since(pause: Interval, begin: datetime) -> tuple[int, int]:
    return _seconds(pause.start - begin), _seconds(pause.end - begin)


def _natural_days(
    duration: Duration, start: datetime, worktime: Worktime, pauses: Sequence[Interval]
) -> tuple[datetime, bool]:
    """Return the close of the last of so many natural days or months, and whether it is provisional."""
    first, last, _ = last_days(duration, start, worktime, pauses)
    at = worktime.close(last)
    assert at is not None  # noqa: S101 - last_days ends on a working day
    return at, worktime.is_provisional(first, last)
