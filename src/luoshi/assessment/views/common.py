"""What the pages of the scores share: the period in the address, the scores as they may be seen, tabs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone

from luoshi.assessment.policies_sheets import may_read_unit, require
from luoshi.assessment.selectors.scored import LIVE, Scored, scored
from luoshi.engines.assessment import Period, PeriodError, UnitScore
from luoshi.engines.assessment.explain import period_words
from luoshi.engines.rulebook import UnknownRule
from luoshi.ledger.actors import Actor
from luoshi.organisation.models import Body
from luoshi.organisation.views.common import actor_of, today

KINDS = {"month": "月度", "quarter": "季度", "year": "年度"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SECTION = "12345考核"

__all__ = [
    "KINDS",
    "SECTION",
    "XLSX",
    "actor_of",
    "around",
    "asked",
    "body_of",
    "crumbs",
    "edition_tabs",
    "link",
    "period_of",
    "period_tabs",
    "score_of",
    "today",
]


def period_of(request: HttpRequest) -> Period:
    """The period that the address asks for, this month by default. Errors: 404 for what is none."""
    text = request.GET.get("period", "")
    if not text:
        return Period.of("month", today())
    try:
        period = Period.parse(text)
    except PeriodError:
        raise Http404(f"“{text}”不是考核期，请写成2017-10、2017-Q4或2017") from None
    if not 2000 <= period.first.year < 2100:
        raise Http404(f"没有{period.first.year}年的成绩")
    return period


def asked(request: HttpRequest, period: Period) -> Scored | None:
    """The scores asked for; None where the period has not begun, no scheme holds, or the scheme knows no such kind
    of period. Errors: 404 for an edition that is not there."""
    if period.first > today():
        return None
    try:
        return scored(
            period, now=timezone.now(), actor=actor_of(request), edition=request.GET.get("edition", "")
        )
    except (UnknownRule, PeriodError):
        return None
    except LookupError:
        raise Http404("没有这一版成绩") from None


def body_of(code: str) -> Body:
    """The unit of the address. Errors: 404."""
    found: Body | None = Body.objects.filter(code=code).first()
    if found is None:
        raise Http404("没有这个单位")
    return found


def score_of(request: HttpRequest, code: str) -> tuple[Period, Body, Scored | None, UnitScore | None]:
    """A unit's score for whoever may see it in full. Errors: 404, NotAllowed."""
    period, body = period_of(request), body_of(code)
    require(may_read_unit(actor_of(request), body.pk), "查看该单位考核成绩")
    found = asked(request, period)
    if found is None:
        return period, body, None, None
    try:
        return period, body, found, found.sheet.unit(code)
    except KeyError:
        return period, body, found, None


def link(name: str, *args: str, **query: str) -> str:
    """The address of a page with those of the query's values that are not empty."""
    kept = {key: value for key, value in query.items() if value}
    return reverse(name, args=args) + (f"?{urlencode(kept)}" if kept else "")


def kept_query(request: HttpRequest) -> dict[str, str]:
    """Period and edition of the address, for links to pages beside."""
    return {key: request.GET.get(key, "") for key in ("period", "edition")}


def period_tabs(request: HttpRequest, period: Period, name: str, *args: str) -> list[dict[str, Any]]:
    """Month, quarter, year; each leads to the period of that kind in which the shown one ends."""
    day = min(period.last, today())
    return [
        {
            "label": label,
            "url": link(name, *args, period=str(Period.of(kind, day))),
            "active": kind == period.kind,
            "count": None,
        }
        for kind, label in KINDS.items()
    ]


def around(period: Period, name: str, *args: str) -> Mapping[str, Any]:
    """The periods before and after with their addresses; none after today."""
    before, after = period.before, period.after
    return {
        "words": period_words(period),
        "before": {"label": period_words(before), "url": link(name, *args, period=str(before))},
        "after": None
        if after.first > today()
        else {"label": period_words(after), "url": link(name, *args, period=str(after))},
    }


def edition_tabs(actor: Actor, found: Scored, period: Period, name: str, *args: str) -> list[dict[str, Any]]:
    """Live and stored versions of the same period, where there is more than one to choose from."""
    row = found.row
    if row is None or row.closed_at is None or (found.is_live and row.published_at is None):
        return []
    tabs = [(str(number), _edition_label(row, number)) for number in range(row.revision, 0, -1)]
    return [
        {
            "label": label,
            "url": link(name, *args, period=str(period), edition=edition),
            "active": edition == found.edition,
            "count": None,
        }
        for edition, label in [*tabs, (LIVE, "实时")]
    ]


def _edition_label(row: Any, number: int) -> str:
    first = "已公布" if row.published_at else "已结账"
    if row.revision == 1:
        return first
    return f"{first}（第{number}版{'，修正后' if number > 1 else ''}）"


def crumbs(request: HttpRequest, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page below the league table."""
    return [("成绩排名", link("assessment-league", **kept_query(request))), *more]
