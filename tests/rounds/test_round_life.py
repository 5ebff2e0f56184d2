"""A round from its plan to the last use of its result."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Event, Matter, Obligation
from luoshi.rounds import rules, services
from luoshi.rounds.models import FrozenSheet, Mark, Round, RoundUnit, SelfItem
from luoshi.rounds.selectors.uses import converted, uses_of
from luoshi.rounds.services.planning import plan_problems
from luoshi.rounds.services.spot import draw_size, drawn_of, spot_means
from luoshi.rounds.services.summary import sheet_problems, summary_problems
from tests.rounds.conftest import (
    APPROVED,
    DATES,
    MARKED,
    NOTICED,
    OPENED,
    PUBLISHED,
    SUBMITTED,
    City,
    even_points,
    moment,
)

pytestmark = pytest.mark.django_db
D = Decimal


def matter(row: Any) -> Matter:
    return Matter.objects.get(pk=row.pk)


def test_a_round_runs_from_plan_to_publication(openness: City) -> None:
    round = openness.published()
    assert matter(round).state == "published"
    got = {unit.body.code: (unit.total, unit.rank, unit.grade) for unit in round.units.select_related("body")}
    assert got["chengguan"][1:] == (1, "优秀")
    assert got["zhujian"][1:] == (2, "良好")
    assert got["hubin"][1] == 1
    assert got["lushi"][1:] == (2, "不合格")
    assert {sheet.class_key: sheet_problems(sheet) for sheet in FrozenSheet.objects.filter(round=round)} == {
        "departments": [],
        "counties": [],
    }


def test_the_web_sites_round_runs_by_the_same_steps(website: City) -> None:
    round = website.published()
    assert {unit.grade for unit in round.units.all()} == {"优秀", "良好", "不合格"}


@pytest.mark.clause("smx-openness-assessment/8.1")
def test_no_score_before_the_year_s_points_are_approved(openness: City) -> None:
    round = openness.drafted()
    with pytest.raises(WrongState, match="拟订方案"):
        services.summarise(round=round, actor=openness.office, at=MARKED)
    services.plan_submit(round=round, actor=openness.office, at=OPENED)
    services.plan_approve(round=round, actor=openness.leader, at=OPENED)
    points = even_points(round, "departments")
    with pytest.raises(WrongState, match="方案已审定"):
        services.points_save(
            round=round, class_key="departments", points=points, actor=openness.office, at=NOTICED
        )


@pytest.mark.clause("smx-openness-assessment/8.3", "smx-openness-indicators/0.2")
def test_points_go_to_the_leading_group_and_only_it_approves_them(openness: City) -> None:
    round = openness.drafted()
    services.plan_submit(round=round, actor=openness.office, at=OPENED)
    with pytest.raises(NotAllowed):
        services.plan_approve(round=round, actor=openness.office, at=OPENED)
    services.plan_return(round=round, reason="分值再议。", actor=openness.leader, at=OPENED)
    assert matter(round).state == "draft"


@pytest.mark.clause("smx-openness-indicators/0.4")
@pytest.mark.parametrize(("change", "words"), [("0.01", "多0.01分"), ("-0.01", "少0.01分")])
def test_points_that_do_not_come_to_100_are_not_handed_in(openness: City, change: str, words: str) -> None:
    round = openness.drafted()
    points = even_points(round, "departments")
    first = next(iter(points))
    points[first] += D(change)
    services.points_save(
        round=round, class_key="departments", points=points, actor=openness.office, at=OPENED
    )
    with pytest.raises(Incomplete, match=words):
        services.plan_submit(round=round, actor=openness.office, at=OPENED)


def test_points_are_taken_from_a_file_or_the_line_is_named(openness: City) -> None:
    round = openness.drafted()
    points = even_points(round, "departments")
    text = "指标,分值,标准\n" + "\n".join(f"{leaf},{value},按材料" for leaf, value in points.items())
    table = services.points_import(
        round=round, class_key="departments", text=text, actor=openness.office, at=OPENED
    )
    assert len(table.points) == len(points)
    assert set(table.standards.values()) == {"按材料"}
    with pytest.raises(Incomplete, match="第2行：没有指标“x”"):
        services.points_import(
            round=round, class_key="departments", text="指标,分值\nx,1", actor=openness.office, at=OPENED
        )


def test_a_plan_says_all_that_it_lacks(openness: City) -> None:
    problems = plan_problems(openness.listed())
    assert any("没有确定印发和公布的日期" in problem for problem in problems)
    assert any("还有66项没有赋分" in problem for problem in problems)
    assert any("还有70项没有赋分" in problem for problem in problems)


@pytest.mark.parametrize(("day", "allowed"), [("2019-04-30", True), ("2019-05-01", False)])
def test_publication_is_planned_for_30_april_at_the_latest(openness: City, day: str, allowed: bool) -> None:
    round = openness.opened()

    def save() -> Round:
        dates = {**DATES, "publish_due": dt.date.fromisoformat(day)}
        return services.plan_save(
            round=round, texts={}, dates=dates, figures={}, actor=openness.office, at=OPENED
        )

    if allowed:
        assert save().dates["publish_due"] == day
    else:
        with pytest.raises(Incomplete, match="不得晚于2019年4月30日"):
            save()


@pytest.mark.clause("smx-openness-assessment/14.1")
@pytest.mark.parametrize(("at", "state"), [("2019-04-30 23:59:59", "met"), ("2019-05-01 00:00:01", "late")])
def test_publication_on_30_april_is_in_time(openness: City, at: str, state: str) -> None:
    round = openness.approved()
    services.result_publish(
        round=round, texts={"situation": "情况。"}, places=["portal"], actor=openness.office, at=moment(at)
    )
    owed = Obligation.objects.get(matter_id=round.pk, rule="rounds.publish")
    assert owed.state == state


@pytest.mark.clause("smx-openness-assessment/11.3")
def test_the_notice_comes_before_the_assessment_begins(openness: City) -> None:
    round = openness.planned()
    with pytest.raises(WrongState, match="须早于考核开始之日"):
        services.notice_issue(round=round, text="通知", actor=openness.office, at=moment("2018-12-01 08:00"))
    services.notice_issue(round=round, text="通知", actor=openness.office, at=moment("2018-11-30 18:00"))
    states = set(round.units.values_list("matter__state", flat=True))
    assert states == {"notified"}


@pytest.mark.clause("smx-openness-assessment/11.4", "smx-openness-assessment/11.5")
def test_a_unit_hands_in_every_item_with_its_report_to_the_team(openness: City) -> None:
    round = openness.running()
    unit = openness.unit(round, "chengguan")
    me = openness.actor("liaison", "chengguan")
    with pytest.raises(Incomplete, match=r"还有.*项没有填写.*没有登记"):
        services.self_submit(unit=unit, report="报告", actor=me, at=SUBMITTED)
    with pytest.raises(Incomplete, match="请填写自查报告"):
        services.self_submit(unit=unit, report=" ", actor=me, at=SUBMITTED)
    openness.self_assessed(unit)
    event = Event.objects.filter(matter_id=unit.pk, kind="rounds.submitted").get()
    assert event.data["to"] == "考核组"


@pytest.mark.clause("smx-website-assessment/10.2.2", "smx-website-assessment/10.2.3")
def test_a_site_s_report_carries_its_own_marks_and_a_copy_goes_along(website: City) -> None:
    round = website.running()
    unit = website.unit(round, "chengguan")
    me = website.actor("liaison", "chengguan")
    own = [services.Own(leaf.id, "met") for leaf in website.leaves(unit)]
    services.self_save(unit=unit, items=own, actor=me, at=SUBMITTED)
    persons = {one.value: "某某" for one in rules.rule_of(round).persons}
    with pytest.raises(Incomplete, match="没有自评分"):
        services.self_submit(unit=unit, report="报告", persons=persons, actor=me, at=SUBMITTED)
    website.self_assessed(unit)
    event = Event.objects.filter(matter_id=unit.pk, kind="rounds.submitted").get()
    assert (event.data["to"], event.data["copies"]) == ("市政府办公室", ["市政务与信息公开办公室"])
    owed = Obligation.objects.get(matter_id=unit.pk, rule="rounds.self")
    assert owed.state == "met"


def test_a_plan_without_the_day_for_reports_is_not_handed_in(website: City) -> None:
    round = website.drafted()
    dates = {key: day for key, day in DATES.items() if key != "self_due"}
    services.plan_save(
        round=round, texts=round.texts, dates=dates, figures=round.figures, actor=website.office, at=OPENED
    )
    with pytest.raises(Incomplete, match="没有确定考评年度截止日期"):
        services.plan_submit(round=round, actor=website.office, at=OPENED)


def test_papers_are_taken_back_before_the_day_and_not_after(openness: City) -> None:
    round = openness.running()
    unit = openness.self_assessed(openness.unit(round, "chengguan"))
    me = openness.actor("liaison", "chengguan")
    with pytest.raises(WrongState, match="截止日期2018年11月30日已过"):
        services.self_recall(unit=unit, actor=me, at=moment("2018-12-01 00:00:01"))
    services.self_recall(unit=unit, actor=me, at=moment("2018-11-30 23:59:59"))
    assert matter(unit).state == "notified"
    assert Obligation.objects.filter(matter_id=unit.pk, rule="rounds.self", state="open").count() == 1


def test_another_unit_s_people_cannot_fill_in_its_papers(openness: City) -> None:
    unit = openness.unit(openness.running(), "chengguan")
    with pytest.raises(NotAllowed):
        services.self_save(
            unit=unit,
            items=[services.Own(openness.leaves(unit)[0].id, "met")],
            actor=openness.actor("liaison", "zhujian"),
            at=SUBMITTED,
        )
    assert not SelfItem.objects.exists()


@pytest.mark.clause("smx-openness-assessment/11.8", "smx-openness-assessment/11.9")
def test_what_the_team_proposes_goes_to_the_office_and_then_to_the_leading_group(openness: City) -> None:
    round = openness.summarised()
    with pytest.raises(WrongState):
        services.result_approve(round=round, actor=openness.leader, at=APPROVED)
    with pytest.raises(WrongState):
        services.result_publish(
            round=round, texts={"situation": "情况"}, places=["portal"], actor=openness.office, at=APPROVED
        )
    services.summary_check(round=round, opinion="同意", actor=openness.office, at=APPROVED)
    with pytest.raises(NotAllowed):
        services.result_approve(round=round, actor=openness.office, at=APPROVED)
    with pytest.raises(WrongState):
        services.result_publish(
            round=round, texts={"situation": "情况"}, places=["portal"], actor=openness.office, at=APPROVED
        )
    services.result_approve(round=round, actor=openness.leader, at=APPROVED)
    ranks = {(unit.class_key, unit.rank) for unit in round.units.all()}
    assert ranks == {("departments", 1), ("departments", 2), ("counties", 1), ("counties", 2)}


def test_equal_scores_share_a_rank(openness: City) -> None:
    round = openness.marking()
    for code in ("chengguan", "zhujian", "hubin", "lushi"):
        openness.mark_unit(openness.unit(round, code), D("0.9"))
    services.summarise(round=round, actor=openness.office, at=MARKED)
    assert set(round.units.values_list("rank", flat=True)) == {1}


def test_a_summary_sent_back_leaves_no_result(openness: City) -> None:
    round = openness.summarised()
    services.summary_return(round=round, reason="请复核。", actor=openness.office, at=APPROVED)
    assert matter(round).state == "marking"
    assert not FrozenSheet.objects.exists()
    assert set(round.units.values_list("total", flat=True)) == {None}
    services.summarise(round=round, actor=openness.office, at=APPROVED)
    services.summary_check(round=round, opinion="同意", actor=openness.office, at=APPROVED)
    services.summary_return(round=round, reason="再议。", actor=openness.leader, at=APPROVED)
    assert matter(round).state == "marking"


def test_a_summary_waits_for_every_mark(openness: City) -> None:
    round = openness.marked()
    mark = Mark.objects.first()
    assert mark is not None
    from luoshi.ledger.models import door

    with door():
        mark.delete()
    assert len(summary_problems(round)) == 1
    with pytest.raises(Incomplete, match="还有1项没有评分"):
        services.summarise(round=round, actor=openness.office, at=MARKED)


@pytest.mark.clause("smx-openness-assessment/14.2", "smx-openness-assessment/14.3")
def test_publication_holds_situation_ranks_and_grades_on_the_portal(openness: City) -> None:
    round = openness.approved()
    with pytest.raises(Incomplete, match="请填写考核情况"):
        services.result_publish(round=round, texts={}, places=["portal"], actor=openness.office, at=PUBLISHED)
    with pytest.raises(Incomplete, match="必须在本级政府门户网站公布"):
        services.result_publish(
            round=round, texts={"situation": "情况"}, places=["other"], actor=openness.office, at=PUBLISHED
        )
    services.result_publish(
        round=round, texts={"situation": "情况"}, places=["portal"], actor=openness.office, at=PUBLISHED
    )
    assert set(round.units.values_list("matter__state", flat=True)) == {"settled"}
    assert all(unit.rank and unit.grade for unit in round.units.all())


@pytest.mark.clause("smx-openness-assessment/13.2")
def test_the_score_counts_at_four_per_cent(openness: City) -> None:
    rows = {row.use.key: row for row in uses_of(openness.published())}
    assert rows["cadres"].weight == 4
    assert converted(D(100), D(4)) == 4
    assert converted(D("88.5"), D(4)) == D("3.54")


@pytest.mark.clause(
    "smx-openness-assessment/13.1", "smx-openness-assessment/13.3", "smx-openness-assessment/13.4"
)
def test_a_county_s_result_is_reported_and_filed_or_the_reminder_stays(openness: City) -> None:
    round = openness.published()
    unit = openness.unit(round, "hubin")
    day = dt.date(2019, 4, 3)
    at = moment("2019-04-03 10:00")
    services.use_tick(round=round, use="organisation", unit=unit, day=day, actor=openness.office, at=at)
    lonely = [(row.use.key, row.unit and row.unit.body.code) for row in uses_of(round) if row.lonely]
    assert lonely == [("filed", "hubin")]
    services.use_tick(round=round, use="filed", unit=unit, day=day, actor=openness.office, at=at)
    assert not [row for row in uses_of(round) if row.lonely]
    services.use_tick(round=round, use="province", day=day, actor=openness.office, at=at)
    with pytest.raises(WrongState, match="已经登记"):
        services.use_tick(round=round, use="province", day=day, actor=openness.office, at=at)
    with pytest.raises(Incomplete, match="不适用"):
        services.use_tick(
            round=round,
            use="filed",
            unit=openness.unit(round, "chengguan"),
            day=day,
            actor=openness.office,
            at=at,
        )


def test_an_objection_is_kept_and_answered_without_a_clause(openness: City) -> None:
    round = openness.published()
    unit = openness.unit(round, "lushi")
    me = openness.actor("liaison", "lushi")
    remark = services.remark_add(unit=unit, text="第一项分数过低。", actor=me, at=PUBLISHED)
    services.remark_answer(remark=remark, text="已复核，维持。", actor=openness.office, at=PUBLISHED)
    with pytest.raises(WrongState, match="已经答复"):
        services.remark_answer(remark=remark, text="再答", actor=openness.office, at=PUBLISHED)
    assert RoundUnit.objects.get(pk=unit.pk).grade == "不合格"


def test_a_draw_is_repeated_by_its_seed_and_list(website: City) -> None:
    round = website.running()
    draw = services.spot_draw(
        round=round, period="2018-Q1", class_key="departments", actor=website.office, at=NOTICED
    )
    assert draw.drawn == drawn_of(list(reversed(draw.pool)), seed=draw.seed, count=len(draw.drawn))
    with pytest.raises(WrongState, match="不能重抽"):
        services.spot_draw(
            round=round, period="2018-Q1", class_key="departments", actor=website.office, at=NOTICED
        )
    owed = Obligation.objects.get(matter_id=round.pk, rule="rounds.spot_first")
    assert owed.state == "met"


@pytest.mark.parametrize(
    ("pool", "ratio", "size"), [(2, 30, 1), (10, 30, 3), (11, 30, 4), (3, 100, 3), (1, 1, 1)]
)
def test_the_share_drawn_is_rounded_up(pool: int, ratio: int, size: int) -> None:
    assert draw_size(pool, D(ratio)) == size


@pytest.mark.clause("smx-website-assessment/10.4.2")
def test_the_mean_of_those_checked_is_a_reference_and_enters_no_score(website: City) -> None:
    round = website.running()
    draw = services.spot_draw(
        round=round, period="2018-Q1", class_key="departments", actor=website.office, at=NOTICED
    )
    unit = website.unit(round, draw.drawn[0])
    services.spot_score(draw=draw, unit=unit, points="87.5", actor=website.office, at=SUBMITTED)
    means, every = spot_means(round, "departments")
    assert (means, every) == ({unit.pk: D("87.5")}, D("87.5"))
    other = next(code for code in draw.pool if code not in draw.drawn)
    with pytest.raises(WrongState, match="不在2018-Q1抽查名单中"):
        services.spot_score(
            draw=draw, unit=website.unit(round, other), points=80, actor=website.office, at=SUBMITTED
        )
    assert not Mark.objects.exists()
