"""Which unit a request belongs to: its category's default unit, then by the model learned from the city's dispatches,
else by similar requests.

A person decides; what was suggested and chosen is kept with the dispatch.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F, QuerySet

from luoshi.engines.suggest import Guess, Model, SuggestError, load
from luoshi.hotline.models import Category, Dispatch, Request, SuggestionModel
from luoshi.hotline.selectors.categories import categories_named, category_among, default_unit
from luoshi.hotline.services.suggesting import BY_SIMILAR, Offered, model_path
from luoshi.knowledge.search import parse_query
from luoshi.knowledge.search.tokens import tokenizer
from luoshi.ledger.models import Matter
from luoshi.ledger.together import fetch
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import local_day

logger = logging.getLogger(__name__)
NEWEST = 300
"""Of how many of the newest requests with common words the nearest are taken, where there is no model."""
NEAREST = 15
BACK = timedelta(days=3 * 365)
CASES = 3
SURE_AT_LEAST = 0.03
"""A unit that is less likely is not suggested."""


@dataclass(frozen=True, slots=True)
class Case:
    """An earlier request that went to the unit: the id of its matter, for a link."""

    pk: int
    number: str
    title: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A unit that a request may belong to. confidence: 0 to 1. words: what speaks for it in the text.

    by_default: it is the default unit of the request's category, whatever the text says.
    """

    body_id: int
    body_name: str
    confidence: float
    words: tuple[str, ...]
    cases: tuple[Case, ...]
    by_default: bool = False

    @property
    def percent(self) -> int:
        """The confidence in percent."""
        return round(100 * self.confidence)


@dataclass(frozen=True, slots=True)
class Advice:
    """What is suggested, and by which model: its checksum, or `similar`."""

    units: tuple[Suggestion, ...]
    by: str

    @property
    def offered(self) -> Offered:
        """As it is kept with a dispatch."""
        return Offered(tuple((one.body_id, one.percent) for one in self.units), self.by)


def suggest_units(
    *, title: str, content: str, category: str = "", at: datetime, limit: int = 3
) -> list[Suggestion]:
    """The units to which a request with these texts most likely belongs, the likeliest first.

    First the default unit of the category, if it has one; then by the model in use; where none is, by what became of
    similar earlier requests. Empty where nothing is known of such texts. Two queries by a model, three or four else.
    """
    return list(advise(title=title, content=content, category=category, at=at, limit=limit).units)


def advise(*, title: str, content: str, category: str = "", at: datetime, limit: int = 3) -> Advice:
    """As suggest_units, with which model told."""
    filed, used = categories_named(category, day=local_day(at)), _digests()
    fetch(filed, used)
    held = _model(next(iter(used), None))
    if held is None:
        by, found = BY_SIMILAR, _by_similar(f"{title} {content} ", at, limit)
    else:
        by, model = held
        guesses = model.suggest((title, f"{category} {content}".strip()), limit=limit + 3, cut=_cut)
        found = _named(guesses, limit)
    return Advice(tuple(_default_first(found, category_among(filed, category))[:limit]), by)


def _default_first(found: list[Suggestion], filed: Category | None) -> list[Suggestion]:
    """The default unit of the category before all others, with what else speaks for it; it must take requests now."""
    unit: Body | None = default_unit(filed) if filed is not None else None
    if unit is None or not (unit.active and unit.takes_requests):
        return found
    known = next((one for one in found if one.body_id == unit.pk), None)
    first = known or Suggestion(unit.pk, unit.short_name, 0.0, (), ())
    return [replace(first, by_default=True), *(one for one in found if one is not known)]


def advise_on(request: Request, *, at: datetime) -> Advice:
    """What is suggested for a request that was taken in."""
    return advise(title=request.matter.title, content=request.content, category=request.category, at=at)


