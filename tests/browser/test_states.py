"""What a person sees when something is slow, refused, lost or gone, and that nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Visit = Callable[..., Any]
WORDS = "写了一半的退回理由"


@pytest.fixture(autouse=True)
def _failures_are_meant(provoked: list[str]) -> None:
    """What fails here is said in the console too, by the browser and by htmx."""
    provoked += [
        "Failed to load resource",
        "Response Status Error Code",
        "htmx:sendError",
        "htmx:afterRequest",
    ]


@pytest.fixture
def guide(visit: Visit, settings: Any) -> Any:
    """The living page of components, with a form that is folded and one that is open."""
    settings.DEMO = True
    return visit("/styleguide/", role="liaison", body="chengguan")


def type_words(page: Any) -> Any:
    """Write into the folded form."""
    page.get_by_text("退回", exact=True).click()
    page.fill("#reason", WORDS)
    return page.get_by_role("button", name="提交退回")


@pytest.mark.short
def test_without_network_a_banner_says_so_words_stay_and_nothing_can_be_sent(guide: Any) -> None:
    button = type_words(guide)
    guide.context.set_offline(True)
    banner = guide.locator("body > .ls-offline")
    banner.wait_for()
    assert "填写的内容保留在本页" in banner.inner_text()
    assert button.is_disabled()
    assert guide.input_value("#reason") == WORDS
    guide.context.set_offline(False)
    banner.wait_for(state="detached")
    assert button.is_enabled()
    assert guide.input_value("#reason") == WORDS


@pytest.mark.parametrize(
    ("status", "said", "again"),
    [
        (0, "网络不通", True),
        (413, "太大", False),
        (429, "太频繁", True),
        (503, "维护", True),
        (504, "超时", True),
    ],
)
def test_a_request_that_fails_says_what_happened_what_was_kept_and_what_to_do(
    visit: Visit, owe: Callable[..., Any], status: int, said: str, again: bool
) -> None:
    owe("chengguan", title="路灯不亮")
    page = visit("about:blank", role="liaison", body="chengguan")
    page.goto("/work/")
    asked: list[str] = []

    def answer(route: Any) -> None:
        if route.request.headers.get("hx-request") != "true":
            route.continue_()
            return
        asked.append(route.request.url)
        if len(asked) > 1:
            route.continue_()
        elif status:
            route.fulfill(status=status, body="")
        else:
            route.abort()

    page.route("**/work/**", answer)
    page.fill("[data-search]", "路灯")
    page.get_by_role("button", name="筛选").click()
    toast = page.locator(".ls-toast[data-error]")
    toast.wait_for()
    text = toast.inner_text()
    assert said in text and "填写的内容还在本页" in text and "请" in text
    assert page.input_value("[data-search]") == "路灯"
    retry = toast.get_by_role("button", name="重试")
    assert retry.count() == again
    if again:
        retry.click()
        toast.wait_for(state="detached")
        assert len(asked) == 2


def test_a_slow_answer_shows_a_bar_and_a_quick_one_does_not(visit: Visit, owe: Callable[..., Any]) -> None:
    owe("chengguan", title="路灯不亮")
    page = visit("/work/", role="liaison", body="chengguan")
    held: list[Any] = []
    page.route("**/work/?**", lambda route: held.append(route))
    page.fill("[data-search]", "路灯")
    page.get_by_role("button", name="筛选").click()
    page.locator("html[data-loading]").wait_for(state="attached")
    opacity = "getComputedStyle(document.documentElement, '::before').opacity"
    for _ in range(100):  # wait_for_function would evaluate a string, which the page's policy forbids
        if page.evaluate(opacity) == "1":
            break
        page.wait_for_timeout(50)
    assert page.evaluate(opacity) == "1"
    assert page.locator("#worklist[aria-busy=true]").count() == 1
    held[0].continue_()
    page.locator("html:not([data-loading])").wait_for(state="attached")
    assert page.locator("#worklist[aria-busy=true]").count() == 0


def end_session() -> None:
    """The session runs out while somebody types."""
    from luoshi.organisation.models import UserSession

    session = UserSession.objects.latest("id")
    session.ended_at, session.ended = session.started_at, UserSession.Ended.IDLE
    session.save()


def sign_in_again(page: Any, username: str) -> None:
    from tests.conftest import PASSWORD

    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/login/" not in url)


def username_of(role: str, body: str) -> str:
    from luoshi.organisation.models import Grant

    return str(Grant.objects.filter(role__code=role, body__code=body).order_by("id")[0].user.username)


def typed_and_ran_out(page: Any) -> None:
    """A saved condition is named, then sent after the session ran out: the log-in page comes."""
    page.locator(".ls-saved-add summary").click()
    page.fill("#view-name", WORDS)
    end_session()
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url("**/login/**")
    assert page.get_by_text("刚才的内容没有提交").is_visible()


@pytest.mark.short
def test_words_outlive_a_log_in_that_ran_out(visit: Visit) -> None:
    page = visit("/work/?q=路灯", role="liaison", body="chengguan")
    typed_and_ran_out(page)
    sign_in_again(page, username_of("liaison", "chengguan"))
    assert "/work/?q=" in page.url
    page.get_by_text("已经恢复").wait_for()
    assert page.input_value("#view-name") == WORDS
    page.reload()
    assert page.get_by_text("已经恢复").count() == 0, "it comes back once"


def test_words_come_back_to_nobody_else(visit: Visit) -> None:
    page = visit("/work/?q=路灯", role="liaison", body="chengguan")
    typed_and_ran_out(page)
    sign_in_again(page, username_of("liaison", "zhujian"))
    assert page.get_by_text("已经恢复").count() == 0
    assert page.evaluate("sessionStorage.getItem('luoshi-draft')") is None


def test_what_was_sent_is_not_kept(visit: Visit) -> None:
    page = visit("/work/?q=路灯", role="liaison", body="chengguan")
    page.locator(".ls-saved-add summary").click()
    page.fill("#view-name", WORDS)
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_role("link", name=WORDS).wait_for()
    assert page.evaluate("sessionStorage.getItem('luoshi-draft')") is None


def test_a_page_that_cannot_be_fetched_is_answered_by_the_offline_page(
    chromium: Any, live_server: Any, bodies: Any
) -> None:
    context = chromium.new_context(base_url=live_server.url, locale="zh-CN")
    page = context.new_page()
    page.goto("/portal/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto("/portal/")
    context.set_offline(True)
    page.goto("/published/")
    assert page.get_by_role("heading", name="现在连不上系统").is_visible()
    context.set_offline(False)
    page.get_by_role("button", name="重新打开").click()
    page.get_by_role("heading", name="公开的诉求").first.wait_for()
    context.close()


def test_whoever_asks_for_contrast_or_stillness_gets_it(visit: Visit) -> None:
    page = visit("/account/", role="liaison", body="chengguan")
    colour = "getComputedStyle(document.body).color"
    usual = page.evaluate(colour)
    page.emulate_media(contrast="more")
    assert page.evaluate(colour) == "rgb(0, 0, 0)" != usual
    page.emulate_media(contrast="no-preference", reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.querySelector('.ls-nav-title .icon')).transitionDuration") in (
        "0s", "",
    )  # fmt: skip


def test_a_long_menu_is_folded_and_stays_as_one_left_it(visit: Visit) -> None:
    page = visit("/work/", role="mayor", body="shizhengfu")
    sections = page.locator("details[data-section]")
    assert sections.count() > 4
    closed = page.locator("details[data-section]:not([open])")
    assert closed.count() > 2
    name = closed.first.get_attribute("data-section")
    closed.first.locator("summary").click()
    page.goto("/account/")
    assert page.locator(f'details[data-section="{name}"][open]').count() == 1


def test_on_paper_there_is_no_menu_and_the_page_says_who_printed_it(visit: Visit, owe: Any) -> None:
    owe("chengguan", title="路灯不亮")
    page = visit("/work/", role="liaison", body="chengguan")
    page.emulate_media(media="print")
    assert not page.locator(".ls-sidebar, .ls-topbar, .ls-filters").first.is_visible()
    assert "打印于" in page.locator(".ls-print-head").inner_text()
    assert page.locator("thead").first.is_visible()
    paper = page.pdf(prefer_css_page_size=True, print_background=True)
    assert paper[:5] == b"%PDF-"
    assert b"/MediaBox [0 0 594.9" in paper or b"/MediaBox [0 0 595" in paper, "A4"


def test_the_wall_draws_itself_anew_but_not_under_somebodys_hand(visit: Visit) -> None:
    page = visit("/portal/", role="mayor", body="shizhengfu")
    page.clock.install()
    page.goto("/overview/wall/")
    page.evaluate("document.body.dataset.seen = '1'")
    page.clock.run_for(50_000)
    page.mouse.move(40, 40)
    page.clock.run_for(30_000)
    assert page.evaluate("document.body.dataset.seen") == "1"
    with page.expect_navigation():
        page.clock.run_for(45_000)
    assert page.evaluate("document.body.dataset.seen === undefined")
