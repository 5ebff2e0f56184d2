"""Questions whose SQL Django writes once in a process, and the database understands once a connection.

    @prepared
    def unread(user_id: int, day: dt.date, *, secret: bool) -> QuerySet[Message]:
        rows = Message.objects.filter(person_id=user_id, at__date__gte=day)
        return rows if secret else rows.filter(secret=False)

Positional arguments are values: whole numbers, texts, days, moments, or a list of them for `__any_of`; they go into the
statement as parameters. Keyword arguments are the shape: for each combination (and for each place of a None) the
statement is written anew, once. So a value must go to the database as it is (not inside a LIKE, nor added to), and
nothing else may be looked at but the arguments. What comes back is read like any queryset, but cannot be narrowed.
The server keeps the statement (PREPARE), so that it plans it a few times and not at every page.
"""

from __future__ import annotations

import copy
import datetime as dt
import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, wraps
from typing import Any, Final, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection, connections
from django.db.models import Field, ForeignObject, Lookup, Model, QuerySet
from django.db.models.query import ModelIterable, get_related_populators
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from luoshi.ledger.statements import Statement

P = ParamSpec("P")
RowsT = TypeVar("RowsT", bound=QuerySet[Any, Any])
T = TypeVar("T")

MOST: Final = 128
"""Shapes of one question that are kept."""
PLACE: Final = re.compile(r"%[%s]")
LARGEST: Final = 2**63 - 1
KINDS: Final = {int: "bigint", str: "text", dt.date: "date", dt.datetime: "timestamptz", list: "unknown"}
"""What the database calls a kind of value; of a list it finds out."""


