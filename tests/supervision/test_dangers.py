"""The ledger of hidden dangers: surveys, entries, the way to put them right, bans, recheck, patrols."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.ledger.errors import Incomplete, NotAllowed, Refusal, WrongState
from luoshi.ledger.models import Obligation
from luoshi.supervision import services
from luoshi.supervision.models import Ask, Danger
from luoshi.supervision.services import Found, Responsible
from luoshi.supervision.services.campaigns import checks_of

from .conftest import NOW, on

pytestmark = pytest.mark.django_db
FIRE = Found("安全出口上锁", "示例商场二层", "management", "fire", "大型商场超市")
IN_PLACE = {
    "organisation": "成立专班",
    "funds": "安排3万元",
    "inspection": "每周检查",
    "accountability": "明确问责",
}
ROAD = [(dt.date(2017, 10, 20), "打开出口"), (dt.date(2017, 10, 27), "培训值守人员")]


def owed(matter, rule):
    return Obligation.objects.filter(matter=matter, rule=rule).order_by("opened_seq").last()


@pytest.fixture
def danger(bodies, office):
    """A danger of the inspectors' finding, to be put right by a county."""

    def make(found=FIRE, **more):
        return services.danger_enter(
            found=found, source="inspection", body=bodies["hubin"], actor=office, at=NOW, **more
        )

    return make


@pytest.fixture
def plan(bodies, unit):
    """plan(danger, cause=""): its plan with everything that is asked for, except what is given otherwise."""

    def make(row, **changes):
        given = {
            "cause": "管理松懈", "crux": "责任不清", "measure": "开通并值守", "road": ROAD, "in_place": IN_PLACE,
            "territorial": Responsible(bodies["hubin"], "甲"), "supervisory": Responsible(bodies["gongan"], "乙"),
            "principal": Responsible("示例商场", "丙"),
        } | changes  # fmt: skip
        return services.danger_plan(danger=row, **given, actor=unit("hubin"), at=on("10-17 10:00"))

    return make


def put_right(row, unit, at="10-26 10:00"):
    for position in (1, 2):
        services.danger_step(danger=row, position=position, actor=unit("hubin"), at=on(at))
    return services.danger_report(danger=row, text="已整改", actor=unit("hubin"), at=on(at))


def census(city, office, **changes):
    given = {
        "kind": "census", "title": "安全生产普查", "text": "覆盖全部辖区和行业",
        "bodies": [city[one] for one in ("hubin", "lushi", "shifanqu", "gongan", "zhujian", "jiaoyu")],
        "due_on": dt.date(2017, 11, 15),
    } | changes  # fmt: skip
    return services.survey_open(**given, actor=office, at=NOW)


@pytest.mark.clause("smx-safety-speech/2.1")
def test_a_census_covers_every_county_and_sector_and_is_not_sent_without_an_end(bodies, office):
    with pytest.raises(Refusal) as endless:
        census(bodies, office, due_on=None)
    assert "办结时限" in str(endless.value)
    with pytest.raises(Incomplete) as partial:
        census(bodies, office, bodies=[bodies["hubin"], bodies["gongan"]])
    assert "卢氏县" in str(partial.value) and "市住建局" in str(partial.value)
    assert partial.value.cite == ("smx-safety-speech/2.1",)
    made = census(bodies, office)
    assert made.tasks.count() == 6 and {task.due_at for task in made.tasks.all()} == {on("11-15 18:00")}


@pytest.mark.clause("smx-safety-speech/2.2", "smx-safety-speech/2.5")
def test_a_survey_looks_at_all_five_elements_and_lists_all_that_it_found(bodies, office, unit):
    task = census(bodies, office).tasks.get(body=bodies["hubin"])
    services.task_receive(task=task, actor=unit("hubin"), at=on("10-17 10:00"))
    checks = checks_of(task, NOW)
    assert [one[-1] for one in checks] == ["人", "机", "物", "环", "管"]
    with pytest.raises(WrongState):
        services.task_submit(task=task, text="没有问题", actor=unit("hubin"), at=on("10-20 10:00"))
    given = {"task": task, "text": "已查", "actor": unit("hubin"), "at": on("10-20 10:00")}
    with pytest.raises(Refusal, match="逐项"):
        services.survey_submit(checked=checks[:4], found=0, **given)
    with pytest.raises(Refusal, match="登记"):
        services.survey_submit(checked=checks, found=1, **given)
    services.danger_enter(
        found=FIRE, source="census", body=bodies["hubin"], task=task, campaign=task.campaign, actor=unit("hubin"),
        at=on("10-19 10:00"),
    )  # fmt: skip
    services.survey_submit(checked=checks, found=1, **given)
    with pytest.raises(Incomplete) as strange:
        services.danger_enter(
            found=Found("坏", "处", "spirit", "fire"),
            source="census",
            body=bodies["hubin"],
            actor=office,
            at=NOW,
        )
    assert strange.value.field == "element"


