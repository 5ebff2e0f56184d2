"""Who may read and change what of the agenda. Which stop is whose, its row says; who approves what, the rulebook."""

from __future__ import annotations

from functools import partial
from typing import Any

from luoshi.ledger import errors
from luoshi.ledger.actors import Actor, ActorKind

require = partial(errors.require, mend="领导名单和分工由市长办维护，需要时请与其联系")


def may_read_roster(actor: Actor, matter: Any = None) -> bool:
    """Everybody who works with papers: whom to send them to, and who stands in."""
    return actor.can("agenda.read")


def may_keep_roster(actor: Actor, matter: Any = None) -> bool:
    """The mayor's office and the secretary-general."""
    return actor.can("agenda.manage")


def may_ask(actor: Actor, matter: Any = None) -> bool:
    """Anybody with a part in leave and clearances; whose turn it is, the stops say."""
    return any(actor.can(f"agenda.{part}") for part in ("leave", "approve", "manage", "prepare"))


def may_arrange(actor: Actor, matter: Any = None) -> bool:
    """Those who may name a stand-in; who does it for an overlap, the rulebook says."""
    return actor.can("agenda.approve") or actor.can("agenda.manage")


def is_own(actor: Actor, matter: Any) -> bool:
    """One's own request."""
    return actor.person_id is not None and matter.facts.get("person") == actor.person_id


def may_own(actor: Actor, matter: Any) -> bool:
    """Only the one who asks."""
    return actor.kind is ActorKind.SYSTEM or is_own(actor, matter)


def may_own_or_keep(actor: Actor, matter: Any) -> bool:
    """The one who asks, or the office or the serving section for them."""
    return is_own(actor, matter) or may_prepare(actor)


def may_prepare(actor: Actor, matter: Any = None) -> bool:
    """Sections that serve leaders, and those who keep the agenda: they prepare papers for a leader."""
    return actor.can("agenda.prepare") or may_keep_roster(actor)


def may_take_stop(actor: Actor, matter: Any) -> bool:
    """Whoever may approve, prepare or keep; the service checks that the stop is theirs."""
    return actor.can("agenda.approve") or may_prepare(actor)


def may_read(actor: Actor, matter: Any) -> bool:
    """Leave and clearances: one's own, and those who approve or keep the agenda."""
    return is_own(actor, matter) or actor.can("agenda.approve") or may_prepare(actor)
