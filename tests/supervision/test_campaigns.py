"""Plans imported with their tasks, their evaluations; rectification lists."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from luoshi.cli import main
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.errors import Incomplete, NotAllowed, Refusal
from luoshi.ledger.models import Obligation
from luoshi.supervision import services
from luoshi.supervision.imports.plan import plan_check, plan_load
from luoshi.supervision.models import Campaign, Part, Task
from luoshi.supervision.services import Item

from .conftest import NOW, on

pytestmark = pytest.mark.django_db
REAL = Path(__file__).resolve().parents[3] / "shared" / "clauses" / "smx-disability-plan.yaml"
SMALL = """
document: {title: 示例规划, number: 虚政〔2017〕1号}
facts:
  indicators:
    - {number: 1, name: 覆盖率, op: '>', value: 95, unit: '%', attribute: 约束性}
    - {number: 2, name: 参保率, op: '>=', value: 90, unit: '%', attribute: 预期性}
  tasks:
    - {number: 1, task: 第一件事, lead: 市教育局, support: [市公安局, 市残联], due: [2017-12-31, 2020-12-31]}
    - {number: 2, task: 第二件事, lead: 市残联, support: [市教育局, 各县(市、区)政府], note: 原文如此}
"""


def owed(matter, rule):
    return Obligation.objects.filter(matter=matter, rule=rule).order_by("opened_seq").last()


def load(text=SMALL, at=NOW):
    return plan_load(checked=plan_check(text.encode()), actor=SYSTEM, at=at)


@pytest.mark.clause("smx-disability-plan/A.0")
@pytest.mark.skipif(not REAL.exists(), reason="the register is not here")
def test_the_plan_s_31_tasks_are_imported_with_their_bodies_as_printed(bodies):
    checked = plan_check(REAL.read_bytes())
    assert checked.usable and len(checked.lines) == 31 and len(checked.indicators) == 10
    assert {"市残联", "市扶贫办", "市网信办", "市网管办"} <= set(checked.unknown)
    made = plan_load(checked=checked, actor=SYSTEM, at=NOW)
    tasks = list(made.tasks.order_by("position"))
    assert [task.position for task in tasks] == list(range(1, 32))
    for task, line in zip(tasks, checked.lines, strict=True):
        assert task.lead_name == line.lead or (task.body and task.body.short_name == task.lead_name)
        assert task.parts.count() >= len(line.support) - 1
    names = {part.name for part in Part.objects.filter(task=tasks[23])}
    assert {"市网信办", "团市委"} <= names
    assert tasks[5].due_at == on("12-31 18:00").replace(year=2020, day=31)


def test_unknown_bodies_are_flagged_not_dropped_and_named_later(bodies, office, unit):
    made = load()
    first, second = made.tasks.order_by("position")
    assert first.body == bodies["jiaoyu"] and first.due_at.year == 2020
    assert [(part.name, part.body_id is None) for part in first.parts.all()] == [
        ("市公安局", False),
        ("市残联", True),
    ]
    assert second.body is None and second.matter.kind == "supervision.unplaced"
    assert {part.name for part in second.parts.all()} == {"市教育局", "湖滨区", "卢氏县"}
    assert owed(second.matter, "supervision.place").body == bodies["duchashi"]
    with pytest.raises(NotAllowed):
        services.task_place(task=second, body=bodies["zhujian"], actor=unit("zhujian"), at=on("10-17 10:00"))
    with pytest.raises(Incomplete):
        services.task_place(task=second, body=bodies["jiaoyu"], actor=office, at=on("10-17 10:00"))
    placed = services.task_place(task=second, body=bodies["zhujian"], actor=office, at=on("10-17 10:00"))
    assert placed.body == bodies["zhujian"] and placed.position == 2 and placed.campaign == made
    assert {part.body.code for part in placed.parts.all()} == {"jiaoyu", "hubin", "lushi"}
    assert made.tasks.filter(replaced_by__isnull=True).count() == 2
    flagged = first.parts.get(body__isnull=True)
    named = services.part_name(part=flagged, body=bodies["zhujian"], actor=office, at=on("10-17 11:00"))
    assert named.matter.body == bodies["zhujian"] and named.name == "市残联"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[1, 2]", "tasks一节"),
        ("a: [", "YAML"),
        ("document: {title: 甲}\ntasks: []", "没有任务"),
        ("tasks:\n  - {number: 1, task: 甲, lead: 市教育局}", "规划名称"),
        ("document: {title: 甲}\ntasks:\n  - {number: 1, lead: 市教育局}", "缺少任务内容"),
        ("document: {title: 甲}\ntasks:\n  - {number: 1, task: 甲}", "缺少牵头单位"),
        (
            "document: {title: 甲}\ntasks:\n  - {number: 1, task: 甲, lead: 市教育局, leads: 乙}",
            "不认识的键leads",
        ),
        ("document: {title: 甲}\ntasks:\n  - {task: 甲, lead: 市教育局, due: 明年}", "应为日期"),
        (
            "document: {title: 甲}\ntasks:\n  - {number: 1, task: 甲, lead: 市教育局}\n  - {number: 1, task: 乙, lead: 市教育局}",
            "序号1重复",
        ),
    ],
)
def test_a_file_with_a_fault_is_refused_whole_and_the_fault_named(bodies, text, said):
    checked = plan_check(text.encode())
    assert not checked.usable and any(said in one for one in checked.faults), checked.faults
    with pytest.raises(Incomplete):
        plan_load(checked=checked, actor=SYSTEM, at=NOW)
    assert not Task.objects.exists()


def test_the_command_checks_and_imports(bodies, tmp_path, capsys):
    file = tmp_path / "plan.yaml"
    file.write_text(SMALL, encoding="utf-8")

    def run(*options):
        try:
            code = main(["import-tasks", str(file), *options])
        except SystemExit as left:
            code = left.code
        return code, capsys.readouterr().out

    code, out = run("--dry-run")
    assert code == 0 and "2 tasks" in out and "市残联" in out and not Task.objects.exists()
    code, out = run("--yes", "--json", "--map", "市残联=zhujian")
    assert code == 0 and json.loads(out)["unknown"] == {} and Task.objects.count() == 2
    file.write_text("tasks: []", encoding="utf-8")
    assert run("--yes")[0] == 1


@pytest.mark.clause("smx-disability-plan/5.4")
def test_a_plan_is_monitored_every_year_by_all_its_indicators(bodies, office):
    made = load()
    assert owed(made.matter, "supervision.plan_monitor").due_at.date() == dt.date(2017, 12, 31)
    given = {
        "campaign": made,
        "kind": "monitor",
        "day": dt.date(2017, 12, 20),
        "conclusion": "进展正常",
        "actor": office,
    }
    with pytest.raises(Incomplete, match="参保率"):
        services.evaluation_add(**given, figures={"1": "93"}, at=on("12-20 10:00"))
    services.evaluation_add(**given, figures={"1": "93", "2": "91"}, at=on("12-20 10:00"))
    assert owed(made.matter, "supervision.plan_monitor").due_at.date() == dt.date(2018, 12, 31)
    follow = services.evaluation_add(
        campaign=made,
        kind="follow",
        day=dt.date(2017, 12, 21),
        conclusion="两项滞后，已督办",
        actor=office,
        at=on("12-21 10:00"),
    )
    assert follow.kind == "follow"


@pytest.mark.clause("smx-disability-plan/5.5")
def test_a_third_party_s_evaluation_names_agency_time_and_conclusion(bodies, office, unit):
    made = load()
    given = {"campaign": made, "kind": "third_party", "day": dt.date(2017, 12, 20), "at": on("12-20 10:00")}
    with pytest.raises(Incomplete) as nameless:
        services.evaluation_add(**given, conclusion="好", actor=office)
    assert nameless.value.field == "agency"
    with pytest.raises(Incomplete):
        services.evaluation_add(**given, conclusion="", agency="示例评估中心", actor=office)
    with pytest.raises(NotAllowed):
        services.evaluation_add(**given, conclusion="好", agency="示例评估中心", actor=unit("jiaoyu"))
    row = services.evaluation_add(**given, conclusion="总体良好", agency="示例评估中心", actor=office)
    assert (row.agency, row.day, row.conclusion) == ("示例评估中心", dt.date(2017, 12, 20), "总体良好")


@pytest.mark.clause("smx-disability-plan/5.6")
def test_a_plan_is_assessed_at_half_time_and_at_its_end(bodies, office):
    made = load()
    mid, end = (owed(made.matter, f"supervision.plan_{point}") for point in ("mid", "end"))
    assert mid.due_at.date() == dt.date(2018, 12, 31) and end.due_at.date() == dt.date(2020, 12, 31)
    services.evaluation_add(
        campaign=made,
        kind="mid",
        day=dt.date(2017, 12, 1),
        conclusion="合格",
        actor=office,
        at=on("12-01 10:00"),
    )
    mid.refresh_from_db()
    end.refresh_from_db()
    assert (mid.state, end.state) == ("met", "open")


@pytest.mark.clause("smx-work-rules/47.1")
@pytest.mark.parametrize("origin", ["court", "discipline", "audit"])
def test_what_oversight_finds_is_put_right_by_a_list_with_an_end_for_each(bodies, office, unit, origin):
    item = Item("台账不全", "补齐台账", bodies["chengguan"], dt.date(2017, 11, 30))
    given = {"title": "审计问题整改", "actor": office, "at": NOW}
    with pytest.raises(Refusal, match="办结时限"):
        services.list_open(**given, origin=origin, items=[Item("甲", "乙", bodies["chengguan"], None)])
    with pytest.raises(Incomplete):
        services.list_open(**given, origin="rumour", items=[item])
    with pytest.raises(NotAllowed):
        services.list_open(**given | {"actor": unit("chengguan")}, origin=origin, items=[item])
    made = services.list_open(**given, origin=origin, items=[item])
    task = made.tasks.get()
    assert task.due_at == on("11-30 18:00") and made.origin == origin
    services.task_receive(task=task, actor=unit("chengguan"), at=on("10-17 10:00"))
    services.task_submit(task=task, text="已补齐并举一反三", actor=unit("chengguan"), at=on("11-20 10:00"))
    services.task_close(task=task, opinion="核查属实", actor=office, at=on("11-21 10:00"))
    assert services.campaign_end(campaign=made, conclusion="全部整改", actor=office, at=on("11-22 10:00"))


def test_a_typed_list_names_the_line_that_is_wrong(bodies):
    assert [
        one.lead.code
        for one in services.items_of("甲 | 市公安局 | 2017-11-30\n\n乙｜市教育局｜2017-12-01｜改")
    ] == ["gongan", "jiaoyu"]
    for text, said in (
        ("只有问题", "第1行"),
        ("甲|市虚构局|2017-11-30", "不在机构名册"),
        ("甲|市公安局|下月", "不是日期"),
    ):
        with pytest.raises(Incomplete, match=said):
            services.items_of(text)


def test_a_plan_without_indicators_is_not_assessed_by_years(bodies):
    head, tail = SMALL.index("  indicators:"), SMALL.index("  tasks:")
    made = load(SMALL[:head] + SMALL[tail:])
    assert not Obligation.objects.filter(matter=made.matter).exists() and Campaign.objects.count() == 1


@pytest.mark.clause("smx-disability-plan/5.8")
def test_models_are_commended_by_name(bodies, office):
    given = {
        "campaign": load(),
        "kind": "commend",
        "day": dt.date(2017, 12, 25),
        "conclusion": "通报表彰",
        "actor": office,
    }
    with pytest.raises(Incomplete):
        services.evaluation_add(**given, at=on("12-25 10:00"))
    assert services.evaluation_add(**given, agency="示例县残联", at=on("12-25 10:00")).agency == "示例县残联"
