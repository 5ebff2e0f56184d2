"""Who leads on a day, and how the work is divided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db.models import Q, QuerySet

from luoshi.agenda.models import Assists, Charge, Leader, Pair, Serves
from luoshi.ledger.once import once
from luoshi.organisation.models import Body, Person
from luoshi.organisation.models.base import in_force


def on_day(day: dt.date) -> QuerySet[Leader]:
    """The leaders in office on a day, by rank."""
    rows: QuerySet[Leader] = Leader.objects.filter(in_force(day)).select_related("person")
    return rows.order_by("rank", "id")


@once
def leaders_on(day: dt.date) -> list[Leader]:
    """The leaders in office on a day, by rank: mayor first, deputies of the secretary-general last."""
    return list(on_day(day))


def leader_of(person_id: int | None, *, day: dt.date) -> Leader | None:
    """The office that a person leads in on a day."""
    return next((leader for leader in leaders_on(day) if leader.person_id == person_id), None)


def holders(role: str, *, day: dt.date) -> list[Person]:
    """Who holds a leading office on a day, by rank; empty for roles that are no leading office.

    The office's head and the secretary-general are one post, and so are their deputies.
    Source: smx-secretary-rules/0.1
    """
    return [leader.person for leader in leaders_on(day) if leader.office == role]


def offices_of(person_id: int, *, day: dt.date) -> frozenset[str]:
    """The leading offices that a person holds on a day (one, or none)."""
    return frozenset(leader.office for leader in leaders_on(day) if leader.person_id == person_id)


@once
def in_charge_of(body: Body, *, day: dt.date) -> Leader | None:
    """The leader in charge of a body on a day; of a section without its own, the one in charge of the body above it."""
    seen: Body | None = body
    while seen is not None:
        charge = (
            Charge.objects.filter(in_force(day), in_force(day, "leader__"), body=seen)
            .select_related("leader__person")
            .first()
        )
        if charge is not None:
            leader: Leader = charge.leader
            return leader
        seen = seen.parent
    return None


def in_charge_of_many(bodies: Iterable[Body], *, day: dt.date) -> Mapping[int, Leader]:
    """For lists: the leader directly in charge, by the body's id (one query)."""
    rows = Charge.objects.filter(in_force(day), in_force(day, "leader__"), body__in=bodies)
    return {row.body_id: row.leader for row in rows.select_related("leader__person")}


@once
def assistant_of(leader: Leader, *, day: dt.date) -> Leader | None:
    """The deputy secretary-general who assists a leader on a day."""
    row = Assists.objects.filter(in_force(day), leader=leader).select_related("deputy__person").first()
    return row.deputy if row else None


def assisted_by(deputy: Leader, *, day: dt.date) -> list[Leader]:
    """The leaders whom a deputy secretary-general assists on a day, by rank."""
    rows = Assists.objects.filter(in_force(day), deputy=deputy).select_related("leader__person")
    return [row.leader for row in rows.order_by("leader__rank")]


def section_of(leader: Leader, *, day: dt.date) -> Body | None:
    """The section of the office that serves a leader on a day; papers for the leader go there."""
    row = Serves.objects.filter(in_force(day), leader=leader).select_related("section").first()
    return row.section if row else None


@once
def pairs_on(day: dt.date) -> list[Pair]:
    """The AB pairs of a day."""
    return list(pairs_rows(day))


def pairs_rows(day: dt.date) -> QuerySet[Pair]:
    """The same as a list that is not read yet."""
    rows: QuerySet[Pair] = Pair.objects.filter(in_force(day)).select_related(
        "first__person", "second__person"
    )
    return rows.order_by("first__rank")


def partner_of(leader: Leader, *, day: dt.date) -> Leader | None:
    """The AB partner of a leader on a day."""
    pair = (
        Pair.objects.filter(in_force(day))
        .filter(Q(first=leader) | Q(second=leader))
        .select_related("first__person", "second__person")
        .first()
    )
    if pair is None:
        return None
    other: Leader = pair.second if pair.first_id == leader.pk else pair.first
    return other
