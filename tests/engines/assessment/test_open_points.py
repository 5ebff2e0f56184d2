"""Points set each year, marks, checks and failures: leaves that say what is looked at."""

from __future__ import annotations

from decimal import Decimal

import pytest

from luoshi.engines.assessment import (
    Period,
    PointsError,
    Sheet,
    UnitCounts,
    evaluate,
    points_problems,
    with_points,
)
from luoshi.engines.rulebook import RulebookError, Scheme, parse
from tests.engines.assessment.schemes import CALENDARS, files

YEAR = Period.parse("2017")
D = Decimal
GRADES = """
    grades:
      - {grade: 不合格, below: 60}
      - {grade: 合格, from: 60, below: 80}
      - {grade: 良好, from: 80, below: 90}
      - {grade: 优秀, from: 90}
"""
HEAD = """schemes:
  - id: assessment.trial
    title: 试验
    assumption: 试验
    valid: {from: 2017-01-01}
    status: in_force
    rounding: half_up
    places: 4
    shown: 2
    periods: [year]
    total_floor: 0
    counts: {fraud: 弄虚作假, notices: 被通报次数}
    vetoes:
      - {count: fraud, title: 弄虚作假, grade: 不合格, total: 0}
      - {count: notices, title: 通报两次, grade: 不合格, at_least: 2}
"""
OPEN = (
    HEAD
    + GRADES
    + """
    full: 100
    grade_cap: 100
    items:
      - id: "1"
        title: 组织领导
        part: regular
        no_data: rescale
        items:
          - {id: "1.1", title: 听取汇报, kind: mark, max: yearly}
          - {id: "1.2", title: 纳入考核, kind: check, max: yearly, asks: [{key: a, title: 列入}, {key: b, title: 公开}]}
      - id: "2"
        title: 平台
        part: regular
        items:
          - {id: "2.1", title: 网站, kind: mark, max: yearly}
          - {id: "2.2", title: 培训, kind: check, max: 10, no_data: full}
      - id: "9"
        title: 特别加分
        part: bonus
        items:
          - {id: "9.1", title: 表彰, kind: mark, max: optional}
"""
)
TAKEN = (
    HEAD
    + GRADES
    + """
    full: 100
    items:
      - id: "0"
        title: 满分
        part: base
        max: 100
        formula: "100"
      - id: d
        title: 扣分
        part: deduction
        items:
          - id: c02
            title: 机构
            kind: failures
            max: optional
            failures:
              - {key: d1, title: 未成立领导小组, points: 2, per: once}
              - {key: d2, title: 未及时调整, points: 1, per: once, exclusive_with: [d1]}
              - {key: d3, title: 缺项, points: 0.5, per: item}
          - {id: c01, title: 听取汇报, kind: mark, max: optional}
"""
)
POINTS = {"1.1": D(20), "1.2": D(30), "2.1": D(40)}


def read(text: str) -> Scheme:
    return next(rule for rule in parse(files(text), calendars=CALENDARS).rules() if isinstance(rule, Scheme))


def score(scheme: Scheme, **counts: int | Decimal) -> Sheet:
    return evaluate(scheme, [UnitCounts("a", counts)], period=YEAR)


def test_a_scheme_with_open_points_is_valid_and_cannot_be_scored() -> None:
    with pytest.raises(PointsError, match=r"^1.1, 1.2, 2.1: 尚未赋分"):
        score(read(OPEN), mark_1_1=3)


def test_a_points_table_is_told_what_it_lacks_and_by_how_much_it_is_over() -> None:
    scheme = read(OPEN)
    assert points_problems(scheme, {"1.1": D(20), "2.1": D(40)}) == [
        "还有1项没有赋分：1.2 纳入考核",
        "各项分值合计70分，应为100分，少30分",
    ]
    over = points_problems(scheme, POINTS | {"2.1": D("40.5"), "3.1": D(1)})
    assert over == ["没有指标3.1，请删去", "各项分值合计100.5分，应为100分，多0.5分"]
    assert points_problems(scheme, POINTS) == []
    with pytest.raises(PointsError):
        with_points(scheme, {})


def test_points_outside_the_total_do_not_count_toward_it_and_may_stay_open() -> None:
    scheme = with_points(read(OPEN), POINTS | {"9.1": D(3)})
    full = {"mark_1_1": 20, "met_1_2_a": 1, "met_1_2_b": 1, "mark_2_1": 40, "met_2_2": 1}
    assert score(scheme, **full, mark_9_1=5).unit("a").total == 103
    assert score(with_points(read(OPEN), POINTS), **full, mark_9_1=5).unit("a").total == 105


def test_a_check_gives_equal_shares_of_what_applies() -> None:
    scheme = with_points(read(OPEN), POINTS)
    assert score(scheme, met_1_2_a=1).unit("a").line("1.2").points == 15
    assert score(scheme, met_1_2_a=1, na_1_2_b=1).unit("a").line("1.2").points == 30
    assert score(scheme, met_1_2_a=1, adjust_1_2=D("-0.5")).unit("a").line("1.2").points == D("14.5")


