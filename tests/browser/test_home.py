"""The worklist and the bell in a real browser: steps by keyboard and by thumb, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.web.test_quick import agent, dispatch_of, dispatcher, request_of, today

__all__ = ["agent", "dispatch_of", "dispatcher", "request_of", "today"]

DESK, PHONE = 1440, 375
Visit = Callable[..., Any]


def test_a_row_is_signed_by_one_key_and_the_counts_move(visit: Visit, today: Callable[[], Any]) -> None:
    first, second = today(), today()
    page = visit("/work/", role="liaison", body="chengguan")
    total = page.locator("tr:not(.ls-group) [data-key=s]").count()
    for _ in range(10):
        page.keyboard.press("j")
        if page.locator("tr.is-selected [data-key=s]").count():
            break
    page.keyboard.press("s")
    page.locator("#messages .ls-tone-success").wait_for()
    assert "已签收" in page.locator("#messages").inner_text()
    assert page.locator("tr:not(.ls-group) [data-key=s]").count() < total
    assert page.locator("tr.is-selected").count() == 1
    for one in (first, second):
        one.matter.refresh_from_db()
    assert sorted([first.matter.state, second.matter.state]) == ["sent", "signed"]


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_on_a_phone_a_thumb_signs(
    visit: Visit, fits: Callable[[Any], None], today: Callable[[], Any], javascript: bool
) -> None:
    sent = today()
    page = visit("/work/", role="liaison", body="chengguan", width=PHONE, javascript=javascript)
    fits(page)
    button = page.locator("button[data-key=s]").first
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    button.click()
    page.locator("#messages .ls-tone-success").wait_for()
    sent.matter.refresh_from_db()
    assert sent.matter.state == "signed"
    fits(page)


def test_the_bell_is_opened_by_keys_and_tells_of_what_came_meanwhile(
    visit: Visit, fits: Callable[[Any], None], today: Callable[[], Any]
) -> None:
    page = visit("/work/", role="liaison", body="chengguan")
    today()
    page.evaluate("document.getElementById('bell').dispatchEvent(new Event('ask'))")
    page.locator("#bell-count:not(.is-zero)").wait_for()
    assert page.locator("#bell-count").inner_text().startswith("1")
    page.keyboard.press("g")
    page.keyboard.press("n")
    page.wait_for_url("**/inbox/")
    fits(page)
    page.locator(".ls-inbox a").first.click()
    page.wait_for_url("**/dispatches/*/")
    assert page.locator("#bell-count.is-zero").count() == 1


def test_the_bell_opens_the_latest_messages_and_closes_again(
    visit: Visit, fits: Callable[[Any], None], today: Callable[[], Any]
) -> None:
    today()
    for width in (DESK, PHONE):
        page = visit("/work/", role="liaison", body="chengguan", width=width)
        bell, panel = page.locator("#bell"), page.locator("#bell-panel")
        bell.focus()
        page.keyboard.press("Enter")
        panel.get_by_role("heading", name="最近的消息").wait_for()
        assert bell.get_attribute("aria-expanded") == "true"
        fits(page)
        box = panel.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width
        page.keyboard.press("Tab")
        assert page.evaluate("document.getElementById('bell-panel').contains(document.activeElement)")
        page.keyboard.press("Escape")
        assert not panel.is_visible()
        assert page.evaluate("document.activeElement.id") == "bell"
        assert bell.get_attribute("aria-expanded") == "false"
    page.keyboard.press("Space")
    panel.get_by_role("button", name="全部已读").click()
    page.locator("#bell-count.is-zero").wait_for(state="attached")
    assert panel.is_visible() and not panel.locator(".is-unread").count()
    page.mouse.click(3, 700)  # beside the panel, on nothing
    assert not panel.is_visible()


def test_without_script_the_bell_leads_to_all_messages(visit: Visit, today: Callable[[], Any]) -> None:
    today()
    page = visit("/work/", role="liaison", body="chengguan", javascript=False)
    assert not page.locator("#bell-panel").is_visible()
    page.locator("#bell").click()
    page.get_by_role("button", name="全部标为已读").click()
    assert page.get_by_text("1条消息已标为已读").is_visible()
