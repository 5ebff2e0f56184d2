"""A calendar and hours, compiled for one time zone into cumulative tables.

Days are numbered from FIRST. Working time is measured in whole seconds worked since FIRST, working days by
their ordinal number since FIRST. So adding is an addition and a look-up, and measuring is a subtraction.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import NoReturn
from zoneinfo import ZoneInfo

from luoshi.engines.worktime.calendar import Calendar, Day, WorktimeError
from luoshi.engines.worktime.hours import Hours, Span

FIRST, LAST = (
    date(1992, 1, 1),
    date(2059, 12, 31),
)  # seconds since FIRST fit 32 bits, and China keeps one offset
_ORIGIN = FIRST.toordinal()
_DAYS = LAST.toordinal() - _ORIGIN + 1
_DAY = 86400


def _worked_by_second(spans: tuple[Span, ...]) -> list[int]:
    """Return, for each second of the day, the seconds worked before it."""
    table: list[int] = []
    worked = 0
    for begin, end in spans:
        table += [worked] * (begin - len(table))
        table += range(worked, worked + end - begin)
        worked += end - begin
    return table + [worked] * (_DAY + 1 - len(table))


def _second_by_worked(spans: tuple[Span, ...]) -> list[int]:
    """Return, for each number of seconds worked (from 1), the second of the day by which they are done."""
    table = [spans[0][0]]
    for begin, end in spans:
        table += range(begin + 1, end + 1)
    return table


class Worktime:
    """Working time of one place. Takes aware times of any zone and returns times of its own zone.

    Times before FIRST or after LAST raise WorktimeError, and so do times without a zone.
    """

    def __init__(
        self, calendar: Calendar, hours: Hours | None = None, tz: str | ZoneInfo = "Asia/Shanghai"
    ) -> None:
        self.calendar = calendar
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
        off = {day.toordinal() - _ORIGIN for day in self.calendar.off}
        work = {day.toordinal() - _ORIGIN for day in self.calendar.work}
        uniform = self.hours.spans_on(FIRST) if len(self.hours.rows) == 1 else None
        forward: dict[tuple[Span, ...], list[int]] = {(): [0] * (_DAY + 1)}
        backward: dict[tuple[Span, ...], list[int]] = {}
        self.spans: list[tuple[Span, ...]] = []  # by day
        self.before: list[int] = []  # by day: seconds worked before it
        self.through: list[int] = []  # by day: working days up to and with it
        self.workday: list[int] = []  # by working day: its number as a day
        self.worked: list[int] = []  # by working day: seconds worked up to its end
        self._forward: list[list[int]] = []
        self._close: list[datetime] = []
        self._backward: list[tuple[int, list[int], datetime]] = []
        shortest, total, weekday = _DAY, 0, FIRST.weekday()
        for number in range(_DAYS):
            is_working = number in work if (number + weekday) % 7 >= 5 else number not in off
            spans: tuple[Span, ...] = ()
            if is_working:
                spans = uniform or self.hours.spans_on(date.fromordinal(number + _ORIGIN))
            self.spans.append(spans)
            self.before.append(total)
            if spans:
                if spans not in backward:
                    forward[spans], backward[spans] = _worked_by_second(spans), _second_by_worked(spans)
                    shortest = min(shortest, len(backward[spans]) - 1)
                midnight = self.epoch + timedelta(number)
                self._backward.append((total, backward[spans], midnight))
                self._close.append(midnight + timedelta(0, spans[-1][1]))
                total += len(backward[spans]) - 1
                self.workday.append(number)
                self.worked.append(total)
            self._forward.append(forward[spans])
            self.through.append(len(self.workday))
        self._shortest = shortest

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
        done, second, midnight = self._backward[number]
        return midnight + timedelta(0, second[seconds - done])

    def time_at_days(self, days: Fraction) -> datetime:
        """Return the earliest time, to the second, by which so many working days (above 0) have passed."""
        number = -(-days.numerator // days.denominator) - 1
        if number >= len(self._backward):
            self._outside(None)
        _, second, midnight = self._backward[number]
        part = (days - number) * (len(second) - 1)
        return midnight + timedelta(0, second[-(-part.numerator // part.denominator)])

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
            target = self.before[day] + self._forward[day][delta.seconds] + seconds
            low = self.through[day] - 1
            number = bisect_left(
                self.worked, target, low if low > 0 else 0, low + seconds // self._shortest + 3
            )
            done, second, midnight = self._backward[number]
        except TypeError:
            self._naive(start)
        except IndexError:
            self._outside(start if day >= _DAYS else None)
        return midnight + timedelta(0, second[target - done])

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
        return self.calendar.day(self.day_of(number))

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
