"""The demo city's own papers: what it shows, the rules allow."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from luoshi.demo.cast import Cast
from luoshi.demo.clockwork import Clockwork
from luoshi.demo.outgoing import PAPERS, Papers
from luoshi.documents.models import Outgoing

pytestmark = pytest.mark.django_db


def test_each_paper_of_the_demo_reaches_its_state_without_a_refusal(bodies, at, settings):
    settings.DEMO = True
    start, end = at("2017-10-16 08:00"), at("2017-11-30 18:00")
    machine = Clockwork(start, end)
    for moment, begin in Papers(Cast(), start, end).lives():
        assert isinstance(moment, dt.datetime)
        machine.start(moment, begin)
    machine.run(lambda now: None)
    assert machine.refused == []
    states = Counter(Outgoing.objects.values_list("matter__state", flat=True))
    assert states == Counter(state for *_, state in PAPERS)
