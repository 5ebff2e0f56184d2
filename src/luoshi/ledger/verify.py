"""Verification: chain, seals, obligations, tallies, numbers and files, against the events and against themselves."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Sum

from luoshi.engines.obligations import Happened, Owed, merge_facts, step
from luoshi.engines.tallies import contribution, event_metric
from luoshi.ledger import chain, followers, rules
from luoshi.ledger.followers import Checker
from luoshi.ledger.models import Attachment, Event, Matter, Obligation, Seal, Tally
from luoshi.ledger.services.attachments import path_of
from luoshi.ledger.services.derive import owed_from
from luoshi.ledger.services.owing import clocks_of, owner_body_id
from luoshi.ledger.services.seals import compute
from luoshi.ledger.states import state_label

CHUNK = 500
Counts = Counter[tuple[str, int | None, date]]


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that does not agree. check: chain | state | obligation | tally | seal | file | a follower's own."""

    check: str
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.check}: {self.where}: {self.message}"


@dataclass(slots=True)
class Report:
    """What was checked, by number of rows."""

    matters: int = 0
    events: int = 0
    obligations: int = 0
    tallies: int = 0
    seals: int = 0
    files: int = 0


def name(matter: Matter) -> str:
    """How a difference names a matter: number, title and internal id."""
    return f"{matter.number or '-'} (id {matter.pk}, {matter.kind}) {matter.title}"


def _chain(matter: Matter, events: list[Event]) -> Iterator[Difference]:
    """Check one matter's chain from its first event to its head."""
    prev = chain.GENESIS
    for place, event in enumerate(events, start=1):
        if event.seq != place:
            yield Difference("chain", name(matter), f"event {place} is missing (found {event.seq})")
            return
        digest = chain.event_hash(
            prev=prev,
            matter_id=matter.pk,
            jurisdiction=event.jurisdiction,
            seq=event.seq,
            kind=event.kind,
            at=event.at,
            recorded_at=event.recorded_at,
            state=event.state,
            actor=(event.actor_kind, event.actor_name, event.actor_id),
            body_id=event.body_id,
            data=event.data,
        )
        if digest != event.hash or event.prev_hash != prev:
            yield Difference(
                "chain", name(matter), f"event {place} ({event.kind}) was changed after it was recorded"
            )
            return
        prev = digest
    if matter.last_seq != len(events) or matter.head_hash != prev:
        yield Difference(
            "chain", name(matter), f"{len(events)} events are there, the matter counts {matter.last_seq}"
        )
    elif events and matter.state != events[-1].state:
        last = state_label(matter.kind, events[-1].state)
        yield Difference("state", name(matter), f"state is {matter.state}, the last event left it {last}")


def _obligations(
    matter: Matter, stored: list[Any], fresh: list[Owed], facts: dict[str, Any]
) -> Iterator[Difference]:
    """Compare stored obligations with a fresh derivation from the events."""
    if facts != matter.facts:
        yield Difference("state", name(matter), "the facts differ from what the events say")
    rows = {(row.rule, row.opened_seq): owed_from(row) for row in stored}
    for owed in fresh:
        row = rows.pop(owed.key, None)
        if row is None:
            yield Difference(
                "obligation", name(matter), f"{owed.rule} from event {owed.opened_seq} is not stored"
            )
        elif row != owed:
            names = [field for field in Owed.__slots__ if getattr(row, field) != getattr(owed, field)]
            said = ", ".join(f"{n} {getattr(row, n)} instead of {getattr(owed, n)}" for n in names)
            yield Difference("obligation", name(matter), f"{owed.rule} from event {owed.opened_seq}: {said}")
    for rule, seq in rows:
        yield Difference(
            "obligation", name(matter), f"{rule} from event {seq} is stored but follows from no event"
        )


def _derive(
    matter: Matter, events: list[Event], checkers: list[Checker]
) -> tuple[list[Owed], dict[str, Any]]:
    """Derive obligations and facts from a matter's events, and show each step to the followers."""
    owed: list[Owed] = []
    facts: dict[str, Any] = {}
    clock = clocks_of(matter, events)
    for event in events:
        happened = Happened(seq=event.seq, kind=event.kind, at=event.at, data=event.data)
        facts = merge_facts(facts, happened)
        owed = step(owed, happened, facts, matter_kind=matter.kind, book=rules.current(), clock=clock(event))
        for checker in checkers:
            checker.seen(matter, happened, owed, facts)
    return owed, facts


