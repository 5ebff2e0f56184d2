"""The database by URL: its parts, its options beside ours, and what is refused."""

from __future__ import annotations

import pytest

from luoshi.web.database import QUICK, parse_url


def test_options_of_the_url_stand_beside_ours() -> None:
    found = parse_url(
        "postgresql://luoshi:a%40b@db:5433/province?options=-c%20search_path%3Dyueyang&sslmode=require"
    )
    assert (found["NAME"], found["USER"], found["PASSWORD"]) == ("province", "luoshi", "a@b")
    assert (found["HOST"], found["PORT"]) == ("db", "5433")
    assert found["OPTIONS"] == {"sslmode": "require", "options": f"{QUICK} -c search_path=yueyang"}


def test_without_options_ours_hold() -> None:
    assert parse_url("postgresql:///luoshi?host=/run/postgresql")["OPTIONS"] == {"options": QUICK}


def test_another_kind_of_database_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="got mysql://"):
        parse_url("mysql://db/luoshi")
