"""The hotline in signed-in browsers, and requests and dispatches in every state, on today's clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from luoshi.hotline import services
from luoshi.hotline.models import Dispatch, Request
from luoshi.ledger.actors import Actor
from tests.hotline.dispatch_side.conftest import Life, life_of, people
from tests.web.conftest import browser_of

__all__ = ["browser_of", "life_of", "people"]

MakeLife = Callable[..., Life]


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def earlier() -> dt.datetime:
    """Two hours ago."""
    return timezone.now() - dt.timedelta(hours=2)


@pytest.fixture
def life(life_of: MakeLife, earlier: dt.datetime) -> MakeLife:
    """life("submitted", role="lead"): a dispatch in a state, all on today's clock."""

    def make(state: str = "sent", **changes: Any) -> Life:
        return life_of(state=state, at=earlier + dt.timedelta(minutes=5), **changes)

    return make


@pytest.fixture
def today_request(request_of: Callable[..., Request], earlier: dt.datetime) -> Callable[..., Request]:
    """today_request(kind="consultation"): a request taken in two hours ago."""

    def make(**changes: Any) -> Request:
        return request_of(**{"at": earlier, **changes})

    return make


class Requests:
    """Brings requests into the states of their own table; each method leads on from the one before."""

    def __init__(
        self, today: Callable[..., Request], dispatch: Callable[..., Dispatch], proposed: Any
    ) -> None:
        self.today, self.dispatch, self.proposed = today, dispatch, proposed
        self.people: dict[str, Actor] = {}

    def in_progress(self) -> Life:
        request = self.today()
        at = request.received_at + dt.timedelta(minutes=5)
        return Life(self.dispatch(request=request, at=at, handling="public"), self.people)

    def returned(self) -> Life:
        found = self.in_progress().sign().hand_over()
        asked = services.return_request(
            dispatch=found.dispatch,
            reason="不属本单位职责",
            proposed_body=self.proposed,
            actor=found.by("liaison"),
            at=found.when(None),
        )
        services.return_accept(application=asked, actor=found.by("dispatcher"), at=found.when(None))
        return found

    def concluded(self) -> Life:
        return self.in_progress().sign().hand_over().contact().preliminary().reply().review()

    def fed_back(self) -> Life:
        found = self.concluded()
        services.request_feed_back(**self.common(found, "callback"))
        return found

    def called_back(self) -> Life:
        found = self.fed_back()
        grade = services.Grade(contacted=True, conduct="satisfied", result="satisfied")
        services.request_call_back(
            grades=[grade], opinion="无", suggestion="无", **self.common(found, "callback")
        )
        return found

    def published(self) -> Life:
        found = self.called_back()
        texts = services.publication_suggest(fresh(found))
        services.request_publish(
            title=texts.title,
            content=texts.content,
            reply=texts.reply,
            confirmed=True,
            **self.common(found, "reviewer"),
        )
        return found

    def offered(self) -> Life:
        found = self.returned()
        services.request_offer(
            reason="理由成立",
            unsuitable="涉及多家",
            acceptable=True,
            **self.common(found, "dispatcher"),
        )
        return found

    def escalated(self) -> Life:
        found = self.in_progress()
        services.request_escalate(
            to="government", summary="各单位意见不一", **self.common(found, "platform_leader")
        )
        return found

    def decided(self) -> Life:
        found = self.escalated()
        services.leader_decide(decision="由城管局牵头", until=None, **self.common(found, "city_leader"))
        return found

    def common(self, found: Life, role: str) -> dict[str, Any]:
        return {"request": fresh(found), "actor": found.by(role), "at": found.when(None)}


def fresh(found: Life) -> Request:
    """The request of a life as the database has it."""
    return Request.objects.select_related("matter", "contact").get(pk=found.dispatch.request_id)


@pytest.fixture
def request_in(
    today_request: Callable[..., Request],
    dispatch_of: Callable[..., Dispatch],
    people: dict[str, Actor],
    bodies: dict[str, Any],
) -> Callable[..., Request]:
    """request_in("fed_back"): a request in a state of its own table."""
    ways = Requests(today_request, dispatch_of, bodies["zhujian"])
    ways.people = people

    def make(state: str, **changes: Any) -> Request:
        return today_request(**changes) if state == "received" else fresh(getattr(ways, state)())

    return make


@pytest.fixture
def entry(bodies: dict[str, Any]) -> Any:
    """A published entry on lamps."""
    from luoshi.knowledge.services import entry_create
    from luoshi.ledger.actors import SYSTEM

    parts = {
        "service": "路灯报修受理。",
        "process": "养护班组二十四小时内到场。",
        "materials": "路名和灯杆编号。",
        "time_limit": "二十四小时内修复。",
        "commitment": "修复后回复报修人。",
    }
    return entry_create(
        body=bodies["chengguan"],
        form="basic",
        title="路灯报修怎样办理",
        question="路灯不亮找谁报修？",
        content=parts,
        publish=True,
        actor=SYSTEM,
        at=timezone.now(),
    )
