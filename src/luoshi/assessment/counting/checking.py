"""`luoshi verify` for scores: all events folded anew, all standings and tallies compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Sum

from luoshi.assessment.counting.folding import listens
from luoshi.assessment.counting.follower import Known, known_from, reckon
from luoshi.assessment.counting.rows import PREFIX, Move, moves_of, span_of
from luoshi.assessment.counting.tracker import Facts, tracker_of
from luoshi.assessment.models import Standing as Stored
from luoshi.engines.obligations import Happened, Owed
from luoshi.ledger import rules
from luoshi.ledger.clock import recorded_now
from luoshi.ledger.models import Matter, Tally
from luoshi.ledger.verify import Difference, name

CHUNK = 500
CHECK = "score"


class ScoreChecker:
    """One verification. What a matter is remembered by is compared as its events are seen; what the orders count
    for, and the tallies, at the end."""

    def __init__(self, jurisdiction: str) -> None:
        self._jurisdiction = jurisdiction
        self._facts: dict[int, Facts] = {}
        self._moves: Counter[Move] = Counter()
        self._now = recorded_now()

    def seen(self, matter: Matter, event: Happened, owed: Sequence[Owed], facts: Mapping[str, Any]) -> None:
        """Fold one event."""
        tracker = tracker_of(matter.kind)
        if tracker is not None and listens(tracker, event.kind):
            self._facts[matter.pk] = tracker.step(self._facts.get(matter.pk, {}), event, owed, facts)

    def compare(self, matters: Sequence[Matter]) -> Iterator[Difference]:
        """Compare what is remembered of some matters."""
        rows = Stored.objects.filter(pk__in=[matter.pk for matter in matters]).in_bulk()
        for matter in matters:
            row, facts = rows.get(matter.pk), self._facts.pop(matter.pk, None)
            if facts is None and row is not None:
                yield Difference(CHECK, name(matter), "is counted, but no event gives anything to count")
            elif facts is not None and row is None:
                yield Difference(CHECK, name(matter), "is not counted, its events give something to count")
            elif row is not None and facts != row.facts:
                yield Difference(CHECK, name(matter), "what is remembered differs from what the events say")

    def finish(self) -> Iterator[Difference]:
        """Count every order anew from what is remembered, then compare the tallies with the sum."""
        last: tuple[int, int] = (0, 0)
        while True:
            chunk = self._chunk(last)
            if not chunk:
                break
            for group in chunk.values():
                yield from self._group(group)
            last = max(chunk)
        yield from self._tallies()

    def _chunk(self, last: tuple[int, int]) -> dict[tuple[int, int], list[Any]]:
        """The next orders with their standings; first those of none, each by itself."""
        mine = Stored.objects.filter(jurisdiction=self._jurisdiction).select_related("matter")
        if last[0] == 0:
            alone = mine.filter(order__isnull=True, pk__gt=last[1]).order_by("pk")[:CHUNK]
            found = {(0, row.pk): [row] for row in alone}
            if found:
                return found
            last = (1, 0)
        ids = mine.filter(order__gt=last[1]).order_by("order").values_list("order", flat=True)
        groups: dict[tuple[int, int], list[Any]] = {}
        for row in mine.filter(order__in=list(ids.distinct()[:CHUNK])).order_by("order", "pk"):
            groups.setdefault((1, row.order), []).append(row)
        return groups

    def _group(self, rows: list[Any]) -> Iterator[Difference]:
        fresh = reckon([_known(row) for row in rows], now=self._moment(rows), book=rules.current())
        for row in rows:
            one = fresh[row.pk]
            self._moves.update(moves_of(one.counts, one.charges))
            if (row.first_day, row.last_day) != span_of(row.counts, row.charges) or not one.is_as(row):
                yield Difference(CHECK, name(row.matter), f"counts for {_said(row)}, recounted {_said(one)}")

    def _moment(self, rows: Sequence[Any]) -> datetime:
        """Now; but where a change by time alone is still to be counted, just before it."""
        pending = [row.changes_at for row in rows if row.changes_at is not None]
        times: list[datetime] = [self._now, *(at - timedelta(seconds=1) for at in pending)]
        return min(times)

    def _tallies(self) -> Iterator[Difference]:
        rows = Tally.objects.filter(jurisdiction=self._jurisdiction, metric__startswith=PREFIX)
        totals = rows.values_list("metric", "body_id", "day").annotate(total=Sum("count"))
        stands = {(metric, body, day): int(total) for metric, body, day, total in totals.order_by()}
        for key in sorted(stands.keys() | self._moves.keys(), key=str):
            if stands.get(key, 0) != self._moves[key]:
                metric, body, day = key
                said = f"stands at {stands.get(key, 0)}, the events give {self._moves[key]}"
                yield Difference(CHECK, f"{metric}, body {body}, {day}", said)


def _known(row: Any) -> Known:
    """A stored standing with its body as the matter has it: a request's is that of whoever answered."""
    known = known_from(row)
    known.body = row.matter.body_id
    return known


def _said(one: Any) -> str:
    """Counts and charges in one short line."""
    parts = [f"{row['n']} {row['a']:+d} ({row['d']})" for row in one.counts]
    parts += [f"{row['n']} on {row['d']} for {'/'.join(row['k']) or 'nothing'}" for row in one.charges]
    return ", ".join(parts) or "nothing"
