"""What meetings learn of decisions: facts of a topic, what stands of it, and that its result comes from here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q

from luoshi.decisions.models import Decision, Normative, Weight
from luoshi.decisions.selectors.blocking import normative_have
from luoshi.decisions.standing import have_of, made_of, made_of_many
from luoshi.ledger.once import keep, once
from luoshi.ledger.together import fetch
from luoshi.meetings import hooks
from luoshi.meetings.hooks import Standing

OUTCOMES = {"passed": "passed", "rejected": "rejected", "reconsider": "again", "party": "party"}
"""How a conclusion is called on a meeting's agenda."""


Behind = tuple[Decision | None, Normative | None]
"""What a topic carries, or came from."""


@once
def _behind(topic: Any) -> Behind:
    return _behind_many([topic])[topic.pk]


def _behind_many(topics: Sequence[Any]) -> dict[int, Behind]:
    """What each topic carries, by its id. One query."""
    wanted = Q(topic_id__in=[one.pk for one in topics]) | Q(
        pk__in=[one.source_id for one in topics if one.source_id]
    )
    decisions = Decision.objects.filter(wanted).select_related("matter", "body")
    normatives = Normative.objects.filter(wanted).select_related("matter")
    fetch(decisions, normatives)
    return {one.pk: (_of(one, decisions), _of(one, normatives)) for one in topics}


def _of(topic: Any, rows: Iterable[Any]) -> Any:
    """The row that the topic carries, else the one that it came from."""
    own = [row for row in rows if row.topic_id == topic.pk] or [
        row for row in rows if row.pk == topic.source_id
    ]
    return own[0] if own else None


def topics_prepare(topics: Sequence[Any]) -> None:
    """Read together what will be asked of several topics, while a page is read."""
    behind = _behind_many(topics)
    for topic in topics:
        keep(_behind, behind[topic.pk], topic)
    decisions = [decision for decision, _ in behind.values() if decision is not None]
    if decisions:
        made = made_of_many(decisions)
        for decision in decisions:
            keep(made_of, made[decision.pk], decision)


@once
def topic_standing(topic: Any, *, at: dt.datetime) -> Standing:
    """What is known here of a topic; an empty Standing where it is no decision and no normative document."""
    facts: dict[str, Any] = {}
    have: set[str] = set()
    decision, normative = _behind(topic)
    if decision is not None:
        facts |= {
            "major": True,
            "especially_major": decision.weight == Weight.EXCEPTIONAL,
            "emergency": decision.weight == Weight.URGENT,
        }
        have |= have_of(decision, at=at) & {"legality", "research"}
        if len(decision.options) >= 2:
            have |= {"schemes", "pros_and_cons"}
    if normative is not None:
        facts["normative"] = True
        own = normative_have(normative)
        have |= own & {"legality", "draft", "explanation"}
        have |= {"opinions"} if "consulted" in own else set()
    return Standing(facts, frozenset(have))


def concluded_here(item: Any) -> str | None:
    """An item that is a collective decision is concluded by the chair after all have spoken, not by entering a result."""
    if _behind(item.topic)[0] is None:
        return None
    return "这项议题属集体决策事项，由主持人在班子成员逐个表态后作出结论"


def register_hooks() -> None:
    """Tell meetings; called once, when the app starts."""
    hooks.topic_facts(topic_standing, prepare=topics_prepare)
    hooks.result_held(concluded_here)
