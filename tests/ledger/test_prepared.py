"""Prepared questions: the rows are those of the queryset written anew, whatever the values and whoever asks."""

from __future__ import annotations

import datetime as dt
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from luoshi.ledger import statements
from luoshi.ledger.prepared import answered, belonging, composed, first_of, prepared
from luoshi.ledger.statements import Statement
from luoshi.ledger.together import Later, fetch
from luoshi.organisation.models import Body, Post, User

pytestmark = pytest.mark.django_db


@prepared
def named(code: str, kind: str | None, *, turned: bool = False) -> QuerySet[Body]:
    rows = Body.objects.filter(Q(code=code) | Q(kind=kind))
    return rows.order_by("-code" if turned else "code")


@prepared
def posts(body: int, day: dt.date) -> QuerySet[Any]:
    held = Body.objects.filter(pk=OuterRef("body"), active=True)
    rows: QuerySet[Any] = Post.objects.filter(body_id=body, since__lte=day).annotate(stands=Exists(held))
    return rows.select_related("person", "body").order_by("id")


@prepared
def among(codes: list[str], ids: list[int]) -> QuerySet[Any, Any]:
    rows = Body.objects.filter(Q(code__any_of=codes) | Q(pk__any_of=ids))
    return rows.order_by("code").values_list("code", flat=True)


@prepared
def seen(since: dt.datetime, name: str) -> QuerySet[Any, Any]:
    return User.objects.filter(created_at__gte=since, username=name).values("username", "created_at")


def told(row: Any) -> Any:
    """Everything that was read with a row."""
    if not hasattr(row, "_meta"):
        return row
    held = {name: told(one) for name, one in vars(row).items() if name != "_state"}
    behind = {name: told(one) for name, one in row._state.fields_cache.items()}
    return type(row), held, behind, row._state.adding


def test_the_rows_are_those_of_the_queryset(bodies: Any) -> None:
    day = dt.date(2026, 3, 1)
    for kind in ("county", "platform", "没有这种", None):
        for turned in (False, True):
            plain = named.__wrapped__("chengguan", kind, turned=turned)  # type: ignore[attr-defined]
            assert list(named("chengguan", kind, turned=turned)) == list(plain)
    assert {row.code for row in named("chengguan", "platform")} > {"chengguan"}
    for body in Body.objects.filter(posts__isnull=False).distinct():
        plain = posts.__wrapped__(body.pk, day)  # type: ignore[attr-defined]
        found = list(posts(body.pk, day))
        assert [told(row) for row in found] == [told(row) for row in plain]
        assert found


def test_the_statement_is_written_once_and_the_rows_are_read_each_time(
    bodies: Any, django_assert_num_queries: Any
) -> None:
    named("chengguan", "county")
    with (
        patch.object(SQLCompiler, "as_sql", side_effect=AssertionError("written again")),
        django_assert_num_queries(2),
    ):
        first, second = list(named("chengguan", "platform")), list(named("x", "county"))
    assert first
    assert second
    assert first != second


def test_lists_of_any_length_are_one_parameter(bodies: Any) -> None:
    codes = list(Body.objects.order_by("code").values_list("code", flat=True))
    ids = list(Body.objects.order_by("code").values_list("pk", flat=True))
    for n in (0, 1, 3):
        assert list(among(codes[:n], ids[n : n + 2])) == sorted(codes[: n + 2])
    assert list(among([], [])) == []


def test_days_and_moments_go_to_the_database_as_they_are(bodies: Any) -> None:
    user = User.objects.earliest("pk")
    assert list(seen(user.created_at, user.username)) == [
        {"username": user.username, "created_at": user.created_at}
    ]
    assert list(seen(user.created_at + dt.timedelta(seconds=1), user.username)) == []


def test_prepared_lists_are_read_together_with_others(bodies: Any, django_assert_num_queries: Any) -> None:
    lists = [named("chengguan", "county"), Body.objects.filter(kind="platform"), among(["chengguan"], [])]
    alone = [list(named("chengguan", "county")), list(Body.objects.filter(kind="platform")), ["chengguan"]]
    with django_assert_num_queries(1):
        fetch(*lists)
        assert [list(rows) for rows in lists] == alone
    assert list(Later(among(["chengguan"], []))) == ["chengguan"]


