"""The second line: what the database shows of citizens' data, whatever the program asks for."""

from __future__ import annotations

import pytest
from django.db import connection
from django.urls import reverse

from luoshi.hotline.contacts import query_code
from luoshi.hotline.models import Contact
from luoshi.hotline.selectors.public import tracking
from luoshi.hotline.services.shared import number_of
from luoshi.ledger.rows import ROLE, confined, show_request
from luoshi.organisation.models import Grant
from tests.conftest import PASSWORD


@pytest.fixture
def two(dispatch_of):
    """Two dispatched requests: one of chengguan, one of reli."""
    return dispatch_of("chengguan"), dispatch_of("reli")


def everybody():
    """What a query without any filter gives."""
    return set(Contact.objects.values_list("request_id", flat=True))


def sign_in(client, role, body=None):
    grants = Grant.objects.filter(role__code=role)
    user = (grants.filter(body__code=body) if body else grants).first().user
    client.post(reverse("login"), {"username": user.username, "password": PASSWORD})


def test_a_query_without_any_filter_gives_a_body_its_own_citizens_only(two, bodies):
    first, second = (one.request_id for one in two)
    assert {first, second} <= everybody()
    with confined(body_id=bodies["chengguan"].pk):
        assert everybody() == {first}
    with confined(body_id=bodies["reli"].pk):
        assert everybody() == {second}
    assert {first, second} <= everybody()


def test_without_a_body_nothing_at_all_is_given(two):
    with confined(body_id=None):
        assert everybody() == set()


def test_the_role_that_forgot_every_setting_sees_nothing(two):
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        cursor.execute("SELECT count(*) FROM hotline_contact")
        seen = cursor.fetchone()[0]
        cursor.execute("RESET ROLE")
    assert seen == 0


def test_a_confined_role_neither_changes_nor_removes_personal_data(two, bodies):
    with confined(body_id=bodies["chengguan"].pk), connection.cursor() as cursor:
        cursor.execute("UPDATE hotline_contact SET name = ''")
        assert cursor.rowcount == 0
        cursor.execute("DELETE FROM hotline_contact")
        assert cursor.rowcount == 0


def test_a_unit_reads_its_citizen_in_the_browser_and_the_connection_is_free_again(client, two, bodies):
    sign_in(client, "liaison", "chengguan")
    page = client.get(reverse("request-detail", args=[two[0].request_id]))
    assert page.status_code == 200
    assert client.get(reverse("request-detail", args=[two[1].request_id])).status_code == 403
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user = session_user, current_setting('luoshi.body', true)")
        assert cursor.fetchone() == (True, "")


def test_a_page_that_forgets_to_filter_leaks_nothing(client, two, bodies, monkeypatch):
    seen = {}

    def careless(request, **kwargs):
        from django.http import HttpResponse

        seen["rows"] = everybody()
        return HttpResponse()

    from django.urls import get_resolver

    patterns = {p.name: p for p in _patterns(get_resolver())}
    monkeypatch.setattr(patterns["account"], "callback", careless)
    for role, body, expected in (
        ("liaison", "chengguan", {two[0].request_id}),
        ("auditor", None, set()),
        ("administrator", None, set()),
    ):
        sign_in(client, role, body)
        client.get(reverse("account"))
        assert seen.pop("rows") == expected
        client.logout()
    sign_in(client, "dispatcher")
    client.get(reverse("account"))
    assert {one.request_id for one in two} <= seen["rows"]


def _patterns(resolver):
    for entry in resolver.url_patterns:
        if hasattr(entry, "url_patterns"):
            yield from _patterns(entry)
        else:
            yield entry


def test_the_public_sees_one_request_once_it_was_shown_to_be_ones_own(two):
    request = two[0].request
    number = number_of(request)
    with confined(body_id=None):
        assert tracking(number=number, phone="19911111111") is None
        assert everybody() == set()
        assert tracking(number=number, code=query_code(number)) is not None
        assert everybody() == {request.pk}
        show_request(kind="hotline.request", number="")
        assert everybody() == set()
