"""A table read row by row from a CSV or XLSX file, whatever its encoding, delimiter and line ends.

Rows are numbered as a person sees them: the first row of the file is row 1, and so is the header as a
rule. In a CSV file a record whose cells hold line breaks counts as one row, as it does when a spreadsheet
program shows the file. What a file is, is told by its content and not by its name.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

from luoshi.hotline.imports.cleaning import clean_line

DELIMITERS = ",;\t"
HEADER_ROWS = 10  # an export may carry a title above its header
LARGEST_CELL = 16 * 1024 * 1024  # characters
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK = 1 << 20


class UnusableFile(ValueError):
    """A file from which nothing can be read: one clear line."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its number as a person sees it, its cells, and what is wrong with the row as a whole (or
    nothing).
    """

    number: int
    cells: list[Any]
    damage: str = ""


class Table(AbstractContextManager["Table"]):
    """An open file: iterate over its rows once. `encoding` names how it is written (xlsx, utf-8-sig,
    gb18030 …).
    """

    def __init__(self, path: Path, rows: Iterator[Row], handle: IO[Any], encoding: str, length: int) -> None:
        self.path = path
        self.encoding = encoding
        self.length = length
        self._rows = rows
        self._handle = handle

    def __iter__(self) -> Iterator[Row]:
        return self._rows

    def __exit__(self, *_: object) -> None:
        self._handle.close()

    def position(self) -> int:
        """Return how far the file has been read, out of `length` (bytes); for progress only."""
        handle = self._handle.buffer if isinstance(self._handle, io.TextIOWrapper) else self._handle
        return 0 if handle.closed else min(handle.tell(), self.length)


def open_table(path: Path, *, encoding: str | None = None, sheet: str | None = None) -> Table:
    """Open a CSV or XLSX file. Raises UnusableFile for what is neither, is empty, or is damaged from the
    start.

    encoding: forces the encoding of a CSV file; otherwise a byte order mark decides, then UTF-8 when the
    whole file is valid UTF-8, then GB18030. sheet: the name of the sheet in an XLSX file; the first one
    otherwise.
    """
    try:
        with path.open("rb") as file:
            start = file.read(8)
        length = path.stat().st_size
    except IsADirectoryError:
        raise UnusableFile(f"{path}: a folder; give a CSV or XLSX file") from None
    except OSError as error:
        raise UnusableFile(
            f"{path}: cannot be read ({(error.strerror or 'unknown error').lower()})"
        ) from None
    if not start:
        raise UnusableFile(f"{path}: empty file")
    if start.startswith(b"PK\x03\x04"):
        from luoshi.hotline.imports.sheet import open_sheet  # openpyxl is slow to import

        handle = path.open("rb")
        try:
            rows = open_sheet(handle, sheet)
        except ValueError as error:
            handle.close()
            raise UnusableFile(f"{path}: {error}") from None
        return Table(path, _sheet_rows(path, rows), handle, "xlsx", length)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnusableFile(f"{path}: an old Excel file or one with a password; save it as .xlsx or CSV")
    if start.startswith(
        (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")
    ):
        raise UnusableFile(f"{path}: not a table; give a CSV or XLSX file")
    return _open_csv(path, encoding, length)


def _sheet_rows(path: Path, rows: Iterator[tuple[int, list[Any]]]) -> Iterator[Row]:
    try:
        for number, cells in rows:
            yield Row(number, cells)
    except ValueError as error:
        raise UnusableFile(f"{path}: {error}") from None


def _open_csv(path: Path, encoding: str | None, length: int) -> Table:
    encoding = encoding or detect_encoding(path)
    if not _valid(path, encoding):
        raise UnusableFile(f"{path}: not written in {encoding}; leave the encoding out or name another")
    csv.field_size_limit(LARGEST_CELL)
    handle = path.open(encoding=encoding, newline="")
    sample = "".join(islice(handle, 3))
    if not sample.strip("\ufeff\x00 \t\r\n"):
        handle.close()
        raise UnusableFile(f"{path}: empty file")
    handle.seek(0)
    return Table(path, _csv_rows(handle, _delimiter(sample)), handle, encoding, length)


def _csv_rows(handle: IO[str], delimiter: str) -> Iterator[Row]:
    lines = _Lines(handle)
    reader = csv.reader(lines, delimiter=delimiter)
    number = 0
    while True:
        number += 1
        first = lines.read + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(number, [], f"cells that can be read ({error})")
            continue
        open_quote = (
            f"the quotation mark opened in line {first} of the file to be closed" if lines.ended else ""
        )
        yield Row(number, list(cells), open_quote)


class _Lines:
    """The lines of a file, counted. `ended` when the reader asked for a line after the last: a quote was
    never closed.

    (The reader gives a finished record before it asks for the next line.)
    """

    def __init__(self, handle: IO[str]) -> None:
        self.handle = handle
        self.read = 0
        self.ended = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.handle.readline()
        if not line:
            self.ended = True
            raise StopIteration
        self.read += 1
        return line


def _delimiter(sample: str) -> str:
    """The delimiter that stands most often outside quotation marks in the first line."""
    outside = "".join(sample.split('"')[::2]).lstrip("\ufeff\r\n")
    line = outside.splitlines()[0] if outside else ""
    return max(DELIMITERS, key=line.count)


def detect_encoding(path: Path) -> str:
    """Return the encoding of a text file; raises UnusableFile when it is neither UTF-8, UTF-16 with a
    mark nor GB18030.
    """
    with path.open("rb") as file:
        start = file.read(4)
    for bom, name in _BOMS:
        if start.startswith(bom):
            return name
    place = _first_damage(path, "utf-8")
    if place is None:
        return "utf-8"
    with path.open("rb") as file:
        first_line = file.readline(1 << 16)
    if _decodes(first_line, "utf-8") and not first_line.isascii():
        raise UnusableFile(f"{path}: UTF-8, but damaged at byte {place + 1}; export the file again")
    if _first_damage(path, "gb18030") is None:
        return "gb18030"
    raise UnusableFile(f"{path}: neither UTF-8 nor GB18030; save the file as CSV in UTF-8")


def _valid(path: Path, encoding: str) -> bool:
    try:
        "".encode(encoding)
    except LookupError:
        raise UnusableFile(f"unknown encoding {encoding}; write utf-8 or gb18030") from None
    return _first_damage(path, encoding) is None


def _first_damage(path: Path, encoding: str) -> int | None:
    """Return the offset of the first byte that does not belong to the encoding, or None."""
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        done = 0
        while True:
            chunk = file.read(_CHUNK)
            waiting = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeError as error:
                start = error.start if isinstance(error, UnicodeDecodeError) else 0
                return done - waiting + start
            if not chunk:
                return None
            done += len(chunk)


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def find_header(table: Table, wanted: set[str]) -> tuple[Row, Iterator[Row]]:
    """Return the header row and the rows after it.

    The header is the first row, or among the first ten rows the one with the most wanted column names
    when the first row has none (an export may carry a title). Raises UnusableFile for a table without a
    row.
    """
    rows = iter(table)
    ahead = list(islice(rows, HEADER_ROWS))
    filled = [row for row in ahead if any(clean_line(str(cell)) for cell in row.cells if cell is not None)]
    if not filled:
        raise UnusableFile(f"{table.path}: empty file")
    best = max(filled, key=lambda row: len(wanted.intersection(header_names(row))))
    after = (row for row in ahead if row.number > best.number)
    return best, chain(after, rows)


def header_names(row: Row) -> list[str]:
    """Return the cleaned names in a header row; trailing empty cells are left out."""
    names = ["" if cell is None else clean_line(str(cell)) for cell in row.cells]
    while names and not names[-1]:
        names.pop()
    return names
