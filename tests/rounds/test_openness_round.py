"""Sanmenxia's openness round: the list, the plan, measured answers, records, fraud."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Event, Matter, Obligation
from luoshi.rounds import rules, services
from luoshi.rounds.models import Mark, Record, Round, SelfItem
from luoshi.rounds.selectors.persons import persons_proposed
from luoshi.rounds.selectors.referral import referral_of
from luoshi.rounds.selectors.uses import uses_of
from luoshi.rounds.services.counting import unit_counts
from luoshi.rounds.services.planning import plan_problems
from tests.rounds.conftest import APPROVED, DATES, MARKED, NOTICED, OPENED, PUBLISHED, SUBMITTED, City, moment
from tests.rounds.scoring import book

pytestmark = pytest.mark.django_db
D = Decimal
DAY = dt.date(2018, 12, 31)
DURING = moment("2018-06-20 10:00")


def enter(city: City, round: Round, code: str = "chengguan", **given: Any) -> Record:
    values: dict[str, Any] = {
        "kind": "problem",
        "method": "daily",
        "day": dt.date(2018, 6, 19),
        "text": "抽查发现公开目录未更新。",
    }
    return services.record_enter(
        unit=city.unit(round, code), actor=city.office, at=DURING, **(values | given)
    )


@pytest.mark.clause("smx-openness-assessment/a1")
def test_the_list_of_departments_holds_45_bodies_by_name_and_not_the_office_itself() -> None:
    rule = book().round("rounds.openness", DAY)
    units = rule.class_("departments").units
    assert len(units) == len(set(units)) == 45
    assert (units[0], units[5], units[31], units[44]) == (
        "市发展改革委",
        "市公安局",
        "市食品药品监督管理局",
        "市政府驻郑州办事处",
    )
    assert {"市黄河河务局", "市残联", "市政府驻北京联络处"} <= set(units)
    assert "市政府办公室" not in units


@pytest.mark.clause(
    "smx-openness-assessment/0.1",
    "smx-openness-assessment/0.2",
    "smx-openness-assessment/0.3",
    "smx-openness-assessment/19.2",
)
def test_the_regulation_is_registered_with_number_day_addressees_copies_and_offices() -> None:
    values = book().setting("openness.document", DAY).values
    assert (values["number"], str(values["issued"]), values["consent"]) == (
        "三政办〔2017〕34号",
        "2017-06-30",
        "市政府",
    )
    assert (len(values["addressees"]), len(values["copies"])) == (4, 7)
    assert (values["host"], values["supervised_by"]) == ("市政府办公室", "市政务与信息公开办公室")
    assert values["interpreted_by"] == book().round("rounds.openness", DAY).organs["office"]
    assert set(book().round("rounds.openness", DAY).class_("counties").kinds) == {"county", "committee"}


@pytest.mark.clause(
    "smx-openness-assessment/5.1", "smx-openness-assessment/5.2", "smx-openness-assessment/6.2"
)
def test_the_leading_group_leads_and_its_office_in_the_government_office_carries_out(openness: City) -> None:
    round = openness.drafted()
    rule = rules.rule_of(round)
    assert (rule.organ_of("approve"), rule.organ_of("plan")) == (
        "市政务公开领导小组",
        "市政务公开领导小组办公室",
    )
    assert round.office.code == "zhengfuban"
    services.plan_submit(round=round, actor=openness.office, at=OPENED)
    with pytest.raises(NotAllowed):
        services.plan_approve(round=round, actor=openness.office, at=OPENED)
    with pytest.raises(NotAllowed):
        services.notice_issue(
            round=services.plan_approve(round=round, actor=openness.leader, at=OPENED),
            text="通知",
            actor=openness.leader,
            at=NOTICED,
        )


@pytest.mark.clause("smx-openness-assessment/19.1")
@pytest.mark.parametrize(("year", "known"), [(2016, False), (2017, True)])
def test_2017_is_the_first_year_assessed(openness: City, year: int, known: bool) -> None:
    if known:
        assert openness.opened(2017).year == 2017
        assert str(book().round("rounds.openness", dt.date(2017, 6, 30)).valid_from) == "2017-06-30"
    else:
        with pytest.raises(WrongState, match="2016年没有可用的考评办法"):
            openness.opened(year)


@pytest.mark.clause(
    "smx-openness-assessment/4.1", "smx-openness-assessment/4.2", "smx-openness-assessment/4.3"
)
def test_a_unit_names_who_leads_who_is_in_charge_and_which_department_answers(openness: City) -> None:
    round = openness.running()
    unit = openness.unit(round, "chengguan")
    rule = rules.rule_of(round)
    assert [(one.label, one.hint) for one in rule.persons] == [
        ("主要领导", "对本级政府政务公开负全面领导责任"),
        ("分管领导", "对职责范围内的政务公开负直接领导责任"),
        ("职能部门或业务部门领导", "对本部门政务公开负领导责任"),
    ]
    proposed = persons_proposed(unit, dt.date(2018, 11, 1))
    assert set(proposed) == {"principal", "deputy"}
    assert proposed["principal"] == unit.body.people.filter(posts__kind="principal_leader").get().name
    me = openness.actor("liaison", "chengguan")
    own = [services.Own(leaf.id, "met") for leaf in openness.leaves(unit)]
    services.self_save(unit=unit, items=own, actor=me, at=SUBMITTED)
    with pytest.raises(Incomplete, match="没有登记职能部门或业务部门领导"):
        services.self_submit(unit=unit, report="报告", persons=proposed, actor=me, at=SUBMITTED)
    services.self_submit(
        unit=unit, report="报告", persons=proposed | {"department": "某科长"}, actor=me, at=SUBMITTED
    )
    again = persons_proposed(openness.unit(round, "chengguan"), dt.date(2018, 11, 1))
    assert again == proposed | {"department": "某科长"}


@pytest.mark.clause("smx-openness-assessment/8.2", "smx-openness-assessment/11.1")
def test_the_plan_goes_in_with_the_province_s_tasks_the_year_s_emphasis_and_the_standards(
    openness: City,
) -> None:
    round = openness.drafted()
    assert plan_problems(round) == []
    for key, label in (
        ("province_tasks", "省政府办公厅年度重点工作任务的文号和下达日期"),
        ("emphasis", "年度工作重点和有关要求"),
        ("standards", "各指标评分标准和日常记录加减分幅度"),
    ):
        texts = {name: text for name, text in round.texts.items() if name != key}
        services.plan_save(
            round=round, texts=texts, dates=DATES, figures={}, actor=openness.office, at=OPENED
        )
        fresh = Round.objects.get(pk=round.pk)
        assert plan_problems(fresh) == [f"方案缺少“{label}”"]
        with pytest.raises(Incomplete, match="方案还不能报请审定"):
            services.plan_submit(round=fresh, actor=openness.office, at=OPENED)
    assert rules.rule_of(round).organ_of("plan") == "市政务公开领导小组办公室"


@pytest.mark.clause(
    "smx-openness-assessment/9",
    "smx-openness-assessment/10.1",
    "smx-openness-assessment/10.2",
    "smx-openness-assessment/10.3",
)
def test_daily_records_are_kept_one_by_one_with_their_kind_and_method_by_the_office(openness: City) -> None:
    round = openness.running()
    for number, (method, kind) in enumerate(
        [("daily", "problem"), ("spot", "achievement"), ("special", "problem")], start=1
    ):
        enter(openness, round, kind=kind, method=method)
        assert Record.objects.filter(round=round).count() == number
    assert {record.method for record in Record.objects.all()} == {"daily", "spot", "special"}
    for wrong, field in (
        ({"method": "rumour"}, "method"),
        ({"kind": "praise"}, "kind"),
        ({"text": " "}, "text"),
    ):
        with pytest.raises(Incomplete) as refused:
            enter(openness, round, **wrong)
        assert refused.value.field == field
    with pytest.raises(NotAllowed):
        services.record_enter(
            unit=openness.unit(round, "chengguan"),
            kind="problem",
            method="daily",
            day=dt.date(2018, 6, 1),
            text="无权登记",
            actor=openness.actor("liaison", "chengguan"),
            at=DURING,
        )


@pytest.mark.clause("smx-openness-assessment/10.4")
def test_the_records_of_every_quarter_are_told_once_it_is_over(openness: City) -> None:
    round = openness.running()
    record = enter(openness, round)
    with pytest.raises(WrongState, match="尚未结束"):
        services.quarter_tell(round=round, period="2018-Q2", text="通报", actor=openness.office, at=DURING)
    told = services.quarter_tell(
        round=round,
        period="2018-Q2",
        text="二季度通报。",
        actor=openness.office,
        at=moment("2018-07-02 09:00"),
    )
    assert told.listed == [record.pk]
    states = dict(
        Obligation.objects.filter(matter_id=round.pk, rule__startswith="rounds.notice_").values_list(
            "rule", "state"
        )
    )
    assert states == {
        "rounds.notice_first": "open",
        "rounds.notice_second": "met",
        "rounds.notice_third": "open",
        "rounds.notice_fourth": "open",
    }


@pytest.mark.clause("smx-openness-assessment/10.5", "smx-openness-assessment/11.7")
def test_a_record_adds_to_or_takes_from_one_item_and_says_which(openness: City) -> None:
    round = openness.running()
    with pytest.raises(Incomplete, match="加减分须对应一个考核项目"):
        enter(openness, round, points="-0.5")
    with pytest.raises(Incomplete, match="不能超过该项满分"):
        enter(openness, round, leaf="2.2.1", points="-50")
    record = enter(openness, round, leaf="2.2.1", points="-0.5")
    enter(openness, round, kind="achievement", leaf="2.2.2", points="0.25")
    counts = next(one for one in unit_counts(round, "departments")[0] if one.unit == "chengguan").counts
    assert (counts["adjust_2_2_1"], counts["adjust_2_2_2"]) == (D("-0.5"), D("0.25"))
    services.record_withdraw(record=record, reason="记错单位。", actor=openness.office, at=DURING)
    counts = next(one for one in unit_counts(round, "departments")[0] if one.unit == "chengguan").counts
    assert "adjust_2_2_1" not in counts


@pytest.mark.clause("smx-openness-indicators/9.1", "smx-openness-indicators/9.2")
def test_special_items_are_entered_one_by_one_with_evidence_and_a_cause_counts_once_in_an_item(
    openness: City,
) -> None:
    round = openness.running()
    praise = {"kind": "achievement", "points": "2", "cause": "10月9日省报报道"}
    record = enter(openness, round, leaf="9.1.1", **praise)
    assert unit_counts(round, "departments")[0][0].counts.get("adjust_9_1_1") is None
    with pytest.raises(Incomplete, match="没有证据材料"):
        services.record_approve(record=record, actor=openness.leader, at=DURING)
    openness.attach(Matter.objects.get(pk=record.pk))
    services.record_approve(record=record, actor=openness.leader, at=DURING)
    assert unit_counts(round, "departments")[0][0].counts["adjust_9_1_1"] == 2
    with pytest.raises(Incomplete, match="同一事由在这一项中已经登记"):
        enter(openness, round, leaf="9.1.1", **praise)
    enter(openness, round, leaf="9.1.2", **praise)
    blame = enter(openness, round, leaf="9.2.4", points="-1", cause="6月培训缺席")
    assert blame.needs_approval


@pytest.mark.clause("smx-openness-assessment/11.2")
def test_the_team_has_members_of_supervision_and_press_before_it_marks(openness: City) -> None:
    round = openness.running()
    with pytest.raises(WrongState, match="考核组还没有监察机关、新闻单位派出的成员"):
        services.marking_start(round=round, actor=openness.office, at=MARKED)
    openness.member(round, "supervision")
    with pytest.raises(WrongState, match="考核组还没有新闻单位派出的成员"):
        services.marking_start(round=round, actor=openness.office, at=MARKED)
    openness.second(round, "press")
    services.marking_start(round=round, actor=openness.office, at=MARKED)


@pytest.mark.clause("smx-openness-assessment/11.6", "smx-openness-assessment/11.7")
def test_a_mark_names_the_ways_in_which_it_was_found_and_measured_answers_stand_beside_it(
    openness: City,
) -> None:
    round = openness.running()
    unit = openness.unit(round, "chengguan")
    me = openness.actor("liaison", "chengguan")
    values = {"performance_weight": {"performance_weight": "3.99"}}
    answers = {"performance_weight": "met"}
    own = services.Own("1.3.1", "met", answers=answers, values=values)
    services.self_save(unit=unit, items=[own], actor=me, at=SUBMITTED)
    assert SelfItem.objects.get(unit=unit, leaf="1.3.1").answers == {"performance_weight": "unmet"}
    rule = rules.rule_of(round)
    assert [one.label for one in rule.methods][:6] == [
        "听取工作汇报",
        "召开座谈会",
        "查阅会议记录和资料档案",
        "查看政府网站",
        "听取第三方评估报告",
        "发放社会公众调查表",
    ]
    openness.team(round)
    services.marking_start(round=round, actor=openness.office, at=MARKED)

    def mark(methods: list[str], **given: Any) -> list[Mark]:
        return services.marks_set(
            unit=unit,
            entries=[services.Entry("1.3.1", **given)],
            methods=methods,
            actor=openness.assessor,
            at=MARKED,
        )

    with pytest.raises(Incomplete, match="请至少选择一种考核方式"):
        mark([])
    [row] = mark(["files", "website"])
    assert (row.answers, row.methods) == ({"performance_weight": "unmet"}, ["files", "website"])
    with pytest.raises(Incomplete, match="写明"):
        mark(["files"], answers={"performance_weight": "met"})
    [row] = mark(["files"], answers={"performance_weight": "met"}, note="补交文件，权重为4%。")
    assert row.answers == {"performance_weight": "met"}


@pytest.mark.clause("smx-openness-assessment/15.1")
def test_each_problem_found_is_told_to_the_unit_with_its_time(openness: City) -> None:
    round = openness.running()
    unit = openness.unit(round, "chengguan")
    told = [services.Told("目录未更新。", leaf="4.1.1"), services.Told("信箱无人答复。")]
    row = services.problems_tell(unit=unit, problems=told, actor=openness.office, at=DURING)
    assert [problem.text for problem in row.problems.all()] == ["目录未更新。", "信箱无人答复。"]
    assert row.told_at == DURING
    assert Event.objects.filter(
        matter_id=row.pk, kind="rounds.problems_told", body_id=openness.office.body_id
    ).exists()
    assert Obligation.objects.filter(matter_id=row.pk, state="open").exists()


@pytest.mark.clause(
    "smx-openness-assessment/16.1", "smx-openness-assessment/16.2", "smx-openness-assessment/16.3"
)
def test_fraud_found_by_the_leading_group_takes_the_whole_score_and_is_told_to_all(openness: City) -> None:
    round = openness.marked()
    record = services.record_enter(
        unit=openness.unit(round, "chengguan"),
        kind="problem",
        method="special",
        day=dt.date(2018, 12, 3),
        text="自查材料系伪造。",
        veto="fraud",
        established_by="市政务公开领导小组",
        actor=openness.office,
        at=MARKED,
    )
    with pytest.raises(Incomplete, match="加减分或否决记录没有批准"):
        services.summarise(round=round, actor=openness.office, at=MARKED)
    openness.attach(Matter.objects.get(pk=record.pk))
    services.record_approve(record=record, actor=openness.leader, at=MARKED)
    services.summarise(round=round, actor=openness.office, at=MARKED)
    unit = openness.unit(round, "chengguan")
    assert (unit.total, unit.grade) == (0, "不合格")
    services.summary_check(round=round, opinion="属实", actor=openness.office, at=APPROVED)
    with pytest.raises(WrongState):
        referral_of(unit, day=dt.date(2019, 3, 1))
    services.result_approve(round=round, actor=openness.leader, at=APPROVED)
    fresh = openness.unit(round, "chengguan")
    rows = [(row.use.key, row.unit.body.code) for row in uses_of(fresh.round) if row.use.vetoes and row.unit]
    assert rows == [("criticism", "chengguan"), ("blame", "chengguan")]
    paper = referral_of(fresh, day=dt.date(2019, 3, 21))
    assert [person.role for person in paper.persons] == ["主要领导", "分管领导", "职能部门或业务部门领导"]
    assert paper.missing == ()
    with pytest.raises(WrongState, match="没有需要提请问责的情形"):
        referral_of(openness.unit(round, "zhujian"), day=dt.date(2019, 3, 21))
    services.result_publish(
        round=round, texts={"situation": "情况"}, places=["portal"], actor=openness.office, at=PUBLISHED
    )
    services.use_tick(
        round=round, use="criticism", unit=fresh, day=dt.date(2019, 4, 2), actor=openness.office, at=PUBLISHED
    )
    with pytest.raises(Incomplete, match="不适用于"):
        services.use_tick(
            round=round,
            use="criticism",
            unit=openness.unit(round, "zhujian"),
            day=dt.date(2019, 4, 2),
            actor=openness.office,
            at=PUBLISHED,
        )
