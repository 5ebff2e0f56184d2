"""The sweep: what has run out unmet becomes an event, once, however often and however late the worker comes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from luoshi.engines.obligations import OVERDUE, rule_of
from luoshi.ledger import rules
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.models import Matter, Obligation, ObligationState
from luoshi.ledger.services.derive import owed_from
from luoshi.ledger.services.door import lock, record

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
    if row.state != ObligationState.OPEN or row.breached_at or row.due_at is None or row.due_at >= now:
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


def sweep(*, now: datetime, limit: int = 1000) -> int:
    """Record what became overdue before `now`; returns how many obligations lapsed.

    Each in its own transaction: one that fails keeps none of the others back. The event carries the due time as the
    time at which it happened, so a worker that was away for a day changes nothing in the record but its entry time.
    """
    due = Obligation.objects.filter(
        state=ObligationState.OPEN, nature="duty", breached_at__isnull=True, due_at__lt=now
    ).order_by("due_at", "id")
    return sum(_lapse(pk, now) for pk in list(due.values_list("pk", flat=True)[:limit]))
