"""What the rulebook says about collective decisions on a day: kinds, gates, settings, who takes which step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from luoshi.engines.authority import decide
from luoshi.engines.rulebook import Choice, Content, UnknownRule
from luoshi.engines.rulebook.flow import Gate, Need
from luoshi.engines.rulebook.model import Ground
from luoshi.ledger import rules
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.organisation.selectors import local_day


def _too_early(day: dt.date) -> WrongState:
    return WrongState(f"{day:%Y年%m月%d日}还没有这项规定", mend="请核对日期；规则由规则编辑维护")


def gate(name: str, at: dt.datetime) -> Gate:
    """A gate at a moment. Errors: WrongState before the regulation was in force.

    Source: smx-major-decisions/6.1
    """
    try:
        return rules.current().gate(name, local_day(at))
    except UnknownRule:
        raise _too_early(local_day(at)) from None


def setting(name: str, at: dt.datetime) -> Mapping[str, Any]:
    """The named parameters of a rule. Errors: WrongState before the regulation was in force."""
    try:
        values: Mapping[str, Any] = rules.current().setting(name, local_day(at)).values
    except UnknownRule:
        raise _too_early(local_day(at)) from None
    return values


def choice(name: str, at: dt.datetime) -> Choice:
    """An enumeration. Errors: WrongState before the regulation was in force."""
    try:
        return rules.current().choice(name, local_day(at))
    except UnknownRule:
        raise _too_early(local_day(at)) from None


def choice_or_none(name: str, at: dt.datetime) -> Choice | None:
    """An enumeration where the rulebook has one."""
    try:
        return rules.current().choice(name, local_day(at))
    except UnknownRule:
        return None


def content_or_none(name: str, at: dt.datetime) -> Content | None:
    """What a record must hold, where the rulebook says so."""
    try:
        return rules.current().content(name, local_day(at))
    except UnknownRule:
        return None


def ground(name: str, at: dt.datetime) -> Ground:
    """A ground by its id. Errors: WrongState where the rulebook has none of that id."""
    try:
        return rules.current().ground(name, local_day(at))
    except UnknownRule:
        raise _too_early(local_day(at)) from None


def grounds(matter: str, at: dt.datetime) -> tuple[Ground, ...]:
    """The grounds for a kind of matter, in the rulebook's order."""
    return rules.current().grounds(local_day(at), matter=matter)


def cite_of(kind: str, name: str, at: dt.datetime) -> tuple[str, ...]:
    """The clauses of a rule, for a refusal; empty where there is none."""
    try:
        found: tuple[str, ...] = getattr(rules.current(), kind)(name, local_day(at)).cite
    except UnknownRule:
        return ()
    return found


def roles_for(name: str, facts: Mapping[str, Any], at: dt.datetime) -> tuple[frozenset[str], tuple[str, ...]]:
    """The roles that take a step for these facts, and the clauses."""
    try:
        found = decide(rules.current().authority(name, local_day(at)), facts, on=local_day(at))
    except UnknownRule:
        raise _too_early(local_day(at)) from None
    return frozenset(found.who), found.cite


def listed(name: str, subjects: Collection[str], facts: Mapping[str, Any], at: dt.datetime) -> list[Need]:
    """What a gate calls for over several subjects at once: asked for each, every need once, in the gate's order."""
    found = gate(name, at)
    asked = {need.key for subject in subjects or ("",) for need in found.asked({**facts, "subject": subject})}
    return [need for need in found.needs if need.key in asked]


def require(name: str, facts: Mapping[str, Any], have: Collection[str], at: dt.datetime, doing: str) -> None:
    """Refuse where a gate still misses something, naming it all with what to do. Errors: Incomplete with the clauses."""
    missing = gate(name, at).missing(facts, have)
    if missing:
        said = "、".join(dict.fromkeys(need.title for need in missing))
        cite = tuple(dict.fromkeys(one for need in missing for one in need.cite))
        raise Incomplete(f"不能{doing}，还缺：{said}", mend=missing[0].mend, cite=cite)


def need_cite(name: str, key: str, at: dt.datetime) -> tuple[str, ...]:
    """The clauses of a gate's needs of this name, for a refusal."""
    return tuple(
        dict.fromkeys(one for need in gate(name, at).needs if stem(need.key) == key for one in need.cite)
    )


def stem(key: str) -> str:
    """The step that a need asks for: `expert.technical` is met by `expert`."""
    return key.partition(".")[0]


def step_title(key: str, at: dt.datetime) -> str:
    """The name of a step of the preparation."""
    content = content_or_none(f"decisions.{key}", at)
    return content.title if content is not None else key


def clauses(cite: Collection[str]) -> str:
    """Clauses as an official would cite them."""
    book = rules.current()
    return "；".join(book.clause(one) for one in cite)
