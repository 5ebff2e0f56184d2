"""Reading tasks: of a source, of a unit, by state and source; counted on a board."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Matter
from luoshi.organisation.models import Body
from luoshi.supervision.models import Part, Task

STATES = {
    "live": ("issued", "in_hand", "submitted", "unplaced"),
    "closed": ("closed",),
    "cancelled": ("cancelled",),
}
RELATED = ("matter", "body", "setter_body", "overseer", "leader")


def _rows() -> QuerySet[Any]:
    return Task.objects.select_related(*RELATED).filter(replaced_by__isnull=True)


def tasks_of(source: Matter) -> QuerySet[Any]:
    """The tasks that came of a matter (a meeting's minutes, a paper, an instruction), in the order of setting."""
    rows: QuerySet[Any] = _rows().filter(source=source).order_by("pk")
    return rows


def task_get(pk: int) -> Task | None:
    """A task with what its page shows."""
    rows = Task.objects.select_related(
        *RELATED, "source", "setter_person", "campaign__matter", "replaced_by__matter"
    )
    found: Task | None = rows.filter(pk=pk).first()
    return found


def readable(actor: Actor) -> QuerySet[Any]:
    """The tasks that an actor may see in a list: the supervision office and leaders all, others what concerns them.

    Secret ones only for those who may read secret papers.
    """
    rows = _rows()
    if not actor.can("documents.secret"):
        rows = rows.filter(matter__secrecy="")
    if actor.can("supervision.read_all"):
        return rows
    own = actor.body_id or 0
    mine = Q(body_id=own) | Q(setter_body_id=own) | Q(overseer_id=own)
    helped = Part.objects.filter(body_id=own).values("task")
    return rows.filter(mine | Q(pk__in=helped))


def task_list(
    *,
    actor: Actor,
    at: dt.datetime,
    state: str = "",
    source_kind: str = "",
    body_id: int | None = None,
    campaign_id: int | None = None,
    mine: bool = False,
    text: str = "",
) -> QuerySet[Any]:
    """Tasks by state (live, overdue, closed, cancelled), source, unit (lead or assisting), words.

    mine: those that the actor set, or answers for as a leader.
    """
    rows = readable(actor)
    if state == "overdue":
        rows = rows.filter(_overdue(at))
    elif state in STATES:
        rows = rows.filter(matter__state__in=STATES[state])
    if source_kind:
        rows = rows.filter(source_kind=source_kind)
    if body_id is not None:
        rows = rows.filter(Q(body_id=body_id) | Q(pk__in=Part.objects.filter(body_id=body_id).values("task")))
    if campaign_id is not None:
        rows = rows.filter(campaign_id=campaign_id)
    if mine:
        rows = rows.filter(Q(setter_person_id=actor.person_id) | Q(leader_id=actor.person_id))
    if text:
        found = Q(matter__title__icontains=text) | Q(matter__number__icontains=text)
        rows = rows.filter(found | Q(content__icontains=text) | Q(reference__icontains=text))
    return rows


def _overdue(at: dt.datetime) -> Q:
    return Q(due_at__lt=at, matter__state__in=("issued", "in_hand", "unplaced"))


def _counts(at: dt.datetime) -> dict[str, Any]:
    return {
        "total": Count("pk"),
        "live": Count("pk", filter=Q(matter__state__in=STATES["live"])),
        "overdue": Count("pk", filter=_overdue(at)),
        "closed": Count("pk", filter=Q(matter__state="closed")),
        "late": Count("pk", filter=Q(matter__state="closed", submitted_at__gt=F("due_at"))),
    }


def board_by_body(*, actor: Actor, at: dt.datetime) -> list[dict[str, Any]]:
    """How many tasks each lead body has, runs, has overdue, has closed (in time or late); one query."""
    rows = readable(actor).filter(body__isnull=False).exclude(matter__state="cancelled")
    grouped = (
        rows.values("body_id", "body__short_name")
        .annotate(**_counts(at))
        .order_by("-overdue", "-live", "body_id")
    )
    return list(grouped)


def board_by_source(*, actor: Actor, at: dt.datetime) -> list[dict[str, Any]]:
    """The same by source; one query."""
    rows = readable(actor).exclude(matter__state="cancelled")
    return list(rows.values("source_kind").annotate(**_counts(at)).order_by("source_kind"))


def board_total(*, actor: Actor, at: dt.datetime) -> dict[str, int]:
    """The same over all."""
    return dict(readable(actor).exclude(matter__state="cancelled").aggregate(**_counts(at)))


def parts_of(task: Task) -> list[Part]:
    """The assisting bodies of a task in order, with their matters."""
    return list(task.parts.select_related("matter", "body").order_by("pk"))


def part_get(pk: int) -> Part | None:
    """An assisting body's part, with its task."""
    found: Part | None = (
        Part.objects.select_related("matter", "body", "task__matter", "task__body").filter(pk=pk).first()
    )
    return found


def bodies() -> QuerySet[Body]:
    """The bodies that may be given a task."""
    return Body.objects.filter(active=True).order_by("kind", "code")
