"""Who may read and change what of appointments and of the names of bodies."""

from __future__ import annotations

from functools import partial
from typing import Any

from luoshi.ledger import errors
from luoshi.ledger.actors import Actor

require = partial(errors.require, mend="任免和机构名称由任免经办人员办理")


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