@ForeignObject.register_lookup
@Field.register_lookup
class AnyOf(Lookup):
    """`field__any_of=[…]`: as `__in`, but the list is one parameter, however long."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> Any:
        """`field = ANY(list)`."""
        left, given = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s)", [*given, self.rhs]


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """SQL with `%s` for each parameter. given: the parameters; slots: (place, type in SQL) of those that change."""

    name: str
    sql: str
    given: tuple[Any, ...]
    slots: tuple[tuple[int, str], ...]

    def __add__(self, other: Text) -> Text:
        """Both, one after the other."""
        moved = tuple((place + len(self.given), kind) for place, kind in other.slots)
        name = f"{self.name}_{other.name}" if self.name else other.name
        return Text(name, self.sql + other.sql, self.given + other.given, self.slots + moved)

    def around(self, before: str, after: str) -> Text:
        """The same between two pieces of SQL without parameters."""
        return replace(self, sql=f"{before}{self.sql}{after}")

    def with_values(self, values: Sequence[Any]) -> tuple[Any, ...]:
        """All parameters, with these in the slots."""
        given = list(self.given)
        for (place, _), value in zip(self.slots, values, strict=True):
            given[place] = value
        return tuple(given)

    def statement(self) -> Statement:
        """The text as the server keeps it: its values are those of the slots, in order."""
        places = {place: number for number, (place, _) in enumerate(self.slots, start=1)}
        params = iter(range(len(self.given)))

        def put(found: re.Match[str]) -> str:
            if found[0] == "%%":
                return "%%"
            place = next(params)
            return f"${places[place]}" if place in places else "%s"

        fixed = [value for place, value in enumerate(self.given) if place not in places]
        return Statement(self.name, PLACE.sub(put, self.sql), [kind for _, kind in self.slots], fixed)


class Compiler(SQLCompiler):
    """A compiler that may have its statement already, with the values of this time, and its answer."""

    written: Written | None = None
    values: tuple[Any, ...] = ()
    answer: list[tuple[Any, ...]] | None = None
    reading: dict[int, Any] | None = None

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        """The statement and its parameters."""
        if self.written is None:
            return super().as_sql(*args, **kwargs)
        return self.written.text.sql, self.written.text.with_values(self.values)

    def execute_sql(self, *args: Any, **kwargs: Any) -> Any:
        """The rows in one chunk where they are known, or the server keeps the statement; else as Django asks."""
        if self.answer is not None:
            return [self.answer]
        if self.written is None:
            return super().execute_sql(*args, **kwargs)
        return [self.written.ask(self.values)]

    def get_converters(self, expressions: Any) -> Any:
        """What columns need that are not what the driver gives; looked up once for a statement that was kept."""
        if self.reading is None:
            self.reading = super().get_converters(expressions)
        return self.reading


class Question(QuerySet[Any, Any]):
    """Rows of a prepared statement."""

    def _chain(self) -> Any:
        raise TypeError("a prepared question is read as it is: narrow it where it is written")

    def _fetch_all(self) -> None:
        asked: Any = self
        if asked._result_cache is None:
            compiler = asked.query.get_compiler(using=asked.db)
            if compiler.written.reads_models:
                answer = compiler.answer
                rows = compiler.written.ask(compiler.values) if answer is None else answer
                asked._result_cache = compiler.written.read(rows, asked._known_related_objects)
        super()._fetch_all()


@dataclass(frozen=True, eq=False)
class Written:
    """A question in one shape. order: for each slot of the text the number of the value; kept_there: by the server."""

    rows: QuerySet[Any, Any]
    compiler: Compiler
    text: Text
    order: tuple[int, ...]
    kept_there: bool

    @cached_property
    def statement(self) -> Statement:
        """The text as the server keeps it."""
        return self.text.statement()

    @cached_property
    def reads_models(self) -> bool:
        """Whether the rows are whole objects of a model, and not values."""
        asked: Any = self.rows
        return asked._iterable_class is ModelIterable and not self.compiler.has_composite_fields(
            self._columns
        )

    def with_values(self, values: Sequence[Any]) -> Question:
        """The rows for these values, not read yet."""
        rows: Any = self.rows
        compiler, query = copy.copy(self.compiler), copy.copy(rows.query)
        compiler.query, compiler.connection = query, connections[rows.db]
        compiler.written, compiler.values = self, tuple([values[number] for number in self.order])
        query.get_compiler = lambda *args, **kwargs: compiler
        found: Any = Question(rows.model, query, rows.db)
        found._iterable_class, found._fields = rows._iterable_class, rows._fields
        found._prefetch_related_lookups = rows._prefetch_related_lookups
        return found  # type: ignore[no-any-return]

    def ask(self, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """What the database answers. Errors: as the queryset's own, e.g. one with a lock outside a transaction."""
        if self.rows.query.select_for_update and not connection.in_atomic_block:
            raise TransactionManagementError(f"{self.text.name} locks rows: ask inside a transaction")
        with connection.cursor() as cursor:
            if self.kept_there:
                self.statement.execute(cursor, values)
            else:
                cursor.execute(self.text.sql, self.text.with_values(values))
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    @cached_property
    def _columns(self) -> list[Any]:
        return [column for column, _, _ in self.compiler.select]

    @cached_property
    def _shape(self) -> tuple[Any, ...]:
        """How a row becomes an object: the model, its names and columns, the objects behind it, annotations, converters."""
        compiler: Any = self.compiler
        info = compiler.klass_info
        first, last = info["select_fields"][0], info["select_fields"][-1] + 1
        names = [column[0].target.attname for column in compiler.select[first:last]]
        populators: Any = get_related_populators  # the stubs tell another signature
        behind = populators(info, compiler.select, self.rows.db)
        told = list((compiler.annotation_col_map or {}).items())
        converters = [(place, *one) for place, one in compiler.get_converters(self._columns).items()]
        return info["model"], names, slice(first, last), behind, told, converters

    def read(self, answer: Iterable[Sequence[Any]], owners: Mapping[Any, Mapping[Any, Any]]) -> list[Any]:
        """The rows of an answer as Django makes them. owners: as QuerySet._known_related_objects."""
        model, names, own, behind, told, converters = self._shape
        found = []
        for given in answer:
            row = list(given)
            for place, each, expression in converters:
                for convert in each:
                    row[place] = convert(row[place], expression, connection)
            one = model.from_db(self.rows.db, names, row[own])
            for populator in behind:
                populator.populate(row, one)
            for name, place in told:
                setattr(one, name, row[place])
            for field, known in owners.items():
                owner = known.get(getattr(one, field.attname))
                if owner is not None and not field.is_cached(one):
                    setattr(one, field.name, owner)
            found.append(one)
        return found


def prepared(function: Callable[P, RowsT]) -> Callable[P, RowsT]:
    """Write the SQL of a question once for each shape, and have the server keep it. See the module."""
    return _asking(function, kept_there=True)


