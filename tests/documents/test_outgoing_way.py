"""The way of a paper that is issued, from the need to the archive, and what is refused on it, with the clause."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from luoshi.decisions.services.legality import legality_ask
from luoshi.documents.models import Countersign, Errand, Outgoing
from luoshi.documents.services import countersigning, drafting, issue, outgoing, review, signing
from luoshi.engines.rulebook import ALWAYS
from luoshi.engines.rulebook.flow import Need
from luoshi.ledger.errors import Incomplete, NotAllowed, Refusal, WrongState
from luoshi.ledger.models import Obligation, door
from luoshi.meetings import selectors as meetings
from tests.documents.outgoing_life import NEED, Life

pytestmark = pytest.mark.django_db


@pytest.fixture
def life(actor, bodies, at):
    return Life(actor, bodies, at("2017-10-16 09:00"))


@pytest.fixture
def passing(monkeypatch):
    """passing("executive", day, number): from here on a meeting of that kind has passed every paper."""

    def make(kind, day, number):
        row = meetings.Passed(SimpleNamespace(kind=kind), day, number, SimpleNamespace())

        def passed(source, *, kinds=()):
            return row if not kinds or kind in kinds else None

        monkeypatch.setattr("luoshi.documents.above.meetings.passed", passed)

    return make


def events(paper):
    return list(paper.matter.events.order_by("seq").values_list("kind", flat=True))


def refused(kind, clause, match, call, **given):
    """The call is refused in these words, with this clause."""
    with pytest.raises(kind, match=match) as found:
        call(**given)
    assert clause in found.value.cite, (found.value, found.value.cite)


def lawful(paper, life, day):
    """The legal office found the paper lawful on a day."""
    made = legality_ask(matter=paper.matter, actor=life.section(paper), at=life.tick())
    made.result, made.given_at, made.reviewer, made.opinion = "lawful", day, "法制办", "合法"
    with door():
        made.save()
    return made


@pytest.mark.clause("smx-document-flow/20.4")
def test_a_paper_goes_its_whole_way_and_is_numbered_only_after_its_signature(life, actor):
    paper = life.to("printed")
    assert events(paper) == [
        "documents.paper_proposed", "documents.issue_agreed", "documents.draft_edited", "documents.part_approved",
        "documents.draft_submitted", "documents.draft_accepted", "documents.slip_filled", "documents.check_passed",
        "documents.proof_read", "documents.proof_read", "documents.proofs_complete", "documents.presented",
        "documents.signed", "documents.clean_copy_proved", "documents.numbered", "documents.printed",
    ]  # fmt: skip
    assert paper.matter.number == "三政〔2017〕1号"
    paper = issue.paper_publish(paper=paper, actor=actor("secretariat"), at=life.tick())
    paper = issue.paper_archive(paper=paper, actor=actor("secretariat"), at=life.tick())
    assert paper.matter.state == "archived"
    for state in ("presenting", "signing"):
        early = life.to(state, task=state)
        refused(
            WrongState, "smx-document-flow/20.4", "还没有签发，不能取号", issue.paper_number,
            paper=early, actor=actor("secretariat"), at=life.tick(),
        )  # fmt: skip


@pytest.mark.clause("smx-document-flow/20.0")
def test_no_paper_is_drafted_before_a_leader_agreed(life, actor):
    paper = life.open()
    refused(Incomplete, "smx-document-flow/20.0", "市政府领导同意", life.submit, paper=paper)
    for role in ("secretary_general", "deputy_secretary_general"):
        refused(
            NotAllowed, "smx-document-flow/20.0", "应由", outgoing.issue_agree,
            paper=paper, opinion="同意", actor=actor(role), at=life.tick(),
        )  # fmt: skip
    with pytest.raises(NotAllowed):
        outgoing.issue_agree(paper=paper, opinion="", actor=actor("section_clerk", "zonghe1"), at=life.tick())
    paper = life.agree(paper, "vice_mayor")
    assert paper.agreed_by_id == actor("vice_mayor").person_id
    declined = outgoing.issue_decline(
        paper=life.open(task="另一项"), reason="由部门行文", actor=actor("mayor"), at=life.tick()
    )
    assert declined.matter.state == "declined"


@pytest.mark.parametrize(
    ("point", "clause"),
    [
        pytest.param("not_oral", "smx-work-rules/63.1", marks=pytest.mark.clause("smx-work-rules/63.1")),
        pytest.param("not_in_law", "smx-work-rules/63.2", marks=pytest.mark.clause("smx-work-rules/63.2")),
        pytest.param("has_substance", "smx-work-rules/63.3", marks=pytest.mark.clause("smx-work-rules/63.3")),
        pytest.param("not_upgraded", "smx-work-rules/64.1", marks=pytest.mark.clause("smx-work-rules/64.1")),
        pytest.param(
            "beyond_department", "smx-work-rules/64.2", marks=pytest.mark.clause("smx-work-rules/64.2")
        ),
        pytest.param("not_routine", "smx-work-rules/64.3", marks=pytest.mark.clause("smx-work-rules/64.3")),
        pytest.param("not_repeated", "smx-work-rules/65.1", marks=pytest.mark.clause("smx-work-rules/65.1")),
        pytest.param("not_relayed", "smx-work-rules/65.2", marks=pytest.mark.clause("smx-work-rules/65.2")),
        pytest.param("own_measures", "smx-work-rules/65.3", marks=pytest.mark.clause("smx-work-rules/65.3")),
    ],
)
def test_what_need_not_be_issued_is_not_issued(life, actor, point, clause):
    screen = {key: value for key, value in NEED.items() if key != point}
    paper = life.open(screen=screen, traits={"implements": True})
    refused(
        Incomplete, clause, ".", outgoing.issue_agree,
        paper=paper, opinion="同意", actor=actor("mayor"), at=life.tick(),
    )  # fmt: skip
    outgoing.need_screen(paper=paper, screen=NEED, actor=actor("liaison", "chengguan"), at=life.tick())
    assert life.agree(paper).matter.state == "drafting"


def test_what_holds_in_principle_only_may_be_answered_with_a_reason_and_letters_are_no_formal_papers(life):
    reason = {**NEED, "not_relayed": "省里要求各市细化"}
    assert life.agree(life.open(screen=reason, traits={"implements": True})).matter.state == "drafting"
    letter = {key: value for key, value in NEED.items() if key != "not_routine"}
    assert life.agree(life.open(genre="letter", screen=letter, task="函")).matter.state == "drafting"


@pytest.mark.clause("smx-work-rules/65.5")
def test_a_second_paper_on_the_same_work_within_twelve_months_needs_a_reason_and_the_secretary_general(
    life, actor, at
):
    first = life.open(task="城市管理")
    with pytest.raises(Incomplete, match="再次发文的理由") as found:
        life.open(task="城市管理")
    assert found.value.field == "repeat_reason"
    second = life.open(task="城市管理", repeat_reason="出现新情况")
    assert (first.repeated, second.repeated) == (False, True)
    given = {"paper": second, "opinion": "同意", "at": life.tick()}
    refused(
        Incomplete, "smx-work-rules/65.5", "再次发文", outgoing.issue_agree, actor=actor("mayor"), **given
    )
    refused(
        NotAllowed, "smx-work-rules/65.5", "由秘书长定", outgoing.repeat_allow, actor=actor("mayor"), **given
    )
    outgoing.repeat_allow(actor=actor("secretary_general"), **given)
    assert life.agree(second).matter.state == "drafting"
    life.at = at("2018-10-16 09:30")
    assert life.open(task="城市管理").repeated is False


@pytest.mark.clause("smx-document-flow/24.1")
@pytest.mark.clause("smx-document-flow/24.2")
def test_a_draft_without_one_attribute_of_disclosure_is_sent_back_at_once(life, actor):
    paper = life.agree(life.open())
    paper = life.submit(life.approve(life.draft(paper, disclosure="", disclosure_reason="")))
    assert paper.matter.state == "drafting"
    sent_back = paper.matter.events.get(kind="documents.draft_returned")
    assert sent_back.data["mandatory"] is True
    assert sent_back.data["grounds"] == ["disclosure"]
    assert "smx-document-flow/24.2" in sent_back.data["cite"]
    with pytest.raises(Incomplete, match="主动公开、依申请公开、不予公开"):
        life.draft(paper, disclosure="open,closed")
    paper = life.submit(life.approve(life.draft(paper, disclosure_reason="")))
    assert paper.matter.state == "submitted"


@pytest.mark.parametrize("attribute", ["on_request", "closed"])
@pytest.mark.clause("smx-document-flow/24.4")
def test_what_is_not_open_says_why_or_comes_back(life, attribute):
    paper = life.agree(life.open())
    paper = life.submit(life.approve(life.draft(paper, disclosure=attribute, disclosure_reason="")))
    assert paper.matter.state == "drafting"
    said = paper.matter.events.get(kind="documents.draft_returned").data
    assert said["grounds"] == ["disclosure_reason"]
    paper = life.submit(
        life.approve(life.draft(paper, disclosure=attribute, disclosure_reason="条例第十四条，过程性信息"))
    )
    assert paper.matter.state == "submitted"


@pytest.mark.clause("smx-document-flow/25.1")
@pytest.mark.clause("smx-document-flow/25.2")
@pytest.mark.clause("smx-document-flow/25.3")
@pytest.mark.parametrize(
    ("values", "parts", "lacking"),
    [
        ({}, ("principal",), ["interpretation_plan", "interpretation_material"]),
        ({"interpretation_plan": "图解"}, ("principal", "interpretation_plan"), ["interpretation_material"]),
        (
            {"interpretation_material": "要点"},
            ("principal", "interpretation_material"),
            ["interpretation_plan"],
        ),
        (
            {"interpretation_plan": "图解", "interpretation_material": "要点"},
            ("principal", "interpretation_plan"),
            ["interpretation_material"],
        ),
        (
            {"interpretation_plan": "图解", "interpretation_material": "要点"},
            ("interpretation_plan", "interpretation_material"),
            ["principal_approved"],
        ),
    ],
)
def test_a_policy_paper_comes_with_plan_and_material_each_approved_by_the_principal_leader(
    life, actor, values, parts, lacking
):
    paper = life.draft(life.agree(life.open(policy=True)), **values)
    for role, body in (("liaison", "chengguan"), ("unit_principal", "jiaoyu")):
        with pytest.raises(NotAllowed):
            drafting.part_approve(paper=paper, part="principal", actor=actor(role, body), at=life.tick())
    paper = life.submit(life.approve(paper, *parts))
    assert paper.matter.state == "drafting"
    assert paper.matter.events.get(kind="documents.draft_returned").data["grounds"] == lacking
    assert life.to("submitted", paper).matter.state == "submitted"


def test_an_approval_counts_for_its_own_edition_and_for_what_exists(life, actor):
    paper = life.agree(life.open(policy=True))
    with pytest.raises(Incomplete, match="还没有解读方案"):
        life.approve(life.draft(paper), "interpretation_plan")
    paper = life.draft(life.approve(life.draft(paper)))
    assert paper.edition == 3
    assert "principal_approved" in {need.key for need in drafting.faults(paper, at=life.at)}


@pytest.mark.clause("smx-document-flow/22")
@pytest.mark.parametrize(("wanted", "late"), [("2017-10-31", False), ("2017-10-30", True)])
def test_drafts_come_fifteen_natural_days_before_the_wanted_day_and_late_ones_are_noted(life, wanted, late):
    paper = life.to("submitted", wanted_on=dt.date.fromisoformat(wanted))
    assert paper.late is late
    assert paper.matter.events.get(kind="documents.draft_submitted").data["late"] is late


@pytest.mark.clause("smx-document-flow/20.1.1")
def test_the_section_that_serves_the_drafting_department_takes_and_reviews_the_draft(life, actor, bodies):
    paper = life.to("submitted")
    assert paper.matter.body == bodies["zonghe1"]
    assert life.open(body="jiaoyu", task="教育").matter.body == bodies["zonghe2"]
    points = {"basis": True, "lawful": True, "consulted": True}
    for who in (actor("section_clerk", "zonghe2"), actor("secretariat"), actor("liaison", "chengguan")):
        with pytest.raises(NotAllowed):
            review.draft_accept(paper=paper, points=points, actor=who, at=life.tick())
    assert life.accept(paper).matter.state == "reviewed"


@pytest.mark.parametrize(
    ("point", "clause"),
    [
        pytest.param(
            "basis", "smx-document-flow/20.1.2", marks=pytest.mark.clause("smx-document-flow/20.1.2")
        ),
        pytest.param(
            "lawful", "smx-document-flow/20.1.3", marks=pytest.mark.clause("smx-document-flow/20.1.3")
        ),
        pytest.param(
            "consulted", "smx-document-flow/20.1.4", marks=pytest.mark.clause("smx-document-flow/20.1.4")
        ),
    ],
)
def test_each_point_of_the_first_review_must_stand(life, point, clause):
    paper = life.to("submitted")
    refused(Incomplete, clause, ".", life.accept, paper=paper, **{point: False})
    back = review.draft_return(paper=paper, reason="请补充", actor=life.section(paper), at=life.tick())
    assert back.matter.state == "drafting"


def test_whoever_is_asked_answers_before_the_first_review_and_differing_views_give_reasons(
    life, actor, bodies
):
    paper = life.draft(life.agree(life.open()))
    drafter = actor("liaison", "chengguan")
    given = {"paper": paper, "actor": drafter, "at": life.tick()}
    row = countersigning.consult_ask(body=bodies["zhujian"], kind="consult", **given)
    with pytest.raises(Incomplete, match="尚未回复"):
        countersigning.consult_ask(body=bodies["zhujian"], kind="consult", **given)
    with pytest.raises(Incomplete, match="起草单位自己"):
        countersigning.consult_ask(body=bodies["chengguan"], kind="consult", **given)
    sign = countersigning.consult_ask(body=bodies["huanbao"], kind="countersign", **given)
    paper = life.submit(life.approve(Outgoing.objects.get(pk=paper.pk)))
    with pytest.raises(Incomplete, match="还没有回复"):
        life.accept(paper)
    answer = {"view": "differs", "text": "", "at": life.tick()}
    with pytest.raises(NotAllowed):
        countersigning.consult_answer(row=row, actor=drafter, **answer)
    with pytest.raises(Incomplete):
        countersigning.consult_answer(row=row, actor=actor("liaison", "zhujian"), **answer)
    countersigning.consult_answer(
        row=row, actor=actor("liaison", "zhujian"), **{**answer, "text": "职责不清"}
    )
    agreed = {"row": sign, "view": "agreed", "text": "", "at": life.tick()}
    with pytest.raises(NotAllowed, match="主要负责人"):
        countersigning.consult_answer(actor=actor("liaison", "huanbao"), **agreed)
    countersigning.consult_answer(actor=actor("unit_principal", "huanbao"), **agreed)
    assert life.accept(paper).matter.state == "reviewed"
    assert Countersign.objects.get(pk=row.pk).get_view_display() == "有不同意见"


@pytest.mark.clause("smx-document-flow/20.1.6")
@pytest.mark.parametrize(
    ("basis", "head", "field"), [("", "赵科长", "basis"), ("工作安排", "", "section_head")]
)
def test_the_slip_names_the_basis_and_the_head_of_the_section(life, basis, head, field):
    paper = life.to("reviewed")
    refused(Incomplete, "smx-document-flow/20.1.6", "请填写", life.slip, paper=paper, basis=basis, head=head)
    done = life.slip(paper)
    assert (done.basis, done.section_head, done.matter.state) == ("市政府工作安排", "赵科长", "checking")


def test_a_normative_paper_waits_for_the_legal_office_and_then_the_executive_meeting(life, at, passing):
    paper = life.to("reviewed", normative=True, screen=NEED)
    with pytest.raises(Incomplete, match="法制办审查通过"):
        life.slip(paper)
    lawful(paper, life, at("2017-10-17 10:00"))
    life.at = at("2017-10-18 09:00")
    with pytest.raises(Incomplete, match="常务会议审议通过"):
        life.slip(paper)
    passing("mayor_office", dt.date(2017, 10, 18), 3)
    with pytest.raises(Incomplete, match="常务会议审议通过"):
        life.slip(paper)
    passing("executive", dt.date(2017, 10, 16), 12)
    with pytest.raises(Incomplete, match="先法制审查、后上会"):
        life.slip(paper)
    passing("executive", dt.date(2017, 10, 18), 12)
    assert life.slip(paper).matter.state == "checking"


@pytest.mark.parametrize(
    ("point", "clause"),
    [
        pytest.param(
            "genre", "smx-document-flow/20.2.1", marks=pytest.mark.clause("smx-document-flow/20.2.1")
        ),
        ("layout", "smx-document-flow/20.2.1"),
        ("rules", "smx-document-flow/20.2.1"),
        pytest.param(
            "countersigned", "smx-document-flow/20.2.3", marks=pytest.mark.clause("smx-document-flow/20.2.3")
        ),
        pytest.param(
            "attachments", "smx-document-flow/20.2.4", marks=pytest.mark.clause("smx-document-flow/20.2.4")
        ),
    ],
)
def test_each_point_of_the_secretariat_s_check_must_stand(life, actor, point, clause):
    paper = life.to("checking")
    refused(Incomplete, clause, ".", life.check, paper=paper, **{point: False})
    with pytest.raises(NotAllowed):
        review.check_pass(paper=paper, points={}, actor=actor("section_clerk", "zonghe1"), at=life.tick())


@pytest.mark.clause("smx-document-flow/20.2.7")
def test_a_problem_goes_back_to_the_section_which_mends_it_and_sends_it_up_again(life, actor):
    paper = life.to("checking")
    back = review.problem_raise(paper=paper, reason="附件缺表", actor=actor("secretariat"), at=life.tick())
    assert back.matter.state == "reviewed"
    owed = Errand.objects.get(paper=paper, matter__state="open")
    assert (owed.what, owed.matter.body.code) == ("fill_slip", "zonghe1")
    edited = drafting.draft_edit(
        paper=back, values={"annexes": ["任务分工表"]}, actor=life.section(back), at=life.tick()
    )
    assert edited.annexes == ["任务分工表"]
    with pytest.raises(NotAllowed):
        drafting.draft_edit(
            paper=back, values={"text": "x"}, actor=actor("liaison", "chengguan"), at=life.tick()
        )


@pytest.mark.clause("smx-document-flow/20.3.1")
@pytest.mark.clause("smx-secretary-rules/1.2")
@pytest.mark.parametrize("order", [("assisting", "documents"), ("documents", "assisting")])
def test_two_deputies_read_it_in_any_order_and_both_must(life, actor, order):
    paper = life.to("proofing")
    for who in (actor("secretary_general"), actor("mayor")):
        refused(
            NotAllowed, "smx-document-flow/20.3.1", "核稿", review.proof_read,
            paper=paper, opinion="同意", actor=who, at=life.tick(),
        )  # fmt: skip
    first, second = (life.reader(paper, part) for part in order)
    assert first.person_id != second.person_id
    paper = review.proof_read(paper=paper, opinion="同意", actor=first, at=life.tick())
    assert paper.matter.state == "proofing"
    with pytest.raises(WrongState):
        life.present(paper)
    with pytest.raises(Incomplete, match="已经核稿"):
        review.proof_read(paper=paper, opinion="同意", actor=first, at=life.tick())
    paper = review.proof_read(paper=paper, opinion="同意", actor=second, at=life.tick())
    assert paper.matter.state == "presenting"


@pytest.mark.clause("smx-document-flow/20.3.2")
@pytest.mark.clause("smx-document-flow/20.3.3")
def test_the_secretary_general_gives_an_opinion_or_signs_what_he_may(life, actor):
    paper = life.to("presenting")
    with pytest.raises(NotAllowed):
        signing.present(paper=paper, opinion="请签", actor=actor("deputy_secretary_general"), at=life.tick())
    refused(
        NotAllowed, "smx-document-flow/23.2.1", "市长或分管副市长", signing.sign,
        paper=paper, actor=actor("secretary_general"), at=life.tick(),
    )  # fmt: skip
    with pytest.raises(WrongState):
        signing.signing_refuse(paper=paper, reason="x", actor=actor("mayor"), at=life.tick())
    with pytest.raises(Incomplete, match="无权签发"):
        life.present(
            paper, signer=actor("deputy_secretary_general") and _person(actor("executive_vice_mayor"))
        )
    paper = life.present(paper, signer=_person(actor("vice_mayor")))
    owed = Obligation.objects.get(
        rule="documents.outgoing_sign_due", state="open", matter__parent=paper.matter
    )
    assert owed.person_id == actor("vice_mayor").person_id
    assert life.sign(paper, "vice_mayor").matter.state == "signed"
    own = life.to("presenting", issued_as="office", task="一般")
    own = signing.sign(paper=own, actor=actor("secretary_general"), at=life.tick())
    assert (own.matter.state, own.signed_role) == ("signed", "secretary_general")
    assert life.number(own).matter.number == "三政办〔2017〕1号"


def _person(who):
    from luoshi.organisation.models import Person

    return Person.objects.get(pk=who.person_id)


@pytest.mark.clause("smx-document-flow/24.3")
@pytest.mark.clause("smx-document-flow/25.4")
def test_attribute_and_interpretation_are_signed_together_with_the_paper(life, actor):
    paper = life.to("signed", policy=True)
    data = paper.matter.events.get(kind="documents.signed").data
    assert (data["disclosure"], data["policy"], paper.matter.disclosure) == ("open", True, "public")
    wish = {
        "disclosure": "on_request",
        "reason": "涉及内部管理",
        "actor": life.section(paper),
        "at": life.tick(),
    }
    paper = signing.disclosure_ask(paper=paper, **wish)
    assert paper.disclosure == "open"
    refused(
        NotAllowed, "smx-document-flow/23.2.1", "签发", signing.disclosure_decide,
        paper=paper, actor=actor("secretary_general"), at=life.tick(),
    )  # fmt: skip
    paper = signing.disclosure_decide(paper=paper, actor=actor("mayor"), at=life.tick())
    assert (paper.disclosure, paper.disclosure_reason) == ("on_request", "涉及内部管理")
    alone = life.to("signing", policy=True, task="拆分")
    Mark = alone.marks.model
    with door():
        Mark.objects.filter(paper=alone, part="interpretation_material").delete()
    refused(Incomplete, "smx-document-flow/25.4", "解读材料", life.sign, paper=alone)


def test_what_is_signed_is_not_edited_and_a_new_text_is_approved_anew(life, actor):
    paper = life.to("signed")
    for who in (actor("liaison", "chengguan"), life.section(paper), actor("secretariat")):
        with pytest.raises(Refusal):
            drafting.draft_edit(paper=paper, values={"text": "改"}, actor=who, at=life.tick())
    back = signing.paper_reopen(paper=paper, reason="数字有误", actor=life.section(paper), at=life.tick())
    assert (back.signed_by, back.matter.state) == (None, "reviewed")
    again = drafting.draft_edit(paper=back, values={"text": "新稿"}, actor=life.section(back), at=life.tick())
    assert again.edition == paper.edition + 1
    assert [one.text for one in again.editions.all()][-1] != "新稿"
    with pytest.raises(Refusal):
        life.sign(again)
    done = life.to("signed", again)
    assert done.signed_edition == again.edition
    numbered = life.number(done)
    with pytest.raises(WrongState):
        signing.paper_reopen(paper=numbered, reason="x", actor=life.section(numbered), at=life.tick())


@pytest.mark.clause("smx-document-flow/20.2.6")
def test_the_clean_copy_is_proved_before_the_number(life, actor):
    paper = life.to("signed")
    refused(
        Incomplete, "smx-document-flow/20.2.6", "终校|校核", issue.paper_number,
        paper=paper, actor=actor("secretariat"), at=life.tick(),
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        issue.copy_prove(paper=paper, actor=actor("section_clerk", "zonghe1"), at=life.tick())


def test_numbers_have_no_gaps_within_their_series_and_year(life, at):
    series = [life.number(life.to("signed", task=str(place))).matter.number for place in range(3)]
    assert series == ["三政〔2017〕1号", "三政〔2017〕2号", "三政〔2017〕3号"]
    letter = life.to("signing", genre="letter", addressee="unrelated", task="函")
    letter = life.number(life.sign(letter, "vice_mayor"))
    assert letter.matter.number == "三政函〔2017〕1号"
    personnel = life.number(life.to("signed", traits={"personnel": True}, task="任免"))
    assert personnel.matter.number == "三政任〔2017〕1号"
    life.at = at("2018-01-03 09:00")
    assert life.number(life.to("signed", task="新年")).matter.number == "三政〔2018〕1号"


@pytest.mark.parametrize(
    ("day", "good"), [("2017-10-15", False), ("2017-10-16", True), ("2017-10-17", False)]
)
def test_the_date_of_a_paper_is_between_its_signature_and_today(life, day, good):
    paper = life.to("signed")
    wanted = dt.date.fromisoformat(day)
    if good:
        assert life.number(paper, sealed_on=wanted).sealed_on == wanted
    else:
        with pytest.raises(Incomplete, match="成文日期"):
            life.number(paper, sealed_on=wanted)


@pytest.mark.clause("smx-executive-meeting/7.1.1")
@pytest.mark.clause("smx-executive-meeting/7.1.2")
@pytest.mark.parametrize("issued_as", ["government", "office"])
def test_a_paper_that_the_executive_meeting_passed_says_so_by_the_record(life, passing, at, issued_as):
    passing("executive", dt.date(2017, 10, 11), 12)
    paper = life.to("signing", issued_as=issued_as)
    paper = life.number(life.sign(paper, "mayor" if issued_as == "government" else "secretary_general"))
    assert paper.passed_note == "已经2017年10月11日市政府第12次常务会议审议通过"
    with pytest.raises(Incomplete, match="只能以政府或政府办公室名义"):
        life.open(issued_as="department", task="部门名义")


def test_a_paper_that_another_meeting_passed_carries_no_such_note(life, passing):
    passing("mayor_office", dt.date(2017, 10, 11), 4)
    assert life.number(life.to("signed")).passed_note == ""


@pytest.mark.clause("smx-document-flow/21.1")
def test_slips_are_handled_sent_and_kept_by_the_section_without_a_number(life, actor):
    paper = life.to("signed", genre="slip", issued_as="office", body="zonghe1")
    section = life.section(paper)
    assert "documents.proof_read" not in events(paper)
    with pytest.raises(WrongState, match="便签不编号"):
        issue.paper_number(paper=paper, actor=actor("secretariat"), at=life.tick())
    with pytest.raises(NotAllowed):
        issue.paper_print(paper=paper, actor=actor("secretariat"), at=life.tick())
    sent = issue.paper_print(paper=paper, actor=section, at=life.tick())
    assert (sent.matter.state, sent.matter.number) == ("printed", None)


def test_the_party_committee_or_the_congress_first(life, actor, monkeypatch):
    need = Need(
        "congress", "报市人大常委会审议通过", ALWAYS, ALWAYS, "请先报", True, ("smx-executive-meeting/7.2",)
    )
    paper = life.to("numbered")
    monkeypatch.setattr("luoshi.documents.above.decisions.blocking_issue", lambda one, *, at: (need,))
    refused(WrongState, "smx-executive-meeting/7.2", "还不能印发", life.print, paper=paper)
    monkeypatch.setattr("luoshi.documents.above.decisions.blocking_issue", lambda one, *, at: ())
    paper = life.print(paper)
    monkeypatch.setattr("luoshi.documents.above.decisions.blocking_issue", lambda one, *, at: (need,))
    with pytest.raises(WrongState, match="还不能印发或公开"):
        issue.paper_publish(paper=paper, actor=actor("secretariat"), at=life.tick())


@pytest.mark.clause("smx-executive-meeting/7.2")
def test_what_goes_to_the_congress_is_drafted_by_a_department_reviewed_step_by_step_and_signed_by_the_mayor(
    life, actor, bodies
):
    with pytest.raises(NotAllowed):
        life.sign(life.to("signing", genre="bill", addressee="npc"), "executive_vice_mayor")
    paper = life.to("printed", genre="bill", addressee="npc", task="议案二")
    assert paper.by_department
    assert paper.signed_role == "mayor"
    assert events(paper).index("documents.signed") < events(paper).index("documents.printed")


@pytest.mark.clause("smx-document-flow/25.5")
@pytest.mark.clause("smx-work-rules/34.1")
def test_an_open_paper_is_published_the_day_it_is_printed_or_says_why_not(life, actor, at):
    paper = life.to("printed")
    owed = Obligation.objects.get(rule="documents.outgoing_publish", matter__parent=paper.matter)
    assert owed.due_at.astimezone(life.at.tzinfo).strftime("%F %H:%M") == "2017-10-16 23:59"
    assert owed.body.code == "mishuke"
    desk = actor("secretariat")
    with pytest.raises(WrongState, match="还没有公开发布"):
        issue.paper_archive(paper=paper, actor=desk, at=life.tick())
    with pytest.raises(NotAllowed):
        issue.paper_publish(paper=paper, actor=actor("liaison", "chengguan"), at=life.tick())
    with pytest.raises(Incomplete, match="未当日公开的理由"):
        issue.paper_publish(paper=paper, actor=desk, at=at("2017-10-17 09:00"))
    paper = issue.paper_publish(paper=paper, actor=desk, at=life.tick())
    owed.refresh_from_db()
    assert owed.state == "met"
    closed = life.to("signed", task="不公开")
    closed = signing.disclosure_ask(
        paper=closed, disclosure="closed", reason="依法不予公开", actor=life.section(closed), at=life.tick()
    )
    closed = life.print(
        life.number(signing.disclosure_decide(paper=closed, actor=actor("mayor"), at=life.tick()))
    )
    with pytest.raises(WrongState, match="只有主动公开"):
        issue.paper_publish(paper=closed, actor=desk, at=life.tick())


def test_late_publication_keeps_its_reason_and_counts_as_overdue(life, actor, at):
    from luoshi.ledger import services as ledger

    paper = life.to("printed")
    ledger.sweep(now=at("2017-10-17 00:01"))
    paper = issue.paper_publish(
        paper=paper, actor=actor("secretariat"), at=at("2017-10-17 09:00"), late_reason="网站检修"
    )
    assert paper.publish_late_reason == "网站检修"
    owed = Obligation.objects.get(rule="documents.outgoing_publish", matter__parent=paper.matter)
    assert owed.state == "late"


def test_bodies_receipt_what_is_sent_to_them_once(life, actor, bodies):
    paper = life.print(life.to("numbered"), "hubin", "lushi")
    row = paper.deliveries.get(body=bodies["hubin"])
    with pytest.raises(NotAllowed, match="送湖滨区"):
        issue.delivery_receive(delivery=row, actor=actor("liaison", "lushi"), at=life.tick())
    row = issue.delivery_receive(delivery=row, actor=actor("liaison", "hubin"), at=life.tick())
    assert row.received_by
    with pytest.raises(WrongState, match="已经签收"):
        issue.delivery_receive(delivery=row, actor=actor("liaison", "hubin"), at=life.tick())
    states = Obligation.objects.filter(rule="documents.outgoing_receipt").order_by("pk")
    assert [one.state for one in states] == ["met", "open"]


def test_corrections_and_withdrawal_are_new_events_and_change_nothing_before(life, actor):
    paper = life.to("printed")
    before = (paper.text, paper.matter.number, len(events(paper)))
    paper = issue.paper_correct(
        paper=paper, what="第二行应为十月", actor=actor("secretariat"), at=life.tick()
    )
    assert paper.corrections[0]["what"] == "第二行应为十月"
    with pytest.raises(NotAllowed):
        issue.paper_withdraw(paper=paper, reason="x", actor=actor("secretary_general"), at=life.tick())
    gone = issue.paper_withdraw(paper=paper, reason="内容有误", actor=actor("mayor"), at=life.tick())
    assert (gone.text, gone.matter.number, len(events(gone))) == (before[0], before[1], before[2] + 2)
    assert gone.matter.state == "withdrawn"


@pytest.mark.clause("smx-document-flow/23.6")
def test_a_leader_s_speech_is_approved_by_the_one_who_gave_it(life, actor):
    speaker = actor("vice_mayor")
    paper = life.to("signing", genre="speech", issued_as="office", traits={"speaker": speaker.person_id})
    refused(
        Incomplete, "smx-document-flow/23.6", "讲话者本人", life.sign, paper=paper, role="secretary_general"
    )
    refused(
        NotAllowed, "smx-document-flow/23.6", "讲话者本人", signing.speech_approve,
        paper=paper, actor=actor("mayor"), at=life.tick(),
    )  # fmt: skip
    signing.speech_approve(paper=paper, actor=speaker, at=life.tick())
    assert life.sign(paper, "secretary_general").matter.state == "signed"


@pytest.mark.clause("smx-work-rules/68.1")
def test_state_secrets_never_enter_and_other_secrets_are_for_those_who_are_cleared(life, actor, bodies):
    from luoshi.documents import outgoing_policies as may
    from luoshi.documents.selectors.outgoing import papers_readable, published

    jiyao = actor("confidential_office")
    own = {"body": "chengguan", "task": "涉密"}
    for kind in ("secret", "confidential", "top_secret"):
        refused(
            Incomplete, "smx-work-rules/68.1", "不得进入本平台", life.open,
            secret_kind=kind, **own,
        )  # fmt: skip
    with pytest.raises(NotAllowed, match="没有涉密公文的权限"):
        life.open(secret_kind="work", **own)
    paper = outgoing.draft_open(
        title="内部安排", genre="notice", issued_as="office", body=bodies["jiyaoke"], actor=jiyao, at=life.tick(),
        secret_kind="work", screen=NEED, purpose="工作安排",
    )  # fmt: skip
    readers = [jiyao, actor("mayor"), actor("secretary_general"), actor("vice_mayor")]
    others = [
        actor("secretariat"), actor("section_clerk", "zonghe1"), actor("liaison", "chengguan"),
        actor("section_head", "zonghe1"), actor("legal_office"),
    ]  # fmt: skip
    assert all(may.may_read(who, paper.matter) for who in readers)
    assert not any(may.may_read(who, paper.matter) for who in others)
    assert all(papers_readable(who).filter(pk=paper.pk).exists() for who in readers)
    assert not any(papers_readable(who).filter(pk=paper.pk).exists() for who in others)
    assert not published().exists()
