"""Keeping the index: number and title when a matter is opened, what its function adds soon after it changes.

A function may say more about its matters than the ledger knows (the number that a document got at issue, its text):
it registers the words with `say_more`. Such rows are marked stale in the transaction of the event and made anew by the
worker or by the next search, whichever comes first; so an event stays quick and nothing is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Cast

from luoshi.engines.obligations import Happened, Owed
from luoshi.knowledge.search import vector
from luoshi.ledger import links
from luoshi.ledger.models import Matter
from luoshi.ledger.storing import insert
from luoshi.ledger.verify import Difference
from luoshi.search.models import Entry

Words = Callable[[Sequence[int]], Mapping[int, str]]
BATCH = 200
TITLE = frozenset({"title", "subject"})

_more: dict[str, Words] = {}


def say_more(kind: str, words: Words) -> None:
    """Register what else matters of a kind are found by: words(ids of matters) gives a text for each."""
    _more[kind] = words


def _vector(matter: Matter, text: str = "") -> Any:
    made = vector(A=f"{matter.number or ''} {matter.title}", C=text[:4000])
    return Cast(Value(made), SearchVectorField())


class Indexer:
    """Follows the ledger. It counts nothing: an entry can be made anew at any time (`rebuild_search`)."""

    prefix = "search:"

    def follow(self, matter: Matter, event: Happened, owed: Sequence[Owed]) -> None:
        """Index a matter that is opened; mark one whose words may have changed."""
        if matter.kind not in links.KINDS:
            return
        if event.seq == 1:
            insert(
                Entry(
                    matter=matter,
                    jurisdiction=matter.jurisdiction,
                    kind=matter.kind,
                    secret=bool(matter.secrecy),
                    vector=_vector(matter),
                    stale=matter.kind in _more,
                )
            )
        elif matter.kind in _more or not TITLE.isdisjoint(event.data):
            Entry.objects.filter(pk=matter.pk).update(stale=True)

    def check(self, jurisdiction: str) -> Nothing:
        """There is nothing to compare."""
        return Nothing()


class Nothing:
    """A verification without content."""

    def seen(self, matter: Matter, event: Happened, owed: Sequence[Owed], facts: Mapping[str, Any]) -> None:
        """Events leave no count here."""

    def compare(self, matters: Sequence[Matter]) -> Iterator[Difference]:
        """Nothing differs."""
        return iter(())

    def finish(self) -> Iterator[Difference]:
        """Nothing differs."""
        return iter(())


@transaction.atomic
def refresh(limit: int = BATCH) -> int:
    """Make stale entries anew, `limit` at most; returns how many. Entries that another process works on are left."""
    rows = list(
        Entry.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(stale=True)
        .select_related("matter")
        .order_by("pk")[:limit]
    )
    _write(rows)
    return len(rows)


def _write(rows: Sequence[Entry]) -> None:
    texts: dict[int, str] = {}
    for kind in {row.kind for row in rows}:
        if kind in _more:
            texts.update(_more[kind]([row.pk for row in rows if row.kind == kind]))
    for row in rows:
        row.vector = _vector(row.matter, texts.get(row.pk, ""))
        row.secret = bool(row.matter.secrecy)
        row.stale = False
    Entry.objects.bulk_update(rows, ["vector", "secret", "stale"], batch_size=BATCH)


def rebuild(say: Callable[[int], object] = lambda _: None) -> int:
    """Index every matter that has a page, from nothing; returns how many. `say` is told after each batch."""
    done, last = 0, 0
    Entry.objects.all().delete()
    while True:
        matters = list(Matter.objects.filter(pk__gt=last, kind__in=list(links.KINDS)).order_by("pk")[:BATCH])
        if not matters:
            return done
        with transaction.atomic():
            Entry.objects.bulk_create(
                [
                    Entry(matter=matter, jurisdiction=matter.jurisdiction, kind=matter.kind, stale=True)
                    for matter in matters
                ],
                ignore_conflicts=True,
            )
            _write(list(Entry.objects.filter(pk__in=[one.pk for one in matters]).select_related("matter")))
        last = matters[-1].pk
        done += len(matters)
        say(done)
