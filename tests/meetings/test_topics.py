"""Topics on their way to a meeting, and every way that is closed to them."""

from __future__ import annotations

import pytest

from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.meetings import services

from .office import NOW, Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(actor, bodies):
    return Office(actor, bodies)


def test_a_topic_goes_from_its_proposer_to_the_agenda(office):
    topic = office.ready()
    meeting = office.meeting()
    item = services.item_add(meeting=meeting, topic=topic, actor=office.actor("mayor_office"), at=NOW)
    assert (item.position, item.treatment) == (1, "decide")
    assert office.state(topic) == "listed"
    services.plan_review(meeting=meeting, opinion="可以", actor=office.actor("secretary_general"), at=NOW)
    services.plan_approve(meeting=meeting, actor=office.actor("mayor"), at=NOW)
    assert office.fresh(topic).treatment_approved_by
