"""Records that may be erased when their time is over: each function registers its own kinds when it starts.

What a rule of the rulebook calls `record` is one of these (luoshi.retention). Events are never among them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

Due = Callable[[dt.datetime], Any]
Erase = Callable[[Sequence[int], dt.datetime, str], None]


def _nothing(ids: Sequence[int]) -> None:
    return None


def removal(model: type[Model]) -> Erase:
    """Erasing rows to which nothing refers: they are removed."""

    def erase(ids: Sequence[int], at: dt.datetime, basis: str) -> None:
        model._default_manager.filter(pk__in=ids).delete()

    return erase


@dataclass(frozen=True, slots=True)
class Records:
    """A kind of record.

    label, what, since: its name, what of it is erased, and from when its time counts, in Chinese. due(before): the
    rows not yet erased whose time began before a moment. begins: the column in which that stands. erase(ids, at,
    basis): erases rows, inside the caller's transaction, with the ledger's door open. finish(ids): what follows once
    that is committed; may be called again. matters: the columns that lead to a matter, the row's own first, by which
    a row is held; empty where rows belong to no case. told: whether the row's own matter gets an event.
    """

    code: str
    label: str
    what: str
    since: str
    due: Due
    begins: str
    erase: Erase
    finish: Callable[[Sequence[int]], None] = _nothing
    matters: tuple[str, ...] = ()
    told: bool = False


_known: dict[str, Records] = {}


def register(*records: Records) -> None:
    """Make kinds of records known; called once, when an app starts."""
    _known.update({one.code: one for one in records})


def records_of(code: str) -> Records | None:
    """The kind of record with this code; None where no function registered it."""
    return _known.get(code)


def all_records() -> dict[str, Records]:
    """All kinds of records by their codes."""
    return dict(_known)
