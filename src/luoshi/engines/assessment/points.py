"""The points that a scheme leaves open, set each year: checked as a whole, then put into the scheme.

scheme = with_points(scheme, {"1.1.1": Decimal("1.5"), …})
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from luoshi.engines.expressions import parse as parse_formula
from luoshi.engines.rulebook import leaves
from luoshi.engines.rulebook.scheme import Item, Scheme

_NONE = Decimal(0)
PLACES = Decimal("0.01")


class PointsError(ValueError):
    """Points that cannot be used; `problems` are sentences that name what is missing or over."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = list(problems)
        super().__init__("；".join(self.problems))


@dataclass(frozen=True, slots=True)
class Column:
    """One leaf whose points are set each year. required: without them nothing can be scored."""

    id: str
    title: str
    group: str
    part: str
    required: bool


def columns(scheme: Scheme) -> tuple[Column, ...]:
    """Return the leaves whose points are set each year, in order."""
    return tuple(
        Column(leaf.id, leaf.title, top.title, top.part, leaf.open == leaves.YEARLY)
        for top in scheme.items
        for leaf in top.leaves()
        if leaf.open
    )


def fixed(scheme: Scheme) -> Decimal:
    """Return the base and regular points that the scheme itself gives."""
    return sum(
        (
            leaf.max or _NONE
            for top in scheme.items
            if top.part in ("base", "regular")
            for leaf in top.leaves()
            if not leaf.open
        ),
        _NONE,
    )


def points_total(scheme: Scheme, points: Mapping[str, Decimal]) -> Decimal:
    """Return what the base and regular points come to with a table, finished or not."""
    mine = {column.id for column in columns(scheme) if column.part in ("base", "regular")}
    return fixed(scheme) + sum((value for id, value in points.items() if id in mine), _NONE)


def points_problems(scheme: Scheme, points: Mapping[str, Decimal]) -> list[str]:
    """Return in sentences what is missing, unknown or over in a points table; empty when it can be used."""
    known = {column.id: column for column in columns(scheme)}
    problems = [f"没有指标{id}，请删去" for id in points if id not in known]
    missing = [column for column in known.values() if column.required and column.id not in points]
    if missing:
        shown = "、".join(f"{one.id} {one.title}" for one in missing[:5])
        problems.append(f"还有{len(missing)}项没有赋分：{shown}{'等' if len(missing) > 5 else ''}")
    for id, value in points.items():
        if id in known and value <= 0:
            problems.append(f"{id} {known[id].title}：分值须大于0")
        elif id in known and value != value.quantize(PLACES):
            problems.append(f"{id} {known[id].title}：分值最多两位小数")
    total = points_total(scheme, points)
    if scheme.full is not None and total != scheme.full:
        gap = "多" if total > scheme.full else "少"
        problems.append(
            f"各项分值合计{plain(total)}分，应为{plain(scheme.full)}分，{gap}{plain(abs(total - scheme.full))}分"
        )
    problems += [problem for top in scheme.items for problem in _group_problems(top, points)]
    return problems


def _group_problems(item: Item, points: Mapping[str, Decimal]) -> list[str]:
    """A group whose own points are given is met exactly by its members."""
    if not item.items:
        return []
    found = [problem for one in item.items for problem in _group_problems(one, points)]
    if item.max is not None and all(leaf.id in points for leaf in item.leaves() if leaf.open):
        total = sum((points.get(leaf.id, leaf.max or _NONE) for leaf in item.leaves()), _NONE)
        if total != item.max:
            found.append(f"{item.id} {item.title}：各项合计{plain(total)}分，应为{plain(item.max)}分")
    return found


def with_points(scheme: Scheme, points: Mapping[str, Decimal]) -> Scheme:
    """Return the scheme with the year's points in it. Raises PointsError with everything that is wrong."""
    problems = points_problems(scheme, points)
    if problems:
        raise PointsError(problems)
    items = tuple(_set(top, points, top.part == "deduction") for top in scheme.items)
    return replace(scheme, items=items)


def _set(item: Item, points: Mapping[str, Decimal], taken_off: bool) -> Item:
    if item.items:
        items = tuple(_set(one, points, taken_off) for one in item.items)
        known = [one.max for one in items if one.max is not None]
        most = sum(known, _NONE) if item.max is None and len(known) == len(items) else item.max
        return replace(item, items=items, max=most)
    if item.id not in points:
        return item
    most = points[item.id]
    if item.kind == leaves.FORMULA:
        return replace(item, max=most)
    made = leaves.made(
        item.kind,
        id=item.id,
        title=item.title,
        max=most,
        taken_off=taken_off,
        asks=item.asks,
        failures=item.failures,
    )
    counts = {name: count for name, (count, _) in made.counts.items()}
    return replace(item, max=most, formula=parse_formula(made.text), counts=counts)


def plain(value: Decimal) -> str:
    """Return points as people write them: 1.50 as 1.5, 2.00 as 2."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
