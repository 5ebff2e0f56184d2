"""The government's work from end to end, through its pages: a county asks, the city decides, issues and sees it done."""

from __future__ import annotations

import pytest

from tests.office.journey import START, Journey
from tests.office.walker import Clock

pytestmark = pytest.mark.django_db


def test_a_countys_request_goes_all_its_way_by_the_buttons_of_the_pages(monkeypatch, bodies):
    way = Journey(Clock(monkeypatch, START))
    way.request()
    way.instruct()
    way.prepare()
    way.table()
    way.decide()
    way.minute()
    way.issue()
    way.see_through()
