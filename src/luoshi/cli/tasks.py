"""`luoshi import-tasks`: check a file of a plan's tasks, and import it whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from luoshi.cli import importing
from luoshi.cli.importing import import_options

if TYPE_CHECKING:
    from luoshi.supervision.imports.plan import Checked


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@import_options
def import_tasks(file: Path, dry_run: bool, as_json: bool, mapped: tuple[str, ...], yes: bool) -> None:
    """Import the tasks of a plan from FILE (YAML), all of them or none.

    The first body of a task leads, the others assist. Names that the register does not know are kept as printed and
    flagged; somebody names the body later. Exit code: 0 all good, 1 faults, nothing imported.

    \b
    Try:
      luoshi import-tasks plan.yaml --dry-run
      luoshi import-tasks plan.yaml --map 市残联=canlian --yes
    """
    from luoshi.cli import use_django

    use_django()
    from luoshi.supervision.imports.plan import plan_check

    checked = plan_check(file.read_bytes(), mapped=importing.codes(mapped))
    report = _report(file, checked)
    if not as_json:
        _tell(report, file)
    if checked.usable and not dry_run:
        importing.confirm(f"{report['tasks']} tasks of {report['title']}", as_json=as_json, yes=yes)
        report["campaign"] = _load(checked)
        if not as_json:
            click.echo(f"  imported: {report['tasks']} tasks")
    importing.finish(report, good=checked.usable, as_json=as_json)


def _report(file: Path, checked: Checked) -> dict[str, Any]:
    return {
        "file": str(file),
        "title": checked.title,
        "document": checked.document,
        "tasks": len(checked.lines),
        "indicators": len(checked.indicators),
        "assisting": sum(len(line.support) for line in checked.lines),
        "unknown": checked.unknown,
        "faults": checked.faults,
    }


def _tell(report: dict[str, Any], file: Path) -> None:
    for fault in report["faults"]:
        click.echo(f"{file}: {fault}", err=True)
    click.echo(f"{file}: {report['title']}, {report['document'] or 'no document number'}")
    click.echo(
        f"  {report['tasks']} tasks, {report['assisting']} assisting bodies, {report['indicators']} indicators"
    )
    for name, numbers in report["unknown"].items():
        click.echo(f"  flagged, not in the register: {name} (tasks {', '.join(map(str, numbers))})")


def _load(checked: Checked) -> int:
    from luoshi.supervision.imports.plan import plan_load

    campaign = importing.load(
        lambda: plan_load(checked=checked, actor=importing.importer(), at=importing.now())
    )
    return int(campaign.pk)
