"""Blocks an account, for the services that have checked that it may be."""

from __future__ import annotations

import datetime as dt

from luoshi.organisation.models import User, UserSession
from luoshi.organisation.sessions import sessions_end


def block(*, user: User, by: int | None, at: dt.datetime) -> None:
    """Close the account (a locked row) and end its sessions; `by` is the id of the user who did it."""
    user.is_active = False
    user.blocked_at = at
    user.blocked_by_id = by
    user.save()
    sessions_end(user=user, reason=UserSession.Ended.REVOKED, at=at)
