"""What a decision's facts are, and what stands already: the two things that every gate is asked with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from luoshi.decisions import rules
from luoshi.decisions.models import Consulted, Decision, LegalityReview, Step
from luoshi.engines.rulebook.flow import Need
from luoshi.ledger.once import once
from luoshi.ledger.together import fetch

TRAITS = {
    "professional": "专业性、技术性较强",
    "public_interest": "与群众利益密切相关",
    "hearing": "需要听证",
    "legal": "涉及法律问题",
    "land_plan": "属土地供审方案",
    "city_plan": "属城市规划方案",
    "stability": "可能引发社会稳定问题",
    "grassroots": "涉及下级或基层",
    "own": "属部门自身事项",
    "public_concern": "涉及公众权益、社会关注度高",
    "congress_appointed": "须由人大常委会任免",
}
"""What is asked about a matter, with its name on the form."""


def facts_of(decision: Decision) -> dict[str, Any]:
    """What rules ask about a decision."""
    facts: dict[str, Any] = {name: bool(decision.traits.get(name)) for name in (*TRAITS, "cppcc")}
    facts |= {f"kind_{key.replace('.', '_')}": True for key in decision.kinds}
    facts |= {f"category_{rules.stem(key)}": True for key in decision.kinds}
    facts |= {
        "major": bool(decision.kinds),
        "weight": decision.weight,
        "urgent": decision.weight == "urgent",
        "departments": bool(decision.involved),
        "funds": decision.funds,
        "party_listed": bool(decision.traits.get("party_listed")),
        "congress_listed": bool(decision.traits.get("congress_listed")),
        "to_party": "party" in decision.destinations,
        "to_congress": "congress" in decision.destinations,
        "to_report": bool(decision.reports),
    }
    return facts


def _stepped(decision: Decision, steps: Iterable[Step], at: dt.datetime) -> set[str]:
    records = rules.setting("decisions.records", at)
    asked = set(records["confirmed"])
    have: set[str] = set()
    for step in steps:
        if (step.waived or step.key in asked) and step.confirmed_at is None:
            continue
        have.add(step.key)
        if step.key == "hearing" and step.form in records["participating_forms"]:
            have.add("participation")
        if step.key == "hearing" and step.form == "hearing":
            have.add("hearing_held")
    return have


@dataclass(frozen=True, slots=True)
class Made:
    """What was recorded for a decision: steps, opinions of other bodies, the latest review by the legal office."""

    steps: list[Step]
    consultations: list[Consulted]
    review: LegalityReview | None


@once
def made_of(decision: Decision) -> Made:
    """What was recorded for a decision. One query."""
    return made_of_many([decision])[decision.pk]


def made_of_many(decisions: Sequence[Decision]) -> dict[int, Made]:
    """The same of several decisions, by their ids. One query."""
    steps = Step.objects.filter(decision__in=decisions)
    consultations = Consulted.objects.filter(decision__in=decisions).select_related("body")
    reviews = reviews_of([one.matter_id for one in decisions])
    fetch(steps, consultations, reviews)
    return {
        one.pk: Made(
            [row for row in steps if row.decision_id == one.pk],
            [row for row in consultations if row.decision_id == one.pk],
            next((row for row in reviews if row.subject_id == one.matter_id), None),
        )
        for one in decisions
    }


def have_of(decision: Decision, *, at: dt.datetime) -> set[str]:
    """The keys of what stands: recorded steps (confirmed where they must be), texts, opinions of other bodies."""
    made = made_of(decision)
    have = _stepped(decision, made.steps, at)
    said = {row.body.code: row for row in made.consultations}
    heard = bool(decision.involved) and set(decision.involved) <= set(said)
    signed = all(one.signer and one.sealed and one.agrees for one in said.values())
    review = made.review
    holds = {
        "basis": bool(decision.basis),
        "competence": bool(decision.competence),
        "options": len(decision.options) >= 2 or bool(decision.single_reason),
        "departments_heard": heard,
        "departments": heard and signed,
        "legality": review is not None and review.result == LegalityReview.Result.LAWFUL,
    }
    return have | {key for key, stands in holds.items() if stands}


@once
def legality_of(matter_id: int) -> LegalityReview | None:
    """The latest review of a matter by the legal office."""
    return reviews_of([matter_id]).first()


def reviews_of(matter_ids: Sequence[int]) -> QuerySet[LegalityReview]:
    """The reviews of several matters, the latest first."""
    rows = LegalityReview.objects.filter(subject_id__in=matter_ids).select_related("matter")
    return rows.order_by("-matter_id")


def with_variants(have: set[str], needs: Iterable[Need], *, waived: Iterable[str] = ()) -> set[str]:
    """The keys of needs that what stands meets. A waiver meets only the need of exactly its name."""
    bare = set(waived)
    return {
        need.key
        for need in needs
        if need.key in have or (rules.stem(need.key) in have and rules.stem(need.key) not in bare)
    }


def proposal(decision: Decision, *, at: dt.datetime) -> tuple[list[tuple[Need, bool]], set[str]]:
    """Every need of the proposal with whether it is met, and the keys that are met."""
    gate = rules.gate("decisions.proposal", at)
    have = have_of(decision, at=at)
    steps = made_of(decision).steps
    done = {step.key for step in steps if not step.waived}
    waived = {step.key for step in steps if step.waived} - done
    met = with_variants(have, gate.needs, waived=waived)
    return [(need, need.key in met) for need in gate.asked(facts_of(decision))], met
