"""Reading, turning topics off, and what may go when its time is over. A message is no record: the ledger is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from django.db import transaction
from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet

from luoshi.inbox.models import Message, Mute, Reader, Seen
from luoshi.inbox.selectors import messages_for, unread_for
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.keeping import Records, removal
from luoshi.ledger.notices import TOPICS


@transaction.atomic
def message_read(*, message: Message, actor: Actor) -> None:
    """Mark one message as read by the actor; once more does nothing."""
    Seen.objects.bulk_create([Seen(user_id=actor.user_id or 0, message=message)], ignore_conflicts=True)
    oldest = unread_for(actor).aggregate(first=Min("pk"))["first"]
    _advance(actor, message.pk if oldest is None else oldest - 1)


@transaction.atomic
def messages_read_all(*, actor: Actor) -> int:
    """Mark all as read; returns how many were unread. What is told in person is read whatever body one acts for."""
    waiting = unread_for(actor)
    own = list(waiting.filter(person_id=actor.person_id or 0).values_list("pk", flat=True))
    count = waiting.count()
    Seen.objects.bulk_create(
        [Seen(user_id=actor.user_id or 0, message_id=pk) for pk in own], ignore_conflicts=True
    )
    _advance(actor, messages_for(actor).aggregate(last=Max("pk"))["last"] or 0)
    return count


def _advance(actor: Actor, upto: int) -> None:
    """Move the mark on; single marks on the body's messages below it are no longer needed."""
    mark, _ = Reader.objects.get_or_create(user_id=actor.user_id or 0, acting=actor.body_id or 0)
    if upto > mark.upto:
        Reader.objects.filter(pk=mark.pk).update(upto=upto)
        Seen.objects.filter(
            user_id=actor.user_id or 0, message_id__lte=upto, message__body_id=actor.body_id or 0
        ).delete()


@transaction.atomic
def topics_choose(*, actor: Actor, wanted: Iterable[str]) -> None:
    """Turn topics on and off: only those in `wanted` are told. Errors: Incomplete for an unknown topic."""
    chosen = set(wanted)
    if not chosen <= TOPICS.keys():
        raise Incomplete("没有这类消息", mend="请刷新页面后再选", field="topics")
    Mute.objects.filter(user_id=actor.user_id or 0, topic__in=chosen).delete()
    Mute.objects.bulk_create(
        [Mute(user_id=actor.user_id or 0, topic=topic) for topic in TOPICS if topic not in chosen],
        ignore_conflicts=True,
    )


def messages_due(before: dt.datetime) -> QuerySet[Message]:
    """Messages older than a moment that somebody has read, or whose matter is over."""
    body = Reader.objects.filter(acting=OuterRef("body_id"), upto__gte=OuterRef("pk"))
    read = Q(Exists(Seen.objects.filter(message=OuterRef("pk")))) | Q(Exists(body))
    return Message.objects.filter(at__lt=before).filter(read | Q(matter__closed_at__isnull=False))


MESSAGES: Final = Records(
    code="inbox.message",
    label="站内消息",
    what="消息本身；它所说的事项不受影响",
    since="消息发出",
    due=messages_due,
    begins="at",
    erase=removal(Message),
)


def readers_begin(*, before: dt.datetime, readers: Iterable[tuple[int, int]]) -> None:
    """Let readers (user, body for which they act) begin with the messages from a moment on: what is older counts as read.

    For a place that begins with a history of its own, as the demo city does. Somebody who comes new to a body needs
    none of this: `messages_for` begins with the first day.
    """
    last = Message.objects.filter(at__lt=before).aggregate(last=Max("pk"))["last"] or 0
    Reader.objects.bulk_create(
        [Reader(user_id=user, acting=body, upto=last) for user, body in readers], ignore_conflicts=True
    )
