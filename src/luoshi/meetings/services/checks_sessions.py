"""Checks that the services of meetings make, each with its sentence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import partial

from luoshi.ledger import inputs
from luoshi.ledger.actors import Actor, ActorKind
from luoshi.ledger.errors import NotAllowed, WrongState
from luoshi.ledger.models import Matter
from luoshi.meetings import rules_sessions
from luoshi.meetings.models import AgendaItem, Meeting
from luoshi.meetings.selectors.members import serving
from luoshi.organisation.models import Person

line = partial(inputs.line, longest=300)
block = partial(inputs.block, longest=20000)


def locked_meeting(meeting: Meeting | int) -> tuple[Meeting, Matter]:
    """A meeting as it is now with its matter, held until the end of the transaction."""
    row = Meeting(pk=meeting) if isinstance(meeting, int) else meeting
    return inputs.locked(row, "chair", "organiser", "recorder")


def locked_item(item: AgendaItem) -> tuple[AgendaItem, Meeting, Matter]:
    """An item as it is now, with its meeting locked."""
    meeting, matter = locked_meeting(item.meeting_id)
    rows = AgendaItem.objects.select_related("topic__matter", "topic__body", "reporter")
    return rows.get(pk=item.pk), meeting, matter


def require_chair(
    meeting: Meeting, actor: Actor, doing: str, *, cite: tuple[str, ...] = (), field: str = ""
) -> None:
    """Refuse anybody but the one in the chair. Errors: NotAllowed."""
    if actor.kind is ActorKind.SYSTEM or actor.person_id == meeting.chair_id:
        return
    raise NotAllowed(
        f"“{doing}”由会议主持人{meeting.chair.name}决定", mend="请报主持人", cite=cite, field=field
    )


def require_roles(
    roles: Iterable[str],
    *,
    meeting: Meeting,
    actor: Actor,
    at: dt.datetime,
    doing: str,
    cite: tuple[str, ...] = (),
) -> Person | None:
    """Refuse whoever holds none of these roles now. Returns the person who acts (None: the system).

    Errors: NotAllowed, naming who may.
    """
    if actor.kind is ActorKind.SYSTEM:
        return None
    people = serving(roles, meeting=meeting, at=at)
    if actor.person_id in people:
        return people[actor.person_id]
    names = "、".join(one.name for one in people.values()) or "、".join(
        rules_sessions.role_title(role) for role in roles
    )
    raise NotAllowed(f"“{doing}”应由{names}办理", mend="请转交有权限的人", cite=cite)


def require_before(meeting: Meeting, doing: str) -> None:
    """Errors: WrongState once the meeting has opened or was cancelled."""
    if meeting.matter.state not in ("planned", "reviewed", "approved", "convened"):
        raise WrongState(f"会议已经开始或结束，不能再{doing}", mend="请刷新页面")
