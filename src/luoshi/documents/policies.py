"""Who may read and change what of incoming papers. Which role decides what, the rulebook says."""

from __future__ import annotations

from functools import partial
from typing import Any

from luoshi.ledger import errors
from luoshi.ledger.actors import Actor, ActorKind

require = partial(errors.require, mend="请由承办科室、秘书科或机要科办理")
SECTIONS = ("documents.handle", "documents.register", "documents.reading")


def is_office(actor: Actor, matter: Any = None) -> bool:
    """The sections of the office that take, register and handle papers."""
    return any(actor.can(code) for code in SECTIONS)


def is_system(actor: Actor) -> bool:
    """Whether the platform itself acts."""
    return actor.kind is ActorKind.SYSTEM


def may_submit(actor: Actor, matter: Any) -> bool:
    """A unit's own paper, before it is taken."""
    return actor.can("documents.unit") and matter.facts.get("sender") in (None, actor.body_id)


def is_own_unit(actor: Actor, matter: Any) -> bool:
    """The unit that the paper was passed to."""
    return actor.can("documents.unit") and actor.body_id is not None and actor.body_id == matter.body_id


def may_enter(actor: Actor, matter: Any = None) -> bool:
    """The confidential office takes reading papers; the secretariat and the sections take handling papers."""
    kind = matter.facts.get("kind") if matter is not None else None
    if kind == "reading":
        return actor.can("documents.reading")
    return actor.can("documents.register") or actor.can("documents.handle")


def may_register(actor: Actor, matter: Any) -> bool:
    """Who registers: the office that took the paper, and the secretariat for any handling paper."""
    if matter.facts.get("kind") == "reading":
        return actor.can("documents.reading")
    return actor.can("documents.register") or (actor.can("documents.handle") and is_section(actor, matter))


def is_section(actor: Actor, matter: Any) -> bool:
    """The people of the section that the matter belongs to."""
    return is_office(actor) and actor.body_id is not None and actor.body_id == matter.body_id


def may_open_letter(actor: Actor, matter: Any) -> bool:
    """A letter to a leader: the leader, or the section that serves the leader."""
    facts = matter.facts
    own = actor.person_id is not None and actor.person_id == facts.get("addressee")
    return own or (is_office(actor) and actor.body_id is not None and actor.body_id == facts.get("serving"))


def may_send(actor: Actor, matter: Any = None) -> bool:
    """Who moves a paper on: its sections; which of them, the service checks."""
    return is_office(actor)


def may_note(actor: Actor, matter: Any = None) -> bool:
    """What follows of itself from what somebody did in their own right: the services alone call it."""
    return True


def may_instruct(actor: Actor, matter: Any) -> bool:
    """Who passes instructions on and takes replies: the section in charge, the secretariat."""
    return is_office(actor)


def may_urge(actor: Actor, matter: Any = None) -> bool:
    """The secretariat, the sections, the confidential office, and the platform's own reminders."""
    return is_office(actor) or is_system(actor)


def may_archive(actor: Actor, matter: Any) -> bool:
    """Reading papers: the confidential office; handling papers: the secretariat."""
    return actor.can("documents.reading" if matter.facts.get("kind") == "reading" else "documents.register")


def may_read_secret(actor: Actor, matter: Any) -> bool:
    """Secret papers only with the permission for them."""
    return not matter.secrecy or actor.can("documents.secret")
