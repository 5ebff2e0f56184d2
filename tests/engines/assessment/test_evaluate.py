"""The engine with schemes made up for one rule each, and what holds for any counts."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luoshi.engines.assessment import Charge, Period, PeriodError, UnitCounts, compare, evaluate, reranked
from luoshi.engines.rulebook import Scheme, parse
from tests.engines.assessment.schemes import CALENDARS, files, one_scheme

MONTH = Period.parse("2017-10")


def made(text: str) -> Scheme:
    """A scheme from its own lines."""
    book = parse(files(one_scheme(text)), calendars=CALENDARS)
    return book.scheme("assessment.trial", MONTH.last)


def score(scheme: Scheme, **counts: Any) -> Any:
    """The score of one unit."""
    return evaluate(scheme, [UnitCounts("甲", counts)], period=MONTH).units[0]


RESCALE = """
    items:
      - id: "1"
        title: 总
        part: regular
        max: 100
        items:
          - {id: "1.1", title: 甲, max: 60, formula: a / b * 60, no_data: rescale}
          - {id: "1.2", title: 乙, max: 40, formula: c / d * 40, no_data: rescale}
"""


def test_an_item_left_out_scales_the_others_up() -> None:
    scheme = made(RESCALE)
    assert str(score(scheme, a=1, b=2, c=1, d=2).total) == "50.00"
    assert str(score(scheme, a=1, b=2).total) == "50.00"
    assert str(score(scheme, c=1, d=3).total) == "33.33"  # 13.33 of 40, as of 100
    assert str(score(scheme).total) == "100.00"


THRESHOLD = """
    items:
      - {id: "1", title: 平时, part: regular, max: 100, formula: a}
      - {id: "2", title: 加分, part: bonus, cap: 10, formula: b, requires: {item: "1", at_least: 90}}
"""


@pytest.mark.parametrize(("points", "bonus"), [(89, "0.00"), (90, "5.00"), (91, "5.00")])
def test_a_bonus_may_need_a_threshold(points: int, bonus: str) -> None:
    assert str(score(made(THRESHOLD), a=points, b=5).parts["bonus"]) == bonus


VETO = """
    graded: [month]
    grades:
      - {grade: 不合格, below: 60}
      - {grade: 良好, from: 60, below: 90}
      - {grade: 优秀, from: 90}
    vetoes:
      - {count: c, grade: 不合格}
      - {count: d, total: 0}
    items:
      - {id: "1", title: 平时, part: regular, max: 100, formula: a}
