"""Sentences about points: every item of the hotline scheme, every treatment, other schemes too."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from luoshi.engines.assessment import Charge, Period, Sheet, UnitCounts, compare, evaluate, explain, gains
from luoshi.engines.rulebook import Rulebook, RulebookError, Scheme, parse
from tests.engines.assessment.schemes import CALENDARS, files, one_scheme

MONTH, YEAR = Period.parse("2017-10"), Period.parse("2017")
CASES = yaml.safe_load((Path(__file__).parent / "cases" / "sentences.yaml").read_text(encoding="utf-8"))


def sheet_of(scheme: Scheme, counts: dict[str, Any], period: Period = MONTH, **more: Any) -> Sheet:
    """The sheet of one unit with these counts."""
    numbers = {name: Decimal(value) if isinstance(value, str) else value for name, value in counts.items()}
    return evaluate(scheme, [UnitCounts("甲", {"dispatched_any": 1} | numbers, **more)], period=period)


def told(sheet: Sheet, id: str, unit: str = "甲") -> str:
    score = sheet.unit(unit)
    return explain.sentence(sheet, score, score.line(id))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_points_are_told_in_a_sentence(scheme: Scheme, case: dict[str, Any]) -> None:
    sheet = sheet_of(scheme, case.get("counts", {}), Period.parse(str(case.get("period", "2017-10"))))
    assert told(sheet, case["item"]) == case["say"]


def test_every_item_of_the_hotline_scheme_has_its_own_words_and_a_case(scheme: Scheme) -> None:
    leaves = {leaf.id for leaf in scheme.leaves()}
    assert {leaf.id for leaf in scheme.leaves() if leaf.say and leaf.say_none} == leaves
    assert {case["item"] for case in CASES} == leaves


def test_a_unit_without_data_is_told_that_it_takes_the_mean(scheme: Scheme) -> None:
    units = [
        UnitCounts("甲", {"signed_in_time": 48, "sign_in_counted": 50}),
        UnitCounts("乙", {"dispatched_any": 1}),
    ]
    sheet = evaluate(scheme, units, period=MONTH)
    words = "本月没有已到签收期限的派单，没有可计算的数据，按规定取有数据单位的平均分，得38.40分。"
    assert told(sheet, "2.1.1", "乙") == words


def test_a_charge_that_a_higher_one_takes_in_is_told(scheme: Scheme) -> None:
    charges = (
        Charge("overdue_tickets", "G1", 1, "2017-10", "P1"),
        Charge("leader_instructions_overdue", "G1", 1, "2017-10", "P1"),
    )
    sheet = sheet_of(scheme, {}, charges=charges)
    assert told(sheet, "3.1.1") == (
        "本月没有未按期办结的工单，不扣分。另有1件次因同一件已按更高的扣分计算，不重复扣。"
    )
    assert told(sheet, "3.3") == "本月领导批示未按期办结1件，每件（次）5分，按5×1计，扣5.00分。"


def test_what_is_beyond_the_cap_is_told(scheme: Scheme) -> None:
    counts = {"fraud_findings": 2, "overdue_tickets": 101}
    sheet = sheet_of(scheme, counts, YEAR)
    assert told(sheet, "3.7").endswith("扣20.00分。本项不受该类累计上限限制。")
    words = explain.group_sentence(sheet, sheet.unit("甲").group("3"))
    assert words == "各项合计222.00分，本类最高200分（不含不受上限限制的项目），扣220.00分。"


def test_the_total_is_told_with_rank_and_grade(scheme: Scheme) -> None:
    sheet = evaluate(scheme, [UnitCounts("甲", {"dispatched_any": 1}), UnitCounts("乙", {})], period=YEAR)
    assert explain.total_sentence(sheet, sheet.unit("甲")) == (
        "2017年度总分1150.00分：基础工作开展情况200.00分，加平时工作效能情况950.00分，"
        "加综合加分项0.00分，减监督检查扣分项0.00分。排第1名，评定为合格。"
    )
    assert explain.total_sentence(sheet, sheet.unit("乙")).endswith(
        "本年当期派单数、在线直接答复咨询数均为0，按规定不参加排名。"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [("2017-10", "2017年10月"), ("2017-Q4", "2017年第4季度"), ("2017", "2017年度")],
)
def test_periods_are_spoken(text: str, words: str) -> None:
    assert explain.period_words(Period.parse(text)) == words


TRIAL = """
    total: 40
    items:
      - id: "1"
        title: 总
        part: regular
        max: 40
        items:
          - {id: "1.1", title: 甲项, max: 10, formula: "min(10, a)"}
          - {id: "1.2", title: 乙项, max: 10, formula: b / c * 10, no_data: rescale}
          - {id: "1.3", title: 丙项, max: 20, formula: d, requires: {item: "1.1", at_least: 5}}
