"""An assessment scheme: a tree of items with points and formulas over named counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from luoshi.engines.expressions import Expression
from luoshi.engines.rulebook.model import Rule

PARTS = ("base", "regular", "bonus", "deduction")
PERIODS = ("month", "quarter", "year")
NO_DATA_RULES = ("full", "zero", "mean", "rescale")
TIES = ("skip", "dense")


@dataclass(frozen=True, slots=True)
class Threshold:
    """A group or item counts only if another one reaches so many points."""

    item: str
    at_least: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A group (it has `items`) or a leaf (it has a `formula`).

    max: the points for full marks; the maxima of a group's members add up to its own. cap, floor: what the
    computed points are held to (a leaf's cap is its max unless it says otherwise). counts: for each name in
    the formula the count of the scheme that it stands for. no_data: full | zero | mean | rescale.
    part: of a top group: base | regular | bonus | deduction (which is taken off the total).
    highest_only: in this group one matter counts once, with its highest points. per_month: a matter of this
    leaf counts anew in each month. beyond_cap: this leaf is not held by its group's cap. periods: the kinds
    of period in which it counts. requires: it counts only above a threshold.
    """

    id: str
    title: str
    part: str
    items: tuple[Item, ...]
    max: Decimal | None
    cap: Decimal | None
    floor: Decimal | None
    formula: Expression | None
    counts: Mapping[str, str]
    no_data: str
    highest_only: bool
    per_month: bool
    beyond_cap: bool
    periods: tuple[str, ...]
    requires: Threshold | None
    cite: tuple[str, ...]
    see: tuple[str, ...]
    line: int

    def walk(self) -> Iterator[Item]:
        """Yield the item and everything under it, in order."""
        yield self
        for item in self.items:
            yield from item.walk()

    def leaves(self) -> Iterator[Item]:
        """Yield the leaves under the item, in order."""
        return (item for item in self.walk() if item.formula is not None)


@dataclass(frozen=True, slots=True)
class Bound:
    """An end of a grade's span; `closed` says whether the value itself belongs to it."""

    value: Decimal
    closed: bool


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade and the totals that give it; an end that is None is open without limit."""

    grade: str
    low: Bound | None
    high: Bound | None

    def holds(self, total: Decimal) -> bool:
        """Return whether a total gives this grade."""
        low, high = self.low, self.high
        above = low is None or total > low.value or (low.closed and total == low.value)
        below = high is None or total < high.value or (high.closed and total == high.value)
        return above and below


@dataclass(frozen=True, slots=True)
class Veto:
    """A count that, when above zero, sets the grade or the total."""

    count: str
    grade: str
    total: Decimal | None
    cite: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme(Rule):
    """An assessment scheme. counts: each named count with its label. derived: counts made from others.

    grades hold for the kinds of period in `graded`. ranked: the unit has a rank if any of these counts is
    above zero (empty: always). ties: skip (1, 1, 3) or dense (1, 1, 2). by_class: ranks within each class.
    """

    kind: ClassVar[str] = "scheme"

    periods: tuple[str, ...]
    rounding: str
    places: int
    counts: Mapping[str, str]
    derived: Mapping[str, Expression]
    items: tuple[Item, ...]
    grades: tuple[Grade, ...]
    graded: tuple[str, ...]
    ranked: tuple[str, ...]
    ties: str
    by_class: bool
    vetoes: tuple[Veto, ...]

    def leaves(self) -> Iterator[Item]:
        """Yield every leaf in order."""
        for item in self.items:
            yield from item.leaves()

    def label(self, name: str) -> str:
        """Return the Chinese label of a count, or the formula of a derived one."""
        return self.counts.get(name) or str(self.derived.get(name, name))
