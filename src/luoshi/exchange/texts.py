"""Tables of texts from any system: CSV with a header line, in UTF-8 or GB18030. No database."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from zoneinfo import ZoneInfo

FIELD_LIMIT = 10_000_000
TIMES = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%Y年%-m月%-d日 %H:%M",
    "%Y年%-m月%-d日",
)


class BadTable(ValueError):
    """What the caller can mend in a file, in one line: what, where, how."""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file. name: as errors say it; lines: the line on which each row ends."""

    name: str
    header: tuple[str, ...]
    rows: list[list[str]]
    lines: list[int]

    def column(self, wanted: str) -> list[str]:
        """The values of a column, blanks at the ends taken off.

        Errors: BadTable when there is no such column, naming those that there are.
        """
        if wanted not in self.header:
            near = get_close_matches(wanted, self.header, n=1)
            meant = f"; did you mean {near[0]}?" if near else ""
            raise BadTable(f"{self.name} has no column {wanted}; it has: {', '.join(self.header)}{meant}")
        place = self.header.index(wanted)
        return [row[place].strip() for row in self.rows]


def read_table(path: Path) -> Table:
    """The rows of a CSV file; rows without any value are left out.

    Errors: BadTable for a file that is empty, no text, has a column twice, or a row of another length.
    """
    text = _decoded(path)
    csv.field_size_limit(FIELD_LIMIT)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        header = tuple(name.strip() for name in next(reader, []))
        rows, lines = [], []
        for row in reader:
            if any(value.strip() for value in row):
                rows.append(row)
                lines.append(reader.line_num)
    except csv.Error as error:
        raise BadTable(f"{path}: line {reader.line_num}: {error}; save the file as CSV once more") from None
    if not any(header):
        raise BadTable(f"{path} is empty: the first line must name the columns")
    twice = next((name for name in header if name and header.count(name) > 1), None)
    if twice:
        raise BadTable(f"{path}: column {twice} occurs twice; rename one of them")
    for row, line in zip(rows, lines, strict=True):
        if len(row) != len(header):
            raise BadTable(
                f"{path}: the row that ends on line {line} has {len(row)} values, the header {len(header)}; "
                "a value with commas or line breaks must stand in quotes"
            )
    if not rows:
        raise BadTable(f"{path} has a header but no rows")
    return Table(str(path), header, rows, lines)


def _decoded(path: Path) -> str:
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadTable(
        f"{path} is neither UTF-8 nor GB18030 text; save it as CSV in UTF-8 (.xlsx: save as CSV first)"
    )


def texts_of(table: Table, columns: Sequence[str]) -> list[tuple[str, ...]]:
    """The texts of each row, white space made single blanks."""
    values = [table.column(name) for name in columns]
    return [tuple(" ".join(text.split()) for text in row) for row in zip(*values, strict=True)]


def labels_of(table: Table, column: str) -> list[str]:
    """The labels. Errors: BadTable naming the line of the first empty one."""
    labels = table.column(column)
    bare = [line for label, line in zip(labels, table.lines, strict=True) if not label]
    if bare:
        more = f" and {len(bare) - 1} more rows" if len(bare) > 1 else ""
        raise BadTable(
            f"{table.name}: line {bare[0]}{more}: the label ({column}) is empty; fill it in or delete the row"
        )
    return labels


def moments_of(table: Table, column: str, zone: ZoneInfo) -> list[datetime | None]:
    """The moments, None where the value is empty. Errors: BadTable for one that cannot be read."""
    return [
        _moment(table, text, line, zone) for text, line in zip(table.column(column), table.lines, strict=True)
    ]


def _moment(table: Table, text: str, line: int, zone: ZoneInfo) -> datetime | None:
    if not text:
        return None
    for form in TIMES:
        try:
            return datetime.strptime(text, form).replace(tzinfo=zone)
        except ValueError:
            continue
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise BadTable(
            f"{table.name}: line {line}: {text} is no time; write it as 2017-09-29 17:50"
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def numbers_of(table: Table, column: str) -> list[int]:
    """Whole numbers, 0 where the value is empty. Errors: BadTable for another text."""
    found = []
    for text, line in zip(table.column(column), table.lines, strict=True):
        try:
            found.append(int(text or 0))
        except ValueError:
            raise BadTable(f"{table.name}: line {line}: {text} is no whole number") from None
    return found
