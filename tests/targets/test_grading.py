"""The arithmetic of a year's end: bounds, quotas, what follows."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.targets import grading
from luoshi.targets.grading import Facts, Standard

D = Decimal
STANDARD = Standard("points", (D(95), D(80), D(60)), D(30), False)
TERMS = {
    "failing_tier": 4, "cut_percent": 5, "cut_base": "公用经费", "years_in_a_row": 2, "no_grade": "优秀", "failing_grade": "不称职",
}  # fmt: skip


@pytest.mark.clause("smx-target-management/4.2.3.1")
@pytest.mark.parametrize(
    ("score", "tier"),
    [("100", 1), ("95", 1), ("94.99", 2), ("80", 2), ("79.99", 3), ("60", 3), ("59.99", 4), ("0", 4)],
)
def test_a_bound_that_people_set_belongs_to_its_tier(score, tier):
    assert grading.tier(STANDARD, value=D(score), all_met=False) == tier


def test_the_first_tier_may_ask_for_every_target():
    strict = Standard("points", (D(95), D(80), D(60)), D(30), True)
    assert grading.tier(strict, value=D(99), all_met=False) == 2
    assert grading.tier(strict, value=D(99), all_met=True) == 1


@pytest.mark.parametrize(
    "bounds", [("80", "95", "60"), ("95", "95", "60"), ("101", "80", "60"), ("95", "80", "-1")]
)
def test_bounds_that_do_not_fall_are_refused(bounds):
    assert grading.problems(Standard("points", tuple(map(D, bounds)), D(30), False))


@pytest.mark.clause("smx-target-management/4.2.0")
def test_regular_checks_and_year_end_count_by_the_weights_that_people_set():
    assert grading.problems(Standard("points", STANDARD.bounds, D(101), False))
    for weight, score in (("0", "90.00"), ("30", "84.00"), ("60", "78.00"), ("100", "70.00")):
        standard = Standard("points", STANDARD.bounds, D(weight), False)
        assert grading.score(standard, main=D(90), regular=D(70)) == D(score)


@pytest.mark.clause("smx-target-management/5.1.2")
@pytest.mark.parametrize(
    ("candidates", "number", "hint"),
    [
        (0, 0, False),
        (1, 1, True),
        (4, 1, True),
        (5, 1, False),
        (9, 1, False),
        (10, 2, False),
        (52, 10, False),
        (54, 10, False),
        (55, 11, False),
    ],
)
def test_a_fifth_of_those_that_met_all_is_rounded_down_but_one_at_least(candidates, number, hint):
    assert grading.quota(candidates, percent=D(20), least=1) == (number, hint)


@pytest.mark.clause("smx-target-management/5.1.2")
def test_the_branches_together_stay_within_the_total():
    assert grading.branches_fit({"综合口": 1, "农口": 1}, 2)
    assert not grading.branches_fit({"综合口": 2, "农口": 1}, 2)


def facts(**more):
    return Facts(
        **{
            "year": 2018,
            "tier": 2,
            "honoured": False,
            "failed_before": False,
            "fraud": False,
            "fraud_after": False,
            **more,
        }
    )


def kinds(**more):
    return [kind for kind, _ in grading.consequences(facts(**more), TERMS)]


@pytest.mark.clause(
    "smx-target-management/5.2.1.1", "smx-target-management/5.2.1.2", "smx-target-management/5.2.1.3",
    "smx-target-management/5.1.3.2",
)  # fmt: skip
def test_the_last_tier_costs_criticism_the_best_grade_and_five_per_cent_and_the_others_nothing():
    for tier in (1, 2, 3):
        assert kinds(tier=tier) == ["appraisal"]
    assert kinds(tier=4) == ["appraisal", "criticise", "cap", "cut"]
    said = " ".join(text for _, text in grading.consequences(facts(tier=4), TERMS))
    assert "不得评为优秀" in said and "2019年度公用经费5%" in said and "市财政局" in said


@pytest.mark.clause("smx-target-management/5.2.1.4")
def test_two_years_in_a_row_cost_the_leader_the_grade_and_the_cut_comes_each_year():
    assert kinds(tier=4, failed_before=True) == ["appraisal", "criticise", "cap", "cut", "fail"]
    assert kinds(tier=3, failed_before=True) == ["appraisal"]
    assert "不称职" in grading.consequences(facts(tier=4, failed_before=True), TERMS)[-1][1]


@pytest.mark.clause("smx-target-management/5.1.3.1")
def test_who_is_honoured_is_commended_by_committee_and_government():
    assert kinds(tier=1, honoured=True) == ["appraisal", "commend"]


@pytest.mark.clause("smx-target-management/5.2.2.1", "smx-target-management/5.2.2.3")
def test_fraud_costs_the_eligibility_and_found_later_the_honour_and_the_awards():
    assert kinds(tier=1, honoured=True, fraud=True) == ["appraisal", "disqualify", "criticise"]
    assert kinds(tier=1, fraud=True, fraud_after=True) == ["appraisal", "criticise", "withdraw", "recover"]


@given(candidates=st.integers(0, 500), percent=st.integers(1, 100))
def test_a_quota_never_passes_the_share_unless_it_is_the_least(candidates, percent):
    number, least = grading.quota(candidates, percent=D(percent), least=1)
    assert 0 <= number <= candidates
    assert least or number * 100 <= candidates * percent < (number + 1) * 100


@given(score=st.decimals(0, 100, places=2), more=st.decimals(0, 100, places=2))
def test_more_points_never_lead_to_a_lower_tier(score, more):
    assert grading.tier(STANDARD, value=score + more, all_met=False) <= grading.tier(
        STANDARD, value=score, all_met=False
    )


@given(main=st.decimals(0, 100, places=2), regular=st.decimals(0, 100, places=2), weight=st.integers(0, 100))
def test_a_score_lies_between_its_parts(main, regular, weight):
    found = grading.score(Standard("rate", STANDARD.bounds, D(weight), False), main=main, regular=regular)
    assert min(main, regular) - D("0.01") <= found <= max(main, regular) + D("0.01")


def test_a_standard_is_kept_as_it_was_set():
    assert Standard.parse(STANDARD.as_dict()) == STANDARD
    with pytest.raises(ValueError, match="bounds"):
        Standard.parse({"metric": "rate", "bounds": "95", "regular": "0", "all_met": False})


def test_nothing_of_nothing_is_whole():
    assert grading.share(D(0), D(0)) == 100
    assert grading.share(D(1), D(3)) == D("33.33")
