"""The shell in a real browser: both widths, with and without JavaScript, by keyboard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

DESK, PHONE = 1440, 375
Visit = Callable[..., Any]


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_no_page_of_the_shell_sticks_out(
    visit: Visit, fits: Callable[[Any], None], settings: Any, width: int, javascript: bool
) -> None:
    settings.DEMO = True
    liaison = {"role": "liaison", "body": "chengguan", "width": width, "javascript": javascript}
    for path in ("/styleguide/", "/work/", "/account/"):
        fits(visit(path, **liaison))
    fits(visit("/login/", width=width, javascript=javascript))
    fits(visit("/nowhere/", width=width, javascript=javascript))


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_on_a_phone_the_menu_opens_leads_on_and_closes(visit: Visit, javascript: bool) -> None:
    page = visit("/account/", role="liaison", body="chengguan", width=PHONE, javascript=javascript)
    menu = page.locator("#menu")
    assert not menu.is_visible()
    page.click("[data-menu-button]")
    assert menu.is_visible()
    page.click(".ls-sidebar-close")
    assert not menu.is_visible()
    page.click("[data-menu-button]")
    menu.get_by_text("我的待办").click()
    assert page.get_by_role("heading", name="我的待办").is_visible()


def test_keys_lead_through_the_pages_and_lists(visit: Visit, owe: Callable[..., Any]) -> None:
    for number in range(3):
        owe("chengguan", title=f"第{number}件", due_at=timezone.now() + dt.timedelta(hours=number + 1))
    page = visit("/account/", role="liaison", body="chengguan")
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_url("**/work/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert "第0件" in page.locator("tr.is-selected").inner_text()
    page.keyboard.press("/")
    page.keyboard.type("第2")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")
    page.get_by_text("第0件").wait_for(state="detached")
    assert page.get_by_text("第2件").is_visible()


def test_the_countdown_goes_on_and_turns_overdue(visit: Visit, owe: Callable[..., Any]) -> None:
    owe("chengguan", due_at=timezone.now() + dt.timedelta(hours=5))
    page = visit("about:blank", role="liaison", body="chengguan")
    page.clock.install()
    page.goto("/work/")
    badge = page.locator(".ls-due")
    assert "还剩 4小时59分" in badge.inner_text()
    page.clock.fast_forward("03:30:00")
    assert badge.get_attribute("data-code") == "soon"
    page.clock.fast_forward("02:00:00")
    assert "已逾期" in badge.inner_text()
    assert badge.get_attribute("data-code") == "overdue"


@pytest.fixture
def posted(visit: Visit, settings: Any) -> tuple[Any, list[str]]:
    """The style guide, and what it sends by POST; the answer is that nothing changed on the page."""
    settings.DEMO = True
    page = visit("/styleguide/", role="liaison", body="chengguan")
    sent: list[str] = []

    def answer(route: Any) -> None:
        if route.request.method == "POST":
            sent.append(route.request.post_data or "")
            route.fulfill(status=204)
        else:
            route.continue_()

    page.route("**/*", answer)
    return page, sent


def test_an_action_that_asks_is_sent_only_after_yes(posted: tuple[Any, list[str]]) -> None:
    page, sent = posted
    sign = page.get_by_role("button", name="签收", exact=True)
    sign.click()
    page.get_by_role("button", name="取消").click()
    page.wait_for_timeout(100)
    assert sent == []
    sign.click()
    page.get_by_role("button", name="确定").click()
    page.wait_for_timeout(200)
    assert len(sent) == 1


def test_pressing_twice_sends_once(posted: tuple[Any, list[str]]) -> None:
    page, sent = posted
    page.get_by_text("退回", exact=True).click()
    page.fill("#reason", "不属本单位职责")
    button = page.get_by_role("button", name="提交退回")
    button.evaluate("button => { button.click(); button.click(); }")
    page.wait_for_timeout(200)
    assert len(sent) == 1
    assert button.is_disabled()


def test_leaving_with_unsaved_words_asks_first(visit: Visit, settings: Any) -> None:
    settings.DEMO = True
    page = visit("/styleguide/", role="liaison", body="chengguan")
    page.get_by_text("退回", exact=True).click()
    page.type("#reason", "写了一半")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("/account/")
    assert asked == ["beforeunload"]


def test_without_script_the_list_is_filtered_and_actions_open(
    visit: Visit,
    owe: Callable[..., Any],
    settings: Any,
) -> None:
    settings.DEMO = True
    owe("chengguan", title="路灯不亮")
    owe("chengguan", title="占道经营")
    page = visit("/work/", role="liaison", body="chengguan", javascript=False)
    page.fill("[data-search]", "路灯")
    page.click("text=筛选")
    assert page.get_by_text("路灯不亮").is_visible()
    assert not page.get_by_text("占道经营").is_visible()
    page.goto("/styleguide/")
    page.get_by_text("退回", exact=True).click()
    assert page.locator("#reason").is_visible()
