"""Texts as sparse vectors over runs of one or two characters: no dictionary, no segmenter, any city's words."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

LONGEST = 2
MOST_CHARACTERS = 2000  # of a text; what stands further back says no more about who is competent
_BLANK = re.compile(r"\s+")


def plain(text: str) -> str:
    """The text with widths and case levelled and white space made one blank."""
    return _BLANK.sub(" ", unicodedata.normalize("NFKC", text)).strip().lower()[:MOST_CHARACTERS]


def grams(texts: Sequence[str]) -> Counter[str]:
    """How often each run of one or two characters stands in the texts; none reaches from one into the next."""
    found: Counter[str] = Counter()
    for text in texts:
        flat = plain(text)
        for size in range(1, LONGEST + 1):
            found.update([flat[i : i + size] for i in range(len(flat) - size + 1)])
    return found


def of_length_one(columns: Ints, values: Floats) -> tuple[Ints, Floats]:
    """A vector made of length one."""
    length = float(np.sqrt((values * values).sum())) or 1.0
    return columns, (values / length).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Rows:
    """Sparse rows one after the other. starts: where each begins, with the end of the last; columns; values."""

    starts: NDArray[np.int64]
    columns: Ints
    values: Floats

    def __len__(self) -> int:
        return len(self.starts) - 1

    def row(self, number: int) -> tuple[Ints, Floats]:
        """Columns and values of one row."""
        span = slice(self.starts[number], self.starts[number + 1])
        return self.columns[span], self.values[span]

    def take(self, numbers: Sequence[int] | NDArray[np.int64]) -> Rows:
        """Some of the rows, in the order given."""
        return Rows.of([self.row(int(number)) for number in numbers])

    @classmethod
    def of(cls, rows: Iterable[tuple[Ints, Floats]]) -> Rows:
        """Rows put one after the other."""
        parts = list(rows)
        starts = np.zeros(len(parts) + 1, np.int64)
        np.cumsum([len(columns) for columns, _ in parts], out=starts[1:])
        if not parts:
            return cls(starts, np.empty(0, np.int32), np.empty(0, np.float32))
        return cls(
            starts, np.concatenate([row[0] for row in parts]), np.concatenate([row[1] for row in parts])
        )

    @property
    def numbers(self) -> NDArray[np.int64]:
        """The number of its row for each value."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The runs of characters that count, each with its column and how rare it is."""

    column: Mapping[str, int]
    rarity: Floats

    @classmethod
    def of(cls, counts: Sequence[Counter[str]], *, most: int, least: int = 1) -> Vocabulary:
        """What stands in at least `least` texts; of more than `most` the most frequent (ties: by the text)."""
        seen: Counter[str] = Counter()
        for count in counts:
            seen.update(count.keys())
        kept = [gram for gram, times in seen.items() if times >= least]
        if len(kept) > most:
            kept = sorted(kept, key=lambda gram: (-seen[gram], gram))[:most]
        kept.sort()
        rarity = [math.log((1 + len(counts)) / (1 + seen[gram])) + 1 for gram in kept]
        return cls({gram: number for number, gram in enumerate(kept)}, np.array(rarity, np.float32))

    def vector(self, count: Counter[str]) -> tuple[Ints, Floats]:
        """A text's vector: (1 + log of how often) times rarity, of length one; empty when nothing is known."""
        known = [(self.column[gram], times) for gram, times in count.items() if gram in self.column]
        columns = np.array([column for column, _ in known], np.int32)
        times = np.array([times for _, times in known], np.float32)
        values = (1 + np.log(times)) * self.rarity[columns] if len(known) else times
        return of_length_one(columns, values)

    def rows(self, counts: Iterable[Counter[str]]) -> Rows:
        """The vectors of several texts."""
        return Rows.of([self.vector(count) for count in counts])
