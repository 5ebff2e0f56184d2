"""The second factor: set up with a telephone, asked at log-in, each code once, recovery codes for its loss."""

from __future__ import annotations

import base64
import datetime as dt
import re

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import AccessLog
from luoshi.organisation import services
from luoshi.organisation.models import RecoveryCode, SecondFactor, User, UserSession
from luoshi.organisation.selectors import actor_for
from luoshi.organisation.services.journal import body_matter
from tests.conftest import PASSWORD

NAME = "chengguan.liaison"
LOGIN = {"username": NAME, "password": PASSWORD}


@pytest.fixture
def user(bodies):
    return User.objects.select_related("person__body").get(username=NAME)


@pytest.fixture
def now(at):
    return at("2017-10-09 09:00")


def code_of(user, moment):
    secret = base64.b32decode(SecondFactor.objects.get(user=user).secret)
    return TOTP(secret, 6, SHA1(), 30).generate(moment.timestamp()).decode()  # noqa: S303


def enrol(user, moment):
    """Begin and confirm; the recovery codes."""
    actor = actor_for(user=user, at=moment)
    services.second_factor_begin(user=user, password=PASSWORD, actor=actor, at=moment)
    return services.second_factor_confirm(user=user, code=code_of(user, moment), actor=actor, at=moment)


def check(user, code, moment):
    return services.second_factor_check(user=user, code=code, at=moment) == ""


def later(moment, seconds):
    return moment + dt.timedelta(seconds=seconds)


def test_it_is_in_use_once_a_code_of_the_telephone_was_given(user, now):
    actor = actor_for(user=user, at=now)
    services.second_factor_begin(user=user, password=PASSWORD, actor=actor, at=now)
    right = code_of(user, now)
    with pytest.raises(Incomplete, match="动态口令不正确"):
        services.second_factor_confirm(user=user, code=f"{(int(right) + 1) % 10**6:06}", actor=actor, at=now)
    assert User.objects.get(pk=user.pk).second_factor_at is None
    assert len(services.second_factor_confirm(user=user, code=right, actor=actor, at=now)) == 10
    assert User.objects.get(pk=user.pk).second_factor_at == now
    assert body_matter(user.person.body).events.last().kind == "organisation.second_factor_enrolled"


def test_it_is_begun_with_ones_own_password_by_oneself_only(user, actor, now):
    own = actor_for(user=user, at=now)
    with pytest.raises(Incomplete, match="密码不正确"):
        services.second_factor_begin(user=user, password="wrong", actor=own, at=now)
    with pytest.raises(NotAllowed):
        services.second_factor_begin(user=user, password=PASSWORD, actor=actor("security_officer"), at=now)


