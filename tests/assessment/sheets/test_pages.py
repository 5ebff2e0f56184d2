"""The pages of sheets and appeals, as each role uses them."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from luoshi.assessment.models import Appeal, Consequence, Sheet
from luoshi.assessment.services import annual, sheets
from luoshi.engines.assessment import Period
from luoshi.organisation.models import Grant
from luoshi.papers.typeset import FONTS

from .conftest import PDF

NOW = timezone.localtime()
LAST_MONTH = Period.parse(f"{(NOW.replace(day=1) - dt.timedelta(days=40)):%Y-%m}")
"""The month before the last one: it may be published today, whatever day it is."""


@pytest.fixture
def enter(client, bodies):
    """enter("liaison", "chengguan") signs the client in as that demo account."""

    def make(role, body=None):
        grants = Grant.objects.filter(role__code=role)
        client.force_login((grants.filter(body__code=body) if body else grants).first().user)
        return client

    return make


@pytest.fixture
def today(counted, centre):
    """today(): the sheet of a month, published now."""

    def make(*, state="published", period=LAST_MONTH):
        now = timezone.now()
        sheet = sheets.sheet_open(period=period, actor=centre, at=now)
        if state != "open":
            sheet = sheets.sheet_close(sheet=sheet, actor=centre, at=now, anyway="试算")
        if state == "published":
            sheet = sheets.sheet_publish(sheet=sheet, actor=centre, at=now)
        return sheet

    return make


def shown(answer, status=200):
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def page_of(name, row, *more):
    return reverse(name, args=[row.pk, *more])


def filled(**changes):
    values = {
        "items": ["2.1.1"], "reason": "系统故障", "basis": "办法第四条", "demand": "更正",
        "attachments": [SimpleUploadedFile("说明.pdf", PDF)],
    }  # fmt: skip
    return {**values, **changes}


def test_the_command_centre_opens_closes_and_publishes_from_the_pages(counted, enter):
    page = enter("command_centre")
    assert "还没有成绩单" in shown(page.get(reverse("sheet-list")))
    page.post(reverse("sheet-open"))
    sheet = Sheet.objects.get(kind="month")
    assert sheet.matter.title in shown(page.get(reverse("sheet-list")))
    text = shown(page.get(page_of("sheet-close", sheet)))
    assert "全部冻结" in text
    answer = page.post(page_of("sheet-close", sheet), {"anyway": "试算"})
    assert answer.status_code == 302
    sheet.refresh_from_db()
    assert sheet.closed_by
    text = shown(page.get(page_of("sheet-detail", sheet)))
    assert counted.bodies["zhujian"].name in text
    assert "撤销结账" in text
    page.post(page_of("sheet-reopen", sheet), {"reason": "漏一项"})
    sheet.refresh_from_db()
    assert sheet.closed_at is None


def test_publishing_from_the_page_says_when_it_is_too_early(counted, enter, today):
    sheet = today(state="closed")
    page = enter("command_centre")
    answer = page.post(page_of("sheet-publish", sheet), follow=True)
    assert "成绩已公布" in shown(answer)
    sheet.refresh_from_db()
    assert sheet.published_at is not None


def test_a_unit_sees_its_own_sheet_in_full_and_of_others_total_and_rank(counted, enter, today):
    sheet = today()
    page = enter("liaison", "chengguan")
    text = shown(page.get(page_of("sheet-detail", sheet)))
    totals = {row.body.code: row for row in sheet.units.select_related("body")}
    assert str(totals["zhujian"].total) in text
    assert "每一分怎么来的" in text
    assert page_of("sheet-paper", sheet, "chengguan") in text
    assert page_of("sheet-paper", sheet, "zhujian") not in text
    assert page.get(page_of("sheet-paper", sheet, "zhujian")).status_code == 403
    assert page.get(page_of("sheet-notice", sheet)).status_code == 403
    full = shown(enter("command_centre").get(page_of("sheet-detail", sheet)))
    assert page_of("sheet-paper", sheet, "zhujian") in full


def test_a_unit_does_not_see_a_sheet_before_it_is_published(counted, enter, today):
    sheet = today(state="closed")
    page = enter("liaison", "chengguan")
    assert page.get(page_of("sheet-detail", sheet)).status_code == 403
    assert sheet.matter.title not in shown(page.get(reverse("sheet-list")))
    assert sheet.matter.title in shown(enter("city_leader").get(reverse("sheet-list")))


@pytest.mark.skipif(not any(FONTS.glob("*.ttf")), reason="the fonts are not built: run make assets")
def test_the_papers_are_downloaded_as_pdf_and_word(counted, enter, today):
    sheet = today()
    page = enter("command_centre")
    made = page.get(page_of("sheet-notice", sheet))
    assert (made["Content-Type"], made.content[:5]) == ("application/pdf", b"%PDF-")
    word = page.get(page_of("sheet-notice", sheet), {"format": "docx"})
    assert word.content[:4] == b"PK\x03\x04"
    assert f"notice-{sheet.period}.docx" in word["Content-Disposition"]
    own = enter("liaison", "chengguan").get(page_of("sheet-paper", sheet, "chengguan"))
    assert own.content[:5] == b"%PDF-"
    assert enter("command_centre").get(page_of("sheet-paper", sheet, "lushi")).status_code == 404


def test_an_appeal_goes_its_whole_way_through_the_pages(counted, enter, today, case):
    sheet = today()
    page = enter("liaison", "chengguan")
    text = shown(page.get(page_of("appeal-new", sheet)))
    assert "2.1.1 工单实时签收率" in text
    assert "查看计数和工单" in text
    refused = shown(page.post(page_of("appeal-new", sheet), filled(items=[], reason="")), 422)
    assert "请选择要申诉的单项指标" in refused
    missing = shown(page.post(page_of("appeal-new", sheet), filled(basis="")), 422)
    assert "申诉缺少依据" in missing
    done = page.post(
        page_of("appeal-new", sheet),
        filled(
            attachments=[
                SimpleUploadedFile("说明.pdf", PDF),
                SimpleUploadedFile("照片.png", b"\x89PNG\r\n\x1a\nx"),
            ]
        ),
    )
    assert done.status_code == 302
    appeal = Appeal.objects.get()
    assert appeal.matter.attachments.count() == 2
    text = shown(page.get(page_of("appeal-detail", appeal)))
    assert "说明.pdf" in text and "撤回申诉" in text
    assert appeal.matter.number in shown(page.get(reverse("appeal-list")))

    platform = enter("platform_leader")
    assert "现为 8" in shown(platform.get(page_of("appeal-draft", appeal)))
    answers = {
        "accepts": "yes", "opinion": "日志证实两件按时签收", "to-signed_in_time": "10",
        "case-signed_in_time": case, "why-signed_in_time": "系统故障",
    }  # fmt: skip
    text = shown(platform.post(page_of("appeal-draft", appeal), {**answers, "look": "1"}))
    assert "32.00" in text and "40.00" in text
    appeal.refresh_from_db()
    assert appeal.drafted_at is None
    no_case = {**answers, "case-signed_in_time": ""}
    assert "请写明更正" in shown(platform.post(page_of("appeal-draft", appeal), no_case), 422)
    assert platform.post(page_of("appeal-draft", appeal), answers).status_code == 302
    unit_view = shown(enter("liaison", "chengguan").get(page_of("appeal-detail", appeal)))
    assert "日志证实" not in unit_view

    centre = enter("command_centre")
    text = shown(centre.get(page_of("appeal-detail", appeal)))
    assert "日志证实" in text and "同意更正" in text and "40.00" in text
    centre.post(page_of("appeal-approve", appeal))
    appeal.refresh_from_db()
    assert (appeal.matter.state, appeal.revision) == ("accepted", 2)
    unit_view = shown(enter("liaison", "chengguan").get(page_of("appeal-detail", appeal)))
    assert "日志证实" in unit_view and "修正后" in unit_view
    assert "申诉成立" in shown(enter("liaison", "chengguan").get(page_of("sheet-detail", sheet)))


def test_the_command_centre_sends_a_draft_back_and_a_unit_takes_its_appeal_back(counted, enter, today):
    sheet = today()
    enter("liaison", "chengguan").post(page_of("appeal-new", sheet), filled())
    appeal = Appeal.objects.get()
    enter("platform_leader").post(page_of("appeal-draft", appeal), {"accepts": "no", "opinion": "记录无误"})
    centre = enter("command_centre")
    assert "维持原分值" in shown(centre.get(page_of("appeal-detail", appeal)))
    centre.post(page_of("appeal-send-back", appeal), {"opinion": "请附日志"})
    appeal.refresh_from_db()
    assert (appeal.matter.state, appeal.sent_back) == ("submitted", "请附日志")
    assert "请附日志" in shown(enter("platform_leader").get(page_of("appeal-draft", appeal)))
    enter("liaison", "zhujian").post(page_of("appeal-withdraw", appeal))
    appeal.refresh_from_db()
    assert appeal.matter.state == "submitted"
    enter("liaison", "chengguan").post(page_of("appeal-withdraw", appeal))
    appeal.refresh_from_db()
    assert appeal.matter.state == "withdrawn"


def test_another_unit_reads_neither_the_appeal_nor_its_list_line(counted, enter, today):
    sheet = today()
    enter("liaison", "chengguan").post(page_of("appeal-new", sheet), filled())
    appeal = Appeal.objects.get()
    other = enter("liaison", "zhujian")
    assert other.get(page_of("appeal-detail", appeal)).status_code == 403
    assert appeal.matter.number not in shown(other.get(reverse("appeal-list")))
    assert "没有申诉" in shown(other.get(reverse("appeal-list"), {"state": "submitted"}))


def test_what_follows_from_a_year_is_registered_beside_its_figures(counted, enter, today, bodies):
    year = Period.parse(str(NOW.year - 1))
    sheet = today(period=year)
    page = enter("command_centre")
    text = shown(page.get(page_of("annual-consequences", sheet), {"unit": bodies["chengguan"].pk}))
    assert "由人决定" in text and "办件较多的经办人员" in text
    values = {
        "body": bodies["chengguan"].pk, "kind": "commended", "person": "", "reason": "群众满意",
        "document": "通报〔虚构〕1号", "dated": f"{NOW:%Y-%m-%d}",
    }  # fmt: skip
    assert page.post(page_of("annual-consequences", sheet), values).status_code == 302
    made = Consequence.objects.get()
    assert made.grounds == annual.grounds_of(sheet)[made.body_id].as_dict()
    assert "通报〔虚构〕1号" in shown(page.get(page_of("annual-consequences", sheet)))
    refused = page.post(page_of("annual-consequences", sheet), {**values, "kind": "rectify", "person": "甲"})
    assert "只对单位" in shown(refused, 422)
    page.post(page_of("consequence-revoke", made), {"reason": "文件撤回"})
    made.refresh_from_db()
    assert made.matter.state == "revoked"
    assert enter("city_leader").post(page_of("annual-consequences", sheet), values).status_code == 403


def test_lists_ask_the_database_no_more_often_for_more_rows(counted, enter, today, appeal_of):
    sheet = today()
    pages = [reverse("appeal-list"), reverse("sheet-list"), page_of("sheet-detail", sheet)]

    def asked(page, url):
        with CaptureQueriesContext(connection) as seen:
            shown(page.get(url))
        return len(seen)

    def one_more(item):
        return appeal_of(sheet, [item], at=timezone.now(), files=[(io.BytesIO(PDF), "说明.pdf")])

    one_more("2.1.1")
    page = enter("command_centre")
    shown(page.get(pages[0]))
    before = [asked(page, url) for url in pages]
    for item in ("2.1.2", "2.2.1", "2.3.1"):
        one_more(item)
    today(period=LAST_MONTH.before)
    assert [asked(page, url) for url in pages] == before
