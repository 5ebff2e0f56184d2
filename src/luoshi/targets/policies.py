"""Who may read and change what of target management. Which step is whose, the rulebook says (rules.require_step)."""

from __future__ import annotations

from functools import partial
from typing import Any

from luoshi.ledger import errors
from luoshi.ledger.actors import Actor

require = partial(errors.require, mend="单位只能办理本单位的目标；需要时请联系目标办")


def may_manage(actor: Actor, matter: Any = None) -> bool:
    """The target office."""
    return actor.can("targets.manage")


def may_approve(actor: Actor, matter: Any = None) -> bool:
    """Those who approve for the leading group and the government."""
    return actor.can("targets.approve")


def is_own(actor: Actor, matter: Any) -> bool:
    """A unit acts on its own targets."""
    return actor.can("targets.unit") and matter.body_id is not None and actor.body_id == matter.body_id


def may_keep(actor: Actor, matter: Any) -> bool:
    """The unit itself or the target office for it."""
    return may_manage(actor) or is_own(actor, matter)


def may_handle(actor: Actor, matter: Any = None) -> bool:
    """Anybody who has a part in a procedure; the step's own table says who takes it."""
    return may_manage(actor) or may_approve(actor) or actor.can("targets.unit")


def may_certify(actor: Actor, matter: Any = None) -> bool:
    """Those who certify for their department; which measures are theirs, the service checks."""
    return actor.can("targets.certify") or may_manage(actor)


def may_draw_up(actor: Actor, matter: Any) -> bool:
    """A notice: the target office, and the body that the monitoring group sits at."""
    return may_manage(actor) or is_own(actor, matter)


def may_read(actor: Actor, matter: Any) -> bool:
    """The office and leaders read all, a unit its own."""
    return actor.can("targets.read_all") or is_own(actor, matter)


def may_read_all(actor: Actor, matter: Any = None) -> bool:
    """The office and the leaders; units read a plan's own page too."""
    return actor.can("targets.read_all") or actor.can("targets.unit") or actor.can("targets.certify")
