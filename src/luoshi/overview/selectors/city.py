"""The figures of the city dashboard, each with the list behind it: from tallies and from what is open."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, Sum

from luoshi.engines.rulebook import UnknownRule
from luoshi.hotline.models.categories import SEPARATOR
from luoshi.hotline.selectors.categories import category_places
from luoshi.ledger import rules
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Tally
from luoshi.organisation.models import Body
from luoshi.overview.counting import PREFIX, RECEIVED, category_metric, grade_metric, hour_metric
from luoshi.overview.periods import Chosen, Span
from luoshi.overview.selectors.lists import NOWHERE, Asked, duties

LIMITS = ("hotline.sign_in", "hotline.contact", "hotline.close")
"""The limits whose in-time rates are shown, where the rulebook has them."""
GRADES: Mapping[str, str] = {"satisfied": "满意", "basically": "基本满意", "dissatisfied": "不满意"}
CONTENT = ("satisfied", "basically")
PLACES = (Body.Kind.COUNTY, Body.Kind.COMMITTEE)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with the list behind it; before: the same of the period before, where it is compared."""

    value: int
    asked: Asked
    before: int | None = None

    @property
    def change(self) -> int:
        """By how much it grew."""
        return self.value - (self.before or 0)

    @property
    def change_words(self) -> str:
        """+12 (8.3 %), 持平; empty where nothing is compared."""
        if self.before is None:
            return ""
        if not self.change:
            return "持平"
        part = f"（{rate_words(rate(abs(self.change), self.before))}）" if self.before else ""
        return f"{'增' if self.change > 0 else '减'}{abs(self.change)}{part}"


def rate(part: int, whole: int) -> Decimal | None:
    """A share in per cent with one decimal, halves up; None of nothing."""
    if not whole:
        return None
    return (Decimal(part) * 100 / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)


def rate_words(value: Decimal | None) -> str:
    """96.4%; a dash where there is no data."""
    return "—" if value is None else f"{value}%"


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of the duties that fell due were met in time: of a rule, in a period."""

    rule: str
    title: str
    met: Figure
    missed: Figure

    @property
    def value(self) -> Decimal | None:
        """In per cent; None where nothing fell due."""
        return rate(self.met.value, self.met.value + self.missed.value)

    @property
    def before(self) -> Decimal | None:
        """The same of the period before."""
        return rate(self.met.before or 0, (self.met.before or 0) + (self.missed.before or 0))

    @property
    def words(self) -> str:
        """The rate as people read it."""
        return rate_words(self.value)

    @property
    def change_words(self) -> str:
        """How it moved, in percentage points."""
        if self.value is None or self.before is None:
            return ""
        moved = self.value - self.before
        return "持平" if not moved else f"{'升' if moved > 0 else '降'}{abs(moved)}个百分点"


@dataclass(frozen=True, slots=True)
class UnitRates:
    """A unit's rates, and what it has overdue."""

    body: Body
    rates: tuple[Rate, ...]
    overdue: Figure

    @property
    def due(self) -> int:
        """How many duties fell due."""
        return sum(one.met.value + one.missed.value for one in self.rates)

    @property
    def share(self) -> str:
        """How many of all of them were met in time."""
        return rate_words(rate(sum(one.met.value for one in self.rates), self.due))


@dataclass(frozen=True, slots=True)
class Place:
    """A county or district: what came in, what is overdue there. body None: requests that name no place."""

    body: Body | None
    received: Figure
    overdue: Figure


@dataclass(frozen=True, slots=True)
class Function:
    """What is owed now of a function of the government."""

    prefix: str
    label: str
    open: Figure
    overdue: Figure


@dataclass(frozen=True, slots=True)
class Group:
    """A class of requests with all below it. path: its place in the tree, the empty text for what was not filed.

    below: whether anything is filed further down.
    """

    path: str
    figure: Figure
    below: bool = False

    @property
    def name(self) -> str:
        """Its own name."""
        return self.path.rpartition(SEPARATOR)[2] or "未分类"


