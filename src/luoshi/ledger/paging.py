"""Pages of a long list by key: page a thousand costs what page one costs, and new rows shift nothing."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.dateparse import parse_datetime

from luoshi.ledger.together import fetch

ModelT = TypeVar("ModelT", bound=Model)

SIZE, SHORT = 50, 25


def size_asked(query: Mapping[str, str]) -> int:
    """How many rows a page of a list shows: 50, or 25 with ?size=25."""
    return SHORT if query.get("size") == str(SHORT) else SIZE


@dataclass(frozen=True, slots=True)
class Page(Generic[ModelT]):
    """Rows of one page; `next` and `previous` are cursors for ?after= and ?before=, None at the ends."""

    items: list[ModelT]
    next: str | None
    previous: str | None


def key_page(
    rows: QuerySet[ModelT],
    *,
    keys: Sequence[str] = ("-id",),
    after: str = "",
    before: str = "",
    size: int = SIZE,
    nullable: str = "",
) -> Page[ModelT]:
    """One page of `rows` in the order of `keys` ("-" descends, the last one unique).

    nullable: the one key, ascending, that may be null; such rows come last. All others hold no nulls.
    after, before: a cursor of an earlier page; at most one counts (`before` wins). A cursor that cannot be
    read, for instance one cut off by hand, gives the first page. Fetches size + 1 rows, counts nothing.
    """
    cursor = _read(before or after, len(keys))
    backwards = bool(before) and cursor is not None
    order = [_turned(key) for key in keys] if backwards else list(keys)
    found = rows.order_by(*order)
    if cursor is not None:
        try:
            found = found.filter(_beyond(order, cursor, nullable))
        except (ValidationError, ValueError, TypeError):
            return key_page(rows, keys=keys, size=size, nullable=nullable)
    return _page(list(found[: size + 1]), keys, size, backwards=backwards, cursor=cursor)


def first_page(rows: QuerySet[ModelT], *, keys: Sequence[str], size: int = SIZE) -> Page[ModelT]:
    """The first page where its rows are asked for by a prepared question, in the order of `keys` and one more than `size`."""
    return _page(list(rows), keys, size, backwards=False, cursor=None)


def _page(
    items: list[ModelT], keys: Sequence[str], size: int, *, backwards: bool, cursor: Sequence[Any] | None
) -> Page[ModelT]:
    more, items = len(items) > size, items[:size]
    if backwards:
        items.reverse()
    if not items:
        return Page([], None, None)
    has_next, has_previous = (True, more) if backwards else (more, cursor is not None)
    return Page(
        items,
        next=_write(items[-1], keys) if has_next else None,
        previous=_write(items[0], keys) if has_previous else None,
    )


def neighbours(
    rows: QuerySet[ModelT], row: Model, *, keys: Sequence[str]
) -> tuple[ModelT | None, ModelT | None]:
    """What stands before and what after a row in the order of `keys`, be the row itself in the list or not. One query."""
    at = [getattr(row, key.lstrip("-")) for key in keys]
    both = [
        rows.order_by(*order).filter(_beyond(order, at, ""))[:1]
        for order in ([_turned(key) for key in keys], list(keys))
    ]
    fetch(*both)
    before, after = (next(iter(found), None) for found in both)
    return before, after


def _turned(key: str) -> str:
    return key[1:] if key.startswith("-") else f"-{key}"


def _beyond(order: Sequence[str], cursor: Sequence[Any], nullable: str) -> Q:
    """Rows after the cursor in this order. The bound on the first key lets the index begin there."""
    past, same = Q(), Q()
    for key, value in zip(order, cursor, strict=True):
        name, rising = key.lstrip("-"), not key.startswith("-")
        past |= same & _past(name, value, rising=rising, nullable=name == nullable)
        same &= Q(**{f"{name}__isnull": True}) if value is None else Q(**{name: value})
    first, rising = order[0].lstrip("-"), not order[0].startswith("-")
    if first == nullable and (rising or cursor[0] is None):
        return past
    return past & Q(**{f"{first}__{'gte' if rising else 'lte'}": cursor[0]})


def _past(name: str, value: Any, *, rising: bool, nullable: bool) -> Q:
    """Rows whose key lies past the value; nulls lie at the far end of the rising order."""
    if value is None:
        return Q(pk__in=[]) if rising else Q(**{f"{name}__isnull": False})
    past = Q(**{f"{name}__{'gt' if rising else 'lt'}": value})
    return past | Q(**{f"{name}__isnull": True}) if rising and nullable else past


def _write(row: Model, keys: Sequence[str]) -> str:
    values = [getattr(row, key.lstrip("-")) for key in keys]
    plain = [value.isoformat() if isinstance(value, date | datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain, ensure_ascii=False).encode()).decode().rstrip("=")


def _read(cursor: str, length: int) -> list[Any] | None:
    """The values of a cursor, or None where it is none."""
    if not cursor:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, UnicodeError, ValueError, RecursionError):
        return None
    if not isinstance(values, list) or len(values) != length:
        return None
    return values if all(map(_storable, values)) else None


def _storable(value: Any) -> bool:
    """Whether the database can hold a value that a cursor names."""
    if not isinstance(value, str):
        return value is None or isinstance(value, int)
    if any(mark == "\x00" or "\ud800" <= mark <= "\udfff" for mark in value):
        return False
    try:
        moment = parse_datetime(value)
    except ValueError:
        return True
    return moment is None or MINYEAR < moment.year < MAXYEAR
