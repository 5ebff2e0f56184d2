"""Statements of the database: counted and timed for the request that asks, and told where one is slow."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.backends.signals import connection_created

slow = logging.getLogger("luoshi.slow")
SHOWN = 2000  # characters of a statement


@dataclass(slots=True)
class Spent:
    """What one request asked of the database. seconds: in its statements."""

    statements: int = 0
    seconds: float = 0.0


spent: ContextVar[Spent | None] = ContextVar("spent", default=None)


def timed(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Carry a statement out; its text without its values is logged where it took longer than allowed."""
    begun = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        took = time.perf_counter() - begun
        mine = spent.get()
        if mine is not None:
            mine.statements += 1
            mine.seconds += took
        if took * 1000 >= settings.SLOW_STATEMENT_MS:
            slow.warning("slow statement", extra={"ms": round(took * 1000), "sql": str(sql)[:SHOWN]})


def _watch(connection: Any, **kwargs: Any) -> None:
    if timed not in connection.execute_wrappers:
        connection.execute_wrappers.append(timed)


def register() -> None:
    """Watch every connection that is opened from now on."""
    connection_created.connect(_watch, dispatch_uid="luoshi.statements")
