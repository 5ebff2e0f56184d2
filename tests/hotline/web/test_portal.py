"""The public portal: handing in, following, rating, reading; and what it keeps to itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from luoshi.hotline.contacts import query_code
from luoshi.hotline.models import Request
from luoshi.ledger.models import Event

RequestIn = Callable[..., Request]
ASKED = {
    "kind": "help",
    "content": "小区门口的路灯不亮。",
    "place": "崤山路",
    "mobile": "19900007001",
    "wants_public": "on",
}
NOT_FOUND = "没有查到"
pytestmark = pytest.mark.django_db


@pytest.fixture
def citizen(bodies: dict[str, Any]) -> Client:
    """Somebody who is not signed in."""
    return Client()


def test_a_citizen_hands_in_a_request_and_is_told_its_number(citizen: Client) -> None:
    done = citizen.post("/portal/ask/", ASKED, follow=True)
    request = Request.objects.get()
    page = done.content.decode()
    assert request.matter.number in page and query_code(request.matter.number) in page
    assert (request.channel, request.wants_public) == ("web", True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"content": ""}, "请填写这一项"),
        ({"mobile": "一二三"}, "不是电话号码"),
        ({"rights_matter": "on"}, "请留下姓名"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_is_kept(
    citizen: Client, change: dict[str, str], said: str
) -> None:
    answer = citizen.post("/portal/ask/", {**ASKED, **change})
    page = answer.content.decode()
    assert answer.status_code == 422 and said in page and "崤山路" in page
    assert Request.objects.count() == 0


def test_a_program_that_fills_every_field_gets_nothing_registered(citizen: Client) -> None:
    answer = citizen.post("/portal/ask/", {**ASKED, "website": "http://example.org"})
    assert answer.status_code == 422 and Request.objects.count() == 0


def test_the_eleventh_request_within_ten_minutes_waits_and_keeps_its_text(citizen: Client) -> None:
    for _ in range(10):
        assert citizen.post("/portal/ask/", ASKED).status_code == 302
    late = citizen.post("/portal/ask/", ASKED)
    assert late.status_code == 422
    assert "太频繁" in late.content.decode() and "小区门口的路灯不亮" in late.content.decode()
    assert Request.objects.count() == 10


def test_nobody_tries_numbers_without_end(citizen: Client) -> None:
    for number in range(31):
        last = citizen.post("/portal/track/", {"number": f"2026{number}", "phone": "19900007001"})
    assert "太频繁" in last.content.decode()


def test_a_request_is_followed_by_number_and_telephone_or_by_its_code(
    citizen: Client, request_in: RequestIn
) -> None:
    number = request_in("fed_back").matter.number
    for secret in ("19900007001", query_code(number)):
        page = citizen.post("/portal/track/", {"number": number, "phone": secret}).content.decode()
        assert "已反馈" in page and "已更换灯具" in page and "登记受理" in page


def test_a_wrong_telephone_and_an_unknown_number_are_answered_alike(
    citizen: Client, request_in: RequestIn
) -> None:
    number = request_in("received").matter.number
    wrong = citizen.post("/portal/track/", {"number": number, "phone": "19900007002"})
    unknown = citizen.post("/portal/track/", {"number": "20991231-0001", "phone": "19900007002"})
    assert wrong.status_code == unknown.status_code == 422
    strip = [
        page.content.decode().replace(number, "").replace("20991231-0001", "") for page in (wrong, unknown)
    ]
    assert NOT_FOUND in strip[0] and NOT_FOUND in strip[1]
    assert "路灯不亮" not in strip[0]


def test_a_result_is_rated_by_the_one_who_followed_it_and_by_nobody_else(
    citizen: Client, request_in: RequestIn
) -> None:
    request = request_in("fed_back")
    rating = {"grade": "satisfied", "comment": "办得快"}
    assert citizen.post("/portal/comment/", rating)["Location"] == "/portal/track/"
    citizen.post("/portal/track/", {"number": request.matter.number, "phone": "19900007001"})
    assert citizen.post("/portal/comment/", {"comment": "没有选"}).status_code == 422
    done = citizen.post("/portal/comment/", rating, follow=True)
    assert "谢谢您的评价" in done.content.decode()
    assert "提交评价" not in done.content.decode()
    assert Event.objects.filter(matter_id=request.pk, kind="hotline.citizen_commented").count() == 1


def test_before_there_is_a_result_nothing_is_rated(citizen: Client, request_in: RequestIn) -> None:
    request = request_in("in_progress")
    page = citizen.post("/portal/track/", {"number": request.matter.number, "phone": "19900007001"})
    assert "正在办理" in page.content.decode() and "提交评价" not in page.content.decode()


def test_published_results_are_listed_found_and_read_without_personal_data(
    citizen: Client, request_in: RequestIn
) -> None:
    publication = request_in("published").publication
    for url in ("/portal/", "/published/", "/published/?q=路灯", f"/published/{publication.pk}/"):
        page = citizen.get(url).content.decode()
        assert "路灯" in page
        assert "19900007001" not in page and "虞听澜" not in page
    assert "没有找到" in citizen.get("/published/?q=游泳馆").content.decode()


def test_what_was_withdrawn_or_never_published_is_not_found(
    citizen: Client, request_in: RequestIn, reviewer: Any, earlier: Any
) -> None:
    from django.utils import timezone

    from luoshi.hotline.services import request_unpublish

    request = request_in("published")
    request_unpublish(request=request, reason="内容有误", actor=reviewer, at=timezone.now())
    assert citizen.get(f"/published/{request.publication.pk}/").status_code == 404
    assert "没有找到" in citizen.get("/published/").content.decode()
    assert citizen.get("/portal/ask/done/").status_code == 302
