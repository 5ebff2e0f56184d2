"""When something is recorded: now, always; except where a demo city is told as if it had lived already."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.conf import settings
from django.utils import timezone

_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def recorded_now() -> datetime:
    """The time of entry for what is written now."""
    return _told.get() or timezone.now()


@contextmanager
def as_if(at: datetime) -> Iterator[None]:
    """Let entries carry `at` as their time of entry. Only in a demo: RuntimeError elsewhere."""
    if not settings.DEMO:
        raise RuntimeError("the time of entry can be set in a demo only (LUOSHI_DEMO=1)")
    token = _told.set(at)
    try:
        yield
    finally:
        _told.reset(token)
