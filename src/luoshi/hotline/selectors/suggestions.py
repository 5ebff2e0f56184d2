"""Which unit a request belongs to, told from what became of similar ones. A person decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F

from luoshi.hotline.models import Dispatch, Request
from luoshi.knowledge.search import parse_query

NEWEST = 300
"""Of how many of the newest requests with common words the nearest are taken."""
NEAREST = 15
BACK = timedelta(days=3 * 365)
CASES = 3


@dataclass(frozen=True, slots=True)
class Case:
    """An earlier request that went to the unit: the id of its matter, for a link."""

    pk: int
    number: str
    title: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A unit that a request may belong to. confidence: 0 to 1. words: what speaks for it in the text."""

    body_id: int
    body_name: str
    confidence: float
    words: tuple[str, ...]
    cases: tuple[Case, ...]


def suggest_units(
    *, title: str, content: str, category: str = "", at: datetime, limit: int = 3
) -> list[Suggestion]:
    """The units to which a request with these texts most likely belongs, the likeliest first.

    Told from the dispatches of similar earlier requests that stood. Empty where nothing similar is known.
    Two queries.
    """
    parsed = parse_query(f"{title} {content} ")
    if parsed is None:
        return []
    query = SearchQuery(parsed.tries[-1], search_type="raw", config="simple")
    rows = Request.objects.filter(search=query, received_at__lt=at, received_at__gte=at - BACK)
    newest = rows.filter(dispatches__isnull=False).order_by("-received_at").values("pk")[:NEWEST]
    near = Request.objects.filter(pk__in=list(newest.values_list("pk", flat=True)))
    ranked = near.annotate(rank=SearchRank(F("search"), query)).order_by("-rank", "-pk")[:NEAREST]
    ranks = dict(ranked.values_list("pk", "rank"))
    stood = Dispatch.objects.filter(request_id__in=ranks, body__active=True, body__takes_requests=True)
    found = stood.exclude(matter__state="recalled").select_related("body", "request__matter")
    return _by_body(found, ranks, parsed.terms, limit)


def _by_body(
    rows: Iterable[Dispatch], ranks: dict[int, float], terms: tuple[str, ...], limit: int
) -> list[Suggestion]:
    held: dict[int, list[Dispatch]] = {}
    for row in rows:
        held.setdefault(row.body_id, []).append(row)
    weights = {pk: sum(ranks[row.request_id] for row in group) for pk, group in held.items()}
    total = sum(weights.values()) or 1.0
    best = sorted(weights, key=lambda pk: (-weights[pk], pk))[:limit]
    return [_suggestion(held[pk], weights[pk] / total, ranks, terms) for pk in best]


def _suggestion(
    rows: list[Dispatch], share: float, ranks: dict[int, float], terms: tuple[str, ...]
) -> Suggestion:
    rows.sort(key=lambda row: (-ranks[row.request_id], -row.pk))
    matters = [row.request.matter for row in rows]
    said = " ".join(matter.title for matter in matters)
    words = [term for term in terms if len(term) > 1 and term in said]
    words = [word for word in words if not any(word in other and word != other for other in words)]
    cases = [Case(matter.pk, matter.number or "", matter.title) for matter in matters[:CASES]]
    return Suggestion(rows[0].body_id, rows[0].body.short_name, share, tuple(words[:4]), tuple(cases))
