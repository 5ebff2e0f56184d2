"""Writing tables of the exchange format: rows as they come, into CSV files of a folder or one workbook."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Any

from luoshi.exchange.format import TABLES

Rows = Iterable[tuple[str, dict[str, Any]]]
_COLUMNS = {table.name: [column.name for column in table.columns] for table in TABLES}


def write(target: Path, rows: Rows, tz: tzinfo) -> dict[str, int]:
    """Write (table, row by column name) with times local to `tz`; an .xlsx becomes one workbook, anything else a
    folder of CSV files. Returns how many rows of each table there are."""
    return _workbook(target, rows, tz) if target.suffix.lower() == ".xlsx" else _folder(target, rows, tz)


def _cells(names: list[str], row: dict[str, Any], tz: tzinfo) -> Iterator[str]:
    """The cells of a row as text: times local, to the second."""
    for name in names:
        value = row.get(name)
        if isinstance(value, datetime):
            yield f"{value.astimezone(tz):%Y-%m-%d %H:%M:%S}"
        elif isinstance(value, date):
            yield value.isoformat()
        else:
            yield "" if value is None else str(value)


def _folder(target: Path, rows: Rows, tz: tzinfo) -> dict[str, int]:
    target.mkdir(parents=True, exist_ok=True)
    counted = dict.fromkeys(_COLUMNS, 0)
    with ExitStack() as files:
        writers = {}
        for name, names in _COLUMNS.items():
            file = files.enter_context((target / f"{name}.csv").open("w", newline="", encoding="utf-8"))
            writers[name] = csv.writer(file)
            writers[name].writerow(names)
        for name, row in rows:
            writers[name].writerow(_cells(_COLUMNS[name], row, tz))
            counted[name] += 1
    return counted


def _workbook(target: Path, rows: Rows, tz: tzinfo) -> dict[str, int]:
    from openpyxl import Workbook

    counted = dict.fromkeys(_COLUMNS, 0)
    book = Workbook(write_only=True)
    sheets = {name: book.create_sheet(name) for name in _COLUMNS}
    for name, names in _COLUMNS.items():
        sheets[name].append(names)
    for name, row in rows:
        sheets[name].append(list(_cells(_COLUMNS[name], row, tz)))
        counted[name] += 1
    target.parent.mkdir(parents=True, exist_ok=True)
    book.save(target)
    return counted
