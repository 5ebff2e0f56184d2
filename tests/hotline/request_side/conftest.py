"""What the tests of the request side share: a dispatch carried through to its end, and quick refusals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from luoshi.hotline import services
from luoshi.hotline.models import Dispatch, Request
from luoshi.ledger.actors import Actor


@pytest.fixture
def finish(actor: Callable[..., Actor]) -> Callable[..., Dispatch]:
    """finish(dispatch): signed, handed over, replied and passed, minute by minute from its dispatching on."""

    def make(dispatch: Dispatch, *, measures: str = "已更换灯具", at: dt.datetime | None = None) -> Dispatch:
        start = at or dispatch.dispatched_at
        code = dispatch.body.code
        common: list[dict[str, Any]] = [
            {"dispatch": dispatch, "actor": actor(role, body), "at": start + dt.timedelta(minutes=n)}
            for n, (role, body) in enumerate(
                [
                    ("liaison", code),
                    ("liaison", code),
                    ("handler", code),
                    ("unit_leader", code),
                    ("reviewer", None),
                ],
                1,
            )
        ]
        services.dispatch_sign(**common[0])
        services.dispatch_hand_over(handler="市政科", **common[1])
        services.reply_draft(handling=measures, problems="线路老化", measures="列入每周巡查", **common[2])
        services.reply_submit(**common[3])
        services.review_pass(**common[4])
        return dispatch

    return make


@pytest.fixture
def concluded(
    dispatch_of: Callable[..., Dispatch], finish: Callable[..., Dispatch]
) -> Callable[..., Request]:
    """concluded(…): a request whose one unit's result passed the review; arguments as of dispatch_of."""

    def make(**changes: Any) -> Request:
        dispatch = finish(dispatch_of(**changes))
        found: Request = Request.objects.select_related("matter", "contact").get(pk=dispatch.request_id)
        return found

    return make


@pytest.fixture
def fed_back(concluded: Callable[..., Request], caller: Actor) -> Callable[..., Request]:
    """fed_back(…): a request whose result was given back to the citizen."""

    def make(**changes: Any) -> Request:
        request = concluded(**changes)
        when = request.received_at + dt.timedelta(hours=1)
        return services.request_feed_back(request=request, actor=caller, at=when)

    return make


@pytest.fixture
def called_back(fed_back: Callable[..., Request], caller: Actor) -> Callable[..., Request]:
    """called_back(result="satisfied", …): a request whose citizen was called back and said so."""

    def make(*, result: str = "satisfied", **changes: Any) -> Request:
        request = fed_back(**changes)
        services.request_call_back(
            request=request,
            grades=[services.Grade(contacted=True, conduct="satisfied", result=result)],
            opinion="无",
            suggestion="无",
            actor=caller,
            at=request.received_at + dt.timedelta(hours=2),
        )
        return request

    return make
