"""Checks, signature, issue, corrections."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from luoshi.documents.models import Errand
from luoshi.documents.services import drafting, issue, outgoing, review, signing
from luoshi.engines.rulebook import ALWAYS
from luoshi.engines.rulebook.flow import Need
from luoshi.ledger.errors import Incomplete, NotAllowed, Refusal, WrongState
from luoshi.ledger.models import Obligation, door
from luoshi.meetings import selectors as meetings
from tests.documents.outgoing_life import NEED

from .outgoing_way import events, lawful, life, refused

__all__ = ["life"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def passing(monkeypatch):
    """passing("executive", day, number): from here on a meeting of that kind has passed every paper."""

    def make(kind, day, number):
        row = meetings.Passed(SimpleNamespace(kind=kind), day, number, SimpleNamespace())

        def passed(source, *, kinds=()):
            return row if not kinds or kind in kinds else None

        monkeypatch.setattr("luoshi.documents.above.meetings.passed", passed)

    return make


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
