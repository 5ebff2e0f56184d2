"""The same papers by the county's rules: what units submit, silence, differences, who stands in, the mayor at the end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from luoshi.documents import roster
from luoshi.documents.models import Consultation, Incoming, Step
from luoshi.documents.services import checks, consulting, finishing, incoming, sections, steps
from luoshi.documents.services.sections import Way
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Obligation
from luoshi.ledger.services import sweep
from luoshi.organisation.models import Body, Person

from .incoming_flow import SAID, open_steps, others, sign, vice
from .incoming_kit import Actors, At, head

pytestmark = pytest.mark.django_db
MORNING = "2020-04-07 09:00"
POINTS = ("competence", "lawful", "consulted", "rules", "one_recipient", "one_matter", "no_request", "format")
ONE = {"matters": 1}


@pytest.fixture(autouse=True)
def county(under: Callable[[str], None]) -> None:
    under("xiping")


@pytest.fixture
def unit(actor: Actors) -> Actor:
    return actor("liaison", "chengguan")


@pytest.fixture
def prepared(unit: Actor, bodies: dict[str, Body], at: At) -> Callable[..., Incoming]:
    def make(answers: dict[str, Any] | None = None, **more: Any) -> Incoming:
        given = {"source": "department", "answers": ONE if answers is None else answers, **more}
        return incoming.paper_prepare(
            head=head(**given), body=bodies["chengguan"], actor=unit, at=at(MORNING)
        )

    return make


def submit(paper: Incoming, unit: Actor, at: At, when: str = MORNING) -> Incoming:
    return incoming.paper_submit(paper=paper, actor=unit, at=at(when))


@pytest.mark.clause(
    "xiping-work-rules/47.2", "xiping-work-rules/47.3", "xiping-work-rules/47.4", "xiping-work-rules/47.5"
)
@pytest.mark.parametrize(
    ("answers", "more", "clause"),
    [
        ({"matters": 1, "skips_level": True}, {}, "47.2"),
        ({"matters": 1}, {"multiple": True}, "47.3"),
        ({"matters": 2}, {}, "47.4"),
        ({"request_inside": True}, {"genre": "report"}, "47.5"),
    ],
)
def test_what_the_rules_of_submission_forbid_is_refused(
    prepared: Callable[..., Incoming],
    unit: Actor,
    at: At,
    answers: dict[str, Any],
    more: dict[str, Any],
    clause: str,
) -> None:
    with pytest.raises(Incomplete) as refusal:
        submit(prepared(answers, **more), unit, at)
    assert refusal.value.cite == (f"xiping-work-rules/{clause}",)


def test_a_level_is_skipped_with_its_approval_on_record(
    prepared: Callable[..., Incoming], unit: Actor, at: At
) -> None:
    paper = prepared({"matters": 1, "skips_level": True, "skip_approved_text": "经县政府批准"})
    assert submit(paper, unit, at).matter.state == "submitted"


@pytest.mark.clause("xiping-work-rules/47.6")
def test_a_leader_is_written_to_only_on_the_leader_s_own_charge(
    prepared: Callable[..., Incoming], unit: Actor, actor: Actors, at: At
) -> None:
    leader = Person.objects.get(pk=actor("vice_mayor").person_id)
    with pytest.raises(Incomplete) as refusal:
        submit(prepared(addressed="leader", addressee=leader), unit, at)
    assert refusal.value.cite == ("xiping-work-rules/47.6",)
    assert submit(prepared(addressed="leader", addressee=leader, direct_basis="assigned"), unit, at)
    with pytest.raises(Incomplete, match="不进本平台"):
        prepared(addressed="leader", addressee=leader, direct_basis="top_secret")


@pytest.mark.clause("xiping-work-rules/48.1", "xiping-work-rules/48.2", "xiping-work-rules/48.3")
def test_a_request_in_others_affairs_is_countersigned_by_principal_leaders_and_says_where_they_differ(
    prepared: Callable[..., Incoming], unit: Actor, actor: Actors, bodies: dict[str, Body], at: At
) -> None:
    paper = prepared({"matters": 1, "concerns_others": True})
    ask: dict[str, Any] = {"paper": paper, "body": bodies["zhujian"], "text": "请会签", "at": at(MORNING)}
    with pytest.raises(NotAllowed):
        consulting.consult(**ask, purpose="countersign", actor=actor("liaison", "huanbao"))
    with pytest.raises(Incomplete) as refusal:
        submit(paper, unit, at)
    assert refusal.value.cite == ("xiping-work-rules/48.1",)
    row = consulting.consult(**ask, purpose="countersign", actor=unit)
    with pytest.raises(NotAllowed) as barred:
        consulting.consult_answer(
            consultation=row, agrees=True, opinion="", actor=actor("unit_leader", "zhujian"), at=at(MORNING)
        )
    assert barred.value.cite == ("xiping-work-rules/48.1",)
    chief = actor("unit_principal", "zhujian")
    with pytest.raises(Incomplete):
        consulting.consult_answer(consultation=row, agrees=False, opinion="", actor=chief, at=at(MORNING))
    consulting.consult_answer(
        consultation=row, agrees=False, opinion="占用规划用地", actor=chief, at=at(MORNING)
    )
    answers: dict[str, object] = {"differences": True}
    for key, clause in (("talked_text", "48.2"), ("positions_text", "48.3"), ("advice_text", "48.3")):
        consulting.answers_set(paper=paper, answers=answers, actor=unit, at=at(MORNING))
        with pytest.raises(Incomplete) as refusal:
            submit(paper, unit, at)
        assert refusal.value.cite == (f"xiping-work-rules/{clause}",)
        answers[key] = "双方主要负责人4月6日面商"
    consulting.answers_set(paper=paper, answers=answers, actor=unit, at=at(MORNING))
    assert submit(paper, unit, at).matter.state == "submitted"


@pytest.fixture
def asked(
    prepared: Callable[..., Incoming], unit: Actor, bodies: dict[str, Body], at: At
) -> Callable[..., Consultation]:
    def make(purpose: str = "opinions", due_set: dt.datetime | None = None) -> Consultation:
        return consulting.consult(
            paper=prepared(), body=bodies["zhujian"], purpose=purpose, text="请提意见", due_set=due_set, actor=unit,
            at=at(MORNING),
        )  # fmt: skip

    return make


def state_of(row: Consultation) -> str:
    return str(Consultation.objects.select_related("matter").get(pk=row.pk).matter.state)


@pytest.mark.clause("xiping-work-rules/48.4", "xiping-work-rules/48.6")
@pytest.mark.parametrize(
    ("set_by", "due"),
    [
        (None, "2020-04-10 18:00"),
        ("2020-04-08 12:00", "2020-04-08 12:00"),
        ("2020-04-20 18:00", "2020-04-20 18:00"),
    ],
)
def test_silence_counts_as_no_objection_when_the_time_is_up(
    asked: Callable[..., Consultation], actor: Actors, at: At, set_by: str | None, due: str
) -> None:
    row = asked(due_set=at(set_by) if set_by else None)
    owed = Obligation.objects.get(matter_id=row.pk, rule="documents.consultation")
    assert owed.due_at == at(due)
    sweep(now=at(due))
    assert state_of(row) == "asked"
    sweep(now=at(due) + dt.timedelta(seconds=1))
    assert state_of(row) == "deemed"
    fresh = Consultation.objects.get(pk=row.pk)
    assert (fresh.answer, fresh.answered_by) == ("deemed", "")
    late = consulting.consult_answer(
        consultation=row,
        agrees=False,
        opinion="有不同意见",
        actor=actor("liaison", "zhujian"),
        at=at("2020-04-27 09:00"),
    )
    assert (late.late, late.answer) == ("有不同意见", "deemed")


def test_silence_is_settled_even_where_the_worker_was_late(
    asked: Callable[..., Consultation], actor: Actors, at: At
) -> None:
    row = asked()
    done = consulting.consult_answer(
        consultation=row,
        agrees=True,
        opinion="",
        actor=actor("liaison", "zhujian"),
        at=at("2020-04-13 09:00"),
    )
    assert done.answer == "deemed" and state_of(row) == "deemed"


@pytest.mark.clause("xiping-work-rules/48.6")
def test_silence_never_signs_and_a_difference_stands(
    asked: Callable[..., Consultation], actor: Actors, at: At
) -> None:
    signing, said = asked("countersign"), asked()
    consulting.consult_answer(
        consultation=said,
        agrees=False,
        opinion="不同意选址",
        actor=actor("liaison", "zhujian"),
        at=at(MORNING),
    )
    sweep(now=at("2020-04-30 09:00"))
    assert (state_of(signing), state_of(said)) == ("asked", "differed")


@pytest.mark.clause("xiping-work-rules/48.5")
def test_a_later_date_is_agreed_before_the_time_is_up_and_counts_from_then(
    asked: Callable[..., Consultation], unit: Actor, at: At
) -> None:
    row = asked()
    later: dict[str, Any] = {"consultation": row, "manner": "书面回复", "actor": unit}
    with pytest.raises(Incomplete):
        consulting.consult_defer(**later, until=at("2020-04-10 12:00"), at=at("2020-04-09 09:00"))
    consulting.consult_defer(**later, until=at("2020-04-15 18:00"), at=at("2020-04-09 09:00"))
    sweep(now=at("2020-04-11 09:00"))
    assert state_of(row) == "asked"
    sweep(now=at("2020-04-15 18:01"))
    assert state_of(row) == "deemed"
    other = asked()
    with pytest.raises(WrongState):
        consulting.consult_defer(
            consultation=other,
            manner="书面",
            actor=unit,
            until=at("2020-04-20 18:00"),
            at=at("2020-04-13 09:00"),
        )


@pytest.fixture
def handled(actor: Actors, bodies: dict[str, Body], at: At) -> Callable[..., Incoming]:
    """A township's request that the office has looked over and on which it has said what it proposes."""

    def make(**more: Any) -> Incoming:
        desk, clerk = actor("secretariat"), actor("section_clerk", "zonghe1")
        paper = incoming.paper_receive(
            head=head(source="township", sender=bodies["lushi"], **more), actor=desk, at=at(MORNING)
        )
        checks.paper_check(paper=paper, found=dict.fromkeys(POINTS, True), actor=desk, at=at(MORNING))
        checks.paper_register(paper=paper, entry="请示", slip=True, actor=desk, at=at(MORNING))
        (row,) = sections.paper_distribute(
            paper=paper, sections=[bodies["zonghe1"]], note="请办理", actor=desk, at=at(MORNING)
        )
        sections.section_receive(assignment=row, actor=clerk, at=at(MORNING))
        return paper

    return make


