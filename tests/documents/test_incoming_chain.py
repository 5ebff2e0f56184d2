"""Sections, the chain of leaders, and what goes up when."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from luoshi.documents.models import (
    Assignment,
    Course,
    Incoming,
)
from luoshi.documents.selectors import incoming as documents
from luoshi.documents.services import (
    checks,
    finishing,
    incoming,
    sections,
    steps,
)
from luoshi.documents.services.sections import Way
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, Refusal, WrongState
from luoshi.ledger.models import Obligation
from luoshi.organisation.models import Body

from .incoming_flow import SAID, as_actor, clerk, given, open_steps, others, proposed, sign, through, vice
from .incoming_kit import MORNING, Actors, At, due_of

__all__ = ["clerk", "given", "proposed"]

pytestmark = pytest.mark.django_db


@pytest.mark.clause("smx-document-flow/8.2.2", "smx-document-flow/8.2.3")
def test_several_sections_work_each_and_one_collects(
    register: Callable[..., Incoming],
    desk: Actor,
    clerk: Actor,
    actor: Actors,
    bodies: dict[str, Body],
    at: At,
) -> None:
    paper, both = register(), [bodies["zonghe1"], bodies["zonghe2"]]
    with pytest.raises(Incomplete, match="汇总"):
        sections.paper_distribute(paper=paper, sections=both, note="请办理", actor=desk, at=at(MORNING))
    with pytest.raises(Incomplete):
        sections.paper_distribute(
            paper=paper, sections=[bodies["chengguan"]], note="请办理", actor=desk, at=at(MORNING)
        )
    rows = sections.paper_distribute(
        paper=paper, sections=both, collecting=both[0], note="请办理", actor=desk, at=at(MORNING)
    )
    assert [row.role for row in rows] == ["collect", "work"]
    first = sections.section_receive(assignment=rows[0], actor=clerk, at=at(MORNING))
    with pytest.raises(Incomplete) as refusal:
        sections.section_done(assignment=first, actor=clerk, at=at(MORNING), **SAID)
    assert refusal.value.cite == ("smx-document-flow/8.2.3",)
    other = actor("section_clerk", "zonghe2")
    second = sections.section_receive(assignment=rows[1], actor=other, at=at(MORNING))
    sections.section_done(
        assignment=second, opinion="无不同意见，建议落实资金来源", actor=other, at=at(MORNING)
    )
    assert sections.section_done(assignment=first, actor=clerk, at=at(MORNING), **SAID).done_at


@pytest.mark.clause("smx-document-flow/8.3.2", "smx-document-flow/14.3", "smx-document-flow/15.3")
@pytest.mark.parametrize(
    ("background", "opinion"),
    [
        ("", "建议同意办理"),
        ("道路年久失修", ""),
        ("道路年久失修", "请领导阅示。"),
        ("道路年久失修", "呈请市长批示"),
    ],
)
def test_a_proposal_names_its_background_and_something_definite(
    given: Callable[..., Incoming], clerk: Actor, at: At, background: str, opinion: str
) -> None:
    row = given().assignments.get()
    sections.section_receive(assignment=row, actor=clerk, at=at(MORNING))
    with pytest.raises(WrongState):
        sections.section_receive(assignment=row, actor=clerk, at=at(MORNING))
    with pytest.raises(Incomplete) as refusal:
        sections.section_done(
            assignment=row, background=background, opinion=opinion, actor=clerk, at=at(MORNING)
        )
    assert "smx-document-flow/8.3.2" in refusal.value.cite


def test_a_section_signs_for_its_paper_before_it_says_anything(
    given: Callable[..., Incoming], clerk: Actor, actor: Actors, at: At
) -> None:
    row = given().assignments.get()
    with pytest.raises(Incomplete) as refusal:
        sections.section_done(assignment=row, actor=clerk, at=at(MORNING), **SAID)
    assert refusal.value.cite == ("smx-document-flow/14.3",)
    with pytest.raises(NotAllowed):
        sections.section_receive(assignment=row, actor=actor("section_clerk", "zonghe2"), at=at(MORNING))
    assert Obligation.objects.get(matter_id=row.pk, rule="documents.section_receipt").state == "open"


@pytest.mark.clause("smx-document-flow/8.3.1", "smx-secretary-rules/1.3")
def test_the_whole_chain_is_the_deputy_the_secretary_general_and_the_vice_mayor(
    proposed: Callable[..., Incoming], clerk: Actor, bodies: dict[str, Body], at: At
) -> None:
    paper = proposed()
    sections.paper_send_up(paper=paper, way=Way(), actor=clerk, at=at(MORNING))
    seen = []
    while open_steps(paper):
        seen.append(sign(paper, at(MORNING)).stop)
    assert seen == ["deputy", "secretary", "vice_mayor"]
    assert Course.objects.get(paper_id=paper.pk).outcome == "agreed"
    assert incoming.matter_of(paper).state == "decided"
    titles = [line["title"] for line in documents.slip(paper)]
    assert titles == ["综合一科意见", "分管副秘书长审批", "秘书长审批", "分管副市长审批"]


def test_nothing_goes_up_without_a_proposal_and_only_from_its_section(
    given: Callable[..., Incoming], clerk: Actor, actor: Actors, at: At
) -> None:
    paper = given()
    with pytest.raises(Incomplete) as refusal:
        sections.paper_send_up(paper=paper, way=Way(), actor=clerk, at=at(MORNING))
    assert refusal.value.cite == ("smx-document-flow/8.3.2",)
    with pytest.raises(NotAllowed):
        sections.paper_send_up(
            paper=paper, way=Way(), actor=actor("section_clerk", "zonghe2"), at=at(MORNING)
        )


@pytest.mark.clause("smx-document-flow/8.3.3")
def test_what_touches_the_law_goes_to_the_legal_office_first(
    proposed: Callable[..., Incoming], clerk: Actor, actor: Actors, at: At
) -> None:
    paper = proposed()
    row = sections.legal_ask(paper=paper, question="是否需要听证", actor=clerk, at=at(MORNING))
    with pytest.raises(Incomplete) as refusal:
        sections.paper_send_up(paper=paper, way=Way(), actor=clerk, at=at(MORNING))
    assert refusal.value.cite == ("smx-document-flow/8.3.3",)
    legal = actor("legal_office")
    row = sections.section_receive(assignment=row, actor=legal, at=at(MORNING))
    sections.section_done(assignment=row, opinion="合法，不需听证", actor=legal, at=at(MORNING))
    assert sections.paper_send_up(paper=paper, way=Way(), actor=clerk, at=at(MORNING))


@pytest.mark.clause("smx-secretary-rules/2.3.1")
def test_past_the_secretary_general_only_with_a_basis_and_one_vice_mayor(
    proposed: Callable[..., Incoming], clerk: Actor, bodies: dict[str, Body], at: At
) -> None:
    paper = proposed()
    two = [vice(bodies, at), others(bodies, at)[0]]
    with pytest.raises(Incomplete) as refusal:
        sections.paper_send_up(
            paper=paper, way=Way(leaders=two, shortcut="一般事项"), actor=clerk, at=at(MORNING)
        )
    assert refusal.value.cite == ("smx-secretary-rules/2.3.1",)
    course = sections.paper_send_up(
        paper=paper, way=Way(shortcut="单一副市长分管的一般事项"), actor=clerk, at=at(MORNING)
    )
    seen = []
    while open_steps(paper):
        seen.append(sign(paper, at(MORNING)).stop)
    assert seen == ["deputy", "vice_mayor"]
    assert course.facts["shortcut_basis"] == "单一副市长分管的一般事项"


@pytest.mark.clause("smx-secretary-rules/2.3.2")
def test_what_two_leaders_are_in_charge_of_needs_both(
    proposed: Callable[..., Incoming], clerk: Actor, bodies: dict[str, Body], at: At
) -> None:
    paper = proposed()
    two = [vice(bodies, at), others(bodies, at)[0]]
    sections.paper_send_up(paper=paper, way=Way(leaders=two), actor=clerk, at=at(MORNING))
    for _ in range(3):
        sign(paper, at(MORNING))
    with pytest.raises(Refusal):
        finishing.paper_finish(paper=paper, outcome="同意", actor=clerk, at=at(MORNING))
    sign(paper, at(MORNING))
    assert finishing.paper_finish(paper=paper, outcome="同意", actor=clerk, at=at(MORNING)).finished_at


@pytest.mark.clause(
    "smx-work-rules/42.1", "smx-work-rules/60.2", "smx-document-flow/8.4", "smx-secretary-rules/2.3.3"
)
def test_everyday_work_ends_with_the_vice_mayor_and_major_matters_go_on_after_the_secretary_general(
    proposed: Callable[..., Incoming], clerk: Actor, at: At
) -> None:
    paper = proposed()
    with pytest.raises(Incomplete) as refusal:
        sections.paper_send_up(paper=paper, way=Way(mayor=True), actor=clerk, at=at(MORNING))
    assert refusal.value.cite == ("smx-work-rules/42.1",)
    sections.paper_mark(
        paper=paper,
        major=True,
        law=False,
        doubtful=False,
        three_major=False,
        reason="事关全局",
        actor=clerk,
        at=at(MORNING),
    )
    with pytest.raises(Incomplete) as refusal:
        sections.paper_send_up(paper=paper, way=Way(mayor=True), actor=clerk, at=at(MORNING))
    assert refusal.value.cite == ("smx-document-flow/8.4",)
    settled = "已与综合二科协调一致"
    with pytest.raises(Incomplete) as refusal:
        sections.paper_send_up(paper=paper, way=Way(coordinated=settled), actor=clerk, at=at(MORNING))
    assert refusal.value.cite == ("smx-work-rules/60.2",)
    with pytest.raises(Incomplete) as refusal:
        sections.paper_send_up(
            paper=paper, way=Way(mayor=True, coordinated=settled, shortcut="急"), actor=clerk, at=at(MORNING)
        )
    assert refusal.value.cite == ("smx-secretary-rules/2.3.1",)
    sections.paper_send_up(
        paper=paper, way=Way(executive=True, mayor=True, coordinated=settled), actor=clerk, at=at(MORNING)
    )
    seen = []
    while open_steps(paper):
        seen.append(sign(paper, at(MORNING)).stop)
    assert seen == ["deputy", "secretary", "vice_mayor", "executive", "mayor"]


def test_the_three_important_and_one_large_are_not_finished_by_signing(
    proposed: Callable[..., Incoming], clerk: Actor, at: At
) -> None:
    paper = proposed()
    sections.paper_mark(
        paper=paper,
        major=True,
        law=False,
        doubtful=False,
        three_major=True,
        reason="大额资金",
        actor=clerk,
        at=at(MORNING),
    )
    sections.paper_send_up(
        paper=paper, way=Way(mayor=True, coordinated="已协调"), actor=clerk, at=at(MORNING)
    )
    through(paper, at(MORNING))
    with pytest.raises(Incomplete) as refusal:
        finishing.paper_finish(paper=paper, outcome="同意", actor=clerk, at=at(MORNING))
    assert refusal.value.cite == ("smx-work-rules/60.2",)


@pytest.mark.clause("smx-document-flow/14.2")
def test_only_special_urgency_goes_up_first_and_the_registration_is_owed(
    take: Callable[..., Incoming],
    desk: Actor,
    at: At,
) -> None:
    with pytest.raises(Incomplete) as refusal:
        sections.paper_send_first(paper=take(), way=Way(), reason="急", actor=desk, at=at(MORNING))
    assert refusal.value.cite == ("smx-document-flow/14.1",)
    paper = take(urgency="special")
    with pytest.raises(Incomplete):
        sections.paper_send_first(paper=paper, way=Way(), reason=" ", actor=desk, at=at(MORNING))
    sections.paper_send_first(paper=paper, way=Way(), reason="山洪险情", actor=desk, at=at(MORNING))
    assert due_of(paper, "documents.make_good").due_at == at("2017-10-10 18:00")
    through(paper, at("2017-10-09 09:30"))
    with pytest.raises(Incomplete) as refusal:
        finishing.paper_finish(paper=paper, outcome="已处置", actor=desk, at=at("2017-10-09 10:00"))
    assert refusal.value.cite == ("smx-document-flow/14.2",)
    checks.paper_make_good(paper=paper, entry="特急请示", actor=desk, at=at("2017-10-10 09:00"))
    assert due_of(paper, "documents.make_good").state == "met"
    finishing.paper_finish(paper=paper, outcome="已处置", actor=desk, at=at("2017-10-10 10:00"))


def test_a_leader_sends_back_and_the_section_revises(
    proposed: Callable[..., Incoming], clerk: Actor, at: At
) -> None:
    paper = proposed()
    sections.paper_send_up(paper=paper, way=Way(), actor=clerk, at=at(MORNING))
    step = open_steps(paper)[0]
    steps.step_send_back(step=step, reason="数据不实", actor=as_actor(step.person_id), at=at(MORNING))
    assert incoming.matter_of(paper).state == "distributed"
    row = Assignment.objects.select_related("matter").get(paper=paper)
    assert row.matter.state == "received"
    sections.section_done(assignment=row, actor=clerk, at=at(MORNING), **SAID)
    assert sections.paper_send_up(paper=paper, way=Way(), actor=clerk, at=at(MORNING)).turn == 2
    sections.paper_recall(paper=paper, reason="来文单位补充材料", actor=clerk, at=at(MORNING))
    assert incoming.matter_of(paper).state == "distributed"
