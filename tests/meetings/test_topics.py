"""Topics on their way to a meeting, and every way that is closed to them."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.agenda import services as agenda
from luoshi.agenda.models import Leader
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Obligation, door
from luoshi.meetings import hooks, rules_sessions, services
from luoshi.meetings.hooks import Standing
from luoshi.meetings.models import Topic
from luoshi.organisation.models import Body, Person

from .office import LATER, NOW, Office

pytestmark = pytest.mark.django_db
EXECUTIVE = [str(number) for number in range(1, 12)]


@pytest.fixture
def office(actor, bodies):
    return Office(actor, bodies)


@pytest.fixture
def xiping(under, actor, bodies):
    under("xiping")
    return Office(actor, bodies, at=LATER)


@pytest.fixture
def marks(monkeypatch):
    """marks(facts={"major": True}): an upper function knows this of every topic."""
    monkeypatch.setattr(hooks, "_facts", [])

    def know(have=(), **facts):
        hooks.topic_facts(lambda topic, *, at: Standing(facts, frozenset(have)))

    return know


def commission(office, *, to="executive_vice_mayor", when=None, rule="meetings.determine"):
    """The mayor's written commission."""
    day = office.at.date()
    mayor = Leader.objects.get(person_id=office.actor("mayor").person_id)
    return agenda.delegation_add(
        kind="commission", by=mayor, to=Person.objects.get(pk=office.actor(to).person_id),
        scope="确定常务会议议题", rule=rule, when=when or {}, powers=["convene"], since=day, until=day + dt.timedelta(days=9),
        document="委托书〔2017〕1号", actor=SYSTEM, at=office.at,
    )  # fmt: skip


def refused(kind, call, *words, cite=""):
    with pytest.raises(kind) as said:
        call()
    for word in words:
        assert word in str(said.value)
    if cite:
        assert cite in said.value.cite
    return said.value


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


def conclude(topic):
    with door():
        topic.matter.state = "concluded"
        topic.matter.save()


def keep_in(topic, **values):
    with door():
        for key, value in values.items():
            setattr(topic, key, value)
        topic.save()


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


# -- what is left out


@pytest.mark.clause(
    "smx-executive-meeting/4.5.1", "smx-executive-meeting/4.5.2", "smx-executive-meeting/4.5.3"
)
@pytest.mark.parametrize("ground", ["own_power", "consult", "leaders", "undiscussed", "unconsented", "adhoc"])
def test_a_topic_is_left_out_on_one_of_six_grounds_with_a_reason_and_the_way_that_is_open(office, ground):
    topic = office.submit(office.propose())
    clerk = office.actor("mayor_office")
    refused(
        Incomplete,
        lambda: services.topic_exclude(topic=topic, ground=ground, reason=" ", actor=clerk, at=NOW),
        "理由",
    )
    refused(
        Incomplete,
        lambda: services.topic_exclude(topic=topic, ground="other", reason="不行", actor=clerk, at=NOW),
        "情形",
    )
    services.topic_exclude(topic=topic, ground=ground, reason="属部门职权", actor=clerk, at=NOW)
    event = topic.matter.events.order_by("-seq").first()
    assert office.state(topic) == "excluded" and event.data["advice"] and event.data["document"]


def test_what_an_upper_function_knows_of_a_topic_counts(office, marks):
    marks(major=True)
    topic = office.review(office.submit(office.propose("coordination", "1")))
    refused(
        NotAllowed,
        lambda: services.topic_determine(topic=topic, opinion="", actor=office.leader(topic.body), at=NOW),
        "三重一大",
    )


def test_a_mark_that_came_with_a_topic_is_not_taken_away(office):
    topic = office.propose(facts={"major": True})
    services.topic_edit(
        topic=topic,
        title="改名",
        kind="executive",
        category="9",
        major=False,
        actor=office.proposer(topic),
        at=NOW,
    )
    assert office.fresh(topic).major


# -- the county


@pytest.mark.clause("xiping-work-rules/38", "xiping-work-rules/39.3", "xiping-work-rules/41.2")
def test_the_county_has_three_kinds_each_with_its_own_categories(xiping):
    day = LATER.date()
    assert rules_sessions.kinds(day).values == ("plenary", "executive", "mayor_office")
    counts = {
        kind: len(rules_sessions.choice(f"meetings.category_{kind}", day).values)
        for kind in rules_sessions.kinds(day).values
    }
    assert counts == {"plenary": 2, "executive": 10, "mayor_office": 4}
    refused(Incomplete, lambda: xiping.propose("coordination", "1"), "请选择")
    refused(Incomplete, lambda: xiping.propose("plenary", "3"), cite="xiping-work-rules/39.3")
    refused(Incomplete, lambda: xiping.propose("mayor_office", "5"), cite="xiping-work-rules/41.2")


@pytest.mark.clause(
    "xiping-work-rules/40.2.1", "xiping-work-rules/40.2.2", "xiping-work-rules/40.2.3", "xiping-work-rules/40.2.4",
    "xiping-work-rules/40.2.6", "xiping-work-rules/40.2.7", "xiping-work-rules/40.2.8",
)  # fmt: skip
def test_the_county_s_executive_meeting_has_its_own_list(xiping):
    for category in ("1", "2", "3", "4", "6", "7", "8"):
        xiping.submit(xiping.propose(category=category))
    refused(Incomplete, lambda: xiping.propose(category="11"), cite="xiping-work-rules/40.2.1")


