"""What an entry adds where its order is charged already: on one order only the highest counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from luoshi.assessment import rules_records as records
from luoshi.assessment.models import Entry, Standing
from luoshi.engines.assessment import Charge
from luoshi.engines.assessment.highest import Price, settle
from luoshi.exchange.format import DEDUCTIONS, ENTRY_COUNTS


@dataclass(frozen=True, slots=True)
class Effect:
    """Points that an order takes off in a period without an entry and with it; `because`: the highest before."""

    period: str
    before: Decimal
    after: Decimal
    because: str

    @property
    def added(self) -> Decimal:
        """What the entry adds."""
        return self.after - self.before

    @property
    def says(self) -> str:
        """The effect as a sentence."""
        if not self.before:
            return f"计入后{self.period}扣{_plain(self.after)}分"
        known = f"这件诉求{self.period}已按“{self.because}”扣{_plain(self.before)}分"
        if not self.added:
            return f"{known}，同一件只扣最高一次，本条不再增加扣分"
        return f"{known}，计入后共扣{_plain(self.after)}分，增加{_plain(self.added)}分"


def _plain(points: Decimal) -> str:
    return f"{points:f}".rstrip("0").rstrip(".") if "." in f"{points:f}" else f"{points:f}"


def _points(charges: Iterable[Charge], prices: dict[str, Price]) -> tuple[Decimal, list[Charge]]:
    winners, _ = settle(charges, prices)
    found = [prices[charge.count].points * charge.times for charge in winners]
    total = sum((Decimal(one.numerator) / one.denominator for one in found), Decimal(0))
    return total, winners


def order_effect(
    *, body_id: int, item: str, day: dt.date, order: int, but: int | None = None
) -> Effect | None:
    """What a deduction on an order adds in its month (fraud: in its year); None for anything else.

    but: the entry itself, where it counts already.
    """
    if item not in DEDUCTIONS or not order:
        return None
    kind, prefix = ("year", f"{day:%Y}") if item == "fraud" else ("month", f"{day:%Y-%m}")
    prices = records.deduction_prices(day, period=kind)
    rows = Standing.objects.filter(order=order).exclude(pk=but).values_list("charges", flat=True)
    held = [
        Charge(row["n"], str(order), row["t"], row["d"][:7], f"{place}")
        for place, row in enumerate(row for charges in rows for row in charges)
        if row["b"] == body_id and row["d"].startswith(prefix)
    ]
    before, winners = _points(held, prices)
    after, _ = _points([*held, Charge(ENTRY_COUNTS[item], str(order), 1, f"{day:%Y-%m}", "new")], prices)
    because = _title(winners[0].count, day) if winners else ""
    return Effect("本年度" if kind == "year" else f"{day:%Y年%-m月}", before, after, because)


def _title(count: str, day: dt.date) -> str:
    for top in records.scheme(day).items:
        for leaf in top.leaves():
            if count in leaf.counts.values():
                return leaf.title
    return count


def entry_effect(entry: Entry) -> Effect | None:
    """As order_effect, of an entry."""
    order: Any = entry.order_id
    return order_effect(
        body_id=entry.body_id, item=entry.item, day=entry.date, order=order or 0, but=entry.pk
    )
