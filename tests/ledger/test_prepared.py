"""Prepared questions: the rows are those of the queryset written anew, whatever the values and whoever asks."""

from __future__ import annotations

import datetime as dt
from typing import Any
from unittest.mock import patch

import pytest
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from luoshi.ledger.prepared import prepared
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
        assert [(row, row.person, row.body, row.stands) for row in found] == [
            (row, row.person, row.body, row.stands) for row in plain
        ]


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
