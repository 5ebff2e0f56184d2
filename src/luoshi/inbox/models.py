"""Messages to bodies and people, and what each reader has read."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from luoshi.ledger.models import Matter
from luoshi.ledger.notices import TOPICS
from luoshi.ledger.reading import ReadModel


class Message(ReadModel):
    """Something that happened, told to a body (all who act for it) or to a person; one for each event and recipient.

    The words are made when it is read, from the event's name and the matter's title: nothing of a citizen is kept
    here. said: the duties that opened, or the one that ran out. rule: of the first of them. by: who caused it, and is
    not told.
    """

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="+")
    seq = models.PositiveIntegerField()
    event = models.CharField(max_length=60)
    topic = models.CharField(max_length=10, choices=list(TOPICS.items()))
    said = models.CharField(max_length=200, blank=True)
    rule = models.CharField(max_length=60, blank=True)
    secret = models.BooleanField(default=False)
    body = models.ForeignKey("organisation.Body", models.CASCADE, null=True, related_name="+")
    person = models.ForeignKey("organisation.Person", models.CASCADE, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "seq", "body", "person"], name="inbox_message_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(body__isnull=False, person__isnull=True)
                | Q(body__isnull=True, person__isnull=False),
                name="inbox_message_to_one",
            ),
        ]
        indexes = [
            models.Index(fields=["body", "-id"], name="inbox_body", condition=Q(body__isnull=False)),
            models.Index(fields=["person", "-id"], name="inbox_person", condition=Q(person__isnull=False)),
            models.Index(fields=["at"], name="inbox_at"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.matter_id}"


class Reader(ReadModel):
    """Up to which message somebody has read everything, while acting for a body (0: for none)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    acting = models.BigIntegerField(default=0)
    upto = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "acting"], name="inbox_reader_once")]


class Seen(models.Model):
    """A single message that somebody has read, beyond those up to the mark."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, models.CASCADE, related_name="seen")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "message"], name="inbox_seen_once")]


class Mute(models.Model):
    """A topic of which somebody wants no messages."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    topic = models.CharField(max_length=10, choices=list(TOPICS.items()))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "topic"], name="inbox_mute_once")]
