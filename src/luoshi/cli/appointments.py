"""`luoshi import-appointments`: check a file of past notices of appointments, and take it over whole."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from luoshi.cli import importing
from luoshi.cli.importing import import_options

if TYPE_CHECKING:
    from luoshi.appointments.imports.load import Checked


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--reason", default="", help="Why these notices need no collective decision; required to import."
)
@import_options
@click.option("--create-missing", is_flag=True, help="Set up the bodies that the register does not know.")
def import_appointments(
    file: Path,
    reason: str,
    dry_run: bool,
    as_json: bool,
    mapped: tuple[str, ...],
    create_missing: bool,
    yes: bool,
) -> None:
    """Take over past notices of appointments from FILE (YAML), all of them or none.

    Every fault is named by line and path; doubtful names are kept as printed and told. Names of bodies that the register
    does not know are kept too, without posts. Exit code: 0 all good, 1 faults, 2 the file cannot be used.

    \b
    Try:
      luoshi import-appointments notices.yaml --dry-run
      luoshi import-appointments notices.yaml --reason 公报补录 --create-missing
    """
    from luoshi.cli import use_django

    use_django()
    from luoshi.appointments.imports.load import file_check

    now = importing.now()
    checked = file_check(content=file.read_bytes(), at=now)
    bodies = importing.codes(mapped)
    report = _report(file, checked)
    if not as_json:
        _tell(report, file)
    if checked.usable and not dry_run:
        if not reason.strip():
            raise click.UsageError("nothing imported: give --reason, why without a collective decision")
        importing.confirm(f"{report['notices']} notices", as_json=as_json, yes=yes)
        _load(checked, bodies, reason, create_missing, now)
        if not as_json:
            click.echo(f"  imported: {report['notices']} notices")
    importing.finish(report, good=checked.usable, as_json=as_json)


def _report(file: Path, checked: Checked) -> dict[str, Any]:
    return {
        "file": str(file),
        **dataclasses.asdict(checked.totals),
        "numbers": [one.number for one in checked.file.notices],
        "faults": [dataclasses.asdict(one) for one in sorted(checked.file.faults)],
        "doubts": [{"number": number, "person": name, "text": text} for number, name, text in checked.doubts],
        "unknown_bodies": checked.unknown,
    }


def _tell(report: dict[str, Any], file: Path) -> None:
    for fault in report["faults"]:
        click.echo(f"{file}:{fault['line']}: {fault['path']}: {fault['message']}", err=True)
    click.echo(
        f"{file}: {report['notices']} notices, {report['persons']} people, {report['acts']} acts "
        f"(appointed {report['appoint']}, removed {report['remove']}, no longer {report['no_longer']}), "
        f"{report['probation']} on probation"
    )
    for one in report["doubts"]:
        click.echo(f"  doubtful: {one['number']} {one['person']}: {one['text']}")
    if report["unknown_bodies"]:
        names = "、".join(report["unknown_bodies"])
        click.echo(f"  not in the register ({len(report['unknown_bodies'])}): {names}")
        click.echo("  kept as printed, without posts; give --map NAME=CODE, or --create-missing")


def _load(checked: Checked, bodies: dict[str, str], reason: str, create_missing: bool, now: datetime) -> None:
    from luoshi.appointments.imports.load import file_load

    importing.load(
        lambda: file_load(
            checked=checked, reason=reason, bodies=bodies, create_missing=create_missing,
            actor=importing.importer(), at=now,
        )
    )  # fmt: skip
