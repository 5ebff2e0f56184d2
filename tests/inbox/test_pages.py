"""The bell and the messages in a browser."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from luoshi.inbox.models import Message
from luoshi.inbox.selectors import unread_count
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Matter, door
from luoshi.organisation.models import UserSession

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(browser_of: Callable[..., Client]) -> Client:
    return browser_of("liaison", "chengguan")


@pytest.fixture
def dispatched(dispatch_of: Callable[..., Any]) -> Any:
    return dispatch_of()


def test_the_bell_says_how_much_is_unread(reader: Client, dispatched: Any) -> None:
    page = reader.get("/work/").content.decode()
    assert re.search(r'id="bell-count"[^>]*role="status" aria-live="polite">1<', page)
    assert 'data-go="n"' in page


def test_the_bell_is_asked_again_by_a_part_of_its_own(reader: Client, dispatched: Any) -> None:
    part = reader.get("/inbox/count/", headers={"X-Quiet": "1"}).content.decode()
    assert part.startswith('<span id="bell-count"')


def test_the_bell_opens_the_latest_few_and_marks_all_as_read(
    reader: Client, dispatch_of: Callable[..., Any], liaison: Actor
) -> None:
    for _ in range(7):
        dispatch_of()
    assert '<section class="ls-bell-panel" id="bell-panel"' in reader.get("/work/").content.decode()
    part = reader.get("/inbox/latest/", headers={"HX-Request": "true"}).content.decode()
    assert part.count('<li class="is-unread">') == 6
    assert "<html" not in part
    after = reader.post(
        "/inbox/read/", headers={"HX-Request": "true", "HX-Target": "bell-panel"}
    ).content.decode()
    assert "7条消息已标为已读" in after and "is-unread" not in after
    assert '<span id="bell-count" hx-swap-oob="true"' in after
    assert unread_count(liaison) == 0


def test_the_bell_of_somebody_without_messages_says_so(reader: Client) -> None:
    assert "还没有消息" in reader.get("/inbox/latest/").content.decode()


def test_messages_stand_by_day_and_lead_to_their_matter(
    reader: Client, dispatched: Any, liaison: Actor
) -> None:
    page = reader.get("/inbox/").content.decode()
    assert "路灯不亮" in page
    assert "新的事项" in page
    message = Message.objects.get(matter=dispatched.matter)
    response = reader.get(f"/inbox/{message.pk}/")
    assert response.headers["Location"] == f"/dispatches/{dispatched.pk}/"
    assert unread_count(liaison) == 0
    assert "没有未读的消息" in reader.get("/inbox/?which=unread").content.decode()


def test_a_message_of_another_body_is_not_found(browser_of: Callable[..., Client], dispatched: Any) -> None:
    message = Message.objects.get(matter=dispatched.matter)
    other = browser_of("liaison", "zhujian")
    assert other.get(f"/inbox/{message.pk}/").status_code == 404
    assert other.post(f"/inbox/{message.pk}/read/").status_code == 404


def test_a_matter_that_is_no_longer_mine_is_refused_in_words(
    browser_of: Callable[..., Client], dispatched: Any, actor: Callable[..., Actor]
) -> None:
    stranger = actor("liaison", "zhujian")
    message = Message.objects.create(
        matter=dispatched.matter, seq=50, event="hotline.urged", topic="urged", person_id=stranger.person_id,
        at=timezone.now(),
    )  # fmt: skip
    response = browser_of("liaison", "zhujian").get(f"/inbox/{message.pk}/")
    assert response.status_code == 403
    assert "不能查看" in response.content.decode()


def test_the_title_of_a_secret_matter_stands_in_no_list(
    browser_of: Callable[..., Client], actor: Callable[..., Actor], dispatched: Any
) -> None:
    with door():
        Matter.objects.filter(pk=dispatched.pk).update(secrecy="secret")
    desk = actor("confidential_office")
    Message.objects.create(
        matter=dispatched.matter, seq=51, event="documents.urged", topic="urged", person_id=desk.person_id,
        secret=True, at=timezone.now(),
    )  # fmt: skip
    page = browser_of("confidential_office").get("/inbox/").content.decode()
    assert "涉密事项，打开后查看" in page
    assert "路灯不亮" not in page


def test_one_and_all_are_marked_as_read(
    reader: Client, dispatch_of: Callable[..., Any], liaison: Actor
) -> None:
    dispatch_of()
    dispatch_of()
    first = Message.objects.order_by("pk").first()
    assert first is not None
    assert (
        reader.post(f"/inbox/{first.pk}/read/", {"which": "unread"}).headers["Location"]
        == "/inbox/?which=unread"
    )
    assert unread_count(liaison) == 1
    page = reader.post("/inbox/read/", follow=True).content.decode()
    assert "1条消息已标为已读" in page
    assert unread_count(liaison) == 0


def test_topics_are_chosen_by_each_for_themselves(reader: Client, dispatched: Any) -> None:
    assert reader.get("/inbox/topics/").content.decode().count("checked") == 7
    reader.post("/inbox/topics/", {"topics": ["urged", "overdue"]})
    assert reader.get("/inbox/topics/").content.decode().count("checked") == 2
    assert "路灯不亮" not in reader.get("/inbox/").content.decode()


def test_messages_are_filtered_by_topic_and_sent_alone_with_htmx(reader: Client, dispatched: Any) -> None:
    assert "路灯不亮" not in reader.get("/inbox/?topic=urged").content.decode()
    part = reader.get("/inbox/?topic=duty", headers={"HX-Request": "true", "HX-Target": "messages-list"})
    assert "路灯不亮" in part.content.decode()
    assert "<html" not in part.content.decode()


@pytest.mark.parametrize("count", [1, 40])
def test_the_page_costs_the_same_however_much_is_told(
    reader: Client, dispatched: Any, count: int, django_assert_max_num_queries: Any, liaison: Actor
) -> None:
    Message.objects.bulk_create(
        Message(
            matter=dispatched.matter, seq=100 + number, event="hotline.urged", topic="urged", body_id=liaison.body_id,
            at=timezone.now(),
        )
        for number in range(count)
    )  # fmt: skip
    reader.get("/inbox/")
    with django_assert_max_num_queries(12):
        reader.get("/inbox/")


def test_a_bell_that_asks_by_itself_keeps_no_session_alive(reader: Client, dispatched: Any) -> None:
    reader.get("/inbox/")
    before = timezone.now() - dt.timedelta(minutes=5)
    UserSession.objects.update(started_at=before, seen_at=before)
    reader.get("/inbox/count/", headers={"X-Quiet": "1"})
    assert UserSession.objects.get().seen_at == before
    reader.get("/inbox/")
    assert UserSession.objects.get().seen_at > before


def test_a_bell_whose_session_has_ended_leaves_the_page_alone(reader: Client, dispatched: Any) -> None:
    reader.get("/inbox/")
    before = timezone.now() - dt.timedelta(days=2)
    UserSession.objects.update(started_at=before, seen_at=before)
    response = reader.get("/inbox/count/", headers={"X-Quiet": "1", "HX-Request": "true"})
    assert response.status_code == 204
    assert "HX-Redirect" not in response.headers
