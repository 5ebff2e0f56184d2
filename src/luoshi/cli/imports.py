"""`luoshi import-requests`: check a city's export of requests, and bring its good rows in."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:
    from luoshi.engines.rulebook import Rulebook
    from luoshi.hotline.imports.mapping import Mapping
    from luoshi.hotline.imports.report import Report
    from luoshi.hotline.imports.requests import Problem
    from luoshi.hotline.imports.source import Source
    from luoshi.hotline.imports.table import Row


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option(
    "--mapping", metavar="NAME|PATH", help="Which column holds what: a shipped mapping or a YAML file."
)
@click.option("--list-mappings", is_flag=True, help="List the shipped mappings and stop.")
@click.option("--show-mapping", metavar="NAME", help="Print a mapping, to start your own from, and stop.")
@click.option("--dry-run", is_flag=True, help="Only check and count; needs no database.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON; no progress bar.")
@click.option(
    "--bad", type=click.Path(path_type=Path, dir_okay=False), help="Write the bad rows to this CSV file."
)
@click.option(
    "--rulebook", default="sanmenxia", show_default=True, help="Whose closing limit replies are held to."
)
@click.option("--encoding", help="Encoding of a CSV file; found out otherwise (UTF-8, UTF-16, GB18030).")
@click.option("--sheet", help="Sheet of an XLSX file; the first one otherwise.")
@click.option(
    "--all-or-nothing", is_flag=True, help="Import nothing when a row is bad; all in one transaction."
)
@click.option("--yes", is_flag=True, help="Import without asking.")
def import_requests(
    file: Path | None,
    mapping: str | None,
    list_mappings: bool,
    show_mapping: str | None,
    **options: Any,
) -> None:
    """Import requests from FILE (CSV or XLSX) as a mapping says.

    Row numbers are those a spreadsheet shows: the header is row 1, and a record with line breaks in its
    cells is one row. Importing a file again imports nothing twice. Exit code: 0 all rows good, 1 some
    rows bad, 2 the file cannot be used.

    \b Try: luoshi import-requests --list-mappings luoshi import-requests export.csv --mapping messages
    --dry-run luoshi import-requests export.xlsx --mapping my-city.yaml --bad bad-rows.csv
    """
    from luoshi.hotline.imports.mapping import MappingError, find_mapping
    from luoshi.hotline.imports.table import UnusableFile

    try:
        if list_mappings or show_mapping:
            return _tell_mappings(show_mapping)
        if file is None:
            raise click.UsageError("give the FILE to import")
        if mapping is None:
            raise click.UsageError("give --mapping NAME or PATH; --list-mappings lists what ships")
        bad = _run(file, find_mapping(mapping), **options)
    except (MappingError, UnusableFile) as error:
        raise click.ClickException(str(error)) from None
    click.get_current_context().exit(1 if bad else 0)


def _tell_mappings(name: str | None) -> None:
    from luoshi.hotline.imports.mapping import find_file, read_mapping, shipped

    if name:
        click.echo(find_file(name).read_text(encoding="utf-8"), nl=False)
        return
    for each, path in shipped().items():
        click.echo(f"{each:<12} {read_mapping(path).title}")


def _run(
    file: Path,
    mapping: Mapping,
    *,
    dry_run: bool,
    as_json: bool,
    bad: Path | None,
    rulebook: str,
    encoding: str | None,
    sheet: str | None,
    all_or_nothing: bool,
    yes: bool,
) -> bool:
    """Check the file, then import it unless this is a dry run; return whether rows are bad."""
    from luoshi.hotline.imports.source import open_source

    if bad is not None and bad.exists() and file.exists() and bad.samefile(file):
        raise click.UsageError("--bad names the file to import; give another file")
    book = _rulebook(rulebook)
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    with open_source(file, mapping, now=now, encoding=encoding, sheet=sheet) as source:
        report = _check(source, mapping, book, bad, quiet=as_json)
    if dry_run:
        _tell(report.as_dict() if as_json else report.lines(), as_json)
        return bool(report.errors)
    raise click.ClickException("only --dry-run is possible")


def _rulebook(name: str) -> Rulebook:
    from luoshi import rulebooks
    from luoshi.engines.rulebook import RulebookError, parse
    from luoshi.engines.worktime import Calendar
    from luoshi.rulebooks import calendars

    try:
        files = rulebooks.read(name)
    except LookupError as error:
        raise click.ClickException(str(error)) from None
    try:
        return parse(
            files, calendars={each: Calendar.parse(calendars.read(each)) for each in calendars.names()}
        )
    except RulebookError as error:
        first, *more = error.problems
        count = f" (and {len(more)} more: luoshi rulebook check)" if more else ""
        raise click.ClickException(f"rulebook {name}: {first}{count}") from None


def _check(source: Source, mapping: Mapping, book: Rulebook, bad: Path | None, *, quiet: bool) -> Report:
    """Read the whole file; print a line for each bad row unless quiet, show progress on a terminal."""
    from luoshi.engines.rulebook import UnknownRule
    from luoshi.hotline.imports.report import BadRows, Report, check
    from luoshi.hotline.imports.timeliness import Timeliness

    try:
        timeliness = Timeliness(book)
    except UnknownRule as error:
        raise click.ClickException(str(error)) from None
    path, table = source.table.path, source.table
    report = Report(str(path), mapping.name, table.encoding, timeliness)
    with ExitStack() as stack:
        try:
            writer = BadRows(bad, source.header) if bad else None
        except OSError as error:
            why = (error.strerror or "unknown error").lower()
            raise click.ClickException(f"--bad {bad}: cannot be written ({why})") from None
        if writer:
            stack.callback(writer.close)
        shown = sys.stderr.isatty() and not quiet
        bar = stack.enter_context(
            click.progressbar(length=table.length, label="checking", file=sys.stderr, hidden=not shown)
        )

        def on_bad(row: Row, problem: Problem) -> None:
            if writer:
                writer.write(row, problem)

        def on_row(row: Row) -> None:
            bar.update(table.position() - bar.pos)

        check(source, report, on_bad=on_bad, on_row=on_row if shown else None)
    if not quiet:
        for problem in report.errors:
            click.echo(f"{path}: {problem}", err=True)
    return report


def _tell(report: dict[str, Any] | list[str], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
        return
    for line in report:
        click.echo(line)
