"""Meetings held, as the tests of what comes after use them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from luoshi.ledger.actors import Actor
from luoshi.meetings import services
from luoshi.meetings.models import Minutes
from tests.meetings.room import WHEN, Room

clause = pytest.mark.clause
AFTER = WHEN + dt.timedelta(days=1)


@pytest.fixture
def room(actor: Callable[..., Actor], bodies: dict[str, Any]) -> Room:
    return Room(actor, bodies)


def _minutes(room: Room, at: dt.datetime = AFTER) -> Minutes:
    paper = services.minutes_open(meeting=room.meeting, actor=room.staff, at=at)
    services.minutes_edit(
        minutes=paper, title=paper.title, text="会议听取并讨论了有关事项。", actor=room.staff, at=at
    )
    return services.minutes_submit(minutes=paper, actor=room.staff, at=at)
