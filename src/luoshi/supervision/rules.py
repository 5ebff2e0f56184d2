"""What the rulebook says about supervision on a day, and the checks of input that the services share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from luoshi.engines.authority import decide
from luoshi.engines.rulebook import Choice, Content, UnknownRule
from luoshi.ledger import rules as books
from luoshi.ledger.actors import Actor, ActorKind
from luoshi.ledger.errors import Incomplete, NotAllowed, Refusal, WrongState
from luoshi.organisation.selectors import local_day


def _early(day: dt.date) -> WrongState:
    return WrongState(f"{day:%Y年%m月%d日}还没有督查督办的规定", mend="请核对日期；规则由规则编辑维护")


def setting(name: str, at: dt.datetime) -> Mapping[str, Any]:
    """The named parameters of a rule. Errors: WrongState before the regulations were in force."""
    try:
        values: Mapping[str, Any] = books.current().setting(name, local_day(at)).values
    except UnknownRule:
        raise _early(local_day(at)) from None
    return values


def setting_cite(name: str, at: dt.datetime) -> tuple[str, ...]:
    """The clauses behind named parameters; none before they were in force."""
    try:
        cite: tuple[str, ...] = books.current().setting(name, local_day(at)).cite
    except UnknownRule:
        return ()
    return cite


def choice(name: str, at: dt.datetime) -> Choice:
    """An enumeration. Errors: WrongState before the regulations were in force."""
    try:
        return books.current().choice(name, local_day(at))
    except UnknownRule:
        raise _early(local_day(at)) from None


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


def content(name: str, at: dt.datetime) -> Content:
    """What a paper must hold."""
    try:
        return books.current().content(name, local_day(at))
    except UnknownRule:
        raise _early(local_day(at)) from None


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
    try:
        gate = books.current().gate(name, local_day(at))
    except UnknownRule:
        raise _early(local_day(at)) from None
    missing = gate.missing(facts, have)
    if missing:
        need = missing[0]
        raise Refusal(
            f"{gate.title}：缺少{need.title}", mend=need.mend, cite=need.cite or gate.cite, field=need.key
        )


def roles_for(name: str, facts: Mapping[str, Any], at: dt.datetime) -> tuple[str, ...]:
    """The roles that a decision table gives for these facts."""
    try:
        rule = books.current().authority(name, local_day(at))
    except UnknownRule:
        raise _early(local_day(at)) from None
    return decide(rule, facts, on=local_day(at)).who


def may_step(name: str, facts: Mapping[str, Any], *, actor: Actor, at: dt.datetime) -> bool:
    """Whether a decision table gives a step to one of the actor's roles."""
    return actor.kind is ActorKind.SYSTEM or actor.has_role(*roles_for(name, facts, at))


def require_step(name: str, facts: Mapping[str, Any], doing: str, *, actor: Actor, at: dt.datetime) -> None:
    """Refuse a step that the rulebook gives to others, naming who may. Errors: NotAllowed."""
    if may_step(name, facts, actor=actor, at=at):
        return
    book = books.current()
    rule = book.authority(name, local_day(at))
    found = decide(rule, facts, on=local_day(at))
    who = "、".join(book.roles.get(role, role) for role in found.who) or "无人"
    raise NotAllowed(f"“{doing}”由{who}办理", mend=found.reason or f"请转{who}办理", cite=found.cite)


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


def line(value: str, *, field: str, label: str, longest: int = 300, required: bool = True) -> str:
    """A text on one line. Errors: Incomplete naming the field where it is empty or too long."""
    return _checked(" ".join(value.split()), field, label, longest, required)


def block(value: str, *, field: str, label: str, longest: int = 4000, required: bool = True) -> str:
    """A text of several lines. Errors: as line."""
    text = value.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()
    return _checked(text, field, label, longest, required)


def _checked(text: str, field: str, label: str, longest: int, required: bool) -> str:
    if required and not text:
        raise Incomplete(f"请填写{label}", field=field)
    if len(text) > longest:
        raise Incomplete(f"{label}超过{longest}个字（现有{len(text)}个字）", mend="请缩短", field=field)
    return text