@pytest.mark.parametrize(
    ("seconds", "right"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_a_code_counts_in_its_own_thirty_seconds_and_those_beside_them(user, now, seconds, right):
    enrol(user, later(now, -3600))
    assert check(user, code_of(user, later(now, seconds)), now) is right


def test_a_code_is_accepted_once_and_none_before_it_afterwards(user, now):
    enrol(user, later(now, -3600))
    before, code = code_of(user, later(now, -30)), code_of(user, now)
    assert check(user, code, now)
    assert not check(user, code, now)
    assert not check(user, before, now)
    assert check(user, code_of(user, later(now, 30)), later(now, 30))


def test_the_code_that_confirmed_it_does_not_log_in(user, now):
    enrol(user, now)
    assert not check(user, code_of(user, now), now)


def test_five_wrong_codes_close_it_for_fifteen_minutes_even_for_the_right_one(user, now):
    enrol(user, later(now, -3600))
    before = AccessLog.objects.count()
    for _ in range(5):
        assert not check(user, "abcdef", now)
    assert AccessLog.objects.filter(what="second_factor", allowed=False).count() == 5
    assert AccessLog.objects.count() == before + 5
    assert not check(user, code_of(user, now), now)
    assert not check(user, code_of(user, later(now, 899)), later(now, 899))
    assert check(user, code_of(user, later(now, 900)), later(now, 900))


def test_the_right_password_does_not_forgive_wrong_codes(client, user):
    now = timezone.now()
    enrol(user, later(now, -3600))
    for _ in range(5):
        client.post(reverse("login"), LOGIN)
        client.post(reverse("second-factor-ask"), {"code": "000000x"})
    assert SecondFactor.objects.get(user=user).locked_at(timezone.now())


def test_a_recovery_code_does_once_however_it_is_typed(user, now):
    first, second, *_ = enrol(user, later(now, -3600))
    assert re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", first)
    assert check(user, first.lower().replace("-", " "), now)
    assert not check(user, first, now)
    assert check(user, second, now)
    assert body_matter(user.person.body).events.last().kind == "organisation.recovery_code_used"


def test_neither_the_secret_nor_a_recovery_code_can_be_read_in_the_database(user, now):
    codes = enrol(user, now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM organisation_secondfactor")
        assert cursor.fetchone()[0].startswith("sealed:")
    stored = " ".join(RecoveryCode.objects.values_list("hash", flat=True))
    assert not any(code.replace("-", "")[2:] in stored for code in codes)


def test_new_recovery_codes_make_the_old_ones_void(user, now):
    old = enrol(user, later(now, -3600))
    actor = actor_for(user=user, at=now)
    user.refresh_from_db()
    with pytest.raises(Incomplete):
        services.recovery_codes_renew(user=user, code="wrong", actor=actor, at=now)
    assert SecondFactor.objects.get(user=user).failures == 1  # a refusal does not take the count back
    new = services.recovery_codes_renew(user=user, code=code_of(user, now), actor=actor, at=now)
    assert not check(user, old[3], now)
    assert check(user, new[3], now)


def test_one_gives_it_up_with_a_code_but_not_where_a_role_requires_it(user, now, settings):
    enrol(user, later(now, -3600))
    user.refresh_from_db()
    actor = actor_for(user=user, at=now)
    settings.SECOND_FACTOR_ROLES = frozenset({"liaison"})
    user.is_demo = False
    with pytest.raises(WrongState, match="须使用两步验证"):
        services.second_factor_end(user=user, code=code_of(user, now), actor=actor, at=now)
    user.is_demo = True
    services.second_factor_end(user=user, code=code_of(user, now), actor=actor, at=now)
    assert User.objects.get(pk=user.pk).second_factor_at is None
    assert not SecondFactor.objects.exists()


@pytest.mark.parametrize("role", ["administrator", "auditor", "platform_leader"])
def test_only_the_security_officer_takes_a_lost_one_away(user, actor, now, role):
    enrol(user, now)
    with pytest.raises(NotAllowed):
        services.second_factor_reset(user=user, actor=actor(role), at=now)


def test_a_lost_one_is_taken_away_with_an_event_and_all_log_ins_end(client, user, actor):
    now = timezone.now()
    client.post(reverse("login"), LOGIN)
    enrol(user, now)
    services.second_factor_reset(user=user, actor=actor("security_officer"), at=now)
    assert "ended=revoked" in client.get(reverse("account")).url
    assert body_matter(user.person.body).events.last().kind == "organisation.second_factor_reset"
    assert client.post(reverse("login"), LOGIN).url == reverse("home")
    with pytest.raises(WrongState):
        services.second_factor_reset(
            user=User.objects.get(pk=user.pk), actor=actor("security_officer"), at=now
        )


def test_log_in_asks_for_the_code_and_goes_on_to_where_one_was_going(client, user):
    now = timezone.now()
    enrol(user, later(now, -3600))
    answer = client.post(reverse("login"), {**LOGIN, "next": "/organisation/"})
    assert answer.url == reverse("second-factor-ask")
    assert client.get(reverse("account")).status_code == 302  # nobody is signed in yet
    wrong = client.post(answer.url, {"code": "wrong"})
    assert wrong.status_code == 422
    assert "动态口令不正确" in wrong.content.decode()
    key = client.session.session_key
    assert client.post(answer.url, {"code": code_of(user, timezone.now())}).url == "/organisation/"
    assert client.session.session_key != key
    assert client.get(reverse("account")).status_code == 200
    assert UserSession.objects.filter(user=user, ended="").count() == 1


def test_the_second_step_waits_five_minutes_and_then_says_so(client, user):
    enrol(user, later(timezone.now(), -3600))
    client.post(reverse("login"), LOGIN)
    session = client.session
    session["second_factor_pending"] = {
        **session["second_factor_pending"],
        "at": timezone.now().timestamp() - 301,
    }
    session.save()
    answer = client.post(reverse("second-factor-ask"), {"code": code_of(user, timezone.now())})
    assert "重新登录" in answer.content.decode()
    assert client.get(reverse("account")).status_code == 302


def test_one_sets_it_up_in_the_browser_and_sees_the_recovery_codes_once(client, user):
    client.post(reverse("login"), LOGIN)
    assert client.get(reverse("second-factor-qr")).status_code == 404
    answer = client.post(reverse("second-factor"), {"password": PASSWORD})
    assert answer.url == reverse("second-factor-confirm")
    page = client.get(answer.url)
    assert "no-store" in page["Cache-Control"]
    assert SecondFactor.objects.get(user=user).secret[:4] in page.content.decode()
    picture = client.get(reverse("second-factor-qr"))
    assert picture["Content-Type"] == "image/svg+xml"
    assert b"<svg" in picture.content
    shown = client.post(answer.url, {"code": code_of(user, timezone.now())})
    assert len(shown.context["codes"]) == 10
    assert shown.context["codes"][0] in shown.content.decode()
    assert client.get(reverse("second-factor-qr")).status_code == 404  # the secret is never shown again
    assert client.get(answer.url).url == reverse("second-factor")
    assert "10个" in client.get(reverse("second-factor")).content.decode()


def test_whose_role_requires_it_sets_it_up_before_anything_else(client, user, settings):
    settings.SECOND_FACTOR_ROLES = frozenset({"liaison"})
    client.post(reverse("login"), LOGIN)
    assert client.get(reverse("organisation-list")).status_code == 200  # an account of the demo city
    with connection.cursor() as cursor:
        cursor.execute("UPDATE organisation_user SET is_demo = false WHERE id = %s", [user.pk])
    assert client.get(reverse("organisation-list")).url == reverse("second-factor")
    assert "须使用两步验证" in client.get(reverse("second-factor")).content.decode()
    enrol(User.objects.get(pk=user.pk), timezone.now())
    assert client.get(reverse("organisation-list")).status_code == 200


def grow_old(user, minutes):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE organisation_usersession SET started_at = started_at - make_interval(mins => %s), confirmed_at = NULL"
            " WHERE user_id = %s",
            [minutes, user.pk],
        )


def test_before_what_hurts_one_shows_again_who_one_is(client, bodies):
    officer = User.objects.get(grants__role__code="security_officer")
    someone = User.objects.get(username=NAME)
    client.post(reverse("login"), {"username": officer.username, "password": PASSWORD})
    page = reverse("role-grant", args=[someone.pk])
    assert client.get(page).status_code == 200
    grow_old(officer, 14)
    assert client.get(page).status_code == 200
    grow_old(officer, 2)
    asked = client.get(page)
    assert asked.url.startswith(reverse("identity-confirm"))
    assert client.get(reverse("token-new")).url.startswith(reverse("identity-confirm"))
    assert client.get(reverse("user-list")).status_code == 200  # what does not hurt goes on
    assert (
        client.post(page, {"since": "x"}).status_code == 422
    )  # a form that was opened in time may still be sent
    assert client.post(asked.url, {"password": "wrong"}).status_code == 422
    assert client.get(page).status_code == 302
    answer = client.post(reverse("identity-confirm"), {"password": PASSWORD, "next": page})
    assert answer.url == page
    assert client.get(page).status_code == 200


def test_guesses_at_the_password_asked_again_count_as_failed_log_ins(client, user):
    client.post(reverse("login"), LOGIN)
    for _ in range(5):
        client.post(reverse("identity-confirm"), {"password": "wrong"})
    assert User.objects.get(pk=user.pk).locked_at(timezone.now())


def test_one_signs_out_all_other_browsers_of_ones_own(client, user):
    others = [Client(), Client()]
    for browser in (*others, client):
        browser.post(reverse("login"), LOGIN)
    client.post(reverse("sessions-end-others"))
    assert client.get(reverse("account")).status_code == 200
    assert all("ended_by_user" in browser.get(reverse("account")).url for browser in others)


def test_where_one_log_in_at_a_time_is_allowed_the_second_ends_the_first(client, user, settings):
    settings.SESSIONS_PER_USER = 1
    other = Client()
    other.post(reverse("login"), LOGIN)
    client.post(reverse("login"), LOGIN)
    assert "ended=replaced" in other.get(reverse("account")).url
    assert client.get(reverse("account")).status_code == 200


def test_log_in_gives_the_browser_a_new_session_key(client, user):
    client.get(reverse("login"))
    session = client.session
    session["before"] = 1
    session.save()
    before = session.session_key
    client.post(reverse("login"), LOGIN)
    assert client.session.session_key != before


def test_the_auditor_reads_log_ins_and_what_was_done_to_accounts(client, user):
    enrol(user, later(timezone.now(), -60))
    auditor = User.objects.get(grants__role__code="auditor")
    client.post(reverse("login"), {"username": auditor.username, "password": PASSWORD})
    assert auditor.username in client.get(reverse("login-log"), {"q": auditor.username}).content.decode()
    text = client.get(reverse("account-log")).content.decode()
    assert "启用两步验证" in text and NAME in text
