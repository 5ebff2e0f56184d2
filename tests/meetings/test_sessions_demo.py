"""The demo city's meetings live through the services without a refusal."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from luoshi.demo.cast import Cast
from luoshi.demo.clockwork import Clockwork
from luoshi.demo.meetings import Meetings
from luoshi.ledger.models import Matter, Obligation
from luoshi.supervision.models import Task
from tests.meetings.room import SHANGHAI

pytestmark = pytest.mark.django_db


def test_the_demo_city_holds_its_meetings(bodies: dict[str, Any], settings: Any) -> None:
    settings.DEMO = True
    start = dt.datetime(2017, 10, 16, 8, tzinfo=SHANGHAI)
    end = dt.datetime(2017, 12, 15, 18, tzinfo=SHANGHAI)
    machine = Clockwork(start, end)
    for moment, begin in Meetings(Cast(), start, end).lives():
        machine.start(moment, begin)
    machine.run(lambda moment: None)
    assert machine.refused == []
    states = list(Matter.objects.filter(kind="meetings.meeting").values_list("state", flat=True))
    assert sorted(states) == ["closed", "convened", "minuted", "minuted", "minuted"]
    tasks = Task.objects.filter(source_kind="minutes")
    assert list(tasks.values_list("matter__state", flat=True)) == ["closed"] * 5
    owed = Obligation.objects.filter(state="open", nature="duty", due_at__lt=end)
    assert not owed.exists()  # nothing is left lying that nobody of the demo will ever do