@dataclass(slots=True)
class City:
    """All that the dashboard shows. hours, weekdays and days hold figures by hour, (weekday, hour) and day.

    under: the class whose own classes `categories` holds; the empty text for the top of the tree.
    """

    chosen: Chosen
    at: dt.datetime
    received: Figure | None = None
    hours: dict[int, Figure] = field(default_factory=dict)
    heat: dict[tuple[int, int], Figure] = field(default_factory=dict)
    days: dict[dt.date, Figure] = field(default_factory=dict)
    categories: list[Group] = field(default_factory=list)
    under: str = ""
    grades: dict[str, Figure] = field(default_factory=dict)
    rates: tuple[Rate, ...] = ()
    units: list[UnitRates] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)

    @property
    def overdue(self) -> int:
        """What is overdue over all functions."""
        return sum(one.overdue.value for one in self.functions)

    @property
    def content(self) -> Decimal | None:
        """The share of call-backs whose result was satisfactory, or basically so."""
        return rate(sum(self.grades[one].value for one in CONTENT), self.graded) if self.grades else None

    @property
    def content_before(self) -> Decimal | None:
        """The same of the period before."""
        before = {code: figure.before or 0 for code, figure in self.grades.items()}
        return rate(sum(before.get(one, 0) for one in CONTENT), sum(before.values()))

    @property
    def graded(self) -> int:
        """How many call-backs were graded."""
        return sum(figure.value for figure in self.grades.values())


def city(*, chosen: Chosen, actor: Actor, at: dt.datetime, under: str = "") -> City:
    """The dashboard's figures: seven queries at most, however many requests there are; two more once a minute.

    under: the class of requests that is looked into. Without the hotline only what is owed over the functions. Secret
    matters count for those alone who may read secret papers.
    """
    found = City(chosen, at, under=under)
    overdue, units = _open(found, actor, at)
    if "hotline" not in settings.WITHOUT:
        bodies = _bodies()
        _volumes(found, bodies, overdue, actor)
        _rates(found, bodies, units)
    return found


def _bodies() -> dict[int, Body]:
    rows = Body.objects.filter(
        Q(takes_requests=True) | Q(kind__in=PLACES), jurisdiction=settings.JURISDICTION
    )
    return {body.pk: body for body in rows.order_by("kind", "pk")}


def _within(span: Span) -> Q:
    return Q(day__gte=span.first, day__lte=span.last)


def both(rows: Any, chosen: Chosen, *keys: str) -> dict[Any, tuple[int, int]]:
    """Sums of tallies in the period and the one before, by the keys: one query."""
    spans = {"now": chosen.span, "was": chosen.before}
    sums = {name: Sum("count", filter=_within(span), default=0) for name, span in spans.items()}
    grouped = rows.filter(_within(chosen.span) | _within(chosen.before)).values_list(*keys).order_by()
    return {tuple(row[:-2]): (int(row[-2]), int(row[-1])) for row in grouped.annotate(**sums)}


def _volumes(found: City, bodies: Mapping[int, Body], overdue: Counter[int], actor: Actor) -> None:
    span = found.chosen.span
    everything = Asked("received", span)
    totals = both(Tally.objects.filter(metric__startswith=PREFIX), found.chosen, "metric", "body_id")

    def figure(asked: Asked, metric: str, body: int | None = None) -> Figure:
        now, was = totals.get((metric, body), (0, 0))
        return Figure(now, asked, was)

    areas = {body: numbers for (metric, body), numbers in totals.items() if metric == RECEIVED}
    now, was = (sum(numbers[place] for numbers in areas.values()) for place in (0, 1))
    found.received = Figure(now, everything, was)
    found.hours = {hour: figure(everything.but(hour=hour), hour_metric(hour)) for hour in range(24)}
    prefix = category_metric("")
    filed = {
        metric.removeprefix(prefix): numbers
        for (metric, _), numbers in totals.items()
        if metric.startswith(prefix)
    }
    found.categories = grouped(filed, found.under, everything)
    found.grades = {code: figure(Asked("graded", span, grade=code), grade_metric(code)) for code in GRADES}
    found.places = _places(areas, bodies, overdue, everything)
    _days(found, everything)


