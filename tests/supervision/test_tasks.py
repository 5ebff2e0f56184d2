"""A task's life: set, received, reported on, submitted, checked and closed by whoever set it."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

import pytest

from luoshi.ledger.errors import Incomplete, NotAllowed, Refusal, WrongState
from luoshi.ledger.models import Obligation, Outbox
from luoshi.ledger.services import matter_open
from luoshi.supervision import services
from luoshi.supervision.models import Ask, Part
from luoshi.supervision.selectors import task_list, tasks_of
from luoshi.supervision.states import CAMPAIGN

from .conftest import NOW, on

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n%%EOF\n"


def owed(matter, rule):
    return Obligation.objects.filter(matter=matter, rule=rule).order_by("opened_seq").last()


def done(task, unit, at="10-20 10:00"):
    services.task_receive(task=task, actor=unit, at=on("10-16 15:00"))
    return services.task_submit(task=task, text="三条路整治完毕，巡查一周无反弹。", actor=unit, at=on(at))


@pytest.mark.clause("smx-work-rules/22.1", "smx-major-decisions/4.4.4")
def test_a_task_has_one_lead_and_the_deadline_that_its_source_set(set_task):
    task = set_task()
    assert task.matter.body_id == task.body_id
    limit = owed(task.matter, "supervision.complete")
    assert limit.due_at == task.due_at == on("10-31 18:00")
    assert owed(task.matter, "supervision.receive").due_at == on("10-17 18:00")
    assert Outbox.objects.filter(matter=task.matter).exists()


def test_without_a_deadline_the_rulebook_s_own_time_holds(set_task):
    assert set_task(due_on=None).due_at == on("11-15 18:00")


@pytest.mark.clause("smx-meeting-organisation/7.1", "smx-secretary-rules/2.1.p4.3")
def test_what_a_meeting_decided_is_set_as_tasks_with_the_time_of_its_minutes(set_task, bodies, office):
    minutes = matter_open(kind=CAMPAIGN, title="常务会议纪要", actor=office, at=NOW)
    first = set_task(source=minutes, source_kind="minutes", reference="常务会议纪要〔2017〕9号")
    second = set_task(lead="zhujian", source=minutes, source_kind="minutes", due_on=dt.date(2017, 11, 3))
    assert [task.pk for task in tasks_of(minutes)] == [first.pk, second.pk]
    assert second.due_at == on("11-03 18:00")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lead": "  "}, "lead"),
        ({"title": " "}, "title"),
        ({"content": ""}, "content"),
        ({"due_on": dt.date(2017, 10, 13)}, "due_on"),
        ({"source_kind": "rumour"}, "source_kind"),
        ({"report_every": "hourly"}, "report_every"),
        ({"assisting": ["chengguan"]}, "assisting"),
    ],
)
def test_what_is_set_badly_is_refused_at_its_field(set_task, change, field):
    with pytest.raises(Incomplete) as refused:
        set_task(**change)
    assert refused.value.field == field


def test_a_unit_sets_no_task(set_task, unit):
    with pytest.raises(NotAllowed):
        set_task(actor=unit("chengguan"))


@pytest.mark.clause("smx-work-rules/42.3")
def test_the_lead_alone_leads_and_assisting_bodies_answer_to_it(set_task, unit, bodies):
    task = set_task(assisting=["gongan", "zhujian"])
    gongan, zhujian = Part.objects.order_by("pk")
    assert {one.matter.parent_id for one in (gongan, zhujian)} == {task.pk}
    assert owed(gongan.matter, "supervision.part_reply").due_at == on("10-27 18:00")
    services.task_receive(task=task, actor=unit("chengguan"), at=on("10-16 15:00"))
    with pytest.raises(Refusal) as early:
        services.task_submit(task=task, text="完成", actor=unit("chengguan"), at=on("10-20 10:00"))
    assert "配合单位" in str(early.value) and early.value.mend
    with pytest.raises(NotAllowed):
        services.part_reply(part=gongan, text="已配合", actor=unit("zhujian"), at=on("10-18 10:00"))
    services.part_receive(part=gongan, actor=unit("gongan"), at=on("10-17 10:00"))
    for part, code in ((gongan, "gongan"), (zhujian, "zhujian")):
        services.part_reply(part=part, text="已配合", actor=unit(code), at=on("10-18 10:00"))
    with pytest.raises(NotAllowed):
        services.part_send_back(part=gongan, reason="请补充", actor=unit("zhujian"), at=on("10-18 11:00"))
    services.part_send_back(part=gongan, reason="请补充处罚数", actor=unit("chengguan"), at=on("10-18 11:00"))
    with pytest.raises(Refusal):
        services.task_submit(task=task, text="完成", actor=unit("chengguan"), at=on("10-20 10:00"))
    services.part_reply(part=gongan, text="处罚12起", actor=unit("gongan"), at=on("10-19 10:00"))
    services.task_submit(task=task, text="完成", actor=unit("chengguan"), at=on("10-20 10:00"))


@pytest.mark.clause("smx-work-rules/22.2")
def test_progress_is_owed_at_the_interval_set_and_each_report_opens_the_next(set_task, unit):
    task = set_task(report_every="week")
    services.task_receive(task=task, actor=unit("chengguan"), at=on("10-16 15:00"))
    assert owed(task.matter, "supervision.progress").due_at == on("10-23 18:00")
    evidence = [(BytesIO(PDF), "照片.pdf")]
    services.task_progress(
        task=task, text="完成一条路", actor=unit("chengguan"), at=on("10-20 10:00"), files=evidence
    )
    assert owed(task.matter, "supervision.progress").due_at == on("10-27 18:00")
    assert task.matter.attachments.get().name == "照片.pdf"
    done_before = Obligation.objects.filter(matter=task.matter, rule="supervision.progress", state="met")
    assert done_before.count() == 1


def test_a_task_reported_at_its_end_only_owes_no_progress(set_task, unit):
    task = set_task(report_every="none")
    services.task_receive(task=task, actor=unit("chengguan"), at=on("10-16 15:00"))
    assert owed(task.matter, "supervision.progress") is None


def test_only_whoever_set_it_closes_it(set_task, unit, office, actor):
    task = done(set_task(), unit("chengguan"))
    for other in (unit("chengguan"), actor("section_clerk", "zonghe1"), actor("mayor")):
        with pytest.raises(NotAllowed):
            services.task_close(task=task, opinion="属实", actor=other, at=on("10-21 10:00"))
    closed = services.task_close(task=task, opinion="现场核查属实", actor=office, at=on("10-21 10:00"))
    assert closed.matter.state == "closed" and closed.closed_at
    assert Ask.objects.get(subject=task.matter, kind="check").outcome == "passed"
    assert owed(task.matter, "supervision.complete").state == "met"


def test_what_a_leader_set_that_leader_closes_in_person(set_task, unit, office, actor, bodies):
    from luoshi.organisation.models import Person

    mayor = actor("mayor")
    person = Person.objects.get(pk=mayor.person_id)
    task = set_task(setter_person=person, setter_body=bodies["shizhengfu"], source_kind="instruction")
    done(task, unit("chengguan"))
    check = Ask.objects.get(subject=task.matter, kind="check")
    assert owed(check.matter, "supervision.answer_in_person").person_id == person.pk
    with pytest.raises(NotAllowed):
        services.task_close(task=task, opinion="属实", actor=office, at=on("10-21 10:00"))
    services.task_close(task=task, opinion="同意销号", actor=mayor, at=on("10-21 10:00"))


def test_what_is_not_done_is_returned_with_a_reason_and_a_new_end(set_task, unit, office):
    task = done(set_task(), unit("chengguan"))
    with pytest.raises(Incomplete):
        services.task_return(
            task=task, reason="", until=dt.date(2017, 10, 30), actor=office, at=on("10-23 10:00")
        )
    services.task_return(
        task=task, reason="一条路有反弹", until=dt.date(2017, 10, 30), actor=office, at=on("10-23 10:00")
    )
    assert owed(task.matter, "supervision.redo").due_at == on("10-30 18:00")
    assert owed(task.matter, "supervision.complete").state == "met"
    services.task_submit(task=task, text="已巩固", actor=unit("chengguan"), at=on("10-27 10:00"))
    assert owed(task.matter, "supervision.redo").state == "met"


def test_what_was_falsely_reported_counts_as_missed(set_task, unit, office):
    task = done(set_task(), unit("chengguan"))
    services.task_return(
        task=task,
        reason="照片系往年",
        until=dt.date(2017, 10, 30),
        falsified=True,
        actor=office,
        at=on("10-23 10:00"),
    )
    assert owed(task.matter, "supervision.complete").state == "breached"


def test_more_time_is_asked_before_the_end_and_granted_by_whoever_set_it(set_task, unit, office, actor):
    task = set_task(assisting=["gongan"])
    lead = unit("chengguan")
    with pytest.raises(Incomplete):
        services.extension_ask(
            task=task, until=dt.date(2017, 10, 30), reason="雨", actor=lead, at=on("10-20 10:00")
        )
    with pytest.raises(WrongState):
        services.extension_ask(
            task=task, until=dt.date(2017, 11, 9), reason="雨", actor=lead, at=on("11-01 10:00")
        )
    services.extension_ask(
        task=task, until=dt.date(2017, 11, 10), reason="连续降雨", actor=lead, at=on("10-30 10:00")
    )
    with pytest.raises(WrongState):
        services.extension_ask(
            task=task, until=dt.date(2017, 11, 15), reason="雨", actor=lead, at=on("10-30 11:00")
        )
    with pytest.raises(NotAllowed):
        services.extension_decide(
            task=task,
            grant=True,
            reason="",
            actor=actor("section_clerk", "zonghe1"),
            at=on("10-31 9:00".replace(" 9", " 09")),
        )
    services.extension_decide(
        task=task, grant=True, reason="", until=dt.date(2017, 11, 7), actor=office, at=on("10-31 09:00")
    )
    assert owed(task.matter, "supervision.complete").due_at == on("11-07 18:00")
    assert Part.objects.get().due_at == on("11-03 18:00")


def test_more_time_is_refused_with_a_reason(set_task, unit, office):
    task = set_task()
    services.extension_ask(
        task=task, until=dt.date(2017, 11, 10), reason="降雨", actor=unit("chengguan"), at=on("10-30 10:00")
    )
    with pytest.raises(Incomplete):
        services.extension_decide(task=task, grant=False, reason="", actor=office, at=on("10-31 09:00"))
    services.extension_decide(task=task, grant=False, reason="仍可完成", actor=office, at=on("10-31 09:00"))
    assert owed(task.matter, "supervision.complete").due_at == on("10-31 18:00")


@pytest.mark.clause("smx-meeting-organisation/7.2")
def test_problems_are_reported_upward_and_answered(set_task, unit, office):
    task = set_task()
    ask = services.problem_report(
        task=task, text="两处权属不清", actor=unit("chengguan"), at=on("10-18 10:00")
    )
    assert owed(ask.matter, "supervision.answer").due_at == on("10-23 18:00")
    assert ask.matter.body_id == office.body_id
    with pytest.raises(NotAllowed):
        services.problem_answer(task=task, text="自定", actor=unit("chengguan"), at=on("10-18 11:00"))
    services.problem_answer(task=task, text="由国土部门确认", actor=office, at=on("10-19 10:00"))
    ask.refresh_from_db()
    assert ask.outcome == "answered"


@pytest.mark.clause("smx-executive-meeting/6.2.1")
def test_a_department_changes_nothing_of_what_was_decided(set_task, unit, office):
    task = set_task()
    for who in (unit("chengguan"), unit("gongan")):
        with pytest.raises(NotAllowed) as refused:
            services.task_change(
                task=task,
                decision="本局决定",
                reason="困难",
                content="只整治一条路",
                actor=who,
                at=on("10-18 10:00"),
            )
        assert refused.value.cite == ("smx-executive-meeting/6.2.1",)
    with pytest.raises(Incomplete):
        services.task_change(
            task=task, decision="", reason="调整", content="两条路", actor=office, at=on("10-18 10:00")
        )
    services.task_change(
        task=task, decision="常务会议第10次会议", reason="调整范围", content="整治两条路", due_on=dt.date(2017, 11, 20),
        actor=office, at=on("10-18 10:00"),
    )  # fmt: skip
    task.refresh_from_db()
    assert task.content == "整治两条路"
    assert owed(task.matter, "supervision.complete").due_at == on("11-20 18:00")
    event = task.matter.events.get(kind="supervision.changed")
    assert event.data["decision"] == "常务会议第10次会议" and event.data["before"].startswith("对三条示范路")


def test_a_task_is_cancelled_by_a_new_decision_and_its_parts_end(set_task, unit, office):
    task = set_task(assisting=["gongan"])
    with pytest.raises(NotAllowed):
        services.task_cancel(
            task=task, decision="不办", reason="难", actor=unit("chengguan"), at=on("10-18 10:00")
        )
    services.task_cancel(task=task, decision="第10次会议", reason="并入", actor=office, at=on("10-18 10:00"))
    assert Part.objects.get().matter.state == "ended"
    assert not Obligation.objects.filter(
        matter__in=[task.matter, Part.objects.get().matter], state="open"
    ).exists()


def test_units_see_theirs_and_the_office_all(set_task, unit, office, actor):
    own, other = set_task(assisting=["gongan"]), set_task(lead="zhujian")
    seen = {
        code: {task.pk for task in task_list(actor=unit(code), at=NOW)}
        for code in ("chengguan", "gongan", "jiaoyu")
    }
    assert seen == {"chengguan": {own.pk}, "gongan": {own.pk}, "jiaoyu": set()}
    assert {task.pk for task in task_list(actor=office, at=NOW)} == {own.pk, other.pk}
    assert {task.pk for task in task_list(actor=actor("mayor"), at=NOW)} == {own.pk, other.pk}


def test_a_secret_task_is_seen_by_those_who_may_read_secret_papers(set_task, unit, office, actor):
    task = set_task(secrecy="secret")
    assert (
        not task_list(actor=office, at=NOW).exists()
        and not task_list(actor=unit("chengguan"), at=NOW).exists()
    )
    assert task_list(actor=actor("mayor"), at=NOW).get() == task


def test_a_task_of_a_secret_source_is_as_secret(set_task, office):
    source = matter_open(kind=CAMPAIGN, title="涉密来源", secrecy="confidential", actor=office, at=NOW)
    assert set_task(source=source, source_kind="document").matter.secrecy == "confidential"


@pytest.mark.clause("smx-document-flow/8.5.2")
def test_the_section_that_set_it_from_a_paper_follows_it_up(set_task, bodies):
    assert set_task(source_kind="instruction", setter_body=bodies["zonghe1"]).overseer == bodies["zonghe1"]
    assert set_task(source_kind="report", setter_body=bodies["zonghe1"]).overseer == bodies["duchashi"]
