"""Obligations as a fold over events: each effect, and the stored rows always equal to a fresh derivation."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from luoshi.engines import obligations
from luoshi.engines.obligations import OVERDUE, Happened, Owed, derive, merge_facts, step
from luoshi.engines.rulebook import Rulebook, parse
from luoshi.engines.tallies import contribution, moves
from luoshi.engines.worktime import Calendar
from luoshi.rulebooks import calendars

SHANGHAI = ZoneInfo("Asia/Shanghai")
RULES = """
limits:
  - id: test.work
    title: 办
    valid: {from: 2017-01-01}
    status: in_force
    assumption: 试
    matter: test.matter
    opens: [test.opened, test.again]
    meets: [test.done]
    cancels: [test.recalled]
    ends: [test.through]
    breaks: [test.broken]
    pauses: [test.paused]
    resumes: [test.resumed]
    extends: [test.extended]
    owner: body
    duration:
      - when: {fast: true}
        is: 2 hours
      - is: 8 hours
  - id: test.right
    title: 可以提
    valid: {from: 2017-01-01}
    status: in_force
    assumption: 试
    matter: test.matter
    opens: [test.opened]
    meets: [test.asked]
    cancels: [test.recalled]
    ends: [test.through]
    owner: body
    nature: window
    duration: 4 hours
  - id: test.someday
    title: 应办
    valid: {from: 2017-01-01}
    status: in_force
    assumption: 试
    matter: test.matter
    opens: [test.opened]
    meets: [test.named]
    ends: [test.through]
    owner: platform
    duration: none
