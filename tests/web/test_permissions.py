"""Every URL has a policy, and every role may open just what the table beside this file says."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from luoshi.ledger.models import AccessLog
from luoshi.organisation.access import INTERFACE, POLICIES, policy
from luoshi.organisation.models import Grant
from luoshi.organisation.roles import roles_data

TABLE: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent / "permissions.yaml").read_text(encoding="utf-8")
)
ROLES = [role for role in TABLE["groups"]["everyone"] if role != "anonymous"]
MADE_UP = {
    "IntConverter": 999_999_999,
    "SlugConverter": "no-such",
    "StringConverter": "no-such",
    "PathConverter": "no/such",
    "UUIDConverter": uuid.UUID(int=0),
}


def patterns(under: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every URL pattern with its full name; those of the interface have a table of their own (tests/api)."""
    for entry in (under or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            space = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from patterns(entry, space)
        elif POLICIES.get(entry.name or "") != INTERFACE:
            yield f"{prefix}{entry.name or entry.pattern}", entry


def address(name: str, pattern: URLPattern) -> str:
    """The URL with made-up arguments."""
    made_up = {key: MADE_UP[type(kind).__name__] for key, kind in pattern.pattern.converters.items()}
    return reverse(name, kwargs=made_up)


def allowed(name: str) -> set[str]:
    """The roles that the table lets in."""
    return {role for group in TABLE["pages"][name] for role in TABLE["groups"][group]}


def outcome(client: Client, url: str) -> str:
    """allowed, denied (403) or log-in; a page that fails is neither."""
    answer = client.get(url)
    assert answer.status_code < 500, f"{url}: {answer.status_code}"
    if answer.status_code == 403:
        return "denied"
    if answer.status_code == 302 and answer.headers["Location"].startswith(reverse("login")):
        return "log-in"
    return "allowed"


def test_every_url_has_a_policy_and_a_row_in_the_table():
    urls = {name for name, _ in patterns()}
    assert urls <= set(POLICIES), f"without a policy: {sorted(urls - set(POLICIES))}"
    missing = [f"  {name}: {POLICIES[name]}" for name in sorted(urls - set(TABLE["pages"]))]
    assert not missing, "add to tests/web/permissions.yaml:\n" + "\n".join(missing)
    assert set(TABLE["pages"]) <= urls, f"no such URL: {sorted(set(TABLE['pages']) - urls)}"


def test_no_two_urls_share_a_name():
    names = [name for name, _ in patterns()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_what_the_table_says_and_nothing_else(bodies, role):
    client = Client()
    client.force_login(Grant.objects.filter(role__code=role).order_by("id").first().user)
    wrong = []
    for name, pattern in patterns():
        expected = "allowed" if role in allowed(name) else "denied"
        found = outcome(client, address(name, pattern))
        if found != expected:
            wrong.append(f"{name}: {found}, the table says {expected}")
    assert wrong == []


def test_without_log_in_one_opens_only_what_is_public(bodies):
    wrong = []
    for name, pattern in patterns():
        expected = "allowed" if "anonymous" in allowed(name) else "log-in"
        found = outcome(Client(), address(name, pattern))
        if found != expected:
            wrong.append(f"{name}: {found}, the table says {expected}")
    # the front page leads to log-in or to the portal, as the site is set up
    assert [line for line in wrong if not line.startswith("root:")] == []


def test_the_table_knows_every_role_and_permission():
    assert set(ROLES) == {role["code"] for role in roles_data()["roles"]}
    assert set(TABLE["groups"]) - {"everyone", "signed_in"} == set(roles_data()["permissions"])


def test_the_roles_hold_the_permissions_that_the_table_says():
    for group, roles in TABLE["groups"].items():
        if group not in {"everyone", "signed_in"}:
            held = {role["code"] for role in roles_data()["roles"] if group in role["permissions"]}
            assert held == set(roles), group


def test_a_user_without_any_role_opens_only_the_own_account(bodies, actor):
    from luoshi.organisation import services
    from luoshi.organisation.models import Person
    from tests.conftest import SEEDED_AT

    person = Person.objects.get(body=bodies["zhujian"], posts__kind="principal_leader")
    user = services.user_create(
        username="neu",
        person=person,
        password="Sonnenblume-7",
        must_change_password=False,
        actor=actor("administrator"),
        at=SEEDED_AT,
    )
    client = Client()
    client.force_login(user)
    groups = {name: set(TABLE["pages"][name]) for name, _ in patterns()}
    for name, pattern in patterns():
        expected = "allowed" if groups[name] & {"everyone", "signed_in"} else "denied"
        assert outcome(client, address(name, pattern)) == expected, name


def test_a_refused_attempt_stands_in_the_access_log(bodies):
    client = Client()
    client.force_login(Grant.objects.get(role__code="auditor").user)
    before = AccessLog.objects.count()
    assert client.get(reverse("organisation-list")).status_code == 403
    row = AccessLog.objects.order_by("-id").first()
    assert AccessLog.objects.count() == before + 1
    assert (row.allowed, row.what, row.path, row.actor_name) == (
        False,
        "organisation-list",
        "/organisation/",
        Grant.objects.get(role__code="auditor").user.person.name,
    )
    assert "机构与名单" in client.get(reverse("access-log")).content.decode(), (
        "the page by its name in the menu"
    )


def test_a_url_without_a_policy_is_closed_to_everybody(rf: RequestFactory):
    from django.urls import ResolverMatch

    from luoshi.web.middleware import PolicyGate

    request = rf.get("/forgotten/")
    request.resolver_match = ResolverMatch(lambda request: None, (), {}, url_name="forgotten")
    with pytest.raises(ImproperlyConfigured, match="forgotten has no policy"):
        PolicyGate(lambda request: None).process_view(request, lambda request: None, (), {})


def test_a_url_cannot_be_given_a_second_weaker_policy():
    policy("login", "public")
    with pytest.raises(ValueError, match="login"):
        policy("login", "signed_in")
