"""The rulebook in force here, read once a process."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from luoshi import rulebooks
from luoshi.engines.rulebook import Rulebook, parse
from luoshi.engines.worktime import Calendar
from luoshi.rulebooks import calendars


@lru_cache(maxsize=8)
def book(name: str, trial: bool = False) -> Rulebook:
    """The shipped rulebook of that name, checked and compiled; on trial its drafts hold.

    Raises RulebookError when it does not hold.
    """
    known = {calendar: Calendar.parse(calendars.read(calendar)) for calendar in calendars.names()}
    return parse(rulebooks.read(name), calendars=known, trial=trial)


def current() -> Rulebook:
    """The rulebook that this installation runs under (settings RULEBOOK and RULEBOOK_ON_TRIAL)."""
    return book(settings.RULEBOOK, settings.RULEBOOK_ON_TRIAL)


def stamp() -> str:
    """Name and version of the current rulebook, as obligations carry it."""
    rulebook = current()
    return f"{rulebook.id}@{rulebook.version[:16]}"
