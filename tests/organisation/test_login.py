"""Log-in: five failures in a row close an account for fifteen minutes, and the page gives nothing away."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from luoshi.ledger.models import AccessLog
from luoshi.organisation import services
from luoshi.organisation.backends import LockoutBackend
from luoshi.organisation.models import User
from tests.conftest import PASSWORD

NAME = "chengguan.liaison"


@pytest.fixture
def user(bodies):
    return User.objects.get(username=NAME)


def attempt(password, moment, username=NAME):
    return LockoutBackend().authenticate(None, username=username, password=password, at=moment)


def fail(times, moment):
    for _ in range(times):
        assert attempt("wrong", moment) is None


def post_login(client, password=PASSWORD, username=NAME, **more):
    return client.post(reverse("login"), {"username": username, "password": password, **more})


def test_the_right_password_is_accepted(user, at):
    assert attempt(PASSWORD, at("2017-10-09 09:00")) == user


def test_four_failures_do_not_close_the_account(user, at):
    fail(4, at("2017-10-09 09:00"))
    assert attempt(PASSWORD, at("2017-10-09 09:00")) == user


def test_the_fifth_failure_closes_it_even_for_the_right_password(user, at):
    fail(5, at("2017-10-09 09:00"))
    assert attempt(PASSWORD, at("2017-10-09 09:00")) is None


@pytest.mark.parametrize(
    ("moment", "opened"), [("2017-10-09 09:14:59", False), ("2017-10-09 09:15:00", True)]
)
def test_after_fifteen_minutes_it_is_open_again(user, at, moment, opened):
    fail(5, at("2017-10-09 09:00"))
    assert (attempt(PASSWORD, at(moment)) == user) is opened


def test_failures_while_it_is_closed_do_not_prolong_the_time(user, at):
    fail(5, at("2017-10-09 09:00"))
    fail(9, at("2017-10-09 09:14"))
    assert attempt(PASSWORD, at("2017-10-09 09:15")) == user


def test_a_success_forgets_earlier_failures(user, at):
    moment = at("2017-10-09 09:00")
    fail(4, moment)
    attempt(PASSWORD, moment)
    fail(4, moment)
    assert attempt(PASSWORD, moment) == user


def test_after_the_lock_five_more_failures_are_needed_again(user, at):
    fail(5, at("2017-10-09 09:00"))
    fail(4, at("2017-10-09 09:15"))
    assert attempt(PASSWORD, at("2017-10-09 09:15")) == user


def test_failures_of_one_account_do_not_close_another(user, at):
    fail(5, at("2017-10-09 09:00"))
    assert attempt(PASSWORD, at("2017-10-09 09:00"), username="zhujian.liaison") is not None


def test_each_failure_of_an_account_stands_in_the_access_log(user, at):
    before = AccessLog.objects.count()
    fail(5, at("2017-10-09 09:00"))
    rows = AccessLog.objects.order_by("id")[before:]
    assert [(row.actor_id, row.what, row.allowed) for row in rows] == [(user.pk, "login", False)] * 5
    assert "锁定15分钟" in rows[4].reason
    assert "锁定15分钟" not in rows[3].reason


def test_a_blocked_account_is_refused(user, actor, at):
    services.user_lock(user=user, actor=actor("security_officer"), at=at("2017-10-09 09:00"), reason="调离")
    assert attempt(PASSWORD, at("2017-10-09 10:00")) is None


def test_every_refusal_reads_the_same(client, user, actor, at):
    answers = {post_login(client, "wrong").content.decode().replace(NAME, "")}
    answers.add(post_login(client, "wrong", username="nobody").content.decode().replace("nobody", ""))
    User.objects.get(username=NAME)
    services.user_lock(user=user, actor=actor("administrator"), at=at("2017-10-09 09:00"), reason="调离")
    answers.add(post_login(client).content.decode().replace(NAME, ""))
    shown = [text[text.index('role="alert"') : text.index("到时自动解除")] for text in answers]
    assert len(set(shown)) == 1
    assert "锁定15分钟" in shown[0]


def test_every_answer_costs_one_password_hash(user, at, monkeypatch):
    hashed = []
    from django.contrib.auth.hashers import MD5PasswordHasher

    real = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda self, *args: hashed.append(1) or real(self, *args)
    )
    moment = at("2017-10-09 09:00")
    costs = []
    for name, password in ((NAME, PASSWORD), (NAME, "wrong"), ("nobody", "wrong")):
        hashed.clear()
        attempt(password, moment, username=name)
        costs.append(len(hashed))
    assert costs == [1, 1, 1]


def test_one_goes_where_one_was_going_but_never_to_another_site(client, user):
    assert post_login(client, next="/organisation/").url == "/organisation/"
    client.logout()
    assert post_login(client, next="https://example.com/").url == reverse("home")


def test_a_page_asks_for_log_in_and_comes_back(client, user):
    answer = client.get(reverse("organisation-list"))
    assert answer.status_code == 302
    assert answer.url == f"{reverse('login')}?next=%2Forganisation%2F"


def test_the_user_name_may_be_typed_in_capitals(client, user):
    assert post_login(client, username=f" {NAME.upper()} ").status_code == 302


def test_log_out_is_a_post(client, user):
    post_login(client)
    assert client.get(reverse("logout")).status_code == 405
    assert client.post(reverse("logout")).url == reverse("login")
    assert client.get(reverse("account")).status_code == 302


def test_log_in_needs_its_token(user):
    from django.test import Client

    assert post_login(Client(enforce_csrf_checks=True)).status_code == 403


def test_a_first_password_is_changed_before_anything_else(client, user, actor, at):
    services.password_reset(
        user=user, password="Neu-und-lang-1", actor=actor("administrator"), at=at("2017-10-09 09:00")
    )
    post_login(client, "Neu-und-lang-1")
    assert client.get(reverse("organisation-list")).url == reverse("password-change")
    answer = client.post(
        reverse("password-change"),
        {"old": "Neu-und-lang-1", "new": "Sonnenblume-7", "again": "Sonnenblume-7"},
    )
    assert answer.url == reverse("home")
    assert client.get(reverse("organisation-list")).status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "again", "words"),
    [
        ("wrong", "Sonnenblume-7", "Sonnenblume-7", "原密码不正确"),
        (PASSWORD, PASSWORD, PASSWORD, "不得与原密码相同"),
        (PASSWORD, "Sonnenblume-7", "Sonnenblume-8", "两次输入的新密码不一致"),
        (PASSWORD, "short-7", "short-7", "10"),
        (PASSWORD, "8461937250", "8461937250", "数字"),
    ],
)
def test_a_bad_change_of_password_says_what_is_wrong(client, user, old, new, again, words):
    post_login(client)
    answer = client.post(reverse("password-change"), {"old": old, "new": new, "again": again})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_changed_password_is_recorded_without_the_password(client, user):
    post_login(client)
    client.post(
        reverse("password-change"), {"old": PASSWORD, "new": "Sonnenblume-7", "again": "Sonnenblume-7"}
    )
    user.refresh_from_db()
    assert user.check_password("Sonnenblume-7")
    assert user.password_changed_at > dt.datetime(2017, 10, 1, tzinfo=dt.UTC)
    from luoshi.organisation.services.journal import body_matter

    event = body_matter(user.person.body).events.last()
    assert event.kind == "organisation.password_changed"
    assert "Sonnenblume" not in str(event.data)
