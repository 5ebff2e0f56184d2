"""Who takes a step that the rulebook gives to certain leaders, with those who stand in for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from luoshi.agenda import selectors as agenda
from luoshi.ledger.actors import Actor, ActorKind
from luoshi.ledger.errors import NotAllowed
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import local_day


def mayor_away(at: dt.datetime) -> bool:
    """Whether the head of the government is away."""
    away = agenda.away(at)
    return any(person.pk in away for person in agenda.holders("mayor", day=local_day(at)))


def sign(
    rule: str,
    *,
    actor: Actor,
    at: dt.datetime,
    body: Body | None = None,
    facts: Mapping[str, Any] | None = None,
) -> str:
    """Check that the actor takes this step now, and say in what capacity. Errors: NotAllowed, naming who does."""
    if actor.kind is ActorKind.SYSTEM:
        return ""
    asked = {"mayor_away": mayor_away(at), **(facts or {})}
    found = agenda.signatory(actor, rule, asked, at=at, body=body)
    if asked["mayor_away"] and found.role == "executive_vice_mayor":
        return found.note or "市长外出，由常务副市长代行"
    return found.note


def may_sign(rule: str, *, actor: Actor, at: dt.datetime, body: Body | None = None) -> bool:
    """Whether the actor takes this step now, for offering it on a page."""
    try:
        sign(rule, actor=actor, at=at, body=body)
    except NotAllowed:
        return False
    return True


def is_mayor(actor: Actor, at: dt.datetime) -> bool:
    """Whether the actor is the mayor, or decides in the mayor's absence by the rulebook's table."""
    return may_sign("decisions.special", actor=actor, at=at)
