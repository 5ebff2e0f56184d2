"""The demo city's leaders: absences, commissions and speeches, and something left to approve."""

from __future__ import annotations

from datetime import timedelta

import pytest

from luoshi.agenda.models import Clearance, Delegation, Leave
from luoshi.demo.agenda import Agenda
from luoshi.demo.cast import Cast
from luoshi.demo.clockwork import Clockwork
from luoshi.ledger.models import Matter

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("first", [0, 3])
def test_everything_happens_and_some_of_it_waits_at_the_present(bodies, at, settings, first):
    settings.DEMO = True
    end = at("2017-12-20 16:00") + timedelta(days=first)
    start = end - timedelta(days=45)
    machine = Clockwork(start, end)
    for moment, begin in Agenda(Cast(), start, end).lives():
        machine.start(moment, begin)
    machine.run(lambda moment: None)
    assert machine.refused == []
    states = {leave.matter.state for leave in Leave.objects.select_related("matter")}
    assert states == {"returned", "granted", "applied"}
    speeches = {row.matter.state for row in Clearance.objects.select_related("matter")}
    assert speeches == {"granted", "refused", "applied"}
    assert Matter.objects.get(kind="agenda.overlap").state == "arranged"
    assert Delegation.objects.count() == 1
