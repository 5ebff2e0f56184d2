"""A city with a history: requests about heating and street lamps that units finished."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from luoshi.hotline.models import Dispatch, Request
from luoshi.hotline.selectors import suggestions
from luoshi.hotline.services import suggesting
from luoshi.ledger.models import Matter, door

PLACES = ("崤山路", "黄河路", "陕州大道", "六峰路", "向阳村")
TROUBLES = {
    "reli": ("暖气不热", "供暖温度太低", "暖气管道漏水"),
    "chengguan": ("路灯不亮", "占道经营", "垃圾没人清运"),
}


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> Iterator[None]:
    """Models lie in a folder of the test; none is held from the test before."""
    settings.HOME = tmp_path
    suggestions._held = None
    yield
    suggestions._held = None


@pytest.fixture
def finish() -> Callable[[Dispatch], Dispatch]:
    """finish(dispatch): as if the unit's reply had passed the review."""

    def make(dispatch: Dispatch) -> Dispatch:
        with door():
            Matter.objects.filter(pk=dispatch.pk).update(state="passed")
        return dispatch

    return make


@pytest.fixture
def history(
    request_of: Callable[..., Request],
    dispatch_of: Callable[..., Dispatch],
    finish: Callable[[Dispatch], Dispatch],
    monday: dt.datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> int:
    """Thirty finished dispatches of two units, taken to be enough; how many."""
    monkeypatch.setattr(suggesting, "ROWS_LEAST", 20)
    pairs = [
        (unit, place, what) for unit, troubles in TROUBLES.items() for what in troubles for place in PLACES
    ]
    for number, (unit, place, what) in enumerate(pairs):
        at = monday + dt.timedelta(minutes=number)
        request = request_of(
            title=f"{place}{what}",
            content=f"{place}{what}，请派人处理。",
            place=place,
            contact={"name": "虞听澜", "mobile": f"199000{number:05d}"},
            at=at,
        )
        finish(dispatch_of(unit, request=request, at=at))
    return len(pairs)
