"""Topics one by one, people in and out, conduct and speech."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from luoshi.agenda.models import Leader
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Matter, Outbox
from luoshi.meetings import selectors, services
from luoshi.meetings.models import Statement
from luoshi.meetings.selectors.members import chair_table, members_in_post, quorum_of
from luoshi.meetings.selectors.sessions import papers_warning, speaking_over, windows
from luoshi.organisation.models import Body
from tests.meetings.room import LATER, NOW, WHEN, Room, person, topic

from .sessions import clause, room

__all__ = ["room"]

pytestmark = pytest.mark.django_db


@clause("smx-major-decisions/4.2.2.1")
def test_topics_are_settled_one_by_one(room: Room) -> None:
    room.plan()
    first, second = room.add("议题一"), room.add("议题二", unit="zhujian")
    room.call()
    room.sign_in()
    meeting = room.open()
    services.item_call(item=first, actor=room.staff, at=WHEN)
    with pytest.raises(WrongState, match="逐项"):
        services.item_call(item=second, actor=room.staff, at=WHEN)
    with pytest.raises(WrongState, match="正在审议"):
        services.item_result(item=second, outcome="passed", text="同意", actor=room.staff, at=WHEN)
    with pytest.raises(Incomplete):
        services.item_result(item=first, outcome="abstain", text="同意", actor=room.staff, at=WHEN)
    services.item_result(item=first, outcome="passed", text="同意", actor=room.staff, at=WHEN)
    with pytest.raises(WrongState, match="还没有结果"):
        services.meeting_close(meeting=meeting, actor=room.staff, at=WHEN)


@clause("smx-executive-meeting/5.2.1", "smx-executive-meeting/5.4")
def test_people_wait_enter_and_leave_by_topic(room: Room) -> None:
    room.plan()
    first, second = room.add("议题一"), room.add("议题二", unit="zhujian")
    both = person(room.actor("unit_principal", "huanbao"))
    services.attendee_add(
        meeting=room.meeting, part="observer", items=[first, second], person=both, actor=room.staff, at=NOW
    )
    found = windows(room.meeting)
    one, two = (person(room.actor("unit_principal", unit)) for unit in ("chengguan", "zhujian"))
    assert {row.person_id for row in found[0].enter} == {one.pk, both.pk}
    assert {row.person_id for row in found[1].enter} == {two.pk}
    assert {row.person_id for row in found[1].leave} == {one.pk}
    mayor = room.actor("mayor").person_id
    assert mayor not in {row.person_id for window in found for row in window.here}
    room.call()
    room.sign_in()
    room.open()
    waiting = [row for row in Outbox.objects.all() if "候会" in row.text]
    assert {row.to_name for row in waiting} == {one.name, both.name}
    services.item_call(item=first, actor=room.staff, at=WHEN)
    assert two.name in {row.to_name for row in Outbox.objects.all() if "候会" in row.text}
    assert one.name in {row.to_name for row in Outbox.objects.all() if "请入场" in row.text}


@clause("smx-executive-meeting/5.3.3")
def test_only_listed_people_sign_in(room: Room) -> None:
    room.plan()
    room.add()
    room.call()
    stranger = room.actor("unit_principal", "jiaoyu")
    assert not room.meeting.attendees.filter(person_id=stranger.person_id).exists()
    with pytest.raises(NotAllowed, match="名单") as caught:
        services.attendee_sign_in(
            attendee=room.seat(room.actor("mayor")), discipline=True, actor=stranger, at=WHEN
        )
    assert "smx-executive-meeting/5.3.3" in caught.value.cite


@clause("smx-meeting-organisation/6.8", "smx-major-decisions/4.2.1.7")
def test_the_rules_of_conduct_are_confirmed(room: Room) -> None:
    room.plan()
    room.add()
    room.call()
    principal = room.actor("unit_principal", "chengguan")
    with pytest.raises(Incomplete, match="录音") as caught:
        services.attendee_sign_in(attendee=room.seat(principal), discipline=False, actor=principal, at=WHEN)
    assert caught.value.field == "discipline"
    row = services.notice_acknowledge(attendee=room.seat(principal), actor=principal, at=NOW)
    assert row.receipt_at == row.discipline_at == NOW
    assert services.attendee_sign_in(attendee=row, discipline=False, actor=principal, at=WHEN).here


@clause("smx-meeting-organisation/5.8", "smx-executive-meeting/5.3.2")
def test_the_main_reporter_brings_two_assistants_and_nobody_else_any(room: Room) -> None:
    room.plan()
    room.add()
    reporter = room.seat(person(room.actor("unit_principal", "chengguan")))
    for name in ("甲", "乙"):
        services.assistant_add(reporter=reporter, name=name, actor=room.staff, at=NOW)
    with pytest.raises(NotAllowed, match="至多带2名"):
        services.assistant_add(reporter=reporter, name="丙", actor=room.staff, at=NOW)
    with pytest.raises(NotAllowed, match="不带助手"):
        services.assistant_add(
            reporter=room.seat(room.actor("vice_mayor")), name="丁", actor=room.staff, at=NOW
        )


@clause("smx-meeting-organisation/5.2", "smx-meeting-organisation/5.6", "smx-executive-meeting/4.4.2")
def test_a_unit_sends_its_principal_for_a_named_topic(room: Room) -> None:
    room.plan()
    item = room.add()
    other = person(room.actor("unit_leader", "zhujian"))
    with pytest.raises(Incomplete, match="主要负责人"):
        services.attendee_add(
            meeting=room.meeting, part="observer", items=[item], person=other, actor=room.staff, at=NOW
        )
    principal = person(room.actor("unit_principal", "zhujian"))
    with pytest.raises(Incomplete, match="对应的议题"):
        services.attendee_add(
            meeting=room.meeting, part="observer", items=[], person=principal, actor=room.staff, at=NOW
        )
    services.attendee_add(
        meeting=room.meeting, part="observer", items=[item], person=principal, actor=room.staff, at=NOW
    )


@clause("smx-executive-meeting/5.2.2", "smx-executive-meeting/5.5.1")
def test_a_topic_whose_reporter_stays_away_is_dropped_by_the_chair(room: Room) -> None:
    room.plan()
    item = room.add()
    room.call()
    principal = room.actor("unit_principal", "chengguan")
    room.sign_in(principal.person_id)
    room.open()
    with pytest.raises(WrongState, match="没有签到"):
        services.item_call(item=item, actor=room.staff, at=WHEN)
    with pytest.raises(NotAllowed):
        services.item_cancel(
            item=item, ground="absent", reason="未到", actor=room.actor("vice_mayor"), at=WHEN
        )
    dropped = services.item_cancel(
        item=item, ground="absent", reason="未到", actor=room.actor("mayor"), at=WHEN
    )
    assert dropped.status == "cancelled"
    assert Matter.objects.get(pk=item.topic_id).state == "determined"


@clause("smx-executive-meeting/5.5.1", "smx-executive-meeting/5.2.2")
def test_with_leave_the_topic_is_postponed_or_reported_by_another_with_the_chair_s_consent(
    room: Room,
) -> None:
    room.plan()
    item = room.add()
    principal = room.actor("unit_principal", "chengguan")
    leave = services.leave_ask(
        attendee=room.seat(principal), reason="外出", substitute=person(room.actor("unit_leader", "chengguan")),
        actor=principal, at=NOW,
    )  # fmt: skip
    services.leave_grant(leave=leave, actor=room.actor("secretary_general"), at=NOW)
    room.call()
    room.sign_in()
    room.open()
    mayor = room.actor("mayor")
    with pytest.raises(WrongState, match="已准假"):
        services.item_call(item=item, actor=room.staff, at=WHEN)
    with pytest.raises(WrongState, match="不属无故"):
        services.item_cancel(item=item, ground="absent", reason="未到", actor=mayor, at=WHEN)
    deputy = person(room.actor("unit_leader", "chengguan"))
    with pytest.raises(NotAllowed):
        services.reporter_stand_in(item=item, person=deputy, reason="熟悉情况", actor=room.staff, at=WHEN)
    services.reporter_stand_in(item=item, person=deputy, reason="熟悉情况", actor=mayor, at=WHEN)
    assert services.item_call(item=item, actor=room.staff, at=WHEN).status == "running"
    assert services.item_postpone(item=item, reason="再研究", actor=mayor, at=WHEN).status == "postponed"


@clause("smx-executive-meeting/5.5.2")
def test_the_chair_may_drop_a_topic_whose_steps_are_wanting(room: Room) -> None:
    room.plan()
    item = room.add()
    room.call()
    room.sign_in()
    room.open()
    assert services.item_cancel(
        item=item, ground="procedure", reason="未经会签", actor=room.actor("mayor"), at=WHEN
    ).status == "cancelled"  # fmt: skip


@clause(
    "smx-meeting-organisation/4.6", "smx-meeting-organisation/4.7", "smx-executive-meeting/5.1.3",
    "smx-executive-meeting/5.2.4",
)  # fmt: skip
def test_long_speeches_are_shown_and_only_the_chair_lengthens_a_report(room: Room) -> None:
    room.plan()
    item = room.add()
    room.call()
    room.sign_in()
    room.open()
    with pytest.raises(NotAllowed):
        services.report_lengthen(item=item, minutes=15, reason="情况复杂", actor=room.staff, at=WHEN)
    with pytest.raises(Incomplete):
        services.report_lengthen(item=item, minutes=10, reason="情况复杂", actor=room.actor("mayor"), at=WHEN)
    services.item_call(item=item, actor=room.staff, at=WHEN)
    reporter = room.seat(room.actor("unit_principal", "chengguan"))
    observer = room.meeting.attendees.filter(part="standing").first()
    for who, took in ((reporter, 10), (reporter, 11), (observer, 3), (observer, 4)):
        services.statement_record(
            item=item, speaker=who, text="意见", minutes=took, actor=room.staff, at=WHEN
        )
    assert [(one["minutes"], one["most"]) for one in speaking_over(room.meeting)] == [(11, 10), (4, 3)]
    services.report_lengthen(item=item, minutes=15, reason="情况复杂", actor=room.actor("mayor"), at=WHEN)
    assert [(one["minutes"], one["most"]) for one in speaking_over(room.meeting)] == [(4, 3)]


@clause(
    "smx-major-decisions/4.2.1.6",
    "smx-major-decisions/4.2.4.1",
    "smx-major-decisions/4.2.3.3",
    "smx-major-decisions/4.2.3.1",
    "smx-major-decisions/4.2.3.2",
)
def test_only_the_recorder_writes_the_record_and_guests_speak_without_a_vote(room: Room) -> None:
    room.plan()
    item = room.add()
    guest = services.attendee_add(
        meeting=room.meeting,
        part="guest",
        items=[item],
        name="某代表",
        unit="市民",
        duty="citizen",
        actor=room.staff,
        at=NOW,
    )
    room.call()
    room.sign_in()
    room.open()
    services.item_call(item=item, actor=room.staff, at=WHEN)
    with pytest.raises(NotAllowed):
        services.statement_record(
            item=item, speaker=guest, text="建议", actor=room.actor("section_clerk", "zonghe1"), at=WHEN
        )
    services.statement_record(item=item, speaker=guest, text="建议", actor=room.staff, at=WHEN)
    assert Statement.objects.get().speaker == guest
    assert guest.pk not in {one.pk for one in selectors.present_members(room.meeting)}
    assert selectors.quorum(room.meeting).present == 6


@clause("smx-executive-meeting/5.6.2")
def test_marked_papers_come_back_before_their_holder_leaves(room: Room) -> None:
    room.plan()
    room.add()
    room.call()
    room.sign_in()
    room.open()
    row = room.seat(room.actor("vice_mayor"))
    with pytest.raises(Incomplete, match="绝密"):
        services.copy_hand_out(holder=row, paper="某文件", mark="绝密", actor=room.staff, at=WHEN)
    first = services.copy_hand_out(holder=row, paper="某文件", mark="recall", actor=room.staff, at=WHEN)
    second = services.copy_hand_out(holder=row, paper="某文件", mark="secret", actor=room.staff, at=WHEN)
    assert (first.number, second.number) == (1, 2)
    services.copy_take_back(copy=first, actor=room.staff, at=WHEN)
    with pytest.raises(WrongState, match="第2号"):
        services.attendee_leave_room(attendee=row, actor=room.staff, at=WHEN)
    services.copy_take_back(copy=second, actor=room.staff, at=WHEN)
    assert not services.attendee_leave_room(attendee=row, actor=room.staff, at=WHEN).here


@clause("smx-meeting-organisation/4.13", "smx-major-decisions/4.1.4.1")
def test_papers_and_notice_reach_people_before_the_meeting(room: Room) -> None:
    room.plan()
    room.add()
    services.plan_review(meeting=room.meeting, opinion="", actor=room.actor("secretary_general"), at=NOW)
    services.plan_approve(meeting=room.meeting, actor=room.actor("mayor"), at=NOW)
    with pytest.raises(WrongState, match="不能再发通知"):
        services.meeting_convene(meeting=room.meeting, actor=room.staff, at=WHEN)
    services.meeting_convene(meeting=room.meeting, actor=room.staff, at=NOW)
    with pytest.raises(WrongState, match="会前"):
        services.materials_deliver(meeting=room.meeting, actor=room.staff, at=WHEN)
    assert (
        services.materials_deliver(meeting=room.meeting, actor=room.staff, at=WHEN - dt.timedelta(minutes=1))
        > 6
    )


@clause("smx-meeting-organisation/4.13", "smx-major-decisions/4.1.4.2")
def test_members_have_a_working_day_for_the_papers_of_a_three_major_topic(
    room: Room, at: Callable[[str], dt.datetime]
) -> None:
    monday, friday, saturday = at("2017-10-23 09:00"), at("2017-10-20 17:00"), at("2017-10-21 09:00")
    room.plan(when=monday)
    room.add(major=True)
    room.call()
    assert papers_warning(room.meeting, at=friday) == dt.date(2017, 10, 20)
    services.materials_deliver(meeting=room.meeting, actor=room.staff, at=friday)
    assert papers_warning(room.meeting, at=friday) is None
    other = room.plan(when=monday)
    room.add("又一项", unit="zhujian", major=True)
    room.call()
    services.materials_deliver(meeting=other, actor=room.staff, at=saturday)
    assert papers_warning(other, at=saturday) == dt.date(2017, 10, 20)


@clause("smx-executive-meeting/5.2.3")
def test_no_topic_is_put_in_at_the_meeting(room: Room, bodies: dict[str, Body]) -> None:
    room.plan()
    room.add()
    room.call()
    late = topic("临时动议", body=bodies["zhujian"])
    with pytest.raises(WrongState, match="方案已经确定"):
        services.item_add(meeting=room.meeting, topic=late, actor=room.staff, at=NOW)
    room.sign_in()
    room.open()
    with pytest.raises(WrongState, match="不得另插议题"):
        services.item_add(meeting=room.meeting, topic=late, actor=room.staff, at=WHEN)


def test_an_upper_function_may_hold_the_result(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.meetings import hooks

    room.plan()
    item = room.add()
    room.call()
    room.sign_in()
    room.open()
    services.item_call(item=item, actor=room.staff, at=WHEN)
    monkeypatch.setattr(hooks, "_held", [lambda one: "这项议题在集体决策中作结论"])
    with pytest.raises(WrongState, match="集体决策"):
        services.item_result(item=item, outcome="passed", text="同意", actor=room.staff, at=WHEN)
    services.item_result(item=item, outcome="passed", text="同意", actor=room.staff, at=WHEN, held=True)


@clause("xiping-work-rules/7.1", "xiping-work-rules/39.2", "xiping-work-rules/40.5", "xiping-work-rules/41.1")
@pytest.mark.parametrize(
    ("kind", "commissioned", "away", "who"),
    [
        ("plenary", False, False, {"mayor"}),
        ("plenary", True, False, {"mayor"}),
        ("executive", True, False, {"mayor"}),
        ("executive", True, True, {"mayor", "executive_vice_mayor"}),
        ("mayor_office", False, False, {"mayor"}),
        ("mayor_office", True, False, {"mayor", "executive_vice_mayor", "vice_mayor"}),
        ("coordination", False, False, set()),
    ],
)
def test_who_presides_in_the_county(
    under: Callable[[str], None], kind: str, commissioned: bool, away: bool, who: set[str]
) -> None:
    under("xiping")
    found = chair_table(kind, day=LATER.date(), commissioned=commissioned, head_away=away)
    assert set(found.who) == who


@clause(
    "xiping-work-rules/39.1",
    "xiping-work-rules/40.1",
    "xiping-work-rules/40.4",
    "xiping-work-rules/39.4",
    "xiping-work-rules/41.4",
)
def test_members_in_the_county(under: Callable[[str], None], room: Room) -> None:
    under("xiping")
    offices = {one.person_id: one.office for one in Leader.objects.all()}
    executive = members_in_post("executive", day=LATER.date())
    assert {offices[one.pk] for one in executive} == {"mayor", "executive_vice_mayor", "vice_mayor"}
    plenary = members_in_post("plenary", day=LATER.date())
    assert {one.body.code for one in plenary if one.pk not in offices} >= {"chengguan", "zhujian"}
    assert members_in_post("mayor_office", day=LATER.date()) == []
    meeting = room.plan(now=LATER, when=LATER + dt.timedelta(days=3))
    secretary = room.seat(person(room.actor("secretary_general")))
    assert secretary.part == "standing"
    found = quorum_of(in_post=5, present=2, major=True, day=LATER.date())
    assert (found.needed, found.met, found.binding) == (3, False, False)
    assert meeting.kind == "executive"
