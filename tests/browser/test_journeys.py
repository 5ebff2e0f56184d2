"""The ten main journeys in a real browser, at desk and phone width, with and without script.

1. A citizen asks in three steps, follows by number and telephone, rates; 2. the platform takes and dispatches it;
3. two units sign, hand over, reply, their leaders approve; 4. review, return, call back, publication: walked in one in
test_hotline_walk (a call instead, by keyboard alone, and by thumb: test_console_keys; drafts kept: test_portal). Here: 5. several
requests dispatched in one go, 6. the month's scores and an appeal, 7. a county's request up to the minutes and the
document, 8. a task of the supervisors, 9. a changed limit, tried and in force, 10. a leader from a number to its list and
the matter. Beside them the search, and the classes of requests in the administration.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from luoshi.hotline.services import request_receive
from luoshi.ledger import rules
from luoshi.organisation.models import Grant
from tests.assessment.sheets.conftest import case, centre, counted  # noqa: F401 - fixtures, asked for by name
from tests.browser.hand import Desk, Hand
from tests.browser.walk import SHORT_WAYS, WAYS
from tests.office import journey
from tests.office.walker import Clock

PDF = b"%PDF-1.4\n%%EOF\n"
Sit = Callable[..., Hand]


@pytest.fixture
def desk(
    chromium: Any, live_server: Any, bodies: dict[str, Any], width: int, javascript: bool
) -> Iterator[Desk]:
    """The kind of browser at which everybody of this journey sits."""
    from luoshi.ledger.services import owing

    owing.forget_platform()
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
    sit: Sit, owe: Callable[..., Any], width: int, javascript: bool
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
    if javascript:
        unit.tab.keyboard.press("Control+k")
        box = (
            unit.tab.locator("input:focus")
            if width >= 900
            else unit.tab.get_by_role("main").get_by_role("searchbox")
        )
    elif width < 900:
        unit.tab.get_by_role("link", name="搜索").click()
        box = unit.tab.get_by_role("main").get_by_role("searchbox")
    else:
        box = unit.tab.get_by_label("搜索全部")
    box.fill("城市管理局")
    box.press("Enter")
    unit.tab.wait_for_url(re.compile(r"/search/\?q="))
    assert "城市管理局" in unit.tab.get_by_role("main").inner_text()


@pytest.fixture
def calls(bodies: dict[str, Any], actor: Callable[..., Any]) -> list[Any]:
    """Three requests that wait to be dispatched."""
    now = timezone.now()
    return [
        request_receive(
            channel="phone",
            kind="help",
            content=f"甘棠路第{number}号路灯不亮。",
            contact={"mobile": f"1990000800{number}"},
            category="城乡建设/路灯",
            actor=actor("agent"),
            at=now - dt.timedelta(minutes=30 - number),
        )
        for number in range(3)
    ]


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_several_requests_are_dispatched_in_one_go(sit: Sit, calls: list[Any], javascript: bool) -> None:
    dispatcher = sit("dispatcher")
    dispatcher.open("/waiting/")
    boxes = dispatcher.tab.locator('main input[name="pick"]')
    for place in range(2):
        boxes.nth(place).check()
    if javascript:
        assert dispatcher.tab.locator("[data-bulk-count]").inner_text() == "2"
    dispatcher.tab.locator("#id_unit").fill("城管")
    dispatcher.tab.locator("#id_unit").press("Enter")
    dispatcher.tab.get_by_role("button", name="确定派单 2 件").click()
    dispatcher.tab.wait_for_url("**/bulk/*/")
    go_on = dispatcher.tab.get_by_role("button", name="继续")
    if not javascript and go_on.count():  # what did not fit into one answer
        go_on.click()
    dispatcher.tab.get_by_text("2 件已办").wait_for()
    assert sorted(one.matter.__class__.objects.get(pk=one.pk).state for one in calls) == [
        "in_progress", "in_progress", "received",
    ]  # fmt: skip


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_a_leader_goes_from_a_number_to_its_list_and_the_matter(sit: Sit, calls: list[Any]) -> None:
    mayor = sit("mayor")
    mayor.open("/overview/leader/")
    mayor.tab.get_by_role("main").get_by_role("link", name="驾驶舱").click()
    mayor.tab.wait_for_url("**/overview/")
    mayor.open("/overview/")
    number = mayor.tab.locator("a.ls-figure").first
    assert number.inner_text() == "3"
    mayor.open("/overview/?period=month&under=城乡建设")
    assert "城乡建设：各类诉求受理量" in mayor.page.text
    number = mayor.tab.locator("a.ls-figure").first
    number.click()
    mayor.tab.wait_for_url("**/overview/lists/received/**")
    rows = mayor.tab.get_by_role("main").get_by_role("link", name=re.compile("甘棠路第"))
    assert rows.count() == 3
    rows.first.click()
    mayor.tab.wait_for_url("**/requests/*/")
    assert "甘棠路第" in mayor.tab.get_by_role("heading", level=1).inner_text()


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_a_class_of_requests_is_added_renamed_and_closed(sit: Sit, bodies: dict[str, Any]) -> None:
    keeper = sit("platform_leader")
    keeper.press("新增", "/administration/categories/new/", name="城乡建设")
    keeper.tab.get_by_role("main").get_by_role("link", name="城乡建设").first.click()
    keeper.tab.wait_for_url("**/administration/categories/*/")
    own = keeper.tab.url.removeprefix(keeper.desk.url)
    keeper.press("新增下级分类", own, name="路灯")
    refused = keeper.try_press("新增下级分类", own, name="路灯")
    assert refused.status == 422
    assert keeper.tab.locator('[name="name"]').first.input_value() == "路灯", "what was typed stays"
    keeper.press("更名", own, name="城市建设")
    assert "城市建设" in keeper.open(own).text
    keeper.press("停用", own)
    assert "已停用" in keeper.open(own).text


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
