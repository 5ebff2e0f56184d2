"""A rulebook's limit: facts choose the duration, supplements add up, a time in the facts replaces it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from luoshi.engines.limits import Due, Interval, LimitError, compute, missing_facts, parse_time
from luoshi.engines.rulebook import Limit, Rulebook, parse
from tests.engines.samples import TZ, china, worktime

HEAD = """
id: sample
title: 示例
jurisdiction: sample
timezone: Asia/Shanghai
calendar: china
hours: {assumption: 示例, spans: [08:00-12:00, 14:00-18:00]}
roles: {clerk: 经办人}
slots: {number: 编号}
"""
DOCUMENTS = """
documents:
  - {id: rules, title: 示例办法, clauses: {"1": 第一条, "2": 第二条, "3": 第三条, "4": 第四条}}
"""
LIMITS = """
limits:
  - id: sample.close
    title: 办结
    cite: [rules/1]
    valid: {from: 2010-01-01}
    status: in_force
    matter: sample.task
    opens: [sample.sent]
    meets: [sample.closed]
    owner: body
    duration:
      - when: {urgency: urgent}
        is: 24 hours
        cite: [rules/2]
      - when: {urgency: [low, none]}
        is: none
      - is: 5 working days
    add:
      - when: {urgency: routine, role: [lead, assist]}
        is: 2 working days
        cite: [rules/3]
    then:
      - when: {urgency: urgent, extra: true}
        is: 2 working days
        cite: [rules/4]
    override: {fact: due_set}
  - id: sample.ordered
    title: 限期办理
    cite: [rules/1]
    valid: {from: 2010-01-01}
    status: in_force
    matter: sample.task
    opens: [sample.ordered]
    meets: [sample.closed]
    owner: body
    override: {fact: due_set, required: true}
  - id: sample.appeal
    title: 复核
    cite: [rules/1]
    valid: {from: 2010-01-01}
    status: in_force
    matter: sample.task
    opens: [sample.appealed]
    meets: [sample.closed]
    owner: body
    counting: elapsed
    duration: 3 days
