"""Questions that every page or step asks: put together once a process, understood once a connection.

    signed_in = Ready("user_signed_in", lambda pk: User.objects.select_related("person").filter(pk=pk), pk=int)
    signed_in(pk=7)     # a list of users, as the query set would give it

The database keeps such a question as a prepared statement, and Django neither composes nor compiles it again: for a
question over several tables both cost more than the answer. The values must be of the kinds told, and none of them
None; everything else in the query set is the same at each call. Rows are objects of the model, with what it selects.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, Generic, TypeVar
from zlib import crc32

from django.db import connection, models
from django.db.models.query import QuerySet, get_related_populators
from django.db.transaction import TransactionManagementError, mark_for_rollback_on_error

M = TypeVar("M", bound=models.Model)

_LONG_AGO: Final = dt.datetime(1066, 10, 14, 9, tzinfo=dt.UTC)
_KINDS: Final[Mapping[type, tuple[str, Callable[[int], Any]]]] = {
    int: ("bigint", lambda place: 1_066_101_409_000 + place),
    str: ("text", lambda place: f"\ue000{place}\ue000"),
    dt.date: ("date", lambda place: _LONG_AGO.date() + dt.timedelta(days=place)),
    dt.datetime: ("timestamptz", lambda place: _LONG_AGO + dt.timedelta(days=place)),
}
"""How the database calls a kind of value, and what stands in its place while the question is put together."""
_LARGEST: Final = 2**63 - 1
_PLACE: Final = re.compile(r"%[%s]")


class Statement:
    """A statement that each connection is told once. body: with $1, $2 … for values of these types of the database.

    fixed: values for the placeholders (%s) of the body, the same at every call.
    """

    def __init__(self, name: str, body: str, types: Sequence[str], fixed: Sequence[Any] = ()) -> None:
        told = f"{body} {types} {fixed}".encode()
        self.name = f"luoshi_{name[:40]}_{crc32(told):08x}"
        listed, places = ", ".join(types), ", ".join(["%s"] * len(types))
        self.telling = f"PREPARE {self.name}{f' ({listed})' if types else ''} AS {body}"
        self.call = f"EXECUTE {self.name}{f' ({places})' if types else ''}"
        self.fixed = list(fixed)

    def execute(self, cursor: Any, values: Sequence[Any]) -> None:
        """Carry it out; the connection is told it before, where it was not yet."""
        known: tuple[Any, set[str]] | None = getattr(connection, "luoshi_ready", None)
        if known is None or known[0] is not connection.connection:
            known = (connection.connection, set())
            connection.luoshi_ready = known  # type: ignore[attr-defined]
        with mark_for_rollback_on_error(connection.alias):
            if self.name not in known[1]:
                with connection.wrap_database_errors:  # told by the connection itself, not by who asks
                    connection.connection.execute(self.telling, self.fixed)
                known[1].add(self.name)
            cursor.execute(self.call, values)


class Ready(Generic[M]):
    """A question put together once. ask: makes its query set of model rows from values of the kinds given by name."""

    def __init__(self, name: str, ask: Callable[..., QuerySet[M]], **kinds: type) -> None:
        self._name, self._ask, self._kinds = name, ask, kinds

    def __call__(self, **values: Any) -> list[M]:
        """The rows for these values. Errors: as the query set's own, e.g. one with a lock outside a transaction."""
        made = self._made
        if any(isinstance(value, int) and abs(value) > _LARGEST for value in values.values()):
            return []  # no number in the database is as large
        if made.locks and not connection.in_atomic_block:
            raise TransactionManagementError(f"{self._name} locks rows: ask inside a transaction")
        with connection.cursor() as cursor:
            made.statement.execute(cursor, [values[name] for name in made.order])
            return made.read(cursor.fetchall())

    def first(self, **values: Any) -> M | None:
        """The first row, if there is one."""
        return next(iter(self(**values)), None)

    def read(self, answer: Iterable[Sequence[Any]]) -> list[M]:
        """The rows of an answer that another statement gave, with the columns that this one selects."""
        return self._made.read(answer)

    @cached_property
    def _made(self) -> _Made[M]:
        marks = {name: _KINDS[kind][1](place) for place, (name, kind) in enumerate(self._kinds.items())}
        return _Made(self._name, self._ask(**marks), marks, self._kinds)


class _Made(Generic[M]):
    """A question as the database is told it, and how its rows become objects."""

    def __init__(
        self, name: str, rows: QuerySet[M], marks: Mapping[str, Any], kinds: Mapping[str, type]
    ) -> None:
        compiler: Any = rows.query.get_compiler(using=rows.db)
        text, given = compiler.as_sql()
        self.locks = rows.query.select_for_update
        self.order: list[str] = []
        fixed: list[Any] = []
        values = iter(given)

        def place(found: re.Match[str]) -> str:
            if found[0] == "%%":
                return "%%"
            value = next(values)
            meant = next((mark for mark, sign in marks.items() if _same(sign, value)), None)
            if meant is None:
                fixed.append(value)
                return "%s"
            if meant not in self.order:
                self.order.append(meant)
            return f"${self.order.index(meant) + 1}"

        body = _PLACE.sub(place, text)
        types = [_KINDS[kinds[mark]][0] for mark in self.order]
        self.statement = Statement(name, body, types, fixed)
        self._shape(compiler, rows.db)

    def _shape(self, compiler: Any, db: str) -> None:
        info = compiler.klass_info
        first, last = info["select_fields"][0], info["select_fields"][-1] + 1
        self._model, self._own, self._db = info["model"], slice(first, last), db
        self._fields = [column[0].target.attname for column in compiler.select[first:last]]
        populators: Any = get_related_populators  # the stubs tell another signature
        self._related = populators(info, compiler.select, db)
        self._told = list((compiler.annotation_col_map or {}).items())
        converters = compiler.get_converters([column[0] for column in compiler.select])
        self._converters = [(place, *one) for place, one in converters.items()]

    def read(self, answer: Iterable[Sequence[Any]]) -> list[M]:
        """The rows of an answer as Django makes them."""
        found: list[M] = []
        for given in answer:
            row = list(given)
            for place, converters, expression in self._converters:
                for converter in converters:
                    row[place] = converter(row[place], expression, connection)
            one = self._model.from_db(self._db, self._fields, row[self._own])
            for populator in self._related:
                populator.populate(row, one)
            for name, place in self._told:
                setattr(one, name, row[place])
            found.append(one)
        return found


def _same(sign: Any, value: Any) -> bool:
    return isinstance(value, type(sign)) and bool(value == sign)


__all__ = ["Ready", "Statement"]
