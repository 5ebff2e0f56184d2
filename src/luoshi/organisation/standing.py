"""Who is signed in, what they may do today, and in which browsers: one question of the database for every page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.utils import timezone

from luoshi.ledger.prepared import first_of, prepared
from luoshi.organisation.models import Grant, RolePermission, User, UserSession
from luoshi.organisation.models.base import in_force

TIMES = ("started_at", "seen_at", "confirmed_at")


@dataclass(frozen=True, slots=True)
class Granted:
    """A role that somebody holds for a body today, with what it permits."""

    body_id: int
    body: str
    role: str
    permissions: tuple[str, ...]


def user_signed_in(user_id: int, day: dt.date) -> User | None:
    """An open account with its person, body, grants of that day and live sessions; None for a blocked one."""
    return first_of(_signed_in(user_id, day))


@prepared
def _signed_in(user_id: int, day: dt.date) -> QuerySet[User]:
    live = UserSession.objects.filter(user=OuterRef("pk"), ended_at__isnull=True)
    session = JSONObject(id="id", started_at="started_at", seen_at="seen_at", confirmed_at="confirmed_at")
    users = User.objects.select_related("person__body").filter(pk=user_id, is_active=True)
    found: QuerySet[User] = users.annotate(
        granted_today=ArraySubquery(_granted(day).filter(user=OuterRef("pk")).values_list("told")),
        live_sessions=ArraySubquery(live.order_by("id").values_list(session)),
    )
    return found


def granted_on(user: User, day: dt.date) -> list[Granted]:
    """The grants of an open account in force on a day, the earliest first; nothing for a blocked account."""
    return _read(_told(user.pk, day))


@prepared
def _told(user_id: int, day: dt.date) -> QuerySet[Any, Any]:
    rows = _granted(day).filter(user_id=user_id, user__is_active=True)
    return rows.values_list("told", flat=True)


def granted_today(user: User) -> list[Granted]:
    """The same for today; no question of the database where the account was read as that of a session."""
    if hasattr(user, "granted_today"):
        return _read(user.granted_today)
    return granted_on(user, timezone.localdate())


def session_live(user: User, pk: int) -> UserSession | None:
    """A log-in of the account that has not ended, as it was read together with the account."""
    for row in getattr(user, "live_sessions", ()):
        if row["id"] == pk:
            times = {name: dt.datetime.fromisoformat(row[name]) for name in TIMES if row[name]}
            return UserSession(pk=pk, user=user, **times)
    return None


def _read(told: Iterable[dict[str, Any]]) -> list[Granted]:
    return [Granted(**{**row, "permissions": tuple(row["permissions"])}) for row in told]


def _granted(day: dt.date) -> QuerySet[Any, Any]:
    """Grants in force on a day, each told in full by the column `told`."""
    permissions = RolePermission.objects.filter(role=OuterRef("role")).order_by("code").values("code")
    told = JSONObject(
        body_id="body_id",
        body="body__short_name",
        role="role__code",
        permissions=ArraySubquery(permissions),
    )
    rows = Grant.objects.filter(in_force(day), body__active=True).order_by("since", "id")
    return rows.annotate(told=told)
