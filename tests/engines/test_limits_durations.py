"""Reading durations, units, times and pauses, in English and in Chinese."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from luoshi.engines.limits import Duration, Interval, LimitError, Unit, parse_pause, parse_time
from tests.engines.samples import TZ


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("4 working hours", 4, Unit.WORKING_HOURS),
        ("1 working day", 1, Unit.WORKING_DAYS),
        ("  90   Working Minutes ", 90, Unit.WORKING_MINUTES),
        ("1 working_minute", 1, Unit.WORKING_MINUTES),
        ("30 minutes", 30, Unit.MINUTES),
        ("1 hour", 1, Unit.HOURS),
        ("15 days", 15, Unit.DAYS),
        ("15days", 15, Unit.DAYS),
        ("3 months", 3, Unit.MONTHS),
        ("4个工作小时", 4, Unit.WORKING_HOURS),
        ("5个工作日", 5, Unit.WORKING_DAYS),
        ("5 工作日", 5, Unit.WORKING_DAYS),
        ("24小时", 24, Unit.HOURS),
        ("30分钟", 30, Unit.MINUTES),
        ("3个月", 3, Unit.MONTHS),
        ("15日", 15, Unit.DAYS),
        ("十五日", 15, Unit.DAYS),
        ("十个工作日", 10, Unit.WORKING_DAYS),
        ("二十个工作日", 20, Unit.WORKING_DAYS),
        ("三十二天", 32, Unit.DAYS),
        ("两个月", 2, Unit.MONTHS),
        ("３０分钟", 30, Unit.MINUTES),
    ],
)
def test_a_duration_is_read_as_people_write_it(text: str, amount: int, unit: Unit) -> None:
    duration = Duration.parse(text)
    assert (duration.amount, duration.unit) == (amount, unit)
    assert Duration.parse(str(duration)) == duration
    assert Duration.parse(duration.label) == duration


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", 'duration (empty): no amount, write a number and a unit such as "4 working hours"'),
        ("working hours", "duration working hours: no amount"),
        ("4", 'duration 4: no unit, write one such as "4 working hours"'),
        ("4 workin hours", "duration 4 workin hours: unknown unit workin hours: did you mean working hours?"),
        (
            "4 fortnights",
            "unknown unit fortnights: write one of minutes, hours, days, months, working minutes",
        ),
        ("4.5 hours", "4.5 is no whole number, write a smaller unit"),
        ("1,5 hours", "1,5 is no whole number"),
        ("-3 hours", "-3 is no whole number"),
        ("半个月", "半 is no whole number"),
        ("百日", "百 is no whole number"),
        ("0 days", "duration 0 days: write a whole number from 1 to 10000"),
        ("361 months", "duration 361 months: write a whole number from 1 to 360"),
        ("4\nworking\thour s", "unknown unit working hour s: did you mean working hours?"),
    ],
)
def test_a_duration_that_cannot_be_read_is_refused_in_one_clear_line(text: str, message: str) -> None:
    with pytest.raises(LimitError) as caught:
        Duration.parse(text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("amount", [0, -1, True, 1.0])
def test_a_duration_has_a_whole_amount_from_one_up(amount: int) -> None:
    with pytest.raises(LimitError, match="write a whole number from 1"):
        Duration(amount, Unit.DAYS)


@pytest.mark.parametrize(
    "text",
    [
        "2017-09-29 17:50",
        "2017-09-29 17:50:00",
        "2017-09-29T17:50",
        "2017-09-29T17:50:00.999",
        "2017-09-29T17:50:00+08:00",
        "2017-09-29 17:50+0800",
        "2017-09-29T09:50:00Z",
        "2017/9/29 17:50",
        " 2017-09-29  17:50 ",
    ],
)
def test_a_time_is_read_with_and_without_seconds_and_zone(text: str) -> None:
    assert parse_time(text, TZ) == datetime(2017, 9, 29, 17, 50, tzinfo=TZ)


def test_a_date_alone_is_its_midnight_and_24_00_the_next() -> None:
    assert parse_time("2017-09-29", TZ) == datetime(2017, 9, 29, tzinfo=TZ)
    assert parse_time("2017-09-30 24:00", TZ) == datetime(2017, 10, 1, tzinfo=TZ)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "--start (empty) is no time"),
        ("tomorrow", '--start tomorrow is no time: write it as "2017-09-29 17:50"'),
        ("2017-09-29 5pm", "is no time"),
        ("2017-02-29 09:00", "--start 2017-02-29 09:00 does not exist"),
        ("2017-09-29 25:00", "does not exist"),
        ("2017-09-29 24:01", "does not exist"),
        ("2017-09-29 12:60", "does not exist"),
        ("2017-09-29 12:00+99:00", "does not exist"),
    ],
)
def test_a_time_that_is_none_is_refused_in_one_clear_line(text: str, message: str) -> None:
    with pytest.raises(LimitError) as caught:
        parse_time(text, TZ, name="--start")
    assert message in str(caught.value)


def test_a_pause_is_read_from_to() -> None:
    begin, end = datetime(2017, 10, 9, 9, 0, tzinfo=TZ), datetime(2017, 10, 11, tzinfo=TZ)
    assert parse_pause("2017-10-09 09:00/2017-10-11", TZ) == Interval(begin, end)
    assert parse_pause("2017-10-09T09:00 / 2017-10-11T00:00+08:00", TZ) == Interval(begin, end)
    assert parse_pause("2017/10/9 9:00/2017/10/11", TZ) == Interval(begin, end)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2017-10-09", "pause 2017-10-09: write FROM/TO"),
        ("", "pause (empty): write FROM/TO"),
        ("2017-10-09/2017-10-10/2017-10-11", "write FROM/TO"),
        ("2017-10-09/2017-10-32", "pause time 2017-10-32 does not exist"),
        ("2017-10-11/2017-10-09", "ends before it begins: swap the two times"),
    ],
)
def test_a_pause_that_is_none_is_refused_in_one_clear_line(text: str, message: str) -> None:
    with pytest.raises(LimitError) as caught:
        parse_pause(text, TZ)
    assert message in str(caught.value)


def test_a_pause_without_a_zone_is_refused_and_zones_are_compared_as_moments() -> None:
    begin = datetime(2017, 10, 9, 9, 0, tzinfo=TZ)
    with pytest.raises(LimitError, match="has no time zone"):
        Interval(begin, datetime(2017, 10, 10))  # noqa: DTZ001
    assert Interval(begin, begin.astimezone(UTC)).end == begin
    with pytest.raises(LimitError, match="ends before it begins"):
        Interval(begin, datetime(2017, 10, 9, 9, 0, tzinfo=timezone(timedelta(hours=9))))
