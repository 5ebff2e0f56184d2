"""What lies behind a unit's points: the cases of each count, the charges that count and those that do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from luoshi.assessment.counting.rows import period_of
from luoshi.assessment.models import Standing
from luoshi.assessment.selectors.live import behind, in_parts, matters_behind
from luoshi.engines.assessment import Charge, Line, Period, UnitScore
from luoshi.engines.rulebook.scheme import Scheme
from luoshi.ledger.models import Matter
from luoshi.organisation.models import Body

MOST = 500
ENTRY = "assessment.entry"
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


@dataclass(frozen=True, slots=True)
class Held:
    """Something held against a unit or entered in its favour, with the matter it comes from. counts: whether it
    counts; a charge does not where a higher one on the same order takes it in."""

    charge: Charge
    matter: Matter
    counts: bool
    bonus: bool = False


def held_of(body: Body, period: Period) -> list[Held]:
    """Return what is held against a unit and entered in its favour in a period, in the order of its days: one
    query, and one for the numbers of the orders."""
    rows = Standing.objects.filter(
        Q(last_day__isnull=True) | Q(last_day__gte=period.first), body=body, first_day__lte=period.last
    ).exclude(Q(charges=[]) & ~Q(kind=ENTRY))
    found = list(rows.select_related("matter").order_by("first_day", "matter_id"))
    orders = _orders(found)
    held = [
        Held(_charge(row, orders, standing), standing.matter, counts=period.kind in row["k"])
        for standing in found
        for row in standing.charges
        if row["b"] == body.pk and _is_in(row, period)
    ]
    entered = [
        Held(
            Charge(row["n"], "", row["a"], row["d"][:7], standing.matter.number), standing.matter, True, True
        )
        for standing in found
        if standing.kind == ENTRY
        for row in standing.counts
        if row["b"] == body.pk and _is_in(row, period)
    ]
    return held + entered


def _charge(row: dict[str, Any], orders: Mapping[int, str], standing: Any) -> Charge:
    return Charge(row["n"], orders.get(row["o"], ""), row["t"], row["d"][:7], standing.matter.number)


def _is_in(row: dict[str, Any], period: Period) -> bool:
    return period_of(period.kind, date.fromisoformat(row["d"])) == period


def _orders(rows: list[Any]) -> dict[int, str]:
    """The numbers of the orders on which charges are held."""
    wanted = {row["o"] for standing in rows for row in standing.charges if row["o"]}
    return dict(Matter.objects.filter(pk__in=wanted).values_list("pk", "number"))


def with_charges(score: UnitScore, held: Sequence[Held]) -> UnitScore:
    """Return a live score with its charges named: live counts hold them settled and summed."""
    charges = [one for one in held if not one.bonus]
    kept = tuple(one.charge for one in charges if one.counts)
    return replace(score, counted=kept, absorbed=tuple(one.charge for one in charges if not one.counts))


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


def absorbed_on(body: Body, count: str, period: Period) -> list[Charge]:
    """Return the charges of a count that a higher one on the same order takes in."""
    return [one.charge for one in held_of(body, period) if not one.counts and one.charge.count == count]


def amount(row: Any, count: str) -> int | Decimal:
    """Return what a standing adds to a count, as people read it."""
    return in_parts(count, row.amount)
