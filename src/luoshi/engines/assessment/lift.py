"""What would lift a unit most: for each item the points that cases put right would bring to the total."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from luoshi.engines.assessment.evaluate import held, rescored
from luoshi.engines.assessment.result import COUNTED, Line, Sheet, UnitScore
from luoshi.engines.expressions import NoData, rounded
from luoshi.engines.rulebook.scheme import Item, Lift


@dataclass(frozen=True, slots=True)
class Gain:
    """What one way brings. cases: how many would have to be right (after that nothing more is gained).

    item_points: the item's points then. total: what the total gains, after every cap and threshold (it may be 0).
    """

    line: Line
    say: str
    cases: int
    item_points: Decimal
    total: Decimal

    @property
    def each(self) -> Decimal:
        """Points of the total for each case."""
        return self.total / self.cases


def gains(sheet: Sheet, score: UnitScore) -> tuple[Gain, ...]:
    """Return the ways in which a unit can gain, the most rewarding first.

    Items without data, or that do not count in this period, are left out: no case put right would show there.
    """
    found = [
        gain
        for line in score.lines
        if line.how == COUNTED
        for way in line.item.lift
        if (gain := _gain(sheet, score, line, way)) is not None
    ]
    return tuple(sorted(found, key=lambda gain: (-gain.total, gain.cases, gain.line.item.id)))


def _gain(sheet: Sheet, score: UnitScore, line: Line, way: Lift) -> Gain | None:
    most = _most_cases(line, way)
    best = _points(sheet, line, way, most)
    if not most or best is None or best == line.points:
        return None
    low, high = 1, most
    # the points move one way only, so the fewest cases that give the best are found by halves
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _points(sheet, line, way, middle) == best else (middle + 1, high)
    better = replace(line, points=best, exact=best, counts=_moved(line.counts, way, low))
    total = rescored(sheet, score, {line.item.id: better}).total - score.total
    return None if total < 0 else Gain(line, way.say.format_map({"n": low}), low, best, total)


def _most_cases(line: Line, way: Lift) -> int:
    """Return how many cases there are to be put right: no count falls below zero, no item needs more points."""
    falling = [int(line.counts[name]) // -step for name, step in way.change.items() if step < 0]
    if falling:
        return max(min(falling), 0)
    return _room(line.item, line.counts, way)


def _room(item: Item, counts: Mapping[str, int | Decimal], way: Lift) -> int:
    """Return how many cases fill an item whose counts only rise; 0 where it has no limit or nothing rises."""
    most = item.cap if item.cap is not None else item.max
    if item.formula is None or most is None:
        return 0
    now, then = item.formula.evaluate(counts), item.formula.evaluate(_moved(counts, way, 1))
    if isinstance(now, NoData) or isinstance(then, NoData) or then <= now or now >= most:
        return 0
    return int(-((now - Fraction(most)) // (then - now)))


def _moved(counts: Mapping[str, int | Decimal], way: Lift, cases: int) -> dict[str, int | Decimal]:
    return {name: value + way.change.get(name, 0) * cases for name, value in counts.items()}


def _points(sheet: Sheet, line: Line, way: Lift, cases: int) -> Decimal | None:
    item, scheme = line.item, sheet.scheme
    assert item.formula is not None  # noqa: S101 - a line is a leaf's
    value = item.formula.evaluate(_moved(line.counts, way, cases))
    if isinstance(value, NoData):
        return None
    return rounded(held(rounded(value, scheme.places, scheme.rounding), item), scheme.places, scheme.rounding)
