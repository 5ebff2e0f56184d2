"""Who may read and change what of a meeting. Whose step it is, the rulebook says; the services ask it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import Q

from luoshi.ledger import errors
from luoshi.ledger.actors import Actor
from luoshi.meetings.models import Meeting

require = partial(errors.require, mend="请联系会议的承办科室")


def may_staff(actor: Actor, matter: Any) -> bool:
    """The section that organises the meeting: notices, sign-in, record, minutes."""
    return actor.can("meetings.organise") and (actor.body_id is None or actor.body_id == matter.body_id)


def may_organise(actor: Actor, matter: Any = None) -> bool:
    """Whoever organises meetings at all."""
    return actor.can("meetings.organise")


def may_preside(actor: Actor, matter: Any = None) -> bool:
    """Leaders who can be in the chair, or decide in its place; which of them, the service checks."""
    return actor.can("meetings.decide") or actor.can("meetings.review")


def may_run(actor: Actor, matter: Any) -> bool:
    """The one in the chair, and the section that carries out what they order."""
    return may_preside(actor) or may_staff(actor, matter)


def may_report(actor: Actor, matter: Any = None) -> bool:
    """Those who report a request for leave to whoever decides; which of them, the rulebook's way says."""
    return may_preside(actor) or may_organise(actor)


def may_attend(actor: Actor, matter: Any = None) -> bool:
    """Those who attend, and the section that keeps the list."""
    return actor.can("meetings.attend") or actor.can("meetings.unit") or may_organise(actor)


def may_number(actor: Actor, matter: Any = None) -> bool:
    """Numbering and issuing minutes: the secretariat."""
    return actor.can("documents.number")


def may_keep(actor: Actor, matter: Any = None) -> bool:
    """The keeper of the year's papers."""
    return actor.has_role("confidential_office") or actor.kind.value == "system"


def may_read(actor: Actor, matter: Any) -> bool:
    """That a meeting takes place, and what of it concerns the reader; never the discussion (see may_see_inside)."""
    if actor.can("meetings.read_all") or may_staff(actor, matter):
        return True
    if actor.person_id is None:
        return False
    mine = Q(attendees__person_id=actor.person_id)
    if actor.can("meetings.unit") and actor.body_id is not None:
        mine |= Q(attendees__body_id=actor.body_id)
    return Meeting.objects.filter(mine, pk__in=(matter.pk, matter.parent_id)).exists()


def may_see_inside(actor: Actor, meeting: Meeting) -> bool:
    """Discussion and results before signed minutes: the meeting's own staff, its recorder, its chair, the checkers.

    Source: smx-executive-meeting/5.6.1, smx-major-decisions/4.2.1.7
    """
    own = actor.person_id is not None and actor.person_id in (meeting.chair_id, meeting.recorder_id)
    return own or may_staff(actor, meeting.matter) or actor.has_role("secretary_general")
