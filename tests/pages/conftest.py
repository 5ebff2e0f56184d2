"""A demo city that is built, served and walked through by its people, once for all tests of pages.

LUOSHI_TEST_CITY names the home folder of a demo city that stands already (it is written to: use a copy).
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import chromium

__all__ = ["chromium"]

WALK = Path(__file__).with_name("crawl.py")
PATIENCE = 180  # seconds until a busy machine has a server up
OWN = {"LUOSHI_DATABASE_URL", "DJANGO_SETTINGS_MODULE", "LUOSHI_SETTINGS"}


def environment(home: Path) -> dict[str, str]:
    """The environment of a process that works on the demo city in that folder."""
    kept = {name: value for name, value in os.environ.items() if name not in OWN}
    root = Path(__file__).resolve().parents[2]
    return {**kept, "LUOSHI_HOME": str(home), "LUOSHI_DEMO": "1", "PYTHONPATH": f"{root / 'src'}:{root}"}


def run(home: Path, *arguments: str) -> str:
    """What a process says that works on the city; it must succeed."""
    done = subprocess.run(
        [sys.executable, *arguments], env=environment(home), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo city of ten days."""
    given = os.environ.get("LUOSHI_TEST_CITY")
    if given:
        run(Path(given), "-m", "luoshi.cli.entry", "setup")
        return Path(given)
    folder = tmp_path_factory.mktemp("city")
    run(folder, "-m", "luoshi.cli.entry", "demo", "--build-only", "--days", "10")
    return folder


@pytest.fixture(scope="session")
def walked(home: Path) -> dict[str, Any]:
    """What its people opened, and their sessions."""
    begin = "import runpy; from luoshi.cli import use_django; use_django()"
    said = run(home, "-c", f"{begin}; runpy.run_path({str(WALK)!r}, run_name='__main__')")
    found: dict[str, Any] = json.loads(said)
    return found


@pytest.fixture(scope="session")
def visits(walked: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """By URL name: who opened which path, with what result."""
    found: dict[str, list[dict[str, Any]]] = walked["visits"]
    return found


@pytest.fixture(scope="session")
def served(home: Path) -> Iterator[str]:
    """The address of the city while it is served as in production: compressed files, two processes."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "luoshi.cli.entry", "run", "--port", str(port)], env=environment(home)
    )
    try:
        _wait(f"{address}/readyz", process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=60)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(PATIENCE):
        assert process.poll() is None, "the server ended by itself"
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(1)
    raise AssertionError(f"{url} does not answer")


@pytest.fixture(scope="session")
def cookies(walked: dict[str, Any], served: str) -> dict[str, dict[str, str]]:
    """The cookie of each person's session at the served city."""
    return {
        who: {"name": walked["cookie"], "value": value, "url": served}
        for who, value in walked["sessions"].items()
    }
