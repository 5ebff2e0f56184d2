"""Kinds of meeting and the categories of their topics."""

from __future__ import annotations

import pytest

from luoshi.ledger.errors import Incomplete, NotAllowed
from luoshi.meetings import rules_sessions, services
from luoshi.organisation.models import Body

from .office import NOW
from .topics import conclude, keep_in, office, refused

__all__ = ["office"]

pytestmark = pytest.mark.django_db

EXECUTIVE = [str(number) for number in range(1, 12)]


# -- kinds and categories


@pytest.mark.clause("smx-meeting-organisation/1.1", "smx-work-rules/51.1")
def test_there_are_four_kinds_of_meeting_and_the_office_s_own(office):
    options = rules_sessions.kinds(NOW.date()).options
    assert [one.label for one in options] == [
        "市政府全体会议", "市政府常务会议", "市长办公会议", "专题协调会议", "秘书长办公会议",
    ]  # fmt: skip
    refused(Incomplete, lambda: office.propose("party", "1"), "请选择提交哪一种会议")


@pytest.mark.clause(
    "smx-executive-meeting/2.1", "smx-executive-meeting/2.2", "smx-executive-meeting/2.3", "smx-executive-meeting/2.4",
    "smx-executive-meeting/2.5", "smx-executive-meeting/2.8", "smx-executive-meeting/2.9", "smx-executive-meeting/2.10",
    "smx-work-rules/53.1", "smx-work-rules/53.2", "smx-work-rules/53.3", "smx-work-rules/53.4", "smx-work-rules/53.5",
    "smx-work-rules/53.6", "smx-work-rules/53.8", "smx-work-rules/53.9", "smx-work-rules/53.10",
)  # fmt: skip
def test_a_topic_of_the_executive_meeting_is_of_one_of_its_eleven_categories(office):
    for category in EXECUTIVE:
        assert office.propose(category=category).category == category
    for category in ("", "0", "12"):
        said = refused(Incomplete, lambda category=category: office.propose(category=category), "议题范围")
        assert said.field == "category" and "smx-executive-meeting/2.1" in said.cite


@pytest.mark.clause(
    "smx-work-rules/52.1", "smx-work-rules/52.2", "smx-work-rules/52.3", "smx-work-rules/52.4"
)
def test_a_topic_of_the_plenary_is_of_one_of_its_four_categories(office):
    for category in ("1", "2", "3", "4"):
        assert office.propose("plenary", category).category == category
    refused(Incomplete, lambda: office.propose("plenary", "5"), "议题范围", cite="smx-work-rules/52.1")


@pytest.mark.clause("smx-work-rules/54.2")
def test_the_mayor_s_office_meeting_deals_with_daily_and_special_problems(office):
    assert {office.propose("mayor_office", one).category for one in ("1", "2")} == {"1", "2"}
    refused(Incomplete, lambda: office.propose("mayor_office", "3"), cite="smx-work-rules/54.2")


@pytest.mark.clause(
    "smx-secretary-rules/2.1.p1.2", "smx-secretary-rules/2.1.p1.3", "smx-secretary-rules/2.1.p1.4",
    "smx-secretary-rules/2.1.p1.5", "smx-secretary-rules/2.1.p1.6", "smx-secretary-rules/2.1.p4.1",
)  # fmt: skip
def test_members_of_the_secretary_general_s_meeting_put_topics_and_the_secretary_general_determines(office):
    deputy = office.actor("deputy_secretary_general")
    own = {"brief": "汇报督查工作", "points": ["研究安排"], "at": NOW}
    for category in ("1", "2", "3", "4", "5"):
        topic = services.topic_propose(
            title="督查工作", kind="secretary_office", category=category, body=deputy_body(deputy),
            actor=deputy, **own,
        )  # fmt: skip
    refused(
        Incomplete,
        lambda: services.topic_propose(
            title="督查工作",
            kind="secretary_office",
            category="6",
            body=deputy_body(deputy),
            actor=deputy,
            **own,
        ),
    )
    services.topic_submit(topic=topic, actor=deputy, at=NOW)
    topic = office.fresh(topic)
    assert topic.stop == "determine_secretary"
    refused(
        NotAllowed, lambda: services.topic_determine(topic=topic, opinion="", actor=deputy, at=NOW),
        "秘书长", cite="smx-secretary-rules/2.1.p4.1",
    )  # fmt: skip
    services.topic_determine(topic=topic, opinion="", actor=office.actor("secretary_general"), at=NOW)
    assert office.state(topic) == "determined"


def deputy_body(deputy):
    return Body.objects.get(pk=deputy.body_id)


@pytest.mark.clause("smx-secretary-rules/2.1.p4.1")
def test_others_put_nothing_to_the_secretary_general_s_meeting(office):
    topic = office.propose("secretary_office", "1")
    refused(Incomplete, lambda: office.submit(topic), "会议组成人员")


@pytest.mark.clause("smx-executive-meeting/2.11", "smx-work-rules/53.11")
def test_the_category_for_everything_else_needs_the_vice_mayor_s_reason(office):
    topic = office.submit(office.propose(category="11"))
    office.step(topic)
    office.step(topic)
    refused(Incomplete, lambda: office.step(topic), "列入“其他事项”的理由")
    office.step(topic, category_reason="涉及多个县区，范围内没有对应类别")
    assert office.fresh(topic).category_reason
    services.topic_determine(topic=topic, opinion="", actor=office.actor("mayor"), at=NOW)


@pytest.mark.clause("smx-executive-meeting/2.6")
def test_a_normative_document_goes_to_the_executive_meeting_and_nowhere_else(office):
    for kind, category in (("executive", "9"), ("mayor_office", "1"), ("plenary", "2")):
        topic = office.propose(kind, category, normative=True)
        refused(
            Incomplete, lambda topic=topic: office.submit(topic), "常务会议", cite="smx-executive-meeting/2.6"
        )
    office.submit(office.propose("executive", "6", normative=True))


@pytest.mark.clause("smx-executive-meeting/2.7", "smx-work-rules/53.7")
def test_the_plenary_s_topics_are_studied_by_the_executive_meeting_first(office):
    topic = office.review(office.submit(office.propose("plenary", "2")))
    refused(
        Incomplete, lambda: services.topic_determine(topic=topic, opinion="", actor=office.actor("mayor"), at=NOW),
        "常务会议的研究", cite="smx-executive-meeting/2.7",
    )  # fmt: skip
    other, studied = office.propose("executive", "9"), office.propose("executive", "7")
    for one in (other, studied):
        conclude(one)
        keep_in(topic, studied_in=one)
        if one is other:
            refused(
                Incomplete,
                lambda: services.topic_determine(
                    topic=topic, opinion="", actor=office.actor("mayor"), at=NOW
                ),
                "常务会议的研究",
            )
    services.topic_determine(topic=topic, opinion="", actor=office.actor("mayor"), at=NOW)
    assert office.state(topic) == "determined"
