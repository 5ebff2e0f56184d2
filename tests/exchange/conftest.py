"""Exports written row by row, and counted."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from luoshi.cli.books import load
from luoshi.engines.assessment import Period, Sheet, evaluate
from luoshi.engines.limits import parse_time
from luoshi.engines.rulebook import Rulebook
from luoshi.exchange.columns import CHINA
from luoshi.exchange.count import Counted, count
from luoshi.exchange.format import TABLES
from luoshi.exchange.read import Export, read

Rows = list[dict[str, Any]]


@pytest.fixture(scope="session")
def book() -> Rulebook:
    """Sanmenxia's rulebook."""
    return load("sanmenxia")


class Maker:
    """Writes an export into a folder: units, dispatches and the small tables, each row as a dict."""

    def __init__(self, folder: Path, book: Rulebook) -> None:
        self.folder = folder
        self.book = book

    def write(self, *, units: str = "甲 乙", onsite: str = "", **tables: Rows) -> Path:
        """Write the tables; a dispatch is sole, routine, a help and dispatched at 2017-10-09 08:00 unless it says.

        onsite: whether the units have work on the spot.
        """
        tables.setdefault("dispatches", [])
        tables["units"] = [{"unit": unit, "onsite": onsite} for unit in units.split()]
        for place, row in enumerate(tables["dispatches"], start=1):
            usual = {
                "dispatch_no": f"P{place}", "order_no": f"G{place}", "unit": "甲", "urgency": "routine",
                "kind": "help", "role": "sole", "dispatched_at": "2017-10-09 08:00",
            }  # fmt: skip
            tables["dispatches"][place - 1] = usual | row
        for table in TABLES:
            if table.name in tables:
                with (self.folder / f"{table.name}.csv").open("w", newline="", encoding="utf-8") as file:
                    names = [column.name for column in table.columns]
                    writer = csv.DictWriter(file, names, extrasaction="ignore")
                    writer.writeheader()
                    writer.writerows({"unit": "甲"} | row for row in tables[table.name])
        return self.folder

    def export(self, **tables: Any) -> Export:
        """Write and read back."""
        return read(self.write(**tables))

    def counted(self, *, period: str = "2017-10", as_of: str = "", **tables: Any) -> Counted:
        """Write, read and count; no row may be bad."""
        export = self.export(**tables)
        assert not export.bad, export.bad
        at = parse_time(as_of, CHINA) if as_of else None
        return count(export, self.book, period=Period.parse(period), as_of=at)

    def counts(self, unit: str = "甲", **how: Any) -> dict[str, Any]:
        """The counts of one unit."""
        units = {found.unit: found for found in self.counted(**how).units}
        return {"charges": units[unit].charges, **units[unit].counts}

    def sheet(self, **how: Any) -> Sheet:
        """The scores."""
        counted = self.counted(**how)
        scheme = self.book.scheme("assessment.hotline", counted.period.last)
        return evaluate(scheme, counted.units, period=counted.period)


@pytest.fixture
def make(tmp_path: Path, book: Rulebook) -> Maker:
    """A maker of exports in a folder of its own."""
    return Maker(tmp_path, book)
