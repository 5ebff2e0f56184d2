"""`luoshi import-targets`: check a file of a year's targets, and import it whole."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from luoshi.cli import importing
from luoshi.cli.importing import import_options

if TYPE_CHECKING:
    from luoshi.targets.imports.load import Checked


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--year", type=int, help="Refuse a file of another year.")
@import_options
@click.option("--create-missing", is_flag=True, help="Create the bodies that the register does not know.")
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

    now = importing.now()
    checked = file_check(name=file.name, content=file.read_bytes(), at=now)
    if year is not None and checked.plan.year and checked.plan.year != year:
        raise click.ClickException(f"{file}: is of {checked.plan.year}, not of {year}")
    bodies = {sheet.name: CREATE for sheet in checked.unknown} if create_missing else {}
    bodies |= importing.codes(mapped)
    open_names = [sheet.name for sheet in checked.unknown if not bodies.get(sheet.name)]
    report = _report(file, checked, open_names)
    good = checked.usable and not open_names
    if not as_json:
        _tell(report, file)
    if good and not dry_run:
        importing.confirm(f"{report['targets']} targets of {report['year']}", as_json=as_json, yes=yes)
        report["plan"] = _load(checked, bodies, now, file)
        if not as_json:
            click.echo(
                f"  imported: {report['targets']} targets of {report['year']}; hand them down in the browser"
            )
    importing.finish(report, good=good, as_json=as_json)


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


def _load(checked: Checked, bodies: dict[str, str], now: datetime, file: Path) -> int:
    from luoshi.targets.imports.load import file_load

    plan = importing.load(
        lambda: file_load(checked=checked, bodies=bodies, actor=importing.importer(), at=now, name=file.name)
    )
    return int(plan.pk)