def grouped(filed: Mapping[str, tuple[int, int]], under: str, everything: Asked) -> list[Group]:
    """Requests by the classes right below `under`, as the tree stands today: the most first, what was not filed last.

    filed: (now, before) by the text that requests were filed under. What was filed under `under` itself, and no
    further, stands as a group of its own with that name.
    """
    places, start = category_places(), f"{under}{SEPARATOR}" if under else ""
    sums: dict[str, list[int]] = {}
    deeper: set[str] = set()
    for text, numbers in filed.items():
        path = places.now(text)
        if path != under and not path.startswith(start):
            continue
        group = path if path == under else start + path.removeprefix(start).split(SEPARATOR)[0]
        total = sums.setdefault(group, [0, 0])
        total[0], total[1] = total[0] + numbers[0], total[1] + numbers[1]
        if path != group:
            deeper.add(group)
    found = []
    for path, (now, was) in sums.items():
        own = path == under
        asked = everything.but(category=path) if own else everything.but(under=path)
        found.append(Group(path, Figure(now, asked, was), path in deeper))
    return sorted(found, key=lambda one: (one.path == under, -one.figure.value, one.path))


def _places(
    areas: Mapping[int | None, tuple[int, int]],
    bodies: Mapping[int, Body],
    overdue: Counter[int],
    everything: Asked,
) -> list[Place]:
    """Every county, district and zone, then whatever else requests name as their place, then those that name none."""
    wanted: list[int | None] = [pk for pk, body in bodies.items() if body.kind in PLACES and body.active]
    wanted += sorted(pk for pk in areas if pk is not None and pk not in wanted)
    if None in areas or overdue[NOWHERE]:
        wanted.append(None)
    others = Body.objects.in_bulk([pk for pk in wanted if pk is not None and pk not in bodies])
    places = []
    for pk in wanted:
        now, was = areas.get(pk, (0, 0))
        area = NOWHERE if pk is None else pk
        late = Asked("overdue", area=area, function="hotline.dispatch")
        body = None if pk is None else bodies.get(pk) or others[pk]
        places.append(Place(body, Figure(now, everything.but(area=area), was), Figure(overdue[area], late)))
    return places


def _days(found: City, everything: Asked) -> None:
    """By day, and by weekday and hour: one query."""
    metrics = [RECEIVED, *(hour_metric(hour) for hour in range(24))]
    rows = Tally.objects.filter(_within(found.chosen.span), metric__in=metrics)
    days: Counter[dt.date] = Counter()
    heat: Counter[tuple[int, int]] = Counter()
    for metric, day, total in rows.values_list("metric", "day").annotate(total=Sum("count")).order_by():
        if metric == RECEIVED:
            days[day] += int(total)
        else:
            heat[day.isoweekday(), int(metric[-2:])] += int(total)
    found.days = {
        day: Figure(days[day], everything.but(span=Span(day, day))) for day in found.chosen.span.days
    }
    for weekday in range(1, 8):
        for hour in range(24):
            asked = everything.but(weekday=weekday, hour=hour)
            found.heat[weekday, hour] = Figure(heat[weekday, hour], asked)


def limits(day: dt.date, of: Sequence[str] = LIMITS) -> list[tuple[str, str]]:
    """Those of some limits that the rulebook of a day has, with their titles."""
    found = []
    for rule in of:
        try:
            found.append((rule, rules.current().limit(rule, day).title))
        except UnknownRule:
            continue
    return found


