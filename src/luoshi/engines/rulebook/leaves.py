"""Leaves that are not written as formulas: marks, checks and failures, each made into one.

A leaf says what is looked at; the formula, the counts it uses and their labels follow from that, so that every
leaf is evaluated alike. The names inside a formula are short (`mark`, `met`, `f_d1`); the counts that they stand
for carry the leaf's id (`mark_1_2_1`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from luoshi.engines.rulebook.measures import Measure

FORMULA, MARK, CHECK, FAILURES = "formula", "mark", "check", "failures"
LEAF_KINDS = (FORMULA, MARK, CHECK, FAILURES)
PER = ("once", "item", "case", "occurrence", "report")
YEARLY, OPTIONAL = "yearly", "optional"
REMINDERS = ("", "principal_leader")


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that is looked at under a leaf: met, not met, or not applicable.

    measure: what people enter, from which it follows whether it is met; None: they answer yes or no. remind:
    principal_leader: a unit whose principal leader changed in the year is reminded of it.
    """

    key: str
    title: str
    cite: tuple[str, ...] = ()
    see: tuple[str, ...] = ()
    measure: Measure | None = None
    remind: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """One failing with the points it costs. per: once | item | case | occurrence | report.

    exclusive_with: keys of failures of which only the heavier counts. asks: keys of the leaf's asks from which the
    number of failings follows (luoshi.engines.failing); empty: people count them. below: of asks that are shares,
    the percentage below which it is a failing, where that is less than what is asked.
    """

    key: str
    title: str
    points: Decimal
    per: str
    exclusive_with: tuple[str, ...] = ()
    cite: tuple[str, ...] = ()
    see: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    below: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A formula with, for each name in it, the count that it stands for and that count's label."""

    text: str
    counts: dict[str, tuple[str, str]]


def slug(id: str) -> str:
    """Return an id as part of a count's name: `1.2.1` gives `1_2_1`."""
    return re.sub(r"[^a-z0-9]+", "_", id.lower()).strip("_")


def count_of(what: str, leaf: str, key: str = "") -> str:
    """Return the name of a leaf's count: count_of("mark", "1.2") is mark_1_2, count_of("fail", "c02", "d1") is
    fail_c02_d1. what: mark | adjust | exempt | met | na | fail."""
    return "_".join(part for part in (what, slug(leaf), slug(key)) if part)


def made(
    kind: str,
    *,
    id: str,
    title: str,
    max: Decimal | None,
    taken_off: bool,
    asks: Sequence[Ask] = (),
    failures: Sequence[Failure] = (),
) -> Made:
    """Return the formula of a leaf. max: None where it is not known yet. taken_off: the leaf stands in a part
    that is deducted, so that its points are what the unit loses."""
    counts = {"exempt": (count_of("exempt", id), f"{title}：无此项任务")}
    if kind == FAILURES:
        return _failures(id, title, max, taken_off, failures, counts)
    counts["adjust"] = (count_of("adjust", id), f"{title}：日常记录加减分")
    sign = "-" if taken_off else "+"
    if kind == MARK:
        counts["mark"] = (count_of("mark", id), f"{title}：评分")
        return Made(f"(mark {sign} adjust) / (1 - exempt)", counts)
    return _check(id, title, max, sign, asks, counts)


def _check(
    id: str,
    title: str,
    max: Decimal | None,
    sign: str,
    asks: Sequence[Ask],
    counts: dict[str, tuple[str, str]],
) -> Made:
    """Return equal shares of the points for each thing that is met; what is not applicable is left out."""
    points = "points" if max is None else str(max)
    if max is None:
        counts["points"] = (count_of("points", id), f"{title}：满分")
    if not asks:
        counts["met"] = (count_of("met", id), f"{title}：达到要求")
        return Made(f"({points} * met {sign} adjust) / (1 - exempt)", counts)
    met, left_out = [], []
    for ask in asks:
        name = slug(ask.key)
        counts[f"met_{name}"] = (count_of("met", id, ask.key), f"{ask.title}：达到要求")
        counts[f"na_{name}"] = (count_of("na", id, ask.key), f"{ask.title}：不适用")
        met.append(f"met_{name}")
        left_out.append(f"na_{name}")
    applies = " - ".join([str(len(asks)), *left_out])
    return Made(f"({points} * ({' + '.join(met)}) / ({applies}) {sign} adjust) / (1 - exempt)", counts)


def _failures(
    id: str,
    title: str,
    max: Decimal | None,
    taken_off: bool,
    failures: Sequence[Failure],
    counts: dict[str, tuple[str, str]],
) -> Made:
    """Return what the failures cost; of exclusive ones the heavier alone."""
    for one in failures:
        counts[f"f_{slug(one.key)}"] = (count_of("fail", id, one.key), f"{one.title}（次数）")
    lost = " + ".join(_group(group) for group in exclusive(failures)) or "0"
    if taken_off:
        return Made(f"({lost}) / (1 - exempt)", counts)
    points = "points" if max is None else str(max)
    if max is None:
        counts["points"] = (count_of("points", id), f"{title}：满分")
    return Made(f"max(0, {points} - ({lost})) / (1 - exempt)", counts)


def _group(group: Sequence[Failure]) -> str:
    costs = [_cost(one) for one in group]
    return costs[0] if len(costs) == 1 else f"max({', '.join(costs)})"


def _cost(one: Failure) -> str:
    name = f"f_{slug(one.key)}"
    return f"{one.points} * min(1, {name})" if one.per == "once" else f"{one.points} * {name}"


def exclusive(failures: Sequence[Failure]) -> list[list[Failure]]:
    """Return the failures in groups of which only the heaviest counts, in order; one alone is its own group."""
    groups: list[list[Failure]] = []
    for one in failures:
        mine = [one]
        for group in list(groups):
            if any(one.key in other.exclusive_with or other.key in one.exclusive_with for other in group):
                mine = group + mine
                groups.remove(group)
        groups.append(mine)
    return groups
