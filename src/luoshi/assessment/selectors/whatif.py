"""A period scored again under another rulebook, from the same events; nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db.models import Q

from luoshi.assessment.counting.rows import SCHEME, period_of
from luoshi.assessment.models import Standing
from luoshi.assessment.selectors.exporting import tables
from luoshi.assessment.selectors.live import counts_of, live, scheme_for
from luoshi.assessment.whatif import counted_otherwise, not_counted
from luoshi.engines.assessment import Change, Charge, Period, Sheet, UnitCounts, compare, evaluate
from luoshi.engines.rulebook import Rulebook
from luoshi.engines.rulebook.scheme import Scheme
from luoshi.exchange.write import write
from luoshi.ledger import rules
from luoshi.ledger.models import Matter
from luoshi.organisation.models import Body

MOST_DISPATCHES = 30_000
"""How many dispatches a page counts anew; more take longer than one waits for it."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A period under the rules in force and under others. otherwise: rules of counting that differ. recounted:
    whether the events were counted anew by them; else the counts are those of the rules in force. lacking: counts
    that the other scheme uses and nobody keeps."""

    before: Sheet
    after: Sheet
    changes: tuple[Change, ...]
    otherwise: tuple[str, ...]
    recounted: bool
    lacking: tuple[str, ...]


def what_if(period: Period, other: Rulebook, *, now: datetime) -> WhatIf:
    """Return what another rulebook, its drafts included, would change in a period's live scores.

    Where limits differ, everything is exported and counted anew under both rulebooks, unless there is more than a
    page should wait for (MOST_DISPATCHES). Charges are settled anew by the other scheme's points. Raises
    UnknownRule where either has no scheme then, BadExport where its limits do not hold.
    """
    scheme = other.scheme(SCHEME, period.last, drafts=True)
    mine = scheme_for(period)
    otherwise = tuple(counted_otherwise(rules.current(), other, period.last))
    recounted = bool(otherwise) and _dispatches() <= MOST_DISPATCHES
    if recounted:
        was, units = _recounted(period, other, now)
        before = evaluate(mine, was, period=period)
    else:
        before, units = live(period, now=now).sheet, unsettled(period, now=now)
    after = evaluate(scheme, units, period=period)
    lacking = tuple(not_counted(scheme, mine))
    return WhatIf(before, after, compare(before, after), otherwise, recounted, lacking)


def _dispatches() -> int:
    return Matter.objects.filter(kind="hotline.dispatch", jurisdiction=settings.JURISDICTION).count()


def _recounted(
    period: Period, other: Rulebook, now: datetime
) -> tuple[Sequence[UnitCounts], Sequence[UnitCounts]]:
    """The counts of an export of everything, taken by the rules in force and by the others; the export is thrown
    away at once."""
    from luoshi.exchange.count import count  # these two bring polars along
    from luoshi.exchange.read import read

    book = rules.current()
    moment = now.replace(microsecond=0)
    with TemporaryDirectory(prefix="luoshi-") as folder:
        write(Path(folder), tables(now=moment, period=period), book.worktime.tz)
        export = read(Path(folder), tz=book.worktime.tz)
    was = count(export, book, period=period, as_of=moment)
    return was.units, count(export, other, period=period, as_of=moment, drafts=True).units


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