def composed(function: Callable[P, RowsT]) -> Callable[P, RowsT]:
    """The same where the best way to the rows hangs on the values: the server plans it for them each time."""
    return _asking(function, kept_there=False)


def _asking(function: Callable[P, RowsT], *, kept_there: bool) -> Callable[P, RowsT]:
    kept: dict[Hashable, Written | type] = {}

    @wraps(function)
    def asked(*values: P.args, **shape: P.kwargs) -> RowsT:
        kinds = tuple(map(type, values))
        key = (kinds, tuple(sorted(shape.items())), timezone.get_current_timezone_name())
        written = kept.get(key)
        if written is None:
            if len(kept) >= MOST:
                kept.clear()
            written = kept[key] = _write(function, values, shape, kept_there)
        found: Any = (
            written.with_values([_within(value) for value in values])
            if isinstance(written, Written)
            else _nothing(written)
        )
        return found  # type: ignore[no-any-return]

    return asked


def _within(value: Any) -> Any:
    """A number that the database cannot hold as the one farthest out that it can, which no row has."""
    return max(-LARGEST, min(value, LARGEST)) if type(value) is int else value


def first_of(rows: Iterable[T]) -> T | None:
    """The first row, if there is one."""
    return next(iter(rows), None)


def answered(rows: RowsT, answer: list[tuple[Any, ...]]) -> list[Any]:
    """What a prepared question reads of an answer that another statement gave, with the columns that it selects."""
    compiler: Any = rows.query.get_compiler(using=rows.db)
    compiler.answer = answer
    return list(rows)


def belonging(rows: RowsT, **owner: Model) -> RowsT:
    """Say of unread rows to whom they all belong, so that they do not ask: belonging(rows, request=request)."""
    asked: Any = rows
    asked._known_related_objects = {
        asked.model._meta.get_field(name): {one.pk: one} for name, one in owner.items()
    }
    return rows


def _write(
    function: Callable[..., QuerySet[Any, Any]], values: Sequence[Any], shape: Any, kept_there: bool
) -> Written | type:
    """The question in the shape of this call, or its model where no row can ever answer it."""
    markers = [_marker(number, value) for number, value in enumerate(values)]
    rows = function(*markers, **shape)
    made = rows.query.get_compiler(using=rows.db)
    compiler = Compiler(made.query, made.connection, made.using)
    try:
        sql, given = compiler.as_sql()
    except EmptyResultSet:
        return rows.model
    compiler.get_converters([column for column, _, _ in compiler.select[: compiler.col_count]])
    slots = [
        (place, number, KINDS[type(marker)])
        for place, value in enumerate(given)
        for number, marker in enumerate(markers)
        if marker is not None and isinstance(value, type(marker)) and value == marker
    ]
    missing = {n for n, marker in enumerate(markers) if marker is not None} - {n for _, n, _ in slots}
    if missing or any(_inside(marker, value) for marker in markers for value in given):
        raise TypeError(
            f"{function.__qualname__}: values {sorted(missing)} do not go to the database as they are"
        )
    name = f"{function.__module__.removeprefix('luoshi.')}.{function.__name__}"
    text = Text(name, sql, tuple(given), tuple((place, kind) for place, _, kind in slots))
    return Written(rows, compiler, text, tuple(number for _, number, _ in slots), kept_there)


def _marker(number: int, value: Any) -> Any:
    """A value of the same kind that stands nowhere else in a statement."""
    match value:
        case None:
            return None
        case bool():
            raise TypeError("a truth value is part of the shape: give it by its name")
        case int():
            return 1_946_317_000 + number
        case str():
            return f"\x01value {number}\x01"
        case dt.datetime():
            return dt.datetime(9001, 1, 1, 0, number, tzinfo=dt.UTC)
        case dt.date():
            return dt.date(9001, 1, 1) + dt.timedelta(days=number)
        case list():
            return [f"\x01list {number}\x01"]
    raise TypeError(f"{type(value).__name__} cannot be a value of a prepared question")


def _inside(marker: Any, value: Any) -> bool:
    return isinstance(marker, str) and isinstance(value, str) and marker in value and marker != value


def _nothing(model: Any) -> Question:
    found = Question(model)
    found._result_cache = []
    return found


__all__ = [
    "Compiler",
    "Question",
    "Text",
    "Written",
    "answered",
    "belonging",
    "composed",
    "first_of",
    "prepared",
]