"""
START = datetime(2017, 10, 9, 9, 0, tzinfo=TZ)


@pytest.fixture(scope="module")
def book() -> Rulebook:
    files: dict[str, str | bytes] = {
        "rulebook.yaml": HEAD,
        "documents.yaml": DOCUMENTS,
        "limits.yaml": LIMITS,
    }
    return parse(files, calendars={"china": china()})


@pytest.fixture
def close(book: Rulebook) -> Limit:
    return book.limit("sample.close", on=date(2017, 10, 9))


def at(text: str) -> datetime:
    return parse_time(text, TZ)


def notes(due: Due) -> list[tuple[str, str]]:
    return [(step.kind, step.note) for step in due.steps]


@pytest.mark.parametrize(
    ("facts", "due", "cite"),
    [
        ({"urgency": "urgent"}, "2017-10-10 09:00", ("rules/1", "rules/2")),
        ({"urgency": "routine"}, "2017-10-16 18:00", ("rules/1",)),
        ({"urgency": "routine", "role": "single"}, "2017-10-16 18:00", ("rules/1",)),
        ({"urgency": "routine", "role": "lead"}, "2017-10-18 18:00", ("rules/1", "rules/3")),
        ({"urgency": "routine", "role": "assist"}, "2017-10-18 18:00", ("rules/1", "rules/3")),
        ({"urgency": "urgent", "extra": True}, "2017-10-12 18:00", ("rules/1", "rules/2", "rules/4")),
        ({"urgency": "urgent", "extra": False}, "2017-10-10 09:00", ("rules/1", "rules/2")),
        ({}, "2017-10-16 18:00", ("rules/1",)),
    ],
)
def test_facts_choose_the_row_and_the_supplements_and_the_clauses_follow(
    close: Limit, facts: dict[str, Any], due: str, cite: tuple[str, ...]
) -> None:
    result = compute(close, facts, START, worktime())
    assert (result.at, result.provisional, result.cite) == (at(due), False, cite)


def test_a_limit_without_a_duration_is_owed_without_a_due_time(close: Limit) -> None:
    result = compute(close, {"urgency": "low"}, START, worktime())
    assert result.at is None
    assert result.is_met_by(at("2050-01-01"))
    assert notes(result) == [
        ("rule", "办结（sample.close）：不设期限，按 urgency=low"),
        ("start", "2017-10-09（周一）09:00起，应办而不设期限"),
    ]
    assert result.as_dict()["due"] is None


@pytest.mark.parametrize(
    "value",
    [
        "2017-10-20 12:00",
        "2017-10-20T12:00:00+08:00",
        "2017-10-20T04:00:00Z",
        datetime(2017, 10, 20, 4, tzinfo=UTC),
    ],
)
def test_a_time_in_the_facts_replaces_the_computed_one(close: Limit, value: object) -> None:
    result = compute(close, {"urgency": "urgent", "due_set": value}, START, worktime())
    assert result.at == at("2017-10-20 12:00")
    assert result.at.utcoffset() == START.utcoffset()
    assert [step.kind for step in result.steps] == ["rule", "start", "set", "due"]


def test_an_empty_time_in_the_facts_replaces_nothing(close: Limit) -> None:
    for value in (None, ""):
        result = compute(close, {"urgency": "urgent", "due_set": value}, START, worktime())
        assert result.at == at("2017-10-10 09:00")


def test_an_extension_replaces_whatever_was_computed(close: Limit) -> None:
    until = at("2017-10-25 18:00")
    for facts in ({"urgency": "urgent"}, {"urgency": "low"}, {"due_set": "2017-10-20 12:00"}):
        result = compute(close, facts, START, worktime(), extended_until=until)
        assert result.at == until
        assert result.cite[:1] == ("rules/1",)
        assert [step.kind for step in result.steps][-2:] == ["extended", "due"]
    with pytest.raises(LimitError, match="has no time zone"):
        compute(close, {}, START, worktime(), extended_until=datetime(2017, 10, 25))  # noqa: DTZ001


def test_pauses_move_every_part_of_a_limit(close: Limit) -> None:
    pause = Interval(at("2017-10-09 10:00"), at("2017-10-11 10:00"))
    facts = {"urgency": "urgent", "extra": True}
    result = compute(close, facts, START, worktime(), pauses=[pause])
    # 24 hours less one until the pause, 23 after it: 12 October 09:00; then two working days
    assert result.at == at("2017-10-16 18:00")


def test_a_limit_counts_as_its_rule_says(book: Rulebook) -> None:
    appeal = book.limit("sample.appeal", on=date(2017, 10, 9))
    assert compute(appeal, {}, START, worktime()).at == at("2017-10-12 09:00")


def test_the_steps_say_which_rule_row_and_supplement_counted(close: Limit) -> None:
    routine = compute(close, {"urgency": "routine", "role": "lead"}, START, worktime())
    assert notes(routine) == [
        ("rule", "办结（sample.close）：5个工作日，按 urgency=routine"),
        ("supplement", "另加2个工作日"),
        ("start", "2017-10-09（周一）09:00，当日不计入，自次日起算，期限7个工作日"),
        ("counted", "2017-10-10至2017-10-13，计4个工作日，累计4个工作日"),
        ("weekend", "2017-10-14至2017-10-15，周末，不计"),
        ("counted", "2017-10-16至2017-10-18，计3个工作日，累计7个工作日"),
        ("due", "2017-10-18（周三）18:00到期（当日工作时间结束时）"),
    ]
    urgent = compute(close, {"urgency": "urgent", "extra": True}, START, worktime())
    assert [step.kind for step in urgent.steps] == [
        "rule",
        "start",
        "counted",
        "supplement",
        "start",
        "counted",
        "due",
    ]


def test_a_required_time_that_is_missing_is_named(book: Rulebook) -> None:
    ordered = book.limit("sample.ordered", on=date(2017, 10, 9))
    with pytest.raises(LimitError, match=r"sample\.ordered needs due_set: give it the due time"):
        compute(ordered, {}, START, worktime())
    assert compute(ordered, {"due_set": "2017-10-20"}, START, worktime()).at == at("2017-10-20")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("next week", "due_set next week is no time"),
        (5, "sample.close: due_set is 5, expected an aware time"),
        (datetime(2017, 10, 20), "expected an aware time"),  # noqa: DTZ001
    ],
)
def test_a_time_in_the_facts_that_is_none_is_refused(close: Limit, value: object, message: str) -> None:
    with pytest.raises(LimitError, match=message):
        compute(close, {"due_set": value}, START, worktime())


def test_a_table_that_matches_nothing_names_the_fact_and_its_values(close: Limit) -> None:
    partial = replace(close, duration=close.duration[:2])
    with pytest.raises(LimitError, match=r"sample\.close needs urgency: give it one of urgent, low, none"):
        compute(partial, {}, START, worktime())
    with pytest.raises(LimitError, match=r"no duration for urgency=odd \(known: urgent, low, none\)"):
        compute(partial, {"urgency": "odd"}, START, worktime())


def test_facts_that_would_decide_between_rows_are_told(close: Limit) -> None:
    assert missing_facts(close, {}) == {"urgency": ("urgent", "low", "none")}
    assert missing_facts(close, {"urgency": "routine"}) == {}


def test_done_within_the_last_second_is_in_time(close: Limit) -> None:
    result = compute(close, {"urgency": "urgent"}, START, worktime())
    assert result.is_met_by(at("2017-10-10 09:00:00"))
    assert result.is_met_by(at("2017-10-10 09:00:00").replace(microsecond=999_999))
    assert not result.is_met_by(at("2017-10-10 09:00:01"))
