"""The city dashboard, its wall-screen form, and its tables as files."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from luoshi.hotline.models.categories import SEPARATOR
from luoshi.overview import topics
from luoshi.overview.city_tables import CITY, shown
from luoshi.overview.periods import BEFORE
from luoshi.overview.places import grid
from luoshi.overview.selectors.city import GRADES, City, city, rate_words
from luoshi.overview.views.common import actor_of, as_file, period_of, period_tabs

WALL_UNITS = 7
WALL_CATEGORIES = 8
MOST_TOPICS = 8
LONGEST = 60
"""Of a class's full name."""


def _found(request: HttpRequest) -> City:
    under = request.GET.get("under", "")[:LONGEST]
    return city(chosen=period_of(request), actor=actor_of(request), at=timezone.now(), under=under)


def _trail(found: City) -> list[tuple[str, str]]:
    """The classes above the one looked into, and it: (name, full name)."""
    names = found.under.split(SEPARATOR) if found.under else []
    return [(name, SEPARATOR.join(names[: place + 1])) for place, name in enumerate(names)]


def _context(request: HttpRequest, found: City) -> dict[str, Any]:
    with_hotline = "hotline" not in settings.WITHOUT
    return {
        "city": found,
        "period": found.chosen,
        "period_tabs": period_tabs(found.chosen),
        "before_words": BEFORE[found.chosen.code],
        "content_words": rate_words(found.content),
        "grades": [(label, found.grades[code]) for code, label in GRADES.items() if code in found.grades],
        "content_before": rate_words(found.content_before),
        "hotline": with_hotline,
        "map": grid(found.places) if with_hotline else (),
        "topics": topics.rising(found.at)[:MOST_TOPICS] if with_hotline else (),
        "may_open_topics": actor_of(request).can("hotline.read_all"),
        "now": found.at,
        "trail": _trail(found),
        "deeper": [one for one in found.categories if one.below and one.figure.value],
        "subtitle": f"{found.chosen.label}（{found.chosen.span.words}），与{BEFORE[found.chosen.code]}比较",
    }


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The dashboard."""
    found = _found(request)
    names = list(CITY) if "hotline" not in settings.WITHOUT else ["functions"]
    hidden = {"days"} if found.chosen.code == "today" else set()
    hidden |= {"heat"} if found.chosen.code in {"today", "week"} else set()
    tables = {name: shown(CITY[name](found)) for name in names if name not in hidden}
    return render(request, "overview/city.html", {**_context(request, found), "tables": tables})


@require_safe
def wall(request: HttpRequest) -> HttpResponse:
    """The same for a wall screen: large, dark, nothing to press; it draws itself anew every minute."""
    found = _found(request)
    tables = {name: CITY[name](found) for name in ("hours", "days", "categories") if found.received}
    if "categories" in tables:
        made = tables["categories"]
        rows = made.rows[:WALL_CATEGORIES]
        tables["categories"] = type(made)(made.code, made.title, made.columns, rows, made.chart)
    context = {**_context(request, found), "tables": tables, "worst": found.units[:WALL_UNITS]}
    return render(request, "overview/wall.html", context)


@require_safe
def table(request: HttpRequest, name: str, form: str) -> HttpResponse:
    """One of the dashboard's tables as CSV or XLSX. Errors: 404."""
    if name not in CITY or ("hotline" in settings.WITHOUT and name != "functions"):
        raise Http404(name)
    found = _found(request)
    return as_file(CITY[name](found), form, about=f"{found.chosen.label}（{found.chosen.span.words}）")
