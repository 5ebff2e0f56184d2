"""Keeps the search columns of entries and bulletins equal to their texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Cast

from luoshi.knowledge.models import Bulletin, Entry
from luoshi.knowledge.search import vector
from luoshi.ledger.models import door
from luoshi.organisation.models import Body


def _literal(text: str) -> Cast:
    return Cast(Value(text), SearchVectorField())


def _unit(body: Body) -> str:
    return f"{body.name} {body.short_name}"


def entry_index(entry: Entry) -> None:
    """Set an entry's search columns: title A, question and keywords B, answer C, unit D. The caller saves."""
    asked, unit = f"{entry.question} {entry.keywords}", _unit(entry.body)
    answer = "\n".join(str(text) for text in entry.content.values())
    entry.head = _literal(vector(A=entry.title, B=asked, D=unit))
    entry.search = _literal(vector(A=entry.title, B=asked, C=answer, D=unit))


def bulletin_index(bulletin: Bulletin) -> None:
    """Set a bulletin's search columns: title A, text C, unit D. The caller saves."""
    unit = _unit(bulletin.body)
    bulletin.head = _literal(vector(A=bulletin.title, D=unit))
    bulletin.search = _literal(vector(A=bulletin.title, C=bulletin.text, D=unit))


@transaction.atomic
def search_rebuild(*, body: Body | None = None) -> int:
    """Compute the search columns anew, of one body (it was renamed) or of all; returns how many rows.

    The texts stay as they are, so no event is recorded.
    """
    count = 0
    each: list[tuple[Any, Callable[[Any], None]]] = [
        (Entry.objects, entry_index),
        (Bulletin.objects, bulletin_index),
    ]
    with door():
        for rows, index in each:
            chosen = rows.select_related("body").defer("head", "search")
            count += _each(chosen.filter(body=body) if body else chosen.all(), index)
    return count


def _each(rows: Iterable[Any], index: Callable[[Any], None]) -> int:
    count = 0
    for row in rows:
        index(row)
        row.save(update_fields=["head", "search"])
        count += 1
    return count
