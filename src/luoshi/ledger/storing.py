"""Rows written by statements that each connection is told once (luoshi.ledger.statements), instead of composed anew.

Values are made as Django makes them (`pre_save`, `get_db_prep_save`). What these statements cannot say - a value that
the database has to compute, a model with parents - they leave to Django, and say so by their answer.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import DatabaseError, connection, models
from django.db.models import Value
from django.db.models.functions import Cast

from luoshi.ledger.statements import Statement

Columns = Sequence["models.Field[Any, Any]"]


def insert(row: models.Model) -> None:
    """Write a new row, and give it its id; Django does what only Django can."""
    if _put(row, unless="") is None:
        models.Model.save(row, force_insert=True)


def insert_once(row: models.Model, *, key: str) -> bool:
    """Write a new row unless one with the same `key`, fields with a unique constraint, stands already; whether it did.

    A transaction that writes the same one at the same time is waited for. The row has an id of the database's own.
    """
    unless = f"ON CONFLICT ({key}) DO NOTHING"
    written = _put(row, unless=unless)
    if written is None:
        raise TypeError(f"{type(row).__name__} has values that only Django can write")
    return written


def _put(row: models.Model, *, unless: str) -> bool | None:
    meta = row._meta
    auto = meta.auto_field
    if meta.parents or (auto is not None and row.pk is not None):
        return None
    row._prepare_related_fields_for_save(operation_name="save")  # type: ignore[attr-defined]
    columns = [field for field in meta.local_concrete_fields if field is not auto]
    values = values_of(row, columns, add=True)
    if values is None:
        return None
    with connection.cursor() as cursor:
        _insert(type(row), unless).execute(cursor, values)
        found = cursor.fetchone() if auto is not None else (row.pk,) if cursor.rowcount else None
    if found is None:
        return False
    if auto is not None:
        setattr(row, auto.attname, found[0])
    row._state.db, row._state.adding = connection.alias, False
    return True


def update(row: models.Model, names: Sequence[str]) -> None:
    """Write some fields of a row that is stored; Django does what only Django can.

    Errors: DatabaseError where there is no such row.
    """
    if not _change(row, names):
        models.Model.save(row, update_fields=names)


def _change(row: models.Model, names: Sequence[str]) -> bool:
    meta = row._meta
    if meta.parents or row.pk is None or row._state.adding or not names:
        return False
    prepared: Any = row
    prepared._prepare_related_fields_for_save(
        operation_name="save", fields=[meta.get_field(name) for name in names]
    )
    columns = columns_of(type(row), tuple(names))
    values = values_of(row, columns, add=False)
    if values is None:
        return False
    with connection.cursor() as cursor:
        _update(type(row), tuple(names)).execute(cursor, [*values, row.pk])
        if cursor.rowcount == 0:
            raise DatabaseError("Save with update_fields did not affect any rows.")
    return True


def insert_many(rows: Sequence[models.Model], *, ignore_conflicts: bool = False) -> None:
    """Write new rows of one model by one statement; they are not given their ids."""
    if rows:
        model = type(rows[0])
        columns = own_columns(model)
        with connection.cursor() as cursor:
            _insert_many(model, ignore_conflicts).execute(cursor, [_as_json(rows, columns)])


def update_many(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write some fields of stored rows of one model by one statement."""
    if rows:
        model = type(rows[0])
        key: Any = model._meta.pk
        with connection.cursor() as cursor:
            statement = _update_many(model, tuple(names))
            statement.execute(cursor, [_as_json(rows, [key, *columns_of(model, tuple(names))])])


def values_of(row: models.Model, columns: Columns, *, add: bool) -> list[Any] | None:
    """The values of a row's columns as the database takes them; None where one is to be computed there."""
    found = [_computed(field, field.pre_save(row, add)) for field in columns]
    if any(hasattr(value, "resolve_expression") for value in found):
        return None
    return [field.get_db_prep_save(value, connection) for field, value in zip(columns, found, strict=True)]


def _computed(field: models.Field[Any, Any], value: Any) -> Any:
    """A value; of one that is only to be taken as the column's type (Cast(Value(…))), the value itself."""
    if isinstance(value, Cast) and type(value.output_field) is type(field):
        inner = value.get_source_expressions()[0]
        return inner.value if isinstance(inner, Value) else value
    return value


