"""The list behind a number: every figure of these pages names one, and holds as many rows as the figure says.

A list is named by what it lists and by its filters (`Asked`), which stand in its address. `rows` gives them, `number`
the figure: from the running tallies where there are some, else by counting what is open.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay
from django.urls import reverse

from luoshi.hotline.models import Callback, Request
from luoshi.hotline.models.categories import SEPARATOR
from luoshi.hotline.selectors.categories import category_places
from luoshi.hotline.states import REQUEST
from luoshi.ledger import links, rules
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Event, Obligation, ObligationState, Tally
from luoshi.ledger.services.owing import platform_body_id
from luoshi.ledger.states import event_label, state_label
from luoshi.overview.counting import RECEIVED, category_metric, grade_metric, hour_metric
from luoshi.overview.periods import Span
from luoshi.overview.policies import may_read_kind

NOWHERE = 0
"""The area of requests that name none."""
WHATS: Mapping[str, str] = {
    "received": "受理的诉求",
    "met": "按时完成",
    "missed": "逾期",
    "graded": "回访评价",
    "events": "办理记录",
    "open": "未办事项",
    "overdue": "逾期未办事项",
}
SPANNED = frozenset({"received", "met", "missed", "graded", "events"})
OF_NO_UNIT = frozenset({"received", "graded"})
"""What is counted for the city alone: a unit's share of it is no list, and nobody's own."""


@cache
def _address(what: str) -> str:
    """Where lists of a kind stand; a page names hundreds."""
    return reverse("overview-list", args=[what])


@dataclass(frozen=True, slots=True)
class Asked:
    """A list by what it lists and its filters. None and empty texts: not filtered by that.

    area: a body's id, NOWHERE for none. category: what stands at this place of the tree, the empty text for what was not
    filed; under: there or below. function: a kind of matter begins with it. body: the unit that owes, or handles.
    """

    what: str
    span: Span | None = None
    area: int | None = None
    category: str | None = None
    under: str = ""
    hour: int | None = None
    weekday: int | None = None
    body: int | None = None
    rule: str = ""
    grade: str = ""
    event: str = ""
    function: str = ""

    @property
    def url(self) -> str:
        """Where the list stands."""
        given: dict[str, Any] = {
            "from": self.span.first.isoformat() if self.span else "",
            "to": self.span.last.isoformat() if self.span else "",
            "area": self.area,
            "hour": self.hour,
            "weekday": self.weekday,
            "body": self.body,
            "rule": self.rule,
            "grade": self.grade,
            "event": self.event,
            "function": self.function,
            "under": self.under,
        }
        kept = {name: value for name, value in given.items() if value not in (None, "")}
        if self.category is not None:
            kept["category"] = self.category
        return _address(self.what) + (f"?{urlencode(kept)}" if kept else "")

    def but(self, **changes: Any) -> Asked:
        """The same list, filtered otherwise."""
        return replace(self, **changes)


def parsed(what: str, query: Mapping[str, str], today: dt.date) -> Asked | None:
    """The list that an address asks for; None where it cannot be read. Without days: this month so far."""
    if what not in WHATS or (what in OF_NO_UNIT and query.get("body")):
        return None
    try:
        last = dt.date.fromisoformat(query["to"]) if query.get("to") else today
        first = dt.date.fromisoformat(query["from"]) if query.get("from") else last.replace(day=1)
        numbers = {name: _number(query.get(name, "")) for name in ("area", "hour", "weekday", "body")}
    except ValueError:
        return None
    if first > last or (last - first).days > 400:
        return None
    texts = {name: query.get(name, "")[:90] for name in ("rule", "grade", "event", "function", "under")}
    category = query["category"][:60] if "category" in query else None
    return Asked(what, Span(first, last) if what in SPANNED else None, category=category, **numbers, **texts)  # type: ignore[arg-type]


def _number(text: str) -> int | None:
    if not text:
        return None
    found = int(text)
    if not 0 <= found < 2**31:
        raise ValueError(text)
    return found


def rows(asked: Asked, *, actor: Actor, at: dt.datetime) -> tuple[QuerySet[Any], tuple[str, ...]]:
    """The rows of a list and the keys by which it is paged, the newest or most overdue first."""
    match asked.what:
        case "received":
            return _received(asked), ("-received_at", "-matter_id")
        case "met":
            return _known(_met(asked), asked, actor), ("-met_at", "-id")
        case "missed":
            return _known(_missed(asked), asked, actor), ("-breached_at", "-id")
        case "graded":
            return _graded(asked), ("-at", "-id")
        case "events":
            return _events(asked, actor), ("-at", "-id")
        case "overdue":
            return duties(asked, actor=actor).filter(due_at__lt=at.replace(microsecond=0)), ("due_at", "id")
        case _:
            return duties(asked, actor=actor), ("due_at", "id")


def _span(asked: Asked) -> Span:
    """The days of a list that has some."""
    if asked.span is None:
        raise ValueError(f"a list of {asked.what} needs its days")
    return asked.span


def _moments(asked: Asked) -> tuple[dt.datetime, dt.datetime]:
    return _span(asked).moments


def _received(asked: Asked) -> QuerySet[Any]:
    since, until = _moments(asked)
    found = Request.objects.filter(received_at__gte=since, received_at__lt=until)
    if asked.area is not None:
        found = found.filter(area=asked.area or None) if asked.area else found.filter(area__isnull=True)
    if asked.category is not None or asked.under:
        found = found.filter(category__in=filed_at(asked))
    tz = rules.current().worktime.tz
    if asked.hour is not None:
        found = found.annotate(hour=ExtractHour("received_at", tzinfo=tz)).filter(hour=asked.hour)
    if asked.weekday is not None:
        found = found.annotate(on=ExtractIsoWeekDay("received_at", tzinfo=tz)).filter(on=asked.weekday)
    return found.select_related("matter", "area").defer("search", "content")


def filed_at(asked: Asked) -> list[str]:
    """The texts that requests of these days were filed under and that stand where the list asks: three queries."""
    span, prefix = _span(asked), category_metric("")
    known = Tally.objects.filter(metric__startswith=prefix, day__gte=span.first, day__lte=span.last)
    texts = known.order_by().values_list("metric", flat=True).distinct()
    places = category_places()
    return [text for text in (one.removeprefix(prefix) for one in texts) if _stands(asked, places.now(text))]


def _stands(asked: Asked, path: str) -> bool:
    below = path == asked.under or path.startswith(asked.under + SEPARATOR)
    return (asked.category is None or path == asked.category) and (not asked.under or below)


def _duties_of(asked: Asked) -> QuerySet[Any]:
    found = Obligation.objects.select_related("matter", "matter__parent", "body")
    if asked.rule:
        found = found.filter(rule=asked.rule)
    if asked.body is not None:
        found = found.filter(body=asked.body)
    return found


def _met(asked: Asked) -> QuerySet[Any]:
    """Duties met in time, on the day on which they were met: as the ledger's tally `met` counts them."""
    since, until = _moments(asked)
    return _duties_of(asked).filter(state=ObligationState.MET, met_at__gte=since, met_at__lt=until)


