"""Who may record, claim, approve and read what the scores are made of."""

from __future__ import annotations

from functools import partial
from typing import Any

from luoshi.ledger import errors
from luoshi.ledger.actors import Actor, ActorKind

require = partial(errors.require, mend="单位只能办理本单位的事项；需要时请联系12345平台")


def may_record(actor: Actor, matter: Any = None) -> bool:
    """The platform registers findings and judges base work."""
    return actor.can("assessment.record")


def may_approve(actor: Actor, matter: Any = None) -> bool:
    """The command centre approves what adds or takes points."""
    return actor.can("assessment.approve")


def may_oversee(actor: Actor) -> bool:
    """Whoever reads the records of all units."""
    return actor.can("assessment.read_all") or may_record(actor)


def may_file_for(actor: Actor, body_id: int | None) -> bool:
    """A unit files its own material and claims."""
    if actor.kind is ActorKind.SYSTEM:
        return True
    return actor.can("assessment.unit") and body_id is not None and actor.body_id == body_id


def may_file(actor: Actor, matter: Any) -> bool:
    """As may_file_for, of a matter's own body."""
    return may_file_for(actor, matter.body_id)


def may_read(actor: Actor, matter: Any) -> bool:
    """Overseers read all records, a unit's people those of their unit."""
    own = actor.body_id is not None and actor.body_id == matter.body_id
    return may_oversee(actor) or (actor.can("assessment.read") and own)


def may_work_on(actor: Actor, matter: Any) -> bool:
    """Who proposed an entry may add to it or take it back: the platform its findings, a unit its claims."""
    if matter.facts.get("proposer") == "unit":
        return may_file(actor, matter)
    return may_record(actor)


def system_only(actor: Actor, matter: Any) -> bool:
    """Steps that follow from others: no person takes them."""
    return actor.kind is ActorKind.SYSTEM
