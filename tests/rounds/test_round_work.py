"""Team, marks, records, rectification, and that a kept result is what its inputs give."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Event, Matter, Obligation, door
from luoshi.ledger.verify import Report, verify
from luoshi.organisation.selectors import actor_for
from luoshi.rounds import rules, services
from luoshi.rounds.models import FrozenSheet, Mark, Member, Rectification, Round, RoundUnit
from luoshi.rounds.selectors.progress import reminders
from luoshi.rounds.selectors.sheets import unit_sheet
from luoshi.rounds.services.after import Measure, Told
from luoshi.rounds.services.counting import unit_counts
from luoshi.rounds.services.summary import sheet_problems, summary_problems
from tests.rounds.conftest import APPROVED, MARKED, NOTICED, PUBLISHED, SUBMITTED, City, moment

pytestmark = pytest.mark.django_db
D = Decimal


def first_mark(city: City, unit: RoundUnit) -> Any:
    return next(leaf for leaf in city.leaves(unit) if leaf.kind == "mark")


# the team


def test_a_member_with_a_class_of_sites_cannot_be_given_that_class(website: City) -> None:
    round = website.running()
    member = website.second(round, "department", body="jiaoyu")
    with pytest.raises(WrongState, match="须回避市政府部门网站的考评"):
        services.task_assign(member=member, class_key="departments", actor=website.office, at=SUBMITTED)
    services.task_assign(member=member, class_key="counties", actor=website.office, at=SUBMITTED)


def test_nobody_claims_to_come_from_elsewhere(website: City) -> None:
    round = website.running()
    with pytest.raises(Incomplete, match="只能作为市政府部门网站的人员参加"):
        website.second(round, "city", body="jiaoyu")


def test_nobody_marks_the_own_unit_whatever_was_assigned(openness: City) -> None:
    round = openness.running()
    unit = openness.unit(round, "chengguan")
    member = openness.second(round, "others", body="chengguan")
    with pytest.raises(WrongState, match="须回避本单位的考评"):
        services.task_assign(
            member=member, class_key="departments", unit=unit, actor=openness.office, at=SUBMITTED
        )
    services.task_assign(member=member, class_key="departments", actor=openness.office, at=SUBMITTED)
    openness.team(round)
    services.marking_start(round=round, actor=openness.office, at=MARKED)
    me = actor_for(user=member.user, at=MARKED)
    entry = services.Entry(first_mark(openness, unit).id, 1)
    with pytest.raises(NotAllowed, match="须回避本单位的考评"):
        services.marks_set(unit=unit, entries=[entry], methods=["files"], actor=me, at=MARKED)
    other = openness.unit(round, "zhujian")
    services.marks_set(unit=other, entries=[entry], methods=["files"], actor=me, at=MARKED)


def test_an_account_without_the_role_does_not_join(openness: City) -> None:
    from luoshi.organisation.models import User

    round = openness.running()
    user = User.objects.get(pk=openness.office.user_id)
    with pytest.raises(Incomplete, match="没有考评组成员角色"):
        services.member_add(
            round=round,
            user=user,
            body=openness.bodies["zhengfuban"],
            pool="others",
            actor=openness.office,
            at=SUBMITTED,
        )


def test_only_what_is_assigned_is_marked(openness: City) -> None:
    round = openness.running()
    unit = openness.unit(round, "chengguan")
    member = openness.second(round, "others", body="jiaoyu")
    scheme = rules.full_scheme(round, "departments")
    columns = [top.id for top in scheme.items if any(leaf.kind == "mark" for leaf in top.leaves())]
    services.task_assign(
        member=member, class_key="departments", item=columns[0], actor=openness.office, at=SUBMITTED
    )
    openness.team(round)
    services.marking_start(round=round, actor=openness.office, at=MARKED)
    me = actor_for(user=member.user, at=MARKED)
    inside, outside = (
        next(leaf for top in scheme.items if top.id == column for leaf in top.leaves() if leaf.kind == "mark")
        for column in columns[:2]
    )
    services.marks_set(
        unit=unit, entries=[services.Entry(inside.id, 1)], methods=["files"], actor=me, at=MARKED
    )
    with pytest.raises(NotAllowed, match="没有分派给您"):
        services.marks_set(
            unit=unit, entries=[services.Entry(outside.id, 1)], methods=["files"], actor=me, at=MARKED
        )
    services.member_remove(member=member, actor=openness.office, at=MARKED)
    with pytest.raises(NotAllowed, match="不是本次考评的考核组成员"):
        services.marks_set(
            unit=unit, entries=[services.Entry(inside.id, 1)], methods=["files"], actor=me, at=MARKED
        )
    assert Mark.objects.count() == 1


def test_two_assessors_are_averaged_and_an_agreed_mark_goes_before(openness: City) -> None:
    round = openness.running()
    unit = openness.unit(round, "chengguan")
    second = openness.second(round, "others", body="jiaoyu")
    services.task_assign(member=second, class_key="departments", actor=openness.office, at=SUBMITTED)
    openness.team(round)
    services.marking_start(round=round, actor=openness.office, at=MARKED)
    leaf = first_mark(openness, unit)
    for actor, points in ((openness.assessor, "1.00"), (actor_for(user=second.user, at=MARKED), "1.25")):
        services.marks_set(
            unit=unit, entries=[services.Entry(leaf.id, points)], methods=["files"], actor=actor, at=MARKED
        )

    def mark() -> Any:
        counts = {one.unit: one.counts for one in unit_counts(round, "departments")[0]}
        return counts["chengguan"][f"mark_{leaf.id.replace('.', '_')}"]

    assert mark() == D("1.125")
    services.mark_agree(
        unit=unit,
        entry=services.Entry(leaf.id, "1.2", note="复核材料后一致认定"),
        actor=openness.office,
        at=MARKED,
    )
    assert mark() == D("1.2")
    with pytest.raises(Incomplete, match="合议理由"):
        services.mark_agree(unit=unit, entry=services.Entry(leaf.id, "1.2"), actor=openness.office, at=MARKED)


def test_assessors_who_find_different_things_must_agree(openness: City) -> None:
    round = openness.running()
    unit = openness.unit(round, "chengguan")
    second = openness.second(round, "others", body="jiaoyu")
    services.task_assign(member=second, class_key="departments", actor=openness.office, at=SUBMITTED)
    openness.team(round)
    services.marking_start(round=round, actor=openness.office, at=MARKED)
    leaf = next((one for one in openness.leaves(unit) if one.kind == "check"), None)
    if leaf is None:
        pytest.skip("the scheme has no check")
    keys = [ask.key for ask in leaf.asks] or ["met"]
    pairs = ((openness.assessor, "met"), (actor_for(user=second.user, at=MARKED), "unmet"))
    for actor, answer in pairs:
        entry = services.Entry(leaf.id, answers=dict.fromkeys(keys, answer))
        services.marks_set(unit=unit, entries=[entry], methods=["files"], actor=actor, at=MARKED)
    assert any("成员认定不一致，需登记合议评分" in text for text in summary_problems(round))


def test_marks_stay_between_nothing_and_the_item_s_points(openness: City) -> None:
    round = openness.marking()
    unit = openness.unit(round, "chengguan")
    leaf = first_mark(openness, unit)

    def give(points: Any) -> None:
        services.marks_set(
            unit=unit,
            entries=[services.Entry(leaf.id, points)],
            methods=["files"],
            actor=openness.assessor,
            at=MARKED,
        )

    give(leaf.max)
    give(0)
    for bad in (leaf.max + D("0.01"), "-0.01", "abc", "", "0.001"):
        with pytest.raises(Incomplete):
            give(bad)
    with pytest.raises(Incomplete, match="至少选择一种考核方式"):
        services.marks_set(
            unit=unit, entries=[services.Entry(leaf.id, 1)], methods=[], actor=openness.assessor, at=MARKED
        )


def test_a_task_that_a_unit_does_not_have_is_neither_marked_nor_missing(openness: City) -> None:
    round = openness.marking()
    unit = openness.unit(round, "chengguan")
    leaf = first_mark(openness, unit)
    services.exempt_set(unit=unit, leaf=leaf.id, reason="本单位无此职能", actor=openness.office, at=MARKED)
    with pytest.raises(WrongState, match="已认定没有"):
        services.marks_set(
            unit=unit,
            entries=[services.Entry(leaf.id, 1)],
            methods=["files"],
            actor=openness.assessor,
            at=MARKED,
        )
    for code in ("chengguan", "zhujian", "hubin", "lushi"):
        openness.mark_unit(openness.unit(round, code), D(1))
    services.summarise(round=round, actor=openness.office, at=MARKED)
    fresh = openness.unit(round, "chengguan")
    assert fresh.grade == "优秀"
    sheet = unit_sheet(fresh)
    assert sheet is not None
    says = [
        line["say"] for column in sheet["columns"] for line in column["items"] if line["leaf"].id == leaf.id
    ]
    assert says[0].startswith("认定无此项任务：本单位无此职能")
    services.summary_return(round=round, reason="重认", actor=openness.office, at=MARKED)
    services.exempt_set(unit=fresh, leaf=leaf.id, reason="", actor=openness.office, at=MARKED)
    assert RoundUnit.objects.get(pk=unit.pk).exempt == {}


# records


def entered(city: City, unit: RoundUnit, **more: Any) -> Any:
    values: dict[str, Any] = {
        "kind": "problem",
        "method": "spot",
        "day": dt.date(2018, 3, 5),
        "text": "目录没有更新。",
        "actor": city.office,
        "at": SUBMITTED,
        **more,
    }
    return services.record_enter(unit=unit, **values)


def test_a_record_names_its_method_and_a_day_of_the_year_that_has_come(openness: City) -> None:
    unit = openness.unit(openness.running(), "chengguan")
    for bad in (
        {"method": "rumour"},
        {"kind": "gossip"},
        {"text": " "},
        {"day": dt.date(2017, 12, 31)},
        {"day": dt.date(2018, 11, 21)},
        {"points": "-1"},
        {"leaf": "no.such", "points": "-1"},
        {"times": 0},
    ):
        with pytest.raises(Incomplete):
            entered(openness, unit, **bad)
    assert entered(openness, unit, day=dt.date(2018, 11, 20)).counts


@pytest.mark.parametrize("points", ["0", "99", "-99", "0.001"])
def test_points_of_a_record_stay_within_the_item(openness: City, points: str) -> None:
    unit = openness.unit(openness.running(), "chengguan")
    leaf = first_mark(openness, unit)
    with pytest.raises(Incomplete):
        entered(openness, unit, leaf=leaf.id, points=points)


def test_a_record_taken_back_counts_no_more(openness: City) -> None:
    unit = openness.unit(openness.running(), "chengguan")
    record = entered(openness, unit, leaf=first_mark(openness, unit).id, points="-0.5")
    with pytest.raises(Incomplete):
        services.record_withdraw(record=record, reason="", actor=openness.office, at=SUBMITTED)
    services.record_withdraw(record=record, reason="重复登记", actor=openness.office, at=SUBMITTED)
    record.matter.refresh_from_db()
    assert not record.counts
    with pytest.raises(WrongState):
        services.record_withdraw(record=record, reason="再撤", actor=openness.office, at=SUBMITTED)


def test_a_veto_counts_once_it_is_approved_with_evidence(openness: City) -> None:
    round = openness.marked()
    unit = openness.unit(round, "chengguan")
    veto = rules.full_scheme(round, "departments").vetoes[0].count
    with pytest.raises(Incomplete, match="认定人"):
        entered(openness, unit, veto=veto, at=MARKED)
    record = entered(openness, unit, veto=veto, established_by="市政务公开领导小组", at=MARKED)
    with pytest.raises(Incomplete, match="没有批准"):
        services.summarise(round=round, actor=openness.office, at=MARKED)
    with pytest.raises(NotAllowed):
        services.record_approve(record=record, actor=openness.office, at=MARKED)
    with pytest.raises(Incomplete, match="没有证据材料"):
        services.record_approve(record=record, actor=openness.leader, at=MARKED)
    openness.attach(record.matter)
    services.record_approve(record=record, actor=openness.leader, at=MARKED)
    services.summarise(round=round, actor=openness.office, at=MARKED)
    fresh = RoundUnit.objects.get(pk=unit.pk)
    assert (fresh.grade, fresh.total) == ("不合格", 0)
    with pytest.raises(WrongState, match="已经汇总"):
        services.record_withdraw(record=record, reason="撤", actor=openness.office, at=MARKED)


def test_a_period_is_told_once_and_only_when_it_is_over(openness: City) -> None:
    round = openness.running()
    tell: dict[str, Any] = {"round": round, "text": "通报", "actor": openness.office}
    with pytest.raises(WrongState, match="尚未结束"):
        services.quarter_tell(period="2018-Q1", at=moment("2018-03-31 23:59"), **tell)
    services.quarter_tell(period="2018-Q1", at=moment("2018-04-01 00:00"), **tell)
    with pytest.raises(WrongState, match="已经通报"):
        services.quarter_tell(period="2018-Q1", at=moment("2018-04-02 09:00"), **tell)
    with pytest.raises(Incomplete, match="没有这一期"):
        services.quarter_tell(period="2018-03", at=moment("2018-04-02 09:00"), **tell)


def test_a_quarter_without_its_notice_is_reminded_of(openness: City) -> None:
    round = openness.running()
    round.refresh_from_db()

    def words(day: dt.date) -> list[str]:
        return [text for _, text in reminders(Round.objects.get(pk=round.pk), day) if "通报" in text]

    assert words(dt.date(2018, 3, 31)) == []
    assert words(dt.date(2018, 4, 1)) == ["2018年第一季度的日常考核情况还没有通报"]


def test_before_the_points_are_approved_only_facts_are_recorded(openness: City) -> None:
    round = openness.drafted()
    unit = openness.unit(round, "chengguan")
    leaf = rules.scheme_of(round, "departments").leaves().__next__()
    day = dt.date(2018, 1, 2)
    with pytest.raises(Incomplete, match="只能记录事实"):
        entered(openness, unit, leaf=leaf.id, points="-0.5", day=day)
    assert entered(openness, unit, leaf=leaf.id, day=day).points is None


# what follows


def told(city: City, unit: RoundUnit, **more: Any) -> Rectification:
    problems = [Told("栏目不更新。"), Told("缺主动公开目录。")]
    return services.problems_tell(unit=unit, problems=problems, actor=city.office, at=PUBLISHED, **more)


@pytest.mark.clause("smx-openness-assessment/15.3")
def test_a_plan_holds_a_measure_for_every_problem(openness: City) -> None:
    unit = openness.unit(openness.published(), "lushi")
    row, me, day = told(openness, unit), openness.actor("liaison", "lushi"), dt.date(2019, 6, 30)
    with pytest.raises(Incomplete, match="第2个问题的整改措施"):
        services.rectify_plan(
            rectification=row, measures={1: Measure("每周更新", due=day)}, actor=me, at=PUBLISHED
        )
    assert Matter.objects.get(pk=row.pk).state == "told"
    measures = {number: Measure("每周更新", due=day) for number in (1, 2)}
    with pytest.raises(NotAllowed):
        services.rectify_plan(rectification=row, measures=measures, actor=openness.office, at=PUBLISHED)
    services.rectify_plan(rectification=row, measures=measures, actor=me, at=PUBLISHED)
    assert Matter.objects.get(pk=row.pk).state == "planned"


@pytest.mark.clause("smx-openness-assessment/15.4")
def test_the_day_is_that_of_the_feedback_else_the_latest_of_the_plan(openness: City) -> None:
    unit = openness.unit(openness.published(), "lushi")
    me = openness.actor("liaison", "lushi")
    fixed, free = told(openness, unit, due=dt.date(2019, 5, 31)), told(openness, unit)
    late = {number: Measure("办", due=dt.date(2019, 6, 1)) for number in (1, 2)}
    with pytest.raises(Incomplete, match="不能晚于反馈时指定的2019年5月31日"):
        services.rectify_plan(rectification=fixed, measures=late, actor=me, at=PUBLISHED)
    plain = {number: Measure("办") for number in (1, 2)}
    services.rectify_plan(rectification=fixed, measures=plain, actor=me, at=PUBLISHED)
    with pytest.raises(Incomplete, match="没有完成期限"):
        services.rectify_plan(rectification=free, measures=plain, actor=me, at=PUBLISHED)
    own = {1: Measure("办", due=dt.date(2019, 5, 1)), 2: Measure("办", due=dt.date(2019, 7, 1))}
    services.rectify_plan(rectification=free, measures=own, actor=me, at=PUBLISHED)
    dues = {
        owed.matter_id: owed.due_at for owed in Obligation.objects.filter(rule="rounds.rectify", state="open")
    }
    assert dues[fixed.pk] == moment("2019-05-31 23:59:59")
    assert dues[free.pk] == moment("2019-07-01 23:59:59")


@pytest.mark.clause("smx-openness-assessment/15.2", "smx-openness-assessment/15.5")
def test_units_are_urged_report_to_the_office_and_are_confirmed_when_all_is_right(openness: City) -> None:
    unit = openness.unit(openness.published(), "lushi")
    row, me = told(openness, unit), openness.actor("liaison", "lushi")
    common: dict[str, Any] = {"rectification": row, "at": PUBLISHED}
    services.rectify_urge(**common, text="请抓紧整改。", actor=openness.office)
    measures = {number: Measure("办", due=dt.date(2019, 7, 1)) for number in (1, 2)}
    services.rectify_plan(**common, measures=measures, actor=me)
    first, second = row.problems.all()
    services.rectify_progress(problem=first, text="已更新", done=True, actor=me, at=PUBLISHED)
    services.rectify_report(**common, text="第一项已整改。", actor=me)
    event = Event.objects.get(matter_id=row.pk, kind="rounds.rectify_reported")
    assert (event.data["to"], event.data["left"]) == ("市政务公开领导小组办公室", [2])
    with pytest.raises(WrongState, match="第2个问题尚未整改"):
        services.rectify_confirm(**common, text="属实", actor=openness.office)
    services.rectify_return(**common, text="继续整改。", actor=openness.office, due=dt.date(2019, 8, 1))
    again = Obligation.objects.get(matter_id=row.pk, rule="rounds.rectify", state="open")
    assert again.due_at == moment("2019-08-01 23:59:59")
    services.rectify_progress(problem=second, text="已补", done=True, actor=me, at=PUBLISHED)
    services.rectify_report(**common, text="全部到位。", actor=me)
    services.rectify_confirm(**common, text="属实", actor=openness.office)
    assert Matter.objects.get(pk=row.pk).state == "confirmed"


def test_problems_may_be_told_through_the_year_but_not_before_the_notice(openness: City) -> None:
    round = openness.planned()
    unit = openness.unit(round, "chengguan")
    with pytest.raises(WrongState, match="通知下发后"):
        services.problems_tell(unit=unit, problems=[Told("错")], actor=openness.office, at=NOTICED)
    services.notice_issue(round=round, text="通知", actor=openness.office, at=NOTICED)
    with pytest.raises(Incomplete, match="至少填写一个问题"):
        services.problems_tell(unit=unit, problems=[], actor=openness.office, at=SUBMITTED)
    with pytest.raises(Incomplete, match="不能早于今天"):
        services.problems_tell(
            unit=unit, problems=[Told("错")], due=dt.date(2018, 1, 1), actor=openness.office, at=SUBMITTED
        )
    services.problems_tell(unit=unit, problems=[Told("错")], actor=openness.office, at=SUBMITTED)


def test_a_round_is_closed_when_nothing_is_open(openness: City) -> None:
    round = openness.published()
    told(openness, openness.unit(round, "lushi"))
    with pytest.raises(WrongState, match="还有1件整改没有确认"):
        services.round_close(round=round, actor=openness.office, at=PUBLISHED)


# the kept result


def test_a_kept_result_that_was_tampered_with_is_found(openness: City) -> None:
    round = openness.summarised()
    sheet = FrozenSheet.objects.get(round=round, class_key="departments")
    assert sheet_problems(sheet) == []
    sheet.result["chengguan"]["total"] = "100.0000"
    with door():
        sheet.save()
    assert any(text.startswith("chengguan: kept 100.0000") for text in sheet_problems(sheet))
    found = [one for one in verify(report=Report()) if one.check == "round result"]
    assert len(found) >= 1


def test_a_unit_that_carries_another_total_is_found(openness: City) -> None:
    round = openness.summarised()
    with door():
        RoundUnit.objects.filter(round=round, body__code="hubin").update(total=D(1))
    sheet = FrozenSheet.objects.get(round=round, class_key="counties")
    assert any(text.startswith("hubin: the unit carries") for text in sheet_problems(sheet))


def test_a_sheet_says_where_each_point_comes_from(openness: City) -> None:
    round = openness.marked()
    unit = openness.unit(round, "chengguan")
    leaf = first_mark(openness, unit)
    entered(openness, unit, leaf=leaf.id, points="-0.25", at=MARKED)
    services.summarise(round=round, actor=openness.office, at=MARKED)
    sheet = unit_sheet(openness.unit(round, "chengguan"))
    assert sheet is not None
    line = next(row for column in sheet["columns"] for row in column["items"] if row["leaf"].id == leaf.id)
    assert "日常记录减0.25分：目录没有更新" in line["say"]
    assert APPROVED > MARKED
    assert Member.objects.filter(round=round).exists()
