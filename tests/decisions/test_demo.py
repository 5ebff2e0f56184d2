"""The demo city's decisions live through the services without a refusal."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.decisions.models import Decision, Filing, Normative
from luoshi.demo import clockwork
from luoshi.demo.cast import Cast
from luoshi.demo.clockwork import Clockwork
from luoshi.demo.decisions import Decisions
from luoshi.ledger.models import Matter

from .conftest import SHANGHAI

pytestmark = pytest.mark.django_db


def test_the_demo_city_decides(bodies, settings, monkeypatch):
    settings.DEMO = True
    monkeypatch.setattr(clockwork, "SWEEP_EVERY", dt.timedelta(days=7))
    start = dt.datetime(2017, 10, 16, 8, tzinfo=SHANGHAI)
    end = dt.datetime(2017, 12, 15, 18, tzinfo=SHANGHAI)
    machine = Clockwork(start, end)
    for moment, begin in Decisions(Cast(), start, end).lives():
        machine.start(moment, begin)
    machine.run(lambda moment: None)
    assert machine.refused == []
    states = Decision.objects.values_list("matter__state", flat=True)
    assert sorted(states) == ["determined", "executing", "preparing", "reviewing"]
    taken = Decision.objects.get(matter__state="executing")
    sitting = taken.sittings.get()
    spoken = sitting.opinions.filter(written=False)
    assert {one.person_id for one in spoken} == set(sitting.present)
    assert sitting.opinions.filter(written=True).count() == 1
    assert list(Matter.objects.filter(kind="meetings.meeting").values_list("state", flat=True)) == ["minuted"]
    assert sorted(Normative.objects.values_list("matter__state", flat=True)) == ["in_force", "reviewing"]
    assert Filing.objects.get().filed_on is not None