"""


def trial(text: str) -> Scheme:
    """A made-up scheme."""
    book = parse(files(one_scheme(text)), calendars=CALENDARS)
    return book.scheme("assessment.trial", MONTH.last)


def test_a_scheme_without_words_of_its_own_is_told_by_its_labels() -> None:
    sheet = evaluate(trial(TRIAL), [UnitCounts("甲", {"a": 3, "d": 4})], period=MONTH)
    assert told(sheet, "1.1") == "本月甲数3，按较小值（10，3）计，得3.00分。"
    assert told(sheet, "1.2") == "本月乙数、丙数均为0，没有可计算的数据，本项不计，其余各项按比例折算。"
    assert told(sheet, "1.3") == "本月丁数4，甲项须满5分方可计分，未达到，本项不计。"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("say: 有{x}件", "say: unknown slot {x}; use one of: a, period"),
        ("say_none: 有{a}件", "say_none: unknown slot {a}; use one of: period"),
        ("say: 有{a件", "say: cannot be filled in: expected '}' before end of string; "
         "write each slot as {name}, with both braces"),
        ('lift: [{say: "{n}件", change: {b: 1}}]', "lift[1].change.b: b is not in the formula; use one of: a"),
        ('lift: [{say: "{n}件", change: {a: 0}}]',
         "lift[1].change.a: expects a whole number other than 0, found the number 0; write 1 or -1"),
        ("lift: [{change: {a: 1}}]", "lift[1].say: is missing; add say: with the slot {n}"),
    ],
)  # fmt: skip
def test_words_that_cannot_be_filled_in_are_refused_with_line_and_mend(line: str, problem: str) -> None:
    item = ['- id: "1"', "  title: 平", "  part: regular", "  max: 10", "  formula: a", f"  {line}"]
    text = "\n".join(["    items:", *(f"      {part}" for part in item), ""])
    with pytest.raises(RulebookError) as caught:
        trial(text)
    assert [str(one) for one in caught.value.problems] == [
        f"schemes.yaml:15: assessment.trial.items 1.{problem}"
    ]


def found(sheet: Sheet) -> dict[str, tuple[int, str]]:
    """What would lift the unit: cases and points of the total by sentence."""
    return {gain.say: (gain.cases, str(gain.total)) for gain in gains(sheet, sheet.unit("甲"))}


def test_what_would_lift_the_unit_names_cases_and_points(scheme: Scheme) -> None:
    counts = {
        "signed_in_time": 48, "sign_in_counted": 50, "closed_on_time": 6, "closed_counted": 7, "overdue_open": 1,
        "result_satisfied": 2, "result_basically": 1, "result_dissatisfied": 1, "result_callbacks": 4,
    }  # fmt: skip
    ways = found(sheet_of(scheme, counts))
    assert ways["2件未按时签收的工单如都按时签收"] == (2, "1.60")
    assert ways["2件超期的工单（含尚未办结的）如都按时办结"] == (2, "87.50")
    assert ways["1件结果不满意的工单如都得到满意"] == (1, "30.00")
    assert ways["1件结果基本满意的工单如都得到满意"] == (1, "15.00")
    assert next(iter(ways)) == "2件超期的工单（含尚未办结的）如都按时办结"


def test_what_cannot_lift_the_unit_is_left_out(scheme: Scheme) -> None:
    ways = found(sheet_of(scheme, {"signed_in_time": 50, "sign_in_counted": 50, "fraud_findings": 1}))
    assert not any("签收" in way or "办结的工单" in way or "弄虚作假" in way for way in ways)


def test_no_more_cases_are_named_than_bring_points(scheme: Scheme) -> None:
    ways = found(sheet_of(scheme, {"missing_facilities": 5, "missing_rules": 3}))
    assert ways["5项缺的值班配备如配齐"] == (5, "40.00")
    assert ways["3项缺的规章制度如制定"] == (3, "20.00")
    assert found(sheet_of(scheme, {"information_items": 7}))["再报送3篇工作信息"] == (3, "15.00")


def test_a_gain_that_a_cap_takes_is_told_as_nothing(scheme: Scheme) -> None:
    over = found(sheet_of(scheme, {"overdue_tickets": 120}))
    assert over["120件未按期办结的工单如都按期办结"] == (120, "200.00")
    assert found(sheet_of(scheme, {"leader_instructions_on_time": 40}))["再主动领办13件"] == (13, "0.00")


def test_a_comparison_names_counts_and_formulas_as_officials_do(book: Rulebook, scheme: Scheme) -> None:
    draft = book.scheme("assessment.hotline", MONTH.last, drafts=True)
    counts = {
        "dispatched_any": 4, "handed_over_in_time": 2, "hand_over_counted": 4, "handed_over_in_time_kept": 2,
        "hand_over_counted_kept": 3, "on_time_satisfied": 5, "leader_satisfied": 1,
    }  # fmt: skip
    sheets = [evaluate(one, [UnitCounts("甲", counts)], period=MONTH) for one in (scheme, draft)]
    (change,) = compare(*sheets)
    why = {item.id: item.why for item in change.items}
    assert why["2.1.2"] == (
        "“及时交办工单数”改按“及时交办工单数(不含已撤回的)”计",
        "“派单总数(不含未到交办期限的)”改按“派单总数(不含未到交办期限和已撤回的)”计，由4变为3",
    )
    assert "按期办结且回访满意的领导批示件数" in "".join(why["4.2.2"])


def test_an_item_that_is_new_or_gone_is_told(scheme: Scheme) -> None:
    before = evaluate(trial(TRIAL), [UnitCounts("甲", {"a": 3})], period=MONTH)
    after = evaluate(trial(TRIAL.replace('"1.3"', '"1.4"')), [UnitCounts("甲", {"a": 3})], period=MONTH)
    (change,) = compare(before, after)
    assert {item.id: item.why for item in change.items} == {"1.3": ("取消考核项",), "1.4": ("新增考核项",)}
