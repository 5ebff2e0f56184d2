"""Whatever stands in an address after the question mark: a page answers, with the first page where it makes no sense."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import example, given, settings
from hypothesis import strategies as st

from luoshi.knowledge.search import parse_query
from luoshi.ledger.models import Matter
from luoshi.ledger.paging import key_page
from luoshi.organisation.models import Grant
from tests.fuzz.test_parsers import LONG, QUICK

KEYS = (("-id",), ("-opened_at", "-id"), ("number", "id"), ("closed_at", "id"))
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12),
    st.sampled_from(["", "2017-10-09", "2017-10-09T09:00:00+08:00", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59",
                     "2017-10-09T09:00:00", "\x00", "\ud800", "12", "-1", "９", "²", "9" * 25, "1e5"]),
)  # fmt: skip
LISTS = (
    "request-list", "dispatch-list", "waiting-list", "published-list", "overview-city", "overview-units", "search", "inbox",
    "hot-list", "suggestion-list", "notice-list", "voluntary-list",
)  # fmt: skip
NAMES = ("q", "after", "before", "state", "body", "unit", "kind", "month", "from", "to", "area", "hour", "filed", "which",
         "function", "category", "period", "overdue", "grade", "size")  # fmt: skip


def cursor(said: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


CURSORS = (
    st.lists(VALUES, max_size=3).map(cursor)
    | st.text(max_size=40)
    | st.binary(max_size=40).map(lambda data: base64.urlsafe_b64encode(data).decode())
)


def _cursors(how: Any) -> None:
    @how
    @given(CURSORS, st.sampled_from(KEYS), st.booleans())
    @example(base64.urlsafe_b64encode(b"[" * 5000).decode(), ("-id",), False)
    @example(cursor(["\x00", 1]), ("number", "id"), False)
    @example(cursor([10**40]), ("-id",), True)
    @example(cursor(["0001-01-01T00:00:00+23:59", 1]), ("-opened_at", "-id"), False)
    def reads(said: str, keys: tuple[str, ...], backwards: bool) -> None:
        given = {"before": said} if backwards else {"after": said}
        rows = Matter.objects.select_related("body")
        with transaction.atomic():
            assert key_page(rows, keys=keys, nullable="closed_at", size=2, **given).items is not None

    reads()


@pytest.mark.filterwarnings("ignore:DateTimeField")
@pytest.mark.django_db
def test_any_cursor_gives_a_page():
    _cursors(settings(QUICK, max_examples=150))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:DateTimeField")
@pytest.mark.django_db
def test_very_many_cursors_give_a_page():
    _cursors(settings(LONG, max_examples=15_000))


def _typed(how: Any) -> None:
    @how
    @given(st.text("路灯不亮怎么办吗？ab 12'&|!:*()<>\\\x00%_", max_size=40) | st.text(max_size=80))
    def reads(text: str) -> None:
        found = parse_query(text)
        assert found is None or all(found.tries)

    reads()


def test_whatever_is_searched_for_is_cut_into_words():
    _typed(settings(QUICK, max_examples=80))


@pytest.mark.slow
def test_very_much_that_is_searched_for_is_cut_into_words():
    _typed(settings(LONG, max_examples=15_000))


@pytest.fixture
def leader(client: Any, bodies: Any) -> Any:
    """A browser of the platform's leader, who opens all of the lists."""
    client.force_login(Grant.objects.filter(role__code="platform_leader").select_related("user").first().user)
    return client


def _addresses(leader: Any, how: Any) -> None:
    lists = [
        *map(reverse, LISTS),
        reverse("overview-list", args=["received"]),
        reverse("overview-list", args=["overdue"]),
    ]
    assert [path for path in lists if leader.get(path).status_code != 200] == []
    asked = st.dictionaries(st.sampled_from(NAMES), CURSORS | VALUES.map(str), min_size=1, max_size=4)

    @how
    @given(st.sampled_from(lists), asked)
    def opens(path: str, given: dict[str, str]) -> None:
        sent = {name: text.encode(errors="replace").decode() for name, text in given.items()}
        answer = leader.get(path, sent)
        assert answer.status_code in (200, 302, 400, 404), (answer.status_code, path, sent)

    opens()


@pytest.mark.django_db
def test_any_list_answers_whatever_its_address_asks(leader):
    _addresses(leader, settings(QUICK, max_examples=40))


@pytest.mark.slow
@pytest.mark.django_db
def test_every_list_answers_whatever_its_address_asks(leader):
    _addresses(leader, settings(LONG, max_examples=1500))
