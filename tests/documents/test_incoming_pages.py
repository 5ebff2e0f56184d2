"""The pages of incoming papers, as each role uses them: from a unit's report to the archive, in the browser."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from luoshi.documents.models import Assignment, Consultation, Incoming, Instruction, Notice, Step, Transfer
from luoshi.documents.services import urging
from luoshi.ledger.actors import SYSTEM
from luoshi.organisation.models import Body, Grant, Person, User

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n%%EOF\n"
Enter = Callable[..., Client]


@pytest.fixture
def enter(bodies: dict[str, Body]) -> Enter:
    """enter("liaison", "chengguan"): a client signed in as that demo account; enter(person): as that person."""

    def make(role: str | Person, body: str | None = None) -> Client:
        client = Client()
        if isinstance(role, Person):
            client.force_login(User.objects.get(person=role))
            return client
        grants = Grant.objects.filter(role__code=role)
        grant = (grants.filter(body__code=body) if body else grants).first()
        assert grant is not None
        client.force_login(grant.user)
        return client

    return make


def shown(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, words_of(answer)
    return str(answer.content.decode())


def words_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))[-1500:]


def act(client: Client, name: str, pk: int, action: str, **data: Any) -> Any:
    answer = client.post(reverse(name, args=[pk, action]), data)
    assert answer.status_code == 302, words_of(answer)
    return answer


HEAD = {
    "title": "关于实施背街小巷整治的请示", "source": "department", "reference": "三城管〔2017〕9号", "genre": "request",
    "subject": "general", "urgency": "routine", "content": "拟整治背街小巷二十条。", "addressed": "government", "matters": "1",
}  # fmt: skip
CHECKS = {key: "yes" for key in ("competence", "lawful", "consulted", "rules", "format")}


@pytest.fixture
def reported(enter: Enter) -> Incoming:
    """A paper that a unit reported on line."""
    unit = enter("liaison", "chengguan")
    answer = unit.post(reverse("incoming-report"), HEAD)
    assert answer.status_code == 302, words_of(answer)
    paper = Incoming.objects.get()
    act(unit, "incoming-own-act", paper.pk, "submit")
    return paper


def test_empty_pages_say_so(enter: Enter) -> None:
    desk, unit = enter("secretariat"), enter("liaison", "chengguan")
    assert "没有来文" in shown(desk.get(reverse("incoming-list")))
    assert "没有公文" in shown(desk.get(reverse("incoming-section")))
    assert "还没有通报" in shown(desk.get(reverse("incoming-notices")))
    assert "没有等您批阅" in shown(enter("mayor").get(reverse("incoming-steps")))
    assert "没有转办件" in shown(unit.get(reverse("incoming-transfers")))
    assert "没有报送过" in shown(unit.get(reverse("incoming-sent")))
    assert "没有征求意见" in shown(unit.get(reverse("incoming-consultations")))


def test_a_paper_s_whole_way_in_the_browser(
    enter: Enter, reported: Incoming, bodies: dict[str, Body]
) -> None:
    pk = reported.pk
    desk, clerk, unit = enter("secretariat"), enter("section_clerk", "zonghe1"), enter("liaison", "chengguan")
    assert "已收" in shown(unit.get(reverse("incoming-own", args=[pk])))
    assert "待接收" in shown(desk.get(reverse("incoming-list")))
    for action, data in (
        ("accept", {}), ("check", CHECKS), ("register", {"entry": "城管局请示一件", "slip": "on"}),
        ("distribute", {"sections": [bodies["zonghe1"].pk], "note": "请综合一科办理"}),
    ):  # fmt: skip
        act(desk, "incoming-act", pk, action, **data)
    assert "在办" in shown(unit.get(reverse("incoming-sent")))
    assert "综合一科" not in shown(unit.get(reverse("incoming-own", args=[pk])))
    assert unit.get(reverse("incoming", args=[pk])).status_code == 403
    row = Assignment.objects.get()
    assert HEAD["title"] in shown(clerk.get(reverse("incoming-section")))
    act(clerk, "incoming-assignment-act", row.pk, "receive")
    refused = clerk.post(
        reverse("incoming-assignment-act", args=[row.pk, "done"]),
        {"background": "背街小巷失修", "opinion": "请领导阅示"},
    )
    assert "请写明具体意见" in shown(refused, 422) and "背街小巷失修" in refused.content.decode()
    act(
        clerk,
        "incoming-assignment-act",
        row.pk,
        "done",
        background="背街小巷失修。",
        opinion="建议同意，分两年实施。",
    )
    act(clerk, "incoming-act", pk, "route")
    step = Step.objects.select_related("person").get(matter__state="open")
    deputy = enter(step.person)
    assert HEAD["title"] in shown(deputy.get(reverse("incoming-steps")))
    page = shown(deputy.get(reverse("incoming-step", args=[step.pk])))
    assert "建议同意，分两年实施" in page and "圈阅</option>" not in page
    act(
        deputy, "incoming-step-act", step.pk, "done", mark="opinion", opinion="请有关部门先提意见", instruction="请住建局提出意见",
        manner="opinions", body1=bodies["zhujian"].pk,
    )  # fmt: skip
    order = Instruction.objects.get()
    page = shown(clerk.get(reverse("incoming", args=[pk])))
    assert "请住建局提出意见" in page and "转办批示复印件" in page
    act(clerk, "incoming-instruction-act", order.pk, "pass_on")
    assert "等待有关单位" in shown(clerk.get(reverse("incoming", args=[pk])))
    _unit_replies(enter, clerk)
    while step := Step.objects.select_related("person").filter(matter__state="open").first():
        act(enter(step.person), "incoming-step-act", step.pk, "done", mark="agree", opinion="同意办理")
    act(clerk, "incoming-act", pk, "finish", outcome="同意实施")
    act(clerk, "incoming-act", pk, "hand_in")
    act(desk, "incoming-act", pk, "archive")
    assert "已办结" in shown(unit.get(reverse("incoming-own", args=[pk])))
    page = shown(desk.get(reverse("incoming", args=[pk])))
    assert page.index("综合一科意见") < page.index("分管副秘书长审批") < page.index("分管副市长审批")
    assert HEAD["title"] in shown(desk.get(reverse("incoming-list"), {"which": "all", "q": "背街"}))


def _unit_replies(enter: Enter, clerk: Client) -> None:
    row = Transfer.objects.get()
    other, chief = enter("handler", "zhujian"), enter("unit_principal", "zhujian")
    assert HEAD["title"] in shown(other.get(reverse("incoming-transfers")))
    act(other, "incoming-transfer-act", row.pk, "receive")
    given = {"letter": "住建函〔2017〕1号", "reply": "同意整治方案。", "endorsement": "signed"}
    assert other.post(reverse("incoming-transfer-act", args=[row.pk, "reply"]), given).status_code == 403
    act(chief, "incoming-transfer-act", row.pk, "reply", **given)
    assert enter("liaison", "huanbao").get(reverse("incoming-transfer", args=[row.pk])).status_code == 403
    act(clerk, "incoming-transfer-act", row.pk, "accept")


def test_a_unit_is_told_at_once_what_the_rules_of_submission_forbid(
    enter: Enter, bodies: dict[str, Body]
) -> None:
    unit = enter("liaison", "chengguan")
    mayor = Grant.objects.filter(role__code="mayor").select_related("user__person").first()
    assert mayor is not None
    given = {**HEAD, "addressed": "leader", "addressee": mayor.user.person_id}
    unit.post(reverse("incoming-report"), given)
    paper = Incoming.objects.get()
    answer = unit.post(reverse("incoming-own-act", args=[paper.pk, "submit"]), follow=True)
    assert "不得直接将公文报送市政府领导" in shown(answer)
    answer = unit.post(reverse("incoming-report"), {**HEAD, "secrecy": "top_secret"})
    assert "不进本平台" in shown(answer, 422) and HEAD["title"] in answer.content.decode()


def test_the_desk_takes_a_paper_and_returns_it_with_its_ground(enter: Enter, bodies: dict[str, Body]) -> None:
    desk = enter("secretariat")
    head = {**HEAD, "form": "paper", "sender": bodies["chengguan"].pk}
    answer = desk.post(reverse("incoming-new"), head)
    assert answer.status_code == 302, words_of(answer)
    paper = Incoming.objects.get()
    act(desk, "incoming-act", paper.pk, "return", ground="documents.return_format", reason="没有签发人")
    assert "没有签发人" in shown(desk.get(reverse("incoming", args=[paper.pk])))
    unit = enter("liaison", "chengguan")
    assert "没有签发人" in shown(unit.get(reverse("incoming-own", args=[paper.pk])))
    assert "已退回" in shown(desk.get(reverse("incoming-list"), {"which": "returned"}))


def test_a_letter_to_a_leader_is_opened_on_its_own_page(enter: Enter) -> None:
    desk = enter("secretariat")
    grant = Grant.objects.filter(role__code="vice_mayor").select_related("user__person").first()
    assert grant is not None
    sent = {"addressee": grant.user.person_id, "form": "letter"}
    assert desk.post(reverse("incoming-letter"), sent).status_code == 302
    paper = Incoming.objects.get()
    leader = enter(grant.user.person)
    assert "拆封登记" in shown(leader.get(reverse("incoming-open", args=[paper.pk])))
    assert leader.post(reverse("incoming-open", args=[paper.pk]), {"private": "1"}).status_code == 302
    assert Incoming.objects.get().matter.state == "private"


def test_files_are_for_those_who_may_read_the_paper(enter: Enter, reported: Incoming) -> None:
    desk = enter("secretariat")
    act(desk, "incoming-act", reported.pk, "accept")
    file = SimpleUploadedFile("来文.pdf", PDF, content_type="application/pdf")
    assert desk.post(reverse("incoming-upload", args=[reported.pk]), {"file": file}).status_code == 302
    (kept,) = reported.matter.attachments.all()
    assert desk.get(reverse("incoming-file", args=[kept.pk])).status_code == 200
    assert enter("liaison", "huanbao").get(reverse("incoming-file", args=[kept.pk])).status_code == 403


def test_units_ask_each_other_before_they_report(enter: Enter, bodies: dict[str, Body]) -> None:
    unit, other = enter("liaison", "chengguan"), enter("liaison", "zhujian")
    unit.post(reverse("incoming-report"), HEAD)
    paper = Incoming.objects.get()
    act(
        unit,
        "incoming-own-act",
        paper.pk,
        "consult",
        body=bodies["zhujian"].pk,
        purpose="opinions",
        text="请提意见",
    )
    row = Consultation.objects.get()
    assert "请提意见" in shown(other.get(reverse("incoming-consultations")))
    act(other, "incoming-consultation-act", row.pk, "answer", agrees="no", opinion="资金来源不明")
    assert "资金来源不明" in shown(unit.get(reverse("incoming-own", args=[paper.pk])))
    assert enter("liaison", "huanbao").post(
        reverse("incoming-consultation-act", args=[row.pk, "answer"]), {"agrees": "yes"}
    ).status_code == 403  # fmt: skip


@pytest.mark.clause("smx-document-flow/19")
def test_the_quarter_s_notice_is_drawn_up_read_and_downloaded(enter: Enter, at: Callable[[str], Any]) -> None:
    urging.notices_open(actor=SYSTEM, at=at("2018-01-02 09:00"))
    desk = enter("secretariat")
    for notice in Notice.objects.all():
        assert desk.get(reverse("incoming-notice-file", args=[notice.pk])).status_code == 404
        act(desk, "incoming-notice-act", notice.pk, "draw_up")
        act(desk, "incoming-notice-act", notice.pk, "issue")
        assert notice.matter.title in shown(desk.get(reverse("incoming-notice", args=[notice.pk])))
        answer = desk.get(reverse("incoming-notice-file", args=[notice.pk]))
        text = zipfile.ZipFile(BytesIO(answer.content)).read("word/document.xml").decode()
        assert notice.matter.title in text
    assert enter("section_clerk", "zonghe1").get(reverse("incoming-notices")).status_code == 403
