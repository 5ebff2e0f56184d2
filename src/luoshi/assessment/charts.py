"""What a chart shows: a table that static/luoshi/charts.js draws, and that stands by itself without JavaScript."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from luoshi.assessment.selectors.scored import Point
from luoshi.engines.assessment import Gain
from luoshi.engines.assessment.explain import period_words

MOST_BARS = 10
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500)


@dataclass(frozen=True, slots=True)
class Chart:
    """kind: columns (upright bars), bars (lying) or line. columns: the heads, the first one of the categories.

    rows: a category with its numbers, None where there is none. mark: the category to be set off.
    """

    kind: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | Decimal | int | None, ...], ...]
    mark: str = ""


def distribution(totals: Sequence[Decimal], mine: Decimal | None = None) -> Chart | None:
    """Return how many units lie in each span of points; None where there is nothing to show."""
    if not totals:
        return None
    low, high = min(totals), max(totals)
    step = next((step for step in _STEPS if (high - low) / step <= 12), 1000)
    start = int(low // step) * step
    spans = range(start, int(high // step) * step + 1, step)
    counts = {span: 0 for span in spans}
    for total in totals:
        counts[int(total // step) * step] += 1
    names = {span: f"{span}–{span + step}" for span in spans}
    mark = names[int(mine // step) * step] if mine is not None else ""
    rows = tuple((names[span], number) for span, number in counts.items())
    return Chart(
        "columns",
        f"总分分布（每段含下限，不含上限，参加排名的{len(totals)}个单位）",
        ("总分", "单位数"),
        rows,
        mark,
    )


def monthly(points: Sequence[Point], name: str) -> Chart:
    """Return a unit's totals by month, with the mean of the ranked units."""
    rows = tuple((period_words(point.period), point.total, point.mean, point.rank) for point in points)
    return Chart("line", f"{name}按月走势", ("月份", "总分", "各单位平均分", "名次"), rows)


def lifts(gains: Iterable[Gain]) -> Chart | None:
    """Return the items that could bring most, all their ways together; None where nothing brings anything."""
    found: dict[str, Decimal] = {}
    for gain in gains:
        item = gain.line.item
        most = abs(item.max - gain.line.points) if item.max is not None else None
        name = f"{item.id} {item.title}"
        total = found.get(name, Decimal(0)) + gain.total
        found[name] = total if most is None else min(total, most)
    rows = sorted(((name, total) for name, total in found.items() if total > 0), key=lambda row: -row[1])
    return (
        Chart("bars", "改正后总分可多得的分数", ("考核项", "可多得分"), tuple(rows[:MOST_BARS]))
        if rows
        else None
    )
