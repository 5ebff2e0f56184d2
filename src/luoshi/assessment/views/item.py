"""One item of a unit's sheet: how it was computed, and the cases behind each of its counts."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from luoshi.assessment import shown
from luoshi.assessment.policies_sheets import may_read_all, may_read_unit, require
from luoshi.assessment.selectors.behind import absorbed_on, amount, held_of, left_out, sources, with_charges
from luoshi.assessment.selectors.live import matters_behind, scheme_for
from luoshi.assessment.selectors.scored import Scored
from luoshi.assessment.selectors.sheets import sheet_of
from luoshi.assessment.views import common
from luoshi.assessment.views.league import source_words
from luoshi.engines.assessment import Line, Period, UnitScore, explain, gains
from luoshi.engines.rulebook import UnknownRule
from luoshi.engines.rulebook.scheme import Item, Scheme
from luoshi.ledger import links
from luoshi.organisation.models import Body

LISTED = 20
REQUEST = "hotline.request"


def page(request: HttpRequest, unit: str, item: str) -> HttpResponse:
    """How a unit came to the points of an item."""
    period, body, found, score = common.score_of(request, unit)
    if found is None or score is None:
        raise Http404("该期没有这个单位的成绩")
    if found.is_live:
        score = with_charges(score, held_of(body, period))
    line = _line(score, item)
    query = common.kept_query(request)
    context: dict[str, Any] = {
        "body": body,
        "line": line,
        "item": line.item,
        "eyebrow": f"{line.item.id}　{body.short_name}　{explain.period_words(period)}",
        "source": source_words(found),
        "told": explain.sentence(found.sheet, score, line),
        "formula": explain.formula_words(found.sheet.scheme, line.item),
        "no_data": shown.no_data_words(line.item),
        "held": shown.held_words(found.sheet.scheme, line.item),
        "counts": _counts(request, found.sheet.scheme, line, unit),
        "clauses": [found.book.clause(id) for id in (*line.item.cite, *line.item.see)],
        "mean": found.sheet.means.get(line.item.id),
        "others": _others(request, found, item),
        "ways": [
            shown.lift_words(gain, score)
            for gain in gains(found.sheet, score)
            if gain.line.item.id == line.item.id
        ],
        "scheme_url": common.link("assessment-scheme", period=str(period)),
        "crumbs": common.crumbs(
            request,
            (body.short_name, common.link("assessment-unit", unit, **query)),
            (f"{line.item.id} {line.item.title}", ""),
        ),
    }
    return render(request, "assessment/item.html", context)


def _line(score: UnitScore, item: str) -> Line:
    try:
        return score.line(item)
    except KeyError:
        raise Http404("考核方案中没有这一项") from None


def _counts(request: HttpRequest, scheme: Scheme, line: Line, unit: str) -> list[dict[str, Any]]:
    """The counts of an item with their labels and the way to their cases; what failed outright is marked."""
    query = common.kept_query(request)
    used = line.item.formula.names if line.item.formula else ()
    rows = []
    for name, value in line.counts.items():
        count = line.item.counts[name]
        rows.append(
            {
                "label": explain.label(scheme, line.item, name),
                "value": explain.number(value),
                "alarm": bool(value) and name not in used,
                "url": common.link(
                    "assessment-cases", unit, line.item.id, count=sources(scheme, count)[0], **query
                )
                if value
                else "",
            }
        )
    return rows


def _others(request: HttpRequest, found: Scored, item: str) -> list[dict[str, Any]]:
    """All units' points in the item, the best first, for those who see all."""
    if not may_read_all(common.actor_of(request)):
        return []
    query = common.kept_query(request)
    lines = [(score, score.line(item)) for score in found.sheet.units]
    return [
        {
            "unit": score.unit,
            "name": score.name,
            "points": line.points,
            "note": explain.note(score, line),
            "url": common.link("assessment-item", score.unit, item, **query),
        }
        for score, line in sorted(lines, key=lambda pair: (-pair[1].points, pair[0].unit))
    ]


