"""The second line: what the database shows of citizens' data, whatever the program asks for."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse

from luoshi.hotline.contacts import query_code
from luoshi.hotline.models import Contact, Request
from luoshi.hotline.selectors.dispatches import dispatch_list
from luoshi.hotline.selectors.public import tracking
from luoshi.hotline.services.citizen_drafts import citizen_draft_save, citizen_draft_send
from luoshi.hotline.services.shared import number_of
from luoshi.ledger.actors import CITIZEN
from luoshi.ledger.prepared import prepared
from luoshi.ledger.rows import ROLE, confined, is_confined, show_request
from luoshi.organisation.models import Grant
from tests.conftest import PASSWORD


@pytest.fixture
def two(dispatch_of):
    """Two dispatched requests: one of chengguan, one of reli."""
    return dispatch_of("chengguan"), dispatch_of("reli")


def everybody():
    """What a query without any filter gives."""
    return set(Contact.objects.values_list("request_id", flat=True))


def requests():
    """The requests that a query without any filter gives."""
    return set(Request.objects.values_list("pk", flat=True))


def sign_in(client, role, body=None):
    grants = Grant.objects.filter(role__code=role)
    user = (grants.filter(body__code=body) if body else grants).first().user
    client.post(reverse("login"), {"username": user.username, "password": PASSWORD})


def test_a_query_without_any_filter_gives_a_body_its_own_citizens_only(two, bodies):
    first, second = (one.request_id for one in two)
    assert {first, second} <= everybody() & requests()
    with confined(body_id=bodies["chengguan"].pk):
        assert everybody() == requests() == {first}
    with confined(body_id=bodies["reli"].pk):
        assert everybody() == requests() == {second}
    assert {first, second} <= everybody() & requests()


def test_without_a_body_nothing_at_all_is_given(two):
    with confined(body_id=None):
        assert everybody() == requests() == set()


@pytest.mark.parametrize("table", ["hotline_contact", "hotline_request"])
def test_the_role_that_forgot_every_setting_sees_nothing(two, table):
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        cursor.execute(f"SELECT count(*) FROM {table}")
        seen = cursor.fetchone()[0]
        cursor.execute("RESET ROLE")
    assert seen == 0


def test_for_figures_of_the_whole_city_its_requests_are_seen_and_nobodys_data(two, bodies):
    with confined(body_id=None, city=True):
        assert {one.request_id for one in two} <= requests()
        assert everybody() == set()
    with confined(body_id=bodies["reli"].pk):
        assert requests() == {two[1].request_id}


def test_what_is_offered_is_seen_by_every_unit_and_then_by_the_one_that_took_it(two, bodies):
    first = two[0].request_id
    at = two[0].dispatched_at
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO hotline_voluntary (request_id, reason, unsuitable, offered_by, offered_at)"
            " VALUES (%s, '', '', '', %s)",
            [first, at],
        )
    zhujian, huanbao = bodies["zhujian"].pk, bodies["huanbao"].pk
    for unit in (zhujian, huanbao):
        with confined(body_id=unit):
            assert (requests(), everybody()) == ({first}, set())
    with confined(body_id=None):
        assert requests() == set()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE hotline_voluntary SET claimed_by_id = %s, claimed_at = %s", [zhujian, at])
    with confined(body_id=zhujian):
        assert requests() == {first}
    with confined(body_id=huanbao):
        assert requests() == set()


def test_a_unit_changes_its_own_requests_and_removes_none(two, bodies):
    with confined(body_id=bodies["chengguan"].pk), connection.cursor() as cursor:
        cursor.execute("UPDATE hotline_request SET answers = answers")
        assert cursor.rowcount == 1
        cursor.execute("DELETE FROM hotline_request")
        assert cursor.rowcount == 0


@pytest.mark.parametrize(
    ("few", "many"), [(1000, 50), (1, 0), (1, 50)]
)  # by the index; among the newest; all
def test_a_unit_finds_its_own_dispatches_by_words(two, bodies, actor, monday, monkeypatch, few, many):
    monkeypatch.setattr("luoshi.hotline.selectors.search.FEW", few)
    monkeypatch.setattr("luoshi.hotline.selectors.search.MANY", many)
    words = {"q": "路灯"}
    for name, own in (("chengguan", two[0]), ("reli", two[1])):
        liaison = actor("liaison", name)
        wide = {one.pk for one in dispatch_list(actor=liaison, query=words, now=monday).items}
        with confined(body_id=bodies[name].pk):
            narrow = {one.pk for one in dispatch_list(actor=liaison, query=words, now=monday).items}
            nothing = dispatch_list(actor=liaison, query={"q": "没有的词"}, now=monday).items
        assert narrow == wide == {own.pk}
        assert list(nothing) == []


@pytest.mark.django_db
def test_what_a_citizen_sends_is_registered_and_shown_to_nobody_else(monday):
    token = "t" * 40
    values = {
        "kind": "help",
        "content": "路灯三天不亮了，晚上看不清。",
        "name": "虞听澜",
        "mobile": "19900007001",
    }
    with confined(body_id=None):
        citizen_draft_save(token=token, values=values, at=monday)
        sent = citizen_draft_send(token=token, address="", actor=CITIZEN, at=monday)
        assert requests() == everybody() == {sent.pk}
    with confined(body_id=None):
        again = citizen_draft_send(token=token, address="", actor=CITIZEN, at=monday)
        assert again.pk == sent.pk
    with confined(body_id=None):
        assert requests() == set()


def test_a_connection_that_is_lost_is_confined_again(two, bodies):
    from django.db.backends.signals import connection_created

    with confined(body_id=bodies["reli"].pk):
        assert is_confined()
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('role', 'none', false), set_config('luoshi.body', '', false)")
        connection_created.send(type(connection), connection=connection)
        assert requests() == {two[1].request_id}
    assert not is_confined()


def test_a_prepared_question_answers_each_reader_with_their_rows(two, bodies):
    @prepared
    def first_ones(least: int) -> QuerySet[Request]:
        return Request.objects.filter(pk__gte=least).order_by("pk")

    def read():
        return {one.pk for one in first_ones(1)}

    first, second = (one.request_id for one in two)
    for _ in range(8):  # more often than the server plans anew
        with confined(body_id=bodies["chengguan"].pk):
            assert read() == {first}
        assert {first, second} <= read()
        with confined(body_id=bodies["reli"].pk):
            assert read() == {second}


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
        assert requests() == seen["rows"]
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
