"""How the columns of one text become one vector: its first column by itself, and all columns together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from luoshi.engines.suggest.features import Floats, Ints, Rows, Vocabulary, grams

Counts = tuple[Counter[str], ...]
HEAD_SHARE = 0.7  # how much the first column (the title) counts beside everything together


@dataclass(frozen=True, slots=True)
class Vectors:
    """One vocabulary for everything, and where there are several columns one for the first alone."""

    parts: tuple[Vocabulary, ...]

    @classmethod
    def of(cls, counts: Sequence[Counts], *, most: int) -> Vectors:
        """The vocabularies of counted texts; at most `most` columns for each.

        In long texts a run of characters that stands in one text only is left out.
        """
        parts = range(len(counts[0]))
        least = 2 if len(parts) > 1 else 1
        return cls(
            tuple(
                Vocabulary.of([count[number] for count in counts], most=most, least=least) for number in parts
            )
        )

    @property
    def width(self) -> int:
        """The number of columns."""
        return sum(len(part.column) for part in self.parts)

    def vector(self, counts: Counts) -> tuple[Ints, Floats]:
        """The vector of a counted text, of length one."""
        columns, values, offset = [], [], 0
        for number, (part, count) in enumerate(zip(self.parts, counts, strict=True)):
            found, weights = part.vector(count)
            columns.append(found + np.int32(offset))
            values.append(weights * np.float32(HEAD_SHARE if number else 1))
            offset += len(part.column)
        joined = np.concatenate(values)
        length = float(np.sqrt((joined * joined).sum())) or 1.0
        return np.concatenate(columns).astype(np.int32), (joined / length).astype(np.float32)

    def rows(self, counts: Sequence[Counts]) -> Rows:
        """The vectors of counted texts."""
        return Rows.of([self.vector(count) for count in counts])

    def names(self) -> list[str]:
        """The run of characters behind each column."""
        return [gram for part in self.parts for gram in part.column]


def counted(texts: Sequence[str]) -> Counts:
    """The runs of characters of a text given as columns: all together, then those of the first of several."""
    return (grams(texts), grams(texts[:1])) if len(texts) > 1 else (grams(texts),)
