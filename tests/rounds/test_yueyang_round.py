"""Yueyang's round, from the year's list to rectification: notice, self-assessment, marks, approval, conversion."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Event, Matter, Obligation
from luoshi.organisation.models import Body
from luoshi.rounds import rules, services
from luoshi.rounds.models import Rectification, Round, RoundUnit
from luoshi.rounds.selectors.uses import converted, uses_of
from tests.rounds.conftest import APPROVED, DATES, MARKED, NOTICED, OPENED, PUBLISHED, SUBMITTED, City

pytestmark = pytest.mark.django_db
D = Decimal
RULE = "rounds.openness"


class Yueyang(City):
    """The same small city under Yueyang's rulebook: two counties, two bodies of the city."""

    def listed(self) -> Round:
        round = self.opened()
        for key, codes in (("units", ["chengguan", "zhujian"]), ("counties", ["hubin", "lushi"])):
            bodies = [self.bodies[code] for code in codes]
            services.units_set(round=round, class_key=key, bodies=bodies, actor=self.office, at=OPENED)
        return round

    def save_plan(self, round: Round, **change: Any) -> None:
        given: dict[str, Any] = {"dates": DATES, "figures": {"weight": 4}} | change
        services.plan_save(
            round=round,
            texts={"list_basis": "岳发〔2017〕8号", "timetable": "年底前完成。"},
            actor=self.office,
            at=OPENED,
            **given,
        )

    def drafted(self) -> Round:
        round = self.listed()
        self.save_plan(round)
        return Round.objects.get(pk=round.pk)

    def marked(self) -> Round:
        round = self.marking()
        for unit in round.units.all():
            self.mark_unit(unit, D(1))
        return round


@pytest.fixture
def yueyang(actor: Callable[..., Actor], bodies: dict[str, Body], settings: Any) -> Yueyang:
    settings.RULEBOOK = settings.JURISDICTION = "yueyang"
    return Yueyang(actor, bodies, RULE)


def matter(row: Any) -> Matter:
    return Matter.objects.get(pk=row.pk)


def event(row: Any, kind: str) -> Event:
    return Event.objects.filter(matter_id=row.pk, kind=kind).latest("seq")


@pytest.mark.clause(
    "yueyang-openness-assessment/n0.1",
    "yueyang-openness-assessment/n1.2",
    "yueyang-openness-assessment/n3.3",
)
def test_counties_with_the_four_zones_and_bodies_of_the_city_have_a_table_each(yueyang: Yueyang) -> None:
    classes = {one.key: one for one in rules.rule_of(yueyang.listed()).classes}
    assert {key: one.scheme for key, one in classes.items()} == {
        "counties": "rounds.openness_counties",
        "units": "rounds.openness_units",
    }
    zones = ("岳阳经济技术开发区", "城陵矶新港区", "南湖新区", "屈原管理区")
    assert classes["counties"].units == zones
    assert "committee" in classes["counties"].kinds
    assert "中央" in classes["units"].title
    assert "省" in classes["units"].title


@pytest.mark.clause("yueyang-openness-assessment/n1.1")
def test_the_units_are_those_of_the_year_s_list_whose_number_the_plan_names(yueyang: Yueyang) -> None:
    round = yueyang.listed()
    services.units_set(
        round=round, class_key="units", bodies=[yueyang.bodies["chengguan"]], actor=yueyang.office, at=OPENED
    )
    states = {unit.body.code: unit.matter.state for unit in round.units.select_related("body", "matter")}
    assert states == {"chengguan": "listed", "zhujian": "removed", "hubin": "listed", "lushi": "listed"}
    services.plan_save(
        round=round,
        texts={"timetable": "年底前完成。"},
        dates=DATES,
        figures={"weight": 4},
        actor=yueyang.office,
        at=OPENED,
    )
    with pytest.raises(Incomplete, match="考评单位名单的依据文号"):
        services.plan_submit(round=round, actor=yueyang.office, at=OPENED)


@pytest.mark.clause("yueyang-openness-assessment/n2.1", "yueyang-openness-assessment/n2.2")
def test_the_general_office_leads_and_the_openness_office_carries_the_work_out(yueyang: Yueyang) -> None:
    round = yueyang.drafted()
    rule = rules.rule_of(round)
    organs = {step.key: rule.organs.get(step.organ, "") for step in rule.steps}
    assert round.office.code == "zhengfuban"
    assert {organs[key] for key in ("check", "publish")} == {"市政府办公室"}
    assert {organs[key] for key in ("plan", "notice", "marks", "feedback", "confirm")} == {
        "市政务公开政务服务领导小组办公室（市政务公开办）"
    }
    with pytest.raises(NotAllowed):
        services.plan_submit(round=round, actor=yueyang.actor("liaison", "chengguan"), at=OPENED)


