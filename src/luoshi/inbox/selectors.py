"""What somebody is told, and how much of it is unread."""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField, Exists, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from luoshi.hotline.selectors.worklist import rules_of
from luoshi.inbox.models import Message, Mute, Reader, Seen
from luoshi.ledger.actors import Actor
from luoshi.ledger.notices import TOPICS
from luoshi.ledger.prepared import prepared
from luoshi.ledger.services.owing import platform_body_id
from luoshi.ledger.together import Later
from luoshi.organisation.models import Grant

MOST = 100
"""Beyond this the bell says 99+."""


def messages_for(actor: Actor) -> QuerySet[Message]:
    """What the actor is told: in person, and as one who acts for a body; secret matters only to who is cleared.

    Not what they did themselves, nor topics that they turned off; of the platform's limits those that are theirs. What
    a body was told before the actor's first day there is not told again.
    """
    if actor.user_id is None:
        return Message.objects.none()
    return _messages(*_who(actor), **_sees(actor))


def _who(actor: Actor) -> tuple[int, int, int]:
    return actor.user_id or 0, actor.body_id or 0, actor.person_id or 0


def _sees(actor: Actor) -> dict[str, Any]:
    """Whether secret matters, and of which limits where the actor acts for the platform."""
    at_platform = actor.body_id is not None and actor.body_id == platform_body_id()
    return {
        "secret": actor.can("documents.secret"),
        "limits": tuple(rules_of(actor)) if at_platform else None,
    }


def _messages(
    user: int, body: int, person: int, *, secret: bool, limits: tuple[str, ...] | None
) -> QuerySet[Message]:
    roles = Grant.objects.filter(user_id=user, body_id=body).order_by()
    first = roles.values("body").values(day=Min("since"))
    of_body = Q(body_id=body, at__date__gte=Subquery(first))
    rows = Message.objects.filter(Q(person_id=person) | of_body)
    rows = rows.exclude(by_id=user)
    rows = rows.exclude(Exists(Mute.objects.filter(user_id=user, topic=OuterRef("topic"))))
    if not secret:
        rows = rows.filter(secret=False)
    if limits is not None:
        shared = Q(body_id=body, rule__startswith="hotline.")
        rows = rows.exclude(shared & ~Q(rule__in=limits))
    return rows


def unread_for(actor: Actor) -> QuerySet[Message]:
    """Those that the actor has not read."""
    if actor.user_id is None:
        return Message.objects.none()
    return _unread(*_who(actor), **_sees(actor))


def _unread(user: int, body: int, person: int, **sees: Any) -> QuerySet[Message]:
    marks = Reader.objects.filter(user_id=user, acting=body)
    mark = Coalesce(Subquery(marks.values("upto")[:1]), Value(0), output_field=BigIntegerField())
    read = Seen.objects.filter(user_id=user, message=OuterRef("pk"))
    return _messages(user, body, person, **sees).filter(pk__gt=mark).exclude(Exists(read))


@prepared
def _newest_unread(user: int, body: int, person: int, **sees: Any) -> QuerySet[Any, Any]:
    return _unread(user, body, person, **sees).order_by().values_list("pk", flat=True)[:MOST]


def unread_count(actor: Actor) -> int:
    """How many are unread, a hundred at most: one query, together with what else waits on the page."""
    if actor.user_id is None:
        return 0
    return len(Later(_newest_unread(*_who(actor), **_sees(actor))))


def bell(count: int) -> dict[str, Any]:
    """What the bell shows of so many unread messages."""
    many = count >= MOST
    return {"count": count, "shown": f"{MOST - 1}+" if many else str(count)}


def with_read(actor: Actor, rows: QuerySet[Message]) -> QuerySet[Any]:
    """The messages with their matter, each with `unread`."""
    fresh = unread_for(actor).filter(pk=OuterRef("pk"))
    return rows.select_related("matter", "matter__parent").annotate(unread=Exists(fresh))


def muted_topics(user_id: int) -> set[str]:
    """The topics that somebody turned off."""
    return set(Mute.objects.filter(user_id=user_id).values_list("topic", flat=True))


__all__ = [
    "MOST",
    "TOPICS",
    "bell",
    "messages_for",
    "muted_topics",
    "unread_count",
    "unread_for",
    "with_read",
]
