"""A unit's sheet: the total, each item with its sentence, what would lift it, the months before."""

from __future__ import annotations

from itertools import dropwhile
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from openpyxl import Workbook

from luoshi.assessment import charts, shown
from luoshi.assessment.policies_sheets import may_appeal_against, may_read_all, may_read_unit, require
from luoshi.assessment.selectors.behind import Held, held_of, numbers_behind, with_charges
from luoshi.assessment.selectors.scored import Scored, trend
from luoshi.assessment.views import common
from luoshi.assessment.views.league import attachment, source_words
from luoshi.engines.assessment import Line, Period, UnitScore, explain, gains
from luoshi.exchange import workbook
from luoshi.ledger import links
from luoshi.organisation.models import Body

MONTHS = 12


def page(request: HttpRequest, unit: str) -> HttpResponse:
    """A unit's sheet of a period."""
    period, body, found, score = common.score_of(request, unit)
    query = common.kept_query(request)
    context: dict[str, Any] = {
        "body": body,
        "period": period,
        "words": explain.period_words(period),
        "around": common.around(period, "assessment-unit", unit),
        "period_tabs": common.period_tabs(request, period, "assessment-unit", unit),
        "trend_url": common.link("assessment-trend", unit, period=str(period)),
        "xlsx_url": common.link("assessment-unit-xlsx", unit, **query),
        "crumbs": common.crumbs(request, (body.short_name, "")),
        "query": request.GET.urlencode(),
        "found": found,
        "score": score,
    }
    if found is not None and score is not None:
        context |= _sheet(request, found, score, body, period)
    return render(request, "assessment/unit.html", context)


def _sheet(
    request: HttpRequest, found: Scored, score: UnitScore, body: Body, period: Period
) -> dict[str, Any]:
    sheet, actor = found.sheet, common.actor_of(request)
    held = held_of(body, period)
    score = with_charges(score, held) if found.is_live else score
    ways = gains(sheet, score)
    return {
        "source": source_words(found),
        "told": explain.total_sentence(sheet, score),
        "parts": _parts(found, score),
        "ranked": sum(one.rank is not None and one.class_ == score.class_ for one in sheet.units)
        if sheet.scheme.by_class
        else sum(one.rank is not None for one in sheet.units),
        "rows": shown.rows(sheet, score),
        "ways": [(gain, shown.lift_words(gain, score)) for gain in ways if gain.total > 0],
        "in_vain": [(gain, shown.lift_words(gain, score)) for gain in ways if gain.total == 0],
        "fixed": shown.not_liftable(score),
        "chart": charts.lifts(ways),
        "charges": [_held(request, found, one) for one in held],
        "editions": common.edition_tabs(actor, found, period, "assessment-unit", body.code),
        "appeal_url": _appeal(request, found, body),
    }


def _held(request: HttpRequest, found: Scored, one: Held) -> dict[str, Any]:
    """A charge or an entry in the unit's favour as the page shows it."""
    may = links.may_read(common.actor_of(request), one.matter)
    return {
        "label": explain.count_label(found.sheet.scheme, one.charge.count),
        "url": links.matter_url(one.matter) if may else "",
        "ref": one.charge.ref,
        "order": one.charge.matter,
        "month": one.charge.month,
        "times": one.charge.times,
        "counts": one.counts,
        "bonus": one.bonus,
    }


def _appeal(request: HttpRequest, found: Scored, body: Body) -> str:
    """Where the unit's own people appeal against this sheet; empty where no window is open."""
    row, actor = found.row, common.actor_of(request)
    if row is None or actor.body_id != body.pk or not may_appeal_against(actor, row, timezone.now()):
        return ""
    return common.link("appeal-new", str(row.pk))


def _parts(found: Scored, score: UnitScore) -> list[dict[str, Any]]:
    """The parts of the total: name, points, the most there is, whether it is taken off."""
    parts = []
    for part, points in score.parts.items():
        tops = [item for item in found.sheet.scheme.items if item.part == part]
        if not tops:
            continue
        most = [item.max if item.max is not None else item.cap for item in tops]
        parts.append(
            {
                "name": tops[0].title if len(tops) == 1 else explain.PARTS[part],
                "points": points,
                "most": None if None in most else sum(value for value in most if value is not None),
                "taken": part == "deduction",
                "part": part,
            }
        )
    return parts


def months(request: HttpRequest, unit: str) -> HttpResponse:
    """The last twelve months of a unit; alone it is a page, asked for by htmx it is the part of one."""
    period, body = common.period_of(request), common.body_of(unit)
    require(may_read_unit(common.actor_of(request), body.pk), "查看该单位考核成绩")
    last = Period.of("month", min(period.last, common.today()))
    wanted = [last]
    while len(wanted) < MONTHS:
        wanted.append(wanted[-1].before)
    points = trend(body, wanted[::-1], now=timezone.now(), actor=common.actor_of(request))
    counted = dropwhile(lambda point: point.mean is None, points)  # from the first month that ranks anybody
    known = [point for point in counted if point.total is not None]
    context = {
        "body": body,
        "points": [
            (point, common.link("assessment-unit", unit, period=str(point.period))) for point in known[::-1]
        ],
        "chart": charts.monthly(known, body.short_name) if len(known) > 1 else None,
        "crumbs": common.crumbs(
            request,
            (body.short_name, common.link("assessment-unit", unit, period=str(period))),
            ("按月走势", ""),
        ),
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, "assessment/_trend.html" if part else "assessment/trend.html", context)


def download(request: HttpRequest, unit: str) -> HttpResponse:
    """A unit's sheet as a workbook, down to the cases behind each count."""
    period, body, found, score = common.score_of(request, unit)
    if found is None or score is None:
        raise Http404("该期没有这个单位的成绩")

    def matters(line: Line) -> workbook.Behind:
        return numbers_behind(body, line, found.sheet.scheme, period)

    book = Workbook(write_only=True)
    workbook.add_unit(
        book,
        workbook.sheet_title(body.short_name, {"总表"}),
        found.sheet,
        score,
        lambda item: "；".join(found.book.clause(id) for id in (*item.cite, *item.see)),
        matters,
    )
    name = f"{body.short_name} {explain.period_words(period)}考核成绩"
    if may_read_all(common.actor_of(request)):
        workbook.add_league(book, found.sheet.scheme.title, [source_words(found)], found.sheet)
    return attachment(book, f"{name}.xlsx")