@pytest.mark.clause("yueyang-openness-assessment/n2.3")
def test_the_notice_waits_for_the_day_on_which_results_are_owed_and_papers_come_before_it(
    yueyang: Yueyang,
) -> None:
    round = yueyang.listed()
    yueyang.save_plan(round, dates={key: day for key, day in DATES.items() if key in ("start", "self_due")})
    with pytest.raises(Incomplete, match="市考评办确定的分项考评结果报送时间"):
        services.plan_submit(round=round, actor=yueyang.office, at=OPENED)
    with pytest.raises(WrongState):
        services.notice_issue(round=round, text="请自评。", actor=yueyang.office, at=NOTICED)
    for day in (DATES["report_due"], DATES["report_due"] + dt.timedelta(days=1)):
        with pytest.raises(Incomplete, match="自评材料报送截止须早于"):
            yueyang.save_plan(round, dates=DATES | {"self_due": day})
    yueyang.save_plan(round, dates=DATES | {"self_due": DATES["report_due"] - dt.timedelta(days=1)})
    yueyang.save_plan(round)
    services.plan_submit(round=round, actor=yueyang.office, at=OPENED)
    services.plan_approve(round=round, actor=yueyang.leader, at=OPENED)
    services.notice_issue(round=round, text="请自评。", actor=yueyang.office, at=NOTICED)
    assert {unit.matter.state for unit in round.units.all()} == {"notified"}
    owed = Obligation.objects.get(matter=yueyang.unit(round, "hubin").matter, rule="rounds.self")
    assert owed.due_at is not None
    assert owed.due_at.astimezone(OPENED.tzinfo).date() == DATES["self_due"]


@pytest.mark.clause("yueyang-openness-assessment/n2.4", "yueyang-openness-assessment/n2.5")
def test_a_unit_looks_at_every_item_and_hands_in_its_report_to_the_openness_office(yueyang: Yueyang) -> None:
    round = yueyang.running()
    unit, me = yueyang.unit(round, "hubin"), yueyang.actor("liaison", "hubin")
    leaves = [leaf for leaf in yueyang.leaves(unit) if leaf.id != "full"]
    assert len(leaves) == 36
    own = [services.Own(leaf.id, "met", "已完成。") for leaf in leaves]
    services.self_save(unit=unit, items=own[:-1], actor=me, at=SUBMITTED)
    with pytest.raises(Incomplete, match="还有1项没有填写：c36"):
        services.self_submit(unit=unit, report="工作总结。", actor=me, at=SUBMITTED)
    services.self_save(unit=unit, items=own[-1:], actor=me, at=SUBMITTED)
    with pytest.raises(Incomplete):
        services.self_submit(unit=unit, report="", actor=me, at=SUBMITTED)
    services.self_submit(unit=unit, report="工作总结。", actor=me, at=SUBMITTED)
    assert event(unit, "rounds.submitted").data["to"] == "市政务公开政务服务领导小组办公室（市政务公开办）"


@pytest.mark.clause("yueyang-openness-assessment/n2.6")
def test_a_mark_names_how_it_was_found_and_failings_follow_from_what_was_entered(yueyang: Yueyang) -> None:
    round = yueyang.running()
    unit, me = yueyang.unit(round, "hubin"), yueyang.actor("liaison", "hubin")
    villages = {"villages": {"villages_total": "2000", "villages_covered": "1799"},
                "townships": {"townships_total": "20", "townships_covered": "20"}}  # fmt: skip
    services.self_save(
        unit=unit, items=[services.Own("c28", "part", "差201个村。", values=villages)], actor=me, at=SUBMITTED
    )
    yueyang.team(round)
    services.marking_start(round=round, actor=yueyang.office, at=MARKED)

    def mark(methods: list[str], **entry: Any) -> Any:
        return services.marks_set(
            unit=unit,
            entries=[services.Entry("c28", **entry)],
            methods=methods,
            actor=yueyang.assessor,
            at=MARKED,
        )[0]

    with pytest.raises(Incomplete, match="考核方式"):
        mark([])
    row = mark(["files", "site"])
    assert (row.answers, row.methods) == ({"d2": 1}, ["files", "site"])
    with pytest.raises(Incomplete, match="认定为0次的须写明理由"):
        mark(["site"], answers={"d2": 0})
    assert mark(["site"], answers={"d2": "0"}, note="实地核查已覆盖1800个村。").answers in ({}, {"d2": 0})


@pytest.mark.clause("yueyang-openness-assessment/n2.7", "yueyang-openness-assessment/n4.1")
def test_the_leading_group_approves_before_the_general_office_tells_the_result(yueyang: Yueyang) -> None:
    round = yueyang.summarised()
    said = {"texts": {"situation": "考核总体情况。"}, "places": ["circular"], "actor": yueyang.office}
    with pytest.raises(WrongState):
        services.result_publish(round=round, at=APPROVED, **said)
    services.summary_check(round=round, opinion="情况属实。", actor=yueyang.office, at=APPROVED)
    with pytest.raises(WrongState):
        services.result_publish(round=round, at=APPROVED, **said)
    with pytest.raises(NotAllowed):
        services.result_approve(round=round, actor=yueyang.office, at=APPROVED)
    services.result_approve(round=round, actor=yueyang.leader, at=APPROVED)
    services.result_publish(round=round, at=PUBLISHED, **said)
    assert matter(round).state == "published"
    assert {(unit.total, unit.grade) for unit in round.units.all()} == {(D(100), "优秀")}


