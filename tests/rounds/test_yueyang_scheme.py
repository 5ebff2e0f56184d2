"""Yueyang's schemes, case by case: what each failing costs, what follows from what units enter, totals and grades."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from luoshi.cli.books import load
from luoshi.engines.assessment import Period, UnitCounts, UnitScore, evaluate, points_problems, with_points
from luoshi.engines.assessment.result import ZERO
from luoshi.engines.expressions import rounded
from luoshi.engines.failing import look, times
from luoshi.engines.limits import Duration
from luoshi.engines.measuring import MET, NOTHING, OPEN, measure_up
from luoshi.engines.rulebook import Item, Rulebook, RulebookError, Scheme, parse
from luoshi.engines.rulebook.leaves import FAILURES, MARK, Ask, count_of
from luoshi.engines.rulebook.measures import OWN, SAME, TIMED
from luoshi.engines.timely import Judged, Occurrence, Verdict, judge
from tests.engines.assessment.schemes import CALENDARS, files, one_scheme

Case = dict[str, Any]
TABLES = {"counties": "rounds.openness_counties", "units": "rounds.openness_units"}
END = "2017-12-31 12:00"
YEAR = Period.parse("2017")


def cases(name: str) -> list[Any]:
    text = (Path(__file__).parent / "cases" / f"yueyang_{name}.yaml").read_text("utf-8")
    found: list[Case] = yaml.safe_load(text)
    return [
        pytest.param(
            case,
            marks=pytest.mark.clause(
                *([case["clause"]] if isinstance(case["clause"], str) else case["clause"])
            ),
            id=f"{case.get('table', '')} {case.get('leaf', '')} {case['name']} {number}",
        )
        for number, case in enumerate(found)
    ]


@cache
def book() -> Rulebook:
    return load("yueyang")


@cache
def scheme(table: str) -> Scheme:
    return with_points(book().scheme(TABLES[table], date(2017, 12, 31)), {})


def leaf_of(case: Case) -> Item:
    return next(leaf for leaf in scheme(case["table"]).leaves() if leaf.id == case["leaf"])


def score(table: str, counts: Mapping[str, int | Decimal]) -> UnitScore:
    return evaluate(scheme(table), [UnitCounts("a", counts)], period=YEAR).units[0]


def shown(value: Decimal) -> str:
    return str(rounded(value, 2, "half_up"))


@pytest.mark.parametrize("case", cases("failures"))
def test_a_failing_costs_what_its_case_says(case: Case) -> None:
    counts = {count_of("fail", case["leaf"], key): number for key, number in case["times"].items()}
    assert shown(score(case["table"], counts).total) == case["total"]


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=book().worktime.tz) if text else None


def judged(ask: Ask, rows: list[list[str | None]]) -> Judged:
    assert ask.measure is not None
    verdicts: list[Verdict] = []
    as_of = moment(END)
    for row in rows:
        start, done, due = (moment(text) for text in [*row, None][:3])
        assert start is not None
        assert as_of is not None
        within = None
        if ask.measure.within != OWN:
            within = Duration.parse(book().setting(ask.measure.within, start.date())["within"])
        verdicts += judge(
            [Occurrence(start, done, due)], within=within, worktime=book().worktime, as_of=as_of
        ).verdicts
    return Judged(tuple(verdicts))


Entered = tuple[dict[str, str], dict[str, dict[str, Decimal]], dict[str, Judged]]


def entered(leaf: Item, given: Mapping[str, Any]) -> Entered:
    """What a unit entered: the answers that follow, the numbers, the dated cases with their verdicts."""
    answers: dict[str, str] = {}
    numbers: dict[str, dict[str, Decimal]] = {}
    dated: dict[str, Judged] = {}
    asks = {ask.key: ask for ask in leaf.asks}
    for key, value in given.items():
        measure = asks[key].measure
        if measure is None:
            answers[key] = {True: "met", False: "unmet", None: "na"}[value]
            continue
        if measure.form == TIMED:
            dated[key] = judged(asks[key], value)
            found = measure_up(measure, {}, judged=dated[key])
        elif measure.form == SAME:
            found = measure_up(measure, {}, rows=value)
        else:
            numbers[key] = {name: Decimal(str(number)) for name, number in value.items()}
            found = measure_up(measure, numbers[key])
        answers[key] = {MET: "met", NOTHING: "na", OPEN: "open"}.get(found.verdict, "unmet")
    return answers, numbers, dated


@pytest.mark.parametrize("case", cases("asks"))
def test_what_a_unit_enters_is_found_met_or_not(case: Case) -> None:
    leaf = leaf_of(case)
    answers, _, _ = entered(leaf, case["entered"])
    assert answers == case["says"]
    cited = {clause for ask in leaf.asks if ask.key in case["entered"] for clause in ask.cite}
    assert case["clause"] in cited


@pytest.mark.parametrize("case", cases("counted"))
def test_failings_follow_from_what_a_unit_enters(case: Case) -> None:
    leaf = leaf_of(case)
    answers, numbers, dated = entered(leaf, case["entered"])
    seen = look(leaf.asks, answers=answers, values=numbers, judged=dated)
    found = {one.key: times(one, seen) for one in leaf.failures}
    assert found == case["times"]
    counts = {count_of("fail", leaf.id, key): number or 0 for key, number in found.items()}
    assert shown(Decimal(100) - score(case["table"], counts).total) == case["lost"]


@pytest.mark.parametrize("case", cases("totals"))
@pytest.mark.parametrize("table", TABLES)
def test_the_total_gives_its_grade(table: str, case: Case) -> None:
    leaf = next(leaf for leaf in scheme(table).leaves() if leaf.kind == MARK)
    unit = score(table, {count_of("mark", leaf.id): Decimal(case["taken"])})
    assert (shown(unit.total), unit.grade) == (case["total"], case["grade"])


@pytest.mark.clause("yueyang-openness-assessment/c10.d1", "yueyang-openness-assessment/u07.d1")
@pytest.mark.parametrize(("table", "id", "basics"), [("counties", "c10", 6), ("units", "u07", 6)])
def test_each_class_of_information_not_published_in_time_costs_half_a_point(
    table: str, id: str, basics: int
) -> None:
    leaf = leaf_of({"table": table, "leaf": id})
    (failure,) = leaf.failures
    assert len(failure.asks) == basics + 22
    answers = dict.fromkeys((ask.key for ask in leaf.asks), "met")
    for missing in range(4):
        short = answers | dict.fromkeys(failure.asks[:missing], "unmet")
        assert times(failure, look(leaf.asks, answers=short, values={}, judged={})) == missing
    idle = answers | dict.fromkeys(failure.asks, "na")
    assert times(failure, look(leaf.asks, answers=idle, values={}, judged={})) == 0
    five = answers | {ask.key: "unmet" for ask in leaf.asks if ask.key not in failure.asks}
    assert times(failure, look(leaf.asks, answers=five, values={}, judged={})) == 0


@pytest.mark.clause("yueyang-openness-assessment/n3.4")
def test_of_the_same_fact_the_heavier_failing_counts_and_different_facts_add_up() -> None:
    pairs = {
        f"{leaf.id}.{one.key}": tuple(f"{leaf.id}.{key}" for key in one.exclusive_with)
        for table in TABLES
        for leaf in scheme(table).leaves()
        for one in leaf.failures
        if one.exclusive_with
    }
    assert pairs == {
        "c02.d2": ("c02.d1",), "c02.d4": ("c02.d3",), "c04.d2": ("c04.d1",), "c06.d2": ("c06.d1",),
        "c06.d4": ("c06.d3",), "c25.d2": ("c25.d1",), "u02.d2": ("u02.d1",), "u04.d2": ("u04.d1",),
        "u04.d4": ("u04.d3",), "u14.d2": ("u14.d1",),
    }  # fmt: skip
    both = score("counties", {"fail_c02_d1": 1, "fail_c02_d2": 1, "fail_c04_d3": 1})
    assert shown(both.total) == "97.00"
    once = {one.per for table in TABLES for leaf in scheme(table).leaves() for one in leaf.failures}
    assert once == {"once", "item", "case", "report", "occurrence"}


@pytest.mark.clause("yueyang-openness-assessment/n3.1")
def test_points_of_an_item_may_be_filled_in_and_then_hold_what_it_costs() -> None:
    plain = book().scheme(TABLES["counties"], date(2017, 12, 31))
    leaf = next(leaf for leaf in plain.leaves() if leaf.id == "c36")
    assert (leaf.open, leaf.max, leaf.cap) == ("optional", None, None)
    counts = {"fail_c36_d1": 12, "fail_c36_d2": 3}
    assert shown(score("counties", counts).total) == "92.50"
    held = with_points(plain, {"c36": Decimal(4)})
    assert shown(evaluate(held, [UnitCounts("a", counts)], period=YEAR).units[0].total) == "96.00"
    assert points_problems(plain, {"c36": Decimal("4.005")}) == [f"c36 {leaf.title}：分值最多两位小数"]


@pytest.mark.clause("yueyang-openness-assessment/u14.d1", "yueyang-openness-assessment/u14.d2")
def test_a_unit_without_the_task_loses_nothing_by_it_and_nothing_is_given_to_the_rest() -> None:
    counts = {"fail_u14_d1": 1, "fail_u04_d1": 1}
    assert shown(score("units", counts).total) == "94.50"
    unit = score("units", counts | {"exempt_u14": 1})
    assert (shown(unit.total), unit.line("u14").how) == ("98.50", ZERO)


@pytest.mark.parametrize(("table", "items", "lost"), [("counties", 36, 24), ("units", 23, 17)])
def test_items_whose_deductions_are_lost_are_recorded_and_taken_off_by_assessors(
    table: str, items: int, lost: int
) -> None:
    leaves = [leaf for leaf in scheme(table).leaves() if leaf.id != "full"]
    marks = [leaf for leaf in leaves if leaf.kind == MARK]
    assert (len(leaves), len(marks)) == (items, lost)
    assert {leaf.kind for leaf in leaves} == {MARK, FAILURES}
    assert all(leaf.asks for leaf in leaves)
    assert shown(score(table, {count_of("mark", marks[0].id): Decimal("1.5")}).total) == "98.50"


@pytest.mark.clause("yueyang-openness-assessment/c15.3", "yueyang-openness-assessment/u09.3")
@pytest.mark.parametrize(
    ("rows", "verdict", "say"),
    [
        ([], "nothing", "没有填报清单。"),
        ([["A1", "甲", "一"], ["A2", "甲", "二"]], "met", "共2行，同一编码的事项名称、标准一致。"),
        ([["A1", "甲", "一"], ["A1", "乙", "一"]], "not_met", "共2行，同一编码的事项名称、标准不一致：A1。"),
    ],
)
@pytest.mark.parametrize(("table", "id"), [("counties", "c15"), ("units", "u09")])
def test_items_with_the_same_code_have_the_same_name_and_standard_or_are_named(
    table: str, id: str, rows: list[list[str]], verdict: str, say: str
) -> None:
    ask = next(ask for ask in leaf_of({"table": table, "leaf": id}).asks if ask.key == "same_code")
    assert ask.measure is not None
    found = measure_up(ask.measure, {}, rows=rows)
    assert (found.verdict, found.say) == (verdict, say)


BROKEN = {
    "an unknown ask": (
        "asks: [b]",
        "per: once",
        "unknown ask b; use one of: a",
    ),
    "a share that is no share": ("asks: [a], below: 90", "per: once", "a is no share counted once"),
    "a shortfall of what is no number": (
        "asks: [a]",
        "per: report",
        "a has no least number to fall short of",
    ),
    "cases of what has none": ("asks: [a]", "per: case", "a has no cases to count"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_failing_that_cannot_be_counted_so_is_refused(name: str) -> None:
    line, per, problem = BROKEN[name]
    text = (
        '    items:\n      - id: "1"\n        title: 甲\n        part: deduction\n        kind: failures\n'
        "        max: optional\n        asks: [{key: a, title: 甲}]\n"
        f"        failures: [{{key: d1, title: 乙, points: 1, {per}, {line}}}]\n"
    )
    with pytest.raises(RulebookError) as caught:
        parse(files(one_scheme(text)), calendars=CALENDARS)
    assert any(problem in str(one) for one in caught.value.problems), caught.value.problems
