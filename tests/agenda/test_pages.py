"""The pages, as each role uses them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from luoshi.agenda.models import Clearance, Delegation, Leader, Leave, Step
from luoshi.ledger.models import Matter
from luoshi.organisation.models import Body, User

Leaders = dict[str, Leader]
Enter = Callable[[str], Client]
TODAY = timezone.localdate


@pytest.fixture
def enter(bodies: dict[str, Body]) -> Enter:
    """enter("secretary"): a client signed in as that account."""

    def make(name: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(username=name))
        return client

    return make


def shown(answer: Any, status: int = 200) -> str:
    text: str = answer.content.decode()
    assert answer.status_code == status, re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))[-2000:]
    return text


def day(days: int) -> str:
    return (TODAY() + dt.timedelta(days=days)).isoformat()


def test_everybody_who_works_with_papers_sees_the_roster_and_the_office_changes_it(
    enter: Enter, leaders: Leaders, bodies: dict[str, Body], django_assert_max_num_queries: Any
) -> None:
    client = enter("chengguan.liaison")
    client.get(reverse("agenda-board"))
    with django_assert_max_num_queries(45):
        text = shown(client.get(reverse("agenda-board")))
    assert leaders["mayor"].person.name in text and "没有领导外出" in text and "登记领导" not in text
    assert "这一天没有登记领导" in shown(client.get(reverse("agenda-board") + "?day=2016-01-01"))
    shown(client.get(reverse("agenda-board") + "?day=2017-99-99"))
    office = enter("shizhangban")
    one = reverse("agenda-leader", args=[leaders["vicemayor"].pk])
    assert "解除AB角" in shown(office.get(one))
    assert "解除AB角" not in shown(client.get(one))
    act = lambda action: reverse("agenda-leader-act", args=[leaders["vicemayor"].pk, action])  # noqa: E731
    text = shown(office.post(act("pair"), {"other": leaders["vicemayor2"].pk, "since": day(0)}), 422)
    assert "已与" in text
    assert office.post(act("charge"), {"body": bodies["jiaoyu"].pk, "since": day(0)}).status_code == 302
    assert "分管市教育局" in shown(office.get(one)) and "市教育局由" in shown(
        office.get(reverse("agenda-changes"))
    )
    assert office.post(act("unpair"), {"until": day(0)}).status_code == 302
    assert (
        office.post(act("edit"), {"rank": 3, "title": "副市长", "portfolio": "分管城建"}).status_code == 302
    )
    text = shown(office.post(act("edit"), {"rank": 4, "title": "副市长", "portfolio": "分管城建"}), 422)
    assert "已有人" in text
    deputy = reverse("agenda-leader-act", args=[leaders["deputy2"].pk, "assists"])
    data = {"leader": leaders["vicemayor"].pk, "since": day(0)}
    assert office.post(deputy, data).status_code == 302
    serves = {"section": bodies["zonghe2"].pk, "since": day(0)}
    assert office.post(act("serves"), serves).status_code == 302
    assert office.post(act("end"), {"until": day(1)}).status_code == 302
    new = {
        "person": User.objects.get(username="mishu.head").person_id, "office": "vice_mayor", "rank": 4, "since": day(2),
    }  # fmt: skip
    assert "已有人" in shown(office.post(reverse("agenda-leader-new"), new), 422)
    assert client.post(act("end"), {"until": day(1)}).status_code == 403


def test_leave_is_asked_for_approved_filed_and_ended_in_the_browser(enter: Enter, leaders: Leaders) -> None:
    secretary, mayor, executive = enter("secretary"), enter("mayor"), enter("executive")
    assert "没有请假" in shown(secretary.get(reverse("agenda-leaves")))
    data = {
        "kind": "business", "reason": "参加培训", "destination": "郑州", "leaves_seat": "on", "starts_on": day(1),
        "ends_on": day(2),
    }  # fmt: skip
    text = shown(secretary.post(reverse("agenda-leave-new"), data), 422)
    assert "须提前2天" in text and "参加培训" in text
    data["late_reason"] = "省里临时通知"
    assert secretary.post(reverse("agenda-leave-new"), data).status_code == 302
    leave = Leave.objects.get()
    url = reverse("agenda-leave", args=[leave.pk])
    assert "参加培训" in shown(mayor.get(reverse("agenda-leaves") + "?which=turn"))
    assert "没有请假" in shown(mayor.get(reverse("agenda-leaves")))
    assert shown(mayor.get(reverse("agenda-leaves") + "?which=all"))
    assert enter("chengguan.principal").get(url).status_code == 403
    for client, leader in ((mayor, "mayor"), (executive, "executive")):
        step = Step.objects.get(paper=leave.matter, person=leaders[leader].person)
        assert "不同意的理由" in shown(client.get(url))
        assert (
            client.post(reverse("agenda-step-act", args=[step.pk, "agree"]), {"opinion": ""}).status_code
            == 302
        )
    assert "登记报备" in shown(secretary.get(url))
    filed = reverse("agenda-leave-act", args=[leave.pk, "file"])
    assert secretary.post(filed, {"to": "party_office"}).status_code == 302
    assert "市委办公室" in shown(secretary.get(url))
    call_off = reverse("agenda-leave-act", args=[leave.pk, "call-off"])
    assert secretary.post(call_off, {"reason": "会议改期"}).status_code == 302
    assert "已取消" in shown(secretary.get(url))


def test_both_of_a_pair_away_is_arranged_in_the_browser(enter: Enter, leaders: Leaders) -> None:
    office, secretary = enter("shizhangban"), enter("secretary")
    data = {
        "kind": "vacation", "reason": "休假", "destination": "外地", "leaves_seat": "on", "starts_on": day(0),
        "ends_on": day(3),
    }  # fmt: skip
    for name in ("vicemayor2", "vicemayor3"):
        answer = office.post(reverse("agenda-leave-register"), data | {"leader": leaders[name].pk})
        assert answer.status_code == 302
    text = shown(office.get(reverse("agenda-board")))
    assert "暂无代行人" in text
    overlap = Matter.objects.get(kind="agenda.overlap")
    url = reverse("agenda-overlap", args=[overlap.pk])
    assert "统筹安排" in shown(secretary.get(url))
    assert overlap.title in shown(secretary.get("/work/"))
    values = {"arrangement": "由常务副市长兼顾", f"stand_in{overlap.facts['other']}": leaders["executive"].pk}
    act = reverse("agenda-overlap-act", args=[overlap.pk, "arrange"])
    assert enter("deputy").post(act, values).status_code == 403
    assert secretary.post(act, values).status_code == 302
    assert "由常务副市长兼顾" in shown(secretary.get(url))
    assert f"{leaders['executive'].person.name}代行" in shown(office.get(reverse("agenda-board")))
    leave = Leave.objects.filter(person=leaders["vicemayor2"].person).get()
    back = reverse("agenda-leave-act", args=[leave.pk, "return"])
    assert enter("vicemayor2").post(back, {"returned_on": day(0)}).status_code == 302
    assert "已不重叠" in shown(secretary.get(url))


def test_a_speech_is_submitted_by_the_serving_section_and_approved(enter: Enter, leaders: Leaders) -> None:
    section, secretary, mayor = enter("zonghe1"), enter("secretary"), enter("mayor")
    assert "没有报批事项" in shown(section.get(reverse("agenda-clearances")))
    data = {
        "leader": leaders["vicemayor"].pk, "kind": "speech_government", "subject": "在全省会议上的发言", "text": "",
        "on": day(3),
    }  # fmt: skip
    assert "请填写内容" in shown(section.post(reverse("agenda-clearance-new"), data), 422)
    assert section.post(reverse("agenda-clearance-new"), data | {"text": "全文"}).status_code == 302
    row = Clearance.objects.get()
    url = reverse("agenda-clearance", args=[row.pk])
    for client, key in ((secretary, "secretary"), (mayor, "mayor")):
        assert "在全省会议上的发言" in shown(client.get(reverse("agenda-clearances") + "?which=turn"))
        shown(client.get(url))
        step = Step.objects.get(paper=row.matter, key=key)
        assert (
            client.post(reverse("agenda-step-act", args=[step.pk, "agree"]), {"opinion": "同意"}).status_code
            == 302
        )
    assert "已核准" in shown(section.get(url))
    other = data | {"text": "全文", "subject": "另一份"}
    assert section.post(reverse("agenda-clearance-new"), other).status_code == 302
    other_row = Clearance.objects.get(subject="另一份")
    step = Step.objects.get(paper=other_row.matter, key="secretary")
    refuse = reverse("agenda-step-act", args=[step.pk, "refuse"])
    assert secretary.post(refuse, {"opinion": ""}).status_code == 422
    assert secretary.post(refuse, {"opinion": "请补充数据"}).status_code == 302
    assert "未核准" in shown(section.get(reverse("agenda-clearance", args=[other_row.pk])))


def test_commissions_are_entered_shown_and_revoked(enter: Enter, leaders: Leaders) -> None:
    mayor, reader = enter("mayor"), enter("chengguan.liaison")
    assert "没有授权委托" in shown(reader.get(reverse("agenda-delegations")))
    data = {
        "by": leaders["mayor"].pk, "to": leaders["vicemayor"].person_id, "kind": "commission", "scope": "负责黄河明珠文化节",
        "powers": ["represent"], "since": day(0), "until": day(20), "document": "",
    }  # fmt: skip
    shown(mayor.post(reverse("agenda-delegation-new"), data), 422)
    assert mayor.post(reverse("agenda-delegation-new"), data | {"document": "市长批示"}).status_code == 302
    row = Delegation.objects.get()
    url = reverse("agenda-delegation", args=[row.pk])
    assert "代表市政府进行活动" in shown(reader.get(url))
    assert "负责黄河明珠文化节" in shown(reader.get(reverse("agenda-leader", args=[leaders["vicemayor"].pk])))
    act = reverse("agenda-delegation-act", args=[row.pk, "revoke"])
    assert reader.post(act, {"reason": "x"}).status_code == 403
    assert mayor.post(act, {"reason": "任务完成"}).status_code == 302
    assert "已撤销" in shown(reader.get(url))
    assert "负责黄河明珠文化节" in shown(reader.get(reverse("agenda-delegations") + "?which=all"))


def test_activities_are_planned_where_the_rules_know_them(
    enter: Enter, leaders: Leaders, bodies: dict[str, Body], under: Callable[[str], None]
) -> None:
    section = enter("zonghe1")
    assert "没有领导活动的报批规定" in shown(section.get(reverse("agenda-activities")))
    under("xiping")
    assert "没有活动" in shown(section.get(reverse("agenda-activities")))
    data = {"leader": leaders["vicemayor"].pk, "activity": "forum", "subject": "发展论坛", "on": day(5)}
    assert "缺少县长批准" in shown(section.post(reverse("agenda-activity-new"), data), 422)
    answer = section.post(reverse("agenda-activity-new"), data | {"activity": "other", "subject": "调研"})
    assert answer.status_code == 302
    assert "调研" in shown(section.get(reverse("agenda-activities")))
    matter = Matter.objects.get(kind="agenda.activity")
    assert "取消活动" in shown(section.get(reverse("agenda-activity", args=[matter.pk])))
    act = reverse("agenda-activity-act", args=[matter.pk, "cancel"])
    assert section.post(act, {"reason": "改期"}).status_code == 302
