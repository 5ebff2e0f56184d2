"""Files of a year's targets: every fault named by path and line, nothing half-written, the real file whole."""

from __future__ import annotations

from decimal import Decimal

import pytest

from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Event, Matter
from luoshi.organisation.models import Body
from luoshi.targets import rules
from luoshi.targets.imports.check import sums
from luoshi.targets.imports.load import CREATE, file_check, file_load
from luoshi.targets.models import Plan, Sheet, Target, TargetMeasure

from .conftest import NOW, REAL, SAMPLE, check

pytestmark = pytest.mark.django_db

BROKEN = [
    ("number: 3\n        class: general", "number: 7\n        class: general", "编号7不连续，应为3"),
    ("count: 4", "count: 5", "写明5项，实有4项"),
    ("comparison: growth_at_least", "comparison: growth_atleast", "是否为growth_at_least"),
    ("points: 400", "points: 390", "重点目标合计590分，应为600分"),
    ("points: {key: 600, general: 200, total: 800}", "points: {key: 610, general: 200, total: 800}", "写明610分，各项合计600分"),
    ("points: 150", "points: 一百五", "不是数"),
    ("group: 结构优化升级", "group: 结构升级", "不是组名"),
    ("class: undivided", "class: whole", "不是类别"),
    (", set_by: 市主管部门", "", "须写明set_by"),
    ("value: 1200, ", "", "须写明value"),
    ("theme: openness", "topic: openness", "不认识的键"),
    ("due: 2018-06-30", "due: 2018-06-31", "不是日期"),
    ("area_targets: 6", "area_targets: 7", "写明7，实有6"),
    ("  year: 2018", "  year: 二〇一八", "不是整数"),
    ("name: 市教育局", "name: 市城管局", "单位重复出现2次"),
    ("bodies:\n", "bodies: &x\n", "不是可读的YAML"),
    ("type: company", "type: school", "没有“school”这一类单位"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), BROKEN, ids=[said for *_, said in BROKEN])
def test_every_fault_is_named_with_its_line_and_path_and_nothing_is_imported(bodies, old, new, said):
    assert SAMPLE.count(old) >= 1
    checked = check(SAMPLE.replace(old, new, 1))
    assert not checked.usable
    found = next(fault for fault in checked.plan.faults if said in fault.message)
    assert found.line >= 1 and found.path
    with pytest.raises(Incomplete):
        file_load(checked=checked, bodies={}, actor=SYSTEM, at=NOW)
    assert not Plan.objects.exists() and not Matter.objects.filter(kind__startswith="targets.").exists()


def test_all_faults_are_told_at_once(bodies):
    text = SAMPLE.replace("points: 400", "points: 390").replace("count: 4", "count: 9").replace("至少", "")
    assert len(check(text).plan.faults) >= 3


@pytest.mark.parametrize(
    "text", ["", "[]", "just words", "a: [", "\ufeffdocument: {}", "city: {}\nbodies: 3"]
)
def test_a_file_of_something_else_is_refused_with_a_line(bodies, text):
    assert check(text).plan.faults


def test_the_sample_is_imported_whole(drafted):
    assert {sheet.name for sheet in Sheet.objects.filter(plan=drafted)} >= {"虚构市", "湖滨区", "供水公司"}
    assert Target.objects.count() == 15
    assert {sheet.matter.state for sheet in Sheet.objects.select_related("matter")} == {"approved"}
    event = Event.objects.get(kind="targets.imported")
    assert (event.data["department"], event.data["county"], event.data["city"]) == (8, 6, 1)
    assert drafted.digest == event.data["digest"]


@pytest.mark.clause("smx-targets-2017/4.6")
def test_a_bare_value_is_to_be_reached_or_exceeded(drafted):
    measure = TargetMeasure.objects.get(target__sheet__name="卢氏县", indicator="城镇新增就业人数")
    assert measure.comparison == "at_least"


@pytest.mark.clause("smx-targets-2017/4.2")
def test_a_body_may_have_undivided_targets_of_800_points(drafted, bodies):
    sheet = Sheet.objects.get(name="供水公司")
    assert sheet.undivided and sheet.targets.get().points == Decimal(800)
    wrong = SAMPLE.replace("points: 800\n        text: 不发生", "points: 600\n        text: 不发生")
    assert any("不分类目标合计600分，应为800分" in fault.message for fault in check(wrong).plan.faults)