@pytest.mark.clause("xiping-work-rules/49.1", "xiping-work-rules/47.1")
def test_the_office_checks_by_its_points_and_says_something_definite_before_anything_goes_up(
    handled: Callable[..., Incoming], actor: Actors, at: At
) -> None:
    paper, clerk = handled(), actor("section_clerk", "zonghe1")
    with pytest.raises(Incomplete) as refusal:
        sections.paper_send_up(paper=paper, way=Way(), actor=clerk, at=at(MORNING))
    assert refusal.value.cite == ("xiping-work-rules/49.1",)
    row = paper.assignments.get()
    with pytest.raises(Incomplete) as refusal:
        sections.section_done(
            assignment=row, background="道路失修", opinion="请县长阅示", actor=clerk, at=at(MORNING)
        )
    assert refusal.value.cite == ("xiping-work-rules/49.1",)
    sections.section_done(assignment=row, actor=clerk, at=at(MORNING), **SAID)
    with pytest.raises(Incomplete):
        sections.paper_send_up(paper=paper, way=Way(shortcut="急"), actor=clerk, at=at(MORNING))
    sections.paper_send_up(paper=paper, way=Way(), actor=clerk, at=at(MORNING))
    seen = []
    while open_steps(paper):
        seen.append(sign(paper, at(MORNING)).title)
    assert seen == ["政府办副主任审核", "政府办主任审核", "分管副县长审批"]


