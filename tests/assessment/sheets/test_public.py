"""Results for everybody: published sheets only, and no more of them than the rulebook gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from luoshi.assessment.selectors import public
from tests.assessment.sheets.conftest import CLOSING

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


@pytest.fixture
def shut(closed: Callable[..., Any]) -> Any:
    """October, closed and not published."""
    return closed()


@pytest.fixture
def out(published: Callable[..., Any]) -> Any:
    """October, published."""
    return published()


def page(url: str) -> Any:
    return Client().get(url)


def test_nothing_is_public_before_publication(shut: Any) -> None:
    assert shut.published_at is None
    assert "还没有公布" in page("/assessment/public/").content.decode()
    assert page(f"/assessment/public/{shut.pk}/").status_code == 404
    with pytest.raises(ValueError, match="not published"):
        public.public_league(shut, CLOSING)


def test_ranks_and_totals_are_public_but_no_items_counts_or_appeals(out: Any) -> None:
    answer = page(f"/assessment/public/{out.pk}/")
    text = answer.content.decode()
    rows = public.public_league(out, CLOSING)
    assert len(rows) == 4 and [row.rank for row in rows[:3]] == [1, 2, 3]
    for row in rows:
        assert row.name in text
    assert str(rows[0].total) in text and "2017年10月" in text
    assert "overdue_tickets" not in text and "signed_in_time" not in text
    assert "不参加排名" in text and "分数是怎样来的" in text and "前申诉" not in text
    assert "public" in answer["Cache-Control"]


def test_what_the_rulebook_does_not_give_is_not_shown(out: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public, "shown_to_public", lambda at: frozenset({"rank"}))
    rows = public.public_league(out, CLOSING)
    assert all(row.total is None and row.grade == "" for row in rows) and rows[0].rank == 1
    monkeypatch.setattr(public, "shown_to_public", lambda at: frozenset())
    assert not public.public_sheets(CLOSING).exists()
    assert page(f"/assessment/public/{out.pk}/").status_code == 404


def test_the_scheme_is_told_in_words_from_the_one_that_scored(out: Any) -> None:
    parts = public.public_scheme(out)
    assert parts and all(part.title for part in parts)
    assert any(leaf == "签收" or "签收" in leaf for part in parts for leaf, _ in part.leaves)
    assert all("E" not in points for part in parts for _, points in part.leaves)


def test_a_public_league_costs_few_queries(out: Any) -> None:
    for url in ("/assessment/public/", f"/assessment/public/{out.pk}/"):
        with CaptureQueriesContext(connection) as spent:
            assert page(url).status_code == 200
        assert len(spent) <= MOST_QUERIES, url