def test_a_list_that_is_always_empty_asks_nothing(bodies: Any, django_assert_num_queries: Any) -> None:
    @prepared
    def nobody(code: str) -> QuerySet[Body]:
        return Body.objects.filter(code=code, pk__in=[])

    with django_assert_num_queries(0):
        assert list(nobody("chengguan")) == []
        fetch(nobody("x"))


def test_a_composed_question_is_planned_for_its_values(bodies: Any, django_assert_num_queries: Any) -> None:
    @composed
    def of(code: str) -> QuerySet[Body]:
        return Body.objects.filter(code=code)

    assert [row.code for row in of("platform")] == ["platform"]
    with (
        patch.object(SQLCompiler, "as_sql", side_effect=AssertionError("written again")),
        CaptureQueriesContext(connection) as seen,
    ):
        assert [row.code for row in of("chengguan")] == ["chengguan"]
        fetch(both := of("chengguan"))
        assert [row.code for row in both] == ["chengguan"]
    assert len(seen) == 2
    assert not any("EXECUTE" in one["sql"] for one in seen)
    assert all("'chengguan'" in one["sql"] for one in seen)


def test_what_cannot_be_a_value_is_refused(bodies: Any) -> None:
    @prepared
    def like(word: str) -> QuerySet[Body]:
        return Body.objects.filter(name__contains=word)

    @prepared
    def unused(word: str, other: str) -> QuerySet[Body]:
        return Body.objects.filter(name=word)

    with pytest.raises(TypeError, match="do not go to the database as they are"):
        like("城")
    with pytest.raises(TypeError, match=r"values \[1\]"):
        unused("城", "市")
    with pytest.raises(TypeError, match="truth value"):
        named("x", True)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="float cannot"):
        named("x", 1.5)  # type: ignore[arg-type]


def test_a_prepared_question_cannot_be_narrowed(bodies: Any) -> None:
    with pytest.raises(TypeError, match="narrow it where it is written"):
        named("chengguan", "county").filter(active=True)


def test_no_row_has_a_number_that_the_database_cannot_hold(bodies: Any) -> None:
    @prepared
    def of(pk: int) -> QuerySet[Body]:
        return Body.objects.filter(pk=pk)

    assert list(of(2**63)) == list(of(-(10**30))) == []


def test_rows_know_to_whom_they_belong_without_asking(bodies: Any, django_assert_num_queries: Any) -> None:
    @prepared
    def held(body: int) -> QuerySet[Post]:
        return Post.objects.filter(body_id=body)

    body = bodies["chengguan"]
    with django_assert_num_queries(1):
        rows = list(belonging(held(body.pk), body=body))
        assert {row.body for row in rows} == {body}
    assert all(row.body is body for row in rows)


def test_an_answer_of_another_statement_is_read_as_its_own(
    bodies: Any, django_assert_num_queries: Any
) -> None:
    @prepared
    def of(pk: int) -> QuerySet[Body]:
        return Body.objects.filter(pk=pk)

    body = bodies["chengguan"]
    row = tuple(getattr(body, field.attname) for field in Body._meta.concrete_fields)
    with django_assert_num_queries(0):
        assert [told(one) for one in answered(of(body.pk), [row])] == [told(body)]


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_inside_a_transaction_only_and_a_new_connection_is_told_anew(bodies: Any) -> None:
    @prepared
    def locked(pk: int) -> QuerySet[Body]:
        return Body.objects.select_for_update().filter(pk=pk)

    @prepared
    def plain(pk: int) -> QuerySet[Body]:
        return Body.objects.filter(pk=pk)

    pk = bodies["platform"].pk
    with transaction.atomic():
        assert first_of(locked(pk)) == bodies["platform"]
    with pytest.raises(TransactionManagementError):
        first_of(locked(pk))
    for _ in range(2):
        assert [row.code for row in plain(pk)] == ["platform"]
        connection.close()


def test_a_statement_keeps_its_values_apart_from_its_text() -> None:
    given = Statement("echo_tried", "SELECT $1::text || '%%', %s", ["text"], ["fixed"])
    with connection.cursor() as cursor:
        for value in ("a'b", "$2 %s"):
            given.execute(cursor, [value])
            assert cursor.fetchone() == (f"{value}%", "fixed")


def test_a_connection_keeps_so_many_statements_and_then_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "MOST", 3)
    with connection.cursor() as cursor:
        for number in range(8):
            Statement(f"many_{number}", f"SELECT {number}", []).execute(cursor, [])
            assert cursor.fetchone() == (number,)
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'luoshi_many%%'")
        assert cursor.fetchone()[0] <= 3
