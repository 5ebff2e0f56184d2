"""From the section to the leaders and back: proposals, the chain, instructions, units' replies, urging, the end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from luoshi.documents.models import (
    Assignment,
    Course,
    Fault,
    Incoming,
    Instruction,
    Notice,
    Step,
    Transfer,
    Urging,
)
from luoshi.documents.selectors import incoming as documents
from luoshi.documents.services import (
    checks,
    finishing,
    incoming,
    instructions,
    replies,
    sections,
    steps,
    urging,
)
from luoshi.documents.services.instructions import Order
from luoshi.documents.services.sections import Way
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, Refusal, WrongState
from luoshi.ledger.models import Obligation, Outbox
from luoshi.ledger.services import sweep
from luoshi.organisation.models import Body, Person, User
from luoshi.organisation.selectors import actor_for

from .incoming_kit import MORNING, Actors, At, due_of, head

pytestmark = pytest.mark.django_db
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


@pytest.mark.clause(
    "smx-document-flow/10.1", "smx-document-flow/8.5.1", "smx-document-flow/28.1", "smx-document-flow/27.2"
)
def test_an_instruction_is_carried_out_before_the_paper_goes_further_up(
    instructed: Callable[..., tuple[Incoming, Instruction]], clerk: Actor, actor: Actors, at: At
) -> None:
    paper, order = instructed()
    assert open_steps(paper) == []
    assert Obligation.objects.get(matter_id=order.pk, rule="documents.pass_on").due_at == at(
        "2017-10-09 18:00"
    )
    (row,) = instructions.instruction_pass_on(instruction=order, actor=clerk, at=at("2017-10-09 11:00"))
    assert row.role == "sole" and row.text == "请有关部门提出意见"
    assert [one.body.code for one in urging.waited_for(paper)] == ["chengguan"]
    unit, chief = actor("handler", "chengguan"), actor("unit_principal", "chengguan")
    replies.unit_receive(transfer=row, actor=unit, at=at("2017-10-09 15:00"))
    given: dict[str, Any] = {"transfer": row, "reply": "经研究，同意实施。", "letter": "城管函〔2017〕5号"}
    with pytest.raises(Incomplete) as refusal:
        replies.unit_reply(**given, endorsement="", actor=unit, at=at("2017-10-10 10:00"))
    assert "smx-document-flow/27.2" in refusal.value.cite
    for who in (unit, actor("unit_leader", "chengguan")):
        with pytest.raises(NotAllowed) as barred:
            replies.unit_reply(**given, endorsement="signed", actor=who, at=at("2017-10-10 10:00"))
        assert barred.value.cite == ("smx-document-flow/27.2",)
    with pytest.raises(Incomplete):
        replies.unit_reply(
            **{**given, "letter": ""}, endorsement="signed", actor=chief, at=at("2017-10-10 10:00")
        )
    with pytest.raises(Incomplete, match="盖章"):
        replies.unit_reply(**given, endorsement="sealed", actor=unit, at=at("2017-10-10 10:00"))
    replies.unit_reply(**given, endorsement="signed", actor=chief, at=at("2017-10-10 10:00"))
    assert open_steps(paper) == []
    replies.reply_accept(transfer=row, actor=clerk, at=at("2017-10-10 11:00"))
    assert [step.stop for step in open_steps(paper)] == ["secretary"]
    assert incoming.matter_of(paper).state == "routing"
    assert due_of(paper, "documents.whole").due_at == at("2017-10-16 18:00")


def test_a_sealed_letter_does_as_well_as_a_signature(
    instructed: Callable[..., tuple[Incoming, Instruction]], clerk: Actor, actor: Actors, at: At
) -> None:
    _, order = instructed()
    (row,) = instructions.instruction_pass_on(instruction=order, actor=clerk, at=at(MORNING))
    unit = actor("handler", "chengguan")
    replies.unit_receive(transfer=row, actor=unit, at=at(MORNING))
    done = replies.unit_reply(
        transfer=row, reply="同意实施。", letter="函5号", endorsement="sealed", actor=unit, at=at(MORNING),
        file=(BytesIO(b"%PDF-1.4 sealed"), "函件.pdf"),
    )  # fmt: skip
    assert done.endorsement == "sealed"


@pytest.mark.clause("smx-document-flow/28.2", "smx-document-flow/28.3")
@pytest.mark.parametrize(("lead", "expected"), [(None, "zhujian"), ("huanbao", "huanbao")])
def test_of_several_units_the_named_or_the_first_one_replies_for_all(
    instructed: Callable[..., tuple[Incoming, Instruction]], clerk: Actor, actor: Actors, bodies: dict[str, Body], at: At,
    lead: str | None, expected: str,
) -> None:  # fmt: skip
    codes = ("zhujian", "chengguan", "huanbao")
    paper, order = instructed(codes, lead=bodies[lead] if lead else None)
    assert order.bodies == [bodies[code].pk for code in codes]
    rows = instructions.instruction_pass_on(instruction=order, actor=clerk, at=at(MORNING))
    roles = {row.body.code: row.role for row in rows}
    assert roles == {code: "lead" if code == expected else "assist" for code in codes}
    by_code = {row.body.code: row for row in rows}
    for code, row in by_code.items():
        replies.unit_receive(transfer=row, actor=actor("handler", code), at=at(MORNING))
    for code, row in by_code.items():
        if code == expected:
            continue
        with pytest.raises(NotAllowed) as refusal:
            replies.unit_reply(
                transfer=row, reply="同意。意见如上", letter="函1号", endorsement="signed",
                actor=actor("unit_principal", code), at=at(MORNING),
            )  # fmt: skip
        assert refusal.value.cite == ("smx-document-flow/28.2",)
        replies.unit_contribute(
            transfer=row, reply="无不同意见", actor=actor("handler", code), at=at(MORNING)
        )
    with pytest.raises(WrongState):
        replies.unit_contribute(
            transfer=by_code[expected], reply="意见", actor=actor("handler", expected), at=at(MORNING)
        )
    replies.unit_reply(
        transfer=by_code[expected], reply="汇总意见如下", letter="函2号", endorsement="signed",
        actor=actor("unit_principal", expected), at=at(MORNING),
    )  # fmt: skip
    replies.reply_accept(transfer=by_code[expected], actor=clerk, at=at(MORNING))
    assert [step.stop for step in open_steps(paper)] == ["secretary"]


@pytest.fixture
def passed_on(
    instructed: Callable[..., tuple[Incoming, Instruction]], clerk: Actor, at: At
) -> Callable[..., Transfer]:
    def make(**more: Any) -> Transfer:
        _, order = instructed(**more)
        return instructions.instruction_pass_on(instruction=order, actor=clerk, at=at(MORNING))[0]

    return make


def unit_due(row: Transfer, rule: str) -> Obligation:
    return Obligation.objects.get(matter_id=row.pk, rule=rule)


@pytest.mark.clause(
    "smx-document-flow/27.1", "smx-document-flow/27.3", "smx-document-flow/27.4", "smx-work-rules/62.3"
)
def test_a_unit_has_three_working_days_or_five_in_all_or_the_paper_s_own_time(
    passed_on: Callable[..., Transfer], actor: Actors, at: At
) -> None:
    unit = actor("handler", "chengguan")
    row = passed_on()
    assert unit_due(row, "documents.unit_reply_due").due_at == at("2017-10-12 18:00")
    replies.unit_receive(transfer=row, actor=unit, at=at("2017-10-09 15:00"))
    with pytest.raises(Incomplete):
        replies.unit_declare_complex(transfer=row, reason="", actor=unit, at=at("2017-10-11 09:00"))
    replies.unit_declare_complex(transfer=row, reason="涉及五个县", actor=unit, at=at("2017-10-12 17:00"))
    assert unit_due(row, "documents.unit_reply_due").state == "cancelled"
    assert unit_due(row, "documents.unit_reply_complex").due_at == at("2017-10-16 18:00")


def test_complicated_is_declared_within_three_days_and_not_against_a_time_that_was_named(
    passed_on: Callable[..., Transfer], proposed: Callable[..., Incoming], clerk: Actor, actor: Actors,
    bodies: dict[str, Body], at: At,
) -> None:  # fmt: skip
    unit = actor("handler", "chengguan")
    row = passed_on()
    replies.unit_receive(transfer=row, actor=unit, at=at("2017-10-09 15:00"))
    with pytest.raises(WrongState) as refusal:
        replies.unit_declare_complex(transfer=row, reason="面广", actor=unit, at=at("2017-10-12 18:01"))
    assert refusal.value.cite == ("smx-document-flow/27.4",)
    paper = proposed()
    (urgent,) = instructions.paper_ask_units(
        paper=paper,
        bodies=[bodies["chengguan"]],
        text="请即提意见",
        due_set=at("2017-10-09 17:00"),
        actor=clerk,
        at=at(MORNING),
    )
    assert unit_due(urgent, "documents.unit_reply_due").due_at == at("2017-10-09 17:00")
    replies.unit_receive(transfer=urgent, actor=unit, at=at("2017-10-09 10:00"))
    with pytest.raises(WrongState):
        replies.unit_declare_complex(transfer=urgent, reason="面广", actor=unit, at=at("2017-10-09 11:00"))


@pytest.mark.clause("smx-document-flow/27.5")
def test_what_is_not_the_unit_s_comes_back_within_a_day_with_written_reasons_and_goes_elsewhere(
    passed_on: Callable[..., Transfer], clerk: Actor, actor: Actors, bodies: dict[str, Body], at: At
) -> None:
    unit = actor("handler", "chengguan")
    row = passed_on()
    assert unit_due(row, "documents.unit_return_due").due_at == at("2017-10-10 18:00")
    with pytest.raises(Incomplete):
        replies.unit_return(transfer=row, reason=" ", actor=unit, at=at("2017-10-10 09:00"))
    replies.unit_return(transfer=row, reason="属市住建局职责", actor=unit, at=at("2017-10-10 09:00"))
    assert not Fault.objects.exists()
    again = instructions.transfer_again(
        transfer=row, to=bodies["zhujian"], actor=clerk, at=at("2017-10-10 10:00")
    )
    assert again.role == "sole"
    late = passed_on()
    replies.unit_return(transfer=late, reason="不属本单位", actor=unit, at=at("2017-10-11 09:00"))
    assert Fault.objects.get().kind == "procedure"


@pytest.mark.clause("smx-document-flow/7.4.2")
def test_an_instruction_that_is_to_be_followed_becomes_a_task(
    instructed: Callable[..., tuple[Incoming, Instruction]], clerk: Actor, at: At
) -> None:
    from luoshi.supervision.selectors import tasks_of

    paper, order = instructed(follow=True, due_set=at("2017-10-20 18:00"))
    instructions.instruction_pass_on(instruction=order, actor=clerk, at=at(MORNING))
    assert len(list(tasks_of(paper.matter))) == 1


@pytest.fixture
def reading(actor: Actors, at: At) -> Incoming:
    """A reading paper that the confidential office has registered."""
    office = actor("confidential_office")
    paper = incoming.paper_receive(
        head=head(source="provincial_government", form="confidential", genre="notice", sender_name="河南省人民政府"),
        actor=office, at=at(MORNING),
    )  # fmt: skip
    return checks.paper_register(paper=paper, entry="通知一件", slip=True, actor=office, at=at(MORNING))


@pytest.mark.clause(
    "smx-document-flow/7.1",
    "smx-document-flow/7.2",
    "smx-document-flow/7.3",
    "smx-document-flow/7.5",
    "smx-document-flow/9.2",
)
def test_a_reading_paper_is_directed_by_the_office_s_head_goes_round_from_the_front_and_is_archived(
    reading: Incoming, actor: Actors, bodies: dict[str, Body], at: At
) -> None:
    office = actor("confidential_office")
    assert reading.slip == "三门峡市人民政府机要文件处理签"
    leaders = [vice(bodies, at), Person.objects.get(pk=actor("mayor").person_id)]
    with pytest.raises(Refusal) as refusal:
        sections.reading_circulate(paper=reading, leaders=leaders, actor=office, at=at(MORNING))
    assert "smx-document-flow/7.2" in refusal.value.cite
    sections.reading_direct(paper=reading, actor=office, at=at(MORNING))
    assert due_of(reading, "documents.distribution").state == "met"
    assert open_steps(reading)[0].person_id == actor("secretary_general").person_id
    with pytest.raises(Incomplete):
        sign(reading, at(MORNING), mark="circle", opinion="")
    sign(reading, at(MORNING), mark="agree", opinion="请市长、分管副市长阅")
    sections.reading_circulate(paper=reading, leaders=leaders, actor=office, at=at(MORNING))
    assert sign(reading, at(MORNING), mark="circle", opinion="").person_id == leaders[1].pk
    assert sign(reading, at(MORNING), mark="circle", opinion="").person_id == leaders[0].pk
    finishing.paper_finish(paper=reading, outcome="已阅", actor=office, at=at(MORNING))
    with pytest.raises(NotAllowed):
        finishing.paper_archive(paper=reading, actor=actor("secretariat"), at=at(MORNING))
    assert finishing.paper_archive(paper=reading, actor=office, at=at(MORNING)).archived_at


@pytest.mark.clause("smx-document-flow/10.2", "smx-document-flow/7.4.1")
@pytest.mark.parametrize("moment", ["parallel", "after"])
def test_what_a_reader_instructs_does_not_stop_the_round(
    reading: Incoming, actor: Actors, bodies: dict[str, Body], at: At, moment: str
) -> None:
    office = actor("confidential_office")
    sections.reading_direct(paper=reading, actor=office, at=at(MORNING))
    sign(reading, at(MORNING), opinion="请市长、分管副市长阅")
    leaders = [vice(bodies, at), Person.objects.get(pk=actor("mayor").person_id)]
    sections.reading_circulate(paper=reading, leaders=leaders, actor=office, at=at(MORNING))
    order = Order(text="请市城管局负责同志阅知", bodies=[bodies["chengguan"]], manner="know", moment=moment)
    sign(reading, at(MORNING), mark="opinion", opinion="请城管局阅知", instruction=order)
    assert len(open_steps(reading)) == 1
    row = Instruction.objects.select_related("matter").get(paper=reading)
    assert row.matter.body == bodies["jiyaoke"]
    if moment == "after":
        assert not Obligation.objects.filter(matter_id=row.pk, rule="documents.pass_on").exists()
        with pytest.raises(WrongState) as refusal:
            instructions.instruction_pass_on(instruction=row, actor=office, at=at(MORNING))
        assert "smx-document-flow/10.2" in refusal.value.cite
        sign(reading, at("2017-10-09 16:00"), mark="circle", opinion="")
        assert Obligation.objects.get(matter_id=row.pk, rule="documents.pass_on").due_at == at(
            "2017-10-09 18:00"
        )
    (sent,) = instructions.instruction_pass_on(instruction=row, actor=office, at=at("2017-10-09 17:00"))
    assert sent.purpose == "know"


def test_a_reading_paper_on_which_a_leader_asks_for_action_becomes_a_handling_paper(
    reading: Incoming, actor: Actors, bodies: dict[str, Body], at: At
) -> None:
    office = actor("confidential_office")
    sections.reading_direct(paper=reading, actor=office, at=at(MORNING))
    sign(reading, at(MORNING), opinion="请综合一科提出贯彻意见")
    later = at("2017-10-10 09:00")
    sections.paper_distribute(
        paper=reading, sections=[bodies["zonghe1"]], note="按批办意见办理", actor=office, at=later
    )
    fresh = Incoming.objects.get(pk=reading.pk)
    assert fresh.kind == "handling"
    assert due_of(fresh, "documents.outer").due_at == at("2017-10-19 18:00")


@pytest.mark.clause("smx-document-flow/8.6")
def test_a_handling_paper_is_handed_in_before_it_is_archived(
    proposed: Callable[..., Incoming],
    clerk: Actor,
    desk: Actor,
    at: At,
) -> None:
    paper = proposed()
    sections.paper_send_up(paper=paper, way=Way(), actor=clerk, at=at(MORNING))
    through(paper, at(MORNING))
    finishing.paper_finish(paper=paper, outcome="同意办理", actor=clerk, at=at(MORNING))
    with pytest.raises(Incomplete) as refusal:
        finishing.paper_archive(paper=paper, actor=desk, at=at(MORNING))
    assert refusal.value.cite == ("smx-document-flow/8.6",)
    finishing.paper_hand_in(paper=paper, note="", actor=clerk, at=at(MORNING))
    assert finishing.paper_archive(paper=paper, actor=desk, at=at(MORNING)).archived_at
    assert documents.sender_status(incoming.matter_of(paper).state) == "done"


@pytest.mark.clause("smx-document-flow/29.1")
@pytest.mark.parametrize(
    ("now", "stage"),
    [
        ("2017-10-10 08:30", ""), ("2017-10-11 08:30", "before"), ("2017-10-12 08:30", "due"),
        ("2017-10-13 08:30", "over"), ("2017-10-14 08:30", ""), ("2017-10-16 08:30", "over"),
    ],
)  # fmt: skip
def test_units_are_urged_the_day_before_on_the_day_and_every_working_day_after(
    passed_on: Callable[..., Transfer], at: At, now: str, stage: str
) -> None:
    row = passed_on()
    urging.urge_run(now=at(now))
    urging.urge_run(now=at(now))
    found = list(
        Urging.objects.filter(matter_id=row.pk, text__contains="回复").values_list("stage", flat=True)
    )
    assert found == ([stage] if stage else [])


@pytest.mark.clause("smx-document-flow/29.2")
def test_the_unit_s_leaders_are_urged_only_after_an_urging_and_when_it_is_overdue(
    passed_on: Callable[..., Transfer], clerk: Actor, at: At
) -> None:
    row = passed_on()
    with pytest.raises(Incomplete) as refusal:
        urging.urge_leaders(transfer=row, actor=clerk, at=at("2017-10-13 09:00"))
    assert refusal.value.cite == ("smx-document-flow/29.2",)
    urging.urge(matter=row.matter, stage="hand", text="请抓紧回复", actor=clerk, at=at("2017-10-11 09:00"))
    with pytest.raises(Incomplete):
        urging.urge_leaders(transfer=row, actor=clerk, at=at("2017-10-11 10:00"))
    urging.urge_run(now=at("2017-10-13 08:30"))
    row.refresh_from_db()
    assert row.urged_leaders_at is not None
    told = set(Outbox.objects.filter(key__contains="urge-up").values_list("to_name", flat=True))
    names = {
        post.person.name
        for post in row.body.posts.filter(kind__in=["deputy_leader", "principal_leader"]).select_related(
            "person"
        )
    }
    assert told == names


@pytest.mark.clause("smx-document-flow/29.4", "smx-document-flow/15.5")
def test_past_the_outer_limit_the_leaders_are_told_and_of_instructed_papers_every_urging(
    given: Callable[..., Incoming], passed_on: Callable[..., Transfer], at: At
) -> None:
    paper = given()
    sweep(now=at("2017-10-19 00:10"))
    fresh = incoming.matter_of(paper)
    assert fresh.facts["long_pending"] is True
    assert fresh.events.filter(kind="documents.reported_up").count() == 1
    row = passed_on()
    urging.urge_run(now=at("2017-10-12 08:30"))
    assert all(one.reported for one in Urging.objects.filter(paper=row.paper))


@pytest.mark.clause("smx-document-flow/19")
def test_the_quarter_s_faults_are_noticed_by_unit_and_kind(
    take: Callable[..., Incoming],
    passed_on: Callable[..., Transfer],
    desk: Actor,
    bodies: dict[str, Body],
    at: At,
) -> None:
    checks.paper_return(
        paper=take(), ground="documents.return_format", reason="缺签发人", actor=desk, at=at(MORNING)
    )
    passed_on()
    sweep(now=at("2017-10-11 09:00"))
    urging.notices_open(actor=desk, at=at("2018-01-02 09:00"))
    urging.notices_open(actor=desk, at=at("2018-01-02 09:00"))
    notice = Notice.objects.select_related("matter").get(kind="quarter")
    assert Obligation.objects.get(matter_id=notice.pk).due_at == at("2018-01-15 18:00")
    with pytest.raises(WrongState):
        urging.notice_issue(notice=notice, actor=desk, at=at("2018-01-05 09:00"))
    notice = urging.notice_draw_up(notice=notice, remark="", actor=desk, at=at("2018-01-05 09:00"))
    assert notice.figures["columns"] == [
        "公文格式不规范",
        "不按行文规则行文",
        "不按程序报送",
        "不按时接收网上文件",
    ]
    assert {row["unit"]: row["counts"] for row in notice.figures["rows"]} == {
        bodies["lushi"].name: [1, 0, 0, 0], bodies["chengguan"].name: [0, 0, 0, 1],
    }  # fmt: skip
    assert notice.figures["returned"] == 1
    urging.notice_issue(notice=notice, actor=desk, at=at("2018-01-05 10:00"))
    with pytest.raises(WrongState):
        urging.notice_draw_up(notice=notice, remark="", actor=desk, at=at("2018-01-05 11:00"))


@pytest.mark.clause("smx-document-flow/29.3")
def test_every_week_the_leaders_read_what_was_urged_and_what_came_of_it(
    passed_on: Callable[..., Transfer],
    desk: Actor,
    at: At,
) -> None:
    row = passed_on()
    urging.urge_run(now=at("2017-10-12 08:30"))
    urging.notices_open(actor=desk, at=at("2017-10-16 08:30"))
    notice = Notice.objects.get(kind="week")
    notice = urging.notice_draw_up(notice=notice, remark="", actor=desk, at=at("2017-10-16 09:00"))
    found = {one["unit"]: one for one in notice.figures["rows"]}
    assert found["市城管局"]["times"] >= 1 and found["市城管局"]["result"] == "待签收"
    assert row.paper.matter.title in found["市城管局"]["title"]


@pytest.mark.clause("smx-document-flow/11")
def test_while_a_leader_is_away_the_partner_signs_unless_something_else_was_agreed(
    proposed: Callable[..., Incoming],
    clerk: Actor,
    bodies: dict[str, Body],
    at: At,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from luoshi.documents import roster

    seat = vice(bodies, at)
    stand = others(bodies, at)[0]
    monkeypatch.setattr(roster, "away", lambda when: {seat.pk})
    monkeypatch.setattr(roster, "stand_in", lambda person, when, facts: stand)
    paper = proposed()
    sections.paper_send_up(paper=paper, way=Way(leaders=[seat]), actor=clerk, at=at(MORNING))
    sign(paper, at(MORNING))
    sign(paper, at(MORNING))
    (step,) = open_steps(paper)
    assert (step.person_id, step.acts_for_id) == (stand.pk, seat.pk)
    with pytest.raises(Incomplete):
        steps.step_agree(step=step, manner="wait", agreed="", actor=clerk, at=at(MORNING))
    steps.step_agree(
        step=step, manner="wait", agreed="电话汇报，待周三返回后批阅", actor=clerk, at=at(MORNING)
    )
    monkeypatch.setattr(roster, "away", lambda when: set())
    done = steps.step_done(step=step, actor=as_actor(seat), at=at(MORNING), mark="agree", opinion="同意办理")
    assert done.acts_for is None and done.person_id == seat.pk


def test_the_office_coordinates_by_asking_units_while_its_own_clock_runs_on(
    proposed: Callable[..., Incoming], clerk: Actor, actor: Actors, bodies: dict[str, Body], at: At
) -> None:
    paper = proposed()
    with pytest.raises(NotAllowed):
        instructions.paper_ask_units(
            paper=paper,
            bodies=[bodies["chengguan"]],
            text="请提意见",
            actor=actor("section_clerk", "zonghe2"),
            at=at(MORNING),
        )
    rows = instructions.paper_ask_units(
        paper=paper,
        bodies=[bodies["chengguan"], bodies["zhujian"]],
        text="请提意见",
        actor=clerk,
        at=at(MORNING),
    )
    assert [row.role for row in rows] == ["lead", "assist"]
    assert due_of(paper, "documents.whole").due_at == at("2017-10-16 18:00")
    assert {row.body.code for row in urging.waited_for(paper)} == {"chengguan", "zhujian"}


@pytest.mark.clause("smx-document-flow/16.2")
@pytest.mark.parametrize(
    ("only", "stops"),
    [("deputy", ["deputy"]), ("vice_mayor", ["vice_mayor"]), ("", ["deputy", "vice_mayor"])],
)
def test_a_coordinating_body_of_the_city_is_carried_to_the_deputy_or_the_vice_mayor(
    proposed: Callable[..., Incoming],
    clerk: Actor,
    bodies: dict[str, Body],
    at: At,
    only: str,
    stops: list[str],
) -> None:
    paper = proposed(source="coordination_city", sender_name="市防汛抗旱指挥部办公室")
    way = Way(leaders=[vice(bodies, at)], only=only)
    sections.paper_send_up(paper=paper, way=way, actor=clerk, at=at(MORNING))
    seen = []
    while open_steps(paper):
        seen.append(sign(paper, at(MORNING)).stop)
    assert seen == stops


@pytest.mark.clause(
    "smx-document-flow/17.2", "smx-document-flow/17.3", "smx-document-flow/17.4", "smx-document-flow/17.5"
)
@pytest.mark.parametrize(
    ("amount", "large", "stops"),
    [
        ("499999", False, ["finance", "executive"]),
        ("500000", False, ["consent", "finance", "mayor"]),
        ("800000", True, ["consent", "finance", "meeting"]),
    ],
)
def test_money_that_a_leader_lets_in_goes_by_the_finance_bureau_as_its_sum_says(
    proposed: Callable[..., Incoming], clerk: Actor, actor: Actors, bodies: dict[str, Body], at: At, amount: str, large: bool,
    stops: list[str],
) -> None:  # fmt: skip
    finance = Person.objects.get(pk=actor("unit_principal", "zhujian").person_id)
    way = Way(leaders=[vice(bodies, at)], large_sum=large, people={"finance": [finance]})
    loose = proposed(subject="funds", leader_sent=True)
    with pytest.raises(Incomplete) as refusal:
        sections.paper_send_up(paper=loose, way=way, actor=clerk, at=at(MORNING))
    assert refusal.value.cite == ("smx-document-flow/17.2",)
    paper = proposed(subject="funds", leader_sent=True, amount=Decimal(amount), applicant="government")
    sections.paper_send_up(paper=paper, way=way, actor=clerk, at=at(MORNING))
    seen = []
    while open_steps(paper):
        seen.append(sign(paper, at(MORNING)).stop)
    assert seen == stops


def test_no_notice_is_owed_of_a_time_before_the_regulation(desk: Actor, at: At) -> None:
    urging.notices_open(actor=desk, at=at("2017-10-09 09:00"))
    assert [notice.kind for notice in Notice.objects.all()] == ["week"]
