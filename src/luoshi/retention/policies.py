"""Who reads, proposes and approves erasures, and who puts cases on hold."""

from __future__ import annotations

from functools import partial
from typing import Any

from luoshi.ledger import errors
from luoshi.ledger.actors import Actor, ActorKind

READ = ("retention.propose", "retention.approve", "retention.hold", "audit.read")

require = partial(errors.require, mend="需要时请联系安全管理员或平台负责人")


def may_read(actor: Actor, matter: Any = None) -> bool:
    """Whoever has a part in it, and the auditor."""
    return any(actor.can(one) for one in READ)


def may_propose(actor: Actor, matter: Any = None) -> bool:
    """Who works out what is due and proposes to erase it."""
    return actor.can("retention.propose")


def may_approve(actor: Actor, matter: Any = None) -> bool:
    """Who approves. That nobody approves what they proposed is checked by the service."""
    return actor.can("retention.approve")


def may_hold(actor: Actor, matter: Any = None) -> bool:
    """Who puts a case on hold."""
    return actor.can("retention.hold")


def is_system(actor: Actor, matter: Any = None) -> bool:
    """The background task and the command: they carry out what was approved."""
    return actor.kind is ActorKind.SYSTEM
