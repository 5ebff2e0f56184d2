"""A table of figures: shown with links to the lists behind, drawn as a chart, written as CSV or XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from openpyxl import Workbook

from luoshi.exchange.workbook import add_table
from luoshi.overview.selectors.city import Figure

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = ("csv", "xlsx")
_RISKY = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell: a text or number, and the list behind it where there is one."""

    value: str | int | Decimal | None
    url: str = ""
    level: int = 0

    @property
    def text(self) -> str:
        """The value as it is shown; a dash for no data."""
        return "—" if self.value is None else str(self.value)

    @property
    def name(self) -> str | SafeString:
        """The cell as it names its row."""
        return format_html('<a href="{}">{}</a>', self.url, self.text) if self.url else self.text

    @property
    def html(self) -> SafeString:
        """The cell as it stands in the page; made here, because a template takes ten times as long for hundreds."""
        look = f"ls-num ls-shade-{self.level}" if self.level else "ls-num"
        if self.url:
            return format_html('<td class="{}"><a href="{}">{}</a></td>', look, self.url, self.text)
        return format_html('<td class="{}">{}</td>', look, self.text)


@dataclass(frozen=True, slots=True)
class Table:
    """code: its name in addresses. chart: columns, bars, line, stacked, heat, or empty for a table alone.

    The first cell of a row names it. mark: the row to be set off in the chart. note: what the figures mean.
    """

    code: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    chart: str = ""
    mark: str = ""
    note: str = ""

    @property
    def body(self) -> SafeString:
        """The rows as they stand in the page."""
        return format_html_join(
            "\n",
            '<tr><th scope="row">{}</th>{}</tr>',
            (
                (row[0].name, format_html_join("", "{}", ((one.html,) for one in row[1:])))
                for row in self.rows
            ),
        )


def cell(value: Figure | Cell | str | int | Decimal | None) -> Cell:
    """A cell of a figure with its link, of a plain value without."""
    if isinstance(value, Cell):
        return value
    return (
        Cell(value.value, value.asked.url if value.value else "")
        if isinstance(value, Figure)
        else Cell(value)
    )


def table(code: str, title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], **more: Any) -> Table:
    """A table from figures and plain values."""
    return Table(code, title, tuple(columns), tuple(tuple(cell(one) for one in row) for row in rows), **more)


def download(made: Table, form: str, head: Sequence[str]) -> HttpResponse:
    """A table as a file. form: csv (for spreadsheets: UTF-8 with a mark) or xlsx. head: lines above it in the sheet."""
    name = f"{made.title}.{form}"
    if form == "csv":
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(made.columns)
        writer.writerows([_safe(one.value) for one in row] for row in made.rows)
        answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    else:
        book, stream = Workbook(write_only=True), io.BytesIO()
        values = [[_plain(one.value) for one in row] for row in made.rows]
        add_table(book, "数据", [made.title, *head], made.columns, values)
        book.save(stream)
        answer = HttpResponse(stream.getvalue(), content_type=XLSX)
    answer.headers["Content-Disposition"] = str(content_disposition_header(as_attachment=True, filename=name))
    return answer


def _plain(value: Any) -> Any:
    return "" if value is None else value


def _safe(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula stays a text."""
    plain = _plain(value)
    return f"'{plain}" if isinstance(plain, str) and plain.startswith(_RISKY) else plain
