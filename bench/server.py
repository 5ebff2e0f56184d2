"""The bench's own PostgreSQL in var/bench, its databases, and web processes on this machine for each."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import psycopg

from luoshi.ledger import keyring

HOME = Path("var/bench").resolve()
SEED = "bench_seed"
started: str | None = None


def start() -> str:
    """Start the bench's embedded PostgreSQL; returns the URL of its own database. It stops with this process."""
    from luoshi.web.database import start_embedded

    global started
    started = start_embedded(HOME / "postgres")
    return started


def url_of(server: str, name: str) -> str:
    """The URL of one database of the server."""
    return server.replace("/postgres?", f"/{name}?")


def drop(server: str, name: str) -> None:
    """Throw a database away."""
    with psycopg.connect(server, autocommit=True) as db:
        db.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def create(server: str, name: str, template: str = "template0") -> str:
    """Make a database anew, as a copy of another; returns its URL."""
    drop(server, name)
    with psycopg.connect(server, autocommit=True) as db:
        db.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    return url_of(server, name)


def environment(url: str, home: Path = HOME) -> dict[str, str]:
    """What the processes of the bench are started with."""
    source = os.pathsep.join([os.getcwd(), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {
        "LUOSHI_LOG_LEVEL": "ERROR",
        "LUOSHI_API_CALLS": "1000000",
        **os.environ,
        "LUOSHI_HOME": str(home),
        "LUOSHI_DATABASE_URL": url,
        "PYTHONPATH": source,
    }


def key() -> keyring.Key:
    """The key under which the bench's personal data are sealed and marked."""
    ring = keyring.parse((HOME / "keys").read_text())
    return next(iter(ring.values()))


def seed(server: str) -> None:
    """The database with tables, bodies, accounts, knowledge and templates: others are copied from it."""
    url = create(server, SEED)
    unhurried = f"{url}&options=-c%20synchronous_commit%3Doff"  # nothing is measured here
    subprocess.run([sys.executable, "-m", "bench.lives"], env=environment(unhurried), check=True)


def migrate(url: str) -> None:
    """Bring the tables of a database that stands already up to date, and the files that pages name."""
    for words in (["migrate"], ["collectstatic", "--no-input"]):
        command = [sys.executable, "-m", "luoshi.cli.entry", "manage", *words, "-v", "0"]
        subprocess.run(command, env=environment(url), check=True)


@contextmanager
def serving(url: str, *, workers: int = 2, threads: int = 4, home: Path = HOME) -> Iterator[int]:
    """Web processes on a database; gives the port. They end with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    web = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "luoshi.web.wsgi:application", "--bind", f"127.0.0.1:{port}",
         "--workers", str(workers), "--threads", str(threads), "--worker-class", "gthread", "--timeout", "120",
         "--keep-alive", "75", "--log-level", "warning"],
        env=environment(url, home), start_new_session=True,
    )  # fmt: skip
    try:
        _wait(port, web)
        yield port
    finally:
        web.terminate()
        try:
            web.wait(timeout=20)
        except subprocess.TimeoutExpired:
            web.kill()


def _wait(port: int, web: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and web.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.3)
    raise RuntimeError("the web processes of the bench did not come up")
