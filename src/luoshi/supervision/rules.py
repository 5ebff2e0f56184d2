"""What the rulebook says about supervision on a day, and the checks of input that the services share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from luoshi.engines.worktime import Worktime
from luoshi.ledger import rules as books
from luoshi.ledger.actors import Actor, ActorKind
from luoshi.ledger.errors import Incomplete, NotAllowed, Refusal, WrongState
from luoshi.ledger.rules import RulesOf
from luoshi.ledger.services.owing import worktime_of

_here = RulesOf("督查督办的规定")
setting, choice, content, cite = _here.setting, _here.choice, _here.content, _here.cite


def label(name: str, value: str, at: dt.datetime) -> str:
    """The Chinese name of an option; the value itself where it is none."""
    try:
        return choice(name, at).label(value)
    except (KeyError, WrongState):
        return value


def chosen(name: str, value: str, at: dt.datetime, *, field: str) -> str:
    """The value, when it is an option. Errors: Incomplete naming the field and what may be chosen."""
    rule = choice(name, at)
    if value not in rule.values:
        offered = "、".join(option.label for option in rule.options)
        raise Incomplete(f"请选择{rule.title}", mend=f"可选：{offered}", field=field, cite=rule.cite)
    return value


def filled(name: str, values: Mapping[str, Any], at: dt.datetime) -> None:
    """Refuse a paper that lacks what the rulebook says it must hold. Errors: Incomplete naming the first field."""
    rule = content(name, at)
    missing = rule.missing(values)
    if missing:
        labels = "、".join(field.label for field in missing)
        raise Incomplete(
            f"{rule.title}缺少{labels}", mend="请补全后再办理", field=missing[0].key, cite=rule.cite
        )


def passed(name: str, facts: Mapping[str, Any], have: Collection[str], at: dt.datetime) -> None:
    """Refuse an action whose gate is shut, with the first need, how to mend it and its clause. Errors: Refusal."""
    gate = _here.gate(name, at)
    missing = gate.missing(facts, have)
    if missing:
        need = missing[0]
        raise Refusal(
            f"{gate.title}：缺少{need.title}", mend=need.mend, cite=need.cite or gate.cite, field=need.key
        )


def roles_for(name: str, facts: Mapping[str, Any], at: dt.datetime) -> tuple[str, ...]:
    """The roles that a decision table gives for these facts."""
    return _here.table(name, facts, at).who


def may_step(name: str, facts: Mapping[str, Any], *, actor: Actor, at: dt.datetime) -> bool:
    """Whether a decision table gives a step to one of the actor's roles."""
    return actor.kind is ActorKind.SYSTEM or actor.has_role(*roles_for(name, facts, at))


def require_step(name: str, facts: Mapping[str, Any], doing: str, *, actor: Actor, at: dt.datetime) -> None:
    """Refuse a step that the rulebook gives to others, naming who may. Errors: NotAllowed."""
    if may_step(name, facts, actor=actor, at=at):
        return
    found = _here.table(name, facts, at)
    who = "、".join(map(books.role_title, found.who)) or "无人"
    raise NotAllowed(f"“{doing}”由{who}办理", mend=found.reason or f"请转{who}办理", cite=found.cite)


def worktime_for(body_id: int | None) -> Worktime:
    """The working time of the body that owes: its own or that of the nearest one above it, else the city's."""
    return worktime_of(body_id) or books.current().worktime


def moment(day: dt.date | dt.datetime | None) -> dt.datetime | None:
    """A day as the moment at which its business ends, a moment as it is. Errors: ValueError for a naive moment."""
    if day is None or isinstance(day, dt.datetime):
        if isinstance(day, dt.datetime) and day.tzinfo is None:
            raise ValueError("a due time needs an aware time")
        return day
    return day_end(day)


def day_end(day: dt.date) -> dt.datetime:
    """When the business of a day ends; 18:00 on a day off."""
    work = books.current().worktime
    close = work.close(work.number(day))
    return close or dt.datetime(day.year, day.month, day.day, 18, tzinfo=work.tz)
