"""What is remembered of a matter, folded from its events: for matters older than the counting, and to rebuild."""

from __future__ import annotations

from typing import Any

from luoshi.assessment.counting.tracker import AnyTracker, Facts
from luoshi.engines.obligations import Happened, Owed, merge_facts, step
from luoshi.ledger import rules
from luoshi.ledger.models import Event, Matter
from luoshi.ledger.services.owing import clocks_of


def listens(tracker: AnyTracker, kind: str) -> bool:
    """Whether an event of a kind can change what a tracker's matters count for."""
    events: frozenset[str] | None = getattr(tracker, "events", None)
    return events is None or kind in events


def fold(matter: Matter, tracker: AnyTracker, *, before: int | None = None) -> Facts | None:
    """What a tracker remembers of a matter's events (those before a number); None if nothing: one query."""
    rows = Event.objects.filter(matter=matter).order_by("seq")
    if before is not None:
        rows = rows.filter(seq__lt=before)
    owed: list[Owed] = []
    own: dict[str, Any] = {}
    facts: Facts | None = None
    events = list(rows)
    clock = clocks_of(matter, events)
    for event in events:
        happened = Happened(seq=event.seq, kind=event.kind, at=event.at, data=event.data)
        own = merge_facts(own, happened)
        owed = step(owed, happened, own, matter_kind=matter.kind, book=rules.current(), clock=clock(event))
        if listens(tracker, event.kind):
            facts = tracker.step(facts or {}, happened, owed, own)
    return facts
