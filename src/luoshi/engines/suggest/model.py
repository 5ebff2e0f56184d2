"""A trained model: which label a text has, how sure that is, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from luoshi.engines.suggest import learn
from luoshi.engines.suggest.features import Floats, Rows, of_length_one, plain
from luoshi.engines.suggest.measure import measured
from luoshi.engines.suggest.vectors import Counts, Vectors, counted, documents

SEED = 20170929
FOLDS = 3
MOST_WEIGHTS = 12_000_000  # of the linear model, all labels together: keeps the file under 50 MB
MOST_COLUMNS = 200_000
STRONGEST = 48  # of a past case's features that are kept to find it again
WORDS = 4
LIKE_AT_LEAST = 0.12


class SuggestError(ValueError):
    """What the caller can mend, in one line."""


@dataclass(frozen=True, slots=True)
class Case:
    """A past text: its reference (row, or id), its title, its label, and how alike it is (0 to 1)."""

    ref: int
    title: str
    label: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Guess:
    """A label that a text may have. confidence: calibrated, 0 to 1. words: what speaks for it in the text."""

    label: str
    confidence: float
    words: tuple[str, ...]
    cases: tuple[Case, ...]


@dataclass(slots=True)
class Model:
    """A linear model over runs of characters, and the past cases it learned from.

    weights: of half precision, as in its file: a city of a hundred units keeps 24 MB in each process, not 48.
    about: how it was learned: rows, labels, held-out figures, and whatever the caller added.
    """

    labels: tuple[str, ...]
    vectors: Vectors
    weights: NDArray[np.float16]
    starts: Floats
    refs: list[int]
    titles: list[str]
    case_labels: np.ndarray[Any, np.dtype[np.int64]]
    case_rows: Rows
    about: dict[str, Any] = field(default_factory=dict)
    _near: learn.Neighbours | None = None
    _names: list[str] | None = None

    def scores(self, counts: Counts) -> Floats:
        """The score of each label, before it is made a confidence."""
        columns, values = self.vectors.vector(counts)
        found: Floats = values @ self._weights_of(columns) + self.starts
        return found

    def _weights_of(self, columns: Any) -> Floats:
        """The weights of some columns, in the precision that is reckoned with."""
        found: Floats = self.weights[columns].astype(np.float32)
        return found

    def chances(self, texts: Sequence[str]) -> Floats:
        """The calibrated probability of each label."""
        scores = self.scores(counted(texts))
        raised = np.exp(scores - scores.max())
        found: Floats = raised / raised.sum()
        return found

    def label(self, texts: Sequence[str]) -> str:
        """The likeliest label."""
        return self.labels[int(self.scores(counted(texts)).argmax())]

    def suggest(
        self,
        texts: Sequence[str],
        *,
        limit: int = 3,
        cases: int = 3,
        cut: Callable[[str], Iterable[str]] | None = None,
    ) -> list[Guess]:
        """The likeliest labels, the likeliest first, each with the words and the past cases that speak for it.

        Empty where nothing of the text is known. texts: as many columns as the model was trained on. cut: gives
        the words of a text; without, neighbouring characters that speak for a label are taken for a word.
        """
        counts = counted(texts)
        columns, values = self.vectors.vector(counts)
        if not len(columns):
            return []
        weights = self._weights_of(columns)
        scores = values @ weights + self.starts
        raised = np.exp(scores - scores.max())
        chances = raised / raised.sum()
        best = np.lexsort((np.arange(len(self.labels)), -chances))[:limit]
        near = self._nearest(*of_length_one(columns, values))
        pushes = values[:, None] * (weights - weights.mean(1, keepdims=True))
        return [
            Guess(
                self.labels[number],
                float(chances[number]),
                self._words(columns, pushes[:, number], texts, cut),
                tuple(case for case in near if case.label == self.labels[number])[:cases],
            )
            for number in map(int, best)
        ]

    def _nearest(self, columns: Any, values: Floats) -> list[Case]:
        if self._near is None:
            self._near = learn.Neighbours(self.case_rows, self.vectors.width)
        likeness = self._near.likeness(columns, values)
        return [
            Case(
                self.refs[number],
                self.titles[number],
                self.labels[int(self.case_labels[number])],
                float(likeness[number]),
            )
            for number in map(int, self._near.nearest(likeness, 30))
            if likeness[number] >= LIKE_AT_LEAST
        ]

    def _words(
        self,
        columns: Any,
        pushes: Floats,
        texts: Sequence[str],
        cut: Callable[[str], Iterable[str]] | None,
    ) -> tuple[str, ...]:
        """The words of the text that push most towards a label."""
        if self._names is None:
            self._names = self.vectors.names()
        weight: dict[str, float] = {}
        for column, push in zip(columns.tolist(), pushes.tolist(), strict=True):
            name = self._names[column]
            weight[name] = weight.get(name, 0.0) + push
        strong = {
            name: push for name, push in weight.items() if len(name) > 1 and push > 0 and name.isalnum()
        }
        floor = max(strong.values(), default=0.0) * 0.35
        found: dict[str, float] = {}
        for text in map(plain, texts):
            if cut is None:
                _join(text, {name: push for name, push in strong.items() if push >= floor}, found)
                continue
            for word in cut(text):
                push = sum(weight.get(word[i : i + 2], 0.0) for i in range(len(word) - 1))
                if push > 0 and push >= floor and word.isalnum() and not word.isdigit():
                    found[word] = push
        best = sorted(found, key=lambda word: (-found[word], word))
        return tuple(best[:WORDS])


def _join(text: str, strong: Mapping[str, float], found: dict[str, float]) -> None:
    """Put overlapping strong pairs of characters together as they stand in the text."""
    place = 0
    while place < len(text) - 1:
        if text[place : place + 2] not in strong:
            place += 1
            continue
        end, push = place + 2, strong[text[place : place + 2]]
        while text[end - 1 : end + 1] in strong and end < len(text) and end - place < 6:
            push += strong[text[end - 1 : end + 1]]
            end += 1
        word = text[place:end]
        found[word] = max(found.get(word, 0.0), push)
        place = end


def train(
    texts: Sequence[Sequence[str]],
    labels: Sequence[str],
    *,
    more: Sequence[tuple[Sequence[str], str]] = (),
    refs: Sequence[int] | None = None,
    about: Mapping[str, Any] | None = None,
    titles: bool = True,
    seed: int = SEED,
    tell: Callable[[str], None] = lambda said: None,
) -> Model:
    """Learn which label a text has. texts: each as its columns, the title first; labels: one for each.

    more: further texts, each with its label, which may lack columns (empty): they teach, but the figures and the
    confidence are learned on `texts` alone, with the further texts of the same title held back too. refs: what a
    past case is known by (its row without). about: what to keep with the model. titles: keep those of past cases
    in it (not where they are found by their reference). tell: called with what is being done. The same rows and
    seed give the same model.
    Errors: SuggestError for fewer than two labels, or no text.
    """
    if len(texts) != len(labels):
        raise SuggestError(f"{len(texts)} texts but {len(labels)} labels")
    names = tuple(sorted(set(labels)))
    if len(names) < 2:
        raise SuggestError(
            f"every row has the same label, {names[0]}: nothing can be told apart; give rows of two labels or more"
            if names
            else "there is no row to learn from"
        )
    number = {name: place for place, name in enumerate(names)}
    tell(f"reading {len(texts) + len(more)} texts")
    lesson = _lesson(texts, [number[label] for label in labels], _further(texts, labels, more, number))
    shares, figures = _held_back(lesson, len(texts), names, seed, tell)
    tell("learning from all rows")
    vectors, machine, offsets, naive = _fit(lesson.counts, lesson.truth, len(names), seed)
    rows = vectors.rows(lesson.counts[: len(texts)])
    return Model(
        labels=names,
        vectors=vectors,
        weights=(shares.shares[0] * machine + shares.shares[1] * naive).astype(np.float16),
        starts=(shares.shares[0] * offsets + shares.starts).astype(np.float32),
        refs=list(refs) if refs is not None else list(range(1, len(texts) + 1)),
        titles=[text[0][:80] if titles else "" for text in texts],
        case_labels=lesson.truth[: len(texts)],
        case_rows=Rows.of([_strongest(*of_length_one(*rows.row(place))) for place in range(len(rows))]),
        about={
            "rows": len(texts),
            "more_rows": len(lesson.counts) - len(texts),
            "columns": vectors.width,
            "text_columns": len(texts[0]),
            "held_out": figures,
            **(about or {}),
        },
    )


@dataclass(frozen=True, slots=True)
class _Lesson:
    """What is learned from: counted texts, their labels, and what they are held back together by."""

    counts: list[Counts]
    truth: learn.Labels
    groups: list[int]


def _further(
    texts: Sequence[Sequence[str]],
    labels: Sequence[str],
    more: Sequence[tuple[Sequence[str], str]],
    number: Mapping[str, int],
) -> list[tuple[str, list[str], int]]:
    """Further texts with a known label: the title, what they say that no text said before, and the label."""
    said = {(plain(column), label) for text, label in zip(texts, labels, strict=True) for column in text}
    found = []
    for text, label in more:
        fresh = ["" if (plain(column), label) in said else column for column in text]
        if label in number and any(map(plain, fresh)):
            found.append((_title(text), fresh, number[label]))
            said.update((plain(column), label) for column in fresh)
    return found


def _lesson(
    texts: Sequence[Sequence[str]], truth: list[int], further: Sequence[tuple[str, list[str], int]]
) -> _Lesson:
    places: dict[str, int] = {}
    titles = [_title(text) for text in texts] + [title for title, _, _ in further]
    return _Lesson(
        [counted(text) for text in texts] + [counted(fresh) for _, fresh, _ in further],
        np.array(truth + [label for _, _, label in further]),
        [places.setdefault(title, len(places)) for title in titles],
    )


def _title(text: Sequence[str]) -> str:
    return next(filter(None, map(plain, text)), "")


def _fit(counts: Sequence[Counts], truth: learn.Labels, count: int, seed: int) -> Any:
    vectors = Vectors.of(counts, most=min(MOST_COLUMNS, MOST_WEIGHTS // count))
    apart, numbers = documents(counts)
    rows, labels = vectors.words.rows(apart), truth[numbers]
    sums = learn.sums_by_label(rows, labels, vectors.width, count)
    machine, offsets = learn.machine(rows, labels, learn.scales(sums), seed=seed)
    return vectors, machine, offsets, learn.complement(sums)


def _held_back(
    lesson: _Lesson, judged: int, names: tuple[str, ...], seed: int, tell: Callable[[str], None]
) -> tuple[learn.Blend, dict[str, Any]]:
    """The blend, and the figures on the first `judged` rows, held back in turn.

    Texts of the same title are held back together, so that no row is judged by its own copy.
    """
    turns = np.random.default_rng(seed).permutation(max(lesson.groups) + 1) % FOLDS
    fold = turns[np.array(lesson.groups)]
    truth = lesson.truth[:judged]
    opinions = np.zeros((judged, 2, len(names)))
    for turn in range(FOLDS):
        tell(f"learning with a third held back ({turn + 1} of {FOLDS})")
        kept, held = np.flatnonzero(fold != turn), np.flatnonzero(fold[:judged] == turn)
        if not len(kept) or not len(held):
            continue
        vectors, machine, offsets, naive = _fit(
            [lesson.counts[n] for n in kept.tolist()], lesson.truth[kept], len(names), seed
        )
        for number in held.tolist():
            columns, values = vectors.vector(lesson.counts[number])
            opinions[number] = values @ machine[columns] + offsets, values @ naive[columns]
    shares = learn.blend(opinions, truth)
    chances = shares.chances(opinions)
    told = [names[number] for number in chances.argmax(1)]
    figures = measured([names[number] for number in truth], told)
    return shares, {key: figures[key] for key in ("rows", "accuracy", "macro_f1", "majority")}


def _strongest(columns: Any, values: Floats) -> Any:
    if len(values) <= STRONGEST:
        return columns, values
    kept = np.sort(np.argpartition(-values, STRONGEST)[:STRONGEST])
    return columns[kept], values[kept]