@pytest.mark.clause(
    "smx-safety-speech/2.10", "smx-safety-speech/2.13", "smx-safety-speech/2.15", "smx-safety-speech/2.18",
    "smx-safety-speech/2.19", "smx-safety-speech/2.20",
)  # fmt: skip
@pytest.mark.parametrize(
    ("sector", "items"),
    [
        ("mine", {"瓦斯", "水害"}),
        ("explosives", {"民爆物品流失", "民爆物品规范使用"}),
        ("road", {"三超一疲劳", "客货混装", "重点路段巡查"}),
        (
            "fire",
            {"餐饮娱乐", "大型商场超市", "宾馆", "医院", "其他人员密集场所", "高层建筑", "三合一", "多合一"},
        ),
        ("building", {"房屋建筑", "城镇燃气", "供水排水", "农村房屋建设和危房改造"}),
        ("food", {"聚餐宴请", "农村婚宴", "其他大型集会"}),
    ],
)
def test_a_sector_s_survey_looks_at_each_of_its_items(bodies, office, unit, sector, items):
    made = census(bodies, office, kind="inspection", sector=sector, bodies=[bodies["gongan"]])
    task = made.tasks.get()
    checks = checks_of(task, NOW)
    assert set(checks[5:]) == items
    services.task_receive(task=task, actor=unit("gongan"), at=on("10-17 10:00"))
    with pytest.raises(Refusal):
        services.survey_submit(
            task=task, checked=checks[:-1], found=0, text="查", actor=unit("gongan"), at=on("10-18 10:00")
        )
    services.survey_submit(
        task=task, checked=checks, found=0, text="查", actor=unit("gongan"), at=on("10-18 10:00")
    )


@pytest.mark.clause("smx-safety-speech/2.16")
def test_a_survey_before_a_holiday_ends_before_its_first_day(bodies, office):
    given = {"kind": "holiday", "sector": "tourism", "bodies": [bodies["lushi"]]}
    with pytest.raises(Incomplete):
        census(bodies, office, **given, holiday_on=None)
    with pytest.raises(Incomplete) as late:
        census(bodies, office, **given, holiday_on=dt.date(2017, 12, 30), due_on=dt.date(2017, 12, 30))
    assert late.value.cite == ("smx-safety-speech/2.16",)
    made = census(bodies, office, **given, holiday_on=dt.date(2017, 12, 30), due_on=None)
    assert made.due_at == on("12-29 18:00")
    assert checks_of(made.tasks.get(), NOW)[5:] == ["风险区域", "游客运载工具", "危险性旅游项目(设备)"]


@pytest.mark.clause("smx-safety-speech/2.16", "smx-safety-speech/2.17")
def test_what_is_unfit_before_a_holiday_is_closed_put_out_of_use_or_stopped(bodies, office, unit):
    made = census(
        bodies,
        office,
        kind="holiday",
        sector="tourism",
        bodies=[bodies["gongan"]],
        holiday_on=dt.date(2017, 12, 30),
        due_on=None,
    )
    task = made.tasks.get()
    services.task_receive(task=task, actor=unit("gongan"), at=on("10-17 10:00"))
    checks = checks_of(task, NOW)
    rows = [
        services.danger_enter(
            found=Found("护栏松动", "示例景区", "machine", "tourism", item), source="census", body=bodies["lushi"], task=task,
            campaign=made, actor=unit("gongan"), at=on("10-18 10:00"),
        )
        for item in ("风险区域", "游客运载工具", "危险性旅游项目(设备)")
    ]  # fmt: skip
    given = {
        "task": task,
        "checked": checks,
        "found": 3,
        "text": "查",
        "actor": unit("gongan"),
        "at": on("10-19 10:00"),
    }
    with pytest.raises(Refusal, match="管控措施"):
        services.survey_submit(**given)
    for row, kind in zip(rows, ("seal", "disuse", "stop_running"), strict=True):
        taken = services.measure_take(
            danger=row,
            kind=kind,
            text="不合格",
            decided_by="旅游监管部门",
            actor=unit("gongan"),
            at=on("10-18 11:00"),
        )
        assert taken.kind == kind
    assert services.survey_submit(**given).submitted_at


