"""The first administrator and security officer of a new installation: one opens accounts, the other grants roles."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction

from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.errors import WrongState
from luoshi.organisation.models import Body, Grant, Role, User
from luoshi.organisation.models.base import in_force
from luoshi.organisation.roles import roles_sync
from luoshi.organisation.selectors import local_day
from luoshi.organisation.services.accounts import grant_role, user_create
from luoshi.organisation.services.bodies import body_create
from luoshi.organisation.services.people import person_create


@transaction.atomic
def administrator_first(
    *,
    username: str,
    password: str,
    name: str,
    body_code: str,
    body_name: str,
    at: dt.datetime,
    role: str = "administrator",
) -> User:
    """Open the first account with the role, for a person of a body that is set up where it is missing.

    role: administrator or security_officer; two people, as neither can do the other's part. Done by the system, so it is
    possible only while nobody holds the role. Errors: WrongState (somebody does); Incomplete naming the field.
    """
    roles_sync()
    day = local_day(at)
    held = Grant.objects.filter(in_force(day), role__code=role, user__is_active=True).first()
    if held is not None:
        raise WrongState(
            f"已有{held.role.title}{held.user.username}", mend="其他账号由系统管理员开立，安全管理员授权"
        )
    body = Body.objects.filter(code=body_code, active=True).first() or body_create(
        code=body_code,
        kind=Body.Kind.DEPARTMENT,
        name=body_name,
        jurisdiction=settings.JURISDICTION,
        since=day,
        actor=SYSTEM,
        at=at,
    )
    person = person_create(body=body, name=name, actor=SYSTEM, at=at)
    user = user_create(username=username, person=person, password=password, actor=SYSTEM, at=at)
    grant_role(user=user, role=Role.objects.get(code=role), body=body, since=day, actor=SYSTEM, at=at)
    return user
