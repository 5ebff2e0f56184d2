"""Drawing up what many people complain of: by the worker, and whenever somebody asks."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from luoshi.hotline.models import TopicSheet
from luoshi.hotline.selectors.topics import Sheet, topics_at
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import NotAllowed
from luoshi.ledger.models import door
from luoshi.organisation.selectors import local_day


def topics_draw(*, actor: Actor, at: datetime) -> Sheet:
    """Group the requests of the last weeks by trouble and keep the result as the day's sheet.

    Drawn again on the same day it replaces that day's sheet; the sheets of earlier days stay.
    Errors: NotAllowed.
    """
    if not actor.can("hotline.read_all"):
        raise NotAllowed("只有 12345 平台和市领导可以汇总热点诉求", mend="如需了解，请联系 12345 平台")
    found, day = topics_at(at), local_day(at)
    content = {"topics": [topic.as_data() for topic in found]}
    with transaction.atomic(), door():
        TopicSheet.objects.update_or_create(day=day, defaults={"drawn_at": at, "content": content})
    return Sheet(day, at, tuple(found))
