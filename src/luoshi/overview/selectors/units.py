"""A unit over all functions: what it owes and has overdue, how it kept its limits, what was done about it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import TruncMonth

from luoshi.agenda.models.roster import Charge
from luoshi.assessment.policies_sheets import may_read_unit
from luoshi.assessment.selectors.live import counts_of, scheme_for
from luoshi.engines.assessment import Line, Period, PeriodError, UnitScore, evaluate
from luoshi.engines.rulebook import UnknownRule
from luoshi.ledger import links, rules
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Event, Obligation, ObligationState, Tally
from luoshi.ledger.states import event_label
from luoshi.organisation.models import Body, Post
from luoshi.organisation.models.base import in_force
from luoshi.overview.periods import Chosen, Span, chosen
from luoshi.overview.selectors.city import LIMITS, Figure, Rate, limits
from luoshi.overview.selectors.lists import Asked

MONTHS = 6
LATEST = 6
LOST = 3
STEPS = (
    "hotline.dispatched", "hotline.return_requested", "hotline.extension_granted", "hotline.redo_ordered",
    "hotline.second_assigned", "hotline.urged", "hotline.supervised",
)  # fmt: skip
"""Events of the hotline that are counted for a unit."""
SUPERVISION = (
    "hotline.urged", "hotline.supervised", "hotline.second_assigned", "supervision.urged", "supervision.returned",
    "supervision.inspection_ordered", "documents.urged", "documents.urged_leaders",
)  # fmt: skip
"""Events that are shown as the last steps of supervision."""
POSTS = (Post.Kind.PRINCIPAL_LEADER, Post.Kind.PARTY_LEADER, Post.Kind.DEPUTY_LEADER, Post.Kind.LIAISON)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a unit owes now of a kind of matter."""

    code: str
    label: str
    open: Figure
    overdue: Figure


@dataclass(frozen=True, slots=True)
class Month:
    """A month's limits for closing requests: met and missed."""

    first: dt.date
    met: Figure
    missed: Figure


@dataclass(frozen=True, slots=True)
class Score:
    """This month's score as it stands, and the items that cost most."""

    score: UnitScore
    period: Period
    ranked: int
    lost: tuple[tuple[Line, Decimal], ...]


@dataclass(slots=True)
class Unit:
    """All that the page of a unit shows."""

    body: Body
    chosen: Chosen
    kinds: list[Kind] = field(default_factory=list)
    rates: list[Rate] = field(default_factory=list)
    steps: list[tuple[str, Figure]] = field(default_factory=list)
    months: list[Month] = field(default_factory=list)
    score: Score | None = None
    posts: list[Post] = field(default_factory=list)
    latest: list[Event] = field(default_factory=list)

    @property
    def overdue(self) -> int:
        """How much is overdue over all functions."""
        return sum(one.overdue.value for one in self.kinds)

    @property
    def reachable(self) -> bool:
        """Whether a liaison officer can be told of something by SMS."""
        return any(post.person.mobile for post in self.posts if post.kind == Post.Kind.LIAISON)


def unit(*, body: Body, actor: Actor, at: dt.datetime, today: dt.date) -> Unit:
    """Everything of a unit this month: eight queries at most."""
    found = Unit(body, chosen("month", today))
    _owed(found, actor, at)
    if "hotline" not in settings.WITHOUT:
        _tallies(found, today)
    if "assessment" not in settings.WITHOUT and may_read_unit(actor, body.pk):
        found.score = _score(body, today)
    posts = Post.objects.filter(in_force(today), body=body, kind__in=POSTS).select_related("person")
    order = {kind: place for place, kind in enumerate(POSTS)}
    found.posts = sorted(posts, key=lambda post: (order[Post.Kind(post.kind)], post.since, post.pk))
    found.latest = list(supervised(body, actor, since=at - dt.timedelta(days=60))[:LATEST])
    return found


def supervised(body: Body, actor: Actor, *, since: dt.datetime) -> QuerySet[Any]:
    """The steps of supervision on a unit's matters, the latest first; without those on secret matters."""
    rows = Event.objects.filter(kind__in=SUPERVISION, matter__body=body, at__gte=since)
    if not actor.can("documents.secret"):
        rows = rows.filter(matter__secrecy="")
    return rows.select_related("matter", "matter__parent").order_by("-at", "-id")


