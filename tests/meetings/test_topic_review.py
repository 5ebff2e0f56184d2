"""The way of review."""

from __future__ import annotations

import pytest

from luoshi.agenda.models import Leader
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Obligation
from luoshi.meetings import services

from .office import NOW
from .topics import commission, conclude, keep_in, office, refused

__all__ = ["office"]

pytestmark = pytest.mark.django_db

# -- the way of review


@pytest.mark.clause(
    "smx-meeting-organisation/2.1",
    "smx-executive-meeting/4.2.2",
    "smx-work-rules/55.p1.1",
    "smx-major-decisions/4.1.3.1",
)
def test_a_topic_is_reviewed_stop_by_stop_each_by_whom_it_belongs_to(office):
    topic = office.submit(office.propose())
    assert topic.stop == "check"
    body = topic.body
    wrong = {
        "check": office.actor("secretary_general"),
        "examine": office.deputy(body),
        "lead": office.actor("secretary_general"),
    }
    for stop in ("check", "examine", "lead"):
        fresh = office.fresh(topic)
        assert fresh.stop == stop
        refused(
            NotAllowed,
            lambda fresh=fresh, stop=stop: services.topic_pass(
                topic=fresh, opinion="同意", kind="executive", actor=wrong[stop], at=NOW
            ),
        )
        refused(
            WrongState,
            lambda fresh=fresh: services.topic_determine(
                topic=fresh, opinion="", actor=office.actor("mayor"), at=NOW
            ),
            "还没有审查完毕",
        )
        office.step(fresh)
    fresh = office.fresh(topic)
    assert fresh.stop == "determine"
    refused(
        WrongState,
        lambda: services.topic_pass(topic=fresh, opinion="同意", actor=office.actor("mayor"), at=NOW),
        "等待确定",
    )


def test_another_vice_mayor_does_not_review_what_is_not_theirs(office):
    topic = office.submit(office.propose())
    office.step(topic)
    office.step(topic)
    own = office.leader(topic.body)
    others = [
        office.as_person(one.person)
        for one in Leader.objects.filter(office="vice_mayor").exclude(person_id=own.person_id)
    ]
    assert others
    for other in others:
        refused(
            NotAllowed,
            lambda other=other: services.topic_pass(
                topic=topic, opinion="同意", kind="executive", actor=other, at=NOW
            ),
        )


@pytest.mark.clause("smx-meeting-organisation/2.2")
def test_an_examiner_says_to_which_kind_of_meeting_it_goes(office):
    topic = office.submit(office.propose())
    office.step(topic)
    refused(
        Incomplete, lambda: office.step(topic, kind=""), "哪一种会议", cite="smx-meeting-organisation/2.1"
    )
    refused(Incomplete, lambda: office.step(topic, kind="mayor_office"), "议题范围")
    office.step(topic, kind="mayor_office", category="2")
    fresh = office.fresh(topic)
    assert (fresh.kind, fresh.category, fresh.kind_opinion) == ("mayor_office", "2", "mayor_office")
    keep_in(fresh, stop="determine_office", kind_opinion="")
    refused(
        Incomplete,
        lambda: services.topic_determine(topic=fresh, opinion="", actor=office.leader(fresh.body), at=NOW),
        "具体意见",
        cite="smx-meeting-organisation/2.2",
    )


@pytest.mark.clause("smx-executive-meeting/4.5.5", "smx-executive-meeting/4.1")
def test_without_the_vice_mayor_s_consent_nothing_is_determined(office):
    topic = office.submit(office.propose())
    office.step(topic)
    office.step(topic)
    fresh = office.fresh(topic)
    keep_in(fresh, stop="determine")
    refused(
        Incomplete,
        lambda: services.topic_determine(topic=fresh, opinion="", actor=office.actor("mayor"), at=NOW),
        "分管副市长的意见",
        cite="smx-executive-meeting/4.5.5",
    )


@pytest.mark.clause("smx-meeting-organisation/2.3", "smx-executive-meeting/4.1")
def test_the_mayor_determines_topics_of_the_executive_meeting_others_by_written_commission_only(office):
    topic = office.review(office.submit(office.propose()))
    executive = office.actor("executive_vice_mayor")
    for who in (executive, office.leader(topic.body), office.actor("secretary_general")):
        refused(
            NotAllowed,
            lambda who=who: services.topic_determine(topic=topic, opinion="", actor=who, at=NOW),
            "市长",
            cite="smx-meeting-organisation/2.3",
        )
    commission(office, when={"kind": ["executive"]})
    services.topic_determine(topic=topic, opinion="同意", actor=executive, at=NOW)
    assert "委托书" in office.fresh(topic).commission


@pytest.mark.clause("smx-meeting-organisation/2.3")
def test_a_commission_does_not_reach_the_plenary(office):
    topic = office.review(office.submit(office.propose("plenary", "2")))
    studied = office.propose("executive", "7")
    conclude(studied)
    keep_in(topic, studied_in=studied)
    commission(office)
    refused(
        NotAllowed,
        lambda: services.topic_determine(
            topic=topic, opinion="", actor=office.actor("executive_vice_mayor"), at=NOW
        ),
        "市长",
    )
    services.topic_determine(topic=topic, opinion="", actor=office.actor("mayor"), at=NOW)


