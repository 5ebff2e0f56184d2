"""Planning, the chair, members and quorum."""

from __future__ import annotations

import pytest

from luoshi.agenda.models import Leader
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Matter
from luoshi.meetings import selectors, services
from luoshi.meetings.models import Meeting
from luoshi.meetings.selectors.members import chair_table, members_in_post, quorum_of
from luoshi.organisation.models import Body
from tests.meetings.room import NOW, WHEN, Room, person

from .sessions import clause, room

__all__ = ["room"]

pytestmark = pytest.mark.django_db


@clause("smx-major-decisions/4.2.4.2", "smx-major-decisions/4.2.4.1")
def test_a_meeting_runs_from_its_plan_to_its_record(room: Room) -> None:
    meeting = room.held()
    assert Matter.objects.get(pk=meeting.pk).state == "closed"
    content = meeting.record.content
    assert set(content) == {"time", "place", "present", "observers", "absent", "chair", "recorder"}
    assert content["chair"] == meeting.chair.name
    assert content["recorder"] == person(room.staff).name
    assert person(room.actor("unit_principal", "chengguan")).name in content["observers"]


def test_numbers_have_no_gaps_where_a_meeting_was_called_off(room: Room) -> None:
    assert room.held().ordinal == 1
    off = room.plan()
    services.meeting_cancel(meeting=off, reason="议题不成熟", actor=room.staff, at=NOW)
    assert room.held().ordinal == 2
    assert Meeting.objects.get(pk=off.pk).ordinal is None
    assert selectors.full_name(Meeting.objects.get(ordinal=2)) == "市政府常务会议2017年第2次"


@clause(
    "smx-executive-meeting/1.1", "smx-work-rules/53.0.2", "smx-work-rules/52.0.2", "smx-work-rules/5.1",
    "smx-work-rules/54.1", "smx-major-decisions/4.0.9", "smx-secretary-rules/2.1.p1.1",
)  # fmt: skip
@pytest.mark.parametrize(
    ("kind", "major", "commissioned", "who"),
    [
        ("plenary", False, False, {"mayor"}),
        ("plenary", False, True, {"mayor", "executive_vice_mayor"}),
        ("executive", False, False, {"mayor"}),
        ("executive", False, True, {"mayor", "executive_vice_mayor"}),
        ("executive", True, True, {"mayor", "executive_vice_mayor"}),
        ("mayor_office", False, False, {"mayor"}),
        ("mayor_office", False, True, {"mayor", "executive_vice_mayor", "vice_mayor"}),
        ("mayor_office", True, True, {"mayor", "executive_vice_mayor"}),
        ("mayor_office", True, False, {"mayor"}),
        ("coordination", False, False, {"mayor", "executive_vice_mayor", "vice_mayor"}),
        ("coordination", True, True, set()),
        ("secretary_office", False, False, {"secretary_general"}),
        ("secretary_office", False, True, {"secretary_general", "deputy_secretary_general"}),
    ],
)
def test_who_may_preside(kind: str, major: bool, commissioned: bool, who: set[str]) -> None:
    found = chair_table(kind, day=WHEN.date(), major=major, commissioned=commissioned)
    assert set(found.who) == who


@clause("smx-executive-meeting/1.1", "smx-executive-meeting/1.2.2", "smx-work-rules/53.p2.2")
def test_the_executive_vice_mayor_needs_a_written_commission_of_the_mayor_in_person(room: Room) -> None:
    meeting = room.plan(chair="executive_vice_mayor", extraordinary="防汛紧急会商")
    room.add()
    services.plan_review(meeting=meeting, opinion="", actor=room.actor("secretary_general"), at=NOW)
    executive = room.actor("executive_vice_mayor")
    with pytest.raises(NotAllowed, match="须有书面委托") as caught:
        services.plan_approve(meeting=meeting, actor=executive, at=NOW)
    assert "smx-executive-meeting/1.1" in caught.value.cite
    with pytest.raises(NotAllowed):
        services.meeting_commission(
            meeting=meeting, to=person(executive), document="口头", actor=executive, at=NOW
        )
    with pytest.raises(Incomplete):
        services.meeting_commission(
            meeting=meeting, to=person(executive), document=" ", actor=room.actor("mayor"), at=NOW
        )
    services.meeting_commission(
        meeting=meeting, to=person(executive), document="市长委托书第3号", actor=room.actor("mayor"), at=NOW
    )
    fixed = services.plan_approve(meeting=meeting, actor=executive, at=NOW)
    assert fixed.commissioned_by == person(room.actor("mayor")).name
    assert fixed.matter.state == "approved"


