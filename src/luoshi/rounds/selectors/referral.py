"""The paper by which a failing unit is referred to those who may hold somebody to account."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from luoshi.ledger import rules as book
from luoshi.ledger.errors import WrongState
from luoshi.rounds import rules
from luoshi.rounds.models import RoundUnit
from luoshi.rounds.selectors.uses import vetoes_of

BLAME = "blame"
"""The use that a referral belongs to."""


@dataclass(frozen=True, slots=True)
class Responsible:
    """Somebody who answers for the unit, as what."""

    role: str
    name: str
    duty: str


@dataclass(frozen=True, slots=True)
class Referral:
    """A referral ready to be printed: it asks, and decides nothing.

    missing: kinds of responsible persons for whom no name is on record.
    """

    title: str
    to: str
    basis: tuple[str, ...]
    facts: tuple[str, ...]
    persons: tuple[Responsible, ...]
    missing: tuple[str, ...]
    office: str
    day: dt.date


def referral_of(unit: RoundUnit, *, day: dt.date) -> Referral:
    """The referral of a unit whose approved result calls for one, with the responsible persons that it registered.

    Errors: WrongState (result not approved, or it calls for none).
    Source: smx-website-assessment/14.1, smx-openness-assessment/16.3
    """
    round = unit.round
    rule = rules.rule_of(round)
    use = next((one for one in rule.uses if one.key == BLAME), None)
    vetoes = vetoes_of(round).get(unit.pk, set())
    if use is None or round.approved_at is None or not use.concerns(unit.class_key, unit.grade, vetoes):
        raise WrongState(f"{unit.name}的考评结果没有需要提请问责的情形", mend="结果审定后，按规定的情形提请")
    persons = tuple(
        Responsible(one.label, unit.persons[one.value], one.hint)
        for one in rule.persons
        if unit.persons.get(one.value)
    )
    return Referral(
        title=f"关于提请对{unit.name}{rule.title}责任主体问责的请示",
        to=use.to,
        basis=tuple(book.current().clause(clause) for clause in use.cite),
        facts=_facts(unit, vetoes),
        persons=persons,
        missing=tuple(one.label for one in rule.persons if not unit.persons.get(one.value)),
        office=rule.organs.get("office", ""),
        day=day,
    )


def _facts(unit: RoundUnit, vetoes: set[str]) -> tuple[str, ...]:
    scheme = rules.shown_scheme(unit.round, unit.class_key)
    places = scheme.shown if scheme.shown is not None else scheme.places
    facts = [f"{unit.round.title}中，{unit.name}得分{unit.total:.{places}f}，等次为{unit.grade}。"]
    for veto in scheme.vetoes:
        if veto.count in vetoes:
            facts.append(f"认定的否决情形：{veto.title}。")
    told = [problem.text for row in unit.rectifications.all() for problem in row.problems.all()]
    facts += [f"已反馈的问题：{text}" for text in told]
    return tuple(facts)
