"""Who oversees what, reminders, months, leaders, accountability, inspections, letters, the register."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.ledger.errors import Incomplete, NotAllowed, Refusal, WrongState
from luoshi.ledger.models import Obligation, Outbox
from luoshi.organisation.access import POLICIES, allows
from luoshi.organisation.models import Person
from luoshi.supervision import services
from luoshi.supervision.models import Ask, Bulletin, Reminder
from luoshi.supervision.paper import bulletin_docx, tasks_sheet
from luoshi.supervision.policies import may_oversee, may_read
from luoshi.supervision.selectors.dangers import letters

from .conftest import DUE, NOW, on

pytestmark = pytest.mark.django_db


def owed(matter, rule):
    return Obligation.objects.filter(matter=matter, rule=rule).order_by("opened_seq").last()


def closed(task, unit, by, code="chengguan"):
    services.task_receive(task=task, actor=unit(code), at=on("10-16 15:00"))
    services.task_submit(task=task, text="完成", actor=unit(code), at=on("10-20 10:00"))
    return services.task_close(task=task, opinion="属实", actor=by, at=on("10-21 10:00"))


@pytest.mark.clause(
    "smx-executive-meeting/6.2.2", "smx-meeting-organisation/7.3", "smx-document-flow/7.4.2", "smx-document-flow/8.5.2",
    "smx-document-flow/32.1", "smx-work-rules/22.3",
)  # fmt: skip
@pytest.mark.parametrize(
    ("kind", "facts", "overseer"),
    [
        ("minutes", {"meeting_kind": "executive"}, "duchashi"),
        ("minutes", {"meeting_kind": "coordination"}, "zonghe1"),
        ("instruction", {}, "zonghe1"),
        ("document", {}, "zonghe1"),
        ("plan", {}, "duchashi"),
        ("leader", {}, "duchashi"),
    ],
)
def test_the_office_or_the_section_of_the_source_oversees(
    set_task, bodies, actor, office, kind, facts, overseer
):
    task = set_task(
        source_kind=kind, facts=facts, section=bodies["zonghe1"], setter_body=bodies["shizhengfu"]
    )
    assert task.overseer == bodies[overseer]
    clerk = actor("section_clerk", "zonghe1")
    if overseer == "zonghe1":
        services.task_urge(task=task, text="请抓紧", actor=clerk, at=on("10-18 10:00"))
    else:
        with pytest.raises(NotAllowed):
            services.task_urge(task=task, text="请抓紧", actor=clerk, at=on("10-18 10:00"))
    services.task_inspect(task=task, text="现场查看，进度过半", actor=office, at=on("10-19 10:00"))
    with pytest.raises(NotAllowed):
        services.task_inspect(
            task=task, text="自查", actor=actor("liaison", "chengguan"), at=on("10-19 10:00")
        )


@pytest.mark.clause("smx-secretary-rules/1.6.1", "smx-secretary-rules/1.13")
@pytest.mark.parametrize("kind", ["document", "minutes", "instruction", "leader"])
def test_papers_meetings_instructions_and_what_leaders_hand_over_are_seen_through(set_task, kind):
    task = set_task(source_kind=kind)
    assert task.source_kind == kind and owed(task.matter, "supervision.complete").due_at == on("10-31 18:00")
    assert services.remind_all(at=on("10-31 08:30")) >= 1


@pytest.mark.clause("smx-secretary-rules/1.6.2")
def test_an_inspection_s_result_is_reported_by_the_time_set_with_it(set_task, actor, office, unit):
    task, chief = set_task(), actor("secretary_general")
    with pytest.raises(NotAllowed):
        services.inspection_order(task=task, text="看", until=DUE, actor=unit("chengguan"), at=NOW)
    with pytest.raises(Incomplete):
        services.inspection_order(task=task, text="看", until=dt.date(2017, 10, 10), actor=chief, at=NOW)
    ask = services.inspection_order(
        task=task, text="现场看进度", until=dt.date(2017, 10, 20), actor=chief, at=NOW
    )
    limit = owed(ask.matter, "supervision.answer")
    assert limit.due_at == on("10-20 18:00") and limit.body_id == office.body_id
    services.task_inspect(task=task, text="进度过半", actor=office, at=on("10-19 10:00"))
    ask.refresh_from_db()
    limit.refresh_from_db()
    assert ask.decision == "进度过半" and limit.state == "met"


def test_reminders_go_the_working_day_before_on_the_day_and_each_working_day_after(set_task, office):
    task = set_task(due_on=dt.date(2017, 10, 20), report_every="none")
    services.task_receive(task=task, actor=office_lead(task), at=on("10-16 10:00"))
    days = {
        "10-18": 0,
        "10-19": 1,
        "10-20": 1,
        "10-21": 0,
        "10-22": 0,
        "10-23": 1,
        "10-24": 1,
        "10-25": 1,
        "10-26": 1,
    }
    for day, count in days.items():
        assert services.remind_all(at=on(f"{day} 08:30")) == count, day
        assert services.remind_all(at=on(f"{day} 09:30")) == 0
    rows = list(Reminder.objects.order_by("day").values_list("stage", "level"))
    assert rows == [
        ("before", "liaison"), ("on", "liaison"), ("after", "liaison"), ("after", "deputy_leader"),
        ("after", "deputy_leader"), ("after", "principal_leader"),
    ]  # fmt: skip
    assert task.matter.events.filter(kind="supervision.reminded").count() == 6
    assert Outbox.objects.filter(key__contains=":remind:").exists()


def office_lead(task):
    from luoshi.organisation.models import Grant
    from luoshi.organisation.selectors import actor_for

    grant = Grant.objects.filter(role__code="liaison", body=task.body).select_related("user__person").first()
    return actor_for(user=grant.user, body_id=task.body_id, at=NOW)


def test_leaders_of_a_unit_are_urged_only_after_the_unit_was(set_task, office):
    task = set_task()
    with pytest.raises(WrongState):
        services.task_urge(
            task=task, text="请督促", level="principal_leader", actor=office, at=on("10-18 10:00")
        )
    services.task_urge(task=task, text="请抓紧", actor=office, at=on("10-18 10:00"))
    services.task_urge(task=task, text="请督促", level="principal_leader", actor=office, at=on("10-19 10:00"))


@pytest.mark.clause("smx-work-rules/10.1")
def test_the_secretary_general_helps_to_see_through_what_was_decided_and_what_the_mayor_hands_over(
    set_task, actor, unit
):
    mayor, secretary = actor("mayor"), actor("secretary_general")
    decided = set_task()
    handed = set_task(
        by="mayor",
        source_kind="leader",
        setter_body=None,
        setter_person=Person.objects.get(pk=mayor.person_id),
    )
    for task in (decided, handed):
        assert may_read(secretary, task.matter) and may_oversee(secretary, task.matter)
        services.task_urge(task=task, text="请按时落实", actor=secretary, at=on("10-18 10:00"))
    lead = unit("chengguan")
    services.task_receive(task=handed, actor=lead, at=on("10-18 11:00"))
    services.task_submit(task=handed, text="三条路已经整治到位", actor=lead, at=on("10-20 10:00"))
    with pytest.raises(NotAllowed):
        services.task_close(task=handed, opinion="同意销号", actor=secretary, at=on("10-21 10:00"))
    services.task_close(task=handed, opinion="同意销号", actor=mayor, at=on("10-21 11:00"))
    assert handed.matter.events.filter(kind="supervision.urged").count() == 1


@pytest.mark.clause("smx-document-flow/32.2", "smx-executive-meeting/6.2.3")
def test_each_month_the_leaders_get_a_report_and_the_units_a_notice(set_task, office, unit):
    late, done = set_task(due_on=dt.date(2017, 10, 20)), set_task(title="已办的事")
    closed(done, unit, office)
    with pytest.raises(WrongState):
        services.month_open(month=dt.date(2017, 11, 1), actor=office, at=on("11-20 10:00"))
    with pytest.raises(NotAllowed):
        services.month_open(month=dt.date(2017, 10, 1), actor=unit("chengguan"), at=on("11-01 10:00"))
    notice, report = services.month_open(month=dt.date(2017, 10, 1), actor=office, at=on("11-01 10:00"))
    assert services.month_open(month=dt.date(2017, 10, 1), actor=office, at=on("11-01 11:00")) == []
    assert owed(report.matter, "supervision.month_summary").due_at == on("11-05 18:00")
    with pytest.raises(WrongState):
        services.bulletin_issue(bulletin=notice, actor=office, at=on("11-02 10:00"))
    for one in (notice, report):
        services.bulletin_draw_up(bulletin=one, remark="总体平稳", actor=office, at=on("11-02 10:00"))
        services.bulletin_issue(bulletin=one, actor=office, at=on("11-03 10:00"))
        with pytest.raises(WrongState):
            services.bulletin_draw_up(bulletin=one, remark="改", actor=office, at=on("11-04 10:00"))
    notice, report = Bulletin.objects.order_by("pk")
    assert notice.figures["units"][0]["tasks"][0]["number"] == late.matter.number
    assert notice.figures["units"][0]["tasks"][0]["days"] == 13
    assert report.figures["total"] == 2 and report.figures["sources"][0]["closed"] == 1
    assert owed(report.matter, "supervision.month_summary").state == "met"
    assert bulletin_docx(notice)[:2] == b"PK" and bulletin_docx(report)[:2] == b"PK"


def test_a_sheet_of_tasks_holds_no_formula(set_task):
    from io import BytesIO

    from openpyxl import load_workbook

    set_task(title="=1+1")
    sheet = load_workbook(BytesIO(tasks_sheet([set_task(title="=2+2")]))).active
    assert sheet.cell(2, 2).value == "'=2+2" and sheet.cell(1, 1).value == "编号"


# leaders


def charges(bodies):
    """Two bodies of the small city in the charge of different vice mayors, and one vice mayor's own."""
    from luoshi.agenda import selectors as agenda

    found = {}
    for body in bodies.values():
        leader = agenda.in_charge_of(body, day=NOW.date())
        if leader is not None and "vice_mayor" in leader.office and body.kind != "section":
            found.setdefault(leader.person_id, body)
    return list(found.items())


