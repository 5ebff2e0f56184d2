"""The step machine: order, stops that wait, circles that approve nothing, people who are away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from luoshi.documents.models import Course, Step
from luoshi.documents.services import steps
from luoshi.documents.states.steps import STEPS
from luoshi.ledger import services as ledger
from luoshi.ledger import states as tables
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, Refusal, WrongState
from luoshi.ledger.models import Matter, Obligation
from luoshi.ledger.states import StateTable
from luoshi.organisation.models import Person

pytestmark = pytest.mark.django_db

At = Callable[[str], dt.datetime]
NOW = "2017-10-09 09:00"
PROBE = StateTable(
    kind="documents.probe", initial="open", opening="documents.probed", labels={"open": "在办"}, edges=(),
    final=frozenset(),
)  # fmt: skip
GENERAL = {"purpose": "approval"}
READING = {"purpose": "reading"}


@pytest.fixture(autouse=True)
def probe() -> Iterator[None]:
    """A kind of paper without any habits of its own."""
    tables.register(PROBE)
    yield
    tables._tables.pop(PROBE.kind)


@pytest.fixture
def clerk(actor: Callable[..., Actor]) -> Actor:
    return actor("section_clerk", "zonghe1")


@pytest.fixture
def paper(clerk: Actor, at: At) -> Matter:
    return ledger.matter_open(
        kind=PROBE.kind, title="一件公文", body_id=clerk.body_id, actor=clerk, at=at(NOW)
    )


@pytest.fixture
def person(actor: Callable[..., Actor]) -> Callable[..., Person]:
    return lambda *role: Person.objects.get(pk=actor(*role).person_id)


@pytest.fixture
def vices(actor: Callable[..., Actor]) -> list[Actor]:
    """The vice mayors, from the first in rank."""
    from luoshi.agenda.selectors import holders
    from luoshi.organisation.models import User
    from luoshi.organisation.selectors import actor_for

    day = dt.date(2017, 10, 9)
    people = holders("vice_mayor", day=day)
    return [actor_for(user=User.objects.get(person=one), at=dt.datetime.now(dt.UTC)) for one in people]


def open_steps(paper: Matter) -> list[Step]:
    rows = Step.objects.filter(paper=paper, matter__state="open").select_related("person", "matter", "course")
    return list(rows.order_by("position", "pk"))


def begin(paper: Matter, clerk: Actor, when: dt.datetime, **more: Any) -> Course:
    given: dict[str, Any] = {"route_id": "documents.approval", "facts": GENERAL, **more}
    return steps.route_begin(paper=paper, actor=clerk, at=when, **given)


def chain(vices: list[Actor], person: Callable[..., Person], count: int = 1) -> dict[str, list[Person]]:
    return {
        "deputy": [person("deputy_secretary_general")],
        "vice_mayor": [Person.objects.get(pk=one.person_id) for one in vices[:count]],
    }


@pytest.mark.clause("smx-document-flow/9.1")
def test_for_approval_the_last_in_rank_comes_first_and_the_next_waits(
    paper: Matter, clerk: Actor, vices: list[Actor], actor: Callable[..., Actor], person: Any, at: At
) -> None:
    begin(paper, clerk, at(NOW), people=chain(vices, person, 2))
    seen = []
    for role in ("deputy_secretary_general", "secretary_general"):
        (step,) = open_steps(paper)
        seen.append(step.stop)
        steps.step_done(step=step, actor=actor(role), at=at(NOW), mark="agree", opinion="同意拟办意见")
    for who in (vices[1], vices[0]):
        (step,) = open_steps(paper)
        assert step.person_id == who.person_id
        steps.step_done(step=step, actor=who, at=at(NOW), mark="agree", opinion="同意，抓紧落实")
    assert seen == ["deputy", "secretary"]
    assert Course.objects.get(paper=paper).outcome == "agreed"


@pytest.mark.clause("smx-document-flow/9.2")
def test_for_reading_the_first_in_rank_comes_first_and_a_circle_is_enough(
    paper: Matter, clerk: Actor, vices: list[Actor], actor: Callable[..., Actor], person: Any, at: At
) -> None:
    people = {"leaders": [person("mayor"), Person.objects.get(pk=vices[0].person_id)]}
    begin(paper, clerk, at(NOW), route_id="documents.reading", facts=READING, people=people)
    for who in (actor("mayor"), vices[0]):
        (step,) = open_steps(paper)
        assert step.person_id == who.person_id
        steps.step_done(step=step, actor=who, at=at(NOW), mark="circle")
    assert Course.objects.get(paper=paper).outcome == "read"


def test_another_order_needs_a_reason(
    paper: Matter, clerk: Actor, vices: list[Actor], person: Any, at: At
) -> None:
    people = chain(vices, person, 2)
    with pytest.raises(Incomplete, match="改变次序须写明理由") as refusal:
        begin(paper, clerk, at(NOW), people=people, order="front_to_back")
    assert "smx-document-flow/9.1" in refusal.value.cite
    course = begin(
        paper, clerk, at(NOW), people=people, order="front_to_back", order_reason="分管领导次日出访"
    )
    assert course.order_reason == "分管领导次日出访"


@pytest.mark.clause("smx-document-flow/13.1")
@pytest.mark.parametrize(
    ("mark", "opinion"),
    [
        ("circle", ""),
        ("circle", "同意"),
        ("agree", ""),
        ("agree", "请领导阅示。"),
        ("opinion", "请王市长阅示"),
    ],
)
def test_a_circle_or_an_empty_phrase_approves_nothing(
    paper: Matter, clerk: Actor, vices: list[Actor], actor: Any, person: Any, at: At, mark: str, opinion: str
) -> None:
    begin(paper, clerk, at(NOW), people=chain(vices, person))
    (step,) = open_steps(paper)
    if "王" in opinion:
        opinion = opinion.replace("王", "")
    with pytest.raises(Refusal) as refusal:
        steps.step_done(
            step=step, actor=actor("deputy_secretary_general"), at=at(NOW), mark=mark, opinion=opinion
        )
    assert "smx-document-flow/13.1" in refusal.value.cite
    assert open_steps(paper) == [step]


def test_the_mayor_alone_may_only_circle(
    paper: Matter, clerk: Actor, vices: list[Actor], actor: Any, person: Any, at: At
) -> None:
    begin(paper, clerk, at(NOW), people=chain(vices, person), facts={**GENERAL, "to_mayor": True})
    for who in (actor("deputy_secretary_general"), actor("secretary_general"), vices[0]):
        steps.step_done(step=open_steps(paper)[0], actor=who, at=at(NOW), mark="agree", opinion="拟同意")
    steps.step_done(step=open_steps(paper)[0], actor=actor("mayor"), at=at(NOW), mark="circle")
    assert not open_steps(paper)


def test_a_step_is_owed_by_its_person_and_no_other_may_take_it(
    paper: Matter, clerk: Actor, vices: list[Actor], actor: Any, person: Any, at: At
) -> None:
    begin(paper, clerk, at(NOW), people=chain(vices, person))
    (step,) = open_steps(paper)
    owed = Obligation.objects.get(matter=step.matter, rule="documents.step")
    assert owed.person_id == step.person_id and owed.state == "open"
    with pytest.raises(NotAllowed):
        steps.step_done(step=step, actor=vices[0], at=at(NOW), mark="agree", opinion="同意办理")
    with pytest.raises(NotAllowed):
        steps.step_done(step=step, actor=clerk, at=at(NOW), mark="agree", opinion="同意办理")


def test_a_paper_is_on_one_way_at_a_time_and_can_be_taken_back(
    paper: Matter, clerk: Actor, vices: list[Actor], actor: Any, person: Any, at: At
) -> None:
    begin(paper, clerk, at(NOW), people=chain(vices, person))
    with pytest.raises(WrongState):
        begin(paper, clerk, at(NOW), people=chain(vices, person))
    with pytest.raises(NotAllowed):
        steps.route_recall(paper=paper, reason="有误", actor=actor("liaison", "chengguan"), at=at(NOW))
    steps.route_recall(paper=paper, reason="附件有误", actor=clerk, at=at(NOW))
    assert not open_steps(paper)
    begin(paper, clerk, at(NOW), people=chain(vices, person))
    assert [course.outcome for course in Course.objects.filter(paper=paper)] == ["recalled", ""]


def test_sending_back_ends_the_way_and_needs_a_reason(
    paper: Matter, clerk: Actor, vices: list[Actor], actor: Any, person: Any, at: At
) -> None:
    begin(paper, clerk, at(NOW), people=chain(vices, person))
    (step,) = open_steps(paper)
    with pytest.raises(Incomplete):
        steps.step_send_back(step=step, reason=" ", actor=actor("deputy_secretary_general"), at=at(NOW))
    steps.step_send_back(step=step, reason="数据不全", actor=actor("deputy_secretary_general"), at=at(NOW))
    assert Course.objects.get(paper=paper).outcome == "sent_back"


@pytest.mark.clause("smx-work-rules/60.1", "xiping-work-rules/49.4")
def test_a_leader_may_ask_another_to_decide_too_and_both_must(
    paper: Matter, clerk: Actor, vices: list[Actor], actor: Any, person: Any, at: At
) -> None:
    begin(paper, clerk, at(NOW), people=chain(vices, person))
    for role in ("deputy_secretary_general", "secretary_general"):
        steps.step_done(
            step=open_steps(paper)[0], actor=actor(role), at=at(NOW), mark="agree", opinion="拟同意"
        )
    (step,) = open_steps(paper)
    other = Person.objects.get(pk=vices[1].person_id)
    with pytest.raises(Incomplete):
        steps.step_refer(
            step=step, to=person("section_clerk", "zonghe1"), reason="会商", actor=vices[0], at=at(NOW)
        )
    steps.step_refer(step=step, to=other, reason="涉及其分管的住建工作", actor=vices[0], at=at(NOW))
    assert {one.person_id for one in open_steps(paper)} == {vices[0].person_id, vices[1].person_id}
    steps.step_done(step=step, actor=vices[0], at=at(NOW), mark="agree", opinion="同意办理")
    assert Course.objects.get(paper=paper).finished_at is None
    steps.step_done(step=open_steps(paper)[0], actor=vices[1], at=at(NOW), mark="agree", opinion="同意办理")
    assert Course.objects.get(paper=paper).outcome == "agreed"


def test_every_pair_of_state_and_action_is_allowed_or_refused_as_the_table_says() -> None:
    allowed = {(source, edge.action) for edge in STEPS.edges for source in edge.source}
    for state in STEPS.labels:
        for action in ("done", "send_back", "refer", "agree", "move", "recall"):
            assert ((state, action) in allowed) is (state == "open")
