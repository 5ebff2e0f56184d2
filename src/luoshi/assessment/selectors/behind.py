"""What lies behind a unit's points: the cases of each count, the charges that count and those that do not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from luoshi.assessment.counting.rows import period_of
from luoshi.assessment.models import Standing
from luoshi.assessment.selectors.live import behind, in_parts, matters_behind
from luoshi.engines.assessment import Charge, Line, Period, UnitScore, explain
from luoshi.engines.rulebook.scheme import Item, Scheme
from luoshi.ledger.models import Matter
from luoshi.organisation.models import Body

MOST = 500
WAITING = {
    "sign_in_counted": ("dispatched_any", "尚未签收，签收期限未到，暂不计入"),
    "hand_over_counted": ("dispatched_any", "尚未交办，交办期限未到，暂不计入"),
    "hand_over_counted_kept": ("dispatched_any", "交办期限未到或已撤回，不计入"),
}
"""Counts that wait for a limit: where the cases left out are found, and why they are left out."""


def sources(scheme: Scheme, count: str) -> tuple[str, ...]:
    """Return the counts that a derived one is made from, or the count itself."""
    derived = scheme.derived.get(count)
    if derived is None:
        return (count,)
    return tuple(source for name in derived.names for source in sources(scheme, name))


def charges_of(body: Body, period: Period) -> tuple[list[Charge], list[Charge]]:
    """Return the charges held against a unit in a period: those that count, those that a higher one takes in."""
    rows = Standing.objects.filter(
        Q(last_day__isnull=True) | Q(last_day__gte=period.first), body=body, first_day__lte=period.last
    ).exclude(charges=[])
    kept: list[Charge] = []
    taken: list[Charge] = []
    found = list(rows.select_related("matter").order_by("first_day", "matter_id"))
    orders = _orders(found)
    for standing in found:
        for row in standing.charges:
            day = date.fromisoformat(row["d"])
            if row["b"] != body.pk or period_of(period.kind, day) != period:
                continue
            charge = Charge(
                row["n"], orders.get(row["o"], ""), row["t"], row["d"][:7], standing.matter.number
            )
            (kept if period.kind in row["k"] else taken).append(charge)
    return kept, taken


def _orders(rows: list[Any]) -> dict[int, str]:
    """The numbers of the orders on which charges are held."""
    wanted = {row["o"] for standing in rows for row in standing.charges if row["o"]}
    return dict(Matter.objects.filter(pk__in=wanted).values_list("pk", "number"))


def with_charges(score: UnitScore, body: Body, period: Period) -> UnitScore:
    """Return a live score with its charges named: live counts hold them settled and summed."""
    kept, taken = charges_of(body, period)
    return replace(score, counted=tuple(kept), absorbed=tuple(taken))


@dataclass(frozen=True, slots=True)
class ChargeRow:
    """A charge as a page shows it."""

    label: str
    item: Item | None
    order: str
    month: str
    ref: str
    times: int
    counts: bool


def charge_rows(score: UnitScore, scheme: Scheme) -> list[ChargeRow]:
    """Return a unit's charges with their labels, those that count first."""
    items = {count: leaf for leaf in scheme.leaves() for count in leaf.counts.values()}
    pairs = [(charge, True) for charge in score.counted] + [(charge, False) for charge in score.absorbed]
    return [
        ChargeRow(
            explain.count_label(scheme, charge.count),
            items.get(charge.count),
            charge.matter,
            charge.month,
            charge.ref,
            charge.times,
            counts,
        )
        for charge, counts in pairs
    ]


def numbers_behind(
    body: Body, line: Line, scheme: Scheme, period: Period
) -> tuple[dict[str, list[str]], dict[str, int]]:
    """Return the numbers of the matters behind each count of an item, and how many of each are not listed."""
    found: dict[str, list[str]] = {}
    left: dict[str, int] = {}
    for name, value in line.counts.items():
        if not value:
            continue
        for count in sources(scheme, line.item.counts[name]):
            numbers = [row.matter.number for row in matters_behind(body, count, period, size=MOST).items]
            found.setdefault(name, []).extend(numbers)
            more = behind(body, count, period).count() - len(numbers) if len(numbers) == MOST else 0
            if more:
                left[name] = left.get(name, 0) + more
    return found, left


def left_out(body: Body, count: str, period: Period) -> tuple[QuerySet[Any], str] | None:
    """Return the cases that a count leaves out although they belong to the period, with the reason; None where a
    count leaves nothing out for now."""
    if count not in WAITING:
        return None
    wider, why = WAITING[count]
    inside = behind(body, count, period).values("pk")
    return behind(body, wider, period).exclude(pk__in=inside).order_by("-matter_id"), why


def absorbed_on(body: Body, count: str, period: Period) -> Iterator[Charge]:
    """Yield the charges of a count that a higher one on the same order takes in."""
    return (charge for charge in charges_of(body, period)[1] if charge.count == count)


def amount(row: Any, count: str) -> int | Decimal:
    """Return what a standing adds to a count, as people read it."""
    return in_parts(count, row.amount)
