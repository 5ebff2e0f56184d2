"""What units are asked for, by when, and how it comes back."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from luoshi.documents.models import (
    Fault,
    Incoming,
    Instruction,
    Transfer,
)
from luoshi.documents.services import (
    incoming,
    instructions,
    replies,
    urging,
)
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Obligation
from luoshi.organisation.models import Body

from .incoming_flow import clerk, given, instructed, open_steps, passed_on, proposed
from .incoming_kit import MORNING, Actors, At, due_of

__all__ = ["clerk", "given", "instructed", "passed_on", "proposed"]

pytestmark = pytest.mark.django_db


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
