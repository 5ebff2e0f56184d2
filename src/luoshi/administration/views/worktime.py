"""The working calendar and the working hours: shown, drafted by form, and what a draft would move."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from luoshi.administration.forms_worktime import HoursForm, YearForm
from luoshi.administration.months import months
from luoshi.administration.rulewords import drafted, state_of, versions
from luoshi.engines.rulebook import Holidays, Rulebook, WorkingHours
from luoshi.engines.worktime import HoursRow
from luoshi.ledger import rules
from luoshi.organisation.pagekit import actor_of, answer_page, today
from luoshi.rulemaking import selectors, services
from luoshi.rulemaking.models import Change
from luoshi.rulemaking.said import season_words, spans_words

LAST = 2059
HOURS = "worktime.hours"
SHOWN = 50


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [("系统管理", reverse("administration-home")), *more]


def _years(chosen: int) -> list[dict[str, Any]]:
    """The years around this one as tabs; a year without a notice says so."""
    known, first = rules.current().calendar.sources, today().year - 1
    return [
        {
            "label": f"{year}年" + ("" if year in known else "（暂定）"),
            "url": f"?year={year}",
            "active": year == chosen,
        }
        for year in sorted({*range(first, first + 4), chosen})
    ]


def _year(request: HttpRequest) -> int:
    given = request.GET.get("year", "")
    year = int(given) if given.isdecimal() and len(given) == 4 else today().year
    if not rules.current().calendar.known_from.year <= year <= LAST:
        raise Http404(given)
    return year


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """A year's working days, and where they are announced."""
    year, book = _year(request), rules.current()
    rule_id = f"worktime.holidays_{year}"
    found = months(book.calendar, year)
    context = {
        "year": year,
        "tabs": _years(year),
        "months": found,
        "worked": sum(month.worked for month in found),
        "known": year in book.calendar.sources,
        "sources": book.calendar.sources.get(year, ()),
        "versions": versions(rule_id),
        "past": year < today().year,
        **state_of(rule_id, actor_of(request)),
        "crumbs": _crumbs(("工作日历", "")),
    }
    return answer_page(request, "administration/calendar.html", context)


@require_http_methods(["GET", "POST"])
def calendar_change(request: HttpRequest, year: int) -> HttpResponse:
    """Enter a year's notice; `preview` shows the grid without drafting anything."""
    book = rules.current()
    if not today().year <= year <= LAST:
        raise Http404(str(year))
    form = YearForm(request.POST or None, year=year, calendar=book.calendar)
    grids: list[Any] = []
    if request.method == "POST" and "preview" in request.POST:
        form.is_valid()
        for name in {"valid_from", "document", "reason"} & set(form.errors):
            form.errors.pop(name)
        if not form.errors:
            off = {day: row["name"] for row in form.found for day in row["off"]}
            work = {day: row["name"] for row in form.found for day in row["work"]}
            grids = months(book.calendar.with_year(year, off, work, "预览"), year, before=book.calendar)
    else:
        there = drafted(request, form, lambda values, **who: _draft_year(form, values, **who))
        if there is not None:
            return there
    context = {
        "form": form, "title": f"{year}年放假安排", "year": year, "months": grids,
        "back": f"{reverse('calendar')}?year={year}",
        "crumbs": _crumbs(("工作日历", f"{reverse('calendar')}?year={year}"), (f"{year}年放假安排", "")),
    }  # fmt: skip
    return answer_page(request, "administration/calendar_change.html", context, form)


def _draft_year(form: YearForm, values: dict[str, Any], **who: Any) -> Change:
    said = {name: values[name] for name in ("valid_from", "document", "reason")}
    entry = form.entry(values["document"])
    return services.worktime_draft(
        kind="holidays", entry=entry, title=f"{form.year}年放假安排", **said, **who
    )


@require_safe
def hours(request: HttpRequest) -> HttpResponse:
    """The working hours of today and later, and how they came about."""
    day = today()
    found = rules.current().hours.rows
    current = next(row for row in found if row.holds_on(day))
    rows = [{"season": season_words(row), "spans": spans_words(row), "now": row is current} for row in found]
    context = {
        "rows": rows,
        "versions": versions(HOURS),
        **state_of(HOURS, actor_of(request)),
        "crumbs": _crumbs(("作息时间", "")),
    }
    return answer_page(request, "administration/hours.html", context)


def newest_rows() -> tuple[HoursRow, ...]:
    """The rows that hold last: from the first to the one without a season."""
    found: list[HoursRow] = []
    for row in rules.current().hours.rows:
        found.append(row)
        if row.season is None:
            break
    return tuple(found)


@require_http_methods(["GET", "POST"])
def hours_change(request: HttpRequest) -> HttpResponse:
    """Draft other working hours."""
    form = HoursForm(request.POST or None, rows=newest_rows())

    def draft(values: dict[str, Any], **who: Any) -> Change:
        said = {name: values[name] for name in ("valid_from", "document", "reason")}
        return services.worktime_draft(
            kind="working_hours", entry=form.entry(), title="作息时间", **said, **who
        )

    there = drafted(request, form, draft)
    if there is not None:
        return there
    context = {
        "form": form,
        "back": reverse("hours"),
        "crumbs": _crumbs(("作息时间", reverse("hours")), ("修改", "")),
    }
    return answer_page(request, "administration/hours_change.html", context, form)


@require_safe
def effect(request: HttpRequest, pk: int) -> HttpResponse:
    """What a draft of working time would mean: the year's grid, and which open duties would be due at another time."""
    change = get_object_or_404(
        Change.objects.select_related("matter"), pk=pk, kind__in=["holidays", "working_hours"]
    )
    book, problems = (rules.current(), []) if change.matter.state == "in_force" else selectors.checked(change)
    found = selectors.effect(book, now=timezone.now(), body=_body(book, change)) if book is not None else None
    context = {
        "change": change,
        "problems": problems,
        "months": _grid(book, change) if book is not None else [],
        "effect": found,
        "rows": found.moved[:SHOWN] if found else [],
        "crumbs": _crumbs((change.matter.title, reverse("rule-change", args=[pk])), ("影响", "")),
    }
    return answer_page(request, "administration/effect.html", context)


def _body(book: Rulebook, change: Change) -> str:
    """The code of the body whose own working time a draft sets; none for that of the city."""
    rule = selectors.proposed(book, change)
    return rule.body if isinstance(rule, WorkingHours) else ""


def _grid(book: Rulebook, change: Change) -> list[Any]:
    rule = selectors.proposed(book, change)
    if not isinstance(rule, Holidays):
        return []
    return months(book.calendar, rule.year, before=rules.current().calendar)