def _owed(found: Unit, actor: Actor, at: dt.datetime) -> None:
    """What the unit owes by kind of matter, and the limits of other functions than the hotline that it kept: one query."""
    body, span = found.body, found.chosen.span
    since, until = span.moments
    owed = Q(state=ObligationState.OPEN, due_at__isnull=False)
    late = owed & Q(due_at__lt=at.replace(microsecond=0))
    others = ~Q(rule__startswith="hotline.")
    met = others & Q(state=ObligationState.MET, met_at__gte=since, met_at__lt=until)
    missed = others & Q(breached_at__gte=since, breached_at__lt=until) & ~Q(state=ObligationState.CANCELLED)
    rows = Obligation.objects.filter(owed | met | missed, body=body, nature="duty")
    if not actor.can("documents.secret"):
        rows = rows.filter(matter__secrecy="")
    counts = {
        name: Count("pk", filter=one)
        for name, one in (("n", owed), ("late", late), ("met", met), ("missed", missed))
    }
    kinds: dict[str, list[int]] = {}
    kept: dict[str, Rate] = {}
    for kind, rule, title, *numbers in (
        rows.values_list("matter_kind", "rule", "title").annotate(**counts).order_by("rule")
    ):
        sums = kinds.setdefault(kind, [0, 0])
        sums[0], sums[1] = sums[0] + numbers[0], sums[1] + numbers[1]
        if numbers[2] or numbers[3]:
            asked = Asked("met", span, body=body.pk, rule=rule)
            before = kept.get(rule)
            n, over = (
                numbers[2] + (before.met.value if before else 0),
                numbers[3] + (before.missed.value if before else 0),
            )
            kept[rule] = Rate(rule, title, Figure(n, asked), Figure(over, asked.but(what="missed")))
    found.rates = list(kept.values())
    for kind, (n, overdue) in sorted(kinds.items(), key=lambda row: (-row[1][1], -row[1][0], row[0])):
        if n:
            asked = Asked("open", body=body.pk, function=kind)
            late_figure = Figure(overdue, asked.but(what="overdue"))
            found.kinds.append(Kind(kind, links.matter_label(kind), Figure(n, asked), late_figure))


def _month_before(day: dt.date, months: int) -> dt.date:
    back = day.year * 12 + day.month - 1 - months
    return dt.date(back // 12, back % 12 + 1, 1)


def _tallies(found: Unit, today: dt.date) -> None:
    """Limits, steps and the trend of the last months: one query."""
    body, first = found.body.pk, _month_before(today, MONTHS - 1)
    known = limits(today, [*LIMITS, "hotline.redo", "hotline.mend"])
    kept = [f"{kind}:{rule}" for rule, _ in known for kind in ("met", "breached")]
    metrics = [*kept, *(f"event:{step}" for step in STEPS)]
    rows = Tally.objects.filter(metric__in=metrics, body=body, day__gte=first, day__lte=today)
    grouped = rows.annotate(month=TruncMonth("day")).values_list("metric", "month").annotate(n=Sum("count"))
    sums: Counter[tuple[str, dt.date]] = Counter()
    for metric, month, n in grouped.order_by():
        sums[metric, month] += int(n)
    span, now = found.chosen.span, today.replace(day=1)
    before = _month_before(today, 1)

    def figure(metric: str, asked: Asked) -> Figure:
        return Figure(sums[metric, now], asked, sums[metric, before])

    hotline = []
    for rule, title in known:
        asked = Asked("met", span, body=body, rule=rule)
        rate = Rate(
            rule, title, figure(f"met:{rule}", asked), figure(f"breached:{rule}", asked.but(what="missed"))
        )
        if rate.met.value or rate.missed.value or rate.met.before or rate.missed.before:
            hotline.append(rate)
    found.rates = hotline + found.rates
    found.steps = [
        (event_label(step), figure(f"event:{step}", Asked("events", span, event=step, body=body)))
        for step in STEPS
    ]
    close = LIMITS[-1]
    for back in range(MONTHS - 1, -1, -1):
        month = _month_before(today, back)
        last = _month_before(today, back - 1) - dt.timedelta(days=1) if back else today
        asked = Asked("met", Span(month, last), body=body, rule=close)
        met = Figure(sums[f"met:{close}", month], asked)
        missed = Figure(sums[f"breached:{close}", month], asked.but(what="missed"))
        found.months.append(Month(month, met, missed))


def _score(body: Body, today: dt.date) -> Score | None:
    """This month's score with rank and the items that cost most: two queries; None where no scheme holds."""
    period = Period.of("month", today)
    try:
        sheet = evaluate(scheme_for(period), counts_of(period, now=_noon(today)), period=period)
        score = sheet.unit(body.code)
    except (UnknownRule, PeriodError, KeyError):
        return None
    lost = [(line, line.item.max - line.points) for line in score.lines if line.item.max is not None]
    worst = sorted((row for row in lost if row[1] > 0), key=lambda row: -row[1])[:LOST]
    return Score(score, period, sum(one.rank is not None for one in sheet.units), tuple(worst))


def _noon(today: dt.date) -> dt.datetime:
    return dt.datetime.combine(today, dt.time(12), rules.current().worktime.tz)


def with_leader(rows: QuerySet[Body], day: dt.date) -> QuerySet[Body]:
    """Adds `leader_name`: who is directly in charge of each body on a day; None where nobody is."""
    charges = Charge.objects.filter(in_force(day), in_force(day, "leader__"), body=OuterRef("pk"))
    return rows.annotate(leader_name=Subquery(charges.values("leader__person__name")[:1]))


def units_seen(*, actor: Actor, today: dt.date, charges: Mapping[int, Any]) -> QuerySet[Body]:
    """The units that somebody may see: all for those who supervise, else those in their charge and their own."""
    rows = Body.objects.filter(active=True, jurisdiction=settings.JURISDICTION)
    if actor.can("overview.units"):
        return rows
    mine = [pk for pk, leader in charges.items() if leader.person_id == actor.person_id]
    own = [actor.body_id] if actor.body_id is not None else []
    return rows.filter(pk__in=[*mine, *own])
