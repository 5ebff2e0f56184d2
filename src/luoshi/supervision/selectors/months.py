"""What a month's notice and report hold: plain values, kept with them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone

from luoshi.supervision import rules
from luoshi.supervision.models import Danger, Task

OPEN = ("issued", "in_hand")


def _line(task: Task, at: dt.datetime) -> dict[str, Any]:
    due = timezone.localtime(task.due_at) if task.due_at else None
    return {
        "number": task.matter.number,
        "title": task.matter.title,
        "due": due.strftime("%Y-%m-%d") if due else "",
        "days": (timezone.localtime(at).date() - due.date()).days if due else 0,
        "leader": task.leader.name if task.leader else "",
    }


def overdue_figures(*, at: dt.datetime) -> dict[str, Any]:
    """What every unit is behind with at a moment: units with most overdue tasks first. No secret ones; one query."""
    rows = Task.objects.filter(
        due_at__lt=at,
        matter__state__in=OPEN,
        matter__secrecy="",
        replaced_by__isnull=True,
        body__isnull=False,
    )
    units: dict[int, dict[str, Any]] = {}
    for task in rows.select_related("matter", "body", "leader").order_by("due_at", "pk"):
        unit = units.setdefault(task.body_id, {"name": task.lead_name, "tasks": []})
        unit["tasks"].append(_line(task, at))
    listed = sorted(units.values(), key=lambda one: (-len(one["tasks"]), one["name"]))
    return {"total": sum(len(one["tasks"]) for one in listed), "units": listed}


def summary_figures(first: dt.date, *, at: dt.datetime) -> dict[str, Any]:
    """How tasks stand by source and unit, what was closed in the month, which hidden dangers are open. Four queries."""
    after = (first + dt.timedelta(days=32)).replace(day=1)
    rows = Task.objects.filter(matter__secrecy="", replaced_by__isnull=True).exclude(
        matter__state="cancelled"
    )
    counts: dict[str, Any] = {
        "total": Count("pk"),
        "live": Count("pk", filter=Q(matter__state__in=[*OPEN, "submitted", "unplaced"])),
        "overdue": Count("pk", filter=Q(due_at__lt=at, matter__state__in=OPEN)),
        "closed": Count("pk", filter=Q(closed_at__date__gte=first, closed_at__date__lt=after)),
        "late": Count(
            "pk",
            filter=Q(closed_at__date__gte=first, closed_at__date__lt=after, submitted_at__gt=F("due_at")),
        ),
    }
    sources = [
        {**row, "label": rules.label("supervision.source", row["source_kind"], at)}
        for row in rows.values("source_kind").annotate(**counts).order_by("source_kind")
    ]
    units = list(rows.values("lead_name").annotate(**counts).order_by("-overdue", "lead_name"))
    behind = rows.filter(due_at__lt=at, matter__state__in=OPEN).select_related("matter", "leader")
    dangers = Danger.objects.aggregate(
        total=Count("pk"), open=Count("pk", filter=Q(closed_at__isnull=True)),
        overdue=Count("pk", filter=Q(closed_at__isnull=True, due_at__lt=at)),
    )  # fmt: skip
    return {
        "total": sum(one["total"] for one in sources),
        "sources": sources,
        "units": units,
        "behind": [{**_line(task, at), "unit": task.lead_name} for task in behind.order_by("due_at")[:100]],
        "dangers": dangers,
    }
