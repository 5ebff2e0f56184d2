"""`luoshi assess`: score another system's export, without a database."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from luoshi.engines.assessment import Change, Period, Sheet
    from luoshi.engines.rulebook import Rulebook
    from luoshi.exchange.count import Counted
    from luoshi.exchange.read import Export

SUFFIXES = {"json": ".json", "xlsx": ".xlsx", "html": ".html"}


class Mistake(click.ClickException):
    """What the caller can mend: one line on standard error, exit code 2."""

    exit_code = 2


@click.command()
@click.argument("source", metavar="FOLDER_OR_XLSX", type=click.Path(path_type=Path))
@click.option(
    "--rulebook", "name", default="sanmenxia", show_default=True, help="A shipped rulebook, or a folder."
)
@click.option("--scheme", default="hotline", show_default=True, help="The assessment scheme.")
@click.option("--period", required=True, metavar="PERIOD", help="2017-10, 2017-Q4 or 2017.")
@click.option(
    "--as-of", "as_of", metavar="TIME", help="What happened later is left out; the period's end without it."
)
@click.option("--format", "form", type=click.Choice(list(SUFFIXES)), help="json (default), xlsx or html.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
@click.option("--skip-bad", is_flag=True, help="Score without the bad rows, and count them in the result.")
@click.option(
    "--compare", metavar="RULEBOOK", help="Show what another rulebook (drafts included) would change."
)
@click.option(
    "--matters",
    default="500",
    show_default=True,
    metavar="N",
    help="How many dispatch numbers to list behind each count, or all.",
)
def assess(
    source: Path,
    name: str,
    scheme: str,
    period: str,
    as_of: str | None,
    form: str | None,
    out: Path | None,
    skip_bad: bool,
    compare: str | None,
    matters: str,
) -> None:
    """Score the units in an export of another 12345 system: CSV files in a folder, or one .xlsx.

    \b
    Example:
    luoshi assess export/ --period 2017-10 --format html --out october.html

    docs/exchange.md describes the input. Every bad row is named; nothing is scored while there is one,
    unless --skip-bad.
    """
    from luoshi.engines.assessment import Period, PeriodError
    from luoshi.engines.rulebook import UnknownRule
    from luoshi.engines.worktime import WorktimeError
    from luoshi.exchange.bad import BadExport

    form = _form(form, out)
    most = _most(matters)
    try:
        span = Period.parse(period)
        book = _book(name)
        other = _book(compare) if compare else None
        export = _read(source, book, skip_bad)
        at = _as_of(as_of, export)
        counted, sheet = _score(export, book, scheme, span, at, drafts=False, closed=other is None)
        text = _write(export, counted, sheet, book, other, scheme, most, form, out)
    except (BadExport, PeriodError, UnknownRule, WorktimeError) as error:
        raise Mistake(str(error)) from None
    except OSError as error:
        raise Mistake(f"{error.filename or out}: {error.strerror or error}") from None
    if text is not None:
        click.echo(text, nl=False)


def _form(form: str | None, out: Path | None) -> str:
    """Return the format asked for, or the one that the file's name tells."""
    told = next((name for name, suffix in SUFFIXES.items() if out and out.suffix.lower() == suffix), None)
    chosen = form or told or "json"
    if chosen == "xlsx" and out is None:
        raise Mistake("--format xlsx needs --out FILE.xlsx")
    return chosen


def _most(text: str) -> int | None:
    if text == "all":
        return None
    if not text.isdecimal():
        raise Mistake(f"--matters {text}: write a whole number, or all")
    return int(text)


def _as_of(text: str | None, export: Export) -> datetime | None:
    from luoshi.engines.limits import parse_time

    return parse_time(text, export.tz, name="--as-of") if text else None


def _book(name: str) -> Rulebook:
    from luoshi.cli import books
    from luoshi.engines.rulebook import RulebookError

    try:
        return books.load(name)
    except books.NoRulebook as error:
        raise Mistake(str(error)) from None
    except RulebookError as error:
        raise Mistake(
            f"rulebook {name} does not hold, first: {error.problems[0]}; luoshi rulebook check lists all"
        ) from None


def _read(source: Path, book: Rulebook, skip_bad: bool) -> Export:
    from luoshi.exchange.read import read

    export = read(source, tz=book.worktime.tz)
    if export.bad and not skip_bad:
        for row in export.bad:
            click.echo(str(row), err=True)
        raise Mistake(f"{len(export.bad)} bad value(s), nothing is scored; mend them, or add --skip-bad")
    return export


def _score(
    export: Export,
    book: Rulebook,
    scheme: str,
    period: Period,
    as_of: datetime | None,
    *,
    drafts: bool,
    closed: bool = False,
) -> tuple[Counted, Sheet]:
    """Count and score. closed: take the averages that the export says were frozen, where it says any."""
    from luoshi.engines.assessment import evaluate
    from luoshi.exchange.count import count

    rule = book.scheme(scheme if "." in scheme else f"assessment.{scheme}", period.last, drafts=drafts)
    counted = count(export, book, period=period, as_of=as_of, drafts=drafts)
    means = export.averages(period) if closed and as_of is None else None
    return counted, evaluate(rule, counted.units, period=period, means=means, closed=means is not None)


def _write(
    export: Export,
    counted: Counted,
    sheet: Sheet,
    book: Rulebook,
    other: Rulebook | None,
    scheme: str,
    most: int | None,
    form: str,
    out: Path | None,
) -> str | None:
    """Write the result to the file, or return it for standard output."""
    from luoshi.engines.assessment import compare
    from luoshi.exchange.report import Report

    changes: tuple[Change, ...] = ()
    if other is not None:
        _, then = _score(export, other, scheme, sheet.period, counted.as_of, drafts=True)
        changes = compare(sheet, then)
    report = Report(export, counted, sheet, book, most, other, changes)
    if form == "xlsx" and out is not None:
        from luoshi.exchange import workbook

        workbook.write(report, out)
        return None
    if form == "html":
        from luoshi.exchange.page import render

        text = render(report)
    else:
        text = json.dumps(report.as_dict(), ensure_ascii=False, indent=2 if out is None else None) + "\n"
    if out is None:
        return text
    out.write_text(text, encoding="utf-8")
    return None
