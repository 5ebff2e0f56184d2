"""`luoshi import-requests`: check a city's export of requests, and bring its good rows in."""

from __future__ import annotations

import getpass
import hashlib
import json
import sys
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:
    from luoshi.engines.rulebook import Rulebook
    from luoshi.hotline.imports.load import Loaded
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


@dataclass(frozen=True, slots=True)
class _Task:
    """One file with what the command line says about it. `now`: no request may be later."""

    file: Path
    mapping: Mapping
    now: datetime
    encoding: str | None
    sheet: str | None
    quiet: bool

    def open(self) -> AbstractContextManager[Source]:
        from luoshi.hotline.imports.source import open_source

        return open_source(self.file, self.mapping, now=self.now, encoding=self.encoding, sheet=self.sheet)

    @property
    def shown(self) -> bool:
        """Whether progress is shown: on a terminal, and not with --json."""
        return sys.stderr.isatty() and not self.quiet

    def progress(self, length: int, label: str) -> Any:
        """A progress bar; hidden where it is not to be shown."""
        return click.progressbar(length=length, label=label, file=sys.stderr, hidden=not self.shown)


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
    if bad is not None and bad.exists() and file.exists() and bad.samefile(file):
        raise click.UsageError("--bad names the file to import; give another file")
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    task = _Task(file, mapping, now, encoding, sheet, quiet=as_json)
    digest = "" if dry_run else _digest(file)
    report = _check(task, _rulebook(rulebook), bad)
    if not as_json:
        click.echo("\n".join(report.lines()))
    result: dict[str, Any] = {}
    if not dry_run:
        if report.good and not (all_or_nothing and report.errors):
            _confirm(report, mapping, as_json=as_json, yes=yes)
            loaded = _load(task, report, digest, all_or_nothing)
        else:
            loaded = _nothing()
        report.errors += loaded.refused
        result = {"batch": loaded.batch, **loaded.counts(), "changed": [id for _, id in loaded.changed]}
        _tell_loaded(task, loaded)
    if as_json:
        click.echo(json.dumps({**report.as_dict(), **result}, ensure_ascii=False, indent=2))
    return bool(report.errors)


def _digest(file: Path) -> str:
    from luoshi.hotline.imports.table import UnusableFile

    try:
        with file.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError as error:
        why = (error.strerror or "unknown error").lower()
        raise UnusableFile(f"{file}: cannot be read ({why})") from None


def _rulebook(name: str) -> Rulebook:
    from luoshi.cli import books
    from luoshi.engines.rulebook import RulebookError

    try:
        return books.load(name)
    except books.NoRulebook as error:
        raise click.ClickException(str(error)) from None
    except RulebookError as error:
        first, *more = error.problems
        count = f" (and {len(more)} more: luoshi rulebook check)" if more else ""
        raise click.ClickException(f"rulebook {name}: {first}{count}") from None


def _check(task: _Task, book: Rulebook, bad: Path | None) -> Report:
    """Read the whole file; print a line for each bad row unless quiet, show progress on a terminal."""
    from luoshi.engines.rulebook import UnknownRule
    from luoshi.hotline.imports.report import BadRows, Report, check
    from luoshi.hotline.imports.timeliness import Timeliness

    try:
        timeliness = Timeliness(book)
    except UnknownRule as error:
        raise click.ClickException(str(error)) from None
    with ExitStack() as stack:
        source = stack.enter_context(task.open())
        table = source.table
        report = Report(str(task.file), task.mapping.name, table.encoding, timeliness)
        try:
            writer = BadRows(bad, source.header) if bad else None
        except OSError as error:
            why = (error.strerror or "unknown error").lower()
            raise click.ClickException(f"--bad {bad}: cannot be written ({why})") from None
        if writer:
            stack.callback(writer.close)
        bar = stack.enter_context(task.progress(table.length, "checking"))

        def on_bad(row: Row, problem: Problem) -> None:
            if writer:
                writer.write(row, problem)

        def on_row(row: Row) -> None:
            bar.update(table.position() - bar.pos)

        check(source, report, on_bad=on_bad, on_row=on_row if task.shown else None)
    if not task.quiet:
        for problem in report.errors:
            click.echo(f"{task.file}: {problem}", err=True)
    return report


def _confirm(report: Report, mapping: Mapping, *, as_json: bool, yes: bool) -> None:
    """Ask before importing; where nobody can answer, insist on --yes."""
    if yes:
        return
    if as_json or not sys.stdin.isatty():
        raise click.UsageError("nothing imported: add --yes to import without being asked")
    waiting = report.good - report.timeliness.replied
    what = "wait for dispatch" if mapping.unanswered == "pending" else "are archived"
    click.confirm(
        f"Import {report.good} requests as {mapping.source}? {waiting} without a reply {what}",
        abort=True,
        err=True,
    )


def _nothing() -> Loaded:
    from luoshi.cli import use_django

    use_django()
    from luoshi.hotline.imports.load import Loaded

    return Loaded()


def _load(task: _Task, report: Report, digest: str, all_or_nothing: bool) -> Loaded:
    """Read the file again and import its good rows."""
    from luoshi.cli import use_django

    use_django()
    from django.db import DatabaseError

    from luoshi.hotline.imports.load import File, ImportRefused, requests_load
    from luoshi.hotline.imports.requests import Request
    from luoshi.ledger.actors import Actor, ActorKind

    if _digest(task.file) != digest:
        raise click.ClickException(f"{task.file}: changed while it was being read; nothing imported")
    actor = Actor(kind=ActorKind.SYSTEM, name=f"导入({_operator()})")
    file = File(name=task.file.name, digest=digest, rows=report.rows, bad=len(report.errors))
    with task.open() as source, task.progress(report.good, "importing") as bar:

        def on_chunk(done: Loaded) -> None:
            bar.update(sum(done.counts().values()) - done.answered - done.pending - bar.pos)

        good = (result for _, result in source.results() if isinstance(result, Request))
        try:
            return requests_load(
                requests=good,
                file=file,
                mapping=task.mapping,
                actor=actor,
                at=task.now,
                all_or_nothing=all_or_nothing,
                on_chunk=on_chunk if task.shown else None,
            )
        except ImportRefused as error:
            raise click.ClickException(str(error)) from None
        except DatabaseError as error:
            first = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise click.ClickException(f"the database refused: {first} (luoshi setup prepares it)") from None


def _operator() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "未知"


def _tell_loaded(task: _Task, loaded: Loaded) -> None:
    """Say what was imported, and which rows were refused or have changed since they were imported."""
    if task.quiet:
        return
    for problem in loaded.refused:
        click.echo(f"{task.file}: {problem}", err=True)
    for row, number in loaded.changed:
        click.echo(
            f"{task.file}: row {row}, number {number}: changed since it was imported, left as it was",
            err=True,
        )
    counts = loaded.counts()
    if not loaded.batch:
        click.echo("  nothing imported")
        return
    click.echo(
        f"  imported {counts['imported']} (with a reply {counts['answered']}, waiting {counts['pending']}),"
        f" imported before {counts['unchanged']}, changed {counts['changed']}, refused {counts['refused']}:"
        f" import {loaded.batch}"
    )