@pytest.mark.clause("xiping-work-rules/40.2.5")
def test_the_county_makes_no_rules_and_is_pointed_to_normative_documents(xiping):
    topic = xiping.propose(category="5")
    refused(Incomplete, lambda: xiping.submit(topic), "规范性文件", cite="xiping-work-rules/40.2.5")


@pytest.mark.clause("xiping-work-rules/40.2.9")
def test_what_the_county_head_s_office_meeting_studied_names_that_topic(xiping):
    topic = xiping.propose(category="9")
    refused(Incomplete, lambda: xiping.submit(topic), "县长办公会议的研究")
    before = xiping.propose("mayor_office", "3")
    conclude(before)
    services.topic_edit(
        topic=topic,
        title="提请审定",
        kind="executive",
        category="9",
        studied_in=before,
        actor=xiping.proposer(topic),
        at=LATER,
    )
    xiping.submit(xiping.fresh(topic))


@pytest.mark.clause("xiping-work-rules/40.2.10")
def test_other_important_topics_are_the_county_head_s_to_name(xiping):
    topic = xiping.review(xiping.submit(xiping.propose(category="10")))
    own = {"topic": topic, "actor": xiping.actor("mayor"), "at": LATER}
    refused(Incomplete, lambda: services.topic_determine(opinion="听取汇报", **own), "其他事项")
    services.topic_determine(opinion="听取汇报", category_reason="县长确定列入", **own)
    assert xiping.fresh(topic).category_reason == "县长确定列入"


@pytest.mark.clause("xiping-work-rules/42.1", "xiping-work-rules/42.2")
@pytest.mark.parametrize(("kind", "category"), [("executive", "4"), ("mayor_office", "4"), ("plenary", "1")])
def test_the_county_s_way_leads_by_deputy_and_vice_head_to_the_head_who_hears_the_report(
    xiping, kind, category
):
    topic = xiping.submit(xiping.propose(kind, category))
    assert topic.stop == "check"
    xiping.step(topic)
    assert xiping.fresh(topic).stop == "lead"
    xiping.step(topic)
    topic = xiping.fresh(topic)
    assert topic.stop == "determine"
    for who in (xiping.leader(topic.body), xiping.actor("secretary_general")):
        refused(
            NotAllowed,
            lambda who=who: services.topic_determine(topic=topic, opinion="同意", actor=who, at=LATER),
            "县长",
        )
    refused(
        Incomplete,
        lambda: services.topic_determine(topic=topic, opinion="", actor=xiping.actor("mayor"), at=LATER),
        "意见",
    )
    services.topic_determine(
        topic=topic, opinion="听取副县长汇报，同意", actor=xiping.actor("mayor"), at=LATER
    )
    assert xiping.state(topic) == "determined"


@pytest.mark.clause("xiping-work-rules/28.1")
def test_the_proposer_says_who_of_the_public_is_invited_and_why(xiping):
    topic = xiping.propose(public_attendees="邀请公交乘客代表两名：涉及线路调整")
    assert "乘客代表" in xiping.fresh(topic).public_attendees


def test_the_county_s_normative_document_finds_no_table_without_its_legality_review(xiping):
    topic = xiping.review(xiping.submit(xiping.propose(category="6", normative=True)))
    services.topic_determine(topic=topic, opinion="同意", actor=xiping.actor("mayor"), at=LATER)
    meeting = xiping.meeting()
    refused(
        Incomplete,
        lambda: services.item_add(
            meeting=meeting, topic=xiping.fresh(topic), actor=xiping.actor("mayor_office"), at=LATER
        ),
        "合法性审查意见",
    )


def test_every_topic_model_row_has_its_matter(office):
    topic = office.propose()
    assert Topic.objects.get(pk=topic.pk).matter_id == topic.pk and str(topic) == "关于供水管网的议题"


RESERVED = [
    "plan", "budget", "policy", "livelihood", "stability", "funds", "works", "projects", "society", "normative",
]  # fmt: skip


@pytest.mark.clause("smx-work-rules/18.1")
@pytest.mark.parametrize("matter", RESERVED)
def test_ten_matters_are_for_the_plenary_or_the_executive_meeting(office, matter):
    assert list(rules_sessions.choice("meetings.reserved", NOW.date()).values) == RESERVED
    for kind, category in (("mayor_office", "2"), ("coordination", "1")):
        topic = office.propose(kind, category, reserved=matter)
        refused(
            Incomplete,
            lambda topic=topic: office.submit(topic),
            "全体会议或常务会议",
            cite="smx-work-rules/18.1",
        )
    office.submit(office.propose("executive", "5", reserved=matter))
    office.submit(office.propose("plenary", "2", reserved=matter))


def test_a_reviewer_cannot_send_such_a_matter_to_a_lesser_meeting(office):
    topic = office.submit(office.propose(reserved="funds"))
    office.step(topic)
    office.step(topic)
    office.step(topic, kind="mayor_office", category="2")
    fresh = office.fresh(topic)
    refused(
        Incomplete,
        lambda: services.topic_determine(topic=fresh, opinion="", actor=office.leader(fresh.body), at=NOW),
        "全体会议或常务会议",
    )
