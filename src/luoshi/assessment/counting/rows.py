"""The stored form of what a matter counts for, and the tallies that follow from it.

A count is {n: name, d: day, a: amount, b: body} with r: 1 for a stock; a charge is {n, d, b, o: order, t: times,
k: the kinds of period in which it counts}. Amounts of counts in SCALED stand in that many parts of one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from luoshi.assessment.counting.tracker import Count, Held, Standing
from luoshi.engines.assessment import Charge, Period
from luoshi.engines.assessment.highest import Price, prices, settle
from luoshi.engines.rulebook import Rulebook, UnknownRule

PREFIX = "score"
SCHEME = "assessment.hotline"
KINDS = ("month", "quarter", "year")
STOCK = "stock"
SCALED: Mapping[str, int] = {"correction_deduction": 100}
Move = tuple[str, int | None, date]
Row = dict[str, Any]


def metric_of(count: str, kind: str = "") -> str:
    """The tally of a count; of a stock (kind STOCK); of a charge that was settled for a kind of period."""
    return f"{PREFIX}.{kind}:{count}" if kind else f"{PREFIX}:{count}"


@lru_cache(maxsize=4096)
def period_of(kind: str, day: date) -> Period:
    """The period of a kind in which a day lies."""
    if kind == "month":
        return Period.parse(f"{day:%Y-%m}")
    return Period.parse(f"{day:%Y}-Q{(day.month + 2) // 3}" if kind == "quarter" else f"{day:%Y}")


def count_rows(counts: Iterable[Count], body: int | None) -> list[Row]:
    """Counts as they are stored; those of the same name and day are one, those of no body or amount are none."""
    total: Counter[tuple[str, date, int, bool]] = Counter()
    for count in counts:
        owner = count.body or body
        if owner is not None:
            total[count.name, count.day, owner, count.running] += count.amount
    rows: list[Row] = []
    for (name, day, owner, running), amount in total.items():
        if amount:
            row: Row = {"n": name, "d": day.isoformat(), "a": amount, "b": owner}
            rows.append({**row, "r": 1} if running else row)
    return sorted(rows, key=lambda row: (row["d"], row["n"], row["b"]))


def charge_rows(charges: Iterable[Held], body: int | None) -> list[Row]:
    """Charges as they are stored, before they are settled."""
    rows: list[Row] = [
        {"n": held.name, "d": held.day.isoformat(), "b": held.body or body, "o": held.order, "t": held.times, "k": []}
        for held in charges
        if held.body or body
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row["d"], row["n"], row["b"]))


Group = tuple[frozenset[str], Mapping[str, Price]]
"""The counts of a group where only the highest counts, and what those cost that count in a kind of period."""
_groups: dict[tuple[str, str], list[Group] | None] = {}


def groups_of(book: Rulebook, period: Period) -> list[Group] | None:
    """The groups of the scheme in force; None where there is no scheme."""
    key = book.version, str(period)
    if key not in _groups:
        try:
            scheme = book.scheme(SCHEME, period.last)
        except UnknownRule:
            _groups[key] = None
        else:
            tops = [item for top in scheme.items for item in top.walk() if item.highest_only]
            _groups[key] = [
                (
                    frozenset(leaf.counts[name] for leaf in top.leaves() for name in leaf.counts),
                    prices(top, period.kind),
                )
                for top in tops
            ]
    return _groups[key]


def settle_rows(rows: Mapping[int, Sequence[Row]], book: Rulebook) -> None:
    """Set in each charge of one order's matters (by their ids) the kinds of period in which it counts."""
    for kind in KINDS:
        together: dict[tuple[int, Period], list[tuple[Charge, Row]]] = {}
        for pk in sorted(rows):
            for place, row in enumerate(rows[pk]):
                period = period_of(kind, date.fromisoformat(row["d"]))
                order = str(row["o"]) if row["o"] else ""
                ref = f"{pk:020d}:{place:06d}"
                charge = Charge(row["n"], order, row["t"], row["d"][:7], ref)
                together.setdefault((row["b"], period), []).append((charge, row))
        for (_, period), held in together.items():
            groups = groups_of(book, period)
            kept = _kept([charge for charge, _ in held], groups) if groups is not None else set()
            for charge, row in held:
                if charge.ref in kept:
                    row["k"].append(kind)


def _kept(charges: list[Charge], groups: list[Group]) -> set[str]:
    """The refs of the charges that count."""
    kept: set[str] = set()
    for names, priced in groups:
        winners, _ = settle([charge for charge in charges if charge.count in names], priced)
        kept |= {charge.ref for charge in winners}
        charges = [charge for charge in charges if charge.count not in names]
    return kept | {charge.ref for charge in charges}


def moves_of(counts: Iterable[Row], charges: Iterable[Row]) -> Counter[Move]:
    """What stored counts and charges add to the tallies."""
    found: Counter[Move] = Counter()
    for row in counts:
        metric = metric_of(row["n"], STOCK if row.get("r") else "")
        found[metric, row["b"], date.fromisoformat(row["d"])] += row["a"]
    for row in charges:
        for kind in row["k"]:
            day = period_of(kind, date.fromisoformat(row["d"])).first
            found[metric_of(row["n"], kind), row["b"], day] += 1 if row["o"] else row["t"]
    return found


def span_of(counts: Sequence[Row], charges: Sequence[Row]) -> tuple[date | None, date | None]:
    """The first and the last day on which something counts; no last day while a stock is above zero."""
    days = sorted(row["d"] for row in (*counts, *charges))
    if not days:
        return None, None
    stock: Counter[tuple[str, int]] = Counter()
    for row in counts:
        if row.get("r"):
            stock[row["n"], row["b"]] += row["a"]
    last = None if any(amount > 0 for amount in stock.values()) else date.fromisoformat(days[-1])
    return date.fromisoformat(days[0]), last


def order_of(standing: Standing) -> int | None:
    """The order on which a matter of its own is charged, if any."""
    return next((held.order for held in standing.charges if held.order), None)
