"""`luoshi export`: the live system in the exchange format, for `luoshi assess` or another system."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from luoshi.cli import use_django

if TYPE_CHECKING:
    from luoshi.engines.assessment import Period

Rows = Iterable[tuple[str, dict[str, Any]]]


@click.command()
@click.argument("target", metavar="FOLDER_OR_XLSX", type=click.Path(path_type=Path))
@click.option(
    "--period", metavar="PERIOD", help="Base work as it stood at this period's end: 2017-10, 2017-Q4, 2017."
)
def export(target: Path, period: str | None) -> None:
    """Write units, dispatches, answers, reports, base work and entries in the exchange format.

    \b
    Example:
    luoshi export export/ && luoshi assess export/ --period 2017-10

    CSV files into a folder (made if need be; its files of the same names are replaced), or one .xlsx. No personal
    data is written. docs/exchange.md describes the format.
    """
    use_django()
    from django.utils import timezone

    from luoshi.assessment.selectors.exporting import tables
    from luoshi.engines.assessment import Period, PeriodError
    from luoshi.ledger.verify import snapshot

    span: Period | None = None
    try:
        span = Period.parse(period) if period else None
    except PeriodError as error:
        raise click.ClickException(str(error)) from None
    now = timezone.now().replace(microsecond=0)
    try:
        with snapshot():
            counted = write(target, tables(now=now, period=span))
    except OSError as error:
        raise click.ClickException(f"{error.filename or target}: {error.strerror or error}") from None
    click.echo(f"{target}: " + ", ".join(f"{number} {name}" for name, number in counted.items()))


def write(target: Path, rows: Rows) -> dict[str, int]:
    """Write rows as they come; returns how many of each table."""
    return _workbook(target, rows) if target.suffix.lower() == ".xlsx" else _folder(target, rows)


def _columns() -> dict[str, list[str]]:
    from luoshi.exchange.format import TABLES

    return {table.name: [column.name for column in table.columns] for table in TABLES}


def _cells(names: list[str], row: dict[str, Any]) -> Iterator[Any]:
    """The cells of a row as text: times local, to the second."""
    from luoshi.ledger import rules

    for name in names:
        value = row.get(name)
        if isinstance(value, datetime):
            yield f"{value.astimezone(rules.current().worktime.tz):%Y-%m-%d %H:%M:%S}"
        elif isinstance(value, date):
            yield value.isoformat()
        else:
            yield "" if value is None else str(value)


def _folder(target: Path, rows: Rows) -> dict[str, int]:
    target.mkdir(parents=True, exist_ok=True)
    columns = _columns()
    counted = dict.fromkeys(columns, 0)
    with ExitStack() as files:
        writers = {}
        for name, names in columns.items():
            file = files.enter_context((target / f"{name}.csv").open("w", newline="", encoding="utf-8"))
            writers[name] = csv.writer(file)
            writers[name].writerow(names)
        for name, row in rows:
            writers[name].writerow(_cells(columns[name], row))
            counted[name] += 1
    return counted


def _workbook(target: Path, rows: Rows) -> dict[str, int]:
    from openpyxl import Workbook

    columns = _columns()
    counted = dict.fromkeys(columns, 0)
    book = Workbook(write_only=True)
    sheets = {name: book.create_sheet(name) for name in columns}
    for name, names in columns.items():
        sheets[name].append(names)
    for name, row in rows:
        sheets[name].append(list(_cells(columns[name], row)))
        counted[name] += 1
    target.parent.mkdir(parents=True, exist_ok=True)
    book.save(target)
    return counted
