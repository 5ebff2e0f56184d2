"""What the settings pages do beyond the services of the functions: a test message to oneself."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Outbox
from luoshi.ledger.services import outbox_put
from luoshi.organisation.models import Person
from luoshi.organisation.services.journal import note

OFTEN = dt.timedelta(minutes=1)


@transaction.atomic
def sms_test(*, actor: Actor, at: dt.datetime) -> Outbox:
    """Queue a test SMS to the actor's own number, at most once a minute; the event names who, never the number.

    Errors: NotAllowed; Incomplete (no number); WrongState (one was sent just now).
    """
    if not actor.can("outbox.read"):
        raise NotAllowed("您没有试发短信的权限", mend="需要时请联系平台负责人")
    person = Person.objects.select_related("body").get(pk=actor.person_id or 0)
    if not person.mobile:
        raise Incomplete("您没有登记手机号码", mend="请先在单位名单里登记本人手机")
    recent = Outbox.objects.filter(key__startswith=f"sms-test:{person.pk}:", queued_at__gt=at - OFTEN)
    if recent.exists():
        raise WrongState("刚刚试发过一条", mend="请稍后再试")
    event = note(body=person.body, kind="sms_tested", actor=actor, at=at, data={"person": person.pk})
    message = outbox_put(
        channel="sms", to=person.mobile, to_name=person.name, body_id=person.body_id,
        text=f"这是一条试发短信，{at.astimezone():%-m月%-d日 %H:%M}由{person.name}发送，收到即说明短信通道正常。",
        key=f"sms-test:{person.pk}:{event.pk}", at=at,
    )  # fmt: skip
    if message is None:  # the key holds the event's number, so there is none with it
        raise WrongState("刚刚试发过一条", mend="请稍后再试")
    return message
