"""Commands that need the database: set up, run, check, seal."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from luoshi.cli import use_django

PORTS_TRIED = 20
PATIENCE = 10.0


def free_port(port: int, host: str) -> int:
    """The port, or the next one that is free."""
    for candidate in range(port, port + PORTS_TRIED):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, candidate))
            except OSError:
                continue
            return candidate
    raise click.ClickException(
        f"ports {port} to {port + PORTS_TRIED - 1} are all in use; choose another with --port"
    )


@contextmanager
def patient(seconds: float = PATIENCE) -> Iterator[None]:
    """Change tables in this block, but wait no longer for one that is in use: whoever comes after would wait as well."""
    from django.db import OperationalError, connection
    from psycopg.errors import LockNotAvailable

    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{int(seconds * 1000)}ms"])
    try:
        yield
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise click.ClickException(
            f"A table stayed in use for {seconds:g} seconds, so its change was given up and nobody's work waits for it. "
            "What was changed before stands. Run the command again, best when little is going on."
        ) from None
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")


def migrate() -> None:
    """Bring tables, static files and roles up to date."""
    from django.conf import settings
    from django.core.management import call_command

    with patient():
        call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    from luoshi.knowledge.search.tokens import tokenizer
    from luoshi.ledger.rows import NoRole, role_prepare
    from luoshi.organisation.services import roles_sync

    try:
        if settings.ROW_SECURITY:
            role_prepare()
    except NoRole as error:
        raise click.ClickException(str(error)) from None
    roles_sync()
    tokenizer()  # writes its dictionary, which takes seconds, before anybody waits for it


def _start(arguments: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(arguments, start_new_session=True)  # noqa: S603 - our own commands, no shell


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()


def serve(host: str, port: int, workers: int) -> None:
    """Run web and worker until a signal or until one of them ends; then stop both."""
    from django.conf import settings

    os.environ["LUOSHI_HOSTS"] = ",".join({*settings.ALLOWED_HOSTS, host})
    if settings.METRICS_TOKEN:
        shared = settings.HOME / "metrics"  # where the web processes put their figures together
        shutil.rmtree(shared, ignore_errors=True)
        shared.mkdir(parents=True)
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(shared)
    program = [sys.executable, "-m"]
    processes = [
        _start([*program, "gunicorn", "luoshi.web.wsgi:application", "--bind", f"{host}:{port}", "--workers", str(workers),
                "--threads", "4", "--worker-class", "gthread", "--timeout", "60", "--log-level", "warning",
                "--config", "python:luoshi.web.gunicorn"]),
        _start([*program, "luoshi.cli.entry", "worker"]),
    ]  # fmt: skip
    stopping = False

    def stop(signum: int, frame: Any) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        while not stopping and all(process.poll() is None for process in processes):
            time.sleep(0.2)
    finally:
        _stop(processes)
    if not stopping:
        raise click.ClickException("web or worker ended by itself; see its messages above")


@click.command()
def setup() -> None:
    """Create or update the tables, static files and roles. Run it after each update."""
    use_django()
    migrate()
    click.echo("Tables, static files and roles are up to date.")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, help="Port; the next free one is taken if it is in use."
)
@click.option("--workers", default=2, show_default=True, help="Web processes.")
def run(host: str, port: int, workers: int) -> None:
    """Run web and background worker on LUOSHI_DATABASE_URL, or on the embedded PostgreSQL in var/."""
    use_django()
    migrate()
    free = free_port(port, host)
    click.echo(f"Luoshi: http://{host}:{free}/  (stop with Ctrl-C)")
    serve(host, free, workers)


@click.command()
def worker() -> None:
    """Run the background worker alone: outbox, overdue sweep, nightly seal."""
    use_django()
    from django.core.management import call_command

    call_command("procrastinate", "worker")


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Run a Django management command (for maintainers)."""
    use_django()
    from django.core.management import CommandError, execute_from_command_line

    try:
        execute_from_command_line(["luoshi manage", *arguments])
    except CommandError as error:
        raise click.ClickException(str(error)) from error


@click.command()
def seal() -> None:
    """Seal every past day that has no seal yet (the worker does it each night)."""
    use_django()
    from django.utils import timezone

    from luoshi.ledger.services import seal_days

    made = seal_days(now=timezone.now())
    click.echo(
        f"{len(made)} day(s) sealed" + (f", the last is {made[-1].day}" if made else "; nothing to seal")
    )


@click.command()
@click.option("--matter", metavar="NUMBER", help="Check one matter only, by its number.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(matter: str | None, as_json: bool) -> None:
    """Check chain, seals, obligations, tallies and files against the events; exit 1 if anything differs."""
    use_django()
    from luoshi.ledger import verify as checking
    from luoshi.ledger.models import Matter

    wanted: int | None = None
    if matter is not None:
        wanted = Matter.objects.filter(number=matter).values_list("pk", flat=True).first()
        if wanted is None:
            raise click.ClickException(f"no matter has the number {matter}")
    report, found = checking.Report(), 0
    differences: list[dict[str, str]] = []
    with checking.snapshot():
        for difference in checking.verify(report=report, matter_id=wanted):
            found += 1
            if as_json:
                differences.append(
                    {"check": difference.check, "where": difference.where, "message": difference.message}
                )
            else:
                click.echo(str(difference))
    if as_json:
        import json
        from dataclasses import asdict

        click.echo(json.dumps({"checked": asdict(report), "differences": differences}, ensure_ascii=False))
    else:
        click.echo(
            f"{report.matters} matters, {report.events} events, {report.obligations} obligations, "
            f"{report.tallies} tallies, {report.seals} seals, {report.files} files: {found} difference(s)"
        )
    raise click.exceptions.Exit(1 if found else 0)
