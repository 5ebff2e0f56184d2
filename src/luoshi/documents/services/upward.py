"""A paper goes to the legal office and to a meeting; what they find comes back to its page."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from luoshi.decisions import services as decisions
from luoshi.decisions.models import LegalityReview
from luoshi.documents import above
from luoshi.documents.models import Outgoing
from luoshi.documents.outgoing_policies import may_review, require
from luoshi.documents.services.outgoing import locked
from luoshi.documents.states.outgoing import OUTGOING
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import WrongState
from luoshi.meetings import hooks
from luoshi.meetings import services as meetings
from luoshi.meetings.hooks import Standing
from luoshi.meetings.models import Topic


@transaction.atomic
def legality_send(*, paper: Outgoing, actor: Actor, at: dt.datetime, materials: str = "") -> LegalityReview:
    """The section puts a normative draft before the legal office. Errors: NotAllowed, WrongState (not reviewed; running).

    Source: smx-document-flow/20.1.5
    """
    fresh, matter = locked(paper)
    require(may_review(actor, matter), "送合法性审查")
    if matter.state != "reviewed" or not fresh.normative:
        raise WrongState("只有初审通过的规范性文件送合法性审查", mend="请先完成初审")
    return decisions.legality_ask(matter=matter, actor=actor, at=at, materials=materials)


@transaction.atomic
def topic_send(*, paper: Outgoing, category: str, actor: Actor, at: dt.datetime, brief: str = "") -> Topic:
    """The section proposes a paper as a topic of the executive meeting. A normative one was reviewed for legality first.

    Errors: NotAllowed, Incomplete (category), WrongState (not reviewed; no legality review; proposed already).
    """
    fresh, matter = locked(paper)
    require(may_review(actor, matter), "提请常务会议审议")
    if matter.state != "reviewed":
        raise WrongState("初审通过的文稿才提请常务会议", mend="请先完成初审")
    if fresh.normative and "legality_passed" not in above.legal_needs(fresh, None, at=at):
        raise WrongState("规范性文件先经合法性审查，再提请常务会议", mend="请先送合法性审查")
    if Topic.objects.filter(source=matter).exclude(matter__state__in=("excluded", "withdrawn")).exists():
        raise WrongState("已经提请会议审议", mend="请在议题中查看")
    section = matter.body
    if section is None:
        raise WrongState("这件公文没有承办科室", mend="请联系秘书科")
    return meetings.topic_propose(
        title=matter.title,
        kind=above.EXECUTIVE[0],
        category=category,
        body=section,
        actor=actor,
        at=at,
        source=matter,
        facts={"normative": fresh.normative},
        brief=brief or fresh.purpose,
    )


def topic_standing(topic: Topic, *, at: dt.datetime) -> Standing:
    """What a paper that became a topic brings with it: whether it is normative, its draft, and that it was found lawful."""
    source = topic.source
    if source is None or source.kind != OUTGOING:
        return Standing()
    paper = Outgoing.objects.select_related("matter", "source").get(pk=source.pk)
    have = {"draft"} if paper.text else set()
    if "legality_passed" in above.legal_needs(paper, None, at=at):
        have.add("legality")
    return Standing({"normative": True} if paper.normative else {}, frozenset(have))


def register_topics() -> None:
    """Tell meetings; called once, when the app starts."""
    hooks.topic_facts(topic_standing)
