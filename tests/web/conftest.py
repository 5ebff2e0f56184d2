"""Signed-in browsers for tests of pages."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client


@pytest.fixture
def browser_of(bodies: dict[str, Any]) -> Callable[..., Client]:
    """browser_of("liaison", "chengguan"): a client signed in as a demo account with that role."""
    from luoshi.organisation.models import Grant

    def make(role: str, body: str | None = None) -> Client:
        grants = Grant.objects.filter(role__code=role).select_related("user").order_by("id")
        if body is not None:
            grants = grants.filter(body__code=body)
        grant = grants.first()
        assert grant is not None, f"no account with role {role} at {body}"
        client = Client()
        client.force_login(grant.user)
        return client

    return make


@pytest.fixture
def owe(bodies: dict[str, Any], at: Callable[[str], dt.datetime]) -> Callable[..., Any]:
    """owe("chengguan", due_at=moment, title="…"): an open obligation of a body, written past the services."""
    from luoshi.ledger.models import Matter, Obligation, door

    numbers = itertools.count(1)

    def make(
        body: str,
        *,
        due_at: dt.datetime | None = None,
        title: str = "路灯不亮",
        rule: str = "hotline.sign_in",
        number: str = "",
        kind: str = "hotline.dispatch",
        **fields: Any,
    ) -> Obligation:
        opened = at("2017-09-29 17:50")
        with door():
            matter = Matter.objects.create(
                jurisdiction="sanmenxia",
                kind=kind,
                number=number or f"D{next(numbers):08}",
                title=title,
                state="dispatched",
                body=bodies[body],
                opened_at=opened,
                changed_at=opened,
            )
            row: Obligation = Obligation.objects.create(
                jurisdiction="sanmenxia",
                matter=matter,
                matter_kind=matter.kind,
                rule=rule,
                title="签收",
                rulebook="test",
                opened_seq=1,
                owner="body",
                body=bodies[body],
                opened_at=opened,
                due_at=due_at,
                facts={"urgency": "routine"},
                **fields,
            )
        return row

    return make
