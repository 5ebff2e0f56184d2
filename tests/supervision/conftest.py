"""A task of a leader's and one of the supervision office's, of invented content."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from luoshi.supervision import services
from luoshi.supervision.models import Task

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = dt.datetime(2017, 10, 16, 9, 0, tzinfo=SHANGHAI)
DUE = dt.date(2017, 10, 31)


def on(text: str) -> dt.datetime:
    """A moment of October 2017 in Shanghai, or of the day written out: "10-17 10:00"."""
    return dt.datetime.fromisoformat(f"2017-{text}").replace(tzinfo=SHANGHAI)


@pytest.fixture
def set_task(bodies: dict[str, Any], actor: Callable[..., Any]) -> Callable[..., Task]:
    """set_task(lead="chengguan", assisting=["gongan"], …): a task that the supervision office set."""

    def make(
        lead: Any = "chengguan", assisting: Any = (), by: str = "supervision_office", **more: Any
    ) -> Task:
        given: dict[str, Any] = {
            "title": "整治占道经营",
            "content": "对三条示范路占道经营开展整治，月底前见效。",
            "source_kind": "report",
            "source": None,
            "setter_body": bodies["duchashi"],
            "due_on": DUE,
            "at": NOW,
            "actor": actor(by),
        } | more
        return services.task_set(
            lead=bodies.get(lead, lead), assisting=[bodies.get(one, one) for one in assisting], **given
        )

    return make


@pytest.fixture
def unit(actor: Callable[..., Any]) -> Callable[..., Any]:
    """unit("chengguan"): the liaison of a unit."""
    return lambda code: actor("liaison", code)


@pytest.fixture
def office(actor: Callable[..., Any]) -> Any:
    """Somebody of the supervision office."""
    return actor("supervision_office")
