"""What meetings and decisions said of a paper: whether it was passed, lawful, and what must still happen first."""

from __future__ import annotations

import datetime as dt

from luoshi.decisions import selectors as decisions
from luoshi.decisions.models import LegalityReview
from luoshi.documents.models import Outgoing
from luoshi.engines.rulebook.flow import Need
from luoshi.ledger.models import Matter
from luoshi.meetings import selectors as meetings
from luoshi.organisation.selectors import local_day

EXECUTIVE = ("executive",)


def _subjects(paper: Outgoing) -> list[Matter]:
    """The paper itself and what it comes from (a decision, a topic, an instruction)."""
    return [paper.matter, *([paper.source] if paper.source is not None else [])]


def passed(paper: Outgoing, *, kinds: tuple[str, ...] = ()) -> meetings.Passed | None:
    """The meeting that passed the paper, with its day and number; None where none did."""
    found = (meetings.passed(one, kinds=kinds) for one in _subjects(paper))
    return next((one for one in found if one is not None), None)


def passed_by_executive(paper: Outgoing) -> meetings.Passed | None:
    """The executive meeting that passed the paper; None where none did."""
    return passed(paper, kinds=EXECUTIVE)


def legality(paper: Outgoing) -> LegalityReview | None:
    """The legal office's review of the paper; None where none was asked."""
    found = (decisions.legality_of(one) for one in _subjects(paper))
    return next((one for one in found if one is not None), None)


def legal_needs(paper: Outgoing, meeting: meetings.Passed | None, *, at: dt.datetime) -> set[str]:
    """Which needs the legality review satisfies: that it was passed, and before the meeting.

    Source: smx-document-flow/20.1.5
    """
    review = legality(paper)
    lawful = review is not None and review.result == LegalityReview.Result.LAWFUL
    if review is None or not lawful or review.given_at is None or review.given_at > at:
        return set()
    have = {"legality_passed"}
    if meeting is not None and local_day(review.given_at) <= meeting.date:
        have.add("in_order")
    return have


def blocking(paper: Outgoing, *, at: dt.datetime) -> tuple[Need, ...]:
    """What must still happen before the paper goes out: the Party committee's or the People's Congress's word."""
    return tuple(need for one in _subjects(paper) for need in decisions.blocking_issue(one, at=at))
