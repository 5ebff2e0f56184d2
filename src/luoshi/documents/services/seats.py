"""Who acts at a stop: by the division of work, and in place of whom when somebody is away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from luoshi.documents import roster, rules
from luoshi.engines.rulebook.flow import RouteStep
from luoshi.organisation.models import Body, Person


def people_of(stop: RouteStep, facts: Mapping[str, Any], at: dt.datetime) -> list[Person]:
    """Who acts at a stop by the division of work: the vice mayor in charge of the body, the deputy who assists, …"""
    body = Body.objects.filter(pk=facts.get("body") or 0).first()
    section = Body.objects.filter(pk=facts.get("section") or 0).first()
    leader = roster.in_charge(body, at)
    if stop.who == ("deputy_secretary_general",) and leader is not None:
        deputy = roster.assistant(leader, at)
        if deputy is not None:
            return [deputy]
    if "vice_mayor" in stop.who and leader is not None:
        return [leader]
    return roster.holders(stop.who, at, section=section)


def stand_in(seat: Person, stop: RouteStep, facts: Mapping[str, Any], at: dt.datetime) -> tuple[Person, str]:
    """Who acts for somebody at a stop now: the partner where the seat is away and the rulebook lets the partner sign.

    Which papers a partner may take is the authority documents.stand_in. Where nobody may, the step waits for its own
    person, and the note says why.
    Source: smx-document-flow/11, smx-work-rules/60.1, xiping-work-rules/8.5
    """
    gone = roster.away(at)
    if seat.pk not in gone:
        return seat, ""
    decision = rules.who("documents.stand_in", facts, at)
    if not decision.allows(stop.who):
        return seat, f"{seat.name}外出；{decision.reason or '这一环节不由他人代批'}"[:300]
    other = roster.stand_in(seat, at, facts)
    if other is None or other.pk in gone:
        return seat, f"{seat.name}外出，没有可以代批的领导，请报秘书长统筹"[:300]
    return other, f"{seat.name}外出，由{other.name}代批"[:300]


__all__ = ["people_of", "stand_in"]