@pytest.mark.clause("smx-targets-2017/4.1")
@pytest.mark.parametrize(
    ("key", "general", "good"), [(600, 200, True), (599, 200, False), (600, 201, False), (610, 190, False)]
)
def test_key_and_general_targets_add_up_to_600_and_200(bodies, key, general, good):
    text = SAMPLE.replace("points: 600\n        text: 新建", f"points: {key}\n        text: 新建")
    text = text.replace("points: 200\n        text: 做好", f"points: {general}\n        text: 做好")
    assert check(text).usable is good


@pytest.mark.clause("smx-targets-2017/3.6")
def test_counties_that_fall_short_of_the_city_are_a_hint_and_a_reserve_is_none(bodies):
    assert not [hint for hint in check().plan.hints if "全市" in hint.message]
    short = check(SAMPLE.replace("value: 0.2, unit: 万人", "value: 0.22, unit: 万人"))
    assert short.usable and any("小于全市的2200人" in hint.message for hint in short.plan.hints)


@pytest.mark.clause("smx-targets-2017/3.5.1", "smx-targets-2017/3.5.2")
def test_a_county_that_leaves_out_an_event_or_a_work_gets_a_hint(bodies):
    hint = next(hint for hint in check().plan.hints if hint.path == "湖滨区")
    assert "重特大群体性事件" in hint.message and "政府债务" in hint.message
    assert "重特大安全生产事故" not in hint.message and "去产能" not in hint.message


@pytest.mark.clause("smx-targets-2017/5.1")
def test_a_note_of_doubt_marks_the_target(drafted):
    doubtful = Target.objects.get(doubtful=True)
    assert (doubtful.sheet.name, doubtful.number) == ("市城管局", 4)


def test_the_year_cannot_be_imported_twice(drafted):
    with pytest.raises(WrongState):
        file_load(checked=check(), bodies={}, actor=SYSTEM, at=NOW)


def test_only_the_target_office_imports(bodies, actor):
    with pytest.raises(NotAllowed):
        file_load(checked=check(), bodies={}, actor=actor("liaison", "chengguan"), at=NOW)
    assert file_load(checked=check(), bodies={}, actor=actor("target_office"), at=NOW).year == 2018


UNKNOWN = SAMPLE.replace("name: 市教育局", "name: 市虚构局")


def test_a_body_that_the_register_does_not_know_waits_for_a_choice(bodies):
    checked = check(UNKNOWN)
    assert [sheet.name for sheet in checked.unknown] == ["市虚构局"]
    with pytest.raises(Incomplete, match="市虚构局"):
        file_load(checked=checked, bodies={}, actor=SYSTEM, at=NOW)
    assert not Plan.objects.exists()


def test_it_is_mapped_to_a_body_or_created(bodies, actor):
    with pytest.raises(Incomplete, match="不能是同一个单位"):
        file_load(checked=check(UNKNOWN), bodies={"市虚构局": "chengguan"}, actor=SYSTEM, at=NOW)
    file_load(checked=check(UNKNOWN), bodies={"市虚构局": "jiaoyu"}, actor=SYSTEM, at=NOW)
    assert Sheet.objects.get(name="市虚构局").body.code == "jiaoyu"


def test_a_created_body_stands_in_the_register(bodies, actor):
    file_load(checked=check(UNKNOWN), bodies={"市虚构局": CREATE}, actor=actor("target_office"), at=NOW)
    assert Body.objects.get(name="市虚构局").kind == "department"


real = pytest.mark.skipif(not REAL.exists(), reason="the real file lies beside the checkout, not in it")


@pytest.fixture(scope="module")
def content():
    return REAL.read_bytes()


