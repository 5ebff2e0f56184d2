"""Search while typing: ranked hits with what was looked for marked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Case, F, FloatField, QuerySet, Value, When
from django.db.models.functions import Round
from django.utils.safestring import SafeString

from luoshi.knowledge.models import Bulletin, Entry
from luoshi.knowledge.search import Query, mark, parse_query, snippet
from luoshi.knowledge.selectors.bulletins import in_force
from luoshi.knowledge.selectors.sources import answer_text, content_lines

WEIGHTS = [0.1, 0.3, 0.6, 1.0]  # D unit, C answer, B question and keywords, A title
BY_LENGTH = 1  # ts_rank: divided by 1 + log(length)
ENOUGH = 3  # with fewer hits a laxer query is tried too
LIMIT = 50
CANDIDATES = 1000


class Literal(SearchQuery):
    """A tsquery as parse_query wrote it, cast and not parsed: the server's parser depends on its locale."""

    template = "(%(expressions)s)::tsquery"

    def __init__(self, tsquery: str) -> None:
        super().__init__(tsquery, search_type="raw")


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found. pk: its matter's id, which an answer names. title and snippet are safe HTML with <mark>.

    kind: entry | bulletin. answer: the text with which one answers. updated: when it was last kept up.
    """

    pk: int
    kind: str
    label: str
    plain_title: str
    title: SafeString
    snippet: SafeString
    answer: str
    body_id: int
    body: str
    updated: dt.datetime
    until: dt.datetime | None = None


def entries_search(text: str, *, limit: int = 10, body_id: int | None = None) -> list[Hit]:
    """The published entries that answer what is typed, best first; of one body where it is named.

    All words must occur, in title, question and unit or else anywhere; only where that gives fewer than three
    hits, all but one of them, and at last any. Within one try: by rank, then the entry last kept up. At most 50.
    One query where the titles and questions suffice, at most six.
    """
    rows = Entry.objects.filter(live=True, jurisdiction=settings.JURISDICTION)
    if body_id is not None:
        rows = rows.filter(body_id=body_id)
    return _search(text, rows, limit, _entry_hit)


def bulletins_search(text: str, *, at: dt.datetime, limit: int = 5, body_id: int | None = None) -> list[Hit]:
    """The bulletins in force at a moment that answer what is typed, best first."""
    rows = Bulletin.objects.filter(in_force(at), jurisdiction=settings.JURISDICTION)
    if body_id is not None:
        rows = rows.filter(body_id=body_id)
    return _search(text, rows, limit, _bulletin_hit)


def knowledge_search(text: str, *, at: dt.datetime, limit: int = 10, body_id: int | None = None) -> list[Hit]:
    """Bulletins in force first (what is new today is what most people ask about), then entries."""
    found = bulletins_search(text, at=at, limit=3, body_id=body_id)
    return found + entries_search(text, limit=limit, body_id=body_id)


def _search(text: str, rows: QuerySet[Any], limit: int, shape: Callable[[Any, Query], Hit]) -> list[Hit]:
    query = parse_query(text)
    if query is None:
        return []
    wanted = max(1, min(limit, LIMIT))
    found: list[Any] = []
    for number, asked in enumerate(query.tries):
        if number and len(found) >= min(ENOUGH, wanted):
            break
        for column in ("head", "search"):
            if len(found) < wanted:
                others = rows.exclude(pk__in=[row.pk for row in found]) if found else rows
                found += ranked(others, column, asked, query.plain)[: wanted - len(found)]
    return [shape(row, query) for row in found]


def ranked(rows: QuerySet[Any], column: str, tsquery: str, plain: str) -> QuerySet[Any]:
    """The rows whose column (head or search) matches, best first; titles with the very text typed before others.

    Of a question so broad that thousands match (one common word) only the first thousand are ranked: to rank
    them all would take longer than the next key press, and tell no more.
    """
    query = Literal(tsquery)
    matching = rows.filter(**{column: query}).order_by().values("pk")[:CANDIDATES]
    rank = SearchRank(F(column), query, weights=WEIGHTS, normalization=BY_LENGTH)
    literal = Case(
        When(title__icontains=plain, then=Value(1.0)), default=Value(0.0), output_field=FloatField()
    )
    best: QuerySet[Any] = (
        rows.model.objects.filter(pk__in=matching)
        .annotate(score=Round(rank, 3) + literal)
        .order_by("-score", "-maintained_at", "-pk")
        .select_related("body")
        .defer("head", "search")
    )
    return best


def _entry_hit(entry: Entry, query: Query) -> Hit:
    return Hit(
        pk=entry.pk,
        kind="entry",
        label=entry.get_form_display(),
        plain_title=entry.title,
        title=mark(entry.title, query.terms),
        snippet=snippet([entry.question, *content_lines(entry)], query.terms),
        answer=answer_text(entry),
        body_id=entry.body_id,
        body=entry.body.name,
        updated=entry.maintained_at,
    )


def _bulletin_hit(bulletin: Bulletin, query: Query) -> Hit:
    return Hit(
        pk=bulletin.pk,
        kind="bulletin",
        label="公告",
        plain_title=bulletin.title,
        title=mark(bulletin.title, query.terms),
        snippet=snippet([bulletin.text], query.terms),
        answer=answer_text(bulletin),
        body_id=bulletin.body_id,
        body=bulletin.body.name,
        updated=bulletin.maintained_at,
        until=bulletin.valid_until,
    )
