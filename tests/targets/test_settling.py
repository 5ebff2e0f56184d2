"""What others settle about single targets: values, certificates, deductions, special assessments."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

import pytest

from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.targets import rules, services
from luoshi.targets.models import Target
from luoshi.targets.selectors.board import month_board

from .conftest import JANUARY, PDF, REAL, check, on, submit

pytestmark = pytest.mark.django_db
MARCH = dt.date(2018, 3, 1)
END = dt.datetime(2019, 1, 3, 10, 0, tzinfo=on("01-01").tzinfo)


@pytest.mark.clause("smx-targets-2017/4.5")
def test_an_assigned_target_waits_for_its_value_and_is_judged_after(month, target):
    assert target("市城管局", 2).lacking == "assigned"
    measure = target("市城管局", 2).measures.get()
    services.value_assign(
        measure=measure, value="12", document="虚政办函3号", actor=SYSTEM, at=on("02-01 10:00")
    )
    assert target("市城管局", 2).lacking == "figure"
    month()
    submit("市城管局", {"绿道里程": {"value": "12"}}, on("02-03 10:00"))
    assert target("市城管局", 2).on_track
    plain = target("市城管局", 3).measures.get()
    with pytest.raises(WrongState):
        services.value_assign(measure=plain, value="1", document="甲", actor=SYSTEM, at=on("02-03 10:00"))


@pytest.mark.clause("smx-targets-2017/3.5.2")
def test_a_work_is_certified_by_the_department_named_for_it_and_by_nobody_else(target, bodies, actor):
    measure = target("湖滨区", 4).measures.get()
    leader, other = actor("unit_leader", "chengguan"), actor("unit_leader", "hubin")
    at = on("03-01 10:00")

    def certify(who, outcome="met"):
        return services.measure_certify(measure=measure, outcome=outcome, opinion="已验收", actor=who, at=at)

    with pytest.raises(WrongState):
        certify(leader)
    services.certifier_name(measure=measure, body=bodies["chengguan"], actor=SYSTEM, at=at)
    assert target("湖滨区", 4).outcome == "pending"
    with pytest.raises(NotAllowed):
        certify(other)
    with pytest.raises(NotAllowed):
        certify(actor("liaison", "chengguan"))
    certify(leader)
    assert target("湖滨区", 4).outcome == "met"
    works = rules.setting("targets.preconditions", JANUARY)["works"]
    assert len(works) == 6


@pytest.mark.clause("smx-targets-2017/3.4")
def test_an_area_without_the_work_is_certified_as_not_concerned(target, bodies, actor):
    measure = target("湖滨区", 4).measures.get()
    at = on("03-01 10:00")
    services.certifier_name(measure=measure, body=bodies["chengguan"], actor=SYSTEM, at=at)
    services.measure_certify(
        measure=measure,
        outcome="not_applicable",
        opinion="无此任务",
        actor=actor("unit_leader", "chengguan"),
        at=at,
    )
    assert target("湖滨区", 4).outcome == "not_applicable"
    names = {
        row.indicator for one in Target.objects.filter(sheet__name="卢氏县") for row in one.measures.all()
    }
    assert "生产总值" not in names  # a target that an area does not list is not assessed there


@pytest.mark.clause("smx-targets-2017/3.5.1")
def test_an_event_that_may_not_occur_turns_red_at_once_and_a_person_enters_the_deduction(month, target, plan):
    allowed = rules.setting("targets.preconditions", JANUARY)
    assert allowed["allowed"] == 0 and len(allowed["events"]) == 6
    month()
    with pytest.raises(WrongState):
        services.deduction_set(
            target=target("湖滨区", 3), points=5, reason="甲", actor=SYSTEM, at=on("02-03 10:00")
        )
    submit("湖滨区", {"重特大安全生产事故": {"value": 1}}, on("02-03 10:00"))
    assert target("湖滨区", 3).outcome == "not_met" and target("湖滨区", 3).deduction is None
    row = next(row for row in month_board(plan, JANUARY, now=on("02-04 10:00")) if row.sheet.name == "湖滨区")
    assert row.light == "red"
    services.deduction_set(
        target=target("湖滨区", 3), points="5", reason="按通报", actor=SYSTEM, at=on("02-03 10:00")
    )
    assert target("湖滨区", 3).deduction == 5


@pytest.mark.clause("smx-targets-2017/5.1")
def test_a_doubtful_figure_is_judged_once_somebody_confirmed_it(month, target):
    month()
    submit("市城管局", {"清扫里程": {"value": "2"}}, on("02-03 10:00"))
    assert target("市城管局", 4).lacking == "doubt" and not target("市城管局", 4).on_track
    services.doubt_settle(
        target=target("市城管局", 4), conclusion="与原件一致", actor=SYSTEM, at=on("02-04 10:00")
    )
    assert target("市城管局", 4).on_track
    with pytest.raises(WrongState):
        services.doubt_settle(
            target=target("市城管局", 4), conclusion="再核", actor=SYSTEM, at=on("02-04 10:00")
        )


@pytest.mark.clause("smx-targets-2017/4.7")
def test_a_hope_is_decided_by_a_person_and_a_plain_figure_by_none(target):
    hope, plain = target("市城管局", 3).measures.get(), target("市教育局", 1).measures.first()
    services.measure_decide(measure=hope, outcome="not_met", reason="未开工", actor=SYSTEM, at=END)
    with pytest.raises(WrongState, match="不能由人改判"):
        services.measure_decide(measure=plain, outcome="met", reason="差不多", actor=SYSTEM, at=END)


@pytest.mark.clause("smx-targets-2017/4.8")
def test_a_measure_with_its_own_day_is_final_after_it_and_the_others_after_december(month, target):
    month("07-01 08:00")
    figures = {"新建幼儿园": {"value": 1}, "上半年新建幼儿园": {"value": 0}}
    june = dt.date(2018, 6, 1)
    submit("市教育局", figures, on("06-30 23:00"), month=june)
    assert target("市教育局", 1).outcome == "pending"
    submit("市教育局", figures, on("07-01 09:00"), month=june)
    assert target("市教育局", 1).outcome == "not_met"
    due = rules.setting("targets.due", JANUARY)
    assert (due["month"], due["day"]) == (12, 31)


@pytest.mark.clause("smx-targets-2017/1.2")
def test_points_for_a_target_that_failed_are_a_person_s_word(month, target):
    month("07-01 08:00")
    submit("市教育局", {"上半年新建幼儿园": {"value": 0}}, on("07-02 09:00"), month=dt.date(2018, 6, 1))
    with pytest.raises(Incomplete):
        services.points_award(
            target=target("市教育局", 1), points=601, reason="甲", actor=SYSTEM, at=on("07-03 09:00")
        )
    services.points_award(
        target=target("市教育局", 1), points=300, reason="已竣工一所", actor=SYSTEM, at=on("07-03 09:00")
    )
    assert target("市教育局", 1).awarded == 300
    with pytest.raises(WrongState):
        services.points_award(
            target=target("市教育局", 2), points=1, reason="甲", actor=SYSTEM, at=on("07-03 09:00")
        )


@pytest.mark.clause("smx-targets-2017/3.3")
def test_a_county_s_points_are_entered_by_a_person(target):
    services.points_set(
        target=target("湖滨区", 1), points=60, basis="年度方案", actor=SYSTEM, at=on("02-01 10:00")
    )
    assert target("湖滨区", 1).points == 60
    for name, number in (("市教育局", 1), ("湖滨区", 3)):
        with pytest.raises(WrongState):
            services.points_set(
                target=target(name, number), points=1, basis="甲", actor=SYSTEM, at=on("02-01 10:00")
            )


@pytest.mark.clause("smx-target-management/4.1.3")
def test_key_targets_are_followed_up_with_progress_and_advice(target):
    key, general = target("市城管局", 1), target("市城管局", 3)
    at = on("05-01 10:00")
    for missing in ({"progress": "", "advice": "加快"}, {"progress": "过半", "advice": " "}):
        with pytest.raises(Incomplete):
            services.target_follow_up(target=key, **missing, actor=SYSTEM, at=at)
    services.target_follow_up(target=key, progress="过半", advice="加快", actor=SYSTEM, at=at)
    services.target_follow_up(target=target("湖滨区", 1), progress="过半", advice="加快", actor=SYSTEM, at=at)
    for other in (general, target("湖滨区", 3)):
        with pytest.raises(WrongState):
            services.target_follow_up(target=other, progress="过半", advice="加快", actor=SYSTEM, at=at)


@pytest.mark.clause("smx-targets-2017/4.4")
def test_a_special_assessment_counts_only_where_the_target_is_listed(plan, target):
    entered, left = services.theme_enter(
        plan=plan, theme="openness", results={"chengguan": "met", "jiaoyu": "not_met", "shuiwu": "not_met"},
        document="政务公开考评通报", actor=SYSTEM, at=END,
    )  # fmt: skip
    assert len(entered) == 1 and "城市管理" in entered[0] and len(left) == 2
    assert target("市城管局", 5).outcome == "met" and target("市教育局", 2).outcome == "to_decide"
    with pytest.raises(Incomplete):
        services.theme_enter(plan=plan, theme="gossip", results={}, document="甲", actor=SYSTEM, at=END)


@pytest.mark.clause("smx-targets-2017/4.4")
@pytest.mark.skipif(not REAL.exists(), reason="the real file lies beside the checkout, not in it")
def test_the_themes_of_the_real_file_are_those_of_the_rulebook_with_their_exceptions(bodies):
    plan = check(REAL.read_text(encoding="utf-8")).plan
    rows = [(sheet.name, one) for sheet in plan.of("department") for one in sheet.targets if one.theme]
    known = set(rules.choice("targets.theme", JANUARY).values)
    assert {one.theme for _, one in rows} == known
    most = {(name, one.theme): one.points for name, one in rows}
    assert [
        most["市政府法制办", "rule_of_law"],
        most["市政府办公室", "openness"],
        most["市安全监管局", "work_safety"],
    ] == [300, 150, 600]
    assert [most["市国土资源局", "key_projects"], most["市商业物资总公司", "fire_safety"]] == [40, 100]


@pytest.mark.clause("smx-targets-2017/4.3")
def test_six_kinds_of_bodies_may_be_responsible(bodies):
    assert len(rules.choice("targets.category", JANUARY).options) == 6


def test_evidence_hangs_on_its_target(target, actor):
    services.evidence_add(
        target=target("市城管局", 1),
        file=BytesIO(PDF),
        name="验收单.pdf",
        actor=actor("liaison", "chengguan"),
        at=on("02-01 10:00"),
    )
    assert target("市城管局", 1).matter.attachments.get().name == "验收单.pdf"
    with pytest.raises(NotAllowed):
        services.evidence_add(
            target=target("市城管局", 1),
            file=BytesIO(PDF),
            name="甲.pdf",
            actor=actor("liaison", "jiaoyu"),
            at=on("02-01 10:00"),
        )
