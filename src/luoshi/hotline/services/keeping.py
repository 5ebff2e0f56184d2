"""What the settings of the hotline share: a matter that keeps their history, opened with the first change."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Matter
from luoshi.ledger.services import lock, matter_open


def kept(
    *, kind: str, number: str, title: str, actor: Actor, at: datetime, body_id: int | None = None
) -> Matter:
    """The one matter of this kind and number, locked until the transaction ends; opened where there is none yet."""
    found = Matter.objects.filter(kind=kind, number=number).first()
    if found is None:
        with transaction.atomic():
            found = matter_open(kind=kind, number=number, title=title, actor=actor, at=at, body_id=body_id)
    return lock(found)
