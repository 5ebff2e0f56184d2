"""What the rulebook says about meetings on a day: settings of a kind, tables, ways, notices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from luoshi.engines.authority import Decision, decide
from luoshi.engines.rulebook import Choice, Gate, RouteStep, UnknownRule
from luoshi.ledger import rules
from luoshi.ledger.errors import WrongState

HEAD = "mayor"
"""The office of the head of the government, whatever its title."""


def _too_early(day: dt.date) -> WrongState:
    return WrongState(f"{day:%Y年%m月%d日}还没有这类会议的规定", mend="请核对日期；规则由规则编辑维护")


def setting(name: str, day: dt.date) -> Mapping[str, Any]:
    """The named parameters of a rule on a day. Errors: WrongState before the regulation was in force."""
    try:
        values: Mapping[str, Any] = rules.current().setting(name, day).values
    except UnknownRule:
        raise _too_early(day) from None
    return values


def known(name: str, day: dt.date) -> Mapping[str, Any]:
    """The named parameters of a rule on a day; none where the rulebook has no such rule."""
    try:
        values: Mapping[str, Any] = rules.current().setting(name, day).values
    except UnknownRule:
        return {}
    return values


def kind(code: str, day: dt.date) -> Mapping[str, Any]:
    """What a kind of meeting is like. Errors: WrongState for a kind that the rulebook does not know."""
    return {**setting(f"meetings.kind_{code}", day), **known(f"meetings.session.{code}", day)}


def kinds(day: dt.date) -> Choice:
    """The kinds of meeting. Errors: WrongState before the regulation was in force."""
    return choice("meetings.kind", day)


def choice(name: str, day: dt.date) -> Choice:
    """An enumeration on a day. Errors: WrongState before the regulation was in force."""
    try:
        return rules.current().choice(name, day)
    except UnknownRule:
        raise _too_early(day) from None


def table(name: str, facts: Mapping[str, Any], day: dt.date) -> Decision:
    """What a decision table says. Errors: WrongState before the regulation was in force."""
    try:
        return decide(rules.current().authority(name, day), facts, on=day)
    except UnknownRule:
        raise _too_early(day) from None


def gate(name: str, day: dt.date) -> Gate | None:
    """What must stand before a step; None where the rulebook asks for nothing."""
    try:
        return rules.current().gate(name, day)
    except UnknownRule:
        return None


def way(name: str, facts: Mapping[str, Any], day: dt.date) -> tuple[RouteStep, ...]:
    """The stops of a paper's way. Errors: WrongState before the regulation was in force."""
    try:
        return rules.current().route(name, day).steps_for(facts)
    except UnknownRule:
        raise _too_early(day) from None


def cite_of(what: str, name: str, day: dt.date) -> tuple[str, ...]:
    """The clauses behind a rule; none where there is no such rule. what: setting, route, authority, …"""
    try:
        found: tuple[str, ...] = getattr(rules.current(), what)(name, day).cite
    except UnknownRule:
        return ()
    return found


def notice_text(name: str, values: Mapping[str, object], day: dt.date) -> str:
    """A notice with its slots filled."""
    return rules.current().notice(name, day).render(values)


def role_title(role: str) -> str:
    """The Chinese name of a role."""
    return rules.current().roles.get(role, role)
