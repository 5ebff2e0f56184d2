"""The league table of a period, as a page and as a workbook."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from openpyxl import Workbook

from luoshi.assessment import charts, shown
from luoshi.assessment.policies_sheets import may_read_all, may_read_unit
from luoshi.assessment.selectors.scored import Scored, scored
from luoshi.assessment.selectors.sheets import shown_of_others
from luoshi.assessment.views import common
from luoshi.engines.assessment import Period, Sheet
from luoshi.engines.assessment.explain import period_words, why_unranked
from luoshi.exchange import workbook
from luoshi.ledger.actors import Actor
from luoshi.organisation.models import Body


def page(request: HttpRequest) -> HttpResponse:
    """The units by rank, those without a rank below with the reason."""
    period, actor = common.period_of(request), common.actor_of(request)
    found = common.asked(request, period)
    context: dict[str, Any] = {
        "period": period,
        "around": common.around(period, "assessment-league"),
        "period_tabs": common.period_tabs(request, period, "assessment-league"),
        "kinds": Body.Kind.choices,
        "chosen": request.GET.get("class", ""),
        "found": found,
        "read_all": may_read_all(actor),
        "scheme_url": common.link("assessment-scheme", period=str(period)),
        "whatif_url": common.link("assessment-whatif", period=str(period)),
        "crumbs": [("成绩排名", "")],
    }
    if found is not None:
        context |= _table(request, found, actor, period)
    return render(request, "assessment/league.html", context)


def _table(request: HttpRequest, found: Scored, actor: Actor, period: Period) -> dict[str, Any]:
    everyone, own = may_read_all(actor), _own(found, actor)
    others = shown_of_others(found.as_of)
    rows = shown.league(
        found.sheet,
        _before(actor, period, found),
        full=lambda code: may_read_unit(actor, found.bodies[code].pk),
        own=own,
        others=others,
    )
    kept = [row for row in rows if _matches(request, found.bodies[row.score.unit], row)]
    graded = period.kind in found.sheet.scheme.graded
    names = list(shown.SHORT.values())
    parts = names if any(row.full for row in kept) else []
    bottom = names if any(row.full and row.score.rank is None for row in kept) else []
    totals = [row.score.total for row in rows if row.rank is not None or row.score.rank is not None]
    mine = next((row.score.total for row in rows if row.mine and row.score.rank is not None), None)
    return {
        "rows": kept,
        "ranked": [row for row in kept if row.score.rank is not None],
        "unranked": [row for row in kept if row.score.rank is None],
        "ranked_count": sum(score.rank is not None for score in found.sheet.units),
        "why_unranked": why_unranked(found.sheet),
        "chart": charts.distribution(totals, mine) if everyone or "total" in others else None,
        "editions": common.edition_tabs(actor, found, period, "assessment-league"),
        "query": request.GET.urlencode(),
        "unit_query": urlencode({key: value for key, value in common.kept_query(request).items() if value}),
        "graded": graded,
        "others": others,
        "source": source_words(found),
        "show_parts": bool(parts),
        "unranked_parts": bool(bottom),
        "columns": "|".join(["名次", "责任单位", "总分", "较上期", *parts, *(["等次"] if graded else [])]),
        "unranked_columns": "|".join(["责任单位", *bottom]),
        "empty": "没有这样的单位" if request.GET.get("q") or request.GET.get("class") else "还没有排名",
    }


def _own(found: Scored, actor: Actor) -> str:
    """The code of the reader's own unit, empty for those who have none on the sheet."""
    return next((code for code, body in found.bodies.items() if body.pk == actor.body_id), "")


def _matches(request: HttpRequest, body: Body, row: shown.Standing) -> bool:
    """Whether a unit is of the class and has the words asked for."""
    kind, words = request.GET.get("class", ""), request.GET.get("q", "").split()
    names = f"{row.score.name} {body.name} {body.short_name} {body.code}"
    return (not kind or body.kind == kind) and all(word in names for word in words)


def _before(actor: Actor, period: Period, found: Scored) -> Sheet | None:
    """The scores of the period before, where a scheme held then and anybody was ranked."""
    try:
        sheet = scored(period.before, now=timezone.now(), actor=actor).sheet
    except LookupError:
        return None
    return sheet if any(score.rank is not None for score in sheet.units) else None


def download(request: HttpRequest) -> HttpResponse:
    """The league table as a workbook: for those who see all with every item, for a unit what it may see."""
    period, actor = common.period_of(request), common.actor_of(request)
    found = common.asked(request, period)
    if found is None:
        raise Http404("该期没有成绩")
    book = Workbook(write_only=True)
    title = f"{found.sheet.scheme.title} {period_words(period)}"
    head = [source_words(found)]
    if may_read_all(actor):
        workbook.add_league(book, title, head, found.sheet)
        workbook.add_items(book, found.sheet)
    else:
        rows = _table(request, found, actor, period)["rows"]
        seen = [("不排名" if row.score.rank is None else row.rank, row.score.name, row.total) for row in rows]
        workbook.add_table(book, "总表", [title, *head], ["名次", "责任单位", "总分"], seen)
    return attachment(book, f"{title}.xlsx")


def source_words(found: Scored) -> str:
    """Where the scores come from, in a sentence."""
    at = timezone.localtime(found.as_of)
    moment = f"{at:%Y}年{at.month}月{at.day}日{at:%H:%M}"
    if found.is_live:
        return f"截至{moment}，实时计算"
    row = found.row
    told = "已公布" if row is not None and row.published_at else "已结账，尚未公布"
    revised = f"，第{found.edition}版（按申诉决定修正）" if found.edition != "1" else ""
    return f"数据截至{moment}，{told}{revised}"


def attachment(book: Any, name: str) -> HttpResponse:
    """A workbook to be saved under a name."""
    stream = BytesIO()
    book.save(stream)
    answer = HttpResponse(stream.getvalue(), content_type=common.XLSX)
    answer.headers["Content-Disposition"] = str(content_disposition_header(as_attachment=True, filename=name))
    return answer
