"""What was searched for is marked; nothing of the text reaches the page as HTML."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.knowledge.search import mark, snippet

NASTY = "<script>alert('公积金')</script>\"&公积金"


def test_the_text_is_escaped_and_only_mark_is_added() -> None:
    shown = mark(NASTY, ["公积金"])
    assert "<script>" not in shown
    assert shown.count("<mark>公积金</mark>") == 2
    assert "&lt;script&gt;" in shown and "&amp;" in shown


@pytest.mark.parametrize("term", ["<", "script", "&", "lt", "amp", "mark", "'"])
def test_a_search_for_parts_of_tags_or_entities_breaks_nothing(term: str) -> None:
    shown = mark(NASTY, [term])
    assert re.sub(r"</?mark>", "", shown) == mark(NASTY, [])


@given(
    st.text(alphabet="<>&'\"公积金a;", max_size=60),
    st.lists(st.text("<&公a;", min_size=1, max_size=3), max_size=4),
)
def test_without_the_marks_the_escaped_text_remains(text: str, terms: list[str]) -> None:
    assert re.sub(r"</?mark>", "", mark(text, terms)) == mark(text, [])


def test_touching_places_become_one_mark() -> None:
    assert mark("公积金提取", ["公积", "积金", "提取"]) == "<mark>公积金提取</mark>"


def test_capitals_and_full_width_letters_are_marked_as_they_stand() -> None:
    assert mark("ＥＴＣ和ETC", ["etc"]) == "<mark>ＥＴＣ</mark>和<mark>ETC</mark>"


def test_a_snippet_shows_the_place_where_the_words_stand_closest() -> None:
    text = "登记。" + "其他内容" * 60 + "新生儿参保登记要带户口簿" + "其他内容" * 60
    shown = snippet([text], ["新生儿", "参保", "登记"], width=40)
    assert "<mark>新生儿参保登记</mark>" in shown
    assert shown.startswith("…") and shown.endswith("…")


def test_a_snippet_comes_from_the_text_that_holds_most_of_the_words() -> None:
    assert "<mark>材料</mark>" in snippet(["服务内容：登记", "所需材料：身份证"], ["材料"])


def test_a_snippet_without_any_place_shows_the_beginning() -> None:
    assert snippet(["一二三四五", "六"], ["七"], width=3) == "一二三…"


def test_a_snippet_of_nothing_is_empty() -> None:
    assert snippet(["", "  "], ["七"]) == ""


def test_a_cut_never_stands_inside_an_entity() -> None:
    for width in range(1, 20):
        shown = snippet(["&" * 30], ["x"], width=width)
        assert re.fullmatch(r"(…)?(&amp;)*(…)?", shown)
