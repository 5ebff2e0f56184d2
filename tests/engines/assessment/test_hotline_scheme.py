"""The points of Sanmenxia's hotline scheme, item by item."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from luoshi.engines.assessment import Charge, Period, Sheet, UnitCounts, evaluate
from luoshi.engines.rulebook import Rulebook, Scheme

MONTH, YEAR = Period.parse("2017-10"), Period.parse("2017")
CASES = yaml.safe_load((Path(__file__).parent / "cases" / "hotline.yaml").read_text())
BUSY = {"dispatched_any": 1}


def one(
    scheme: Scheme, counts: dict[str, Any], period: Period = MONTH, charges: tuple[Charge, ...] = ()
) -> Any:
    """The score of a single unit."""
    numbers = {name: Decimal(value) if isinstance(value, str) else value for name, value in counts.items()}
    return evaluate(scheme, [UnitCounts("甲", BUSY | numbers, charges)], period=period).units[0]


def points(score: Any, id: str) -> str:
    """The points of an item or group."""
    try:
        return str(score.line(id).points)
    except KeyError:
        return str(score.group(id).points)


MARKED = [pytest.param(case, marks=pytest.mark.clause(*case["clause"]), id=case["name"]) for case in CASES]


@pytest.mark.parametrize("case", MARKED)
def test_counts_give_points(scheme: Scheme, case: dict[str, Any]) -> None:
    score = one(scheme, case["counts"], Period.parse(case.get("period", "2017-10")))
    assert {id: points(score, id) for id in case["expect"]} == case["expect"]


def league(scheme: Scheme, *counts: dict[str, int], period: Period = MONTH) -> Sheet:
    """Several units, named A, B, C …"""
    units = [UnitCounts("ABCDEFG"[place], given) for place, given in enumerate(counts)]
    return evaluate(scheme, units, period=period)


UNSPECIFIED = ["2.1.1", "2.1.2", "2.2.1", "2.3.1", "2.3.2", "2.3.3", "2.4.3"]


@pytest.mark.clause(
    "smx-hotline-assessment-annex/0.a",
    "smx-hotline-assessment-annex/2.4.2",
    "smx-hotline-assessment-annex/2.4.4",
)
def test_a_unit_without_data_takes_the_mean_of_those_with_data(scheme: Scheme) -> None:
    full = {
        "signed_in_time": 1, "sign_in_counted": 1, "handed_over_in_time": 1, "hand_over_counted": 1,
        "closed_on_time": 1, "closed_counted": 1, "contacted_in_time": 1, "contact_callbacks": 1,
        "conduct_satisfied": 1, "conduct_callbacks": 1, "result_satisfied": 1, "result_callbacks": 1,
        "emergency_submitted": 1, "emergency_requested": 1, "complete_submitted": 1, "due_total": 1,
        "direct_answered_consultations": 1,
    }  # fmt: skip
    half = full | {
        "sign_in_counted": 2, "hand_over_counted": 2, "overdue_open": 1, "contact_callbacks": 2,
        "conduct_callbacks": 2, "result_callbacks": 2, "emergency_requested": 2, "due_total": 2,
        "dispatched_consultations": 1,
    }  # fmt: skip
    third = league(scheme, full, half, {}).unit("C")
    mean = {id: third.line(id) for id in [*UNSPECIFIED, "2.4.2", "2.4.4"]}
    assert {id: str(line.points) for id, line in mean.items()} == {
        "2.1.1": "30.00", "2.1.2": "45.00", "2.2.1": "262.50", "2.3.1": "37.50", "2.3.2": "75.00",
        "2.3.3": "112.50", "2.4.3": "22.50", "2.4.2": "30.00", "2.4.4": "22.50",
    }  # fmt: skip
    assert {line.how for line in mean.values()} == {"mean"}
    assert (third.line("2.1.3").how, third.line("2.1.4").how) == ("full", "full")
    assert points(third, "2.4.1") == "0.00"


@pytest.mark.clause("smx-hotline-assessment-annex/0.a")
@pytest.mark.parametrize("id", [*UNSPECIFIED, "2.4.2", "2.4.4"])
def test_where_no_unit_has_data_all_have_full_marks(scheme: Scheme, id: str) -> None:
    for unit in league(scheme, {}, {}).units:
        assert (unit.line(id).points, unit.line(id).how) == (unit.line(id).item.max, "full")


def test_the_mean_is_rounded_half_up(scheme: Scheme) -> None:
    third = {"signed_in_time": 1, "sign_in_counted": 3}  # 13.33
    whole = {"signed_in_time": 2, "sign_in_counted": 3}  # 26.67
    other = {"signed_in_time": 1, "sign_in_counted": 1}  # 40.00; the three are 80.00 in all
    assert str(league(scheme, third, whole, other, {}).unit("D").line("2.1.1").points) == "26.67"


@pytest.mark.clause("smx-hotline-assessment/3.c")
def test_the_total_is_base_and_regular_and_bonus_less_deductions(scheme: Scheme) -> None:
    score = one(scheme, {"overdue_tickets": 150, "on_time_satisfied": 150, "information_items": 10})
    assert {part: str(value) for part, value in score.parts.items()} == {
        "base": "200.00", "regular": "1000.00", "bonus": "200.00", "deduction": "200.00",
    }  # fmt: skip
    assert str(score.total) == "1200.00"


@pytest.mark.clause("smx-hotline-assessment/3.d")
def test_equal_totals_share_a_rank_and_the_next_one_is_left_out(scheme: Scheme) -> None:
    ranks = {
        unit.unit: unit.rank
        for unit in league(
            scheme,
            BUSY,
            BUSY | {"no_liaison": 1},
            BUSY | {"claimed_tickets": 1},
            BUSY | {"claimed_tickets": 1},
        ).units
    }
    assert ranks == {"C": 1, "D": 1, "A": 3, "B": 4}


@pytest.mark.clause("smx-hotline-assessment/3.f")
@pytest.mark.parametrize("period", [MONTH, YEAR])
def test_a_unit_without_dispatch_and_direct_answer_has_no_rank(scheme: Scheme, period: Period) -> None:
    sheet = league(
        scheme, BUSY, {"direct_answered_consultations": 1}, {"difficult_tickets_led": 1}, period=period
    )
    assert {unit.unit: unit.rank is None for unit in sheet.units} == {"A": False, "B": False, "C": True}
    assert (sheet.units[-1].unit, sheet.units[-1].grade) == ("C", "")


@pytest.mark.clause("smx-hotline-assessment/3.e")
@pytest.mark.parametrize(
    ("correction", "period", "total", "grade"),
    [("0", YEAR, "800.00", "合格"), ("0.01", YEAR, "799.99", "不合格"), ("0.01", MONTH, "799.99", "")],
)
def test_below_800_the_year_is_not_passed_and_800_passes(
    scheme: Scheme, correction: str, period: Period, total: str, grade: str
) -> None:
    counts = {  # base 200; sign-in, hand-over and closing 0, all else in full: 550; 13 voluntary tickets: 50
        "sign_in_counted": 1, "hand_over_counted": 1, "closed_counted": 1, "information_items": 10,
        "claimed_tickets": 13, "complete_submitted": 1, "due_total": 1, "correction_deduction": correction,
    }  # fmt: skip
    score = one(scheme, counts, period)
    assert (str(score.total), score.grade) == (total, grade)


def charge(count: str, matter: str = "G1", month: str = "2017-10", times: int = 1) -> Charge:
    """A charge on an order."""
    return Charge(count, matter, times, month, f"{count} {matter} {month}")


HIGHEST = [
    ("two on one order count once", ["overdue_tickets", "unexecuted_orders"], "2.00", 1),
    ("the highest counts", ["overdue_tickets", "media_exposed_unresolved"], "5.00", 1),
    (
        "a leader's instruction takes in the overdue ticket",
        ["overdue_tickets", "leader_instructions_overdue"],
        "5.00",
        1,
    ),
]


@pytest.mark.clause("smx-hotline-assessment-annex/3.a", "smx-hotline-assessment/4.3.1.4")
@pytest.mark.parametrize(("name", "kinds", "sum", "absorbed"), HIGHEST, ids=[row[0] for row in HIGHEST])
def test_of_one_order_only_the_highest_deduction_counts(
    scheme: Scheme, name: str, kinds: list[str], sum: str, absorbed: int
) -> None:
    score = one(scheme, {}, charges=tuple(charge(kind) for kind in kinds))
    assert (points(score, "3"), len(score.absorbed)) == (sum, absorbed)
    apart = one(scheme, {}, charges=tuple(charge(kind, f"G{place}") for place, kind in enumerate(kinds)))
    assert not apart.absorbed


def test_deductions_without_an_order_add_up(scheme: Scheme) -> None:
    charges = (charge("duty_phone_failures", "", times=3), charge("duty_phone_failures", ""))
    assert points(one(scheme, {}, charges=charges), "3.2.1") == "8.00"


@pytest.mark.clause("smx-hotline-assessment-annex/3.a", "smx-hotline-assessment-annex/3.6.b")
def test_an_opinion_is_compared_within_each_month_and_its_months_add_up(scheme: Scheme) -> None:
    opinion = [charge("unimplemented_opinion_months", month=f"2017-{month}") for month in (10, 11, 12)]
    same = one(scheme, {}, YEAR, (*opinion, charge("overdue_tickets", month="2017-11")))
    assert (points(same, "3.6.b"), points(same, "3.1.1")) == ("15.00", "0.00")
    other = one(scheme, {}, YEAR, (*opinion, charge("overdue_tickets", month="2017-09")))
    assert (points(other, "3.6.b"), points(other, "3.1.1")) == ("15.00", "2.00")


@pytest.mark.clause("smx-hotline-assessment/4.3.1.8", "smx-hotline-assessment-annex/3.7")
def test_fraud_takes_in_everything_on_its_order_in_the_year_and_nothing_in_the_month(scheme: Scheme) -> None:
    charges = (charge("fraud_findings"), charge("leaks_verified"), charge("overdue_tickets", "G2"))
    year, month = one(scheme, {}, YEAR, charges), one(scheme, {}, MONTH, charges)
    assert (points(year, "3.7"), points(year, "3.5"), points(year, "3")) == ("10.00", "0.00", "12.00")
    assert (points(month, "3.7"), points(month, "3.5"), points(month, "3")) == ("0.00", "5.00", "7.00")


def test_the_draft_differs_from_the_scheme_in_force_only_in_the_readings_that_it_names(
    book: Rulebook,
) -> None:
    now, other = (book.scheme("assessment.hotline", MONTH.last, drafts=drafts) for drafts in (False, True))
    assert (now.status.value, other.status.value) == ("in_force", "draft")
    kept = [(leaf.id, leaf.max, leaf.cap, leaf.floor, leaf.no_data) for leaf in now.leaves()]
    assert [(leaf.id, leaf.max, leaf.cap, leaf.floor, leaf.no_data) for leaf in other.leaves()] == kept
    changed = {
        leaf.id
        for leaf, then in zip(now.leaves(), other.leaves(), strict=True)
        if (str(leaf.formula), leaf.counts, leaf.lift) != (str(then.formula), then.counts, then.lift)
    }
    assert changed == {"2.1.2", "4.2.2"}
    assert (now.counts, now.grades, now.ranked) == (other.counts, other.grades, other.ranked)
    assert (now.ranked_in, other.ranked_in) == (("month", "quarter", "year"), ("year",))
