"""Standings and score tallies built from the events: for a database older than the counting, or after a fault."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db import transaction

from luoshi.assessment.counting.follower import count_afresh
from luoshi.assessment.counting.rows import PREFIX
from luoshi.assessment.counting.tracker import kinds
from luoshi.assessment.models import Standing
from luoshi.ledger.models import Matter, Tally, door
from luoshi.ledger.services import lock

CHUNK = 500


@transaction.atomic
def scores_forget() -> int:
    """Take all standings and score tallies away; returns how many standings there were. They follow from events."""
    with door():
        Tally.objects.filter(jurisdiction=settings.JURISDICTION, metric__startswith=PREFIX).delete()
        removed, _ = Standing.objects.filter(jurisdiction=settings.JURISDICTION).delete()
    return int(removed)


@transaction.atomic
def matter_count(*, matter_id: int, now: datetime) -> bool:
    """Count one matter from its events, as things stand at `now`; whether it gives anything to count.

    Done twice it changes nothing, and it may run while people work.
    """
    matter = lock(matter_id)
    with door():
        return count_afresh(matter, now)


def scores_build(*, now: datetime, after: int = 0) -> Iterator[tuple[int, int]]:
    """Count every matter after an id, in order; yields (last id, how many are counted so far) now and then.

    Each matter in a transaction of its own: whoever stops it goes on after the last id.
    """
    counted, last = 0, after
    mine = Matter.objects.filter(jurisdiction=settings.JURISDICTION, kind__in=kinds()).order_by("pk")
    while True:
        ids = list(mine.filter(pk__gt=last).values_list("pk", flat=True)[:CHUNK])
        if not ids:
            return
        for pk in ids:
            counted += matter_count(matter_id=pk, now=now)
        last = ids[-1]
        yield last, counted
