"""The calendar that ships: against its source, against an independent package, and its own checks."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from luoshi.engines.worktime import Calendar, Hours, Worktime, WorktimeError
from luoshi.rulebooks import calendars
from tests.engines.samples import TZ, china, worktime

SHARED = Path(__file__).parents[3] / "shared" / "data" / "calendar" / "holiday-cn"
HEAD = {"calendar.yaml": "id: x\ntitle: X\n"}


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def test_the_years_2007_to_2026_are_known_each_with_its_notices() -> None:
    calendar = china()
    assert sorted(calendar.sources) == list(range(2007, 2027))
    assert all(addresses and all("gov.cn" in a for a in addresses) for addresses in calendar.sources.values())
    assert (calendar.known_from, calendar.known_until) == (date(2007, 1, 1), date(2026, 12, 31))


@pytest.mark.skipif(not SHARED.is_dir(), reason="the source data (../shared) is not here")
def test_every_day_agrees_with_the_source() -> None:
    named: dict[date, bool] = {}
    sources: dict[int, tuple[str, ...]] = {}
    for file in sorted(SHARED.glob("*.json")):
        content = json.loads(file.read_text(encoding="utf-8"))
        if content["days"]:
            sources[content["year"]] = tuple(content["papers"])
        for day in content["days"]:  # a year's file may hold days of the year before
            named[date.fromisoformat(day["date"])] = not day["isOffDay"]
    assert china().sources == sources
    for day in days(date(2006, 12, 1), date(2027, 12, 31)):
        assert china().is_working(day) is named.get(day, day.weekday() < 5), day


def test_every_day_that_both_know_agrees_with_chinesecalendar() -> None:
    compared = 0
    for day in days(china().known_from, china().known_until):
        try:
            theirs = chinese_calendar.is_workday(day)
        except NotImplementedError:
            continue
        assert china().is_working(day) is theirs, day
        compared += 1
    assert compared > 365 * 19


@pytest.mark.parametrize(
    ("day", "working", "kind", "name", "known"),
    [
        (date(2017, 9, 29), True, "workday", "", True),
        (date(2017, 9, 30), True, "makeup", "中秋节、国庆节", True),
        (date(2017, 10, 1), False, "holiday", "中秋节、国庆节", True),
        (date(2017, 10, 9), True, "workday", "", True),
        (date(2017, 10, 14), False, "weekend", "", True),
        (date(2007, 12, 31), False, "holiday", "元旦", True),
        (date(2006, 12, 30), True, "makeup", "元旦", False),
        (date(2027, 10, 1), True, "workday", "", False),
        (date(2027, 10, 2), False, "weekend", "", False),
    ],
)
def test_a_day_says_why_it_is_worked_or_not(
    day: date, working: bool, kind: str, name: str, known: bool
) -> None:
    assert china().day(day) == (day, working, kind, name, known)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("year: 2017\nsources: [a]\nholidays: [{name: 元旦, rest: [2017-01-32]}]", "2017-01-32 is no date"),
        ("year: 2017\nsources: [a]\nholidays: [{name: 元旦, rest: [2017-01-03/2017-01-01]}]", "swap the two"),
        ("year: 2017\nsources: [a]\nholidays: [{name: 元旦, work: [2017-01-03]}]", "no Saturday or Sunday"),
        ("year: 2017\nsources: [a]\nholidays: [{name: 元旦, off: [2017-01-03]}]", "unknown key"),
        ("year: 2017\nsources: [a]\nholidays: [{rest: [2017-01-03]}]", "has no name"),
        ("year: 2017\nsources: [a]\nholiday: []", "unknown key holiday, known are holidays"),
        (
            "year: 2017\nsources: [a]\nholidays: [{name: 元旦, rest: [2017-01-01], work: [2017-01-01]}]",
            "both",
        ),
        ("year: 2018\nsources: [a]", "year is 2018, expected the year in the file's name"),
        ("year: 2017", "sources is missing"),
        ("year: [", "is not YAML"),
        ("- a", "holds no keys"),
    ],
)
def test_a_broken_year_is_refused_in_one_clear_line(text: str, message: str) -> None:
    with pytest.raises(WorktimeError, match=message) as caught:
        Calendar.parse({**HEAD, "2017.yaml": text})
    assert "2017" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_calendar_with_a_hole_or_without_years_is_refused() -> None:
    year = "year: {0}\nsources: [a]\n"
    with pytest.raises(WorktimeError, match=r"lacks 2016: add 2016\.yaml"):
        Calendar.parse({**HEAD, "2015.yaml": year.format(2015), "2017.yaml": year.format(2017)})
    with pytest.raises(WorktimeError, match="holds no year"):
        Calendar.parse(HEAD)


def test_an_unknown_calendar_is_refused_with_the_known_ones() -> None:
    with pytest.raises(LookupError, match="no calendar mars: known are china"):
        calendars.read("mars")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "no row holds on every day"),
        ([{"spans": ["08:00-12:00"], "season": "06-01/09-30"}], "no row holds on every day"),
        ([{"spans": []}], r"hours\[1\].spans: is missing"),
        ([{"spans": ["8-12"]}], "8-12 is no span of hours, write it as 08:00-12:00"),
        ([{"spans": ["12:00-08:00"]}], "must end after it begins"),
        ([{"spans": ["14:00-24:30"]}], "by 24:00"),
        ([{"spans": ["14:00-18:00", "08:00-12:00"]}], "put them in order"),
        ([{"spans": ["08:00-12:00"], "season": "13-01/09-30"}], "is no season"),
        ([{"spans": ["08:00-12:00"], "seasons": "06-01/09-30"}], "unknown key seasons"),
        ([{"spans": ["08:00-12:00"], "valid": {"from": "soon"}}], "soon is no date"),
    ],
)
def test_broken_hours_are_refused_in_one_clear_line(rows: list[dict[str, object]], message: str) -> None:
    with pytest.raises(WorktimeError, match=message):
        Hours.parse(rows)


def test_the_first_row_of_hours_that_holds_counts() -> None:
    hours = Hours.parse(
        [
            {"spans": ["09:00-10:00"], "valid": {"from": date(2017, 7, 1), "until": date(2017, 7, 31)}},
            {"spans": ["09:00-11:00"], "season": "11-01/02-29"},
            {"spans": ["09:00-12:00"]},
        ]
    )
    lengths = {
        date(2017, 6, 30): 3,
        date(2017, 7, 1): 1,
        date(2017, 7, 31): 1,
        date(2017, 8, 1): 3,
        date(2017, 10, 31): 3,
        date(2017, 11, 1): 2,
        date(2018, 1, 15): 2,
        date(2018, 2, 28): 2,
        date(2018, 3, 1): 3,
    }
    for day, length in lengths.items():
        ((begin, end),) = hours.spans_on(day)
        assert (end - begin) // 3600 == length, day


def test_a_time_without_a_zone_or_outside_the_tables_is_refused() -> None:
    place = worktime()
    with pytest.raises(WorktimeError, match="has no time zone"):
        place.add_seconds(datetime(2017, 9, 29), 60)  # noqa: DTZ001
    with pytest.raises(WorktimeError, match="has no time zone"):
        place.add_days(datetime(2017, 9, 29), 1)  # noqa: DTZ001
    for at in (datetime(1991, 12, 31, tzinfo=TZ), datetime(2060, 1, 1, tzinfo=TZ)):
        for ask in (place.moment, lambda at: place.add_seconds(at, 60), lambda at: place.add_days(at, 1)):
            with pytest.raises(WorktimeError, match=f"{at.year}-.* lies outside 1992 to 2059"):
                ask(at)
    last = datetime(2059, 12, 31, 17, 0, tzinfo=TZ)
    assert place.add_seconds(last, 3600) == last.replace(hour=18)
    for overrun in (lambda: place.add_seconds(last, 3601), lambda: place.add_days(last, 1)):
        with pytest.raises(WorktimeError, match="the result lies outside 1992 to 2059"):
            overrun()


def test_a_zone_that_changes_its_clocks_is_refused() -> None:
    with pytest.raises(WorktimeError, match="Europe/Berlin changes its clocks"):
        Worktime(china(), tz="Europe/Berlin")


def test_single_due_times_do_not_load_numpy() -> None:
    code = "import sys, luoshi.engines.limits, luoshi.cli.due; sys.exit('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2] / "src", check=False)
    assert done.returncode == 0
