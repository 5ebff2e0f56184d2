"""Scores follow events: the standings of what an event concerns are counted anew, and the tallies moved by the
difference, in the event's transaction.

The standings of an order (a request, its dispatches, what is entered on it) are written only while the request's
matter is locked; those of other matters while the matter itself is. Everywhere a dispatch is locked before its
request, so that nobody waits in a circle.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from luoshi.assessment.counting.folding import fold, listens
from luoshi.assessment.counting.rows import (
    PREFIX,
    Move,
    Row,
    charge_rows,
    count_rows,
    moves_of,
    order_of,
    settle_rows,
    span_of,
)
from luoshi.assessment.counting.tracker import AnyTracker, Facts, FamilyTracker, Member, Standing, tracker_of
from luoshi.assessment.models import Standing as Stored
from luoshi.engines.obligations import Happened, Owed
from luoshi.engines.rulebook import Rulebook
from luoshi.ledger import rules
from luoshi.ledger.models import Matter
from luoshi.ledger.prepared import prepared
from luoshi.ledger.services.derive import tallies_add
from luoshi.ledger.services.door import lock
from luoshi.ledger.storing import insert_many, update_many

MOVED = ["body", "order", "facts", "counts", "charges", "counted_at", "changes_at", "first_day", "last_day"]


@dataclass(slots=True)
class Known:
    """A counted matter as far as counting needs it, stored or not yet."""

    id: int
    kind: str
    body: int | None
    order: int | None
    facts: Facts


def known_from(row: Any) -> Known:
    """A stored standing as counting sees it."""
    return Known(row.matter_id, row.kind, row.body_id, row.order, row.facts)


@dataclass(slots=True)
class Reckoned:
    """What a matter counts for, in its stored form."""

    order: int | None
    counts: list[Row]
    charges: list[Row]
    changes_at: datetime | None

    def is_as(self, row: Any) -> bool:
        """Whether a stored standing says the same."""
        return (self.order, self.counts, self.charges, self.changes_at) == (
            row.order,
            row.counts,
            row.charges,
            row.changes_at,
        )


def family_order(tracker: AnyTracker, matter: Matter) -> int | None:
    """The order to which a matter belongs by its nature; None where only its charges can tell."""
    if not isinstance(tracker, FamilyTracker):
        return None
    return matter.pk if tracker.own_order else matter.parent_id


def own_order(tracker: AnyTracker | None, facts: Facts, standing: Standing) -> int | None:
    """The order of a matter that is none by its nature: the one its tracker names, else that of its charges."""
    named = getattr(tracker, "order_of", None)
    return named(facts) if named is not None else order_of(standing)


def reckon(known: Sequence[Known], *, now: datetime, book: Rulebook) -> dict[int, Reckoned]:
    """Count matters of one order (or one matter of none) at a moment and settle their charges."""
    family = [
        Member(one.id, one.kind, one.body, one.order or 0, one.facts)
        for one in sorted(known, key=lambda one: one.id)
    ]
    found: dict[int, Reckoned] = {}
    for one in known:
        tracker = tracker_of(one.kind)
        standing = Standing()
        if isinstance(tracker, FamilyTracker):
            me = next(member for member in family if member.id == one.id)
            standing = tracker.standing_in(me, family, now=now, book=book)
        elif tracker is not None:
            standing = tracker.standing(one.facts, now=now, book=book)
        order = one.order if isinstance(tracker, FamilyTracker) else own_order(tracker, one.facts, standing)
        found[one.id] = Reckoned(
            order,
            count_rows(standing.counts, one.body),
            charge_rows(standing.charges, one.body),
            standing.changes_at,
        )
    settle_rows({pk: one.charges for pk, one in found.items()}, book)
    return found


class ScoreFollower:
    """The ledger's follower for scores."""

    prefix = PREFIX

    def follow(self, matter: Matter, event: Happened, owed: Sequence[Owed]) -> None:
        """Remember what the event says, and count anew what depends on it."""
        tracker = tracker_of(matter.kind)
        if tracker is None or not listens(tracker, event.kind):
            return
        order, rows = _family(tracker, matter)
        if matter.pk in rows:
            before = rows[matter.pk].facts
        else:  # a matter may be older than the counting
            before = (fold(matter, tracker, before=event.seq) if event.seq > 1 else None) or {}
        facts = tracker.step(before, event, owed, matter.facts)
        remember(matter, tracker, facts, rows, event.at, order=order)

    def check(self, jurisdiction: str) -> Any:
        """Begin a verification."""
        from luoshi.assessment.counting.checking import ScoreChecker

        return ScoreChecker(jurisdiction)


