"""A running year: monthly reports, checks, quarterly notices, and what others settle about single targets."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from io import BytesIO

import pytest

from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Event, Obligation
from luoshi.ledger.verify import Report as Checked
from luoshi.ledger.verify import verify
from luoshi.targets import rules, services, sources
from luoshi.targets.models import Change, Figure, Notice, Report, Target
from luoshi.targets.selectors.board import month_board, timeliness

from .conftest import REAL, SAMPLE, check, on

pytestmark = pytest.mark.django_db
JANUARY, MARCH = dt.date(2018, 1, 1), dt.date(2018, 3, 1)
END = dt.datetime(2019, 1, 3, 10, 0, tzinfo=on("01-01").tzinfo)
PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def month(plan):
    """month("02-01"): the month before is opened for check."""

    def begin(text="02-01 08:00", at=None):
        at = at or on(text)
        first = (at.date().replace(day=1) - dt.timedelta(days=1)).replace(day=1)
        return services.month_open(plan=plan, month=first, actor=SYSTEM, at=at)

    return begin


def report_of(name, month=JANUARY):
    return Report.objects.select_related("matter", "sheet", "plan").get(sheet__name=name, month=month)


def submit(name, figures, at, actor=SYSTEM, month=JANUARY, **more):
    by_name = {
        row.indicator: row.pk
        for target in Target.objects.filter(sheet__name=name)
        for row in target.measures.all()
    }
    values = {by_name[key]: value for key, value in figures.items()}
    return services.report_submit(report=report_of(name, month), figures=values, actor=actor, at=at, **more)


@pytest.mark.clause("smx-target-management/4.1.1")
def test_a_month_that_is_over_is_reported_by_every_body_and_checked_by_the_tenth(month, bodies):
    reports = month()
    assert len(reports) == 5
    owed = {row.rule: row for row in Obligation.objects.filter(matter_kind__startswith="targets.")}
    assert owed["targets.monthly_report"].due_at == on("02-05 18:00")
    check = owed["targets.monthly_check"]
    assert (check.due_at, check.body_id) == (on("02-10 18:00"), bodies["zhengfuban"].pk)
    assert set(rules.setting("targets.month", JANUARY)) == {"report_day", "check_day", "hour"}


def test_opening_a_month_again_adds_nothing(month):
    month()
    assert month() == []
    assert Notice.objects.count() == 1


@pytest.mark.parametrize("day", ["01-31 23:59", "01-20 10:00"])
def test_a_month_that_still_runs_is_not_checked(plan, day):
    with pytest.raises(WrongState):
        services.month_open(plan=plan, month=JANUARY, actor=SYSTEM, at=on(day))


def test_the_worker_opens_every_month_that_is_due(plan):
    assert services.months_due(plan, at=on("03-05 00:40")) == [JANUARY, dt.date(2018, 2, 1)]
    assert services.months_open_all(actor=SYSTEM, at=on("03-05 00:40")) == 2
    assert services.months_open_all(actor=SYSTEM, at=on("03-05 00:41")) == 0


@pytest.mark.clause("smx-target-management/4.1.2", "smx-target-management/2.3")
def test_a_quarter_that_is_over_asks_for_a_notice_drawn_from_the_records(month, plan, actor):
    month(), month("03-01 08:00"), month("04-01 08:00")
    assert sorted(Notice.objects.values_list("kind", flat=True)) == ["month", "month", "month", "quarter"]
    submit("市城管局", {"便民停车场": {"value": "4"}}, on("02-03 10:00"))
    notice = Notice.objects.get(kind="quarter")
    with pytest.raises(WrongState):
        services.notice_issue(notice=notice, actor=SYSTEM, at=on("04-08 10:00"))
    drawn = services.notice_draw_up(
        notice=notice, remark="总体平稳", actor=actor("target_office"), at=on("04-08 10:00")
    )
    row = next(row for row in drawn.figures["rows"] if row["name"] == "市城管局")
    assert (row["in_time"], row["missing"], row["total"]) == (1, 2, 5)
    issued = services.notice_issue(notice=drawn, actor=actor("target_office"), at=on("04-09 10:00"))
    with pytest.raises(WrongState):
        services.notice_draw_up(notice=issued, remark="改", actor=SYSTEM, at=on("04-09 11:00"))
    assert Obligation.objects.get(rule="targets.quarterly_notice").state == "met"


def test_what_a_notice_told_stays_when_later_figures_come(month):
    month()
    notice = services.notice_draw_up(
        notice=Notice.objects.get(), remark="", actor=SYSTEM, at=on("02-08 10:00")
    )
    services.notice_issue(notice=notice, actor=SYSTEM, at=on("02-09 10:00"))
    before = Notice.objects.get().figures
    submit("湖滨区", {"重特大安全生产事故": {"value": 1}}, on("02-10 10:00"))
    assert Notice.objects.get().figures == before


def test_a_unit_reports_its_own_month_and_the_judgement_follows(month, actor, target):
    month()
    unit = actor("liaison", "chengguan")
    with pytest.raises(NotAllowed):
        submit("市城管局", {"便民停车场": {"value": 1}}, on("02-03 10:00"), actor("liaison", "jiaoyu"))
    submit("市城管局", {"便民停车场": {"value": "1"}}, on("02-03 10:00"), unit, remark="一处已开工")
    assert "现为1处" in target("市城管局", 3).said
    assert (
        Obligation.objects.get(rule="targets.monthly_report", matter=report_of("市城管局").matter).state
        == "met"
    )
    submit("市城管局", {"便民停车场": {"value": "3"}}, on("02-04 10:00"), unit)
    assert target("市城管局", 3).on_track and Figure.objects.count() == 1
    assert [event.data["figures"] for event in Event.objects.filter(kind="targets.reported").order_by("seq")]


@pytest.mark.parametrize("value", ["abc", "1.23456", "9" * 20, "NaN"])
def test_what_is_no_number_is_refused_beside_its_field(month, value):
    month()
    with pytest.raises(Incomplete) as refused:
        submit("市城管局", {"便民停车场": {"value": value}}, on("02-03 10:00"))
    assert refused.value.field.endswith("-value")
    assert not Figure.objects.exists()


def test_an_empty_report_is_none(month):
    month()
    with pytest.raises(Incomplete):
        submit("市城管局", {"便民停车场": {"value": ""}}, on("02-03 10:00"))


@pytest.mark.clause("smx-targets-2017/4.10")
def test_a_rate_is_computed_over_all_cases_of_the_year(month, target):
    month(), month("03-01 08:00")
    submit("市城管局", {"市容投诉按期处置率": {"part": 90, "whole": 100}}, on("02-03 10:00"))
    assert "现为90%" in target("市城管局", 1).said
    submit(
        "市城管局",
        {"市容投诉按期处置率": {"part": 300, "whole": 300}},
        on("03-03 10:00"),
        month=dt.date(2018, 2, 1),
    )
    assert "现为97.5%" in target("市城管局", 1).said and target("市城管局", 1).on_track
    with pytest.raises(Incomplete):
        submit("市城管局", {"市容投诉按期处置率": {"part": 3, "whole": 2}}, on("03-03 11:00"))


@pytest.mark.clause("smx-targets-2017/4.10")
@pytest.mark.skipif(not REAL.exists(), reason="the real file lies beside the checkout, not in it")
def test_the_rates_that_the_platform_computes_stand_in_the_real_file_with_their_values(bodies):
    terms = rules.setting("targets.rates", JANUARY)
    wanted = dict(zip(terms["indicators"], map(Decimal, map(str, terms["least"])), strict=True))
    plan = check(REAL.read_text(encoding="utf-8")).plan
    specs = [one for sheet in plan.of("department") for target in sheet.targets for one in target.measures]
    found = {one.measure.indicator: one.measure.value for one in specs if one.counted}
    assert found == wanted
    assert wanted["办件按期办结率"] == Decimal("99.8")


@pytest.mark.clause("smx-targets-2017/4.11")
def test_how_well_statistics_were_supplied_is_counted(bodies, monkeypatch):
    terms = rules.setting("targets.statistics", JANUARY)
    assert (terms["every_months"], terms["timeliness"]) == (1, 100)
    from luoshi.targets.imports.load import file_load

    from .conftest import NOW

    monkeypatch.setattr(
        rules, "seat", lambda group, at: bodies["jiaoyu" if group == "monitoring_seat" else "zhengfuban"]
    )
    plan = file_load(checked=check(), bodies={}, actor=SYSTEM, at=NOW)
    plan = services.plan_issue(plan=plan, document="甲", issued_on=NOW.date(), actor=SYSTEM, at=NOW)
    for text in ("02-01 08:00", "03-01 08:00"):
        at = on(text)
        services.month_open(
            plan=plan, month=(at.date() - dt.timedelta(days=1)).replace(day=1), actor=SYSTEM, at=at
        )
    assert timeliness(plan) == (0, 2)
    submit("虚构市", {"城镇新增就业人数": {"value": "0.05"}}, on("02-05 18:00"))
    submit("虚构市", {"城镇新增就业人数": {"value": "0.06"}}, on("03-05 18:01"), month=dt.date(2018, 2, 1))
    assert timeliness(plan) == (1, 2)


@pytest.mark.clause("smx-targets-2017/4.9")
def test_what_a_module_of_the_platform_knows_is_taken_from_it_and_not_from_what_is_typed(
    month, target, monkeypatch
):
    real = rules.setting
    named = {"indicators": ["便民停车场", "市容投诉按期处置率"], "sources": ["parking", "complaints"]}
    monkeypatch.setattr(
        rules, "setting", lambda name, day: named if name == "targets.office_sources" else real(name, day)
    )
    month()
    submit("市城管局", {"便民停车场": {"value": 9}}, on("02-02 10:00"))
    assert "现为9处" in target("市城管局", 3).said  # no module: by hand
    monkeypatch.setattr(sources, "_SUPPLIES", {})
    sources.register("parking", lambda first: sources.Supplied(value=Decimal(first.month)))
    sources.register("complaints", lambda first: sources.Supplied(part=97, whole=100))
    submit("市城管局", {"便民停车场": {"value": 9}}, on("02-03 10:00"))
    assert "现为1处" in target("市城管局", 3).said and "现为97%" in target("市城管局", 1).said
    assert len(Event.objects.filter(kind="targets.reported").last().data["fetched"]) == 2


def test_the_board_shows_who_has_not_reported(month, plan):
    month()
    submit("市城管局", {"便民停车场": {"value": "4"}}, on("02-03 10:00"))
    early = {row.sheet.name: row for row in month_board(plan, JANUARY, now=on("02-05 12:00"))}
    assert not early["市教育局"].missing
    board = {row.sheet.name: row for row in month_board(plan, JANUARY, now=on("02-06 00:00"))}
    assert board["市教育局"].missing and board["市教育局"].light == "red"
    assert not board["市城管局"].missing and board["市城管局"].light == "amber"


def test_a_report_sent_back_is_owed_again(month):
    month()
    submit("市城管局", {"便民停车场": {"value": "4"}}, on("02-03 10:00"))
    back = services.report_return(
        report=report_of("市城管局"), reason="数据来源不明", actor=SYSTEM, at=on("02-04 10:00")
    )
    assert back.reported_at is None and report_of("市城管局").matter.state == "owed"


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


def apply(target, actor=SYSTEM, at=None, **more):
    measure = target.measures.first()
    given = {
        "ground": "disaster",
        "reason": "汛期受灾",
        "proof": (BytesIO(PDF), "证明.pdf"),
        "values": {measure.pk: "2"},
        **more,
    }
    return services.reduction_apply(target=target, actor=actor, at=at or on("08-01 10:00"), **given)


@pytest.mark.clause("smx-target-management/3.4.2")
@pytest.mark.parametrize("ground", ["policy", "disaster", "force_majeure", "hardship", ""])
def test_only_three_grounds_lower_a_target_and_never_without_a_proof(target, ground):
    good = ground in {"policy", "disaster", "force_majeure"}
    if good:
        with pytest.raises(Incomplete, match="证明材料"):
            apply(target("市城管局", 3), ground=ground, proof=None)
        assert apply(target("市城管局", 3), ground=ground).matter.state == "applied"
    else:
        with pytest.raises(Incomplete, match="三类事由"):
            apply(target("市城管局", 3), ground=ground)


@pytest.mark.clause("smx-target-management/3.4.3")
def test_a_target_is_lowered_through_four_hands(target, actor):
    change = apply(target("市城管局", 3), actor("liaison", "chengguan"))
    office, leader, at = actor("target_office"), actor("city_leader"), on("08-02 10:00")
    with pytest.raises(WrongState):
        services.change_grant(change=change, decision="同意", actor=leader, at=at)
    for step, who, wrong in (("verify", office, leader), ("advise", leader, office)):
        with pytest.raises(NotAllowed):
            services.change_step(change=change, step=step, opinion="属实", actor=wrong, at=at)
        services.change_step(change=change, step=step, opinion="属实", actor=who, at=at)
    with pytest.raises(NotAllowed):
        services.change_grant(change=change, decision="同意", actor=office, at=at)
    assert target("市城管局", 3).measures.get().value == 3
    services.change_grant(change=change, decision="同意", actor=leader, at=at)
    assert target("市城管局", 3).measures.get().value == 2
    assert Change.objects.get().effective_on == at.date()


def test_a_target_is_dropped_where_no_new_value_is_given(target):
    change = apply(target("市城管局", 3), values={})
    for step in ("verify", "advise"):
        services.change_step(change=change, step=step, opinion="属实", actor=SYSTEM, at=on("08-02 10:00"))
    services.change_grant(change=change, decision="同意", actor=SYSTEM, at=on("08-03 10:00"))
    assert target("市城管局", 3).matter.state == "removed"


def test_a_refused_application_changes_nothing_and_one_at_a_time(target):
    change = apply(target("市城管局", 3))
    with pytest.raises(WrongState):
        apply(target("市城管局", 3))
    services.change_refuse(change=change, reason="可以克服", actor=SYSTEM, at=on("08-02 10:00"))
    assert target("市城管局", 3).measures.get().value == 3


MEASURE = {
    "indicator": "新建公厕",
    "comparison": "",
    "value": "5",
    "unit": "座",
    "set_by": "",
    "reference": "",
    "text": "新建公厕5座",
}


def propose(sheet, **more):
    given = {"group": "key", "text": "新建公厕5座", "basis": "市委常委会纪要", "points": "50", "measure": MEASURE,
             "effective_on": dt.date(2018, 8, 15), "actor": SYSTEM, "at": on("08-10 10:00"), **more}  # fmt: skip
    return services.addition_propose(sheet=sheet, **given)


@pytest.mark.clause("smx-target-management/3.4.4")
def test_a_target_is_added_only_with_the_word_of_the_government_or_the_group_s_head(sheet, actor):
    with pytest.raises(Incomplete, match="年度内"):
        propose(sheet("市城管局"), effective_on=dt.date(2019, 1, 1))
    change = propose(sheet("市城管局"))
    leader, at = actor("city_leader"), on("08-12 10:00")
    with pytest.raises(NotAllowed):
        services.addition_agree(
            change=change, approver="government", opinion="同意", actor=actor("target_office"), at=at
        )
    with pytest.raises(Incomplete):
        services.addition_agree(change=change, approver="office", opinion="同意", actor=leader, at=at)
    assert Target.objects.filter(sheet__name="市城管局").count() == 5
    added = services.addition_agree(change=change, approver="group_head", opinion="同意", actor=leader, at=at)
    assert (added.number, added.effective_on, added.outcome) == (6, dt.date(2018, 8, 15), "pending")
    assert [option.label for option in rules.choice("targets.approver", JANUARY).options] == [
        "市政府",
        "领导小组主要领导",
    ]


def test_nothing_is_reported_or_settled_before_the_targets_are_handed_down(drafted):
    target = Target.objects.get(sheet__name="市城管局", number=2)
    with pytest.raises(WrongState):
        services.value_assign(
            measure=target.measures.get(), value=1, document="甲", actor=SYSTEM, at=on("02-01 10:00")
        )
    with pytest.raises(WrongState):
        services.month_open(plan=drafted, month=JANUARY, actor=SYSTEM, at=on("02-01 10:00"))


def test_everything_that_was_recorded_verifies(month, target, settings):
    month()
    submit("市城管局", {"便民停车场": {"value": "4"}}, on("02-03 10:00"))
    apply(target("市城管局", 3))
    assert list(verify(report=Checked())) == []


def test_the_sample_says_what_this_file_relies_on():
    assert "expected: true" in SAMPLE and "counted: true" in SAMPLE
