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
from functools import cached_property, lru_cache
from typing import Any, Final, TypeVar, overload

from django.core.exceptions import EmptyResultSet
from django.db.models import Field, QuerySet

from luoshi.ledger.once import waiting
from luoshi.ledger.prepared import Compiler, Written
from luoshi.ledger.statements import Statement

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
    compilers = [compiler for _, compiler in unread]
    if all(compiler.written is not None and compiler.written.kept_there for compiler in compilers):
        _ask_kept(compilers)
    else:
        _ask(compilers)
    for one, compiler in unread:
        _fill(one, compiler)


def _ask(compilers: Sequence[Compiler]) -> None:
    """Give each its answer, all by one statement."""
    parts, values, asked = [], list[Any](), []
    for compiler in compilers:
        compiler.answer = []
        try:
            sql, given = compiler.as_sql()
        except EmptyResultSet:
            continue
        before, after = _as_json(_kinds(compiler))
        parts.append(f"{before}{sql}{after}")
        values += given
        asked.append(compiler)
    if parts:
        with asked[0].connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(parts)}", values)
            _give(asked, cursor.fetchone())


def _ask_kept(compilers: Sequence[Compiler]) -> None:
    """The same where the server can keep the statement."""
    if compilers:
        whole = _joined(tuple(compiler.written for compiler in compilers if compiler.written))
        values = [value for compiler in compilers for value in compiler.values]
        with compilers[0].connection.cursor() as cursor:
            whole.execute(cursor, values)
            _give(compilers, cursor.fetchone())


@lru_cache(maxsize=256)
def _joined(written: tuple[Written, ...]) -> Statement:
    first, *others = (one.text.around(*_as_json(_kinds(one.compiler))) for one in written)
    whole = first.around("SELECT ", "")
    for other in others:
        whole += other.around(", ", "")
    return whole.statement()


def _give(compilers: Sequence[Compiler], answer: Sequence[str | None]) -> None:
    for compiler, text in zip(compilers, answer, strict=True):
        compiler.answer = _rows(compiler, text)


def _compiler(rows: QuerySet[Any, Any]) -> Compiler:
    made = rows.query.get_compiler(using=rows.db)
    return made if isinstance(made, Compiler) else Compiler(made.query, made.connection, made.using)


def _kind(column: Any) -> str:
    """What kind of field a column is; a reference is the kind of what it refers to."""
    field: Field[Any, Any] = column.output_field
    return getattr(field, "target_field", field).get_internal_type()


def _kinds(compiler: Compiler) -> tuple[str, ...]:
    return tuple(_kind(column) for column, _, _ in compiler.select)


@lru_cache(maxsize=512)
def _as_json(kinds: tuple[str, ...]) -> tuple[str, str]:
    """What stands before and after a statement with columns of these kinds, so that it answers with a JSON array."""
    names = [f"c{number}" for number in range(len(kinds))]
    columns = [
        f"t.{name}::text" if kind in AS_TEXT else f"t.{name}" for name, kind in zip(names, kinds, strict=True)
    ]
    shown = ", ".join(f"{column} AS {name}" for column, name in zip(columns, names, strict=True))
    before = f"(SELECT json_agg(r)::text FROM (SELECT {shown} FROM ("  # noqa: S608 - names of our own
    return before, f") AS t({', '.join(names)})) AS r)"


def _rows(compiler: Compiler, text: str | None) -> list[tuple[Any, ...]]:
    """The rows as the database driver would give them."""
    readers = [READ.get(_kind(column)) for column, _, _ in compiler.select]
    return [
        tuple(
            value if read is None or value is None else read(value)
            for value, read in zip(row.values(), readers, strict=True)
        )
        for row in json.loads(text or "[]")
    ]


def _fill(rows: QuerySet[Any, Any], compiler: Compiler) -> None:
    """Have Django make the list's rows of the answer."""
    query: Any = rows.query
    query.get_compiler = lambda *args, **kwargs: compiler
    try:
        len(rows)
    finally:
        del query.get_compiler


__all__ = ["Later", "fetch"]
