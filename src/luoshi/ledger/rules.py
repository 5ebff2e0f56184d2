"""The rulebook in force here, read once a process."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from django.conf import settings

from luoshi import rulebooks
from luoshi.engines.authority import Decision, decide
from luoshi.engines.rulebook import (
    Authority,
    Choice,
    Content,
    Gate,
    Ground,
    Route,
    Rulebook,
    UnknownRule,
    parse,
)
from luoshi.engines.worktime import Calendar
from luoshi.ledger.errors import WrongState
from luoshi.rulebooks import calendars

RuleT = TypeVar("RuleT")


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


def role_title(role: str) -> str:
    """What people call a role under this rulebook; the code itself when unknown."""
    return current().roles.get(role, role)


class RulesOf:
    """The rulebook in force as one function asks it, on a day or at a moment (then on its local day).

    missing: what there was not yet before the regulation was in force ("目标管理的规定"), for the refusal to say.
    field: the input that such a refusal names.
    """

    def __init__(self, missing: str, *, field: str = "") -> None:
        self.missing, self.field = missing, field

    def setting(self, name: str, when: dt.date) -> Mapping[str, Any]:
        """The named parameters of a rule. Errors: WrongState before the regulation was in force."""
        return self._of(lambda day: current().setting(name, day), when).values

    def known(self, name: str, when: dt.date) -> Mapping[str, Any]:
        """The named parameters of a rule; none where the rulebook has no such rule."""
        return self.maybe(lambda day: current().setting(name, day).values, when) or {}

    def choice(self, name: str, when: dt.date) -> Choice:
        """An enumeration. Errors: as setting."""
        return self._of(lambda day: current().choice(name, day), when)

    def content(self, name: str, when: dt.date) -> Content:
        """What a paper must hold. Errors: as setting."""
        return self._of(lambda day: current().content(name, day), when)

    def gate(self, name: str, when: dt.date) -> Gate:
        """What must stand before a step. Errors: as setting."""
        return self._of(lambda day: current().gate(name, day), when)

    def route(self, name: str, when: dt.date) -> Route:
        """The way of a paper. Errors: as setting."""
        return self._of(lambda day: current().route(name, day), when)

    def ground(self, name: str, when: dt.date) -> Ground:
        """A ground by its id. Errors: as setting."""
        return self._of(lambda day: current().ground(name, day), when)

    def authority(self, name: str, when: dt.date) -> Authority:
        """A decision table. Errors: as setting."""
        return self._of(lambda day: current().authority(name, day), when)

    def table(self, name: str, facts: Mapping[str, Any], when: dt.date) -> Decision:
        """What a decision table says of these facts. Errors: as setting."""
        return decide(self.authority(name, when), facts, on=day_of(when))

    def cite(self, kind: str, name: str, when: dt.date) -> tuple[str, ...]:
        """The clauses behind a rule; none where there is no such rule. kind: setting, route, authority, …"""
        return self.maybe(lambda day: getattr(current(), kind)(name, day).cite, when) or ()

    def maybe(self, ask: Callable[[dt.date], RuleT], when: dt.date) -> RuleT | None:
        """What a question to the rulebook gives on a day; None where the rulebook has no such rule."""
        try:
            return ask(day_of(when))
        except UnknownRule:
            return None

    def _of(self, ask: Callable[[dt.date], RuleT], when: dt.date) -> RuleT:
        day = day_of(when)
        try:
            return ask(day)
        except UnknownRule:
            raise WrongState(
                f"{day:%Y年%-m月%-d日}还没有{self.missing}",
                mend="请核对日期；规则由规则编辑维护",
                field=self.field,
            ) from None


def day_of(when: dt.date) -> dt.date:
    """The day whose rules hold: a day itself, or the local day of an aware moment."""
    return when.astimezone(current().worktime.tz).date() if isinstance(when, dt.datetime) else when
