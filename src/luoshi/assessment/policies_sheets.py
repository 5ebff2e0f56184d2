"""Who may close, publish, appeal, decide, approve and read sheets. Permissions are data; tables of the rulebook add to them."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from luoshi.engines.authority import Decision, decide
from luoshi.engines.obligations import past
from luoshi.engines.rulebook import Authority
from luoshi.ledger import errors, rules
from luoshi.ledger.actors import Actor, ActorKind
from luoshi.ledger.errors import NotAllowed
from luoshi.organisation.selectors import local_day

require = partial(errors.require, mend="需要时请联系12345平台指挥中心")
READ_ALL = ("assessment.read_all", "assessment.close", "assessment.approve", "assessment.decide")


def may_close(actor: Actor, matter: Any = None) -> bool:
    """The command centre closes, publishes and takes back."""
    return actor.can("assessment.close")


def may_decide(actor: Actor, matter: Any = None) -> bool:
    """The platform drafts decisions on appeals."""
    return actor.can("assessment.decide")


def may_approve(actor: Actor, matter: Any = None) -> bool:
    """The command centre approves decisions and registers what follows from a year's results."""
    return actor.can("assessment.approve")


def may_appeal(actor: Actor, matter: Any = None) -> bool:
    """A unit, for itself."""
    own = matter is None or matter.body_id is None or matter.body_id == actor.body_id
    return actor.kind is ActorKind.SYSTEM or (actor.can("assessment.unit") and own)


def may_read_all(actor: Actor, matter: Any = None) -> bool:
    """The command centre, the platform's leader and the city's leaders see all units in full."""
    return any(actor.can(code) for code in READ_ALL)


def may_read_unit(actor: Actor, body_id: int | None) -> bool:
    """A unit sees its own sheet in full."""
    return may_read_all(actor) or (
        actor.can("assessment.read") and body_id is not None and actor.body_id == body_id
    )


def may_read_sheet(actor: Actor, matter: Any) -> bool:
    """A published sheet is there for every unit; before that only for those who see all."""
    return may_read_all(actor) or (actor.can("assessment.read") and matter.state == "published")


def may_read_appeal(actor: Actor, matter: Any) -> bool:
    """The appellant, and those who see all."""
    return may_read_unit(actor, matter.body_id)


def decision(id: str, at: datetime, **facts: Any) -> tuple[Authority, Decision]:
    """A decision table of the rulebook, and what it says about these facts."""
    rule = rules.current().authority(id, local_day(at))
    return rule, decide(rule, facts)


def may_appeal_against(actor: Actor, sheet: Any, at: datetime) -> bool:
    """Whether the actor may appeal against a sheet now: the window is open, and the table names one of the roles."""
    if sheet.appeal_until is None or past(sheet.appeal_until, at) or not may_appeal(actor):
        return False
    _, found = decision("assessment.appeal_by", at, period=sheet.kind)
    return actor.body_id is not None and found.allows(actor.roles)


def require_authority(id: str, actor: Actor, at: datetime, **facts: Any) -> None:
    """Refuse who is not named by the rulebook's decision table. Errors: NotAllowed naming who may."""
    if actor.kind is ActorKind.SYSTEM:
        return
    rule, found = decision(id, at, **facts)
    if not found.allows(actor.roles, standing_in=True):
        book = rules.current()
        who = "或".join(book.roles[role] for role in found.who)
        cite = tuple(book.clause(clause) for clause in rule.cite)
        raise NotAllowed(f"“{rule.title}”由{who}办理", mend=f"请转{who}办理", cite=cite)
