"""The hotline's and supervision's people and factories, and a small busy city for the dashboard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache

from luoshi.hotline import services
from luoshi.hotline.models import Request
from luoshi.hotline.services import Grade
from luoshi.ledger.services import sweep
from tests.hotline.conftest import (
    MONDAY,
    agent,
    command,
    dispatch_of,
    dispatcher,
    liaison,
    platform_leader,
    request_of,
)
from tests.hotline.dispatch_side.conftest import clean, life_of, people
from tests.supervision.conftest import office, set_task
from tests.web.conftest import browser_of

__all__ = [
    "agent",
    "browser_of",
    "clean",
    "command",
    "dispatch_of",
    "dispatcher",
    "liaison",
    "life_of",
    "office",
    "people",
    "platform_leader",
    "request_of",
    "set_task",
]

FRIDAY = MONDAY + dt.timedelta(days=4, hours=9)


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def busy(
    request_of: Callable[..., Request],
    life_of: Callable[..., Any],
    bodies: dict[str, Any],
    actor: Callable[..., Any],
) -> dt.datetime:
    """Requests of two places, three categories and several hours; one closed and called back, one passed over. Returns
    Friday evening."""
    hour = dt.timedelta(hours=1)
    for number in range(3):
        request_of(area=bodies["hubin"], category="市政设施", at=MONDAY + number * hour)
    request_of(area=bodies["lushi"], category="供热", at=MONDAY + dt.timedelta(days=1))
    request_of(at=MONDAY - dt.timedelta(days=9))
    done = life_of(area=bodies["hubin"], category="市容").sign().contact().hand_over().reply().review()
    request = done.dispatch.request
    caller = actor("callback")
    at = done.at + hour
    services.request_feed_back(request=request, text="已更换灯具", actor=caller, at=at)
    grades = [Grade(True, "satisfied", "basically")]
    services.request_call_back(
        request=request, grades=grades, opinion="无", suggestion="无", actor=caller, at=at + hour
    )
    life_of(area=bodies["lushi"])
    for days in range(1, 5):
        sweep(now=MONDAY + dt.timedelta(days=days))
    return FRIDAY
