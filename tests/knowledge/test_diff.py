"""Two versions of a text, compared."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from luoshi.knowledge.diff import compare, pieces


def test_what_changed_is_named_and_the_rest_stays() -> None:
    assert pieces("当场办结。", "次日办结。") == [("removed", "当场"), ("added", "次日"), ("same", "办结。")]


def test_equal_texts_are_one_piece_and_empty_ones_none() -> None:
    assert pieces("同", "同") == [("same", "同")]
    assert pieces("", "") == []


@given(st.text("甲乙丙。\n", max_size=40), st.text("甲乙丙。\n", max_size=40))
def test_without_what_was_added_or_removed_the_old_and_the_new_text_remain(old: str, new: str) -> None:
    found = pieces(old, new)
    assert "".join(text for kind, text in found if kind != "added") == old
    assert "".join(text for kind, text in found if kind != "removed") == new


def test_long_texts_are_compared_by_sentence_and_lose_nothing() -> None:
    old, new = "一句话。" * 600, "一句话。" * 300 + "另一句。" + "一句话。" * 300
    found = pieces(old, new)
    assert ("added", "另一句。") in found
    assert "".join(text for kind, text in found if kind != "removed") == new


def test_labels_order_the_comparison_and_tell_what_changed() -> None:
    found = compare({"a": "甲", "b": "乙"}, {"a": "1"}, {"a": "1", "b": "2"})
    assert [(change.label, change.changed) for change in found] == [("甲", False), ("乙", True)]
