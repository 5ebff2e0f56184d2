"""The leaders of the small city by the user name of their account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from luoshi.agenda import services
from luoshi.agenda.models import Leader, Leave, Step
from luoshi.ledger.actors import Actor
from luoshi.organisation.models import Body, Grant, User
from luoshi.organisation.selectors import actor_for

Moment = Callable[[str], dt.datetime]
USERS = ("mayor", "executive", "vicemayor", "vicemayor2", "vicemayor3", "secretary", "deputy", "deputy2")


@pytest.fixture
def leaders(bodies: dict[str, Body]) -> dict[str, Leader]:
    """leaders["mayor"], leaders["vicemayor2"], leaders["deputy"] …"""
    people = {user.person_id: user.username for user in User.objects.filter(username__in=USERS)}
    rows = Leader.objects.select_related("person__body").filter(until__isnull=True)
    return {people[row.person_id]: row for row in rows if row.person_id in people}


@pytest.fixture
def signed(bodies: dict[str, Body], at: Moment) -> Callable[[str], Actor]:
    """signed("vicemayor2"): the actor of that account."""

    def make(name: str) -> Actor:
        return actor_for(user=User.objects.get(username=name), at=at("2020-06-01 09:00"))

    return make


Asked = Callable[..., Leave]


@pytest.fixture
def ask(leaders: dict[str, Leader], signed: Callable[[str], Actor], at: Moment) -> Asked:
    """ask("secretary", "2017-11-15", "2017-11-17", day="2017-11-06 09:00"): an application by themselves."""

    def make(name: str, first: str, last: str, *, day: str = "2017-11-06 09:00", **more: Any) -> Leave:
        values = {
            "kind": "business",
            "reason": "参加培训",
            "destination": "郑州",
            "leaves_seat": True,
            **more,
        }
        user = User.objects.select_related("person__body").get(username=name)
        return services.leave_apply(
            person=user.person, starts_on=dt.date.fromisoformat(first), ends_on=dt.date.fromisoformat(last),
            actor=signed(name), at=at(day), **values,
        )  # fmt: skip

    return make


def agree_all(leave: Leave, at: dt.datetime) -> Leave:
    """Everybody whose turn it is agrees, until nobody is left."""
    while True:
        step = (
            Step.objects.filter(paper=leave.matter, matter__state="open").order_by("position", "pk").first()
        )
        if step is None:
            break
        user = User.objects.filter(person=step.person).first() if step.person else None
        user = user or Grant.objects.filter(role__code__in=step.roles)[0].user
        services.step_agree(step=step, opinion="同意", actor=actor_for(user=user, at=at), at=at)
    return Leave.objects.select_related("matter", "absence").get(pk=leave.pk)


@pytest.fixture
def granted_leave(ask: Asked, at: Moment) -> Asked:
    """Like ask, and everybody agrees at once."""

    def make(name: str, first: str, last: str, *, day: str = "2017-11-06 09:00", **more: Any) -> Leave:
        return agree_all(ask(name, first, last, day=day, **more), at(day))

    return make


@pytest.fixture
def reported(granted_leave: Asked) -> Asked:
    """Like granted_leave, in June 2020, when the county's rules are on trial."""

    def make(name: str, first: str, last: str, *, day: str = "2020-06-01 09:00", **more: Any) -> Leave:
        return granted_leave(name, first, last, day=day, **more)

    return make
