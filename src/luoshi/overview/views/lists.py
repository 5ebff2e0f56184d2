"""The list behind a number."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from luoshi.ledger import rules
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import NotAllowed
from luoshi.ledger.states import event_label
from luoshi.organisation.models import Body
from luoshi.organisation.pagekit import page_of
from luoshi.overview.city_tables import WEEKDAYS
from luoshi.overview.policies import may_see_unit
from luoshi.overview.selectors.city import FUNCTIONS, GRADES
from luoshi.overview.selectors.lists import WHATS, Asked, Line, lines, number, parsed, rows
from luoshi.overview.tables import Table, table
from luoshi.overview.views.common import actor_of, as_file, today

LARGEST = 2000
TIMES = {
    "received": "受理时间", "met": "完成时间", "missed": "到期时间", "graded": "回访时间", "events": "时间",
    "open": "到期时间", "overdue": "到期时间",
}  # fmt: skip
NOTES = {"received": "内容分类", "graded": "评价", "events": "办理"}


@require_safe
def page(request: HttpRequest, what: str) -> HttpResponse:
    """The rows, as many as the number said; or a file of them. Errors: 404, NotAllowed."""
    actor, now = actor_of(request), timezone.now()
    asked = parsed(what, request.GET, today())
    if asked is None:
        raise Http404(what)
    bodies = _bodies(asked)
    _require(asked, bodies, actor, today())
    found, keys = rows(asked, actor=actor, at=now)
    conditions = _conditions(asked, bodies)
    if request.GET.get("as"):
        made = _table(asked, lines(asked, found.order_by(*keys)[:LARGEST], actor=actor))
        return as_file(made, request.GET["as"], about="；".join(conditions))
    shown = page_of(request, found, keys=keys)
    context: dict[str, Any] = {
        "asked": asked,
        "title": WHATS[asked.what],
        "said": "；".join(conditions),
        "csv_url": _file_url(asked, "csv"),
        "xlsx_url": _file_url(asked, "xlsx"),
        "page": shown,
        "rows": lines(asked, shown.items, actor=actor),
        "number": number(asked, actor=actor, at=now),
        "columns": "|".join(_columns(asked)),
        "time": TIMES[asked.what],
        "note": NOTES.get(asked.what, "事项"),
        "with_due": asked.what in {"open", "overdue"},
        "largest": LARGEST,
        "now": now,
        "crumbs": [*_way(actor), (WHATS[asked.what], "")],
    }
    return render(request, "overview/list.html", context)


def _file_url(asked: Asked, form: str) -> str:
    return f"{asked.url}{'&' if '?' in asked.url else '?'}as={form}"


def _way(actor: Actor) -> list[tuple[str, str]]:
    return [("驾驶舱", reverse("overview-city"))] if actor.can("overview.city") else []


def _bodies(asked: Asked) -> dict[int, Body]:
    """The bodies that the filters name. Errors: 404 for one that is not there."""
    wanted = {pk for pk in (asked.area, asked.body) if pk}
    found: dict[int, Body] = Body.objects.in_bulk(wanted)
    if len(found) < len(wanted):
        raise Http404
    return found


def _require(asked: Asked, bodies: dict[int, Body], actor: Actor, day: dt.date) -> None:
    """Who sees the city sees all its lists; others those of the units that they may see."""
    if actor.can("overview.city"):
        return
    if asked.body is None or not may_see_unit(actor, bodies[asked.body], day=day):
        raise NotAllowed("您只能查看本单位或分管单位的清单", mend="请从“本单位全貌”进入")


def _conditions(asked: Asked, bodies: dict[int, Body]) -> list[str]:
    """The filters in words."""
    said = [asked.span.words] if asked.span else []
    if asked.rule:
        said.append(_rule_title(asked))
    if asked.function:
        said.append(FUNCTIONS.get(asked.function) or FUNCTIONS.get(asked.function.split(".")[0] + ".", ""))
    if asked.event:
        said.append(event_label(asked.event))
    if asked.body is not None:
        said.append(bodies[asked.body].short_name)
    if asked.area is not None:
        said.append(f"属地：{bodies[asked.area].short_name if asked.area else '未注明'}")
    said += _class(asked)
    if asked.weekday is not None:
        said.append(WEEKDAYS[(asked.weekday - 1) % 7])
    if asked.hour is not None:
        said.append(f"{asked.hour}时至{asked.hour + 1}时")
    if asked.grade:
        said.append(GRADES.get(asked.grade, asked.grade))
    return [one for one in said if one]


def _class(asked: Asked) -> list[str]:
    """The class of requests in words."""
    under = [f"内容分类：{asked.under}（含下级）"] if asked.under else []
    return under if asked.category is None else [f"内容分类：{asked.category or '未分类'}", *under]


def _rule_title(asked: Asked) -> str:
    try:
        return rules.current().limit(asked.rule, asked.span.last if asked.span else today()).title
    except LookupError:
        return asked.rule


def _columns(asked: Asked) -> tuple[str, ...]:
    unit = "属地" if asked.what == "received" else "单位"
    note = NOTES.get(asked.what, "应办事项")
    return ("编号", "标题", unit, note, TIMES[asked.what])


def _table(asked: Asked, found: list[Line]) -> Table:
    made = [
        (
            one.number,
            one.title,
            one.unit,
            one.note,
            f"{timezone.localtime(one.at):%Y-%m-%d %H:%M}" if one.at else "",
        )
        for one in found
    ]
    return table("list", WHATS[asked.what], _columns(asked), made)
