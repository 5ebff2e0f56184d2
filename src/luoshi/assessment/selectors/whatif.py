"""A period scored again under another rulebook, from the same events; nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from luoshi.assessment.counting.rows import SCHEME, period_of
from luoshi.assessment.models import Standing
from luoshi.assessment.selectors.live import counts_of, live, scheme_for
from luoshi.assessment.whatif import counted_otherwise, not_counted
from luoshi.engines.assessment import Change, Charge, Period, Sheet, UnitCounts, compare, evaluate
from luoshi.engines.rulebook import Rulebook
from luoshi.engines.rulebook.scheme import Scheme
from luoshi.ledger import rules
from luoshi.organisation.models import Body


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A period under the rules in force and under others. otherwise: rules of counting that differ, so that the
    counts would have to be taken anew. lacking: counts that the other scheme uses and nobody keeps."""

    before: Sheet
    after: Sheet
    changes: tuple[Change, ...]
    otherwise: tuple[str, ...]
    lacking: tuple[str, ...]


def what_if(period: Period, other: Rulebook, *, now: datetime) -> WhatIf:
    """Return what another rulebook, its drafts included, would change in a period's live scores.

    Charges are settled anew by the other scheme's points. Raises UnknownRule where either has no scheme then.
    """
    scheme = other.scheme(SCHEME, period.last, drafts=True)
    before = live(period, now=now).sheet
    after = evaluate(scheme, unsettled(period, now=now), period=period)
    return WhatIf(
        before,
        after,
        compare(before, after),
        tuple(counted_otherwise(rules.current(), other, period.last)),
        tuple(not_counted(scheme, scheme_for(period))),
    )


def unsettled(period: Period, *, now: datetime) -> list[UnitCounts]:
    """Return every unit's counts of a period with its charges as they are held, before the highest is chosen."""
    charged = charge_counts(scheme_for(period))
    charges = _charges(period)
    return [
        replace(
            unit,
            counts={name: value for name, value in unit.counts.items() if name not in charged},
            charges=tuple(charges.get(unit.unit, ())),
        )
        for unit in counts_of(period, now=now)
    ]


def charge_counts(scheme: Scheme) -> frozenset[str]:
    """Return the counts that are held as charges: those of groups where only the highest counts."""
    groups = [item for top in scheme.items for item in top.walk() if item.highest_only]
    return frozenset(count for group in groups for leaf in group.leaves() for count in leaf.counts.values())


def _charges(period: Period) -> dict[str, list[Charge]]:
    """All charges held in a period, by unit: one query, and one for the units' codes."""
    codes: dict[int, str] = dict(Body.objects.values_list("pk", "code"))
    rows = Standing.objects.filter(
        Q(last_day__isnull=True) | Q(last_day__gte=period.first), first_day__lte=period.last
    ).exclude(charges=[])
    found: dict[str, list[Charge]] = {}
    for pk, charges in rows.order_by("matter_id").values_list("matter_id", "charges"):
        for place, row in enumerate(charges):
            if _is_in(row, period):
                order = str(row["o"]) if row["o"] else ""
                charge = Charge(row["n"], order, row["t"], row["d"][:7], f"{pk:020d}:{place:06d}")
                found.setdefault(codes[row["b"]], []).append(charge)
    return found


def _is_in(row: dict[str, Any], period: Period) -> bool:
    return period_of(period.kind, date.fromisoformat(row["d"])) == period
