"""The demo's topics and city-wide meetings live as told, within the rules."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from zoneinfo import ZoneInfo

import pytest

from luoshi.demo.cast import Cast
from luoshi.demo.topics import Topics
from luoshi.meetings.models import CityMeeting, Topic

pytestmark = pytest.mark.django_db
END = dt.datetime(2017, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_topics_wait_at_each_stop_and_city_wide_meetings_are_under_way(bodies):
    for moment, begin in Topics(Cast(), END - dt.timedelta(days=30), END).lives():
        life = begin(moment)
        try:
            next(life)
            while True:
                moment += dt.timedelta(hours=2)
                life.send(moment)
        except StopIteration:
            pass
    stops = Counter(Topic.objects.values_list("matter__state", "stop"))
    assert stops == {
        ("reviewing", "check"): 1, ("reviewing", "lead"): 1, ("reviewing", "determine"): 1, ("draft", ""): 1, ("excluded", ""): 1,
    }  # fmt: skip
    assert Counter(CityMeeting.objects.values_list("matter__state", flat=True)) == {
        "reviewing": 1,
        "registered": 1,
    }
