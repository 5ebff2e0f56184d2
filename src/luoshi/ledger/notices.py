"""Who should hear of an event: each function says it for its own events; the inbox writes the messages.

A duty that opens and a limit that passes need no entry here: they are told to who owes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from luoshi.engines.obligations import Happened
from luoshi.ledger.models import Event, Matter

Recipient = tuple[int | None, int | None]
"""(body, person): one of the two is given."""
To = Callable[[Matter, Happened], Iterable[Recipient]]

TOPICS: Final = {
    "duty": "新的事项",
    "urged": "催办督办",
    "returned": "退回",
    "decided": "批复和结果",
    "meeting": "会议通知",
    "near": "到期提醒",
    "overdue": "已逾期",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """What an event means to whom."""

    topic: str
    to: To


_notices: dict[str, tuple[Notice, ...]] = {}


def tell(*events: str, topic: str, to: To) -> None:
    """Let events of these kinds be told to those whom `to` names; called once, when an app starts.

    Errors: ValueError for an unknown topic.
    """
    if topic not in TOPICS:
        raise ValueError(f"unknown topic {topic!r}")
    for event in events:
        known = _notices.get(event, ())
        if all((one.topic, one.to) != (topic, to) for one in known):
            _notices[event] = (*known, Notice(topic, to))


def notices_of(event: str) -> tuple[Notice, ...]:
    """What was registered for a kind of event."""
    return _notices.get(event, ())


def to_body(matter: Matter, event: Happened) -> list[Recipient]:
    """The matter's own body."""
    return [(matter.body_id, None)]


def to_parent(matter: Matter, event: Happened) -> list[Recipient]:
    """The body of the matter above."""
    return [(matter.parent.body_id if matter.parent else None, None)]


def to_person(matter: Matter, event: Happened) -> list[Recipient]:
    """Whom the matter's fact `person` names."""
    named = matter.facts.get("person")
    return [(None, named if isinstance(named, int) else None)]


def to_fact_body(name: str) -> To:
    """The body that a fact of the matter names."""

    def find(matter: Matter, event: Happened) -> list[Recipient]:
        named = matter.facts.get(name)
        return [(named if isinstance(named, int) else None, None)]

    return find


def to_opener(matter: Matter, event: Happened) -> list[Recipient]:
    """Who opened the matter (one query)."""
    first = Event.objects.filter(matter=matter, seq=1, actor__isnull=False)
    return [(None, person) for person in first.values_list("actor__person_id", flat=True)]
