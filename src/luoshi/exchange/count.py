"""From the rows of an export to the counts of every unit, ready to be scored, and back to the rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import numpy as np
import polars as pl

from luoshi.engines.assessment import Charge, Period, UnitCounts
from luoshi.engines.rulebook import Rulebook
from luoshi.exchange.bad import BadExport
from luoshi.exchange.dispatches import Mask, Reckoned, Window, reckon
from luoshi.exchange.read import Export
from luoshi.exchange.registers import Register, register
from luoshi.exchange.times import Ints, month_of

OVERDUE, LEADER = "overdue_tickets", "leader_instructions_overdue"


class Matters:
    """The dispatches and register rows behind each count of each unit."""

    def __init__(
        self, export: Export, masks: Mapping[str, Mask], refs: Mapping[tuple[int, str], list[str]]
    ) -> None:
        data = export.data["dispatches"]
        self._numbers: pl.Series = data["dispatch_no"]
        self._unit: Ints = data["unit"]
        self._at: Ints = data["dispatched_at"]
        self._units = len(export.units)
        self._masks = masks
        self._refs = refs
        self._order: Ints | None = None
        self._rows: dict[str, tuple[Ints, Ints]] = {}

    def behind(self, unit: int, count: str, most: int | None = None) -> tuple[list[str], int]:
        """Return the numbers behind a count (the earliest `most`, or all of them) and how many there are."""
        refs = self._refs.get((unit, count), [])
        found: list[str] = []
        total = len(refs)
        if count in self._masks:
            rows, edges = self._by_unit(count)
            mine = rows[edges[unit] : edges[unit + 1]]
            total += len(mine)
            found = sorted(self._numbers.gather(mine[:most]).to_list())
        return [*found, *sorted(refs)][:most], total

    def _by_unit(self, count: str) -> tuple[Ints, Ints]:
        if self._order is None:
            self._order = np.lexsort((self._at, self._unit))
        if count not in self._rows:
            rows = self._order[self._masks[count][self._order]]
            edges = np.searchsorted(self._unit[rows], np.arange(self._units + 1))
            self._rows[count] = rows, edges
        return self._rows[count]


@dataclass(frozen=True, slots=True)
class Counted:
    """Every unit's counts for a period, as of a time."""

    period: Period
    as_of: datetime
    units: tuple[UnitCounts, ...]
    matters: Matters


def count(
    export: Export, book: Rulebook, *, period: Period, as_of: datetime | None = None, drafts: bool = False
) -> Counted:
    """Return the counts of a period; as_of: aware; without it when the period was closed, by the export's table
    closings, or else its end.

    The limits are those of the rulebook, each as of the day of its dispatch; with `drafts` the drafts take
    their places. Raises BadExport for an as-of time before the period, or days for which no limit holds.
    """
    first, end = period.bounds(export.tz)
    told = as_of if as_of is not None else export.closed_at(period)
    at = end if told is None else told.astimezone(export.tz)
    if at < first:
        raise BadExport(
            f"the as-of time {at:%Y-%m-%d %H:%M} lies before the period {period}; give a later time"
        )
    window = Window(int(first.timestamp()), int(end.timestamp()), int(at.timestamp()))
    data = export.data["dispatches"]
    reckoned = reckon(data, window, book, returns=export.data["returns"], drafts=drafts)
    small = register(export, window, period, book, drafts=drafts)
    for place, name in reckoned.more:
        small.add(int(data["unit"][place]), name, 1, data["dispatch_no"][place])
    _charge_overdue(export, reckoned, small)
    return Counted(period, at, _units(export, reckoned, small), Matters(export, reckoned.masks, small.refs))


def _charge_overdue(export: Export, reckoned: Reckoned, small: Register) -> None:
    """Count overdue tickets. Only where an order is charged more than once is there something to settle."""
    data = export.data["dispatches"]
    rows = np.flatnonzero(reckoned.overdue)
    unit: Ints = data["unit"][rows]
    orders: pl.Series = data["order_no"].gather(rows)
    twice = np.zeros(rows.size, np.bool_)
    if rows.size:
        pair = orders.rank("dense").cast(pl.Int64).to_numpy() * (len(export.units) + 1) + unit
        _, place, times = np.unique(pair, return_inverse=True, return_counts=True)
        charged = [charge.matter for _, charge in small.charges if charge.matter]
        also = orders.is_in(pl.Series(charged, dtype=pl.String).implode()).to_numpy()
        twice = (times[place] > 1) | also
    leader: Mask = data["leader_instruction"] == 1
    for name, kind in ((OVERDUE, ~leader), (LEADER, leader)):
        mask = reckoned.overdue & kind
        mask[rows[twice]] = False
        reckoned.masks[name] = mask
    numbers = data["dispatch_no"].gather(rows[twice]).to_list()
    for place, order, number in zip(
        rows[twice].tolist(), orders.gather(twice.nonzero()[0]), numbers, strict=True
    ):
        name = LEADER if leader[place] else OVERDUE
        month = month_of(int(reckoned.due[place]), export.tz)
        small.charges.append((int(data["unit"][place]), Charge(name, order, 1, month, number)))


def _units(export: Export, reckoned: Reckoned, small: Register) -> tuple[UnitCounts, ...]:
    size = len(export.units)
    unit: Ints = export.data["dispatches"]["unit"]
    counts: list[dict[str, int | Decimal]] = [dict.fromkeys(reckoned.masks, 0) for _ in range(size)]
    table = pl.DataFrame({"": unit, **reckoned.masks})  # summed by polars: all masks at once, on all cores
    for row in table.group_by("").agg(pl.all().sum()).iter_rows(named=True):
        counts[row.pop("")].update(row)
    for (place, name), number in small.counts.items():
        counts[place][name] = counts[place].get(name, 0) + number
    charges: list[list[Charge]] = [[] for _ in range(size)]
    for place, charge in small.charges:
        charges[place].append(charge)
    return tuple(
        UnitCounts(
            unit=name,
            counts=counts[place],
            charges=tuple(charges[place]),
            class_=export.classes.get(name, ""),
            name=export.names.get(name, ""),
        )
        for place, name in enumerate(export.units)
    )
