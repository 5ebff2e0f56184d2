"""What the rulebook says about target management on a day: settings, choices, who takes which step."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from luoshi.ledger.actors import Actor, ActorKind
from luoshi.ledger.errors import NotAllowed
from luoshi.ledger.rules import RulesOf
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import local_day

_here = RulesOf("目标管理的规定")
setting, choice, content = _here.setting, _here.choice, _here.content
SEATS = {"setting_group": "setting_seat", "monitoring_group": "monitoring_seat"}


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
    decision = _here.table(rule, {"step": step}, at)
    return bool({*decision.who, *decision.stands_in} & roles_of(actor, at))


def require_step(rule: str, step: str, doing: str, *, actor: Actor, at: dt.datetime) -> None:
    """Refuse a step that the rulebook gives to others. Errors: NotAllowed, WrongState (no regulation yet)."""
    cite = _here.authority(rule, at).cite
    if not may_step(rule, step, actor=actor, at=at):
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
