"""A calendar and hours, compiled for one time zone into cumulative tables.

Days are numbered from FIRST. Working time is measured in whole seconds worked since FIRST, working days by
their ordinal number since FIRST. So adding is an addition and a look-up, and measuring is a subtraction.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import accumulate
from typing import NoReturn
from zoneinfo import ZoneInfo

from luoshi.engines.worktime.calendar import Calendar, Day, WorktimeError
from luoshi.engines.worktime.hours import Hours, Span
from luoshi.engines.worktime.own import OwnHours

FIRST, LAST = (
    date(1992, 1, 1),
    date(2059, 12, 31),
)  # seconds since FIRST fit 32 bits, and China keeps one offset
_ORIGIN = FIRST.toordinal()
_DAYS = LAST.toordinal() - _ORIGIN + 1
_DAY = 86400


def _worked_by_second(spans: tuple[Span, ...]) -> array[int]:
    """Return, for each second of the day, the seconds worked before it."""
    table = array("i")
    worked = 0
    for begin, end in spans:
        table.extend([worked] * (begin - len(table)))
        table.extend(range(worked, worked + end - begin))
        worked += end - begin
    table.extend([worked] * (_DAY + 1 - len(table)))
    return table


def _time_by_worked(spans: tuple[Span, ...]) -> list[timedelta]:
    """Return, for each number of seconds worked less one, the time of the day by which they are done."""
    return [timedelta(0, second) for begin, end in spans for second in range(begin + 1, end + 1)]


class Worktime:
    """Working time of one place. Takes aware times of any zone and returns times of its own zone.

    Times before FIRST or after LAST raise WorktimeError, and so do times without a zone.
    own: what a body keeps for itself, in order of precedence; on days that none of it holds the place's hours do.
    """

    def __init__(
        self,
        calendar: Calendar,
        hours: Hours | None = None,
        tz: str | ZoneInfo = "Asia/Shanghai",
        own: Sequence[OwnHours] = (),
    ) -> None:
        self.calendar = calendar
        self.own = tuple(own)
        self.hours = hours or Hours.standard()
        self.tz = tz if isinstance(tz, ZoneInfo) else ZoneInfo(tz)
        self.epoch = datetime.combine(FIRST, time(), self.tz)
        offsets = {
            datetime(year, month, 1, tzinfo=self.tz).utcoffset()
            for year in range(1992, 2060)
            for month in (1, 7)
        }
        if len(offsets) > 1:
            raise WorktimeError(
                f"time zone {self.tz.key} changes its clocks: working time needs a constant offset"
            )
        self.known_from = datetime.combine(calendar.known_from, time(), self.tz)
        self.known_until = datetime.combine(calendar.known_until, time(), self.tz) + timedelta(days=1)
        self.known_eve = self.known_from - timedelta(days=1)  # a start on this day counts known days only
        self._compile()

    def _compile(self) -> None:
        """Lay out the tables, each in one stretch of memory: what a due time reads should be in the cache."""
        self.spans = self._spans_by_day()
        self.workday = array("i", (number for number, spans in enumerate(self.spans) if spans))
        self.through = array(
            "i", accumulate(1 if spans else 0 for spans in self.spans)
        )  # working days to a day
        kinds = set(self.spans)
        length = {spans: sum(end - begin for begin, end in spans) for spans in kinds}
        ends = list(accumulate(length[spans] for spans in self.spans))
        self.before = array("i", [0, *ends[:-1]])  # by day: seconds worked before it
        self.worked = array("i", (ends[number] for number in self.workday))  # by working day: to its end
        forward = {spans: _worked_by_second(spans) for spans in kinds}
        self._forward = [forward[spans] for spans in self.spans]
        backward = {spans: _time_by_worked(spans) for spans in kinds if spans}
        self._backward = [backward[self.spans[number]] for number in self.workday]
        self._midnight = [self.epoch + timedelta(number) for number in self.workday]
        self._close = [
            midnight + times[-1] for midnight, times in zip(self._midnight, self._backward, strict=True)
        ]
        self._shortest = min(length[spans] for spans in kinds if spans)
        # Where all working days are alike, one division finds the day, and one table the time of it.
        self._alike = self._shortest if len(backward) == 1 else 0
        self._times = self._backward[0]

    def _spans_by_day(self) -> list[tuple[Span, ...]]:
        """Return the spans of each day, none for a day off."""
        if self.own:
            return [self._spans_of(date.fromordinal(number + _ORIGIN)) for number in range(_DAYS)]
        off = {day.toordinal() - _ORIGIN for day in self.calendar.off}
        work = {day.toordinal() - _ORIGIN for day in self.calendar.work}
        always = self.hours.spans_on(FIRST) if len(self.hours.rows) == 1 else None
        result: list[tuple[Span, ...]] = []
        weekday = FIRST.weekday()
        for number in range(_DAYS):
            if number not in work if (number + weekday) % 7 >= 5 else number in off:
                result.append(())
            else:
                result.append(always or self.hours.spans_on(date.fromordinal(number + _ORIGIN)))
        return result

    def _spans_of(self, day: date) -> tuple[Span, ...]:
        """Return the spans of one day where a body may have its own."""
        own = self.own_on(day)
        found = self.calendar.day(day) if own is None else own.day(self.calendar.day(day))
        if not found.working:
            return ()
        return self.hours.spans_on(day) if own is None else own.spans_on(day)

    def own_on(self, day: date) -> OwnHours | None:
        """Return the body's own working time that holds on a day; None where the place's does."""
        return next((one for one in self.own if one.holds_on(day)), None)

    # Points of time as numbers

    def moment(self, at: datetime) -> tuple[int, int]:
        """Return a time as (day number, second of the day), in the place's zone, to the second."""
        try:
            delta = at - self.epoch
        except TypeError:
            self._naive(at)
        if not 0 <= delta.days < _DAYS:
            self._outside(at)
        return delta.days, delta.seconds

    def number(self, day: date) -> int:
        """Return the number of a day. Raises WorktimeError outside FIRST to LAST."""
        number = day.toordinal() - _ORIGIN
        if not 0 <= number < _DAYS:
            self._outside(day)
        return number

    def day_of(self, number: int) -> date:
        """Return the day of a number. Raises WorktimeError outside FIRST to LAST."""
        if not 0 <= number < _DAYS:
            self._outside(None)
        return date.fromordinal(number + _ORIGIN)

    def seconds_at(self, at: datetime) -> int:
        """Return the seconds worked from FIRST to a time."""
        day, second = self.moment(at)
        return self.before[day] + self._forward[day][second]

    def days_at(self, at: datetime) -> Fraction:
        """Return the working days from FIRST to a time, the last one in proportion to its time worked."""
        day, second = self.moment(at)
        if not self.spans[day]:
            return Fraction(self.through[day])
        done, total = self._forward[day][second], self._forward[day][_DAY]
        return self.through[day] - 1 + Fraction(done, total)

    def time_at(self, seconds: int) -> datetime:
        """Return the earliest time by which so many seconds (from 1) have been worked since FIRST."""
        number = bisect_left(self.worked, seconds)
        if number == len(self.worked):
            self._outside(None)
        times = self._backward[number]
        return self._midnight[number] + times[seconds - self.worked[number] - 1]

    def time_at_days(self, days: Fraction) -> datetime:
        """Return the earliest time, to the second, by which so many working days (above 0) have passed."""
        number = -(-days.numerator // days.denominator) - 1
        if number >= len(self._backward):
            self._outside(None)
        times = self._backward[number]
        part = (days - number) * len(times)
        return self._midnight[number] + times[-(-part.numerator // part.denominator) - 1]

    # Adding

    def add_seconds(self, start: datetime, seconds: int) -> datetime:
        """Return the time by which so many working seconds (from 1) have passed since the start.

        Outside working time the count begins with the next span. Time that runs out exactly at the end of a
        span ends there (12:00, not 14:00).
        """
        try:
            delta = start - self.epoch
            day = delta.days
            if day < 0:
                self._outside(start)
            target = self.before[day] + self._forward[day][delta.seconds] + seconds - 1
            if self._alike:
                number, rest = divmod(target, self._alike)
                return self._midnight[number] + self._times[rest]
            low = self.through[day] - 1
            high = min(low + seconds // self._shortest + 3, len(self.worked))
            number = bisect_right(self.worked, target, low if low > 0 else 0, high)
            # `worked` is the day's end, so the index is negative: it counts back from the day's last second
            return self._midnight[number] + self._backward[number][target - self.worked[number]]
        except TypeError:
            self._naive(start)
        except IndexError:
            self._outside(start if day >= _DAYS else None)

    def add_days(self, start: datetime, days: int) -> datetime:
        """Return the close of business of the day so many (from 1) working days after the start's day.

        The day of the start is day 0, worked or not; day 1 is the next working day.
        """
        try:
            day = (start - self.epoch).days
            if day < 0:
                self._outside(start)
            return self._close[self.through[day] + days - 1]
        except TypeError:
            self._naive(start)
        except IndexError:
            self._outside(start if day >= _DAYS else None)

    # Asking

    def close(self, number: int) -> datetime | None:
        """Return when work ends on the day of a number; None on a day off."""
        return self._close[self.through[number] - 1] if self.spans[number] else None

    def day(self, number: int) -> Day:
        """Return what kind of day it is, with its holiday's name."""
        day = self.calendar.day(self.day_of(number))
        own = self.own_on(day.date)
        return day if own is None else own.day(day)

    def is_provisional(self, first: int, last: int) -> bool:
        """Return whether a day from one number to another, both included, is of an unknown year."""
        return self.day_of(first) < self.calendar.known_from or self.day_of(last) > self.calendar.known_until

    def _naive(self, at: datetime) -> NoReturn:
        raise WorktimeError(
            f"time {at} has no time zone: pass an aware time, e.g. with tzinfo Asia/Shanghai"
        ) from None

    def _outside(self, at: date | None) -> NoReturn:
        subject = f"{at:%Y-%m-%d}" if at else "the result"
        raise WorktimeError(
            f"{subject} lies outside {FIRST.year} to {LAST.year}: use a date within those years"
        ) from None
