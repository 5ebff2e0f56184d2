"""Daily seals: every event of a day under one SM3 root, chained to the day before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from luoshi.ledger import chain, rules
from luoshi.ledger.models import Event, Seal, door


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """The first moment of a local day and the first of the next."""
    tz = rules.current().worktime.tz
    start = datetime.combine(day, time.min, tzinfo=tz)
    return start, datetime.combine(day + timedelta(days=1), time.min, tzinfo=tz)


def day_events(jurisdiction: str, day: date) -> Iterator[tuple[int, str]]:
    """(id, hash) of every event recorded on a local day, in order of id."""
    start, end = day_bounds(day)
    rows = Event.objects.filter(jurisdiction=jurisdiction, recorded_at__gte=start, recorded_at__lt=end)
    yield from rows.order_by("id").values_list("id", "hash").iterator(chunk_size=5000)


def compute(jurisdiction: str, day: date, prev_root: str) -> tuple[int, str]:
    """Number of events and root of a day as the database now has it."""
    rows = list(day_events(jurisdiction, day))
    return len(rows), chain.root(rows, prev_root)


@transaction.atomic
def seal_days(*, now: datetime, jurisdiction: str | None = None) -> list[Seal]:
    """Seal every past day that has no seal yet, oldest first; today is still open. Returns the new seals.

    Run some minutes after midnight, when no transaction of the day before is still under way.
    """
    name = jurisdiction or settings.JURISDICTION
    tz = rules.current().worktime.tz
    today = now.astimezone(tz).date()
    last = Seal.objects.select_for_update().filter(jurisdiction=name).order_by("-day").first()
    if last is not None:
        day = last.day + timedelta(days=1)
    else:
        first = Event.objects.filter(jurisdiction=name).aggregate(first=Min("recorded_at"))["first"]
        if first is None:
            return []
        day = first.astimezone(tz).date()
    prev, made = (last.root if last else ""), []
    with door():
        while day < today:
            events, root = compute(name, day, prev)
            made.append(
                Seal.objects.create(
                    jurisdiction=name,
                    day=day,
                    events=events,
                    root=root,
                    prev_root=prev,
                    sealed_at=timezone.now(),
                )
            )
            prev = root
            day += timedelta(days=1)
    return made
