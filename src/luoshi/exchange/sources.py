"""Where the tables come from: a folder of CSV files, or one workbook. Everything arrives as text, in batches."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from luoshi.exchange.bad import BadExport, BadRow
from luoshi.exchange.format import TABLES, Table

BATCH = 131072
CHUNK = 1 << 20
LARGEST_UNPACKED = 2 * 1024**3


@dataclass(slots=True)
class Source:
    """One table's texts. shown: the file's name in messages. first: the header. odd: rows with too many cells."""

    table: Table
    shown: str
    header: list[str]
    path: Path | None = None
    rows: list[list[str | None]] = field(default_factory=list)
    odd: list[BadRow] = field(default_factory=list)

    def batches(self) -> Iterator[pl.DataFrame]:
        """Yield the rows in order; columns are named by their place, empty cells are null."""
        names = [f"c{number}" for number in range(len(self.header))]
        if self.path is None:
            yield pl.DataFrame(self.rows, schema=dict.fromkeys(names, pl.String), orient="row")
            return
        if self.path.stat().st_size == 0 or not names:
            return
        frame = pl.scan_csv(
            self.path,
            has_header=False,
            skip_rows=0,
            infer_schema=False,
            schema=dict.fromkeys(names, pl.String),
            truncate_ragged_lines=bool(self.odd),
        ).slice(1)
        try:
            yield from frame.collect_batches(chunk_size=BATCH, maintain_order=True)
        except pl.exceptions.PolarsError as error:
            raise BadExport(_readable(self.path, self.shown, error)) from None


def _readable(path: Path, shown: str, error: Exception) -> str:
    """Return one line that says why a CSV file cannot be read."""
    try:
        path.read_text(encoding="utf-8")
    except UnicodeDecodeError as wrong:
        with path.open("rb") as file:
            line = file.read(wrong.start).count(b"\n") + 1
        return f"{shown}, line {line}: the file is not UTF-8; save it as CSV UTF-8"
    return f"{shown}: cannot be read as CSV ({' '.join(str(error).split())[:160]})"


def find(path: Path) -> dict[str, Source]:
    """Return the tables found at a path, by English name. Raises BadExport with one clear line."""
    if path.is_dir():
        found = _folder(path)
    elif path.suffix.lower() == ".xlsx" and path.is_file():
        found = _workbook(path)
    elif path.exists():
        raise BadExport(f"{path} is neither a folder nor an .xlsx file; give the folder with the CSV files")
    else:
        raise BadExport(f"{path} does not exist; give a folder with CSV files, or an .xlsx file")
    for table in TABLES:
        if table.required and table.name not in found:
            raise BadExport(f"{path} has no {table.name} ({table.chinese}); see docs/exchange.md")
    return found


def _table_of(name: str) -> Table | None:
    return next((table for table in TABLES if name.strip().lower() in (table.name, table.chinese)), None)


def _folder(path: Path) -> dict[str, Source]:
    found: dict[str, Source] = {}
    for file in sorted(path.iterdir()):
        table = _table_of(file.stem) if file.suffix.lower() == ".csv" else None
        if table is None:
            continue
        if table.name in found:
            raise BadExport(f"{path} has {found[table.name].shown} and {file.name}; keep one of them")
        try:
            with file.open(encoding="utf-8-sig", newline="") as text:
                header = next(csv.reader(text), [])
            _refuse_odd(file)
        except UnicodeDecodeError:
            raise BadExport(_readable(file, file.name, ValueError())) from None
        except (OSError, csv.Error) as error:
            raise BadExport(f"{file.name} cannot be read: {error}") from None
        found[table.name] = Source(table, file.name, header, path=file)
    return found


def _refuse_odd(file: Path) -> None:
    """Refuse NUL bytes, and a quotation mark that is never closed: rows behind it would be lost without a word."""
    quotes = 0
    with file.open("rb") as data:
        while chunk := data.read(CHUNK):
            if b"\0" in chunk:
                raise BadExport(f"{file.name} holds NUL bytes; export it again as CSV UTF-8")
            quotes += chunk.count(b'"')
    if quotes % 2:
        raise BadExport(f"{file.name} has a quotation mark that is never closed; export it again")


def find_odd(source: Source) -> None:
    """Note the rows with more cells than the header, after polars has refused a file."""
    if source.path is None:
        return
    with source.path.open(encoding="utf-8-sig", newline="") as text:
        for number, cells in enumerate(csv.reader(text), start=1):
            if len(cells) > len(source.header):
                source.odd.append(
                    BadRow(
                        source.shown,
                        number,
                        "",
                        f"{len(cells)} cells",
                        f"{len(source.header)} as in the header",
                    )
                )


def _workbook(path: Path) -> dict[str, Source]:
    import openpyxl

    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > LARGEST_UNPACKED:
                raise BadExport(f"{path.name} is too large when unpacked; give a folder with CSV files")
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        return _sheets(path, book)
    except BadExport:
        raise
    except Exception as error:  # openpyxl raises many kinds for a broken file
        raise BadExport(f"{path.name} is not a readable .xlsx file ({type(error).__name__})") from None


def _sheets(path: Path, book: Any) -> dict[str, Source]:
    """The tables of a workbook."""
    found: dict[str, Source] = {}
    for sheet in book.worksheets:
        table = _table_of(sheet.title)
        if table is None:
            continue
        rows = sheet.iter_rows(values_only=True)
        header = [str(value or "").strip() for value in next(rows, ())]
        while header and not header[-1]:
            header.pop()
        source = Source(table, f"{path.name} {sheet.title}", header)
        for row in rows:
            cells = [_text(value) for value in row[: len(header)]]
            source.rows.append(cells + [None] * (len(header) - len(cells)))
        while source.rows and not any(source.rows[-1]):
            source.rows.pop()
        found[table.name] = source
    book.close()
    return found


def _text(value: Any) -> str | None:
    """Return a cell as the text that a CSV file would hold."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat(" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
