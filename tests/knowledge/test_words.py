"""The dictionary in shared memory cuts as jieba's own does."""

from __future__ import annotations

import jieba
import pytest

from luoshi.knowledge.search import words
from tests.knowledge.corpus import CLAUSES, DOING, PAPERS, WHAT, WHO

TEXTS = ["".join(part) for part in (WHO, WHAT, DOING, CLAUSES, PAPERS)] + [
    "",
    "路",
    "虞听澜住甘棠路2号院ABC",
    "𠮷野家嗯",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("words")


@pytest.fixture(scope="module")
def own():
    return jieba.Tokenizer()


def test_every_text_is_cut_as_jieba_cuts_it(folder, own):
    ours = words.tokenizer(folder)
    for text in TEXTS:
        assert list(ours.cut(text)) == list(own.cut(text))
        assert list(ours.tokenize(text, mode="search")) == list(own.tokenize(text, mode="search"))


@pytest.mark.parametrize("kind", ["trie", "counts"])
def test_a_spoiled_dictionary_is_written_anew(folder, own, kind):
    words.tokenizer(folder)
    (path,) = folder.glob(f"*.{kind}")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert list(words.tokenizer(folder).cut("甘棠路的路灯不亮")) == list(own.cut("甘棠路的路灯不亮"))
    assert path.read_bytes() == whole
