"""How times, durations and personal data are written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from luoshi.web import formats

At = Callable[[str], dt.datetime]


def test_a_moment_is_written_in_chinese_and_local_time(at: At) -> None:
    assert formats.cn_datetime(at("2017-09-29 17:50")) == "2017年9月29日 17:50"
    assert formats.cn_datetime(dt.datetime(2017, 9, 29, 9, 50, tzinfo=dt.UTC)) == "2017年9月29日 17:50"
    assert formats.cn_datetime("2017-09-29T17:50:00+08:00") == "2017年9月29日 17:50"


@pytest.mark.parametrize("nothing", [None, "", "gestern", 17])
def test_what_is_no_moment_is_written_as_nothing(nothing: object, at: At) -> None:
    assert formats.cn_datetime(nothing) == ""
    assert formats.cn_date(nothing) == ""
    assert formats.cn_weekday(nothing) == ""
    assert formats.short_datetime(nothing, at("2017-09-29 17:50")) == ""


def test_a_day_is_written_without_a_time(at: At) -> None:
    assert formats.cn_date(dt.date(2017, 9, 29)) == formats.cn_date(at("2017-09-29 17:50")) == "2017年9月29日"
    assert formats.cn_weekday(dt.date(2017, 9, 29)) == "周五"
    assert formats.cn_weekday(dt.date(2017, 10, 1)) == "周日"


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("2017-09-29 08:00", "今天 08:00"),
        ("2017-09-29 23:59", "今天 23:59"),
        ("2017-09-30 00:00", "明天 00:00"),
        ("2017-09-28 23:59", "昨天 23:59"),
        ("2017-10-09 12:00", "10月9日 12:00"),
        ("2018-01-02 12:00", "2018年1月2日 12:00"),
    ],
)
def test_the_short_form_leaves_out_what_goes_without_saying(at: At, text: str, short: str) -> None:
    assert formats.short_datetime(at(text), at("2017-09-29 17:50")) == short


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "不足1分钟"),
        (59, "不足1分钟"),
        (60, "1分钟"),
        (3599, "59分钟"),
        (3600, "1小时"),
        (8100, "2小时15分"),
        (86399, "23小时59分"),
        (86400, "1天"),
        (90000, "1天1小时"),
        (-90000, "1天1小时"),
        (dt.timedelta(minutes=5), "5分钟"),
        ("soon", ""),
    ],
)
def test_a_length_of_time_is_written_in_its_two_largest_units(seconds: object, text: str) -> None:
    assert formats.duration_cn(seconds) == text


@pytest.mark.parametrize(
    ("amount", "unit", "text"),
    [
        (0, "seconds", ""),
        (600, "seconds", "10分"),
        (13_805, "seconds", "3小时50分5秒"),
        (2, "days", "2天"),
        (1, "months", "1个月"),
    ],
)
def test_the_amount_of_a_step_is_exact(amount: int, unit: str, text: str) -> None:
    assert formats.amount_cn(amount, unit) == text


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13800005678", "138****5678"),
        ("0398-2812345", "039****2345"),
        ("12345", "****45"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_telephone_number_hides_its_middle(number: object, masked: str) -> None:
    assert formats.mask_phone(number) == masked


def test_a_name_keeps_only_its_first_character() -> None:
    assert formats.mask_name("欧阳某某") == "欧**"
    assert formats.mask_name(" ") == ""


@pytest.mark.parametrize(
    ("size", "text"), [(1023, "1023 B"), (1024, "1 KB"), (2_400_000, "2.3 MB"), (None, "")]
)
def test_a_file_size_is_readable(size: object, text: str) -> None:
    assert formats.file_size(size) == text
