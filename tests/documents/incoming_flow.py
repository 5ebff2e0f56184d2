"""Papers on their way and the people who handle them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from luoshi.documents.models import (
    Incoming,
    Instruction,
    Step,
    Transfer,
)
from luoshi.documents.services import (
    instructions,
    sections,
    steps,
)
from luoshi.documents.services.instructions import Order
from luoshi.documents.services.sections import Way
from luoshi.ledger.actors import Actor
from luoshi.organisation.models import Body, Person, User
from luoshi.organisation.selectors import actor_for

from .incoming_kit import MORNING, Actors, At

SAID = {"background": "卢氏县山区道路年久失修。", "opinion": "建议原则同意，由市交通运输局指导实施。"}


def as_actor(person: Person | int) -> Actor:
    pk = person if isinstance(person, int) else person.pk
    return actor_for(user=User.objects.get(person_id=pk), at=dt.datetime.now(dt.UTC))


@pytest.fixture
def clerk(actor: Actors) -> Actor:
    return actor("section_clerk", "zonghe1")


@pytest.fixture
def given(
    register: Callable[..., Incoming], desk: Actor, bodies: dict[str, Body], at: At
) -> Callable[..., Incoming]:
    """A registered paper in the hands of 综合一科."""

    def make(when: str = MORNING, to: tuple[str, ...] = ("zonghe1",), **more: Any) -> Incoming:
        paper = register(when, **more)
        sections.paper_distribute(
            paper=paper, sections=[bodies[code] for code in to], collecting=bodies[to[0]], note="请研提意见",
            actor=desk, at=at(when),
        )  # fmt: skip
        return paper

    return make


@pytest.fixture
def proposed(given: Callable[..., Incoming], clerk: Actor, at: At) -> Callable[..., Incoming]:
    def make(when: str = MORNING, **more: Any) -> Incoming:
        paper = given(when, **more)
        row = sections.section_receive(
            assignment=paper.assignments.get(role="collect"), actor=clerk, at=at(when)
        )
        sections.section_done(assignment=row, actor=clerk, at=at(when), **SAID)
        return paper

    return make


def open_steps(paper: Incoming) -> list[Step]:
    return list(
        Step.objects.filter(paper_id=paper.pk, matter__state="open").select_related(
            "matter", "course", "paper"
        )
    )


def sign(
    paper: Incoming, when: dt.datetime, mark: str = "agree", opinion: str = "同意拟办意见", **more: Any
) -> Step:
    step = open_steps(paper)[0]
    return steps.step_done(
        step=step, actor=as_actor(step.person_id), at=when, mark=mark, opinion=opinion, **more
    )


def through(paper: Incoming, when: dt.datetime) -> None:
    while open_steps(paper):
        sign(paper, when)


def vice(bodies: dict[str, Body], at: At) -> Person:
    from luoshi.documents import roster

    person = roster.in_charge(bodies["lushi"], at(MORNING))
    assert person is not None
    return person


def others(bodies: dict[str, Body], at: At) -> list[Person]:
    from luoshi.agenda.selectors import holders

    return [one for one in holders("vice_mayor", day=at(MORNING).date()) if one != vice(bodies, at)]


@pytest.fixture
def instructed(
    proposed: Callable[..., Incoming], clerk: Actor, bodies: dict[str, Body], at: At
) -> Callable[..., tuple[Incoming, Instruction]]:
    """A paper on which the deputy secretary-general instructed units while it went up."""

    def make(codes: tuple[str, ...] = ("chengguan",), **more: Any) -> tuple[Incoming, Instruction]:
        paper = proposed()
        sections.paper_send_up(paper=paper, way=Way(), actor=clerk, at=at(MORNING))
        order = Order(text="请有关部门提出意见", bodies=[bodies[code] for code in codes], **more)
        sign(paper, at(MORNING), mark="opinion", opinion="请有关部门先提出意见", instruction=order)
        return paper, Instruction.objects.select_related("matter").get(paper=paper)

    return make


@pytest.fixture
def passed_on(
    instructed: Callable[..., tuple[Incoming, Instruction]], clerk: Actor, at: At
) -> Callable[..., Transfer]:
    def make(**more: Any) -> Transfer:
        _, order = instructed(**more)
        return instructions.instruction_pass_on(instruction=order, actor=clerk, at=at(MORNING))[0]

    return make
