"""Times as exports write them."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.hotline.imports.moments import EXPECTED, Moment, NoMoment, Precision, read_moment
from tests.hotline.imports.kit import SHANGHAI

EXACT = datetime(2019, 6, 26, 11, 13, 14, tzinfo=SHANGHAI)
DAY = datetime(2019, 6, 26, tzinfo=SHANGHAI)


def wall_clock(*parts: int) -> datetime:
    """A time without a zone, as sheets hold it."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


@pytest.mark.parametrize(
    "value",
    [
        "2019/6/26 11:13:14",
        "2019-06-26 11:13:14",
        "2019.6.26 11:13:14",
        "2019年6月26日 11:13:14",
        "2019年6月26日11时13分14秒",
        "2019年6月26日 星期三 上午11:13:14",
        "2019/6/26 11:13:14 AM",
        " 2019/6/26\u300011:13:14\t",
        "２０１９／６／２６　１１：１３：１４",
        "2019-06-26T11:13:14",
        "2019-06-26T11:13:14.400",
        "2019-06-26T11:13:14+08:00",
        "2019-06-26T03:13:14Z",
        "20190626111314",
        43642.46752314815,
        "43642.46752314815",
        wall_clock(2019, 6, 26, 11, 13, 13, 999_997),
    ],
)
def test_a_time_to_the_second_is_read_from_each_format(value: object) -> None:
    assert read_moment(value, SHANGHAI) == Moment(EXACT, Precision.SECOND)


@pytest.mark.parametrize(
    "value",
    [
        "2019/6/26",
        "2019-06-26",
        "2019年6月26日",
        "2019年6月26号",
        "2019.06.26",
        "2019/6/26 (周三)",
        "20190626",
        "43642",
        43642,
        "2019-06-26 00:00:00",
        "2019/6/26 0:00",
        date(2019, 6, 26),
        wall_clock(2019, 6, 26),
    ],
)
def test_a_date_without_a_time_stays_a_date(value: object) -> None:
    assert read_moment(value, SHANGHAI) == Moment(DAY, Precision.DAY)


def test_midnight_with_a_zone_is_a_time_and_no_date() -> None:
    assert read_moment("2019-06-26T00:00:00+08:00", SHANGHAI).precision is Precision.SECOND


@pytest.mark.parametrize(
    ("value", "hour"),
    [
        ("2019/6/26 3:05 PM", 15),
        ("2019/6/26 下午3:05", 15),
        ("2019/6/26 晚上9点", 21),
        ("2019/6/26 中午12:05", 12),
        ("2019/6/26 中午1:05", 13),
        ("2019/6/26 上午12:05", 0),
        ("2019/6/26 12:05 am", 0),
        ("2019/6/26 下午15:05", 15),
    ],
)
def test_halves_of_the_day_are_understood(value: str, hour: int) -> None:
    assert read_moment(value, SHANGHAI).at.hour == hour


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", EXPECTED),
        (None, EXPECTED),
        (True, EXPECTED),
        ("昨天", EXPECTED),
        ("11:13", EXPECTED),
        ("6/26/2019", EXPECTED),
        ("2019/6/26 十一点", EXPECTED),
        ("2019/6/26 11:13:14 附", EXPECTED),
        ("12", EXPECTED),
        (12, EXPECTED),
        (float("nan"), EXPECTED),
        (float("inf"), EXPECTED),
        ("2019/2/29", "a day that exists"),
        ("2019/13/1", "a day that exists"),
        ("0219/6/26", "a year from 1990 to 2099"),
        ("1989/12/31", "a year from 1990 to 2099"),
        ("2100/1/1", "a year from 1990 to 2099"),
        (wall_clock(1989, 12, 31, 23, 59, 59), "a year from 1990 to 2099"),
        ("2019/6/26 24:00", "a time of day from 00:00:00 to 23:59:59"),
        ("2019/6/26 11:60", "a time of day from 00:00:00 to 23:59:59"),
        ("2019-06-26T11:13:14+15:00", "a zone from -14:00 to +14:00"),
    ],
)
def test_what_is_no_time_is_refused_with_what_is_expected(value: object, expected: str) -> None:
    with pytest.raises(NoMoment, match="^" + expected.replace("+", r"\+").replace(".", r"\.") + "$"):
        read_moment(value, SHANGHAI)


@given(st.datetimes(wall_clock(1990, 1, 2), wall_clock(2099, 12, 30)))
def test_every_format_gives_the_same_time(wall: datetime) -> None:
    wall = wall.replace(microsecond=0)
    serial = (wall - wall_clock(1899, 12, 30)).total_seconds() / 86400
    texts: list[object] = [
        f"{wall.year}/{wall.month}/{wall.day} {wall:%H:%M:%S}",
        f"{wall:%Y-%m-%d %H:%M:%S}",
        f"{wall.year}年{wall.month}月{wall.day}日{wall.hour}时{wall.minute}分{wall.second}秒",
        f"{wall:%Y%m%d%H%M%S}",
        wall,
        serial,
    ]
    assert {read_moment(text, SHANGHAI) for text in texts} == {read_moment(wall, SHANGHAI)}


@given(st.text())
def test_any_text_gives_a_time_or_a_clear_refusal(text: str) -> None:
    try:
        moment = read_moment(text, SHANGHAI)
    except NoMoment as refusal:
        assert str(refusal).startswith("a ")
    else:
        assert moment.at.tzinfo is not None


def test_a_reply_known_to_the_day_counts_at_the_close_of_business() -> None:
    assert Moment(DAY, Precision.DAY).as_reply() == DAY.replace(hour=18)
    assert Moment(EXACT, Precision.SECOND).as_reply() == EXACT


def test_a_date_is_not_before_a_time_of_the_same_day() -> None:
    assert not Moment(DAY, Precision.DAY).before(Moment(EXACT, Precision.SECOND))
    assert Moment(DAY, Precision.DAY).before(Moment(EXACT.replace(day=27), Precision.SECOND))
    assert Moment(EXACT, Precision.SECOND).before(Moment(EXACT.replace(second=15), Precision.SECOND))
    assert not Moment(EXACT, Precision.SECOND).before(Moment(EXACT, Precision.SECOND))
