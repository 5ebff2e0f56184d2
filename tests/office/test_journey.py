"""The government's work from end to end, through its pages: a unit asks, the government decides, issues and sees it done."""

from __future__ import annotations

import pytest

from tests.office.journey import CITY, COUNTY, CountyJourney, Journey
from tests.office.walker import Clock

pytestmark = pytest.mark.django_db
STEPS = ("request", "instruct", "prepare", "table", "decide", "minute", "issue", "see_through")


def test_a_countys_request_goes_all_its_way_by_the_buttons_of_the_pages(monkeypatch, bodies):
    way = Journey(Clock(monkeypatch, CITY.start), CITY)
    for step in STEPS:
        getattr(way, step)()


def test_a_townships_request_goes_all_its_way_under_the_countys_rules(monkeypatch, bodies, under):
    under("xiping")
    way = CountyJourney(Clock(monkeypatch, COUNTY.start), COUNTY)
    for step in STEPS:
        getattr(way, step)()
