"""Whose address counts: the visitor's, not the proxy's, and not what the visitor claims."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory

from luoshi.organisation.visitors import address_of


@pytest.mark.parametrize(
    ("proxies", "told", "found"),
    [
        (0, "", "10.0.0.1"),
        (0, "1.2.3.4", "10.0.0.1"),
        (1, "1.2.3.4", "1.2.3.4"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.2", "1.2.3.4"),
        (2, "1.2.3.4", "10.0.0.1"),
        (1, "unknown", "10.0.0.1"),
        (1, "2001:DB8::1", "2001:db8::1"),
    ],
)
def test_only_own_proxies_are_believed(settings: Any, proxies: int, told: str, found: str) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", headers={"x-forwarded-for": told}, REMOTE_ADDR="10.0.0.1")
    assert address_of(request) == found
