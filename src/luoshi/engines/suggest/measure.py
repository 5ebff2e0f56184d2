"""How good guesses are: accuracy, precision, recall and F1 of each label, and what always guessing the commonest gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any


def measured(truth: Sequence[str], told: Sequence[str]) -> dict[str, Any]:
    """The figures of guesses against the truth.

    macro_f1: the mean over all labels that occur in either; a label never guessed right counts 0.
    majority: the same for always guessing the commonest label.
    """
    found = _figures(truth, told)
    common = min(Counter(truth).items(), key=lambda pair: (-pair[1], pair[0]))[0] if truth else ""
    base = _figures(truth, [common] * len(truth))
    return {
        **found,
        "majority": {"label": common, "accuracy": base["accuracy"], "macro_f1": base["macro_f1"]},
    }


def _figures(truth: Sequence[str], told: Sequence[str]) -> dict[str, Any]:
    there, said = Counter(truth), Counter(told)
    right = Counter(one for one, other in zip(truth, told, strict=True) if one == other)
    labels = {}
    for label in sorted(there.keys() | said.keys()):
        precision = right[label] / said[label] if said[label] else 0.0
        recall = right[label] / there[label] if there[label] else 0.0
        both = precision + recall
        labels[label] = {
            "precision": round(precision, 4),
            "recall": round(recall, 4),
            "f1": round(2 * precision * recall / both, 4) if both else 0.0,
            "support": there[label],
        }
    total = len(truth) or 1
    return {
        "rows": len(truth),
        "accuracy": round(sum(right.values()) / total, 4),
        "macro_f1": round(sum(row["f1"] for row in labels.values()) / (len(labels) or 1), 4),
        "labels": labels,
    }
