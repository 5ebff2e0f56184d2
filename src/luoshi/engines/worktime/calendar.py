"""Which days are worked: Monday to Friday without legal holidays, and make-up days (调休)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

import yaml

WORKDAY, WEEKEND, HOLIDAY, MAKEUP, REST = "workday", "weekend", "holiday", "makeup", "rest"
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # everything a text: dates are read here
_YEAR_KEYS = {"year", "sources", "holidays"}
_HOLIDAY_KEYS = {"name", "rest", "work"}


LONGEST_HOLIDAY = 60
"""Days of one holiday; more is a slip."""


class WorktimeError(ValueError):
    """Wrong calendar, hours or time; the message is one clear line: what, where and how to mend it."""


class Day(NamedTuple):
    """A day. kind: workday | weekend | holiday | makeup | rest (off by a body's own rule); name: its holiday.

    known: of an announced year.
    """

    date: date
    working: bool
    kind: str
    name: str
    known: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """Legal holidays and make-up working days of consecutive years.

    off, work: day -> name of its holiday. sources: year -> addresses of its notices. Days of other years than
    those in `sources` count as Monday to Friday and are not `known`.
    """

    id: str
    title: str
    off: Mapping[date, str]
    work: Mapping[date, str]
    sources: Mapping[int, tuple[str, ...]]

    def __post_init__(self) -> None:
        years = sorted(self.sources)
        if not years:
            raise WorktimeError(f"calendar {self.id} holds no year: add a file such as 2017.yaml")
        missing = sorted(set(range(years[0], years[-1] + 1)) - set(years))
        if missing:
            raise WorktimeError(f"calendar {self.id} lacks {missing[0]}: add {missing[0]}.yaml")

    @property
    def known_from(self) -> date:
        """The first day of the first year announced."""
        return date(min(self.sources), 1, 1)

    @property
    def known_until(self) -> date:
        """The last day of the last year announced."""
        return date(max(self.sources), 12, 31)

    def is_working(self, day: date) -> bool:
        """Return whether a day is worked; a day of an unknown year is judged by its weekday alone."""
        if day.weekday() >= 5:
            return day in self.work
        return day not in self.off

    def day(self, day: date) -> Day:
        """Return what kind of day it is, with the name of the holiday that makes it so."""
        known = day.year in self.sources
        if day in self.work:
            return Day(day, True, MAKEUP, self.work[day], known)
        if day in self.off:
            return Day(day, False, HOLIDAY, self.off[day], known)
        if day.weekday() >= 5:
            return Day(day, False, WEEKEND, "", known)
        return Day(day, True, WORKDAY, "", known)

    def with_year(
        self, year: int, off: Mapping[date, str], work: Mapping[date, str], source: str
    ) -> Calendar:
        """Return the calendar with the days of a year set anew. Raises WorktimeError where a year before it lacks."""

        def others(days: Mapping[date, str]) -> dict[date, str]:
            return {day: name for day, name in days.items() if day.year != year}

        return Calendar(
            self.id,
            self.title,
            {**others(self.off), **off},
            {**others(self.work), **work},
            {**self.sources, year: (source,)},
        )

    @classmethod
    def parse(cls, files: Mapping[str, str]) -> Calendar:
        """Return the calendar held by files (name -> YAML text): calendar.yaml and one file for each year.

        Raises WorktimeError naming the file for an unknown key, a wrong date, a day both off and worked, or a
        Monday to Friday called a make-up day.
        """
        head = _mapping("calendar.yaml", files.get("calendar.yaml", ""))
        off: dict[date, str] = {}
        work: dict[date, str] = {}
        sources: dict[int, tuple[str, ...]] = {}
        for file in sorted(set(files) - {"calendar.yaml"}):
            content = _mapping(file, files[file])
            _known_keys(file, content, _YEAR_KEYS)
            year = content.get("year")
            if not isinstance(year, str) or not year.isdecimal() or file.removesuffix(".yaml") != year:
                raise WorktimeError(f"{file}: year is {year}, expected the year in the file's name")
            sources[int(year)] = tuple(str(address) for address in content.get("sources") or ())
            if not sources[int(year)]:
                raise WorktimeError(f"{file}: sources is missing, give the address of the year's notice")
            for holiday in content.get("holidays") or ():
                _read_holiday(file, holiday, off, work)
        for day in off.keys() & work.keys():
            raise WorktimeError(f"{day:%Y-%m-%d} is both off and worked: keep one of them")
        return cls(str(head.get("id", "")), str(head.get("title", "")), off, work, sources)


def _mapping(file: str, text: str) -> dict[str, Any]:
    try:
        content = yaml.load(text, Loader=_LOADER)  # noqa: S506 - builds texts only
    except yaml.YAMLError as error:
        raise WorktimeError(f"{file}: is not YAML ({' '.join(str(error).split())})") from None
    if not isinstance(content, dict):
        raise WorktimeError(f"{file}: is missing or holds no keys")
    return content


def _known_keys(where: str, content: Mapping[str, Any], known: set[str]) -> None:
    for key in content:
        if key not in known:
            raise WorktimeError(f"{where}: unknown key {key}, known are {', '.join(sorted(known))}")


def _read_holiday(file: str, holiday: Any, off: dict[date, str], work: dict[date, str]) -> None:
    if not isinstance(holiday, dict) or not holiday.get("name"):
        raise WorktimeError(f"{file}: a member of holidays has no name")
    name = str(holiday["name"])
    _known_keys(f"{file}: {name}", holiday, _HOLIDAY_KEYS)
    for day in _days(f"{file}: {name}", holiday.get("rest")):
        off[day] = name
    for day in _days(f"{file}: {name}", holiday.get("work")):
        if day.weekday() < 5:
            raise WorktimeError(f"{file}: {name}: {day} is no Saturday or Sunday, remove it from work")
        work[day] = name


def holidays_of(where: str, holidays: Any) -> tuple[dict[date, str], dict[date, str]]:
    """Return the days off and the make-up days of a list of holidays. Raises WorktimeError naming what is wrong."""
    off: dict[date, str] = {}
    work: dict[date, str] = {}
    for holiday in holidays:
        _read_holiday(where, holiday, off, work)
    for day in off.keys() & work.keys():
        raise WorktimeError(f"{day:%Y-%m-%d} is both off and worked: keep one of them")
    return off, work


def _days(where: str, values: Any) -> Iterator[date]:
    """Yield the days of a list of dates and first/last ranges."""
    for value in values or ():
        first, slash, last = str(value).partition("/")
        try:
            begin = date.fromisoformat(first.strip())
            end = date.fromisoformat(last.strip()) if slash else begin
        except ValueError:
            raise WorktimeError(
                f"{where}: {value} is no date, write 2017-10-01 or 2017-10-01/2017-10-08"
            ) from None
        if end < begin:
            raise WorktimeError(f"{where}: {value} ends before it begins, swap the two dates")
        if (end - begin).days >= LONGEST_HOLIDAY:
            raise WorktimeError(f"{where}: {value} is longer than {LONGEST_HOLIDAY} days, check the years")
        for offset in range((end - begin).days + 1):
            yield begin + timedelta(days=offset)
