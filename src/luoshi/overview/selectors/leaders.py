"""What waits for a leader of the city, where the city falls behind, and the week's meetings."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, Q

from luoshi.agenda.models import Activity
from luoshi.agenda.models.roster import Charge
from luoshi.ledger import links
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Obligation, Tally
from luoshi.meetings.models import Attendee
from luoshi.organisation.models import Body
from luoshi.organisation.models.base import in_force
from luoshi.overview import waiting
from luoshi.overview.periods import chosen
from luoshi.overview.selectors.city import FUNCTIONS, Figure, UnitRates, both, limits, rates_of
from luoshi.overview.selectors.lists import Asked, duties

MOST = 200
SHOWN = 7
BEHIND = 5
DAYS = 7
FEWEST = 5
"""From how many duties that fell due a unit's rate says anything."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Something that waits for the leader: what is to be done, on what, for how many days."""

    obligation: Any
    action: str
    title: str
    kind: str
    url: str
    days: int


@dataclass(frozen=True, slots=True)
class Behind:
    """A unit with what it has overdue."""

    pk: int
    name: str
    overdue: Figure


@dataclass(frozen=True, slots=True)
class Sitting:
    """A meeting or an activity to which the leader goes. at: None for a whole day."""

    title: str
    day: dt.date
    at: dt.datetime | None
    place: str
    url: str
    chairs: bool


@dataclass(slots=True)
class Leading:
    """All that a leader's home shows. waits: what is due soonest; papers: those that wait longest."""

    waits: list[Wait] = field(default_factory=list)
    papers: list[Wait] = field(default_factory=list)
    total: int = 0
    overdue: int = 0
    by_function: list[tuple[str, int]] = field(default_factory=list)
    behind: list[Behind] = field(default_factory=list)
    slow: list[UnitRates] = field(default_factory=list)
    mine: list[Behind] = field(default_factory=list)
    charges: int = 0
    sittings: list[Sitting] = field(default_factory=list)


def leading(*, actor: Actor, at: dt.datetime, today: dt.date) -> Leading:
    """A leader's home: eight queries at most."""
    found = Leading()
    _waits(found, actor, at)
    _behind(found, actor, at, today)
    if "hotline" not in settings.WITHOUT:
        _slow(found, today)
    found.sittings = sittings(actor, at=at, today=today)
    return found


def _waits(found: Leading, actor: Actor, at: dt.datetime) -> None:
    owed = waiting.owed(actor)
    rows = [row for row in owed[:MOST] if not row.matter.secrecy or actor.can("documents.secret")]
    made = [_wait(row, at) for row in rows]
    found.total = len(made) if len(rows) < MOST else owed.count()
    found.overdue = sum(row.due_at is not None and row.due_at < at.replace(microsecond=0) for row in rows)
    counts = Counter(next((p for p in FUNCTIONS if row.matter_kind.startswith(p)), "") for row in rows)
    found.by_function = [(FUNCTIONS.get(prefix, "其他"), n) for prefix, n in counts.most_common()]
    papers = [one for one in made if one.obligation.matter_kind.startswith("documents.")]
    found.papers = sorted(papers, key=lambda one: (-one.days, one.obligation.pk))[:SHOWN]
    found.waits = made[:SHOWN]


def _wait(row: Obligation, at: dt.datetime) -> Wait:
    shown = row.matter
    return Wait(
        obligation=row,
        action=row.title,
        title=shown.title,
        kind=links.matter_label(row.matter_kind),
        url=links.matter_url(shown),
        days=max((at - row.opened_at).days, 0),
    )


def _behind(found: Leading, actor: Actor, at: dt.datetime, today: dt.date) -> None:
    """Units with most overdue over all functions, and those in the leader's charge: two queries."""
    late = duties(Asked("overdue"), actor=actor).filter(
        due_at__lt=at.replace(microsecond=0), body__isnull=False
    )
    grouped = (
        late.values_list("body_id", "body__short_name").annotate(n=Count("pk")).order_by("-n", "body_id")
    )
    rows = [Behind(pk, name, Figure(n, Asked("overdue", body=pk))) for pk, name, n in grouped]
    charges = Charge.objects.filter(
        in_force(today), in_force(today, "leader__"), leader__person=actor.person_id or 0
    )
    mine = set(charges.values_list("body_id", flat=True))
    found.behind = rows[:BEHIND]
    found.mine = [row for row in rows if row.pk in mine][:BEHIND]
    found.charges = len(mine)


def _slow(found: Leading, today: dt.date) -> None:
    """The units with the lowest in-time rate this month, of those with at least a few duties: two queries."""
    period, known = chosen("month", today), limits(today)
    metrics = [f"{kind}:{rule}" for rule, _ in known for kind in ("met", "breached")]
    totals = both(Tally.objects.filter(metric__in=metrics), period, "metric", "body_id")
    kept: Counter[int] = Counter()
    missed: Counter[int] = Counter()
    for (metric, body), (now, _) in totals.items():
        if body is not None:
            kept[body] += now
            missed[body] += now if metric.startswith("breached:") else 0
    worst = sorted(
        (pk for pk in kept if kept[pk] >= FEWEST and missed[pk]),
        key=lambda pk: (Decimal(kept[pk] - missed[pk]) / kept[pk], pk),
    )[:BEHIND]
    bodies = Body.objects.in_bulk(worst)
    found.slow = [
        UnitRates(
            bodies[pk],
            rates_of(totals, known, period.span, pk),
            Figure(0, Asked("overdue", body=pk, function="hotline.")),
        )
        for pk in worst
    ]


def sittings(actor: Actor, *, at: dt.datetime, today: dt.date) -> list[Sitting]:
    """The leader's meetings and activities of the next seven days, in their order: two queries."""
    last = today + dt.timedelta(days=DAYS)
    person = actor.person_id or 0
    since, until = chosen("today", today).span.moments[0], chosen("today", last).span.moments[0]
    rows = Attendee.objects.filter(
        Q(person=person), meeting__planned_at__gte=since, meeting__planned_at__lt=until
    ).exclude(meeting__matter__state="cancelled")
    seen: dict[int, Sitting] = {}
    for row in rows.select_related("meeting__matter").order_by("meeting__planned_at", "id"):
        meeting = row.meeting
        seen[meeting.pk] = Sitting(
            meeting.title,
            meeting.planned_at.astimezone(since.tzinfo).date(),
            meeting.planned_at,
            meeting.place,
            links.matter_url(meeting.matter),
            meeting.chair_id == person,
        )
    activities = Activity.objects.filter(person=person, on__gte=today, on__lt=last, matter__state="planned")
    others = [
        Sitting(row.subject, row.on, None, "", links.matter_url(row.matter), False)
        for row in activities.select_related("matter").order_by("on", "pk")
    ]
    return sorted([*seen.values(), *others], key=lambda one: (one.day, one.at is None, str(one.at)))


def functions_shown(rows: Sequence[tuple[str, int]]) -> str:
    """What waits by function, in a line."""
    return "、".join(f"{label}{number}" for label, number in rows)
