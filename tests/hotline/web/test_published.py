"""What everybody may read: published cases, found by words, unit, category and month; nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from luoshi.hotline.models import Request
from luoshi.hotline.selectors.public import publication_choices, publication_figures
from luoshi.hotline.services import request_unpublish

RequestIn = Callable[..., Request]
MOST_QUERIES = 12
pytestmark = pytest.mark.django_db


@pytest.fixture
def citizen(bodies: dict[str, Any]) -> Client:
    return Client()


def test_published_results_are_listed_found_and_read_without_personal_data(
    citizen: Client, request_in: RequestIn
) -> None:
    publication = request_in("published").publication
    for url in ("/portal/", "/published/", "/published/?q=路灯", f"/published/{publication.pk}/"):
        page = citizen.get(url).content.decode()
        assert "路灯" in page
        assert "19900007001" not in page and "虞听澜" not in page
    assert "没有找到" in citizen.get("/published/?q=游泳馆").content.decode()


def test_the_list_is_narrowed_by_unit_category_and_month(citizen: Client, request_in: RequestIn) -> None:
    request = request_in("published")
    publication = request.publication
    unit = request.dispatches.get().body_id
    month = timezone.localtime(publication.published_at).strftime("%Y-%m")
    for query in (f"unit={unit}", f"month={month}", f"unit={unit}&month={month}&q=路灯"):
        page = citizen.get(f"/published/?{query}").content.decode()
        assert f"/published/{publication.pk}/" in page, query
    for query in ("unit=999999", "unit=x", "category=物业", "month=2001-01", "month=9999-99", "month=x"):
        page = citizen.get(f"/published/?{query}")
        assert page.status_code == 200 and "没有找到" in page.content.decode(), query


def test_the_detail_says_who_answered_and_how_long_it_took(citizen: Client, request_in: RequestIn) -> None:
    request = request_in("published")
    page = citizen.get(f"/published/{request.publication.pk}/").content.decode()
    assert request.dispatches.get().body.name in page and "用了" in page


def test_figures_and_choices_are_those_of_what_is_published(
    citizen: Client, request_in: RequestIn, reviewer: Any
) -> None:
    now = timezone.now()
    assert publication_figures(now).total == 0 and publication_figures(now).days is None
    request = request_in("published")
    found = publication_figures(now)
    assert (found.total, found.this_month) == (1, 1) and found.days is not None
    [unit] = publication_choices(timezone.localdate()).units
    assert unit[0] == str(request.dispatches.get().body_id)
    request_unpublish(request=request, reason="内容有误", actor=reviewer, at=timezone.now())
    assert publication_figures(now).total == 0
    assert publication_choices(timezone.localdate()).units == ()


def test_what_was_withdrawn_or_never_published_is_not_found(
    citizen: Client, request_in: RequestIn, reviewer: Any
) -> None:
    request = request_in("published")
    request_unpublish(request=request, reason="内容有误", actor=reviewer, at=timezone.now())
    assert citizen.get(f"/published/{request.publication.pk}/").status_code == 404
    assert "没有找到" in citizen.get("/published/").content.decode()


def test_public_pages_may_be_kept_for_a_minute_but_not_ones_own(
    citizen: Client, request_in: RequestIn
) -> None:
    publication = request_in("published").publication
    for url in ("/portal/", "/published/", f"/published/{publication.pk}/", "/portal/open/"):
        answer = citizen.get(url)
        assert "public" in answer["Cache-Control"] and "max-age=60" in answer["Cache-Control"], url
        assert "Cookie" in answer["Vary"] and not answer.cookies, url
    citizen.cookies["sessionid"] = "somebody"
    assert "private" in citizen.get("/published/")["Cache-Control"]


def test_large_print_is_a_link_that_leads_back_and_is_remembered(citizen: Client) -> None:
    assert "ls-elder" not in citizen.get("/portal/").content.decode()
    back = citizen.get("/portal/view/elder/?next=/published/%3Fq%3Dx")
    assert back["Location"] == "/published/?q=x" and citizen.cookies["ls_view"].value == "elder"
    page = citizen.get("/portal/").content.decode()
    assert 'class="ls-elder"' in page and "标准模式" in page
    citizen.get("/portal/view/standard/?next=/portal/")
    assert 'class="ls-elder"' not in citizen.get("/portal/").content.decode()


@pytest.mark.parametrize("where", ["https://example.org/", "//example.org/", "javascript:alert(1)", ""])
def test_the_switch_leads_nowhere_else(citizen: Client, where: str) -> None:
    assert citizen.get("/portal/view/elder/", {"next": where})["Location"] == "/"


def test_public_lists_cost_few_queries(citizen: Client, request_in: RequestIn) -> None:
    pk = request_in("published").publication.pk
    for url in ("/portal/", "/published/", "/published/?q=路灯", f"/published/{pk}/", "/portal/rules/"):
        with CaptureQueriesContext(connection) as spent:
            assert citizen.get(url).status_code == 200
        assert len(spent) <= MOST_QUERIES, url
