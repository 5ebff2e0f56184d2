"""Copy rows that a peer itself made: whole cases with everything that belongs to them, by SQL, years back in time.

Generic over the peer's tables: ids are given anew in each copy, links between copied rows move along, links to
anything else (users, queues) stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

YEARS_DAYS = 8 * 365
CHUNK = 10_000  # cases in one statement


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose rows belong to cases.

    where: which rows are those of the templates, with {root} for the templates' ids; space: the name of the ids it
    has of its own (empty: its id is that of another space); links: column to the space whose ids it holds; changes:
    column to an SQL expression over t (the row) and c.k (the copy).
    """

    name: str
    where: str
    space: str
    links: tuple[tuple[str, str], ...] = ()
    changes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Templates to copy. roots: their ids; wanted: how many cases in the end; far: back over the years, or today."""

    name: str
    roots: tuple[int, ...]
    wanted: int
    far: bool


def multiply(url: str, tables: Sequence[Table], groups: Sequence[Group]) -> None:
    """Copy each group until as many cases as wanted are stored. Superuser needed: foreign keys are not checked."""
    with psycopg.connect(url, autocommit=True) as db:
        for name, value in (("session_replication_role", "replica"), ("work_mem", "'128MB'")):
            db.execute(f"SET {name} = {value}")
        db.execute("SET synchronous_commit = off")
        for group in groups:
            _copy(db, tables, group)
        for table in tables:
            if table.space:
                _sequence(db, table.name)
        db.execute("VACUUM ANALYZE")
        db.execute("CHECKPOINT")


def _copy(db: psycopg.Connection[Any], tables: Sequence[Table], group: Group) -> None:
    copies = (group.wanted - len(group.roots)) // len(group.roots)
    if copies <= 0:
        return
    shift = (
        f"make_interval(days => (1 + ({copies} - k) * {YEARS_DAYS} / {copies}), mins => k % 977)"
        if group.far
        else "make_interval(mins => (k * 7) % 300)"
    )
    db.execute("DROP TABLE IF EXISTS bench_copy")
    db.execute(
        f"CREATE UNLOGGED TABLE bench_copy AS SELECT k::bigint, {shift} AS shift FROM generate_series(1, {copies}) AS k"
    )
    roots = ", ".join(map(str, group.roots))
    kept = [f"bench_kept_{number}" for number in range(len(tables))]
    for table, copy in zip(tables, kept, strict=True):
        db.execute(f"DROP TABLE IF EXISTS {copy}")
        where = table.where.format(root=roots)
        db.execute(f"CREATE UNLOGGED TABLE {copy} AS SELECT t.* FROM {table.name} t WHERE {where}")
        db.execute(f"ANALYZE {copy}")
    spaces = {
        table.space: _space(db, table.name, copy)
        for table, copy in zip(tables, kept, strict=True)
        if table.space
    }
    step = max(1, CHUNK // len(group.roots))
    for table, copy in zip(tables, kept, strict=True):
        statement = _statement(db, table, copy, spaces)
        for low in range(1, copies + 1, step):
            db.execute(statement.encode(), [low, low + step - 1])
    for copy in kept:
        db.execute(f"DROP TABLE {copy}")


def _space(db: psycopg.Connection[Any], table: str, kept: str) -> tuple[int, int, int]:
    """The lowest and highest id of the templates, and the first free one after all there are."""
    low, high = db.execute(f"SELECT coalesce(min(id), 0), coalesce(max(id), 0) FROM {kept}").fetchone() or (
        0,
        0,
    )
    (top,) = db.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone() or (0,)
    return int(low), int(high), int(top)


def _moved(column: str, space: tuple[int, int, int]) -> str:
    low, high, top = space
    return f"t.{column} + {top - low + 1} + (c.k - 1) * {high - low + 1}"


def _statement(
    db: psycopg.Connection[Any], table: Table, kept: str, spaces: dict[str, tuple[int, int, int]]
) -> str:
    links, changes = dict(table.links), dict(table.changes)
    names, values = [], []
    for name, kind in db.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
        " AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [table.name],
    ).fetchall():
        names.append(f'"{name}"')
        if name in changes:
            values.append(changes[name])
        elif name == "id" and table.space:
            values.append(_moved("id", spaces[table.space]))
        elif name in links:
            low, high, _ = spaces[links[name]]
            moved = _moved(name, spaces[links[name]])
            values.append(f"CASE WHEN t.{name} BETWEEN {low} AND {high} THEN {moved} ELSE t.{name} END")
        elif kind.startswith("timestamp"):
            values.append(f't."{name}" - c.shift')
        else:
            values.append(f't."{name}"')
    return (
        f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {', '.join(values)}"
        f" FROM bench_copy c CROSS JOIN {kept} t WHERE c.k BETWEEN %s AND %s"
    )


def _sequence(db: psycopg.Connection[Any], table: str) -> None:
    name = db.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table]).fetchone()
    found = name[0] if name and name[0] else f"{table}_id_seq"
    db.execute("SELECT setval(%s::regclass, (SELECT max(id) FROM " + table + "))", [found])
