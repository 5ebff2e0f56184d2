"""Full text search in Chinese over requests and publications: the newest matches, ranked."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import F, QuerySet
from django.utils.safestring import SafeString

from luoshi.hotline.models import Publication, Request
from luoshi.knowledge.search import mark, parse_query, snippet
from luoshi.ledger.rows import is_confined

NEWEST = 300
"""Of how many of the newest matches the best are shown first."""

FEW = 1000
"""Words that no more requests have are looked up for a unit by the index at once."""
MANY = 50
"""Where so many of a unit's newest dispatches have the words, they are found by going through those."""

_NUMBER = re.compile(r"\d{8}-\d{1,8}(-\d{2})?")


def _words(text: str) -> str:
    """What to search for, in the database's notation; "" where there is nothing."""
    parsed = parse_query(text + " ")
    return parsed.tries[0] if parsed else ""


def _tsquery(words: str) -> SearchQuery:
    return SearchQuery(words, search_type="raw", config="simple")


def matching(rows: QuerySet[Request], text: str) -> QuerySet[Request]:
    """The requests with this number, or with all these words in title, place or text; the order stays."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if _NUMBER.fullmatch(plain):
        return rows.filter(matter__number=plain[:13] if plain.count("-") == 1 else plain.rsplit("-", 1)[0])
    words = _words(text)
    return rows.filter(search=_tsquery(words)) if words else rows.none()


_BEGINNING = re.compile(r"\d{4,8}(-\d{0,8}){0,2}")


def dispatches_matching(rows: Any, text: str) -> Any:
    """The dispatches whose number begins so, or whose request has all these words in title, place or text.

    Words that are not everywhere are looked up in the requests' index, so that a unit with a hundred thousand
    dispatches waits no longer than one with a hundred.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if _BEGINNING.fullmatch(plain):
        return rows.filter(matter__number__startswith=plain)
    words = _words(text)
    if not words:
        return rows.none()
    found = _own_with(words) if is_confined() else None
    if found is None:
        return rows.filter(request__search=_tsquery(words))
    return rows.filter(pk__any_of=found) if found else rows.none()


def _own_with(words: str) -> list[int] | None:
    """The dispatches of the body that asks whose requests have the words; None where they are soon met among the newest.

    By the database's own function, for under a row policy the index of words is not used (ADR 16).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT hotline_dispatches_with(to_tsquery('simple', %s), %s, %s)", [words, FEW, MANY])
        found: list[int] | None = cursor.fetchone()[0]
    return found


@dataclass(frozen=True, slots=True)
class Hit:
    """A request or publication found, with its title and a passage, what was searched for marked in both."""

    item: Any
    title: SafeString
    passage: SafeString


def _best(rows: QuerySet[Any], text: str, key: str, size: int) -> list[Any]:
    """The best matches among the newest.

    Strict first, and if nothing has all words, what has most of them.
    """
    parsed = parse_query(text)
    if parsed is None:
        return []
    for tried in parsed.tries:
        query = SearchQuery(tried, search_type="raw", config="simple")
        newest = rows.filter(search=query).order_by(f"-{key}").values("pk")[:NEWEST]
        ranked = rows.filter(pk__in=list(newest.values_list("pk", flat=True)))
        found = list(ranked.annotate(rank=SearchRank(F("search"), query)).order_by("-rank", f"-{key}")[:size])
        if found:
            return found
    return []


def _terms(text: str) -> tuple[str, ...]:
    parsed = parse_query(text)
    return parsed.terms if parsed else ()


def request_search(text: str, *, size: int = 20) -> list[Hit]:
    """The best requests for what was typed, ranked among the newest matches (for the platform's people).

    Where no request holds all the words, those that hold most of them. Two queries as a rule.
    """
    rows = Request.objects.select_related("matter").defer("search")
    terms = _terms(text)
    return [
        Hit(row, mark(row.matter.title, terms), snippet([row.content], terms))
        for row in _best(rows, text, "received_at", size)
    ]


def publication_search(text: str, *, size: int = 20, among: QuerySet[Publication] | None = None) -> list[Hit]:
    """The best published requests for what a citizen typed, ranked among the newest matches.

    among: only of these, unordered; all that are published without it.
    """
    public = Publication.objects.filter(withdrawn_at__isnull=True).defer("search") if among is None else among
    rows = public.order_by().select_related("body")
    terms = _terms(text)
    return [
        Hit(row, mark(row.title, terms), snippet([row.content, row.reply], terms))
        for row in _best(rows, text, "published_at", size)
    ]
