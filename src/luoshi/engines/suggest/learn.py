"""Learning which label a text has: two linear opinions, weighed against each other on texts held back.

A support vector machine on features scaled by how one-sided each is (naive Bayes), and the complement naive
Bayes. How much each counts, and what confidence may be claimed, is learned on texts that neither had seen.
Numpy only; the same rows and the same seed give the same model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from luoshi.engines.suggest.features import Floats, Rows

Labels = NDArray[np.int64]
Doubles = NDArray[np.float64]

HARDNESS = 0.3
EPOCHS = 14
ONE_SIDED = 0.5  # how much the scale of a feature depends on how one-sided it is
SMOOTHING = 0.1
COMPLEMENT_SMOOTHING = 0.3
STEPS = 400


def sums_by_label(rows: Rows, labels: Labels, width: int, count: int) -> Doubles:
    """The sum of each column's values within each label: (label, column)."""
    flat = labels[rows.numbers] * width + rows.columns
    found: Doubles = np.bincount(flat, weights=rows.values, minlength=count * width).astype(np.float64)
    return found.reshape(count, width)


def scales(sums: Doubles) -> Floats:
    """For each column and label, how far the column is from saying nothing about the label."""
    inside = sums + SMOOTHING
    outside = sums.sum(0, keepdims=True) - sums + SMOOTHING
    ratio = np.log(inside / inside.sum(1, keepdims=True)) - np.log(outside / outside.sum(1, keepdims=True))
    found: Floats = (1 - ONE_SIDED + ONE_SIDED * np.abs(ratio)).T.astype(np.float32)
    return found


def complement(sums: Doubles) -> Floats:
    """The weights of the complement naive Bayes: (column, label)."""
    outside = sums.sum(0, keepdims=True) - sums + COMPLEMENT_SMOOTHING
    found: Floats = -np.log(outside / outside.sum(1, keepdims=True)).T.astype(np.float32)
    centred: Floats = found - found.mean(1, keepdims=True)
    return centred


def machine(rows: Rows, labels: Labels, scale: Floats, *, seed: int) -> tuple[Floats, Floats]:
    """One support vector machine a label (squared hinge), by dual coordinate descent over all labels at once.

    Returns weights (column, label), with the scale in them, and offsets. scale: as `scales` gives it.
    """
    count = scale.shape[1]
    source = np.random.default_rng(seed)
    signs = np.where(labels[:, None] == np.arange(count), 1.0, -1.0).astype(np.float32)
    soft = np.float32(0.5 / HARDNESS)
    weights = np.zeros_like(scale)
    offsets = np.zeros(count, np.float32)
    pushed = np.zeros((len(rows), count), np.float32)
    scaled = [
        (columns, values[:, None] * scale[columns]) for columns, values in map(rows.row, range(len(rows)))
    ]
    sizes = [(values * values).sum(0) + 1 + soft for _, values in scaled]
    for _ in range(EPOCHS):
        for number in source.permutation(len(rows)):
            columns, values = scaled[number]
            sign, before = signs[number], pushed[number]
            held = weights[columns]
            slope = sign * ((held * values).sum(0) + offsets) - 1 + soft * before
            after = np.maximum(before - slope / sizes[number], 0)
            move = (after - before) * sign
            pushed[number] = after
            weights[columns] = held + values * move
            offsets += move
    return weights * scale, offsets


class Neighbours:
    """Finds the nearest of many rows by the cosine, through lists of the rows that hold each column."""

    def __init__(self, rows: Rows, width: int) -> None:
        order = np.argsort(rows.columns, kind="stable")
        self.count = len(rows)
        self.numbers = rows.numbers[order].astype(np.int32)
        self.values = rows.values[order]
        self.starts = np.searchsorted(rows.columns[order], np.arange(width + 1))

    def likeness(self, columns: NDArray[np.int32], values: Floats) -> Doubles:
        """The cosine of a row with every row."""
        begins, ends = self.starts[columns], self.starts[columns + 1]
        lengths = ends - begins
        total = int(lengths.sum())
        if not total:
            return np.zeros(self.count)
        ahead = np.concatenate(([0], np.cumsum(lengths)[:-1]))
        places = np.arange(total) + np.repeat(begins - ahead, lengths)
        shares = self.values[places] * np.repeat(values, lengths)
        found: Doubles = np.bincount(self.numbers[places], weights=shares, minlength=self.count).astype(
            np.float64
        )
        return found

    def nearest(self, likeness: Doubles, most: int) -> NDArray[np.int64]:
        """The numbers of the nearest rows, the nearest first (ties: the earlier row)."""
        best = np.arange(len(likeness))
        if len(likeness) > most:
            best = np.argpartition(-likeness, most)[:most]
        return best[np.lexsort((best, -likeness[best]))]


@dataclass(frozen=True, slots=True)
class Blend:
    """How much machine and complement count, and what each label starts from."""

    shares: Doubles
    starts: Doubles

    def chances(self, opinions: Doubles) -> Doubles:
        """The probability of each label for opinions (text, opinion, label)."""
        scores = np.tensordot(opinions, self.shares, axes=(1, 0)) + self.starts
        scores -= scores.max(1, keepdims=True)
        raised = np.exp(scores)
        found: Doubles = raised / raised.sum(1, keepdims=True)
        return found


def blend(opinions: Doubles, labels: Labels) -> Blend:
    """Learn the blend that gives the labels of texts held back the highest probability."""
    count = opinions.shape[2]
    state = np.concatenate([np.ones(opinions.shape[1]), np.zeros(count)])
    first, second = np.zeros_like(state), np.zeros_like(state)
    truth = np.eye(count)[labels]
    for step in range(1, STEPS + 1):
        found = Blend(state[: opinions.shape[1]], state[opinions.shape[1] :])
        excess = (found.chances(opinions) - truth) / len(labels)
        slope = np.concatenate([np.einsum("nok,nk->o", opinions, excess), excess.sum(0)])
        slope[opinions.shape[1] :] += 0.01 * found.starts
        first = 0.9 * first + 0.1 * slope
        second = 0.99 * second + 0.01 * slope * slope
        state = state - 0.05 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-9)
        state[: opinions.shape[1]] = np.maximum(state[: opinions.shape[1]], 0)
    return Blend(state[: opinions.shape[1]], state[opinions.shape[1] :])
