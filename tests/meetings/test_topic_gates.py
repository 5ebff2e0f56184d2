"""What is left out, what upper functions know, and the county."""

from __future__ import annotations

import pytest

from luoshi.ledger.errors import Incomplete, NotAllowed
from luoshi.meetings import hooks, rules_sessions, services
from luoshi.meetings.hooks import Standing
from luoshi.meetings.models import Topic

from .office import LATER, NOW, Office
from .topics import conclude, office, refused

__all__ = ["office"]

pytestmark = pytest.mark.django_db


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
