"""Who the leaders are on a day, in whose charge a body is, who is away and who stands in: asked of the agenda."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from luoshi.agenda import selectors as agenda
from luoshi.agenda.models import Leader
from luoshi.ledger.models import Matter
from luoshi.organisation.models import Body, Grant, Person
from luoshi.organisation.models.base import in_force
from luoshi.organisation.selectors import local_day

LEADING = frozenset(Leader.Office.values)


def ranks(at: dt.datetime) -> dict[int, int]:
    """The rank of each leader by person id, 1 first."""
    return {leader.person_id: leader.rank for leader in agenda.leaders_on(local_day(at))}


def by_rank(people: Iterable[Person], at: dt.datetime) -> list[Person]:
    """People from the first in rank to the last; who is no leader comes after the leaders."""
    order = ranks(at)
    return sorted(people, key=lambda one: (order.get(one.pk, len(order) + 1), one.pk))


def offices(person_id: int, at: dt.datetime) -> frozenset[str]:
    """The leading offices of a person."""
    return frozenset(agenda.offices_of(person_id, day=local_day(at)))


def holders(roles: Sequence[str], at: dt.datetime, *, section: Body | None = None) -> list[Person]:
    """Who holds one of the roles: leaders by the roster, others by their grants at the section."""
    found: dict[int, Person] = {}
    for role in roles:
        people = (
            agenda.holders(role, day=local_day(at)) if role in LEADING else granted(role, at, section=section)
        )
        found |= {one.pk: one for one in people}
    return by_rank(found.values(), at)


def granted(role: str, at: dt.datetime, *, section: Body | None = None) -> list[Person]:
    """Who holds a role by grant, at one body where one is given."""
    rows = Grant.objects.filter(in_force(local_day(at)), role__code=role, user__is_active=True)
    if section is not None:
        rows = rows.filter(body=section)
    return list(Person.objects.filter(pk__in=rows.values("user__person_id")).order_by("pk"))


def cleared(person: Person, matter: Matter, at: dt.datetime) -> bool:
    """Whether somebody may be shown a paper of this class of secrecy by the roles that they hold."""
    if not matter.secrecy:
        return True
    held = Grant.objects.filter(in_force(local_day(at)), user__person=person, user__is_active=True)
    return held.filter(role__permissions__code="documents.secret").exists()


def in_charge(body: Body | None, at: dt.datetime) -> Person | None:
    """The leader in charge of a body."""
    leader = agenda.in_charge_of(body, day=local_day(at)) if body is not None else None
    return leader.person if leader is not None else None


def leader(person: Person | None, at: dt.datetime) -> Leader | None:
    """The leading office of a person."""
    return agenda.leader_of(person.pk, day=local_day(at)) if person is not None else None


def assistant(person: Person | None, at: dt.datetime) -> Person | None:
    """The deputy secretary-general who assists a leader."""
    found = leader(person, at)
    deputy = agenda.assistant_of(found, day=local_day(at)) if found is not None else None
    return deputy.person if deputy is not None else None


def serving(person: Person, at: dt.datetime) -> Body | None:
    """The section of the office that serves a leader."""
    found = leader(person, at)
    return agenda.section_of(found, day=local_day(at)) if found is not None else None


def away(at: dt.datetime) -> set[int]:
    """Who is away at a moment, by person id."""
    return agenda.away(at)


def stand_in(person: Person, at: dt.datetime, facts: Mapping[str, Any]) -> Person | None:
    """Who signs for a leader who is away; None: nobody."""
    found = leader(person, at)
    return agenda.stand_in_for(found, power="sign", at=at, facts=facts) if found is not None else None


def partner(person_id: int, at: dt.datetime) -> Person | None:
    """The AB partner of a leader; None without one."""
    found = agenda.leader_of(person_id, day=local_day(at))
    other = agenda.partner_of(found, day=local_day(at)) if found is not None else None
    return other.person if other is not None else None
