"""The whole life of a request in a real browser: from the citizen's words to the published result."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.walk import SHORT_WAYS, fill, opened, state_of, step

Visit = Callable[..., Any]
NAME, MOBILE, NEIGHBOUR = "虞听澜", "19900007001", "19900007002"
CONTENT = "崤山路中段的路灯已经三天不亮，晚上走路看不清，联系电话19900007001。"
REPLY = {"handling": "已更换电缆，恢复照明。", "problems": "无", "measures": "加强夜间巡查。"}


def ask(visit: Visit, width: int, javascript: bool) -> str:
    """The citizen hands in a request on the portal and learns its number."""
    page = visit("/portal/", width=width, javascript=javascript)
    page.get_by_role("main").get_by_role("link", name="反映问题").click()
    page.get_by_role("button", name="下一步").click()
    summary = page.locator(".ls-error-summary")
    assert summary.evaluate("node => node === document.activeElement")
    summary.get_by_role("link", name="请写明是什么事").click()
    assert page.locator("#id_content").evaluate("node => node === document.activeElement")
    fill(page.locator("main form").last, {"kind": ["complaint"], "content": CONTENT, "place": "崤山路中段"})
    page.get_by_role("button", name="下一步").click()
    fill(page.locator("main form").last, {"name": NAME, "mobile": MOBILE})
    page.get_by_role("button", name="下一步").click()
    assert "崤山路中段" in page.locator(".ls-answers").inner_text()
    page.get_by_role("button", name="提交", exact=True).click()
    page.wait_for_url(re.compile("/portal/ask/done/"))  # a link of the summary of errors leaves its fragment
    return str(page.locator(".ls-big-number").inner_text())


def explained(page: Any) -> int:
    """Open the explanation of every due time on the page and come back; how many there are."""
    for box in page.locator("details.ls-over").all():
        box.locator("summary").click()
    links = [link.get_attribute("href") for link in page.locator("a.ls-due-why").all()]
    here = page.url
    for link in dict.fromkeys(links):
        page.goto(link)
        assert page.get_by_role("heading", name="这个时限怎么算").is_visible()
    page.goto(here)
    return len(links)


def open_from_worklist(page: Any, title: str) -> None:
    """Open a dispatch from the list of what one owes; its time runs down there."""
    page.goto("/work/")
    row = page.locator("tr", has_text=title).first
    assert re.search("还剩|已逾期|不足", row.locator(".ls-due").inner_text())
    row.get_by_role("link", name=title).first.click()


@pytest.mark.parametrize(("width", "javascript"), SHORT_WAYS)
def test_a_request_lives_its_whole_life_in_the_browser(
    visit: Visit, fits: Callable[[Any], None], width: int, javascript: bool
) -> None:
    def see(role: str, body: str = "") -> Any:
        return visit("/work/", role=role, body=body, width=width, javascript=javascript)

    number = ask(visit, width, javascript)
    title = "崤山路中段的路灯已经三天不亮"

    agent = see("agent")
    agent.goto(f"/requests/?q={number}")
    agent.get_by_role("main").get_by_role("link", name=title).click()
    assert state_of(agent) == "待处理"
    assert "199******01" in agent.locator("main").inner_text()
    request_url = agent.url
    fits(agent)

    dispatcher = see("dispatcher")
    dispatcher.goto(request_url)
    opened(dispatcher, "dispatch")
    assert not dispatcher.locator(".ls-way-parallel").is_visible()
    dispatcher.locator('[name="mode"][value="lead"]').check()
    assist = dispatcher.locator(".ls-many label", has_text="住建").locator("input").get_attribute("value")
    step(
        dispatcher,
        "dispatch",
        unit="城管",
        assists=[assist],
        instruction="请现场核实并修复，答复诉求人。",
        principle=["competence"],
        urgency=["routine"],
    )
    assert state_of(dispatcher) == "办理中"
    assert explained(dispatcher) >= 8
    fits(dispatcher)

    dispatches = []
    for body in ("chengguan", "zhujian"):
        liaison, leader = see("liaison", body), see("unit_leader", body)
        open_from_worklist(liaison, title)
        dispatches.append(liaison.url)
        step(liaison, "sign")
        step(liaison, "hand_over", handler="市政科 闻人屿", opinion="今天到现场")
        step(liaison, "contact", note="已电话联系，诉求人补充了地点。")
        step(liaison, "report_preliminary", opinion="拟更换电缆。")
        step(liaison, "draft", **REPLY)
        assert state_of(liaison) == "待分管领导审核"
        assert explained(liaison) >= 4
        fits(liaison)
        leader.goto(liaison.url)
        step(leader, "submit")
        assert state_of(leader) == "待平台审核"

    reviewer = see("reviewer")
    reviewer.goto(dispatches[0])
    step(reviewer, "order_redo", reason="没有说明修复时间，请补充。")
    liaison, leader = see("liaison", "chengguan"), see("unit_leader", "chengguan")
    open_from_worklist(liaison, title)
    assert "没有说明修复时间" in liaison.locator("main").inner_text()
    step(liaison, "draft", **{**REPLY, "handling": "10月9日18时已更换电缆，恢复照明。"})
    leader.goto(liaison.url)
    step(leader, "submit")
    for url in dispatches:
        reviewer.goto(url)
        step(reviewer, "pass", note="事实清楚")
    fits(reviewer)

    callback = see("callback")
    callback.goto("/callbacks/")
    callback.get_by_role("main").get_by_role("link", name=title).click()
    assert "恢复照明" in callback.locator('[name="text"]').input_value()
    step(callback, "feed_back", told_now=True)
    asked = opened(callback, "call_back").locator('[name^="contacted"][value="yes"]')
    grades = {}
    for name in asked.evaluate_all("nodes => nodes.map(node => node.name)"):  # one set a unit
        end = name.removeprefix("contacted")
        grades |= {name: ["yes"], f"conduct{end}": ["satisfied"], f"result{end}": ["basically"]}
    assert len(grades) == 6
    step(callback, "call_back", **grades, opinion="修好了", suggestion="无")
    assert "基本满意" in callback.locator("main").inner_text()
    fits(callback)

    reviewer.goto(request_url)
    step(reviewer, "publish", confirmed=True)
    reviewer.get_by_role("link", name="查看公开页").click()
    public = reviewer.locator("main").inner_text()
    assert "恢复照明" in public and MOBILE not in public and NAME not in public

    citizen = visit("/portal/track/", width=width, javascript=javascript)
    fill(citizen.locator("main form"), {"number": number, "phone": NEIGHBOUR})
    citizen.get_by_role("button", name="查询").click()
    assert citizen.get_by_text("没有查到").first.is_visible()
    fill(citizen.locator("main form"), {"number": number, "phone": MOBILE})
    citizen.get_by_role("button", name="查询").click()
    assert "恢复照明" in citizen.locator("main").inner_text()
    fill(citizen.locator('form[action$="/comment/"]'), {"grade": ["satisfied"], "comment": "办得快"})
    citizen.get_by_role("button", name="提交评价").click()
    assert citizen.get_by_text("谢谢您的评价").first.is_visible()
    fits(citizen)
    citizen.goto("/published/?q=路灯")
    citizen.get_by_role("main").get_by_role("link", name=title).click()
    assert "恢复照明" in citizen.locator("main").inner_text()
    fits(citizen)


@pytest.fixture
def known(bodies: dict[str, Any]) -> Any:
    """An entry of the knowledge base on lamps, published."""
    from django.utils import timezone

    from luoshi.knowledge.services import entry_create
    from luoshi.ledger.actors import SYSTEM

    parts = {
        "service": "路灯报修受理。",
        "process": "市民拨打热线或在线报修，养护班组二十四小时内到场。",
        "materials": "写明路名和灯杆编号。",
        "time_limit": "一般故障二十四小时内修复。",
        "commitment": "修复后回复报修人。",
    }
    return entry_create(
        body=bodies["chengguan"],
        form="basic",
        title="路灯报修怎样办理",
        question="路灯不亮找谁报修？",
        content=parts,
        publish=True,
        actor=SYSTEM,
        at=timezone.now(),
    )


def test_an_agent_answers_from_the_knowledge_base_while_the_citizen_speaks(visit: Visit, known: Any) -> None:
    page = visit("/console/", role="agent")
    page.locator('[name="mobile"]:focus').wait_for()
    page.keyboard.type(MOBILE)
    page.locator('[name="kind"][value="consultation"]').check()
    page.locator("#id_content").press_sequentially("路灯不亮找谁报修")
    page.locator("#answers").get_by_text("路灯报修怎样办理").wait_for()
    page.get_by_role("button", name="以此直接答复").click()
    page.wait_for_url("**/console/?last=*")
    assert "已登记并答复" in page.locator(".ls-result").inner_text()
    page.locator(".ls-result a").click()
    assert state_of(page) == "已直接答复"
    assert "二十四小时内到场" in page.locator("main").inner_text()


def test_an_agent_sees_the_callers_earlier_request_and_the_new_one_goes_no_further(visit: Visit) -> None:
    number = ask(visit, 1440, True)
    page = visit("/console/", role="dispatcher")
    fill(page, {"mobile": MOBILE, "name": NAME})
    page.locator("#id_content").press_sequentially("崤山路中段的路灯已经三天不亮，晚上走路看不清")
    page.locator("#caller").get_by_text("联系手机相同").wait_for()
    assert number in page.locator("#caller").inner_text()
    page.get_by_role("button", name="并入原件，不再批转").click()
    page.locator("#confirm-dialog [data-ok]").click()
    page.wait_for_url("**/console/?last=*")
    page.locator(".ls-result a").click()
    assert state_of(page) == "不再批转"
    assert number in page.locator("main").inner_text()


def test_what_was_typed_stays_when_a_step_is_not_accepted(visit: Visit) -> None:
    ask(visit, 1440, True)
    page = visit("/requests/", role="dispatcher")
    page.get_by_role("main").get_by_role("link", name="崤山路中段").click()
    opened(page, "dispatch")
    form = page.locator('form[action*="/do/dispatch/"]')
    fill(form, {"unit": "没有的局", "instruction": "请核实"})
    form.locator("button[type=submit]").click()
    assert form.get_by_text("不能确定是哪个单位").is_visible()
    assert form.locator('[name="instruction"]').input_value() == "请核实"
    assert form.locator('[name="unit"]').input_value() == "没有的局"


def test_the_citizens_number_is_shown_on_request_and_the_look_is_recorded(visit: Visit) -> None:
    from luoshi.ledger.models import AccessLog

    ask(visit, 1440, True)
    page = visit("/requests/", role="agent")
    page.get_by_role("main").get_by_role("link", name="崤山路中段").click()
    page.get_by_role("button", name="查看手机").click()
    page.get_by_text("查看已留痕").wait_for()
    assert page.locator(".ls-personal-value", has_text=MOBILE).is_visible()
    assert AccessLog.objects.filter(what="诉求人信息", allowed=True).count() == 1
