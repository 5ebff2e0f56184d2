"""Normative documents: checks, legal review, discussion, issue, filing, validity; in both rulebooks."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from luoshi.decisions import services
from luoshi.decisions.models import Filing
from luoshi.decisions.models import Normative as Row
from luoshi.decisions.selectors import blocking_issue, legality_of
from luoshi.decisions.selectors.register import normatives
from luoshi.decisions.tasks import every_day
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState

from .conftest import LATER, NOW, own

pytestmark = pytest.mark.django_db
DRAFT = services.Draft(
    title="虚构管理办法", issuer="department", upper_law="虚构法第二条", competence="虚构职责", consulted="已征求",
    explanation="起草说明", draft="第一条 虚构",
)  # fmt: skip


@pytest.fixture
def way(bodies, actor):
    """way(at, issuer="government"): the steps of a normative document of the housing bureau."""

    class Way:
        def __init__(self, at=NOW, **said):
            self.at, self.by = at, own(bodies["zhujian"], at)
            self.legal, self.office = actor("legal_office"), actor("mayor_office")
            self.row = services.normative_open(
                draft=replace(DRAFT, **said), body=bodies["zhujian"], actor=self.by, at=at
            )

        def ask(self):
            services.normative_ask(normative=self.row, actor=self.by, at=self.at)
            return self

        def review(self, result="lawful"):
            found = legality_of(self.row.matter)
            services.legality_give(review=found, result=result, opinion="审查", actor=self.legal, at=self.at)
            services.normative_take_review(normative=self.row, actor=self.legal, at=self.at)
            return self

        def meet(self, executive=False):
            services.normative_pass(
                normative=self.row, meeting="虚构会议", passed_on=self.at.date(), executive=executive,
                actor=self.office if executive else self.by, at=self.at,
            )  # fmt: skip
            return self

        def issue(self, number="虚建〔2017〕1号", **days):
            day = self.at.date()
            said = {"issued_on": day, "effective_on": day, **days}
            services.normative_issue(normative=self.row, document=number, actor=self.by, at=self.at, **said)
            return self

        def now(self):
            return Row.objects.select_related("matter").get(pk=self.row.pk)

    return Way


def refused(step, *words, cite=""):
    with pytest.raises(Incomplete) as told:
        step()
    assert all(word in str(told.value) for word in words), str(told.value)
    assert not cite or cite in told.value.cite


@pytest.mark.clause("smx-work-rules/25.1")
def test_a_document_names_the_law_above_it_and_its_competence(way):
    for field, word in (("upper_law", "上位法依据"), ("competence", "职权依据")):
        refused(way(**{field: ""}).ask, word, cite="smx-work-rules/25.1")


@pytest.mark.clause("smx-work-rules/25.4")
def test_what_touches_two_departments_is_made_jointly_or_by_the_government(way):
    refused(way(departments=2).ask, "联合制定或报请市政府制定", cite="smx-work-rules/25.4")
    refused(way(departments=2, joint=["zhujian", "chengguan"], consulted="").ask, "征求意见情况")
    way(departments=2, joint=["zhujian", "chengguan"]).ask()
    way(departments=2, issuer="government").ask()
    way(departments=1).ask()


@pytest.mark.clause("smx-work-rules/25.5")
@pytest.mark.parametrize("matter", ["vital", "attention", "foreign", "hongkong"])
def test_the_government_is_asked_first_about_sensitive_matters(matter, way):
    refused(way(sensitive=[matter]).ask, "事先请示市政府", cite="smx-work-rules/25.5")
    way(sensitive=[matter], prior="虚建请〔2017〕3号").ask()


@pytest.mark.clause("smx-work-rules/25.2")
@pytest.mark.clause("smx-executive-meeting/4.3.5")
def test_the_legal_office_reviews_before_a_meeting_and_four_papers_are_there(way):
    started = way(issuer="government").ask()
    with pytest.raises((WrongState, Incomplete)):
        started.meet(executive=True)
    with pytest.raises(NotAllowed):
        services.legality_give(
            review=legality_of(started.row.matter), result="lawful", opinion="x", actor=started.by, at=NOW
        )
    started.review("amend")
    assert started.now().matter.state == "drafting"
    for field, word in (("draft", "文件待审稿"), ("explanation", "起草说明"), ("consulted", "征求意见情况")):
        made = way(issuer="government", **{field: ""}).ask().review()
        refused(lambda one=made: one.meet(executive=True), word, cite="smx-executive-meeting/4.3.5")


@pytest.mark.clause("smx-document-flow/20.1.5")
@pytest.mark.clause("smx-work-rules/25.3")
@pytest.mark.clause("smx-work-rules/25.6")
@pytest.mark.parametrize("issuer", ["government", "office"])
def test_the_government_s_documents_are_issued_after_review_and_the_executive_meeting(issuer, way):
    made = way(issuer=issuer)
    assert {need.key for need in blocking_issue(made.row.matter, at=NOW)} == {
        "legality", "discussed", "executive",
    }  # fmt: skip
    with pytest.raises((WrongState, Incomplete)):
        made.issue()
    made.ask().review()
    with pytest.raises(NotAllowed):
        services.normative_pass(
            normative=made.row, meeting="x", passed_on=NOW.date(), executive=True, actor=made.by, at=NOW
        )
    made.meet(executive=False)
    refused(made.issue, "常务会议审议通过", cite="smx-work-rules/25.6")
    other = way(issuer=issuer).ask().review().meet(executive=True)
    assert blocking_issue(other.now().matter, at=NOW) == ()
    assert other.issue("虚政〔2017〕2号").now().matter.state == "in_force"


@pytest.mark.clause("smx-work-rules/25.3")
@pytest.mark.clause("smx-work-rules/25.6")
def test_a_department_s_own_document_needs_its_own_discussion_a_sensitive_one_the_executive_meeting(way):
    made = way().ask().review()
    with pytest.raises((WrongState, Incomplete)):
        made.issue()
    assert made.meet().issue().now().matter.state == "in_force"
    sensitive = way(sensitive=["vital"], prior="虚建请〔2017〕4号").ask().review().meet()
    refused(lambda: sensitive.issue("虚建〔2017〕2号"), "常务会议审议通过", cite="smx-work-rules/25.6")


@pytest.mark.clause("smx-work-rules/26.1")
@pytest.mark.clause("smx-work-rules/26.2")
def test_what_lower_bodies_issue_is_filed_reviewed_and_corrected_changed_or_revoked(way, speaker, actor):
    legal, mayor = actor("legal_office"), speaker("mayor")
    ends = {"ordered": "ordered", "changed": "changed", "revoked": "revoked"}
    for number, (measure, state) in enumerate(ends.items(), start=1):
        made = way(issuer="county" if number == 2 else "department").ask().review().meet()
        made.issue(f"虚建〔2017〕{number}号")
        filing = Filing.objects.select_related("matter").get(normative=made.row)
        assert filing.matter.obligations.get(rule="decisions.filing_due").state == "open"
        services.filing_send(filing=filing, filed_on=NOW.date(), actor=made.by, at=NOW)
        with pytest.raises(Incomplete, match="问题不在规定的范围内"):
            services.filing_review(filing=filing, grounds=["improper"], opinion="x", actor=legal, at=NOW)
        services.filing_review(
            filing=filing, grounds=["conflict", "beyond", "procedure"], opinion="有问题", actor=legal, at=NOW
        )
        if measure != "ordered":
            with pytest.raises(NotAllowed):
                services.filing_measure(filing=filing, measure=measure, text="x", actor=legal, at=NOW)
        services.filing_measure(
            filing=filing,
            measure=measure,
            text="处理",
            actor=legal if measure == "ordered" else mayor,
            at=NOW,
        )
        filing.matter.refresh_from_db()
        assert filing.matter.state == state
        if measure == "ordered":
            services.filing_correct(filing=filing, text="已改", actor=made.by, at=NOW)
        assert made.now().matter.state == ("revoked" if measure == "revoked" else "in_force")
    fine = way().ask().review().meet().issue("虚建〔2017〕9号")
    filing = Filing.objects.get(normative=fine.row)
    services.filing_send(filing=filing, filed_on=NOW.date(), actor=fine.by, at=NOW)
    services.filing_review(filing=filing, grounds=[], opinion="合规", actor=legal, at=NOW)
    assert Filing.objects.get(pk=filing.pk).matter.state == "recorded"
    assert not Filing.objects.filter(normative__issuer="government").exists()


def test_the_register_knows_what_is_in_force_on_a_day_and_ends_what_is_over(way, actor):
    day = NOW.date()
    soon = day + dt.timedelta(days=30)
    made = way().ask().review().meet().issue(effective_on=day, expires_on=soon)
    reader = actor("mayor")

    def listed(validity, on):
        return normatives(actor=reader, validity=validity, day=on).filter(pk=made.row.pk).exists()

    assert listed("in_force", day) and listed("in_force", soon) and listed("expiring", day)
    assert not listed("in_force", soon + dt.timedelta(days=1)) and listed(
        "ended", soon + dt.timedelta(days=1)
    )
    assert normatives(day=day, text="虚构管理").exists() and not normatives(day=day, text="没有").exists()
    assert services.normatives_expire(actor=made.office, at=NOW + dt.timedelta(days=30)) == 0
    assert services.normatives_expire(actor=made.office, at=NOW + dt.timedelta(days=31)) == 1
    assert made.now().matter.state == "expired" and made.now().ended_on == soon
    other = way().ask().review().meet().issue("虚建〔2017〕5号")
    refused(lambda: way().ask().review().meet().issue("虚建〔2017〕5号"), "已经使用")
    services.normative_repeal(
        normative=other.row, document="虚建〔2017〕6号", ended_on=day, actor=other.by, at=NOW
    )
    assert other.now().matter.state == "repealed"


def test_every_night_the_worker_ends_what_ran_out_with_the_day(way, monkeypatch):
    day = NOW.date()
    made = way().ask().review().meet().issue(expires_on=day + dt.timedelta(days=1))
    lasting = way().ask().review().meet().issue("虚建〔2017〕8号")
    for hours, state in (
        (24, "in_force"),
        (39, "expired"),
    ):  # 39: ten past midnight here, still the day before in UTC
        moment = (NOW.replace(hour=9, minute=10) + dt.timedelta(hours=hours)).astimezone(dt.UTC)
        monkeypatch.setattr("luoshi.decisions.tasks.timezone.now", lambda moment=moment: moment)
        every_day(0)
        assert made.now().matter.state == state
    assert made.now().ended_on == day + dt.timedelta(days=1) and lasting.now().matter.state == "in_force"


@pytest.mark.clause("xiping-work-rules/20.1")
@pytest.mark.clause("xiping-work-rules/20.2")
@pytest.mark.clause("xiping-work-rules/20.3")
def test_the_county_s_departments_hear_others_and_do_not_make_alone_what_touches_two(way, under):
    under("xiping")
    for field in ("upper_law", "consulted"):
        refused(way(LATER, **{field: ""}).ask, "还缺", cite="xiping-work-rules/20.1")
    refused(way(LATER, departments=2).ask, "联合制定或由县政府制定", cite="xiping-work-rules/20.2")
    way(LATER, departments=2, joint=["zhujian", "chengguan"]).ask()
    for form in ("decision", "order", "normative", "bill"):
        way(LATER, departments=2, issuer="government", form=form).ask()
    with pytest.raises(Incomplete, match="没有这个文种"):
        way(LATER, form="rule")
    joint = {"departments": 2, "joint": ["zhujian", "chengguan"]}
    for one in ("rights", "attention", "foreign", "hongkong"):
        refused(way(LATER, sensitive=[one], **joint).ask, "事先请示县政府", cite="xiping-work-rules/20.3")
        way(LATER, sensitive=[one], prior="虚请1号", **joint).ask()
        way(LATER, sensitive=[one]).ask()


@pytest.mark.clause("xiping-work-rules/20.4")
@pytest.mark.clause("xiping-work-rules/20.5")
@pytest.mark.clause("xiping-work-rules/20.6")
def test_the_county_reviews_first_discusses_then_and_approves_what_is_joint_and_important(way, under):
    under("xiping")
    made = way(LATER, departments=2, joint=["zhujian", "chengguan"], important=True).ask()
    for step in (made.meet, made.issue):
        with pytest.raises((WrongState, Incomplete)):
            step()
    made.review()
    with pytest.raises((WrongState, Incomplete)):
        made.issue()
    made.meet()
    refused(made.issue, "办公室对重要与否的复核", "县政府批准", cite="xiping-work-rules/20.4")
    services.normative_check(normative=made.row, important=True, actor=made.office, at=LATER)
    refused(made.issue, "县政府批准")
    services.normative_approve(normative=made.row, document="虚批1号", actor=made.office, at=LATER)
    assert made.issue().now().matter.state == "in_force"
    important = way(LATER, issuer="government", important=True).ask().review().meet()
    refused(lambda: important.issue("虚2号"), "全体会议或常务会议讨论决定")
    plain = way(LATER, issuer="government").ask().review().meet()
    refused(lambda: plain.issue("虚3号"), "签发人对是否上会的判断")
    services.normative_judge(normative=plain.row, text="不重要", actor=plain.by, at=LATER)
    assert plain.issue("虚3号").now().matter.state == "in_force"


@pytest.mark.clause("xiping-work-rules/20.7")
@pytest.mark.clause("xiping-work-rules/20.8")
@pytest.mark.clause("xiping-work-rules/20.9")
def test_the_county_s_departments_file_and_the_justice_bureau_reviews_by_four_grounds(
    way, under, speaker, actor
):
    under("xiping")
    legal = actor("legal_office")
    ends = (("ordered", legal), ("changed", speaker("mayor")), ("revoked", speaker("mayor")))
    for number, (measure, by) in enumerate(ends):
        made = way(LATER).ask().review().meet().issue(f"虚{number}号")
        filing = Filing.objects.select_related("matter").get(normative=made.row)
        services.filing_send(filing=filing, filed_on=LATER.date(), actor=made.by, at=LATER)
        with pytest.raises(NotAllowed):
            services.filing_review(filing=filing, grounds=[], opinion="x", actor=made.office, at=LATER)
        grounds = ["conflict", "improper", "beyond", "procedure"]
        services.filing_review(filing=filing, grounds=grounds, opinion="有问题", actor=legal, at=LATER)
        services.filing_measure(filing=filing, measure=measure, text="处理", actor=by, at=LATER)
        filing.matter.refresh_from_db()
        assert filing.matter.state == measure
    way(LATER, issuer="government").ask().review()
    assert not Filing.objects.filter(normative__issuer="government").exists()