@pytest.mark.clause("smx-major-decisions/4.4.1.1")
def test_the_vice_mayor_in_charge_of_the_body_answers_for_the_task(set_task, bodies):
    (person, body), *_ = charges(bodies)
    task = set_task(lead=body, source_kind="minutes")
    assert task.leader_id == person and not task.leader_open


@pytest.mark.clause("smx-major-decisions/4.4.1.2", "smx-work-rules/42.2")
def test_where_charges_meet_the_mayor_and_nobody_else_names_one_vice_mayor(set_task, bodies, actor, office):
    (first, body), (_, other), *_ = charges(bodies)
    task = set_task(lead=body, assisting=[other], source_kind="minutes")
    assert task.leader is None and task.leader_open
    mayor = actor("mayor")
    ask = Ask.objects.get(subject=task.matter, kind="leader")
    assert owed(ask.matter, "supervision.answer_in_person").person_id == mayor.person_id
    person = Person.objects.get(pk=first)
    for who in (actor("vice_mayor"), actor("secretary_general"), office):
        with pytest.raises(NotAllowed) as refused:
            services.leader_name(task=task, leader=person, actor=who, at=on("10-17 10:00"))
        assert "smx-major-decisions/4.4.1.2" in refused.value.cite
    named = services.leader_name(task=task, leader=person, actor=mayor, at=on("10-17 10:00"))
    assert named.leader_id == first and not named.leader_open
    ask.refresh_from_db()
    assert ask.outcome == "answered"


