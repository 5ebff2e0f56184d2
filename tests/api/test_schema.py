"""The OpenAPI document holds: whatever is sent by it, nothing fails and every answer is as it says (schemathesis)."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from luoshi.api.operations import OPERATIONS
from luoshi.api.scopes import SCOPES
from luoshi.api.site import openapi

SNAPSHOT = Path(__file__).parent / "openapi.json"
CHECKS = [not_a_server_error, content_type_conformance, negative_data_rejection, response_headers_conformance,
          response_schema_conformance, status_code_conformance, unsupported_method]  # fmt: skip
ROLES = ("agent", "liaison", "unit_leader", "platform_leader", "callback", "city_leader")
"""Between them they may use every operation."""
EXAMPLES = int(os.environ.get("LUOSHI_EXAMPLES", "150"))
"""Calls of each operation by the document, and as many against it, where one tries long."""


def agreed() -> dict[str, Any]:
    """What others rely on: addresses, what is sent and answered; refusals are alike everywhere."""
    found = json.loads(json.dumps(openapi()))
    del found["info"]
    for methods in found["paths"].values():
        for told in methods.values():
            told["responses"] = {
                status: one for status, one in told["responses"].items() if int(status) < 400
            }
    return found


def test_the_document_is_the_one_that_was_agreed_on():
    """A change of the interface shows here; write the snapshot anew when it is meant (and say so in CHANGELOG)."""
    assert json.loads(SNAPSHOT.read_text(encoding="utf-8")) == agreed()


def test_every_operation_is_in_the_document():
    ids = {told["operationId"] for methods in openapi()["paths"].values() for told in methods.values()}
    assert ids == set(OPERATIONS)


@pytest.fixture
def secrets(caller: Any, dispatch_of: Any, settings: Any) -> Iterator[dict[str, str]]:
    """Tokens by role, the test's one connection kept open, in a city with a request and a dispatch."""
    settings.API_CALLS = 10**9
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    dispatch_of(at=timezone.now() - dt.timedelta(hours=1))
    yield {role: caller(role, "chengguan" if role in ("liaison", "unit_leader") else "", scopes=SCOPES).secret
            for role in ROLES}  # fmt: skip
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


def _role_for(id: str) -> str:
    from tests.api.test_permissions import allowed

    return next(role for role in ROLES if role in allowed(id))


@cache
def _document() -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


def _run(id: str, secrets: dict[str, str], examples: int) -> None:
    one = OPERATIONS[id]
    operation = _document()[f"/api/v1{one.path}"][one.method]
    headers = {"Authorization": f"Bearer {secrets[_role_for(id)]}"}

    @settings(max_examples=examples, deadline=None, database=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    def sent(case: Any) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS)

    for mode in schemathesis.GenerationMode:
        given(case=operation.as_strategy(generation_mode=mode))(sent)()


def test_nothing_that_the_document_lets_one_send_fails(secrets):
    for id in sorted(OPERATIONS):
        _run(id, secrets, 1)


@pytest.mark.slow
@pytest.mark.parametrize("id", sorted(OPERATIONS))
def test_nothing_fails_however_long_one_tries(secrets, id):
    _run(id, secrets, EXAMPLES)
