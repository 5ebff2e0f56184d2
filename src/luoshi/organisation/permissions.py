"""What an account may do on a day, and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from luoshi.organisation.models import Grant, User
from luoshi.organisation.roles import permission_title
from luoshi.organisation.selectors import grants_on


@dataclass(frozen=True, slots=True)
class Held:
    """A permission and the grants that give it."""

    code: str
    title: str
    grants: tuple[Grant, ...]


def permissions_of(*, user: User, day: dt.date) -> list[Held]:
    """The permissions of an account on a day with the grants behind each, by code; empty when blocked.

    Two queries. An account that acts for several bodies has, at a time, those of the one it acts for.
    """
    if not user.is_active:
        return []
    found: dict[str, list[Grant]] = {}
    for grant in grants_on(user, day).prefetch_related("role__permissions").order_by("role__position", "id"):
        for permission in grant.role.permissions.all():
            found.setdefault(permission.code, []).append(grant)
    return [Held(code, permission_title(code), tuple(grants)) for code, grants in sorted(found.items())]
