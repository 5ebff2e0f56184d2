"""Reading an export: every cell checked, every bad one named, the good rows as compact columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from pathlib import Path

import numpy as np

from luoshi.engines.assessment import Period
from luoshi.exchange.bad import BadRow
from luoshi.exchange.checks import CHECKS, check_returns
from luoshi.exchange.columns import CHINA, Data, Reader, empty
from luoshi.exchange.format import CLASSES, TABLES
from luoshi.exchange.sources import find
from luoshi.exchange.times import moment


@dataclass(slots=True)
class Export:
    """An export that has been read. bad: every bad row, in order; rows: how many there were of each table.

    units: in order, each with its number as used in the columns `unit`. onsite: those with work on the spot.
    """

    units: tuple[str, ...]
    names: Mapping[str, str]
    classes: Mapping[str, str]
    onsite: frozenset[str]
    data: Mapping[str, Data]
    bad: tuple[BadRow, ...]
    rows: Mapping[str, int]
    tz: tzinfo

    def closed_at(self, period: Period) -> datetime | None:
        """When a period was closed, by the table closings: its own row, else the one for every other period."""
        table = self.data["closings"]
        rows = zip(table["period"].fill_null("").to_list(), table["closed_at"].tolist(), strict=True)
        told = {str(Period.parse(text)) if text else "": moment(at, self.tz) for text, at in rows}
        return told.get(str(period), told.get(""))

    def averages(self, period: Period) -> dict[str, Decimal] | None:
        """The averages frozen when a period was closed, by item; None where the table averages has none of it."""
        table = self.data["averages"]
        columns = (table["period"].to_list(), table["item"].to_list(), table["points"].tolist())
        rows = zip(*columns, strict=True)
        return {item: points for text, item, points in rows if Period.parse(text) == period} or None

    @property
    def skipped(self) -> dict[str, int]:
        """How many rows of each table are left out because they are bad."""
        return {name: self.rows[name] - len(data) for name, data in self.data.items()}


def read(path: Path, *, tz: tzinfo = CHINA) -> Export:
    """Return an export with its good rows and its bad ones named. Raises BadExport where nothing can be read."""
    sources = find(path)
    bad: list[BadRow] = []
    rows: dict[str, int] = {}
    data: dict[str, Data] = {}
    units: tuple[str, ...] = ()
    for table in TABLES:
        if table.name not in sources:
            data[table.name], rows[table.name] = empty(table), 0
            continue
        reader = Reader(sources[table.name], units, tz)
        found = data[table.name] = reader.read()
        if table.name in CHECKS:
            CHECKS[table.name](found, reader.bad)
        if table.name == "returns":
            check_returns(found, data["dispatches"], reader.bad)
        named = np.array(sorted({row.row for row in reader.bad}), np.int64)
        found.keep(~np.isin(found["row"], named))
        rows[table.name] = reader.rows
        bad += reader.bad
        if table.name == "units":
            units = tuple(found["unit"].to_list())
    listed = data["units"]
    return Export(
        units=units,
        names=dict(zip(units, listed["name"].fill_null("").to_list(), strict=True)),
        classes={
            unit: CLASSES[code] if code >= 0 else ""
            for unit, code in zip(units, listed["class"].tolist(), strict=True)
        },
        onsite=frozenset(
            unit for unit, code in zip(units, listed["onsite"].tolist(), strict=True) if code != 0
        ),
        data=data,
        bad=tuple(sorted(set(bad))),
        rows=rows,
        tz=tz,
    )
