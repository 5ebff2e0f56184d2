"""A peer's databases: one with cases that it made itself, and one for each size with copies of these."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import psycopg

from bench import server, stores
from bench.peers.multiply import Group, Table, multiply
from bench.peers.side import FINISHED, OPEN, OPEN_CASES, Steps


@dataclass(frozen=True, slots=True)
class Kept:
    """How a peer's databases are named, filled and counted.

    prefix: of their names; tickets: the table of its cases; is_open: SQL, whether a case is unfinished; due: its
    column; tables: what belongs to a case.
    """

    prefix: str
    tickets: str
    is_open: str
    due: str
    tables: Sequence[Table]

    @property
    def seed(self) -> str:
        """The database whose cases are copied."""
        return f"{self.prefix}_seed"

    def name_of(self, size: int) -> str:
        """The database with so many cases."""
        return f"{self.prefix}_{size}"

    def prepare(self, own: str, sizes: Sequence[int], seed: Callable[[str], None]) -> dict[str, str]:
        """See that the databases stand; seed makes the first. Returns what is stored in each, in words."""
        if not (stores.KEEP and stores.exists(own, self.seed)):
            with stores.whole(own, self.seed):
                seed(own)
        for size in sizes:
            if not (stores.KEEP and stores.exists(own, self.name_of(size))):
                with stores.whole(own, self.name_of(size)):
                    self._fill(own, size)
        return {f"{size:,}": self._stored(own, size) for size in sizes}

    def clear(self, own: str, sizes: Sequence[int]) -> None:
        """Drop the databases."""
        for name in (self.seed, *map(self.name_of, sizes)):
            server.drop(own, name)

    def some(self, own: str, name: str) -> list[int]:
        """Ten cases that are read."""
        with psycopg.connect(server.url_of(own, name)) as db:
            found = db.execute(f"SELECT id FROM {self.tickets} ORDER BY hashint4(id) LIMIT 10")
            return [pk for (pk,) in found]

    def _fill(self, own: str, size: int) -> None:
        url = server.create(own, self.name_of(size), self.seed)
        with psycopg.connect(url) as db:
            roots = [pk for (pk,) in db.execute(f"SELECT id FROM {self.tickets} ORDER BY id")]
        groups = [
            Group("finished", tuple(roots[:FINISHED]), size - OPEN_CASES, far=True),
            Group("open", tuple(roots[FINISHED:]), OPEN_CASES, far=False),
        ]
        multiply(url, self.tables, groups)

    def _stored(self, own: str, size: int) -> str:
        with psycopg.connect(server.url_of(own, self.name_of(size))) as db:
            row = db.execute(
                f"SELECT count(*), count(*) FILTER (WHERE {self.is_open}),"
                f" count(*) FILTER (WHERE {self.is_open} AND {self.due} < now()),"
                f" pg_size_pretty(pg_database_size(current_database())) FROM {self.tickets}"
            ).fetchone()
        assert row is not None
        return f"{row[0]:,} tickets, {row[1]:,} open, {row[2]:,} of them overdue, {row[3]}"


class Living(Protocol):
    """A peer being served whose cases can be brought so far and no farther."""

    def live(self, number: int, steps: int) -> Steps:
        """A case with its first steps."""


def make_own(side: Living) -> None:
    """The peer makes the cases that are copied: finished ones, and some at each step."""
    for number in range(FINISHED + OPEN):
        side.live(number, steps=11 if number < FINISHED else 1 + number % 7)
