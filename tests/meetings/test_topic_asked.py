"""What is asked before a topic goes up."""

from __future__ import annotations

import pytest

from luoshi.ledger.errors import Incomplete, NotAllowed
from luoshi.ledger.models import Obligation
from luoshi.meetings import services

from .office import NOW
from .topics import office, refused

__all__ = ["office"]

pytestmark = pytest.mark.django_db

# -- what is asked before


@pytest.mark.clause(
    "smx-meeting-organisation/3.1", "smx-executive-meeting/4.3.1", "smx-meeting-organisation/4.3"
)
def test_a_topic_says_what_was_studied_and_item_by_item_what_is_to_be_decided(office):
    refused(
        Incomplete,
        lambda: office.submit(office.propose(research="")),
        "调查研究",
        cite="smx-meeting-organisation/3.1",
    )
    refused(
        Incomplete,
        lambda: office.submit(office.propose(points=[" "])),
        "需议定事项",
        cite="smx-meeting-organisation/4.3",
    )


@pytest.mark.clause("smx-meeting-organisation/3.2", "smx-executive-meeting/4.3.2")
def test_whoever_is_concerned_is_consulted_and_answers_before_the_topic_goes_up(office):
    topic = office.propose()
    services.consultation_ask(
        topic=topic,
        bodies=[office.bodies["zhujian"], office.bodies["hubin"]],
        actor=office.proposer(topic),
        at=NOW,
    )
    refused(Incomplete, lambda: office.submit(topic), "会签意见", cite="smx-meeting-organisation/3.2")
    office.answer(topic, "zhujian")
    refused(Incomplete, lambda: office.submit(topic), "会签意见")
    office.answer(topic, "hubin")
    assert office.submit(topic).stop == "check"


@pytest.mark.clause("smx-executive-meeting/4.3.2")
@pytest.mark.parametrize(
    "subject", ["investment", "finance", "credit", "exchange", "bodies", "posts", "reform"]
)
def test_in_seven_fields_consultation_is_asked_for_even_where_nobody_was_named(office, subject):
    topic = office.propose(subject=subject)
    refused(Incomplete, lambda: office.submit(topic), "协商", cite="smx-executive-meeting/4.3.2")
    office.answer(topic)
    office.submit(topic)


@pytest.mark.clause("smx-meeting-organisation/3.3")
def test_a_countersignature_is_the_principal_leader_s_and_carries_the_seal(office):
    topic = office.propose()
    row = services.consultation_ask(
        topic=topic, bodies=[office.bodies["gongan"]], actor=office.proposer(topic), at=NOW
    )[0]
    given = {"consultation": row, "reply": "agree", "at": NOW}
    for role in ("liaison", "unit_leader"):
        refused(
            NotAllowed,
            lambda role=role: services.consultation_answer(
                sealed=True, actor=office.actor(role, "gongan"), **given
            ),
            "主要负责人",
            cite="smx-meeting-organisation/3.3",
        )
    refused(
        NotAllowed,
        lambda: services.consultation_answer(
            sealed=True, actor=office.actor("unit_principal", "zhujian"), **given
        ),
    )
    own = office.actor("unit_principal", "gongan")
    refused(
        Incomplete,
        lambda: services.consultation_answer(sealed=False, actor=own, **given),
        "公章",
        cite="smx-meeting-organisation/3.3",
    )
    refused(Incomplete, lambda: office.submit(topic), "会签意见")
    services.consultation_answer(sealed=True, actor=own, **given)
    office.submit(topic)


@pytest.mark.clause(
    "smx-executive-meeting/4.5.4", "smx-meeting-organisation/3.4", "smx-executive-meeting/4.3.3"
)
def test_what_units_differ_on_is_talked_over_and_set_out_or_it_does_not_go_up(office):
    topic = office.propose()
    row = office.answer(topic, reply="disagree", grounds="资金没有落实")
    topic = office.fresh(topic)
    assert topic.disagreement == "some"
    said = refused(
        Incomplete, lambda: office.submit(topic), "协商和充分讨论", "各方理据", "建设性意见", "倾向性意见"
    )
    assert {
        "smx-executive-meeting/4.5.4",
        "smx-meeting-organisation/3.4",
        "smx-executive-meeting/4.3.3",
    } <= set(said.cite)
    services.consultation_discuss(
        consultation=row, discussed="两次会商未达成一致", own_grounds="上级已下达资金", again=False,
        actor=office.proposer(topic), at=NOW,
    )  # fmt: skip
    refused(Incomplete, lambda: office.submit(topic), "建设性意见", "倾向性意见")
    services.differences_set_out(
        topic=topic, proposal="分两年实施", inclination="同意实施", actor=office.proposer(topic), at=NOW
    )
    assert office.submit(office.fresh(topic)).stop == "check"


