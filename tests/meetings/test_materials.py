"""Papers of a topic: kept, asked for, checked, approved, in one format and in time."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Obligation
from luoshi.meetings import services
from luoshi.meetings.models import Material
from luoshi.meetings.papers_topics import material_docx, material_paper
from luoshi.meetings.selectors.ready import count
from luoshi.meetings.services.materials import due_before, report_length

from .office import NOW, REPORT, SHANGHAI, WHEN, Office
from .topics import put, refused, settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(actor, bodies):
    return Office(actor, bodies)


@pytest.mark.clause(
    "smx-meeting-organisation/4.1", "smx-meeting-organisation/4.2", "smx-executive-meeting/4.2.1"
)
def test_the_mayor_s_office_keeps_a_determined_topic_and_asks_for_papers_and_a_list(office):
    topic = office.determined()
    refused(
        NotAllowed,
        lambda: services.topic_keep(topic=topic, actor=office.actor("section_clerk", "zonghe1"), at=NOW),
        "市长办",
        cite="smx-executive-meeting/4.2.1",
    )
    row = services.topic_keep(topic=topic, actor=office.actor("mayor_office"), at=NOW)
    owed = Obligation.objects.get(matter_id=row.pk, rule="meetings.material_owed", state="open")
    assert owed.body_id == topic.body_id
    refused(WrongState, lambda: services.topic_keep(topic=topic, actor=office.actor("mayor_office"), at=NOW))
    meeting = office.meeting()
    services.topic_classify(topic=topic, treatment="decide", actor=office.actor("mayor_office"), at=NOW)
    said = refused(Incomplete, lambda: put(office, meeting, topic), "参会单位建议名单", "会议材料已经审定")
    assert {"smx-meeting-organisation/4.2", "smx-meeting-organisation/4.10"} <= set(said.cite)


def test_a_topic_that_is_not_determined_or_not_kept_is_not_put_on(office):
    meeting = office.meeting()
    for topic, words in ((office.propose(), "议题已经确定"), (office.determined(), "收存")):
        refused(Incomplete, lambda topic=topic: put(office, meeting, topic), words)


@pytest.mark.clause("smx-executive-meeting/5.1.1")
def test_a_report_holds_five_parts(office):
    row = office.keep(office.determined())
    own = {"material": row, "actor": office.proposer(row.topic), "at": NOW}
    for key in REPORT:
        services.material_draft(report=REPORT | {key: " "}, **own)
        refused(Incomplete, lambda: services.material_submit(**own), "汇报材料各项内容")
    services.material_draft(report=REPORT, **own)
    services.material_submit(**own)


@pytest.mark.clause("smx-meeting-organisation/4.5", "smx-executive-meeting/5.1.2")
def test_lengths_count_characters_with_punctuation_and_without_white_space(office):
    assert count("一二，\n 三。") == 5
    row = office.keep(office.determined())
    own = {"material": row, "actor": office.proposer(row.topic), "at": NOW}
    just = REPORT | {"present": "字" * (1500 - sum(count(v) for k, v in REPORT.items() if k != "present"))}
    services.material_draft(report=just, explanation="字 " * 1501, **own)
    assert report_length(Material.objects.get(pk=row.pk)) == 1500
    said = refused(Incomplete, lambda: services.material_submit(**own), "起草说明不超过规定字数")
    assert "汇报材料" not in said.message.partition("还缺")[2]
    services.material_draft(
        report=just | {"problems": just["problems"] + "多"}, explanation="字 " * 1500, **own
    )
    refused(Incomplete, lambda: services.material_submit(**own), "汇报材料不超过规定字数", "理由")
    services.material_draft(
        report=just | {"problems": just["problems"] + "多"},
        explanation="字 " * 1500,
        longer="情况复杂",
        **own,
    )
    services.material_submit(**own)


def test_the_length_of_an_explanation_binds_no_other_meeting_and_no_other_class(office):
    for kind, category, treatment in (("mayor_office", "2", ""), ("executive", "9", "adopt")):
        topic = office.determined(kind, category)
        row = office.keep(topic)
        if treatment:
            services.topic_classify(
                topic=topic, treatment=treatment, actor=office.actor("mayor_office"), at=NOW
            )
        own = {"material": row, "actor": office.proposer(topic), "at": NOW}
        services.material_draft(report=REPORT, explanation="字" * 1501, **own)
        services.material_submit(**own)


@pytest.mark.clause("smx-meeting-organisation/4.4", "smx-meeting-organisation/4.10")
def test_papers_of_the_executive_meeting_are_checked_by_the_deputy_and_approved_by_the_vice_mayor(office):
    topic = office.determined()
    row, meeting = office.keep(topic), office.meeting()
    services.topic_classify(topic=topic, treatment="decide", actor=office.actor("mayor_office"), at=NOW)
    services.material_draft(material=row, report=REPORT, actor=office.proposer(topic), at=NOW)
    refused(
        Incomplete,
        lambda: put(office, meeting, topic),
        "会议材料已经审定",
        cite="smx-meeting-organisation/4.10",
    )
    services.material_submit(material=row, actor=office.proposer(topic), at=NOW)
    deputy, leader = office.deputy(topic.body), office.leader(topic.body)
    refused(NotAllowed, lambda: services.material_pass(material=row, opinion="", actor=leader, at=NOW))
    services.material_pass(material=row, opinion="", actor=deputy, at=NOW)
    refused(Incomplete, lambda: put(office, meeting, topic), "会议材料已经审定")
    refused(NotAllowed, lambda: services.material_pass(material=row, opinion="", actor=deputy, at=NOW))
    services.material_pass(material=row, opinion="", actor=leader, at=NOW)
    put(office, meeting, topic)


@pytest.mark.clause("smx-meeting-organisation/4.9", "smx-meeting-organisation/4.10")
@pytest.mark.parametrize(("kind", "category"), [("mayor_office", "2"), ("coordination", "1")])
def test_papers_of_the_lesser_meetings_are_checked_by_a_section_and_approved_by_the_deputy(
    office, kind, category
):
    topic = office.determined(kind, category)
    row = office.keep(topic)
    services.material_draft(material=row, report=REPORT, actor=office.proposer(topic), at=NOW)
    services.material_submit(material=row, actor=office.proposer(topic), at=NOW)
    deputy, section = office.deputy(topic.body), office.actor("section_clerk", "zonghe1")
    refused(NotAllowed, lambda: services.material_pass(material=row, opinion="", actor=deputy, at=NOW))
    services.material_pass(material=row, opinion="", actor=section, at=NOW)
    refused(NotAllowed, lambda: services.material_pass(material=row, opinion="", actor=section, at=NOW))
    meeting = office.meeting(kind, chair="mayor")
    own = {"meeting": meeting, "topic": office.fresh(topic), "actor": section, "at": NOW}
    refused(Incomplete, lambda: services.item_add(**own), cite="smx-meeting-organisation/4.10")
    services.material_pass(material=row, opinion="", actor=deputy, at=NOW)
    services.item_add(**own | {"topic": office.fresh(topic)})


def test_papers_are_changed_only_before_they_are_sent_or_after_they_came_back(office):
    topic = office.determined()
    row = office.papers(topic)
    own = {"material": row, "actor": office.proposer(topic), "at": NOW}
    refused(WrongState, lambda: services.material_draft(report=REPORT, **own))
    refused(
        NotAllowed,
        lambda: services.material_return(material=row, reason="改", actor=office.proposer(topic), at=NOW),
    )
    services.material_return(material=row, reason="数据有误", actor=office.leader(topic.body), at=NOW)
    assert Material.objects.get(pk=row.pk).approved_at is None
    services.material_draft(report=REPORT, **own)
    refused(
        NotAllowed,
        lambda: services.material_draft(
            material=row, report=REPORT, actor=office.actor("unit_principal", "zhujian"), at=NOW
        ),
    )


@pytest.mark.clause("smx-executive-meeting/5.1.5")
def test_papers_of_wide_bearing_go_to_leaders_ahead_of_the_others(office):
    topic = office.determined()
    row = office.papers(topic, complex=True)
    services.topic_classify(topic=topic, treatment="decide", actor=office.actor("mayor_office"), at=NOW)
    meeting = office.meeting()
    refused(Incomplete, lambda: put(office, meeting, topic), "提前送", cite="smx-executive-meeting/5.1.5")
    refused(
        WrongState,
        lambda: services.material_read(material=row, opinion="补充", actor=office.actor("mayor"), at=NOW),
    )
    services.material_advance(material=row, to="市长、分管副市长", actor=office.actor("mayor_office"), at=NOW)
    services.material_read(material=row, opinion="建议补充资金来源", actor=office.actor("mayor"), at=NOW)
    assert "资金来源" in Material.objects.get(pk=row.pk).advance_opinion
    put(office, meeting, topic)


@pytest.mark.clause("smx-meeting-organisation/4.12", "smx-executive-meeting/5.1.4")
def test_papers_come_a_working_day_before_later_ones_with_a_reason(office):
    assert due_before(WHEN, day=NOW.date()) == dt.datetime(2017, 10, 20, 18, 0, tzinfo=SHANGHAI)
    topic, meeting = office.ready(), office.meeting()
    put(office, meeting, topic)
    settle(office, meeting)
    row = Material.objects.get(topic=topic)
    owed = Obligation.objects.get(matter_id=row.pk, rule="meetings.material_due", state="open")
    due = owed.due_at
    assert due == dt.datetime(2017, 10, 20, 18, 0, tzinfo=SHANGHAI)
    clerk = office.actor("mayor_office")
    refused(
        NotAllowed,
        lambda: services.material_deliver(
            material=row, late="", actor=office.actor("section_clerk", "zonghe1"), at=due
        ),
        "市长办",
    )
    refused(
        Incomplete,
        lambda: services.material_deliver(
            material=row, late="", actor=clerk, at=due + dt.timedelta(minutes=1)
        ),
        "逾期理由",
        cite="smx-meeting-organisation/4.12",
    )
    services.material_deliver(material=row, late="", actor=clerk, at=due)
    assert Obligation.objects.get(pk=owed.pk).state == "met"


def test_late_papers_are_taken_with_their_reason(office):
    topic, meeting = office.ready(), office.meeting()
    put(office, meeting, topic)
    settle(office, meeting)
    row = Material.objects.get(topic=topic)
    late = WHEN - dt.timedelta(hours=1)
    services.material_deliver(material=row, late="印刷故障", actor=office.actor("mayor_office"), at=late)
    assert Material.objects.get(pk=row.pk).late == "印刷故障"


@pytest.mark.clause("smx-meeting-organisation/4.11")
def test_papers_come_in_one_format_whoever_writes_them(office):
    row = office.papers(office.determined())
    paper = material_paper(row, at=NOW)
    assert paper.subtitle == "市政府常务会议汇报材料"
    headings = [block.text for block in paper.blocks if type(block).__name__ == "Heading"]
    assert headings == [
        "一、事项现状",
        "二、存在问题",
        "三、拟采取的主要措施",
        "四、提请解决的问题",
        "五、有关意见建议",
        "六、需议定事项",
    ]
    assert material_docx(row, at=NOW)[:2] == b"PK"
