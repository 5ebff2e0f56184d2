"""What the commands that import a file share: names mapped to bodies, the question before, who imports, the outcome."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:
    from luoshi.ledger.actors import Actor

ResultT = TypeVar("ResultT")


def import_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every such command: --dry-run, --json, --map, --yes."""
    for add in (
        click.option("--yes", is_flag=True, help="Import without asking."),
        click.option(
            "--map", "mapped", multiple=True, metavar="NAME=CODE",
            help="The body that a name of the file means; repeatable.",
        ),
        click.option("--json", "as_json", is_flag=True, help="Print the report as JSON."),
        click.option("--dry-run", is_flag=True, help="Only check; nothing is imported."),
    ):  # fmt: skip
        command = add(command)
    return command


def now() -> datetime:
    """This moment in the city."""
    return datetime.now(ZoneInfo("Asia/Shanghai"))


def codes(mapped: Iterable[str]) -> dict[str, str]:
    """Names and codes from NAME=CODE. Errors: UsageError for anything else."""
    found = {}
    for pair in mapped:
        name, sign, code = pair.partition("=")
        if not sign or not code:
            raise click.UsageError(f"--map {pair}: write NAME=CODE")
        found[name.strip()] = code.strip()
    return found


def confirm(what: str, *, as_json: bool, yes: bool) -> None:
    """Ask before importing; where nobody can answer, insist on --yes."""
    if yes:
        return
    if as_json or not sys.stdin.isatty():
        raise click.UsageError("nothing imported: add --yes to import without being asked")
    click.confirm(f"Import {what}?", abort=True, err=True)


def importer() -> Actor:
    """Who imports: the system, with the name of the account on this machine."""
    from luoshi.ledger.actors import Actor, ActorKind

    try:
        who = getpass.getuser()
    except (OSError, KeyError):
        who = "未知"
    return Actor(kind=ActorKind.SYSTEM, name=f"导入({who})")


def load(service: Callable[[], ResultT]) -> ResultT:
    """Carry out the import; a refusal ends the command with its sentence."""
    from luoshi.ledger.errors import Refusal

    try:
        return service()
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from None


def finish(report: dict[str, Any], *, good: bool, as_json: bool) -> None:
    """Print the report where it is asked for as JSON, and end with 0 or 1."""
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    click.get_current_context().exit(0 if good else 1)
