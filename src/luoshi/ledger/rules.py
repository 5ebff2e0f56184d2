"""The rulebook in force here, read once a process."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Protocol

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
    return compiled(rulebooks.read(name), trial=trial)


class Changes(Protocol):
    """Rules changed in this installation, beside the shipped ones, in numbered editions."""

    def number(self) -> int:
        """The number of the last edition; 0 where nothing was changed."""

    def files(self, number: int) -> Mapping[str, str]:
        """The files that an edition adds to the shipped ones (under changes/)."""


_changes: list[Changes] = []
_seen: list[tuple[float, int]] = []


def register_changes(changes: Changes) -> None:
    """Let changed rules take the place of shipped ones; called once, when their app starts."""
    _changes[:] = [changes]


def forget_edition() -> None:
    """Look again for the last edition: after one was put in force, or taken back by a rolled back transaction."""
    _seen.clear()


def _edition() -> int:
    """The last edition, asked for at most every few seconds.

    Editions come into force on a later day, so that a process may know of one a few seconds after another.
    """
    if not _changes:
        return 0
    now = time.monotonic()
    if _seen and now - _seen[0][0] < settings.RULE_EDITION_SECONDS:
        return _seen[0][1]
    number = _changes[0].number()
    _seen[:] = [(now, number)]
    return number


@lru_cache(maxsize=4)
def _changed(name: str, trial: bool, number: int) -> Rulebook:
    return compiled({**rulebooks.read(name), **_changes[0].files(number)}, trial=trial)


def files() -> dict[str, str]:
    """The files of the rulebook in force here: the shipped ones, and what was changed in this installation."""
    number = _edition()
    return {**rulebooks.read(settings.RULEBOOK), **(_changes[0].files(number) if number else {})}


def compiled(files: Mapping[str, str], *, trial: bool = False) -> Rulebook:
    """A rulebook from its files, with the shipped calendars. Raises RulebookError when it does not hold."""
    known = {calendar: Calendar.parse(calendars.read(calendar)) for calendar in calendars.names()}
    return parse(files, calendars=known, trial=trial)


def current() -> Rulebook:
    """The rulebook that this installation runs under (settings RULEBOOK and RULEBOOK_ON_TRIAL)."""
    number = _edition()
    if number:
        return _changed(settings.RULEBOOK, settings.RULEBOOK_ON_TRIAL, number)
    return book(settings.RULEBOOK, settings.RULEBOOK_ON_TRIAL)


def stamp() -> str:
    """Name and version of the current rulebook, as obligations carry it."""
    rulebook = current()
    return f"{rulebook.id}@{rulebook.version[:16]}"
