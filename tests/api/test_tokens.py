"""Tokens: who issues and revokes them, what they open, and what is refused in which words."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from luoshi.api import services
from luoshi.api.models import Token
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Event
from luoshi.organisation.models import Grant


def signed_in(role):
    client = Client()
    client.force_login(Grant.objects.filter(role__code=role).order_by("id").first().user)
    return client


def account(role, body):
    return Grant.objects.filter(role__code=role, body__code=body).order_by("id").first()


def test_a_security_officer_issues_a_token_on_the_page_and_it_is_shown_once(bodies):
    client, grant = signed_in("security_officer"), account("liaison", "chengguan")
    url = f"{reverse('token-new')}?account={grant.user.username}"
    until = (timezone.localdate() + dt.timedelta(days=90)).isoformat()
    typed = {"name": "市长信箱网站", "body": grant.body_id, "scopes": ["hotline.read"], "until": until}
    page = client.post(url, typed)
    token = Token.objects.get()
    secret = next(
        word
        for word in page.content.decode().replace("<", " ").replace(">", " ").split()
        if word.startswith("luoshi_")
    )
    assert services.token_digest(secret) == token.digest
    assert secret not in client.get(reverse("token-list")).content.decode()
    told = Client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).json()
    assert (told["unit"]["code"], told["scopes"]) == ("chengguan", ["hotline.read"])
    event = Event.objects.get(kind="organisation.token_issued")
    assert event.data["name"] == "市长信箱网站"
    assert secret not in str(event.data)


def test_a_revoked_token_opens_nothing_from_that_moment(caller, bodies):
    one = caller("agent")
    assert one.get("/me").status_code == 200
    url = reverse("token-revoke", args=[one.token.pk])
    client = signed_in("security_officer")
    assert "立即不能调用" in client.get(url).content.decode()
    client.post(url)
    answer = one.get("/me")
    assert (answer.status_code, answer.json()["detail"]) == (401, "令牌已吊销。请联系安全管理员签发新的令牌")
    assert Event.objects.filter(kind="organisation.token_revoked").count() == 1
    assert client.get(url).status_code == 302


def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(bodies):
    client, grant = signed_in("security_officer"), account("liaison", "chengguan")
    url = f"{reverse('token-new')}?account={grant.user.username}"
    page = client.post(
        url, {"name": "网站", "body": grant.body_id, "scopes": ["hotline.read"], "until": "2019-01-01"}
    )
    assert page.status_code == 422
    assert "最长一年" in page.content.decode()
    assert 'value="网站"' in page.content.decode()
    unknown = client.get(f"{reverse('token-new')}?account=nobody-here")
    assert "没有“nobody-here”这个账号" in unknown.content.decode()


def issue(actor, role="agent", **changes):
    grant = Grant.objects.filter(role__code=role).select_related("user", "body").order_by("id").first()
    now = timezone.now()
    values = {"user": grant.user, "body": grant.body, "name": "测试", "scopes": ["hotline.read"],
              "until": now.date() + dt.timedelta(days=9), "actor": actor, "at": now}  # fmt: skip
    return services.token_issue(**{**values, **changes})


def test_only_a_security_officer_issues_and_only_for_an_account_that_acts_for_the_body(actor, bodies):
    with pytest.raises(NotAllowed):
        issue(actor("administrator"))
    with pytest.raises(Incomplete, match="没有角色"):
        issue(actor("security_officer"), body=bodies["jiaoyu"])
    with pytest.raises(Incomplete, match="至少选择一项"):
        issue(actor("security_officer"), scopes=["nothing"])
    with pytest.raises(Incomplete, match="最长一年"):
        issue(actor("security_officer"), until=timezone.localdate() + dt.timedelta(days=400))
    with pytest.raises(NotAllowed):
        services.token_revoke(
            token=issue(actor("security_officer"))[0], actor=actor("agent"), at=timezone.now()
        )


def test_a_token_is_revoked_once(actor, bodies):
    token, _ = issue(actor("security_officer"))
    services.token_revoke(token=token, actor=actor("administrator"), at=timezone.now())
    with pytest.raises(WrongState, match="吊销"):
        services.token_revoke(token=token, actor=actor("administrator"), at=timezone.now())


def test_a_token_ends_with_its_time_its_account_and_its_role(caller, actor, bodies):
    from luoshi.ledger.models import door
    from luoshi.organisation.services import revoke_role, user_lock

    blocked, late, moved = caller("agent"), caller("dispatcher"), caller("liaison", "chengguan")
    user_lock(user=blocked.token.user, actor=actor("security_officer"), at=timezone.now(), reason="离岗")
    assert blocked.get("/me").json()["detail"].startswith("令牌所属账号已停用")
    with door():
        Token.objects.filter(pk=late.token.pk).update(
            issued_at="2019-01-01T00:00Z", expires_at="2020-01-01T00:00Z"
        )
    assert late.get("/me").json()["detail"].startswith("令牌已过有效期")
    for grant in Grant.objects.filter(user=moved.token.user):
        revoke_role(
            grant=grant, until=timezone.localdate(), actor=actor("security_officer"), at=timezone.now()
        )
    answer = moved.get("/requests")
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:luoshi:problem:not-allowed")


def test_a_log_in_by_cookie_counts_for_nothing(bodies):
    answer = signed_in("dispatcher").get("/api/v1/requests")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_too_many_calls_and_too_many_wrong_tokens_are_refused_for_a_while(caller, bodies, settings):
    settings.API_CALLS = 3
    one = caller("agent")
    assert [one.get("/me").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert one.get("/me")["Retry-After"] == "600"
    wrong = {"Authorization": "Bearer luoshi_wrong"}
    codes = [Client().get("/api/v1/me", headers=wrong).status_code for _ in range(61)]
    assert (codes[0], codes[-1]) == (401, 429)


def test_the_pages_are_empty_and_listed_in_words(bodies):
    client = signed_in("administrator")
    assert "还没有签发过令牌" in client.get(reverse("token-list")).content.decode()
    assert "POST /api/v1/dispatches/{id}/sign" in client.get(reverse("operation-list")).content.decode()
