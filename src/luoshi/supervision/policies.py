"""Who may read, set, oversee and carry out what. The facts of a matter name its setter, overseer, lead and helpers."""

from __future__ import annotations

from functools import partial
from typing import Any

from luoshi.ledger import errors
from luoshi.ledger.actors import Actor, ActorKind

require = partial(errors.require, mend="单位只能办理本单位的事项；需要时请联系督查室")


def may_manage(actor: Actor, matter: Any = None) -> bool:
    """The supervision office."""
    return actor.can("supervision.manage")


def may_set(actor: Actor, matter: Any = None) -> bool:
    """Those who set tasks: leaders and the sections of the government's office."""
    return actor.can("supervision.set")


def acts_for(actor: Actor, body_id: int | None) -> bool:
    """Somebody who does the work of a body."""
    if actor.kind is ActorKind.SYSTEM:
        return True
    works = actor.can("supervision.unit") or actor.can("supervision.set")
    return works and body_id is not None and actor.body_id == body_id


def is_own(actor: Actor, matter: Any) -> bool:
    """The body that owes it: the lead of a task, the assisting body of a part, the body that decides an ask."""
    return acts_for(actor, matter.body_id)


def is_lead_above(actor: Actor, matter: Any) -> bool:
    """The lead, for what the assisting bodies owe it."""
    return acts_for(actor, matter.facts.get("lead"))


def may_check(actor: Actor, matter: Any) -> bool:
    """Whoever set it: the leader in person where a leader did, else the people of the setter's office."""
    if actor.kind is ActorKind.SYSTEM:
        return True
    person = matter.facts.get("setter_person")
    if person is not None:
        return may_set(actor) and actor.person_id == person
    setter = matter.facts.get("setter_body")
    return may_manage(actor) if setter is None else may_set(actor) and actor.body_id == setter


def may_oversee(actor: Actor, matter: Any) -> bool:
    """The supervision office, the section charged with urging, and whoever set it.

    The secretary-general belongs to the first: whatever the government decided or the mayor handed over is seen through
    with the secretary-general's help, while it stays the mayor's to check and close.
    Source: smx-work-rules/10.1
    """
    mine = actor.body_id is not None and actor.body_id == matter.facts.get("overseer")
    return may_manage(actor) or (may_set(actor) and mine) or may_check(actor, matter)


def may_evaluate(actor: Actor, matter: Any) -> bool:
    """The effect of what was carried out: the lead, and those who oversee it."""
    return is_own(actor, matter) or may_oversee(actor, matter)


def may_decide(actor: Actor, matter: Any) -> bool:
    """An ask: the person named in person, else the people of the body that it waits for."""
    if actor.kind is ActorKind.SYSTEM:
        return True
    person = matter.facts.get("person")
    return actor.person_id == person if person is not None else acts_for(actor, matter.body_id)


def may_recheck(actor: Actor, matter: Any) -> bool:
    """A danger: the body that answers for supervision of it, the office, or whoever set the survey."""
    return acts_for(actor, matter.facts.get("supervisory")) or may_oversee(actor, matter)


def may_inspect(actor: Actor, matter: Any = None) -> bool:
    """Those who inspect how decisions are made and carried out: the office, 监察 and 审计."""
    return may_manage(actor) or actor.can("decisions.inspect")


def may_read_letter(actor: Actor, matter: Any) -> bool:
    """The leader named, in person; nobody enters it for another."""
    person = matter.facts.get("person")
    return actor.kind is ActorKind.USER and person is not None and actor.person_id == person


def may_read(actor: Actor, matter: Any) -> bool:
    """The supervision office and leaders all; a unit what it leads, helps with or set. Secret ones with the right only."""
    if matter.secrecy and not actor.can("documents.secret"):
        return False
    facts = matter.facts
    named = {matter.body_id, facts.get("setter_body"), facts.get("overseer"), facts.get("lead")}
    named |= set(facts.get("parts", ()))
    own = (actor.can("supervision.unit") or may_set(actor)) and actor.body_id in named - {None}
    return actor.can("supervision.read_all") or own or actor.person_id in _people(facts)


def _people(facts: Any) -> set[Any]:
    return {facts.get("person"), facts.get("setter_person"), facts.get("leader")} - {None}
