"""Papers that come back: each copy numbered, handed out by name, taken back before its holder leaves."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Max

from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.models import door
from luoshi.meetings.models import AgendaItem, Attendee, NumberedCopy
from luoshi.meetings.services.checks_sessions import line, locked_meeting

TOP = ("top_secret", "绝密")


@transaction.atomic
def copy_hand_out(
    *, holder: Attendee, paper: str, mark: str, actor: Actor, at: dt.datetime, item: AgendaItem | None = None
) -> NumberedCopy:
    """Hand a marked copy to somebody who has signed in; it takes the next number of the meeting.

    mark: recall, secret or confidential. Errors: Incomplete (unknown mark; 绝密 never enters), WrongState, NotAllowed.
    Source: smx-executive-meeting/5.6.2
    """
    meeting, matter = locked_meeting(holder.meeting_id)
    if mark in TOP:
        raise Incomplete("绝密文件不得进入本系统", mend="请按保密规定办理", field="mark")
    if mark not in NumberedCopy.Mark.values:
        raise Incomplete("请选择文件标记", field="mark")
    row = Attendee.objects.get(pk=holder.pk)
    if not row.here:
        raise WrongState(f"{row.name}不在会场，不发放编号文件", mend="请在签到后发放")
    name = line(paper, field="paper", label="文件名称", longest=200)
    number = (meeting.copies.aggregate(last=Max("number"))["last"] or 0) + 1
    ledger.act(
        matter=matter, action="hand_out", actor=actor, at=at,
        data={"name": row.name, "number": number, "mark": mark},
    )  # fmt: skip
    with door():
        made: NumberedCopy = NumberedCopy.objects.create(
            meeting=meeting, item=item, paper=name, mark=mark, number=number, holder=row, handed_at=at,
            handed_by=actor.name,
        )  # fmt: skip
    return made


@transaction.atomic
def copy_take_back(*, copy: NumberedCopy, actor: Actor, at: dt.datetime) -> NumberedCopy:
    """Take a copy back. Errors: WrongState (it is back already), NotAllowed.

    Source: smx-executive-meeting/5.6.2
    """
    _, matter = locked_meeting(copy.meeting_id)
    row: NumberedCopy = NumberedCopy.objects.select_related("holder").get(pk=copy.pk)
    if row.returned_at is not None:
        raise WrongState(f"第{row.number}号已经收回")
    own = {"name": row.holder.name, "number": row.number}
    ledger.act(matter=matter, action="take_back", actor=actor, at=at, data=own)
    row.returned_at, row.returned_to = at, actor.name
    with door():
        row.save()
    return row
