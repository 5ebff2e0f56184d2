"""Leave and substitutes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Obligation
from luoshi.meetings import selectors, services
from luoshi.meetings.models import LeaveRequest
from tests.meetings.room import LATER, NOW, WHEN, Room, person

from .sessions_after import clause, room

__all__ = ["room"]

pytestmark = pytest.mark.django_db


def _ask(room: Room, actor: Actor, **own: Any) -> LeaveRequest:
    return services.leave_ask(attendee=room.seat(actor), reason="外出开会", actor=actor, at=NOW, **own)


@clause("smx-meeting-organisation/5.1", "smx-work-rules/55.p3.1")
def test_a_vice_mayor_asks_the_mayor_in_person(room: Room) -> None:
    room.plan()
    vice = room.actor("vice_mayor")
    with pytest.raises(NotAllowed, match="本人") as caught:
        services.leave_ask(attendee=room.seat(vice), reason="外出", actor=room.staff, at=NOW)
    assert "smx-meeting-organisation/5.1" in caught.value.cite
    leave = _ask(room, vice)
    owed = Obligation.objects.get(rule="meetings.leave_decide", matter=leave.matter)
    assert owed.person_id == room.actor("mayor").person_id
    with pytest.raises(NotAllowed):
        services.leave_grant(leave=leave, actor=room.actor("secretary_general"), at=NOW)
    services.leave_grant(leave=leave, actor=room.actor("mayor"), at=NOW)
    assert room.seat(vice).on_leave
    assert selectors.quorum(room.meeting).in_post == 6
    assert leave.matter.events.filter(data__told=room.meeting.chair.name).exists()


@clause("smx-work-rules/55.p3.1")
def test_where_another_presides_a_leader_may_ask_the_chair_too(room: Room) -> None:
    room.plan("coordination", chair="vice_mayor", staff=("section_clerk", "zonghe1"))
    room.add()
    with pytest.raises(WrongState, match="主持人不请假"):
        _ask(room, room.actor("vice_mayor"))
    leave = _ask(room, room.actor("unit_principal", "chengguan"))
    with pytest.raises(NotAllowed):
        services.leave_grant(leave=leave, actor=room.actor("secretary_general"), at=NOW)
    services.leave_grant(leave=leave, actor=room.actor("vice_mayor"), at=NOW)


@clause("smx-meeting-organisation/5.3", "smx-meeting-organisation/5.4")
def test_a_unit_asks_the_secretary_general_and_sends_another_only_after_leave(room: Room) -> None:
    room.plan()
    room.add()
    principal = room.actor("unit_principal", "chengguan")
    deputy = person(room.actor("unit_leader", "chengguan"))
    with pytest.raises(Incomplete, match="同一单位"):
        _ask(room, principal, substitute=person(room.actor("unit_leader", "zhujian")))
    leave = _ask(room, principal, substitute=deputy)
    assert not room.meeting.attendees.filter(person=deputy).exists()
    with pytest.raises(NotAllowed):
        services.leave_grant(leave=leave, actor=room.actor("deputy_secretary_general"), at=NOW)
    services.leave_grant(leave=leave, actor=room.actor("secretary_general"), at=NOW)
    other = room.seat(deputy)
    assert other.in_place_of == room.seat(principal)
    assert other.seats.count() == 1


def test_leaders_of_the_government_send_nobody_and_refused_leave_lists_nobody(room: Room) -> None:
    room.plan()
    room.add()
    with pytest.raises(Incomplete, match="不派人代会"):
        _ask(room, room.actor("vice_mayor"), substitute=person(room.actor("unit_leader", "chengguan")))
    principal = room.actor("unit_principal", "chengguan")
    leave = _ask(room, principal, substitute=person(room.actor("unit_leader", "chengguan")))
    services.leave_refuse(leave=leave, remark="须亲自汇报", actor=room.actor("secretary_general"), at=NOW)
    assert not room.seat(principal).on_leave
    assert room.meeting.attendees.filter(in_place_of__isnull=False).count() == 0
    again = _ask(room, principal)
    services.leave_withdraw(leave=again, actor=principal, at=NOW)


@clause("smx-work-rules/55.p3.2")
def test_opinions_on_the_topics_come_before_the_meeting(room: Room) -> None:
    room.plan()
    vice = room.actor("vice_mayor")
    _ask(room, vice, opinion="建议先行试点")
    assert room.seat(vice).written_opinion == "建议先行试点"
    with pytest.raises(WrongState, match="会议召开前"):
        services.leave_ask(
            attendee=room.seat(room.actor("executive_vice_mayor")), reason="外出", opinion="同意",
            actor=room.actor("executive_vice_mayor"), at=WHEN,
        )  # fmt: skip


@clause("smx-meeting-organisation/5.5")
def test_nobody_is_replaced_without_the_secretary_general(room: Room) -> None:
    room.plan()
    room.add()
    row = room.seat(room.actor("unit_principal", "chengguan"))
    deputy = person(room.actor("unit_leader", "chengguan"))
    for role in ("deputy_secretary_general", "mayor"):
        with pytest.raises(NotAllowed):
            services.attendee_swap(attendee=row, person=deputy, reason="生病", actor=room.actor(role), at=NOW)
    services.attendee_swap(
        attendee=row, person=deputy, reason="生病", actor=room.actor("secretary_general"), at=NOW
    )
    assert room.seat(deputy).in_place_of_id == row.pk


@clause(
    "xiping-work-rules/44.2", "xiping-work-rules/44.3", "xiping-work-rules/44.4", "xiping-work-rules/44.1"
)
def test_in_the_county_the_office_reports_and_the_head_grants(
    room: Room, under: Callable[[str], None]
) -> None:
    under("xiping")
    room.plan(now=LATER, when=LATER + dt.timedelta(days=3))
    room.add()
    vice, mayor = room.actor("vice_mayor"), room.actor("mayor")
    own = services.leave_ask(attendee=room.seat(vice), reason="外出", actor=vice, at=LATER)
    services.leave_grant(leave=own, actor=mayor, at=LATER)
    principal = room.actor("unit_principal", "chengguan")
    leave = services.leave_ask(
        attendee=room.seat(principal), reason="外出", substitute=person(room.actor("unit_leader", "chengguan")),
        actor=principal, at=LATER,
    )  # fmt: skip
    with pytest.raises(WrongState, match="报告"):
        services.leave_grant(leave=leave, actor=mayor, at=LATER)
    leave = services.leave_report(leave=leave, remark="", actor=room.staff, at=LATER)
    with pytest.raises(NotAllowed):
        services.leave_grant(leave=leave, actor=room.actor("secretary_general"), at=LATER)
    assert not room.meeting.attendees.filter(in_place_of__isnull=False).exists()
    services.leave_grant(leave=leave, actor=mayor, at=LATER)
    assert room.meeting.attendees.filter(in_place_of__isnull=False).count() == 1


@clause("xiping-work-rules/44.5")
def test_in_the_county_leave_from_a_vice_s_meeting_goes_through_the_deputy_to_that_vice(
    room: Room, under: Callable[[str], None]
) -> None:
    under("xiping")
    room.plan("mayor_office", chair="vice_mayor", now=LATER, when=LATER + dt.timedelta(days=3))
    room.add()
    principal = room.actor("unit_principal", "chengguan")
    leave = services.leave_ask(attendee=room.seat(principal), reason="外出", actor=principal, at=LATER)
    leave = services.leave_report(
        leave=leave, remark="", actor=room.actor("deputy_secretary_general"), at=LATER
    )
    with pytest.raises(NotAllowed):
        services.leave_grant(leave=leave, actor=room.actor("mayor"), at=LATER)
    services.leave_grant(leave=leave, actor=room.actor("vice_mayor"), at=LATER)