@pytest.mark.clause("smx-meeting-organisation/2.4", "smx-work-rules/55.p1.2")
@pytest.mark.parametrize(("kind", "category"), [("mayor_office", "2"), ("coordination", "1")])
def test_topics_of_the_lesser_meetings_are_determined_by_the_mayor_or_a_vice_mayor(office, kind, category):
    for who in ("mayor", "vice_mayor"):
        topic = office.review(office.submit(office.propose(kind, category)))
        refused(
            NotAllowed,
            lambda topic=topic: services.topic_determine(
                topic=topic, opinion="", actor=office.actor("secretary_general"), at=NOW
            ),
            cite="smx-meeting-organisation/2.4",
        )
        own = office.actor("mayor") if who == "mayor" else office.leader(topic.body)
        services.topic_determine(topic=topic, opinion="", actor=own, at=NOW)
        assert office.state(topic) == "determined"


@pytest.mark.clause("smx-work-rules/55.p1.2", "smx-meeting-organisation/2.3", "smx-major-decisions/4.1.3.1")
def test_a_three_major_topic_is_the_mayor_s_alone_while_the_mayor_is_there(office):
    for kind, category in (("executive", "2"), ("mayor_office", "2")):
        topic = office.review(office.submit(office.propose(kind, category, major=True)))
        commission(office)
        for who in (office.actor("executive_vice_mayor"), office.leader(topic.body)):
            refused(
                NotAllowed,
                lambda who=who, topic=topic: services.topic_determine(
                    topic=topic, opinion="", actor=who, at=NOW
                ),
                "三重一大",
                "市长",
            )
        services.topic_determine(topic=topic, opinion="", actor=office.actor("mayor"), at=NOW)


def test_while_the_mayor_is_away_a_commissioned_executive_vice_mayor_determines_three_major_topics(
    office, monkeypatch
):
    topic = office.review(office.submit(office.propose(category="2", major=True)))
    monkeypatch.setattr("luoshi.meetings.services.reviewing.head_away", lambda at: True)
    executive = office.actor("executive_vice_mayor")
    refused(NotAllowed, lambda: services.topic_determine(topic=topic, opinion="", actor=executive, at=NOW))
    commission(office)
    services.topic_determine(topic=topic, opinion="", actor=executive, at=NOW)
    assert office.fresh(topic).commission


def test_each_stop_stands_in_the_worklist_of_one_person(office):
    topic = office.submit(office.propose())

    def owed():
        return list(
            Obligation.objects.filter(matter_id=topic.pk, rule="meetings.topic_review_owed", state="open")
        )

    assert [one.person_id for one in owed()] == [office.deputy(topic.body).person_id]
    office.step(topic)
    assert [one.person_id for one in owed()] == [office.actor("secretary_general").person_id]
    office.review(topic)
    assert [one.person_id for one in owed()] == [office.actor("mayor").person_id]
    services.topic_determine(topic=topic, opinion="", actor=office.actor("mayor"), at=NOW)
    assert owed() == []


def test_a_topic_is_sent_back_changed_and_put_up_anew_from_the_start(office):
    topic = office.submit(office.propose())
    office.step(topic)
    services.topic_return(topic=topic, reason="请补充数据", actor=office.actor("secretary_general"), at=NOW)
    assert office.state(topic) == "returned"
    services.topic_edit(
        topic=topic, title="改过的议题", kind="executive", category="9", actor=office.proposer(topic), at=NOW
    )
    again = office.submit(office.fresh(topic))
    assert again.stop == "check" and office.fresh(topic).matter.facts["passed_check"] is False


def test_nobody_returns_or_excludes_what_does_not_stand_with_them(office):
    topic = office.submit(office.propose())
    for call in (
        lambda: services.topic_return(topic=topic, reason="不行", actor=office.actor("mayor"), at=NOW),
        lambda: services.topic_coordinate(
            topic=topic, opinion="再议", actor=office.leader(topic.body), at=NOW
        ),
        lambda: services.topic_exclude(
            topic=topic, ground="consult", reason="协商", actor=office.leader(topic.body), at=NOW
        ),
    ):
        refused(NotAllowed, call)


def test_a_topic_is_proposed_changed_and_withdrawn_by_its_own_unit_only(office):
    topic = office.propose()
    other = office.actor("unit_principal", "zhujian")
    refused(
        NotAllowed,
        lambda: services.topic_propose(
            title="别人的",
            kind="executive",
            category="1",
            body=office.bodies["chengguan"],
            actor=other,
            at=NOW,
        ),
        "其他单位",
    )
    for call in (
        lambda: services.topic_edit(
            topic=topic, title="改", kind="executive", category="1", actor=other, at=NOW
        ),
        lambda: services.topic_withdraw(topic=topic, reason="不提了", actor=other, at=NOW),
        lambda: services.consultation_ask(topic=topic, bodies=[office.bodies["gongan"]], actor=other, at=NOW),
        lambda: services.differences_set_out(
            topic=topic, proposal="甲", inclination="乙", actor=other, at=NOW
        ),
    ):
        refused(NotAllowed, call)
    row = services.consultation_ask(
        topic=topic, bodies=[office.bodies["zhujian"]], actor=office.proposer(topic), at=NOW
    )[0]
    services.topic_withdraw(topic=topic, reason="不提了", actor=office.proposer(topic), at=NOW)
    assert (office.state(topic), office.state(row)) == ("withdrawn", "cancelled")
