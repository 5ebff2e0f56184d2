"""What meetings and decisions said of a paper: whether it was passed, lawful, and what must still happen first."""

from __future__ import annotations

import datetime as dt
from typing import Any

from luoshi.decisions import selectors as decisions
from luoshi.documents.models import Outgoing
from luoshi.engines.rulebook.flow import Need
from luoshi.ledger.models import Matter
from luoshi.meetings import selectors as meetings

LAWFUL = frozenset({"lawful", "amend"})
EXECUTIVE = "executive"


def _subjects(paper: Outgoing) -> list[Matter]:
    """The paper itself and what it comes from (a decision, a topic, an instruction)."""
    return [paper.matter, *([paper.source] if paper.source is not None else [])]


def passed(paper: Outgoing) -> Any:
    """The meeting that passed the paper, with its day and number; None where none did."""
    return next((found for one in _subjects(paper) if (found := _passed(one)) is not None), None)


def passed_by_executive(paper: Outgoing) -> Any:
    """The executive meeting that passed the paper; None where none did."""
    found = passed(paper)
    return found if found is not None and found.meeting.kind == EXECUTIVE else None


def legality(paper: Outgoing) -> Any:
    """The legal office's review of the paper; None where none was asked."""
    return next((found for one in _subjects(paper) if (found := _legality(one)) is not None), None)


def legal_needs(paper: Outgoing, meeting: Any, *, at: dt.datetime) -> set[str]:
    """Which needs the legality review satisfies: that it was passed, and before the meeting.

    Source: smx-document-flow/20.1.5
    """
    review = legality(paper)
    if review is None or review.result not in LAWFUL or review.given_at is None or review.given_at > at:
        return set()
    have = {"legality_passed"}
    if meeting is not None and review.given_at.date() <= meeting.date:
        have.add("in_order")
    return have


def blocking(paper: Outgoing, *, at: dt.datetime) -> tuple[Need, ...]:
    """What must still happen before the paper goes out: the Party committee's or the People's Congress's word."""
    found: list[Need] = []
    for one in _subjects(paper):
        found += _blocking(one, at)
    return tuple(found)


def _passed(one):
    f = getattr(meetings, "passed", None)
    return f(one) if f else None


def _legality(one):
    f = getattr(decisions, "legality_of", None)
    return f(one) if f else None


def _blocking(one, at):
    f = getattr(decisions, "blocking_issue", None)
    return f(one, at=at) if f else ()
