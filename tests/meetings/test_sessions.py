"""Meetings: who may preside, who counts, topics one by one, the record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, Refusal, WrongState
from luoshi.ledger.models import Matter
from luoshi.meetings import selectors, services
from luoshi.meetings.models import Attendee, Meeting
from luoshi.meetings.selectors.members import chair_table, members_in_post, quorum_of
from tests.meetings.room import NOW, WHEN, Room, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(actor: Callable[..., Actor], bodies: dict[str, Any]) -> Room:
    return Room(actor, bodies)


def test_a_meeting_runs_from_its_plan_to_its_record(room: Room) -> None:
    meeting = room.held()
    assert Matter.objects.get(pk=meeting.pk).state == "closed"
    assert meeting.ordinal == 1
    assert set(meeting.record.content) == {"time", "place", "present", "observers", "absent", "chair", "recorder"}
