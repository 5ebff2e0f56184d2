"""The worklist: what the actor answers for, over all functions, in groups by due time.

A unit's people see everything that their unit owes in the functions that they work in: whoever has no permission in one
can do nothing about its duties. The platform's people share one body and many duties: there a function may say which
rules' duties fall to whom (DIVIDED). A leader who stands in for
one who is away also sees what waits for that one and may be done in their place (ACTED_FOR).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Count, Q, QuerySet

from luoshi.agenda.selectors import acting_for
from luoshi.hotline.selectors.worklist import rules_of
from luoshi.ledger import links, rules
from luoshi.ledger.actors import Actor, ActorKind
from luoshi.ledger.models import Event, Matter
from luoshi.ledger.paging import Page, key_page
from luoshi.ledger.prepared import prepared
from luoshi.ledger.selectors import obligations_owed, quicks_for
from luoshi.ledger.services.owing import platform_body_id
from luoshi.ledger.states import event_label
from luoshi.web import due

SEARCH_LENGTH = 60
DONE_SHOWN = 8
DIVIDED: dict[str, Callable[[Actor], Sequence[str]]] = {"hotline.": rules_of}
ACTED_FOR = (
    "agenda.step",
    "documents.errand",
    "meetings.city",
    "meetings.leave",
    "meetings.material",
    "meetings.minutes",
    "meetings.topic",
)
"""Kinds of matter that whoever stands in for a leader may take a step of; what is owed in person stays with its person.

A paper's turn (documents.step) is given to the one who stands in when it comes up, and then is that person's own.
"""


@dataclass(frozen=True, slots=True)
class Worklist:
    """A page of the worklist. rows: a group's name, or an obligation with its link; counts: per group.

    rules: (id, title, count) and functions: (code, name, count) of the whole list; keys: what the letters do here.
    """

    page: Page[Any]
    rows: list[dict[str, Any]]
    counts: dict[str, int]
    rules: list[tuple[str, str, int]]
    functions: list[tuple[str, str, int]]
    total: int
    keys: dict[str, list[str]] = field(default_factory=dict)


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
    if query.get("function"):
        rows = rows.filter(matter_kind__startswith=f"{query['function']}.")
    if query.get("group") in due.GROUPS:
        rows = rows.filter(_bounds(query["group"], now))
    return rows


def owed_by(actor: Actor, absent: Sequence[int] = ()) -> QuerySet[Any]:
    """The open duties that the actor answers for; nothing for somebody who acts for no body.

    A duty of the platform may fall to somebody of another body: to a leader of the city, say. absent: the people for
    whom the actor stands in.
    """
    if actor.body_id is None:
        return obligations_owed(body_id=0, person_id=actor.person_id)
    rows, platform = obligations_owed(body_id=actor.body_id, person_id=actor.person_id), platform_body_id()
    for function in _not_theirs(actor):
        rows = rows.exclude(matter_kind__startswith=f"{function}.", person__isnull=True)
    for prefix, divided in DIVIDED.items():
        theirs = divided(actor)
        if actor.body_id == platform:
            rows = rows.exclude(Q(matter_kind__startswith=prefix) & ~Q(rule__in=theirs))
        elif theirs and platform is not None:
            rows |= obligations_owed(body_id=platform).filter(matter_kind__startswith=prefix, rule__in=theirs)
    for person in absent:
        others = obligations_owed(body_id=0, person_id=person, matter_kinds=ACTED_FOR)
        rows |= others if actor.can("documents.secret") else others.filter(matter__secrecy="")
    return rows


def _not_theirs(actor: Actor) -> list[str]:
    """The functions with limits in which the actor may do nothing: the body's duties there are for others of it."""
    theirs = {permission.partition(".")[0] for permission in actor.permissions}
    known = {kind.partition(".")[0] for kind in rules.current().matter_kinds}
    return [] if actor.kind is ActorKind.SYSTEM else sorted(known - theirs)


def _name_of(function: str) -> str:
    return (
        str(apps.get_app_config(function).verbose_name)
        if apps.is_installed(f"luoshi.{function}")
        else function
    )


