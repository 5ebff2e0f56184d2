"""How a due time stands at a moment, both sides of each boundary."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.web import due, explain

At = Callable[[str], dt.datetime]
NOW = "2017-09-27 15:00"  # a Wednesday


@pytest.mark.parametrize(
    ("due_at", "urgency", "group"),
    [
        ("2017-09-27 14:59:59", "overdue", "overdue"),
        ("2017-09-27 15:00:00", "soon", "today"),
        ("2017-09-27 17:00:00", "soon", "today"),
        ("2017-09-27 17:00:01", "today", "today"),
        ("2017-09-27 23:59:59", "today", "today"),
        ("2017-09-28 00:00:00", "week", "week"),
        ("2017-10-01 23:59:59", "week", "week"),
        ("2017-10-02 00:00:00", "later", "later"),
    ],
)
def test_urgency_and_group_change_at_their_boundaries(at: At, due_at: str, urgency: str, group: str) -> None:
    assert due.urgency(at(due_at), at(NOW)) == urgency
    assert due.group(at(due_at), at(NOW)) == group


def test_what_is_due_soon_after_midnight_belongs_to_the_week(at: At) -> None:
    late = at("2017-09-27 23:30")
    assert due.urgency(at("2017-09-28 00:30"), late) == "soon"
    assert due.group(at("2017-09-28 00:30"), late) == "week"
    assert due.group(at("2017-10-02 00:30"), at("2017-10-01 23:30")) == "later"


def test_without_a_due_time_nothing_is_late(at: At) -> None:
    shown = due.view(due_at=None, now=at(NOW))
    assert (shown.code, shown.label, shown.running) == ("none", "无明文时限", False)


def test_parts_of_a_second_do_not_make_it_late(at: At) -> None:
    assert due.urgency(at(NOW), at(NOW).replace(microsecond=999_999)) == "soon"


def test_a_running_due_time_says_what_is_left_or_by_how_much_it_is_passed(at: At) -> None:
    assert due.view(due_at=at("2017-09-27 17:15"), now=at(NOW)).label == "还剩 2小时15分"
    assert due.view(due_at=at("2017-09-24 11:00"), now=at(NOW)).label == "已逾期 3天4小时"


@pytest.mark.parametrize(("state", "label"), [(state, label) for state, (label, _) in due.FINISHED.items()])
def test_a_finished_one_shows_its_outcome_and_counts_no_longer(at: At, state: str, label: str) -> None:
    shown = due.view(due_at=at("2017-09-27 14:00"), now=at(NOW), state=state)
    assert shown.label == label
    assert not shown.running


def test_a_right_that_was_not_used_lapses_and_is_not_overdue(at: At) -> None:
    unused = due.view(due_at=at("2017-09-27 14:59"), now=at(NOW), nature="window")
    assert (unused.code, unused.tone, unused.label, unused.running) == (
        "lapsed",
        "muted",
        "提出期已过",
        False,
    )
    still = due.view(due_at=at(NOW), now=at(NOW), nature="window")
    assert still.running
    assert still.title == "可提出至：2017年9月27日 15:00"
    assert due.view(due_at=at(NOW), now=at(NOW), nature="window", state="met").label == "已提出"
    assert due.view(due_at=at(NOW), now=at(NOW), nature="window", state="cancelled").label == "已撤销"


def test_a_provisional_due_time_says_why(at: At) -> None:
    assert "节假日安排尚未公布" in due.view(due_at=at(NOW), now=at(NOW), provisional=True).title


@given(minutes=st.integers(-200_000, 200_000))
def test_every_due_time_is_in_exactly_one_group(minutes: int) -> None:
    now = dt.datetime(2017, 9, 27, 15, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    moment = now + dt.timedelta(minutes=minutes)
    midnight, sunday = due.end_of_day(now), due.end_of_week(now)
    expected = (
        "overdue"
        if moment < now
        else "today"
        if moment < midnight
        else "week"
        if moment < sunday
        else "later"
    )
    assert due.group(moment, now) == expected


def test_the_steps_of_a_real_count_are_all_told(at: At) -> None:
    from luoshi.engines import limits
    from luoshi.ledger import rules

    result = limits.due(
        limits.Duration.parse("4 working hours"),
        at("2017-09-29 17:50"),
        worktime=rules.current().worktime,
    )
    told = explain.explanation(result.as_dict())
    assert told["due"] == at("2017-09-30 11:50")
    assert told["rows"][0]["css"] == "start"
    assert told["rows"][-1]["css"] == "due"
    counted = [row for row in told["rows"] if row["css"] == "counted"]
    assert [row["amount"] for row in counted] == ["10分", "3小时50分"]
    assert counted[0]["period"] == "9月29日（周五） 17:50—18:00"


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        ("2017-09-29T17:50:00+08:00", "2017-09-29T18:00:00+08:00", "9月29日（周五） 17:50—18:00"),
        ("2017-09-29T00:00:00+08:00", "2017-09-30T00:00:00+08:00", "9月29日（周五） 全天"),
        ("2017-09-29T18:00:00+08:00", "2017-09-30T00:00:00+08:00", "9月29日（周五） 18:00—24:00"),
        ("2017-10-01T00:00:00+08:00", "2017-10-09T00:00:00+08:00", "10月1日（周日）至10月8日（周日）"),
        (
            "2017-09-29T18:00:00+08:00",
            "2017-09-30T08:00:00+08:00",
            "9月29日（周五） 18:00—9月30日（周六） 08:00",
        ),
        ("2017-09-29T17:50:00+08:00", None, "2017年9月29日 17:50（周五）"),
        (None, None, ""),
    ],
)
def test_a_period_is_written_as_people_read_it(start: str | None, end: str | None, text: str) -> None:
    step = {"kind": "counted", "start": start, "end": end, "amount": 0, "unit": "", "note": ""}
    told = explain.explanation({"due": None, "provisional": False, "cite": [], "steps": [step]})
    assert told["rows"][0]["period"] == text


def test_a_kind_of_step_that_is_new_is_still_shown() -> None:
    step = {"kind": "new", "start": None, "end": None, "amount": 0, "unit": "", "note": "说明"}
    told = explain.explanation({"due": None, "provisional": False, "steps": [step]})
    assert told["rows"][0]["note"] == "说明"


def test_a_note_says_no_code_and_no_time_that_stands_beside_it(at: At) -> None:
    steps = [
        ("rule", None, "签收（hotline.sign_in）：4个工作小时，按 urgency=routine、unknown_fact=7"),
        ("start", "2017-09-29T17:50:00+08:00", "2017-09-29（周五）17:50起算，期限4个工作小时"),
        ("off_hours", "2017-09-29T18:00:00+08:00", "2017-09-29 18:00至2017-09-30 08:00，非工作时间，不计"),
        ("due", "2017-09-30T11:50:00+08:00", "2017-09-30（周六）11:50到期"),
        ("extended", None, "经批准延期，期限由2017-09-30（周六）11:50改为2017-10-09（周一）18:00"),
    ]
    told = explain.explanation(
        {
            "due": "2017-09-30T11:50:00+08:00",
            "provisional": False,
            "steps": [
                {"kind": kind, "start": start, "end": start, "amount": 0, "unit": "", "note": note}
                for kind, start, note in steps
            ],
        }
    )
    assert [row["note"] for row in told["rows"]] == [
        "签收：4个工作小时，按 紧急程度：非紧急、unknown_fact=7",
        "期限4个工作小时",
        "非工作时间，不计",
        "",
        "经批准延期，期限由2017-09-30（周六）11:50改为2017-10-09（周一）18:00",
    ]
    assert told["rows"][1]["period"] == "2017年9月29日 17:50（周五）"