@real
@pytest.mark.clause("smx-targets-2017/1.1", "smx-targets-2017/3.1", "smx-targets-2017/0.1")
def test_the_real_file_has_its_three_layers_whole(bodies, content):
    plan = file_check(name="targets.yaml", content=content, at=NOW).plan
    assert plan.faults == [] and plan.hints == []
    assert [(len(plan.of(layer)), plan.count(layer)) for layer in ("city", "county", "department")] == [
        (1, 16), (8, 142), (77, 706),
    ]  # fmt: skip
    groups = [target.group for target in plan.of("city")[0].targets]
    assert [groups.count(one) for one in ("structure", "innovation", "foundation", "urbanisation")] == [
        5,
        3,
        4,
        4,
    ]
    counts = {sheet.name: len(sheet.targets) for sheet in plan.of("county")}
    assert counts == {
        "义马市": 18, "渑池县": 19, "湖滨区": 19, "陕州区": 19, "灵宝市": 19, "卢氏县": 19, "经济开发区": 16,
        "三门峡产业集聚区": 13,
    }  # fmt: skip


@real
@pytest.mark.clause("smx-targets-2017/1.1", "smx-targets-2017/3.1")
def test_the_real_document_cannot_lose_a_body(bodies, content):
    text = content.decode().replace("  - name: 义马市\n", "  - name: 义马\n", 1)
    faults = file_check(name="targets.yaml", content=text.encode(), at=NOW).plan.faults
    assert any(fault.path == "义马市" and "有0项" in fault.message for fault in faults)


@real
@pytest.mark.clause("smx-targets-2017/3.6")
def test_the_real_counties_add_up_to_the_city(bodies, content):
    plan = file_check(name="targets.yaml", content=content, at=NOW).plan
    found = {name: [float(pair[1]) for pair in sums(plan, name).values()] for name in (
        "农村贫困人口脱贫", "实际利用省外资金", "实际利用境外资金", "城镇新增就业人数", "粮食总产量",
    )}  # fmt: skip
    assert found == {
        "农村贫困人口脱贫": [33_100, 33_100], "实际利用省外资金": [37_690_000_000, 37_690_000_000],
        "实际利用境外资金": [1_060_000_000, 1_062_960_000], "城镇新增就业人数": [40_000, 47_000],
        "粮食总产量": [500_000_000, 503_200_000],
    }  # fmt: skip


@real
@pytest.mark.clause("smx-targets-2017/5.1")
def test_the_four_doubtful_figures_are_marked(bodies, content):
    plan = file_check(name="targets.yaml", content=content, at=NOW).plan
    assert {(sheet.name, target.number) for sheet, target in plan.doubtful()} == {
        ("三门峡产业集聚区", 4), ("省农村信用联社三门峡市办公室", 1), ("人寿保险三门峡分公司", 7), ("市环保局", 6),
    }  # fmt: skip


@real
@pytest.mark.clause("smx-targets-2017/4.3")
def test_the_bodies_are_of_the_six_kinds(bodies, content):
    plan = file_check(name="targets.yaml", content=content, at=NOW).plan
    kinds = [sheet.category for sheet in plan.of("department")]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "department": 52, "command_office": 1, "liaison_office": 4, "bank": 10, "insurer": 2, "company": 8,
    }  # fmt: skip


THEMES = {
    "urbanisation": (34, 10), "environment": (29, 10), "rule_of_law": (42, 10), "fire_safety": (38, 10),
    "openness": (36, 10), "food_safety": (10, 20), "key_projects": (7, 20), "work_safety": (62, 10),
}  # fmt: skip


@real
@pytest.mark.parametrize("theme", sorted(THEMES))
def test_a_common_target_stands_with_as_many_bodies_as_the_document_lists(bodies, content, theme):
    plan = file_check(name="targets.yaml", content=content, at=NOW).plan
    rows = [(sheet, one) for sheet in plan.of("department") for one in sheet.targets if one.theme == theme]
    names = {sheet.name for sheet, _ in rows}
    usual = [one.points for _, one in rows].count(Decimal(THEMES[theme][1]))
    assert len(names) == THEMES[theme][0] and usual > len(rows) // 3
    if theme == "openness":
        assert {sheet.category for sheet, _ in rows} == {"department"}


