"""Cleaning of texts: control white space goes, paragraphs and visible characters stay."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.hotline.imports.cleaning import clean_code, clean_line, clean_text, excerpt

WHITE = "\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2003\u2028\u2029\u202f\u205f\u3000 "
ZERO_WIDTH = "\u00ad\u200b\u200c\u200d\u200e\u2060\ufeff\u202e\u2066"
MIXED = st.text(
    st.one_of(
        st.sampled_from(WHITE + ZERO_WIDTH + "。：;)水电路abc_xD0009\x00\x07\ufe0f👨👩❤"),
        st.characters(codec="utf-8"),
    )
)
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufffe\uffff]"
)


def visible(text: str) -> str:
    """The characters that leave ink, after Excel's escapes of white space."""
    text = "".join(
        each
        for each in INVISIBLE.sub("", text)
        if unicodedata.category(each) not in ("Cc", "Cs") or each in WHITE
    )
    return "".join(re.sub("_x000[dDaA9]_", "", text).split())


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("\n\t\t\n\t\t路灯不亮\n\t\t\n", "路灯不亮"),
        ("第一段\r\n第二段\r第三段", "第一段\n第二段\n第三段"),
        ("第一段\n \n\t\n\n第二段", "第一段\n\n第二段"),
        ("您好：\u3000\u3000我家停水了。", "您好：\n我家停水了。"),
        ("您好： \u3000 \u3000我家停水了。", "您好：\n我家停水了。"),
        ("停水了。\xa0\xa0\xa0\xa0请处理", "停水了。\n请处理"),
        ("停水了。\xa0\xa0请处理", "停水了。 请处理"),
        ("姓名\u3000\u3000张某", "姓名 张某"),
        ("电\u200b话\ufeff", "电话"),
        ("一_x000D_\n二_x000D_三", "一\n二\n三"),
        ("一_x0009_二", "一 二"),
        ("编号_x00AB_", "编号_x00AB_"),
        ("a\x00b\x07c", "abc"),
        ("一\u2028二\x85三\x0b四", "一\n二\n三\n四"),
        ("👨\u200d👩\u200d👧 一家", "👨\u200d👩\u200d👧 一家"),
        ("水\u200d电", "水电"),
        ("\u3000\xa0\t\n", ""),
        ("", ""),
    ],
)
def test_text_is_cleaned(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


@given(MIXED)
def test_cleaning_twice_gives_the_same_as_once(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
    assert clean_line(clean_line(text)) == clean_line(text)


@given(MIXED)
def test_no_control_white_space_is_left(text: str) -> None:
    clean = clean_text(text)
    assert not [each for each in clean if each.isspace() and each not in " \n"]
    assert not [each for each in clean if unicodedata.category(each) in ("Cc", "Cs") and each != "\n"]
    assert "\u200b" not in clean
    assert "\n" not in clean_line(text)
    assert clean == clean.strip()
    assert "  " not in clean
    assert "\n\n\n" not in clean


@given(MIXED)
def test_visible_characters_are_kept_in_their_order(text: str) -> None:
    assert visible(clean_text(text)) == visible(text)


@given(st.lists(st.text("水电路灯不亮abc", min_size=1), min_size=1))
def test_paragraphs_are_kept(paragraphs: list[str]) -> None:
    assert clean_text("\r\n\u3000\u3000".join(paragraphs)).split("\n") == paragraphs


def test_a_number_is_made_plain() -> None:
    assert clean_code("\u3000ＡＢ１２ 3\t") == "AB123"


def test_a_value_in_a_message_is_one_short_line() -> None:
    assert excerpt("一\n二\t三") == "一 二 三"
    assert excerpt("长" * 41) == "长" * 39 + "…"
    assert excerpt("长" * 40) == "长" * 40
