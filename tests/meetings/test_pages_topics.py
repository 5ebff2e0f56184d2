"""The pages before the meeting, as each role uses them."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from luoshi.meetings import services
from luoshi.meetings.models import CityMeeting, Consultation, Material, Topic
from luoshi.organisation.models import Grant

from .office import PDF, REPORT, Office
from .test_city import PROPOSAL

pytestmark = pytest.mark.django_db
TOPIC = {
    "title": "关于供水管网的议题", "place": "executive:9", "brief": "老城区改造", "research": "走访社区",
    "points": "是否列入计划\n资金来源",
}  # fmt: skip


@pytest.fixture
def office(actor, bodies):
    return Office(actor, bodies, at=timezone.now())


@pytest.fixture
def enter(client, bodies):
    """enter("liaison", "chengguan") signs the client in as that demo account; an actor goes as well."""

    def make(role, body=None):
        if not isinstance(role, str):
            client.force_login(Grant.objects.filter(user_id=role.user_id).first().user)
            return client
        grants = Grant.objects.filter(role__code=role)
        client.force_login((grants.filter(body__code=body) if body else grants).first().user)
        return client

    return make


def shown(answer, status=200):
    assert answer.status_code == status, re.sub(r"<[^>]+>", " ", answer.content.decode())[-1500:]
    return answer.content.decode()


def act(client, name, pk, action, **data):
    answer = client.post(reverse(name, args=[pk, action]), data)
    assert answer.status_code == 302, re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))[
        -1500:
    ]
    return answer


def test_the_lists_say_what_to_do_where_there_is_nothing_yet(enter):
    for role in ("mayor", "unit_principal", "mayor_office"):
        client = enter(role)
        for name in ("topic-list", "city-meetings"):
            text = shown(client.get(reverse(name)))
            assert "ls-empty" in text
        for which in ("mine", "ready", "over", "all"):
            shown(client.get(reverse("topic-list"), {"which": which, "kind": "executive", "q": "水"}))


def test_a_unit_proposes_and_the_office_reviews_in_the_browser(enter, office):
    client = enter("unit_principal", "chengguan")
    shown(client.post(reverse("topic-new"), TOPIC | {"title": " "}), 422)
    client.post(reverse("topic-new"), TOPIC | {"research": ""})
    topic = Topic.objects.get()
    text = shown(client.get(reverse("topic-detail", args=[topic.pk])))
    assert "所缺" in text and "第三条" in text
    assert client.post(reverse("topic-act", args=[topic.pk, "submit"])).status_code == 302
    assert office.state(topic) == "draft"
    seen = topic.matter.version
    assert client.post(reverse("topic-edit", args=[topic.pk]), {**TOPIC, "version": seen}).status_code == 302
    late = shown(client.post(reverse("topic-edit", args=[topic.pk]), {**TOPIC, "version": seen}), 422)
    assert "已有变动" in late and TOPIC["brief"] in late, "nobody overwrites what they have not seen"
    act(client, "topic-act", topic.pk, "consult", bodies=[office.bodies["zhujian"].pk])
    row = Consultation.objects.get()
    client = enter("unit_principal", "zhujian")
    assert "主要负责人签字" in shown(client.get(reverse("topic-consultation", args=[row.pk])))
    shown(client.post(reverse("consultation-act", args=[row.pk, "answer"]), {"reply": "agree"}), 422)
    act(client, "consultation-act", row.pk, "answer", reply="agree", sealed="on")
    act(enter("unit_principal", "chengguan"), "topic-act", topic.pk, "submit")
    body = office.bodies["chengguan"]
    act(enter(office.deputy(body)), "topic-act", topic.pk, "pass", opinion="同意")
    for who in (office.actor("secretary_general"), office.leader(body)):
        client = enter(who)
        assert "审查通过" in shown(client.get(reverse("topic-detail", args=[topic.pk])))
        act(client, "topic-act", topic.pk, "pass", opinion="同意", place="executive:9")
    client = enter("mayor")
    assert topic.matter.title in shown(client.get(reverse("topic-list"), {"which": "mine"}))
    act(client, "topic-act", topic.pk, "determine", opinion="同意")
    client = enter("mayor_office")
    act(client, "topic-act", topic.pk, "keep")
    act(client, "topic-act", topic.pk, "classify", treatment="decide")
    material = Material.objects.get()
    client = enter("unit_principal", "chengguan")
    act(client, "topic-act", topic.pk, "suggest", bodies=[office.bodies["zhujian"].pk])
    assert client.post(reverse("material-edit", args=[material.pk]), REPORT).status_code == 302
    act(client, "material-act", material.pk, "submit")
    for who in (office.deputy(body), office.leader(body)):
        act(enter(who), "material-act", material.pk, "pass", opinion="")
    text = shown(client.get(reverse("topic-material", args=[material.pk])))
    assert "已审定" in text
    answer = client.get(reverse("material-file", args=[material.pk]))
    assert answer.content[:2] == b"PK"
    meeting = office.meeting(when=timezone.now() + dt.timedelta(days=9))
    client = enter("mayor_office")
    text = shown(client.get(reverse("meeting-agenda", args=[meeting.pk])))
    assert topic.matter.title in text and "还不能列入" not in text
    url = reverse("meeting-agenda-topic", args=[meeting.pk, topic.pk, "add"])
    assert "10分钟" in shown(client.post(url, {"minutes": "20"}), 422)
    assert client.post(url, {"minutes": "10"}).status_code == 302
    item = meeting.items.get()
    other = enter("unit_principal", "chengguan")
    assert other.get(reverse("meeting-agenda", args=[meeting.pk])).status_code == 403
    client = enter("mayor_office")
    shown(client.get(reverse("meeting-agenda", args=[meeting.pk])))
    shown(client.get(reverse("topic-detail", args=[topic.pk])))
    assert client.post(reverse("meeting-agenda-item", args=[item.pk, "move"]), {"to": "1"}).status_code == 302
    assert (
        client.post(reverse("meeting-agenda-item", args=[item.pk, "remove"]), {"reason": "改期"}).status_code
        == 302
    )
    assert office.state(topic) == "determined"


def test_schemes_attachments_and_differences_in_the_browser(enter, office):
    client = enter("unit_principal", "chengguan")
    topic = office.propose(scheme=True)
    row = services.consultation_ask(
        topic=topic, bodies=[office.bodies["zhujian"]], actor=office.proposer(topic), at=office.at
    )[0]
    services.consultation_answer(
        consultation=row, reply="disagree", grounds="没有资金", sealed=True,
        actor=office.actor("unit_principal", "zhujian"), at=office.at,
    )  # fmt: skip
    data = {
        f"{part}{number}": f"{part}{number}"
        for number in (1, 2)
        for part in ("title", "text", "advantages", "drawbacks")
    }
    assert client.post(reverse("topic-schemes", args=[topic.pk]), data).status_code == 302
    assert topic.schemes.count() == 2
    shown(client.get(reverse("topic-schemes", args=[topic.pk])))
    act(client, "consultation-act", row.pk, "discuss", discussed="会商两次", own_grounds="有资金")
    act(client, "topic-act", topic.pk, "set_out", proposal="分期", inclination="同意")
    act(client, "topic-act", topic.pk, "attach", purpose="文件待审稿", file=SimpleUploadedFile("稿.pdf", PDF))
    text = shown(client.get(reverse("topic-detail", args=[topic.pk])))
    assert "没有资金" in text and "会商两次" in text and "稿.pdf" in text
    file = topic.matter.attachments.get()
    assert client.get(reverse("topic-file", args=[file.pk])).status_code == 200
    assert enter("unit_principal", "gongan").get(reverse("topic-file", args=[file.pk])).status_code == 403
    act(enter("unit_principal", "chengguan"), "topic-act", topic.pk, "withdraw", reason="不提了")


def test_units_see_only_what_concerns_them_and_secret_topics_only_those_who_may(enter, office):
    topic = office.propose()
    secret = office.propose(title="涉密议题", secrecy="secret")
    client = enter("unit_principal", "gongan")
    assert topic.matter.title not in shown(client.get(reverse("topic-list")))
    assert client.get(reverse("topic-detail", args=[topic.pk])).status_code == 403
    client = enter("mayor_office")
    assert "涉密议题" not in shown(client.get(reverse("topic-list")))
    assert client.get(reverse("topic-detail", args=[secret.pk])).status_code == 403
    assert "涉密议题" in shown(enter("mayor").get(reverse("topic-list")))
    assert client.get(reverse("topic-detail", args=[999999])).status_code == 404


def test_a_city_wide_meeting_is_drawn_up_and_approved_in_the_browser(enter, office):
    client = enter("unit_principal", "chengguan")
    data = {f"p_{key}": value for key, value in PROPOSAL.items()} | {
        "title": "全市供暖会议", "sort": "deploy", "form": "hall", "starts_at": "2030-12-01T09:00",
        "necessity": "关系全市",
    }  # fmt: skip
    client.post(reverse("city-meeting-new"), data | {"p_cost": ""})
    city = CityMeeting.objects.get()
    assert "所缺" in shown(client.get(reverse("city-meeting", args=[city.pk])))
    assert client.post(reverse("city-meeting-act", args=[city.pk, "submit"])).status_code == 302
    assert office.state(city) == "draft"
    shown(client.get(reverse("city-meeting-edit", args=[city.pk])))
    assert client.post(reverse("city-meeting-edit", args=[city.pk]), data).status_code == 302
    act(client, "city-meeting-act", city.pk, "submit")
    body = office.bodies["chengguan"]
    for who in (office.deputy(body), office.leader(body), office.actor("mayor")):
        client = enter(who)
        assert "同意" in shown(client.get(reverse("city-meeting", args=[city.pk])))
        act(client, "city-meeting-act", city.pk, "pass", opinion="同意")
    assert office.state(city) == "approved"
    assert "已批准" in shown(client.get(reverse("city-meetings"), {"sort": "deploy"}))
    client = enter("unit_principal", "gongan")
    assert client.get(reverse("city-meeting", args=[city.pk])).status_code == 403


def test_lists_ask_the_same_number_of_questions_however_long_they_are(
    enter, office, django_assert_max_num_queries
):
    client = enter("mayor")
    for _ in range(6):
        office.propose()
    client.get(reverse("topic-list"))
    with django_assert_max_num_queries(16):
        client.get(reverse("topic-list"))


def test_the_county_s_pages_show_its_own_words(enter, office, under):
    under("xiping")
    client = enter("unit_principal", "chengguan")
    text = shown(client.get(reverse("topic-new")))
    assert "县政府常务会议" in text and "专题协调会议" not in text
    client.post(reverse("topic-new"), TOPIC | {"place": "executive:5"})
    topic = Topic.objects.get()
    assert "规范性文件" in shown(client.get(reverse("topic-detail", args=[topic.pk])))
    assert "局际联席会议" in shown(client.get(reverse("city-meeting-new")))
