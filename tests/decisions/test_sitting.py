"""At the meeting: quorum, each member's opinion with its reason, the conclusion last, outcomes and majorities."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.decisions import services
from luoshi.decisions.models import Opinion, Urgent
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState

from .conftest import LATER, NOW, fresh, own

pytestmark = pytest.mark.django_db


def conclude(decision, by, outcome="passed", view="agree", **more):
    return services.decision_conclude(
        decision=decision, outcome=outcome, view=view, conclusion="虚构结论", actor=by, at=NOW, **more
    )


@pytest.fixture
def sitting(determined, convene, speaker):
    """sitting(weight="urgent"): a settled matter that an executive meeting has taken up."""

    def make(kind="executive", subject="city_renewal", **more):
        decision = determined(subject, **more)
        services.sitting_open(decision=decision, meeting=convene(kind), actor=speaker("mayor"), at=NOW)
        return fresh(decision)

    return make


@pytest.mark.clause("smx-major-decisions/2.4.1")
@pytest.mark.clause("smx-major-decisions/4.0.1")
@pytest.mark.clause("smx-major-decisions/4.2.1.5")
@pytest.mark.clause("smx-major-decisions/4.2.2.2")
def test_a_matter_is_decided_by_a_meeting_in_which_all_have_spoken(decided):
    decision = decided("city_renewal")
    assert decision.matter.state == "executing" and decision.outcome == "passed"
    assert decision.result == "同意实施"
    spoken = Opinion.objects.filter(sitting__decision=decision).count()
    assert spoken == len(decision.sittings.get().present)


@pytest.mark.clause("smx-major-decisions/4.0.1")
@pytest.mark.clause("smx-major-decisions/4.0.2")
def test_no_other_way_makes_a_decision(determined, proposed, actor):
    office = actor("mayor_office")
    for decision in (proposed("city_renewal"), determined("city_renewal")):
        for form, word in (("circulation", "传阅"), ("countersigning", "会签"), ("asking", "个别征求意见")):
            with pytest.raises(WrongState, match=f"不得以{word}代替集体决策") as told:
                services.decision_register_result(decision=decision, form=form, actor=office, at=NOW)
            assert told.value.cite == ("smx-major-decisions/4.0.2",)
        with pytest.raises(WrongState, match="决定只能由会议记录产生"):
            services.decision_register_result(decision=decision, form="other", actor=office, at=NOW)
        assert fresh(decision).outcome == "" and fresh(decision).decided_at is None


def test_a_matter_that_is_not_settled_is_not_taken_up(proposed, prepare, convene, speaker):
    decision = prepare(proposed("city_renewal"))
    with pytest.raises(WrongState):
        services.sitting_open(decision=decision, meeting=convene(), actor=speaker("mayor"), at=NOW)


@pytest.mark.clause("smx-major-decisions/4.0.5")
@pytest.mark.clause("smx-major-decisions/4.0.6")
@pytest.mark.clause("smx-major-decisions/4.0.7")
@pytest.mark.clause("smx-work-rules/5.2")
def test_each_weight_has_its_meetings_and_a_coordination_meeting_decides_nothing(
    determined, convene, speaker
):
    may = {
        "ordinary": {"executive", "plenary"},
        "exceptional": {"plenary"},
        "urgent": {"executive", "plenary", "mayor_office"},
    }
    for weight, able in may.items():
        for kind in ("executive", "plenary", "mayor_office", "coordination", "secretary_office"):
            if kind in able:
                continue
            decision = determined("city_renewal", weight=weight)
            with pytest.raises(WrongState, match="这种会议不能决定") as told:
                services.sitting_open(
                    decision=decision, meeting=convene(kind), actor=speaker("mayor"), at=NOW
                )
            assert told.value.cite


@pytest.mark.clause("smx-major-decisions/3.3.4")
def test_what_is_kept_for_the_executive_meeting_goes_nowhere_else_unless_it_is_urgent(
    determined, convene, speaker
):
    decision = determined("company_merger")
    for kind in ("mayor_office", "plenary"):
        with pytest.raises(WrongState):
            services.sitting_open(decision=decision, meeting=convene(kind), actor=speaker("mayor"), at=NOW)
    services.sitting_open(decision=decision, meeting=convene("executive"), actor=speaker("mayor"), at=NOW)
    urgent = determined("company_merger", weight="urgent")
    services.sitting_open(decision=urgent, meeting=convene("mayor_office"), actor=speaker("mayor"), at=NOW)


@pytest.mark.clause("smx-major-decisions/4.0.8")
def test_nothing_is_taken_up_without_two_thirds_of_the_members_in_post(determined, convene, speaker):
    decision = determined("city_renewal")
    full = convene()
    members = full.attendees.count()
    needed = -(-2 * members // 3)
    with pytest.raises(WrongState, match="不足法定人数") as told:
        services.sitting_open(
            decision=decision, meeting=convene(present=needed - 1), actor=speaker("mayor"), at=NOW
        )
    assert "smx-major-decisions/4.0.8" in told.value.cite
    services.sitting_open(decision=decision, meeting=convene(present=needed), actor=speaker("mayor"), at=NOW)


@pytest.mark.clause("smx-major-decisions/4.0.9")
def test_only_the_mayor_or_the_commissioned_executive_vice_mayor_is_in_the_chair(
    determined, convene, speaker, everybody_speaks
):
    decision = determined("city_renewal")
    for chair, commission in (("vice_mayor", "委托"), ("executive_vice_mayor", "")):
        with pytest.raises(WrongState, match="不能决定重大事项") as told:
            services.sitting_open(
                decision=decision, meeting=convene(chair=chair, commission=commission), actor=speaker("mayor"), at=NOW
            )  # fmt: skip
        assert told.value.cite == ("smx-major-decisions/4.0.9",)
    meeting = convene(chair="executive_vice_mayor", commission="市长委托记录")
    row = services.sitting_open(decision=decision, meeting=meeting, actor=speaker("executive"), at=NOW)
    assert row.commissioned
    everybody_speaks(decision)
    with pytest.raises(NotAllowed, match="结论由主持人"):
        conclude(decision, speaker("mayor"))
    assert conclude(decision, speaker("executive")).outcome == "passed"


@pytest.mark.clause("smx-major-decisions/4.2.1.1")
@pytest.mark.clause("smx-major-decisions/4.2.1.2")
def test_each_member_present_says_one_of_three_views_with_a_reason_once(sitting, speaker, actor):
    decision, by = sitting(), speaker("vicemayor")

    def say(view, reason, who=by):
        return services.opinion_give(decision=decision, view=view, reason=reason, actor=who, at=NOW)

    for view in ("agree", "disagree", "postpone"):
        with pytest.raises(Incomplete, match="请说明表态的理由") as told:
            say(view, "  ")
        assert "smx-major-decisions/4.2.1.2" in told.value.cite
    with pytest.raises(Incomplete, match="同意、不同意、缓议三种"):
        say("abstain", "弃权")
    with pytest.raises(NotAllowed):
        say("agree", "理由", own(decision.body))
    with pytest.raises(NotAllowed):
        say("agree", "理由", actor("deputy_secretary_general"))
    say("postpone", "还不清楚")
    with pytest.raises(WrongState, match="您已经表态"):
        say("agree", "改主意")


@pytest.mark.clause("smx-major-decisions/4.2.1.3")
def test_a_written_opinion_of_a_member_who_is_away_is_kept_and_not_counted(
    determined, convene, speaker, everybody_speaks, actor
):
    decision = determined("city_renewal")
    meeting = convene(present=5)
    row = services.sitting_open(decision=decision, meeting=meeting, actor=speaker("mayor"), at=NOW)
    from luoshi.organisation.models import Person

    absent = Person.objects.get(pk=next(pk for pk in row.in_post if pk not in row.present))
    present = Person.objects.get(pk=row.present[1])
    office = actor("mayor_office")

    def write(person, by=office, reason="书面理由"):
        return services.opinion_write_in(
            decision=decision, person=person, view="disagree", reason=reason, actor=by, at=NOW
        )

    with pytest.raises(WrongState, match="已到会"):
        write(present)
    with pytest.raises(Incomplete):
        write(absent, reason="")
    with pytest.raises(NotAllowed):
        write(absent, by=speaker("vicemayor"))
    made = write(absent)
    assert made.written
    from luoshi.decisions.services.sitting import counts, waiting

    assert sum(counts(row).values()) == 0 and len(waiting(row)) == len(row.present) - 1
    everybody_speaks(decision)
    assert conclude(decision, speaker("mayor")).outcome == "passed"


@pytest.mark.clause("smx-major-decisions/4.2.1.4")
def test_the_conclusion_is_locked_until_everybody_present_has_spoken(sitting, speaker, everybody_speaks):
    decision = sitting()
    with pytest.raises(WrongState, match="主持人最后发表结论性意见"):
        services.opinion_give(decision=decision, view="agree", reason="先说", actor=speaker("mayor"), at=NOW)
    with pytest.raises(WrongState, match="名到会成员没有表态") as told:
        conclude(decision, speaker("mayor"))
    assert "smx-major-decisions/4.2.1.4" in told.value.cite
    everybody_speaks(decision)
    with pytest.raises(NotAllowed):
        conclude(decision, speaker("executive"))
    conclude(decision, speaker("mayor"))
    row = decision.sittings.get()
    assert row.opinions.order_by("pk").last().person_id == row.chair_id


@pytest.mark.clause("smx-major-decisions/4.2.1.5")
@pytest.mark.clause("smx-work-rules/4.1")
def test_the_chair_passes_rejects_or_puts_off_and_against_the_majority_says_why(
    sitting, speaker, everybody_speaks
):
    decision = sitting()
    everybody_speaks(decision, views=("disagree",))
    with pytest.raises(Incomplete, match="结论与多数表态不同，须写明理由"):
        conclude(decision, speaker("mayor"))
    assert conclude(decision, speaker("mayor"), reason="事关全局").reason == "事关全局"
    assert fresh(decision).outcome == "passed"
    other = sitting()
    everybody_speaks(other, views=("disagree",))
    conclude(other, speaker("mayor"), outcome="rejected", view="disagree")
    assert fresh(other).matter.state == "rejected"


@pytest.mark.clause("smx-major-decisions/4.2.2.3")
def test_where_opinions_differ_or_questions_are_open_the_matter_is_put_off_and_comes_back_with_research(
    sitting, speaker, everybody_speaks
):
    for flag in ("divided", "unclear"):
        decision = sitting()
        everybody_speaks(decision, views=("agree", "disagree"))
        for outcome in ("passed", "rejected"):
            with pytest.raises(Incomplete, match="应暂缓决策"):
                conclude(decision, speaker("mayor"), outcome=outcome, **{flag: True})
        conclude(decision, speaker("mayor"), outcome="reconsider", view="postpone", **{flag: True})
        assert fresh(decision).matter.state == "postponed" and fresh(decision).outcome == ""
    by, later = own(decision.body), NOW + dt.timedelta(days=1)
    with pytest.raises(Incomplete, match="还没有补充调研材料"):
        services.decision_supplement(decision=decision, actor=by, at=later)
    services.step_record(
        decision=decision, key="research", values={"text": "补充", "opinions": "补充"}, actor=by, at=later
    )
    services.decision_supplement(decision=decision, actor=by, at=later)
    assert fresh(decision).matter.state == "reviewing"


@pytest.mark.clause("smx-major-decisions/4.2.2.4")
def test_in_an_emergency_more_than_half_of_those_who_should_attend_decides_else_the_mayor_with_reasons(
    sitting, speaker, everybody_speaks
):
    decision = sitting(weight="urgent")
    everybody_speaks(decision, views=("disagree",))
    with pytest.raises(Incomplete, match="按过半数的意见（不同意）执行"):
        conclude(decision, speaker("mayor"), divided=True, reason="理由")
    conclude(decision, speaker("mayor"), outcome="rejected", view="disagree", divided=True)
    other = sitting(weight="urgent")
    everybody_speaks(other, views=("agree", "agree", "disagree", "disagree", "postpone"))
    row = other.sittings.get()
    assert len(row.in_post) >= 2 * 3
    with pytest.raises(Incomplete, match="三种意见都不过半，由市长决定，须写明理由"):
        conclude(other, speaker("mayor"), divided=True)
    conclude(other, speaker("mayor"), divided=True, reason="不能再等")
    assert fresh(other).outcome == "passed"


@pytest.mark.clause("smx-major-decisions/4.2.2.5")
def test_a_dispute_goes_to_the_party_committee_where_the_mayor_finds_it_special(
    sitting, speaker, everybody_speaks, actor
):
    office = actor("mayor_office")
    for approved, state in ((True, "executing"), (False, "rejected")):
        decision = sitting()
        everybody_speaks(decision, views=("agree", "disagree"))
        conclude(decision, speaker("mayor"), outcome="party", view="postpone", divided=True)
        assert fresh(decision).matter.state == "ruling"
        services.ruling_record(
            decision=decision,
            approved=approved,
            document="虚发〔2017〕2号",
            text="裁决",
            actor=office,
            at=NOW,
        )
        assert fresh(decision).matter.state == state


@pytest.mark.clause("smx-major-decisions/4.2.2.5")
def test_a_commissioned_chair_does_not_find_that_a_case_is_special(
    determined, convene, speaker, everybody_speaks
):
    decision = determined("city_renewal")
    meeting = convene(chair="executive_vice_mayor", commission="委托")
    services.sitting_open(decision=decision, meeting=meeting, actor=speaker("executive"), at=NOW)
    everybody_speaks(decision)
    with pytest.raises(NotAllowed, match="由市长认定"):
        conclude(decision, speaker("executive"), outcome="party")


def test_several_matters_of_a_meeting_are_decided_one_by_one(determined, convene, speaker, everybody_speaks):
    meeting, first, second = convene(), determined("city_renewal"), determined("surplus")
    services.sitting_open(decision=first, meeting=meeting, actor=speaker("mayor"), at=NOW)
    with pytest.raises(WrongState, match="上一项还没有作出结论"):
        services.sitting_open(decision=second, meeting=meeting, actor=speaker("mayor"), at=NOW)
    everybody_speaks(first)
    conclude(first, speaker("mayor"))
    services.sitting_open(decision=second, meeting=meeting, actor=speaker("mayor"), at=NOW)


@pytest.mark.clause("smx-work-rules/5.2")
@pytest.mark.clause("smx-major-decisions/4.0.4")
def test_what_the_mayor_s_office_meeting_decides_as_urgent_is_owed_to_the_executive_meeting(decided, actor):
    decision = decided("city_renewal", weight="urgent", kind="mayor_office")
    row = Urgent.objects.get(decision=decision)
    assert row.tier == "meeting" and row.matter.state == "confirmed"
    assert row.matter.obligations.get(rule="decisions.urgent_report").state == "open"
    assert row.topic.kind == "meetings.topic" and row.topic.title.startswith("通报：")
    with pytest.raises(WrongState, match="须先通报") as told:
        decided("city_renewal", weight="urgent")
    assert "smx-major-decisions/4.0.4" in told.value.cite
    services.urgent_report(
        urgent=row, meeting_kind="executive", meeting="第5次", actor=actor("mayor_office"), at=NOW
    )
    plain = decided("city_renewal", weight="urgent")
    assert not Urgent.objects.filter(decision=plain).exists()


@pytest.mark.clause("xiping-work-rules/6.1", "xiping-work-rules/6.2")
def test_in_the_county_the_deputies_help_with_their_views_and_the_head_alone_concludes(
    under, determined, convene, speaker, everybody_speaks
):
    under("xiping")
    decision = determined("planning", at=LATER)
    services.sitting_open(
        decision=decision, meeting=convene("executive", at=LATER), actor=speaker("mayor", LATER), at=LATER
    )

    def conclude_then(name, **more):
        return services.decision_conclude(
            decision=decision, outcome="passed", view="agree", conclusion="虚构结论", actor=speaker(name, LATER), at=LATER,
            **more,
        )  # fmt: skip

    with pytest.raises(WrongState, match="没有表态"):
        conclude_then("mayor")
    everybody_speaks(decision, views=("disagree",), at=LATER)
    for deputy in ("executive", "vicemayor", "vicemayor2"):
        with pytest.raises(NotAllowed):
            conclude_then(deputy, reason="代为决定")
    with pytest.raises(Incomplete, match="多数"):
        conclude_then("mayor")
    conclude_then("mayor", reason="县长负责")
    assert fresh(decision).outcome == "passed"
