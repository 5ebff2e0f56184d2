"""Log-in by name and password, closed for a while after repeated failures."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from luoshi.ledger.actors import Actor, ActorKind
from luoshi.ledger.services import access_record
from luoshi.organisation.models import User
from luoshi.organisation.standing import user_signed_in


class LockoutBackend(BaseBackend):
    """Accepts the right password of an open account; the fifth failure in a row closes it for 15 minutes.

    While it is closed even the right password is refused, and further failures do not prolong the time.
    Every answer costs one password hash, whether the account exists, is closed or is right.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        at: dt.datetime | None = None,
        **kwargs: Any,
    ) -> User | None:
        """The user, or None for any reason at all (the log-in page has one message for all of them)."""
        if not username or password is None:
            return None
        now = at or timezone.now()
        with transaction.atomic():
            # the row lock makes guesses of the same account wait for each other: none goes uncounted
            user = User.objects.select_for_update().filter(username=username).first()
            if user is None:
                make_password(password)
                return None
            right = user.check_password(password)
            closed = user.locked_at(now) or not user.is_active
            if right and not closed:
                _forget_failures(user)
                return user
            locks = not closed and _count_failure(user, now)
            _note_failure(user, now, reason=_reason(right=right, closed=closed, locks=locks))
            return None

    def get_user(self, user_id: int) -> User | None:
        """The signed-in user of a session, with what every page asks of them; a blocked account has none."""
        return user_signed_in(user_id, timezone.localdate())


def _count_failure(user: User, now: dt.datetime) -> bool:
    """Count a wrong password; True when it was the one that closes the account."""
    user.failed_logins += 1
    locks = user.failed_logins >= settings.LOCKOUT_FAILURES
    if locks:
        user.locked_until = now + dt.timedelta(minutes=settings.LOCKOUT_MINUTES)
        user.failed_logins = 0
    user.save(update_fields=["failed_logins", "locked_until"])
    return locks


def _reason(*, right: bool, closed: bool, locks: bool) -> str:
    if locks:
        return f"密码错误，账号锁定{settings.LOCKOUT_MINUTES}分钟"
    return ("密码正确" if right else "密码错误") + ("，账号已停用或锁定中" if closed else "")


def _note_failure(user: User, now: dt.datetime, *, reason: str) -> None:
    """Refused attempts stand in the access log under the account that they were made for."""
    actor = Actor(kind=ActorKind.USER, name=user.username, user_id=user.pk)
    access_record(actor=actor, what="login", allowed=False, at=now, reason=reason)


def _forget_failures(user: User) -> None:
    if user.failed_logins or user.locked_until:
        user.failed_logins = 0
        user.locked_until = None
        user.save(update_fields=["failed_logins", "locked_until"])
