"""A settled matter becomes a topic of a meeting, and its conclusion the result of the agenda's item."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from luoshi.decisions.bridge import OUTCOMES
from luoshi.decisions.models import Decision, Sitting
from luoshi.decisions.services.forum import check_forum
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import WrongState
from luoshi.ledger.inputs import locked
from luoshi.ledger.models import door
from luoshi.meetings import services as meetings
from luoshi.meetings.models import AgendaItem, Topic


@transaction.atomic
def decision_list(*, decision: Decision, kind: str, category: str, actor: Actor, at: dt.datetime) -> Topic:
    """Put a settled matter up as a topic for a kind of meeting that may decide it.

    Errors: NotAllowed, WrongState (a meeting that may not decide it; a topic already), Incomplete.
    """
    fresh, matter = locked(decision)
    check_forum(fresh, kind, at)
    if fresh.topic_id is not None:
        raise WrongState("已经列为议题", mend="请在议题中继续办理")
    researched = fresh.steps.filter(key="research", waived=False).order_by("-pk").first()
    topic = meetings.topic_propose(
        title=matter.title, kind=kind, category=category, body=fresh.body, actor=actor, at=at, source=matter,
        facts={"major": True, "scheme": len(fresh.options) >= 2}, brief=fresh.summary,
        research=str(researched.values.get("text", "")) if researched else "", points=[matter.title],
    )  # fmt: skip
    ledger.act(matter=matter, action="list", actor=actor, at=at, data={"topic": topic.pk, "kind": kind})
    with door():
        fresh.topic = topic.matter
        fresh.save()
    return topic


def tell_meeting(decision: Decision, sitting: Sitting, actor: Actor, at: dt.datetime) -> None:
    """Enter the conclusion as the result of the agenda's running item, where the matter came as a topic of it."""
    if decision.topic_id is None:
        return
    item = AgendaItem.objects.filter(
        meeting_id=sitting.meeting_id, topic_id=decision.topic_id, status=AgendaItem.Status.RUNNING
    ).first()
    if item is not None:
        outcome = OUTCOMES[sitting.outcome]
        meetings.item_result(
            item=item, outcome=outcome, text=sitting.conclusion, actor=actor, at=at, held=True
        )
