"""What somebody answers for, over all functions: the worklist tells, which stands above."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from luoshi.ledger.actors import Actor
from luoshi.ledger.selectors import obligations_owed

Source = Callable[[Actor], QuerySet[Any]]
_source: list[Source] = []


def register(source: Source) -> None:
    """Tell whose duties are whose; called once, when the app of the worklist starts."""
    _source[:] = [source]


def owed(actor: Actor) -> QuerySet[Any]:
    """The open duties that somebody answers for, the soonest due first."""
    if _source:
        return _source[0](actor)
    return obligations_owed(body_id=actor.body_id or 0, person_id=actor.person_id)