def _family(tracker: AnyTracker, matter: Matter) -> tuple[int | None, dict[int, Any]]:
    """The order to which a locked matter belongs by its nature, locked too, and the standings of it."""
    order = family_order(tracker, matter)
    if order is not None and order != matter.pk:
        lock(order)
    return order, stored(order, matter.pk)


def remember(
    matter: Matter,
    tracker: AnyTracker,
    facts: Facts,
    rows: dict[int, Any],
    at: datetime,
    *,
    order: int | None,
) -> None:
    """Store what is now remembered of a locked matter, with all that follows from it."""
    me = Known(matter.pk, matter.kind, matter.body_id, order, facts)
    if not isinstance(tracker, FamilyTracker):
        mine = rows.get(matter.pk)
        alone = tracker.standing(facts, now=_moment(at, [mine] if mine else []), book=rules.current())
        me.order = own_order(tracker, facts, alone)
        orders = sorted({one for one in (me.order, mine.order if mine else None) if one is not None})
        for one in orders:
            lock(one)
        for one in orders:
            rows |= stored(one, matter.pk)
    recount_rows(rows, at, me=me, jurisdiction=matter.jurisdiction)


def count_afresh(matter: Matter, at: datetime) -> bool:
    """Count a locked matter from its events, as things stand at `at`; whether there is anything to remember.

    Inside the ledger's door.
    """
    tracker = tracker_of(matter.kind)
    facts = fold(matter, tracker) if tracker is not None else None
    if tracker is None or facts is None:
        return False
    order, rows = _family(tracker, matter)
    remember(matter, tracker, facts, rows, at, order=order)
    return True


def stored(order: int | None, pk: int) -> dict[int, Any]:
    """The standings of an order, or of one matter where it has none, by matter."""
    rows = _alone(pk) if order is None else _together(order)
    return {row.matter_id: row for row in rows}


@prepared
def _alone(pk: int) -> QuerySet[Any]:
    return Stored.objects.filter(pk=pk)


@prepared
def _together(order: int) -> QuerySet[Any]:
    return Stored.objects.filter(order=order)


def _moment(at: datetime, rows: Iterable[Any]) -> datetime:
    """Time does not go back: the latest moment at which any of them was counted, or `at`."""
    times: list[datetime] = [at, *(row.counted_at for row in rows)]
    return max(times)


def recount_rows(rows: Mapping[int, Any], at: datetime, *, me: Known | None = None, jurisdiction: str) -> int:
    """Count standings anew at a moment, together with one that changes or is new, and store what differs.

    Returns how many rows were written. The caller holds the locks.
    """
    now, book = _moment(at, rows.values()), rules.current()
    known = {pk: known_from(row) for pk, row in rows.items()}
    if me is not None:
        known[me.id] = me
    found: dict[int, Reckoned] = {}
    for group in _groups(known.values()):
        found |= reckon(group, now=now, book=book)
    change: Counter[Move] = Counter()
    new, changed = [], []
    for pk, one in found.items():
        row, facts = rows.get(pk), known[pk].facts
        same_body = row is None or known[pk].body in (None, row.body_id)
        if row is not None and same_body and one.is_as(row) and facts == row.facts:
            continue
        if row is None:
            row = Stored(matter_id=pk, jurisdiction=jurisdiction, kind=known[pk].kind, body_id=known[pk].body)
            new.append(row)
        else:
            change.subtract(moves_of(row.counts, row.charges))
            changed.append(row)
        row.body_id = known[pk].body or row.body_id
        _set(row, one, facts, now)
        change.update(moves_of(row.counts, row.charges))
    insert_many(new)
    update_many(changed, MOVED)
    tallies_add(jurisdiction, change)
    return len(new) + len(changed)


def _groups(known: Iterable[Known]) -> list[list[Known]]:
    """Matters by order; one without an order stands alone."""
    groups: dict[tuple[int, int], list[Known]] = {}
    for one in known:
        groups.setdefault((0, one.id) if one.order is None else (1, one.order), []).append(one)
    return list(groups.values())


def _set(row: Any, one: Reckoned, facts: Facts, now: datetime) -> None:
    row.order, row.facts, row.counted_at = one.order, facts, now
    row.counts, row.charges, row.changes_at = one.counts, one.charges, one.changes_at
    row.first_day, row.last_day = span_of(one.counts, one.charges)
    if row.body_id is None and one.counts:
        row.body_id = one.counts[0]["b"]
