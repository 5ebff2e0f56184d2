"""The portal for everybody: in both modes, at all widths, by keyboard, without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.test_axe import AXE, DESK, PHONE, PUBLIC, all_found, found

Visit = Callable[..., Any]
REFLOW = 320
"""1280 pixels at 400 %: WCAG 1.4.10."""
LARGE = 22
WORDS = "崤山路中段的路灯已经三天不亮，晚上走路看不清。"
SMALLEST = """() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const small = [];
  while (texts.nextNode()) {
    const box = texts.currentNode.parentElement;
    const shown = box.checkVisibility() && texts.currentNode.textContent.trim() && box.getClientRects().length;
    const size = parseFloat(getComputedStyle(box).fontSize);
    if (shown && size < %d && !box.closest('.visually-hidden, .ls-trap, option, .ls-skip'))
      small.push(`${size} ${box.tagName}.${box.className}: ${texts.currentNode.textContent.trim().slice(0, 20)}`);
  }
  return small;
}"""


@pytest.fixture(scope="module", autouse=True)
def axe() -> None:
    """The checker comes with the front-end packages."""
    if not AXE.exists():
        pytest.skip("no axe-core: run `make assets`")


def large_print(page: Any) -> None:
    """Switch to large print by the link in the header."""
    page.get_by_role("link", name="长辈模式").click()
    page.get_by_role("link", name="标准模式").wait_for()


def write(page: Any) -> None:
    """Fill in the first two steps; the page is then the third."""
    page.goto("/portal/ask/")
    page.locator("#id_content").fill(WORDS)
    page.get_by_role("button", name="下一步").click()
    page.locator("#id_mobile").fill("19900007001")
    page.get_by_role("button", name="下一步").click()
    page.wait_for_url("**/check/")


def wide(page: Any) -> bool:
    """Whether the page must be pushed sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_large_print_shuts_nobody_out(visit: Visit, width: int) -> None:
    page = visit("/portal/", width=width)
    large_print(page)
    assert all_found(page, [path for path in PUBLIC if path not in {"/login/", "/nowhere/"}]) == {}


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_the_three_steps_shut_nobody_out(visit: Visit, width: int, large: bool) -> None:
    page = visit("/portal/", width=width)
    if large:
        large_print(page)
    page.goto("/portal/ask/")
    page.get_by_role("button", name="下一步").click()
    troubles = found(page)
    write(page)
    troubles += found(page)
    page.goto("/portal/ask/you/")
    troubles += found(page)
    page.goto("/portal/ask/kept/")
    troubles += found(page)
    assert troubles == []


@pytest.mark.parametrize("large", [False, True])
def test_nothing_is_pushed_sideways_at_four_hundred_percent(visit: Visit, large: bool) -> None:
    page = visit("/portal/", width=REFLOW)
    if large:
        large_print(page)
    pushed = []
    for path in PUBLIC:
        page.goto(path)
        if wide(page):
            pushed.append(path)
    write(page)
    assert pushed == [] and not wide(page)


def test_in_large_print_no_text_is_small(visit: Visit) -> None:
    page = visit("/portal/", width=PHONE)
    large_print(page)
    small = {}
    for path in PUBLIC:
        if path in {"/login/", "/nowhere/"}:
            continue
        page.goto(path)
        if here := page.evaluate(SMALLEST % LARGE):
            small[path] = here[:3]
    assert small == {}


def test_a_request_is_handed_in_by_keyboard_without_javascript(visit: Visit) -> None:
    page = visit("/portal/ask/", width=PHONE, javascript=False)
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "跳到正文"
    page.locator("#id_kind_1").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.insert_text(WORDS)
    page.get_by_role("button", name="下一步").press("Enter")
    page.locator("#id_mobile").focus()
    page.keyboard.insert_text("19900007001")
    page.keyboard.press("Enter")
    page.wait_for_url("**/check/")
    assert WORDS in page.locator(".ls-answers").inner_text()
    page.get_by_role("button", name="提交", exact=True).press("Enter")
    page.wait_for_url("**/done/")
    assert page.locator(".ls-big-number").inner_text()


def test_a_picture_and_words_wait_for_the_citizen_to_come_back(visit: Visit) -> None:
    page = visit("/portal/ask/", width=PHONE)
    page.locator("#id_content").fill(WORDS)
    picture = {"name": "路灯.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff\xe0 invented"}
    page.locator("#id_files").set_input_files(picture)
    page.get_by_role("button", name="添加").click()
    page.get_by_text("路灯.jpg").wait_for()
    page.get_by_role("button", name="先存着").click()
    page.goto("/portal/")
    page.get_by_role("link", name="接着写").click()
    assert page.locator("#id_content").input_value() == WORDS
    assert page.get_by_text("路灯.jpg").is_visible()
