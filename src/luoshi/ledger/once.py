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


@contextmanager
def reading() -> Iterator[None]:
    """From here to the end answers of `@once` functions are kept; nothing that they ask may be changed meanwhile."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


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