"""


@pytest.mark.parametrize(
    ("counts", "total", "grade"),
    [
        ({"a": 59}, "59.00", "不合格"),
        ({"a": 60}, "60.00", "良好"),
        ({"a": Decimal("89.99")}, "89.99", "良好"),
        ({"a": Decimal("89.995")}, "90.00", "优秀"),
        ({"a": 95, "c": 1}, "95.00", "不合格"),
        ({"a": 95, "d": 1}, "0.00", "不合格"),
    ],
)
def test_grades_have_bounds_and_a_veto_sets_grade_or_total(
    counts: dict[str, Any], total: str, grade: str
) -> None:
    found = score(made(VETO), **counts)
    assert (str(found.total), found.grade) == (total, grade)


def test_ties_may_be_dense_and_ranks_by_class() -> None:
    items = 'ties: dense\n    items:\n      - {id: "1", title: 平, part: regular, max: 100, formula: a}\n'
    units = [
        UnitCounts(name, {"a": a}, class_=kind)
        for name, a, kind in (("A", 9, "x"), ("B", 9, "y"), ("C", 8, "x"))
    ]
    dense = evaluate(made("    " + items), units, period=MONTH)
    assert [unit.rank for unit in dense.units] == [1, 1, 2]
    classes = evaluate(made("    by_class: true\n    " + items), units, period=MONTH)
    assert {unit.unit: unit.rank for unit in classes.units} == {"A": 1, "B": 1, "C": 2}


def test_frozen_means_are_used_instead_of_computed_ones(scheme: Scheme) -> None:
    units = [UnitCounts("A", {"signed_in_time": 1, "sign_in_counted": 1}), UnitCounts("B", {})]
    assert str(evaluate(scheme, units, period=MONTH).unit("B").line("2.1.1").points) == "40.00"
    frozen = evaluate(scheme, units, period=MONTH, means={"2.1.1": Decimal("12.34")})
    assert str(frozen.unit("B").line("2.1.1").points) == "12.34"
    assert str(frozen.unit("A").line("2.1.1").points) == "40.00"


def test_a_period_of_another_kind_and_a_unit_that_stands_twice_are_refused() -> None:
    scheme = made("    periods: [year]\n" + THRESHOLD)
    with pytest.raises(PeriodError, match="knows no month: use year"):
        evaluate(scheme, [], period=MONTH)
    with pytest.raises(ValueError, match="unit A stands twice"):
        evaluate(made(THRESHOLD), [UnitCounts("A", {}), UnitCounts("A", {})], period=MONTH)


def test_a_comparison_names_what_changed_and_why() -> None:
    before, after = made(THRESHOLD), made(THRESHOLD.replace("formula: b", "formula: 2 * b"))
    units = [UnitCounts("A", {"a": 95, "b": 3})]
    change = compare(evaluate(before, units, period=MONTH), evaluate(after, units, period=MONTH))[0]
    assert (change.difference, change.items[0].id) == (Decimal("3.00"), "2")
    assert change.items[0].why == ("公式由“乙数”改为“2 × 乙数”",)


@pytest.mark.parametrize(
    ("text", "first", "end", "months"),
    [
        ("2017-10", "2017-10-01", "2017-11-01", 1),
        ("2017-12", "2017-12-01", "2018-01-01", 1),
        ("2017-Q4", "2017-10-01", "2018-01-01", 3),
        ("2017", "2017-01-01", "2018-01-01", 12),
    ],
)
def test_a_period_is_a_month_a_quarter_or_a_year(text: str, first: str, end: str, months: int) -> None:
    period = Period.parse(text)
    assert (str(period), str(period.first), str(period.end), len(period.months)) == (text, first, end, months)


@pytest.mark.parametrize("text", ["", "2017-13", "2017-00", "2017-Q5", "17-10", "2017-10-01", "October"])
def test_other_periods_are_refused(text: str) -> None:
    with pytest.raises(PeriodError, match="write a month 2017-10, a quarter 2017-Q4 or a year 2017"):
        Period.parse(text)


@st.composite
def any_units(draw: st.DrawFn, scheme: Scheme) -> list[UnitCounts]:
    """Units with arbitrary counts: parts never exceed their whole, as counting sees to."""
    units = []
    for place in range(draw(st.integers(1, 4))):
        source = random.Random(draw(st.integers(0, 10**9)))
        counts: dict[str, int | Decimal] = {name: source.choice([0, 0, 1, 3, 250]) for name in scheme.counts}
        for whole, parts in WHOLES.items():
            left = int(counts[whole])
            for part in parts:
                counts[part] = source.randint(0, left)
                left -= int(counts[part])
        counts["wrong_returned"] = source.randint(0, int(counts["returned"]))
        charges = tuple(
            Charge(
                source.choice(CHARGED),
                source.choice(["", "G1", "G2"]),
                1,
                f"2017-{source.randint(10, 12)}",
                str(n),
            )
            for n in range(source.randint(0, 6))
        )
        units.append(UnitCounts(f"U{place}", counts, charges))
    return units


WHOLES = {
    "sign_in_counted": ["signed_in_time"],
    "hand_over_counted": ["handed_over_in_time"],
    "returned": ["returned_in_time"],
    "closed_counted": ["closed_on_time"],
    "contact_callbacks": ["contacted_in_time"],
    "conduct_callbacks": ["conduct_satisfied", "conduct_basically", "conduct_dissatisfied"],
    "result_callbacks": ["result_satisfied", "result_basically", "result_dissatisfied"],
    "emergency_requested": ["emergency_submitted"],
    "due_total": ["complete_submitted"],
}
CHARGED = [
    "overdue_tickets",
    "unexecuted_orders",
    "leaks_verified",
    "unimplemented_opinion_months",
    "fraud_findings",
]


@settings(max_examples=60, deadline=None)
@given(data=st.data(), period=st.sampled_from(["2017-10", "2017-Q4", "2017"]))
def test_scores_stay_within_their_bounds(scheme: Scheme, data: st.DataObject, period: str) -> None:
    sheet = evaluate(scheme, data.draw(any_units(scheme)), period=Period.parse(period))
    for unit in sheet.units:
        parts = unit.parts
        assert 10 <= parts["base"] <= 200
        assert 0 <= parts["regular"] <= 1000
        assert 0 <= parts["bonus"] <= 200
        assert 0 <= parts["deduction"] - unit.line("3.7").points <= 200
        assert unit.total == parts["base"] + parts["regular"] + parts["bonus"] - parts["deduction"]
        for line in unit.lines:
            most = line.item.max if line.item.max is not None else line.item.cap
            assert line.points >= 0 and (most is None or line.points <= most)


@settings(max_examples=40, deadline=None)
@given(data=st.data(), seed=st.integers(0, 1000))
def test_the_order_of_units_and_charges_does_not_matter(
    scheme: Scheme, data: st.DataObject, seed: int
) -> None:
    units = data.draw(any_units(scheme))
    source, mixed = random.Random(seed), []
    for unit in units:
        charges = list(unit.charges)
        source.shuffle(charges)
        mixed.append(UnitCounts(unit.unit, unit.counts, tuple(charges)))
    source.shuffle(mixed)
    assert evaluate(scheme, mixed, period=MONTH) == evaluate(scheme, units, period=MONTH)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_unit_depends_on_the_others_only_through_the_means(scheme: Scheme, data: st.DataObject) -> None:
    units = data.draw(any_units(scheme))
    together = evaluate(scheme, units, period=MONTH)
    for unit in units:
        alone = evaluate(scheme, [unit], period=MONTH, means=together.means).units[0]
        assert (alone.parts, alone.lines) == (together.unit(unit.unit).parts, together.unit(unit.unit).lines)


def test_a_closed_period_computes_no_average_that_was_not_there_when_it_was_closed(scheme: Scheme) -> None:
    corrected = [UnitCounts("A", {"signed_in_time": 1, "sign_in_counted": 2}), UnitCounts("B", {})]
    closed = evaluate(scheme, corrected, period=MONTH, means={}, closed=True)
    assert str(closed.unit("A").line("2.1.1").points) == "20.00"
    assert str(closed.unit("B").line("2.1.1").points) == "40.00"
    assert closed.means == {}


def test_other_totals_change_ranks_and_grades_and_no_item(scheme: Scheme) -> None:
    data = {"dispatched_any": 1}
    sheet = evaluate(
        scheme,
        [UnitCounts("A", data), UnitCounts("B", data), UnitCounts("C", {})],
        period=Period.parse("2017"),
    )
    other = reranked(sheet, {"A": Decimal("799.99"), "B": Decimal("800.00")})
    assert [(unit.unit, unit.rank, unit.grade) for unit in other.units] == [
        ("B", 1, "合格"),
        ("A", 2, "不合格"),
        ("C", None, ""),
    ]
    assert other.unit("A").lines == sheet.unit("A").lines
