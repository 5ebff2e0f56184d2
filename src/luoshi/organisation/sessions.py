"""Live sessions: how many a user may have, how long one lives, and why one ended."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from luoshi.organisation.models import User, UserSession

SEEN_EVERY = dt.timedelta(
    minutes=1
)  # how often a live session is marked as seen: one write a minute, not one a page


@transaction.atomic
def session_begin(*, user: User, at: dt.datetime, address: str | None = None, agent: str = "") -> UserSession:
    """Begin a session; where the user then has more than SESSIONS_PER_USER live ones, the oldest end."""
    User.objects.select_for_update().get(pk=user.pk)
    sessions_expire(user=user, at=at)
    session = UserSession.objects.create(
        user=user, started_at=at, seen_at=at, address=address or None, agent=agent[:200]
    )
    live = list(_live(user).order_by("-started_at", "-id"))
    for old in live[settings.SESSIONS_PER_USER :]:
        session_end(session=old, reason=UserSession.Ended.REPLACED, at=at)
    return session


def session_end(*, session: UserSession, reason: UserSession.Ended, at: dt.datetime) -> None:
    """End a session with the reason that its browser is told; one that has ended keeps its first reason."""
    UserSession.objects.filter(pk=session.pk, ended_at__isnull=True).update(ended_at=at, ended=reason)
    session.refresh_from_db()


def sessions_end(*, user: User, reason: UserSession.Ended, at: dt.datetime, keep: int | None = None) -> int:
    """End all live sessions of a user, except the one with the id `keep`; returns how many ended."""
    rows = _live(user) if keep is None else _live(user).exclude(pk=keep)
    return rows.update(ended_at=at, ended=reason)


def sessions_expire(*, user: User, at: dt.datetime) -> None:
    """End those sessions of the user whose idle or absolute limit is reached."""
    idle, longest = _limits(at)
    _live(user).filter(seen_at__lte=idle).update(ended_at=at, ended=UserSession.Ended.IDLE)
    _live(user).filter(started_at__lte=longest).update(ended_at=at, ended=UserSession.Ended.EXPIRED)


def session_touch(*, session: UserSession, at: dt.datetime, quiet: bool = False) -> UserSession.Ended | None:
    """Note that the session is in use, or end it at a limit; returns why it has ended, if it has.

    quiet: the browser asked by itself, which is no use of the session: it does not put off the idle limit.
    """
    if session.ended:
        return UserSession.Ended(session.ended)
    idle, longest = _limits(at)
    reason = None
    if session.started_at <= longest:
        reason = UserSession.Ended.EXPIRED
    elif session.seen_at <= idle:
        reason = UserSession.Ended.IDLE
    if reason:
        session_end(session=session, reason=reason, at=at)
    elif not quiet and at - session.seen_at >= SEEN_EVERY:
        UserSession.objects.filter(pk=session.pk, ended_at__isnull=True).update(seen_at=at)
    return reason


def session_confirm(*, session: UserSession, at: dt.datetime) -> None:
    """Note that the holder has just shown again who it is."""
    UserSession.objects.filter(pk=session.pk, ended_at__isnull=True).update(confirmed_at=at)


def session_fresh(session: UserSession, *, at: dt.datetime, within: int) -> bool:
    """Whether the holder logged in or showed again who it is within so many minutes."""
    return at - (session.confirmed_at or session.started_at) < dt.timedelta(minutes=within)


def sessions_live(*, user: User, at: dt.datetime) -> list[UserSession]:
    """The sessions with which the user is signed in at this moment, newest first."""
    idle, longest = _limits(at)
    return list(_live(user).filter(seen_at__gt=idle, started_at__gt=longest))


def _live(user: User) -> QuerySet[UserSession]:
    return UserSession.objects.filter(user=user, ended_at__isnull=True)


def _limits(at: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    return (
        at - dt.timedelta(minutes=settings.SESSION_IDLE_MINUTES),
        at - dt.timedelta(hours=settings.SESSION_MAX_HOURS),
    )
