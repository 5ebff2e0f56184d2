"""A month of the hotline in figures.

Per unit and per handler, from the running tallies and the hotline's tables.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q

from luoshi.hotline.models import Callback, DirectAnswer, Dispatch, Request
from luoshi.hotline.states import DISPATCHES
from luoshi.ledger import rules
from luoshi.ledger.models import Obligation
from luoshi.ledger.selectors import tallies_by_body
from luoshi.organisation.models import Body

UNIT_METRICS: Mapping[str, str] = {
    "dispatched": "event:hotline.dispatched",
    "signed_in_time": "met:hotline.sign_in",
    "signed_late": "late:hotline.sign_in",
    "contacted_in_time": "met:hotline.contact",
    "contacted_late": "late:hotline.contact",
    "closed_overdue": "breached:hotline.close",
    "review_passed": "event:hotline.review_passed",
    "redo_ordered": "event:hotline.redo_ordered",
    "second_assigned": "event:hotline.second_assigned",
    "returns_asked": "event:hotline.return_requested",
    "returns_accepted": "event:hotline.return_accepted",
    "extensions_granted": "event:hotline.extension_granted",
    "urged": "event:hotline.urged",
    "supervised": "event:hotline.supervised",
    "recalled": "event:hotline.recalled",
}
ROLES = ("sole", "lead", "assist", "parallel", "volunteer")
LIVE = tuple(state for state in DISPATCHES.labels if state != "recalled")
CLOSED = (
    "closed",
    "closed_in_time",
    *(f"{of}_{role}" for role in ROLES for of in ("closed", "closed_in_time")),
)
GRADES = ("satisfied", "basically", "dissatisfied")


MONTHS = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}
"""How many calendar months the rulebook's frequencies of statistics and notices take in."""


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar month, quarter, half-year or year in the city's time zone.

    By its first day and its months.
    """

    first: date
    months: int = 1

    @property
    def after(self) -> date:
        """The first day after it."""
        ahead = self.first.month - 1 + self.months
        return date(self.first.year + ahead // 12, ahead % 12 + 1, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.after - timedelta(days=1)

    def span(self) -> tuple[datetime, datetime]:
        """Its first moment, and the first moment after it."""
        tz = rules.current().worktime.tz
        return datetime.combine(self.first, time(), tz), datetime.combine(self.after, time(), tz)

    @property
    def title(self) -> str:
        """2017年10月, 2017年第4季度, 2017年下半年, 2017年."""
        part = {
            1: f"{self.first.month}月",
            3: f"第{(self.first.month + 2) // 3}季度",
            6: "上半年" if self.first.month == 1 else "下半年",
        }
        return f"{self.first.year}年{part.get(self.months, '')}"


def frequency_on(day: date) -> str:
    """How often statistics and notices are drawn up, by the rulebook in force on a day."""
    return str(rules.current().setting("hotline.statistics", day)["frequency"])


def period_of(day: date, frequency: str) -> Period:
    """The period that a day lies in. Raises KeyError for an unknown frequency."""
    months = MONTHS[frequency]
    return Period(date(day.year, (day.month - 1) // months * months + 1, 1), months)


def statistics_of(period: Period) -> dict[str, Any]:
    """The figures of a month (or longer period), over all and per unit and handler; plain values for JSON.

    Counts of steps are those taken in it; `closed` are dispatches whose passing reply was sent in it,
    `closed_in_time` those of them whose limit was met and not broken since. What a unit handled as lead and
    as assisting unit is counted apart.
    Source: smx-hotline-assessment-annex/4.3.1.a
    """
    since, until = period.span()
    counts = tallies_by_body(UNIT_METRICS.values(), since=period.first, until=period.last)
    closed, handlers = _closed(since, until)
    direct = _by(DirectAnswer.objects.filter(answered_at__gte=since, answered_at__lt=until), "body_id")
    roles = _roles(since, until)
    bodies = _bodies({key[1] for key in counts} | set(direct) | set(closed) | set(roles))
    units = []
    for body in bodies:
        row: dict[str, Any] = {"body": body.pk, "code": body.code, "unit": body.name_on(period.last)}
        row |= {name: counts.get((metric, body.pk), 0) for name, metric in UNIT_METRICS.items()}
        row |= {f"dispatched_{role}": roles.get(body.pk, Counter())[role] for role in ROLES}
        done = closed.get(body.pk, Counter())
        row |= {name: done[name] for name in CLOSED}
        row["direct_answers"] = direct.get(body.pk, 0)
        units.append(row)
    names = {body.pk: body.name_on(period.last) for body in bodies}
    return {
        "month": period.first.isoformat()[:7],
        "period": period.title,
        "totals": _totals(since, until),
        "units": units,
        "handlers": [
            {"unit": names.get(pk, ""), "handler": who, **row} for (pk, who), row in handlers.items()
        ],
    }


def _bodies(ids: Iterable[int | None]) -> list[Body]:
    wanted = {pk for pk in ids if pk is not None}
    rows = Body.objects.filter(Q(pk__in=wanted, takes_requests=True) | Q(takes_requests=True, active=True))
    return list(rows.prefetch_related("names").order_by("kind", "code"))


def _by(rows: Any, *fields: str) -> dict[Any, int]:
    grouped = rows.order_by().values_list(*fields).annotate(n=Count("pk"))
    return {(key[0] if len(key) == 1 else key): n for *key, n in ((*row[:-1], row[-1]) for row in grouped)}


def _roles(since: datetime, until: datetime) -> dict[int, Counter[str]]:
    rows = Dispatch.objects.filter(dispatched_at__gte=since, dispatched_at__lt=until)
    found: dict[int, Counter[str]] = {}
    for body, role, n in rows.order_by().values_list("body_id", "role").annotate(n=Count("pk")):
        found.setdefault(body, Counter())[role] = n
    return found


def _closed(
    since: datetime, until: datetime
) -> tuple[dict[int, Counter[str]], dict[tuple[int, str], dict[str, int]]]:
    """Closed dispatches per unit (by role too), and per unit and handler: how many, how many in time."""
    rows = Dispatch.objects.filter(
        closed_at__gte=since, closed_at__lt=until, matter__state__in=("passed", "mending")
    )
    late = Obligation.objects.filter(
        matter__dispatch__in=rows,
        rule__in=("hotline.close", "hotline.coordination"),
        breached_at__isnull=False,
    )
    late_ids = set(late.values_list("matter_id", flat=True))
    units: dict[int, Counter[str]] = {}
    handlers: dict[tuple[int, str], dict[str, int]] = {}
    fields = ("pk", "body_id", "role", "handler", "deemed_overdue")
    for pk, body, role, handler, overdue in rows.order_by("body_id", "handler").values_list(*fields):
        in_time = pk not in late_ids and not overdue
        unit = units.setdefault(body, Counter())
        unit.update(["closed", f"closed_{role}"])
        if in_time:
            unit.update(["closed_in_time", f"closed_in_time_{role}"])
        if handler:
            group = handlers.setdefault((body, handler), {"closed": 0, "closed_in_time": 0})
            group["closed"] += 1
            group["closed_in_time"] += in_time
    return units, handlers


def _totals(since: datetime, until: datetime) -> dict[str, Any]:
    rows = Request.objects.filter(received_at__gte=since, received_at__lt=until)
    return {
        "received": rows.count(),
        "by_channel": _by(rows, "channel"),
        "by_kind": _by(rows, "kind"),
        "by_state": _by(rows, "matter__state"),
        "refused_by_ground": _by(rows.exclude(refusal_code=""), "refusal_code"),
        "internal": rows.filter(matter__disclosure="internal").count(),
    }


def callbacks_of(period: Period) -> dict[str, Any]:
    """The call-backs of a period per unit: how many were answered, contact, conduct and result by grade.

    A call-back about all units of a request counts for each of them. One that nobody answered counts in no
    rate.
    """
    since, until = period.span()
    rows = Callback.objects.filter(at__gte=since, at__lt=until)
    tally: dict[int, Counter[str]] = {}
    for body, contacted, conduct, result, n in _answered(rows):
        counter = tally.setdefault(body, Counter())
        counter["answered"] += n
        counter["contacted" if contacted else "not_contacted"] += n
        counter[f"conduct_{conduct}"] += n
        counter[f"result_{result}"] += n
    bodies = [body for body in _bodies(tally) if body.pk in tally]
    names = [
        "answered",
        "contacted",
        "not_contacted",
        *(f"{of}_{g}" for of in ("conduct", "result") for g in GRADES),
    ]
    return {
        "month": period.first.isoformat()[:7],
        "period": period.title,
        "totals": {
            "called": rows.count(),
            "answered": rows.filter(answered=True).count(),
            "not_reached": rows.filter(answered=False).count(),
        },
        "units": [
            {"body": body.pk, "code": body.code, "unit": body.name_on(period.last)}
            | {name: tally[body.pk][name] for name in names}
            for body in bodies
        ],
    }


def _answered(rows: Any) -> list[tuple[int, bool, str, str, int]]:
    answered = rows.filter(answered=True)
    grades = ("contacted", "conduct", "result")
    one = answered.filter(dispatch__isnull=False).order_by().values_list("dispatch__body_id", *grades)
    every = (
        answered.filter(dispatch__isnull=True)
        .filter(request__dispatches__matter__state__in=LIVE)
        .order_by()
        .values_list("request__dispatches__body_id", *grades)
    )
    return [*one.annotate(n=Count("pk")), *every.annotate(n=Count("pk"))]
