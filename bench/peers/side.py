"""What every side of the comparison offers, and the steps of a case's life that all of them go through."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Protocol

UNITS = ("chengguan", "zhujian", "huanbao", "jiaoyu", "shuiwu", "reli", "hubin", "lushi", "gongan", "jiaotong",
         "minzheng", "renshe", "weisheng")  # fmt: skip
OPEN_CASES = 2_000  # unfinished at every size, on every side
FINISHED, OPEN = 20, 10  # the peer's own cases that are copied
WORDS = "甘棠路中段的路灯已经三天不亮，晚上走路看不清，小区门口还有老人摔倒，请尽快维修。"
STEPS = ("create", "dispatch", "sign", "hand over", "contact", "preliminary", "draft", "submit",
         "reply with state change", "feed back", "close")  # fmt: skip
OPERATIONS = (
    "read one",
    "list 25, by state",
    "list 25, by unit and state",
    "overdue scan",
    "monthly count per unit",
)
BY_API = ("read one, by the interface", "list 25, by state, by the interface")  # JSON instead of pages

Ask = Callable[[int], float]
Steps = list[tuple[str, float]]


class Side(Protocol):
    """Something being served at one size. asks: seconds of one answer by operation; those it cannot do are missing."""

    name: str
    asks: Mapping[str, Ask]

    def life(self, number: int) -> Steps:
        """One case from beginning to end; the steps with their seconds."""


class Missing(RuntimeError):
    """The peer cannot be had here; the words say why."""


def free_port() -> int:
    """A port on this machine that nobody listens to now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: list[str], port: int, env: Mapping[str, str], path: str, cwd: str | None = None
) -> Iterator[int]:
    """A web server on this machine for the time of the block; gives the port."""
    with subprocess.Popen(
        command, env=dict(env), cwd=cwd, start_new_session=True, stdout=subprocess.DEVNULL
    ) as web:
        try:
            _wait(port, web, path)
            yield port
        finally:
            web.terminate()
            try:
                web.wait(timeout=20)
            except subprocess.TimeoutExpired:
                web.kill()


def _wait(port: int, web: subprocess.Popen[bytes], path: str) -> None:
    until = time.monotonic() + 180
    while time.monotonic() < until and web.poll() is None:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", path)
            if connection.getresponse().status < 500:
                return
        except OSError:
            time.sleep(0.5)
        finally:
            connection.close()
    raise RuntimeError(f"{web.args!r} did not come up")
