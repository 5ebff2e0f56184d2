"""Who may read and change what of appointments and of the names of bodies."""

from __future__ import annotations

from typing import Any

from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import NotAllowed


def may_read(actor: Actor, matter: Any = None) -> bool:
    """Leaders, the office, and the units' leaders."""
    return actor.can("appointments.read")


def may_manage(actor: Actor, matter: Any = None) -> bool:
    """Those who draw up notices and keep the register."""
    return actor.can("appointments.manage")


def may_sign(actor: Actor, matter: Any = None) -> bool:
    """Those who may sign at all; whose signature a paper needs, the rulebook's table says."""
    return actor.can("appointments.sign")


def may_return(actor: Actor, matter: Any = None) -> bool:
    """A paper that waits for its signature is sent back by whoever may sign it, or taken back by who sent it."""
    return may_sign(actor) or may_manage(actor)


def may_report(actor: Actor, matter: Any) -> bool:
    """A unit reports for itself, whoever keeps the register for any."""
    own = matter.body_id is not None and actor.body_id == matter.body_id
    return may_manage(actor) or (own and actor.can("appointments.read"))


def require(allowed: bool, doing: str) -> None:
    """Refuse with a sentence that names what was to be done. Errors: NotAllowed."""
    if not allowed:
        raise NotAllowed(f"您没有{doing}的权限", mend="任免和机构名称由任免经办人员办理")
