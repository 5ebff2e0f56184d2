"""Who is away, and who acts for them: by the roster, the rulebook's table, and written commissions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from luoshi.agenda import rules
from luoshi.agenda.models import Absence, Delegation, Leader, Pair
from luoshi.agenda.selectors.roster import leaders_on, pairs_rows
from luoshi.engines.rulebook import Condition
from luoshi.ledger.actors import Actor
from luoshi.ledger.once import once
from luoshi.ledger.together import fetch
from luoshi.organisation.models import Person
from luoshi.organisation.selectors import local_day


def absences_on(at: dt.datetime) -> QuerySet[Absence]:
    """Who is away at a moment, with the person: until the planned return, or the recorded one where the rule says so."""
    running = Q(ended__isnull=True) & (Q(until_return=True) | Q(until__gt=at))
    rows: QuerySet[Absence] = Absence.objects.filter(running | Q(ended__gt=at, until__gt=at)
        | Q(ended__gt=at, until_return=True), since__lte=at)  # fmt: skip
    return rows.select_related("person", "designated")


@dataclass(frozen=True, slots=True)
class Instead:
    """Who is away at a moment, who is whose partner, and what was given in writing."""

    absences: tuple[Absence, ...]
    pairs: tuple[Pair, ...]
    delegations: tuple[Delegation, ...]


@once
def instead_at(at: dt.datetime) -> Instead:
    """Everything by which others act for leaders at a moment. One query."""
    absences, pairs, delegations = absences_on(at), pairs_rows(local_day(at)), delegations_at(at)
    fetch(absences, pairs, delegations)
    return Instead(tuple(absences), tuple(pairs), tuple(delegations))


def away(at: dt.datetime) -> set[int]:
    """The ids of the people for whom others act at a moment."""
    return {row.person_id for row in instead_at(at).absences if row.stands_in}


def delegations_at(at: dt.datetime) -> QuerySet[Delegation]:
    """The written authorisations and commissions in force."""
    day = local_day(at)
    rows: QuerySet[Delegation] = Delegation.objects.filter(
        since__lte=day, until__gte=day, matter__state="in_force"
    )
    return rows.select_related("by__person", "to")


def delegated(
    rule_id: str, facts: Mapping[str, Any], *, at: dt.datetime, to: Person | None = None
) -> Delegation | None:
    """The written authorisation that lets somebody (or this person) decide by an authority table now, for these facts."""
    rows = (row for row in instead_at(at).delegations if row.rule == rule_id and to in (None, row.to))
    return next((row for row in rows if _limited_to(row).matches(facts)), None)


def _limited_to(row: Delegation) -> Condition:
    return Condition(tuple((name, tuple(values)) for name, values in row.when.items()))


def commissions_of(person: Person, *, at: dt.datetime) -> list[Delegation]:
    """The commissions that somebody holds at a moment, with what they are for.

    Source: smx-work-rules/6.2
    """
    return list(delegations_at(at).filter(to=person, kind=Delegation.Kind.COMMISSION))


@dataclass(frozen=True, slots=True)
class City:
    """Everything about leaders at one moment that stand-ins depend on, read once."""

    at: dt.datetime
    leaders: tuple[Leader, ...]
    away: frozenset[int]
    partners: Mapping[int, Leader]
    designated: Mapping[int, Person]
    commissions: tuple[Delegation, ...]

    @classmethod
    def now(cls, at: dt.datetime) -> City:
        """Read it (two queries)."""
        day = local_day(at)
        leaders = tuple(leaders_on(day))
        known = instead_at(at)
        absent = {row.person_id: row for row in known.absences if row.stands_in}
        partners: dict[int, Leader] = {}
        for pair in known.pairs:
            partners[pair.first_id], partners[pair.second_id] = pair.second, pair.first
        named = {key: row.designated for key, row in absent.items() if row.designated is not None}
        return cls(at, leaders, frozenset(absent), partners, named, known.delegations)

    def present(self, office: str) -> list[Leader]:
        """The holders of an office who are there, by rank."""
        return [
            leader for leader in self.leaders if leader.office == office and leader.person_id not in self.away
        ]

    def commissioned(self, leader: Leader, power: str) -> bool:
        """Whether the leader gave a written commission for a power that holds now."""
        return any(row.by_id == leader.pk and power in row.powers for row in self.commissions)

    def stand_in(self, leader: Leader, power: str, facts: Mapping[str, Any]) -> tuple[Person, str] | None:
        """Who acts for a leader who is away, with how it came about; None: nobody.

        Somebody named for this absence comes first, as far as the table lets anybody stand in.
        """
        asked = {
            **facts, "office": leader.office, "power": power,
            "commissioned": self.commissioned(leader, power),
        }  # fmt: skip
        decision = rules.standing_in(asked, local_day(self.at))
        if decision is None or not decision.who:
            return None
        named = self.designated.get(leader.person_id)
        if named is not None and named.pk not in self.away:
            return named, "由领导指定代行"
        for role in decision.who:
            if role == rules.PARTNER:
                partner = self.partners.get(leader.pk)
                if partner is not None and partner.person_id not in self.away:
                    return partner.person, f"{leader.person.name}外出，由AB角代行"
                continue
            found = self.present(role)
            if found:
                return found[0].person, f"{leader.person.name}外出，由{rules.role_title(role)}代行"
        return None


def stand_in_for(
    leader: Leader, *, power: str, at: dt.datetime, facts: Mapping[str, Any] | None = None
) -> Person | None:
    """Who acts for a leader who is away, in a power (sign, instruct, meeting, preside, …); None: nobody, or not away."""
    city = City.now(at)
    if leader.person_id not in city.away:
        return None
    found = city.stand_in(leader, power, facts or {})
    return found[0] if found else None


OFFICES = frozenset(Leader.Office.values)


def acting_for(actor: Actor, *, at: dt.datetime) -> dict[int, str]:
    """Whom a leader stands in for now: name by id of the person, of those who are away and for whom the leader signs.

    One query while nobody is away, two otherwise; none for who holds no leading office.
    """
    if actor.person_id is None or not actor.has_role(*OFFICES) or not away(at):
        return {}
    city = City.now(at)
    found = {}
    for leader in city.leaders:
        if leader.person_id in city.away and leader.person_id != actor.person_id:
            other = city.stand_in(leader, "sign", {})
            if other is not None and other[0].pk == actor.person_id:
                found[leader.person_id] = leader.person.name
    return found


@dataclass(frozen=True, slots=True)
class Presiding:
    """Who presides now. acts_for: the one who is away (None where it is the office's own holder).

    person None: nobody does, for the reason in `note`.
    """

    person: Person | None
    acts_for: Person | None
    note: str
    cite: tuple[str, ...] = ()


def _presiding(office: str, *, at: dt.datetime, power: str = "preside") -> Presiding:
    city = City.now(at)
    leader = next((one for one in city.leaders if one.office == office), None)
    title = rules.role_title(office)
    if leader is None:
        return Presiding(None, None, f"名单中没有{title}")
    if leader.person_id not in city.away:
        return Presiding(leader.person, None, "")
    found = city.stand_in(leader, power, {})
    asked = {"office": office, "power": power, "commissioned": city.commissioned(leader, power)}
    decision = rules.standing_in(asked, local_day(at))
    cite = decision.cite if decision else ()
    if found is None:
        reason = decision.reason if decision and decision.reason else "规定的代行人也外出，请指定并登记"
        return Presiding(None, leader.person, f"{title}外出：{reason}", cite)
    return Presiding(found[0], leader.person, found[1], cite)


def presiding(at: dt.datetime, *, power: str = "preside") -> Presiding:
    """Who presides over the government's work now: the mayor, else who stands in by the rulebook and commissions.

    power: preside (the work), or convene (plenary and executive meetings), which a rulebook may ask to be written.
    Source: smx-work-rules/7.1, xiping-work-rules/9
    """
    return _presiding(Leader.Office.MAYOR, at=at, power=power)


def office_head(at: dt.datetime) -> Presiding:
    """Who leads the office now: the secretary-general, else the first deputy in rank who is there.

    Source: smx-secretary-rules/2.2.1, smx-secretary-rules/2.4
    """
    return _presiding(Leader.Office.SECRETARY_GENERAL, at=at)
