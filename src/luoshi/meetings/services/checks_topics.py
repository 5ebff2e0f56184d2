"""Checks that the services of topics, materials and city-wide meetings share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from luoshi.agenda.selectors import signatory, signing
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor, ActorKind
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.models import Matter
from luoshi.meetings import rules_sessions
from luoshi.meetings.models import Topic
from luoshi.organisation.models import Body

DETERMINE = "determine"


def locked_topic(topic: Topic | int) -> tuple[Topic, Matter]:
    """A topic as it is now with its matter, locked by the matter's row until the end of the transaction."""
    pk = topic if isinstance(topic, int) else topic.pk
    matter = ledger.lock(pk)
    fresh: Topic = Topic.objects.select_related("body", "leader", "studied_in__matter").get(pk=pk)
    fresh.matter = matter
    return fresh, matter


def require_category(kind: str, category: str, day: dt.date) -> None:
    """A topic is of one of the categories of the kind of meeting that it goes to. Errors: Incomplete.

    Source: smx-executive-meeting/2.1, smx-work-rules/52.1, xiping-work-rules/40.2.1
    """
    if kind not in rules_sessions.kinds(day).values:
        raise Incomplete("请选择提交哪一种会议", field="kind")
    choice = rules_sessions.choice(f"meetings.category_{kind}", day)
    if category not in choice.values:
        raise Incomplete(
            f"请从{rules_sessions.kinds(day).label(kind)}的议题范围中选择类别",
            mend="不在范围内的事项不提交这种会议", field="category", cite=choice.cite,
        )  # fmt: skip


def steps_of(route_id: str, facts: Mapping[str, Any], day: dt.date) -> list[str]:
    """The keys of the stops that this paper passes, in order."""
    return [step.key for step in rules_sessions.way(route_id, facts, day)]


def step_title(route_id: str, facts: Mapping[str, Any], key: str, day: dt.date) -> str:
    """What a stop is called; "" for none."""
    return next((one.title for one in rules_sessions.way(route_id, facts, day) if one.key == key), "")


def owed_by(rule_id: str, facts: Mapping[str, Any], *, at: dt.datetime, body: Body | None) -> dict[str, Any]:
    """The fact `person` for a stop's obligation: the first of those who may take it; empty where there is nobody."""
    people = signing(rule_id, facts, at=at, body=body).people
    return {"person": people[0].person.pk if people else ""}


def require_signatory(
    rule_id: str, facts: Mapping[str, Any], *, actor: Actor, at: dt.datetime, body: Body | None = None
) -> str:
    """Refuse whoever may not take this step. Returns how it came about when somebody stands in ("" for their own).

    Errors: NotAllowed, naming who may, with the clauses.
    """
    if actor.kind is ActorKind.SYSTEM:
        return ""
    found = signatory(actor, rule_id, facts, at=at, body=body)
    return f"代{found.acts_for.name}：{found.note}" if found.acts_for else found.note


def require_state(matter: Matter, states: Iterable[str], sentence: str, mend: str) -> None:
    """Errors: WrongState unless the matter is in one of these states."""
    if matter.state not in states:
        raise WrongState(sentence, mend=mend)
