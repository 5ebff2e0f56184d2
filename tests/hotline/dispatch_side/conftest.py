"""A dispatch brought into any state through the services, with the people who take each step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from luoshi.hotline import services
from luoshi.hotline.models import Callback, Dispatch
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Obligation, door
from luoshi.ledger.services import sweep
from luoshi.ledger.verify import Report, verify

PAPER = {"handling": "已更换灯具", "problems": "线路老化", "measures": "列入巡查"}


class Life:
    """Takes the usual steps on one dispatch, each a minute after the one before unless a time is given."""

    def __init__(self, dispatch: Dispatch, people: dict[str, Actor]) -> None:
        self.dispatch, self.people = dispatch, people
        self.at = dispatch.dispatched_at

    def when(self, at: dt.datetime | None) -> dt.datetime:
        self.at = at or self.at + dt.timedelta(minutes=1)
        return self.at

    def by(self, role: str) -> Actor:
        return self.people[role]

    def sign(self, at: dt.datetime | None = None) -> Life:
        services.dispatch_sign(dispatch=self.dispatch, actor=self.by("liaison"), at=self.when(at))
        return self

    def hand_over(self, at: dt.datetime | None = None) -> Life:
        services.dispatch_hand_over(
            dispatch=self.dispatch, handler="市政科", actor=self.by("liaison"), at=self.when(at)
        )
        return self

    def contact(self, at: dt.datetime | None = None) -> Life:
        services.dispatch_contact(
            dispatch=self.dispatch, note="属实", actor=self.by("handler"), at=self.when(at)
        )
        return self

    def preliminary(self, at: dt.datetime | None = None) -> Life:
        services.dispatch_preliminary(
            dispatch=self.dispatch, opinion="拟更换", actor=self.by("liaison"), at=self.when(at)
        )
        return self

    def draft(self, at: dt.datetime | None = None) -> Life:
        services.reply_draft(dispatch=self.dispatch, **PAPER, actor=self.by("handler"), at=self.when(at))
        return self

    def submit(self, at: dt.datetime | None = None) -> Life:
        services.reply_submit(dispatch=self.dispatch, actor=self.by("unit_leader"), at=self.when(at))
        return self

    def reply(self, at: dt.datetime | None = None) -> Life:
        return self.draft(at).submit(at)

    def review(self, at: dt.datetime | None = None) -> Life:
        services.review_pass(dispatch=self.dispatch, actor=self.by("reviewer"), at=self.when(at))
        return self

    def redo(self, at: dt.datetime | None = None) -> Life:
        services.review_redo(
            dispatch=self.dispatch, reason="没有写明原因", actor=self.by("reviewer"), at=self.when(at)
        )
        return self

    def recall(self, at: dt.datetime | None = None) -> Life:
        services.dispatch_recall(
            dispatch=self.dispatch, reason="派错单位", actor=self.by("dispatcher"), at=self.when(at)
        )
        return self

    def dissatisfied(self) -> Life:
        """Leave a dissatisfied call-back, as the request side's service does."""
        with door():
            Callback.objects.create(
                request=self.dispatch.request,
                dispatch=self.dispatch,
                round=1,
                answered=True,
                result="dissatisfied",
                by="回访员",
                at=self.at,
            )
        return self

    def order_mend(self, at: dt.datetime | None = None) -> Life:
        services.review_order_mend(
            dispatch=self.dispatch, reason="仍有一盏不亮", actor=self.by("callback"), at=self.when(at)
        )
        return self

    def owed(self, rule: str) -> Obligation:
        """The latest obligation of a rule."""
        found: Obligation = self.dispatch.matter.obligations.filter(rule=rule).latest("opened_seq")
        return found

    def state_of(self, rule: str) -> str:
        return str(self.owed(rule).state)

    def refused(self) -> str:
        """The dispatch's state as the database has it."""
        self.dispatch.matter.refresh_from_db()
        return str(self.dispatch.matter.state)


REACH: dict[str, Callable[[Life], Life]] = {
    "sent": lambda life: life,
    "signed": lambda life: life.sign(),
    "handed_over": lambda life: life.sign().hand_over(),
    "drafted": lambda life: life.sign().hand_over().draft(),
    "submitted": lambda life: life.sign().hand_over().reply(),
    "redo": lambda life: life.sign().hand_over().reply().redo(),
    "passed": lambda life: life.sign().hand_over().reply().review(),
    "mending": lambda life: life.sign().hand_over().reply().review().dissatisfied().order_mend(),
    "recalled": lambda life: life.recall(),
}
"""How each state of a dispatch is reached."""


@pytest.fixture
def people(actor: Callable[..., Actor]) -> dict[str, Actor]:
    """Who takes the steps, by role; the unit is chengguan."""
    roles = (
        "dispatcher",
        "reviewer",
        "callback",
        "platform_leader",
        "command_centre",
        "agent",
        "city_leader",
    )
    unit = ("liaison", "handler", "unit_leader")
    return {**{role: actor(role) for role in roles}, **{role: actor(role, "chengguan") for role in unit}}


@pytest.fixture
def life_of(
    dispatch_of: Callable[..., Dispatch], people: dict[str, Actor], actor: Any
) -> Callable[..., Life]:
    """life_of("chengguan", state="redo", urgency="urgent", at=…): a dispatch in a state, ready for more."""

    def make(unit: str = "chengguan", *, state: str = "sent", **changes: Any) -> Life:
        dispatch = dispatch_of(unit, **changes)
        mine = people
        if unit != "chengguan":
            mine = {**people, **{role: actor(role, unit) for role in ("liaison", "handler", "unit_leader")}}
        return REACH[state](Life(dispatch, mine))

    return make


@pytest.fixture
def swept() -> Callable[[dt.datetime], int]:
    """The worker comes by: swept(now)."""

    def run(now: dt.datetime) -> int:
        return sweep(now=now)

    return run


@pytest.fixture
def clean() -> Callable[[], list[str]]:
    """What `luoshi verify` finds; empty when all agrees."""

    def run() -> list[str]:
        return [str(found) for found in verify(report=Report())]

    return run
