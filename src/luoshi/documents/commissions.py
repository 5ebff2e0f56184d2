"""Coordination that a leader commissioned while a paper waits on the leader's step: what stands of it."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from luoshi.documents import roster, rules
from luoshi.documents.models import Step
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import NotAllowed, WrongState
from luoshi.ledger.once import once

COORDINATION = "coordination"
DISPUTED, SETTLED = "disputed", "settled"
AUTHORITY = "documents.commissioned"


def asked(step: Step) -> QuerySet[Step]:
    """The coordination commissioned on a step, whoever acts there now, without what was withdrawn."""
    rows: QuerySet[Step] = Step.objects.filter(
        course_id=step.course_id, stop=COORDINATION, extra__for_stop=step.stop, extra__for_seat=step.seat_id
    )
    return rows.exclude(matter__state="recalled")


@once
def disputed(step: Step) -> bool:
    """Whether the coordinator reported a dispute that is still to be decided on this step."""
    return asked(step).filter(matter__state="done", extra__outcome=DISPUTED).exists()


def wanted(step: Step, content: str) -> str:
    """The content that a mark on a step has to hold: its stop's own; a dispute is decided in definite words."""
    return content or ("documents.definite_opinion" if disputed(step) else "")


def may(action: str, actor: Actor, at: dt.datetime) -> bool:
    """Whether the actor's offices may commission, coordinate or decide."""
    offices = roster.offices(actor.person_id, at) if actor.person_id is not None else frozenset()
    return rules.who(AUTHORITY, {"action": action}, at).allows(offices)


def require_reported(step: Step, actor: Actor, at: dt.datetime) -> None:
    """Refuse a mark while commissioned coordination is under way, and a dispute's decision by others than the leaders.

    Errors: Incomplete (not reported), NotAllowed (neither mayor nor vice mayor).
    """
    rows = asked(step)
    if not rows.exists():
        return
    have = set() if rows.filter(matter__state="open").exists() else {"reported"}
    rules.require_gate("documents.before_mark", {"commissioned": True}, have, at, field="mark")
    if disputed(step) and not may("decide", actor, at):
        table = rules.who(AUTHORITY, {"action": "decide"}, at)
        raise NotAllowed("有争议的问题由市长、副市长审定", mend="请送市长或副市长批阅", cite=table.cite)


def require_own_stop(step: Step) -> None:
    """Refuse on a coordinator's step what belongs to the stops of a route. Errors: WrongState."""
    if step.stop == COORDINATION:
        raise WrongState("受托协调的，请报协调情况和处理意见", mend="请用“报协调情况”")


__all__ = ["asked", "disputed", "may", "require_own_stop", "require_reported", "wanted"]
