"""Tokens and a caller: caller("liaison", "chengguan").get("/requests")."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from luoshi.api import services
from luoshi.api.models import Token
from luoshi.api.scopes import SCOPES
from luoshi.organisation.models import Grant
from tests.hotline.conftest import (  # noqa: F401 - fixtures
    agent,
    dispatch_of,
    dispatcher,
    monday,
    request_of,
)


@dataclass
class Caller:
    """Calls the interface with a token."""

    token: Token
    secret: str
    client: Client

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        given = {
            "Authorization": f"Bearer {self.secret}",
            **{k.replace("_", "-"): v for k, v in headers.items()},
        }
        data = "" if body is None else json.dumps(body)
        kind = "application/json"
        return self.client.generic(method, f"/api/v1{path}", data, content_type=kind, headers=given)

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.call("GET", path, **headers)

    def create(self, body: Any, key: str = "") -> HttpResponse:
        return self.call("POST", "/requests", body, Idempotency_Key=key or uuid.uuid4().hex)

    def step(self, path: str, body: Any, version: int) -> HttpResponse:
        return self.call("POST", path, body, If_Match=f'"{version}"')


@pytest.fixture
def caller(actor: Any, bodies: Any) -> Callable[..., Caller]:
    """caller(role, body, scopes=…): a caller with a fresh token of a demo account with that role."""

    def make(role: str, body: str = "", scopes: Any = tuple(SCOPES)) -> Caller:
        grants = Grant.objects.filter(role__code=role).select_related("user", "body").order_by("id")
        grant = (grants.filter(body__code=body) if body else grants).first()
        now = timezone.now()
        token, secret = services.token_issue(
            user=grant.user,
            body=grant.body,
            name="测试",
            scopes=scopes,
            until=(now + dt.timedelta(days=30)).date(),
            actor=actor("security_officer"),
            at=now,
        )
        return Caller(token, secret, Client())

    return make


GOOD = {
    "channel": "phone",
    "kind": "help",
    "title": "路灯不亮",
    "content": "崤山路中段的路灯已经三天不亮，晚上走路看不清。",
    "contact": {"name": "虞听澜", "mobile": "19900007001"},
}


@pytest.fixture
def good() -> dict[str, Any]:
    """A request as it is sent."""
    return json.loads(json.dumps(GOOD))