@pytest.mark.clause("smx-safety-speech/2.4")
def test_what_an_inspection_finds_is_listed_for_the_body_that_puts_it_right(bodies, office, unit, danger):
    made = census(bodies, office, kind="inspection", bodies=[bodies["hubin"]])
    row = danger(campaign=made)
    assert row.source == "inspection" and row.matter.body_id == bodies["hubin"].pk
    assert owed(row.matter, "supervision.danger_plan").due_at == on("10-23 18:00")
    with pytest.raises(NotAllowed):
        services.danger_enter(found=FIRE, source="self", body=bodies["hubin"], actor=unit("jiaoyu"), at=NOW)


@pytest.mark.clause("smx-safety-speech/2.6", "smx-safety-speech/2.7", "smx-safety-speech/3.1")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"cause": ""}, "原因"),
        ({"crux": " "}, "症结"),
        ({"measure": ""}, "措施"),
        ({"territorial": None}, "属地责任"),
        ({"supervisory": None}, "监管责任"),
        ({"principal": Responsible("", "丙")}, "主体责任"),
        ({"principal": Responsible("示例商场", " ")}, "主体责任"),
        ({"road": []}, "时间表"),
        ({"in_place": {**IN_PLACE, "funds": ""}}, "四到位"),
    ],
)
def test_what_is_incomplete_does_not_begin(danger, plan, change, said):
    row = danger()
    with pytest.raises(Refusal) as refused:
        plan(row, **change)
    assert said in str(refused.value) and refused.value.cite
    row.refresh_from_db()
    assert row.planned_at is None


def test_the_steps_of_the_road_stand_in_order_and_lie_ahead(danger, plan):
    row = danger()
    for road in ([*reversed(ROAD)], [(dt.date(2017, 10, 10), "昨天")]):
        with pytest.raises(Incomplete) as refused:
            plan(row, road=road)
        assert refused.value.field == "road"


@pytest.mark.clause("smx-safety-speech/2.3", "smx-safety-speech/2.12")
def test_a_danger_leaves_the_list_only_after_all_steps_and_a_recheck_by_others(danger, plan, unit):
    row = plan(danger())
    assert owed(row.matter, "supervision.rectify").due_at == on("10-27 18:00")
    with pytest.raises(WrongState):
        services.danger_step(danger=row, position=2, actor=unit("hubin"), at=on("10-18 10:00"))
    with pytest.raises(WrongState):
        services.danger_report(danger=row, text="完了", actor=unit("hubin"), at=on("10-18 10:00"))
    put_right(row, unit)
    recheck = Ask.objects.get(subject=row.matter, kind="recheck")
    assert recheck.matter.body.code == "gongan" and owed(recheck.matter, "supervision.answer")
    with pytest.raises(NotAllowed):
        services.danger_recheck(
            danger=row, passed=True, opinion="好", actor=unit("hubin"), at=on("10-26 11:00")
        )
    with pytest.raises(Incomplete):
        services.danger_recheck(
            danger=row, passed=False, opinion="仍上锁", actor=unit("gongan"), at=on("10-26 11:00")
        )
    services.danger_recheck(
        danger=row,
        passed=False,
        opinion="仍上锁",
        until=dt.date(2017, 11, 3),
        actor=unit("gongan"),
        at=on("10-26 11:00"),
    )
    assert owed(row.matter, "supervision.rectify").due_at == on("11-03 18:00")
    services.danger_report(danger=row, text="再整改", actor=unit("hubin"), at=on("10-30 10:00"))
    services.danger_recheck(
        danger=row, passed=True, opinion="现场查看已开通", actor=unit("gongan"), at=on("10-31 10:00")
    )
    row.refresh_from_db()
    assert row.closed_at and row.rechecks == 1 and row.matter.state == "closed"


def test_whoever_reported_it_does_not_recheck_it(danger, plan, unit, bodies):
    row = plan(danger(), supervisory=Responsible(bodies["hubin"], "乙"))
    put_right(row, unit)
    with pytest.raises(Refusal, match="报告人以外"):
        services.danger_recheck(
            danger=row, passed=True, opinion="好", actor=unit("hubin"), at=on("10-26 11:00")
        )


