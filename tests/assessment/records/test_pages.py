"""The pages of the records: open for whom they are meant, and every step by its form."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from luoshi.assessment import services
from luoshi.assessment.models import BasePoint, BaseRecord, Entry, Opinion, Report
from luoshi.assessment.rules_records import ENTERED
from tests.web.conftest import browser_of  # noqa: F401 - a fixture

from .conftest import CONTENT

WORDS = "本月围绕供暖前检修开展联动，受理并办结诉求若干件，群众反映良好。"


def pdf(name="证明.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.4 x", content_type="application/pdf")


@pytest.fixture
def unit(browser_of):  # noqa: F811
    return browser_of("liaison", "chengguan")


@pytest.fixture
def platform(browser_of):  # noqa: F811
    return browser_of("platform_leader")


@pytest.fixture
def centre(browser_of):  # noqa: F811
    return browser_of("command_centre")


def text(answer, status=200):
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def test_a_unit_files_and_the_platform_judges_its_base_work(bodies, unit, platform, centre):
    own = reverse("assessment-base", args=[bodies["chengguan"].pk])
    assert unit.get(reverse("assessment-base-mine")).headers["Location"] == own
    page = text(unit.get(own))
    assert "报送材料" in page
    assert "保存认定" not in page
    refused = unit.post(own + "file/", {"material": "team_list"})
    assert refused.status_code == 422
    assert (
        unit.post(own + "file/", {"material": "team_list", "papers": [pdf(), pdf("名单.pdf")]}).status_code
        == 302
    )
    assert BaseRecord.objects.get().matter.attachments.count() == 2
    assert "没有领导小组名单" in text(platform.post(own + "judge/", {"liaison": "met"}), 422)
    assert (
        platform.post(own + "judge/", {"team": "met", "liaison": "missing", "note": "核实"}).status_code
        == 302
    )
    page = text(centre.get(own))
    assert "撤销认定" in page
    assert "1项" in text(platform.get(reverse("assessment-base-list") + "?which=missing"))
    point = BasePoint.objects.get(point="liaison")
    strike = reverse("assessment-base-strike", args=[point.pk])
    assert centre.post(strike, {"reason": "名单已报"}).status_code == 302
    assert "名单已报" in text(unit.get(own))
    foreign = reverse("assessment-base", args=[bodies["jiaoyu"].pk])
    assert unit.get(foreign).status_code == 403


@pytest.mark.parametrize("item", ENTERED)
def test_every_item_has_its_form(platform, item):
    page = text(platform.get(reverse("assessment-entry-form", args=[item])))
    assert "登记，报指挥中心审定" in page


def test_a_unit_chooses_among_what_it_may_claim_only(unit, platform):
    page = text(unit.get(reverse("assessment-entry-new")))
    assert "国家级表彰" in page
    assert "弄虚作假" not in page
    assert "弄虚作假" in text(platform.get(reverse("assessment-entry-new")))
    assert unit.get(reverse("assessment-entry-form", args=["fraud"])).status_code == 403
    assert unit.get(reverse("assessment-entry-form", args=["no-such"])).status_code == 404


def form_of(item, **more):
    return {f"content-{key}": value for key, value in CONTENT[item].items()} | {
        "date": timezone.localdate().isoformat(),
        **more,
    }


def test_a_claim_is_entered_supplemented_and_approved(unit, centre, platform):
    url = reverse("assessment-entry-form", args=["award_national"])
    assert unit.post(url, {"date": ""}).status_code == 422
    assert unit.post(url, form_of("award_national")).status_code == 302
    entry = Entry.objects.get()
    own = reverse("assessment-entry", args=[entry.pk])
    assert "缺表彰文件" in text(unit.get(own))
    assert "缺表彰文件" in text(centre.get(reverse("assessment-entry-queue")))
    unit.post(own + "supplement/", {"material": "表彰文件", "papers": [pdf()]})
    assert "缺表彰文件" not in text(centre.get(reverse("assessment-entry-queue")))
    centre.post(reverse("assessment-entry-queue"), {"entry": [entry.pk]})
    entry.refresh_from_db()
    assert entry.matter.state == "approved"
    assert platform.post(own + "do/revoke/", {"text": "有误"}).status_code == 403
    centre.post(own + "do/revoke/", {"text": "表彰已撤销"})
    assert "表彰已撤销" in text(unit.get(own))
    assert centre.post(own + "do/no-such/").status_code == 404


def test_the_form_says_what_a_deduction_would_add_without_saving(bodies, platform, dispatch_of, approved):
    dispatch = dispatch_of()
    number = dispatch.request.matter.number
    given = {
        "body": bodies["chengguan"].pk,
        "date": "2017-10-09",
        "order_no": number,
        "check": "1",
    }
    url = reverse("assessment-entry-form", args=["shirked_return"])
    assert "扣2分" in text(platform.post(url, given))
    approved("media_exposed", order_no=number)
    said = text(platform.post(url, given))
    assert "已按“经媒体曝光后仍未履职”扣5分" in said
    assert "不再增加扣分" in said
    assert Entry.objects.filter(item="shirked_return").count() == 0
    assert "没有派给" in text(platform.post(url, {**given, "body": bodies["jiaoyu"].pk}))


def test_a_unit_sees_its_own_entries_only(unit, approved, propose):
    mine, other = approved("duty_gap"), propose("award_national", unit="jiaoyu")
    page = text(unit.get(reverse("assessment-entries")))
    assert mine.matter.number in page
    assert other.matter.number not in page
    assert unit.get(reverse("assessment-entry", args=[other.pk])).status_code == 403
    assert unit.get(reverse("assessment-entry", args=[mine.pk])).status_code == 200


def test_the_list_is_filtered_by_side_item_month_and_words(platform, approved, propose):
    gap, award = approved("duty_gap"), propose("award_national")
    url = reverse("assessment-entries")
    for query, shown in (
        ("side=bonus", award),
        ("item=duty_gap", gap),
        ("which=approved", gap),
        (f"q={award.matter.number}", award),
    ):
        page = text(platform.get(f"{url}?{query}"))
        assert shown.matter.number in page
        assert ({gap, award} - {shown}).pop().matter.number not in page
    assert gap.matter.number not in text(platform.get(f"{url}?month=2017-11"))


def test_the_proof_of_an_entry_is_for_those_who_may_read_it(unit, browser_of, approved):  # noqa: F811
    file = approved("duty_gap").matter.attachments.get()
    url = reverse("attachment", args=[file.pk])
    assert unit.get(url).status_code == 200
    assert browser_of("liaison", "jiaoyu").get(url).status_code == 403


def test_opinions_are_issued_answered_turned_down_and_confirmed(bodies, unit, platform, centre):
    due = (timezone.localtime() + dt.timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    given = {"body": bodies["chengguan"].pk, "title": "清运", "text": "请清运。", "due_at": due}
    assert platform.post(reverse("assessment-opinion-new"), {**given, "due_at": ""}).status_code == 422
    platform.post(reverse("assessment-opinion-new"), given)
    opinion = Opinion.objects.get()
    own = reverse("assessment-opinion", args=[opinion.pk])
    for browser, word in ((unit, "答复落实情况"), (platform, "确认落实"), (centre, "撤销督查意见")):
        assert word in text(browser.get(own))
        assert "清运" in text(browser.get(reverse("assessment-opinions")))
    unit.post(own + "answer/", {"text": "已清运。", "papers": [pdf()]})
    platform.post(own + "turn-down/", {"reason": "仍有堆积"})
    assert "仍有堆积" in text(unit.get(own))
    unit.post(own + "answer/", {"text": "已再次清运。"})
    platform.post(own + "confirm/", {})
    opinion.refresh_from_db()
    assert opinion.carried_out_at == opinion.answered_at
    centre.post(own + "withdraw/", {"reason": "重复下达"})
    assert "重复下达" in text(unit.get(own))
    assert text(unit.get(reverse("assessment-opinions") + "?which=overdue"))


def test_a_report_is_filed_on_its_page_and_information_on_its_own(bodies, unit, platform):
    today = timezone.localdate()
    month = (today.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    report = services.report_open(body=bodies["chengguan"], month=month, at=timezone.now())
    own = reverse("assessment-report", args=[report.pk])
    assert report.title in text(unit.get(reverse("assessment-reports")))
    assert unit.post(own, {}).status_code == 422
    assert unit.post(own, {"papers": [pdf("报表.pdf")]}).status_code == 302
    assert "系统统计数" in text(platform.get(own))
    unit.post(own + "supplement/", {"papers": [pdf("附表.pdf")]})
    assert report.matter.attachments.count() == 2
    assert (
        unit.post(reverse("assessment-information-new"), {"title": "信息", "text": "短"}).status_code == 422
    )
    unit.post(reverse("assessment-information-new"), {"title": "信息", "text": WORDS})
    item = Report.objects.get(type="information")
    page = text(platform.get(reverse("assessment-report", args=[item.pk])))
    assert "登记采纳" in page
    adopt = reverse("assessment-entry-form", args=["platform_adopted"])
    assert 'value="信息"' in text(platform.get(f"{adopt}?body={item.body_id}&title=信息"))
    platform.post(reverse("assessment-report-strike", args=[item.pk]), {"reason": "与联动无关"})
    assert "与联动无关" in text(unit.get(reverse("assessment-report", args=[item.pk])))
    assert text(unit.get(reverse("assessment-reports") + "?which=late&type=monthly_report"))


def test_findings_are_entered_or_let_go_from_their_page(platform, dispatch_of, liaison):
    from luoshi.hotline import services as hotline
    from luoshi.ledger.services import sweep

    dispatches = [dispatch_of(urgency="urgent", onsite=True) for _ in range(2)]
    hotline.dispatch_sign(dispatch=dispatches[0], actor=liaison, at=dispatches[0].dispatched_at)
    sweep(now=dispatches[0].dispatched_at + dt.timedelta(hours=2))
    url = reverse("assessment-candidates")
    page = text(platform.get(url + "?which=late_arrival"))
    keys = sorted(set(re.findall(r'value="(late_arrival:\d+)"', page)))
    assert len(keys) == 2
    platform.post(reverse("assessment-candidate", args=["accept"]), {"key": keys[0]})
    platform.post(reverse("assessment-candidate", args=["dismiss"]), {"key": keys[1], "text": "道路中断"})
    assert Entry.objects.get().source == keys[0]
    page = text(platform.get(url + "?which=late_arrival"))
    assert "没有待核的情形" in page
    assert "道路中断" in page
    for which in ("repeat_complaint", "shirked_return", "unexecuted_order", "nonsense"):
        text(platform.get(f"{url}?which={which}"))


def test_lists_cost_the_same_for_one_row_and_for_many(
    platform, propose, django_assert_max_num_queries, opinion_of
):
    for _ in range(4):
        propose("duty_gap")
        opinion_of()
    for name, most in (("assessment-entries", 20), ("assessment-opinions", 20), ("assessment-base-list", 20)):
        with django_assert_max_num_queries(most):
            text(platform.get(reverse(name)))
