"""Rooms, as the tests of meetings use them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from luoshi.ledger.actors import Actor
from tests.meetings.room import Room

clause = pytest.mark.clause


@pytest.fixture
def room(actor: Callable[..., Actor], bodies: dict[str, Any]) -> Room:
    return Room(actor, bodies)
