"""Any text at all gives a rulebook or a list of problems, never anything else."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luoshi.engines.rulebook import RulebookError, parse
from luoshi.engines.rulebook.problems import Problems
from luoshi.engines.rulebook.yamltree import ListNode, MapNode, Node, read_tree

from .rulebook_kit import LIMIT, files, known, rulebook

GOOD = f"limits:\n{LIMIT}"
SETTING = """settings:
  - id: demo.terms
    title: 条件
    cite: [demo-rules/1]
    valid: {from: 2020-01-01}
    status: in_force
    values: {%s}
"""


def judge(content: str | bytes) -> None:
    try:
        parse(files("settings:\n") | {"rules.yaml": content}, calendars=known())
    except RulebookError as error:
        assert error.problems
        for problem in error.problems:
            assert problem.line >= 1
            assert problem.message
            assert problem.mend
            assert "\n" not in str(problem)


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.text(), st.binary()))
def test_arbitrary_content_is_judged_and_never_crashes(content: str | bytes) -> None:
    judge(content)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.integers(0, 12), st.text("abc:-[]{}&*!#|>'\"%@ \n\t0", max_size=6))
def test_a_rule_file_mangled_anywhere_is_judged_and_never_crashes(
    place: int, length: int, instead: str
) -> None:
    judge(GOOD[:place] + instead + GOOD[place + length :])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("-3", -3),
        ("0.60", Decimal("0.60")),
        ("true", True),
        ("false", False),
        ("null", None),
        ("2017-09-21", date(2017, 9, 21)),
        ("yes", "yes"),
        ("on", "on"),
        ("off", "off"),
        ("0110", "0110"),
        ("12:30", "12:30"),
        ("1e3", "1e3"),
        ("2017-02-30", "2017-02-30"),
        ('"3"', "3"),
        ("'true'", "true"),
        ("[1, [a, 2.5]]", (1, ("a", Decimal("2.5")))),
        ("{a: {b: 1}}", {"a": {"b": 1}}),
    ],
)
def test_scalars_are_read_strictly(text: str, value: Any) -> None:
    found = rulebook(SETTING % f"it: {text}").setting("demo.terms", date(2021, 1, 1))["it"]
    assert found == value
    assert type(found) is type(value)


def test_every_node_knows_the_line_it_stands_in() -> None:
    problems = Problems()
    tree = read_tree("f.yaml", "a:\n  - b: 1\n    c:\n      d: [x,\n        y]\n", problems)

    def lines(node: Node) -> Any:
        if isinstance(node, MapNode):
            return {key: (node.lines[key], lines(item)) for key, item in node.items.items()}
        return [lines(item) for item in node.items] if isinstance(node, ListNode) else node.line

    assert tree is not None
    assert not problems.found
    assert lines(tree) == {"a": (1, [{"b": (2, 2), "c": (3, {"d": (4, [4, 5])})}])}


def test_a_byte_order_mark_is_taken_off() -> None:
    assert rulebook(GOOD).version
    parse(files("") | {"rules.yaml": b"\xef\xbb\xbf" + GOOD.encode()}, calendars=known())


def test_a_notice_refuses_to_be_sent_with_a_slot_unfilled() -> None:
    notice = rulebook(
        """notices:
  - id: demo.told
    title: 告知
    assumption: 示例
    valid: {from: 2020-01-01}
    status: in_force
    channel: sms
    to: clerk
    template: "{unit}：工单{number}，{{不填}}，{unit}"
"""
    ).notice("demo.told", date(2021, 1, 1))
    assert notice.slots == ("unit", "number")
    assert notice.render({"unit": "甲", "number": 7, "more": 1}) == "甲：工单7，{不填}，甲"
    with pytest.raises(KeyError, match="number"):
        notice.render({"unit": "甲"})
