"""Who may read and change what of collective decisions. Who reviews, settles and concludes, the rulebook's tables say."""

from __future__ import annotations

from functools import partial
from typing import Any

from luoshi.ledger import errors
from luoshi.ledger.actors import Actor, ActorKind

require = partial(errors.require, mend="请由规定的人员办理这一步", said="您不能{}")
READ = ("decisions.read_all", "decisions.prepare", "decisions.inspect", "decisions.legal")


def is_own(actor: Actor, matter: Any) -> bool:
    """A body acts on what it put forward; the system acts for all."""
    if actor.kind is ActorKind.SYSTEM:
        return True
    return actor.can("decisions.prepare") and matter.body_id is not None and actor.body_id == matter.body_id


def may_prepare(actor: Actor, matter: Any = None) -> bool:
    """Those who put matters forward, for their own body."""
    return actor.can("decisions.prepare") if matter is None else is_own(actor, matter)


def may_review(actor: Actor, matter: Any = None) -> bool:
    """Leaders who review or settle topics."""
    return actor.can("decisions.review")


def may_speak(actor: Actor, matter: Any = None) -> bool:
    """Members of the leadership."""
    return actor.can("decisions.member")


def may_conclude(actor: Actor, matter: Any = None) -> bool:
    """Those who may be in the chair."""
    return actor.can("decisions.conclude")


def may_record(actor: Actor, matter: Any = None) -> bool:
    """The office, which keeps the record."""
    return actor.can("decisions.record")


def may_take_up(actor: Actor, matter: Any = None) -> bool:
    """The office or the one in the chair begins a sitting."""
    return may_record(actor) or may_conclude(actor)


def may_legal(actor: Actor, matter: Any = None) -> bool:
    """The legal office."""
    return actor.can("decisions.legal")


def may_confirm(actor: Actor, matter: Any = None) -> bool:
    """The legal office or the government's office; which of them, the rulebook says."""
    return may_legal(actor) or may_record(actor)


def may_inspect(actor: Actor, matter: Any = None) -> bool:
    """Supervision and audit: they read everything and note what they find."""
    return actor.can("decisions.inspect")


def may_follow(actor: Actor, matter: Any = None) -> bool:
    """Whoever has a part in carrying a decision out."""
    return may_speak(actor) or may_record(actor) or (matter is not None and is_own(actor, matter))


def may_draft(actor: Actor, matter: Any = None) -> bool:
    """The body that drafts a normative document, or the office that keeps the register."""
    return may_prepare(actor, matter) or may_record(actor)


def may_ask(actor: Actor, matter: Any = None) -> bool:
    """Whoever may put something before the legal office."""
    return actor.can("decisions.prepare") or may_record(actor) or actor.can("documents.handle")


def may_order(actor: Actor, matter: Any = None) -> bool:
    """The government changes or revokes what a lower body issued."""
    return may_conclude(actor)


def may_read(actor: Actor, matter: Any) -> bool:
    """Leaders, the office, the legal office and inspectors read all, a body its own."""
    if matter.secrecy and not actor.can("documents.secret") and not is_own(actor, matter):
        return False
    return actor.can("decisions.read_all") or is_own(actor, matter)