@pytest.mark.clause("xiping-work-rules/49.5")
def test_a_major_matter_ends_with_the_county_s_head(
    handled: Callable[..., Incoming], actor: Actors, at: At
) -> None:
    paper, clerk = handled(), actor("section_clerk", "zonghe1")
    sections.section_done(assignment=paper.assignments.get(), actor=clerk, at=at(MORNING), **SAID)
    sections.paper_mark(
        paper=paper,
        major=True,
        law=False,
        doubtful=False,
        three_major=False,
        reason="全局",
        actor=clerk,
        at=at(MORNING),
    )
    sections.paper_send_up(paper=paper, way=Way(), actor=clerk, at=at(MORNING))
    seen = []
    while open_steps(paper):
        seen.append(sign(paper, at(MORNING)).stop)
    assert seen[-1] == "mayor"


@pytest.mark.clause("xiping-work-rules/49.2", "xiping-work-rules/49.4")
def test_where_units_differ_the_vice_head_coordinates_and_may_ask_another_leader(
    handled: Callable[..., Incoming], actor: Actors, bodies: dict[str, Body], at: At
) -> None:
    paper, clerk = handled(answers={"differences": True}), actor("section_clerk", "zonghe1")
    sections.section_done(assignment=paper.assignments.get(), actor=clerk, at=at(MORNING), **SAID)
    sections.paper_send_up(paper=paper, way=Way(), actor=clerk, at=at(MORNING))
    sign(paper, at(MORNING))
    sign(paper, at(MORNING))
    (step,) = open_steps(paper)
    assert step.stop == "coordinate" and step.person_id == vice(bodies, at).pk
    with pytest.raises(Incomplete) as refusal:
        sign(paper, at(MORNING))
    assert "xiping-work-rules/49.2" in refusal.value.cite
    with pytest.raises(Incomplete):
        sign(paper, at(MORNING), extra={"coordination": "none"})
    from .incoming_flow import as_actor

    steps.step_refer(
        step=step,
        to=others(bodies, at)[0],
        reason="涉及其分管工作",
        actor=as_actor(step.person_id),
        at=at(MORNING),
    )
    done = sign(paper, at(MORNING), extra={"coordination": "inclination"})
    assert done.extra == {"coordination": "inclination"}
    assert len(open_steps(paper)) == 1


