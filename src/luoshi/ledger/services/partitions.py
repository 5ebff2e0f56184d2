"""The ledger's two long tables by month: for a city whose events no longer fit one index in memory.

A partition holds the events (or obligations) of the matters that were opened in one month, told by the matter's id, so
that all that a matter's page asks lies in one partition and the keys stay as strong as before. Nothing else changes:
no other table points at these two, and every question finds its rows as it did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from luoshi.ledger import rules

TABLES = ("ledger_event", "ledger_obligation")
PATIENCE = "5s"  # how long cutting waits for writers before it gives way to them


def partitioned() -> bool:
    """Whether the long tables are kept by month here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relkind FROM pg_class WHERE oid = %s::regclass", [TABLES[0]])
        return bool(cursor.fetchone()[0] == "p")


def _rows(cursor: Any, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    cursor.execute(sql, values)
    return list(cursor.fetchall())


def _months(cursor: Any) -> list[tuple[str, int]]:
    """("202611", the first matter of that month) for each month with matters, oldest first."""
    rows = _rows(
        cursor,
        "SELECT to_char(recorded_at AT TIME ZONE %s, 'YYYYMM'), min(matter_id) FROM ledger_event"
        " WHERE seq = 1 GROUP BY 1 ORDER BY 1 DESC",
        str(rules.current().worktime.tz),
    )
    months: list[tuple[str, int]] = []
    for label, first in rows:  # from the newest: a month begins no later than the one after it
        if months and first >= months[-1][1]:
            continue
        months.append((label, first))
    return months[::-1]


def _form(cursor: Any, table: str) -> dict[str, list[str]]:
    """What stands on a table besides its columns, as the statements that make it again."""
    unique = _rows(
        cursor,
        "SELECT conname, pg_get_constraintdef(oid), contype FROM pg_constraint"
        " WHERE conrelid = %s::regclass AND contype IN ('p', 'u', 'f') ORDER BY conname",
        table,
    )
    owned = {name for name, _, kind in unique if kind != "f"}
    indexes = _rows(
        cursor,
        "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
        " WHERE i.indrelid = %s::regclass ORDER BY 1",
        table,
    )
    triggers = _rows(
        cursor,
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal",
        table,
    )
    keys = [
        f'ALTER TABLE {table} ADD CONSTRAINT "{name}" '
        + ("PRIMARY KEY (id, matter_id)" if kind == "p" else definition)
        for name, definition, kind in unique
    ]
    return {
        "keys": keys,
        "indexes": [definition for name, definition in indexes if name not in owned],
        "triggers": [definition for (definition,) in triggers],
    }


def _guard_against_emptying(cursor: Any, table: str, partition: str) -> None:
    """A statement's trigger stands on the table that is named; what may not be emptied may not be in parts either."""
    for (definition,) in _rows(
        cursor,
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger"
        " WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgtype & 32 <> 0",
        table,
    ):
        before, _, after = definition.partition(" ON ")
        rest = after.split(" ", 1)[1]
        cursor.execute(f"{before} ON {partition} {rest}")


def _split(cursor: Any, table: str, months: list[tuple[str, int]]) -> None:
    form = _form(cursor, table)
    whole = f"{table}_whole"
    (last,) = _rows(cursor, f"SELECT coalesce(max(id), 0) FROM {table}")[0]  # noqa: S608 - one of TABLES
    cursor.execute(f"ALTER TABLE {table} RENAME TO {whole}")
    cursor.execute(
        f"CREATE TABLE {table} (LIKE {whole} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE"
        " INCLUDING COMMENTS) PARTITION BY RANGE (matter_id)"
    )
    for place, (label, first) in enumerate(months):
        since = "MINVALUE" if place == 0 else str(first)
        until = str(months[place + 1][1]) if place + 1 < len(months) else "MAXVALUE"
        cursor.execute(
            f"CREATE TABLE {table}_{label} PARTITION OF {table} FOR VALUES FROM ({since}) TO ({until})"
        )
    cursor.execute(f"INSERT INTO {table} SELECT * FROM {whole}")  # noqa: S608 - one of TABLES
    cursor.execute(f"DROP TABLE {whole}")
    cursor.execute(f"CREATE SEQUENCE {table}_id_seq OWNED BY {table}.id")
    cursor.execute(f"SELECT setval('{table}_id_seq', %s, false)", [last + 1])
    cursor.execute(f"ALTER TABLE {table} ALTER COLUMN id SET DEFAULT nextval('{table}_id_seq')")
    for statement in form["keys"] + form["indexes"] + form["triggers"]:
        cursor.execute(statement)
    for label, _ in months:
        _guard_against_emptying(cursor, table, f"{table}_{label}")


@transaction.atomic
def partition(*, now: datetime, say: Callable[[str], None] = lambda line: None) -> list[str]:
    """Turn the long tables into tables by month, in one transaction; nobody writes meanwhile. The months' labels.

    All rows are copied: it takes about as long as restoring these two tables, and as much room again until it ends.
    Errors: ValueError when they are by month already.
    """
    if partitioned():
        raise ValueError("the ledger's tables are kept by month already")
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(TABLES)} IN ACCESS EXCLUSIVE MODE")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        months = _months(cursor) or [(_label(now), 0)]
        for table in TABLES:
            say(f"{table}: {len(months)} months")
            _split(cursor, table, months)
    return [label for label, _ in months]


def _label(now: datetime) -> str:
    return now.astimezone(rules.current().worktime.tz).strftime("%Y%m")


def partitions(table: str) -> Iterator[tuple[str, str]]:
    """(label, bounds) of a table's partitions, oldest first."""
    with connection.cursor() as cursor:
        yield from _rows(
            cursor,
            "SELECT right(c.relname, 6), pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits i"
            " JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = %s::regclass ORDER BY 1",
            table,
        )


@transaction.atomic
def cut(*, now: datetime) -> str | None:
    """Begin the partition of this month: matters opened from now on go there. Its label, or None if nothing was due.

    Waits a few seconds for writers and gives way (OperationalError) when it cannot have the tables for itself.
    """
    label = _label(now)
    if not partitioned():
        return None
    newest, bounds = list(partitions(TABLES[0]))[-1]
    if newest >= label:
        return None
    since = bounds.split("(", 1)[1].split(")", 1)[0].strip("'")
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        cursor.execute(f"LOCK TABLE {', '.join(TABLES)} IN ACCESS EXCLUSIVE MODE")
        # whoever took an id already is below the cut, even if its rows come later; the next id is above
        cursor.execute("SELECT nextval(pg_get_serial_sequence('ledger_matter', 'id'))")
        (first,) = cursor.fetchone()
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DETACH PARTITION {table}_{newest}")
            cursor.execute(
                f"ALTER TABLE {table} ATTACH PARTITION {table}_{newest} FOR VALUES FROM ({since}) TO ({first})"
            )
            cursor.execute(
                f"CREATE TABLE {table}_{label} PARTITION OF {table} FOR VALUES FROM ({first}) TO (MAXVALUE)"
            )
            _guard_against_emptying(cursor, table, f"{table}_{label}")
    return label
