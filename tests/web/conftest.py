"""Signed-in browsers for tests of pages."""

from __future__ import annotations

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
