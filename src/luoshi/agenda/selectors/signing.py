"""Who may decide by an authority table now: holders, AB partners, stand-ins, and those with a written authorisation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from luoshi.agenda import rules
from luoshi.agenda.models import Leader
from luoshi.agenda.selectors.roster import assistant_of, in_charge_of
from luoshi.agenda.selectors.standing import City, delegated
from luoshi.engines.authority import Decision, decide
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import NotAllowed
from luoshi.organisation.models import Body, Grant, Person
from luoshi.organisation.models.base import in_force
from luoshi.organisation.selectors import local_day

OFFICES = frozenset(Leader.Office.values)


@dataclass(frozen=True, slots=True)
class Signatory:
    """Somebody who may decide: in which role, for whom when standing in (None for themselves), and how it came about."""

    person: Person
    role: str
    acts_for: Person | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Signing:
    """What the table says, and the people who may decide now."""

    decision: Decision
    people: tuple[Signatory, ...]

    def of(self, person_id: int | None) -> Signatory | None:
        """The entry of a person; None when it is not theirs."""
        return next((one for one in self.people if one.person.pk == person_id), None)

    @property
    def names(self) -> str:
        """Who may decide, in words; the roles where nobody can now."""
        if self.people:
            return "、".join(
                f"{one.person.name}（代{one.acts_for.name}）" if one.acts_for else one.person.name
                for one in self.people
            )
        return "、".join(rules.role_title(role) for role in self.decision.who)


def signing(
    rule_id: str,
    facts: Mapping[str, Any],
    *,
    at: dt.datetime,
    body: Body | None = None,
    power: str = "sign",
) -> Signing:
    """Who may decide by the authority table `rule_id` now.

    body: of that body's affairs; then of the vice mayors only the one in charge counts, of the deputies of the
    secretary-general only the one who assists that leader, and of a unit's roles its own people are named.
    power: what standing in is asked for (agenda.standing_in). facts: also `urgent`, on which standing in may depend.
    A written authorisation adds its holder beside those whom the table names, also where the decision is a personal one.
    Errors: WrongState before the rule was in force.
    Source: smx-work-rules/6.1
    """
    day = local_day(at)
    decision = decide(rules.authority(rule_id, day), facts, on=day)
    city = City.now(at)
    found = _people(decision.who, decision, city, body, power, facts)
    if not found and decision.who and not decision.in_person:
        titles = "、".join(rules.role_title(role) for role in decision.who)
        found = {
            key: Signatory(one.person, one.role, one.acts_for, one.note or f"{titles}不在，由其代行")
            for key, one in _people(decision.stands_in, decision, city, body, power, facts).items()
        }
    written = delegated(rule_id, facts, at=at)
    if written is not None and written.to_id not in city.away:
        found.setdefault(
            written.to_id,
            Signatory(
                written.to,
                written.by.office,
                None,
                f"据{written.by.person.name}书面授权（{written.document}）",
            ),
        )
    return Signing(decision, tuple(found.values()))


def _people(
    roles: tuple[str, ...],
    decision: Decision,
    city: City,
    body: Body | None,
    power: str,
    facts: Mapping[str, Any],
) -> dict[int, Signatory]:
    """The people of these roles who are there, with those who stand in for the others."""
    found: dict[int, Signatory] = {}
    for role in roles:
        for leader in _leaders(role, city, body):
            if leader.person_id not in city.away:
                found[leader.person_id] = Signatory(leader.person, role)
                continue
            other = None if decision.in_person else city.stand_in(leader, power, facts)
            if other is not None:
                found.setdefault(other[0].pk, Signatory(other[0], role, leader.person, other[1]))
        if role not in OFFICES and body is not None:
            for person in _granted(role, body, city):
                found.setdefault(person.pk, Signatory(person, role))
    return found


def _leaders(role: str, city: City, body: Body | None) -> list[Leader]:
    """The holders of a leading office; of several, only those to whom the body's affairs belong."""
    if role not in OFFICES:
        return []
    rows = [leader for leader in city.leaders if leader.office == role]
    if body is None or role not in (Leader.Office.VICE_MAYOR, Leader.Office.DEPUTY_SECRETARY_GENERAL):
        return rows
    day = local_day(city.at)
    charged = in_charge_of(body, day=day)
    if charged is None:
        return rows
    if role == Leader.Office.VICE_MAYOR:
        return [charged]
    deputy = assistant_of(charged, day=day)
    return [deputy] if deputy is not None else rows


def _granted(role: str, body: Body, city: City) -> list[Person]:
    """Those who hold a role that is no leading office at a body, as far as they are there."""
    day = local_day(city.at)
    rows = Grant.objects.filter(in_force(day), role__code=role, body=body, user__is_active=True)
    people = [row.user.person for row in rows.select_related("user__person").order_by("id")]
    return [person for person in people if person.pk not in city.away]


def signatory(
    actor: Actor,
    rule_id: str,
    facts: Mapping[str, Any],
    *,
    at: dt.datetime,
    body: Body | None = None,
    power: str = "sign",
) -> Signatory:
    """The actor's own entry among those who may decide by an authority table now.

    For roles that are no leading office (a unit's principal, a section's head) the actor's own roles count, at `body`
    where one is given. Errors: NotAllowed, naming who may, with the clauses.
    """
    found = signing(rule_id, facts, at=at, body=body, power=power)
    own = found.of(actor.person_id)
    if own is not None:
        return own
    decision = found.decision
    plain = [role for role in decision.who if role not in OFFICES and role in actor.roles]
    if plain and actor.person_id is not None and (body is None or actor.body_id == body.pk):
        return Signatory(Person.objects.get(pk=actor.person_id), plain[0])
    if not decision.who:
        raise NotAllowed(
            decision.reason or "按规定谁也不能这样办理", mend="请按规定程序办理", cite=decision.cite
        )
    raise NotAllowed(
        f"这一步应由{found.names}办理",
        mend="请转交有权限的人；外出期间的代行以AB角和书面授权为准",
        cite=decision.cite,
    )