@real
@pytest.mark.clause(
    "smx-targets-2017/0.2", "smx-targets-2017/3.2", "smx-targets-2017/4.1", "smx-targets-2017/4.2"
)
def test_the_real_file_is_imported_whole_and_at_once(bodies, content, django_assert_max_num_queries):
    checked = file_check(name="targets.yaml", content=content, at=NOW)
    known = {
        "湖滨区": "hubin",
        "卢氏县": "lushi",
        "市城管执法局": "chengguan",
        "三门峡产业集聚区": "shifanqu",
    }
    choice = {sheet.name: known.get(sheet.name, CREATE) for sheet in checked.unknown}
    plan = file_load(checked=checked, bodies=choice, actor=SYSTEM, at=NOW)
    assert (plan.sheets.count(), plan.targets.count()) == (86, 864)
    assert TargetMeasure.objects.filter(target__plan=plan).count() == sum(
        len(target.measures) for sheet in checked.plan.sheets for target in sheet.targets
    )
    divided = Sheet.objects.filter(plan=plan, layer="department", undivided=False)
    assert divided.count() == 76
    for sheet in divided.prefetch_related("targets"):
        rows = sheet.targets.all()
        assert sum(one.points for one in rows if one.group == "key") == 600
        assert sum(one.points for one in rows if one.group == "general") == 200
    gold = Sheet.objects.get(plan=plan, undivided=True)
    assert (gold.name, gold.targets.get().points) == ("市黄金总公司", 800)
    groups = set(Target.objects.filter(plan=plan, sheet__layer="county").values_list("group", flat=True))
    assert groups == {"structure", "innovation", "foundation", "urbanisation", "precondition"}
    assert Target.objects.get(plan=plan, sheet__name="灵宝市", number=9).group == "innovation"
    assert Sheet.objects.get(name="三门峡产业集聚区").body.code == "shifanqu"


@real
@pytest.mark.clause("smx-targets-2017/3.4")
def test_an_area_is_assessed_only_by_what_it_lists(bodies, content):
    plan = file_check(name="targets.yaml", content=content, at=NOW).plan
    lists = {
        sheet.name: {one.measure.indicator for target in sheet.targets for one in target.measures}
        for sheet in plan.of("county")
    }

    def without(*indicators):
        return {
            name
            for name, found in lists.items()
            if not any(word in one for word in indicators for one in found)
        }

    assert without("农村贫困人口脱贫") == {"义马市", "经济开发区", "三门峡产业集聚区"}
    assert without("实际利用境外资金") == {"卢氏县"}
    assert without("城镇化率", "人均可支配收入") == {"经济开发区", "三门峡产业集聚区"}
    assert {name for name, found in lists.items() if "生产总值" not in found} == {"三门峡产业集聚区"}
    assert without("第三产业增加值") == without("研究与试验发展") == {"三门峡产业集聚区"}
    assert not without("脱贫攻坚任务完成情况")  # certified there too, possibly as not applicable


OFFICE = {
    1: (150, {"市委市政府决定事项及交办事项办结率": 100}), 2: (150, {"人大议案建议意见和政协提案办结率": 100}),
    3: (150, {"上报《三门峡快报》": 650, "被省政府《政府快报》信息采用率": 20}),
    4: (150, {"省政府确定的政府信息公开工作目标": None}),
    5: (40, {"文电起草和请示件、报告件处理及时率": 100}), 6: (40, {"编辑出版《三门峡市人民政府公报》": 6}),
    7: (30, {"群众来信来访转办及时率": 100}), 8: (30, {"机要文书档案安全率": 100}), 9: (30, {}), 10: (30, {}),
}  # fmt: skip


@real
@pytest.mark.clause("smx-targets-2017/4.9")
def test_the_office_s_ten_targets_and_the_modules_that_supply_their_figures(bodies, content):
    plan = file_check(name="targets.yaml", content=content, at=NOW).plan
    office = next(sheet for sheet in plan.of("department") if sheet.name == "市政府办公室")
    found = {
        one.number: (one.points, {row.measure.indicator: row.measure.value for row in one.measures})
        for one in office.targets
    }
    assert found == OFFICE
    named = rules.setting("targets.office_sources", NOW.date())
    assert list(named["indicators"]) == [name for _, measures in OFFICE.values() for name in measures]
    assert len(set(named["sources"])) == len(named["indicators"]) == 9
