"""Who decides: the first row that matches, overrides for a time, and stand-ins (AB角)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi import rulebooks
from luoshi.engines.authority import Appointed, Override, appoint, decide
from luoshi.engines.rulebook import Authority, Condition, parse

from .rulebook_kit import known, rulebook

DAY = date(2021, 1, 4)
BOOK = rulebook(
    """authorities:
  - id: demo.approve
    title: 审批
    cite: [demo-rules/2.1]
    valid: {from: 2020-01-01}
    status: in_force
    matter: demo.task
    table:
      - when: {secret: true}
        who: []
        reason: 涉密事项不在本系统办理
      - when: {amount: [large, huge], own: false}
        who: [leader]
        in_person: true
        cite: [demo-rules/1]
      - when: {amount: large}
        who: [leader]
        copied: [clerk]
        stands_in: [deputy]
      - who: [clerk, leader]
"""
)
HOLDERS = {"leader": ["王"], "deputy": ["李", "赵"], "clerk": ["孙", "周"]}


def table() -> Authority:
    return BOOK.authority("demo.approve", DAY)


def test_the_first_row_that_matches_counts_and_the_trace_says_why_the_others_did_not() -> None:
    found = decide(table(), {"amount": "large"})
    assert (found.who, found.copied, found.stands_in, found.row) == (("leader",), ("clerk",), ("deputy",), 3)
    assert [(tried.row, tried.matched, tried.note) for tried in found.trace] == [
        (1, False, "secret not given"),
        (2, False, "own not given"),
        (3, True, ""),
    ]


def test_the_last_row_takes_whatever_is_left() -> None:
    found = decide(table(), {"amount": "small"})
    assert (found.who, found.row) == (("clerk", "leader"), 4)
    assert found.trace[2].note == "amount = small"


def test_a_row_adds_its_own_clause_to_the_rule_s() -> None:
    assert decide(table(), {}).cite == ("demo-rules/2.1",)
    assert decide(table(), {"amount": "huge", "own": False}).cite == ("demo-rules/2.1", "demo-rules/1")


def test_nobody_may_where_the_table_says_so_and_the_reason_is_given() -> None:
    found = decide(table(), {"secret": True, "amount": "large"})
    assert (found.who, found.reason) == ((), "涉密事项不在本系统办理")
    assert not found.allows(["leader", "clerk"], standing_in=True)
    assert appoint(found, holders=HOLDERS) == ()


def test_a_role_that_stands_in_is_allowed_only_when_standing_in() -> None:
    found = decide(table(), {"amount": "large"})
    assert found.allows(["leader"])
    assert not found.allows(["deputy"])
    assert found.allows(["deputy"], standing_in=True)


def override(**changes: object) -> Override:
    values: dict[str, object] = {
        "rule": "demo.approve",
        "who": ("deputy",),
        "reason": "外出学习",
        "by": "市长",
        "valid_from": date(2021, 1, 4),
        "valid_until": date(2021, 1, 8),
    }
    return Override(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "who"),
    [
        (date(2021, 1, 3), ("leader",)),
        (date(2021, 1, 4), ("deputy",)),
        (date(2021, 1, 8), ("deputy",)),
        (date(2021, 1, 9), ("leader",)),
    ],
)
def test_an_override_replaces_the_table_on_its_days_both_included(day: date, who: tuple[str, ...]) -> None:
    found = decide(table(), {"amount": "large"}, overrides=[override()], on=day)
    assert found.who == who
    assert (found.row == 0) == (who == ("deputy",))


def test_an_override_says_who_ordered_it_and_why() -> None:
    found = decide(table(), {"amount": "large"}, overrides=[override()], on=DAY)
    assert [tried.as_dict() for tried in found.trace] == [
        {"row": 0, "when": "", "matched": True, "note": "市长: 外出学习"}
    ]


def test_an_override_of_another_rule_or_for_other_facts_does_not_apply() -> None:
    others = [override(rule="demo.other"), override(when=Condition((("amount", ("huge",)),)))]
    assert decide(table(), {"amount": "large"}, overrides=others, on=DAY).who == ("leader",)


def test_an_override_without_a_day_to_try_it_on_is_refused() -> None:
    with pytest.raises(ValueError, match="the day is needed"):
        decide(table(), {}, overrides=[override()])


def test_the_partner_acts_for_somebody_who_is_away() -> None:
    found = appoint(decide(table(), {"amount": "large"}), holders=HOLDERS, away={"王"}, partners={"王": "钱"})
    assert found == (Appointed("钱", "leader", "王", "partner of 王, who is away"),)


def test_the_role_that_stands_in_acts_when_the_partner_is_away_too() -> None:
    decision = decide(table(), {"amount": "large"})
    found = appoint(decision, holders=HOLDERS, away={"王", "钱", "李"}, partners={"王": "钱"})
    assert [(one.person, one.role, one.acts_for) for one in found] == [("赵", "deputy", "leader")]


def test_whoever_holds_the_role_and_is_there_acts_for_themselves() -> None:
    found = appoint(decide(table(), {}), holders=HOLDERS, away={"孙"}, partners={"孙": "周"})
    assert {one.person: one.acts_for for one in found} == {"周": "", "王": ""}


def test_what_must_be_decided_in_person_waits_for_the_person() -> None:
    decision = decide(table(), {"amount": "huge", "own": False})
    assert [one.person for one in appoint(decision, holders=HOLDERS)] == ["王"]
    assert appoint(decision, holders=HOLDERS, away={"王"}, partners={"王": "钱"}) == ()


@given(
    st.sets(st.sampled_from(["王", "李", "赵", "孙", "周", "钱"])),
    st.dictionaries(st.sampled_from(["王", "李", "孙"]), st.sampled_from(["钱", "周", "王"])),
    st.sampled_from([{}, {"amount": "large"}, {"amount": "huge", "own": False}, {"secret": True}]),
)
def test_nobody_who_is_away_is_ever_appointed_and_nobody_twice(
    away: set[str], partners: dict[str, str], facts: dict[str, object]
) -> None:
    found = appoint(decide(table(), facts), holders=HOLDERS, away=away, partners=partners)
    people = [one.person for one in found]
    assert not away.intersection(people)
    assert len(people) == len(set(people))


@pytest.mark.clause("xiping-work-rules/36.2")
@pytest.mark.parametrize(
    ("body_class", "role", "reader"),
    [("county", "county_leader", "县长"), ("department", "department_head", "局长")],
)
def test_important_letters_are_read_by_the_leader_in_person_and_by_no_stand_in(
    body_class: str, role: str, reader: str
) -> None:
    xiping = parse(rulebooks.read("xiping"), calendars=known())
    rule = xiping.authority("hotline.read_letter", date(2020, 6, 1), drafts=True)
    decision = decide(rule, {"important": True, "body_class": body_class})
    assert (decision.who, decision.in_person) == ((role,), True)
    holders = {role: [reader], "agent": ["接线员"]}
    assert [one.person for one in appoint(decision, holders=holders)] == [reader]
    assert appoint(decision, holders=holders, away={reader}, partners={reader: "副手"}) == ()
    assert not decision.allows(["agent", "handler"], standing_in=True)


def test_letters_that_are_not_marked_important_need_no_leader() -> None:
    xiping = parse(rulebooks.read("xiping"), calendars=known())
    rule = xiping.authority("hotline.read_letter", date(2020, 6, 1), drafts=True)
    assert decide(rule, {"important": False, "body_class": "county"}).who == ("agent",)