@clause("smx-executive-meeting/1.1", "smx-work-rules/5.1")
@pytest.mark.parametrize("kind", ["executive", "plenary"])
def test_no_other_vice_mayor_presides_over_plenary_and_executive_meetings(room: Room, kind: str) -> None:
    with pytest.raises(NotAllowed, match="不得主持"):
        room.plan(kind, chair="vice_mayor")
    meeting = room.plan(kind)
    with pytest.raises(NotAllowed, match="不得主持"):
        services.meeting_commission(
            meeting=meeting,
            to=person(room.actor("vice_mayor")),
            document="委托",
            actor=room.actor("mayor"),
            at=NOW,
        )


@clause("smx-major-decisions/4.0.9", "smx-work-rules/54.1")
def test_a_commissioned_vice_mayor_does_not_preside_over_three_major_matters(room: Room) -> None:
    meeting = room.plan("mayor_office", chair="vice_mayor", staff=("section_clerk", "zonghe1"))
    services.meeting_commission(
        meeting=meeting,
        to=person(room.actor("vice_mayor")),
        document="委托",
        actor=room.actor("mayor"),
        at=NOW,
    )
    room.add(major=True)
    services.plan_review(meeting=meeting, opinion="", actor=room.actor("deputy_secretary_general"), at=NOW)
    with pytest.raises(NotAllowed, match="三重一大"):
        services.plan_approve(meeting=meeting, actor=room.actor("vice_mayor"), at=NOW)


@clause("smx-meeting-organisation/4.15", "smx-meeting-organisation/4.16")
def test_a_plan_is_examined_and_fixed_by_the_right_ones(room: Room) -> None:
    meeting = room.plan()
    room.add()
    with pytest.raises(WrongState, match="秘书长审核"):
        services.plan_approve(meeting=meeting, actor=room.actor("mayor"), at=NOW)
    with pytest.raises(NotAllowed):
        services.plan_review(
            meeting=meeting, opinion="", actor=room.actor("deputy_secretary_general"), at=NOW
        )
    services.plan_review(meeting=meeting, opinion="可行", actor=room.actor("secretary_general"), at=NOW)
    with pytest.raises(NotAllowed):
        services.plan_approve(meeting=meeting, actor=room.actor("executive_vice_mayor"), at=NOW)
    services.plan_send_back(meeting=meeting, reason="改期", actor=room.actor("mayor"), at=NOW)
    services.plan_review(meeting=meeting, opinion="可行", actor=room.actor("secretary_general"), at=NOW)
    assert services.plan_approve(meeting=meeting, actor=room.actor("mayor"), at=NOW).approved_at == NOW
    other = room.plan("coordination", chair="vice_mayor", staff=("section_clerk", "zonghe1"))
    room.add("协调事项")
    with pytest.raises(NotAllowed):
        services.plan_review(meeting=other, opinion="", actor=room.actor("secretary_general"), at=NOW)
    services.plan_review(meeting=other, opinion="", actor=room.actor("deputy_secretary_general"), at=NOW)
    services.plan_approve(meeting=other, actor=room.actor("vice_mayor"), at=NOW)


@clause("smx-executive-meeting/1.3", "smx-secretary-rules/2.1.p3.2", "smx-work-rules/55.p2")
def test_each_kind_is_organised_by_its_section(room: Room) -> None:
    assert room.plan().organiser.code == "shizhangban"
    with pytest.raises(NotAllowed, match="市长办"):
        room.plan("executive", staff=("section_clerk", "zonghe1"))
    assert (
        room.plan(
            "secretary_office", chair="secretary_general", staff=("supervision_office", "duchashi")
        ).organiser.code
        == "duchashi"
    )
    with pytest.raises(NotAllowed):
        room.plan("secretary_office", chair="secretary_general")
    assert (
        room.plan("coordination", chair="vice_mayor", staff=("section_clerk", "zonghe1")).organiser.code
        == "zonghe1"
    )


@clause(
    "smx-executive-meeting/3.1",
    "smx-work-rules/53.0.1",
    "smx-work-rules/52.0.1",
    "smx-secretary-rules/2.1.p2.1",
)
def test_members_are_those_in_post(bodies: dict[str, Body]) -> None:
    day = WHEN.date()
    offices = {one.person_id: one.office for one in Leader.objects.all()}
    executive = members_in_post("executive", day=day)
    assert {offices[one.pk] for one in executive} == {
        "mayor", "executive_vice_mayor", "vice_mayor", "secretary_general",
    }  # fmt: skip
    assert len(executive) == 6
    plenary = members_in_post("plenary", day=day)
    heads = [one for one in plenary if one.pk not in offices]
    assert {one.body.code for one in heads} >= {"chengguan", "zhujian", "gongan"}
    assert "hubin" not in {one.body.code for one in heads}
    secretary = members_in_post("secretary_office", day=day)
    assert {offices[one.pk] for one in secretary} == {"secretary_general", "deputy_secretary_general"}
    assert members_in_post("mayor_office", day=day) == executive


