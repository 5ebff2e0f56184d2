"""What was recorded of a body, as entries of a timeline."""

from __future__ import annotations

from typing import Any

from luoshi.ledger.models import Event
from luoshi.ledger.states import event_label
from luoshi.organisation.models import Body, Role
from luoshi.organisation.services.journal import body_matter

LATEST = 30

# which data of an event say what it was about, in this order
SAYS = ("from", "to", "name", "label", "username", "role", "since", "until", "document", "reason")
WORDS = {
    "from": "原名",
    "to": "新名",
    "since": "自",
    "until": "至",
    "document": "依据",
    "reason": "原因",
    "role": "角色",
}


def body_history(body: Body) -> list[dict[str, Any]]:
    """The latest events of a body, newest first: title, at, actor, text."""
    events = Event.objects.filter(matter=body_matter(body)).order_by("-seq")[:LATEST]
    titles = dict(Role.objects.values_list("code", "title"))
    return [
        {
            "title": event_label(event.kind),
            "at": event.at,
            "actor": event.actor_name,
            "text": _told({**event.data, "role": titles.get(event.data.get("role", ""), "")}),
        }
        for event in events
    ]


def _told(data: dict[str, Any]) -> str:
    parts = [f"{WORDS[key]} {data[key]}" if key in WORDS else str(data[key]) for key in SAYS if data.get(key)]
    return "，".join(parts)
