"""Words and rows as services take them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.ledger.errors import Incomplete
from luoshi.ledger.inputs import block, line

ASKED = {"field": "title", "label": "标题"}


@pytest.mark.parametrize(
    ("typed", "one", "several"),
    [
        ("  关于修路的请示 ", "关于修路的请示", "关于修路的请示"),
        ("关于\x00修路", "关于 修路", "关于修路"),
        ("一\r\n二\r三", "一 二 三", "一\n二\n三"),
        ("一\t二", "一 二", "一\t二"),
        ("\ufeff一\u200b\x0b\x1f二\x7f", "一 二", "一二"),
        ("一\ud800二", "一 二", "一二"),
    ],
)
def test_control_characters_and_loose_white_space_do_not_come_in(typed, one, several):
    assert line(typed, longest=20, **ASKED) == one
    assert block(typed, longest=20, **ASKED) == several


@pytest.mark.parametrize("check", [line, block])
def test_what_is_empty_or_too_long_is_refused_at_its_field(check):
    with pytest.raises(Incomplete, match="请填写标题") as empty:
        check(" \x00\n", longest=5, **ASKED)
    assert empty.value.field == "title"
    assert check(" \x00\n", longest=5, required=False, **ASKED) == ""
    assert check("一二三四五", longest=5, **ASKED) == "一二三四五"
    with pytest.raises(Incomplete, match="标题超过5个字（现有6个字）"):
        check("一二三四五六", longest=5, **ASKED)


@given(st.text(st.characters(codec=None), max_size=60))
def test_whatever_is_typed_can_be_stored_and_stays_the_same_when_typed_again(typed):
    for check in (line, block):
        text = check(typed, longest=60, required=False, **ASKED)
        assert "\x00" not in text
        text.encode("utf-8")
        assert check(text, longest=60, required=False, **ASKED) == text
