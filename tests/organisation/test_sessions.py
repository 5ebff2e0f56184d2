"""Sessions: at most three at a time, an hour without use, twelve hours in all; the end is explained."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from luoshi.organisation import services
from luoshi.organisation.models import User, UserSession
from luoshi.organisation.sessions import session_begin, session_touch, sessions_live
from tests.conftest import PASSWORD

NAME = "chengguan.liaison"
LOGIN = {"username": NAME, "password": PASSWORD}


@pytest.fixture
def user(bodies):
    return User.objects.get(username=NAME)


def begin(user, moment):
    return session_begin(user=user, at=moment, address="10.0.0.1", agent="Browser")


def test_three_sessions_live_side_by_side_and_the_fourth_ends_the_oldest(user, at):
    moment = at("2017-10-09 09:00")
    first, second, third = (begin(user, moment + dt.timedelta(minutes=n)) for n in range(3))
    now = moment + dt.timedelta(minutes=3)
    assert sessions_live(user=user, at=now) == [third, second, first]
    fourth = begin(user, now)
    assert sessions_live(user=user, at=now) == [fourth, third, second]
    first.refresh_from_db()
    assert (first.ended, first.ended_at) == ("replaced", now)


def test_an_idle_session_takes_no_place(user, at):
    moment = at("2017-10-09 09:00")
    first = begin(user, moment)
    later = moment + dt.timedelta(hours=1)
    for n in range(3):
        begin(user, later + dt.timedelta(minutes=n))
    first.refresh_from_db()
    assert first.ended == "idle"
    assert len(sessions_live(user=user, at=later + dt.timedelta(minutes=3))) == 3


@pytest.mark.parametrize(
    ("moment", "reason"), [("2017-10-09 09:59:59", None), ("2017-10-09 10:00:00", "idle")]
)
def test_an_hour_without_use_ends_a_session(user, at, moment, reason):
    session = begin(user, at("2017-10-09 09:00"))
    assert session_touch(session=session, at=at(moment)) == reason


def test_use_keeps_a_session_alive(user, at):
    session = begin(user, at("2017-10-09 09:00"))
    for clock in ("09:50", "10:40", "11:30"):
        assert session_touch(session=session, at=at(f"2017-10-09 {clock}")) is None
        session.refresh_from_db()


@pytest.mark.parametrize(
    ("moment", "reason"), [("2017-10-09 20:59:59", None), ("2017-10-09 21:00:00", "expired")]
)
def test_twelve_hours_end_a_session_whatever_its_use(user, at, moment, reason):
    session = begin(user, at("2017-10-09 09:00"))
    for half_hours in range(1, 24):
        session_touch(session=session, at=at("2017-10-09 09:00") + dt.timedelta(minutes=30 * half_hours))
        session.refresh_from_db()
    assert session_touch(session=session, at=at(moment)) == reason


def test_a_session_is_marked_as_seen_at_most_once_a_minute(user, at, django_assert_num_queries):
    session = begin(user, at("2017-10-09 09:00"))
    with django_assert_num_queries(0):
        session_touch(session=session, at=at("2017-10-09 09:00:59"))
    with django_assert_num_queries(1):
        session_touch(session=session, at=at("2017-10-09 09:01:00"))


def test_an_ended_session_keeps_its_first_reason(user, at):
    session = begin(user, at("2017-10-09 09:00"))
    session_touch(session=session, at=at("2017-10-09 11:00"))
    session.refresh_from_db()
    assert session_touch(session=session, at=at("2017-10-10 11:00")) == "idle"


def test_the_fourth_browser_signs_out_the_first_which_is_told_why(user):
    browsers = [Client() for _ in range(4)]
    for browser in browsers:
        browser.post(reverse("login"), LOGIN)
    answer = browsers[0].get(reverse("account"))
    assert answer.url.startswith(reverse("login"))
    assert "ended=replaced" in answer.url
    assert "超过同时登录数" in browsers[0].get(answer.url).content.decode()
    assert browsers[0].get(reverse("account")).url == f"{reverse('login')}?next=%2Faccount%2F"
    assert [browser.get(reverse("account")).status_code for browser in browsers[1:]] == [200, 200, 200]


def test_one_browser_that_logs_in_again_takes_one_place(client, user):
    for _ in range(5):
        client.post(reverse("login"), LOGIN)
    assert len(sessions_live(user=user, at=timezone.now())) == 1


def test_one_signs_out_another_browser_of_ones_own_and_of_nobody_else(client, user):
    other, stranger = Client(), Client()
    other.post(reverse("login"), LOGIN)
    stranger.post(reverse("login"), {"username": "zhujian.liaison", "password": PASSWORD})
    client.post(reverse("login"), LOGIN)
    mine = UserSession.objects.filter(user=user).order_by("id").first()
    theirs = UserSession.objects.get(user__username="zhujian.liaison", ended="")
    assert client.post(reverse("session-end", args=[theirs.pk])).status_code == 404
    client.post(reverse("session-end", args=[mine.pk]))
    assert "ended=ended_by_user" in other.get(reverse("account")).url
    assert stranger.get(reverse("account")).status_code == 200


def test_a_blocked_account_is_signed_out_at_its_next_step(client, user, actor):
    client.post(reverse("login"), LOGIN)
    services.user_lock(user=user, actor=actor("security_officer"), at=timezone.now(), reason="调离")
    answer = client.get(reverse("account"))
    assert answer.url.startswith(reverse("login"))
    assert "ended=revoked" in answer.url


def test_a_new_password_signs_out_the_other_browsers_and_keeps_this_one(client, user):
    other = Client()
    other.post(reverse("login"), LOGIN)
    client.post(reverse("login"), LOGIN)
    client.post(
        reverse("password-change"), {"old": PASSWORD, "new": "Sonnenblume-7", "again": "Sonnenblume-7"}
    )
    assert client.get(reverse("account")).status_code == 200
    assert other.get(reverse("account")).status_code == 302


def test_a_partial_request_of_a_signed_out_browser_leads_the_whole_page_to_log_in(client, user):
    answer = client.get(reverse("account"), headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, reverse("login"))
