"""Judging: every comparison on both sides of its boundary, what waits for others, what waits for a person."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.engines.targets import (
    ASSIGNABLE,
    REFERRING,
    Assigned,
    Comparison,
    Measure,
    Outcome,
    Reading,
    Verdict,
    demand,
    figure,
    is_expected,
    judge,
    judge_target,
    plain,
    points,
    suggest,
)

D = Decimal
C = Comparison
FIGURES = st.decimals(min_value=-10_000, max_value=10_000, places=3)


def measure(comparison, value=None, **more):
    number = None if value is None else D(str(value))
    return Measure(indicator="造林面积", comparison=C(comparison), value=number, **more)


def read(value=None, **more):
    numbers = {
        key: D(str(item)) if key in {"level", "base", "reference"} else item for key, item in more.items()
    }
    return Reading(value=None if value is None else D(str(value)), **numbers)


INCLUSIVE = [
    ("at_least", 100, 100, "99.99"),
    ("at_most", 15, 15, "15.01"),
    ("growth_at_least", 8, "8.0", "7.99"),
    ("decrease_at_least", "3.5", "3.5", "3.49"),
    ("increase_points_at_least", "1.3", "1.3", "1.29"),
    ("rank_not_below", 12, 12, 13),
    ("rank_rise_at_least", 1, 1, 0),
    ("none_occurs", 0, 0, 1),
]
EXCLUSIVE = [("less_than", "0.5", "0.49", "0.5"), ("greater_than", 90, "90.01", 90)]


@pytest.mark.clause("smx-targets-2017/4.6")
@pytest.mark.parametrize(("comparison", "value", "enough", "short"), INCLUSIVE + EXCLUSIVE)
def test_a_figure_on_the_bound_is_enough_unless_the_words_are_lower_or_higher_than(
    comparison, value, enough, short
):
    asked = measure(comparison, value)
    assert judge(asked, read(enough), final=True).outcome is Outcome.MET
    assert judge(asked, read(short), final=True).outcome is Outcome.NOT_MET


@pytest.mark.clause("smx-targets-2017/4.6")
@pytest.mark.parametrize(
    ("text", "comparison"),
    [
        ("合格率98%以上", "at_least"),
        ("森林火灾受害率0.1%以下", "at_most"),
        ("控制在5起以内", "at_most"),
        ("不低于90%", "at_least"),
        ("不超过30件", "at_most"),
        ("低于0.5%", "less_than"),
        ("高于90%", "greater_than"),
        ("居全省前5位", "rank_not_below"),
        ("位次不低于第12位", "rank_not_below"),
        ("20万吨左右", "about"),
        ("造林7万亩", "at_least"),
    ],
)
def test_the_words_of_a_target_name_its_comparison(text, comparison):
    assert suggest(text) is C(comparison)


@pytest.mark.clause("smx-targets-2017/4.6")
def test_about_is_for_a_person_however_near_the_figure_comes():
    about = measure("about", 20, unit="万吨")
    assert judge(about, read(20), final=True).outcome is Outcome.TO_DECIDE
    for decided in (Outcome.MET, Outcome.NOT_MET):
        assert judge(about, read(20, decision=decided), final=True).outcome is decided


@pytest.mark.clause("smx-targets-2017/4.6")
def test_speed_and_amount_side_by_side_must_both_be_reached():
    amount, speed = measure("at_least", 500), measure("growth_at_least", 8)
    first = judge(amount, read(510), final=True)
    assert judge_target([first, judge(speed, read("7.9"), final=True)]).outcome is Outcome.NOT_MET
    assert judge_target([first, judge(speed, read(8), final=True)]).outcome is Outcome.MET


@pytest.mark.parametrize(
    ("comparison", "wanted", "level", "base", "found"),
    [
        ("growth_at_least", 8, 108, 100, 8),
        ("decrease_at_least", 3, 97, 100, 3),
        ("increase_points_at_least", "1.3", "51.3", 50, "1.3"),
        ("rank_rise_at_least", 1, 11, 12, 1),
    ],
)
def test_a_figure_follows_from_this_year_and_last_year(comparison, wanted, level, base, found):
    asked, known = measure(comparison, wanted), read(level=level, base=base)
    assert figure(asked, known) == D(str(found))
    assert judge(asked, known, final=True).outcome is Outcome.MET


def test_growth_from_nothing_has_no_figure():
    assert judge(measure("growth_at_least", 8), read(level=5, base=0), final=True).outcome is Outcome.PENDING


@pytest.mark.parametrize(
    ("comparison", "enough"), [("at_least_reference", True), ("greater_than_reference", False)]
)
def test_another_figure_serves_as_the_bound_once_it_is_known(comparison, enough):
    asked = measure(comparison, reference="全省平均水平")
    assert judge(asked, read(9), final=True).outcome is Outcome.PENDING
    level = judge(asked, read(9, reference=9), final=True)
    assert (level.outcome is Outcome.MET) is enough
    assert judge(asked, read("9.1", reference=9), final=True).outcome is Outcome.MET


@pytest.mark.clause("smx-targets-2017/4.5")
@pytest.mark.parametrize("comparison", ["assigned", "at_most_assigned"])
def test_what_others_assign_is_never_met_before_they_did(comparison):
    asked = measure(comparison, set_by="省政府")
    for known in (read(), read(1000), read(1000, decision=Outcome.MET)):
        verdict = judge(asked, known, final=True)
        assert verdict.outcome is Outcome.PENDING and "待下达" in verdict.said


@pytest.mark.clause("smx-targets-2017/4.5")
def test_an_assigned_value_is_judged_like_any_other():
    asked = measure("assigned", set_by="省政府")
    given = Assigned(value=D(3), comparison=C.DECREASE_AT_LEAST)
    assert judge(asked, read(3, assigned=given), final=True).outcome is Outcome.MET
    assert judge(asked, read("2.9", assigned=given), final=True).outcome is Outcome.NOT_MET
    limit = measure("at_most_assigned", set_by="省政府")
    assert judge(limit, read(7, assigned=Assigned(value=D(7))), final=True).outcome is Outcome.MET
    assert judge(limit, read(8, assigned=Assigned(value=D(7))), final=True).outcome is Outcome.NOT_MET


def test_an_assignment_in_words_is_for_a_person():
    asked = measure("assigned", set_by="市政府")
    known = read(assigned=Assigned(text="年度任务清单全部办结"))
    assert judge(asked, known, final=True).outcome is Outcome.TO_DECIDE


@pytest.mark.clause("smx-targets-2017/3.5.2")
@pytest.mark.parametrize("word", [None, Outcome.MET, Outcome.NOT_MET, Outcome.NOT_APPLICABLE])
def test_what_a_department_certifies_is_open_until_it_did(word):
    verdict = judge(measure("certified", set_by="市主管部门"), read(5, certified=word), final=True)
    assert verdict.outcome is (word or Outcome.PENDING)


@pytest.mark.clause("smx-targets-2017/4.7")
def test_a_hope_that_fails_waits_for_a_person_and_one_that_comes_true_counts():
    hoped = measure("growth_at_least", 8, expected=True)
    assert judge(hoped, read("7.9"), final=True).outcome is Outcome.TO_DECIDE
    assert judge(hoped, read(8), final=True).outcome is Outcome.MET
    assert judge(measure("none_occurs", 0, expected=True), read(1), final=True).outcome is Outcome.TO_DECIDE
    assert judge(hoped, read(7, decision=Outcome.NOT_MET), final=True).outcome is Outcome.NOT_MET


@pytest.mark.clause("smx-targets-2017/4.7")
@pytest.mark.parametrize(
    ("text", "hoped"),
    [("预期完成142500万元", True), ("力争增长8%", True), ("争取通过", True), ("完成8%", False)],
)
def test_the_three_words_of_hope_are_known(text, hoped):
    assert is_expected(text) is hoped


@pytest.mark.clause("smx-targets-2017/5.1")
def test_a_doubtful_figure_is_shown_and_not_judged():
    asked = measure("at_least", "0.7")
    for known in (read("0.8"), read("0.1")):
        assert judge(asked, known, final=True, doubtful=True).outcome is Outcome.PENDING
    assert judge(asked, read("0.8"), final=True).outcome is Outcome.MET


@pytest.mark.clause("smx-targets-2017/3.5.1")
def test_an_event_that_must_not_occur_counts_as_soon_as_it_does():
    asked = measure("none_occurs", 0)
    assert judge(asked, read(1), final=False).outcome is Outcome.NOT_MET
    assert judge(asked, read(0), final=False).outcome is Outcome.PENDING
    assert judge(asked, read(0), final=True).outcome is Outcome.MET


def test_before_the_due_day_a_shortfall_is_no_failure_and_a_good_figure_no_end():
    asked = measure("at_least", 100)
    early, late = judge(asked, read(60), final=False), judge(asked, read(120), final=False)
    assert early.outcome is late.outcome is Outcome.PENDING
    assert not early.on_track and late.on_track


@pytest.mark.clause("smx-targets-2017/1.2")
def test_a_target_is_met_when_all_its_measures_are():
    met, short, open_ = (
        Verdict(o, o.value, o is Outcome.MET) for o in (Outcome.MET, Outcome.NOT_MET, Outcome.PENDING)
    )
    assert judge_target([met] * 4).outcome is Outcome.MET
    assert judge_target([met, met, met, short]).outcome is Outcome.NOT_MET
    assert judge_target([met, open_]).outcome is Outcome.PENDING
    assert "已符合1个" in judge_target([met, short]).said


@pytest.mark.clause("smx-targets-2017/1.2")
def test_three_of_four_measures_give_no_share_of_the_points():
    assert points(Outcome.MET, D(40), None) == 40
    assert points(Outcome.NOT_MET, D(40), None) is None
    assert points(Outcome.NOT_MET, D(40), D(30)) == 30
    assert points(Outcome.TO_DECIDE, D(40), D(30)) is None


def test_a_target_without_figures_is_for_a_person():
    assert judge_target([]).outcome is Outcome.TO_DECIDE


def test_what_does_not_apply_is_left_out():
    none = Verdict(Outcome.NOT_APPLICABLE, "")
    assert judge_target([none, Verdict(Outcome.MET, "", True)]).outcome is Outcome.MET
    assert judge_target([none]).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("number", "text"),
    [("8", "8"), ("8.0", "8"), ("0.04", "0.04"), ("467100", "467100"), ("33.333333", "33.3333")],
)
def test_numbers_are_written_plainly(number, text):
    assert plain(D(number)) == text


@pytest.mark.parametrize("comparison", list(C))
def test_every_comparison_has_its_words(comparison):
    words = demand(measure(comparison, 8, unit="%", set_by="省政府", reference="全省平均"))
    assert words and "{" not in words


@given(found=FIGURES, more=st.decimals(min_value=0, max_value=1000, places=3), wanted=FIGURES)
def test_more_never_turns_a_reached_lower_bound_into_a_missed_one(found, more, wanted):
    for comparison in (C.AT_LEAST, C.GROWTH_AT_LEAST, C.INCREASE_POINTS_AT_LEAST, C.GREATER_THAN):
        asked = measure(comparison, wanted)
        if judge(asked, read(found), final=True).outcome is Outcome.MET:
            assert judge(asked, read(found + more), final=True).outcome is Outcome.MET


@given(found=FIGURES, wanted=FIGURES, comparison=st.sampled_from(sorted(ASSIGNABLE)))
def test_a_plain_figure_is_always_decided_at_the_end(found, wanted, comparison):
    verdict = judge(measure(comparison, wanted), read(found), final=True)
    assert verdict.outcome in {Outcome.MET, Outcome.NOT_MET}
    assert verdict.on_track is (verdict.outcome is Outcome.MET)


@given(outcomes=st.lists(st.sampled_from(list(Outcome)), max_size=6))
def test_the_order_of_measures_changes_nothing_and_met_means_all(outcomes):
    verdicts = [Verdict(one, "", one is Outcome.MET) for one in outcomes]
    whole = judge_target(verdicts)
    assert whole.outcome is judge_target(verdicts[::-1]).outcome
    if whole.outcome is Outcome.MET:
        assert set(outcomes) <= {Outcome.MET, Outcome.NOT_APPLICABLE}


@given(level=FIGURES, base=st.decimals(min_value=1, max_value=10_000, places=2))
def test_growth_and_decrease_mirror_each_other(level, base):
    known = read(level=level, base=base)
    assert figure(measure("growth_at_least", 0), known) == -figure(measure("decrease_at_least", 0), known)
    assert not REFERRING & ASSIGNABLE
