"""Many people at work at once for some minutes: 60 % looks, 40 % steps of requests' lives, on what is stored.

The people are a process of their own on the same machine, so that they take part of the same cores; each hands in or
looks up as soon as the last answer is there. Told are answers a second, how long answers take, what went wrong, and
the most memory that a web process ever held.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

from bench import figures, pages, server, stores
from bench.client import Answer, Browser

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "8"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "180"))
WARM_S = 15.0
LOOKS = 0.6
MEMORY_MB = 250
MIX = [
    ("request list", 5), ("request list, being handled", 5), ("request, its page", 10),
    ("request search, a road", 3), ("request search, rare words", 2), ("dispatch list of a unit", 6),
    ("worklist of a unit", 6), ("worklist of the dispatchers", 5), ("call-back queue", 3), ("published list", 4),
    ("published search, common words", 2), ("knowledge while typing", 3), ("agent's likely repeats", 3),
]  # fmt: skip


def run(full: bool = False) -> dict[str, Any]:
    """Measure at 100,000 stored requests, with --full at 1,000,000."""
    own = server.start()
    size = stores.LARGE if full else stores.MIDDLE
    stored = stores.database(own, size)
    url = server.url_of(own, stores.name_of(size))
    before = os.getloadavg()
    with server.serving(url) as port:
        command = [sys.executable, "-m", "bench.load", str(size), str(port), url]
        told = subprocess.run(
            command, capture_output=True, text=True, check=False, env=server.environment(url)
        )
        if told.returncode:
            raise RuntimeError(told.stderr[-1000:])
        most = memory(port)
    found: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    return {
        "stored": {f"{size:,}": stored},
        "load of the machine before, 1 and 5 minutes": f"{before[0]:.1f}, {before[1]:.1f}",
        "people at once": PEOPLE,
        **found,
        f"most memory of a web process, MB (goal: under {MEMORY_MB})": max(most),
        "of each, MB": most,
    }


def memory(port: int) -> list[int]:
    """The most memory that each process of the web server on this port has held, in MB."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"127.0.0.1:{port}".encode() not in (folder / "cmdline").read_bytes().split(b"\0"):
                continue
            lines = dict(
                line.split(":", 1) for line in (folder / "status").read_text().splitlines() if ":" in line
            )
            found.append(round(int(lines["VmHWM"].split()[0]) / 1024))
        except (OSError, KeyError):
            continue
    return sorted(found)


class Person:
    """Somebody who looks at pages and takes steps; with requests of their own, so that nobody waits for another."""

    def __init__(self, number: int, place: pages.Place, numbers: Iterator[int]) -> None:
        self.chance = random.Random(number)
        self.place, self.numbers = place, numbers
        self.team = pages.team(place)
        self.people = {
            role: Browser(place.port, dict(browser.cookies)) for role, browser in place.people.items()
        }
        self.steps: Iterator[tuple[str, Answer]] = iter(())
        self.known = {page.name: page for page in pages.PAGES}
        self.taken: list[tuple[float, str, str, float]] = []
        self.wrong: Counter[str] = Counter()

    def work(self, until: float) -> Person:
        """Look and write until then."""
        names, weights = zip(*MIX, strict=True)
        while time.monotonic() < until:
            kind = "look" if self.chance.random() < LOOKS else "write"
            name = self.chance.choices(names, weights)[0] if kind == "look" else "write"
            try:
                if kind == "look":
                    page = self.known[name]
                    answer = page.ask(self.people[page.who], self.place, self.chance.randrange(1000))
                    good = answer.status == 200
                else:
                    name, answer = self._step()
                    good = answer.status == 302
            except Exception as error:
                self.wrong[f"{name}: {type(error).__name__}: {error}"[:120]] += 1
                self.steps = iter(())
                continue
            self.taken.append((time.monotonic(), kind, name, answer.seconds))
            if not good:
                self.wrong[f"{name}: {answer.status}"] += 1
                self.steps = iter(())
        return self

    def _step(self) -> tuple[str, Answer]:
        step = next(self.steps, None)
        if step is None:
            self.steps = pages.living(self.place, next(self.numbers), self.team)
            step = next(self.steps)
        return step


def measure(size: int, port: int, url: str) -> dict[str, Any]:
    """Let the people work, and say what came of it; the first seconds are not counted."""
    place = pages.Place(size, port, url)
    numbers = count(int(time.time()) % 10_000_000)  # nobody hands in the same twice, also on a kept database
    team = [Person(number, place, numbers) for number in range(PEOPLE)]
    began = time.monotonic()
    with ThreadPoolExecutor(PEOPLE) as pool:
        done = list(pool.map(lambda one: one.work(began + WARM_S + SECONDS), team))
    taken = [row for one in done for row in one.taken if row[0] >= began + WARM_S]
    wrong = sum((one.wrong for one in done), Counter[str]())
    seconds = [row[3] for row in taken]
    by_name: dict[str, list[float]] = {}
    for _, _, name, took in taken:
        by_name.setdefault(name, []).append(took)
    return {
        "seconds measured": SECONDS,
        "answers": len(taken),
        "answers a second": round(len(taken) / SECONDS, 1),
        "looks, share": round(sum(row[1] == "look" for row in taken) / len(taken), 3),
        "p50 ms": round(statistics.median(seconds) * 1000, 1),
        "p95 ms": round(figures.part(seconds, 0.95) * 1000, 1),
        "p99 ms": round(figures.part(seconds, 0.99) * 1000, 1),
        "longest ms": round(max(seconds) * 1000, 1),
        "looks": figures.ms([row[3] for row in taken if row[1] == "look"]),
        "writes": figures.ms([row[3] for row in taken if row[1] == "write"]),
        "errors (goal: 0)": sum(wrong.values()),
        "what went wrong": dict(wrong.most_common(10)),
        "median by kind, ms": {
            name: round(statistics.median(values) * 1000, 1) for name, values in sorted(by_name.items())
        },
    }


if __name__ == "__main__":
    found = measure(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
