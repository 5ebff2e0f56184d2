"""Who decides, signs, approves or reads: decision tables, overrides for a time, and stand-ins (AB角).

A rulebook's authority is an ordered table over facts; its first matching row counts. `decide` gives roles,
`appoint` finds the people who hold them, with partners for those who are away. Both say how they came to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from luoshi.engines.rulebook import ALWAYS, Authority, Condition


@dataclass(frozen=True, slots=True)
class Override:
    """A written decision that others than the table's act for a time (both days included), with its reason.

    rule: id of the authority. when: facts it is limited to. by: who ordered it.
    """

    rule: str
    who: tuple[str, ...]
    reason: str
    by: str
    valid_from: date
    valid_until: date
    when: Condition = ALWAYS

    def applies(self, rule: str, facts: Mapping[str, Any], on: date) -> bool:
        """Return whether it replaces the table's answer for these facts on this day."""
        return self.rule == rule and self.valid_from <= on <= self.valid_until and self.when.matches(facts)


@dataclass(frozen=True, slots=True)
class Tried:
    """One row that was tried (from 1; 0 for an override): its condition, and why it did not match."""

    row: int
    when: str
    matched: bool
    note: str

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {"row": self.row, "when": self.when, "matched": self.matched, "note": self.note}


@dataclass(frozen=True, slots=True)
class Decision:
    """The roles that decide (`who`, any of them) and are copied; others stand in when nobody is there.

    who empty: nobody may, for `reason`. in_person: nobody stands in. row: the table's row from 1, 0 for an
    override.
    """

    rule: str
    who: tuple[str, ...]
    copied: tuple[str, ...]
    stands_in: tuple[str, ...]
    in_person: bool
    reason: str
    cite: tuple[str, ...]
    row: int
    trace: tuple[Tried, ...]

    def allows(self, roles: Iterable[str], *, standing_in: bool = False) -> bool:
        """Return whether one of the roles may decide; with `standing_in`, also the roles that stand in."""
        able = {*self.who, *(self.stands_in if standing_in else ())}
        return not able.isdisjoint(roles)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "rule": self.rule,
            "who": list(self.who),
            "copied": list(self.copied),
            "stands_in": list(self.stands_in),
            "in_person": self.in_person,
            "reason": self.reason,
            "cite": list(self.cite),
            "row": self.row,
            "trace": [tried.as_dict() for tried in self.trace],
        }


@dataclass(frozen=True, slots=True)
class Appointed:
    """A person who may decide: in which role, and for whom when standing in ("" for themselves)."""

    person: str
    role: str
    acts_for: str
    note: str


def decide(
    rule: Authority,
    facts: Mapping[str, Any],
    *,
    overrides: Sequence[Override] = (),
    on: date | None = None,
) -> Decision:
    """Return who decides: the first override that applies on the day, else the first row that matches.

    A rulebook's tables end with a row without condition, so there is always an answer; it may be that
    nobody may. `on` is needed when there are overrides (ValueError without it).
    """
    if overrides and on is None:
        raise ValueError(f"{rule.id}: the day is needed to try overrides; pass on=")
    trace: list[Tried] = []
    for override in overrides:
        if on is not None and override.applies(rule.id, facts, on):
            trace.append(Tried(0, str(override.when), True, f"{override.by}: {override.reason}"))
            return Decision(rule.id, override.who, (), (), False, override.reason, rule.cite, 0, tuple(trace))
    for number, row in enumerate(rule.table, start=1):
        matched = row.when.matches(facts)
        trace.append(Tried(number, str(row.when), matched, "" if matched else _why_not(row.when, facts)))
        if matched:
            return Decision(
                rule=rule.id,
                who=row.who,
                copied=row.copied,
                stands_in=row.stands_in,
                in_person=row.in_person,
                reason=row.reason,
                cite=tuple(dict.fromkeys((*rule.cite, *row.cite))),
                row=number,
                trace=tuple(trace),
            )
    raise LookupError(f"{rule.id}: no row matches the facts; end the table with a row without when:")


def _why_not(when: Condition, facts: Mapping[str, Any]) -> str:
    failed = [name for name, values in when.tests if not Condition(((name, values),)).matches(facts)]
    return "; ".join(f"{name} = {facts[name]}" if name in facts else f"{name} not given" for name in failed)


def appoint(
    decision: Decision,
    *,
    holders: Mapping[str, Sequence[str]],
    away: Collection[str] = (),
    partners: Mapping[str, str] | None = None,
) -> tuple[Appointed, ...]:
    """Return the people who may decide now, each once.

    holders: role -> people who hold it. Whoever is away is replaced by their partner (`partners`: person ->
    AB角 partner) when that one is there. When nobody is found that way, the people of the roles that stand
    in act. Where the decision must be made in person, only holders who are there act. Empty: nobody can
    decide now.
    """
    pairs = {} if decision.in_person else dict(partners or {})
    found = _present(decision.who, holders, away, pairs)
    if found or decision.in_person:
        return found
    people = _present(decision.stands_in, holders, away, pairs)
    roles = " / ".join(decision.who)
    return tuple(
        Appointed(one.person, one.role, one.acts_for or roles, f"stands in for {roles}") for one in people
    )


def _present(
    roles: Iterable[str],
    holders: Mapping[str, Sequence[str]],
    away: Collection[str],
    partners: Mapping[str, str],
) -> tuple[Appointed, ...]:
    found: dict[str, Appointed] = {}
    for role in roles:
        for person in holders.get(role, ()):
            if person not in away:
                found[person] = Appointed(person, role, "", f"holds {role}")
                continue
            partner = partners.get(person)
            if partner is not None and partner not in away:
                found.setdefault(
                    partner, Appointed(partner, role, person, f"partner of {person}, who is away")
                )
    return tuple(found.values())
