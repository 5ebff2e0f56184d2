"""The pages of dangers, patrols, campaigns, monthly reports, inspections, letters and the register."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from luoshi.organisation.models import Grant, Person
from luoshi.supervision import services
from luoshi.supervision.models import (
    Bulletin,
    Campaign,
    Danger,
    Entry,
    Inspection,
    Letter,
    PatrolObject,
    Task,
)

from .test_campaigns import SMALL

pytestmark = pytest.mark.django_db
LISTS = (
    "task-list", "task-board", "danger-list", "patrol-list", "campaign-list", "bulletin-list", "inspection-list", "letter-list",
    "entry-list",
)  # fmt: skip


@pytest.fixture
def enter(client, bodies):
    """enter("liaison", "chengguan") signs the client in as that demo account."""

    def make(role, body=None):
        grants = Grant.objects.filter(role__code=role)
        client.force_login((grants.filter(body__code=body) if body else grants).first().user)
        return client

    return make


def shown(answer, status=200):
    text = answer.content.decode()
    assert answer.status_code == status, re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))[-2000:]
    return text


def act(client, name, pk, action, **data):
    shown(client.post(reverse(name, args=[pk, action]), data), 302)


def day(days=0):
    return (timezone.localdate() + dt.timedelta(days=days)).isoformat()


def test_every_list_says_what_to_do_where_there_is_nothing_yet(enter):
    client = enter("supervision_office")
    for name in LISTS:
        assert "ls-empty" in shown(client.get(reverse(name))), name


def test_a_danger_is_listed_planned_put_right_rechecked_and_banned_in_the_browser(enter, bodies):
    client = enter("supervision_office")
    given = {
        "source": "inspection", "place": "示例商场", "text": "出口上锁", "element": "management", "sector": "fire",
        "item": "大型商场超市", "body": bodies["hubin"].pk, "major": "on",
    }  # fmt: skip
    shown(client.post(reverse("danger-new"), given | {"item": "瓦斯"}), 422)
    shown(client.post(reverse("danger-new"), given), 302)
    row = Danger.objects.get()
    act(client, "danger-act", row.pk, "measure", kind="seal", text="不达标", decided_by="市政府")
    assert "封闭" in shown(client.get(reverse("danger-detail", args=[row.pk])))
    act(client, "danger-act", row.pk, "lift", measure=row.measures.get().pk, reason="验收合格")

    client = enter("liaison", "hubin")
    plan = {
        "cause": "松懈", "crux": "责任不清", "measure": "开通", "territorial": bodies["hubin"].pk, "territorial_person": "甲",
        "supervisory": bodies["gongan"].pk, "supervisory_person": "乙", "principal": "示例商场", "principal_person": "丙",
        "road": f"{day(2)} 打开出口\n{day(5)} 培训", "in_organisation": "专班", "in_funds": "3万元", "in_inspection": "每周",
        "in_accountability": "问责",
    }  # fmt: skip
    answer = client.post(reverse("danger-act", args=[row.pk, "plan"]), plan | {"road": "明天 打开"})
    assert "第1步写法不对" in shown(answer, 422) and "松懈" in shown(answer, 422)
    act(client, "danger-act", row.pk, "plan", **plan)
    act(client, "danger-act", row.pk, "step", note="已开")
    act(client, "danger-act", row.pk, "step")
    act(client, "danger-act", row.pk, "report", text="完成")
    assert client.post(reverse("danger-act", args=[row.pk, "pass"]), {"opinion": "好"}).status_code == 403

    client = enter("liaison", "gongan")
    assert "待复查" in shown(client.get(reverse("danger-detail", args=[row.pk])))
    act(client, "danger-act", row.pk, "fail", opinion="仍有杂物", until=day(10))
    act(enter("liaison", "hubin"), "danger-act", row.pk, "report", text="再整改")
    act(enter("liaison", "gongan"), "danger-act", row.pk, "pass", opinion="现场合格")
    assert "已销号" in shown(client.get(reverse("danger-list") + "?which=closed"))
    assert enter("liaison", "jiaoyu").get(reverse("danger-detail", args=[row.pk])).status_code == 403


def test_an_object_is_patrolled_in_the_browser(enter, bodies):
    client = enter("liaison", "gongan")
    given = {
        "kind": "tailings",
        "name": "示例尾矿库",
        "place": "示例乡",
        "body": bodies["gongan"].pk,
        "every_days": 10,
    }
    shown(client.post(reverse("patrol-list"), given | {"every_days": 0}), 422)
    shown(client.post(reverse("patrol-list"), given), 302)
    row = PatrolObject.objects.get()
    act(client, "patrol-act", row.pk, "clear", text="正常")
    act(
        client, "patrol-act", row.pk, "found", place="坝面", text="开裂", element="surroundings", sector="mine", item="",
        rectifier=bodies["lushi"].pk,
    )  # fmt: skip
    assert Danger.objects.get().matter.number in shown(client.get(reverse("patrol-detail", args=[row.pk])))
    act(client, "patrol-act", row.pk, "remove", reason="闭库")
    shown(client.get(reverse("patrol-list")))


def test_a_survey_is_sent_out_and_answered_in_the_browser(enter, bodies):
    client = enter("supervision_office")
    given = {
        "kind": "inspection",
        "title": "消防督查",
        "text": "逐项检查",
        "sector": "fire",
        "bodies": [bodies["gongan"].pk],
    }
    assert "办结时限" in shown(client.post(reverse("survey-new"), given), 422)
    shown(client.post(reverse("survey-new"), given | {"due_on": day(20)}), 302)
    made, task = Campaign.objects.get(), Task.objects.get()
    shown(client.get(reverse("campaign-detail", args=[made.pk])))
    client = enter("liaison", "gongan")
    act(client, "task-act", task.pk, "receive")
    page = shown(client.get(reverse("task-detail", args=[task.pk])))
    checks = re.findall(r'name="checked" value="([^"]+)"', page)
    assert len(checks) == 13
    answer = client.post(
        reverse("task-act", args=[task.pk, "survey"]), {"checked": checks[:3], "found": 0, "text": "查"}
    )
    assert "逐项" in shown(answer, 422)
    act(client, "task-act", task.pk, "survey", checked=checks, found=0, text="逐项查过，无隐患")
    client = enter("supervision_office")
    act(client, "task-act", task.pk, "close", opinion="抽查属实")
    act(client, "campaign-act", made.pk, "end", conclusion="完成")


def test_a_rectification_list_is_typed_in_the_browser(enter):
    client = enter("supervision_office")
    given = {"title": "审计整改", "origin": "audit", "items": f"台账不全 | 市公安局 | {day(30)} | 补齐"}
    assert "第1行" in shown(client.post(reverse("rectification-new"), given | {"items": "不知"}), 422)
    shown(client.post(reverse("rectification-new"), given), 302)
    assert "审计" in shown(client.get(reverse("campaign-detail", args=[Campaign.objects.get().pk])))


def test_a_plan_is_checked_then_imported_and_evaluated_in_the_browser(enter):
    client = enter("supervision_office")

    def post(text, **more):
        return client.post(
            reverse("plan-import"), {"file": SimpleUploadedFile("a.yaml", text.encode()), **more}
        )

    assert "不能导入" in shown(post("tasks: []"))
    text = shown(post(SMALL))
    assert "可以导入" in text and "市残联" in text and not Task.objects.exists()
    shown(post(SMALL, load="on"), 302)
    made = Campaign.objects.get()
    assert "第一件事" in shown(client.get(reverse("campaign-detail", args=[made.pk])))
    flagged = Task.objects.get(matter__kind="supervision.unplaced")
    assert "原文照录" in shown(client.get(reverse("task-detail", args=[flagged.pk])))
    given = {"kind": "monitor", "day": day(), "conclusion": "正常", "i1": "93"}
    assert "参保率" in shown(client.post(reverse("campaign-act", args=[made.pk, "evaluate"]), given), 422)
    act(client, "campaign-act", made.pk, "evaluate", **given, i2="91")


def test_a_month_s_notice_is_drawn_up_issued_and_taken_as_a_paper(enter, set_task):
    set_task()
    client = enter("supervision_office")
    shown(client.post(reverse("bulletin-list")), 302)
    for row in Bulletin.objects.all():
        assert client.get(reverse("bulletin-file", args=[row.pk])).status_code == 404
        act(client, "bulletin-act", row.pk, "draw_up", remark="总体平稳")
        act(client, "bulletin-act", row.pk, "issue")
        shown(client.get(reverse("bulletin-detail", args=[row.pk])))
        paper = client.get(reverse("bulletin-file", args=[row.pk])).content
        assert "word/document.xml" in zipfile.ZipFile(BytesIO(paper)).namelist()
    client = enter("liaison", "chengguan")
    assert "整治占道经营" in shown(
        client.get(reverse("bulletin-detail", args=[Bulletin.objects.get(kind="overdue").pk]))
    )
    assert (
        client.get(reverse("bulletin-detail", args=[Bulletin.objects.get(kind="summary").pk])).status_code
        == 403
    )


def test_a_list_is_taken_as_a_sheet(enter, set_task):
    set_task()
    answer = enter("supervision_office").get(reverse("task-export") + "?which=live")
    assert answer.status_code == 200 and answer.content[:2] == b"PK"


def test_an_inspection_is_entered_and_told_to_the_meeting_in_the_browser(enter):
    client = enter("inspector")
    given = {
        "title": "决策执行检查", "by_kind": "supervision", "day": day(), "bodies": "市教育局", "text": "抽查", "problems": "一项",
        "advice": "",
    }  # fmt: skip
    assert "整改建议" in shown(client.post(reverse("inspection-new"), given), 422)
    shown(client.post(reverse("inspection-new"), given | {"advice": "补正"}), 302)
    row = Inspection.objects.get()
    assert "补正" in shown(client.get(reverse("inspection-detail", args=[row.pk])))
    act(client, "inspection-act", row.pk, "report", meeting="第12次常务会议", day=day())


def test_an_important_letter_is_read_by_the_mayor_in_the_browser(enter, bodies):
    client = enter("supervision_office")
    given = {
        "kind": "letter", "title": "道路积水", "from_whom": "某居民", "received_on": day(), "text": "积水", "important": "on",
    }  # fmt: skip
    shown(client.post(reverse("letter-new"), given), 302)
    row = Letter.objects.get()
    grant = Grant.objects.filter(role__code="mayor").first()
    act(client, "letter-act", row.pk, "refer", leader=grant.user.person_id)
    assert client.post(reverse("letter-act", args=[row.pk, "read"]), {"opinion": "代批"}).status_code == 403
    act(enter("mayor"), "letter-act", row.pk, "read", opinion="请解决")
    client = enter("supervision_office")
    act(client, "letter-act", row.pk, "route", level="department", body=bodies["zhujian"].pk)
    row.refresh_from_db()
    assert row.task.matter.number in shown(client.get(reverse("letter-detail", args=[row.pk])))
    shown(client.get(reverse("letter-list") + "?which=important"))


def test_a_line_of_the_register_is_entered_and_answered_in_the_browser(enter):
    client = enter("supervision_office")
    kind = "grassroots"
    given = {"kind": kind, "title": "桥梁维修", "party": "示例县", "day": day(), "text": "资金困难"}
    shown(client.post(reverse("entry-new"), given), 302)
    row = Entry.objects.get()
    act(client, "entry-act", row.pk, "answer", outcome="adopted", answer="列入计划")
    assert "已采纳" in shown(client.get(reverse("entry-detail", args=[row.pk])))
    assert "桥梁维修" in shown(client.get(reverse("entry-list") + f"?kind={kind}"))


def test_a_leader_s_task_is_closed_from_the_leader_s_own_page(enter, set_task, bodies, unit, actor):
    mayor = actor("mayor")
    task = set_task(
        setter_person=Person.objects.get(pk=mayor.person_id),
        setter_body=bodies["shizhengfu"],
        source_kind="instruction",
    )
    services.task_receive(task=task, actor=unit("chengguan"), at=timezone.now())
    services.task_submit(task=task, text="完成", actor=unit("chengguan"), at=timezone.now())
    client = enter("mayor")
    assert "核查销号" in shown(client.get(reverse("task-detail", args=[task.pk])))
    act(client, "task-act", task.pk, "close", opinion="同意")