def model_standing() -> tuple[str, Path] | None:
    """The checksum of the model in use, and where its file lies; None when the city has learned none.

    One query.
    """
    digest = next(iter(_digests()), None)
    return (digest, model_path(digest)) if digest else None


_held: tuple[str, Model] | None = None


def model_in_use() -> tuple[str, Model] | None:
    """The model in use with its checksum, read once a process; None when there is none, or its file is bad.

    One query.
    """
    return _model(next(iter(_digests()), None))


def _digests() -> QuerySet[SuggestionModel, str]:
    """The checksum of the model in use: a list of one, or of none."""
    rows = SuggestionModel.objects.filter(matter__state="in_use").order_by("-trained_at")
    return rows.values_list("sha256", flat=True)[:1]


def _model(digest: str | None) -> tuple[str, Model] | None:
    global _held
    if digest is None:
        return None
    if _held is None or _held[0] != digest:
        path = model_path(digest)
        try:
            _held = (digest, load(path.read_bytes(), name=str(path)))
        except (OSError, SuggestError) as error:
            logger.error("dispatch suggestion: %s", error)
            return None
    return _held


def _cut(text: str) -> list[str]:
    return [word for word in tokenizer().cut(text) if len(word) > 1]


def _named(guesses: list[Guess], limit: int) -> list[Suggestion]:
    """Guesses with the names of units and cases; what an earlier unit did speaks for the one that took over from it.

    Units that take no requests any more and have no successor are left out.
    """
    likely = [guess for guess in guesses if guess.confidence >= SURE_AT_LEAST]
    units = _answering([int(guess.label) for guess in likely])
    shown: dict[int, Guess] = {}
    for guess in likely:
        unit = units.get(int(guess.label))
        if unit is not None:
            shown.setdefault(unit.pk, guess)
    chosen = list(shown.items())[:limit]
    refs = [case.ref for _, guess in chosen for case in guess.cases]
    cases = {
        pk: Case(pk, number or "", title)
        for pk, number, title in Matter.objects.filter(pk__in=refs).values_list("pk", "number", "title")
    }
    names = {unit.pk: unit.short_name for unit in units.values()}
    return [
        Suggestion(
            body_id=pk,
            body_name=names[pk],
            confidence=guess.confidence,
            words=guess.words,
            cases=tuple(cases[case.ref] for case in guess.cases if case.ref in cases),
        )
        for pk, guess in chosen
    ]


def _answering(ids: list[int]) -> dict[int, Body]:
    """For each unit, who takes its requests now: itself, or the one into which it was merged. One query."""
    rows = Body.objects.filter(pk__in=ids).select_related("merged_into")
    now = {row.pk: row if row.active else row.merged_into for row in rows}
    return {pk: body for pk, body in now.items() if body is not None and body.active and body.takes_requests}


def _by_similar(text: str, at: datetime, limit: int) -> list[Suggestion]:
    """What became of similar earlier requests, their dispatches that stood. Two or three queries."""
    parsed = parse_query(text)
    if parsed is None:
        return []
    query = SearchQuery(parsed.tries[-1], search_type="raw", config="simple")
    rows = Request.objects.filter(search=query, received_at__lt=at, received_at__gte=at - BACK)
    newest = rows.filter(dispatches__isnull=False).order_by("-received_at").values("pk")[:NEWEST]
    near = Request.objects.filter(pk__in=list(newest.values_list("pk", flat=True)))
    ranked = near.annotate(rank=SearchRank(F("search"), query)).order_by("-rank", "-pk")[:NEAREST]
    ranks = dict(ranked.values_list("pk", "rank"))
    stood = Dispatch.objects.filter(request_id__in=ranks).exclude(matter__state="recalled")
    found = list(stood.select_related("body__merged_into", "request__matter"))
    for row in found:
        if not row.body.active and row.body.merged_into is not None:
            row.body = row.body.merged_into
    taking = [row for row in found if row.body.active and row.body.takes_requests]
    return _by_body(taking, ranks, parsed.terms, limit)


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
