"""Texts into index terms, questions into tsqueries."""

from __future__ import annotations

import pytest

from luoshi.knowledge.search import parse_query, vector
from luoshi.knowledge.search.tokens import terms


def words(text: str) -> set[str]:
    return {term for term, _ in terms(text)}


def test_every_pair_of_neighbouring_characters_is_a_term() -> None:
    text = "涧河路灯不亮"
    assert {text[i : i + 2] for i in range(len(text) - 1)} <= words(text)


def test_the_last_character_of_a_run_is_a_term_so_that_single_characters_are_found_everywhere() -> None:
    found = words("停水，缴费")
    assert {"水", "费"} <= found


def test_long_words_are_terms_beside_their_parts() -> None:
    assert {"公积金", "公积", "积金"} <= words("公积金提取")


def test_full_width_letters_and_capitals_are_the_same_as_plain_small_ones() -> None:
    assert words("ＥＴＣ办理１２３４５") == words("etc办理12345")


def test_terms_keep_the_weight_of_the_text_they_stand_in() -> None:
    made = vector(A="落户", C="落户")
    assert made.split(" ")[1] == "'落户':1A,5C"


@pytest.mark.parametrize("text", ["", "   ", "？！", "'; -- ()&|!:*", "\x00"])
def test_what_holds_no_letter_or_digit_asks_for_nothing(text: str) -> None:
    assert parse_query(text) is None


@pytest.mark.parametrize("text", ["'落户' | x:*A", "落户\\' & !医保", "落户); DROP TABLE x"])
def test_operators_of_postgresql_that_somebody_types_do_not_reach_it(text: str) -> None:
    query = parse_query(text)
    assert query is not None
    for made in query.tries:
        assert "\\" not in made and "!" not in made and ";" not in made and "*A" not in made


def test_the_last_word_counts_as_its_beginning_until_a_space_ends_it() -> None:
    typing, done = parse_query("落户"), parse_query("落户 ")
    assert typing is not None and done is not None
    assert typing.tries[0] == "'落户':*"
    assert done.tries[0] == "'落户'"


def test_asking_words_do_not_count_beside_others() -> None:
    asked, plain = parse_query("请问怎么落户 "), parse_query("落户 ")
    assert asked is not None and plain is not None
    assert asked.tries == plain.tries


def test_asking_words_alone_are_searched_for() -> None:
    query = parse_query("怎么办")
    assert query is not None and "怎么办" in query.tries[0]


def test_a_question_of_several_words_is_asked_ever_more_laxly() -> None:
    query = parse_query("居住证 补办 材料 ")
    assert query is not None
    assert len(query.tries) == 3
    assert query.tries[0].count(" & ") >= 2
    assert query.tries[-1].endswith("'补办' | '材料'")


def test_a_very_long_text_is_cut() -> None:
    query = parse_query("新生儿" * 500)
    assert query is not None and len(query.plain) == 80
