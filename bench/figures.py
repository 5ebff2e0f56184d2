"""Medians, high values and ratios, said in the same way everywhere."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence


def part(values: Sequence[float], share: float) -> float:
    """The value that this share of them does not exceed."""
    return sorted(values)[max(0, math.ceil(len(values) * share) - 1)]


def p95(values: Sequence[float]) -> float:
    """The value that 95 of a hundred do not exceed."""
    return part(values, 0.95)


def ms(values: Sequence[float]) -> dict[str, float]:
    """Seconds as milliseconds: how many there are, median, lowest, p95, highest."""
    told = [value * 1000 for value in values]
    return {
        "n": len(told),
        "median": round(statistics.median(told), 2),
        "least": round(min(told), 2),
        "p95": round(p95(told), 2),
        "most": round(max(told), 2),
    }


def ratio(theirs: Sequence[float], ours: Sequence[float]) -> float:
    """How many times ours fits into theirs, by the medians."""
    return round(statistics.median(theirs) / statistics.median(ours), 2)
