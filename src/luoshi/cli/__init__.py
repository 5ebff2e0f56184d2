"""The `luoshi` command: one program for rules, service and data.

Errors are one clear line on standard error and exit code 2; a traceback is a defect.
Commands import what is heavy (Django, numpy) inside themselves, so that `luoshi due` starts at once.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from luoshi import __version__

# command name -> (module, attribute); loaded when called, so that one broken or heavy module costs the others nothing
COMMANDS = {
    "due": "luoshi.cli.due:due",
    "elapsed": "luoshi.cli.due:elapsed",
    "rulebook": "luoshi.cli.rulebook:rulebook",
    "assess": "luoshi.cli.assess:assess",
    "suggest": "luoshi.cli.suggest:suggest",
    "export": "luoshi.cli.export:export",
    "import-requests": "luoshi.cli.imports:import_requests",
    "import-targets": "luoshi.cli.targets:import_targets",
    "import-tasks": "luoshi.cli.tasks:import_tasks",
    "import-appointments": "luoshi.cli.appointments:import_appointments",
    "verify": "luoshi.cli.service:verify",
    "seal": "luoshi.cli.service:seal",
    "retention": "luoshi.cli.retention:retention",
    "backup": "luoshi.cli.backup:backup",
    "restore": "luoshi.cli.backup:restore",
    "export-everything": "luoshi.cli.backup:export_everything",
    "demo": "luoshi.cli.demo:demo",
    "run": "luoshi.cli.service:run",
    "worker": "luoshi.cli.service:worker",
    "setup": "luoshi.cli.service:setup",
    "manage": "luoshi.cli.service:manage",
}


class LazyGroup(click.Group):
    """A command group that imports a command only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All command names in the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import and return the command, or None when there is no such name."""
        target = COMMANDS.get(name)
        if target is None:
            return None
        module, _, attribute = target.partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="luoshi")
def cli() -> None:
    """Luoshi (落实): rules in, accountable work out.

    \b
    Try:
      luoshi due "4 working hours" --start "2017-09-29 17:50"
      luoshi due hotline.sign_in --rulebook sanmenxia --start "2017-09-29 17:50" --set urgency=routine
      luoshi rulebook check
      luoshi assess export/ --period 2017-10 --format html --out october.html
      luoshi demo
    """


def use_django() -> None:
    """Start Django for a command that needs the database."""
    settings = (
        "luoshi.web.settings_check" if os.environ.get("LUOSHI_SETTINGS") == "check" else "luoshi.web.settings"
    )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings)
    import django

    django.setup()


def _one_line(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return text or type(error).__name__


def main(argv: list[str] | None = None) -> Any:
    """Run the command line; turn every error into one line and exit code 2."""
    try:
        return cli.main(args=argv, prog_name="luoshi", standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.exceptions.Abort:
        click.echo("luoshi: stopped", err=True)
        sys.exit(130)
    except click.UsageError as error:
        hint = f" (see {error.ctx.command_path} --help)" if error.ctx else ""
        click.echo(f"luoshi: {_one_line(ValueError(error.format_message()))}{hint}", err=True)
    except click.ClickException as error:
        click.echo(f"luoshi: {_one_line(ValueError(error.format_message()))}", err=True)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        if os.environ.get("LUOSHI_DEBUG") == "1":
            raise
        click.echo(
            f"luoshi: {type(error).__name__}: {_one_line(error)} (LUOSHI_DEBUG=1 shows where)", err=True
        )
    sys.exit(2)
