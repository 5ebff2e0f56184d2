"""Several lists by one statement: the rows are those that each list would have read by itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Count, Exists, OuterRef, Value

from luoshi.ledger.models import Event, Matter
from luoshi.ledger.once import reading
from luoshi.ledger.together import Later, fetch
from luoshi.organisation.models import Body, Person, Post, User

pytestmark = pytest.mark.django_db


def lists() -> list[Any]:
    """Lists of every shape that pages use."""
    posts = Post.objects.filter(body=OuterRef("pk"))
    return [
        Body.objects.order_by("-code"),
        Post.objects.select_related("person", "body").order_by("since", "id")[:7],
        Body.objects.annotate(manned=Exists(posts), posts_held=Count("posts")).order_by("code"),
        Body.objects.filter(kind="county").values_list("short_name", flat=True).order_by("code"),
        User.objects.values("username", "created_at", "is_active").order_by("username"),
        Event.objects.select_related("matter__body").order_by("-seq")[:20],
        Matter.objects.none(),
        Person.objects.filter(name="没有这个人"),
        Body.objects.filter(kind="county").values_list("id", "code").union(
            Body.objects.filter(kind="platform").values_list("id", "code"), all=True
        ).order_by("code"),
        Body.objects.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("*")).values_list("n", flat=True),
    ]  # fmt: skip


def told(row: Any) -> Any:
    """A row with all that was read with it."""
    if not hasattr(row, "_meta"):
        return row
    kept = {name: value for name, value in vars(row).items() if not name.startswith("_")}
    related = {name: told(value) for name, value in row._state.fields_cache.items() if value is not None}
    return type(row), kept, related


def test_each_list_reads_what_it_would_read_alone(bodies: Any, django_assert_num_queries: Any) -> None:
    together, alone = lists(), lists()
    with django_assert_num_queries(1):
        fetch(*together)
        found = [[told(row) for row in rows] for rows in together]
    assert found == [[told(row) for row in rows] for rows in alone]
    assert [len(rows) for rows in found][6:8] == [0, 0]
    assert all(found[:6])


def test_what_is_read_already_is_not_asked_again(bodies: Any, django_assert_num_queries: Any) -> None:
    rows = Body.objects.order_by("code")
    before = list(rows)
    with django_assert_num_queries(0):
        fetch(rows, Body.objects.none())
    assert rows[0] is before[0]


def test_a_list_read_together_can_be_narrowed_afterwards(bodies: Any) -> None:
    rows = Body.objects.order_by("code")
    fetch(rows)
    assert rows.filter(kind="platform").count() == sum(body.kind == "platform" for body in rows)


def test_what_waits_on_a_page_is_read_together_when_the_first_is_looked_at(
    bodies: Any, django_assert_num_queries: Any
) -> None:
    with reading():
        codes = Later(Body.objects.order_by("code"), lambda rows: (row.code for row in rows))
        counties = Later(Body.objects.filter(kind="county").order_by("code"))
        with django_assert_num_queries(1):
            assert codes[0] == min(codes)
            assert len(counties) == len(counties[:]) > 0
        late = Later(Post.objects.order_by("id"))
        with django_assert_num_queries(1):
            assert late


def test_where_no_page_is_read_nothing_waits_for_others(bodies: Any, django_assert_num_queries: Any) -> None:
    first, second = Later(Body.objects.order_by("code")), Later(Post.objects.order_by("id"))
    with django_assert_num_queries(1):
        assert first
    with django_assert_num_queries(1):
        assert second
