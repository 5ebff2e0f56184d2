"""Which meeting passed something: for the note that its document carries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from luoshi.ledger.models import Matter
from luoshi.meetings import rules_sessions
from luoshi.meetings.models import AgendaItem, Meeting, Topic
from luoshi.organisation.selectors import local_day

PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Passed:
    """The meeting that passed a topic: its day, and its number within its series (第N次)."""

    meeting: Meeting
    date: dt.date
    number: int
    item: AgendaItem


def passed(source: Matter | Topic, *, kinds: tuple[str, ...] = ()) -> Passed | None:
    """The meeting that passed a topic, or the topic that came from this matter; the latest one. None: none did.

    kinds: only meetings of these kinds. Once its minutes are signed: only these say what was decided.
    Source: smx-meeting-organisation/6.9, smx-executive-meeting/6.1.2
    """
    rows = AgendaItem.objects.filter(
        outcome=PASSED, meeting__ordinal__isnull=False, meeting__minutes_paper__signed_at__isnull=False
    )
    if isinstance(source, Topic):
        rows = rows.filter(topic=source)
    else:
        rows = rows.filter(topic__source=source) | rows.filter(topic_id=source.pk)
    if kinds:
        rows = rows.filter(meeting__kind__in=kinds)
    item = rows.select_related("meeting", "topic").order_by("-meeting__opened_at").first()
    if item is None or item.meeting.ordinal is None or item.meeting.opened_at is None:
        return None
    return Passed(item.meeting, local_day(item.meeting.opened_at), item.meeting.ordinal, item)


def full_name(meeting: Meeting) -> str:
    """A meeting by its number: 市政府常务会议2017年第3次; its title before it has one."""
    label = rules_sessions.kinds(local_day(meeting.planned_at)).label(meeting.kind)
    return f"{label}{meeting.year}年第{meeting.ordinal}次" if meeting.ordinal else meeting.title
