"""A call taken and dispatched by keyboard alone; a unit's work done on a phone-sized screen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from tests.browser.walk import WAYS, fill, state_of, step

Visit = Callable[..., Any]
MOBILE = "19900007001"
CONTENT = "崤山路中段的路灯已经三天不亮，晚上走路看不清。"


@pytest.fixture
def dispatched(bodies: dict[str, Any], actor: Callable[..., Any]) -> Any:
    """An earlier request on lamps, of somebody else, that went to the city's administration."""
    from luoshi.hotline.services import Order, Terms, request_dispatch, request_receive

    at = timezone.now() - dt.timedelta(hours=3)
    taken = request_receive(
        channel="phone",
        kind="help",
        title="甘棠路路灯不亮",
        content="甘棠路的路灯不亮，晚上走路看不清。",
        contact={"name": "闻人屿", "mobile": "19900007002"},
        actor=actor("agent"),
        at=at,
    )
    order = Order(body=bodies["chengguan"], instruction="请核实修复。")
    return request_dispatch(
        request=taken,
        orders=[order],
        terms=Terms(principle="competence"),
        handling="public",
        actor=actor("dispatcher"),
        at=at + dt.timedelta(minutes=5),
    )[0]


def no_mouse(page: Any) -> None:
    """Fail on any press of a mouse."""
    page.add_init_script(
        "addEventListener('mousedown', () => { throw new Error('a mouse was used'); }, true)"
    )
    page.reload()


@pytest.mark.short
def test_an_agents_intake_to_dispatch_by_keyboard_alone(visit: Visit, dispatched: Any) -> None:
    page = visit("/console/", role="dispatcher")
    no_mouse(page)
    keys = page.keyboard
    page.locator('[name="mobile"]:focus').wait_for()
    keys.type(MOBILE)
    keys.press("Tab")
    keys.type("虞听澜")
    keys.press("Alt+w")
    page.locator('[name="content"]:focus').wait_for()
    keys.type(CONTENT)
    page.locator('[data-key="1"]').wait_for()
    unit = page.locator('[data-key="1"]').get_attribute("data-pick")
    assert unit == dispatched.body.short_name
    assert "签收" in page.locator(".ls-terms").inner_text()
    keys.press("Alt+1")
    assert page.evaluate("document.activeElement.name") == "content", "the focus stays where it was"
    assert page.locator("#id_unit").input_value() == unit
    page.locator("#kept", has_text="草稿已存").wait_for()
    page.reload()
    page.locator('[name="mobile"]:focus').wait_for()
    assert page.locator("#id_content").input_value() == CONTENT, "the draft is kept"
    assert page.locator("#id_unit").input_value() == unit
    keys.press("Control+Enter")
    page.wait_for_url("**/console/?last=*")
    said = page.locator(".ls-result").inner_text()
    assert "已登记并派单" in said and unit in said
    page.locator('[name="mobile"]:focus').wait_for()
    assert page.locator("#id_content").input_value() == "", "ready for the next call"
    keys.press("Alt+h")
    assert page.locator("#shortcuts").get_by_text("选用建议的承办单位").is_visible()


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_a_call_is_taken_compared_and_dispatched_at_every_screen(
    visit: Visit, dispatched: Any, fits: Callable[[Any], None], width: int, javascript: bool
) -> None:
    from playwright.sync_api import expect

    page = visit("/console/", role="dispatcher", width=width, javascript=javascript)
    fill(page.locator("#intake"), {"mobile": "19900007002", "name": "闻人屿", "content": CONTENT})
    if not javascript:
        page.get_by_role("button", name="查找旧件、知识和建议单位").click()
    page.locator("#caller").get_by_text("甘棠路路灯不亮").wait_for()
    first = page.locator('[data-key="1"]')
    unit = str(first.get_attribute("data-pick"))
    first.click()
    expect(page.locator("#id_unit")).to_have_value(unit)
    assert page.locator("#id_content").input_value() == CONTENT
    fits(page)
    page.get_by_role("button", name="登记并派单").click()
    page.wait_for_url("**/console/?last=*")
    said = page.locator(".ls-result").inner_text()
    assert "已登记并派单" in said and unit in said
    fits(page)


def test_what_is_wrong_is_said_and_the_focus_goes_there(visit: Visit) -> None:
    page = visit("/console/", role="dispatcher")
    page.locator('[name="mobile"]:focus').wait_for()
    page.keyboard.type("19")
    page.keyboard.press("Alt+w")
    page.keyboard.type(CONTENT)
    page.keyboard.press("Control+Enter")
    page.get_by_text("请选择承办单位").wait_for()
    assert page.evaluate("document.activeElement.name") == "unit"
    assert page.locator("#id_content").input_value() == CONTENT


def test_a_liaison_officer_signs_hands_over_and_replies_on_a_phone(
    visit: Visit, dispatched: Any, fits: Callable[[Any], None]
) -> None:
    page = visit(f"/dispatches/{dispatched.pk}/", role="liaison", body="chengguan", width=375)
    fits(page)
    step(page, "sign")
    step(page, "hand_over", handler="市政科 闻人屿", opinion="今天到现场")
    step(page, "contact", note="已电话联系。")
    step(page, "report_preliminary", opinion="拟更换电缆。")
    step(page, "draft", handling="已更换电缆，恢复照明。", problems="无", measures="加强夜间巡查。")
    assert state_of(page) == "待分管领导审核"
    fits(page)
    small = page.evaluate(
        """() => [...document.querySelectorAll("main .btn, main summary")]
            .filter((node) => node.getClientRects().length && node.getBoundingClientRect().height < 24)
            .map((node) => node.textContent.trim())"""
    )
    assert not small, f"too small for a finger: {small}"


def test_rows_are_chosen_by_keyboard_and_dispatched_together(
    visit: Visit, bodies: dict[str, Any], actor: Callable[..., Any]
) -> None:
    from luoshi.hotline.services import request_receive

    for number in range(3):
        request_receive(
            channel="phone",
            kind="help",
            content=f"甘棠路第{number}号路灯不亮。",
            contact={"mobile": f"1990000800{number}"},
            actor=actor("agent"),
            at=timezone.now() - dt.timedelta(minutes=30 - number),
        )
    page = visit("/waiting/", role="dispatcher")
    for key in ("j", "x", "j", "j", "Shift+X"):
        page.keyboard.press(key)
    assert page.locator("[data-bulk-count]").inner_text() == "3"
    page.locator("#id_unit").fill("城管")
    page.locator("#id_unit").press("Enter")
    page.get_by_role("button", name="确定派单 3 件").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("3 件已办").wait_for()
