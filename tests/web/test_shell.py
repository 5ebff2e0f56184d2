"""The frames: who sees what, health, errors that say what to do, the style guide."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from luoshi.ledger.actors import CITIZEN, Actor, ActorKind
from luoshi.ledger.errors import Refusal
from luoshi.organisation import access, navigation
from luoshi.organisation.navigation import Entry
from luoshi.web import context

Browser = Callable[..., Client]


def html(response: Any) -> str:
    text: str = response.content.decode()
    return text


def test_the_process_and_the_database_answer_without_log_in(client: Client, db: None) -> None:
    assert client.get("/healthz").content == b"ok\n"
    assert client.get("/readyz").content == b"ready\n"


def test_a_database_that_does_not_answer_is_not_ready(client: Client, db: None, monkeypatch: Any) -> None:
    from django.db import OperationalError

    from luoshi.web import views

    class Gone:
        def cursor(self) -> None:
            raise OperationalError("gone")

    monkeypatch.setattr(views, "connection", Gone())
    assert client.get("/readyz").status_code == 503


def test_home_sends_strangers_to_the_log_in(client: Client, db: None) -> None:
    response = client.get("/work/")
    assert response.status_code == 302
    assert response["Location"].startswith("/login/?next=")


def test_the_root_leads_those_signed_in_to_their_work(browser_of: Browser) -> None:
    assert browser_of("liaison", "chengguan").get("/")["Location"] == "/work/"


def test_the_root_leads_strangers_to_a_page_that_exists(client: Client, db: None) -> None:
    assert client.get("/", follow=True).status_code == 200


def test_the_workbench_names_the_person_the_body_and_the_roles(browser_of: Browser, bodies: Any) -> None:
    page = html(browser_of("liaison", "chengguan").get("/work/"))
    assert bodies["chengguan"].short_name in page
    assert "联络员" in page


def test_a_page_has_one_main_a_skip_link_a_title_and_its_language(browser_of: Browser) -> None:
    page = html(browser_of("liaison", "chengguan").get("/work/"))
    assert page.count("<main") == 1
    assert 'href="#main">跳到正文' in page
    assert '<html lang="zh-CN">' in page
    assert "<title>我的待办 · 落实</title>" in page
    assert page.count("<h1") == 1


def test_the_content_security_policy_allows_no_inline_code(browser_of: Browser) -> None:
    policy = browser_of("liaison", "chengguan").get("/work/")["Content-Security-Policy"]
    assert "unsafe" not in policy


def test_the_navigation_shows_only_what_is_permitted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        navigation,
        "ENTRIES",
        {name: Entry("甲", label, name, "home") for name, label in (("home", "开"), ("user-list", "关"))},
    )
    plain = Actor(kind=ActorKind.USER, name="甲")
    admin = Actor(kind=ActorKind.USER, name="乙", permissions=frozenset({"system.admin"}))

    def labels(actor: Actor, *, signed_in: bool = True) -> list[str]:
        sections = navigation.visible(actor=actor, signed_in=signed_in)
        return [link.entry.label for _, links in sections for link in links]

    assert labels(plain) == ["开"]
    assert labels(admin) == ["开", "关"]
    assert labels(CITIZEN, signed_in=False) == []


def test_an_entry_whose_page_does_not_exist_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "ENTRIES", {"nowhere": Entry("甲", "无", "nowhere", "home")})
    monkeypatch.setitem(access.POLICIES, "nowhere", access.PUBLIC)
    assert navigation.visible(actor=CITIZEN, signed_in=True) == []


def test_only_the_entry_nearest_to_the_page_is_active(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [Entry("甲", "账号", "account", "home"), Entry("乙", "密码", "password-change", "home")]
    monkeypatch.setattr(navigation, "ENTRIES", {entry.url_name: entry for entry in entries})
    sections = navigation.visible(actor=CITIZEN, signed_in=True, current="/account/password/")
    assert [(link.entry.label, link.active) for _, links in sections for link in links] == [
        ("账号", False),
        ("密码", True),
    ]


def test_public_entries_stand_on_public_pages_only(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [Entry(navigation.PORTAL, "查进度", "login", "search"), Entry("甲", "内", "home", "home")]
    monkeypatch.setattr(navigation, "ENTRIES", {entry.url_name: entry for entry in entries})
    assert [link.entry.label for link in navigation.portal(actor=CITIZEN, signed_in=False)] == ["查进度"]
    inside = navigation.visible(actor=CITIZEN, signed_in=True)
    assert [section for section, _ in inside] == ["甲"]


def test_every_registered_entry_names_an_icon_of_the_sprite_and_keys_are_not_shared() -> None:
    from tests.web.test_templates import ICONS

    assert {entry.icon for entry in navigation.ENTRIES.values()} <= ICONS
    keys = [entry.key for entry in navigation.ENTRIES.values() if entry.key]
    assert len(keys) == len(set(keys))


def test_a_demo_says_that_it_is_one(browser_of: Browser, settings: Any) -> None:
    client = browser_of("liaison", "chengguan")
    assert "演示系统" not in html(client.get("/work/"))
    settings.DEMO = True
    assert "演示系统" in html(client.get("/work/"))


def test_the_style_guide_is_for_demos_and_the_signed_in(
    browser_of: Browser, settings: Any, client: Client
) -> None:
    signed_in = browser_of("liaison", "chengguan")
    assert signed_in.get("/styleguide/").status_code == 404
    settings.DEMO = True
    assert signed_in.get("/styleguide/").status_code == 200
    assert client.get("/styleguide/").status_code == 302


def test_a_rendered_page_has_no_inline_code_and_no_repeated_id(browser_of: Browser, settings: Any) -> None:
    settings.DEMO = True
    page = html(browser_of("liaison", "chengguan").get("/styleguide/"))
    assert not re.search(r"<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=", page)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_a_page_that_is_not_there_says_what_to_do(client: Client, db: None) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    for question in ("发生了什么", "保留了什么", "现在怎么办"):
        assert question in html(response)


def test_a_page_without_permission_says_so(browser_of: Browser) -> None:
    response = browser_of("liaison", "chengguan").get("/accounts/")
    assert response.status_code == 403
    assert "没有权限" in html(response)


def test_a_failure_of_the_system_is_a_readable_page() -> None:
    page = render_to_string("500.html")
    assert "这次操作没有生效" in page
    assert "<title>系统出错 · 落实</title>" in page


def test_a_refusal_shows_its_reason_its_mend_and_its_clause() -> None:
    refusal = Refusal("已被签收", mend="请刷新后再看", cite=("某办法第一条",))
    page = render_to_string("refusal.html", {"refusal": refusal})
    for text in ("已被签收", "请刷新后再看", "某办法第一条"):
        assert text in page


def test_the_shell_costs_no_query_where_it_is_not_drawn(
    rf: RequestFactory, django_assert_num_queries: Any, db: None
) -> None:
    with django_assert_num_queries(0):
        values = context.shell(rf.get("/"))
    assert values["signed_in"] is False


def test_a_form_from_a_page_that_is_too_old_says_what_to_do(browser_of: Browser, bodies: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/login/", {"username": "x", "password": "y"})
    assert response.status_code == 403
    assert "页面已过期" in html(response)
