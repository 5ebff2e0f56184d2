"""The end of a year, through the services: order, blockers, tiers, honours, fraud, two years in a row."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.targets import rules, services
from luoshi.targets.grading import Standard
from luoshi.targets.imports.load import file_load
from luoshi.targets.models import Plan, Result, Sheet, Standing, Target
from luoshi.targets.selectors.results import blockers, consequence_list, department_quota

from .conftest import NOW, SAMPLE, check, on

pytestmark = pytest.mark.django_db
END = dt.datetime(2019, 1, 8, 10, 0, tzinfo=on("01-01").tzinfo)
D = Decimal
STANDARDS = {
    "county": Standard("rate", (D(100), D(80), D(50)), D(0), True),
    "department": Standard("points", (D(95), D(80), D(60)), D(0), False),
}


@pytest.fixture
def result(plan):
    return services.result_open(plan=plan, actor=SYSTEM, at=on("12-01 10:00"))


def set_standard(result, standards=STANDARDS, county_honours=1, branches=None, actor=SYSTEM):
    return services.standard_set(
        result=result, standards=standards, document="虚政办〔2018〕9号", county_honours=county_honours,
        branches=branches or {}, actor=actor, at=on("12-02 10:00"),
    )  # fmt: skip


def approve(result, actor=SYSTEM):
    return services.standard_approve(result=result, actor=actor, at=on("12-03 10:00"))


def settle(plan, *, met=("市城管局", "市教育局", "供水公司", "湖滨区", "卢氏县")):
    """Everything that a person must settle: bodies named in `met` met all, the others nothing."""
    for sheet in Sheet.objects.filter(plan=plan).exclude(layer="city"):
        good = sheet.name in met
        for target in sheet.targets.select_related("sheet", "matter"):
            decide(target, good)
    services.month_open(plan=plan, month=dt.date(2018, 12, 1), actor=SYSTEM, at=END.replace(day=1, hour=1))
    for report in plan.reports.filter(month=dt.date(2018, 12, 1)).select_related("sheet"):
        figures = {}
        for target in report.sheet.targets.all():
            for row in target.measures.exclude(comparison="certified"):
                figures[row.pk] = figure(row, report.sheet.name in met)
        if figures:
            services.report_submit(report=report, figures=figures, actor=SYSTEM, at=END.replace(day=2))


def figure(row, good):
    if row.counted:
        return {"part": 100 if good else 1, "whole": 100}
    if row.comparison == "none_occurs":
        return {"value": 0 if good else 1}
    return {"value": 100_000 if good else 0}


def decide(target, good):
    outcome = "met" if good else "not_met"
    at = END
    if target.doubtful:
        services.doubt_settle(target=target, conclusion="无误", actor=SYSTEM, at=at)
    rows = list(target.measures.all())
    if not rows:
        services.target_decide(target=target, outcome=outcome, reason="考核组认定", actor=SYSTEM, at=at)
    for row in rows:
        if row.comparison == "assigned":
            services.value_assign(measure=row, value="5", document="甲", actor=SYSTEM, at=at)
        elif row.comparison == "certified":
            certify(row, outcome)
        elif row.expected and not good:
            services.measure_decide(measure=row, outcome=outcome, reason="未开工", actor=SYSTEM, at=at)


def certify(row, outcome):
    from luoshi.ledger.actors import Actor, ActorKind
    from luoshi.organisation.models import Body

    body = Body.objects.get(code="chengguan")
    services.certifier_name(measure=row, body=body, actor=SYSTEM, at=END)
    who = Actor(ActorKind.USER, "某局", body_id=body.pk, permissions=frozenset({"targets.certify"}))
    services.measure_certify(measure=row, outcome=outcome, opinion="验收", actor=who, at=END)


def award(plan):
    for target in Target.objects.filter(plan=plan, outcome="not_met").select_related("sheet"):
        if target.group == "precondition":
            services.deduction_set(target=target, points=1, reason="按通报", actor=SYSTEM, at=END)
        elif target.points is not None:
            services.points_award(target=target, points=0, reason="未完成", actor=SYSTEM, at=END)


def examine(plan):
    for sheet in Sheet.objects.filter(plan=plan).exclude(layer="city").order_by("pk"):
        services.sheet_self_assess(sheet=sheet, text="已对照自查", actor=SYSTEM, at=END)
        services.sheet_examine(sheet=sheet, opinion="属实", actor=SYSTEM, at=END)


def propose(result):
    return services.tiers_propose(result=result, actor=SYSTEM, at=END)


@pytest.fixture
def proposed(plan, result):
    """Tiers proposed: everybody met all but the education bureau and one county."""
    set_standard(result), approve(result)
    settle(plan, met=("市城管局", "供水公司", "湖滨区"))
    award(plan)
    examine(plan)
    award(plan)
    return propose(result)


def standing(name):
    return Standing.objects.select_related("sheet", "result").get(sheet__name=name)


@pytest.mark.clause("smx-target-management/4.2.1", "smx-target-management/4.2.2")
def test_a_body_assesses_itself_before_it_is_examined_and_both_after_the_year(plan, sheet, actor):
    unit, office = actor("liaison", "chengguan"), actor("target_office")
    own = sheet("市城管局")
    with pytest.raises(WrongState, match="还没有结束"):
        services.sheet_self_assess(sheet=own, text="好", actor=unit, at=on("12-31 23:00"))
    with pytest.raises(WrongState):
        services.sheet_examine(sheet=own, opinion="好", actor=office, at=END)
    with pytest.raises(NotAllowed):
        services.sheet_self_assess(sheet=own, text="好", actor=actor("liaison", "jiaoyu"), at=END)
    services.sheet_self_assess(sheet=own, text="逐项对照", actor=unit, at=END)
    with pytest.raises(NotAllowed):
        services.sheet_examine(sheet=own, opinion="属实", actor=unit, at=END)
    services.sheet_examine(sheet=own, opinion="属实", actor=office, at=END)
    assert sheet("市城管局").matter.state == "examined"


@pytest.mark.clause("smx-target-management/4.2.3.1", "smx-target-management/5.1.1")
def test_there_are_no_tiers_before_people_set_and_approved_the_standard(result, actor):
    labels = [option.label for option in rules.choice("targets.tier", NOW.date()).options]
    assert labels == ["全面完成目标单位", "完成目标单位", "基本完成目标单位", "未完成目标单位"]
    assert [label for _, label in Standing.Tier.choices] == labels
    assert result.standards == {} and result.county_honours is None
    for attempt in (
        lambda: approve(result),
        lambda: set_standard(result, {"county": STANDARDS["county"]}) and approve(result),
    ):
        with pytest.raises(Incomplete, match="定档标准"):
            attempt()
    set_standard(result, county_honours=None)
    with pytest.raises(Incomplete, match="先进名额"):
        approve(result)
    set_standard(result)
    with pytest.raises(WrongState):
        propose(result)
    with pytest.raises(NotAllowed):
        approve(result, actor("target_office"))
    approve(result, actor("city_leader"))
    with pytest.raises(WrongState):
        set_standard(result)


@pytest.mark.clause("smx-targets-2017/3.3", "smx-target-management/4.2.3.1")
def test_nothing_is_graded_while_anything_is_open_and_each_open_thing_is_named(plan, result):
    set_standard(result), approve(result)
    with pytest.raises(Incomplete, match="没有办完"):
        propose(result)
    found = blockers(result)
    assert any("还没有考核认定" in one for one in found) and any("待下达" in one for one in found)
    settle(plan, met=("湖滨区",))
    examine(plan)
    result.refresh_from_db()
    assert any("还没有认定得分" in one for one in blockers(result))
    award(plan)
    assert blockers(result) == []
    by_points = {**STANDARDS, "county": Standard("points", (D(95), D(80), D(60)), D(0), False)}
    result.standards = {pool: one.as_dict() for pool, one in by_points.items()}
    assert any("还没有录入分值" in one for one in blockers(result))


@pytest.mark.clause("smx-target-management/4.2.3.1")
def test_counties_and_departments_are_graded_each_by_their_own_standard(proposed):
    tiers = {row.sheet.name: (row.pool, row.tier) for row in Standing.objects.select_related("sheet")}
    assert tiers == {
        "市城管局": ("department", 1), "供水公司": ("department", 1), "市教育局": ("department", 4),
        "湖滨区": ("county", 1), "卢氏县": ("county", 4),
    }  # fmt: skip
    assert standing("市城管局").points == 800 and standing("市教育局").points == 0


@pytest.mark.clause("smx-target-management/4.2.0")
def test_reports_in_time_enter_by_the_weight_that_was_set(plan, result):
    heavy = {pool: Standard(one.metric, one.bounds, D(50), one.all_met) for pool, one in STANDARDS.items()}
    set_standard(result, heavy), approve(result)
    settle(plan)
    services.month_open(plan=plan, month=dt.date(2018, 11, 1), actor=SYSTEM, at=END)
    examine(plan)
    propose(result)
    row = standing("市城管局")
    assert (row.regular, row.score) == (D("50.00"), D("75.00"))


def test_a_tier_is_adjusted_with_a_reason_until_the_group_fixes_it(proposed):
    with pytest.raises(Incomplete):
        services.tier_adjust(standing=standing("市教育局"), tier=3, reason="", actor=SYSTEM, at=END)
    services.tier_adjust(standing=standing("市教育局"), tier=3, reason="上级政策变化", actor=SYSTEM, at=END)
    assert (standing("市教育局").tier, standing("市教育局").proposed) == (3, 4)
    step(proposed, "fix")
    with pytest.raises(WrongState):
        services.tier_adjust(standing=standing("市教育局"), tier=2, reason="再议", actor=SYSTEM, at=END)


def step(result, name, actor=SYSTEM):
    return services.result_step(result=result, step=name, opinion="同意", actor=actor, at=END)


def recommend(result, *names, branch=""):
    chosen = {standing(name).pk: branch for name in names}
    return services.honours_recommend(result=result, chosen=chosen, actor=SYSTEM, at=END)


@pytest.mark.clause("smx-target-management/4.2.3.2")
def test_seven_hands_decide_in_their_order_and_the_year_is_closed(proposed, actor):
    office, leader = actor("target_office"), actor("city_leader")
    with pytest.raises(WrongState):
        step(proposed, "study", leader)
    for name, right, wrong in (
        ("fix", leader, office), ("recommend", office, leader), ("draft_awards", office, leader), ("study", leader, office),
        ("collect", leader, office), ("decide", leader, office),
    ):  # fmt: skip
        if name == "recommend":
            services.honours_recommend(result=proposed, chosen={}, actor=right, at=END)
            continue
        with pytest.raises(NotAllowed):
            step(proposed, name, wrong)
        step(proposed, name, right)
    assert Result.objects.get().matter.state == "decided"
    assert Plan.objects.get().matter.state == "closed"
    with pytest.raises(WrongState):
        services.value_assign(
            measure=Target.objects.get(sheet__name="市城管局", number=2).measures.get(),
            value=1,
            document="甲",
            actor=SYSTEM,
            at=END,
        )


@pytest.mark.clause("smx-target-management/5.1.2")
def test_departments_are_honoured_from_the_first_tier_within_a_fifth(proposed):
    step(proposed, "fix")
    terms = rules.setting("targets.honours", END.date())
    assert (terms["department_percent"], terms["least"], terms["department_tier"]) == (20, 1, 1)
    assert department_quota(proposed, at=END) == (2, 1, True)
    with pytest.raises(Incomplete, match="不是全面完成"):
        recommend(proposed, "市教育局")
    with pytest.raises(Incomplete, match="名额1个，选了2个"):
        recommend(proposed, "市城管局", "供水公司")
    recommend(proposed, "市城管局")
    assert standing("市城管局").honoured and not standing("供水公司").honoured
    recommend(proposed, "供水公司")
    assert not standing("市城管局").honoured


@pytest.mark.clause("smx-target-management/5.1.2")
def test_a_branch_keeps_its_quota(plan, result):
    set_standard(result, branches={"建设口": 1, "公用口": 0}), approve(result)
    settle(plan), examine(plan), propose(result)
    step(result, "fix")
    with pytest.raises(Incomplete, match="公用口"):
        recommend(result, "供水公司", branch="公用口")
    recommend(result, "市城管局", branch="建设口")
    assert standing("市城管局").branch == "建设口"


@pytest.mark.clause("smx-target-management/5.1.2")
def test_branches_that_together_pass_the_total_are_refused(plan, result):
    set_standard(result, branches={"建设口": 1, "公用口": 1}), approve(result)
    settle(plan), examine(plan), propose(result)
    step(result, "fix")
    with pytest.raises(Incomplete, match="各口名额合计"):
        recommend(result, "市城管局", branch="建设口")


@pytest.mark.clause("smx-target-management/5.1.1")
def test_counties_are_honoured_by_the_number_of_the_scheme_whatever_their_tier(proposed):
    step(proposed, "fix")
    with pytest.raises(Incomplete, match="名额为1个"):
        recommend(proposed, "湖滨区", "卢氏县")
    recommend(proposed, "卢氏县")
    assert standing("卢氏县").honoured and standing("卢氏县").tier == 4


@pytest.mark.clause("smx-target-management/5.2.2.1")
def test_who_cheated_is_not_recommended(proposed):
    services.fraud_note(standing=standing("市城管局"), what="虚报件数", actor=SYSTEM, at=END)
    step(proposed, "fix")
    with pytest.raises(Incomplete, match="评先资格"):
        recommend(proposed, "市城管局")
    kinds = {
        one.standing.sheet.name: [kind for kind, _ in one.items] for one in consequence_list(proposed, at=END)
    }
    assert kinds["市城管局"] == ["appraisal", "disqualify", "criticise"]


@pytest.mark.clause("smx-target-management/5.2.2.3", "smx-target-management/5.1.3.1")
def test_fraud_found_after_the_decision_costs_the_honour_however_late(proposed):
    step(proposed, "fix")
    recommend(proposed, "市城管局")
    for name in ("draft_awards", "study", "collect", "decide"):
        step(proposed, name)
    before = {
        one.standing.sheet.name: [kind for kind, _ in one.items] for one in consequence_list(proposed, at=END)
    }
    assert before["市城管局"] == ["appraisal", "commend"]
    services.fraud_note(
        standing=standing("市城管局"), what="虚报件数", actor=SYSTEM, at=END.replace(year=2024)
    )
    row = standing("市城管局")
    assert row.fraud_after and not row.honoured
    after = {
        one.standing.sheet.name: [kind for kind, _ in one.items] for one in consequence_list(proposed, at=END)
    }
    assert after["市城管局"] == ["appraisal", "criticise", "withdraw", "recover"]
    with pytest.raises(WrongState):
        services.fraud_note(standing=row, what="又", actor=SYSTEM, at=END.replace(year=2024))


@pytest.mark.clause(
    "smx-target-management/5.2.1.1", "smx-target-management/5.2.1.2", "smx-target-management/5.2.1.3",
    "smx-target-management/5.1.3.2",
)  # fmt: skip
def test_what_follows_is_listed_for_every_body(proposed):
    found = {
        one.standing.sheet.name: [kind for kind, _ in one.items] for one in consequence_list(proposed, at=END)
    }
    assert found["市教育局"] == ["appraisal", "criticise", "cap", "cut"] and found["供水公司"] == [
        "appraisal"
    ]
    assert all("appraisal" in kinds for kinds in found.values())
    assert standing("市城管局").leader


@pytest.mark.clause("smx-target-management/5.2.1.4")
@pytest.mark.parametrize("state", ["decided", "proposed"])
def test_two_failing_years_in_a_row_cost_the_leader_the_grade(proposed, state):
    if state == "decided":
        step(proposed, "fix")
        recommend(proposed)
        for name in ("draft_awards", "study", "collect", "decide"):
            step(proposed, name)
    next_year = SAMPLE.replace("year: 2018", "year: 2019").replace("due: 2018-06-30", "due: 2019-06-30")
    plan = file_load(checked=check(next_year), bodies={}, actor=SYSTEM, at=END)
    plan = services.plan_issue(
        plan=plan, document="虚政〔2019〕1号", issued_on=END.date(), actor=SYSTEM, at=END
    )
    result = services.result_open(plan=plan, actor=SYSTEM, at=END)
    row = Standing.objects.get(result=proposed, sheet__name="市教育局")
    sheet = Sheet.objects.get(plan=plan, name="市教育局")
    from luoshi.ledger.models import door

    with door():
        Standing.objects.create(
            result=result,
            sheet=sheet,
            pool="department",
            points=0,
            regular=100,
            score=0,
            proposed=4,
            tier=row.tier,
        )
    kinds = [kind for kind, _ in consequence_list(result, at=END)[0].items]
    assert ("fail" in kinds) is (state == "decided")
