"""Who may read and change what of a topic, its materials and city-wide meetings. Whose step it is, the rulebook says."""

from __future__ import annotations

from functools import partial
from typing import Any

from luoshi.ledger import errors
from luoshi.ledger.actors import Actor
from luoshi.meetings.models import Consultation, Topic

require = partial(errors.require, mend="单位只能办理本单位的议题")
UNIT = ("meetings.unit", "meetings.organise", "meetings.decide", "meetings.review")
STAFF = ("meetings.organise", "meetings.review", "meetings.decide")


def may_propose(actor: Actor, matter: Any = None) -> bool:
    """Units, sections and leaders propose topics, each for its own body; the services compare the bodies."""
    return any(actor.can(one) for one in UNIT)


def is_own(actor: Actor, matter: Any) -> bool:
    """Who proposes it, acting for the body that does."""
    return may_propose(actor) and (actor.body_id is None or actor.body_id == matter.body_id)


def may_review(actor: Actor, matter: Any = None) -> bool:
    """Those who have a stop on the way of review; which of them, the rulebook says."""
    return any(actor.can(one) for one in STAFF)


def may_organise(actor: Actor, matter: Any = None) -> bool:
    """Sections that organise meetings."""
    return actor.can("meetings.organise")


def may_prepare(actor: Actor, matter: Any) -> bool:
    """The proposer, and the sections that organise meetings."""
    return is_own(actor, matter) or may_organise(actor)


def may_answer(actor: Actor, matter: Any) -> bool:
    """The unit that is consulted; that its principal leader signs, the service checks."""
    return actor.can("meetings.unit") and actor.body_id == matter.body_id


def may_read(actor: Actor, matter: Any) -> bool:
    """Leaders and the office read all, a unit its own, what it is consulted on, and what it is to attend.

    Secret ones only those among them who may read secret papers.
    """
    if matter.secrecy and not actor.can("documents.secret"):
        return False
    if actor.can("meetings.read_all") or may_review(actor) or is_own(actor, matter):
        return True
    if actor.body_id is None or not actor.can("meetings.unit"):
        return False
    top = matter.parent_id or matter.pk
    return (
        Consultation.objects.filter(topic_id=top, body_id=actor.body_id).exists()
        or Topic.objects.filter(pk=top, body_id=actor.body_id).exists()
        or Topic.objects.filter(pk=top, attending=actor.body_id).exists()
    )


def may_read_city(actor: Actor, matter: Any) -> bool:
    """Leaders and the office read all, a host its own."""
    return actor.can("meetings.read_all") or may_review(actor) or is_own(actor, matter)
