"""Words to the people on a meeting's list: queued in the outbox within the transaction."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from luoshi.ledger import services as ledger
from luoshi.meetings import rules_sessions
from luoshi.meetings.models import AgendaItem, Attendee
from luoshi.organisation.selectors import local_day


def notice_put(name: str, attendee: Attendee, *, at: dt.datetime, item: AgendaItem | None = None) -> None:
    """Queue a notice of the rulebook to somebody with a mobile number; said once for each meeting and item."""
    person = attendee.person
    if person is None or not person.mobile:
        return
    meeting = attendee.meeting
    begins = timezone.localtime(meeting.planned_at)
    text = rules_sessions.notice_text(
        name,
        {
            "person": attendee.name,
            "meeting": meeting.title,
            "time": f"{begins.month}月{begins.day}日{begins:%H:%M}",
            "place": meeting.place,
            "item": item.topic.matter.title if item else "",
        },
        local_day(at),
    )
    ledger.outbox_put(
        channel="sms",
        to=person.mobile,
        to_name=person.name,
        text=text,
        key=f"{name}:{meeting.pk}:{item.pk if item else ''}:{attendee.pk}",
        at=at,
        matter=meeting.matter,
        body_id=attendee.body_id,
    )
