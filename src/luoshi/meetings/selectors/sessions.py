"""Reading one meeting: who enters and leaves with each topic, papers still out, what a reader may see."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from luoshi.ledger import rules
from luoshi.ledger.actors import Actor
from luoshi.meetings import rules_sessions
from luoshi.meetings.models import AgendaItem, Attendee, Meeting, NumberedCopy
from luoshi.meetings.policies_sessions import may_see_inside
from luoshi.meetings.selectors.members import holds_major
from luoshi.meetings.selectors.sitting import sitting
from luoshi.organisation.selectors import local_day

THROUGHOUT = frozenset({"member", "standing", "staff"})


def meeting_get(pk: int) -> Meeting | None:
    """A meeting with what its page needs."""
    related = ("matter", "chair", "organiser", "recorder", "convenor", "minutes_paper", "press_release")
    rows = Meeting.objects.select_related(*related)
    found: Meeting | None = rows.filter(pk=pk).first()
    return found


@dataclass(slots=True)
class Window:
    """A topic with who enters for it, who stays, and who leaves after the one before."""

    item: AgendaItem
    here: list[Attendee]
    enter: list[Attendee] = field(default_factory=list)
    leave: list[Attendee] = field(default_factory=list)


def windows(meeting: Meeting) -> list[Window]:
    """Each topic's window: members and standing observers stay throughout, all others come for theirs and go.

    Source: smx-executive-meeting/5.4, smx-executive-meeting/5.2.1
    """
    whole = sitting(meeting)
    people = {one.pk: one for one in whole.attendees}
    found: list[Window] = []
    before: dict[int, Attendee] = {}
    for item in whole.items:
        seated = [people[seat.attendee_id] for seat in whole.seats if seat.item_id == item.pk]
        here = {one.pk: one for one in seated if _by_item(one)}
        window = Window(item, list(here.values()))
        window.enter = [one for pk, one in here.items() if pk not in before]
        window.leave = [one for pk, one in before.items() if pk not in here]
        found.append(window)
        before = here
    return found


def _by_item(attendee: Attendee) -> bool:
    return attendee.part not in THROUGHOUT and not attendee.on_leave


def hidden(item: AgendaItem, actor: Actor, *, inside: bool) -> bool:
    """Whether a topic is secret and the reader neither cleared nor of the meeting's staff."""
    return bool(item.topic.matter.secrecy) and not (inside or actor.can("documents.secret"))


def copies_out(meeting: Meeting) -> list[NumberedCopy]:
    """The numbered copies that have not come back.

    Source: smx-executive-meeting/5.6.2
    """
    return [one for one in sitting(meeting).copies if one.returned_at is None]


def items_for(meeting: Meeting, actor: Actor, *, all_of_them: bool) -> list[Window]:
    """The topics that a reader may see: all, or those that they or their unit attend."""
    found = windows(meeting)
    if all_of_them:
        return found
    members = (Attendee.Part.MEMBER, Attendee.Part.STANDING)
    listed = sitting(meeting).attendees
    if actor.person_id and any(one.person_id == actor.person_id and one.part in members for one in listed):
        return found
    return [
        window
        for window in found
        if any(
            (one.person_id is not None and one.person_id == actor.person_id)
            or (one.body_id is not None and one.body_id == actor.body_id)
            for one in window.here
        )
    ]


def results_shown(meeting: Meeting, actor: Actor) -> bool:
    """Whether a reader sees results: the meeting's staff at once, others when the minutes are signed.

    Source: smx-executive-meeting/5.6.1
    """
    return may_see_inside(actor, meeting) or sitting(meeting).minutes_signed


def speaking_over(meeting: Meeting) -> list[dict[str, Any]]:
    """Statements that took longer than the rule has it: reports, and remarks of observers.

    Source: smx-meeting-organisation/4.6, smx-meeting-organisation/4.7, smx-executive-meeting/5.1.3,
    smx-executive-meeting/5.2.4
    """
    rule = rules_sessions.known("meetings.speaking", local_day(meeting.planned_at))
    if meeting.kind not in rule.get("kinds", ()):
        return []
    over = []
    for one in sitting(meeting).statements:
        reports = one.speaker.part == Attendee.Part.REPORTER or one.speaker.person_id == one.item.reporter_id
        observes = one.speaker.part in (Attendee.Part.OBSERVER, Attendee.Part.STANDING)
        most = int(rule["report_minutes"]) if reports else int(rule["observer_minutes"]) if observes else None
        if reports and one.item.longer and one.item.minutes:
            most = one.item.minutes
        if most is not None and one.minutes is not None and one.minutes > most:
            over.append(
                {"name": one.speaker.name, "minutes": one.minutes, "most": most, "item": one.item.position}
            )
    return over


def papers_by(meeting: Meeting, *, working_days: int) -> dt.date:
    """The day by which people should have the papers: so many working days before the meeting.

    Source: smx-meeting-organisation/4.13
    """
    calendar = rules.current().worktime.calendar
    day, left = local_day(meeting.planned_at), working_days
    while left:
        day -= dt.timedelta(days=1)
        left -= calendar.is_working(day)
    return day


def papers_warning(meeting: Meeting, *, at: dt.datetime) -> dt.date | None:
    """The day by which members should have had the papers of a three-major topic, where one has none or got them later.

    Source: smx-major-decisions/4.1.4.2, smx-meeting-organisation/4.13
    """
    rule = rules_sessions.known("meetings.delivery", local_day(meeting.planned_at))
    if not rule or not holds_major(meeting, at=at):
        return None
    by = papers_by(meeting, working_days=int(rule["advised_working_days"]))
    listed = sitting(meeting).attendees
    got = [one.materials_at for one in listed if one.part == Attendee.Part.MEMBER and not one.on_leave]
    return by if any(moment is None or local_day(moment) > by for moment in got) else None


def minuted_texts(meeting: Meeting) -> dict[int, list[str]]:
    """What signed minutes say of each topic, by the item's id; nothing before they are signed.

    Source: smx-executive-meeting/5.6.1
    """
    found: dict[int, list[str]] = {}
    for item_id, text in sitting(meeting).minuted:
        found.setdefault(item_id, []).append(text)
    return found