@pytest.mark.clause("smx-safety-speech/2.9", "smx-safety-speech/2.17")
def test_the_platform_suggests_a_rebuke_or_a_stop_and_people_decide(danger, plan, unit, office, actor):
    row = plan(
        danger(Found("瓦斯超限", "示例矿", "machine", "mine", "瓦斯", major=True)),
        road=[(dt.date(2017, 12, 20), "改造")],
    )
    assert services.danger_prompts(row, at=on("10-18 10:00")) == [
        "重大隐患，整改须30天以上：可停止生产经营活动"
    ]
    assert any("通报批评" in one for one in services.danger_prompts(row, at=on("12-21 10:00")))
    assert not row.measures.exists()
    with pytest.raises(NotAllowed):
        services.measure_take(
            danger=row,
            kind="censure",
            text="拖延",
            decided_by="市政府",
            actor=unit("hubin"),
            at=on("12-21 10:00"),
        )
    for kind in ("censure", "stop_business", "seal", "disuse", "stop_running"):
        taken = services.measure_take(
            danger=row, kind=kind, text="不达标", decided_by="市政府", actor=office, at=on("12-21 10:00")
        )
    services.measure_lift(measure=taken, reason="验收合格", actor=office, at=on("12-25 10:00"))
    with pytest.raises(WrongState):
        services.measure_lift(measure=taken, reason="再次", actor=office, at=on("12-25 11:00"))
    assert row.measures.filter(lifted_at__isnull=True).count() == 4


@pytest.mark.clause("smx-safety-speech/2.14")
def test_production_against_the_law_is_not_closed_before_it_was_outlawed_or_struck(
    danger, plan, unit, office
):
    row = plan(danger(Found("无证开采", "示例点", "management", "mine", illegal=True)))
    put_right(row, unit)
    with pytest.raises(Refusal) as refused:
        services.danger_recheck(
            danger=row, passed=True, opinion="停了", actor=unit("gongan"), at=on("10-26 11:00")
        )
    assert refused.value.cite == ("smx-safety-speech/2.14",)
    services.measure_take(
        danger=row, kind="outlaw", text="无证", decided_by="市政府", actor=office, at=on("10-26 12:00")
    )
    services.danger_recheck(
        danger=row, passed=True, opinion="已取缔", actor=unit("gongan"), at=on("10-26 13:00")
    )


@pytest.mark.clause("smx-safety-speech/2.8")
def test_a_survey_does_not_end_while_anything_on_its_list_is_open(bodies, office, unit, danger, plan):
    made = census(bodies, office, kind="inspection", bodies=[bodies["hubin"]])
    row = danger(campaign=made)
    with pytest.raises(Refusal, match="隐患"):
        services.campaign_end(campaign=made, conclusion="完", actor=office, at=on("10-30 10:00"))
    plan(row)
    put_right(row, unit)
    services.danger_recheck(danger=row, passed=True, opinion="好", actor=unit("gongan"), at=on("10-26 11:00"))
    with pytest.raises(Refusal, match="事项"):
        services.campaign_end(campaign=made, conclusion="完", actor=office, at=on("10-30 10:00"))
    services.task_cancel(
        task=made.tasks.get(), decision="第11次会议", reason="并入", actor=office, at=on("10-30 10:00")
    )
    services.campaign_end(campaign=made, conclusion="整改完毕", actor=office, at=on("10-30 11:00"))


@pytest.mark.clause("smx-safety-speech/2.11", "smx-safety-speech/2.12")
@pytest.mark.parametrize("kind", ["closed_mine", "new_mine", "tailings", "dump"])
def test_mines_and_their_heaps_are_patrolled_at_the_interval_that_their_supervisor_set(bodies, unit, kind):
    given = {
        "name": "示例对象",
        "place": "示例乡",
        "body": bodies["gongan"],
        "actor": unit("gongan"),
        "at": NOW,
    }
    with pytest.raises(Incomplete):
        services.patrol_list(kind="bridge", every_days=10, **given)
    with pytest.raises(Incomplete):
        services.patrol_list(kind=kind, every_days=0, **given)
    with pytest.raises(NotAllowed):
        services.patrol_list(kind=kind, every_days=9, **given | {"actor": unit("jiaoyu")})
    row = services.patrol_list(kind=kind, every_days=10, **given)
    assert owed(row.matter, "supervision.patrol").due_at == on("10-26 18:00")
    done = services.patrol(
        object=row, text="坝面开裂", found=Found("坝面开裂", "示例乡", "surroundings", "mine"), rectifier=bodies["lushi"],
        actor=unit("gongan"), at=on("10-20 10:00"),
    )  # fmt: skip
    assert owed(row.matter, "supervision.patrol").due_at == on("10-30 18:00")
    found = Danger.objects.get(pk=done.danger_id)
    assert (
        found.source == "patrol" and found.supervisory == bodies["gongan"] and found.body == bodies["lushi"]
    )
    services.patrol_remove(object=row, reason="闭库验收", actor=unit("gongan"), at=on("10-21 10:00"))
    assert owed(row.matter, "supervision.patrol").state == "cancelled"
