"""Who may read and keep up what of the knowledge base."""

from __future__ import annotations

from functools import partial
from typing import Any

from luoshi.ledger import errors
from luoshi.ledger.actors import Actor

require = partial(errors.require, mend="只能维护本单位的内容；需要时请联系12345平台")


def may_manage(actor: Actor, matter: Any = None) -> bool:
    """The platform: everything of everybody."""
    return actor.can("knowledge.manage")


def may_edit_for(actor: Actor, body_id: int | None) -> bool:
    """A body keeps up its own knowledge; the platform may help everybody."""
    return may_manage(actor) or (
        actor.can("knowledge.edit") and body_id is not None and actor.body_id == body_id
    )


def may_edit(actor: Actor, matter: Any) -> bool:
    """As may_edit_for, of a matter's own body."""
    return may_edit_for(actor, matter.body_id)


def may_read(actor: Actor, matter: Any) -> bool:
    """What is published is open to everybody who works with the knowledge base; drafts to those who keep them up."""
    if matter.state in {"published", "issued"}:
        return actor.can("knowledge.read")
    return may_edit(actor, matter)


def may_read_request(actor: Actor, matter: Any) -> bool:
    """A request to supply: the platform that asks and everybody of the body asked who works with the base."""
    return may_manage(actor) or (actor.can("knowledge.read") and actor.body_id == matter.body_id)
