"""Who may read the papers of a meeting: minutes, leave, news, reports, the year's archive."""

from __future__ import annotations

from typing import Any

from luoshi.ledger.actors import Actor
from luoshi.meetings.models import LeaveRequest, Meeting, Minutes, PressRelease, Submission
from luoshi.meetings.policies_sessions import may_read, may_see_inside, may_staff

LEADING = ("mayor", "executive_vice_mayor", "secretary_general", "deputy_secretary_general")


def _cleared(actor: Actor, matter: Any, meeting: Meeting) -> bool:
    """Secret papers are read by who is cleared, the section that draws them up, and who numbers them."""
    if not matter.secrecy or actor.can("documents.secret") or actor.can("documents.number"):
        return True
    return may_staff(actor, meeting.matter)


def may_read_minutes(actor: Actor, matter: Any) -> bool:
    """Before signing the meeting's staff and those on the way of the minutes; signed ones the readers of the meeting,
    and the secretariat that issues them.

    Source: smx-executive-meeting/5.6.1
    """
    minutes = Minutes.objects.select_related("meeting__matter").filter(pk=matter.pk).first()
    if minutes is None or not _cleared(actor, matter, minutes.meeting):
        return False
    if minutes.signed_at is not None:
        return actor.can("documents.number") or may_read(actor, minutes.meeting.matter)
    on_way = matter.state != "drafting" and (
        actor.has_role(*LEADING)
        or (actor.person_id is not None and minutes.reviews.filter(person_id=actor.person_id).exists())
    )
    return on_way or may_see_inside(actor, minutes.meeting)


def may_read_leave(actor: Actor, matter: Any) -> bool:
    """Who asked, their unit, those who decide, and the meeting's staff."""
    row = LeaveRequest.objects.select_related("meeting__matter", "attendee").filter(pk=matter.pk).first()
    if row is None:
        return False
    own = actor.person_id is not None and actor.person_id in (row.attendee.person_id, row.meeting.chair_id)
    unit = actor.body_id is not None and actor.body_id == matter.body_id
    return own or unit or may_staff(actor, row.meeting.matter) or actor.has_role(*LEADING)


def may_read_press(actor: Actor, matter: Any) -> bool:
    """The meeting's staff and those who approve the news."""
    row = PressRelease.objects.select_related("meeting__matter").filter(pk=matter.pk).first()
    return row is not None and (may_see_inside(actor, row.meeting) or actor.has_role(*LEADING))


def may_read_submission(actor: Actor, matter: Any) -> bool:
    """Who draws it up, the meeting's staff, those who examine and sign."""
    row = Submission.objects.select_related("item__meeting__matter").filter(pk=matter.pk).first()
    if row is None:
        return False
    drafts = actor.body_id is not None and actor.body_id == row.drafter_id
    return drafts or may_see_inside(actor, row.item.meeting) or actor.can("meetings.decide")


def may_read_archive(actor: Actor, matter: Any) -> bool:
    """The section that hands over, the keeper, and who reads all meetings."""
    return actor.can("meetings.read_all") or may_staff(actor, matter)