def test_daily_records_take_no_item_below_zero_and_none_above_its_points() -> None:
    scheme = with_points(read(OPEN), POINTS)
    assert score(scheme, mark_1_1=1, adjust_1_1=-3).unit("a").line("1.1").points == 0
    assert score(scheme, mark_1_1=19, adjust_1_1=3).unit("a").line("1.1").points == 20


def test_a_task_that_a_unit_does_not_have_is_left_out_and_the_rest_scaled_up() -> None:
    scheme = with_points(read(OPEN), POINTS)
    one = score(scheme, exempt_1_1=1, met_1_2_a=1, mark_2_1=40).unit("a")
    assert one.group("1").points == 25
    assert one.line("2.2").points == 0
    assert score(scheme, exempt_2_2=1).unit("a").line("2.2").points == 10
    nothing_there = score(scheme, exempt_1_1=1, exempt_1_2=1, mark_2_1=40).unit("a").group("1")
    assert (nothing_there.points, nothing_there.how) == (0, "rescaled")


@pytest.mark.parametrize(
    ("mark", "grade"),
    [("89.9949", "良好"), ("89.995", "良好"), ("90", "优秀"), ("60", "合格"), ("59.99", "不合格")],
)
def test_the_grade_is_found_before_anything_is_rounded_for_show(mark: str, grade: str) -> None:
    text = HEAD + GRADES + '    items:\n      - {id: "1", title: 分, part: regular, max: 100, kind: mark}\n'
    one = score(read(text), mark_1=D(mark)).unit("a")
    assert (one.total, one.grade) == (D(mark), grade)


def test_a_total_above_100_ranks_as_it_is() -> None:
    scheme = with_points(read(OPEN), POINTS)
    full = {"mark_1_1": 20, "met_1_2_a": 1, "met_1_2_b": 1, "mark_2_1": 40, "met_2_2": 1}
    units = [UnitCounts("a", full), UnitCounts("b", full | {"mark_9_1": 1})]
    sheet = evaluate(scheme, units, period=YEAR)
    assert [(one.unit, one.total, one.rank, one.grade) for one in sheet.units] == [
        ("b", D(101), 1, "优秀"),
        ("a", D(100), 2, "优秀"),
    ]


def test_a_veto_counts_from_its_number_on_and_goes_before_the_points() -> None:
    scheme = with_points(read(OPEN), POINTS)
    full = {"mark_1_1": 20, "met_1_2_a": 1, "met_1_2_b": 1, "mark_2_1": 40, "met_2_2": 1}
    assert score(scheme, **full, notices=1).unit("a").grade == "优秀"
    twice = score(scheme, **full, notices=2).unit("a")
    assert (twice.grade, twice.total) == ("不合格", 100)
    fraud = score(scheme, **full, fraud=1).unit("a")
    assert (fraud.grade, fraud.total) == ("不合格", 0)


def test_of_exclusive_failures_the_heavier_counts_and_once_is_once() -> None:
    scheme = read(TAKEN)
    assert score(scheme, fail_c02_d1=1, fail_c02_d2=1).unit("a").total == 98
    assert score(scheme, fail_c02_d2=3, fail_c02_d3=3).unit("a").total == D("97.5")
    assert score(scheme, exempt_c02=1, fail_c02_d1=1).unit("a").total == 100


def test_an_item_s_points_hold_what_it_can_lose_once_they_are_known() -> None:
    assert score(read(TAKEN), fail_c02_d3=20).unit("a").total == 90
    capped = with_points(read(TAKEN), {"c02": D(3)})
    assert score(capped, fail_c02_d3=20).unit("a").total == 97


def test_a_mark_in_a_deduction_is_taken_off_and_the_total_stops_at_zero() -> None:
    assert score(read(TAKEN), mark_c01=D("1.5")).unit("a").total == D("98.5")
    assert score(read(TAKEN), mark_c01=120).unit("a").total == 0


BROKEN = {
    "failures without points": (
        "{id: c1, title: 甲, part: deduction, kind: failures, failures: [{key: a, title: 错, per: once}]}",
        "failures[1].points: is missing; add points:",
    ),
    "failures that exclude an unknown one": (
        "{id: c1, title: 甲, part: deduction, kind: failures, "
        "failures: [{key: a, title: 错, points: 1, per: once, exclusive_with: [b]}]}",
        "failures: a excludes the unknown b; use one of: a",
    ),
    "a formula beside a kind": (
        "{id: c1, title: 甲, part: regular, max: 1, kind: mark, formula: fraud}",
        "formula: stands beside kind: mark; keep one of them",
    ),
    "two leaves whose counts would be one": (
        "{id: c-1, title: 甲, part: regular, max: 1, kind: mark}\n      - {id: c.1, title: 乙, part: regular, max: 1, kind: mark}",
        "id: the count exempt_c_1 stands already; give the leaf another id",
    ),
    "open points without what they add up to": (
        "{id: c1, title: 甲, part: regular, max: yearly, kind: mark}",
        "full: is missing where points are set each year; add full:, e.g. 100",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_leaf_that_cannot_be_used_is_refused(name: str) -> None:
    text, message = BROKEN[name]
    with pytest.raises(RulebookError) as caught:
        parse(files(HEAD + f"    items:\n      - {text}\n"), calendars=CALENDARS)
    assert any(str(problem).endswith(message) for problem in caught.value.problems), str(caught.value)
