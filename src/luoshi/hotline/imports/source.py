"""A file opened with a mapping: its header matched, its rows read one after another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from luoshi.hotline.imports.mapping import Mapping, match_columns
from luoshi.hotline.imports.requests import Problem, Request, RequestReader
from luoshi.hotline.imports.table import Row, Table, UnusableFile, find_header, header_names, open_table


@dataclass(slots=True)
class Source:
    """An open file. `results` may be walked once; it skips empty rows."""

    table: Table
    header: list[str]
    reader: RequestReader
    rows: Iterator[Row]

    def results(self) -> Iterator[tuple[Row, Request | Problem]]:
        """Give each row that is not empty, with the request in it or what is wrong with it."""
        for row in self.rows:
            result = self.reader.read(row)
            if result is not None:
                yield row, result


@contextmanager
def open_source(
    path: Path, mapping: Mapping, *, now: datetime, encoding: str | None = None, sheet: str | None = None
) -> Iterator[Source]:
    """Open a CSV or XLSX file with a mapping. now: aware; no request may lie after it.

    Raises UnusableFile with one line for a file that cannot be read or lacks a column (the nearest header
    is named).
    """
    with open_table(path, encoding=encoding, sheet=sheet) as table:
        wanted = {name for column in mapping.columns.values() for name in column.names}
        head, rows = find_header(table, wanted)
        header = header_names(head)
        places, wrong = match_columns(mapping, header)
        if wrong:
            found = f"the header in row {head.number} has: {', '.join(name for name in header if name)}"
            raise UnusableFile(f"{path}: {'; '.join(wrong)}; {found}")
        yield Source(table, header, RequestReader(mapping, header, places, now), rows)
