"""An assessment scheme: a tree of items with points and formulas over named counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from luoshi.engines.expressions import Expression
from luoshi.engines.rulebook.leaves import YEARLY, Ask, Failure
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


@dataclass(frozen=True, slots=True)
class Lift:
    """One way to gain points: `change` of the formula's names for one case put right.

    say: what would be right, with the slot {n} for how many cases.
    """

    say: str
    change: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A group (it has `items`) or a leaf (it has a `formula`).

    max: the points for full marks; the maxima of a group's members add up to its own. cap, floor: what the
    computed points are held to (a leaf's cap is its max unless it says otherwise). counts: for each name in
    the formula the count of the scheme that it stands for, and what the leaf only `shows` beside its points.
    no_data: full | zero | mean | rescale.
    part: of a top group: base | regular | bonus | deduction (which is taken off the total).
    highest_only: in this group one matter counts once, with its highest points. per_month: a matter of this
    leaf counts anew in each month. beyond_cap: this leaf is not held by its group's cap. periods: the kinds
    of period in which it counts. requires: it counts only above a threshold.
    say: the counts told in a sentence, with the formula's names and {period} as slots; its parts are separated
    by |, one whose numbers are all zero is left out. say_none: told when all numbers are zero.
    lift: the ways to gain points, the most rewarding first.
    kind: formula | mark | check | failures (the formula of the last three is made by luoshi.engines.rulebook.leaves).
    open: "" | yearly (no score before its points are set) | optional (its points may be set; without them the
    leaf has no cap). asks: what is looked at. failures: what is taken off.
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
    say: str = ""
    say_none: str = ""
    lift: tuple[Lift, ...] = ()
    kind: str = "formula"
    open: str = ""
    asks: tuple[Ask, ...] = ()
    failures: tuple[Failure, ...] = ()

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
    """A count that, when above zero (or once it has reached `at_least`), sets the grade or the total.

    title: what it is in words. by: who establishes it. final: only what stands at the year-end assessment counts.
    """

    count: str
    grade: str
    total: Decimal | None
    cite: tuple[str, ...]
    title: str = ""
    by: str = ""
    at_least: Decimal | None = None
    final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme(Rule):
    """An assessment scheme. counts: each named count with its label. derived: counts made from others.

    grades hold for the kinds of period in `graded`. ranked: the unit has a rank if any of these counts is
    above zero (empty: always), in the kinds of period `ranked_in`; in others all have.
    ties: skip (1, 1, 3) or dense (1, 1, 2). by_class: ranks within each class.
    full: what the base and regular points must add up to once open ones are set. total_floor: no total lies
    below. grade_cap: the total that the grade is taken from is no higher; ranks use the total itself.
    shown: places that pages show (None: as computed).
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
    full: Decimal | None = None
    total_floor: Decimal | None = None
    grade_cap: Decimal | None = None
    shown: int | None = None
    ranked_in: tuple[str, ...] = PERIODS

    def open_leaves(self) -> tuple[Item, ...]:
        """Return the leaves whose points must be set before anything can be scored."""
        return tuple(leaf for leaf in self.leaves() if leaf.open == YEARLY and leaf.max is None)

    def leaves(self) -> Iterator[Item]:
        """Yield every leaf in order."""
        for item in self.items:
            yield from item.leaves()

    def label(self, name: str) -> str:
        """Return the Chinese label of a count, or the formula of a derived one."""
        return self.counts.get(name) or str(self.derived.get(name, name))
