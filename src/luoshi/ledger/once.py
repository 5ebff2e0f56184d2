"""While one page is read, the same small question is asked of the database once.

`@once` keeps a function's answer by its arguments from `reading()` to its end: the web opens it around a request that
only reads (GET, HEAD). Outside, and so in every request that changes something, in the worker and in commands, each call
asks anew. For answers that nobody changes in place: return a list or a row, not an unread query.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("luoshi_once", default=None)
_WAITING = "waiting"


@contextmanager
def reading() -> Iterator[None]:
    """From here to the end answers of `@once` functions are kept; nothing that they ask may be changed meanwhile."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def keep(function: Callable[..., R], answer: R, *args: Hashable) -> None:
    """Tell the answer of a `@once` function that was read otherwise: for many rows together, before each is asked for."""
    kept = _kept.get()
    if kept is not None:
        kept[(function.__wrapped__, args, ())] = answer  # type: ignore[attr-defined]


def waiting() -> list[Any]:
    """What the page being read will want and nobody looked at yet (luoshi.ledger.together); empty where none is read."""
    kept = _kept.get()
    found: list[Any] = [] if kept is None else kept.setdefault(_WAITING, [])
    return found


def once(function: Callable[P, R]) -> Callable[P, R]:
    """Ask once for the same arguments while a page is read; the arguments must be hashable."""

    @wraps(function)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        kept = _kept.get()
        if kept is None:
            return function(*args, **kwargs)
        key = (function, args, tuple(sorted(kwargs.items())))
        if key not in kept:
            kept[key] = function(*args, **kwargs)
        found: R = kept[key]
        return found

    return asked
