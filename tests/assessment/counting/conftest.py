"""A small city whose scores are read live: people of the hotline, lives of dispatches, the two ways to compare."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tests.hotline.conftest import (  # noqa: F401 - fixtures
    MONDAY,
    agent,
    caller,
    command,
    dispatch_of,
    dispatcher,
    handler,
    liaison,
    monday,
    other_liaison,
    platform_leader,
    request_of,
    reviewer,
    unit_leader,
)

REPLY = {"handling": "已到现场修复路灯。", "problems": "线路老化。", "measures": "列入下月改造。"}


@pytest.fixture
def counts() -> Callable[..., dict[str, Any]]:
    """counts("chengguan", "2017-10"): a unit's live counts of a period."""
    from luoshi.assessment.selectors.live import counts_of
    from luoshi.engines.assessment import Period

    def read(unit: str = "chengguan", period: str = "2017-10") -> dict[str, Any]:
        found = counts_of(Period.parse(period), now=MONDAY)
        mine = next(one for one in found if one.unit == unit)
        return {name: number for name, number in mine.counts.items() if number}

    return read


@pytest.fixture
def recounted() -> Callable[[dt.datetime], None]:
    """recounted(at): what the worker counts when it comes by."""
    from luoshi.assessment.services.recount import recount

    def run(at: dt.datetime) -> None:
        recount(now=at)

    return run


@pytest.fixture
def differences() -> Callable[[], list[str]]:
    """All that the verification finds, as text."""
    from luoshi.ledger.verify import Report, verify

    def run() -> list[str]:
        return [str(found) for found in verify(report=Report())]

    return run


class Office:
    """What a unit and the platform do with a dispatch, each one service."""

    def __init__(self, actor: Callable[..., Any]) -> None:
        self.actor = actor

    def _unit(self, dispatch: Any, role: str) -> Any:
        return self.actor(role, dispatch.body.code)

    def sign(self, dispatch: Any, at: dt.datetime) -> None:
        from luoshi.hotline.services import dispatch_sign

        dispatch_sign(dispatch=dispatch, actor=self._unit(dispatch, "liaison"), at=at)

    def hand_over(self, dispatch: Any, at: dt.datetime) -> None:
        from luoshi.hotline.services import dispatch_hand_over

        dispatch_hand_over(dispatch=dispatch, handler="维护科", actor=self._unit(dispatch, "liaison"), at=at)

    def reply(self, dispatch: Any, at: dt.datetime) -> None:
        from luoshi.hotline.services import reply_draft, reply_submit

        reply_draft(dispatch=dispatch, **REPLY, actor=self._unit(dispatch, "handler"), at=at)
        reply_submit(dispatch=dispatch, actor=self._unit(dispatch, "unit_leader"), at=at)

    def passed(self, dispatch: Any, at: dt.datetime) -> None:
        from luoshi.hotline.services import review_pass

        review_pass(dispatch=dispatch, actor=self.actor("reviewer"), at=at)

    def redo(self, dispatch: Any, at: dt.datetime) -> None:
        from luoshi.hotline.services import review_redo

        review_redo(dispatch=dispatch, reason="未写明结果", actor=self.actor("reviewer"), at=at)

    def through(self, dispatch: Any, at: dt.datetime, *, replied: dt.datetime | None = None) -> None:
        """Signed, handed over, replied and passed; the reply at `replied`, an hour after the rest without it."""
        self.sign(dispatch, at)
        self.hand_over(dispatch, at + dt.timedelta(minutes=10))
        done = replied or at + dt.timedelta(hours=1)
        self.reply(dispatch, done)
        self.passed(dispatch, done + dt.timedelta(minutes=30))

    def back(
        self, dispatch: Any, at: dt.datetime, *, accepted: bool | None = None, other: Any = None
    ) -> None:
        from luoshi.hotline.services import return_accept, return_reject, return_request

        asked = return_request(
            dispatch=dispatch, reason="不属本单位职责", proposed_body=other, actor=self._unit(dispatch, "liaison"), at=at
        )  # fmt: skip
        if accepted is not None:
            decide = return_accept if accepted else return_reject
            decide(application=asked, actor=self.actor("dispatcher"), at=at, opinion="已核")

    def fed_back(self, request: Any, at: dt.datetime) -> None:
        from luoshi.hotline.services import request_feed_back

        request_feed_back(request=request, actor=self.actor("callback"), at=at, told_now=True)

    def called(self, request: Any, at: dt.datetime, *grades: Any) -> None:
        from luoshi.hotline.services import Grade, request_call_back

        request_call_back(
            request=request,
            grades=[grade if isinstance(grade, Grade) else Grade(*grade) for grade in grades],
            opinion="无", suggestion="无", actor=self.actor("callback"), at=at,
        )  # fmt: skip


@pytest.fixture
def office(actor: Callable[..., Any]) -> Office:
    return Office(actor)
