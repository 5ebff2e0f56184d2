"""Papers come in, are checked, registered, returned or referred; nothing is handled before it is registered."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from luoshi.documents import rules as documents_rules
from luoshi.documents.models import Fault, Incoming
from luoshi.documents.selectors import incoming as documents
from luoshi.documents.services import checks, incoming, sections, urging
from luoshi.documents.states.incoming import PAPERS
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, Refusal, WrongState
from luoshi.ledger.models import Obligation
from luoshi.ledger.states import tables
from luoshi.organisation.models import Body, Person

from .incoming_kit import ALL, MORNING, Actors, At, due_of, head

pytestmark = pytest.mark.django_db


@pytest.fixture
def confidential(actor: Actors) -> Actor:
    return actor("confidential_office")


@pytest.mark.clause("smx-document-flow/4.1", "smx-document-flow/4.2", "smx-document-flow/4.3")
@pytest.mark.parametrize(
    ("source", "form", "role", "kind"),
    [
        ("central_party", "confidential", "confidential_office", "reading"),
        ("provincial_government", "confidential", "confidential_office", "reading"),
        ("provincial_department", "paper", "secretariat", "handling"),
        ("county", "paper", "secretariat", "handling"),
        ("peer", "letter", "secretariat", "handling"),
        ("unrelated", "fax", "secretariat", "handling"),
    ],
)
def test_who_takes_a_paper_makes_it_a_reading_or_a_handling_paper(
    actor: Actors, at: At, source: str, form: str, role: str, kind: str
) -> None:
    paper = incoming.paper_receive(head=head(source=source, form=form), actor=actor(role), at=at(MORNING))
    assert paper.kind == kind
    other = "secretariat" if role == "confidential_office" else "confidential_office"
    with pytest.raises(NotAllowed):
        incoming.paper_receive(head=head(source=source, form=form), actor=actor(other), at=at(MORNING))


@pytest.mark.clause("smx-document-flow/4.4")
@pytest.mark.parametrize("form", ["paper", "fax", "letter", "online"])
def test_handling_papers_come_in_these_forms(desk: Actor, at: At, form: str) -> None:
    assert incoming.paper_receive(head=head(form=form), actor=desk, at=at(MORNING)).form == form
    with pytest.raises(Incomplete):
        incoming.paper_receive(head=head(form="spoken"), actor=desk, at=at(MORNING))


@pytest.mark.clause("smx-document-flow/6")
def test_a_section_takes_a_department_s_paper_of_its_own_line_and_registers_it_too(
    actor: Actors, bodies: dict[str, Body], at: At
) -> None:
    clerk = actor("section_clerk", "zonghe1")
    given = {"source": "department", "sender": bodies["chengguan"], "sender_name": "市城管局"}
    with pytest.raises(NotAllowed):
        incoming.paper_receive(head=head(**given), actor=clerk, at=at(MORNING))
    paper = incoming.paper_receive(head=head(**given, section_matter=True), actor=clerk, at=at(MORNING))
    assert paper.matter.body_id == clerk.body_id
    with pytest.raises(Incomplete) as refusal:
        sections.paper_distribute(
            paper=paper, sections=[bodies["zonghe1"]], note="本科办理", actor=clerk, at=at(MORNING)
        )
    assert "smx-document-flow/14.1" in refusal.value.cite
    checks.paper_check(paper=paper, found=ALL, actor=clerk, at=at(MORNING))
    checks.paper_register(paper=paper, entry="请示", slip=True, actor=clerk, at=at(MORNING))
    sections.paper_distribute(
        paper=paper, sections=[bodies["zonghe1"]], note="本科办理", actor=clerk, at=at(MORNING)
    )


@pytest.mark.clause("smx-document-flow/5.1", "smx-document-flow/5.2")
def test_a_letter_to_a_leader_is_opened_by_the_leader_or_the_serving_section_only(
    actor: Actors, desk: Actor, at: At
) -> None:
    leader = actor("vice_mayor")
    person = Person.objects.get(pk=leader.person_id)
    arrive: dict[str, Any] = {
        "addressee": person, "form": "letter", "sender_name": "", "actor": desk, "at": at(MORNING),
    }  # fmt: skip
    paper = incoming.letter_arrive(**arrive)
    assert paper.matter.state == "sealed" and "未拆封" in paper.matter.title
    with pytest.raises(NotAllowed) as refusal:
        incoming.letter_open(paper=paper, head=head(), actor=desk, at=at(MORNING))
    assert "smx-document-flow/5.1" in refusal.value.cite
    opened = incoming.letter_open(
        paper=paper,
        head=head(source="unrelated", addressed="leader", addressee=person),
        actor=leader,
        at=at(MORNING),
    )
    assert opened.matter.state == "received" and opened.opened_by == leader.name
    private = incoming.letter_open(
        paper=incoming.letter_arrive(**arrive), head=None, actor=leader, at=at(MORNING)
    )
    assert private.matter.state == "private"
    clerk = Person.objects.get(pk=desk.person_id)
    with pytest.raises(Incomplete):
        incoming.letter_arrive(**{**arrive, "addressee": clerk})


@pytest.mark.clause(
    "smx-document-flow/8.1.1", "smx-document-flow/8.1.2", "smx-document-flow/8.1.3", "smx-document-flow/8.1.4",
    "smx-document-flow/8.1.5", "smx-work-rules/58.1",
)  # fmt: skip
@pytest.mark.parametrize("point", list(ALL))
def test_each_of_five_points_is_answered_and_a_failure_is_explained_and_counted(
    take: Callable[..., Incoming], desk: Actor, bodies: dict[str, Body], at: At, point: str
) -> None:
    paper = take()
    without = {key: True for key in ALL if key != point}
    with pytest.raises(Incomplete) as refusal:
        checks.paper_check(paper=paper, found=without, actor=desk, at=at(MORNING))
    assert refusal.value.field == point
    failing = {**ALL, point: False}
    with pytest.raises(Incomplete):
        checks.paper_check(paper=paper, found=failing, actor=desk, at=at(MORNING))
    paper = checks.paper_check(paper=paper, found=failing, notes={point: "有误"}, actor=desk, at=at(MORNING))
    assert paper.checks[point]["ok"] is False
    assert Fault.objects.get(paper=paper).body == bodies["lushi"]
    with pytest.raises(Incomplete, match="审核不合格"):
        checks.paper_register(paper=paper, entry="一件", slip=True, actor=desk, at=at(MORNING))
    kept = checks.paper_register(
        paper=paper, entry="一件", slip=True, waiver="来文单位已当场更正", actor=desk, at=at(MORNING)
    )
    assert kept.matter.state == "registered"


def test_registering_waits_for_the_check(take: Callable[..., Incoming], desk: Actor, at: At) -> None:
    with pytest.raises(Incomplete, match="审核"):
        checks.paper_register(paper=take(), entry="一件", slip=True, actor=desk, at=at(MORNING))


@pytest.mark.clause("smx-document-flow/8.1.6")
def test_a_returned_paper_has_its_ground_is_registered_and_counted(
    take: Callable[..., Incoming], desk: Actor, actor: Actors, at: At
) -> None:
    paper = take()
    with pytest.raises(Incomplete):
        checks.paper_return(
            paper=paper, ground="documents.unknown", reason="不合", actor=desk, at=at(MORNING)
        )
    with pytest.raises(Incomplete):
        checks.paper_return(
            paper=paper, ground="documents.return_format", reason=" ", actor=desk, at=at(MORNING)
        )
    with pytest.raises(NotAllowed):
        checks.paper_return(
            paper=paper, ground="documents.return_format", reason="无", actor=actor("section_clerk", "zonghe2"),
            at=at(MORNING),
        )  # fmt: skip
    back = checks.paper_return(
        paper=paper,
        ground="documents.return_format",
        reason="缺签发人",
        actor=desk,
        at=at("2017-10-09 17:00"),
    )
    assert back.matter.state == "returned" and back.matter.number and back.registered_at
    assert Fault.objects.get(paper=paper).kind == "format"
    assert due_of(back, "documents.distribution").state == "met"
    assert due_of(back, "documents.whole").state == "cancelled"


@pytest.mark.clause("smx-document-flow/7.1", "smx-document-flow/8.2.1", "smx-document-flow/14.1")
def test_number_entry_and_slip_come_first_and_each_missing_one_stops_everything(
    register: Callable[..., Incoming],
    take: Callable[..., Incoming],
    desk: Actor,
    bodies: dict[str, Body],
    at: At,
) -> None:
    bare = take()
    with pytest.raises(Refusal) as refusal:
        sections.paper_distribute(
            paper=bare, sections=[bodies["zonghe1"]], note="请办理", actor=desk, at=at(MORNING)
        )
    assert refusal.value.cite == ("smx-document-flow/14.1",)
    paper = register(slip=False)
    assert paper.matter.number and paper.slip == ""
    with pytest.raises(Incomplete, match="处理单") as refusal:
        sections.paper_distribute(
            paper=paper, sections=[bodies["zonghe1"]], note="请办理", actor=desk, at=at(MORNING)
        )
    assert refusal.value.cite == ("smx-document-flow/14.1",)
    checks.slip_add(paper=paper, actor=desk, at=at(MORNING))
    paper = Incoming.objects.get(pk=paper.pk)
    assert paper.slip == "三门峡市人民政府收文处理签"
    sections.paper_distribute(
        paper=paper, sections=[bodies["zonghe1"]], note="请办理", actor=desk, at=at(MORNING)
    )


def test_numbers_of_a_year_are_gapless_and_apart_by_kind(register: Callable[..., Incoming]) -> None:
    numbers = [register().matter.number for _ in range(2)]
    assert numbers == ["三政收〔2017〕1号", "三政收〔2017〕2号"]


@pytest.mark.clause("smx-document-flow/15.1", "smx-document-flow/15.2")
@pytest.mark.parametrize(
    ("when", "more", "rule", "due"),
    [
        ("2017-10-09 09:00", {}, "documents.distribution", "2017-10-09 18:00"),
        ("2017-10-09 18:00", {}, "documents.distribution", "2017-10-09 18:00"),
        ("2017-10-09 18:01", {}, "documents.distribution", "2017-10-10 18:00"),
        ("2017-10-14 10:00", {}, "documents.distribution", "2017-10-16 18:00"),
        ("2017-10-13 19:00", {}, "documents.distribution", "2017-10-16 18:00"),
        ("2017-10-14 10:00", {"urgency": "urgent"}, "documents.distribution_urgent", "2017-10-14 10:30"),
    ],
)
def test_a_paper_is_distributed_the_day_it_came_and_an_urgent_one_at_once(
    take: Callable[..., Incoming], at: At, when: str, more: dict[str, Any], rule: str, due: str
) -> None:
    assert due_of(take(when, **more), rule).due_at == at(due)


@pytest.mark.clause("smx-document-flow/15.4", "smx-document-flow/15.5", "smx-work-rules/62.2")
@pytest.mark.parametrize(
    ("source", "deadline", "rule", "due"),
    [
        ("county", None, "documents.whole", "2017-10-16 18:00"),
        ("department", None, "documents.whole", "2017-10-16 18:00"),
        ("county", None, "documents.outer", "2017-10-18 18:00"),
        ("peer", None, "documents.outer", "2017-10-18 18:00"),
        ("provincial_department", "2017-10-11 12:00", "documents.whole_set", "2017-10-11 12:00"),
        ("provincial_department", "2017-10-11 12:00", "documents.outer", "2017-10-18 18:00"),
        ("county", "2017-10-10 12:00", "documents.whole", "2017-10-10 12:00"),
    ],
)
def test_several_clocks_run_on_one_paper_by_where_it_came_from(
    take: Callable[..., Incoming], at: At, source: str, deadline: str | None, rule: str, due: str
) -> None:
    more: dict[str, Any] = {"source": source, "sender_name": "来文单位"}
    if deadline:
        more["due_set"] = at(deadline)
    assert due_of(take(**more), rule).due_at == at(due)


def test_a_reading_paper_has_no_handling_clock(confidential: Actor, at: At) -> None:
    paper = incoming.paper_receive(
        head=head(source="provincial_party", form="confidential"), actor=confidential, at=at(MORNING)
    )
    assert {one.rule for one in Obligation.objects.filter(matter_id=paper.pk)} == {"documents.distribution"}


@pytest.mark.clause(
    "smx-document-flow/17.1", "smx-document-flow/17.3", "smx-document-flow/17.4", "smx-document-flow/17.5"
)
@pytest.mark.parametrize(
    ("amount", "applicant", "large", "path"),
    [
        ("499999.99", "government", False, ["市财政局初审", "常务副市长审定"]),
        ("500000", "government", False, ["分管副市长同意", "市财政局初审", "市长审批"]),
        ("500000", "party", False, ["分管市委常委同意", "市财政局初审", "市长审批"]),
        ("9000000", "government", True, ["分管副市长同意", "市财政局初审", "提请市政府常务会议集体决策"]),
    ],
)
def test_a_request_for_money_is_returned_with_the_way_that_its_sum_has_to_take(
    register: Callable[..., Incoming], desk: Actor, bodies: dict[str, Body], at: At, amount: str, applicant: str,
    large: bool, path: list[str],
) -> None:  # fmt: skip
    assert (
        checks.funds_path(amount=Decimal(amount), applicant=applicant, large_sum=large, at=at(MORNING))
        == path
    )
    paper = register(subject="funds", amount=Decimal(amount), applicant=applicant)
    with pytest.raises(Incomplete) as refusal:
        sections.paper_distribute(
            paper=paper, sections=[bodies["zonghe1"]], note="请办理", actor=desk, at=at(MORNING)
        )
    assert refusal.value.cite == ("smx-document-flow/17.1",)
    back = checks.paper_return(
        paper=paper, ground="documents.return_funds", reason="资金请示", actor=desk, at=at(MORNING)
    )
    assert "市财政局" in back.return_reason and path[0] in back.return_reason


def test_money_that_a_leader_sent_to_the_finance_bureau_is_taken(
    register: Callable[..., Incoming], desk: Actor, bodies: dict[str, Body], at: At
) -> None:
    paper = register(subject="funds", leader_sent=True)
    assert sections.paper_distribute(
        paper=paper, sections=[bodies["zonghe1"]], note="按领导签批办理", actor=desk, at=at(MORNING)
    )


@pytest.mark.clause("smx-document-flow/18.1", "smx-document-flow/18.2", "smx-document-flow/18.3")
@pytest.mark.parametrize(
    ("subject", "ground", "where"),
    [
        ("establishment", "documents.return_establishment", ["市编办"]),
        ("transfer", "documents.return_transfer", ["市编办", "市人力资源社会保障局", "市委组织部"]),
    ],
)
def test_establishment_and_transfers_of_people_go_elsewhere(
    register: Callable[..., Incoming], desk: Actor, bodies: dict[str, Body], at: At, subject: str, ground: str,
    where: list[str],
) -> None:  # fmt: skip
    paper = register(subject=subject)
    with pytest.raises(Incomplete) as refusal:
        sections.paper_distribute(
            paper=paper, sections=[bodies["zonghe1"]], note="请办理", actor=desk, at=at(MORNING)
        )
    assert "smx-document-flow/18.1" in refusal.value.cite
    back = checks.paper_return(paper=paper, ground=ground, reason="不直接受理", actor=desk, at=at(MORNING))
    assert all(name in back.return_reason for name in where)


@pytest.mark.clause("smx-document-flow/16.1")
def test_a_higher_coordinating_body_s_paper_goes_to_its_counterpart(
    register: Callable[..., Incoming], desk: Actor, bodies: dict[str, Body], at: At
) -> None:
    paper = register(source="coordination_above", sender_name="省安全生产委员会办公室")
    with pytest.raises(Incomplete) as refusal:
        sections.paper_distribute(
            paper=paper, sections=[bodies["zonghe1"]], note="请办理", actor=desk, at=at(MORNING)
        )
    assert refusal.value.cite == ("smx-document-flow/16.1",)
    with pytest.raises(Incomplete):
        checks.paper_refer(paper=paper, to=bodies["zonghe1"], reason="转办", actor=desk, at=at(MORNING))
    sent = checks.paper_refer(
        paper=paper, to=bodies["chengguan"], reason="对应市级机构办公室设在该局", actor=desk, at=at(MORNING)
    )
    assert sent.matter.state == "referred" and due_of(sent, "documents.outer").state == "cancelled"


@pytest.mark.clause("smx-document-flow/12.1", "smx-document-flow/12.2", "smx-work-rules/59.2")
def test_papers_straight_to_a_leader_are_refused_but_for_what_the_leader_asked_for(
    actor: Actors, bodies: dict[str, Body], at: At
) -> None:
    unit = actor("liaison", "chengguan")
    leader = Person.objects.get(pk=actor("vice_mayor").person_id)

    def report(**more: Any) -> Incoming:
        paper = incoming.paper_prepare(
            head=head(source="department", addressed="leader", addressee=leader, **more),
            body=bodies["chengguan"], actor=unit, at=at(MORNING),
        )  # fmt: skip
        return incoming.paper_submit(paper=paper, actor=unit, at=at(MORNING))

    with pytest.raises(Incomplete) as refusal:
        report()
    assert set(refusal.value.cite) == {"smx-document-flow/12.1", "smx-work-rules/59.2"}
    assert report(direct_basis="assigned").matter.state == "submitted"
    with pytest.raises(Incomplete) as refusal:
        report(direct_basis="assigned", multiple=True)
    assert refusal.value.cite == ("smx-document-flow/12.2",)
    with pytest.raises(Incomplete, match="不进本平台"):
        report(direct_basis="top_secret")


@pytest.mark.parametrize("secrecy", ["secret", "confidential", "top_secret"])
def test_state_secrets_never_enter(desk: Actor, at: At, secrecy: str) -> None:
    with pytest.raises(Incomplete, match="不进本平台"):
        incoming.paper_receive(head=head(secrecy=secrecy), actor=desk, at=at(MORNING))


def test_a_paper_with_a_work_secret_is_seen_by_those_who_may_only(
    take: Callable[..., Incoming], actor: Actors, desk: Actor
) -> None:
    paper = take(secrecy="work")
    assert not documents.may_read(desk, paper.matter)
    assert documents.may_read(actor("secretary_general"), paper.matter)
    assert list(documents.papers(desk)) == []


@pytest.mark.clause("smx-document-flow/31", "smx-document-flow/30.2")
def test_the_sender_sees_three_words_and_nothing_else(
    register: Callable[..., Incoming], desk: Actor, actor: Actors, bodies: dict[str, Body], at: At
) -> None:
    paper = register()
    sender = actor("liaison", "lushi")
    assert not documents.may_read(sender, paper.matter)
    (row,) = documents.sent_by(sender)
    assert documents.sender_status(row.matter.state) == "in_hand"
    assert {documents.sender_status(state) for state in PAPERS.labels} == {
        "", "received", "in_hand", "done", "returned",
    }  # fmt: skip
    assert list(documents.sent_by(actor("liaison", "chengguan"))) == []
    with pytest.raises(NotAllowed):
        urging.urge(matter=paper.matter, stage="hand", text="请领导抓紧", actor=sender, at=at(MORNING))


def test_a_unit_takes_its_paper_back_only_before_the_office_has_taken_it(
    actor: Actors, desk: Actor, bodies: dict[str, Body], at: At
) -> None:
    unit = actor("liaison", "chengguan")
    made = [
        incoming.paper_prepare(
            head=head(source="department"), body=bodies["chengguan"], actor=unit, at=at(MORNING)
        )
        for _ in range(2)
    ]
    for paper in made:
        incoming.paper_submit(paper=paper, actor=unit, at=at(MORNING))
    assert incoming.paper_withdraw(paper=made[0], actor=unit, at=at(MORNING)).matter.state == "withdrawn"
    incoming.paper_accept(paper=made[1], actor=desk, at=at(MORNING))
    with pytest.raises(WrongState):
        incoming.paper_withdraw(paper=made[1], actor=unit, at=at(MORNING))
    with pytest.raises(NotAllowed):
        incoming.paper_prepare(
            head=head(source="department"), body=bodies["lushi"], actor=unit, at=at(MORNING)
        )


@pytest.mark.clause("smx-document-flow/3")
def test_papers_flow_two_ways_and_every_stage_has_its_kind_of_matter(at: At) -> None:
    values = documents_rules.setting("documents.stages", at(MORNING))
    assert list(values["flows"].values()) == ["收文办理", "发文办理"]
    assert list(values["stages"]) == ["接收", "分办", "办理", "传批", "承办", "督办", "审核", "签发", "归档"]
    assert set(values["where"]) == set(values["stages"])
    assert set(values["where"].values()) <= set(tables())


@pytest.mark.clause("smx-work-rules/62.1")
def test_papers_are_special_urgent_or_routine(take: Callable[..., Incoming], at: At) -> None:
    for urgency in ("special", "urgent", "routine"):
        rules_owed = {one.rule for one in Obligation.objects.filter(matter_id=take(urgency=urgency).pk)}
        assert ("documents.distribution" in rules_owed) is (urgency == "routine")
        assert ("documents.distribution_urgent" in rules_owed) is (urgency != "routine")
    with pytest.raises(Incomplete, match="特件、急件、平件"):
        take(urgency="whenever")


@pytest.mark.clause("smx-work-rules/59.1")
@pytest.mark.parametrize("role", ["liaison", "unit_principal", "mayor", "supervision_office"])
def test_papers_for_the_government_are_taken_by_its_office_alone(
    actor: Actors, bodies: dict[str, Body], desk: Actor, at: At, role: str
) -> None:
    with pytest.raises(NotAllowed):
        incoming.paper_receive(head=head(), actor=actor(role), at=at(MORNING))
    unit = actor("liaison", "chengguan")
    paper = incoming.paper_prepare(
        head=head(source="department"), body=bodies["chengguan"], actor=unit, at=at(MORNING)
    )
    paper = incoming.paper_submit(paper=paper, actor=unit, at=at(MORNING))
    assert paper.matter.body == bodies["mishuke"]
    with pytest.raises(NotAllowed):
        incoming.paper_accept(paper=paper, actor=actor(role), at=at(MORNING))
    assert incoming.paper_accept(paper=paper, actor=desk, at=at(MORNING)).matter.state == "received"