"""
FRAME = {
    "rulebook.yaml": "id: test\ntitle: 试\njurisdiction: test\ntimezone: Asia/Shanghai\ncalendar: china\n"
    "hours: {assumption: 试, spans: [08:00-12:00, 14:00-18:00]}\nroles: {}\nslots: {}\n",
    "documents.yaml": "documents: []\n",
}
KINDS = (
    "opened", "again", "done", "recalled", "through", "broken", "paused", "resumed", "extended", "asked", "named", "x"
)  # fmt: skip


@lru_cache
def book() -> Rulebook:
    known = {name: Calendar.parse(calendars.read(name)) for name in calendars.names()}
    return parse({**FRAME, "rules/limits.yaml": RULES}, calendars=known)


def clock(hours: float) -> dt.datetime:
    """So many hours after Monday 9 October 2017, 09:00."""
    return dt.datetime(2017, 10, 9, 9, tzinfo=SHANGHAI) + dt.timedelta(hours=hours)


def run(*events: tuple[str, float] | tuple[str, float, dict[str, Any]]) -> dict[str, Owed]:
    """The obligations after events of (kind, hours since the opening, data), the latest of each rule."""
    happened = [
        Happened(seq, kind if "." in kind else f"test.{kind}", clock(hours), *rest)
        for seq, (kind, hours, *rest) in enumerate(events, start=1)
    ]
    owed, _ = derive(happened, matter_kind="test.matter", book=book())
    return {one.rule: one for one in owed}


@pytest.mark.parametrize(("hours", "state"), [(8, "met"), (8 + 1 / 3600, "late")])
def test_the_step_meets_the_limit_to_its_second(hours: float, state: str) -> None:
    work = run(("opened", 0), ("done", hours))["test.work"]
    assert (work.state, work.met_at) == (state, clock(hours))
    assert work.breached_at == (clock(8) if state == "late" else None)


def test_what_is_recalled_is_void_even_when_it_had_run_out() -> None:
    assert run(("opened", 0), ("recalled", 20))["test.work"].state == "cancelled"


@pytest.mark.parametrize(
    ("hours", "state", "breached"), [(8, "cancelled", None), (8 + 1 / 3600, "breached", 8)]
)
def test_when_the_matter_is_through_what_had_run_out_stays_breached_and_the_rest_is_void(
    hours: float, state: str, breached: float | None
) -> None:
    found = run(("opened", 0), ("through", hours))
    work = found["test.work"]
    assert (work.state, work.met_at) == (state, None)
    assert work.breached_at == (clock(breached) if breached else None)
    assert found["test.right"].state == "cancelled"  # a right is never breached
    assert found["test.someday"].state == "cancelled"  # what has no due time cannot have passed it


def test_what_the_worker_had_found_overdue_stays_breached_when_the_matter_is_through() -> None:
    lapse = (OVERDUE, 8, {"rule": "test.work", "opened_seq": 1})
    assert run(("opened", 0), lapse, ("through", 9))["test.work"].state == "breached"


def test_what_is_finished_does_not_end_a_second_time() -> None:
    assert run(("opened", 0), ("done", 1), ("through", 20))["test.work"].state == "met"
    assert run(("opened", 0), ("done", 9), ("through", 20))["test.work"].state == "late"


def test_a_pause_that_still_runs_when_the_matter_is_through_moves_the_due_time() -> None:
    assert run(("opened", 0), ("paused", 1), ("through", 9))["test.work"].state == "cancelled"
    assert (
        run(("opened", 0), ("paused", 1), ("resumed", 2), ("through", 9.5))["test.work"].state == "breached"
    )


def test_an_extension_moves_the_due_time_and_voids_a_lapse_that_it_covers() -> None:
    until = {"until": clock(20).isoformat()}
    lapse = (OVERDUE, 8, {"rule": "test.work", "opened_seq": 1})
    work = run(("opened", 0), lapse, ("extended", 10, until))["test.work"]
    assert (work.due_at, work.breached_at, work.state) == (clock(20), None, "open")


def test_an_extension_granted_after_a_late_step_makes_it_in_time_where_it_reaches_that_far() -> None:
    def granted(hours: float) -> Owed:
        extended = ("extended", 12, {"until": clock(hours).isoformat()})
        return run(("opened", 0), ("done", 10), extended)["test.work"]

    assert (granted(10).state, granted(10).breached_at) == ("met", None)
    assert (granted(9.5).state, granted(9.5).breached_at) == ("late", clock(9.5))


def test_an_extension_without_a_time_changes_nothing() -> None:
    assert run(("opened", 0), ("extended", 1))["test.work"].due_at == clock(8)


def test_what_is_broken_after_it_was_met_is_breached_and_what_is_open_stays_to_be_done() -> None:
    assert run(("opened", 0), ("done", 1), ("broken", 2))["test.work"].state == "breached"
    work = run(("opened", 0), ("broken", 2))["test.work"]
    assert (work.state, work.breached_at) == ("open", clock(2))
    assert run(("opened", 0), ("broken", 2), ("done", 3))["test.work"].state == "breached"


def test_a_lapse_recorded_while_the_step_was_under_way_is_taken_back() -> None:
    lapse = (OVERDUE, 8, {"rule": "test.work", "opened_seq": 1})
    work = run(("opened", 0), lapse, ("done", 8))["test.work"]
    assert (work.state, work.breached_at) == ("met", None)


def test_facts_choose_the_duration_and_the_events_own_data_weigh_more() -> None:
    assert run(("opened", 0, {"facts": {"fast": True}}))["test.work"].due_at == clock(2)
    assert run(("opened", 0, {"facts": {"fast": True}, "fast": False}))["test.work"].due_at == clock(8)
    later = run(("opened", 0), ("x", 1, {"facts": {"fast": True}}), ("again", 2))["test.work"]
    assert later.due_at == clock(4)


def test_a_lapse_of_another_obligation_touches_nothing() -> None:
    for other in ({"rule": "test.right", "opened_seq": 1}, {"rule": "test.work", "opened_seq": 2}):
        assert run(("opened", 0), (OVERDUE, 8, other))["test.work"].breached_at is None


events = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.floats(0, 6, allow_nan=False).map(lambda hours: round(hours, 3)),
        st.sampled_from(
            [{}, {"facts": {"fast": True}}, {"fast": True}, {"rule": "test.work", "opened_seq": 1}]
        ),
        st.booleans(),
    ),
    max_size=25,
)


def happened(raw: list[tuple[str, float, dict[str, Any], bool]]) -> list[Happened]:
    """Random events in order of time; some extended, some lapses."""
    found, now = [], 0.0
    for seq, (kind, hours, data, overdue) in enumerate(raw, start=1):
        now += hours
        content = {**data, "until": clock(now + 5).isoformat()} if kind == "extended" else data
        name = OVERDUE if overdue and "rule" in data else f"test.{kind}"
        found.append(Happened(seq, name, clock(now), content))
    return found


@settings(max_examples=150, deadline=None)
@given(events)
def test_one_event_at_a_time_gives_what_all_at_once_give(raw: list[Any]) -> None:
    all_at_once, facts = derive(happened(raw), matter_kind="test.matter", book=book())
    owed: list[Owed] = []
    seen: dict[str, Any] = {}
    counts: Counter[Any] = Counter()
    for event in happened(raw):
        seen = merge_facts(seen, event)
        after = step(owed, event, seen, matter_kind="test.matter", book=book())
        old = {one.key: one for one in owed}
        touched = [one for one in after if one != old.get(one.key)]
        counts.update(moves([old[one.key] for one in touched if one.key in old], touched, SHANGHAI))
        owed = after
    assert owed == all_at_once
    assert seen == facts
    recount = Counter(move for one in all_at_once for move in contribution(one, SHANGHAI))
    assert {move: n for move, n in counts.items() if n} == dict(recount)


@settings(max_examples=150, deadline=None)
@given(events)
@example(
    [("opened", 0.312, {"facts": {"fast": True}}, False), ("done", 2.0, {}, False)]
)  # within the due second
def test_every_obligation_is_consistent_whatever_happens(raw: list[Any]) -> None:
    owed, _ = derive(happened(raw), matter_kind="test.matter", book=book())
    assert len({one.key for one in owed}) == len(owed)
    for one in owed:
        assert (one.met_at is not None) >= (one.state in {"met", "late"})
        if one.state == "met":
            assert one.breached_at is None
            assert one.due_at is None or one.met_at is None or not obligations.past(one.due_at, one.met_at)
        if one.state == "late":
            assert one.due_at is not None and one.met_at is not None
            assert obligations.past(one.due_at, one.met_at)
            assert one.breached_at is not None
        if one.nature == "window":
            assert one.state != "breached"
        if one.unfinished and one.due_at is not None and not one.pauses:
            assert obligations.explain(one, book()).at == one.due_at


@settings(max_examples=100, deadline=None)
@given(events)
def test_a_pause_never_brings_the_due_time_forward(raw: list[Any]) -> None:
    paused, _ = derive(happened(raw), matter_kind="test.matter", book=book())
    clocks = {"test.paused", "test.resumed"}
    without = [replace(one, kind="test.x") if one.kind in clocks else one for one in happened(raw)]
    plain, _ = derive(without, matter_kind="test.matter", book=book())
    by_key = {one.key: one for one in plain}
    for one in paused:
        other = by_key.get(one.key)
        if other is None or one.extended_until or other.extended_until or one.due_at is None:
            continue
        assert other.due_at is not None
        assert one.due_at >= other.due_at
