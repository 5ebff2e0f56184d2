"""What the rulebook says about leaders, leave and stand-ins on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from luoshi.engines.authority import Decision, decide
from luoshi.engines.rulebook import Authority, Choice, Route, UnknownRule
from luoshi.ledger import rules
from luoshi.ledger.errors import WrongState

PARTNER = "partner"


def _too_early(what: str, day: dt.date) -> WrongState:
    return WrongState(f"{day:%Y年%m月%d日}还没有{what}的规定", mend="请核对日期；规则由规则编辑维护")


def setting(name: str, day: dt.date) -> Mapping[str, Any]:
    """The named parameters of a rule on a day; empty before the regulation was in force."""
    try:
        values: Mapping[str, Any] = rules.current().setting(name, day).values
    except UnknownRule:
        return {}
    return values


def choice(name: str, day: dt.date) -> Choice:
    """An enumeration on a day. Errors: WrongState before the regulation was in force."""
    try:
        return rules.current().choice(name, day)
    except UnknownRule:
        raise _too_early("这类事项", day) from None


def route(name: str, day: dt.date) -> Route:
    """The way of a request on a day. Errors: WrongState before the regulation was in force."""
    try:
        return rules.current().route(name, day)
    except UnknownRule:
        raise _too_early("这类事项报批程序", day) from None


def authority(name: str, day: dt.date) -> Authority:
    """A decision table on a day. Errors: WrongState before the regulation was in force."""
    try:
        return rules.current().authority(name, day)
    except UnknownRule:
        raise _too_early("这一权限", day) from None


def standing_in(facts: Mapping[str, Any], day: dt.date) -> Decision | None:
    """Who stands in for somebody away: office, power (sign, preside, …), urgent, commissioned. None: no rule yet."""
    try:
        return decide(rules.current().authority("agenda.standing_in", day), facts)
    except UnknownRule:
        return None


def role_title(role: str) -> str:
    """What people call a role under this rulebook; the code itself when unknown."""
    return rules.current().roles.get(role, role)