def _missed(asked: Asked) -> QuerySet[Any]:
    """Duties that ran out, on the day of it: as the ledger's tally `breached` counts them."""
    since, until = _moments(asked)
    found = _duties_of(asked).filter(breached_at__gte=since, breached_at__lt=until, nature="duty")
    return found.exclude(state=ObligationState.CANCELLED)


def _known(found: QuerySet[Any], asked: Asked, actor: Actor) -> QuerySet[Any]:
    """Without secret matters for those who may not read them; the hotline's are never secret, and not looked up."""
    if (
        actor.can("documents.secret")
        or asked.function.startswith("hotline.")
        or asked.rule.startswith("hotline.")
    ):
        return found
    return found.filter(matter__secrecy="")


def _graded(asked: Asked) -> QuerySet[Any]:
    since, until = _moments(asked)
    found = Callback.objects.filter(answered=True, at__gte=since, at__lt=until)
    if asked.grade:
        found = found.filter(result=asked.grade)
    return found.select_related("request__matter", "dispatch__body")


def _events(asked: Asked, actor: Actor) -> QuerySet[Any]:
    since, until = _moments(asked)
    found = Event.objects.filter(kind=asked.event, at__gte=since, at__lt=until)
    if not asked.event.startswith("hotline.") and not actor.can("documents.secret"):
        found = found.filter(matter__secrecy="")
    if asked.body is not None:
        mine = Q(matter__body=asked.body)
        # what belongs to no unit is counted for the platform
        found = found.filter(
            mine | Q(matter__body__isnull=True) if asked.body == platform_body_id() else mine
        )
    return found.select_related("matter", "matter__parent", "matter__body")


def duties(asked: Asked, *, actor: Actor) -> QuerySet[Any]:
    """What is owed now; of secret matters only for those who may read secret papers.

    Matters of the hotline are never secret, so that they need not be looked up where they alone are asked for.
    """
    found = _duties_of(asked).filter(state=ObligationState.OPEN, nature="duty", due_at__isnull=False)
    if asked.function:
        found = found.filter(matter_kind__startswith=asked.function)
    found = _known(found, asked, actor)
    if asked.area is not None:
        place = "matter__dispatch__request__area"
        found = found.filter(**({place: asked.area} if asked.area else {f"{place}__isnull": True}))
    return found


