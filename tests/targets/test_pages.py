"""The pages, as each role uses them."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from luoshi.ledger.actors import SYSTEM
from luoshi.organisation.models import Grant
from luoshi.targets import services
from luoshi.targets.models import Change, Notice, Plan, Report, Result, Sheet, Standing, Target

from .conftest import SAMPLE, on

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n%%EOF\n"


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


def act(client, name, pk, action, **data):
    answer = client.post(reverse(name, args=[pk, action]), data)
    assert answer.status_code == 302, re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))[
        -1500:
    ]
    return answer


def test_the_pages_say_what_to_do_where_there_is_nothing_yet(enter):
    client = enter("target_office")
    for name in ("plans", "list", "reports", "months", "notices", "changes", "certify", "results", "import"):
        text = shown(client.get(reverse(f"target-{name}")))
        assert "ls-empty" in text or name == "import"


def test_a_file_is_checked_then_imported_then_handed_down_in_the_browser(enter):
    client = enter("target_office")
    broken = SimpleUploadedFile("a.yaml", SAMPLE.replace("points: 400", "points: 390").encode())
    text = shown(client.post(reverse("target-import"), {"file": broken}))
    assert "不能导入" in text and "重点目标合计590分" in text and "target-import-load" not in text
    unknown = SAMPLE.replace("name: 市教育局", "name: 市虚构局").encode()
    text = shown(client.post(reverse("target-import"), {"file": SimpleUploadedFile("b.yaml", unknown)}))
    assert "可以导入" in text and "市虚构局" in text and "待核" in text
    digest = re.search(r'name="digest" value="(\w+)"', text)[1]
    load = {"digest": digest, "name": "b.yaml", "name-0": "市虚构局", "body-0": ""}
    assert "不在机构名册中" in shown(client.post(reverse("target-import-load"), load), 422)
    assert not Plan.objects.exists()
    assert client.post(reverse("target-import-load"), load | {"body-0": "jiaoyu"}).status_code == 302
    plan = Plan.objects.get()
    assert client.post(reverse("target-import-load"), load).headers["Location"] == reverse("target-import")
    act(client, "target-plan-act", plan.pk, "issue", document="虚政〔2018〕1号", issued_on="2018-01-10")
    assert "已下达" in shown(client.get(reverse("target-plan", args=[plan.pk])))


def test_a_strange_upload_is_refused_with_a_sentence(enter):
    client = enter("target_office")
    for content in (b"\xff\xfe\x00", b"PK\x03\x04", b"- 1\n- 2\n"):
        text = shown(client.post(reverse("target-import"), {"file": SimpleUploadedFile("x.yaml", content)}))
        assert "不能导入" in text
    assert client.post(reverse("target-import-load"), {"digest": "../../etc/passwd"}).status_code == 302


def test_a_plan_is_drafted_in_the_browser(enter, bodies):
    client = enter("target_office")
    answer = client.post(
        reverse("target-plan-new"), {"year": 2031, "title": "2031年度责任目标", "sources": ["province"]}
    )
    plan = Plan.objects.get()
    assert answer.headers["Location"] == reverse("target-plan", args=[plan.pk])
    act(
        client,
        "target-plan-act",
        plan.pk,
        "edit",
        title="2031年责任目标",
        sources=["province", "work_report"],
    )
    plan.refresh_from_db()
    assert (plan.matter.title, plan.sources) == ("2031年责任目标", ["province", "work_report"])
    act(client, "target-plan-act", plan.pk, "sheet", layer="department", body=bodies["chengguan"].pk)
    sheet = Sheet.objects.get()
    for group, points, basis in (("key", "600", "工作报告"), ("general", "200", "")):
        data = {
            "group": group,
            "text": "新建公厕不少于5座",
            "points": points,
            "basis": basis,
            "indicator": "新建公厕",
            "value": "5",
            "unit": "座",
        }
        assert client.post(reverse("target-new", args=[sheet.pk]), data).status_code == 302
    text = shown(client.get(reverse("target-sheet", args=[sheet.pk])))
    assert "新建公厕不少于5座" in text and "600分" in text
    target = Target.objects.first()
    text = shown(client.get(reverse("target-edit", args=[target.pk])))
    assert "新建公厕" in text
    data = {
        "group": "key",
        "text": "新建公厕6座",
        "points": "600",
        "basis": "工作报告",
        "indicator": "新建公厕",
        "value": "6",
        "unit": "座",
    }
    assert client.post(reverse("target-edit", args=[target.pk]), data).status_code == 302
    unit = enter("liaison", "chengguan")
    act(unit, "target-sheet-act", sheet.pk, "declare", opinion="已核")
    assert Sheet.objects.get().matter.state == "declared"
    office = enter("target_office")
    assert "有关部门把关" in shown(office.get(reverse("target-sheet", args=[sheet.pk])))
    act(office, "target-sheet-act", sheet.pk, "send_back", reason="分值再核")


def test_a_refused_action_says_why_beside_its_field(enter, plan):
    client = enter("target_office")
    target = Target.objects.get(sheet__name="市城管局", number=2)
    measure = target.measures.get()
    answer = client.post(
        reverse("target-measure-act", args=[measure.pk, "assign"]),
        {"value": "十", "comparison": "at_least", "document": "甲"},
    )
    assert "不是数" in shown(answer, 422)
    act(
        client,
        "target-measure-act",
        measure.pk,
        "assign",
        value="12",
        comparison="at_least",
        document="虚政办函3号",
    )
    assert "12公里" in shown(client.get(reverse("target-detail", args=[target.pk])))


def test_a_unit_sees_its_own_targets_and_no_other_s(enter, plan):
    client = enter("liaison", "chengguan")
    text = shown(client.get(reverse("target-list")))
    assert "绿道里程" in text and "新建幼儿园" not in text
    other = Target.objects.get(sheet__name="市教育局", number=1)
    for name, pk in (("target-detail", other.pk), ("target-sheet", other.sheet_id)):
        assert client.get(reverse(name, args=[pk])).status_code == 403
    text = shown(client.get(reverse("target-plan", args=[plan.pk])))
    assert "市城管局" in text and "市教育局" not in text


@pytest.mark.parametrize(
    ("query", "found", "missing"),
    [
        ({"lacking": "assigned"}, "绿道里程", "新建幼儿园"), ({"layer": "county"}, "生产总值", "绿道里程"),
        ({"theme": "openness"}, "政府信息公开", "绿道里程"), ({"q": "幼儿园"}, "新建幼儿园", "绿道里程"),
        ({"outcome": "to_decide"}, "校园安全", "绿道里程"), ({"year": "9999", "after": "xx"}, "绿道里程", "没有这样"),
        ({"group": "precondition"}, "去产能", "绿道里程"),
    ],
)  # fmt: skip
def test_the_list_is_filtered(enter, plan, query, found, missing):
    text = shown(enter("target_office").get(reverse("target-list"), query))
    assert found in text and missing not in text


def test_lists_ask_the_database_a_fixed_number_of_times(enter, plan, django_assert_max_num_queries):
    client = enter("target_office")
    for address, most in ((reverse("target-list"), 20), (reverse("target-plan", args=[plan.pk]), 30)):
        with django_assert_max_num_queries(most):
            shown(client.get(address))


@pytest.fixture
def january(plan):
    services.month_open(plan=plan, month=dt.date(2018, 1, 1), actor=SYSTEM, at=on("02-01 08:00"))
    return Report.objects.get(sheet__name="市城管局")


def test_a_unit_reports_its_month_in_the_browser(enter, january):
    client = enter("liaison", "chengguan")
    assert "2018年1月目标进展" in shown(client.get(reverse("target-reports")))
    address = reverse("target-report", args=[january.pk])
    text = shown(client.get(address))
    hope = Target.objects.get(sheet__name="市城管局", number=3).measures.get()
    rate = Target.objects.get(sheet__name="市城管局", number=1).measures.get()
    assert f'name="m{hope.pk}-value"' in text and f'name="m{rate.pk}-whole"' in text
    wrong = {f"m{hope.pk}-value": "两处", f"m{rate.pk}-part": "95", f"m{rate.pk}-whole": "100"}
    text = shown(client.post(address, wrong), 422)
    assert "不是数" in text and 'value="95"' in text
    assert client.post(address, wrong | {f"m{hope.pk}-value": "2", "remark": "按进度"}).status_code == 302
    assert "现为95%" in Target.objects.get(pk=rate.target_id).said
    assert "2处" in shown(client.get(reverse("target-detail", args=[hope.target_id])))
    assert enter("liaison", "jiaoyu").get(address).status_code == 403


def test_the_office_sees_the_board_and_sends_a_report_back(enter, january):
    services.report_submit(report=january, figures={}, remark="略", actor=SYSTEM, at=on("02-03 09:00"))
    client = enter("target_office")
    text = shown(client.get(reverse("target-months")))
    assert "市城管局" in text and "未报" in text
    assert (
        client.post(reverse("target-report-return", args=[january.pk]), {"reason": "没有数据"}).status_code
        == 302
    )
    assert Report.objects.get(pk=january.pk).reported_at is None


def test_months_that_are_over_are_begun_by_one_press(enter, plan):
    client = enter("target_office")
    assert "开始12个月的考核" in shown(client.get(reverse("target-months")))
    assert client.post(reverse("target-month-open"), {"year": "2018"}).status_code == 302
    assert Notice.objects.filter(kind="quarter").count() == 4
    assert "上月" not in shown(client.get(reverse("target-months"), {"month": "2018-03"}))


def test_a_notice_is_drawn_up_issued_and_taken_as_a_document(enter, january):
    notice = Notice.objects.get()
    unit = enter("liaison", "chengguan")
    assert unit.get(reverse("target-notice", args=[notice.pk])).status_code == 403
    client = enter("target_office")
    assert client.get(reverse("target-notice-file", args=[notice.pk])).status_code == 404
    act(client, "target-notice-act", notice.pk, "draw", remark="总体平稳。")
    act(client, "target-notice-act", notice.pk, "issue")
    text = shown(client.get(reverse("target-notice", args=[notice.pk])))
    assert "2018年1月目标考核情况" in text and "总体平稳" in text
    file = client.get(reverse("target-notice-file", args=[notice.pk]))
    words = zipfile.ZipFile(BytesIO(file.content)).read("word/document.xml").decode()
    assert "总体平稳" in words and "市城管局" in words
    assert "2018年1月" in shown(enter("liaison", "chengguan").get(reverse("target-notices")))


def test_an_application_goes_through_its_hands_in_the_browser(enter, plan):
    target = Target.objects.get(sheet__name="市城管局", number=3)
    measure = target.measures.get()
    unit = enter("liaison", "chengguan")
    proof = SimpleUploadedFile("证明.pdf", PDF)
    act(
        unit,
        "target-act",
        target.pk,
        "reduce",
        ground="disaster",
        reason="汛期",
        proof=proof,
        **{f"m{measure.pk}": "2"},
    )
    change = Change.objects.get()
    assert "由3" in shown(unit.get(reverse("target-change", args=[change.pk])))
    file = change.matter.attachments.get()
    assert unit.get(reverse("target-file", args=[file.pk])).status_code == 200
    assert enter("liaison", "jiaoyu").get(reverse("target-file", args=[file.pk])).status_code == 403
    act(enter("target_office"), "target-change-act", change.pk, "verify", opinion="属实")
    leader = enter("city_leader")
    act(leader, "target-change-act", change.pk, "advise", opinion="同意上报")
    act(leader, "target-change-act", change.pk, "grant", decision="同意")
    assert target.measures.get().value == 2
    assert "调减目标" in shown(leader.get(reverse("target-changes"), {"which": "done"}))


def test_a_target_is_added_in_the_browser(enter, plan):
    sheet = Sheet.objects.get(name="市城管局")
    data = {
        "group": "key",
        "text": "新建公厕5座",
        "points": "50",
        "basis": "纪要",
        "effective_on": "2018-08-15",
        "indicator": "新建公厕",
        "value": "5",
        "unit": "座",
    }
    act(enter("target_office"), "target-sheet-act", sheet.pk, "propose", **data)
    change = Change.objects.get()
    act(enter("city_leader"), "target-change-act", change.pk, "agree", approver="government", opinion="同意")
    assert sheet.targets.count() == 6


def test_a_department_certifies_what_was_given_to_it(enter, plan, bodies):
    target = Target.objects.get(sheet__name="湖滨区", number=4)
    measure = target.measures.get()
    office = enter("target_office")
    assert "尚未指定" in shown(office.get(reverse("target-certify")))
    act(office, "target-measure-act", measure.pk, "certifier", body=bodies["chengguan"].pk)
    leader = enter("unit_leader", "chengguan")
    assert "去产能" in shown(leader.get(reverse("target-certify")))
    shown(leader.get(reverse("target-detail", args=[target.pk])))
    act(leader, "target-measure-act", measure.pk, "certify", outcome="met", reason="已验收")
    assert "认定通过" in Target.objects.get(pk=target.pk).said
    assert "已验收" in shown(leader.get(reverse("target-certify"), {"which": "done"}))


def test_evidence_is_uploaded_and_downloaded(enter, plan):
    target = Target.objects.get(sheet__name="市城管局", number=1)
    unit = enter("liaison", "chengguan")
    act(unit, "target-act", target.pk, "evidence", file=SimpleUploadedFile("验收单.pdf", PDF))
    assert "验收单.pdf" in shown(unit.get(reverse("target-detail", args=[target.pk])))


def test_a_special_assessment_is_entered_and_says_whom_it_left_out(enter, plan):
    client = enter("target_office")
    data = {"theme": "openness", "document": "政务公开通报", "b-chengguan": "met", "b-jiaoyu": "met"}
    client.post(reverse("target-plan-act", args=[plan.pk, "theme"]), data)
    text = shown(client.get(reverse("target-plan", args=[plan.pk])))
    assert "已录入1个单位" in text and "教育局" in text


STANDARD = {
    "document": "虚政办〔2018〕9号", "department-metric": "points", "department-bounds": "95 80 60", "department-regular": "0",
    "county-metric": "rate", "county-bounds": "95 80 60", "county-regular": "0", "county_honours": "1", "branches": "",
}  # fmt: skip


def test_the_year_s_end_shows_what_is_open_and_takes_a_standard_from_people(enter, plan):
    office = enter("target_office")
    act(office, "target-plan-act", plan.pk, "result")
    result = Result.objects.get()
    text = shown(office.get(reverse("target-result", args=[result.pk])))
    assert "还没有定档标准" in text and "还没有考核认定" in text
    wrong = office.post(
        reverse("target-result-act", args=[result.pk, "standard"]), STANDARD | {"county-bounds": "80 90 60"}
    )
    assert "依次降低" in shown(wrong, 422)
    act(office, "target-result-act", result.pk, "standard", **STANDARD)
    act(enter("city_leader"), "target-result-act", result.pk, "approve")
    office = enter("target_office")
    office.post(reverse("target-result-act", args=[result.pk, "propose"]))
    assert "没有办完" in shown(office.get(reverse("target-result", args=[result.pk])))
    assert not Standing.objects.exists()
    assert enter("liaison", "chengguan").get(reverse("target-result", args=[result.pk])).status_code == 403


def test_the_board_of_the_year_s_end_asks_the_same_for_many_bodies(
    enter, plan, django_assert_max_num_queries
):
    from luoshi.ledger import services as ledger
    from luoshi.ledger.models import door

    result = services.result_open(plan=plan, actor=SYSTEM, at=on("12-01 10:00"))
    with door():
        for sheet in Sheet.objects.filter(plan=plan).exclude(layer="city"):
            Standing.objects.create(
                result=result, sheet=sheet, pool=sheet.layer, regular=100, score=90, proposed=4, tier=4
            )
    for action in ("approve_standard", "propose"):
        ledger.act(matter=result.matter, action=action, actor=SYSTEM, at=on("12-02 10:00"))
    client = enter("target_office")
    with django_assert_max_num_queries(32):
        text = shown(client.get(reverse("target-result", args=[result.pk])))
    assert text.count("调整档次意见") >= 5
    said = shown(client.get(reverse("target-consequences", args=[result.pk])))
    assert "削减2019年度公用经费5%" in said and "还没有决定" in said
    act(client, "target-standing-act", Standing.objects.first().pk, "fraud", what="虚报数值")
    assert Standing.objects.exclude(fraud="").exists()
