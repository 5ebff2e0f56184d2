"""What must still happen before something may come out: asked by documents, minutes and the portal."""

from __future__ import annotations

import datetime as dt
from typing import Any

from luoshi.decisions import rules, states
from luoshi.decisions.models import Decision, Issuer, LegalityReview, Normative, Outcome
from luoshi.decisions.standing import facts_of, legality_of, with_variants
from luoshi.engines.rulebook.flow import Need
from luoshi.ledger.models import Matter


def _answered(decision: Decision) -> set[str]:
    rows = decision.submissions.all()
    have = {row.to for row in rows if row.result == "approved"}
    return have | ({"congress_report"} if any(row.to == "report" for row in rows) else set())


def missing_before_issue(decision: Decision, *, at: dt.datetime) -> tuple[Need, ...]:
    """What a decision still lacks before it may be issued or made public.

    Source: smx-major-decisions/4.3.0.3
    """
    have = _answered(decision)
    if decision.outcome == Outcome.PASSED and decision.matter.state in states.TAKEN:
        have.add("decided")
    return rules.gate("decisions.issue", at).missing(facts_of(decision), have)


def normative_facts(normative: Normative) -> dict[str, Any]:
    """What rules ask about a normative document."""
    higher = normative.issuer in (Issuer.GOVERNMENT, Issuer.OFFICE)
    return {
        "issuer": normative.issuer,
        "higher": higher,
        "lower": not higher,
        "cross": normative.departments >= 2,
        "joint": len(normative.joint) >= 2,
        "important": normative.important,
        "sensitive": bool(normative.sensitive),
        "normative": True,
    }


def normative_have(normative: Normative) -> set[str]:
    """The keys of what stands of a normative document."""
    review = legality_of(normative.matter_id)
    lawful = review is not None and review.result == LegalityReview.Result.LAWFUL
    holds = {
        "upper_law": normative.upper_law,
        "competence": normative.competence,
        "consulted": normative.consulted,
        "explanation": normative.explanation,
        "draft": normative.draft,
        "prior": normative.prior,
        "joint": len(normative.joint) >= 2,
        "legality": lawful,
        "discussed": normative.passed_on is not None,
        "executive": normative.passed_executive,
        "judgement": normative.judgement,
        "importance_checked": normative.importance_checked,
        "approval": normative.approval,
    }
    return {key for key, stands in holds.items() if stands}


def normative_missing(normative: Normative, name: str, *, at: dt.datetime) -> tuple[Need, ...]:
    """What a normative document lacks at one of its gates."""
    gate = rules.gate(name, at)
    met = with_variants(normative_have(normative), gate.needs)
    return gate.missing(normative_facts(normative), met)


def decision_behind(matter: Matter) -> Decision | None:
    """The decision that a matter is, or that it carries as a topic."""
    rows = Decision.objects.select_related("matter", "body")
    found: Decision | None = rows.filter(pk=matter.pk).first() or rows.filter(topic=matter).first()
    return found


def normative_behind(matter: Matter) -> Normative | None:
    """The normative document that a matter is, or that it carries as a topic."""
    rows = Normative.objects.select_related("matter", "body")
    found: Normative | None = rows.filter(pk=matter.pk).first() or rows.filter(topic=matter).first()
    return found


def blocking_issue(matter_or_topic: Any, *, at: dt.datetime) -> tuple[Need, ...]:
    """What must still happen before something resting on this matter (or topic) may be issued or published.

    Empty where the matter is no collective decision and no normative document, or where everything stands.
    Source: smx-major-decisions/4.3.0.3, smx-document-flow/20.1.5
    """
    matter = matter_or_topic if isinstance(matter_or_topic, Matter) else matter_or_topic.matter
    decision = decision_behind(matter)
    found: tuple[Need, ...] = missing_before_issue(decision, at=at) if decision is not None else ()
    normative = normative_behind(matter)
    if normative is not None:
        found = (*found, *normative_missing(normative, "decisions.normative_issue", at=at))
    return found
