"""The demo city: built once, then run; thrown away and built anew on demand."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from luoshi.cli import use_django
from luoshi.cli.service import free_port, migrate, serve

CITY, COUNTY = "sanmenxia", "xiping"
WITHOUT = "hotline,knowledge,assessment,rounds,targets"  # what the trial county does without
OWN = (
    "postgres",
    "static",
    "attachments",
    "models",
)  # what the demo writes in its home folder, and --fresh removes


def _clear(home: Path) -> None:
    """Remove the demo's data, but not while it is in use, and only after a yes where somebody can say it."""
    if os.environ.get("LUOSHI_DATABASE_URL"):
        raise click.ClickException(
            "--fresh removes the embedded database only; empty the one of LUOSHI_DATABASE_URL yourself, or unset it"
        )
    process = _process_of(home / "postgres" / "postmaster.pid")
    if process is not None:
        raise click.ClickException(
            f"the demo in {home} is running (its database is process {process}); stop it before --fresh"
        )
    found = [home / name for name in OWN if (home / name).exists()]
    if found and sys.stdin.isatty():
        click.confirm(f"Throw away the demo city in {home}?", abort=True)
    for folder in found:
        shutil.rmtree(folder)


def _process_of(path: Path) -> int | None:
    """The living process that a PostgreSQL lock file names."""
    try:
        process = int(path.read_text().split()[0])
        os.kill(process, 0)
    except (OSError, ValueError, IndexError):
        return None
    return process


def _progress() -> Callable[[float, datetime], None]:
    """A line that grows on a terminal; elsewhere one line for each quarter."""
    shown = -1
    step = 1 if sys.stderr.isatty() else 25

    def progress(part: float, moment: datetime) -> None:
        nonlocal shown
        percent = int(100 * part) // step * step
        if percent <= shown:
            return
        shown = percent
        if step == 1:
            click.echo(f"\r  {percent:3d} %  {moment:%Y-%m-%d}", nl=percent >= 100, err=True)
        elif percent:
            click.echo(f"  {percent:3d} %  {moment:%Y-%m-%d}")

    return progress


def _leave(signum: int, frame: Any) -> None:
    """Stopped from outside: leave in order, so that the embedded database stops too."""
    raise click.exceptions.Abort


def _stand(days: int, place: str) -> None:
    """Build the city or county unless it stands. Errors: ClickException for a database that is not the demo's."""
    from luoshi.demo import city, county

    built_in = county if place == COUNTY else city
    try:
        until = built_in.stands()
        if until is not None:
            click.echo(f"The demo stands, up to {until:%Y-%m-%d %H:%M}; --fresh builds it anew, up to now.")
            return
        begun = time.monotonic()
        built = built_in.build(days=days, say=click.echo, progress=_progress())
    except city.NotADemo as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"The place lived {built.steps} steps; built in {time.monotonic() - begun:.0f} seconds.")
    for refusal in built.refused:
        click.echo(f"  refused: {refusal}", err=True)


def _choose(rulebook: str) -> None:
    """Set what the demo's place lives by, for this process and those that it starts."""
    if rulebook == CITY:
        return
    os.environ.setdefault("LUOSHI_HOME", str(Path(f"var/demo-{rulebook}").resolve()))
    os.environ["LUOSHI_RULEBOOK"] = os.environ["LUOSHI_JURISDICTION"] = rulebook
    os.environ["LUOSHI_RULEBOOK_ON_TRIAL"] = "1"
    os.environ["LUOSHI_WITHOUT"] = WITHOUT


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, help="Port; the next free one is taken if it is in use."
)
@click.option("--days", default=91, show_default=True, help="How many days the city has lived up to now.")
@click.option("--fresh", is_flag=True, help="Throw the demo city away and build it anew, up to now.")
@click.option("--build-only", is_flag=True, help="Build the city and stop.")
@click.option(
    "--rulebook",
    type=click.Choice([CITY, COUNTY]),
    default=CITY,
    show_default=True,
    help="Whose rules the place lives by: a city, or a county whose rules are a draft on trial.",
)
def demo(host: str, port: int, days: int, fresh: bool, build_only: bool, rulebook: str) -> None:
    """Build (once) and run the demo city on an embedded PostgreSQL; print address and log-ins.

    It lies in LUOSHI_HOME, or in var/demo; the county lies in var/demo-xiping. A build that is broken off leaves nothing
    behind.
    """
    os.environ["LUOSHI_DEMO"] = "1"
    _choose(rulebook)
    os.environ.setdefault("LUOSHI_HOME", str(Path("var/demo").resolve()))
    with suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGTERM, _leave)
    if fresh:
        _clear(Path(os.environ["LUOSHI_HOME"]))
    use_django()
    click.echo("Setting up the tables …")
    migrate()
    _stand(days, rulebook)
    from luoshi.demo import city, county

    city.print_logins(say=click.echo, shown=county.SHOWN if rulebook == COUNTY else city.SHOWN)
    if build_only:
        return
    free = free_port(port, host)
    click.echo(
        f"\nThe demo city: http://{host}:{free}/   workbench: http://{host}:{free}/login/   (stop with Ctrl-C)"
    )
    serve(host, free, workers=2)
