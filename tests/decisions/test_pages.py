"""The pages, as each role uses them."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from luoshi.decisions import services
from luoshi.decisions.models import Accountability, Decision, MemberReport, Normative, Urgent
from luoshi.decisions.standing import legality_of
from luoshi.organisation.models import Grant

from .conftest import PDF, fresh, own

pytestmark = pytest.mark.django_db


@pytest.fixture
def enter(client, bodies):
    """enter("mayor"), enter("unit_principal", "zhujian"): sign the client in as that demo account."""

    def make(role, body=None):
        grants = Grant.objects.filter(role__code=role)
        client.force_login((grants.filter(body__code=body) if body else grants).first().user)
        return client

    return make


def shown(answer, status=200):
    assert answer.status_code == status, plain(answer)
    return answer.content.decode()


def plain(answer):
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", text)[-1500:]


def post(client, name, *args, status=302, **data):
    answer = client.post(reverse(name, args=args), data)
    assert answer.status_code == status, plain(answer)
    return answer


LISTS = (
    "decision-list", "decision-urgents", "legality-list", "normative-list", "filing-list", "decision-reports",
    "decision-cases",
)  # fmt: skip


def test_empty_lists_say_what_will_stand_there(enter):
    for role, names in (("mayor", LISTS[:5]), ("inspector", LISTS)):
        client = enter(role)
        for name in names:
            assert "ls-empty" in shown(client.get(reverse(name)))
    for name in ("decisions-public", "normatives-public"):
        assert "ls-empty" in shown(client.get(reverse(name)))


FORM = {
    "title": "虚构街区改造规划", "summary": "虚构内容", "subjects": ["block_renewal"], "weight": "ordinary",
    "basis": "虚构条例", "competence": "虚构职责", "option1": "甲", "gains1": "快", "drawbacks1": "贵", "option2": "乙",
    "gains2": "省", "drawbacks2": "慢",
}  # fmt: skip


def test_a_body_puts_a_matter_forward_and_sees_what_is_missing_with_its_clause(enter):
    client = enter("unit_principal", "zhujian")
    assert "事项内容" in shown(client.get(reverse("decision-new")))
    text = shown(client.post(reverse("decision-new"), {**FORM, "gains1": ""}), 422)
    assert "请填写方案的利" in text and "虚构街区改造规划" in text
    post(client, "decision-new", **FORM)
    decision = Decision.objects.get()
    text = shown(client.get(reverse("decision-detail", args=[decision.pk])))
    assert "城市改造规划和城市公共管理职能" in text and "还缺" in text
    assert "《关于执行“三重一大”事项集体决策制度若干规定》四、(一)1" in text
    answer = client.post(reverse("decision-act", args=[decision.pk, "submit"]), follow=True)
    assert "不能提请集体决策，还缺：" in shown(answer)
    text = shown(
        client.post(reverse("decision-step", args=[decision.pk, "expert"]), {"form": "argument"}), 422
    )
    assert "ls-" in text
    paper = SimpleUploadedFile("论证.pdf", PDF)
    said = {
        "form": "argument",
        "by_whom": "虚构大学",
        "necessity": "是",
        "feasibility": "是",
        "lawfulness": "是",
        "file": paper,
    }
    post(client, "decision-step", decision.pk, "expert", **said)
    assert "论证.pdf" in shown(client.get(reverse("decision-detail", args=[decision.pk])))
    assert client.get(reverse("decision-step", args=[decision.pk, "no-such"])).status_code == 404
    text = shown(client.get(reverse("decision-edit", args=[decision.pk])))
    assert "虚构街区改造规划" in text
    post(client, "decision-edit", decision.pk, **{**FORM, "title": "改过的标题"})
    assert fresh(decision).matter.title == "改过的标题"


def test_members_speak_and_the_chair_concludes_in_the_browser(
    enter, client, determined, convene, speaker, settings
):
    decision, meeting = determined("city_renewal"), convene()
    services.sitting_open(decision=decision, meeting=meeting, actor=speaker("mayor"), at=meeting.opened_at)
    client = enter("mayor")
    text = shown(client.get(reverse("decision-conclude", args=[decision.pk])))
    assert "还不能作出结论" in text and "作出结论</button>" not in text
    answer = client.post(
        reverse("decision-conclude", args=[decision.pk]),
        {"view": "agree", "outcome": "passed", "conclusion": "同意"},
    )
    assert "没有表态" in shown(answer, 422)
    sitting = decision.sittings.get()
    for pk in [one for one in sitting.present if one != sitting.chair_id]:
        client.force_login(Grant.objects.filter(user__person_id=pk).first().user)
        assert decision.matter.title in shown(client.get(reverse("decision-list")))
        text = shown(client.get(reverse("decision-speak", args=[decision.pk])))
        assert "radio" in text
        refused = client.post(reverse("decision-speak", args=[decision.pk]), {"view": "agree", "reason": " "})
        assert refused.status_code == 422
        post(client, "decision-speak", decision.pk, view="agree", reason="虚构理由")
    client = enter("mayor")
    post(
        client, "decision-conclude", decision.pk, view="agree", outcome="passed", conclusion="同意实施该规划"
    )
    assert "同意实施该规划" in shown(client.get(reverse("decision-detail", args=[decision.pk])))


def test_a_published_decision_shows_matter_basis_and_result_and_never_who_said_what(enter, decided, client):
    decision = decided("city_renewal")
    client = enter("mayor_office")
    post(client, "decision-act", decision.pk, "publish")
    client.logout()
    text = shown(client.get(reverse("decisions-public")))
    assert "虚构事项方案" in text and "虚构条例第一条" in text and "同意实施" in text
    assert "虚构理由" not in text


def test_each_step_of_a_decision_stands_on_its_page_for_those_who_take_it(enter, proposed, prepare, bodies):
    decision = prepare(proposed("city_renewal"))
    services.decision_submit(decision=decision, actor=own(bodies["zhujian"]), at=decision.matter.opened_at)
    for role, offered in (("vice_mayor", "审核同意"), ("mayor", None), ("unit_principal", None)):
        client = enter(role, "zhujian" if role == "unit_principal" else None)
        text = shown(client.get(reverse("decision-detail", args=[decision.pk])))
        assert ("审核同意</button>" in text) is (offered is not None), role
    client = enter("vice_mayor")
    post(client, "decision-act", decision.pk, "approve", kinds=["1.7"], opinion="同意")
    client = enter("mayor")
    text = shown(client.get(reverse("decision-detail", args=[decision.pk])))
    assert "确定为议题</button>" in text
    post(client, "decision-act", decision.pk, "determine", weight="ordinary")
    client = enter("mayor_office")
    text = shown(
        client.post(reverse("decision-act", args=[decision.pk, "otherwise"]), {"form": "circulation"}), 422
    )
    assert "不得以传阅代替集体决策" in text
    client = enter("unit_principal", "zhujian")
    text = shown(client.get(reverse("decision-detail", args=[decision.pk])))
    assert "列入会议议题" in text
    post(client, "decision-act", decision.pk, "list", place="executive:2")
    assert fresh(decision).topic is not None


def test_others_do_not_read_a_body_s_matter_and_secret_ones_only_those_who_may(enter, proposed):
    decision = proposed("city_renewal", secrecy="secret")
    assert (
        enter("unit_principal", "chengguan").get(reverse("decision-detail", args=[decision.pk])).status_code
        == 403
    )
    assert enter("mayor_office").get(reverse("decision-detail", args=[decision.pk])).status_code == 403
    assert "虚构事项方案" not in shown(enter("mayor_office").get(reverse("decision-list")))
    assert "虚构事项方案" in shown(enter("mayor").get(reverse("decision-list")))
    shown(enter("unit_principal", "zhujian").get(reverse("decision-detail", args=[decision.pk])))


def test_an_urgent_decision_is_noted_confirmed_and_reported(enter):
    client = enter("vice_mayor")
    said = {
        "tier": "person",
        "title": "虚构险情处置",
        "deciders": "某副市长",
        "text": "先行疏散",
        "reason": "险情紧急",
    }
    post(client, "decision-urgent-new", **said)
    row = Urgent.objects.get()
    assert "先行疏散" in shown(client.get(reverse("decision-urgent", args=[row.pk])))
    post(enter("mayor"), "decision-urgent-act", row.pk, "confirm")
    client = enter("mayor_office")
    answer = client.post(
        reverse("decision-urgent-act", args=[row.pk, "report"]),
        {"meeting_kind": "coordination", "meeting": "x"},
    )
    assert "须向常务会议通报" in shown(answer, 422)
    post(client, "decision-urgent-act", row.pk, "report", meeting_kind="executive", meeting="第5次常务会议")
    assert "已通报" in shown(client.get(reverse("decision-urgents")))


def test_the_yearly_reports_are_owed_and_given(enter):
    post(enter("mayor_office"), "decision-reports-open")
    client = enter("vice_mayor")
    row = MemberReport.objects.get(person=Grant.objects.filter(role__code="vice_mayor").first().user.person)
    assert "集体决策制度执行情况报告" in shown(client.get(reverse("home")))
    post(client, "decision-report-act", row.pk, "report", text="执行良好", occasions=["述职述廉"])
    assert "执行良好" in shown(client.get(reverse("decision-report", args=[row.pk])))


def test_a_case_is_opened_examined_and_handled(enter):
    client = enter("inspector")
    said = {
        "ground": "decisions.fault_change",
        "respondent": "某人",
        "found": "拒不执行",
        "confirmed": ["act"],
    }
    assert "没有确认造成严重后果" in shown(client.post(reverse("decision-case-new"), said), 422)
    post(client, "decision-case-new", **{**said, "confirmed": ["act", "severe"]})
    case = Accountability.objects.get()
    post(client, "decision-case-act", case.pk, "examine", finding="属实")
    post(client, "decision-case-act", case.pk, "handle", handling="移送司法机关", text="已移送")
    assert "移送司法机关：已移送" in shown(client.get(reverse("decision-case", args=[case.pk])))
    assert "某人" in shown(client.get(reverse("decision-cases")))


def test_a_normative_document_goes_its_way_and_is_public_while_in_force(enter):
    client = enter("unit_principal", "zhujian")
    form = {
        "title": "虚构住房管理办法", "issuer": "government", "form": "normative", "departments": "1",
        "upper_law": "虚构法", "competence": "虚构职权", "consulted": "已征求", "explanation": "说明", "draft": "第一条",
    }  # fmt: skip
    shown(client.get(reverse("normative-new")))
    post(client, "normative-new", **form)
    row = Normative.objects.get()
    text = shown(client.get(reverse("normative-edit", args=[row.pk])))
    assert "虚构住房管理办法" in text
    post(client, "normative-act", row.pk, "ask")
    review = legality_of(row.pk)
    office = enter("legal_office")
    assert "虚构住房管理办法" in shown(office.get(reverse("legality-list")))
    post(office, "legality-act", review.pk, "give", result="lawful", opinion="合法")
    shown(office.get(reverse("legality-detail", args=[review.pk])))
    post(office, "normative-act", row.pk, "take")
    said = {"meeting": "第3次常务会议", "passed_on": "2017-10-20", "executive": "on"}
    assert (
        enter("unit_principal", "zhujian")
        .post(reverse("normative-act", args=[row.pk, "pass"]), said)
        .status_code
        == 403
    )
    post(enter("mayor_office"), "normative-act", row.pk, "pass", **said)
    client = enter("unit_principal", "zhujian")
    days = {"document": "虚政〔2017〕9号", "issued_on": "2017-10-25", "effective_on": "2017-11-01"}
    post(client, "normative-act", row.pk, "issue", **days)
    shown(client.get(reverse("normative-detail", args=[row.pk])))
    client.logout()
    assert "虚政〔2017〕9号" in shown(client.get(reverse("normatives-public")))
    assert "虚政〔2017〕9号" not in shown(client.get(reverse("normatives-public"), {"q": "没有这个"}))
