"""What the pages show: the roster of a day, whose turn it is, lists of leave, clearances and commissions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from luoshi.agenda import rules
from luoshi.agenda.models import (
    Absence,
    Activity,
    Assists,
    Charge,
    Clearance,
    Delegation,
    Leader,
    Leave,
    Pair,
    Serves,
    Step,
)
from luoshi.agenda.policies import may_prepare
from luoshi.agenda.selectors.roster import leaders_on, pairs_rows
from luoshi.agenda.selectors.standing import City, instead_at
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import WrongState
from luoshi.ledger.together import fetch
from luoshi.organisation.models import Body
from luoshi.organisation.models.base import in_force


@dataclass(slots=True)
class Row:
    """A leader as the roster shows them on a day."""

    leader: Leader
    charges: list[Body] = field(default_factory=list)
    assists: list[Leader] = field(default_factory=list)
    assistant: Leader | None = None
    section: Body | None = None
    partner: Leader | None = None
    absence: Absence | None = None
    acting: str = ""


def board(day: dt.date, *, at: dt.datetime | None = None) -> list[Row]:
    """The roster of a day in rank order; with `at` also who is away then, and who acts (three queries and no more)."""
    rows = {leader.pk: Row(leader) for leader in leaders_on(day)}
    charges = Charge.objects.filter(in_force(day), leader__in=rows).select_related("body")
    charges = charges.order_by("body__short_name")
    assists = Assists.objects.filter(in_force(day)).select_related("leader__person", "deputy__person")
    assists = assists.order_by("leader__rank")
    serves = Serves.objects.filter(in_force(day), leader__in=rows).select_related("section")
    pairs = pairs_rows(day)
    fetch(charges, assists, serves, pairs)
    for charge in charges:
        rows[charge.leader_id].charges.append(charge.body)
    for one in assists:
        if one.deputy_id in rows and one.leader_id in rows:
            rows[one.deputy_id].assists.append(one.leader)
            rows[one.leader_id].assistant = one.deputy
    for served in serves:
        rows[served.leader_id].section = served.section
    for pair in pairs:
        for mine, other in ((pair.first_id, pair.second), (pair.second_id, pair.first)):
            if mine in rows:
                rows[mine].partner = other
    if at is not None:
        _add_absences(rows.values(), at)
    return list(rows.values())


def _add_absences(rows: Iterable[Row], at: dt.datetime) -> None:
    away = {absence.person_id: absence for absence in instead_at(at).absences}
    city = City.now(at)
    for row in rows:
        row.absence = away.get(row.leader.person_id)
        if row.absence is None or not row.absence.stands_in:
            continue
        power = "preside" if row.leader.office == Leader.Office.MAYOR else "meeting"
        found = city.stand_in(row.leader, power, {})
        row.acting = f"{found[0].name}代行" if found else "暂无代行人"


@dataclass(frozen=True, slots=True)
class Held:
    """Something that a leader had or has: what, from when, until when."""

    what: str
    since: dt.date
    until: dt.date | None


def history_of(leader: Leader) -> list[Held]:
    """Charges, assistance, sections and pairs of a leader with their dates, the latest first."""
    mine = Q(leader=leader)
    found: list[Held] = []
    for charge in Charge.objects.filter(mine).select_related("body"):
        found.append(Held(f"分管{charge.body.short_name}", charge.since, charge.until))
    for one in Assists.objects.filter(mine | Q(deputy=leader)).select_related(
        "leader__person", "deputy__person"
    ):
        words = (
            f"协助{one.leader.person.name}"
            if one.deputy_id == leader.pk
            else f"由{one.deputy.person.name}协助"
        )
        found.append(Held(words, one.since, one.until))
    for served in Serves.objects.filter(mine).select_related("section"):
        found.append(Held(f"{served.section.short_name}服务", served.since, served.until))
    pairs = Pair.objects.filter(Q(first=leader) | Q(second=leader)).select_related(
        "first__person", "second__person"
    )
    for pair in pairs:
        other = pair.second if pair.first_id == leader.pk else pair.first
        found.append(Held(f"与{other.person.name}互为AB角", pair.since, pair.until))
    return sorted(found, key=lambda held: (held.until is None, held.since, held.what), reverse=True)


def turn_of(actor: Actor, *, at: dt.datetime) -> Q:
    """The condition of open stops that are the actor's turn: named, by role, or for somebody who is away."""
    condition = Q(person_id=actor.person_id) if actor.person_id else Q(pk__in=[])
    for role in sorted(actor.roles):
        condition |= Q(person=None, roles__contains=[role])
    city = City.now(at)
    for leader in city.leaders:
        if leader.person_id not in city.away:
            continue
        power = "preside" if leader.office == Leader.Office.MAYOR else "sign"
        found = city.stand_in(leader, power, {})
        if found is not None and found[0].pk == actor.person_id:
            condition |= Q(person_id=leader.person_id)
    return Q(matter__state="open") & condition


def _lists(model: Any, actor: Actor, which: str, at: dt.datetime, reads_all: bool) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.select_related("matter", "person", "body")
    if which == "turn":
        condition = Q(pk__in=Step.objects.filter(turn_of(actor, at=at)).values("paper"))
    elif which == "all" and reads_all:
        condition = Q()
    else:
        condition = Q(person_id=actor.person_id) if actor.person_id else Q(pk__in=[])
    return rows.filter(condition)


def reads_all(actor: Actor) -> bool:
    """Those who approve or prepare see everybody's."""
    return actor.can("agenda.approve") or may_prepare(actor)


def leaves(actor: Actor, which: str, *, at: dt.datetime) -> QuerySet[Leave]:
    """Leave that is the actor's turn (turn), everybody's (all, for those who may), else the actor's own."""
    rows: QuerySet[Leave] = _lists(Leave, actor, which, at, reads_all(actor))
    return rows


def clearances(actor: Actor, which: str, *, at: dt.datetime) -> QuerySet[Clearance]:
    """Requests beforehand, chosen as leave is."""
    rows: QuerySet[Clearance] = _lists(Clearance, actor, which, at, reads_all(actor))
    return rows


def activities(day: dt.date) -> QuerySet[Activity]:
    """What leaders are to attend from a day on."""
    rows: QuerySet[Activity] = Activity.objects.filter(on__gte=day, matter__state="planned")
    return rows.select_related("person", "host", "matter")


def delegations(*, running_on: dt.date | None = None) -> QuerySet[Delegation]:
    """Written authorisations and commissions, or those that hold on a day."""
    rows: QuerySet[Delegation] = Delegation.objects.select_related("matter", "by__person", "to")
    if running_on is not None:
        rows = rows.filter(since__lte=running_on, until__gte=running_on, matter__state="in_force")
    return rows


def steps_of(pk: int) -> list[Step]:
    """The stops of a request in order, with their people."""
    rows = Step.objects.filter(paper_id=pk).select_related("matter", "person", "acts_for")
    return list(rows.order_by("position", "pk"))


def leave_get(pk: int) -> Leave | None:
    """One leave with all that its page shows."""
    related = ("matter", "person", "body", "absence", "absence__designated")
    return Leave.objects.select_related(*related).filter(pk=pk).first()


def kind_label(rule: str, value: str, day: dt.date) -> str:
    """The name of an option as the rulebook of a day gives it; the value itself where it gives none."""
    try:
        return rules.choice(rule, day).label(value)
    except (KeyError, WrongState):
        return value
