"""Sanmenxia's web site round: sites, columns and months, the team by class, draws, results and what follows."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Event, Obligation
from luoshi.rounds import rules, services
from luoshi.rounds.models import ColumnCount, Mark, Member, Round
from luoshi.rounds.selectors.feeds import site_result
from luoshi.rounds.selectors.referral import referral_of
from luoshi.rounds.selectors.uses import uses_of, uses_open
from luoshi.rounds.services.planning import plan_problems
from luoshi.rounds.services.team import recusal
from tests.rounds.conftest import APPROVED, DATES, MARKED, NOTICED, OPENED, PUBLISHED, SUBMITTED, City, moment

pytestmark = pytest.mark.django_db
D = Decimal
MAY = moment("2018-06-04 10:00")


@pytest.mark.clause("smx-website-assessment/2.1", "smx-website-assessment/2.2")
def test_sites_of_departments_and_portals_of_counties_are_assessed(website: City) -> None:
    round = website.opened()
    bodies = website.bodies
    listed = services.units_set(
        round=round,
        class_key="departments",
        bodies=[bodies["jiaoyu"], bodies["gongan"]],
        actor=website.office,
        at=OPENED,
    )
    portals = services.units_set(
        round=round,
        class_key="counties",
        bodies=[bodies["hubin"], bodies["shifanqu"]],
        actor=website.office,
        at=OPENED,
    )
    assert (len(listed), len(portals)) == (2, 2)
    for key, code in (("departments", "reli"), ("counties", "zhujian")):
        with pytest.raises(Incomplete, match="不属于"):
            services.units_set(
                round=round, class_key=key, bodies=[bodies[code]], actor=website.office, at=OPENED
            )
    branch = services.branch_add(
        unit=listed[0],
        name="招生考试网",
        owner="市招生办公室",
        address="http://zsks.example.gov.cn",
        actor=website.office,
        at=OPENED,
    )
    assert branch.unit.body.code == "jiaoyu"
    assert Event.objects.filter(matter_id=listed[0].pk, kind="rounds.branch_listed").count() == 1
    services.branch_remove(branch=branch, actor=website.office, at=OPENED)
    assert not listed[0].branches.exists()


@pytest.mark.clause("smx-website-assessment/2.0")
@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("https://weibo.com/u/1", "政务新媒体不属于政府网站"),
        ("https://mp.weixin.qq.com/s/1", "政务新媒体不属于政府网站"),
        ("ftp://jiaoyu.gov.cn", "须以http"),
        ("jiaoyu.gov.cn", "须以http"),
    ],
)
def test_new_media_are_no_government_sites(website: City, address: str, message: str) -> None:
    unit = website.unit(website.listed(), "chengguan")
    with pytest.raises(Incomplete, match=message):
        services.branch_add(
            unit=unit, name="某号", owner="某单位", address=address, actor=website.office, at=OPENED
        )
    services.branch_add(
        unit=unit,
        name="执法支队网",
        owner="执法支队",
        address="https://zfzd.gov.cn",
        actor=website.actor("liaison", "chengguan"),
        at=OPENED,
    )
    with pytest.raises(NotAllowed):
        services.branch_add(
            unit=unit,
            name="别家",
            owner="别家",
            address="https://bj.gov.cn",
            actor=website.actor("liaison", "zhujian"),
            at=OPENED,
        )


@pytest.mark.clause("smx-website-assessment/5")
def test_the_government_office_is_in_charge_and_the_disclosure_office_carries_out(website: City) -> None:
    rule = rules.rule_of(website.opened())
    assert rule.organ_of("plan") == rule.organ_of("check") == "市政府办公室"
    assert {rule.organ_of(step) for step in ("daily", "spot", "team", "summary")} == {
        "市政务与信息公开办公室"
    }
    assert rule.organ_of("approve") == "市政府"


@pytest.mark.clause("smx-website-assessment/6")
def test_every_site_names_its_four_responsible_persons(website: City) -> None:
    round = website.running()
    unit = website.unit(round, "chengguan")
    four = {one.value: one.label for one in rules.rule_of(round).persons}
    assert list(four.values()) == ["主要领导", "分管领导", "承办处(科)室领导", "经办人"]
    me = website.actor("liaison", "chengguan")
    own = [services.Own(leaf.id, "met", points=0) for leaf in website.leaves(unit)]
    services.self_save(unit=unit, items=own, actor=me, at=SUBMITTED)
    for left_out, label in four.items():
        persons = {key: "某某" for key in four if key != left_out}
        with pytest.raises(Incomplete, match=f"没有登记{label.replace('(', '.').replace(')', '.')}"):
            services.self_submit(unit=unit, report="报告", persons=persons, actor=me, at=SUBMITTED)
    website.self_assessed(unit)
    assert set(website.unit(round, "chengguan").persons) == set(four)


@pytest.mark.clause("smx-website-assessment/10.1.1")
def test_the_plan_holds_times_weights_methods_procedure_and_sources(website: City) -> None:
    round = website.drafted()
    assert plan_problems(round) == []
    for key in ("timetable", "indicators", "methods", "procedure", "sources"):
        texts = {name: text for name, text in round.texts.items() if name != key}
        services.plan_save(
            round=round, texts=texts, dates=DATES, figures=round.figures, actor=website.office, at=OPENED
        )
        assert len(plan_problems(Round.objects.get(pk=round.pk))) == 1
    points = rules.points_in(round, "departments")
    points["3.1"] += D("0.01")
    services.points_save(round=round, class_key="departments", points=points, actor=website.office, at=OPENED)
    assert any("合计100.01分" in problem for problem in plan_problems(round))


@pytest.mark.clause("smx-website-assessment/10.0")
def test_the_year_s_assessment_ends_before_that_of_the_state_council_and_is_held_once(website: City) -> None:
    round = website.drafted()

    def save(superior: dt.date | None) -> Round:
        dates = {**DATES, "superior": superior}
        return services.plan_save(
            round=round,
            texts=round.texts,
            dates=dates,
            figures=round.figures,
            actor=website.office,
            at=OPENED,
        )

    for day in (DATES["report_due"], DATES["report_due"] - dt.timedelta(days=1)):
        with pytest.raises(Incomplete, match="年度考评完成须早于国务院、省政府网站考评日期"):
            save(day)
    assert "没有确定国务院、省政府网站考评日期的日期" in plan_problems(save(None))
    assert plan_problems(save(DATES["report_due"] + dt.timedelta(days=1))) == []
    with pytest.raises(WrongState, match="已经立项"):
        website.opened()


def duties(website: City, round: Round) -> list[Any]:
    return [
        services.duty_add(
            round=round,
            unit=website.unit(round, code),
            column=column,
            document="门户网站栏目内容保障责任分工",
            actor=website.office,
            at=NOTICED,
        )
        for code, column in (("chengguan", "城市管理"), ("zhujian", "住房保障"))
    ]


@pytest.mark.clause(
    "smx-website-assessment/7.4.1", "smx-website-assessment/7.4.2", "smx-website-assessment/10.3.1"
)
def test_what_units_report_for_their_columns_is_counted_and_commented_on_month_by_month(
    website: City,
) -> None:
    round = website.running()
    first, second = duties(website, round)

    def count(month: str, at: dt.datetime, **given: services.Reported) -> list[ColumnCount]:
        keys = {"first": first.pk, "second": second.pk}
        counts = {keys[name]: value for name, value in given.items()}
        return services.columns_count(round=round, month=month, counts=counts, actor=website.office, at=at)

    with pytest.raises(WrongState, match="尚未结束"):
        count("2018-05", moment("2018-05-31 18:00"), first=services.Reported(1, 1))
    with pytest.raises(Incomplete, match="不能多于"):
        count("2018-05", MAY, first=services.Reported(3, 4))
    count("2018-05", MAY, first=services.Reported(12, 9, "按周更新"))
    with pytest.raises(WrongState, match="还有1个栏目没有登记统计：住房保障"):
        services.quarter_tell(round=round, period="2018-05", text="点评", actor=website.office, at=MAY)
    count(
        "2018-05", MAY, first=services.Reported(12, 10, "按周更新"), second=services.Reported(0, 0, "未更新")
    )
    services.quarter_tell(
        round=round, period="2018-05", text="住房保障栏目未更新。", actor=website.office, at=MAY
    )
    assert [
        (row.reported, row.adopted, row.text) for row in ColumnCount.objects.order_by("duty__column")
    ] == [
        (0, 0, "未更新"),
        (12, 10, "按周更新"),
    ]
    with pytest.raises(WrongState, match="已经点评"):
        count("2018-05", MAY, first=services.Reported(1, 1))
    with pytest.raises(Incomplete, match="没有这个月份"):
        count("2019-01", moment("2019-02-02 10:00"), first=services.Reported(1, 1))
    with pytest.raises(WrongState, match="已有统计"):
        services.duty_remove(duty=first, actor=website.office, at=MAY)
    with pytest.raises(NotAllowed):
        services.columns_count(
            round=round,
            month="2018-05",
            counts={},
            actor=website.actor("liaison", "chengguan"),
            at=MAY,
        )


@pytest.mark.clause("smx-website-assessment/10.3.2")
def test_the_office_scores_how_columns_were_kept_until_the_year_s_closing_date(website: City) -> None:
    round = website.running()

    def score(at: str, points: str = "3") -> Mark:
        return services.content_score(
            unit=website.unit(round, "chengguan"),
            points=points,
            note="按月更新。",
            actor=website.office,
            at=moment(at),
        )

    row = score("2018-11-30 23:59:59")
    assert (row.leaf, row.points, row.member) == ("4.1", 3, None)
    with pytest.raises(WrongState, match="截止日期2018年11月30日已过"):
        score("2018-12-01 00:00:01")
    with pytest.raises(Incomplete, match="须在0到"):
        score("2018-11-30 10:00", "90")
    with pytest.raises(NotAllowed):
        services.content_score(
            unit=website.unit(round, "chengguan"),
            points=3,
            note="自评",
            actor=website.actor("liaison", "chengguan"),
            at=SUBMITTED,
        )


@pytest.mark.clause("smx-website-assessment/8.1", "smx-website-assessment/8.3")
def test_members_come_from_the_three_kinds_of_sites_and_keep_off_their_own_kind(website: City) -> None:
    round = website.running()
    rule = rules.rule_of(round)
    assert [(pool.label, pool.bars) for pool in rule.team.pools] == [
        ("市政府网站", ()),
        ("县（市、区）政府门户网站", ("counties",)),
        ("市政府部门网站", ("departments",)),
    ]
    department = website.second(round, "department", body="jiaoyu")
    county = website.second(round, "county", body="hubin")
    city = website.member(round, "city", body="platform")
    refused, allowed = (department, "departments"), (department, "counties")
    for member, key in (refused, (county, "counties")):
        with pytest.raises(WrongState, match="须回避"):
            services.task_assign(member=member, class_key=key, actor=website.office, at=SUBMITTED)
    for member, key in (allowed, (county, "departments"), (city, "departments"), (city, "counties")):
        services.task_assign(member=member, class_key=key, actor=website.office, at=SUBMITTED)
    assert "须回避" in recusal(rule, department, class_key="departments")
    with pytest.raises(Incomplete, match="只能作为市政府部门网站的人员参加"):
        website.second(round, "city", body="zhujian")
    with pytest.raises(Incomplete, match="请选择成员来源"):
        website.member(round, "press")
    assert Member.objects.filter(round=round).count() == 3


@pytest.mark.clause("smx-website-assessment/8.2")
def test_the_team_gathers_and_marks_in_groups_by_column(website: City) -> None:
    round = website.running()
    member = website.member(round, "city", body="platform")
    services.task_assign(member=member, class_key="departments", item="3", actor=website.office, at=SUBMITTED)
    services.marking_start(round=round, actor=website.office, at=MARKED)
    unit = website.unit(round, "chengguan")

    def mark(leaf: str) -> list[Mark]:
        return services.marks_set(
            unit=unit,
            entries=[services.Entry(leaf, points=1)],
            methods=["gathered", "groups", "columns"],
            actor=website.assessor,
            at=MARKED,
        )

    [row] = mark("3.1")
    assert row.methods == ["gathered", "groups", "columns"]
    with pytest.raises(NotAllowed, match="没有分派给您"):
        mark("2.1")


@pytest.mark.clause("smx-website-assessment/10.4.1")
def test_sites_are_drawn_every_quarter_by_the_share_of_the_plan_and_scored(website: City) -> None:
    round = website.running()
    assert round.figures["spot_ratio"] == "30"
    drawn = []
    for quarter, name in enumerate(("first", "second", "third", "fourth"), start=1):
        draw = services.spot_draw(
            round=round,
            period=f"2018-Q{quarter}",
            class_key="departments",
            seed=f"种子{quarter}",
            actor=website.office,
            at=moment(f"2018-{3 * quarter - 1:02d}-10 10:00"),
        )
        assert (len(draw.drawn), draw.pool, draw.seed) == (1, ["chengguan", "zhujian"], f"种子{quarter}")
        services.spot_score(
            draw=draw, unit=website.unit(round, draw.drawn[0]), points=80, actor=website.office, at=SUBMITTED
        )
        drawn.append(Obligation.objects.get(matter_id=round.pk, rule=f"rounds.spot_{name}").state)
    assert drawn == ["met"] * 4


@pytest.mark.clause("smx-website-assessment/10.4.2", "smx-website-assessment/10.5.1")
def test_the_mean_of_the_checked_enters_only_when_the_office_confirms_it(website: City) -> None:
    round = website.running()
    draw = services.spot_draw(
        round=round, period="2018-Q1", class_key="departments", actor=website.office, at=NOTICED
    )
    checked = website.unit(round, draw.drawn[0])
    other = next(
        unit
        for unit in round.units.filter(class_key="departments").select_related("body")
        if unit.pk != checked.pk
    )
    services.spot_score(draw=draw, unit=checked, points="87.5", actor=website.office, at=SUBMITTED)
    website.team(round)
    services.marking_start(round=round, actor=website.office, at=MARKED)
    assert not Mark.objects.filter(leaf="5.2").exists()
    full = rules.leaf_of(rules.full_scheme(round, "departments"), "5.2").max
    assert full is not None
    for unit, words in ((checked, "本单位当年抽查平均分87.50分"), (other, "同类单位抽查平均分87.50分")):
        row = services.spot_confirm(unit=website.unit(round, unit.body.code), actor=website.office, at=MARKED)
        assert row.points == (full * D("0.875")).quantize(D("0.01"))
        assert words in row.note
    with pytest.raises(WrongState, match="都没有抽查得分"):
        services.spot_confirm(unit=website.unit(round, "hubin"), actor=website.office, at=MARKED)
    with pytest.raises(NotAllowed):
        services.spot_confirm(
            unit=website.unit(round, "chengguan"), actor=website.actor("liaison", "chengguan"), at=MARKED
        )


@pytest.mark.clause("smx-website-assessment/10.5.2", "smx-website-assessment/12")
def test_a_result_is_fixed_approved_by_the_government_then_told_and_published(website: City) -> None:
    round = website.summarised()
    with pytest.raises(WrongState):
        services.result_approve(round=round, actor=website.leader, at=APPROVED)
    services.summary_check(round=round, opinion="确定。", actor=website.office, at=APPROVED)

    def publish(places: list[str]) -> Round:
        return services.result_publish(
            round=round,
            texts={"situation": "年度考评情况。"},
            places=places,
            actor=website.office,
            at=PUBLISHED,
        )

    with pytest.raises(WrongState):
        publish(["portal"])
    assert set(round.units.values_list("matter__state", flat=True)) == {"submitted"}
    services.result_approve(round=round, actor=website.leader, at=APPROVED)
    with pytest.raises(Incomplete, match="必须在市政府门户网站公布"):
        publish(["other"])
    publish(["portal", "other"])
    assert set(round.units.values_list("matter__state", flat=True)) == {"settled"}
    told = Event.objects.filter(matter_id=website.unit(round, "lushi").pk, kind="rounds.unit_settled").get()
    assert told.data["grade"] == "不合格"


@pytest.mark.clause("smx-website-assessment/13")
def test_other_assessments_quote_a_site_s_approved_result_as_it_is(website: City) -> None:
    round = website.summarised()
    body = website.bodies["chengguan"]
    assert site_result(body.pk, 2018) is None
    services.summary_check(round=round, opinion="确定。", actor=website.office, at=APPROVED)
    services.result_approve(round=round, actor=website.leader, at=APPROVED)
    found = site_result(body.pk, 2018)
    assert found is not None
    unit = website.unit(round, "chengguan")
    assert (found.total, found.grade) == (unit.total, unit.grade)
    assert site_result(body.pk, 2017) is None
    titles = [row.use.title for row in uses_of(round)]
    assert "作为全市政务公开考评的指标依据" in titles
    assert "作为依法行政考评中政府信息公开部分的指标依据" in titles


@pytest.mark.clause("smx-website-assessment/4")
def test_results_go_into_the_assessment_of_leaders(website: City) -> None:
    titles = uses_open(website.published())
    assert "纳入领导班子和领导干部绩效检查考评体系" in titles


@pytest.mark.clause("smx-website-assessment/14.1")
def test_an_unqualified_site_is_referred_with_its_four_responsible_persons(website: City) -> None:
    round = website.summarised()
    services.summary_check(round=round, opinion="确定。", actor=website.office, at=APPROVED)
    with pytest.raises(WrongState, match="没有需要提请问责的情形"):
        referral_of(website.unit(round, "lushi"), day=dt.date(2019, 3, 19))
    services.result_approve(round=round, actor=website.leader, at=APPROVED)
    unit = website.unit(round, "lushi")
    services.problems_tell(
        unit=unit, problems=[services.Told("首页两周未更新。")], actor=website.office, at=APPROVED
    )
    paper = referral_of(unit, day=dt.date(2019, 3, 21))
    assert paper.to == "市委、市政府"
    assert [person.role for person in paper.persons] == ["主要领导", "分管领导", "承办处(科)室领导", "经办人"]
    assert paper.basis == ("《三门峡市人民政府网站考评实施办法》第十四条",)
    assert "等次为不合格" in paper.facts[0]
    assert "已反馈的问题：首页两周未更新。" in paper.facts
    with pytest.raises(WrongState):
        referral_of(website.unit(round, "chengguan"), day=dt.date(2019, 3, 21))
    rows = [
        (row.use.key, row.unit.body.code) for row in uses_of(round) if row.unit and row.use.key == "blame"
    ]
    assert rows == [("blame", "lushi")]


@pytest.mark.clause("smx-website-assessment/14.2")
def test_excellent_sites_and_other_outstanding_work_are_commended(website: City) -> None:
    round = website.published()
    praised = [row.unit.body.code for row in uses_of(round) if row.unit and row.use.key == "praise"]
    assert sorted(praised) == ["chengguan", "hubin"]
    assert not [row for row in uses_of(round) if row.use.key == "contribution"]
    services.use_tick(
        round=round,
        use="contribution",
        unit=website.unit(round, "zhujian"),
        day=dt.date(2019, 4, 2),
        note="率先开通在线查询。",
        actor=website.office,
        at=PUBLISHED,
    )
    made = [row.unit.body.code for row in uses_of(round) if row.unit and row.use.key == "contribution"]
    assert made == ["zhujian"]
    with pytest.raises(Incomplete, match="不适用于"):
        services.use_tick(
            round=round,
            use="praise",
            unit=website.unit(round, "zhujian"),
            day=dt.date(2019, 4, 2),
            actor=website.office,
            at=PUBLISHED,
        )


@pytest.mark.clause(
    "smx-website-assessment/7.6.1",
    "smx-website-assessment/7.6.2",
    "smx-website-assessment/7.6.3",
    "smx-website-assessment/7.6.4",
    "smx-website-assessment/7.6.5",
)
def test_the_five_findings_of_the_year_end_are_established_then_and_not_through_the_year(
    website: City,
) -> None:
    round = website.running()

    def found(veto: str, day: dt.date, at: dt.datetime) -> Any:
        return services.record_enter(
            unit=website.unit(round, "chengguan"),
            kind="problem",
            method="monitoring",
            day=day,
            text="检查发现。",
            veto=veto,
            established_by="考评主体",
            actor=website.office,
            at=at,
        )

    five = ("site_unreachable", "site_stale", "column_stale", "serious_error", "poor_response")
    for veto in five:
        with pytest.raises(WrongState, match="以年终考评时的检查为准"):
            found(veto, dt.date(2018, 6, 1), MAY)
    found("higher_notices", dt.date(2018, 6, 1), MAY)
    found("secrecy_violations", dt.date(2018, 6, 1), MAY)
    website.team(round)
    services.marking_start(round=round, actor=website.office, at=MARKED)
    for veto in five:
        assert found(veto, dt.date(2019, 1, 9), MARKED).needs_approval
    with pytest.raises(Incomplete, match="日期须在2018年内"):
        found("higher_notices", dt.date(2019, 1, 9), MARKED)
