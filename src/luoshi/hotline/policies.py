"""Who may do what with a request or a dispatch: a permission and, for a unit, its own dispatch."""

from __future__ import annotations

from typing import Any

from luoshi.ledger.actors import Actor, ActorKind
from luoshi.ledger.states import Policy


def holds(permission: str) -> Policy:
    """Whoever holds the permission, on any matter (the platform's people)."""

    def may(actor: Actor, matter: Any) -> bool:
        return actor.can(permission)

    return may


def own(permission: str) -> Policy:
    """Whoever holds the permission and acts for the body that owns the matter (a unit's people)."""

    def may(actor: Actor, matter: Any) -> bool:
        return actor.can(permission) and (actor.kind is ActorKind.SYSTEM or actor.body_id == matter.body_id)

    return may


def system_only(actor: Actor, matter: Any) -> bool:
    """Steps that follow from others: no person takes them."""
    return actor.kind is ActorKind.SYSTEM


def citizen(actor: Actor, matter: Any) -> bool:
    """The citizen whose request it is, told apart by number and telephone before; no official in the citizen's place."""
    return actor.kind in (ActorKind.CITIZEN, ActorKind.SYSTEM)


def may_read_request(actor: Actor, request_body_ids: set[int]) -> bool:
    """The platform reads all requests; a unit reads those that were dispatched to it."""
    return actor.can("hotline.read_all") or (actor.can("hotline.unit") and actor.body_id in request_body_ids)


def may_reveal(actor: Actor, request_body_ids: set[int]) -> bool:
    """Personal data is for those who handle the case: platform staff with the permission, units with a dispatch.

    Whoever may not is refused and the attempt is recorded.
    """
    return actor.can("hotline.personal") and (
        actor.can("hotline.read_all") or actor.body_id in request_body_ids
    )
