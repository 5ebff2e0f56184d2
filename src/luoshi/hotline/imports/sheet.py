"""Rows of an XLSX sheet, streamed: dates come as dates, numbers as numbers, wrong formulas as their error
text.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import IO, Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from luoshi.engines.rulebook.problems import one_of

_LARGEST_CONTENT = 4 * 1024**3  # bytes unpacked; a zip bomb is refused


def open_sheet(handle: IO[bytes], name: str | None) -> Iterator[tuple[int, list[Any]]]:
    """Return the rows of a sheet (the first one, or the one named) with their numbers in the sheet.

    Raises ValueError with one line for a file that is no workbook or has no such sheet, and, while the
    rows are read, for a workbook that is damaged further down.
    """
    book = _book(handle)
    sheets = {sheet.title: sheet for sheet in book.worksheets if isinstance(sheet, ReadOnlyWorksheet)}
    if not sheets:
        raise ValueError("a workbook without a sheet")
    if name is not None and name not in sheets:
        raise ValueError(f"no sheet {name}; {one_of(name, sheets)}")
    sheet = sheets[name] if name is not None else next(iter(sheets.values()))
    sheet.reset_dimensions()  # some programs write a wrong extent
    return _rows(sheet)


def _book(handle: IO[bytes]) -> Workbook:
    """The workbook. Errors: ValueError for one that is too large or cannot be read."""
    try:
        with zipfile.ZipFile(handle) as archive:
            large = sum(entry.file_size for entry in archive.infolist()) > _LARGEST_CONTENT
        if not large:
            handle.seek(0)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # a workbook without styles is as good as any
                return load_workbook(handle, read_only=True, data_only=True)
    except Exception:  # zipfile, zlib, the XML parser and openpyxl raise many kinds for a broken file
        raise ValueError("not a whole XLSX workbook; save it again as .xlsx or CSV") from None
    raise ValueError("too large when unpacked")


def _rows(sheet: ReadOnlyWorksheet) -> Iterator[tuple[int, list[Any]]]:
    cells: Any = sheet  # the stubs tie iter_rows to the writable kind of sheet
    rows = enumerate(cells.iter_rows(values_only=True), start=1)
    while True:
        try:
            number, row = next(rows)
        except StopIteration:
            return
        except Exception:  # as above, for what is unpacked row by row
            raise ValueError("damaged further down; save the workbook again as .xlsx or CSV") from None
        yield (
            number,
            [value.total_seconds() / 86400 if isinstance(value, timedelta) else value for value in row],
        )
