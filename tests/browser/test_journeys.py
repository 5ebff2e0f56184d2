"""The main journeys in a real browser, at desk and phone width, with and without script.

The citizen's request (asking, following, rating; taking and dispatching a call; signing, handing over and replying; the
unit's approval; review and return; the call back) is walked in test_hotline_walk. Here: the month's scores and an
appeal, a county's request up to the minutes and the document, a task of the supervisors, a changed limit, and the search.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from luoshi.ledger import rules
from luoshi.organisation.models import Grant
from tests.assessment.sheets.conftest import case, centre, counted  # noqa: F401 - fixtures, asked for by name
from tests.browser.hand import Desk, Hand
from tests.office import journey
from tests.office.walker import Clock

WAYS = [
    pytest.param(1440, True, id="desk with script"),
    pytest.param(1440, False, id="desk without script"),
    pytest.param(375, True, id="phone with script"),
    pytest.param(375, False, id="phone without script"),
]
SHORT_WAYS = [pytest.param(1440, True, id="desk with script", marks=pytest.mark.short), *WAYS[1:]]
PDF = b"%PDF-1.4\n%%EOF\n"
Sit = Callable[..., Hand]


@pytest.fixture
def desk(
    chromium: Any, live_server: Any, bodies: dict[str, Any], width: int, javascript: bool
) -> Iterator[Desk]:
    """The kind of browser at which everybody of this journey sits."""
    from luoshi.ledger.services import derive

    derive.forget_platform()
    one = Desk(chromium, live_server.url, width=width, javascript=javascript)
    yield one
    one.close()


@pytest.fixture
def sit(desk: Desk) -> Sit:
    """sit("liaison", "chengguan"): the person with this role, at the browser."""

    def make(role: str, body: str = "") -> Hand:
        grants = Grant.objects.filter(role__code=role).select_related("user").order_by("id")
        return desk.hand((grants.filter(body__code=body) if body else grants)[0].user.username)

    return make


@pytest.mark.parametrize(("width", "javascript"), SHORT_WAYS)
def test_a_supervisor_sets_a_task_and_closes_it(sit: Sit, bodies: dict[str, Any]) -> None:
    office, unit = sit("supervision_office"), sit("liaison", "chengguan")
    office.open("/supervision/new/")
    button = office.page.own_form().buttons[-1]
    given = {
        "title": "整治占道经营",
        "content": "月底前见效",
        "source_kind": "report",
        "lead": bodies["chengguan"].pk,
        "report_every": "week",
    }
    refused = office.try_press(button, **{**given, "title": ""})
    assert refused.status == 422
    assert office.tab.locator('[name="content"]').input_value() == "月底前见效", "what was typed stays"
    office.press(button, **given)
    task = office.page.url
    unit.open("/supervision/")
    unit.tab.get_by_role("main").get_by_role("link", name="整治占道经营").first.click()
    unit.open(task)
    unit.press("签收")
    unit.press("报结", text="已经整治，附照片。")
    assert "自己销号" not in unit.page.text
    assert not any(form.action.endswith("/close/") for form in unit.page.forms), "nobody closes the own task"
    office.press("close", task, opinion="情况属实")
    assert "已销号" in office.open(task).text


@pytest.fixture
def fresh_rules() -> Iterator[None]:
    """Editions of a test end with it."""
    rules.forget_edition()
    yield
    rules.forget_edition()


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_a_limit_is_changed_tried_approved_by_another_and_holds_from_its_day(
    sit: Sit, fresh_rules: None
) -> None:
    editor, approver = sit("rule_editor"), sit("secretary_general")
    day = (dt.date.today() + dt.timedelta(days=30)).isoformat()  # noqa: DTZ011 - the pages' own clock runs here
    editor.open("/rules/hotline.sign_in/")
    editor.tab.get_by_role("link", name="拟订修改").click()
    editor.open("/rules/hotline.sign_in/change/")
    editor.press("拟订草案", valid_from=day, document="示例文件1号", reason="试行后调整")
    number = editor.tab.locator('input[type="number"]').first
    number.fill(str(int(number.input_value()) + 1))
    editor.press("保存草案")
    change = editor.page.url
    assert "改了什么" in editor.page.text
    assert "看过的应办事项" in editor.open(f"{change}?try=1").text
    editor.press("送审", change)
    assert not any(form.action.endswith("/approve/") for form in editor.page.forms)
    approver.press("批准施行", change)
    assert "已批准" in approver.open(change).text or "施行" in approver.page.text
    newest = rules.current().versions("hotline.sign_in")[-1]
    assert newest.valid_from.isoformat() == day


@pytest.mark.parametrize(("width", "javascript"), SHORT_WAYS)
def test_something_is_found_and_a_set_of_conditions_kept(
    sit: Sit, owe: Callable[..., Any], width: int
) -> None:
    owe("chengguan", title="崤山路路灯不亮", number="D20170001")
    owe("chengguan", title="占道经营", number="D20170002")
    unit = sit("liaison", "chengguan")
    unit.open("/work/?q=路灯")
    assert "崤山路路灯不亮" in unit.page.text and "占道经营" not in unit.page.text
    unit.tab.locator(".ls-saved-add summary").click()
    unit.press("保存", name="路灯的事")
    unit.open("/work/")
    assert "占道经营" in unit.page.text
    unit.tab.get_by_role("link", name="路灯的事").click()
    unit.tab.wait_for_url(re.compile(r"q="))
    assert unit.tab.get_by_text("崤山路路灯不亮").is_visible()
    assert not unit.tab.get_by_text("占道经营").is_visible()
    if width < 900:
        unit.tab.get_by_role("link", name="搜索").click()
        box = unit.tab.get_by_role("main").get_by_role("searchbox")
    else:
        box = unit.tab.get_by_label("搜索全部")
    box.fill("城市管理局")
    box.press("Enter")
    unit.tab.wait_for_url(re.compile(r"/search/\?q="))
    assert "城市管理局" in unit.tab.get_by_role("main").inner_text()


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_a_month_is_closed_published_and_a_unit_appeals(
    sit: Sit,
    counted: Any,  # noqa: F811
    case: str,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock(monkeypatch, dt.datetime(2017, 11, 6, 10, 0, tzinfo=journey.SHANGHAI))
    centre, platform = sit("command_centre"), sit("platform_leader")  # noqa: F811
    unit = sit("liaison", "chengguan")
    centre.press("建立上期成绩单", "/assessment/sheets/")
    sheet = centre.follow("/assessment/sheets/", "/assessment/sheets/").url
    centre.press("结账", f"{sheet}close/")
    centre.press("公布", sheet)
    assert "成绩已公布" in centre.page.text
    clock.on(hours=20)
    assert f"{sheet}appeal/" in unit.open(sheet).links
    unit.open(f"{sheet}appeal/")
    refused = unit.try_press("提交申诉", items=["2.1.1"], reason="系统故障", basis="", demand="更正")
    assert refused.status == 422
    unit.press(
        "提交申诉",
        items=["2.1.1"],
        reason="系统故障",
        basis="办法第四条",
        demand="更正",
        attachments=SimpleUploadedFile("说明.pdf", PDF, content_type="application/pdf"),
    )
    appeal = unit.page.url
    answers = {
        "accepts": "yes",
        "opinion": "日志证实两件按时签收",
        "to-signed_in_time": "10",
        "case-signed_in_time": case,
        "why-signed_in_time": "系统故障",
    }
    platform.press("报指挥中心审定", f"{appeal}draft/", **answers)
    centre.press("同意更正", appeal)
    assert "日志证实" in unit.open(appeal).text
    assert "申诉成立" in unit.open(sheet).text


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_a_countys_request_becomes_a_decision_minutes_and_a_document(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journey, "Walker", desk.hand)
    way = journey.Journey(Clock(monkeypatch, journey.CITY.start))
    way.request()
    way.instruct()
    way.prepare()
    way.table()
    way.decide()
    way.minute()
    way.issue()
    way.see_through()