def cases(request: HttpRequest, unit: str, item: str) -> HttpResponse:
    """The cases behind a count of an item."""
    period, body = common.period_of(request), common.body_of(unit)
    require(may_read_unit(common.actor_of(request), body.pk), "查看该单位考核成绩")
    scheme, leaf = _leaf(period, item)
    counts = _listed(scheme, leaf)
    count = request.GET.get("count", "") or counts[0]
    if count not in counts:
        raise Http404("考核项中没有这个计数")
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    rows = matters_behind(body, count, period, after=after, before=before)
    query = common.kept_query(request)
    context = {
        "body": body,
        "item": leaf,
        "eyebrow": f"{leaf.id} {leaf.title}　{body.short_name}　{explain.period_words(period)}",
        "subtitle": _cases_words(period),
        "label": explain.count_label(scheme, count),
        "page": rows,
        "cases": [_case(request, row, count) for row in rows.items],
        "tabs": [
            {
                "label": explain.count_label(scheme, name),
                "url": common.link("assessment-cases", unit, item, count=name, **query),
                "active": name == count,
                "count": None,
            }
            for name in counts
        ],
        **_left_out(request, body, count, period),
        "absorbed": absorbed_on(body, count, period)[:LISTED],
        "crumbs": common.crumbs(
            request,
            (body.short_name, common.link("assessment-unit", unit, **query)),
            (f"{leaf.id} {leaf.title}", common.link("assessment-item", unit, item, **query)),
            ("计入的事项", ""),
        ),
    }
    return render(request, "assessment/cases.html", context)


def _leaf(period: Period, item: str) -> tuple[Scheme, Item]:
    """The scheme of a period and one of its items. Errors: 404."""
    try:
        scheme = scheme_for(period)
    except UnknownRule:
        raise Http404("该期没有生效的考核方案") from None
    leaf = next((leaf for leaf in scheme.leaves() if leaf.id == item), None)
    if leaf is None:
        raise Http404("考核方案中没有这一项")
    return scheme, leaf


def _cases_words(period: Period) -> str:
    """What the list holds; beside a closed sheet, that it shows today's records."""
    words = "下列事项计入这一计数，按登记先后倒序排列；点编号查看该件的办理过程。"
    row = sheet_of(period)
    if row is None or row.closed_at is None:
        return words
    return f"{words}这里列出的是现有记录；该期已结账，成绩以结账时的数据和其后的申诉修正为准。"


def _left_out(request: HttpRequest, body: Body, count: str, period: Period) -> dict[str, Any]:
    """The cases that a count leaves out for now, with the reason."""
    waiting = left_out(body, count, period)
    if waiting is None:
        return {}
    rows, why = list(waiting[0][: LISTED + 1]), waiting[1]
    return {
        "left_out": [_case(request, row, count) for row in rows[:LISTED]],
        "left_out_more": len(rows) > LISTED,
        "why": why,
    }


def _listed(scheme: Scheme, leaf: Item) -> list[str]:
    """The counts of an item whose cases can be listed, derived ones by what they are made from."""
    found = [source for count in leaf.counts.values() for source in sources(scheme, count)]
    return list(dict.fromkeys(found))


def _case(request: HttpRequest, row: Any, count: str) -> dict[str, Any]:
    """A case as the list shows it; its address only for those who may read it."""
    matter, actor = row.matter, common.actor_of(request)
    # a request answered at once was dispatched to nobody: only the platform reads it
    may = actor.can("hotline.read_all") if matter.kind == REQUEST else links.may_read(actor, matter)
    return {
        "matter": matter,
        "title": matter.title if may else "",
        "kind": links.matter_label(matter.kind),
        "parent": matter.parent.number if matter.parent_id else "",
        "url": links.matter_url(matter) if may else "",
        "amount": explain.number(amount(row, count)),
    }
