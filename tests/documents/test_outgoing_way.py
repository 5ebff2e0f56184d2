"""A paper on its way out: need, drafting, approval."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.documents.models import Countersign, Outgoing
from luoshi.documents.services import countersigning, drafting, issue, outgoing, review
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from tests.documents.outgoing_life import NEED

from .outgoing_way import events, life, refused

__all__ = ["life"]

pytestmark = pytest.mark.django_db


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
