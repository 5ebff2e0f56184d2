"""Bringing sealed columns under the key that seals now: after a key was added, and after an update that seals more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps as installed
from django.db import connection, models, transaction
from psycopg import sql

from luoshi.ledger import keyring
from luoshi.ledger.fields import MarkField, SealedTextField

BATCH = 500


@dataclass(frozen=True, slots=True)
class Step:
    """How far it has come: up to which row of which table, rows read and rows changed there."""

    table: str
    last: Any
    read: int
    changed: int


def sealed_models(apps: Any = installed) -> list[type[models.Model]]:
    """The models with sealed columns, by table."""
    found = [
        model
        for model in apps.get_models()
        if any(isinstance(field, SealedTextField) for field in model._meta.local_concrete_fields)
    ]
    return sorted(found, key=lambda model: model._meta.db_table)


def reseal(model: type[models.Model], *, after: Any = None) -> Iterator[Step]:
    """Seal a table's rows anew that are not under the active key, in order of their keys, from one after `after` on.

    Each batch is a transaction of its own and locks its rows: it may run while people work, be broken off and go on.
    """
    read = changed = 0
    while True:
        with transaction.atomic():
            rows = _rows(model, after)
            stale = [new for row in rows if (new := _anew(model, row)) is not None]
            _write(model, stale)
        if not rows:
            return
        after, read, changed = rows[-1][0], read + len(rows), changed + len(stale)
        yield Step(model._meta.db_table, after, read, changed)


def keys_in_use() -> dict[str, int]:
    """How many values lie under each key; "" counts those that are not sealed."""
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        for model in sealed_models():
            for field in _sealed(model):
                cursor.execute(
                    sql.SQL(
                        "SELECT CASE WHEN starts_with({column}, {prefix}) THEN split_part({column}, ':', 2) ELSE '' END,"
                        " count(*) FROM {table} WHERE {column} <> '' GROUP BY 1"
                    ).format(
                        column=sql.Identifier(field.attname),
                        prefix=sql.Literal(keyring.PREFIX),
                        table=sql.Identifier(model._meta.db_table),
                    )
                )
                for id, count in cursor.fetchall():
                    found[id] = found.get(id, 0) + count
    return found


def _sealed(model: type[models.Model]) -> list[SealedTextField]:
    return [field for field in model._meta.local_concrete_fields if isinstance(field, SealedTextField)]


def _marks(model: type[models.Model]) -> list[MarkField]:
    return [field for field in model._meta.local_concrete_fields if isinstance(field, MarkField)]


def _columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in (*_sealed(model), *_marks(model))]


def _key(model: type[models.Model]) -> sql.Identifier:
    return sql.Identifier(str(model._meta.pk.column))


def _rows(model: type[models.Model], after: Any) -> list[tuple[Any, ...]]:
    """The next rows as they are stored: primary key, sealed columns, marks."""
    key = _key(model)
    statement = sql.SQL(
        "SELECT {columns} FROM {table} {start} ORDER BY {key} LIMIT {limit} FOR UPDATE"
    ).format(
        columns=sql.SQL(", ").join([key, *(sql.Identifier(name) for name in _columns(model))]),
        table=sql.Identifier(model._meta.db_table),
        start=sql.SQL("") if after is None else sql.SQL("WHERE {} > {}").format(key, sql.Literal(after)),
        key=key,
        limit=sql.Literal(BATCH),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def _anew(model: type[models.Model], row: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """The row's columns under the active key, followed by its primary key; None where nothing changes."""
    sealed, active = _sealed(model), keyring.active()
    stored = row[1 : 1 + len(sealed)]
    plain = {
        field.name: keyring.unseal(value, column=field.sealed_for) if value else ""
        for field, value in zip(sealed, stored, strict=True)
    }
    marks = [keyring.mark(plain[field.of], kind=field.kind) for field in _marks(model)]
    kept = [bytes(value) if value is not None else None for value in row[1 + len(sealed) :]]
    if marks == kept and all(not value or keyring.key_id(value) == active.id for value in stored):
        return None
    values = [
        value
        if not value or keyring.key_id(value) == active.id
        else keyring.seal(plain[field.name], column=field.sealed_for)
        for field, value in zip(sealed, stored, strict=True)
    ]
    return (*values, *marks, row[0])


def _write(model: type[models.Model], rows: list[tuple[Any, ...]]) -> None:
    if not rows:
        return
    setting = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in _columns(model))
    statement = sql.SQL("UPDATE {table} SET {setting} WHERE {key} = %s").format(
        table=sql.Identifier(model._meta.db_table), setting=setting, key=_key(model)
    )
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)
