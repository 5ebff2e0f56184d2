"""`luoshi import-targets`: check a file of a year's targets, and import it whole."""

from __future__ import annotations

import getpass
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:
    from luoshi.targets.imports.load import Checked


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--year", type=int, help="Refuse a file of another year.")
@click.option("--dry-run", is_flag=True, help="Only check; nothing is imported.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="NAME=CODE",
    help="The body that a name of the file means; repeatable.",
)
@click.option("--create-missing", is_flag=True, help="Create the bodies that the register does not know.")
@click.option("--yes", is_flag=True, help="Import without asking.")
def import_targets(
    file: Path,
    year: int | None,
    dry_run: bool,
    as_json: bool,
    mapped: tuple[str, ...],
    create_missing: bool,
    yes: bool,
) -> None:
    """Import the targets of a year from FILE (YAML), all of them or none.

    Every fault is named by line and path. The plan then waits to be handed down in the browser, with number and day
    of the government's document. Exit code: 0 all good, 1 faults or names without a body, 2 the file cannot be used.

    \b
    Try:
      luoshi import-targets targets.yaml --dry-run
      luoshi import-targets targets.yaml --map 市城管执法局=chengguan --create-missing
    """
    from luoshi.cli import use_django

    use_django()
    from luoshi.targets.imports.load import CREATE, file_check

    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    checked = file_check(name=file.name, content=file.read_bytes(), at=now)
    if year is not None and checked.plan.year and checked.plan.year != year:
        raise click.ClickException(f"{file}: is of {checked.plan.year}, not of {year}")
    bodies = {sheet.name: CREATE for sheet in checked.unknown} if create_missing else {}
    for pair in mapped:
        name, sign, code = pair.partition("=")
        if not sign or not code:
            raise click.UsageError(f"--map {pair}: write NAME=CODE")
        bodies[name.strip()] = code.strip()
    open_names = [sheet.name for sheet in checked.unknown if not bodies.get(sheet.name)]
    report = _report(file, checked, open_names)
    good = checked.usable and not open_names
    if not as_json:
        _tell(report, file)
    if good and not dry_run:
        _confirm(report, as_json=as_json, yes=yes)
        report["plan"] = _load(checked, bodies, now, file)
        if not as_json:
            click.echo(
                f"  imported: {report['targets']} targets of {report['year']}; hand them down in the browser"
            )
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    click.get_current_context().exit(0 if good else 1)


def _report(file: Path, checked: Checked, open_names: list[str]) -> dict[str, Any]:
    plan = checked.plan
    layers = ("city", "county", "department")
    return {
        "file": str(file),
        "year": plan.year,
        "document": plan.document,
        "sheets": {layer: len(plan.of(layer)) for layer in layers},
        "layers": {layer: plan.count(layer) for layer in layers},
        "targets": sum(plan.count(layer) for layer in layers),
        "faults": [
            {"line": one.line, "path": one.path, "message": one.message} for one in sorted(plan.faults)
        ],
        "hints": [{"line": one.line, "path": one.path, "message": one.message} for one in sorted(plan.hints)],
        "doubtful": [
            {"body": sheet.name, "number": one.number, "note": one.note} for sheet, one in plan.doubtful()
        ],
        "without_body": open_names,
    }


def _tell(report: dict[str, Any], file: Path) -> None:
    for fault in report["faults"]:
        click.echo(f"{file}:{fault['line']}: {fault['path']}: {fault['message']}", err=True)
    sheets, layers = report["sheets"], report["layers"]
    click.echo(f"{file}: {report['year']}, {report['document'] or 'no document number'}")
    for layer in layers:
        click.echo(f"  {layer:<11} {sheets[layer]:>3} bodies  {layers[layer]:>4} targets")
    for hint in report["hints"]:
        click.echo(f"  note: {hint['path']}: {hint['message']}")
    for one in report["doubtful"]:
        click.echo(f"  doubtful: {one['body']} {one['number']}: {one['note']}")
    if report["without_body"]:
        click.echo(
            f"  without a body in the register ({len(report['without_body'])}): {'、'.join(report['without_body'])}"
        )
        click.echo("  give --map NAME=CODE for each, or --create-missing")


def _confirm(report: dict[str, Any], *, as_json: bool, yes: bool) -> None:
    """Ask before importing; where nobody can answer, insist on --yes."""
    if yes:
        return
    if as_json or not sys.stdin.isatty():
        raise click.UsageError("nothing imported: add --yes to import without being asked")
    click.confirm(f"Import {report['targets']} targets of {report['year']}?", abort=True, err=True)


def _load(checked: Checked, bodies: dict[str, str], now: datetime, file: Path) -> int:
    from luoshi.ledger.actors import Actor, ActorKind
    from luoshi.ledger.errors import Refusal
    from luoshi.targets.imports.load import file_load

    try:
        who = getpass.getuser()
    except (OSError, KeyError):
        who = "未知"
    actor = Actor(kind=ActorKind.SYSTEM, name=f"导入({who})")
    try:
        plan = file_load(checked=checked, bodies=bodies, actor=actor, at=now, name=file.name)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from None
    return int(plan.pk)