def _rates(found: City, bodies: Mapping[int, Body], units: Counter[int]) -> None:
    """In-time rates of every unit, and of all together: one query."""
    known = limits(found.chosen.span.last)
    metrics = [f"{kind}:{rule}" for rule, _ in known for kind in ("met", "breached")]
    assessed = [body for body in bodies.values() if body.takes_requests]
    rows = Tally.objects.filter(metric__in=metrics, body__in=[body.pk for body in assessed])
    totals = both(rows, found.chosen, "metric", "body_id")
    for body in assessed:
        rates = rates_of(totals, known, found.chosen.span, body.pk)
        late = Figure(units[body.pk], Asked("overdue", body=body.pk, function="hotline."))
        row = UnitRates(body, rates, late)
        if row.due or late.value:
            found.units.append(row)
    found.units.sort(key=lambda row: (-row.overdue.value, _worst(row.rates), row.body.pk))
    found.rates = rates_of(totals, known, found.chosen.span, None)


def rates_of(
    totals: Mapping[Any, tuple[int, int]], known: Iterable[tuple[str, str]], span: Span, body: int | None
) -> tuple[Rate, ...]:
    found = []
    for rule, title in known:
        figures = []
        for kind, what in (("met", "met"), ("breached", "missed")):
            mine = [
                numbers for (metric, owner), numbers in totals.items()
                if metric == f"{kind}:{rule}" and (body is None or owner == body)
            ]  # fmt: skip
            now, was = sum(one[0] for one in mine), sum(one[1] for one in mine)
            figures.append(Figure(now, Asked(what, span, rule=rule, body=body), was))
        found.append(Rate(rule, title, figures[0], figures[1]))
    return tuple(found)


def _worst(rates: Iterable[Rate]) -> Decimal:
    """The lowest of a unit's rates; units without any come last."""
    return min((one.value for one in rates if one.value is not None), default=Decimal(101))


def _open(found: City, actor: Actor, at: dt.datetime) -> tuple[Counter[int], Counter[int]]:
    """What is owed by function; what of the hotline is overdue by place and by unit: two queries."""
    now = at.replace(microsecond=0)
    late = Q(due_at__lt=now)
    places: Counter[int] = Counter()
    units: Counter[int] = Counter()
    kinds: dict[str, tuple[int, int]] = {}
    hotline, other = Asked("open", function="hotline."), Asked("open")
    counts = {"n": Count("pk"), "late": Count("pk", filter=late)}
    own, others = (
        rows.values_list("matter_kind").annotate(**counts).order_by()
        for rows in (
            duties(hotline, actor=actor),
            duties(other, actor=actor).exclude(matter_kind__startswith="hotline."),
        )
    )
    for kind, n, overdue in own.union(others, all=True):
        kinds[kind] = (n, overdue)
    if "hotline" not in settings.WITHOUT:
        fields = ("matter_kind", "body_id", "matter__dispatch__request__area_id")
        rows = duties(hotline, actor=actor).filter(late).values_list(*fields)
        for kind, body, area, n in rows.annotate(n=Count("pk")).order_by():
            units[body or 0] += n
            if kind == "hotline.dispatch":
                places[area or NOWHERE] += n
    found.functions = functions(kinds)
    return places, units


FUNCTIONS: Mapping[str, str] = {
    "hotline.": "12345热线",
    "documents.": "公文",
    "supervision.": "督查督办",
    "meetings.": "会议",
    "decisions.": "决策",
    "targets.": "目标",
    "rounds.": "考评",
    "assessment.": "12345考核",
    "agenda.": "领导活动与请假",
    "knowledge.": "知识库",
    "appointments.": "任免",
}
"""The functions by the beginning of their kinds of matter, in the order in which they are shown."""


def functions(kinds: Mapping[str, tuple[int, int]], **filters: Any) -> list[Function]:
    """What is owed and overdue by function, from the numbers by kind; functions without anything are left out."""
    found = []
    for prefix, label in FUNCTIONS.items():
        if prefix.rstrip(".") in settings.WITHOUT:
            continue
        mine = [numbers for kind, numbers in kinds.items() if kind.startswith(prefix)]
        owed, overdue = sum(one[0] for one in mine), sum(one[1] for one in mine)
        if owed:
            asked = Asked("open", function=prefix, **filters)
            found.append(
                Function(prefix, label, Figure(owed, asked), Figure(overdue, asked.but(what="overdue")))
            )
    return found
