"""What the rulebook says about meetings on a day: settings of a kind, tables, ways, notices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from luoshi.engines.rulebook import Choice, Gate, RouteStep
from luoshi.ledger import rules
from luoshi.ledger.rules import RulesOf, role_title

__all__ = [
    "HEAD",
    "choice",
    "cite_of",
    "gate",
    "kind",
    "kinds",
    "known",
    "notice_text",
    "role_title",
    "setting",
    "table",
    "way",
]
_here = RulesOf("这类会议的规定")
setting, known, choice, table, cite_of = _here.setting, _here.known, _here.choice, _here.table, _here.cite
HEAD = "mayor"
"""The office of the head of the government, whatever its title."""


def kind(code: str, day: dt.date) -> Mapping[str, Any]:
    """What a kind of meeting is like. Errors: WrongState for a kind that the rulebook does not know."""
    return {**setting(f"meetings.kind_{code}", day), **known(f"meetings.session.{code}", day)}


def kinds(day: dt.date) -> Choice:
    """The kinds of meeting. Errors: WrongState before the regulation was in force."""
    return choice("meetings.kind", day)


def gate(name: str, day: dt.date) -> Gate | None:
    """What must stand before a step; None where the rulebook asks for nothing."""
    return _here.maybe(lambda day: rules.current().gate(name, day), day)


def way(name: str, facts: Mapping[str, Any], day: dt.date) -> tuple[RouteStep, ...]:
    """The stops of a paper's way. Errors: WrongState before the regulation was in force."""
    return _here.route(name, day).steps_for(facts)


def notice_text(name: str, values: Mapping[str, object], day: dt.date) -> str:
    """A notice with its slots filled."""
    return rules.current().notice(name, day).render(values)
