"""The same tasks under the rulebook of Xiping: a draft, other titles, its own clauses."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from luoshi.ledger.errors import Incomplete, NotAllowed, Refusal
from luoshi.ledger.models import Obligation
from luoshi.organisation.models import Person
from luoshi.supervision import services
from luoshi.supervision.models import Part
from luoshi.supervision.services import Found, Item, Responsible

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


def on(text):
    """A moment of 2020 in Shanghai."""
    return dt.datetime.fromisoformat(f"2020-{text}").replace(tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def county(under, db):
    under("xiping")


@pytest.fixture
def task(set_task):
    def make(**more):
        return set_task(**{"at": on("06-01 09:00"), "due_on": dt.date(2020, 6, 30)} | more)

    return make


def owed(matter, rule):
    return Obligation.objects.filter(matter=matter, rule=rule).order_by("opened_seq").last()


@pytest.mark.clause("xiping-work-rules/26.1")
def test_the_head_of_the_lead_department_answers_first(task, actor):
    head = actor("unit_principal", "chengguan").name
    assert head in task().first_responsible


@pytest.mark.clause("xiping-work-rules/26.2")
def test_departments_report_how_a_task_goes_at_the_interval_set(task, unit):
    row = task(report_every="fortnight")
    services.task_receive(task=row, actor=unit("chengguan"), at=on("06-01 15:00"))
    assert owed(row.matter, "supervision.progress").due_at == on("06-15 18:00")
    services.task_progress(
        task=row, text="分解为三步，落实到人", actor=unit("chengguan"), at=on("06-12 10:00")
    )
    assert owed(row.matter, "supervision.progress").due_at == on("06-26 18:00") or owed(
        row.matter, "supervision.progress"
    ).due_at == on("06-28 18:00")


@pytest.mark.clause("xiping-work-rules/26.3")
def test_one_department_leads_and_the_others_assist_it_alone(task, unit):
    row = task(assisting=["gongan"])
    with pytest.raises(Incomplete):
        task(lead=" ", assisting=["gongan"])
    with pytest.raises(Incomplete):
        task(assisting=["chengguan"])
    services.task_receive(task=row, actor=unit("chengguan"), at=on("06-01 15:00"))
    with pytest.raises(Refusal) as early:
        services.task_submit(task=row, text="完成", actor=unit("chengguan"), at=on("06-10 10:00"))
    assert "配合单位" in str(early.value)
    part = Part.objects.get()
    services.part_reply(part=part, text="已协办", actor=unit("gongan"), at=on("06-09 10:00"))
    reply = part.matter.events.get(kind="supervision.part_replied")
    assert reply.data["to"] == row.lead_name


@pytest.mark.clause("xiping-work-rules/26.4")
@pytest.mark.parametrize(("kind", "overseer"), [("minutes", "zonghe1"), ("report", "duchashi")])
def test_the_county_s_office_oversees(task, bodies, office, kind, overseer):
    row = task(source_kind=kind, section=bodies["zonghe1"])
    assert row.overseer == bodies[overseer]
    services.task_inspect(task=row, text="现场督查", actor=office, at=on("06-05 10:00"))


@pytest.mark.clause("xiping-work-rules/32.3", "xiping-work-rules/59.1")
def test_proposals_are_answered_by_the_time_on_the_order_and_not_set_without_one(task):
    with pytest.raises(Refusal, match="办结时限"):
        task(source_kind="proposal", due_on=None)
    row = task(source_kind="proposal")
    assert owed(row.matter, "supervision.complete").due_at == on("06-30 18:00")


@pytest.mark.clause("xiping-work-rules/24.7")
@pytest.mark.parametrize("whose", ["stakeholders", "public"])
def test_while_a_decision_is_carried_out_those_concerned_and_the_public_are_heard(task, unit, whose):
    row = task(source_kind="minutes")
    services.task_receive(task=row, actor=unit("chengguan"), at=on("06-01 15:00"))
    given = {"task": row, "actor": unit("chengguan"), "at": on("06-05 10:00")}
    with pytest.raises(Incomplete):
        services.views_take(**given, of_whom="nobody", text="好")
    with pytest.raises(NotAllowed):
        services.views_take(**given | {"actor": unit("gongan")}, of_whom=whose, text="好")
    report = services.views_take(**given, of_whom=whose, text="希望延长便民时段")
    assert report.of_whom == whose
    services.task_progress(
        task=row, text="跟踪实施情况：两条路完成", actor=unit("chengguan"), at=on("06-06 10:00")
    )


@pytest.mark.clause("xiping-work-rules/24.8")
def test_the_effect_of_a_decision_is_evaluated_when_due_and_it_is_adjusted(task, unit, office):
    row = task(source_kind="minutes")
    services.task_receive(task=row, actor=unit("chengguan"), at=on("06-01 15:00"))
    services.task_submit(task=row, text="完成", actor=unit("chengguan"), at=on("06-10 10:00"))
    services.task_close(task=row, opinion="属实", actor=office, at=on("06-11 10:00"))
    limit = owed(row.matter, "supervision.evaluate")
    assert limit is not None and limit.due_at.date() == dt.date(2020, 12, 11)
    with pytest.raises(Incomplete):
        services.task_evaluate(task=row, text="效果好", advice="", actor=office, at=on("12-01 10:00"))
    services.task_evaluate(
        task=row, text="投诉下降", advice="延长便民时段", actor=office, at=on("12-01 10:00")
    )
    limit.refresh_from_db()
    assert limit.state == "met"


@pytest.mark.clause("xiping-work-rules/33.3")
@pytest.mark.parametrize("origin", ["court", "discipline", "audit", "litigation"])
def test_what_oversight_finds_is_put_right_and_reported_to_the_county(bodies, office, unit, origin):
    item = Item("台账不全", "补齐台账", bodies["chengguan"], dt.date(2020, 6, 30))
    made = services.list_open(
        title="审计整改", origin=origin, items=[item], actor=office, at=on("06-01 09:00")
    )
    row = made.tasks.get()
    services.task_receive(task=row, actor=unit("chengguan"), at=on("06-01 15:00"))
    services.task_submit(task=row, text="已整改，报县政府", actor=unit("chengguan"), at=on("06-10 10:00"))
    assert row.reports.get(kind="submission").text
    services.task_close(task=row, opinion="核查属实", actor=office, at=on("06-11 10:00"))


@pytest.mark.clause("xiping-work-rules/36.3")
def test_a_grave_petition_is_read_by_a_leader_and_followed_to_its_end(bodies, office, unit, actor):
    mayor = actor("mayor")
    row = services.letter_register(
        kind="visit", title="拖欠工资", from_whom="某工人", received_on=dt.date(2020, 6, 1), text="拖欠三个月", important=True,
        actor=office, at=on("06-01 09:00"),
    )  # fmt: skip
    services.letter_refer(
        letter=row, leader=Person.objects.get(pk=mayor.person_id), actor=office, at=on("06-01 10:00")
    )
    row = services.letter_read(letter=row, opinion="限期解决", actor=mayor, at=on("06-01 11:00"))
    row = services.letter_route(
        letter=row,
        level="department",
        body=bodies["zhujian"],
        due_on=dt.date(2020, 6, 20),
        actor=office,
        at=on("06-01 12:00"),
    )
    assert "限期解决" in row.task.content
    services.task_urge(task=row.task, text="请抓紧", actor=office, at=on("06-10 10:00"))
    services.task_receive(task=row.task, actor=unit("zhujian"), at=on("06-10 11:00"))
    services.task_submit(task=row.task, text="已发放", actor=unit("zhujian"), at=on("06-12 10:00"))
    services.task_close(task=row.task, opinion="电话核实", actor=office, at=on("06-13 10:00"))
    assert services.letter_answer(letter=row, answer="已发放", actor=office, at=on("06-13 11:00")).answered_at


@pytest.mark.clause(
    "xiping-work-rules/32.1", "xiping-work-rules/32.2", "xiping-work-rules/32.5", "xiping-work-rules/33.2",
    "xiping-work-rules/34", "xiping-work-rules/35.1", "xiping-work-rules/53",
)  # fmt: skip
@pytest.mark.parametrize(
    "kinds",
    [
        ["congress_report", "congress_inquiry", "congress_question"],
        ["consultative"],
        ["contact"],
        ["litigation"],
        ["review"],
        ["public_opinion"],
        ["request_report"],
    ],
)
def test_the_register_holds_what_the_county_s_rules_name(office, kinds):
    for kind in kinds:
        row = services.entry_make(
            kind=kind,
            party="示例",
            title="事项",
            text="内容",
            day=dt.date(2020, 6, 1),
            actor=office,
            at=on("06-01 09:00"),
        )
        assert services.entry_answer(
            entry=row, outcome="done", answer="已办理", actor=office, at=on("06-05 09:00")
        ).answered_at


@pytest.mark.clause("xiping-work-rules/59.2")
@pytest.mark.parametrize(
    "fault", ["evasion", "slow", "reckless", "dereliction", "ultra_vires", "self_dealing"]
)
def test_doing_nothing_slowly_or_wildly_is_called_to_account(task, office, bodies, fault):
    row = services.account(
        task=task(), body=bodies["chengguan"], person="某某", fault=fault, text="造成损失", measure="问责", decided_by="县政府",
        actor=office, at=on("06-20 10:00"),
    )  # fmt: skip
    assert row.fault == fault


@pytest.mark.clause("xiping-work-rules/10.3", "xiping-work-rules/59.3")
def test_a_department_carries_out_what_was_set_and_what_lacks_its_result_is_not_taken(task, unit):
    row = task(source_kind="document")
    services.task_receive(task=row, actor=unit("chengguan"), at=on("06-01 15:00"))
    with pytest.raises(Refusal) as empty:
        services.task_submit(task=row, text="", actor=unit("chengguan"), at=on("06-10 10:00"))
    assert empty.value.cite == ("xiping-work-rules/59.3",)
    services.task_submit(task=row, text="已落实", actor=unit("chengguan"), at=on("06-10 10:00"))
    assert owed(row.matter, "supervision.complete").state == "met"


@pytest.mark.clause("xiping-work-rules/18.1")
def test_a_danger_is_taken_as_an_accident_and_followed_to_its_source(bodies, office, unit):
    row = services.danger_enter(
        found=Found("堤坝渗水", "示例河段", "surroundings", "general"), source="inspection", body=bodies["hubin"], actor=office,
        at=on("06-01 09:00"),
    )  # fmt: skip
    services.danger_plan(
        danger=row, cause="年久失修", crux="管护缺位", measure="加固并巡堤", road=[(dt.date(2020, 6, 20), "加固")],
        territorial=Responsible(bodies["hubin"], "甲"), supervisory=Responsible(bodies["gongan"], "乙"),
        principal=Responsible("示例管理所", "丙"), actor=unit("hubin"), at=on("06-02 09:00"),
        in_place={"organisation": "专班", "funds": "拨款", "inspection": "巡查", "accountability": "问责"},
    )  # fmt: skip
    services.danger_step(danger=row, position=1, actor=unit("hubin"), at=on("06-18 09:00"))
    services.danger_report(danger=row, text="已加固", actor=unit("hubin"), at=on("06-18 10:00"))
    with pytest.raises(NotAllowed):
        services.danger_recheck(
            danger=row, passed=True, opinion="好", actor=unit("hubin"), at=on("06-19 09:00")
        )
    services.danger_recheck(
        danger=row, passed=True, opinion="复查合格", actor=unit("gongan"), at=on("06-19 09:00")
    )