def number(asked: Asked, *, actor: Actor, at: dt.datetime) -> int:
    """How many rows a list holds: from the tallies, or counted where what is open is asked for."""
    metrics = _metrics(asked)
    if metrics is None:
        return rows(asked, actor=actor, at=at)[0].count()
    span = _span(asked)
    found = Tally.objects.filter(metric__in=metrics, day__gte=span.first, day__lte=span.last)
    if asked.area is not None:
        found = found.filter(body=asked.area) if asked.area else found.filter(body__isnull=True)
    if asked.body is not None:
        found = found.filter(body=asked.body)
    if asked.weekday is not None:
        found = found.filter(day__iso_week_day=asked.weekday)
    return int(found.aggregate(total=Sum("count"))["total"] or 0)


def _metrics(asked: Asked) -> list[str] | None:
    """The tallies behind a list, None where none hold it."""
    if asked.what == "received":
        filed = asked.category is not None or bool(asked.under)
        if sum([asked.area is not None, filed, asked.hour is not None]) > 1:
            return None
        if filed:
            return [category_metric(text) for text in filed_at(asked)]
        return [hour_metric(asked.hour) if asked.hour is not None else RECEIVED]
    if asked.what in ("met", "missed"):
        # other functions have secret matters, which the tallies do not tell apart
        counted = asked.rule.startswith("hotline.")
        return [f"{'met' if asked.what == 'met' else 'breached'}:{asked.rule}"] if counted else None
    if asked.what == "graded":
        return [grade_metric(asked.grade)] if asked.grade else None
    return [f"event:{asked.event}"] if asked.what == "events" and asked.event.startswith("hotline.") else None


_WITHIN = frozenset({"supervision.part"})
"""Kinds that are led to by the matter that they belong to: finding their own page would cost a query each."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a list as the page shows it. readable: whether the reader may see what it is about."""

    number: str
    title: str
    kind: str
    url: str
    unit: str
    at: dt.datetime | None
    note: str
    readable: bool
    obligation: Any = None


def lines(asked: Asked, found: Iterable[Any], *, actor: Actor) -> list[Line]:
    """The rows of a page as they are shown. What the reader may not read is there without its title."""
    return [_LINES[asked.what](row, actor) for row in found]


def _line(
    matter: Any, actor: Actor, *, unit: str, at: dt.datetime | None, note: str, obligation: Any = None
) -> Line:
    readable = may_read_kind(actor, matter.kind, matter.body_id)
    page = matter.parent if matter.kind in _WITHIN and matter.parent_id else matter
    kept = matter.number or (matter.parent.number if matter.parent_id else "") or ""
    return Line(
        number=kept,
        title=matter.title if readable else "您没有查看这件事项的权限",
        kind=links.matter_label(matter.kind),
        url=links.matter_url(page) if readable else "",
        unit=unit,
        at=at,
        note=note,
        readable=readable,
        obligation=obligation,
    )


def _request_line(row: Any, actor: Actor) -> Line:
    unit = row.area.short_name if row.area else "未注明属地"
    note = state_label(REQUEST, row.matter.state)
    return _line(row.matter, actor, unit=unit, at=row.received_at, note=row.category or note)


def _grade_line(row: Any, actor: Actor) -> Line:
    day = row.at.astimezone(rules.current().worktime.tz).date()
    grade = rules.current().choice("hotline.satisfaction", day).label(row.result)
    unit = row.dispatch.body.short_name if row.dispatch_id else "全部承办单位"
    return _line(row.request.matter, actor, unit=unit, at=row.at, note=grade)


def _event_line(row: Any, actor: Actor) -> Line:
    unit = row.matter.body.short_name if row.matter.body_id else ""
    return _line(row.matter, actor, unit=unit, at=row.at, note=event_label(row.kind))


def _duty_line(row: Any, actor: Actor) -> Line:
    unit = row.body.short_name if row.body_id else "诉求人"
    at = row.met_at if row.state == ObligationState.MET else row.due_at
    return _line(row.matter, actor, unit=unit, at=at, note=row.title, obligation=row)


_LINES: Mapping[str, Callable[[Any, Actor], Line]] = {
    "received": _request_line,
    "graded": _grade_line,
    "events": _event_line,
    **dict.fromkeys(("met", "missed", "open", "overdue"), _duty_line),
}
