"""Reading bodies, rosters and what a user may do."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from luoshi.ledger.actors import Actor, ActorKind
from luoshi.organisation.models import Grant, User
from luoshi.organisation.models.base import in_force


def local_day(at: dt.datetime) -> dt.date:
    """The calendar day of a moment, in the city's time zone."""
    return timezone.localtime(at).date()


def actor_for(*, user: User, body_id: int | None = None, at: dt.datetime | None = None) -> Actor:
    """The actor that a user is on that day: roles and permissions of the grants in force, for one body.

    A user with grants for several bodies acts for one at a time: for `body_id` where a grant is in force
    there, else for the own body, else for the first granted. A blocked account and a user without
    grants have no permissions. Costs one query.
    """
    day = local_day(at or timezone.now())
    rows = list(
        Grant.objects.filter(in_force(day), user=user, user__is_active=True, body__active=True)
        .order_by("since", "id", "role__permissions__code")
        .values_list("body_id", "role__code", "role__permissions__code")
    )
    granted = [row[0] for row in rows]
    acting = next((wish for wish in (body_id, user.person.body_id) if wish in granted), None)
    if acting is None:
        acting = granted[0] if granted else user.person.body_id
    mine = [row for row in rows if row[0] == acting]
    return Actor(
        kind=ActorKind.USER,
        name=user.person.name,
        user_id=user.pk,
        body_id=acting,
        roles=frozenset(role for _, role, _ in mine),
        permissions=frozenset(code for _, _, code in mine if code),
    )
