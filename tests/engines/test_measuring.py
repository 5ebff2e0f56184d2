"""Whether entered numbers and dated cases meet what an ask measures, on both sides of each bound."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from luoshi.engines.expressions import parse
from luoshi.engines.limits import Duration
from luoshi.engines.measuring import MET, MISSING, NOT_MET, NOTHING, OPEN, measure_up
from luoshi.engines.rulebook.measures import Measure
from luoshi.engines.timely import Occurrence, judge
from tests.engines.samples import TZ, worktime

WEIGHT = Measure(
    form="number", inputs={"weight": "权重"}, value=parse("weight"), at_least=Decimal(4), unit="%"
)
HALLS = Measure(
    form="number", inputs={"halls": "厅外事项"}, value=parse("halls"), at_most=Decimal(0), unit="项"
)
UNION = Measure(
    form="share",
    inputs={"a": "甲类", "b": "乙类", "both": "兼属两类", "done": "已解读"},
    total=parse("a + b - both"),
    done=parse("done"),
    at_least=Decimal(100),
    unit="件",
)
RATE = Measure(
    form="share", inputs={"all": "总数", "done": "办结"}, total=parse("all"), done=parse("done"), unit="件"
)
TIMED = Measure(form="timed", inputs={}, within="demo.within")
START = datetime(2017, 10, 9, 10, tzinfo=TZ)


@pytest.mark.parametrize(
    ("weight", "verdict"), [(Decimal("3.99"), NOT_MET), (4, MET), (Decimal("4.01"), MET), (0, NOT_MET)]
)
def test_a_number_is_met_from_its_bound_on(weight: int | Decimal, verdict: str) -> None:
    assert measure_up(WEIGHT, {"weight": weight}).verdict == verdict


@pytest.mark.parametrize(("halls", "verdict"), [(0, MET), (1, NOT_MET)])
def test_a_number_is_met_up_to_its_bound(halls: int, verdict: str) -> None:
    assert measure_up(HALLS, {"halls": halls}).verdict == verdict


@pytest.mark.parametrize(("done", "verdict"), [(7, MET), (6, NOT_MET)])
def test_what_belongs_to_both_kinds_counts_once(done: int, verdict: str) -> None:
    assert measure_up(UNION, {"a": 5, "b": 4, "both": 2, "done": done}).verdict == verdict


def test_nothing_to_measure_is_neither_met_nor_missed() -> None:
    assert measure_up(UNION, {"a": 0, "b": 0, "both": 0, "done": 0}).verdict == NOTHING
    assert measure_up(TIMED, {}).verdict == NOTHING


def test_a_share_without_a_bound_is_shown_and_left_to_a_person() -> None:
    found = measure_up(RATE, {"all": 3, "done": 2})
    assert (found.verdict, found.say) == (OPEN, "共3件，完成2件，占66.66%，未定标准，由考评人员评定。")


def test_a_share_is_shown_cut_off_and_never_rounded_up_to_its_bound() -> None:
    values = {"a": 100000, "b": 0, "both": 0, "done": 99999}
    found = measure_up(UNION, values)
    assert found.verdict == NOT_MET
    assert "占99.99%" in found.say


def test_what_was_not_entered_is_named() -> None:
    found = measure_up(UNION, {"a": 1, "b": 1})
    assert (found.verdict, found.say) == (MISSING, "尚未填写：兼属两类、已解读。")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"a": -1, "b": 0, "both": 0, "done": 0}, "甲类不能小于0"),
        ({"a": 1, "b": 1, "both": 3, "done": 0}, "总数不能小于0"),
        ({"a": 1, "b": 1, "both": 0, "done": 3}, "完成数3大于总数2"),
    ],
)
def test_numbers_that_cannot_be_are_refused(values: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        measure_up(UNION, values)


@pytest.mark.parametrize(
    ("hours", "verdict"), [([24, 24], MET), ([24, 25], NOT_MET), ([None], NOTHING), ([24, None], MET)]
)
def test_dated_cases_are_met_when_all_that_count_are_in_time(hours: list[int | None], verdict: str) -> None:
    rows = [Occurrence(START, None if hour is None else START + timedelta(hours=hour)) for hour in hours]
    judged = judge(rows, within=Duration.parse("24 hours"), worktime=worktime(), as_of=START)
    assert measure_up(TIMED, {}, judged=judged).verdict == verdict
