"""Reading papers, urging, notices, leaders away, other bodies."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from luoshi.documents.models import (
    Incoming,
    Instruction,
    Notice,
    Transfer,
    Urging,
)
from luoshi.documents.selectors import incoming as documents
from luoshi.documents.services import (
    checks,
    finishing,
    incoming,
    instructions,
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
from luoshi.organisation.models import Body, Person

from .incoming_flow import (
    as_actor,
    clerk,
    given,
    instructed,
    open_steps,
    others,
    passed_on,
    proposed,
    sign,
    through,
    vice,
)
from .incoming_kit import MORNING, Actors, At, due_of, head

__all__ = ["clerk", "given", "instructed", "passed_on", "proposed"]

pytestmark = pytest.mark.django_db


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
