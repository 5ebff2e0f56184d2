"""What a limit's tables choose for certain facts, and which events touch it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.engines.rulebook import Chosen, Condition, Limit

from .rulebook_kit import limit, rulebook

DAY = date(2021, 1, 1)
TABLE = """
      - when: {urgency: urgent}
        is: 24 hours
      - is: 5 working days
        cite: [demo-rules/1]
    add:
      - when: {urgency: routine, role: [lead, assist]}
        is: 2 working days
      - when: {urgency: routine, far: true}
        is: 1 working day
    then:
      - when: {urgency: urgent, more: true}
        is: 2 working days
        cite: [demo-rules/1]"""


def first(text: str) -> Limit:
    return rulebook(text).limit("demo.sign", DAY)


def chosen(facts: dict[str, Any]) -> Chosen:
    return first(limit(duration=TABLE)).choose(facts)


@pytest.mark.parametrize(
    ("facts", "duration", "then"),
    [
        ({}, "5 working days", []),
        ({"urgency": "routine"}, "5 working days", []),
        ({"urgency": "routine", "role": "sole"}, "5 working days", []),
        ({"urgency": "routine", "role": "lead"}, "7 working days", []),
        ({"urgency": "routine", "role": "assist", "far": True}, "8 working days", []),
        ({"urgency": "routine", "far": 1}, "5 working days", []),
        ({"urgency": "urgent", "role": "lead"}, "24 hours", []),
        ({"urgency": "urgent", "more": True}, "24 hours", ["2 working days"]),
    ],
)
def test_the_first_row_that_matches_counts_and_every_supplement_that_matches(
    facts: dict[str, Any], duration: str, then: list[str]
) -> None:
    found = chosen(facts)
    assert str(found.duration) == duration
    assert [str(one) for one in found.then] == then


def test_the_clauses_of_the_rows_used_are_cited_each_once() -> None:
    assert chosen({"urgency": "routine"}).cite == ("demo-rules/2.1", "demo-rules/1")
    assert chosen({"urgency": "urgent"}).cite == ("demo-rules/2.1",)
    assert chosen({"urgency": "urgent", "more": True}).cite == ("demo-rules/2.1", "demo-rules/1")


def test_none_is_owed_without_a_due_time_whatever_supplements_say() -> None:
    found = first(limit(duration="none", extra="    add:\n      - is: 1 hour\n")).choose({})
    assert (found.duration, found.then) == (None, ())


def test_a_limit_whose_time_is_always_given_needs_no_duration() -> None:
    text = limit(extra="    override: {fact: until, required: true}\n").replace(
        "    duration: 4 working hours\n", ""
    )
    found = first(text)
    assert found.choose({}).duration is None
    assert found.override is not None
    assert found.override.required


def test_an_event_is_meant_only_with_the_data_its_condition_asks_for() -> None:
    found = first(limit().replace("[demo.signed]", "[{event: demo.signed, when: {by: [clerk, leader]}}]"))
    assert found.met_by("demo.signed", {"by": "leader"})
    assert not found.met_by("demo.signed", {"by": "stranger"})
    assert not found.met_by("demo.signed", {})
    assert not found.met_by("demo.sent", {"by": "leader"})


def test_a_limit_opens_only_when_the_facts_match() -> None:
    found = first(limit(extra="    when: {onsite: true}\n"))
    assert found.opened_by("demo.sent", {"onsite": True})
    assert not found.opened_by("demo.sent", {"onsite": "true"})
    assert not found.opened_by("demo.sent", {})
    assert not found.opened_by("demo.signed", {"onsite": True})


def test_every_effect_has_its_question() -> None:
    text = limit(
        extra="    cancels: [demo.a]\n    breaks: [demo.b]\n    pauses: [demo.c]\n    resumes: [demo.d]\n"
        "    extends: [demo.e]\n    ends: [demo.f]\n"
    )
    found = first(text)
    questions = [
        found.cancelled_by,
        found.broken_by,
        found.paused_by,
        found.resumed_by,
        found.extended_by,
        found.ended_by,
    ]
    for number, asked in enumerate(questions):
        assert [asked(f"demo.{letter}", {}) for letter in "abcdef"] == [n == number for n in range(6)]


values = st.sampled_from(["a", "b", "c", 1, 0, True, False, None])
conditions = st.dictionaries(
    st.sampled_from(["x", "y"]), st.lists(values, min_size=1, max_size=3).map(tuple)
).map(lambda tests: Condition(tuple(tests.items())))
all_facts = st.dictionaries(st.sampled_from(["x", "y"]), values)


@given(conditions, conditions, all_facts)
def test_a_condition_that_covers_another_matches_wherever_the_other_does(
    wide: Condition, narrow: Condition, facts: dict[str, Any]
) -> None:
    if wide.covers(narrow) and narrow.matches(facts):
        assert wide.matches(facts)


@given(conditions, conditions, all_facts)
def test_conditions_that_exclude_each_other_never_match_together(
    one: Condition, other: Condition, facts: dict[str, Any]
) -> None:
    assert one.excludes(other) == other.excludes(one)
    if one.excludes(other):
        assert not (one.matches(facts) and other.matches(facts))


@given(conditions)
def test_a_condition_covers_itself(one: Condition) -> None:
    assert one.covers(one)