def test_a_unit_that_was_won_over_countersigns_again_and_nothing_differs_any_more(office):
    topic = office.propose()
    row = office.answer(topic, reply="disagree", grounds="资金没有落实")
    services.consultation_discuss(
        consultation=row,
        discussed="已会商",
        own_grounds="有资金",
        again=True,
        actor=office.proposer(topic),
        at=NOW,
    )
    refused(Incomplete, lambda: office.submit(office.fresh(topic)), "会签意见")
    office.answer(topic)
    assert office.fresh(topic).disagreement == "none"
    office.submit(office.fresh(topic))


@pytest.mark.clause("smx-major-decisions/4.1.2.4")
def test_a_three_major_topic_with_a_large_difference_goes_back_to_be_settled(office):
    topic = office.propose(category="2", major=True)
    row = office.answer(topic, reply="disagree", grounds="不宜实施")
    services.consultation_discuss(
        consultation=row,
        discussed="已会商",
        own_grounds="应当实施",
        again=False,
        actor=office.proposer(topic),
        at=NOW,
    )
    services.differences_set_out(
        topic=topic, proposal="甲", inclination="乙", actor=office.proposer(topic), at=NOW
    )
    office.submit(office.fresh(topic))
    office.review(topic, disagreement="large")
    mayor = office.actor("mayor")
    refused(
        Incomplete, lambda: services.topic_determine(topic=topic, opinion="", actor=mayor, at=NOW), "较大分歧"
    )
    services.topic_coordinate(topic=topic, opinion="请分管副市长协调", actor=mayor, at=NOW)
    assert office.state(topic) == "coordinating"
    owed = Obligation.objects.get(matter_id=topic.pk, rule="meetings.coordination_owed", state="open")
    assert owed.person_id == office.leader(topic.body).person_id
    refused(
        Incomplete, lambda: office.submit(office.fresh(topic)), "较大分歧", cite="smx-major-decisions/4.1.2.4"
    )
    refused(
        NotAllowed,
        lambda: services.differences_settle(
            topic=topic,
            disagreement="some",
            opinion="已协调",
            actor=office.actor("secretary_general"),
            at=NOW,
        ),
    )
    refused(
        Incomplete,
        lambda: services.differences_settle(
            topic=topic, disagreement="large", opinion="已协调", actor=mayor, at=NOW
        ),
    )
    services.differences_settle(
        topic=topic, disagreement="some", opinion="分歧缩小", actor=office.leader(topic.body), at=NOW
    )
    office.submit(office.fresh(topic))
    office.review(topic)
    services.topic_determine(topic=topic, opinion="", actor=mayor, at=NOW)


def test_another_topic_may_go_up_with_a_large_difference_that_is_set_out(office):
    topic = office.propose()
    row = office.answer(topic, reply="disagree", grounds="不宜")
    services.consultation_discuss(
        consultation=row,
        discussed="已会商",
        own_grounds="应当",
        again=False,
        actor=office.proposer(topic),
        at=NOW,
    )
    services.differences_set_out(
        topic=topic, proposal="甲", inclination="乙", actor=office.proposer(topic), at=NOW
    )
    office.submit(office.fresh(topic))
    office.review(topic, disagreement="large")
    services.topic_determine(topic=topic, opinion="", actor=office.actor("mayor"), at=NOW)


@pytest.mark.clause("smx-meeting-organisation/3.5", "smx-executive-meeting/4.3.4")
def test_a_major_scheme_stands_beside_at_least_one_other_each_with_its_pros_and_cons(office):
    topic = office.propose(scheme=True)
    refused(Incomplete, lambda: office.submit(topic), "两个比较方案", cite="smx-meeting-organisation/3.5")
    one = {"title": "方案一", "text": "全部更换", "advantages": "彻底", "drawbacks": "费用高"}
    two = {"title": "方案二", "text": "分段更换", "advantages": "省钱", "drawbacks": ""}
    own = {"actor": office.proposer(topic), "at": NOW}
    services.schemes_set(topic=topic, schemes=[one], **own)
    refused(Incomplete, lambda: office.submit(topic), "两个比较方案")
    services.schemes_set(topic=topic, schemes=[one, two], **own)
    refused(Incomplete, lambda: office.submit(topic), "利弊分析", cite="smx-executive-meeting/4.3.4")
    services.schemes_set(topic=topic, schemes=[one, two | {"drawbacks": "工期长"}], **own)
    office.submit(topic)
