"""After the meeting: submissions, reports, publication, dissent, replacement, urgent measures, accountability."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.decisions import services
from luoshi.decisions.models import MemberReport, Outcome
from luoshi.decisions.selectors import blocking_issue
from luoshi.decisions.selectors.register import published, trail
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import DirectWrite

from .conftest import LATER, NOW, fresh, own

pytestmark = pytest.mark.django_db
DAY = NOW.date()


def keys(matter):
    return [need.key for need in blocking_issue(matter, at=NOW)]


@pytest.mark.clause("smx-major-decisions/2.4.2")
@pytest.mark.clause("smx-major-decisions/4.0.10")
@pytest.mark.clause("smx-major-decisions/4.3.0.1")
@pytest.mark.clause("smx-major-decisions/4.3.0.2")
def test_what_goes_to_both_goes_to_the_party_committee_first_signed_by_the_mayor(decided, speaker, actor):
    decision = decided("city_renewal", more={"party": True, "congress": True})
    office = actor("mayor_office")
    assert decision.matter.state == "submitting" and decision.destinations == ["party", "congress"]
    assert decision.matter.obligations.get(rule="decisions.submission_due").state == "open"

    def send(by):
        return services.submission_send(
            decision=decision, document="虚政〔2017〕8号", sent_on=DAY, actor=by, at=NOW
        )

    def answer(approved=True):
        return services.submission_answer(
            decision=decision, approved=approved, answer="同意", answered_on=DAY, actor=office, at=NOW
        )

    with pytest.raises(NotAllowed):
        send(speaker("executive"))
    with pytest.raises(WrongState, match="没有等待答复的提交"):
        answer()
    first = send(speaker("mayor"))
    assert first.to == "party" and first.issued_as == "市政府党组"
    with pytest.raises(WrongState, match="上一处还没有答复"):
        send(speaker("mayor"))
    assert keys(decision.matter) == ["party", "congress"]
    answer()
    assert fresh(decision).matter.state == "submitting" and keys(decision.matter) == ["congress"]
    assert send(speaker("mayor")).to == "congress"
    answer()
    assert fresh(decision).matter.state == "executing" and keys(decision.matter) == []


@pytest.mark.clause("smx-major-decisions/4.0.10")
def test_what_need_not_be_submitted_skips_that_stage_and_says_so(decided):
    decision = decided("city_renewal")
    assert decision.matter.state == "executing"
    assert decision.matter.events.get(kind="decisions.passed").data["skipped"] == "不须提交审议"


def test_a_budget_goes_to_the_congress_and_what_is_refused_is_not_carried_out(decided, speaker, actor):
    decision = decided("budget_draft", kind="plenary", weight="exceptional")
    assert decision.destinations == ["congress"]
    sent = services.submission_send(
        decision=decision, document="虚政〔2017〕9号", sent_on=DAY, actor=speaker("mayor"), at=NOW
    )
    assert sent.issued_as == "市政府"
    services.submission_answer(
        decision=decision,
        approved=False,
        answer="不同意",
        answered_on=DAY,
        actor=actor("mayor_office"),
        at=NOW,
    )
    assert fresh(decision).matter.state == "rejected" and fresh(decision).outcome == Outcome.REJECTED


@pytest.mark.clause("smx-major-decisions/4.3.0.3")
def test_what_is_one_of_the_ten_does_not_come_out_before_it_was_reported(decided, determined, actor):
    office = actor("mayor_office")
    with pytest.raises(Incomplete, match="出台前须向人大报告"):
        determined("emergency_plan")
    decision = decided("emergency_plan", more={"reports": ["7"]})
    assert keys(decision.matter) == ["congress_report"]
    assert decision.matter.obligations.get(rule="decisions.congress_report_due").state == "open"
    with pytest.raises(Incomplete, match="出台前向人大及其常委会报告"):
        services.decision_publish(decision=decision, actor=office, at=NOW)
    services.congress_report(
        decision=decision, document="虚政〔2017〕7号", reported_on=DAY, actor=office, at=NOW
    )
    assert keys(decision.matter) == []
    services.decision_publish(decision=decision, actor=office, at=NOW)
    other = decided("city_renewal")
    with pytest.raises(Incomplete, match="不属于出台前"):
        services.congress_report(decision=other, document="x", reported_on=DAY, actor=office, at=NOW)


def test_nothing_rests_on_a_matter_that_was_not_decided(determined):
    decision = determined("city_renewal")
    assert keys(decision.matter) == ["decided"]


@pytest.mark.clause("smx-major-decisions/2.5")
def test_matter_basis_and_result_are_made_public_unless_they_are_secret(decided, actor):
    office = actor("mayor_office")
    secret = decided("city_renewal", secrecy="secret")
    with pytest.raises(WrongState, match="应当保密的决策不公开"):
        services.decision_publish(decision=secret, actor=office, at=NOW)
    decision = decided("city_renewal")
    assert decision not in published()
    services.decision_publish(decision=decision, actor=office, at=NOW)
    row = published().get()
    assert (row.matter.title, row.basis, row.result) == ("虚构事项方案", "虚构条例第一条", "同意实施")
    assert row.matter.disclosure == "public"


@pytest.mark.clause("smx-major-decisions/4.4.2.1")
@pytest.mark.clause("smx-major-decisions/4.4.2.2")
@pytest.mark.clause("smx-major-decisions/4.4.5")
def test_a_decision_stands_until_a_new_one_dissent_and_findings_change_nothing(decided, speaker, actor):
    decision = decided("city_renewal")
    before = (decision.matter.state, decision.outcome, decision.result)
    by = speaker("vicemayor")
    for kind in ("dissent", "execution", "finding"):
        services.note_add(decision=decision, kind=kind, text="虚构", measure="再议", actor=by, at=NOW)
    services.note_add(
        decision=decision, kind="inspection", text="检查", measure="整改", actor=actor("inspector"), at=NOW
    )
    with pytest.raises(Incomplete):
        services.note_add(decision=decision, kind="finding", text="只说问题", actor=by, at=NOW)
    row = fresh(decision)
    assert (row.matter.state, row.outcome, row.result) == before
    for service, more in (
        (services.decision_determine, {"weight": "ordinary"}),
        (services.decision_send_back, {"reason": "改"}),
        (services.decision_withdraw, {"reason": "改"}),
    ):
        with pytest.raises((WrongState, NotAllowed)):
            service(decision=decision, actor=speaker("mayor"), at=NOW, **more)
    with pytest.raises(DirectWrite):
        row.save()


@pytest.mark.clause("smx-major-decisions/4.4.3.1")
def test_a_change_is_a_new_decision_by_the_same_way_that_takes_the_old_one_s_place(decided, proposed):
    old = decided("city_renewal")
    with pytest.raises(Incomplete, match="必须是已经作出的决定"):
        proposed("city_renewal", replaces=proposed("city_renewal"))
    new = decided("city_renewal", replaces=old)
    assert new.replaces_id == old.pk and new.sittings.get().needed > 0
    assert fresh(old).matter.state == "replaced" and fresh(old).result == "同意实施"


@pytest.mark.clause("smx-major-decisions/4.0.3")
@pytest.mark.clause("smx-major-decisions/4.0.4")
def test_what_one_decides_in_an_emergency_is_confirmed_by_the_mayor_and_owed_until_it_is_reported(
    bodies, speaker, actor
):
    by, office = speaker("vicemayor"), actor("mayor_office")
    said = {"title": "虚构险情", "text": "先行疏散", "deciders": "某副市长"}
    with pytest.raises(Incomplete, match="请填写紧急理由"):
        services.urgent_take(reason=" ", actor=by, at=NOW, **said)
    row = services.urgent_take(reason="险情紧急", actor=by, at=NOW, **said)

    def owed():
        return row.matter.obligations.get(rule="decisions.urgent_report").state

    assert owed() == "open"
    with pytest.raises(WrongState):
        services.urgent_report(urgent=row, meeting_kind="executive", meeting="第5次", actor=office, at=NOW)
    with pytest.raises(NotAllowed):
        services.urgent_confirm(urgent=row, actor=speaker("executive"), at=NOW)
    services.urgent_confirm(urgent=row, actor=speaker("mayor"), at=NOW)
    with pytest.raises(Incomplete, match="须向常务会议通报"):
        services.urgent_report(urgent=row, meeting_kind="mayor_office", meeting="第5次", actor=office, at=NOW)
    assert owed() == "open"
    services.urgent_report(urgent=row, meeting_kind="executive", meeting="第5次", actor=office, at=NOW)
    assert owed() == "met"


@pytest.mark.clause("smx-major-decisions/4.4.3.2")
@pytest.mark.clause("smx-major-decisions/4.4.3.3")
def test_a_temporary_measure_is_reported_and_what_remains_is_decided_anew(decided, actor, speaker):
    decision = decided("city_renewal")
    said = {"title": "虚构处置", "text": "暂停施工", "deciders": "某副市长", "reason": "险情"}
    with pytest.raises(Incomplete, match="须指明正在执行的决定"):
        services.urgent_take(tier="disposition", actor=speaker("vicemayor"), at=NOW, **said)
    row = services.urgent_take(
        tier="disposition", decision=decision, unfinished=True, actor=speaker("vicemayor"), at=NOW, **said
    )
    assert row.matter.obligations.get(rule="decisions.urgent_report").state == "open"
    assert fresh(decision).matter.state == "executing"
    services.urgent_confirm(urgent=row, actor=speaker("mayor"), at=NOW)
    services.urgent_report(
        urgent=row, meeting_kind="executive", meeting="第6次", actor=actor("mayor_office"), at=NOW
    )
    new = decided("city_renewal", replaces=decision)
    assert fresh(decision).matter.state == "replaced" and new.matter.state == "executing"


@pytest.mark.clause("smx-major-decisions/5.1.1")
@pytest.mark.clause("smx-major-decisions/5.1.2")
def test_each_member_reports_once_a_year_and_whenever_else(bodies, actor, speaker):
    office = actor("mayor_office")
    made = services.reports_open(year=2017, actor=office, at=NOW)
    assert len(made) >= 6 and services.reports_open(year=2017, actor=office, at=NOW) == []
    by = speaker("vicemayor")
    row = MemberReport.objects.get(person_id=by.person_id)
    owed = row.matter.obligations.get(rule="decisions.member_report_due")
    assert owed.person_id == by.person_id and owed.due_at.date() == dt.date(2017, 12, 31)
    with pytest.raises(NotAllowed, match="由本人报告"):
        services.report_give(report=row, text="x", occasions=(), actor=speaker("mayor"), at=NOW)
    both = ["班子民主生活会", "述职述廉"]
    for text in ("执行良好", "补充报告"):
        services.report_give(report=row, text=text, occasions=both, actor=by, at=NOW)
    row.refresh_from_db()
    assert row.text == "补充报告" and row.occasions == both
    assert row.matter.obligations.get(rule="decisions.member_report_due").state == "met"


GROUNDS = [
    pytest.param("scope", ["not_brought"], marks=pytest.mark.clause("smx-major-decisions/5.2.1")),
    pytest.param("alone", ["alone", "not_urgent"], marks=pytest.mark.clause("smx-major-decisions/5.2.2")),
    pytest.param("change", ["act", "severe"], marks=pytest.mark.clause("smx-major-decisions/5.2.3")),
    pytest.param("untruth", ["untrue", "wrong"], marks=pytest.mark.clause("smx-major-decisions/5.2.4.1")),
    pytest.param("silence", ["known", "no_report", "no_measure"], marks=pytest.mark.clause("smx-major-decisions/5.2.4.2")),
]  # fmt: skip


@pytest.mark.parametrize(("code", "conditions"), GROUNDS)
def test_somebody_answers_where_every_condition_of_a_ground_is_confirmed(code, conditions, actor):
    by = actor("inspector")

    def case(confirmed):
        return services.case_open(
            ground=f"decisions.fault_{code}",
            respondent="某人",
            found="事实",
            confirmed=confirmed,
            actor=by,
            at=NOW,
        )

    for left in conditions:
        with pytest.raises(Incomplete, match="没有确认"):
            case([one for one in conditions if one != left])
    assert case(conditions).matter.state == "opened"


@pytest.mark.clause("smx-major-decisions/5.2.2")
def test_an_urgent_decision_that_was_reported_is_no_deciding_alone(determined, speaker, actor):
    decision, office = determined("city_renewal"), actor("mayor_office")
    row = services.urgent_take(
        title="x",
        text="x",
        reason="险情",
        deciders="x",
        decision=decision,
        actor=speaker("vicemayor"),
        at=NOW,
    )
    services.urgent_confirm(urgent=row, actor=speaker("mayor"), at=NOW)
    services.urgent_report(urgent=row, meeting_kind="executive", meeting="第5次", actor=office, at=NOW)
    with pytest.raises(WrongState, match="不属于擅自决定"):
        services.case_open(
            ground="decisions.fault_alone", respondent="x", found="x", confirmed=["alone", "not_urgent"],
            decision=decision, actor=actor("inspector"), at=NOW,
        )  # fmt: skip


@pytest.mark.clause("smx-major-decisions/2.6")
def test_every_step_of_a_decision_leads_to_who_took_it_and_cannot_be_removed(decided):
    decision = decided("city_renewal")
    steps = list(trail(decision))
    assert steps[0].kind == "decisions.proposed" and all(one.actor_name for one in steps)
    assert {"decisions.submitted", "decisions.reviewed", "decisions.determined", "decisions.passed"} <= {
        one.kind for one in steps
    }
    for rows in (decision.steps.all(), decision.sittings.all(), decision.matter.events.all()):
        with pytest.raises(DirectWrite):
            rows.delete()


@pytest.mark.clause("xiping-work-rules/37.3")
def test_in_the_county_a_major_decision_is_answered_for_all_one_s_life(under, decided, actor):
    under("xiping")
    decision = decided("planning", at=LATER)
    from luoshi.decisions import rules

    assert rules.setting("decisions.retention", LATER) == {"permanent": True, "lifelong": True}
    after = LATER.replace(year=2045)
    case = services.case_open(
        ground="decisions.fault_major", respondent="已退休的某人", found="倒查", confirmed=["responsible"],
        decision=decision, actor=actor("inspector"), at=after,
    )  # fmt: skip
    assert case.matter.state == "opened"
    assert decision.sittings.get().opinions.count() > 0
    with pytest.raises(DirectWrite):
        decision.sittings.get().opinions.all().delete()


@pytest.mark.clause("xiping-work-rules/7.2")
def test_in_the_county_nothing_major_is_decided_but_by_the_plenary_or_the_executive_meeting(
    under, determined, convene, speaker, decided
):
    under("xiping")
    for weight in ("ordinary", "exceptional", "urgent"):
        decision = determined("planning", weight=weight, at=LATER)
        with pytest.raises(WrongState, match="这种会议不能决定") as told:
            services.sitting_open(
                decision=decision, meeting=convene("mayor_office", at=LATER), actor=speaker("mayor"), at=LATER
            )
        assert told.value.cite == ("xiping-work-rules/7.2",)
    with pytest.raises(WrongState, match="未上会不得形成决定"):
        services.urgent_take(
            title="x", text="x", reason="x", deciders="x", actor=speaker("vicemayor"), at=LATER
        )
    for form in ("circulation", "countersigning", "asking"):
        with pytest.raises(WrongState, match="未经会议讨论不得以"):
            services.decision_register_result(decision=decision, form=form, actor=SYSTEM, at=LATER)
    for kind in ("plenary", "executive"):
        assert decided("planning", kind=kind, at=LATER).matter.state == "executing"


XIPING_LEFT = [
    pytest.param("research", marks=pytest.mark.clause("xiping-work-rules/24.1")),
    pytest.param("assessments", marks=pytest.mark.clause("xiping-work-rules/24.2")),
    pytest.param("expert", marks=pytest.mark.clause("xiping-work-rules/22")),
    pytest.param("legality", marks=pytest.mark.clause("xiping-work-rules/22")),
]


@pytest.mark.parametrize("left", XIPING_LEFT)
def test_in_the_county_each_procedure_has_a_record_or_a_reason_confirmed_by_the_office(
    left, under, proposed, prepare, actor
):
    under("xiping")
    decision = prepare(proposed("planning", at=LATER), at=LATER, leave=(left,))
    by = own(decision.body, LATER)
    with pytest.raises(Incomplete, match="不能提请集体决策"):
        services.decision_submit(decision=decision, actor=by, at=LATER)
    if left in ("expert", "legality"):
        row = services.step_waive(decision=decision, key=left, reason="不适用", actor=by, at=LATER)
        with pytest.raises(NotAllowed):
            services.step_confirm(step=row, actor=actor("legal_office"), at=LATER)
        services.step_confirm(step=row, actor=actor("mayor_office"), at=LATER)
        services.decision_submit(decision=decision, actor=by, at=LATER)
    else:
        with pytest.raises(Incomplete, match="不得以不适用为由免除"):
            services.step_waive(decision=decision, key=left, reason="不适用", actor=by, at=LATER)
