"""The worklist: what the actor answers for, over all functions, in groups by due time.

A unit's people see everything that their unit owes. The platform's people share one body and many
duties: there a function may say which rules' duties fall to whom (DIVIDED).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from luoshi.hotline.selectors.worklist import rules_of
from luoshi.ledger import links
from luoshi.ledger.actors import Actor
from luoshi.ledger.paging import Page, key_page
from luoshi.ledger.selectors import obligations_owed
from luoshi.ledger.services.derive import platform_body_id
from luoshi.web import due

SEARCH_LENGTH = 60
DIVIDED: dict[str, Callable[[Actor], Sequence[str]]] = {"hotline.": rules_of}


@dataclass(frozen=True, slots=True)
class Worklist:
    """A page of the worklist. rows: a group's name, or an obligation with its link; counts: per group."""

    page: Page[Any]
    rows: list[dict[str, Any]]
    counts: dict[str, int]
    rules: list[tuple[str, str, int]]
    total: int


def _bounds(code: str, now: dt.datetime) -> Q:
    """The due times of a group as a condition; they meet exactly, so that each obligation is in one group."""
    now = now.replace(microsecond=0)
    midnight, sunday = due.end_of_day(now), due.end_of_week(now)
    return {
        "overdue": Q(due_at__lt=now),
        "today": Q(due_at__gte=now, due_at__lt=midnight),
        "week": Q(due_at__gte=midnight, due_at__lt=sunday),
        "later": Q(due_at__gte=sunday),
        "none": Q(due_at__isnull=True),
    }[code]


def _found(rows: QuerySet[Any], query: Mapping[str, str], now: dt.datetime) -> QuerySet[Any]:
    words = query.get("q", "").strip()[:SEARCH_LENGTH]
    if words:
        rows = rows.filter(Q(matter__number__startswith=words) | Q(matter__title__icontains=words))
    if query.get("rule"):
        rows = rows.filter(rule=query["rule"])
    if query.get("group") in due.GROUPS:
        rows = rows.filter(_bounds(query["group"], now))
    return rows


def owed_by(actor: Actor) -> QuerySet[Any]:
    """The open duties that the actor answers for; nothing for somebody who acts for no body.

    A duty of the platform may fall to somebody of another body: to a leader of the city, say.
    """
    if actor.body_id is None:
        return obligations_owed(body_id=0, person_id=actor.person_id)
    rows, platform = obligations_owed(body_id=actor.body_id, person_id=actor.person_id), platform_body_id()
    for prefix, rules in DIVIDED.items():
        theirs = rules(actor)
        if actor.body_id == platform:
            rows = rows.exclude(Q(matter_kind__startswith=prefix) & ~Q(rule__in=theirs))
        elif theirs and platform is not None:
            rows |= obligations_owed(body_id=platform).filter(matter_kind__startswith=prefix, rule__in=theirs)
    return rows


def worklist(*, actor: Actor, query: Mapping[str, str], now: dt.datetime, size: int = 50) -> Worklist:
    """What the actor answers for at `now`: three queries, however long the list is.

    query: q (number or words of the title), rule, group, after, before. The counts are those of the whole
    list, whatever is filtered.
    """
    owed = owed_by(actor)
    counting = owed.order_by()
    counts = counting.aggregate(**{code: Count("id", filter=_bounds(code, now)) for code in due.GROUPS})
    rules = counting.values_list("rule", "title").annotate(count=Count("id")).order_by("rule")
    page = key_page(
        _found(owed, query, now),
        keys=("due_at", "id"),
        nullable="due_at",
        after=query.get("after", ""),
        before=query.get("before", ""),
        size=size,
    )
    rows: list[dict[str, Any]] = []
    shown = ""
    for item in page.items:
        code = due.group(item.due_at, now)
        if code != shown:
            rows.append({"group": due.GROUPS[code], "code": code, "count": counts[code]})
            shown = code
        rows.append(
            {
                "item": item,
                "url": links.matter_url(item.matter),
                "kind": links.matter_label(item.matter_kind),
                "number": item.matter.number or (item.matter.parent.number if item.matter.parent else ""),
            }
        )
    return Worklist(page, rows, counts, list(rules), sum(counts.values()))
