"""Replies in time: five working days from the message, both sides of each boundary."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hotline.imports.kit import check_file, messages, write

# Friday 28 September 2018 is followed by two make-up days and the holidays of 1 to 7 October
CASES = {
    "the last second of the fifth working day": ("2019/6/26 11:13:14", "2019/7/3 18:00:00", 1),
    "a second later": ("2019/6/26 11:13:14", "2019/7/3 18:00:01", 0),
    "the day alone, fifth working day": ("2019/6/26 11:13:14", "2019年7月3日", 1),
    "the day alone, sixth working day": ("2019/6/26 11:13:14", "2019年7月4日", 0),
    "at once": ("2019/6/26 11:13:14", "2019/6/26 11:13:14", 1),
    "the day of the message alone": ("2019/6/26 11:13:14", "2019/6/26", 1),
    "a message at night counts from the next day": ("2019/6/26 23:59:59", "2019/7/3 18:00:00", 1),
    "a message on Saturday, reply on Friday": ("2019/6/29 9:00:00", "2019/7/5 18:00:00", 1),
    "a message on Saturday, reply on the Monday after": ("2019/6/29 9:00:00", "2019/7/8 8:00:00", 0),
    "over a holiday with a make-up day": ("2018/9/28 17:00:00", "2018/10/10 18:00:00", 1),
    "over a holiday with a make-up day, too late": ("2018/9/28 17:00:00", "2018/10/10 18:00:01", 0),
    "a date alone for the message": ("2019/6/26", "2019/7/3 18:00:00", 1),
}


@pytest.mark.parametrize(("received", "replied", "in_time"), CASES.values(), ids=CASES.keys())
def test_a_reply_is_in_time_or_not(tmp_path: Path, received: str, replied: str, in_time: int) -> None:
    report = check_file(write(tmp_path, messages(f"1,甲,路灯,{received},灯坏了,已修,{replied}")))
    assert (report.timeliness.replied, report.timeliness.in_time) == (1, in_time)


def test_a_message_older_than_the_rule_is_measured_by_its_first_version_and_counted(tmp_path: Path) -> None:
    rows = (
        "1,甲,路灯,2017/12/31 23:59:59,灯坏了,已修,2018/1/8 18:00:00",
        "2,甲,路灯,2018/1/1 0:00:01,灯坏了,已修,2018/1/8 18:00:00",
        "3,甲,路灯,2017/12/31 23:59:59,灯坏了,,",
    )
    report = check_file(write(tmp_path, messages(*rows)))
    counts = report.timeliness
    assert (counts.replied, counts.in_time, counts.assumed) == (2, 2, 1)
    assert any(
        "1 of these messages are older than the rule (in force from 2018-01-01)" in x for x in report.lines()
    )


def test_bad_rows_are_not_counted_as_replied(tmp_path: Path) -> None:
    report = check_file(write(tmp_path, messages("1,甲,,2019/6/26,灯坏了,已修,2019/6/27")))
    assert (report.timeliness.replied, report.good) == (0, 0)


def test_a_report_is_plain_values(tmp_path: Path) -> None:
    rows = ("1,甲,路灯,2019/6/26,灯坏了,已修,2019/6/27", "2,甲,,昨天,灯坏了,,")
    report = check_file(write(tmp_path, messages(*rows)))
    plain = report.as_dict()
    errors = plain.pop("errors")
    assert plain == {
        "file": "export.csv",
        "mapping": "messages",
        "encoding": "utf-8",
        "rows": 2,
        "good": 1,
        "bad": 1,
        "replied": 1,
        "replied_in_time": 1,
        "assumed_rule": 0,
        "provisional": 0,
        "dates_only": 1,
        "rule": {
            "rulebook": "town",
            "id": "hotline.close",
            "duration": "5 working days",
            "cite": ["town-rules/1"],
            "valid_from": "2018-01-01",
        },
    }
    assert [(error["row"], error["column"], error["value"]) for error in errors] == [(3, "留言主题", "")]
    assert [more["column"] for more in errors[0]["more"]] == ["留言时间"]