def _count(matter: Matter, events: list[Event], fresh: list[Owed], counts: Counts) -> None:
    tz = rules.current().worktime.tz
    owner = matter.body_id or owner_body_id("platform", matter)
    for event in events:
        counts[event_metric(event.kind), owner, event.at.astimezone(tz).date()] += 1
    for owed in fresh:
        for metric, who, day in contribution(owed, tz):
            counts[metric, owner_body_id(who, matter), day] += 1


def _tallies(counts: Counts, jurisdiction: str, report: Report) -> Iterator[Difference]:
    """Compare the running counts with the recount."""
    rows = Tally.objects.filter(jurisdiction=jurisdiction).values_list("metric", "body_id", "day")
    for metric, body, day, total in rows.annotate(total=Sum("count")).order_by("metric", "body_id", "day"):
        report.tallies += 1
        if followers.followed(metric):
            continue
        counted = counts.pop((metric, body, day), 0)
        if counted != total:
            where = f"{metric}, body {body}, {day}"
            yield Difference("tally", where, f"stands at {total}, the events give {counted}")
    for (metric, body, day), counted in sorted(counts.items(), key=str):
        if counted:
            yield Difference(
                "tally", f"{metric}, body {body}, {day}", f"is missing, the events give {counted}"
            )


def _seals(jurisdiction: str, report: Report) -> Iterator[Difference]:
    prev = ""
    for seal in Seal.objects.filter(jurisdiction=jurisdiction).order_by("day"):
        report.seals += 1
        events, root = compute(jurisdiction, seal.day, prev)
        if seal.prev_root != prev or root != seal.root or events != seal.events:
            said = (
                f"{events} events, sealed with {seal.events}" if events != seal.events else "the root differs"
            )
            yield Difference("seal", str(seal.day), f"the day's events were changed after sealing: {said}")
        prev = seal.root


def _files(matter_ids: list[int], report: Report) -> Iterator[Difference]:
    rows = Attachment.objects.filter(matter_id__in=matter_ids, erased_at__isnull=True)
    for row in rows.select_related("matter"):
        report.files += 1
        path = path_of(row.digest)
        if not path.exists():
            yield Difference("file", name(row.matter), f"attachment {row.name} is not on disk")
            continue
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != row.digest:
            yield Difference("file", name(row.matter), f"attachment {row.name} was changed on disk")


def _chunks(jurisdiction: str, matter_id: int | None) -> Iterator[list[Any]]:
    last = 0
    while True:
        rows = Matter.objects.filter(jurisdiction=jurisdiction, pk__gt=last).order_by("pk")
        if matter_id is not None:
            rows = rows.filter(pk=matter_id)
        chunk = list(rows[:CHUNK])
        if not chunk:
            return
        yield chunk
        last = chunk[-1].pk


@contextmanager
def snapshot() -> Iterator[None]:
    """A read-only transaction that sees one moment of the database throughout."""
    with transaction.atomic():
        if len(connection.atomic_blocks) == 1:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def verify(
    *, report: Report, jurisdiction: str | None = None, matter_id: int | None = None
) -> Iterator[Difference]:
    """Yield everything that does not agree; `report` counts what was checked while it runs.

    With `matter_id` only that matter's chain, obligations and files.
    Run it inside `snapshot()`, so that writes going on meanwhile cannot look like differences.
    """
    place = jurisdiction or settings.JURISDICTION
    counts = Counter[tuple[str, int | None, date]]()
    checkers = [follower.check(place) for follower in followers.all_followers()]
    for chunk in _chunks(place, matter_id):
        ids = [matter.pk for matter in chunk]
        events = Event.objects.filter(matter_id__in=ids).order_by("matter_id", "seq")
        by_matter = {pk: list(group) for pk, group in groupby(events, key=lambda e: e.matter_id)}
        owed = Obligation.objects.filter(matter_id__in=ids).order_by("matter_id", "id")
        stored = {pk: list(group) for pk, group in groupby(owed, key=lambda row: row.matter_id)}
        for matter in chunk:
            mine = by_matter.get(matter.pk, [])
            report.matters += 1
            report.events += len(mine)
            yield from _chain(matter, mine)
            fresh, facts = _derive(matter, mine, checkers)
            report.obligations += len(fresh)
            yield from _obligations(matter, stored.get(matter.pk, []), fresh, facts)
            _count(matter, mine, fresh, counts)
        for checker in checkers:
            yield from checker.compare(chunk)
        yield from _files(ids, report)
    if matter_id is None:
        yield from _tallies(counts, place, report)
        for checker in checkers:
            yield from checker.finish()
        yield from _seals(place, report)
