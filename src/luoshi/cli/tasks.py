"""`luoshi import-tasks`: check a file of a plan's tasks, and import it whole."""

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
    from luoshi.supervision.imports.plan import Checked


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Only check; nothing is imported.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="NAME=CODE",
    help="The body that a printed name means; repeatable.",
)
@click.option("--yes", is_flag=True, help="Import without asking.")
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

    codes = {}
    for pair in mapped:
        name, sign, code = pair.partition("=")
        if not sign or not code:
            raise click.UsageError(f"--map {pair}: write NAME=CODE")
        codes[name.strip()] = code.strip()
    checked = plan_check(file.read_bytes(), mapped=codes)
    report = _report(file, checked)
    if not as_json:
        _tell(report, file)
    if checked.usable and not dry_run:
        _confirm(report, as_json=as_json, yes=yes)
        report["campaign"] = _load(checked)
        if not as_json:
            click.echo(f"  imported: {report['tasks']} tasks")
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    click.get_current_context().exit(0 if checked.usable else 1)


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


def _confirm(report: dict[str, Any], *, as_json: bool, yes: bool) -> None:
    """Ask before importing; where nobody can answer, insist on --yes."""
    if yes:
        return
    if as_json or not sys.stdin.isatty():
        raise click.UsageError("nothing imported: add --yes to import without being asked")
    click.confirm(f"Import {report['tasks']} tasks of {report['title']}?", abort=True, err=True)


def _load(checked: Checked) -> int:
    from luoshi.ledger.actors import Actor, ActorKind
    from luoshi.ledger.errors import Refusal
    from luoshi.supervision.imports.plan import plan_load

    try:
        who = getpass.getuser()
    except (OSError, KeyError):
        who = "未知"
    actor = Actor(kind=ActorKind.SYSTEM, name=f"导入({who})")
    try:
        campaign = plan_load(checked=checked, actor=actor, at=datetime.now(ZoneInfo("Asia/Shanghai")))
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from None
    return int(campaign.pk)
