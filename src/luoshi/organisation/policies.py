"""Who may change what of bodies, rosters and accounts."""

from __future__ import annotations

from functools import partial

from django.conf import settings

from luoshi.ledger import errors
from luoshi.ledger.actors import Actor
from luoshi.organisation.models import Body, User

require = partial(errors.require, mend="需要时请联系系统管理员")


def may_edit_bodies(actor: Actor) -> bool:
    """Bodies and their names: whoever keeps the organisation."""
    return actor.can("organisation.edit")


def may_edit_roster(actor: Actor, body: Body) -> bool:
    """People and posts: whoever keeps the organisation; a body's own liaison and leader for their body.

    A body reports its changed liaisons and leaders itself, so it must be able to enter them.
    """
    return actor.can("organisation.edit") or (actor.can("organisation.roster") and actor.body_id == body.pk)


def may_see_contacts(actor: Actor, body: Body) -> bool:
    """Telephone numbers in full: who keeps rosters, the platform, and the body's own people."""
    return actor.can("organisation.edit") or actor.can("hotline.read_all") or actor.body_id == body.pk


def may_manage_accounts(actor: Actor) -> bool:
    """Opening accounts and giving passwords: the administrator, who gives no powers and reads no audit."""
    return actor.can("system.admin")


def may_grant_roles(actor: Actor) -> bool:
    """Granting and taking back roles, resetting a second factor: the security officer, who opens no accounts."""
    return actor.can("system.security")


def second_factor_required(user: User, actor: Actor) -> bool:
    """Whether one's roles ask for a second factor (settings SECOND_FACTOR_ROLES); accounts of a demo city need none."""
    return not user.is_demo and not actor.roles.isdisjoint(settings.SECOND_FACTOR_ROLES)


def may_block_accounts(actor: Actor) -> bool:
    """Closing and opening an account: the administrator or the security officer."""
    return actor.can("system.admin") or actor.can("system.security")
