"""What meetings learn of decisions: facts of a topic, what stands of it, and that its result comes from here."""

from __future__ import annotations

import datetime as dt
from typing import Any

from luoshi.decisions.models import Decision, Normative, Weight
from luoshi.decisions.selectors.blocking import normative_have
from luoshi.decisions.standing import have_of
from luoshi.ledger.once import once
from luoshi.meetings import hooks
from luoshi.meetings.hooks import Standing

OUTCOMES = {"passed": "passed", "rejected": "rejected", "reconsider": "again", "party": "party"}
"""How a conclusion is called on a meeting's agenda."""


@once
def _decision_of(topic: Any) -> Decision | None:
    rows = Decision.objects.select_related("matter", "body")
    found: Decision | None = rows.filter(topic_id=topic.pk).first() or (
        rows.filter(pk=topic.source_id).first() if topic.source_id else None
    )
    return found


@once
def _normative_of(topic: Any) -> Normative | None:
    rows = Normative.objects.select_related("matter")
    found: Normative | None = rows.filter(topic_id=topic.pk).first() or (
        rows.filter(pk=topic.source_id).first() if topic.source_id else None
    )
    return found


def topic_standing(topic: Any, *, at: dt.datetime) -> Standing:
    """What is known here of a topic; an empty Standing where it is no decision and no normative document."""
    facts: dict[str, Any] = {}
    have: set[str] = set()
    decision = _decision_of(topic)
    if decision is not None:
        facts |= {
            "major": True,
            "especially_major": decision.weight == Weight.EXCEPTIONAL,
            "emergency": decision.weight == Weight.URGENT,
        }
        have |= have_of(decision, at=at) & {"legality", "research"}
        if len(decision.options) >= 2:
            have |= {"schemes", "pros_and_cons"}
    normative = _normative_of(topic)
    if normative is not None:
        facts["normative"] = True
        own = normative_have(normative)
        have |= own & {"legality", "draft", "explanation"}
        have |= {"opinions"} if "consulted" in own else set()
    return Standing(facts, frozenset(have))


def concluded_here(item: Any) -> str | None:
    """An item that is a collective decision is concluded by the chair after all have spoken, not by entering a result."""
    if _decision_of(item.topic) is None:
        return None
    return "这项议题属集体决策事项，由主持人在班子成员逐个表态后作出结论"


def register_hooks() -> None:
    """Tell meetings; called once, when the app starts."""
    hooks.topic_facts(topic_standing)
    hooks.result_held(concluded_here)
