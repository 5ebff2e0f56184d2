"""Gates and routes."""

from __future__ import annotations

from datetime import date

import pytest

from luoshi.engines.rulebook import Gate, RulebookError, UnknownRule, parse
from tests.engines.rulebook.rulebook_kit import files, known
from tests.engines.rulebook.rulebook_kit import rulebook as book

ON = date(2020, 5, 1)
HEAD = "    valid: {from: 2020-01-01}\n    status: in_force\n    cite: [demo-rules/2.1]\n    matter: demo.topic\n"
GATE = f"""gates:
  - id: demo.table
    title: 上会前
{HEAD}    action: table
    needs:
      - {{key: legality, title: 合法性审查意见, when: {{normative: true}}, mend: 先送审查}}
      - {{key: comparison, title: 比较方案, unless: {{single: true}}}}
      - {{key: length, title: 一千五百字以内, firm: false}}
"""
ROUTE = f"""routes:
  - id: demo.way
    title: 送批
{HEAD}    order: back_to_front
    steps:
      - {{key: clerk, title: 拟办, who: [clerk]}}
      - {{key: deputy, title: 审核, who: [deputy], unless: {{short: true}}}}
      - {{key: leader, title: 审批, who: [leader, deputy], when: {{major: true}}, alongside: true}}
"""


def test_a_gate_asks_only_for_what_the_facts_call_for() -> None:
    gate = book(GATE).gate("demo.table", ON)
    assert [need.key for need in gate.asked({})] == ["comparison", "length"]
    assert [need.key for need in gate.asked({"normative": True, "single": True})] == ["legality", "length"]


def test_a_gate_is_open_when_every_firm_need_stands_and_says_what_is_missing_else() -> None:
    gate = book(GATE).gate("demo.table", ON)
    assert [need.title for need in gate.missing({"normative": True}, set())] == ["合法性审查意见", "比较方案"]
    assert gate.missing({"normative": True}, {"legality", "comparison"}) == ()
    assert [need.key for need in gate.advised({}, set())] == ["length"]
    assert gate.advised({}, {"length"}) == ()


def test_a_route_leaves_out_the_stops_that_do_not_apply() -> None:
    route = book(ROUTE).route("demo.way", ON)
    assert route.order == "back_to_front"
    assert [step.key for step in route.steps_for({})] == ["clerk", "deputy"]
    assert [step.key for step in route.steps_for({"short": True, "major": True})] == ["clerk", "leader"]
    assert [step.alongside for step in route.steps] == [False, False, True]


def test_on_trial_a_draft_holds_and_takes_the_place_of_the_rule_in_force() -> None:
    draft = GATE.replace("status: in_force", "status: draft")
    with pytest.raises(UnknownRule):
        book(draft).gate("demo.table", ON)
    tried = parse(files(draft), calendars=known(), trial=True)
    assert tried.gate("demo.table", ON).title == "上会前"
    both = GATE + draft.replace("gates:\n", "").replace("上会前", "新的条件")
    tried = parse(files(both), calendars=known(), trial=True)
    assert tried.gate("demo.table", ON).title == "新的条件"
    assert [gate.title for gate in tried.holding(Gate, ON)] == ["新的条件"]
    assert [gate.title for gate in book(both).holding(Gate, ON)] == ["上会前"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GATE.replace("key: comparison", "key: legality"), "legality stands twice"),
        (GATE.replace("mend: 先送审查", "remedy: 先送审查"), "unknown key"),
        (ROUTE.replace("who: [deputy]", "who: [depty]"), "unknown role depty"),
        (ROUTE.replace("back_to_front", "backwards"), "unknown value backwards"),
    ],
)
def test_what_is_wrong_in_a_gate_or_route_is_said(text: str, said: str) -> None:
    with pytest.raises(RulebookError) as caught:
        book(text)
    assert any(said in problem.message for problem in caught.value.problems)
