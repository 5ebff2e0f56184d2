"""A model learns units from texts, says why, and stays the same in its file."""

from __future__ import annotations

import numpy as np
import pytest

from luoshi.engines.suggest import SuggestError, dump, load, measured, train
from tests.engines.suggest.samples import requests


@pytest.fixture(scope="module")
def model():
    return train(*requests())


def test_unseen_wording_goes_to_the_unit_of_its_words(model):
    assert model.label(("新华路的路灯又不亮了",)) == "城管"
    assert model.label(("小区暖气一直不热",)) == "供热"
    assert model.label(("咨询小学学区怎么划分",)) == "教育"


def test_guess_says_how_sure_by_which_words_and_cases(model):
    first, *rest = model.suggest(("涧河路暖气不热",))

    assert first.label == "供热"
    assert 0.5 < first.confidence <= 1
    assert first.confidence > rest[0].confidence
    assert sum(guess.confidence for guess in (first, *rest)) == pytest.approx(1, abs=1e-5)
    assert any("暖气" in word for word in first.words)
    assert first.cases and all(case.label == "供热" and "暖气" in case.title for case in first.cases)
    assert first.cases[0].likeness >= first.cases[-1].likeness


def test_words_are_those_of_the_cutter_where_one_is_given(model):
    first, *_ = model.suggest(("涧河路暖气不热",), cut=lambda text: ["涧河路", "暖气", "不热"])

    assert set(first.words) <= {"涧河路", "暖气", "不热"}
    assert "暖气" in first.words


def test_text_without_anything_known_gives_no_guess(model):
    assert model.suggest(("♨♨♨",)) == []
    assert model.suggest(("",)) == []


def test_same_rows_and_seed_give_the_same_file():
    assert dump(train(*requests())) == dump(train(*requests()))


def test_model_read_back_guesses_the_same(model):
    again = load(dump(model))
    for text in ("涧河路暖气不热", "路灯坏了", "幼儿园"):
        before, after = model.suggest((text,)), load(dump(again)).suggest((text,))
        assert [guess.label for guess in before] == [guess.label for guess in after]
        assert [guess.words for guess in before] == [guess.words for guess in after]
        assert [guess.confidence for guess in before] == [guess.confidence for guess in after]
    assert again.about == model.about
    assert again.weights.dtype == np.float16  # what a process keeps is as small as the file


def test_held_out_figures_are_of_rows_not_seen_and_beat_the_majority(model):
    held = model.about["held_out"]

    assert held["rows"] == model.about["rows"] == 120
    assert held["macro_f1"] > 0.9 > held["majority"]["macro_f1"]


def test_copies_of_a_row_do_not_judge_each_other():
    texts, labels = requests()
    odd = [("完全不同的一句话",)] * 30
    taught = train(texts + odd, labels + ["城管", "供热", "教育"] * 10)

    assert taught.about["held_out"]["accuracy"] < 0.93  # the 30 copies cannot be told from each other


def test_further_rows_teach_but_are_not_judged():
    texts, labels = requests()
    more = [((text,), label) for (text,), label in zip(texts, labels, strict=True)]
    few = [0, 1, 40, 41, 80, 81]  # of each unit two
    taught = train(
        [texts[n] for n in few],
        [labels[n] for n in few],
        more=[*more, (("新的单位",), "无人知晓"), (("",), "城管")],
    )

    assert taught.label(("幼儿园的名额",)) == "教育"
    assert taught.labels == ("供热", "城管", "教育")
    assert taught.about["rows"] == taught.about["held_out"]["rows"] == 6
    assert taught.about["more_rows"] == 120 - 6  # what stands there already teaches once


def test_further_rows_of_the_same_title_are_held_back_with_it():
    texts = [(f"完全不同的一句话{sign}", "") for sign in "甲乙丙丁戊己庚辛壬癸子丑"]
    labels = ["城管", "供热", "教育"] * 4
    more = [
        ((title, f"{title}只有它才这样说{label}"), label)
        for (title, _), label in zip(texts, labels, strict=True)
    ]

    assert train(texts, labels, more=more).about["held_out"]["accuracy"] < 0.75


def test_each_column_speaks_for_itself_and_may_be_missing():
    texts, labels = requests()
    taught = train([(text, "请尽快处理，谢谢。") for (text,) in texts], labels)

    assert taught.about["text_columns"] == 2
    assert taught.label(("暖气不热", "请尽快处理，谢谢。")) == "供热"
    assert load(dump(taught)).label(("路灯不亮", "")) == "城管"


@pytest.mark.parametrize(
    ("texts", "labels", "said"),
    [
        ([], [], "no row"),
        ([("甲",), ("乙",)], ["城管", "城管"], "every row has the same label, 城管"),
        ([("甲",)], ["城管", "供热"], "1 texts but 2 labels"),
    ],
)
def test_what_cannot_be_learned_from_is_refused_in_words(texts, labels, said):
    with pytest.raises(SuggestError, match=said):
        train(texts, labels)


def broken(data: bytes) -> dict[str, bytes]:
    return {
        "is no model": b"PK\x03\x04 something else",
        "another version": data.replace(b"SUGGEST 2\n", b"SUGGEST 9\n", 1),
        "cut short": data[:-100],
        "checksum": data[:-10] + bytes([data[-10] ^ 255]) + data[-9:],
        "damaged at its beginning": data.replace(b'"sha256"', b'"sha25x"', 1),
    }


@pytest.mark.parametrize("said", list(broken(bytes(20))))
def test_broken_file_is_refused_with_what_is_wrong_and_what_to_do(model, said):
    with pytest.raises(SuggestError, match=said) as refused:
        load(broken(dump(model))[said], name="city.model")
    assert "city.model" in str(refused.value) and "luoshi suggest train" in str(refused.value)


def test_figures_are_those_of_the_textbook():
    figures = measured(["a", "a", "b", "c"], ["a", "b", "b", "b"])

    assert figures["accuracy"] == 0.5
    assert figures["labels"]["a"] == {"precision": 1.0, "recall": 0.5, "f1": 0.6667, "support": 2}
    assert figures["labels"]["b"] == {"precision": 0.3333, "recall": 1.0, "f1": 0.5, "support": 1}
    assert figures["labels"]["c"]["f1"] == 0
    assert figures["macro_f1"] == 0.3889
    assert figures["majority"] == {"label": "a", "accuracy": 0.5, "macro_f1": 0.2222}
