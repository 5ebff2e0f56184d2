"""What the pages share: tones, the way to a page, files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse

from luoshi.ledger.models import Matter
from luoshi.organisation import pagekit
from luoshi.organisation.pagekit import (
    Action,
    actor_of,
    answer_page,
    do,
    history,
    offers_for,
    own_history,
    page_of,
    run,
)
from luoshi.supervision.models import Part, Task
from luoshi.supervision.policies import may_read, require
from luoshi.supervision.selectors import part_get, task_get

TONES = {
    "issued": "warning", "in_hand": "progress", "submitted": "info", "closed": "success", "cancelled": "muted",
    "unplaced": "danger", "placed": "muted", "sent": "warning", "replied": "success", "ended": "muted",
    "running": "progress", "found": "warning", "planned": "progress", "reported": "info", "watched": "progress",
    "drafted": "warning", "registered": "warning", "for_leader": "info", "read": "progress", "answered": "success",
}  # fmt: skip

__all__ = [
    "TONES", "Action", "actor_of", "answer_page", "crumbs", "do", "files_of", "flag", "history", "offers_for",
    "own_history", "page_of", "part_or_404", "run", "task_or_404",
]  # fmt: skip


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page below the tasks."""
    return [("督查督办", reverse("task-list")), *more]


def flag(matter: Matter) -> str:
    """The tone of a matter's state."""
    return TONES.get(matter.state, "info")


def files_of(matter: Matter) -> Sequence[dict[str, Any]]:
    """A matter's attachments for the component."""
    return pagekit.files_of(matter, "task-file")


def task_or_404(request: HttpRequest, pk: int) -> Task:
    """The task, if the actor may read it. Errors: 404, NotAllowed."""
    task = task_get(pk)
    if task is None:
        raise Http404
    require(may_read(actor_of(request), task.matter), "查看其他单位的督办事项")
    return task


def part_or_404(request: HttpRequest, pk: int) -> Part:
    """The part of an assisting body whose matter is open, if the actor may read it. Errors: 404, NotAllowed."""
    part = part_get(pk)
    if part is None or part.matter is None:
        raise Http404
    require(may_read(actor_of(request), part.matter), "查看其他单位的配合事项")
    return part
