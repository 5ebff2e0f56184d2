"""The hotline's people and its two factories.

Request_of(…) takes a request in, dispatch_of(…) dispatches one too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

if TYPE_CHECKING:
    from luoshi.hotline.models import Dispatch, Request
    from luoshi.ledger.actors import Actor
    from luoshi.organisation.models import Body

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = dt.datetime(2017, 10, 9, 9, 0, tzinfo=SHANGHAI)
"""A working Monday, 09:00; the week of 9 to 13 October 2017 has no holiday."""

MakeActor = Callable[..., "Actor"]


@pytest.fixture
def monday() -> dt.datetime:
    """Monday 9 October 2017, 09:00, at the start of a week without holidays."""
    return MONDAY


@pytest.fixture
def agent(actor: MakeActor) -> Actor:
    return actor("agent")


@pytest.fixture
def dispatcher(actor: MakeActor) -> Actor:
    return actor("dispatcher")


@pytest.fixture
def reviewer(actor: MakeActor) -> Actor:
    return actor("reviewer")


@pytest.fixture
def caller(actor: MakeActor) -> Actor:
    """The clerk who gives results back and calls back (回访员)."""
    return actor("callback")


@pytest.fixture
def platform_leader(actor: MakeActor) -> Actor:
    return actor("platform_leader")


@pytest.fixture
def command(actor: MakeActor) -> Actor:
    return actor("command_centre")


@pytest.fixture
def city_leader(actor: MakeActor) -> Actor:
    return actor("city_leader")


@pytest.fixture
def liaison(actor: MakeActor) -> Actor:
    """The liaison officer of chengguan, the unit to which dispatch_of dispatches."""
    return actor("liaison", "chengguan")


@pytest.fixture
def handler(actor: MakeActor) -> Actor:
    return actor("handler", "chengguan")


@pytest.fixture
def unit_leader(actor: MakeActor) -> Actor:
    return actor("unit_leader", "chengguan")


@pytest.fixture
def other_liaison(actor: MakeActor) -> Actor:
    """The liaison officer of zhujian, a unit that has nothing to do with the request."""
    return actor("liaison", "zhujian")


@pytest.fixture
def request_of(agent: Actor) -> Callable[..., Request]:
    """request_of(kind="complaint", at=…, contact={…}, …): a request taken in by phone on Monday at 09:00."""
    from luoshi.hotline.services import request_receive

    def make(**changes: Any) -> Request:
        values: dict[str, Any] = {
            "channel": "phone",
            "kind": "help",
            "title": "路灯不亮",
            "content": "崤山路中段的路灯已经三天不亮,晚上走路看不清。",
            "contact": {"name": "虞听澜", "mobile": "19900007001"},
            "actor": agent,
            "at": MONDAY,
        }
        return request_receive(**{**values, **changes})

    return make


@pytest.fixture
def dispatch_of(
    request_of: Callable[..., Request], dispatcher: Actor, bodies: dict[str, Body]
) -> Callable[..., Dispatch]:
    """dispatch_of("chengguan", role="sole", urgency="urgent", at=…, request=…, due_set=…, onsite=…).

    One dispatch. With role lead, zhujian assists; with role assist, zhujian leads; with role parallel,
    zhujian has the other part. Returns the dispatch to the unit named. Dispatched five minutes after 09:00
    on Monday.
    """
    from luoshi.hotline.services import Order, Terms, request_dispatch

    partner = {"lead": "assist", "assist": "lead", "parallel": "parallel"}

    def make(
        unit: str = "chengguan",
        *,
        role: str = "sole",
        urgency: str = "routine",
        at: dt.datetime = MONDAY + dt.timedelta(minutes=5),
        request: Request | None = None,
        due_set: dt.datetime | None = None,
        onsite: bool = False,
        handling: str = "",
        internal_ground: str = "",
        assist_extra: bool = False,
        other: str = "zhujian",
        **changes: Any,
    ) -> Dispatch:
        one = Order(
            bodies[unit],
            "请核实处理并答复",
            role=role,
            part="第一个问题" if role == "parallel" else "",
            due_set=due_set,
            onsite=onsite,
        )
        orders = [one]
        if role in partner:
            orders.append(Order(bodies[other], "请配合处理", role=partner[role], part="第二个问题"))
        opened = request_dispatch(
            request=request or request_of(**changes),
            orders=orders,
            terms=Terms("competence", urgency, "涉及人身安全" if urgency == "urgent" else "", assist_extra),
            handling=handling,
            internal_ground=internal_ground,
            actor=dispatcher,
            at=at,
        )
        return opened[0]

    return make
