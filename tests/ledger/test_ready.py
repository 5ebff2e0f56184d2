"""Questions put together once: the rows are those of the query set, with one statement each time."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from luoshi.ledger.models import Matter
from luoshi.ledger.ready import Ready, Statement
from luoshi.organisation.models import Body, Post, User
from luoshi.organisation.models.base import in_force

pytestmark = pytest.mark.django_db
DAY = dt.date(2017, 10, 9)


def posts(body: int, day: dt.date, kind: str) -> QuerySet[Post]:
    """Rows with others behind them, two kinds of values, and values that stay the same."""
    rows = Post.objects.filter(in_force(day), body_id=body, kind=kind).exclude(person__name="没有100%这个人")
    manned: QuerySet[Post] = rows.select_related("person__body", "body__merged_into").annotate(
        has_user=Exists(User.objects.filter(person=OuterRef("person")))
    )
    return manned.order_by("since", "id")


def told(row: Any) -> Any:
    """Everything that was read with a row."""
    if not hasattr(row, "_meta"):
        return row
    held = {name: told(one) for name, one in vars(row).items() if name != "_state"}
    behind = {name: told(one) for name, one in row._state.fields_cache.items() if name != "posts"}
    return type(row), held, behind, row._state.adding


def test_the_rows_are_those_of_the_query_set_whatever_the_values(bodies: dict[str, Body]) -> None:
    ready = Ready("posts_tried", posts, body=int, day=dt.date, kind=str)
    kinds = (Post.Kind.LIAISON, Post.Kind.DEPUTY_LEADER)
    asked = [
        (body.pk, day, kind)
        for body in bodies.values()
        for kind in kinds
        for day in (DAY, dt.date(1999, 1, 1))
    ]
    found = 0
    for body, day, kind in asked:
        rows = ready(body=body, day=day, kind=kind)
        assert [told(row) for row in rows] == [told(row) for row in posts(body, day, kind)]
        found += len(rows)
    assert found > 10


def test_it_is_one_statement_from_the_first_time_on(
    bodies: dict[str, Body], django_assert_num_queries: Any
) -> None:
    ready = Ready("bodies_tried", lambda code: Body.objects.filter(code=code).only("code"), code=str)
    for code in ("platform", "chengguan"):
        with django_assert_num_queries(1):
            assert [row.code for row in ready(code=code)] == [code]
    assert ready.first(code="nowhere") is None


def test_a_moment_is_compared_as_one(open_dispatch: Any, at: Any) -> None:
    matter = open_dispatch("2017-10-09 09:00")
    since = Ready("opened_tried", lambda at: Matter.objects.filter(opened_at__gte=at), at=dt.datetime)
    assert [row.pk for row in since(at=at("2017-10-09 09:00"))] == [matter.pk]
    assert since(at=at("2017-10-09 09:01")) == []


def test_no_row_has_a_number_that_the_database_cannot_hold() -> None:
    ready = Ready("matters_tried", lambda pk: Matter.objects.filter(pk=pk), pk=int)
    assert ready(pk=2**63) == ready(pk=-(10**30)) == []


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_inside_a_transaction_only_and_a_new_connection_is_told_anew(
    bodies: dict[str, Body],
) -> None:
    rows = Ready("lock_tried", lambda pk: Body.objects.select_for_update().filter(pk=pk), pk=int)
    with pytest.raises(TransactionManagementError):
        rows(pk=bodies["platform"].pk)
    plain = Ready("plain_tried", lambda pk: Body.objects.filter(pk=pk), pk=int)
    for _ in range(2):
        assert [row.code for row in plain(pk=bodies["platform"].pk)] == ["platform"]
        connection.close()


def test_a_statement_keeps_its_values_apart_from_its_text() -> None:
    given = Statement("echo_tried", "SELECT $1::text || '%%', %s", ["text"], ["fixed"])
    with connection.cursor() as cursor:
        for value in ("a'b", "$2 %s"):
            given.execute(cursor, [value])
            assert cursor.fetchone() == (f"{value}%", "fixed")


def test_a_refused_step_leaves_the_connection_able_to_ask(bodies: dict[str, Body]) -> None:
    ready = Ready("again_tried", lambda pk: Body.objects.filter(pk=pk), pk=int)
    with CaptureQueriesContext(connection) as seen:
        for _ in range(2):
            assert ready.first(pk=bodies["platform"].pk) is not None
    assert len(seen) == 2
