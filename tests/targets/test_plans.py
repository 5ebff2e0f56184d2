"""Drafting and handing down: sources, points, the two chains, the document; then nothing is edited."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.engines.targets import Comparison, Measure
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.targets import rules, services
from luoshi.targets.imports.model import MeasureSpec
from luoshi.targets.models import Plan, Sheet, Target

from .conftest import NOW

pytestmark = pytest.mark.django_db
SPEC = MeasureSpec(measure=Measure(indicator="新建公厕", comparison=Comparison.AT_LEAST, value=5, unit="座"))


@pytest.fixture
def empty(bodies):
    return services.plan_open(year=2018, title="2018年度责任目标", sources=["province"], actor=SYSTEM, at=NOW)


@pytest.fixture
def make(empty, bodies):
    """make("chengguan", [("key", 600), ("general", 200)]): a drafted sheet."""

    def build(body="chengguan", targets=(("key", 600), ("general", 200)), layer="department"):
        sheet = services.sheet_open(
            plan=empty, layer=layer, name=bodies[body].short_name, body=bodies[body], actor=SYSTEM, at=NOW
        )
        for group, points in targets:
            add(sheet, group=group, points=points)
        return sheet

    return build


def add(sheet, *, group="key", points=600, actor=SYSTEM, basis="政府工作报告", **more):
    return services.target_list(
        sheet=sheet,
        group=group,
        text="新建公厕5座",
        points=points,
        measures=[SPEC],
        basis=basis,
        actor=actor,
        at=NOW,
        **more,
    )


def step(sheet, name, actor=SYSTEM):
    return services.sheet_step(sheet=sheet, step=name, opinion="同意", actor=actor, at=NOW)


@pytest.mark.clause("smx-target-management/3.1.1")
def test_a_plan_rests_on_named_sources(bodies):
    labels = [option.label for option in rules.choice("targets.source", NOW.date()).options]
    assert labels == ["省政府要求", "全市经济社会转型发展计划", "政府工作报告重点工作"]
    with pytest.raises(Incomplete, match="编制依据"):
        services.plan_open(year=2018, title="甲", sources=["rumour"], actor=SYSTEM, at=NOW)
    plan = services.plan_open(
        year=2018, title="甲", sources=["work_report", "province"], actor=SYSTEM, at=NOW
    )
    assert plan.sources == ["province", "work_report"] and plan.due_on == dt.date(2018, 12, 31)


def test_a_year_has_one_plan(empty):
    with pytest.raises(WrongState):
        services.plan_open(year=2018, title="乙", sources=["province"], actor=SYSTEM, at=NOW)


def test_before_the_regulation_there_is_no_plan(bodies):
    with pytest.raises(WrongState, match="还没有目标管理的规定"):
        services.plan_open(
            year=2017, title="甲", sources=["province"], actor=SYSTEM, at=NOW.replace(year=2017)
        )


@pytest.mark.clause("smx-target-management/2.2.1")
@pytest.mark.parametrize(
    ("body", "county"), [("hubin", True), ("shifanqu", True), ("chengguan", False), ("reli", False)]
)
def test_zones_count_among_the_counties(empty, bodies, body, county):
    layer, other = ("county", "department") if county else ("department", "county")
    with pytest.raises(Incomplete):
        services.sheet_open(plan=empty, layer=other, name="甲", body=bodies[body], actor=SYSTEM, at=NOW)
    assert (
        services.sheet_open(plan=empty, layer=layer, name="甲", body=bodies[body], actor=SYSTEM, at=NOW).layer
        == layer
    )


@pytest.mark.clause("smx-target-management/1.2")
def test_a_department_s_key_target_without_a_basis_becomes_a_general_one_and_says_so(make):
    sheet = make(targets=())
    assert add(sheet).group == "key"
    weak = add(sheet, basis="")
    assert weak.group == "general" and "没有依据文件" in weak.note


@pytest.mark.clause("smx-target-management/3.1.2", "smx-target-management/3.1.3", "smx-targets-2017/3.2")
@pytest.mark.parametrize(
    ("layer", "body", "groups"),
    [
        ("county", "hubin", ["structure", "innovation", "foundation", "urbanisation", "precondition"]),
        ("department", "jiaoyu", ["key", "general", "undivided"]),
    ],
)
def test_counties_and_departments_have_their_own_classes(make, layer, body, groups):
    sheet = make(body, targets=(), layer=layer)
    for group in Target.Group.values:
        if group in groups:
            assert add(sheet, group=group).group == group
        else:
            with pytest.raises(Incomplete):
                add(sheet, group=group)
    parts = rules.setting("targets.county_parts", NOW.date())
    assert [*parts["quantitative"], *parts["deducting"]] == [
        "structure", "innovation", "foundation", "urbanisation", "precondition",
    ]  # fmt: skip


@pytest.mark.clause("smx-targets-2017/3.3")
def test_a_county_s_target_needs_no_points_and_a_department_s_does(make):
    county = make("hubin", targets=(), layer="county")
    assert add(county, group="structure", points=None).points is None
    with pytest.raises(Incomplete, match="分值"):
        add(make(targets=()), points=None)


@pytest.mark.clause("smx-targets-2017/2.2", "smx-targets-2017/4.1")
@pytest.mark.parametrize(
    ("targets", "good"),
    [
        ([("key", 600), ("general", 200)], True),
        ([("key", 300), ("key", 300), ("general", 200)], True),
        ([("key", 599), ("general", 201)], False),
        ([("key", 600), ("general", 199)], False),
        ([("key", 800)], False),
        ([("undivided", 800)], True),
        ([("undivided", 799)], False),
        ([("undivided", 800), ("general", 200)], False),
        ([], False),
    ],
)
def test_points_must_add_up_before_a_sheet_goes_on(make, targets, good):
    sheet = make(targets=targets)
    if good:
        step(sheet, "declare")
    else:
        with pytest.raises(Incomplete):
            step(sheet, "declare")


@pytest.mark.clause("smx-target-management/3.2.2")
def test_departments_go_through_five_hands_each_its_own(make, actor):
    sheet = make()
    unit, office, leader = actor("liaison", "chengguan"), actor("target_office"), actor("city_leader")
    other = actor("liaison", "jiaoyu")
    takes = [
        ("declare", unit, other),
        ("vet", office, unit),
        ("review", leader, office),
        ("coordinate", office, leader),
        ("approve", leader, office),
    ]
    for name, right, wrong in takes:
        with pytest.raises(NotAllowed):
            step(sheet, name, wrong)
        step(sheet, name, right)
    assert Sheet.objects.get(pk=sheet.pk).matter.state == "approved"


@pytest.mark.clause("smx-target-management/3.2.1")
def test_counties_go_through_four_hands_each_its_own(make, actor):
    sheet = make("hubin", targets=[("structure", None), ("precondition", None)], layer="county")
    office, leader, unit = actor("target_office"), actor("city_leader"), actor("liaison", "hubin")
    for name, right, wrong in [
        ("coordinate", office, unit),
        ("gate", office, leader),
        ("review", leader, office),
        ("approve", leader, office),
    ]:
        with pytest.raises(NotAllowed):
            step(sheet, name, wrong)
        step(sheet, name, right)
    assert Sheet.objects.get(pk=sheet.pk).matter.state == "approved"


@pytest.mark.clause(
    "smx-target-management/2.0",
    "smx-target-management/2.1",
    "smx-target-management/2.2",
    "smx-target-management/2.3",
)
def test_the_office_has_three_groups_and_their_seats_act_for_them(bodies, actor):
    named = rules.setting("targets.organisation", NOW.date())
    assert list(named["groups"]) == ["督查协调组", "目标制定组", "监测考评组"]
    seats = [named[key] for key in ("supervising_seat", "setting_seat", "monitoring_seat")]
    assert seats == ["zhengfuban", "fagai", "tongji"]
    assert rules.seat("office_seat", NOW).code == "zhengfuban"


def test_the_body_that_the_setting_group_sits_at_vets_what_departments_declare(
    make, actor, bodies, monkeypatch
):
    sheet = make()
    step(sheet, "declare")
    planner = actor("liaison", "jiaoyu")
    with pytest.raises(NotAllowed):
        step(sheet, "vet", planner)
    real = rules.setting

    def moved(name, day):
        named = real(name, day)
        return {**named, "setting_seat": "jiaoyu"} if name == "targets.organisation" else named

    monkeypatch.setattr(rules, "setting", moved)
    step(sheet, "vet", planner)


def test_a_sheet_sent_back_is_edited_and_goes_the_whole_way_again(make):
    sheet = make()
    target = sheet.targets.first()
    step(sheet, "declare")
    with pytest.raises(WrongState):
        add(sheet)
    services.sheet_send_back(sheet=sheet, reason="口径不清", actor=SYSTEM, at=NOW)
    services.target_edit(
        target=target,
        group="key",
        text="新建公厕6座",
        points=600,
        measures=[SPEC],
        basis="甲",
        actor=SYSTEM,
        at=NOW,
    )
    assert Target.objects.get(pk=target.pk).text == "新建公厕6座"


@pytest.mark.clause("smx-target-management/3.1.4")
def test_while_drafting_targets_come_and_go_with_the_tasks_from_above(make):
    sheet = make()
    target = add(sheet, points=100)
    services.target_remove(target=target, reason="省里不再下达", actor=SYSTEM, at=NOW)
    step(sheet, "declare")
    assert Target.objects.get(pk=target.pk).matter.state == "removed"


def approved(sheet):
    return services.sheet_adopt(sheet=sheet, document="会议纪要1号", actor=SYSTEM, at=NOW)


def issue(plan, **more):
    given = {"document": "虚政〔2018〕2号", "issued_on": NOW.date(), "actor": SYSTEM, "at": NOW, **more}
    return services.plan_issue(plan=plan, **given)


@pytest.mark.clause("smx-target-management/3.3.1")
def test_targets_are_handed_down_by_a_document_of_the_government_and_hold_from_its_day(make, empty, actor):
    approved(make())
    for missing in (
        {"document": " "},
        {"issued_on": NOW.date() + dt.timedelta(days=1)},
        {"issued_on": dt.date(2017, 12, 31)},
    ):
        with pytest.raises(Incomplete):
            issue(empty, **missing)
    with pytest.raises(NotAllowed):
        issue(empty, actor=actor("liaison", "chengguan"))
    plan = issue(empty, issued_on=dt.date(2018, 1, 9))
    assert (plan.document, plan.issued_on) == ("虚政〔2018〕2号", dt.date(2018, 1, 9))
    assert {target.effective_on for target in plan.targets.all()} == {dt.date(2018, 1, 9)}
    assert Sheet.objects.get(plan=plan).matter.state == "in_force"


def test_a_plan_with_an_open_sheet_is_not_handed_down(make, empty):
    approved(make())
    make("jiaoyu")
    with pytest.raises(WrongState, match="市教育局"):
        issue(empty)


@pytest.mark.clause("smx-target-management/3.4.1")
def test_what_is_handed_down_is_not_edited_any_more(make, empty):
    sheet = make()
    target = sheet.targets.first()
    approved(sheet)
    issue(empty)
    for attempt in (
        lambda: add(sheet),
        lambda: services.target_edit(
            target=target, group="key", text="少一点", points=600, measures=[], actor=SYSTEM, at=NOW
        ),
        lambda: services.target_remove(target=target, reason="难", actor=SYSTEM, at=NOW),
        lambda: services.plan_edit(plan=empty, title="乙", sources=["province"], actor=SYSTEM, at=NOW),
        lambda: issue(empty),
    ):
        with pytest.raises(WrongState):
            attempt()
    assert Target.objects.get(pk=target.pk).text == "新建公厕5座"


@pytest.mark.clause("smx-target-management/1.3", "smx-target-management/3.3.2")
def test_method_source_of_data_and_who_is_responsible_are_asked_for_but_not_forced(make):
    sheet = make(targets=())
    rule = rules.content("targets.target", NOW.date())
    assert [field.label for field in rule.fields] == ["考核口径", "数据来源", "责任人"]
    bare = add(sheet)
    assert (
        len(rule.missing({"method": bare.method, "data_source": bare.data_source, "person": bare.person}))
        == 3
    )
    full = add(sheet, method="以竣工验收为准", data_source="住建统计", person="张三")
    assert not rule.missing({"method": full.method, "data_source": full.data_source, "person": full.person})


@pytest.mark.clause("smx-targets-2017/2.1")
def test_common_targets_follow_their_own_document_with_no_points_of_ours(empty):
    plan = services.plan_set_common(
        plan=empty, document="虚党政目〔2018〕1号", points=None, actor=SYSTEM, at=NOW
    )
    assert (plan.common_document, plan.common_points) == ("虚党政目〔2018〕1号", None)
    assert set(rules.setting("targets.common", NOW.date())) == {"by"}


@pytest.mark.clause("smx-targets-2017/0.1")
def test_a_year_has_three_layers_and_ends_with_december(plan):
    assert set(Sheet.objects.values_list("layer", flat=True)) == {"city", "county", "department"}
    assert Plan.objects.get().due_on == dt.date(2018, 12, 31)
    layers = rules.setting("targets.layers", NOW.date())
    assert list(layers["layers"]) == ["city", "county", "department"]
