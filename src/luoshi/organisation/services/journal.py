"""The organisation's matters in the ledger: one per body, opened with it, told of every change."""

from __future__ import annotations

import datetime as dt
from typing import Any

from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Event, Matter
from luoshi.organisation.models import Body
from luoshi.organisation.states import KIND


def body_matter(body: Body) -> Matter:
    """The matter that keeps a body's history."""
    matter: Matter = Matter.objects.get(kind=KIND, body=body)
    return matter


def note(*, body: Body, kind: str, actor: Actor, at: dt.datetime, data: dict[str, Any]) -> Event:
    """Record `organisation.<kind>` on the body's matter; the body stays in its state."""
    return ledger.record(matter=body_matter(body), kind=f"organisation.{kind}", actor=actor, at=at, data=data)


def step(
    *,
    body: Body,
    action: str,
    actor: Actor,
    at: dt.datetime,
    data: dict[str, Any],
    changes: dict[str, Any] | None = None,
) -> Event:
    """Take a step of the body's state table (rename, close)."""
    return ledger.act(matter=body_matter(body), action=action, actor=actor, at=at, data=data, changes=changes)
