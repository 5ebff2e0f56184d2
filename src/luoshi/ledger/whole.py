"""A step of several services is one whole: it happens in full or not at all, and what it adds up is written once.

    @whole
    def request_dispatch(...):     # one transaction, or one savepoint where there is a transaction already
        act(...)                   # itself a whole: it joins without a savepoint of its own
        open_dispatch(...)

A refusal inside therefore undoes the whole. Where a service goes on after the refusal of another, it calls that one
`with transaction.atomic():`, which keeps a savepoint, and what is called there is a whole of its own. To swallow a
refusal without that is a fault, and found out at the end.

`gather` keeps something for the whole and has it finished as its last act: counts that several events move are
written by one statement.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import ContextDecorator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TypeVar

from django.db import connection, transaction

T = TypeVar("T")


class Swallowed(RuntimeError):
    """A service went on after the refusal of another that had joined it, so that only part of it would have happened."""


@dataclass(slots=True)
class _Open:
    """A whole that has begun.

    gathered: by key what it keeps, and what is done with it at the end. held: matters that it has locked, by id.
    """

    atomic: Any
    joined: bool
    gathered: dict[Hashable, tuple[Any, Callable[[Any], None]]]
    held: dict[int, Any]


def _begun() -> list[_Open]:
    found: list[_Open] | None = getattr(connection, "luoshi_wholes", None)
    if found is None:
        found = []
        connection.luoshi_wholes = found  # type: ignore[attr-defined]
    return found


def _current() -> _Open | None:
    """The whole that one can join: begun, and no savepoint was opened since."""
    begun: list[_Open] = _begun()
    blocks = connection.atomic_blocks
    return begun[-1] if begun and blocks and blocks[-1] is begun[-1].atomic else None


class _Whole(ContextDecorator):
    """See the module."""

    def __enter__(self) -> None:
        outer = _current()
        atomic: Any = transaction.atomic(savepoint=outer is None)
        atomic.__enter__()
        _begun().append(
            _Open(atomic, outer is not None, outer.gathered if outer else {}, outer.held if outer else {})
        )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        own = _begun().pop()
        if not own.joined:
            for outer in _begun():  # what this one changed, they do not know
                outer.held.clear()
        if kind is None:
            try:
                self._finish(own)
            except BaseException as failure:
                own.atomic.__exit__(type(failure), failure, failure.__traceback__)
                raise
        own.atomic.__exit__(kind, error, trace)

    def _finish(self, own: _Open) -> None:
        if connection.needs_rollback:
            raise Swallowed("a refusal of a joined service was caught: call it within transaction.atomic()")
        if not own.joined:
            for kept, finish in own.gathered.values():
                finish(kept)


whole = _Whole()


def gather(key: Hashable, make: Callable[[], T], finish: Callable[[T], None]) -> T | None:
    """What the current whole keeps under a key, made at the first call and finished as its last act; None outside one."""
    current = _current()
    if current is None:
        return None
    if key not in current.gathered:
        current.gathered[key] = (make(), finish)
    kept: T = current.gathered[key][0]
    return kept


def locked() -> dict[int, Any] | None:
    """The matters that the current whole has locked, by id, to be read and added to; None outside one.

    They are forgotten where something inside happened under a savepoint of its own.
    """
    current = _current()
    return None if current is None else current.held


__all__ = ["Swallowed", "gather", "locked", "whole"]
