"""What stands where a page cannot: no permission, too much sent, maintenance, no network, a log-in that ran out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.test import Client, RequestFactory
from django.urls import reverse

from luoshi.organisation.models import UserSession
from luoshi.web import errors

Browser = Callable[..., Client]
PARTS = ("发生了什么", "保留了什么", "现在怎么办")


def html(response: Any) -> str:
    text: str = response.content.decode()
    return text


def test_who_may_not_open_a_page_learns_who_may_and_whom_to_ask(browser_of: Browser) -> None:
    answer = browser_of("agent").get("/accounts/", headers={"Referer": "http://testserver/requests/?q=路灯"})
    page = html(answer)
    assert answer.status_code == 403
    for text in (*PARTS, "谁可以办", "系统管理员", "由系统管理员授权", "我的账号"):
        assert text in page
    assert 'href="/requests/?q=' in page, "the way back leads to the page from which one came"


def test_the_way_back_never_leads_out_of_the_house(browser_of: Browser) -> None:
    answer = browser_of("agent").get("/accounts/", headers={"Referer": "https://elsewhere.example/trap/"})
    assert "elsewhere.example" not in html(answer)


def test_a_page_that_is_not_there_offers_a_search_to_those_inside(
    browser_of: Browser, client: Client
) -> None:
    search = f'action="{reverse("search")}"'
    assert search in html(browser_of("agent").get("/nowhere/"))
    assert search not in html(client.get("/nowhere/"))


def test_more_than_is_accepted_is_413_and_says_the_limit(client: Client, db: None, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = client.post("/login/", {"username": "x" * 200, "password": "y"})
    assert answer.status_code == 413
    for text in (*PARTS, "20 MB", "附件需要重新选择"):
        assert text in html(answer)


def test_what_cannot_be_read_is_400_in_words(rf: RequestFactory) -> None:
    answer = errors.bad_request(rf.get("/"), SuspiciousOperation("x"))
    assert answer.status_code == 400
    assert all(text in html(answer) for text in PARTS)


def test_in_maintenance_every_page_says_until_when_and_health_still_answers(
    client: Client, db: None, settings: Any, tmp_path: Path
) -> None:
    settings.HOME = tmp_path
    (tmp_path / "maintenance").write_text("今晚升级，预计20:00恢复。", encoding="utf-8")
    closed = Client()
    answer = closed.get("/portal/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "300")
    assert "预计20:00恢复" in html(answer)
    assert "拨打 12345" in html(answer)
    assert closed.get("/healthz").status_code == 200
    (tmp_path / "maintenance").unlink()
    assert closed.get("/login/").status_code == 200


@pytest.fixture
def expired(browser_of: Browser) -> Client:
    """A browser whose session was ended elsewhere."""
    signed_in = browser_of("liaison", "chengguan")
    signed_in.get("/account/")
    session = UserSession.objects.latest("id")
    session.ended_at, session.ended = session.started_at, UserSession.Ended.IDLE
    session.save()
    return signed_in


def test_after_a_log_in_that_ran_out_one_comes_back_to_the_page_where_one_typed(expired: Client) -> None:
    answer = expired.post("/logout/", headers={"Referer": "http://testserver/dispatches/?state=open"})
    assert answer.status_code == 302
    page = html(expired.get(answer["Location"]))
    assert 'value="/dispatches/?state=open"' in page
    assert "刚才的内容没有提交" in page
    assert "长时间未操作" in page


def test_a_foreign_referer_is_no_way_back(expired: Client) -> None:
    answer = expired.post("/logout/", headers={"Referer": "https://elsewhere.example/trap/"})
    assert "next=" not in answer["Location"]


def test_htmx_is_led_to_the_log_in_and_back(expired: Client) -> None:
    answer = expired.get("/work/?q=1", headers={"HX-Request": "true", "Referer": "http://testserver/work/"})
    assert answer.status_code == 204
    assert answer["HX-Redirect"].startswith("/login/?next=%2Fwork%2F&")


def test_the_offline_page_and_its_script_are_for_everybody(client: Client, db: None) -> None:
    page = html(client.get("/offline/"))
    assert all(text in page for text in (*PARTS, "重新打开", "data-keeps-drafts"))
    script = client.get("/sw.js")
    assert script["Content-Type"].startswith("text/javascript")
    assert '"/offline/"' in html(script)
    assert "states.css" in html(script)


def test_pages_that_refuse_hand_on_what_was_typed(browser_of: Browser) -> None:
    assert "data-keeps-drafts" in html(browser_of("agent").get("/accounts/"))
    assert "data-keeps-drafts" not in html(browser_of("agent").get("/account/"))