def _as_json(rows: Sequence[models.Model], columns: Columns) -> str:
    return json.dumps(
        [{field.column: _plain(field, row) for field in columns} for row in rows], default=_moment
    )


def _plain(field: models.Field[Any, Any], row: models.Model) -> Any:
    value = field.pre_save(row, row._state.adding)
    return value if isinstance(field, models.JSONField) else field.get_db_prep_save(value, connection)


def _moment(value: dt.date) -> str:
    return value.isoformat()


@lru_cache(maxsize=256)
def columns_of(model: type[models.Model], names: tuple[str, ...]) -> Columns:
    """The fields of these names, in the model's order."""
    wanted: set[Any] = {model._meta.get_field(name) for name in names}
    return [field for field in model._meta.local_concrete_fields if field in wanted]


@lru_cache(maxsize=256)
def own_columns(model: type[models.Model]) -> Columns:
    """The columns of a model but for an id that the database gives."""
    return [field for field in model._meta.local_concrete_fields if field is not model._meta.auto_field]


def quoted(columns: Columns) -> str:
    """The names of columns, for a statement."""
    return ", ".join(f'"{field.column}"' for field in columns)


def _type(field: models.Field[Any, Any]) -> str:
    """A column's type without its length: what does not fit is refused by the column, not cut."""
    return re.sub(r"\([\d, ]+\)", "", field.db_type(connection) or "")


def types_of(columns: Columns) -> list[str]:
    """How the database calls the types of columns."""
    return [_type(field) for field in columns]


def _given(columns: Columns) -> str:
    listed = ", ".join(f'"{field.column}" {_type(field)}' for field in columns)
    return f"AS given ({listed})"


def _label(model: type[models.Model]) -> str:
    return str(model._meta.db_table)


@lru_cache(maxsize=256)
def _insert(model: type[models.Model], unless: str) -> Statement:
    columns, auto = own_columns(model), model._meta.auto_field
    places = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
    body = f'INSERT INTO "{_label(model)}" ({quoted(columns)}) VALUES ({places})'  # noqa: S608 - names of our own
    if unless:
        body += f" {unless}"
    if auto is not None:
        body += f' RETURNING "{auto.column}"'
    return Statement(f"insert_{_label(model)}", body, types_of(columns))


@lru_cache(maxsize=256)
def _update(model: type[models.Model], names: tuple[str, ...]) -> Statement:
    columns = columns_of(model, names)
    key: Any = model._meta.pk
    moved = ", ".join(f'"{field.column}" = ${number}' for number, field in enumerate(columns, 1))
    body = f'UPDATE "{_label(model)}" SET {moved} WHERE "{key.column}" = ${len(columns) + 1}'  # noqa: S608
    return Statement(f"update_{_label(model)}", body, types_of([*columns, key]))


@lru_cache(maxsize=64)
def _insert_many(model: type[models.Model], ignore_conflicts: bool) -> Statement:
    columns = own_columns(model)
    body = (
        f'INSERT INTO "{_label(model)}" ({quoted(columns)}) SELECT {quoted(columns)}'  # noqa: S608
        f" FROM jsonb_to_recordset($1) {_given(columns)}"
    )
    if ignore_conflicts:
        body += " ON CONFLICT DO NOTHING"
    return Statement(f"insert_many_{_label(model)}", body, ["jsonb"])


@lru_cache(maxsize=64)
def _update_many(model: type[models.Model], names: tuple[str, ...]) -> Statement:
    columns = columns_of(model, names)
    key: Any = model._meta.pk
    moved = ", ".join(f'"{field.column}" = given."{field.column}"' for field in columns)
    body = (
        f'UPDATE "{_label(model)}" AS kept SET {moved} FROM jsonb_to_recordset($1) {_given([key, *columns])}'  # noqa: S608
        f' WHERE kept."{key.column}" = given."{key.column}"'
    )
    return Statement(f"update_many_{_label(model)}", body, ["jsonb"])


__all__ = [
    "columns_of",
    "insert",
    "insert_many",
    "insert_once",
    "own_columns",
    "quoted",
    "types_of",
    "update",
    "update_many",
    "values_of",
]
