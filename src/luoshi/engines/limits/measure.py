"""Measuring how much time passed: the inverse of computing a due time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

from luoshi.engines.limits.counting import CIVIL, ELAPSED
from luoshi.engines.limits.duration import LimitError, Unit
from luoshi.engines.limits.explain import day_steps, provisional_step, time_steps
from luoshi.engines.limits.periods import ending_day, merged, months_between, months_later
from luoshi.engines.limits.result import Elapsed, Interval, Step
from luoshi.engines.worktime import Worktime, WorktimeError

_PLACES = Decimal("0.0001")


def elapsed(
    start: datetime,
    end: datetime,
    unit: Unit,
    *,
    worktime: Worktime,
    counting: str = CIVIL,
    pauses: Sequence[Interval] = (),
) -> Elapsed:
    """Return how much time passed from one time to another, pauses left out.

    Minutes and hours: the time in between, in the unit and in seconds; working ones count working time only.
    Days: counting "civil" counts days after the start's day, up to and with the end's day, whatever the hour
    (working days: the worked ones); "elapsed" measures days of 24 hours, or working days in proportion to
    their working time. Months: the whole ones. Raises LimitError for an end before the start and naive times.
    """
    if counting not in (CIVIL, ELAPSED):
        raise LimitError(f"unknown counting {counting}: write civil or elapsed")
    try:
        begin, stop = (_local(at, worktime) for at in (start, end))
        if stop < begin:
            raise LimitError(f"end {stop:%Y-%m-%d %H:%M} lies before start {begin:%Y-%m-%d %H:%M}: swap them")
        stops = merged(pauses, worktime)
        if counting == CIVIL and not unit.seconds:
            amount, seconds, steps = _in_days(begin, stop, unit, worktime, stops)
        else:
            amount, seconds, steps = _in_time(begin, stop, unit, worktime, stops)
        first, last = worktime.moment(begin)[0], ending_day(stop, worktime)
    except WorktimeError as error:
        raise error if isinstance(error, LimitError) else LimitError(str(error)) from None
    if counting == CIVIL and unit is Unit.WORKING_DAYS:
        first += 1
    provisional = unit.working and first <= last and worktime.is_provisional(first, last)
    if provisional:
        steps.append(provisional_step(begin, stop, worktime))
    return Elapsed(_decimal(amount), unit, seconds, provisional, tuple(steps))


def _local(at: datetime, worktime: Worktime) -> datetime:
    worktime.moment(at)
    return at.astimezone(worktime.tz).replace(microsecond=0)


def _decimal(amount: Fraction) -> Decimal:
    """Return the amount rounded down to four places, so that it never claims more than has passed."""
    value = Decimal(amount.numerator * 10000 // amount.denominator) / 10000
    return value.quantize(_PLACES, ROUND_FLOOR).normalize() if value != int(value) else Decimal(int(value))


def _in_time(
    begin: datetime, stop: datetime, unit: Unit, worktime: Worktime, stops: Sequence[Interval]
) -> tuple[Fraction, int, list[Step]]:
    """Measure minutes and hours, and days and months by elapsed counting."""
    steps = time_steps(begin, stop, worktime, stops, working=unit.working)
    seconds = sum(step.amount for step in steps)
    if unit.seconds:
        return Fraction(seconds, unit.seconds), seconds, steps
    if unit is Unit.DAYS:
        return Fraction(seconds, 86400), seconds, steps
    if unit is Unit.WORKING_DAYS:
        days = worktime.days_at(stop) - worktime.days_at(begin)
        for pause in stops:
            low, high = max(pause.start, begin), min(pause.end, stop)
            if low < high:
                days -= worktime.days_at(high) - worktime.days_at(low)
        return days, seconds, steps
    end = begin + timedelta(seconds=seconds)
    months = months_between(begin.date(), end.date())
    short = datetime.combine(months_later(begin.date(), months), begin.timetz()) > end
    return Fraction(months - short), seconds, steps


def _in_days(
    begin: datetime, stop: datetime, unit: Unit, worktime: Worktime, stops: Sequence[Interval]
) -> tuple[Fraction, None, list[Step]]:
    """Count days and months civilly."""
    steps = day_steps(begin, stop, worktime, stops, working=unit.working)
    days = sum(step.amount for step in steps)
    if unit is not Unit.MONTHS:
        return Fraction(days), None, steps
    first = begin.date()
    last = worktime.day_of(worktime.number(first) + days)
    return Fraction(months_between(first, last)), None, steps
