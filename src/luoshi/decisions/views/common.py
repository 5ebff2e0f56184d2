"""What the pages share: crumbs, tones, files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse

from luoshi.decisions.models import Decision
from luoshi.decisions.policies import may_read, require
from luoshi.decisions.selectors.register import decision_get
from luoshi.ledger.models import Matter
from luoshi.organisation import pagekit
from luoshi.organisation.pagekit import actor_of

TONES = {
    "preparing": "neutral", "reviewing": "warning", "coordinating": "warning", "reviewed": "info", "determined": "info",
    "sitting": "progress", "postponed": "warning", "ruling": "warning", "submitting": "info", "executing": "success",
    "executed": "muted", "rejected": "danger", "replaced": "muted", "withdrawn": "muted", "taken": "warning",
    "confirmed": "warning", "reported": "success", "unfounded": "danger", "asked": "warning", "given": "success",
    "returned": "warning", "drafting": "neutral", "passed": "info", "in_force": "success", "expired": "muted",
    "repealed": "muted", "revoked": "danger", "dropped": "muted", "owed": "warning", "filed": "info",
    "recorded": "success", "faulted": "danger", "ordered": "warning", "corrected": "success", "changed": "success",
    "opened": "warning", "examined": "info", "handled": "success",
}  # fmt: skip
SAID = ("what", "text", "reason", "opinion", "conclusion", "views", "measure", "document", "capacity")
STAGES = (
    ("酝酿决策", ("preparing", "reviewing", "coordinating", "reviewed", "determined", "postponed")),
    ("集体决策", ("sitting", "ruling")),
    ("提交审议", ("submitting",)),
    ("决策执行", ("executing", "executed")),
)


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page below the register."""
    return [("集体决策", reverse("decision-list")), *more]


def tone(matter: Matter) -> str:
    """The tone of a matter's state."""
    return TONES.get(matter.state, "info")


def files_of(matter: Matter) -> Sequence[dict[str, Any]]:
    """A matter's attachments for the component."""
    return pagekit.files_of(matter, "decision-file")


def found_decision(request: HttpRequest, pk: int) -> Decision:
    """The decision, if the actor may read it. Errors: 404, NotAllowed."""
    decision = decision_get(pk)
    if decision is None:
        raise Http404
    require(may_read(actor_of(request), decision.matter), "查看这件决策事项")
    return decision
