"""How the columns of a text become vectors: each column is a document of its own, and a text the sum of its columns.

Learned from apart, a title teaches what the words of titles mean even where a long text stands beside it, rows
without one of the columns teach as well, and a text of which only the title is known yet is judged like any other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from luoshi.engines.suggest.features import Floats, Ints, Rows, Vocabulary, grams, plain

Counts = tuple[Counter[str], ...]


@dataclass(frozen=True, slots=True)
class Vectors:
    """One vocabulary for all columns."""

    words: Vocabulary

    @classmethod
    def of(cls, counts: Sequence[Counts], *, most: int) -> Vectors:
        """The vocabulary of counted texts; of more than `most` columns the most frequent.

        In texts of several columns a run of characters that stands in one document only is left out.
        """
        least = 2 if any(len(text) > 1 for text in counts) else 1
        return cls(Vocabulary.of(documents(counts)[0], most=most, least=least))

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.words.column)

    def vector(self, counts: Counts) -> tuple[Ints, Floats]:
        """The sum of the vectors of a text's documents, each of length one; empty when nothing is known."""
        found = [self.words.vector(count) for count in counts]
        if len(found) == 1:
            return found[0]
        joined = np.concatenate([columns for columns, _ in found] or [np.empty(0, np.int32)])
        columns, places = np.unique(joined, return_inverse=True)
        values = np.bincount(places, weights=np.concatenate([values for _, values in found] or [joined]))
        return columns.astype(np.int32), values.astype(np.float32)

    def rows(self, counts: Sequence[Counts]) -> Rows:
        """The vectors of counted texts."""
        return Rows.of([self.vector(count) for count in counts])

    def names(self) -> list[str]:
        """The run of characters behind each column."""
        return list(self.words.column)


def counted(texts: Sequence[str]) -> Counts:
    """The runs of characters of a text given as columns; columns without a text are no documents."""
    return tuple(grams([text]) for text in texts if plain(text))


def documents(counts: Sequence[Counts]) -> tuple[list[Counter[str]], list[int]]:
    """All documents of the texts, and of which text each is."""
    found = [(count, number) for number, text in enumerate(counts) for count in text]
    return [count for count, _ in found], [number for _, number in found]
