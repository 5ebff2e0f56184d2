"""The pages of meetings, as each role uses them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from luoshi.ledger.actors import Actor
from luoshi.meetings import services
from luoshi.meetings.models import Archive, LeaveRequest, Meeting, Minutes
from luoshi.organisation.models import Grant
from luoshi.supervision.models import Task
from tests.meetings.room import Room, person

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(second=0, microsecond=0)
WHEN = NOW + dt.timedelta(minutes=30)


@pytest.fixture
def room(actor: Callable[..., Actor], bodies: dict[str, Any]) -> Room:
    return Room(actor, bodies)


@pytest.fixture
def browser(bodies: dict[str, Any]) -> Callable[..., Client]:
    def make(role: str, body: str | None = None) -> Client:
        grants = Grant.objects.filter(role__code=role).order_by("id")
        client = Client()
        client.force_login((grants.filter(body__code=body) if body else grants)[0].user)
        return client

    return make


def shown(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer.content.decode()


def test_the_section_plans_a_meeting_in_the_browser(browser: Callable[..., Client], room: Room) -> None:
    clerk = browser("mayor_office")
    assert "拟定会议方案" in shown(clerk.get(reverse("meeting-list")))
    shown(clerk.get(reverse("meeting-new")))
    given = {
        "kind": "executive", "planned_at": (timezone.localtime(WHEN) + dt.timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"),
        "place": "第一会议室", "chair": person(room.actor("mayor")).pk,
    }  # fmt: skip
    wrong = clerk.post(reverse("meeting-new"), {**given, "chair": person(room.actor("vice_mayor")).pk})
    assert wrong.status_code == 403
    late = shown(clerk.post(reverse("meeting-new"), {**given, "planned_at": "2017-10-20T09:00"}), 422)
    assert "会议时间应在现在之后" in late and "第一会议室" in late
    answer = clerk.post(reverse("meeting-new"), given)
    meeting = Meeting.objects.get()
    assert answer.headers["Location"] == reverse("meeting-detail", args=[meeting.pk])
    text = shown(clerk.get(answer.headers["Location"]))
    assert "固定列席" in text and "应到6人" in text
    assert "拟定会议方案" not in shown(browser("mayor").get(reverse("meeting-list")))


def _do(client: Client, url: str, row: Any, action: str, /, **data: Any) -> None:
    answer = client.post(reverse(url, args=[row.pk, action]), data)
    assert answer.status_code == 302, shown(answer, answer.status_code)


def test_a_meeting_goes_through_in_the_browser(browser: Callable[..., Client], room: Room) -> None:
    meeting = room.plan(now=NOW, when=WHEN)
    item = room.add()
    clerk, mayor, secretary = browser("mayor_office"), browser("mayor"), browser("secretary_general")
    _do(secretary, "meeting-act", meeting, "review", opinion="可行")
    _do(mayor, "meeting-act", meeting, "approve")
    _do(clerk, "meeting-act", meeting, "convene")
    assert "已通知" in shown(clerk.get(reverse("meeting-detail", args=[meeting.pk])))
    _do(clerk, "meeting-act", meeting, "deliver")
    principal = browser("unit_principal", "chengguan")
    seat = room.seat(room.actor("unit_principal", "chengguan"))
    assert "回执" in shown(principal.get(reverse("meeting-detail", args=[meeting.pk])))
    _do(principal, "meeting-attendee-act", seat, "acknowledge")
    refused = clerk.post(
        reverse("meeting-attendee-act", args=[room.seat(room.actor("mayor")).pk, "sign-in"]), {}
    )
    assert "会议纪律" in shown(refused, 422)
    for row in meeting.attendees.all():
        _do(clerk, "meeting-attendee-act", row, "sign-in", discipline="on")
    _do(clerk, "meeting-act", meeting, "open", recorder=room.staff.person_id)
    _do(clerk, "meeting-item-act", item, "call")
    _do(clerk, "meeting-item-act", item, "state", speaker=seat.pk, text="汇报供水情况", minutes="12")
    text = shown(clerk.get(reverse("meeting-detail", args=[meeting.pk])))
    assert "汇报供水情况" in text and "用时12分钟" in text
    assert "汇报供水情况" not in shown(principal.get(reverse("meeting-detail", args=[meeting.pk])))
    _do(clerk, "meeting-attendee-act", seat, "hand-out", paper="参阅件", mark="recall")
    assert "有编号文件没有收回" in shown(clerk.get(reverse("meeting-detail", args=[meeting.pk])))
    _do(clerk, "meeting-copy-act", meeting.copies.get(), "take-back")
    _do(clerk, "meeting-item-act", item, "result", outcome="passed", text="原则同意")
    assert "原则同意" not in shown(principal.get(reverse("meeting-detail", args=[meeting.pk])))
    _do(clerk, "meeting-act", meeting, "close")
    assert clerk.get(reverse("meeting-record", args=[meeting.pk, "docx"])).content[:2] == b"PK"
    assert principal.get(reverse("meeting-record", args=[meeting.pk, "docx"])).status_code == 403
    _do(clerk, "meeting-act", meeting, "minutes")
    paper = Minutes.objects.get()
    _do(clerk, "meeting-minutes-act", paper, "edit", title=paper.title, text="会议研究了供水工作。")
    _do(
        clerk,
        "meeting-resolution-act",
        paper.resolutions.get(),
        "edit",
        text="由市城管局办理",
        lead=room.bodies["chengguan"].pk,
    )
    _do(clerk, "meeting-minutes-act", paper, "submit")
    assert principal.get(reverse("meeting-minutes", args=[paper.pk])).status_code == 403
    _do(secretary, "meeting-minutes-act", paper, "check", opinion="同意")
    assert "签发" in shown(mayor.get(reverse("meeting-minutes", args=[paper.pk])))
    _do(mayor, "meeting-minutes-act", paper, "sign")
    office = browser("secretariat")
    assert paper.title in shown(office.get(reverse("meeting-minutes-list")))
    _do(office, "meeting-minutes-act", paper, "issue")
    assert Task.objects.get().source_id == paper.pk
    text = shown(principal.get(reverse("meeting-minutes", args=[paper.pk])))
    assert "督办任务" in text and "市政府常务会议纪要〔" in text
    assert office.get(reverse("meeting-minutes-paper", args=[paper.pk, "pdf"])).content[:4] == b"%PDF"
    text = shown(principal.get(reverse("meeting-detail", args=[meeting.pk])))
    assert "由市城管局办理" in text and "原则同意" not in text


def test_leave_is_asked_and_granted_in_the_browser(browser: Callable[..., Client], room: Room) -> None:
    meeting = room.plan(now=NOW, when=WHEN)
    room.add()
    principal = browser("unit_principal", "chengguan")
    seat = room.seat(room.actor("unit_principal", "chengguan"))
    deputy = person(room.actor("unit_leader", "chengguan"))
    _do(
        principal,
        "meeting-attendee-act",
        seat,
        "ask-leave",
        reason="外出",
        opinion="建议试点",
        substitute=deputy.pk,
    )
    leave = LeaveRequest.objects.get()
    assert "秘书长准假" in shown(principal.get(reverse("meeting-leave", args=[leave.pk])))
    assert (
        browser("unit_principal", "jiaoyu").get(reverse("meeting-leave", args=[leave.pk])).status_code == 403
    )
    secretary = browser("secretary_general")
    assert meeting.title in shown(secretary.get(reverse("meeting-leaves")))
    _do(secretary, "meeting-leave-act", leave, "grant", substitute="on")
    assert f"代{seat.name}" in shown(secretary.get(reverse("meeting-detail", args=[meeting.pk])))


def test_units_see_only_their_own_of_a_meeting(browser: Callable[..., Client], room: Room) -> None:
    meeting = room.plan(now=NOW, when=WHEN)
    room.add("供水议题")
    room.add("住建议题", unit="zhujian")
    text = shown(browser("unit_principal", "chengguan").get(reverse("meeting-detail", args=[meeting.pk])))
    assert "供水议题" in text and "住建议题" not in text
    assert person(room.actor("unit_principal", "zhujian")).name not in text
    assert (
        browser("unit_principal", "jiaoyu").get(reverse("meeting-detail", args=[meeting.pk])).status_code
        == 403
    )
    assert meeting.title not in shown(browser("unit_principal", "jiaoyu").get(reverse("meeting-list")))


def test_news_reports_and_archives_have_pages(browser: Callable[..., Client], room: Room) -> None:
    meeting = room.plan(now=NOW, when=WHEN)
    item = room.add()
    room.call()
    clerk, mayor = browser("mayor_office"), browser("mayor")
    _do(mayor, "meeting-act", meeting, "press", public="yes")
    _do(clerk, "meeting-act", meeting, "press-draft", title="市政府召开常务会议", text="会议研究了供水工作。")
    press = meeting.press_release
    assert "会议研究了供水工作" in shown(clerk.get(reverse("meeting-press", args=[press.pk])))
    _do(browser("secretary_general"), "meeting-press-act", press, "approve")
    room.sign_in()
    room.open()
    room.pass_items("party")
    room.close()
    _do(
        clerk,
        "meeting-item-act",
        item,
        "submit-party",
        name="party_group",
        drafter=room.bodies["chengguan"].pk,
    )
    report = item.submission
    unit = browser("unit_principal", "chengguan")
    _do(unit, "meeting-submission-act", report, "draft", text="关于供水的汇报")
    assert "政府党组" in shown(unit.get(reverse("meeting-submission", args=[report.pk])))
    _do(mayor, "meeting-submission-act", report, "sign")
    later = dt.datetime(WHEN.year + 1, 1, 2, 9, tzinfo=dt.UTC)
    services.archives_due(at=later)
    archive = Archive.objects.get()
    assert "会议档案移交" in shown(clerk.get(reverse("meeting-archive", args=[archive.pk])))
    assert str(archive.year) in shown(browser("confidential_office").get(reverse("meeting-archives")))
    refused = shown(
        clerk.post(reverse("meeting-archive-act", args=[archive.pk, "hand-over"]), {f"m{meeting.pk}": "无"}),
        422,
    )
    assert "纪要还没有签发" in refused


def test_the_list_of_meetings_costs_the_same_for_many(browser: Callable[..., Client], room: Room) -> None:
    clerk, counts = browser("mayor_office"), []
    for day in range(5):
        room.plan(now=NOW, when=WHEN + dt.timedelta(days=day))
        with CaptureQueriesContext(connection) as caught:
            text = shown(clerk.get(reverse("meeting-list")))
        counts.append(len(caught))
    assert len(re.findall("市长办承办", text)) == 5
    assert counts[1] == counts[4]
