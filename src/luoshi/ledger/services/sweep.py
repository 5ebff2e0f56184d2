"""The sweep: what has run out unmet becomes an event, once, however late or often the worker comes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from luoshi.engines.obligations import OVERDUE, past, rule_of
from luoshi.ledger import rules
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.models import Matter, Obligation, ObligationState
from luoshi.ledger.prepared import prepared
from luoshi.ledger.services.derive import owed_from
from luoshi.ledger.services.door import lock, record

log = logging.getLogger(__name__)
Lapsed = Callable[[Matter, Obligation, datetime], None]
_on_lapse: dict[str, Lapsed] = {}
_on_overdue: dict[str, Lapsed] = {}


def on_lapse(event: str, handler: Lapsed) -> None:
    """Let a function carry out the event that a rule names for its lapse (its `lapse: {event: …}`)."""
    _on_lapse[event] = handler


def on_overdue(matter_kind: str, handler: Lapsed) -> None:
    """Let a function act when something owed on its matters becomes overdue (urge the body, say)."""
    _on_overdue[matter_kind] = handler


@transaction.atomic
def _lapse(pk: int, now: datetime) -> bool:
    row = Obligation.objects.get(pk=pk)
    matter = lock(row.matter_id)
    row.refresh_from_db()
    if (
        row.state != ObligationState.OPEN
        or row.breached_at
        or row.due_at is None
        or not past(row.due_at, now)
    ):
        return False
    lapse = rule_of(owed_from(row), rules.current()).lapse
    record(matter=matter, kind=OVERDUE, actor=SYSTEM, at=row.due_at, data={
        "rule": row.rule, "title": row.title, "opened_seq": row.opened_seq, "due": row.due_at,
    })  # fmt: skip
    fresh = lock(matter)
    if lapse is not None:
        handler = _on_lapse.get(lapse.event)
        if handler is not None:
            handler(fresh, row, row.due_at)
        else:
            record(matter=fresh, kind=lapse.event, actor=SYSTEM, at=row.due_at, data={"rule": row.rule})
    follow = _on_overdue.get(matter.kind)
    if follow is not None:
        follow(lock(matter), row, now)
    return True


def _lapsed(now: datetime) -> QuerySet[Any]:
    """What ran out unmet before `now` and is not yet recorded as overdue, the oldest first."""
    rows = Obligation.objects.filter(
        state=ObligationState.OPEN,
        nature="duty",
        breached_at__isnull=True,
        due_at__lt=now.replace(microsecond=0),
    )
    return rows.order_by("due_at", "id")


@prepared
def _lapsed_on(matter: int, now: datetime) -> QuerySet[Any]:
    return _lapsed(now).filter(matter_id=matter).only("pk")


def settle(*, matter: Matter, now: datetime, version: int | None = None) -> int | None:
    """Record what became overdue on one matter before `now`.

    A service calls it before a step whose meaning depends on a lapse (silence that decides, say), so that the
    outcome is the same whether the worker came by in time or not. Returns the version to go on with: lapses
    recorded here do not make what the actor saw out of date.
    """
    due = [row.pk for row in _lapsed_on(matter.pk, now.replace(microsecond=0))]
    if not due:
        return version
    with transaction.atomic():
        before = lock(matter).version
        for pk in due:
            _lapse(pk, now)
        matter.refresh_from_db()
    return None if version is None else version + matter.version - before


def _attempt(pk: int, now: datetime) -> bool:
    try:
        return _lapse(pk, now)
    except Exception:
        log.exception("obligation %s could not be recorded as overdue; the next sweep tries again", pk)
        return False


def sweep(*, now: datetime, limit: int = 1000) -> int:
    """Record what became overdue before `now`; returns how many obligations lapsed.

    Each in its own transaction: one that fails keeps none of the others back. The event carries the due time
    as the time at which it happened, so a worker that was away for a day changes nothing in the record but
    its entry time. limit: how many at most are recorded; those that fail do not count.
    """
    done = 0
    for pk in list(_lapsed(now).values_list("pk", flat=True)):
        if done >= limit:
            break
        done += _attempt(pk, now)
    return done
