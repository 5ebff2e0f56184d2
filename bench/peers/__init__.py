"""Luoshi beside django-helpdesk and Request Tracker 5: the same operations through HTTP, on the same PostgreSQL.

Each peer is installed here (its own virtual environment; Debian's packages), makes its own cases through its own
pages or interface, and these are copied by SQL until as many are stored as on our side. At each size all are served
at the same time and asked in turn. What is stored, 2,000 unfinished cases at each size, is the same on every side.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

import psycopg

from bench import figures, server, stores
from bench.client import TIMEOUT_S
from bench.peers import helpdesk, ours, tracker
from bench.peers.side import BY_API, OPERATIONS, STEPS, Missing, Side

LIVES = int(os.environ.get("BENCH_LIVES", "12"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "20"))
LEAST = 3
SECONDS = 60.0  # for one operation of one side: then no more rounds
WARM, WARM_SECONDS = 10, 2.0  # first looks of an operation on a side, at most, that are not counted
LONG = 15.0  # seconds: then one look has to do
WHOLE = "whole life cycle, 11 writes"
PEERS = {"django-helpdesk": helpdesk, "Request Tracker": tracker}
Taken = dict[str, dict[str, list[float]]]


def run(full: bool = False) -> dict[str, Any]:
    """Install, fill, serve, measure; milliseconds, ratios to each peer, and how ours grow.

    full: Luoshi also at 1,000,000 stored requests.
    """
    own = server.start()
    sizes = [stores.SMALL, stores.MIDDLE]
    result: dict[str, Any] = {"server of all": _version(own)}
    there = prepared(own, sizes, result)
    ours_at = [*sizes, *([stores.LARGE] if full else [])]
    result["Luoshi"] = {"stored": {f"{size:,}": stores.database(own, size) for size in ours_at}}
    try:
        for size in sizes:
            try:
                result[f"at {size:,}"] = _at(own, size, there)
            except Exception as error:  # what the other size says is not lost
                result["failed"] = f"at {size:,}: {type(error).__name__}: {error}"
        result["growth of ours"] = _growth(own, ours_at[0], ours_at[-1])
    finally:
        if not stores.KEEP:
            for name in there:
                PEERS[name].KEPT.clear(own, sizes)
    return result


def _at(own: str, size: int, there: Sequence[str]) -> dict[str, Any]:
    with ExitStack() as stack:
        sides: list[Side] = [stack.enter_context(ours.serving(own, size))]
        for name in there:
            sides.append(stack.enter_context(PEERS[name].serving(own, PEERS[name].KEPT.name_of(size))))
        return _compared(sides)


def _version(own: str) -> str:
    with psycopg.connect(own) as db:
        row = db.execute("SHOW server_version").fetchone()
    return f"PostgreSQL {row[0] if row else '?'}"


def prepared(own: str, sizes: list[int], result: dict[str, Any]) -> list[str]:
    """The peers that could be had; what became of the others is said."""
    there = []
    for name, peer in PEERS.items():
        began = time.perf_counter()
        try:
            version = peer.install()
            result[name] = {"version": version, "stored": peer.prepare(own, sizes)}
            result[name]["filled in s"] = round(time.perf_counter() - began, 1)
            there.append(name)
        except Missing as reason:
            result[name] = {"left out": str(reason)}
        print(f"  {name}: {result[name]}", flush=True)
    return there


def _compared(sides: Sequence[Side]) -> dict[str, Any]:
    load = os.getloadavg()
    taken: Taken = {}
    _lived(sides, taken)
    _asked(sides, _operations(sides), taken)
    found: dict[str, Any] = {"load of the machine before, 1 and 5 minutes": f"{load[0]:.1f}, {load[1]:.1f}"}
    for operation, values in taken.items():
        found[operation] = _told(values)
        print(f"  {operation}: {found[operation]}", flush=True)
    return found


def _operations(sides: Sequence[Side]) -> list[str]:
    return [*OPERATIONS, *(one for one in BY_API if any(one in side.asks for side in sides))]


def _asked(sides: Sequence[Side], operations: Sequence[str], taken: Taken) -> None:
    """Every operation in turn on each side; first looks are left out, unless one takes so long that it is the only one.

    A side that gives no answer in the client's time has no figure for it.
    """
    for operation in operations:
        able = []
        taken[operation] = {}
        for side in sides:
            if operation in side.asks:
                first = _first(side, operation)
                taken[operation][side.name] = [first] if first is not None and first > LONG else []
                if first is not None and first <= LONG:
                    able.append(side)
                    _warmed(side, operation, first)
        for turn in range(ROUNDS):
            for side in able if turn % 2 else reversed(able):
                values = taken[operation][side.name]
                if turn < LEAST or sum(values) < SECONDS:
                    values.append(side.asks[operation](turn))


def _warmed(side: Side, operation: str, spent: float) -> None:
    """More first looks that are not counted: what each process and connection does once, what lies on the disk."""
    for turn in range(1, WARM):
        if spent > WARM_SECONDS:
            return
        spent += side.asks[operation](turn)


def _first(side: Side, operation: str) -> float | None:
    try:
        return side.asks[operation](0)
    except TimeoutError:
        return None


def _lived(sides: Sequence[Side], taken: Taken) -> None:
    """Whole lives, one at a time, the sides in turn; each of the steps that are compared, and their sum."""
    for operation in ("create", "reply with state change", "any write", WHOLE):
        taken[operation] = {side.name: [] for side in sides}
    for turn in range(LIVES + 1):
        for side in sides if turn % 2 else reversed(sides):
            steps = side.life(100 + turn)
            if not turn:
                continue
            for name, seconds in steps:
                taken["any write"][side.name].append(seconds)
                if name in taken:
                    taken[name][side.name].append(seconds)
            if len(steps) != len(STEPS):
                raise RuntimeError(f"{side.name}: {len(steps)} steps")
            taken[WHOLE][side.name].append(sum(seconds for _, seconds in steps))


def _told(values: Mapping[str, list[float]]) -> dict[str, Any]:
    found: dict[str, Any] = {name: figures.ms(one) for name, one in values.items() if one}
    for name, one in values.items():
        if not one:
            found[f"{name}: no answer"] = f"none within {TIMEOUT_S} s"
        elif name != "Luoshi" and values.get("Luoshi"):
            found[f"times faster than {name}"] = figures.ratio(one, values["Luoshi"])
    return found


def _growth(own: str, small: int, large: int) -> dict[str, Any]:
    """Ours at the smallest and the largest size, served at once and asked in turn; ratios of medians and of p95."""
    with ExitStack() as stack:
        sides = [stack.enter_context(ours.serving(own, size)) for size in (small, large)]
        names = {f"{small:,}": sides[0], f"{large:,}": sides[1]}
        for name, side in names.items():
            side.name = name
        taken: Taken = {}
        _lived(sides, taken)
        _asked(sides, _operations(sides), taken)
    found: dict[str, Any] = {}
    for operation, values in taken.items():
        first, last = (values[name] for name in names)
        found[operation] = {
            **{name: figures.ms(values[name]) for name in names},
            "ratio of medians": round(statistics.median(last) / statistics.median(first), 2),
            "ratio of p95": round(figures.p95(last) / figures.p95(first), 2),
        }
    return found
