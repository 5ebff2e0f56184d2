"""Who may do what in a round."""

from __future__ import annotations

from functools import partial
from typing import Any

from luoshi.ledger import errors
from luoshi.ledger.actors import Actor

require = partial(errors.require, mend="如需办理，请联系考评办")


def holder_of(matter: Any) -> Any:
    """The body that holds the round to which a matter of rounds belongs."""
    return matter.body if matter.parent_id is None else matter.parent.body


def may_manage(actor: Actor, matter: Any = None) -> bool:
    """The office that holds the round: each tier its own, city, county, or a department for its system.

    Source: smx-openness-assessment/6.1
    """
    if not actor.can("rounds.manage"):
        return False
    return matter is None or holder_of(matter).pk == actor.body_id


def may_approve(actor: Actor, matter: Any = None) -> bool:
    """The leading group (or the government) of the tier that holds the round, by its members."""
    if not actor.can("rounds.approve"):
        return False
    if matter is None:
        return True
    holder = holder_of(matter)
    return actor.body_id in (holder.pk, holder.parent_id)


def may_assess(actor: Actor, matter: Any = None) -> bool:
    """An assessor; whether the unit and the item are his the service says."""
    return actor.can("rounds.assess")


def may_act_for(actor: Actor, matter: Any) -> bool:
    """The people of the assessed unit itself."""
    return actor.can("rounds.unit") and actor.body_id is not None and actor.body_id == matter.body_id


def may_read_all(actor: Actor, matter: Any = None) -> bool:
    """Those who see every unit: the people of the tier that holds the round. A county's office sees its own rounds
    and, of the city's, what any unit sees."""
    if not (actor.can("rounds.read_all") or actor.can("rounds.manage") or actor.can("rounds.approve")):
        return False
    if matter is None:
        return True
    holder = holder_of(matter)
    return actor.body_id in (holder.pk, holder.parent_id)


def may_read_unit(actor: Actor, matter: Any) -> bool:
    """A unit's own papers: the unit, the office, the leaders; assessors as far as work is assigned to them."""
    return may_read_all(actor, matter) or may_act_for(actor, matter) or actor.can("rounds.assess")


def may_read_round(actor: Actor, matter: Any) -> bool:
    """The round itself is no secret to anybody who takes part."""
    return may_read_all(actor, matter) or actor.can("rounds.assess") or actor.can("rounds.unit")


def may_read_own(actor: Actor, matter: Any) -> bool:
    """Records and rectifications: the unit concerned and those who see all."""
    return may_read_all(actor, matter) or may_act_for(actor, matter)
