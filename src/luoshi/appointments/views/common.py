"""What the pages share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from luoshi.ledger.models import Matter
from luoshi.organisation.pagekit import own_history

TONES = {
    "drafting": "neutral", "submitted": "warning", "signed": "info", "issued": "success", "withdrawn": "muted",
    "running": "progress", "confirmed": "success", "removed": "muted", "announced": "info", "in_effect": "success",
    "owed": "warning", "met": "success", "struck": "muted",
}  # fmt: skip
ACTION_TONES = {"appoint": "success", "remove": "neutral", "no_longer": "muted"}
SAID = ("opinion", "reason", "what", "name", "from", "document", "basis", "on")


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page below the notices."""
    return [("任免通知", reverse("appointment-notices")), *more]


def flag(matter: Matter) -> str:
    """The tone of a matter's state."""
    return TONES.get(matter.state, "info")


def entries(matter: Matter) -> Sequence[dict[str, Any]]:
    """What was recorded of a matter."""
    return own_history(matter, SAID)


def states(request: HttpRequest, labels: dict[str, str]) -> list[dict[str, Any]]:
    """Tabs over the states of a kind of matter, all of them first."""
    chosen = request.GET.get("state", "")
    return [
        {"label": label, "url": f"?state={value}" if value else "?", "active": value == chosen}
        for value, label in (("", "全部"), *labels.items())
    ]
