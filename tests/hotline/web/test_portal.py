"""Following, rating and adding on the public portal; and what it keeps to itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from luoshi.hotline.contacts import query_code
from luoshi.hotline.models import Request
from luoshi.ledger.models import Event

RequestIn = Callable[..., Request]
NOT_FOUND = "没有查到"
MOBILE = "19900007001"
MOST_QUERIES = 12
pytestmark = pytest.mark.django_db


@pytest.fixture
def citizen(bodies: dict[str, Any]) -> Client:
    """Somebody who is not signed in."""
    return Client()


def follow(citizen: Client, request: Request, secret: str = MOBILE) -> str:
    """The page that the citizen gets for the number and a secret."""
    answer = citizen.post("/portal/track/", {"number": request.matter.number, "phone": secret})
    return answer.content.decode()


def test_nobody_tries_numbers_without_end(citizen: Client) -> None:
    for number in range(31):
        last = citizen.post("/portal/track/", {"number": f"2026{number}", "phone": MOBILE})
    assert "次数太多了" in last.content.decode()


def test_nobody_tries_telephones_for_one_number_from_many_addresses(
    citizen: Client, request_in: RequestIn
) -> None:
    number = request_in("received").matter.number
    for place in range(21):
        given = {"number": number, "phone": f"1990000{place:04}"}
        last = citizen.post("/portal/track/", given, REMOTE_ADDR=f"10.0.0.{place}")
    assert "次数太多了" in last.content.decode()


def test_a_request_is_followed_by_number_and_telephone_or_by_its_code(
    citizen: Client, request_in: RequestIn
) -> None:
    request = request_in("fed_back")
    for secret in (MOBILE, query_code(request.matter.number)):
        page = follow(citizen, request, secret)
        assert "已反馈" in page and "已更换灯具" in page and "登记受理" in page


def test_a_citizen_sees_who_has_it_by_when_and_why(citizen: Client, request_in: RequestIn) -> None:
    request = request_in("in_progress")
    page = follow(citizen, request)
    unit = request.dispatches.select_related("body").get().body.name
    assert unit in page and "办好并报出答复" in page and "与您联系" in page
    assert "这个时间是怎样算的" in page and "第十四条" in page
    assert "签收" not in page


def test_before_it_is_sent_on_the_platform_owes_the_dispatch(citizen: Client, request_in: RequestIn) -> None:
    page = follow(citizen, request_in("received"))
    assert "还没有确定" in page and "转给承办单位" in page


def test_a_wrong_telephone_and_an_unknown_number_are_answered_alike(
    citizen: Client, request_in: RequestIn
) -> None:
    number = request_in("received").matter.number
    pages = []
    for tried in (number, "20991231-0001"):
        answer = citizen.post("/portal/track/", {"number": tried, "phone": "19900007002"})
        assert answer.status_code == 422
        pages.append(answer.content.decode().replace(tried, "").partition("<main")[2])
    strip = [page.split("csrfmiddlewaretoken", 1)[0] for page in pages]
    assert strip[0] == strip[1]
    assert NOT_FOUND in strip[0] and "路灯不亮" not in pages[0]


def test_a_result_is_rated_by_the_one_who_followed_it_and_by_nobody_else(
    citizen: Client, request_in: RequestIn
) -> None:
    request = request_in("fed_back")
    rating = {"grade": "satisfied", "comment": "办得快"}
    assert citizen.post("/portal/comment/", rating)["Location"] == "/portal/track/"
    follow(citizen, request)
    assert citizen.post("/portal/comment/", {"comment": "没有选"}).status_code == 422
    done = citizen.post("/portal/comment/", rating, follow=True)
    assert "谢谢您的评价" in done.content.decode()
    assert "提交评价" not in done.content.decode()
    assert Event.objects.filter(matter_id=request.pk, kind="hotline.citizen_commented").count() == 1


def test_before_there_is_a_result_nothing_is_rated(citizen: Client, request_in: RequestIn) -> None:
    page = follow(citizen, request_in("in_progress"))
    assert "正在办理" in page and "提交评价" not in page


def test_what_was_forgotten_is_added_masked_and_the_units_read_it(
    citizen: Client, request_in: RequestIn
) -> None:
    request = request_in("in_progress")
    assert citizen.post("/portal/supplement/", {"text": "灯杆编号是17"})["Location"] == "/portal/track/"
    follow(citizen, request)
    empty = citizen.post("/portal/supplement/", {"text": " \x00 "})
    assert empty.status_code == 422 and "请写明要补充的情况" in empty.content.decode()
    done = citizen.post("/portal/supplement/", {"text": f"灯杆编号是17，电话{MOBILE}"}, follow=True)
    assert "已经补充" in done.content.decode() and "您补充了情况" in done.content.decode()
    event = Event.objects.get(matter_id=request.pk, kind="hotline.supplemented")
    assert event.data["text"] == "灯杆编号是17，电话***"


def test_a_settled_request_takes_no_more_words(citizen: Client, request_in: RequestIn) -> None:
    request = request_in("fed_back")
    assert "补充情况" not in follow(citizen, request)
    refused = citizen.post("/portal/supplement/", {"text": "还没有修好"})
    assert refused.status_code == 422
    assert not Event.objects.filter(matter_id=request.pk, kind="hotline.supplemented").exists()


def test_on_a_shared_computer_it_can_be_left_behind(citizen: Client, request_in: RequestIn) -> None:
    follow(citizen, request_in("fed_back"))
    assert "已更换灯具" in citizen.get("/portal/track/?again=1").content.decode()
    citizen.post("/portal/track/leave/")
    assert "已更换灯具" not in citizen.get("/portal/track/?again=1").content.decode()


def test_following_costs_few_queries(citizen: Client, request_in: RequestIn) -> None:
    request = request_in("in_progress")
    with CaptureQueriesContext(
        connection,
    ) as spent:
        follow(citizen, request)
    # beside the page: counting the attempt twice and keeping the session
    session = [query for query in spent.captured_queries if "django_session" in query["sql"]]
    marks = [query for query in spent.captured_queries if "SAVEPOINT" in query["sql"]]
    assert len(spent) - len(session) - len(marks) <= MOST_QUERIES


def test_private_pages_are_kept_by_no_cache(citizen: Client) -> None:
    for url in ("/portal/ask/", "/portal/track/"):
        assert "no-store" in citizen.get(url)["Cache-Control"]


def test_there_is_no_receipt_without_a_request(citizen: Client) -> None:
    assert citizen.get("/portal/ask/done/").status_code == 302
