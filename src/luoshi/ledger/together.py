"""Several lists read from the database by one statement: for pages that show many small things of one matter.

    calls, files = request.calls.order_by("at"), matter.attachments.order_by("id")
    fetch(calls, files)     # one question; both are read now and ask nothing more

    "files": Later(matter.attachments.order_by("id"))     # read when the page is drawn, with all others that wait

Each list is an ordinary queryset (select_related, annotate, values, slices); the database answers with one JSON array for
each, and Django makes its rows of that as it does of any answer.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any, Final, TypeVar, overload

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Field, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from luoshi.ledger.once import waiting

T = TypeVar("T")

AS_TEXT: Final = frozenset({"BinaryField", "DecimalField", "JSONField"})
"""Columns that travel as text: JSON would change them, or Django wants them as text."""

READ: Final[Mapping[str, Callable[[Any], Any]]] = {
    "BinaryField": lambda value: bytes.fromhex(value[2:]),
    "DateField": dt.date.fromisoformat,
    "DateTimeField": dt.datetime.fromisoformat,
    "DecimalField": Decimal,
    "FloatField": float,
    "TimeField": dt.time.fromisoformat,
}
"""How a value of a kind of column is read from JSON; numbers, texts and truth values are what they are."""


class _Answered(SQLCompiler):
    """A compiler that has its answer already."""

    rows: list[tuple[Any, ...]]

    def execute_sql(self, *args: Any, **kwargs: Any) -> Any:
        """The rows, in one chunk."""
        return [self.rows]


class Later(Sequence[T]):
    """A list that is read when somebody looks at it, together with all others of the page that wait to be looked at.

    make: what is made of the rows. Where no page is being read (luoshi.ledger.once) each is read by itself.
    """

    def __init__(self, rows: QuerySet[Any, Any], make: Callable[[Iterable[Any]], Iterable[T]] = list) -> None:
        self._rows, self._make = rows, make
        waiting().append(rows)

    @cached_property
    def _made(self) -> list[T]:
        others = waiting()
        fetch(self._rows, *others)
        others.clear()
        return list(self._make(self._rows))

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> list[T]: ...

    def __getitem__(self, index: int | slice) -> T | list[T]:
        return self._made[index]

    def __len__(self) -> int:
        return len(self._made)


def fetch(*lists: QuerySet[Any, Any]) -> None:
    """Read all these lists by one statement. Those that are read already, or are known to be empty, ask nothing."""
    unread = {id(one): (one, _compiler(one)) for one in lists if one._result_cache is None}.values()
    parts, values, asked = [], list[Any](), []
    for one, compiler in unread:
        compiler.rows = []
        try:
            sql, given = compiler.as_sql()
        except EmptyResultSet:
            continue
        parts.append(_as_json(sql, [_kind(column) for column, _, _ in compiler.select]))
        values += given
        asked.append((one, compiler))
    if parts:
        with connections[asked[0][0].db].cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(parts)}", values)
            answer = cursor.fetchone()
        for (_, compiler), text in zip(asked, answer, strict=True):
            compiler.rows = _rows(compiler, text)
    for one, compiler in unread:
        _fill(one, compiler)


def _compiler(rows: QuerySet[Any, Any]) -> _Answered:
    made = rows.query.get_compiler(using=rows.db)
    return _Answered(made.query, made.connection, made.using)


def _kind(column: Any) -> str:
    """What kind of field a column is; a reference is the kind of what it refers to."""
    field: Field[Any, Any] = column.output_field
    return getattr(field, "target_field", field).get_internal_type()


def _as_json(sql: str, kinds: list[str]) -> str:
    names = [f"c{number}" for number in range(len(kinds))]
    columns = [
        f"t.{name}::text" if kind in AS_TEXT else f"t.{name}" for name, kind in zip(names, kinds, strict=True)
    ]
    shown = ", ".join(f"{column} AS {name}" for column, name in zip(columns, names, strict=True))
    inner = f"SELECT {shown} FROM ({sql}) AS t({', '.join(names)})"  # noqa: S608 - compiled by Django
    return f"(SELECT json_agg(r)::text FROM ({inner}) AS r)"  # noqa: S608


def _rows(compiler: _Answered, text: str | None) -> list[tuple[Any, ...]]:
    """The rows as the database driver would give them."""
    readers = [READ.get(_kind(column)) for column, _, _ in compiler.select]
    return [
        tuple(
            value if read is None or value is None else read(value)
            for value, read in zip(row.values(), readers, strict=True)
        )
        for row in json.loads(text or "[]")
    ]


def _fill(rows: QuerySet[Any, Any], compiler: _Answered) -> None:
    """Have Django make the list's rows of the answer."""
    query: Any = rows.query
    query.get_compiler = lambda *args, **kwargs: compiler
    try:
        len(rows)
    finally:
        del query.get_compiler


__all__ = ["Later", "fetch"]
