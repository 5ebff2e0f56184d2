"""Who signs: the leader in charge, AB partners, written authorisations; and under Xiping's rules."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from luoshi.agenda.models import Step
from luoshi.agenda.selectors import leader_of
from luoshi.agenda.services import delegation_add, leave_apply, leave_register, step_agree
from luoshi.documents.models import Countersign, Outgoing
from luoshi.documents.services import countersigning, issue, signing
from luoshi.documents.standing import facts_of
from luoshi.engines.authority import decide
from luoshi.ledger import rules as book
from luoshi.ledger import services as ledger
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import door
from luoshi.meetings import selectors as meetings
from luoshi.organisation.models import Person, User
from luoshi.organisation.selectors import actor_for
from tests.documents.outgoing_life import Life

pytestmark = pytest.mark.django_db


@pytest.fixture
def life(actor, bodies, at):
    return Life(actor, bodies, at("2017-10-16 09:00"))


def by_name(name, at):
    return actor_for(user=User.objects.get(username=name), at=at)


def leave(who, life):
    """Somebody is away for three days from tomorrow, with leave where the rules ask for it; life goes on in the middle."""
    first = life.at.date() + dt.timedelta(days=1)
    given = {
        "person": Person.objects.get(pk=who.person_id), "starts_on": first, "ends_on": first + dt.timedelta(days=2),
        "kind": "business", "reason": "赴省汇报", "destination": "郑州", "leaves_seat": True,
    }  # fmt: skip
    if book.current().id == "sanmenxia" or who.has_role("mayor"):
        leave_register(actor=life.actor("mayor_office"), at=life.tick(), **given)
    else:
        row = leave_apply(actor=who, at=life.tick(), late_reason="临时通知", **given)
        while step := Step.objects.filter(
            paper=row.matter, matter__state="open", person__isnull=False
        ).first():
            step_agree(step=step, opinion="同意", actor=life.account(step.person), at=life.tick())
    life.at += dt.timedelta(days=1)


def refuse(clause, call, **given):
    with pytest.raises(NotAllowed) as found:
        call(**given)
    assert clause in found.value.cite, (found.value, found.value.cite)


def authorise(life, to, rule="documents.sign", **when):
    mayor = leader_of(life.actor("mayor").person_id, day=life.at.date())
    delegation_add(
        by=mayor, to=Person.objects.get(pk=to.person_id), kind="authorisation", scope="签发公文",
        since=life.at.date(), until=life.at.date() + dt.timedelta(days=30), document="授权书1号",
        actor=life.actor("mayor"), at=life.tick(), rule=rule, when=when,
    )  # fmt: skip


@pytest.mark.clause("smx-work-rules/61.p2.1")
@pytest.mark.clause("smx-document-flow/23.2.1")
def test_only_the_vice_mayor_in_charge_signs_and_the_partner_when_away(life):
    paper = life.to("signing")
    for name in ("vicemayor2", "vicemayor3", "secretary", "deputy"):
        refuse(
            "smx-document-flow/23.2.1",
            signing.sign,
            paper=paper,
            actor=by_name(name, life.at),
            at=life.tick(),
        )
    own, partner = by_name("vicemayor", life.at), by_name("executive", life.at)
    refuse("smx-document-flow/23.2.1", signing.sign, paper=paper, actor=partner, at=life.tick())
    leave(own, life)
    signed = signing.sign(paper=paper, actor=partner, at=life.tick())
    assert (signed.signed_for, signed.matter.state) == (own.name, "signed")


@pytest.mark.parametrize(
    ("given", "clause"),
    [
        ({"traits": {"personnel": True}}, "smx-document-flow/23.1.3"),
        ({"genre": "request", "addressee": "superior"}, "smx-document-flow/23.1.4"),
        ({"genre": "bill", "addressee": "npc"}, "smx-document-flow/23.1.2"),
        ({"traits": {"regulation": True}}, "smx-work-rules/61.p1.4"),
        (
            {"genre": "report", "addressee": "superior", "traits": {"important": True}},
            "smx-work-rules/61.p1.2",
        ),
    ],
)
def test_nobody_stands_in_for_the_mayor_where_the_mayor_signs_in_person(life, given, clause):
    paper = life.to("signing", **given)
    leave(life.actor("mayor"), life)
    for name in ("executive", "vicemayor", "secretary"):
        refuse(clause, signing.sign, paper=paper, actor=by_name(name, life.at), at=life.tick())


@pytest.mark.clause("smx-work-rules/61.p3.1")
def test_the_secretary_general_signs_a_formality_only_with_the_mayor_s_written_authorisation(life):
    secretary = life.actor("secretary_general")
    formality = life.to("signing", traits={"formality": True})
    other = life.to("signing", task="其他")
    mayor_s = life.to("signing", traits={"formality": True, "personnel": True}, task="任免")
    refuse("smx-document-flow/23.2.1", signing.sign, paper=formality, actor=secretary, at=life.tick())
    authorise(life, secretary)
    for paper in (other, mayor_s):
        with pytest.raises(NotAllowed):
            signing.sign(paper=paper, actor=secretary, at=life.tick())
    signed = signing.sign(paper=formality, actor=secretary, at=life.tick())
    event = signed.matter.events.get(kind="documents.signed")
    assert "授权书1号" in event.data["note"]
    life.at += dt.timedelta(days=40)
    late = life.to("signing", traits={"formality": True}, task="过期")
    with pytest.raises(NotAllowed):
        signing.sign(paper=late, actor=secretary, at=life.tick())


@pytest.mark.clause("smx-work-rules/61.p3.2")
def test_what_a_meeting_passed_may_be_signed_by_the_secretary_general_when_authorised(life, monkeypatch):
    row = meetings.Passed(SimpleNamespace(kind="executive"), dt.date(2017, 10, 11), 12, SimpleNamespace())
    secretary = life.actor("secretary_general")
    authorise(life, secretary)
    paper = life.to("signing")
    with pytest.raises(NotAllowed):
        signing.sign(paper=paper, actor=secretary, at=life.tick())
    monkeypatch.setattr("luoshi.documents.above.meetings.passed", lambda one, *, kinds=(): row)
    assert signing.sign(paper=paper, actor=secretary, at=life.tick()).matter.state == "signed"


@pytest.mark.clause("smx-document-flow/23.3")
def test_government_decisions_are_signed_by_the_mayor_or_a_vice_mayor_whom_the_mayor_authorised(life):
    paper = life.to("signing", genre="decision", traits={"government_decision": "review"})
    other = by_name("vicemayor2", life.at)
    refuse("smx-document-flow/23.3", signing.sign, paper=paper, actor=other, at=life.tick())
    leave(life.actor("mayor"), life)
    refuse(
        "smx-document-flow/23.3",
        signing.sign,
        paper=paper,
        actor=by_name("executive", life.at),
        at=life.tick(),
    )
    authorise(life, other)
    assert signing.sign(paper=paper, actor=other, at=life.tick()).signed_by_id == other.person_id
    with pytest.raises(Incomplete, match="决定种类"):
        life.open(task="x", traits={"government_decision": "war"})


@pytest.mark.clause("smx-document-flow/23.4.2")
@pytest.mark.clause("smx-document-flow/23.4.1")
def test_the_secretary_general_judges_what_is_important_and_the_vice_mayor_may_ask_the_mayor(life):
    vice = life.actor("vice_mayor")
    plain = life.to("presenting", issued_as="office")
    paper = life.present(plain, important=True)
    refuse(
        "smx-document-flow/23.4.2", signing.sign,
        paper=paper, actor=life.actor("secretary_general"), at=life.tick(),
    )  # fmt: skip
    raised = signing.signature_raise(paper=paper, opinion="请市长签发", actor=vice, at=life.tick())
    with pytest.raises(NotAllowed):
        signing.sign(paper=raised, actor=vice, at=life.tick())
    assert life.sign(raised, "mayor").matter.state == "signed"
    again = life.present(life.to("presenting", issued_as="office", task="二"), important=True)
    assert life.sign(again, "vice_mayor").matter.state == "signed"


@pytest.mark.clause("smx-document-flow/23.2.3")
@pytest.mark.clause("smx-document-flow/23.2.4")
def test_letters_to_bodies_of_no_common_line_are_the_vice_mayor_s_or_the_mayor_s_where_they_are_weighty(life):
    given = {"genre": "letter", "addressee": "unrelated"}
    letter = life.to("signing", **given)
    refuse("smx-document-flow/23.2.3", signing.sign, paper=letter, actor=life.actor("mayor"), at=life.tick())
    assert life.sign(letter, "vice_mayor").matter.state == "signed"
    weighty = life.to("signing", task="重大", traits={"important": True}, **given)
    refuse(
        "smx-document-flow/23.2.4",
        signing.sign,
        paper=weighty,
        actor=life.actor("vice_mayor"),
        at=life.tick(),
    )
    assert life.sign(weighty, "executive_vice_mayor").matter.state == "signed"


def test_facts_of_a_paper_are_what_the_tables_ask(life):
    paper = life.open(urgency="urgent", traits={"important": True})
    facts = facts_of(paper, passed=False)
    assert facts["urgent"] is True
    assert facts["important"] is True


# ---- Xiping ----


@pytest.fixture
def county(under, life, at):
    under("xiping")
    life.at = at("2020-04-13 09:00")
    return life


EIGHT = [
    {"regulation": True},
    {"genre": "decision"},
    {"genre": "order"},
    {"issued_as": "government", "genre": "notice"},
    {"addressee": "npc", "genre": "bill"},
    {"addressee": "npc", "genre": "report"},
    {"addressee": "superior", "genre": "report"},
    {"addressee": "superior", "genre": "request"},
    {"addressee": "party", "genre": "report"},
    {"addressee": "unrelated", "genre": "letter", "important": True},
    {"personnel": True, "genre": "notice"},
]


@pytest.mark.clause("xiping-work-rules/50")
@pytest.mark.parametrize("given", EIGHT)
def test_eight_kinds_are_the_county_head_s_alone(county, given):
    facts = {"issued_as": "government", "addressee": "subordinate", **given}
    decision = decide(book.current().authority("documents.sign", county.at.date()), facts)
    assert decision.who == ("mayor",)
    assert decision.in_person
    assert "xiping-work-rules/50" in decision.cite


@pytest.mark.clause("xiping-work-rules/50")
def test_neither_partner_nor_executive_gets_the_county_head_s_signature(county):
    paper = county.to("signing")
    leave(county.actor("mayor"), county)
    for name in ("executive", "vicemayor"):
        refuse(
            "xiping-work-rules/50",
            signing.sign,
            paper=paper,
            actor=by_name(name, county.at),
            at=county.tick(),
        )


@pytest.mark.clause("xiping-work-rules/51.1")
@pytest.mark.clause("xiping-work-rules/8.5")
def test_other_county_papers_are_the_vice_head_s_and_the_partner_signs_urgent_ones_only(county):
    letter = {"genre": "letter", "addressee": "unrelated"}
    plain, urgent = (
        county.to("signing", **letter),
        county.to("signing", urgency="urgent", task="急", **letter),
    )
    own, partner = by_name("vicemayor", county.at), by_name("executive", county.at)
    refuse("xiping-work-rules/51.1", signing.sign, paper=plain, actor=partner, at=county.tick())
    leave(own, county)
    refuse("xiping-work-rules/51.1", signing.sign, paper=plain, actor=partner, at=county.tick())
    signed = signing.sign(paper=urgent, actor=partner, at=county.tick())
    assert signed.signed_for == own.name


@pytest.mark.clause("xiping-work-rules/51.2")
def test_what_is_overall_or_held_necessary_goes_to_the_head_or_the_executive_by_recorded_choice(county):
    letter = {"genre": "letter", "addressee": "unrelated"}
    overall = county.to("signing", traits={"overall": True}, **letter)
    refuse(
        "xiping-work-rules/51.2",
        signing.sign,
        paper=overall,
        actor=county.actor("vice_mayor"),
        at=county.tick(),
    )
    assert county.sign(overall, "executive_vice_mayor").matter.state == "signed"
    vice = county.actor("vice_mayor")
    for office in ("mayor", "executive_vice_mayor"):
        paper = county.to("signing", task=office, **letter)
        raised = signing.signature_raise(
            paper=paper, opinion="请领导签发", actor=vice, at=county.tick(), raised_to=office
        )
        assert raised.matter.events.get(kind="documents.mayor_asked").data["to"] == office
        refuse("xiping-work-rules/51.2", signing.sign, paper=raised, actor=vice, at=county.tick())
        assert county.sign(raised, office).matter.state == "signed"


@pytest.mark.clause("xiping-work-rules/51.3")
def test_the_office_s_papers_are_its_head_s_or_a_leader_s_where_needed(county):
    paper = county.to("presenting", issued_as="office")
    assert signing.sign(
        paper=paper, actor=county.actor("secretary_general"), at=county.tick()
    ).signed_role == ("secretary_general")
    for office in ("mayor", "vice_mayor"):
        raised = county.present(county.to("presenting", issued_as="office", task=office), raised_to=office)
        refuse(
            "xiping-work-rules/51.3", signing.sign,
            paper=raised, actor=county.actor("secretary_general"), at=county.tick(),
        )  # fmt: skip
        assert county.sign(raised, office).matter.state == "signed"


@pytest.mark.clause("xiping-work-rules/51.4")
def test_important_papers_are_signed_after_the_executive_meeting(county, monkeypatch):
    paper = county.to("presenting", issued_as="office")
    paper = county.present(paper, important=True)
    with pytest.raises(Incomplete, match="常务会议讨论决定") as found:
        county.sign(paper, "secretary_general")
    assert found.value.cite == ("xiping-work-rules/51.4",)
    row = meetings.Passed(SimpleNamespace(kind="executive"), dt.date(2020, 4, 8), 5, SimpleNamespace())
    monkeypatch.setattr("luoshi.documents.above.meetings.passed", lambda one, *, kinds=(): row)
    paper = county.number(county.sign(paper, "secretary_general"))
    assert paper.passed_note == "已经2020年4月8日县政府第5次常务会议讨论通过"
    assert paper.matter.number == "西政办〔2020〕1号"


@pytest.mark.clause("xiping-work-rules/52.2")
def test_what_departments_issue_themselves_the_county_does_not(county):
    screen = {"not_in_law": True, "not_repeated": True, "has_substance": True}
    paper = county.open(screen=screen)
    with pytest.raises(Incomplete, match="部门职权范围") as found:
        county.agree(paper)
    assert found.value.cite == ("xiping-work-rules/52.2",)


@pytest.mark.clause("xiping-work-rules/30.1")
@pytest.mark.clause("xiping-work-rules/30.2")
def test_interpretation_is_drafted_signed_and_published_together_with_the_policy(county):
    paper = county.agree(county.open(policy=True))
    paper = county.submit(county.approve(county.draft(paper)))
    assert paper.matter.events.get(kind="documents.draft_returned").data["grounds"] == [
        "interpretation_material"
    ]
    paper = county.draft(paper, interpretation_material="要点")
    paper = county.submit(county.approve(paper, "principal", "interpretation_material"))
    paper = county.to("signing", paper)
    with door():
        paper.marks.filter(part="interpretation_material").delete()
    with pytest.raises(Incomplete, match="解读材料") as found:
        county.sign(paper)
    assert found.value.cite == ("xiping-work-rules/30.2",)


def test_silence_counts_as_no_objection_after_three_working_days_and_never_as_a_signature(county, bodies, at):
    paper = county.draft(county.agree(county.open()))
    drafter = county.actor("liaison", "chengguan")
    given = {"paper": paper, "actor": drafter, "at": at("2020-04-13 10:00")}
    silent = countersigning.consult_ask(body=bodies["zhujian"], kind="consult", **given)
    signed = countersigning.consult_ask(body=bodies["huanbao"], kind="countersign", **given)
    asked = countersigning.consult_ask(body=bodies["jiaoyu"], kind="consult", **given)
    countersigning.consult_postpone(
        row=asked, until=at("2020-04-20 18:00"), how="书面", actor=county.actor("liaison", "jiaoyu"),
        at=at("2020-04-14 10:00"),
    )  # fmt: skip
    ledger.sweep(now=at("2020-04-17 09:00"))
    views = {row.pk: row.view for row in Countersign.objects.filter(paper=paper)}
    assert views == {silent.pk: "deemed", signed.pk: "", asked.pk: ""}
    late = countersigning.consult_answer(
        row=silent,
        view="differs",
        text="职责不清",
        actor=county.actor("liaison", "zhujian"),
        at=at("2020-04-17 10:00"),
    )
    assert (late.view, late.text) == ("deemed", "逾期后补充：职责不清")
    with pytest.raises(WrongState):
        countersigning.consult_postpone(
            row=silent, until=at("2020-04-22 10:00"), how="书面", actor=county.actor("liaison", "zhujian"),
            at=at("2020-04-17 11:00"),
        )  # fmt: skip


def test_a_county_paper_goes_its_way_by_the_same_code_and_other_data(county):
    paper = county.to("printed")
    assert paper.matter.number == "西政〔2020〕1号"
    marks = set(paper.marks.values_list("part", flat=True))
    assert "documents" not in marks
    paper = issue.paper_publish(paper=paper, actor=county.actor("secretariat"), at=county.tick())
    assert Outgoing.objects.get(pk=paper.pk).published_at is not None
