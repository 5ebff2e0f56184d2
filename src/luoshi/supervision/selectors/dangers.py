"""Reading hidden dangers, campaigns and what the office gives account of."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, Q, QuerySet

from luoshi.ledger.actors import Actor
from luoshi.supervision import rules
from luoshi.supervision.models import Campaign, Danger, Entry, Inspection, Letter, PatrolObject


def danger_list(
    *, actor: Actor, at: dt.datetime, state: str = "", sector: str = "", source: str = "",
    campaign_id: int | None = None, text: str = "",
) -> QuerySet[Any]:  # fmt: skip
    """Dangers: the office and leaders all, a body those that it puts right, supervises or answers for on its ground.

    state: open, overdue, closed.
    """
    rows: QuerySet[Any] = Danger.objects.select_related("matter", "body", "supervisory", "campaign__matter")
    if not actor.can("supervision.read_all"):
        own = Q(body_id=actor.body_id) | Q(supervisory_id=actor.body_id) | Q(territorial_id=actor.body_id)
        rows = rows.filter(own)
    running = Q(closed_at__isnull=True)
    states = {"open": running, "overdue": running & Q(due_at__lt=at), "closed": ~running}
    rows = rows.filter(states.get(state, Q()))
    if sector:
        rows = rows.filter(sector=sector)
    if source:
        rows = rows.filter(source=source)
    if campaign_id is not None:
        rows = rows.filter(campaign_id=campaign_id)
    if text:
        rows = rows.filter(
            Q(text__icontains=text) | Q(place__icontains=text) | Q(matter__number__icontains=text)
        )
    return rows


def danger_get(pk: int) -> Danger | None:
    """A danger with what its page shows."""
    rows = Danger.objects.select_related(
        "matter",
        "body",
        "supervisory",
        "territorial",
        "campaign__matter",
        "task__matter",
        "patrol_object__matter",
    )
    found: Danger | None = rows.filter(pk=pk).first()
    return found


def patrol_objects(*, actor: Actor) -> QuerySet[Any]:
    """Objects of patrol: the office and leaders all, a body its own."""
    rows = PatrolObject.objects.select_related("matter", "body")
    found: QuerySet[Any] = rows if actor.can("supervision.read_all") else rows.filter(body_id=actor.body_id)
    return found


def campaigns() -> QuerySet[Any]:
    """Plans, surveys and lists with how many of their tasks and dangers are open; one query."""
    done = Q(tasks__matter__state__in=["closed", "cancelled"])
    found: QuerySet[Any] = Campaign.objects.select_related("matter").annotate(
        total=Count("tasks", distinct=True),
        closed=Count("tasks", filter=done, distinct=True),
        found=Count("dangers", distinct=True),
        open_dangers=Count("dangers", filter=Q(dangers__closed_at__isnull=True), distinct=True),
    )
    return found


def inspections(*, actor: Actor) -> QuerySet[Any]:
    """Inspections, for those who may see all."""
    return Inspection.objects.select_related("matter")


def letters(*, actor: Actor, at: dt.datetime, which: str = "") -> QuerySet[Any]:
    """Letters: the office and leaders all, a section those that it registered. which: important, open, old.

    old: not answered though registered so many days ago as the rulebook says (积案).
    Source: smx-work-rules/50.2
    """
    rows = Letter.objects.select_related("matter", "leader", "task__matter")
    if not actor.can("supervision.read_all"):
        rows = rows.filter(Q(matter__body_id=actor.body_id or 0) | Q(leader_id=actor.person_id or 0))
    if which == "important":
        rows = rows.filter(important=True)
    if which == "old":
        days = int(rules.setting("supervision.letters", at)["old_days"])
        rows = rows.filter(matter__opened_at__lt=at - dt.timedelta(days=days))
    return rows.exclude(matter__state="answered") if which in {"open", "old"} else rows


def entries(*, actor: Actor, kind: str = "") -> QuerySet[Any]:
    """Lines of the register: the office and leaders all, a section its own."""
    rows = Entry.objects.select_related("matter")
    if not actor.can("supervision.read_all"):
        rows = rows.filter(matter__body_id=actor.body_id)
    return rows.filter(kind=kind) if kind else rows
