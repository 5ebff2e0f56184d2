"""Fixtures of the tests of documents: the desk, papers that it took, papers that it registered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from luoshi.documents.models import Incoming
from luoshi.documents.services import checks, incoming
from luoshi.ledger.actors import Actor
from luoshi.organisation.models import Body

from .incoming_kit import ALL, MORNING, Actors, At, head


@pytest.fixture
def desk(actor: Actors) -> Actor:
    return actor("secretariat")


@pytest.fixture
def take(desk: Actor, bodies: dict[str, Body], at: At) -> Callable[..., Incoming]:
    def make(when: str = MORNING, by: Actor | None = None, **more: Any) -> Incoming:
        given = {"sender": bodies["lushi"], **more} if more.get("source", "county") == "county" else more
        return incoming.paper_receive(head=head(**given), actor=by or desk, at=at(when))

    return make


@pytest.fixture
def register(desk: Actor, take: Callable[..., Incoming], at: At) -> Callable[..., Incoming]:
    def make(when: str = MORNING, slip: bool = True, **more: Any) -> Incoming:
        paper = checks.paper_check(paper=take(when, **more), found=ALL, actor=desk, at=at(when))
        return checks.paper_register(paper=paper, entry="请示一件", slip=slip, actor=desk, at=at(when))

    return make
