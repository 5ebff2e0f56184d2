"""Every operation has a row in the table beside this file, and is run as allowed, as denied, and without its scope."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from luoshi.api import site
from luoshi.api.operations import OPERATIONS, Operation, operation
from luoshi.api.scopes import SCOPES
from luoshi.ledger.models import AccessLog
from luoshi.organisation.access import INTERFACE, POLICIES, allows, need_of
from tests.web.test_permissions import ROLES
from tests.web.test_permissions import TABLE as PAGES

TABLE: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent / "permissions.yaml").read_text(encoding="utf-8")
)
ROWS = TABLE["operations"]


def allowed(id: str) -> list[str]:
    """The roles that the table lets in."""
    groups = PAGES["groups"]
    return [role for role in ROLES if any(role in groups[group] for group in ROWS[id]["need"])]


def called(caller: Any, one: Operation) -> Any:
    """The answer to a call about something that is not there."""
    path = one.path.format(id=999_999_999, month="2017-10", period="2017-10")
    return caller.call(one.method, path, None if one.method == "GET" else {})


def test_every_operation_has_a_row_with_its_need_and_scope():
    told = {one.id: {"need": list(one.need) if isinstance(one.need, tuple) else [one.need], "scope": one.scope}
            for one in OPERATIONS.values()}  # fmt: skip
    assert told == ROWS


def test_every_address_of_the_interface_belongs_to_operations():
    assert need_of("api-openapi") == "public"
    names = {name for name, need in POLICIES.items() if need == INTERFACE}
    assert names == {one.url_name for one in OPERATIONS.values()}


def test_two_operations_cannot_share_an_id():
    with pytest.raises(ValueError, match="me is there already"):
        operation(site.reading.router, "GET", "/me", id="me", title="", need="", scope="", out=dict)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_use_what_the_table_says_and_nothing_else(actor, role):
    who = actor(role)
    found = {one.id for one in OPERATIONS.values() if allows(one.need, who, signed_in=True)}
    assert found == {id for id in ROWS if role in allowed(id)}


def test_each_operation_lets_an_allowed_role_in_and_keeps_others_out(caller):
    callers: dict[str, Any] = {}
    wrong = []
    for one in OPERATIONS.values():
        inside = allowed(one.id)[0]
        outside = next((role for role in ROLES if role not in allowed(one.id)), None)
        for role, expected in ((inside, True), (outside, False)):
            if role is None:
                continue
            who = callers.setdefault(role, caller(role) if role not in callers else callers[role])
            status = called(who, one).status_code
            if status >= 500 or (status not in (401, 403)) is not expected:
                wrong.append(f"{one.id} as {role}: {status}")
    assert wrong == []


def test_each_operation_wants_its_scope_and_the_refusal_is_recorded(caller):
    wrong = []
    for scope in SCOPES:
        mine = [one for one in OPERATIONS.values() if one.scope == scope]
        others = [code for code in SCOPES if code != scope]
        callers: dict[str, Any] = {}
        for one in mine:
            role = allowed(one.id)[0]
            who = callers.setdefault(
                role, caller(role, scopes=others) if role not in callers else callers[role]
            )
            answer = called(who, one)
            if (answer.status_code, answer.json()["type"]) != (403, "urn:luoshi:problem:out-of-scope"):
                wrong.append(f"{one.id}: {answer.status_code}")
            assert AccessLog.objects.filter(what=one.id, allowed=False).exists()
    assert wrong == []


def test_without_a_token_nothing_but_the_description_is_open(client, db):
    wrong = []
    for one in OPERATIONS.values():
        path = "/api/v1" + one.path.format(id=1, month="2017-10", period="2017-10")
        answer = client.generic(one.method, path)
        if answer.status_code != 401 or answer["Content-Type"] != "application/problem+json":
            wrong.append(f"{one.id}: {answer.status_code}")
    assert wrong == []
    assert client.get("/api/v1/openapi.json").status_code == 200
