"""The demo city's targets: invented, handed down, reported, and something left to do for each role."""

from __future__ import annotations

from datetime import timedelta

import pytest

from luoshi.demo.cast import Cast
from luoshi.demo.clockwork import Clockwork
from luoshi.demo.targets import Targets
from luoshi.ledger import clock
from luoshi.ledger.actors import SYSTEM
from luoshi.organisation.models import Body
from luoshi.organisation.services import body_create
from luoshi.targets.models import Change, Notice, Plan, Report, Target

pytestmark = pytest.mark.django_db


class SmallCast(Cast):
    """Where the small city of the tests has no account, the system acts."""

    def actor(self, role, code, turn=0):
        try:
            return super().actor(role, code, turn)
        except ZeroDivisionError:
            return SYSTEM


@pytest.fixture
def whole_city(bodies, at):
    """The bodies that the small city of the tests lacks."""
    names = {"fagai": ("三门峡市发展和改革委员会", "市发展改革委"), "tongji": ("三门峡市统计局", "市统计局")}
    for code, (name, short) in names.items():
        if not Body.objects.filter(code=code).exists():
            body_create(
                code=code, kind="department", name=name, short_name=short, jurisdiction="sanmenxia",
                since=at("2010-01-01").date(), actor=SYSTEM, at=at("2017-09-22"),
            )  # fmt: skip


def test_a_demo_year_has_targets_reports_notices_and_changes(whole_city, at, settings):
    settings.DEMO = True
    start, end = at("2018-08-20 08:00"), at("2018-11-20 15:00")
    cast = SmallCast()
    told = Targets(cast, start, end)
    with clock.as_if(start - timedelta(days=5)):
        told.fill(start - timedelta(days=5))
    machine = Clockwork(start, end)
    for moment, begin in told.lives():
        machine.start(moment, begin)
    machine.run(lambda moment: None)
    assert machine.refused == []
    assert Plan.objects.get().matter.state == "issued"
    assert Report.objects.filter(reported_at__isnull=False).count() >= 20
    assert Notice.objects.filter(kind="quarter", issued_at__isnull=False).exists()
    assert set(Change.objects.values_list("matter__state", flat=True)) == {"verified", "agreed"}
    assert Target.objects.filter(on_track=True).count() >= 8
    assert {"assigned", "doubt", "decision"} <= set(Target.objects.values_list("lacking", flat=True))
