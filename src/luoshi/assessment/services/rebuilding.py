"""Standings and score tallies built from the events: for a database older than the counting, or after a fault."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.conf import settings
from django.db import OperationalError, transaction

from luoshi.assessment.counting.follower import count_afresh
from luoshi.assessment.counting.rows import PREFIX
from luoshi.assessment.counting.tracker import FamilyTracker, kinds, tracker_of
from luoshi.assessment.models import Standing
from luoshi.ledger.models import Matter, Tally, door
from luoshi.ledger.services import lock, lock_all
from luoshi.ledger.whole import whole

CHUNK = 100
"""Matters counted in one transaction: who works on one of them waits for the others, a second at most."""


@transaction.atomic
def scores_forget() -> int:
    """Take all standings and score tallies away; returns how many standings there were. They follow from events."""
    with door():
        Tally.objects.filter(jurisdiction=settings.JURISDICTION, metric__startswith=PREFIX).delete()
        removed, _ = Standing.objects.filter(jurisdiction=settings.JURISDICTION).delete()
    return int(removed)


@whole
def matter_count(*, matter_id: int, now: datetime) -> bool:
    """Count one matter from its events, as things stand at `now`; whether it gives anything to count.

    Done twice it changes nothing, and it may run while people work.
    """
    matter = lock(matter_id)
    with door():
        return count_afresh(matter, now)


def scores_build(*, now: datetime, after: int = 0) -> Iterator[tuple[int, int]]:
    """Count every matter after an id, in order; yields (last id, how many are counted so far) after each hundred.

    A hundred are one transaction, so that whoever stops it goes on after the last id told, with nothing half counted.
    """
    counted, last = 0, after
    mine = Matter.objects.filter(jurisdiction=settings.JURISDICTION, kind__in=kinds()).order_by("pk")
    while True:
        ids = list(mine.filter(pk__gt=last).values_list("pk", flat=True)[:CHUNK])
        if not ids:
            return
        counted += _count(ids, now)
        last = ids[-1]
        yield last, counted


def _count(ids: Sequence[int], now: datetime) -> int:
    """Count matters in one transaction; where it collided with people at work, each of them in one of its own."""
    try:
        return _together(ids, now)
    except OperationalError:
        return sum(matter_count(matter_id=pk, now=now) for pk in ids)


@whole
def _together(ids: Sequence[int], now: datetime) -> int:
    """Lock them as everybody does, orders after what belongs to them, and count them."""
    orders, others = set[int](), list[int]()
    for pk, kind, parent in (
        Matter.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "kind", "parent_id")
    ):
        tracker = tracker_of(kind)
        if isinstance(tracker, FamilyTracker) and tracker.own_order:
            orders.add(pk)
            continue
        others.append(pk)
        if isinstance(tracker, FamilyTracker) and parent is not None:
            orders.add(parent)
    lock_all(others)
    lock_all(orders)
    return sum(matter_count(matter_id=pk, now=now) for pk in ids)
