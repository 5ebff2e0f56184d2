"""What is still under way goes over to somebody else: a matter to the body that succeeds its own, a duty to a person.

A matter goes whole: what it counted for so far goes with it, so that counts stay what the matter's events and its body
give. What is finished is never touched. Each is one event of the matter; nothing takes it back but another one.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from django.db import transaction

from luoshi.engines.obligations import BODY_GONE, HANDED_OVER, PERSON_REPLACED
from luoshi.engines.tallies import contribution, event_metric
from luoshi.ledger import followers, rules
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import WrongState
from luoshi.ledger.models import Event, Matter, Obligation, door
from luoshi.ledger.services.derive import owed_from, tallies_add
from luoshi.ledger.services.door import lock, record
from luoshi.ledger.services.owing import OF_BODY


@transaction.atomic
def matter_hand_over(
    *,
    matter: Matter | int,
    to_body: int,
    to_name: str,
    from_name: str,
    actor: Actor,
    at: datetime,
    document: str,
) -> Event:
    """Let another body answer for a matter that is under way, with its duties, their clocks and its counts.

    document: the paper on which it rests. Who may, the caller has asked. Errors: WrongState (through, or that body's).
    """
    locked = lock(matter)
    if locked.closed_at is not None or locked.body_id in (None, to_body):
        raise WrongState(f"{locked.title}已办结或已移交", mend="请刷新页面后重新预览")
    before = locked.body_id
    moved = _counted(locked)
    with door():
        locked.body_id = to_body
        locked.save(update_fields=["body"])
        Obligation.objects.filter(matter=locked, owner__in=OF_BODY).update(body_id=to_body)
        change: dict[tuple[str, int | None, date], int] = {
            (metric, before, day): -count for (metric, day), count in moved.items()
        }
        change |= {(metric, to_body, day): count for (metric, day), count in moved.items()}
        tallies_add(locked.jurisdiction, change)
    data = {"from": from_name, "to": to_name, "from_body": before, "to_body": to_body, "document": document}
    event = record(matter=locked, kind=HANDED_OVER, actor=actor, at=at, data=data)
    _count_anew(locked, at)
    return event


def _counted(matter: Matter) -> Counter[tuple[str, date]]:
    """What a matter counted for its body so far: its events, and what its body owed on it."""
    tz, found = rules.current().worktime.tz, Counter[tuple[str, date]]()
    for kind, at in Event.objects.filter(matter=matter).values_list("kind", "at"):
        found[event_metric(kind), at.astimezone(tz).date()] += 1
    for row in Obligation.objects.filter(matter=matter, owner__in=OF_BODY):
        for metric, _, day in contribution(owed_from(row), tz):
            found[metric, day] += 1
    return found


def _count_anew(matter: Matter, at: datetime) -> None:
    with door():
        followers.recount(lock(matter), at)


@transaction.atomic
def duties_void(*, matter: Matter | int, actor: Actor, at: datetime, reason: str, document: str) -> Event:
    """End what a body that is no more owed on a matter of which its successor owes the same; the matter stays its own.

    What had lapsed before stays breached.
    """
    return record(
        matter=matter, kind=BODY_GONE, actor=actor, at=at, data={"reason": reason, "document": document}
    )


@transaction.atomic
def person_replace(
    *, matter: Matter | int, before: int, to: int, to_name: str, from_name: str, actor: Actor, at: datetime
) -> Event:
    """Let another person answer for what one owed on a matter; its due times stay as they are."""
    locked = lock(matter)
    data: dict[str, object] = {"from": before, "to": to, "name": f"{from_name}移交{to_name}"}
    if locked.facts.get("person") == before:
        data["facts"] = {"person": to}
    return record(matter=locked, kind=PERSON_REPLACED, actor=actor, at=at, data=data)
