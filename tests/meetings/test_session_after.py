"""After the meeting: press, submissions, archive, rhythm."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Matter, Obligation
from luoshi.meetings import services
from luoshi.meetings.models import Meeting, PressRelease, Submission
from luoshi.meetings.papers_sessions import MAKERS, chinese_number, minutes_paper, record_paper
from luoshi.meetings.policies_papers import may_read_minutes
from luoshi.meetings.selectors.calendar import reminders, theme_count
from luoshi.supervision.models import Task
from tests.meetings.room import LATER, NOW, Room

from .sessions_after import AFTER, _minutes, clause, room

__all__ = ["room"]

pytestmark = pytest.mark.django_db


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