@dataclass(frozen=True, slots=True)
class _Counts:
    """How much there is of each group, of each rule and of each function."""

    groups: dict[str, int]
    rules: list[tuple[str, str, int]]
    functions: list[tuple[str, str, int]]


def _counted(rows: QuerySet[Any], now: dt.datetime) -> _Counts:
    """What the whole list holds: one query."""
    sums = {f"in_{code}": Count("id", filter=_bounds(code, now)) for code in due.GROUPS}
    found = rows.values("rule", "title", "matter_kind").annotate(**sums).order_by("rule")
    groups: Counter[str] = Counter()
    by_rule: Counter[tuple[str, str]] = Counter()
    by_function: Counter[str] = Counter()
    for row in found:
        counts = {code: row[f"in_{code}"] for code in due.GROUPS}
        groups.update(counts)
        by_rule[row["rule"], row["title"]] += sum(counts.values())
        by_function[row["matter_kind"].partition(".")[0]] += sum(counts.values())
    return _Counts(
        {code: groups[code] for code in due.GROUPS},
        [(rule, title, count) for (rule, title), count in by_rule.items()],
        [(code, _name_of(code), count) for code, count in by_function.items()],
    )


def _keys(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """What each letter does on the rows shown."""
    found: dict[str, list[str]] = {}
    for one in (quick for row in rows for quick in row.get("quick", ())):
        labels = found.setdefault(one.key, [])
        if one.label not in labels:
            labels.append(one.label)
    return dict(sorted(found.items()))


@prepared
def _matters(ids: list[int]) -> QuerySet[Matter]:
    return Matter.objects.filter(pk__any_of=ids).select_related("parent")


def _attach_matters(items: Sequence[Any]) -> None:
    """The matters of these obligations, each with the one above it: one query."""
    found = {matter.pk: matter for matter in _matters([item.matter_id for item in items])} if items else {}
    for item in items:
        item.matter = found[item.matter_id]


def worklist(*, actor: Actor, query: Mapping[str, str], now: dt.datetime, size: int = 50) -> Worklist:
    """What the actor answers for at `now`: a fixed number of queries, however long the list is.

    query: q (number or words of the title), rule, function, group, after, before. The counts are those of the whole
    list, whatever is filtered.
    """
    absent = acting_for(actor, at=now)
    owed = owed_by(actor, tuple(absent))
    counted = _counted(owed.order_by(), now)
    page = (
        key_page(  # all that is owed is sorted, one page is shown: the matters are fetched for the page alone
            _found(owed, query, now).select_related(None),
            keys=("due_at", "id"),
            nullable="due_at",
            after=query.get("after", ""),
            before=query.get("before", ""),
            size=size,
        )
    )
    _attach_matters(page.items)
    quicks = links.quick_actions(actor, (item.matter for item in page.items), now)
    rows: list[dict[str, Any]] = []
    shown = ""
    for item in page.items:
        code = due.group(item.due_at, now)
        if code != shown:
            rows.append({"group": due.GROUPS[code], "code": code, "count": counted.groups[code]})
            shown = code
        rows.append(
            {
                "item": item,
                "url": links.own_url(actor, item.matter),
                "kind": links.matter_label(item.matter_kind),
                "number": item.matter.number
                or (item.matter.parent.number if item.matter.parent else "")
                or "",
                "quick": quicks_for(item, quicks[item.matter_id]) if item.matter_id in quicks else (),
                "in_place_of": absent.get(item.person_id, ""),
            }
        )
    total = sum(counted.groups.values())
    return Worklist(page, rows, counted.groups, counted.rules, counted.functions, total, _keys(rows))


def done_today(actor: Actor, now: dt.datetime) -> list[dict[str, Any]]:
    """What the actor did since midnight, the latest first, at most eight: for the page of somebody who owes nothing."""
    since = due.end_of_day(now) - dt.timedelta(days=1)
    rows = Event.objects.filter(actor_id=actor.user_id or 0, recorded_at__gte=since, recorded_at__lte=now)
    return [
        {
            "what": event_label(event.kind),
            "title": event.matter.title,
            "url": links.own_url(actor, event.matter),
            "at": event.recorded_at,
        }
        for event in rows.select_related("matter", "matter__parent").order_by("-recorded_at")[:DONE_SHOWN]
    ]
