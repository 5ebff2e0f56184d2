"""Every page of the hotline: for whom it opens, what it shows, and that it asks no question per row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from luoshi.hotline.models import Request
from luoshi.ledger.models import AccessLog

MOST_QUERIES = 25
Browser = Callable[..., Client]
LISTS = [
    ("/requests/", "dispatcher"),
    ("/dispatches/", "dispatcher"),
    ("/dispatches/", "liaison"),
    ("/applications/", "dispatcher"),
    ("/callbacks/", "callback"),
    ("/voluntary/", "liaison"),
    ("/escalations/", "city_leader"),
    ("/notices/", "platform_leader"),
    ("/console/", "agent"),
    ("/console/", "dispatcher"),
]


def queries(browser: Client, url: str) -> int:
    browser.get(url)  # the session and what is read once for each process
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert browser.get(url).status_code == 200
    return len(found)


@pytest.mark.parametrize(("url", "role"), LISTS)
def test_a_list_opens_without_a_single_row(browser_of: Browser, url: str, role: str) -> None:
    page = browser_of(role, "chengguan" if role == "liaison" else None).get(url)
    assert page.status_code == 200
    assert 'class="ls-page-header"' in page.content.decode()


@pytest.mark.parametrize(
    ("url", "role", "state"),
    [
        ("/requests/", "dispatcher", "received"),
        ("/dispatches/", "dispatcher", "in_progress"),
        ("/dispatches/", "liaison", "in_progress"),
        ("/callbacks/", "callback", "concluded"),
        ("/voluntary/", "liaison", "offered"),
        ("/escalations/", "city_leader", "escalated"),
        ("/published/", "", "published"),
        ("/portal/", "", "published"),
    ],
)
def test_a_list_asks_as_many_questions_for_five_rows_as_for_two(
    browser_of: Browser, request_in: Callable[..., Request], url: str, role: str, state: str
) -> None:
    browser = browser_of(role, "chengguan" if role == "liaison" else None) if role else Client()
    for _ in range(2):
        request_in(state)
    few = queries(browser, url)
    for _ in range(3):
        request_in(state)
    assert queries(browser, url) == few <= MOST_QUERIES
    assert browser.get(url).content.decode().count("路灯不亮") >= 5


@pytest.mark.parametrize(
    ("state", "role"),
    [
        ("received", "agent"),
        ("received", "dispatcher"),
        ("in_progress", "platform_leader"),
        ("in_progress", "command_centre"),
        ("concluded", "callback"),
        ("called_back", "reviewer"),
        ("escalated", "city_leader"),
        ("published", "reviewer"),
    ],
)
def test_the_page_of_a_request_opens_with_its_next_step(
    browser_of: Browser, request_in: Callable[..., Request], state: str, role: str
) -> None:
    request = request_in(state)
    url = f"/requests/{request.pk}/"
    assert queries(browser_of(role), url) <= MOST_QUERIES
    page = browser_of(role).get(url).content.decode()
    assert "下一步" in page and request.matter.number in page
    assert "hotline." not in page and "19900007001" not in page


@pytest.mark.parametrize(
    "state",
    ["sent", "signed", "handed_over", "drafted", "submitted", "redo", "passed", "mending", "recalled"],
)
@pytest.mark.parametrize("role", ["liaison", "unit_leader", "reviewer", "dispatcher", "callback"])
def test_the_page_of_a_dispatch_opens_in_every_state(
    browser_of: Browser, life: Callable[..., Any], state: str, role: str
) -> None:
    found = life(state)
    browser = browser_of(role, "chengguan" if role in {"liaison", "unit_leader"} else None)
    url = f"/dispatches/{found.dispatch.pk}/"
    assert queries(browser, url) <= MOST_QUERIES
    assert "hotline." not in browser.get(url).content.decode()


def test_the_page_of_a_request_asks_as_many_questions_for_four_units_as_for_two(
    browser_of: Browser, life: Callable[..., Any], bodies: dict[str, Any], dispatcher: Any
) -> None:
    from luoshi.hotline import services

    found = life(role="parallel")
    url, browser = f"/requests/{found.dispatch.request_id}/", browser_of("dispatcher")
    few = queries(browser, url)
    orders = [
        services.Order(bodies[code], "请处理", role="parallel", part=code) for code in ("jiaoyu", "reli")
    ]
    services.request_dispatch_more(
        request=found.dispatch.request,
        orders=orders,
        terms=services.Terms("competence", "routine"),
        actor=dispatcher,
        at=found.when(None),
    )
    assert queries(browser, url) == few


def test_the_knowledge_base_stands_beside_a_question_that_waits_and_beside_nothing_else(
    browser_of: Browser, request_in: Callable[..., Request]
) -> None:
    look = "/knowledge/suggest/?form=do-answer"
    question, call_for_help = request_in("received", kind="consultation"), request_in("received")
    assert look in browser_of("agent").get(f"/requests/{question.pk}/").content.decode()
    assert look not in browser_of("agent").get(f"/requests/{call_for_help.pk}/").content.decode()
    assert look not in browser_of("callback").get(f"/requests/{question.pk}/").content.decode()


def test_another_units_people_see_neither_the_dispatch_nor_the_request(
    browser_of: Browser, life: Callable[..., Any]
) -> None:
    found, stranger = life(), browser_of("liaison", "zhujian")
    assert stranger.get(f"/dispatches/{found.dispatch.pk}/").status_code == 403
    assert stranger.get(f"/requests/{found.dispatch.request_id}/").status_code == 403


def test_the_citizens_data_is_shown_to_those_who_handle_the_case_and_each_look_is_recorded(
    browser_of: Browser, life: Callable[..., Any]
) -> None:
    found = life()
    url = f"/requests/{found.dispatch.request_id}/reveal/?what=mobile"
    shown = browser_of("liaison", "chengguan").post(url, headers={"HX-Request": "true"})
    assert "19900007001" in shown.content.decode()
    whole = browser_of("agent").post(url).content.decode()
    assert "虞听澜" in whole
    assert AccessLog.objects.filter(matter=found.dispatch.request_id, allowed=True).count() == 2


def test_a_unit_that_does_not_handle_the_case_is_refused_and_the_attempt_recorded(
    browser_of: Browser, life: Callable[..., Any]
) -> None:
    found = life()
    refused = browser_of("liaison", "zhujian").post(
        f"/requests/{found.dispatch.request_id}/reveal/?what=mobile"
    )
    assert refused.status_code == 403 and "19900007001" not in refused.content.decode()
    assert AccessLog.objects.filter(matter=found.dispatch.request_id, allowed=False).count() == 1


def test_the_notices_of_a_month_are_drawn_up_shown_issued_and_exported(
    browser_of: Browser, life: Callable[..., Any]
) -> None:
    from luoshi.hotline.models import MonthlyNotice

    browser = browser_of("platform_leader")
    assert browser.post("/notices/close/").status_code == 302
    notice = MonthlyNotice.objects.order_by("pk").first()
    assert notice is not None
    assert browser.get("/notices/").status_code == 200
    assert browser.get(f"/notices/{notice.pk}/").status_code == 200
    assert "重新汇总" in browser.get(f"/notices/{notice.pk}/").content.decode()
    assert (
        "已按现在的情况重新汇总"
        in browser.post(f"/notices/{notice.pk}/refresh/", follow=True).content.decode()
    )
    assert browser.post(f"/notices/{notice.pk}/issue/").status_code == 302
    assert "已发布" in browser.get(f"/notices/{notice.pk}/").content.decode()
    assert browser.get(f"/notices/{notice.pk}/rows.csv")["Content-Type"].startswith("text/csv")


def test_the_portal_tells_the_limits_that_the_rulebook_has(client, db):
    page = client.get("/portal/").content.decode()
    for words in (
        "1个工作日内转给承办单位",
        "1个工作日内与您联系",
        "一般5个工作日内办好",
        "紧急的24小时内办好",
    ):
        assert words in page


def test_the_portal_names_the_ways_that_the_public_may_use(client, db):
    page = client.get("/portal/").content.decode()
    assert "可以从电话、网站、微信、微博、短信、传真、电子邮件反映" in page
    assert "110转来" not in page
