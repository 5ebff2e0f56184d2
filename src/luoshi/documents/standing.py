"""What a paper's way has brought so far: the facts that rules ask about and the needs that are satisfied."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from luoshi.documents import above, rules
from luoshi.documents.models import Mark, Outgoing
from luoshi.ledger.errors import Incomplete

CLAUSED = ("principal", "interpretation_plan", "interpretation_material")


@dataclass(frozen=True, slots=True)
class Standing:
    """facts: of the paper, as the rulebook's conditions name them. have: keys of needs that stand."""

    facts: dict[str, Any]
    have: frozenset[str]


def facts_of(paper: Outgoing, *, passed: bool | None = None) -> dict[str, Any]:
    """The facts of a paper. passed: whether a meeting of the government passed it (looked up when not given)."""
    return {
        **paper.traits,
        "genre": paper.genre,
        "issued_as": paper.issued_as,
        "addressee": paper.addressee,
        "urgent": paper.urgency != Outgoing.Urgency.ROUTINE,
        "normative": paper.normative,
        "policy": paper.policy,
        "by_department": paper.by_department,
        "repeated": paper.repeated,
        "disclosure": paper.disclosure,
        "passed": (above.passed(paper) is not None) if passed is None else passed,
    }


def marks_of(paper: Outgoing) -> list[Mark]:
    """What was said of the edition as it stands, the oldest first."""
    return list(paper.marks.filter(edition=paper.edition).select_related("person"))


def _said(paper: Outgoing) -> set[str]:
    """Needs that the marks of the present edition satisfy."""
    given = {mark.part for mark in marks_of(paper)}
    have = given & {"assisting", "documents", "proof"}
    if "principal" in given:
        have.add("principal_approved")
    if "speaker" in given:
        have.add("speaker")
    if "present" in given:
        have.add("presented")
    for part in CLAUSED[1:]:
        if part in given and getattr(paper, part):
            have.add(part)
    return have


def _filled(paper: Outgoing) -> set[str]:
    """Needs that the paper's own fields satisfy."""
    tests = {
        "leader_agreed": paper.agreed_by_id is not None,
        "disclosure": bool(paper.disclosure),
        "disclosure_reason": bool(paper.disclosure_reason),
        "repeat_allowed": paper.repeat_allowed_by_id is not None,
        "signed": paper.signed_at is not None and paper.signed_edition == paper.edition,
        "numbered": paper.serial is not None,
        "passed_note": bool(paper.passed_note),
    }
    return {key for key, holds in tests.items() if holds}


def standing(paper: Outgoing, *, at: dt.datetime) -> Standing:
    """Where a paper stands at a moment: its facts and what may be counted on."""
    passed = above.passed(paper)
    executive = above.passed_by_executive(paper)
    have = _said(paper) | _filled(paper) | above.legal_needs(paper, executive, at=at)
    have |= {key for key, value in paper.screen.items() if value is True}
    if executive is not None:
        have.add("executive_meeting")
    return Standing(facts_of(paper, passed=passed is not None), frozenset(have))


def require_gate(name: str, facts: Mapping[str, Any], have: Collection[str], at: dt.datetime) -> None:
    """Refuse a step whose gate is not open, naming the first thing that is missing. Errors: Incomplete with its clauses."""
    gate = rules.gate(name, at)
    lacking = gate.missing(facts, have)
    if lacking:
        need = lacking[0]
        raise Incomplete(
            f"{gate.title}：还缺“{need.title}”", mend=need.mend, cite=need.cite or gate.cite, field=need.key
        )