def test_a_key_work_of_a_body_without_a_vice_mayor_waits_for_the_mayor_too(set_task, bodies):
    free = next(body for body in bodies.values() if body.code in {"bianban", "jiancha", "platform"})
    task = set_task(lead=free, important=True)
    assert task.leader_open or task.leader is not None


@pytest.mark.clause("smx-work-rules/71.2", "smx-work-rules/71.3", "smx-work-rules/44.1")
def test_inspection_reports_in_time_checks_and_accountability_belong_together(set_task, office, unit, bodies):
    task = set_task()
    assert owed(task.matter, "supervision.complete") and owed(task.matter, "supervision.receive")
    services.task_inspect(task=task, text="进度滞后", actor=office, at=on("10-19 10:00"))
    given = {
        "task": task, "body": bodies["chengguan"], "person": "某某", "fault": "evasion", "text": "拖延造成影响",
        "measure": "约谈", "decided_by": "市政府", "at": on("10-20 10:00"),
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        services.account(**given, actor=unit("chengguan"))
    for fault in ("evasion", "dereliction", "ultra_vires", "self_dealing", "falsified"):
        assert services.account(**given | {"fault": fault}, actor=office).fault == fault
    with pytest.raises(Incomplete):
        services.account(**given | {"fault": "lateness"}, actor=office)


# inspections of how decisions are made


def inspect(actor, by_kind="office", **changes):
    given = {
        "title": "集体决策制度执行检查", "by_kind": by_kind, "day": dt.date(2017, 10, 13), "bodies": "市教育局、市住建局",
        "text": "抽查五项决策", "at": NOW,
    } | changes  # fmt: skip
    return services.inspection_record(**given, actor=actor)


@pytest.mark.clause("smx-major-decisions/5.1.3", "smx-major-decisions/5.1.4")
def test_the_office_inspects_how_departments_decide_and_tells_the_next_executive_meeting(office, unit):
    with pytest.raises(NotAllowed):
        inspect(unit("jiaoyu"))
    row = inspect(office)
    limit = owed(row.matter, "supervision.inspection_report")
    assert limit.due_at is None and limit.body_id == office.body_id
    with pytest.raises(Incomplete):
        services.inspection_report(
            inspection=row,
            meeting="第11次常务会议",
            day=dt.date(2017, 10, 12),
            actor=office,
            at=on("10-25 10:00"),
        )
    services.inspection_report(
        inspection=row,
        meeting="第11次常务会议",
        day=dt.date(2017, 10, 24),
        actor=office,
        at=on("10-25 10:00"),
    )
    limit.refresh_from_db()
    assert limit.state == "met"


@pytest.mark.clause("smx-major-decisions/5.1.6")
@pytest.mark.parametrize("by_kind", ["supervision", "audit"])
def test_what_inspectors_find_they_report_with_what_to_mend(actor, office, by_kind):
    inspector = actor("inspector")
    with pytest.raises(Incomplete) as bare:
        inspect(inspector, by_kind, problems="两项未征求意见")
    assert bare.value.field == "advice"
    row = inspect(inspector, by_kind, problems="两项未征求意见", advice="补充征求意见")
    assert row.advice == "补充征求意见" and row.matter.body_id == inspector.body_id
    with pytest.raises(NotAllowed):
        inspect(office, by_kind)


@pytest.mark.clause("smx-major-decisions/5.1.5")
def test_inspectors_read_every_decision_and_its_carrying_out_and_change_nothing(set_task, actor):
    inspector, task = actor("inspector"), set_task(source_kind="minutes")
    assert may_read(inspector, task.matter)
    assert inspector.can("decisions.read_all") and inspector.can("supervision.read_all")
    for service, more in (
        (services.task_urge, {"text": "催"}), (services.task_inspect, {"text": "查"}),
        (services.task_cancel, {"decision": "甲", "reason": "乙"}), (services.task_receive, {}),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            service(task=task, actor=inspector, at=on("10-17 10:00"), **more)
    writing = {
        name
        for name, need in POLICIES.items()
        if name.startswith("task-") and allows(need, inspector, signed_in=True)
    }
    assert writing <= {"task-list", "task-board", "task-detail", "task-part", "task-file", "task-export"}


@pytest.mark.clause("smx-work-rules/71.1", "smx-document-flow/26")
def test_an_instruction_passed_on_is_done_in_order_and_in_time_or_not_at_all(set_task, unit, office):
    task = set_task(source_kind="instruction")
    with pytest.raises(WrongState):
        services.task_submit(task=task, text="完成", actor=unit("chengguan"), at=on("10-17 10:00"))
    services.task_receive(task=task, actor=unit("chengguan"), at=on("10-17 10:00"))
    with pytest.raises(Refusal) as empty:
        services.task_submit(task=task, text=" ", actor=unit("chengguan"), at=on("10-18 10:00"))
    assert empty.value.cite == ("smx-work-rules/71.1",)
    with pytest.raises(WrongState):
        services.task_close(task=task, opinion="好", actor=office, at=on("10-18 10:00"))
    services.task_submit(task=task, text="按要求办结", actor=unit("chengguan"), at=on("11-02 10:00"))
    assert owed(task.matter, "supervision.complete").state == "late"


# letters


def letter(office, important=True):
    return services.letter_register(
        kind="letter", title="反映道路积水", from_whom="某居民", received_on=dt.date(2017, 10, 13), text="雨后积水严重",
        important=important, actor=office, at=NOW,
    )  # fmt: skip


@pytest.mark.clause("smx-work-rules/50.1", "smx-secretary-rules/1.9.2")
@pytest.mark.parametrize(
    ("role", "code"), [("mayor", None), ("vice_mayor", None), ("unit_principal", "zhujian")]
)
def test_an_important_letter_is_read_by_the_leader_in_person(office, actor, bodies, role, code):
    row, leader = letter(office), actor(role, code)
    assert owed(row.matter, "supervision.letter_route").due_at == on("10-17 18:00")
    with pytest.raises(Incomplete):
        services.letter_route(
            letter=row, level="department", body=bodies["zhujian"], actor=office, at=on("10-16 10:00")
        )
    person = Person.objects.get(pk=leader.person_id)
    services.letter_refer(letter=row, leader=person, actor=office, at=on("10-16 10:00"))
    assert owed(row.matter, "supervision.letter_read").person_id == person.pk
    for other in (office, actor("secretary_general"), actor("mayor" if role != "mayor" else "vice_mayor")):
        with pytest.raises(NotAllowed) as refused:
            services.letter_read(letter=row, opinion="代批", actor=other, at=on("10-16 11:00"))
        assert refused.value.cite == ("smx-work-rules/50.1",)
    read = services.letter_read(letter=row, opinion="请住建局本周解决", actor=leader, at=on("10-16 11:00"))
    assert read.opinion and read.read_at


def test_a_letter_that_is_not_important_or_a_reader_who_is_no_leader_is_refused(office, actor):
    clerk = Person.objects.get(pk=actor("section_clerk", "zonghe1").person_id)
    mayor = Person.objects.get(pk=actor("mayor").person_id)
    with pytest.raises(Incomplete):
        services.letter_refer(letter=letter(office), leader=clerk, actor=office, at=on("10-16 10:00"))
    with pytest.raises(Incomplete):
        services.letter_refer(
            letter=letter(office, important=False), leader=mayor, actor=office, at=on("10-16 10:00")
        )


@pytest.mark.clause("smx-secretary-rules/1.9.1")
def test_letters_go_by_grade_and_subject_to_the_body_in_charge(office, unit, bodies):
    row = letter(office, important=False)
    with pytest.raises(Incomplete):
        services.letter_route(
            letter=row, level="county", body=bodies["zhujian"], actor=office, at=on("10-16 10:00")
        )
    services.letter_route(
        letter=row, level="department", body=bodies["zhujian"], actor=office, at=on("10-16 10:00")
    )
    row.refresh_from_db()
    assert row.task.body == bodies["zhujian"] and row.task.source == row.matter
    with pytest.raises(Incomplete):
        services.letter_answer(letter=row, answer="已解决", actor=office, at=on("10-22 10:00"))
    closed(row.task, unit, office, "zhujian")
    assert services.letter_answer(letter=row, answer="已疏通", actor=office, at=on("10-22 10:00")).answered_at


@pytest.mark.clause("smx-work-rules/50.2")
def test_old_letters_stand_out_and_grave_ones_are_urged_to_their_end(office, unit, bodies):
    row = letter(office, important=False)
    services.letter_route(
        letter=row, level="department", body=bodies["zhujian"], actor=office, at=on("10-16 10:00")
    )
    row.refresh_from_db()
    assert [one.pk for one in letters(actor=office, at=on("12-20 10:00"), which="old")] == [row.pk]
    assert not letters(actor=office, at=on("12-14 10:00"), which="old").exists()
    services.task_urge(task=row.task, text="积案须限期化解", actor=office, at=on("12-20 10:00"))
    services.task_receive(task=row.task, actor=unit("zhujian"), at=on("12-20 11:00"))
    services.task_submit(task=row.task, text="已化解", actor=unit("zhujian"), at=on("12-21 10:00"))
    services.task_close(task=row.task, opinion="回访属实", actor=office, at=on("12-21 11:00"))
    services.letter_answer(letter=row, answer="已化解", actor=office, at=on("12-21 12:00"))
    assert not letters(actor=office, at=on("12-22 10:00"), which="old").exists()


@pytest.mark.clause(
    "smx-work-rules/46.1",
    "smx-work-rules/46.2",
    "smx-work-rules/48.1",
    "smx-secretary-rules/1.8",
    "smx-secretary-rules/3.2",
)
@pytest.mark.parametrize(
    "kinds",
    [
        ["congress_report", "congress_inquiry", "congress_question", "congress_filing"],
        ["consultative"],
        ["grassroots"],
        ["research"],
        ["exchange_decision", "exchange_activity", "exchange_work"],
    ],
)
def test_what_the_government_hears_is_entered_and_answered_adopted_or_not(office, unit, kinds):
    for kind in kinds:
        given = {
            "kind": kind,
            "party": "示例机关",
            "title": "事项",
            "text": "内容",
            "day": dt.date(2017, 10, 13),
            "at": NOW,
        }
        with pytest.raises(NotAllowed):
            services.entry_make(**given, actor=unit("jiaoyu"))
        row = services.entry_make(**given, actor=office)
        with pytest.raises(Incomplete):
            services.entry_answer(entry=row, outcome="later", answer="办", actor=office, at=on("10-18 10:00"))
        row = services.entry_answer(
            entry=row, outcome="adopted", answer="已采纳并回复", actor=office, at=on("10-18 10:00")
        )
        assert row.outcome == "adopted" and row.answered_at
