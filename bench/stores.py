"""Databases with stored requests, made once in a run and used by every part; at the end they are dropped."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from bench import bulk, server

SMALL = int(os.environ.get("BENCH_SMALL", "10000"))
MIDDLE = int(os.environ.get("BENCH_MIDDLE", "100000"))
LARGE = int(os.environ.get("BENCH_LARGE", "1000000"))
KEEP = os.environ.get("BENCH_KEEP") == "1"  # databases of an earlier run are used again, and stay
_made: dict[str, dict[str, Any]] = {}


def run(full: bool = False) -> dict[str, Any]:
    """Fill the databases of every size and those of the peers, so that a later run with BENCH_KEEP=1 only measures."""
    from bench.peers import prepared

    own = server.start()
    sizes = [SMALL, MIDDLE]
    found: dict[str, Any] = {
        f"{size:,}": database(own, size) for size in [*sizes, *([LARGE] if full else [])]
    }
    prepared(own, sizes, found)
    return found


def name_of(size: int) -> str:
    """The database that holds so many requests."""
    return f"bench_{size}"


def database(own: str, size: int) -> dict[str, Any]:
    """See that a database with so many stored requests stands; returns what is stored in it, and its seconds."""
    name = name_of(size)
    if name not in _made:
        _made[name] = _made_anew(own, name, size)
    return _made[name]


def _made_anew(own: str, name: str, size: int) -> dict[str, Any]:
    if KEEP and exists(own, name):
        server.migrate(server.url_of(own, name))
        with psycopg.connect(server.url_of(own, name), autocommit=True) as db:
            return bulk.counts(db)
    seed(own)
    with whole(own, name):
        return bulk.fill(server.create(own, name, server.SEED), size)


def seed(own: str) -> None:
    """See that the database of templates stands."""
    if server.SEED in _made:
        return
    if KEEP and exists(own, server.SEED):
        server.migrate(server.url_of(own, server.SEED))
    else:
        with whole(own, server.SEED):
            server.seed(own)
    _made[server.SEED] = {}


def exists(own: str, name: str) -> bool:
    """Whether the server has such a database."""
    with psycopg.connect(own) as db:
        return db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def clear(own: str) -> None:
    """Drop what was made, unless BENCH_KEEP=1."""
    for name in list(_made):
        if not KEEP:
            server.drop(own, name)
        del _made[name]


@contextmanager
def whole(own: str, name: str) -> Iterator[None]:
    """Make a database in this block: it is dropped again where that fails, so that none stands half made."""
    try:
        yield
    except BaseException:
        server.drop(own, name)
        raise
