"""The first administrator of a new installation: everybody else's account is opened in the browser."""

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
    *, username: str, password: str, name: str, body_code: str, body_name: str, at: dt.datetime
) -> User:
    """Open the first administrator's account, for a person of a body that is set up where it is missing.

    Done by the system, so it is possible only while nobody is administrator.
    Errors: WrongState (there is one already); Incomplete naming the field.
    """
    roles_sync()
    day = local_day(at)
    held = Grant.objects.filter(in_force(day), role__code="administrator", user__is_active=True).first()
    if held is not None:
        raise WrongState(f"已有系统管理员{held.user.username}", mend="请由其在“账号与授权”中开立其他账号")
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
    grant_role(
        user=user, role=Role.objects.get(code="administrator"), body=body, since=day, actor=SYSTEM, at=at
    )
    return user
