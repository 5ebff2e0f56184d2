"""One matter counts once, with its highest points; what has no matter adds up.

A leaf that counts per month counts anew in each month: there it is compared with what else is held against the
same matter in that month, and its months add up. A leaf beyond the cap (fraud) takes in everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from luoshi.engines.assessment.units import Charge
from luoshi.engines.expressions import NoData
from luoshi.engines.rulebook.scheme import Item


@dataclass(frozen=True, slots=True)
class Price:
    """What one charge of a count costs, and how it counts. place: the leaf's place in the scheme."""

    points: Fraction
    place: int
    per_month: bool
    beyond_cap: bool


def prices(group: Item, period_kind: str) -> dict[str, Price]:
    """Return the price of each count in a group where only the highest counts, for a kind of period."""
    found: dict[str, Price] = {}
    for place, leaf in enumerate(group.leaves()):
        if leaf.formula is None or period_kind not in leaf.periods or period_kind not in group.periods:
            continue
        name = leaf.formula.names[0]
        one = leaf.formula.evaluate({name: 1})
        if not isinstance(one, NoData):
            found[leaf.counts[name]] = Price(one, place, leaf.per_month, leaf.beyond_cap)
    return found


def settle(charges: Iterable[Charge], prices: Mapping[str, Price]) -> tuple[list[Charge], list[Charge]]:
    """Return the charges that count and those taken in by a higher one on the same matter.

    Charges whose count has no price in this period are in neither. The order of the charges does not matter.
    """
    kept: list[Charge] = []
    taken: list[Charge] = []
    by_matter: dict[str, list[Charge]] = {}
    for charge in charges:
        if charge.count not in prices:
            continue
        if charge.matter:
            by_matter.setdefault(charge.matter, []).append(charge)
        else:
            kept.append(charge)
    for held in by_matter.values():
        winners = _winners(held, prices)
        kept += winners
        taken += [charge for charge in held if all(charge is not winner for winner in winners)]
    key = _order(prices)
    return sorted(kept, key=key), sorted(taken, key=key)


def _order(prices: Mapping[str, Price]) -> Callable[[Charge], tuple[int, str, str, str, int]]:
    def key(charge: Charge) -> tuple[int, str, str, str, int]:
        return prices[charge.count].place, charge.matter, charge.month, charge.ref, charge.times

    return key


def _winners(held: list[Charge], prices: Mapping[str, Price]) -> list[Charge]:
    """Return what counts of the charges on one matter."""

    def rank(charge: Charge) -> tuple[Fraction, int, str, str]:
        price = prices[charge.count]
        return -price.points, price.place, charge.month, charge.ref

    ordered = sorted(held, key=rank)
    beyond = [charge for charge in ordered if prices[charge.count].beyond_cap]
    if beyond:
        return beyond[:1]
    months = {charge.month for charge in ordered if prices[charge.count].per_month}
    winners: list[Charge] = []
    for month in sorted(months):
        winners.append(next(charge for charge in ordered if charge.month == month))
    if all(prices[charge.count].per_month for charge in winners):
        winners += [charge for charge in ordered if charge.month not in months][:1]
    return winners
