"""What the pages share."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from luoshi.agenda.models import Step
from luoshi.ledger.models import Matter

TONES = {
    "applied": "warning", "granted": "success", "refused": "danger", "withdrawn": "muted", "returned": "muted",
    "cancelled": "muted", "waiting": "neutral", "open": "warning", "agreed": "success", "left_out": "muted", "void": "muted",
    "in_force": "success", "revoked": "muted", "found": "warning", "arranged": "success", "over": "muted", "planned": "info",
}  # fmt: skip


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page below the roster."""
    return [("领导与AB角", reverse("agenda-board")), *more]


def tone(matter: Matter) -> str:
    """The tone of a matter's state."""
    return TONES.get(matter.state, "info")


def shown(steps: list[Step], role_names: dict[str, str]) -> list[dict[str, Any]]:
    """The stops of a request as its page lists them."""
    return [
        {
            "step": step,
            "tone": tone(step.matter),
            "who": step.person.name
            if step.person
            else "、".join(role_names.get(role, role) for role in step.roles),
        }
        for step in steps
    ]
