"""Due times counted anew, after a calendar or working hours became other than they were counted with.

What is owed follows from events and from the calendar as it is known. Where a year's holidays are announced later
(until then a due time is provisional), or working hours change from a day on, the stored due times from that day on
are brought to what the events give now, with everything that is counted from them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time

from django.conf import settings
from django.db import transaction

from luoshi.engines.obligations import Happened, Owed, merge_facts, step
from luoshi.engines.tallies import moves
from luoshi.ledger import followers, rules
from luoshi.ledger.models import Event, Matter, Obligation, door
from luoshi.ledger.services.derive import CHANGING, columns, move_tallies, owed_from
from luoshi.ledger.services.door import lock
from luoshi.ledger.services.owing import clocks_of

CHUNK = 500


def _fold(matter: Matter) -> dict[tuple[str, int], Owed]:
    """What the matter's events give by the rulebook as it is now."""
    owed: list[Owed] = []
    facts: dict[str, object] = {}
    events = list(Event.objects.filter(matter=matter).order_by("seq"))
    clock = clocks_of(matter, events)
    for event in events:
        happened = Happened(seq=event.seq, kind=event.kind, at=event.at, data=event.data)
        facts = merge_facts(facts, happened)
        owed = step(owed, happened, facts, matter_kind=matter.kind, book=rules.current(), clock=clock(event))
    return {one.key: one for one in owed}


@transaction.atomic
def matter_recount(*, matter_id: int, now: datetime) -> int:
    """Bring one matter's obligations to what its events give now; returns how many changed.

    Done twice it changes nothing, and it may run while people work.
    """
    matter = lock(matter_id)
    fresh, changed = _fold(matter), []
    before, after = [], []
    for row in Obligation.objects.filter(matter=matter).order_by("id"):
        stored = owed_from(row)
        owed = fresh.get(stored.key)
        if owed is None or owed == stored:
            continue
        before.append(stored)
        after.append(owed)
        for name, value in columns(owed).items():
            setattr(row, name, value)
        changed.append(row)
    if changed:
        with door():
            Obligation.objects.bulk_update(changed, CHANGING)
            move_tallies(matter, moves(before, after, rules.current().worktime.tz))
            followers.recount(matter, now)
    return len(changed)


def due_recount(*, since: date, now: datetime, after: int = 0) -> Iterator[tuple[int, int]]:
    """Count anew what is or was due on or after a day; yields (last matter's id, how many changed so far) now and then.

    Each matter in a transaction of its own: whoever stops it goes on after the last id.
    """
    start = datetime.combine(since, time.min, tzinfo=rules.current().worktime.tz)
    touched = Matter.objects.filter(jurisdiction=settings.JURISDICTION, obligations__due_at__gte=start)
    changed, last = 0, after
    while True:
        rows = touched.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True).distinct()
        ids = list(rows[:CHUNK])
        if not ids:
            return
        for pk in ids:
            changed += matter_recount(matter_id=pk, now=now)
        last = ids[-1]
        yield last, changed