@pytest.mark.clause("xiping-work-rules/8.5")
@pytest.mark.parametrize(("urgency", "stands"), [("urgent", True), ("routine", False)])
def test_a_partner_signs_urgent_papers_only_and_the_slip_says_for_whom(
    handled: Callable[..., Incoming], actor: Actors, bodies: dict[str, Body], at: At,
    monkeypatch: pytest.MonkeyPatch, urgency: str, stands: bool,
) -> None:  # fmt: skip
    from luoshi.documents.selectors.incoming import slip

    seat, partner = vice(bodies, at), others(bodies, at)[0]
    monkeypatch.setattr(roster, "away", lambda when: {seat.pk})
    monkeypatch.setattr(roster, "stand_in", lambda person, when, facts: partner)
    paper, clerk = handled(urgency=urgency), actor("section_clerk", "zonghe1")
    sections.section_done(assignment=paper.assignments.get(), actor=clerk, at=at(MORNING), **SAID)
    sections.paper_send_up(paper=paper, way=Way(), actor=clerk, at=at(MORNING))
    sign(paper, at(MORNING))
    sign(paper, at(MORNING))
    step = Step.objects.get(paper_id=paper.pk, stop="vice_mayor")
    assert (step.person_id == partner.pk) is stands
    if not stands:
        assert "紧急" in step.note
        return
    sign(paper, at(MORNING))
    assert f"（代{seat.name}）" in slip(paper)[-1]["who"]


@pytest.mark.clause("xiping-work-rules/47.7")
@pytest.mark.parametrize(
    ("answers", "needed"),
    [
        ({"mainly_government": True, "drafted_by_department": True}, True),
        ({"mainly_government": True, "drafted_by_department": False}, False),
        ({"mainly_government": False, "drafted_by_department": True}, False),
    ],
)
def test_what_goes_to_the_party_committee_passes_the_government_first_where_both_conditions_hold(
    handled: Callable[..., Incoming], actor: Actors, at: At, answers: dict[str, Any], needed: bool
) -> None:
    paper, clerk = handled(answers=answers), actor("section_clerk", "zonghe1")
    sections.section_done(assignment=paper.assignments.get(), actor=clerk, at=at(MORNING), **SAID)
    if needed:
        with pytest.raises(Incomplete) as refusal:
            finishing.paper_forward(paper=paper, note="提请县委常委会审议", actor=clerk, at=at(MORNING))
        assert refusal.value.cite == ("xiping-work-rules/47.7",)
        sections.paper_send_up(paper=paper, way=Way(), actor=clerk, at=at(MORNING))
        while open_steps(paper):
            sign(paper, at(MORNING))
    finishing.paper_forward(paper=paper, note="提请县委常委会审议", actor=clerk, at=at(MORNING))
