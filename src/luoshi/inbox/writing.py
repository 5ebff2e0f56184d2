"""From events to messages: in the transaction of the event, in one statement, once for each recipient."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from luoshi.engines.obligations import OVERDUE, Happened, Owed
from luoshi.inbox.models import Message
from luoshi.ledger import links
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Matter
from luoshi.ledger.notices import Recipient, notices_of
from luoshi.ledger.services.derive import person_id
from luoshi.ledger.services.owing import owner_body_id
from luoshi.ledger.storing import insert_many

PLATFORM = "platform"


@dataclass(frozen=True, slots=True)
class _Told:
    to: Recipient
    topic: str
    said: tuple[str, ...] = ()
    rule: str = ""


def hear(matter: Matter, event: Happened, owed: Sequence[Owed], actor: Actor) -> None:
    """Write what an event means to others; nobody is told what they did themselves.

    A recipient gets one message of an event: the first of what it means, with the duties that it opened.
    """
    if matter.kind not in links.KINDS:
        return
    rows: dict[Recipient, _Told] = {}
    for told in _all(matter, event, owed, actor):
        known = rows.get(told.to)
        if known is None:
            rows[told.to] = told
        elif told.said:
            rows[told.to] = _Told(told.to, known.topic, (*known.said, *told.said), known.rule or told.rule)
    insert_many([_message(matter, event, told, actor) for told in rows.values()], ignore_conflicts=True)


def _message(matter: Matter, event: Happened, told: _Told, actor: Actor) -> Message:
    body, person = told.to
    return Message(
        matter=matter, seq=event.seq, event=event.kind, topic=told.topic, said="、".join(told.said)[:200],
        rule=told.rule, secret=bool(matter.secrecy), body_id=body, person_id=person, by_id=actor.user_id, at=event.at,
    )  # fmt: skip


def _all(matter: Matter, event: Happened, owed: Sequence[Owed], actor: Actor) -> Iterator[_Told]:
    for told in (
        *_noticed(matter, event),
        *_overdue(matter, event, owed),
        *_opened(matter, event, owed, actor),
    ):
        if told.to != (None, None) and (actor.person_id is None or told.to[1] != actor.person_id):
            yield told


def _noticed(matter: Matter, event: Happened) -> Iterator[_Told]:
    """What functions registered for the kind of event."""
    for notice in notices_of(event.kind):
        for to in notice.to(matter, event):
            yield _Told(to, notice.topic)


def _overdue(matter: Matter, event: Happened, owed: Sequence[Owed]) -> Iterator[_Told]:
    """A limit that passed, to who owes it."""
    if event.kind != OVERDUE:
        return
    key = (event.data.get("rule"), event.data.get("opened_seq"))
    for one in owed:
        if one.key == key:
            yield _Told(_owner(one, matter), "overdue", (one.title,), one.rule)


def _opened(matter: Matter, event: Happened, owed: Sequence[Owed], actor: Actor) -> Iterator[_Told]:
    """Duties that others opened. The platform's stand in its worklist alone: each call there opens some."""
    for one in owed:
        if one.opened_seq != event.seq or one.nature != "duty" or not one.unfinished or one.owner == PLATFORM:
            continue
        to = _owner(one, matter)
        if to[1] is not None or to[0] != actor.body_id:
            yield _Told(to, "duty", (one.title,), one.rule)


def _owner(owed: Owed, matter: Matter) -> Recipient:
    person = person_id(owed)
    return (None, person) if person is not None else (owner_body_id(owed.owner, matter), None)
