"""What the dashboard counts: in the transaction of each event, moved by an amendment, made anew from the rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.core.management import call_command

from luoshi.hotline.services import request_amend
from luoshi.ledger.models import Tally, door
from luoshi.overview.counting import (
    RECEIVED,
    category_metric,
    counted_grades,
    counted_requests,
    hour_metric,
    standing,
)
from tests.hotline.conftest import MONDAY

PLACE = "sanmenxia"


def test_a_request_counts_by_place_category_and_hour(request_of: Callable[..., Any], bodies: dict[str, Any]):
    request_of(area=bodies["hubin"], category="供热", at=MONDAY)
    request_of(at=MONDAY + dt.timedelta(hours=15, minutes=1))
    monday, tuesday = MONDAY.date(), MONDAY.date() + dt.timedelta(days=1)
    assert standing(PLACE) == {
        (RECEIVED, bodies["hubin"].pk, monday): 1,
        (category_metric("供热"), None, monday): 1,
        (hour_metric(9), None, monday): 1,
        (RECEIVED, None, tuesday): 1,
        (category_metric(""), None, tuesday): 1,
        (hour_metric(0), None, tuesday): 1,
    }


def test_an_amended_request_counts_where_it_now_belongs(
    request_of: Callable[..., Any], bodies: dict[str, Any], dispatcher: Any, clean: Any
):
    request = request_of(area=bodies["hubin"], category="供热")
    later = MONDAY + dt.timedelta(days=1)
    request_amend(request=request, area=bodies["lushi"], category="供水", actor=dispatcher, at=later)
    request.refresh_from_db()
    request_amend(request=request, category="市政", actor=dispatcher, at=later)
    stands = {key: number for key, number in standing(PLACE).items() if number}
    assert stands[RECEIVED, bodies["lushi"].pk, MONDAY.date()] == 1
    assert (RECEIVED, bodies["hubin"].pk, MONDAY.date()) not in stands
    assert [key[0] for key in stands if key[0].startswith(category_metric(""))] == [category_metric("市政")]
    assert clean() == []


def test_tallies_equal_the_rows_and_verify_says_where_they_do_not(busy: dt.datetime, clean: Any):
    assert {key: number for key, number in standing(PLACE).items() if number} == dict(
        counted_requests(PLACE) + counted_grades(PLACE)
    )
    assert clean() == []
    with door():
        Tally.objects.filter(metric=hour_metric(9)).update(count=40)
    assert any(one.startswith("overview: view:hour:09") and "stands at 40" in one for one in clean())


def test_rebuilding_counts_an_older_database_to_the_same_figures(busy: dt.datetime, clean: Any):
    before = standing(PLACE)
    with door():
        Tally.objects.filter(metric__startswith="view:").delete()
    assert standing(PLACE) == {}
    call_command("rebuild_overview", verbosity=0)
    call_command("rebuild_overview", verbosity=0)
    assert standing(PLACE) == {key: number for key, number in before.items() if number}
    assert clean() == []