@pytest.mark.clause("yueyang-openness-assessment/n4.2")
def test_the_score_is_converted_at_the_weight_that_a_person_set(yueyang: Yueyang) -> None:
    round = yueyang.listed()
    yueyang.save_plan(round, figures={})
    with pytest.raises(Incomplete, match="分值权重"):
        services.plan_submit(round=round, actor=yueyang.office, at=OPENED)
    yueyang.save_plan(round, figures={"weight": "2.5"})
    (row,) = uses_of(Round.objects.get(pk=round.pk))
    assert (row.use.key, row.weight) == ("converted", D("2.5"))
    assert [converted(D(score), D("2.5")) for score in ("100", "88.5", "0")] == [D("2.5"), D("2.2125"), D(0)]


@pytest.mark.clause("yueyang-openness-assessment/c99.1", "yueyang-openness-assessment/c99.2")
def test_a_county_without_the_task_says_so_in_writing_and_the_openness_office_decides(
    yueyang: Yueyang,
) -> None:
    round = yueyang.running()
    unit, me = yueyang.unit(round, "hubin"), yueyang.actor("liaison", "hubin")
    with pytest.raises(Incomplete, match="请书面说明"):
        services.self_save(unit=unit, items=[services.Own("c13", "na")], actor=me, at=SUBMITTED)
    services.self_save(
        unit=unit, items=[services.Own("c13", "na", "本区没有政务服务中心。")], actor=me, at=SUBMITTED
    )
    assert RoundUnit.objects.get(pk=unit.pk).exempt == {}  # not recognised yet: assessed like the others
    with pytest.raises(NotAllowed):
        services.exempt_set(unit=unit, leaf="c13", reason="情况属实。", actor=me, at=SUBMITTED)
    services.exempt_set(unit=unit, leaf="c13", reason="情况属实。", actor=yueyang.office, at=SUBMITTED)
    assert RoundUnit.objects.get(pk=unit.pk).exempt == {"c13": "情况属实。"}
    other, she = yueyang.unit(round, "chengguan"), yueyang.actor("liaison", "chengguan")
    with pytest.raises(Incomplete, match="本类单位不能说明无此项任务"):
        services.self_save(unit=other, items=[services.Own("u14", "na", "无任务。")], actor=she, at=SUBMITTED)


def test_the_office_may_open_the_same_way_to_bodies_of_the_city(yueyang: Yueyang) -> None:
    round = yueyang.listed()
    yueyang.save_plan(round, figures={"weight": 4, "units_explain": 1})
    services.plan_submit(round=round, actor=yueyang.office, at=OPENED)
    services.plan_approve(round=round, actor=yueyang.leader, at=OPENED)
    services.notice_issue(round=round, text="请自评。", actor=yueyang.office, at=NOTICED)
    unit, me = yueyang.unit(round, "chengguan"), yueyang.actor("liaison", "chengguan")
    (row,) = services.self_save(
        unit=unit, items=[services.Own("u14", "na", "没有汇聚和建库任务。")], actor=me, at=SUBMITTED
    )
    assert row.done == "na"


@pytest.mark.clause(
    "yueyang-openness-assessment/n4.3",
    "yueyang-openness-assessment/n4.4",
    "yueyang-openness-assessment/n4.5",
    "yueyang-openness-assessment/n4.6",
    "yueyang-openness-assessment/n4.7",
)
def test_problems_are_told_planned_for_urged_put_right_and_reported_to_the_general_office(
    yueyang: Yueyang,
) -> None:
    round = yueyang.running()
    unit, me = yueyang.unit(round, "hubin"), yueyang.actor("liaison", "hubin")
    row: Rectification = services.problems_tell(
        unit=unit, problems=[services.Told("指南没有更新。", "c06")], actor=yueyang.office, at=SUBMITTED
    )
    assert row.told_at == SUBMITTED
    assert Obligation.objects.get(matter_id=row.pk, rule="rounds.rectify_plan").state == "open"
    due = SUBMITTED.date() + dt.timedelta(days=10)
    with pytest.raises(Incomplete, match="整改措施"):
        services.rectify_plan(rectification=row, measures={}, actor=me, at=SUBMITTED)
    services.rectify_plan(
        rectification=row, measures={1: services.Measure("补充更新。", due=due)}, actor=me, at=SUBMITTED
    )
    owed = Obligation.objects.get(matter_id=row.pk, rule="rounds.rectify")
    assert owed.due_at is not None
    assert owed.due_at.astimezone(SUBMITTED.tzinfo).date() == due
    services.rectify_urge(rectification=row, text="请抓紧。", actor=yueyang.office, at=SUBMITTED)
    problem = row.problems.get()
    services.rectify_progress(problem=problem, text="已更新。", done=True, actor=me, at=SUBMITTED)
    services.rectify_report(rectification=row, text="全部整改到位。", actor=me, at=SUBMITTED)
    assert event(row, "rounds.rectify_reported").data["to"] == "市政府办公室"
    services.rectify_confirm(rectification=row, text="核查属实。", actor=yueyang.office, at=SUBMITTED)
    assert matter(row).state == "confirmed"
