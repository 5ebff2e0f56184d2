"""What the rulebook says about target management on a day: settings, choices, who takes which step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from luoshi.engines.authority import decide
from luoshi.engines.rulebook import Choice, Content, UnknownRule
from luoshi.ledger import rules
from luoshi.ledger.actors import Actor, ActorKind
from luoshi.ledger.errors import NotAllowed, WrongState
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import local_day

SEATS = {"setting_group": "setting_seat", "monitoring_group": "monitoring_seat"}
UNIT_ROLES = frozenset({"liaison", "unit_leader"})


def setting(name: str, day: dt.date) -> Mapping[str, Any]:
    """The named parameters of a rule on a day. Errors: WrongState before the regulation was in force."""
    try:
        values: Mapping[str, Any] = rules.current().setting(name, day).values
    except UnknownRule:
        raise _too_early(day) from None
    return values


def choice(name: str, day: dt.date) -> Choice:
    """An enumeration on a day. Errors: WrongState before the regulation was in force."""
    try:
        return rules.current().choice(name, day)
    except UnknownRule:
        raise _too_early(day) from None


def content(name: str, day: dt.date) -> Content:
    """What a paper must hold on a day. Errors: WrongState before the regulation was in force."""
    try:
        return rules.current().content(name, day)
    except UnknownRule:
        raise _too_early(day) from None


def _too_early(day: dt.date) -> WrongState:
    return WrongState(f"{day:%Y年%m月%d日}还没有目标管理的规定", mend="请核对日期；规则由规则编辑维护")


def seat(group: str, at: dt.datetime) -> Body | None:
    """The body that a group of the target office sits at (setting_seat, monitoring_seat, office_seat, …)."""
    code = setting("targets.organisation", local_day(at))[group]
    return Body.objects.filter(code=code, active=True).first()


def roles_of(actor: Actor, at: dt.datetime) -> frozenset[str]:
    """The actor's roles, with the group of the target office that the actor's body sits as."""
    held = set(actor.roles)
    if actor.can("targets.unit") and actor.body_id is not None:
        code = Body.objects.filter(pk=actor.body_id).values_list("code", flat=True).first()
        named = setting("targets.organisation", local_day(at))
        held |= {group for group, place in SEATS.items() if named[place] == code}
    return frozenset(held)


def may_step(rule: str, step: str, *, actor: Actor, at: dt.datetime) -> bool:
    """Whether the rulebook lets the actor take a step of a procedure. That a unit acts for itself is checked apart."""
    if actor.kind is ActorKind.SYSTEM:
        return True
    authority = rules.current().authority(rule, local_day(at))
    decision = decide(authority, {"step": step}, on=local_day(at))
    return bool({*decision.who, *decision.stands_in} & roles_of(actor, at))


def require_step(rule: str, step: str, doing: str, *, actor: Actor, at: dt.datetime) -> None:
    """Refuse a step that the rulebook gives to others. Errors: NotAllowed, WrongState (no regulation yet)."""
    try:
        allowed = may_step(rule, step, actor=actor, at=at)
        cite = rules.current().authority(rule, local_day(at)).cite
    except UnknownRule:
        raise _too_early(local_day(at)) from None
    if not allowed:
        raise NotAllowed(f"您不能“{doing}”", mend="请由规定的机构办理这一步", cite=cite)


def groups_of(layer: str, day: dt.date) -> tuple[str, ...]:
    """The classes that a layer's targets may have: the city and counties by field, departments key and general.

    Source: smx-target-management/3.1.2, smx-target-management/3.1.3
    """
    if layer == "department":
        return (*choice("targets.department_class", day).values, "undivided")
    parts = setting("targets.county_parts", day)
    return (*parts["quantitative"], *(parts["deducting"] if layer == "county" else ()))


def points_of(day: dt.date) -> dict[str, Decimal]:
    """The points of a department's targets by class (key, general, undivided) and in all."""
    return {key: Decimal(value) for key, value in setting("targets.points", day).items()}
