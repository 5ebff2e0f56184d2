"""Each look at personal data, and each attempt that was refused, leaves a row that cannot be changed."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from luoshi.ledger.actors import Actor
from luoshi.ledger.models import AccessLog, Matter, door


def access_record(
    *,
    actor: Actor,
    what: str,
    allowed: bool,
    at: datetime,
    matter: Matter | None = None,
    reason: str = "",
    path: str = "",
) -> AccessLog:
    """Record a look at personal data (allowed) or a refused attempt."""
    with door():
        row: AccessLog = AccessLog.objects.create(
            jurisdiction=settings.JURISDICTION,
            at=at,
            actor_name=actor.name,
            actor_id=actor.user_id,
            body_id=actor.body_id,
            matter=matter,
            what=what[:60],
            allowed=allowed,
            reason=reason[:200],
            path=path[:200],
        )
    return row
