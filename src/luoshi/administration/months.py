"""A year's working days as grids of months."""

from __future__ import annotations

import calendar as grid
from dataclasses import dataclass
from datetime import date

from luoshi.engines.worktime import Calendar
from luoshi.engines.worktime.calendar import Day

LABELS = {"workday": "上班", "weekend": "周末", "holiday": "放假", "makeup": "调休上班"}


@dataclass(frozen=True, slots=True)
class Cell:
    """A day in a grid; changed: worked otherwise than by the calendar it is compared with."""

    day: Day
    changed: bool

    @property
    def said(self) -> str:
        """What a reader is told of the day."""
        name = f"（{self.day.name}）" if self.day.name else ""
        return f"{self.day.date.month}月{self.day.date.day}日{LABELS[self.day.kind]}{name}"


@dataclass(frozen=True, slots=True)
class Month:
    """A month: its weeks from Monday, None outside it, and how many days are worked."""

    number: int
    weeks: tuple[tuple[Cell | None, ...], ...]
    worked: int


def months(calendar: Calendar, year: int, *, before: Calendar | None = None) -> list[Month]:
    """The twelve months of a year; before: what it is compared with."""
    found = []
    for number in range(1, 13):
        weeks = tuple(
            tuple(_cell(calendar, day, before) if day.month == number else None for day in week)
            for week in grid.Calendar().monthdatescalendar(year, number)
        )
        worked = sum(cell.day.working for week in weeks for cell in week if cell is not None)
        found.append(Month(number, weeks, worked))
    return found


def _cell(calendar: Calendar, day: date, before: Calendar | None) -> Cell:
    known = calendar.day(day)
    return Cell(known, before is not None and before.is_working(day) != known.working)


def stretches(days: list[date]) -> list[tuple[date, date]]:
    """Days in a row as first and last."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        if found and (day - found[-1][1]).days == 1:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found