@clause(
    "smx-executive-meeting/3.2", "smx-work-rules/53.0.3", "smx-work-rules/53.0.4", "smx-executive-meeting/3.3"
)
def test_standing_observers_are_listed_and_do_not_count(room: Room) -> None:
    meeting = room.plan()
    standing = meeting.attendees.filter(part="standing")
    duties = {row.duty for row in standing}
    assert {"军分区负责同志", "监察局长", "法制办主任", "编办主任"} <= duties
    assert standing.filter(person__leading__office="deputy_secretary_general").count() == 2
    found = selectors.quorum(meeting)
    assert (found.in_post, found.needed) == (6, 4)
    item = room.add()
    guest = services.attendee_add(
        meeting=meeting,
        part="guest",
        items=[item],
        name="某专家",
        unit="某研究院",
        duty="expert",
        actor=room.staff,
        at=NOW,
    )
    assert guest.part == "guest"


@clause("smx-major-decisions/4.0.8")
@pytest.mark.parametrize(("members", "needed"), [(6, 4), (8, 6), (9, 6), (10, 7), (11, 8), (12, 8)])
def test_two_thirds_in_whole_numbers(members: int, needed: int) -> None:
    enough = quorum_of(in_post=members, present=needed, major=True, day=WHEN.date())
    short = quorum_of(in_post=members, present=needed - 1, major=True, day=WHEN.date())
    assert (enough.needed, enough.met, short.met, short.binding) == (needed, True, False, True)
    assert 3 * needed >= 2 * members > 3 * (needed - 1)


def _all_but(room: Room, *roles: str) -> list[int | None]:
    away = [room.actor(role).person_id for role in roles]
    vices = Leader.objects.filter(office="vice_mayor").values_list("person_id", flat=True)
    return [*away, *vices]


@clause("smx-major-decisions/4.0.8", "smx-executive-meeting/2.2")
def test_a_meeting_with_a_three_major_topic_does_not_open_without_two_thirds(room: Room) -> None:
    meeting = room.plan()
    room.add(major=True)
    room.call()
    room.sign_in(*_all_but(room))
    found = selectors.quorum(meeting)
    assert (found.in_post, found.present, found.met) == (6, 3, False)
    with pytest.raises(WrongState, match="不足4人") as caught:
        room.open()
    assert "smx-major-decisions/4.0.8" in caught.value.cite
    one = room.seat(person(room.actor("vice_mayor")))
    services.attendee_sign_in(attendee=one, discipline=True, actor=room.staff, at=WHEN)
    opened = room.open()
    assert (opened.present, opened.in_post) == (4, 6)


@clause("smx-major-decisions/4.0.8")
def test_a_three_major_topic_is_not_taken_up_once_a_member_has_left(room: Room) -> None:
    room.plan()
    item = room.add(major=True)
    room.call()
    vices = list(Leader.objects.filter(office="vice_mayor").values_list("person_id", flat=True))
    room.sign_in(*vices[1:])
    room.open()
    services.attendee_leave_room(
        attendee=room.seat(person(room.actor("secretary_general"))), actor=room.staff, at=WHEN
    )
    with pytest.raises(WrongState, match="不足"):
        services.item_call(item=item, actor=room.staff, at=WHEN)


def test_other_meetings_only_count(room: Room) -> None:
    room.plan()
    room.add()
    room.call()
    room.sign_in(*_all_but(room))
    assert room.open().present == 3


@clause("smx-major-decisions/4.0.5", "smx-major-decisions/4.0.6", "smx-major-decisions/4.0.7")
@pytest.mark.parametrize(
    ("kind", "facts", "allowed"),
    [
        ("executive", {"major": True}, True),
        ("plenary", {"major": True}, True),
        ("mayor_office", {"major": True}, False),
        ("coordination", {"major": True}, False),
        ("mayor_office", {"major": True, "emergency": True}, True),
        ("coordination", {"major": True, "emergency": True}, False),
        ("executive", {"major": True, "especially_major": True}, False),
        ("plenary", {"major": True, "especially_major": True}, True),
        ("coordination", {"major": False}, True),
    ],
)
def test_which_meeting_decides_what(kind: str, facts: dict[str, bool], allowed: bool) -> None:
    assert (selectors.forum_missing(kind, facts, day=WHEN.date()) == ()) is allowed
