"""Leave and substitutes, minutes and their signature, tasks, news, reports to the Party committee, archive, rhythm."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from luoshi.engines.authority import decide
from luoshi.ledger import rules
from luoshi.ledger.actors import SYSTEM, Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Matter, Obligation
from luoshi.meetings import selectors, services
from luoshi.meetings.models import LeaveRequest, Meeting, Minutes, PressRelease, Submission
from luoshi.meetings.papers_sessions import MAKERS, chinese_number, minutes_paper, record_paper
from luoshi.meetings.policies_papers import may_read_minutes
from luoshi.meetings.selectors.calendar import reminders, theme_count
from luoshi.meetings.selectors.sessions import results_shown
from luoshi.supervision.models import Task
from tests.meetings.room import LATER, NOW, WHEN, Room, person

pytestmark = pytest.mark.django_db
clause = pytest.mark.clause
AFTER = WHEN + dt.timedelta(days=1)


@pytest.fixture
def room(actor: Callable[..., Actor], bodies: dict[str, Any]) -> Room:
    return Room(actor, bodies)


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


def _minutes(room: Room, at: dt.datetime = AFTER) -> Minutes:
    paper = services.minutes_open(meeting=room.meeting, actor=room.staff, at=at)
    services.minutes_edit(
        minutes=paper, title=paper.title, text="会议听取并讨论了有关事项。", actor=room.staff, at=at
    )
    return services.minutes_submit(minutes=paper, actor=room.staff, at=at)


@clause(
    "smx-executive-meeting/6.1.1", "smx-meeting-organisation/6.3", "smx-work-rules/56.2", "smx-document-flow/23.5.1",
    "smx-major-decisions/4.2.4.4", "smx-meeting-organisation/6.1", "smx-work-rules/56.1",
)  # fmt: skip
def test_minutes_of_an_executive_meeting_are_checked_signed_by_the_chair_and_issued(room: Room) -> None:
    meeting = room.held()
    owed = Obligation.objects.get(rule="meetings.minutes_due", matter=meeting.matter)
    assert owed.due_at is not None and owed.due_at.date() == dt.date(2017, 10, 27)
    paper = _minutes(room)
    assert paper.title == "市政府常务会议纪要（2017年第1次）"
    mayor, clerk = room.actor("mayor"), room.actor("secretariat")
    with pytest.raises(WrongState, match="秘书长审核"):
        services.minutes_sign(minutes=paper, actor=mayor, at=AFTER)
    with pytest.raises(NotAllowed):
        services.minutes_check(
            minutes=paper, opinion="", actor=room.actor("deputy_secretary_general"), at=AFTER
        )
    services.minutes_check(minutes=paper, opinion="同意", actor=room.actor("secretary_general"), at=AFTER)
    for role in ("executive_vice_mayor", "secretary_general"):
        with pytest.raises(NotAllowed) as caught:
            services.minutes_sign(minutes=paper, actor=room.actor(role), at=AFTER)
        assert "smx-work-rules/56.2" in caught.value.cite
    with pytest.raises(WrongState, match="没有签发"):
        services.minutes_issue(minutes=paper, actor=clerk, at=AFTER)
    paper = services.minutes_sign(minutes=paper, actor=mayor, at=AFTER)
    assert not paper.copy_owed
    assert Matter.objects.get(pk=meeting.pk).state == "minuted"
    with pytest.raises(NotAllowed):
        services.minutes_issue(minutes=paper, actor=room.staff, at=AFTER)
    paper = services.minutes_issue(minutes=paper, actor=clerk, at=AFTER)
    assert paper.number == "市政府常务会议纪要〔2017〕1号"


@clause("smx-document-flow/21.2")
def test_minutes_are_worked_out_by_the_organising_section_and_numbered_by_the_secretariat_once_signed(
    room: Room,
) -> None:
    meeting = room.held()
    other, clerk = room.actor("section_clerk", "zonghe2"), room.actor("secretariat")
    with pytest.raises(NotAllowed):
        services.minutes_open(meeting=meeting, actor=room.actor("unit_principal", "chengguan"), at=AFTER)
    paper = _minutes(room)
    services.minutes_check(minutes=paper, opinion="", actor=room.actor("secretary_general"), at=AFTER)
    with pytest.raises(WrongState, match="没有签发") as early:
        services.minutes_issue(minutes=paper, actor=clerk, at=AFTER)
    assert early.value.mend == "请先报签发"
    paper = services.minutes_sign(minutes=paper, actor=room.actor("mayor"), at=AFTER)
    assert paper.number == ""
    for stranger in (room.staff, other, room.actor("confidential_office"), room.actor("mayor")):
        with pytest.raises(NotAllowed):
            services.minutes_issue(minutes=paper, actor=stranger, at=AFTER)
    paper = services.minutes_issue(minutes=paper, actor=clerk, at=AFTER)
    assert (paper.number, paper.issued_by) == ("市政府常务会议纪要〔2017〕1号", clerk.name)
    assert Matter.objects.get(pk=paper.pk).state == "issued"
    with pytest.raises(WrongState):
        services.minutes_issue(minutes=paper, actor=clerk, at=AFTER)
    assert Minutes.objects.get(pk=paper.pk).number == paper.number


@clause("smx-meeting-organisation/6.9", "smx-executive-meeting/6.1.2")
def test_only_signed_minutes_make_tasks_and_nobody_edits_them_afterwards(room: Room) -> None:
    room.held()
    paper = _minutes(room)
    with pytest.raises(WrongState, match="签发前"):
        services.tasks_set(minutes=paper, actor=room.staff, at=AFTER)
    one = paper.resolutions.get()
    assert selectors.passed(one.item.topic) is None
    with pytest.raises(WrongState, match="送审"):
        services.minutes_edit(minutes=paper, title="改", text="改", actor=room.staff, at=AFTER)
    services.minutes_check(minutes=paper, opinion="", actor=room.actor("secretary_general"), at=AFTER)
    paper = services.minutes_sign(minutes=paper, actor=room.actor("mayor"), at=AFTER)
    for change in (
        lambda: services.minutes_edit(minutes=paper, title="改", text="改", actor=room.staff, at=AFTER),
        lambda: services.resolution_edit(
            resolution=one, text="改", lead=None, assisting=[], due_on=None, actor=room.staff, at=AFTER
        ),
        lambda: services.resolution_add(minutes=paper, item=one.item, text="改", actor=room.staff, at=AFTER),
        lambda: services.minutes_return(minutes=paper, reason="改", actor=room.actor("mayor"), at=AFTER),
    ):
        with pytest.raises(WrongState):
            change()
    assert not Task.objects.exists()
    services.minutes_issue(minutes=paper, actor=room.actor("secretariat"), at=AFTER)
    task = Task.objects.get()
    assert (task.source_id, task.source_kind, task.body.code) == (paper.pk, "minutes", "chengguan")
    found = selectors.passed(one.item.topic)
    assert found is not None and (found.number, found.date) == (1, WHEN.date())


@clause("smx-meeting-organisation/6.5", "smx-document-flow/23.5.1", "smx-work-rules/56.2")
def test_the_commissioned_executive_vice_mayor_signs_and_the_mayor_takes_note(room: Room) -> None:
    room.plan(chair="executive_vice_mayor")
    room.add()
    executive = room.actor("executive_vice_mayor")
    services.meeting_commission(
        meeting=room.meeting, to=person(executive), document="委托书", actor=room.actor("mayor"), at=NOW
    )
    room.call()
    room.sign_in()
    room.open()
    room.pass_items()
    room.close()
    paper = _minutes(room)
    services.minutes_check(minutes=paper, opinion="", actor=room.actor("secretary_general"), at=AFTER)
    with pytest.raises(NotAllowed):
        services.minutes_sign(minutes=paper, actor=room.actor("mayor"), at=AFTER)
    paper = services.minutes_sign(minutes=paper, actor=executive, at=AFTER)
    assert paper.copy_owed
    owed = Obligation.objects.get(rule="meetings.mayor_record")
    assert owed.person_id == room.actor("mayor").person_id
    with pytest.raises(NotAllowed):
        services.minutes_note(minutes=paper, actor=executive, at=AFTER)
    services.minutes_note(minutes=paper, actor=room.actor("mayor"), at=AFTER)
    assert Obligation.objects.get(pk=owed.pk).state == "met"


@clause("smx-meeting-organisation/6.4", "smx-document-flow/23.5.2", "smx-work-rules/56.4")
@pytest.mark.parametrize("kind", ["coordination", "mayor_office"])
def test_within_their_field_a_vice_mayor_signs(room: Room, kind: str) -> None:
    room.plan(kind, chair="vice_mayor", staff=("section_clerk", "zonghe1"))
    vice = room.actor("vice_mayor")
    if kind == "mayor_office":
        services.meeting_commission(
            meeting=room.meeting, to=person(vice), document="委托", actor=room.actor("mayor"), at=NOW
        )
    room.add()
    room.call()
    room.sign_in()
    room.open()
    room.pass_items()
    room.close()
    paper = _minutes(room)
    assert not paper.beyond
    with pytest.raises(NotAllowed):
        services.minutes_check(minutes=paper, opinion="", actor=room.actor("secretary_general"), at=AFTER)
    services.minutes_check(minutes=paper, opinion="", actor=room.actor("deputy_secretary_general"), at=AFTER)
    with pytest.raises(NotAllowed):
        services.minutes_sign(minutes=paper, actor=room.actor("mayor"), at=AFTER)
    assert services.minutes_sign(minutes=paper, actor=vice, at=AFTER).copy_owed


@clause("smx-document-flow/23.5.3", "smx-meeting-organisation/6.4", "smx-work-rules/56.4")
def test_beyond_their_field_it_takes_the_secretary_the_vice_mayors_concerned_and_the_mayor(
    room: Room,
) -> None:
    room.plan("coordination", chair="vice_mayor", staff=("section_clerk", "zonghe1"))
    room.add(unit="gongan")
    room.call()
    room.sign_in()
    room.open()
    room.pass_items()
    room.close()
    paper = _minutes(room)
    assert paper.beyond
    services.minutes_check(minutes=paper, opinion="", actor=room.actor("deputy_secretary_general"), at=AFTER)
    mayor = room.actor("mayor")
    with pytest.raises(NotAllowed):
        services.minutes_sign(minutes=paper, actor=room.actor("vice_mayor"), at=AFTER)
    with pytest.raises(WrongState, match="秘书长签署意见") as caught:
        services.minutes_sign(minutes=paper, actor=mayor, at=AFTER)
    assert "smx-document-flow/23.5.3" in caught.value.cite
    services.minutes_opine(minutes=paper, opinion="拟同意", actor=room.actor("secretary_general"), at=AFTER)
    review = paper.reviews.get()
    concerned = _actor_of(room, review.person_id)
    with pytest.raises(WrongState, match="没有审核"):
        services.minutes_sign(minutes=paper, actor=mayor, at=AFTER)
    with pytest.raises(NotAllowed):
        services.minutes_review(minutes=paper, opinion="", actor=room.actor("vice_mayor"), at=AFTER)
    services.minutes_review(minutes=paper, opinion="同意", actor=concerned, at=AFTER)
    assert services.minutes_sign(minutes=paper, actor=mayor, at=AFTER).signed_by == person(mayor).name


def _actor_of(room: Room, person_id: int) -> Actor:
    from luoshi.organisation.models import User
    from luoshi.organisation.selectors import actor_for

    return actor_for(user=User.objects.get(person_id=person_id), at=AFTER)


@clause("smx-meeting-organisation/6.2", "smx-work-rules/56.3", "smx-meeting-organisation/6.1")
def test_which_meetings_need_minutes(room: Room) -> None:
    own = {"staff": ("section_clerk", "zonghe1")}
    for kind, outcome, required in (
        ("executive", "noted", True),
        ("mayor_office", "passed", True),
        ("mayor_office", "noted", False),
        ("coordination", "passed", False),
    ):
        meeting = room.plan(kind, **({} if kind == "executive" else own))
        room.add(f"{kind}{outcome}")
        room.call()
        room.sign_in()
        room.open()
        room.pass_items(outcome)
        room.close()
        owed = Obligation.objects.filter(rule="meetings.minutes_due", matter=meeting.matter).exists()
        assert owed is required, kind
        if required:
            with pytest.raises(WrongState, match="须编印"):
                services.minutes_waive(meeting=meeting, reason="不必", actor=room.chair(), at=AFTER)
        else:
            with pytest.raises(NotAllowed):
                services.minutes_waive(meeting=meeting, reason="不必", actor=room.staff, at=AFTER)
            services.minutes_waive(meeting=meeting, reason="没有决定事项", actor=room.chair(), at=AFTER)


@clause(
    "smx-secretary-rules/2.1.p4.2",
    "smx-secretary-rules/2.1.p1.1",
    "smx-secretary-rules/2.1.p2.2",
    "smx-secretary-rules/2.1.p3.1",
)
def test_the_secretary_general_signs_even_where_a_deputy_presided(room: Room) -> None:
    room.plan("secretary_office", chair="deputy_secretary_general", staff=("supervision_office", "duchashi"))
    deputy, chief = room.actor("deputy_secretary_general"), room.actor("secretary_general")
    services.meeting_commission(meeting=room.meeting, to=person(deputy), document="委托", actor=chief, at=NOW)
    room.add()
    room.call()
    room.sign_in()
    room.open()
    room.pass_items()
    room.close()
    paper = _minutes(room)
    with pytest.raises(NotAllowed):
        services.minutes_sign(minutes=paper, actor=deputy, at=AFTER)
    assert not services.minutes_sign(minutes=paper, actor=chief, at=AFTER).copy_owed


@clause("smx-meeting-organisation/6.4", "smx-work-rules/56.2")
@pytest.mark.parametrize(
    ("facts", "who", "copied"),
    [
        ({"kind": "plenary", "chair": "other"}, ("mayor",), ()),
        ({"kind": "executive", "chair": "head"}, ("meeting_chair",), ()),
        ({"kind": "executive", "chair": "other"}, ("meeting_chair",), ("mayor",)),
        ({"kind": "coordination", "chair": "other", "beyond": True}, ("mayor", "executive_vice_mayor"), ()),
        ({"kind": "secretary_office", "chair": "other"}, ("secretary_general",), ()),
    ],
)
def test_the_table_of_signatories(
    facts: dict[str, Any], who: tuple[str, ...], copied: tuple[str, ...]
) -> None:
    found = decide(
        rules.current().authority("meetings.minutes_sign", WHEN.date()), {"beyond": False, **facts}
    )
    assert (found.who, found.copied) == (who, copied)


@clause("xiping-work-rules/42.4", "xiping-work-rules/42.5")
@pytest.mark.parametrize(
    ("kind", "chair", "checker"),
    [
        ("executive", "mayor", "secretary_general"),
        ("mayor_office", "mayor", "secretary_general"),
        ("mayor_office", "vice_mayor", "vice_mayor"),
    ],
)
def test_in_the_county_the_head_signs_all_minutes(
    room: Room, under: Callable[[str], None], kind: str, chair: str, checker: str
) -> None:
    under("xiping")
    when = LATER + dt.timedelta(days=3)
    room.plan(kind, chair=chair, now=LATER, when=when)
    mayor = room.actor("mayor")
    if chair != "mayor":
        services.meeting_commission(
            meeting=room.meeting, to=person(room.actor(chair)), document="委托", actor=mayor, at=LATER
        )
    room.add()
    room.call()
    room.sign_in()
    room.open()
    room.pass_items()
    room.close()
    owed = Obligation.objects.filter(rule="meetings.minutes_due", matter_id=room.meeting.pk).exists()
    assert owed is (chair == "mayor")
    paper = _minutes(room, when + dt.timedelta(days=1))
    at = when + dt.timedelta(days=1)
    with pytest.raises(WrongState, match="审核"):
        services.minutes_sign(minutes=paper, actor=mayor, at=at)
    services.minutes_check(minutes=paper, opinion="", actor=room.actor(checker), at=at)
    with pytest.raises(NotAllowed):
        services.minutes_sign(minutes=paper, actor=room.actor("executive_vice_mayor"), at=at)
    assert services.minutes_sign(minutes=paper, actor=mayor, at=at).signed_at == at


@clause("smx-meeting-organisation/6.6")
def test_minutes_go_to_the_organs_and_the_units_that_came_or_as_the_chair_says(room: Room) -> None:
    room.held()
    paper = _minutes(room)
    assert paper.distribution[:4] == ["市委", "市人大", "市政府", "市政协"]
    assert "市城管局" in paper.distribution
    services.minutes_check(minutes=paper, opinion="", actor=room.actor("secretary_general"), at=AFTER)
    paper = services.minutes_sign(minutes=paper, actor=room.actor("mayor"), at=AFTER)
    with pytest.raises(NotAllowed):
        services.distribution_set(
            minutes=paper, receivers=["市委"], actor=room.actor("secretary_general"), at=AFTER
        )
    assert services.distribution_set(
        minutes=paper, receivers=["市委", "市委"], actor=room.actor("mayor"), at=AFTER
    ).distribution == ["市委"]  # fmt: skip


@clause("smx-executive-meeting/5.6.1", "smx-major-decisions/4.2.1.7")
def test_what_is_not_in_signed_minutes_is_seen_by_the_staff_only(room: Room) -> None:
    meeting = room.held()
    paper = _minutes(room)
    principal, vice = room.actor("unit_principal", "chengguan"), room.actor("vice_mayor")
    for actor in (principal, vice, room.actor("confidential_office")):
        assert not results_shown(meeting, actor)
        assert not may_read_minutes(actor, paper.matter)
    assert results_shown(meeting, room.staff)
    services.minutes_check(minutes=paper, opinion="", actor=room.actor("secretary_general"), at=AFTER)
    paper = services.minutes_sign(minutes=paper, actor=room.actor("mayor"), at=AFTER)
    assert results_shown(meeting, principal)
    assert may_read_minutes(principal, paper.matter)
    assert not may_read_minutes(room.actor("unit_principal", "jiaoyu"), paper.matter)


def test_minutes_and_record_are_papers(room: Room) -> None:
    meeting = room.held()
    paper = minutes_paper(_minutes(room))
    assert any("同意" in getattr(block, "text", "") for block in paper.blocks)
    record = record_paper(meeting)
    assert sum("：" in getattr(block, "text", "") for block in record.blocks) >= 7
    assert MAKERS["docx"][0](paper)[:2] == b"PK"
    assert [chinese_number(number) for number in (1, 10, 11, 20, 23)] == [
        "一",
        "十",
        "十一",
        "二十",
        "二十三",
    ]


@clause(
    "smx-meeting-organisation/6.10",
    "smx-executive-meeting/6.4.1",
    "smx-executive-meeting/6.4.2",
    "smx-executive-meeting/3.4",
)
def test_the_chair_decides_on_news_and_the_office_approves_it(room: Room) -> None:
    meeting = room.plan()
    room.add()
    room.call()
    with pytest.raises(NotAllowed):
        services.press_decide(meeting=meeting, public=True, actor=room.actor("secretary_general"), at=NOW)
    with pytest.raises(WrongState, match="主持人"):
        services.press_draft(meeting=meeting, title="新闻", text="文", actor=room.staff, at=NOW)
    services.press_decide(meeting=meeting, public=True, actor=room.actor("mayor"), at=NOW)
    assert meeting.attendees.get(part="press").notified_at == NOW
    press = services.press_draft(meeting=meeting, title="新闻", text="文", actor=room.staff, at=NOW)
    with pytest.raises(NotAllowed):
        services.press_approve(press=press, actor=room.actor("vice_mayor"), at=NOW)
    services.press_send_up(
        press=press, reason="事关全局", actor=room.actor("deputy_secretary_general"), at=NOW
    )
    with pytest.raises(NotAllowed):
        services.press_approve(press=press, actor=room.actor("secretary_general"), at=NOW)
    services.press_approve(press=press, actor=room.actor("mayor"), at=NOW)
    assert PressRelease.objects.get().approved_at == NOW


@clause("smx-executive-meeting/6.3", "smx-meeting-organisation/7.4")
@pytest.mark.parametrize(
    ("kind", "major", "name", "signs", "refused"),
    [
        ("executive", False, "party_group", "executive_vice_mayor", "secretary_general"),
        ("executive", True, "party_group", "mayor", "executive_vice_mayor"),
        ("coordination", False, "government", "mayor", "executive_vice_mayor"),
    ],
)
def test_a_decision_goes_to_the_party_committee_in_the_right_name(
    room: Room, kind: str, major: bool, name: str, signs: str, refused: str
) -> None:
    room.plan(kind, **({} if kind == "executive" else {"staff": ("section_clerk", "zonghe1")}))
    item = room.add(major=major)
    room.call()
    room.sign_in()
    room.open()
    room.pass_items("party")
    room.close()
    wrong = "government" if name == "party_group" else "party_group"
    with pytest.raises(Incomplete, match="名义"):
        services.submission_open(item=item, name=wrong, actor=room.staff, at=AFTER)
    with pytest.raises(Incomplete, match="汇报单位"):
        services.submission_open(
            item=item, name=name, drafter=room.bodies["zhujian"], actor=room.staff, at=AFTER
        )
    paper = services.submission_open(item=item, name=name, actor=room.staff, at=AFTER)
    unit = room.actor("unit_principal", "chengguan")
    with pytest.raises(NotAllowed):
        services.submission_draft(
            submission=paper, text="报告", actor=room.actor("unit_principal", "zhujian"), at=AFTER
        )
    services.submission_draft(submission=paper, text="报告", actor=unit, at=AFTER)
    with pytest.raises(NotAllowed):
        services.submission_sign(submission=paper, actor=room.actor(refused), at=AFTER)
    services.submission_sign(submission=paper, actor=room.actor(signs), at=AFTER)
    services.submission_submit(submission=paper, actor=room.staff, at=AFTER)
    assert Submission.objects.get().in_name_of == name


@clause("xiping-work-rules/43")
def test_in_the_county_the_vice_in_charge_examines_and_the_head_signs(
    room: Room, under: Callable[[str], None]
) -> None:
    under("xiping")
    when = LATER + dt.timedelta(days=3)
    room.held(now=LATER, when=when)
    item = room.meeting.items.get()
    paper = services.submission_open(item=item, name="government", actor=room.staff, at=when)
    services.submission_draft(
        submission=paper, text="报告", actor=room.actor("unit_principal", "chengguan"), at=when
    )
    with pytest.raises(WrongState, match="分管领导审核"):
        services.submission_sign(submission=paper, actor=room.actor("mayor"), at=when)
    with pytest.raises(NotAllowed):
        services.submission_review(
            submission=paper, opinion="", actor=room.actor("executive_vice_mayor"), at=when
        )
    services.submission_review(submission=paper, opinion="", actor=room.actor("vice_mayor"), at=when)
    with pytest.raises(NotAllowed):
        services.submission_sign(submission=paper, actor=room.actor("executive_vice_mayor"), at=when)
    services.submission_sign(submission=paper, actor=room.actor("mayor"), at=when)


@clause("smx-meeting-organisation/6.7", "smx-executive-meeting/6.5", "smx-major-decisions/4.2.4.3")
def test_the_year_s_papers_go_to_the_confidential_office(
    room: Room, at: Callable[[str], dt.datetime]
) -> None:
    meeting = room.held()
    year_end = at("2018-01-02 09:00")
    with pytest.raises(WrongState, match="还没有结束"):
        services.archive_open(year=2017, section=room.bodies["shizhangban"], actor=SYSTEM, at=AFTER)
    (archive,) = services.archives_due(at=year_end)
    assert services.archives_due(at=year_end) == []
    owed = Obligation.objects.get(rule="meetings.archive_due")
    assert owed.due_at is not None and owed.due_at == at("2018-01-31 23:59:59")
    assert owed.body == room.bodies["shizhangban"]
    with pytest.raises(WrongState, match="纪要还没有签发"):
        services.archive_hand_over(archive=archive, wanting={meeting.pk: "无"}, actor=room.staff, at=year_end)
    paper = _minutes(room)
    services.minutes_check(minutes=paper, opinion="", actor=room.actor("secretary_general"), at=AFTER)
    services.minutes_sign(minutes=paper, actor=room.actor("mayor"), at=AFTER)
    with pytest.raises(Incomplete, match="会议录音"):
        services.archive_hand_over(archive=archive, wanting={}, actor=room.staff, at=year_end)
    services.archive_hand_over(
        archive=archive, wanting={meeting.pk: "没有录音"}, actor=room.staff, at=year_end
    )
    with pytest.raises(NotAllowed):
        services.archive_receive(archive=archive, actor=room.actor("secretariat"), at=year_end)
    services.archive_return(
        archive=archive, reason="缺材料", actor=room.actor("confidential_office"), at=year_end
    )
    services.archive_hand_over(
        archive=archive, wanting={meeting.pk: "没有录音"}, actor=room.staff, at=year_end
    )
    services.archive_receive(archive=archive, actor=room.actor("confidential_office"), at=year_end)
    assert Matter.objects.get(pk=meeting.pk).state == "archived"


def _said(at: dt.datetime, title: str) -> list[str]:
    return [one.text for one in reminders(at=at) if title in one.title]


@clause("smx-executive-meeting/1.2.1", "smx-work-rules/53.p2.1")
def test_the_executive_meeting_is_reminded_of_after_fourteen_days_and_twice_a_month(
    room: Room, at: Callable[[str], dt.datetime]
) -> None:
    room.held()
    assert not any("已过" in text for text in _said(at("2017-11-02 09:00"), "常务会议"))
    assert any("已过14天" in text for text in _said(at("2017-11-03 09:00"), "常务会议"))
    assert any("已召开1次" in text for text in _said(at("2017-10-31 09:00"), "常务会议"))
    room.plan(when=at("2017-11-10 09:00"))
    assert not any("已过" in text for text in _said(at("2017-11-03 09:00"), "常务会议"))


@clause("smx-work-rules/52.p2")
def test_the_plenary_is_reminded_of_before_each_half_year_ends(
    room: Room, at: Callable[[str], dt.datetime]
) -> None:
    assert _said(at("2017-11-30 09:00"), "全体会议") == []
    assert _said(at("2017-12-01 09:00"), "全体会议")
    room.plan("plenary")
    assert _said(at("2017-12-01 09:00"), "全体会议")
    room.plan("plenary", when=at("2017-12-20 09:00"))
    assert _said(at("2017-12-01 09:00"), "全体会议") == []


@clause("smx-disability-plan/4.1c")
def test_the_disability_plan_is_taken_up_once_a_year(room: Room, at: Callable[[str], dt.datetime]) -> None:
    assert _said(at("2017-12-01 09:00"), "残疾人")
    room.plan()
    room.add("推进残疾人小康进程", theme="disability")
    room.call()
    room.sign_in()
    room.open()
    assert theme_count("disability", "executive", 2017) == 0
    room.pass_items()
    assert theme_count("disability", "executive", 2017) == 1
    assert _said(at("2017-12-01 09:00"), "残疾人") == []


@clause("xiping-work-rules/19", "xiping-work-rules/40.3")
def test_the_county_meets_weekly_and_studies_law_four_times_a_year(
    room: Room, under: Callable[[str], None], at: Callable[[str], dt.datetime]
) -> None:
    under("xiping")
    when = LATER + dt.timedelta(days=3)
    room.plan(now=LATER, when=when)
    room.add("学习民法典", theme="study")
    room.call()
    room.sign_in()
    room.open()
    room.pass_items("noted")
    room.close()
    assert not _said(at("2020-04-29 09:00"), "常务会议")
    assert any("已过7天" in text for text in _said(at("2020-04-30 09:00"), "常务会议"))
    assert any("已研究1次，全年不少于4次" in text for text in _said(at("2020-05-08 09:00"), "学法"))
    assert Meeting.objects.get(pk=room.meeting.pk).matter.state == "closed"


def test_a_secret_topic_makes_secret_minutes_and_tasks(room: Room) -> None:
    from luoshi.ledger.models import door

    room.plan()
    item = room.add()
    with door():
        item.topic.matter.secrecy = "secret"
        item.topic.matter.save()
    room.call()
    room.sign_in()
    room.open()
    room.pass_items()
    room.close()
    paper = _minutes(room)
    assert paper.matter.secrecy == "secret"
    services.minutes_check(minutes=paper, opinion="", actor=room.actor("secretary_general"), at=AFTER)
    services.minutes_sign(minutes=paper, actor=room.actor("mayor"), at=AFTER)
    services.minutes_issue(minutes=paper, actor=room.actor("secretariat"), at=AFTER)
    assert Task.objects.get().matter.secrecy == "secret"
    assert may_read_minutes(room.actor("vice_mayor"), paper.matter)
    assert not may_read_minutes(room.actor("unit_principal", "chengguan"), paper.matter)
