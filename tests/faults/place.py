"""A whole installation on this machine that may be shot at: PostgreSQL, web, worker, and a gateway that remembers."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psycopg
import pytest
from django.conf import settings

from luoshi.backup.tools import program

PATIENCE_S = 120
SMALL_DISK = "400m"
AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
USER = "pgserver" if AS_ROOT else None
"""PostgreSQL does not run as root; the embedded server makes this user where it has to."""


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(true: Callable[[], bool], what: str, seconds: float = PATIENCE_S) -> None:
    """Wait until it is so. Errors: AssertionError that says what was waited for."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError, psycopg.Error):
            if true():
                return
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds:.0f} s in vain until {what}")


class Gateway:
    """Takes messages as the operator's gateway does, honours keys, and now and then breaks off after taking one."""

    def __init__(self, dice: random.Random) -> None:
        self.taken: dict[str, dict[str, str]] = {}
        self.attempts: Counter[str] = Counter()
        self.away = False
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if gateway.away:
                    self.send_error(503)
                    return
                key = self.headers["Idempotency-Key"]
                gateway.attempts[key] += 1
                before = gateway.taken.setdefault(key, body)
                if dice.random() < 0.1 or before != body:  # taken, but the sender never hears of it
                    self.connection.close()
                    return
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"taken")

            def log_message(self, *arguments: Any) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where the worker posts."""
        return f"http://127.0.0.1:{self.server.server_address[1]}/"


class Place:
    """PostgreSQL with a data directory of its own, two web processes and a worker."""

    def __init__(self, folder: Path, gateway: Gateway, version: int, small: Sequence[str]) -> None:
        self.folder, self.port, self.version = folder, free_port(), version
        self.data = folder / "data"
        self.small = [folder / name for name in small]
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.gateway = gateway
        self.extra: dict[str, str] = {}
        self.application = "luoshi.web.wsgi:application"

    @property
    def url(self) -> str:
        """The installation's database."""
        return f"postgresql://postgres@/luoshi?host={self.folder}"

    def make(self, dump: Path) -> None:
        """A new cluster with the database of the dump in it, and small disks of their own where asked for."""
        for folder in self.small:
            self.own(folder)
            mounted = subprocess.run(
                ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK},mode=0700", "tmpfs", str(folder)],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            if mounted.returncode:
                pytest.skip(f"no disk of its own can be mounted here: {mounted.stderr.strip()}")
            if AS_ROOT:
                shutil.chown(folder, USER)
        self.tool("initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "-E", "UTF8")
        archive = self.folder / "archive"
        self.own(archive)
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.write(f"wal_level = replica\narchive_mode = on\narchive_command = 'cp %p {archive}/%f'\n")
            conf.write("max_wal_size = 64MB\n" if self.small else "")
        self.start("postgres")
        with psycopg.connect(f"postgresql://postgres@/postgres?host={self.folder}", autocommit=True) as db:
            db.execute("CREATE DATABASE luoshi TEMPLATE template0")
        subprocess.run(
            [
                program("pg_restore", at_least=self.version),
                "--no-owner",
                "--no-privileges",
                "--dbname",
                self.url,
                str(dump),
            ],
            check=True,
        )

    def own(self, folder: Path) -> None:
        """A new folder in which PostgreSQL may write."""
        folder.mkdir(mode=0o700)
        if AS_ROOT:
            shutil.chown(folder, USER)

    def tool(self, name: str, *arguments: str) -> None:
        """One of PostgreSQL's own programs, as the user that the server runs as."""
        tool = [program(name, at_least=self.version), *arguments]
        subprocess.run(tool, user=USER, check=True, capture_output=True, cwd=self.folder)

    def _command(self, name: str) -> list[str]:
        python = [sys.executable, "-m"]
        return {
            "postgres": [program("postgres", at_least=self.version), "-D", str(self.data), "-k", str(self.folder), "-h", ""],
            "web": [*python, "gunicorn", self.application, "--bind", f"127.0.0.1:{self.port}",
                    "--workers", "2", "--threads", "4", "--worker-class", "gthread", "--timeout", "60",
                    "--log-level", "critical", "--config", "python:luoshi.web.gunicorn"],
            "worker": [*python, "luoshi.cli.entry", "worker"],
        }[name]  # fmt: skip

    @property
    def environment(self) -> dict[str, str]:
        """What the program is started with."""
        source = os.pathsep.join([os.getcwd(), *filter(None, [os.environ.get("PYTHONPATH")])])
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "luoshi.web.settings",
            "LUOSHI_DATABASE_URL": self.url,
            "LUOSHI_HOME": str(self.folder / "home"),
            "LUOSHI_KEYS": settings.KEYS,
            "LUOSHI_SMS_URL": self.gateway.url,
            "LUOSHI_LOG_LEVEL": "CRITICAL",
            "PYTHONPATH": source,
            **self.extra,
        }

    def start(self, name: str) -> None:
        """Start one part and wait until it serves, as a service manager restarts what has died."""

        def up() -> bool:
            process = self.processes.get(name)
            if process is None or process.poll() is not None:
                self.processes[name] = self._launch(name)
            return self.ready(name)

        until(up, f"{name} is up")

    def _launch(self, name: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{name}.log").open("ab")
        own: dict[str, Any] = {"user": USER} if name == "postgres" else {"env": self.environment}
        return subprocess.Popen(
            self._command(name), stdout=log, stderr=log, start_new_session=True, **own,
            **({"cwd": self.folder} if name == "postgres" else {}),
        )  # fmt: skip

    def ready(self, name: str) -> bool:
        """Whether a part serves; the worker has no door to knock at: it is ready once it runs."""
        if name == "postgres":
            with psycopg.connect(f"postgresql://postgres@/postgres?host={self.folder}"):
                return True
        if name == "web":
            with urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        return self.processes[name].poll() is None

    def kill(self, name: str) -> None:
        """kill -9 a part with all its processes, as a power cut or the kernel's memory killer would."""
        process = self.processes[name]
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def kill_one_of(self, name: str, dice: random.Random) -> None:
        """kill -9 one child process: a web process, or a connection's server process."""
        children = subprocess.run(
            ["pgrep", "-P", str(self.processes[name].pid)], capture_output=True, text=True, check=False
        ).stdout.split()
        if children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(dice.choice(children)), signal.SIGKILL)

    def stop(self) -> None:
        """End everything that was started."""
        for name in ("worker", "web", "postgres"):
            if name in self.processes:
                self.kill(name)
        self.gateway.server.shutdown()
        self.gateway.server.server_close()
        for folder in self.small:
            subprocess.run(["umount", "--lazy", str(folder)], capture_output=True, check=False)

    def fill(self, name: str) -> Path:
        """Fill a small disk to its last byte; the file that fills it."""
        filler = self.folder / name / "filler"
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as handle:
            for size in (1 << 20, 4096, 1):
                with contextlib.suppress(OSError):
                    while handle.write(bytes(size)):
                        pass
        return filler

    def luoshi(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The program as an administrator calls it."""
        return subprocess.run(
            [sys.executable, "-m", "luoshi.cli.entry", *arguments],
            env=self.environment, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip

    def drained(self) -> bool:
        """Send what waits, as another worker after the waiting times; whether every message has left."""
        self.tell("UPDATE ledger_outbox SET next_at = now() WHERE state IN ('queued', 'sending')")
        sent = self.luoshi(
            "manage", "shell", "-c", "from luoshi.ledger.services import outbox_flush; outbox_flush()"
        )
        assert sent.returncode == 0, sent.stderr
        return self.ask("SELECT count(*) FROM ledger_outbox WHERE state <> 'sent'") == [(0,)]

    def ask(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of a question to the database."""
        with psycopg.connect(self.url, autocommit=True) as db:
            return db.execute(sql, values).fetchall()

    def tell(self, sql: str, *values: Any) -> None:
        """A statement to the database, also where it is set to be read only."""
        writing = "-c default_transaction_read_only=off"
        with psycopg.connect(self.url, autocommit=True, options=writing) as db:
            db.execute(sql, values)


@contextlib.contextmanager
def a_place(dump: Path, version: int, dice: random.Random, small: Sequence[str] = ()) -> Iterator[Place]:
    """An installation with the database of the dump on PostgreSQL of that version, running; gone afterwards.

    small: which of its folders (data, home) are small disks of their own.
    """
    folder = Path(tempfile.mkdtemp(prefix="luoshi-fault-"))  # short: a socket's path may not be long
    if AS_ROOT:
        shutil.chown(folder, USER)
    folder.chmod(0o755)
    place = Place(folder, Gateway(dice), version, small)
    try:
        place.make(dump)
        (folder / "home").mkdir(exist_ok=True)
        made = place.luoshi("setup")
        assert made.returncode == 0, made.stdout + made.stderr
        for name in ("web", "worker"):
            place.start(name)
        yield place
    finally:
        place.stop()
        shutil.rmtree(folder, ignore_errors=True)
