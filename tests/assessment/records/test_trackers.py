"""What records count for, as pure folds over their events: both sides of each boundary."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from luoshi.assessment.counting.records import (
    BaseTracker,
    EntryTracker,
    OpinionTracker,
    ReportTracker,
)
from luoshi.engines.obligations import Happened, Owed
from luoshi.exchange.format import DEDUCTIONS, ENTRY_COUNTS
from luoshi.ledger import rules
from tests.conftest import SHANGHAI


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def fold(
    tracker: Any, *events: tuple[str, str, dict[str, Any]], owed: tuple[Owed, ...] = ()
) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for seq, (kind, at, data) in enumerate(events, 1):
        happened = Happened(seq, f"assessment.{kind}", moment(at), data)
        facts = tracker.step(facts, happened, owed, {})
    return facts


def standing(tracker: Any, facts: dict[str, Any], now: str) -> Any:
    return tracker.standing(facts, now=moment(now), book=rules.book("sanmenxia"))


def judged(at: str, onsite: bool = True, **points: str) -> tuple[str, str, dict[str, Any]]:
    return "base_judged", at, {"points": points, "onsite": onsite}


def sums(counts: Any, until: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for count in counts:
        if count.day <= dt.date.fromisoformat(until):
            found[count.name] = found.get(count.name, 0) + count.amount
    return {name: number for name, number in found.items() if number}


# ---- base work ----
@pytest.mark.clause("smx-hotline-assessment/4.1")
def test_what_is_missing_counts_from_the_day_of_its_judgement_and_until_it_is_mended():
    facts = fold(
        BaseTracker(),
        judged("2017-10-20 10:00", liaison="missing", rule_duty="missing", rule_joint="missing"),
        judged("2017-12-04 09:00", rule_duty="met"),
    )
    counts = standing(BaseTracker(), facts, "2018-01-01 00:00").counts
    assert all(count.running for count in counts)
    assert sums(counts, "2017-10-19") == {}
    assert sums(counts, "2017-10-31") == {"no_liaison": 1, "missing_rules": 2}
    assert sums(counts, "2017-11-30") == {"no_liaison": 1, "missing_rules": 2}
    assert sums(counts, "2017-12-04") == {"no_liaison": 1, "missing_rules": 1}


def test_a_judgement_that_changes_nothing_counts_nothing():
    facts = fold(
        BaseTracker(), judged("2017-10-20 10:00", team="met"), judged("2017-10-21 10:00", team="met")
    )
    assert standing(BaseTracker(), facts, "2017-11-01 00:00").counts == ()


def test_a_struck_judgement_never_held():
    facts = fold(
        BaseTracker(),
        judged("2017-10-20 10:00", team="missing", liaison="missing"),
        ("base_struck", "2017-11-20 10:00", {"point": "team", "seq": 1}),
    )
    assert sums(standing(BaseTracker(), facts, "2017-12-01 00:00").counts, "2017-10-31") == {"no_liaison": 1}


@pytest.mark.clause("smx-hotline-assessment-annex/1.2")
def test_a_unit_without_on_site_duty_is_not_charged_for_duty_facilities_but_for_rules():
    points = {
        "reachable": "missing",
        "rule_duty": "missing",
        "rule_reward": "missing",
        "rule_joint": "missing",
    }
    with_duty = fold(BaseTracker(), judged("2017-10-20 10:00", True, duty_room="missing", **points))
    without = fold(BaseTracker(), judged("2017-10-20 10:00", False, **points))
    assert sums(standing(BaseTracker(), with_duty, "2017-11-01 00:00").counts, "2017-10-31") == {
        "missing_facilities": 2,
        "missing_rules": 3,
    }
    assert sums(standing(BaseTracker(), without, "2017-11-01 00:00").counts, "2017-10-31") == {
        "missing_rules": 3
    }


# ---- entries ----
@pytest.mark.parametrize("item", [item for item in ENTRY_COUNTS if item != "unimplemented_opinion"])
def test_an_entry_counts_on_its_date_while_it_stands_approved(item):
    opened = (
        "entry_proposed",
        "2017-10-20 09:00",
        {"facts": {"item": item, "date": "2017-10-12", "order": 7}},
    )
    approved = ("entry_approved", "2017-10-21 09:00", {})
    revoked = ("entry_revoked", "2017-10-22 09:00", {})
    tracker = EntryTracker()
    assert standing(tracker, fold(tracker, opened), "2017-11-01 00:00").counts == ()
    counted = standing(tracker, fold(tracker, opened, approved), "2017-11-01 00:00")
    found = [*counted.counts, *counted.charges]
    assert [(one.name, one.day.isoformat()) for one in found] == [(ENTRY_COUNTS[item], "2017-10-12")]
    assert len(counted.charges) == (item in DEDUCTIONS)
    if item in DEDUCTIONS:
        assert counted.charges[0].order == 7
    gone = standing(tracker, fold(tracker, opened, approved, revoked), "2017-11-01 00:00")
    assert (gone.counts, gone.charges) == ((), ())


def test_a_rejected_or_withdrawn_entry_counts_for_nothing():
    opened = ("entry_proposed", "2017-10-20 09:00", {"facts": {"item": "fraud", "date": "2017-10-12"}})
    for kind in ("entry_rejected", "entry_withdrawn"):
        facts = fold(EntryTracker(), opened, (kind, "2017-10-21 09:00", {}))
        assert standing(EntryTracker(), facts, "2017-11-01 00:00").charges == ()


# ---- supervision opinions ----
ISSUED = (
    "opinion_issued",
    "2017-10-09 09:00",
    {"facts": {"due_set": "2017-10-20T18:00:00+08:00", "order": 3}},
)


def held(now: str, *more: tuple[str, str, dict[str, Any]], issued: Any = ISSUED) -> list[str]:
    found = standing(OpinionTracker(), fold(OpinionTracker(), issued, *more), now)
    return [charge.day.isoformat() for charge in found.charges]


@pytest.mark.clause("smx-hotline-assessment/4.3.1.7.b", "smx-hotline-assessment-annex/3.6.b")
@pytest.mark.parametrize(
    ("now", "days"),
    [
        ("2017-10-20 18:00:00", []),  # the last moment in time
        ("2017-10-20 18:00:01", ["2017-10-20"]),  # the month in which it ran out counts at once
        ("2017-10-31 23:59:59", ["2017-10-20"]),
        ("2017-11-01 00:00:00", ["2017-10-20", "2017-11-01"]),  # each calendar month that begins counts anew
        ("2018-01-15 10:00:00", ["2017-10-20", "2017-11-01", "2017-12-01", "2018-01-01"]),
    ],
)
def test_an_opinion_not_carried_out_counts_in_each_month(now, days):
    assert held(now) == days


@pytest.mark.clause("smx-hotline-assessment/4.3.1.7.b")
@pytest.mark.parametrize(
    ("done", "days"),
    [
        ("2017-10-20 18:00:00", []),
        ("2017-10-20 18:00:01", ["2017-10-20"]),
        ("2017-10-31 23:59:59", ["2017-10-20"]),
        ("2017-11-01 00:00:00", ["2017-10-20"]),  # the month in which it is carried out does not count again
        ("2017-12-01 00:00:00", ["2017-10-20", "2017-11-01"]),
    ],
)
def test_from_the_month_in_which_it_is_carried_out_it_counts_no_more(done, days):
    assert held("2018-03-01 00:00:00", ("opinion_carried_out", done, {})) == days


def test_a_deadline_at_the_very_end_of_a_month_runs_out_in_the_next():
    late = ("opinion_issued", "2017-10-09 09:00", {"facts": {"due_set": "2017-10-31T23:59:59+08:00"}})
    with_order = {"facts": {**late[2]["facts"], "order": 0}}
    assert held("2017-11-30 00:00:00", issued=(late[0], late[1], with_order)) == ["2017-11-01"]


def test_an_opinion_says_when_time_alone_will_change_it():
    facts = fold(OpinionTracker(), ISSUED)
    assert standing(OpinionTracker(), facts, "2017-10-10 00:00").changes_at == moment("2017-10-20 18:00:01")
    assert standing(OpinionTracker(), facts, "2017-10-25 00:00").changes_at == moment("2017-11-01 00:00")
    assert standing(OpinionTracker(), facts, "2017-12-25 00:00").changes_at == moment("2018-01-01 00:00")
    done = fold(OpinionTracker(), ISSUED, ("opinion_carried_out", "2017-10-25 00:00", {}))
    assert standing(OpinionTracker(), done, "2017-10-26 00:00").changes_at is None


def test_a_withdrawn_opinion_counts_for_nothing():
    assert held("2018-03-01 00:00:00", ("opinion_withdrawn", "2018-02-01 09:00", {})) == []


# ---- reports ----
def owed(state: str) -> tuple[Owed, ...]:
    at = moment("2017-11-01 00:20")
    return (
        Owed("assessment.report_limit", "", "duty", "body", 1, at, at, False, {}, state=state, met_at=at),
    )


@pytest.mark.parametrize(("state", "counted"), [("met", ["reports_on_time"]), ("late", [])])
def test_a_report_counts_when_it_was_filed_in_time(state, counted):
    tracker = ReportTracker()
    opened = ("report_opened", "2017-11-01 00:20", {"facts": {"type": "monthly_report"}})
    facts = fold(tracker, opened, ("report_filed", "2017-11-03 10:00", {}), owed=owed(state))
    assert [count.name for count in standing(tracker, facts, "2017-12-01 00:00").counts] == counted


def test_information_counts_on_the_day_of_filing_and_not_once_it_is_struck():
    tracker = ReportTracker()
    opened = ("report_opened", "2017-11-08 09:00", {"facts": {"type": "information"}})
    filed = ("report_filed", "2017-11-08 09:00", {})
    counts = standing(tracker, fold(tracker, opened, filed), "2017-12-01 00:00").counts
    assert [(count.name, count.day.isoformat()) for count in counts] == [("information_items", "2017-11-08")]
    struck = fold(tracker, opened, filed, ("report_struck", "2017-11-09 09:00", {}))
    assert standing(tracker, struck, "2017-12-01 00:00").counts == ()
