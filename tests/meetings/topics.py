"""Offices, commissions and marks, as the tests of topics use them."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.agenda import services as agenda
from luoshi.agenda.models import Leader
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.models import door
from luoshi.meetings import services
from luoshi.organisation.models import Person

from .office import NOW, Office


@pytest.fixture
def office(actor, bodies):
    return Office(actor, bodies)


def commission(office, *, to="executive_vice_mayor", when=None, rule="meetings.determine"):
    """The mayor's written commission."""
    day = office.at.date()
    mayor = Leader.objects.get(person_id=office.actor("mayor").person_id)
    return agenda.delegation_add(
        kind="commission", by=mayor, to=Person.objects.get(pk=office.actor(to).person_id),
        scope="确定常务会议议题", rule=rule, when=when or {}, powers=["convene"], since=day, until=day + dt.timedelta(days=9),
        document="委托书〔2017〕1号", actor=SYSTEM, at=office.at,
    )  # fmt: skip


def refused(kind, call, *words, cite=""):
    with pytest.raises(kind) as said:
        call()
    for word in words:
        assert word in str(said.value)
    if cite:
        assert cite in said.value.cite
    return said.value


def conclude(topic):
    with door():
        topic.matter.state = "concluded"
        topic.matter.save()


def keep_in(topic, **values):
    with door():
        for key, value in values.items():
            setattr(topic, key, value)
        topic.save()


def put(office, meeting, topic, **given):
    return services.item_add(
        meeting=meeting, topic=office.fresh(topic), actor=office.actor("mayor_office"), at=NOW, **given
    )


def settle(office, meeting):
    services.plan_review(meeting=meeting, opinion="可以", actor=office.actor("secretary_general"), at=NOW)
    return services.plan_approve(meeting=meeting, actor=office.actor("mayor"), at=NOW)
