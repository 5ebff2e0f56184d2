"""The pages of outgoing papers as each role uses them, and what the public sees."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document
from pypdf import PdfReader

from luoshi.documents.models import Outgoing
from luoshi.documents.services import countersigning, issue, outgoing, signing
from luoshi.ledger import links
from luoshi.ledger.models import Obligation
from luoshi.organisation.models import Grant
from tests.documents.outgoing_life import NEED, Life

pytestmark = pytest.mark.django_db


@pytest.fixture
def life(actor, bodies, at):
    return Life(actor, bodies, at("2026-10-19 09:00"))


@pytest.fixture
def enter(client, bodies):
    """enter("liaison", "chengguan") signs the client in as that demo account."""

    def make(role, body=None):
        grants = Grant.objects.filter(role__code=role)
        client.force_login((grants.filter(body__code=body) if body else grants).first().user)
        return client

    return make


def shown(answer, status=200):
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer.content.decode()


def do(client, paper, action, status=302, **values):
    answer = client.post(reverse("outgoing-act", args=[paper.pk, action]), values)
    return shown(answer, status)


def fresh(paper):
    return Outgoing.objects.select_related("matter").get(pk=paper.pk)


def test_a_department_brings_a_paper_from_the_need_to_the_section_through_its_forms(enter, life):
    client = enter("liaison", "chengguan")
    form = shown(client.get(reverse("outgoing-new")))
    assert "不能以口头、当面协商、原件批复解决" in form
    assert "涉密类别" not in form
    given = {
        "title": "关于加强城市管理的通知", "genre": "notice", "issued_as": "government", "addressee": "subordinate",
        "urgency": "routine", "purpose": "统一部署", "task": "城市管理", **{key: "on" for key in NEED},
    }  # fmt: skip
    missing = shown(client.post(reverse("outgoing-new"), {**given, "title": ""}), 422)
    assert "统一部署" in missing
    answer = client.post(reverse("outgoing-new"), given)
    paper = Outgoing.objects.get()
    assert answer.headers["Location"] == reverse("outgoing", args=[paper.pk])
    assert "待领导同意" not in shown(client.get(reverse("outgoing", args=[paper.pk])))
    life.agree(paper)
    edit = reverse("outgoing-edit", args=[paper.pk])
    draft = {
        "title": "关于加强城市管理的通知", "text": "一、总体要求", "annexes": "任务分工表\n时间表", "disclosure": "",
        "version": fresh(paper).matter.version, "addressees": "各县（市、区）人民政府",
    }  # fmt: skip
    assert "一、总体要求" not in shown(client.get(edit))
    shown(client.post(edit, draft), 302)
    stale = shown(client.post(edit, draft), 422)
    assert "已有变动" in stale
    page = shown(client.get(reverse("outgoing", args=[paper.pk])))
    assert "现在报送会被退文" in page
    assert fresh(paper).annexes == ["任务分工表", "时间表"]
    shown(client.post(edit, {**draft, "disclosure": "open", "version": fresh(paper).matter.version}), 302)
    file = SimpleUploadedFile("任务分工表.pdf", b"%PDF-1.4\n%%EOF\n")
    shown(client.post(reverse("outgoing-upload", args=[paper.pk]), {"file": file}), 302)
    assert "任务分工表.pdf" in shown(client.get(reverse("outgoing", args=[paper.pk])))
    stored = paper.matter.attachments.get()
    assert client.get(reverse("outgoing-attachment", args=[stored.pk])).status_code == 200
    do(client, paper, "submit")
    assert fresh(paper).matter.state == "drafting"
    principal = enter("unit_principal", "chengguan")
    do(principal, paper, "approve-principal", opinion="同意")
    do(enter("liaison", "chengguan"), paper, "submit")
    assert fresh(paper).matter.state == "submitted"


def test_the_office_takes_a_paper_through_to_the_public_by_its_pages(enter, life, client):
    paper = life.to("submitted", policy=True)
    clerk = enter("section_clerk", "zonghe1")
    refused = do(clerk, paper, "accept", 422, basis="on", lawful="on")
    assert "已征求相关部门意见" in refused
    do(clerk, paper, "accept", basis="on", lawful="on", consulted="on")
    do(clerk, paper, "fill-slip", 422, basis="工作安排", section_head="")
    do(clerk, paper, "fill-slip", basis="工作安排", section_head="赵科长")
    desk = enter("secretariat")
    assert paper.matter.title in shown(desk.get(reverse("outgoing-desk")))
    points = dict.fromkeys(("genre", "layout", "rules", "countersigned", "attachments", "consistent"), "on")
    do(desk, paper, "pass-check", **points)
    paper = life.proof(fresh(paper))
    secretary = enter("secretary_general")
    page = shown(secretary.get(reverse("outgoing", args=[paper.pk])))
    assert "三门峡市人民政府发文呈批签" in page
    assert "赵科长" in page
    do(secretary, paper, "present", opinion="请市长签发")
    assert paper.matter.title not in shown(secretary.get(reverse("outgoing-signing")))
    mayor = enter("mayor")
    assert paper.matter.title in shown(mayor.get(reverse("outgoing-signing")))
    do(mayor, paper, "sign", opinion="同意")
    desk = enter("secretariat")
    do(desk, paper, "prove")
    do(desk, paper, "number")
    assert fresh(paper).matter.number == f"三政〔{fresh(paper).year}〕1号"
    do(desk, paper, "print", bodies=[life.bodies["hubin"].pk])
    do(desk, paper, "publish")
    assert fresh(paper).published_at is not None
    hubin = enter("liaison", "hubin")
    receipts = shown(hubin.get(reverse("outgoing-unit") + "?which=receipts"))
    assert paper.matter.title in receipts
    shown(hubin.post(reverse("outgoing-receive", args=[paper.deliveries.get().pk])), 302)
    assert paper.deliveries.get().received_at is not None
    do(enter("secretariat"), paper, "archive")
    client.logout()
    page = shown(client.get(reverse("portal-paper", args=[paper.pk])))
    assert "文件要点解读" in page
    assert 'href="#interpretation"' in page
    assert client.get(reverse("portal-paper-file", args=[paper.pk])).content.startswith(b"%PDF")


@pytest.mark.clause("smx-work-rules/34.3")
@pytest.mark.clause("smx-document-flow/25.5")
def test_the_public_finds_open_papers_with_their_interpretation_and_nothing_else(client, life):
    desk = life.actor("secretariat")
    paper = life.to("printed", policy=True)
    assert client.get(reverse("portal-paper", args=[paper.pk])).status_code == 404
    assert client.get(reverse("portal-paper-file", args=[paper.pk])).status_code == 404
    issue.paper_publish(paper=paper, actor=desk, at=life.tick())
    page = shown(client.get(reverse("portal-paper", args=[paper.pk])))
    assert "政策解读" in page
    assert "文件要点解读" in page
    listed = reverse("portal-papers")
    assert paper.matter.title in shown(client.get(listed, {"q": "标本兼治"}))
    assert paper.matter.title in shown(client.get(listed, {"q": "城市", "genre": "notice", "year": "2026"}))
    assert "没有这样的文件" in shown(client.get(listed, {"q": "航天"}))
    assert "没有这样的文件" in shown(client.get(listed, {"year": "2025"}))
    shown(client.get(listed, {"year": "不是年份", "genre": "x", "after": "…"}))
    issue.paper_withdraw(paper=paper, reason="有误", actor=life.actor("mayor"), at=life.tick())
    assert client.get(reverse("portal-paper", args=[paper.pk])).status_code == 404


def test_a_paper_is_previewed_as_pdf_and_word(enter, life):
    paper = life.to(
        "numbered", genre="report", addressee="superior", issued_as="government", urgency="urgent"
    )
    client = enter("secretariat")
    made = client.get(reverse("outgoing-file", args=[paper.pk, "pdf"]))
    text = PdfReader(io.BytesIO(made.content)).pages[0].extract_text()
    for words in ("三门峡市人民政府文件", "三政〔2026〕1号", "签发人", "加急", "关于加强城市管理工作的通知"):
        assert words in text, text
    word = Document(io.BytesIO(client.get(reverse("outgoing-file", args=[paper.pk, "docx"])).content))
    assert any("三政〔2026〕1号" in one.text for one in word.paragraphs)
    assert client.get(reverse("outgoing-file", args=[paper.pk, "exe"])).status_code == 404
    assert "Noto Serif SC" in shown(client.get(reverse("outgoing", args=[paper.pk])))
    letter = life.to("presenting", genre="letter", addressee="unrelated", task="函")
    made = client.get(reverse("outgoing-file", args=[letter.pk, "pdf"]))
    assert "待编号" in PdfReader(io.BytesIO(made.content)).pages[0].extract_text()


def test_the_sender_sees_a_coarse_status_and_no_opinions(enter, life):
    paper = life.to("signing")
    page = shown(enter("liaison", "chengguan").get(reverse("outgoing", args=[paper.pk])))
    assert "在办" in page
    assert "待签发" not in page
    assert "请签发" not in page
    assert "核稿" not in page
    inside = shown(enter("section_clerk", "zonghe1").get(reverse("outgoing", args=[paper.pk])))
    assert "待签发" in inside
    assert "请签发" in inside
    for role, body in (("liaison", "jiaoyu"), ("section_clerk", "zonghe2"), ("section_head", "zonghe2")):
        assert enter(role, body).get(reverse("outgoing", args=[paper.pk])).status_code == 403


def test_a_step_without_authority_is_refused_with_the_clause(enter, life):
    paper = life.to("signing")
    client = enter("secretary_general")
    page = shown(client.get(reverse("outgoing", args=[paper.pk])))
    assert reverse("outgoing-act", args=[paper.pk, "sign"]) not in page
    said = do(client, paper, "sign", 403)
    assert "市长或分管副市长" in said
    assert "23.2.1" in said or "第二十三条" in said
    assert do(client, paper, "no-such", 404)
    assert fresh(paper).matter.state == "signing"


def test_units_answer_what_they_are_asked_on_their_own_page(enter, life):
    paper = life.draft(life.agree(life.open()))
    row = countersigning.consult_ask(
        paper=paper, body=life.bodies["zhujian"], kind="consult", actor=life.actor("liaison", "chengguan"),
        at=life.tick(),
    )  # fmt: skip
    client = enter("liaison", "zhujian")
    assert paper.matter.title in shown(client.get(reverse("outgoing-unit")))
    assert "城市管理" in shown(client.get(reverse("outgoing", args=[paper.pk])))
    answer = reverse("outgoing-consult-act", args=[row.pk, "answer"])
    assert "请填写意见" in shown(client.post(answer, {"view": "differs", "text": ""}), 422)
    shown(client.post(answer, {"view": "differs", "text": "职责不清"}), 302)
    page = shown(enter("liaison", "chengguan").get(reverse("outgoing", args=[paper.pk])))
    assert "职责不清" in page
    assert enter("liaison", "jiaoyu").post(answer, {"view": "agreed"}).status_code == 403


def test_the_register_filters_searches_and_asks_no_query_per_row(enter, life):
    for place in range(2):
        life.open(task=f"甲{place}", title=f"甲{place}通知")
    client = enter("secretariat")
    address = reverse("outgoing-list")
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        shown(client.get(address))
    for place in range(4):
        life.open(task=f"乙{place}", title=f"乙{place}函", genre="letter")
    with CaptureQueriesContext(connection) as many:
        page = shown(client.get(address))
    assert len(many) == len(few)
    assert "乙3函" in page
    only = shown(client.get(address, {"genre": "letter", "q": "乙1"}))
    assert "乙1函" in only
    assert "乙2函" not in only
    assert "甲1通知" not in shown(client.get(address, {"year": "2025"}))
    assert "没有这样的公文" in shown(client.get(address, {"which": "out"}))
    assert "没有这样的公文" in shown(enter("liaison", "jiaoyu").get(address))


def test_secret_papers_do_not_show_up_for_those_without_clearance(enter, life):
    jiyao = life.actor("confidential_office")
    paper = outgoing.draft_open(
        title="内部工作安排", genre="notice", issued_as="office", body=life.bodies["jiyaoke"], actor=jiyao,
        at=life.tick(), secret_kind="work", screen=NEED, purpose="安排",
    )  # fmt: skip
    for role, body in (("secretariat", None), ("section_clerk", "zonghe1"), ("liaison", "chengguan")):
        client = enter(role, body)
        assert client.get(reverse("outgoing", args=[paper.pk])).status_code == 403
        assert client.get(reverse("outgoing-file", args=[paper.pk, "pdf"])).status_code == 403
        assert "内部工作安排" not in shown(client.get(reverse("outgoing-list") + "?which=all"))
    cleared = enter("confidential_office")
    assert "内部工作安排" in shown(cleared.get(reverse("outgoing-list")))


def test_a_change_of_the_attribute_is_asked_and_approved_on_the_page(enter, life):
    paper = life.to("signed")
    do(enter("section_clerk", "zonghe1"), paper, "ask-disclosure", disclosure="closed", reason="内部管理")
    page = shown(enter("mayor").get(reverse("outgoing", args=[paper.pk])))
    assert "公开属性变更待批" in page
    do(enter("mayor"), paper, "approve-disclosure")
    assert fresh(paper).disclosure == "closed"
    assert signing.signers(fresh(paper), at=life.at).people


@pytest.mark.parametrize(
    ("state", "role", "code", "label"),
    [
        ("proposed", "mayor", "agree", "同意发文"),
        ("checking", "secretariat", "pass-check", "综合把关"),
        ("presenting", "secretary_general", "present", "签署意见"),
        ("signing", "mayor", "sign", "签发"),
        ("numbered", "secretariat", "print", "印发"),
    ],
)
def test_an_errand_leads_from_the_worklist_to_the_form_that_meets_it(
    life, enter, actor, state, role, code, label
):
    paper = life.to(state)
    owed = Obligation.objects.get(matter__parent=paper.matter, matter_kind="documents.errand", state="open")
    found = links.quick_actions(actor(role), [owed.matter], life.tick())[owed.matter_id]
    assert [one.label for one in found] == [label]
    page, _, anchor = found[0].url.partition("#")
    html = shown(enter(role).get(page))
    assert f'id="{anchor}"' in html or f'{page}do/{code}/"' in html
    assert links.quick_actions(actor("auditor"), [owed.matter], life.tick()) == {}


def test_a_paper_that_was_sent_is_receipted_by_one_key(life, enter, actor):
    paper = life.print(life.to("numbered"), "hubin")
    owed = Obligation.objects.get(rule="documents.outgoing_receipt")
    found = links.quick_actions(actor("liaison", "hubin"), [owed.matter], life.tick())[owed.matter_id]
    assert [(one.key, one.form) for one in found] == [("s", False)]
    answer = enter("liaison", "hubin").post(found[0].url, {"return": "/work/?group=today"})
    assert answer.headers["Location"] == "/work/?group=today"
    assert paper.deliveries.get().received_at is not None
