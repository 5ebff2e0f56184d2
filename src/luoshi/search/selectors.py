"""Finding: the best among the newest matters that the words meet and the actor may read; bodies; rules."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F
from django.urls import reverse
from django.utils.safestring import SafeString

from luoshi.engines.rulebook import Rule
from luoshi.knowledge.search import mark, parse_query
from luoshi.ledger import links, rules
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Matter
from luoshi.ledger.states import state_label
from luoshi.organisation.access import allows, need_of
from luoshi.organisation.selectors import body_list
from luoshi.search.models import Entry

NEWEST = 300
SHOWN = 25
OTHERS = 8


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found. kind: its Chinese name; note: state, unit or clause."""

    kind: str
    title: SafeString
    number: str
    note: str
    url: str


def may_open(actor: Actor, name: str) -> bool:
    """Whether the page of that name is open to the actor."""
    need = need_of(name)
    return need is not None and allows(need, actor, signed_in=True)


def matters_found(text: str, *, actor: Actor, kind: str = "") -> list[Hit]:
    """The matters that hold the words, or bear the number; secret ones only for who is cleared for them.

    The best among the newest 300; all words first, then most of them where none has all.
    """
    parsed = parse_query(text)
    if parsed is None:
        return []
    rows = Entry.objects.filter(jurisdiction=settings.JURISDICTION)
    if not actor.can("documents.secret"):
        rows = rows.filter(secret=False)
    if kind:
        rows = rows.filter(kind=kind)
    for tried in parsed.tries:
        query = SearchQuery(tried, search_type="raw", config="simple")
        newest = list(rows.filter(vector=query).order_by("-pk").values_list("pk", flat=True)[:NEWEST])
        if not newest:
            continue
        ranked = (
            Entry.objects.filter(pk__in=newest)
            .annotate(rank=SearchRank(F("vector"), query))
            .select_related("matter__body", "matter__parent")
            .order_by("-rank", "-pk")
        )
        found = list(_readable((entry.matter for entry in ranked), actor, parsed.terms))
        if found:
            return found
    return []


def _readable(matters: Iterator[Matter], actor: Actor, terms: tuple[str, ...]) -> Iterator[Hit]:
    shown = 0
    for matter in matters:
        if shown == SHOWN:
            return
        if not links.may_read(actor, matter):
            continue
        shown += 1
        yield Hit(
            kind=links.matter_label(matter.kind),
            title=mark(matter.title, terms),
            number=matter.number or "",
            note="，".join(filter(None, [_body(matter), state_label(matter.kind, matter.state)])),
            url=links.matter_url(matter),
        )


def _body(matter: Matter) -> str:
    return matter.body.short_name if matter.body else ""


def bodies_found(text: str, *, actor: Actor) -> list[Hit]:
    """Bodies with the words in a present or former name."""
    wanted = unicodedata.normalize("NFKC", text).strip()
    if not wanted or not may_open(actor, "body-detail"):
        return []
    return [
        Hit(body.get_kind_display(), mark(body.name, (wanted,)), "", "" if body.active else "已撤销",
            reverse("body-detail", args=[body.code]))
        for body in body_list(search=wanted)[:OTHERS]
    ]  # fmt: skip


def rules_found(text: str, *, actor: Actor) -> list[Hit]:
    """Rules whose title, or a clause that they carry out, holds the words."""
    wanted = unicodedata.normalize("NFKC", text).strip().lower()
    if not wanted or not may_open(actor, "rule-detail"):
        return []
    book = rules.current()
    latest: dict[str, Rule] = {rule.id: rule for rule in book.rules()}
    found: list[Hit] = []
    for rule in latest.values():
        clauses = [book.clause(one) for one in rule.cite]
        if wanted in rule.title.lower() or any(wanted in clause.lower() for clause in clauses):
            said = next((clause for clause in clauses if wanted in clause.lower()), "；".join(clauses[:1]))
            found.append(
                Hit("规则", mark(rule.title, (wanted,)), "", said, reverse("rule-detail", args=[rule.id]))
            )
            if len(found) == OTHERS:
                break
    return found


def sections(text: str, *, actor: Actor) -> list[dict[str, Any]]:
    """What was found, by section; sections without a hit are left out."""
    found = (
        ("事项", matters_found(text, actor=actor)),
        ("机构", bodies_found(text, actor=actor)),
        ("规则和条款", rules_found(text, actor=actor)),
    )
    return [{"title": title, "hits": hits} for title, hits in found if hits]
