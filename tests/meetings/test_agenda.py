"""Agendas: what must stand before a topic reaches the table, and every way around that is closed."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

import pytest

from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Obligation, door
from luoshi.meetings import rules_sessions, services
from luoshi.meetings.models import Consultation, Material
from luoshi.meetings.selectors.sessions import papers_warning
from luoshi.meetings.services.agenda import attends
from luoshi.organisation.models import Person

from .office import LATER, NOW, PDF, REPORT, WHEN, Office
from .topics import commission, keep_in, put, refused, settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(actor, bodies):
    return Office(actor, bodies)


def test_a_topic_goes_from_its_proposer_to_the_agenda(office):
    topic, meeting = office.ready(), office.meeting()
    item = put(office, meeting, topic, minutes=10)
    assert (item.position, item.treatment, item.minutes) == (1, "decide", 10)
    assert office.state(topic) == "listed"
    settle(office, meeting)
    assert office.fresh(topic).treatment_approved_by == office.actor("mayor").name


@pytest.mark.clause("smx-executive-meeting/4.3.5")
def test_a_normative_document_needs_its_four_papers(office):
    topic = office.determined(category="6", normative=True)
    row = office.keep(topic)
    services.topic_classify(topic=topic, treatment="decide", actor=office.actor("mayor_office"), at=NOW)
    own = {"material": row, "actor": office.proposer(topic), "at": NOW}
    services.material_draft(report=REPORT, **own)
    refused(Incomplete, lambda: services.material_submit(**own), "起草说明")
    services.material_draft(report=REPORT, explanation="为什么起草", **own)
    services.material_submit(**own)
    for who in (office.deputy(topic.body), office.leader(topic.body)):
        services.material_pass(material=row, opinion="", actor=who, at=NOW)
    meeting = office.meeting()
    papers = ["文件待审稿", "征求意见情况", "法制审查意见"]
    for number, purpose in enumerate(papers):
        said = refused(Incomplete, lambda: put(office, meeting, topic), *papers[number:])
        assert "smx-executive-meeting/4.3.5" in said.cite
        office.attach(topic, purpose)
    put(office, meeting, topic)


@pytest.mark.clause("smx-executive-meeting/4.4.1")
def test_a_topic_of_the_executive_meeting_is_of_one_of_two_classes(office):
    topic = office.determined()
    office.papers(topic)
    meeting = office.meeting()
    refused(Incomplete, lambda: put(office, meeting, topic), "议题分类")
    clerk = office.actor("mayor_office")
    refused(
        Incomplete,
        lambda: services.topic_classify(topic=topic, treatment="inform", actor=clerk, at=NOW),
        cite="smx-executive-meeting/4.4.1",
    )
    for who in (office.proposer(topic), office.actor("section_clerk", "zonghe1")):
        refused(
            NotAllowed,
            lambda who=who: services.topic_classify(topic=topic, treatment="adopt", actor=who, at=NOW),
        )
    services.topic_classify(topic=topic, treatment="adopt", actor=clerk, at=NOW)
    assert put(office, meeting, topic).treatment == "adopt"


@pytest.mark.clause("smx-meeting-organisation/4.8", "smx-executive-meeting/4.4.4")
def test_of_a_topic_to_be_adopted_nobody_reports_and_nobody_else_attends(office):
    topic = office.ready()
    services.topic_classify(topic=topic, treatment="adopt", actor=office.actor("mayor_office"), at=NOW)
    assert {how for _, how in attends(office.fresh(topic), at=NOW)} == {"stays_away"}


@pytest.mark.clause(
    "smx-meeting-organisation/5.7", "smx-executive-meeting/4.4.3", "smx-executive-meeting/4.4.2"
)
def test_units_that_asked_for_no_changes_may_stay_away_once_the_section_says_so(office):
    topic = office.propose()
    agreed = office.answer(topic, "zhujian")
    amended = office.answer(topic, "gongan", "amend", text="增加一条")
    office.review(office.submit(topic))
    services.topic_determine(topic=topic, opinion="", actor=office.actor("mayor"), at=NOW)
    office.papers(topic)
    clerk = office.actor("mayor_office")
    refused(Incomplete, lambda: services.unit_excuse(consultation=agreed, actor=clerk, at=NOW))
    services.topic_classify(topic=topic, treatment="decide", actor=clerk, at=NOW)

    def rows():
        return {body.code: how for body, how in attends(office.fresh(topic), at=NOW)}

    assert rows() == {"chengguan": "reports", "zhujian": "may_stay_away", "gongan": "attends"}
    refused(
        Incomplete,
        lambda: services.unit_excuse(consultation=amended, actor=clerk, at=NOW),
        "没有提出修改意见",
    )
    services.unit_excuse(consultation=agreed, actor=clerk, at=NOW)
    assert Consultation.objects.get(pk=agreed.pk).absent_confirmed and rows()["zhujian"] == "excused"


def test_a_lesser_meeting_cannot_decide_a_three_major_topic(office):
    topic = office.determined("coordination", "1", major=True)
    office.keep(topic)
    meeting = office.meeting("coordination", chair="vice_mayor")
    refused(
        Incomplete,
        lambda: services.item_add(
            meeting=meeting, topic=office.fresh(topic), actor=office.actor("section_clerk", "zonghe1"), at=NOW
        ),
        "三重一大",
    )


def test_a_topic_goes_to_the_kind_of_meeting_for_which_it_was_determined(office):
    meeting = office.meeting()
    topic = office.determined("mayor_office", "1")
    refused(Incomplete, lambda: put(office, meeting, topic), "市长办公会议")


@pytest.mark.clause("smx-meeting-organisation/4.6")
def test_a_report_takes_ten_minutes_or_says_why_more(office):
    topic, meeting = office.ready(), office.meeting()
    refused(
        Incomplete,
        lambda: put(office, meeting, topic, minutes=11),
        "10分钟",
        cite="smx-meeting-organisation/4.6",
    )
    assert put(office, meeting, topic, minutes=11, longer="涉及三个县区").longer


@pytest.mark.clause("smx-meeting-organisation/4.14", "smx-meeting-organisation/4.15")
def test_a_plan_has_topics_is_examined_by_the_secretary_general_and_fixed_by_the_mayor(office):
    meeting = office.meeting()
    services.plan_review(meeting=meeting, opinion="", actor=office.actor("secretary_general"), at=NOW)
    refused(
        Incomplete,
        lambda: services.plan_approve(meeting=meeting, actor=office.actor("mayor"), at=NOW),
        "议题安排",
        cite="smx-meeting-organisation/4.14",
    )
    put(office, meeting, office.ready())
    refused(
        NotAllowed,
        lambda: services.plan_approve(meeting=meeting, actor=office.actor("secretary_general"), at=NOW),
    )
    services.plan_approve(meeting=meeting, actor=office.actor("mayor"), at=NOW)


def test_the_agenda_is_locked_once_the_plan_is_fixed(office):
    first, second, third = office.ready(), office.ready(), office.ready()
    meeting = office.meeting()
    items = [put(office, meeting, one) for one in (first, second)]
    services.item_move(item=items[1], to=1, actor=office.actor("mayor_office"), at=NOW)
    assert list(meeting.items.values_list("topic_id", "position")) == [(second.pk, 1), (first.pk, 2)]
    settle(office, meeting)
    clerk = office.actor("mayor_office")
    for call in (
        lambda: put(office, meeting, third),
        lambda: services.item_move(item=items[1], to=2, actor=clerk, at=NOW),
    ):
        refused(WrongState, call)
    refused(
        NotAllowed,
        lambda: services.item_remove(item=items[0], reason="不议了", actor=clerk, at=NOW),
        "主持人",
    )
    services.item_remove(item=items[0], reason="情况有变", actor=office.actor("mayor"), at=NOW)
    assert office.state(first) == "determined" and meeting.items.count() == 1
    row = Material.objects.get(topic=first)
    assert not Obligation.objects.filter(
        matter_id=row.pk, rule="meetings.material_due", state="open"
    ).exists()


def test_a_topic_on_an_agenda_is_not_withdrawn_before_it_is_taken_off(office):
    topic, meeting = office.ready(), office.meeting()
    item = put(office, meeting, topic)
    refused(
        WrongState,
        lambda: services.topic_withdraw(topic=topic, reason="不议", actor=office.proposer(topic), at=NOW),
    )
    services.item_remove(item=item, reason="单位撤回", actor=office.actor("mayor_office"), at=NOW)
    services.topic_withdraw(topic=topic, reason="不议", actor=office.proposer(topic), at=NOW)


def test_topics_of_a_meeting_that_is_called_off_may_go_to_another(office):
    topic, meeting = office.ready(), office.meeting()
    put(office, meeting, topic)
    services.meeting_cancel(meeting=meeting, reason="市长出差", actor=office.actor("mayor_office"), at=NOW)
    assert office.state(topic) == "determined"
    put(office, office.meeting(), topic)


@pytest.mark.clause("smx-executive-meeting/4.5.6")
def test_a_late_motion_needs_the_chair_s_consent_before_the_meeting(office):
    late, meeting = office.ready(), office.meeting()
    put(office, meeting, office.ready())
    settle(office, meeting)
    own = {"meeting": meeting, "topic": late, "consent": "同意增列", "at": NOW}
    for who in (
        office.actor("mayor_office"),
        office.actor("executive_vice_mayor"),
        office.actor("secretary_general"),
    ):
        refused(
            NotAllowed,
            lambda who=who: services.item_admit(actor=who, **own),
            "主持人",
            cite="smx-executive-meeting/4.5.6",
        )
    refused(Incomplete, lambda: services.item_admit(actor=office.actor("mayor"), **own | {"consent": " "}))
    item = services.item_admit(actor=office.actor("mayor"), **own)
    fresh = office.fresh(late)
    assert item.position == 2 and fresh.adhoc and "同意增列" in fresh.chair_consent
    keep_in(fresh, chair_consent="")


def test_an_unconsented_late_motion_is_stopped_at_the_table(office):
    topic = office.ready()
    keep_in(topic, adhoc=True)
    refused(
        Incomplete,
        lambda: put(office, office.meeting(), topic),
        "主持人会前同意",
        cite="smx-executive-meeting/4.5.6",
    )


@pytest.mark.clause("smx-major-decisions/4.1.3.2")
def test_a_three_major_motion_is_refused_even_with_the_chair_s_consent_unless_it_is_urgent(office):
    late, meeting = office.ready(category="2", major=True), office.meeting()
    put(office, meeting, office.ready())
    settle(office, meeting)
    own = {
        "meeting": meeting,
        "topic": late,
        "consent": "同意增列",
        "actor": office.actor("mayor"),
        "at": NOW,
    }
    refused(Incomplete, lambda: services.item_admit(**own), "紧急事由", cite="smx-major-decisions/4.1.3.2")
    services.item_admit(urgent_reason="突发供水中断", **own)
    assert office.fresh(late).urgent_reason == "突发供水中断"


@pytest.mark.clause("smx-meeting-organisation/1.2", "smx-meeting-organisation/1.3", "smx-work-rules/55.p2")
def test_the_mayor_s_office_organises_the_great_meetings_sections_the_others(office):
    mayor = Person.objects.get(pk=office.actor("mayor").person_id)
    clerk = office.actor("section_clerk", "zonghe1")
    own = {"planned_at": WHEN, "place": "会议室", "chair": mayor, "at": NOW}
    for kind in ("plenary", "executive"):
        refused(NotAllowed, lambda kind=kind: services.meeting_plan(kind=kind, actor=clerk, **own), "市长办")
        assert (
            services.meeting_plan(kind=kind, actor=office.actor("mayor_office"), **own).organiser.code
            == "shizhangban"
        )
    for kind in ("mayor_office", "coordination"):
        assert services.meeting_plan(kind=kind, actor=clerk, **own).organiser.code == "zonghe1"
    refused(
        NotAllowed,
        lambda: services.meeting_plan(
            kind="mayor_office", actor=office.actor("unit_principal", "chengguan"), **own
        ),
    )


def test_a_commission_that_is_limited_to_another_kind_does_not_count(office):
    topic = office.review(office.submit(office.propose()))
    commission(office, when={"kind": ["plenary"]})
    refused(
        NotAllowed,
        lambda: services.topic_determine(
            topic=topic, opinion="", actor=office.actor("executive_vice_mayor"), at=NOW
        ),
    )


def test_a_file_that_is_none_is_not_taken(office):
    topic = office.propose()
    refused(
        Incomplete,
        lambda: services.topic_attach(
            topic=topic,
            file=BytesIO(PDF),
            name="稿.exe",
            purpose="文件待审稿",
            actor=office.proposer(topic),
            at=NOW,
        ),
    )
    refused(
        NotAllowed,
        lambda: services.topic_attach(
            topic=topic,
            file=BytesIO(PDF),
            name="稿.pdf",
            purpose="文件待审稿",
            actor=office.actor("unit_principal", "zhujian"),
            at=NOW,
        ),
    )


@pytest.mark.clause("smx-executive-meeting/5.2.3")
def test_nothing_is_added_once_the_meeting_is_under_way_not_even_by_the_chair(office):
    late, meeting = office.ready(), office.meeting()
    with door():
        meeting.matter.state = "in_session"
        meeting.matter.save()
    for call in (
        lambda: put(office, meeting, late),
        lambda: services.item_admit(
            meeting=meeting, topic=late, consent="同意", actor=office.actor("mayor"), at=NOW
        ),
    ):
        refused(WrongState, call, "会上不得另插议题", cite="smx-executive-meeting/5.2.3")


@pytest.mark.clause("smx-secretary-rules/1.1")
def test_the_secretary_general_and_the_deputies_prepare_and_organise_topics_papers_and_plans(office):
    topic = office.submit(office.propose())
    deputy, secretary = office.deputy(topic.body), office.actor("secretary_general")
    services.topic_pass(topic=topic, opinion="可以", actor=deputy, at=NOW)
    services.topic_pass(topic=topic, opinion="可以", kind="executive", actor=secretary, at=NOW)
    other = office.determined()
    row = office.keep(other)
    services.material_draft(material=row, report=REPORT, actor=office.proposer(other), at=NOW)
    services.material_submit(material=row, actor=office.proposer(other), at=NOW)
    refused(NotAllowed, lambda: services.material_pass(material=row, opinion="", actor=secretary, at=NOW))
    services.material_pass(material=row, opinion="", actor=deputy, at=NOW)
    services.plan_review(meeting=office.meeting(), opinion="", actor=secretary, at=NOW)
    lesser = office.meeting("coordination", chair="vice_mayor")
    refused(NotAllowed, lambda: services.plan_review(meeting=lesser, opinion="", actor=secretary, at=NOW))


@pytest.mark.clause("smx-major-decisions/4.1.4.1", "smx-major-decisions/4.1.4.2")
def test_notice_and_papers_go_out_before_the_meeting_and_a_working_day_ahead_for_three_major_topics(office):
    meeting, clerk = office.meeting(), office.actor("mayor_office")
    put(office, meeting, office.ready(category="2", major=True))
    settle(office, meeting)
    refused(WrongState, lambda: services.materials_deliver(meeting=meeting, actor=clerk, at=NOW))
    refused(WrongState, lambda: services.meeting_convene(meeting=meeting, actor=clerk, at=WHEN), "已过")
    services.meeting_convene(meeting=meeting, actor=clerk, at=NOW)
    meeting.refresh_from_db()
    assert papers_warning(meeting, at=NOW) == dt.date(2017, 10, 20)
    refused(WrongState, lambda: services.materials_deliver(meeting=meeting, actor=clerk, at=WHEN), "会前送达")
    services.materials_deliver(meeting=meeting, actor=clerk, at=WHEN - dt.timedelta(days=3))
    assert papers_warning(meeting, at=NOW) is None
    assert not meeting.attendees.filter(part="member", materials_at__isnull=True).exists()
    assert not meeting.attendees.filter(part="member", notified_at__isnull=True).exists()


@pytest.mark.clause("xiping-work-rules/42.3")
def test_the_county_office_organises_all_three_kinds(under, actor, bodies):
    under("xiping")
    county = Office(actor, bodies, at=LATER)
    mayor = Person.objects.get(pk=county.actor("mayor").person_id)
    own = {"planned_at": LATER + dt.timedelta(days=7), "place": "会议室", "chair": mayor, "at": LATER}
    for kind in ("plenary", "executive", "mayor_office"):
        for role, body in (("mayor_office", "shizhangban"), ("section_clerk", "zonghe1")):
            meeting = services.meeting_plan(kind=kind, actor=county.actor(role, body), **own)
            assert meeting.organiser.parent.code == "zhengfuban"
        refused(
            NotAllowed,
            lambda kind=kind: services.meeting_plan(
                kind=kind, actor=county.actor("unit_principal", "chengguan"), **own
            ),
        )


@pytest.mark.clause("smx-work-rules/54.3", "smx-work-rules/54.4", "smx-work-rules/52.0.3")
def test_the_mayor_s_office_meeting_has_no_fixed_members_and_no_fixed_days(office):
    meeting = office.meeting("mayor_office")
    assert [one.person_id for one in meeting.attendees.all()] == [meeting.chair_id]
    assert rules_sessions.known("meetings.frequency.mayor_office", NOW.date()) == {}
    observer = Person.objects.get(pk=office.actor("unit_principal", "gongan").person_id)
    great = office.meeting("plenary")
    if not great.attendees.filter(person=observer).exists():
        services.attendee_add(
            meeting=great, part="observer", person=observer, actor=office.actor("mayor_office"), at=NOW
        )
    assert great.attendees.filter(person=observer).exists()


@pytest.mark.clause("xiping-work-rules/41.3")
def test_the_county_head_s_office_meeting_is_held_as_needed(under, actor, bodies):
    under("xiping")
    county = Office(actor, bodies, at=LATER)
    assert rules_sessions.known("meetings.frequency.mayor_office", LATER.date()) == {}
    assert county.meeting("mayor_office").kind == "mayor_office"
