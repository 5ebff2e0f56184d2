"""jieba with its dictionary in a file that processes share, instead of 60 MB of each process's own memory.

The words are a trie (marisa) read where it lies, their counts a table beside it. It cuts as jieba does, to the
character: the same words, counts and arithmetic.
"""

from __future__ import annotations

import os
import tempfile
from array import array
from math import log
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

import jieba
import marisa_trie

FORM = 1
LONGEST = 16
"""Characters of the longest word in jieba's dictionary; nothing longer is looked for."""


def tokenizer(folder: Path) -> Tokenizer:
    """jieba's tokenizer on the dictionary in this folder, which is written there where it is missing or spoiled."""
    words, counts = (folder / f"words-{jieba.__version__}-{FORM}.{kind}" for kind in ("trie", "counts"))
    try:
        return Tokenizer(_Dictionary(words, counts))
    except (OSError, ValueError, RuntimeError):
        _write(words, counts)
        return Tokenizer(_Dictionary(words, counts))


class _Dictionary:
    """The words with how often each is used, as jieba asks for them: a mapping from word to count."""

    def __init__(self, words: Path, counts: Path) -> None:
        self.words = marisa_trie.Trie()
        self.words.mmap(str(words))
        with counts.open("rb") as file:
            self.counts = memoryview(mmap(file.fileno(), 0, access=ACCESS_READ)).cast("I")
        if len(self.counts) != len(self.words) + 1:
            raise ValueError(f"{counts}: not of these words")
        self.total = self.counts[-1]

    def get(self, word: str, default: int | None = None) -> int | None:
        """How often the word is used."""
        number = self.words.get(word)
        return default if number is None else self.counts[number]


class _Ways(dict[int, list[int]]):
    """From each character to the ends of the words that begin there, with the logarithm of each word's count."""

    def __init__(self) -> None:
        super().__init__()
        self.weights: list[list[float]] = []


class Tokenizer(jieba.Tokenizer):  # type: ignore[misc]
    """jieba's tokenizer, which asks the trie once a character."""

    def __init__(self, words: _Dictionary) -> None:
        super().__init__()
        self.FREQ: Any = words
        self.total, self.initialized = words.total, True

    def get_DAG(self, sentence: str) -> _Ways:
        """Every word that begins at each character; where there is none, the character alone."""
        ways, counts, begun = _Ways(), self.FREQ.counts, self.FREQ.words.iter_prefixes_with_ids
        for start in range(len(sentence)):
            found = [(len(word), counts[number]) for word, number in begun(sentence[start : start + LONGEST])]
            used = [(start + length - 1, count) for length, count in found if count] or [(start, 0)]
            ways[start] = [end for end, _ in used]
            ways.weights.append([log(count or 1) for _, count in used])
        return ways

    def calc(self, sentence: str, ways: _Ways, route: dict[int, tuple[float, int]]) -> None:
        """The most likely words from each character to the end of the sentence, from behind."""
        route[len(sentence)] = (0, 0)
        total = log(self.total)
        for start in range(len(sentence) - 1, -1, -1):
            route[start] = max(
                (weight - total + route[end + 1][0], end)
                for end, weight in zip(ways[start], ways.weights[start], strict=True)
            )


def _write(words: Path, counts: Path) -> None:
    """Write jieba's own dictionary as trie and table, each whole or not at all."""
    known: dict[str, int] = {}
    with jieba.Tokenizer().get_dict_file() as file:
        for line in file:
            word, count = line.decode().split(" ")[:2]
            known[word] = int(count)
    trie = marisa_trie.Trie(known)
    table = array("I", bytes(4 * (len(known) + 1)))
    for word, count in known.items():
        table[trie[word]] = count
    table[-1] = sum(known.values())
    words.parent.mkdir(parents=True, exist_ok=True)
    for path, content in ((words, trie.tobytes()), (counts, table.tobytes())):
        handle, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        Path(name).replace(path)
