"""Pages on what the platform learns: how suggestions do, what many people complain of, the report of a day."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from procrastinate.exceptions import AlreadyEnqueued

from luoshi.hotline.models import Request
from luoshi.hotline.selectors.suggestion_use import models_known, taken_by_month, taken_by_unit
from luoshi.hotline.selectors.topics import Sheet, day_numbers, sheet_latest, sheet_of, units_of
from luoshi.hotline.services.shared import label_of
from luoshi.hotline.services.suggesting import BY_SIMILAR, ROWS_LEAST, history_enough
from luoshi.hotline.services.topics import topics_draw
from luoshi.hotline.tasks import learn
from luoshi.hotline.views.common import actor_of, badge
from luoshi.ledger.errors import Incomplete

LISTED = 200
YEAR = dt.timedelta(days=366)


@require_GET
def suggestion_index(request: HttpRequest) -> HttpResponse:
    """How dispatch suggestion was learned, how good it is, and how often what it said was taken."""
    now = timezone.now()
    known = models_known()
    return render(
        request,
        "hotline/suggestions.html",
        {
            "current": next((row for row in known if row.matter.state == "in_use"), None),
            "rows": [{"item": row, "badge": badge(row.matter)} for row in known],
            "months": taken_by_month(now - YEAR),
            "units": taken_by_unit(now - YEAR),
            "may_train": actor_of(request).can("hotline.supervise"),
            "by_similar": BY_SIMILAR,
        },
    )


@require_POST
def suggestion_train(request: HttpRequest) -> HttpResponse:
    """Have the worker learn anew from the dispatches up to now."""
    enough = history_enough(at=timezone.now())
    if not enough:
        raise Incomplete(
            "已办结的派单还不足以学习", mend=f"至少要有 {ROWS_LEAST} 件；此前按相似诉求的去向给出建议"
        )
    with contextlib.suppress(AlreadyEnqueued):
        learn.defer()
    messages.success(request, "已安排重新学习，约一分钟后启用新模型；刷新本页可见")
    return redirect("suggestion-list")


@require_GET
def topic_index(request: HttpRequest) -> HttpResponse:
    """What several people complain of, the hottest first; those that rise are set off."""
    sheet = sheet_latest()
    chosen = request.GET.get("show", "")
    topics = list(sheet.topics) if sheet else []
    rising = [topic for topic in topics if topic.rising]
    today = [topic for topic in topics if topic.today]
    shown = {"rising": rising, "today": today}.get(chosen, topics)
    tabs = [
        {"label": "全部", "url": reverse("hot-list"), "active": shown is topics, "count": len(topics)},
        {"label": "正在上升", "url": "?show=rising", "active": chosen == "rising", "count": len(rising)},
        {"label": "当日有新增", "url": "?show=today", "active": chosen == "today", "count": len(today)},
    ]
    return render(request, "hotline/topic_list.html", {"sheet": sheet, "topics": shown, "tabs": tabs})


@require_POST
def topic_draw(request: HttpRequest) -> HttpResponse:
    """Draw the topics up anew, now."""
    found = topics_draw(actor=actor_of(request), at=timezone.now())
    messages.success(request, f"已重新汇总，共 {len(found.topics)} 个热点")
    return redirect("hot-list")


@require_GET
def topic_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The requests behind a topic, and which units handle them: of the newest sheet, or of that of a day (`day`)."""
    given = request.GET.get("day", "")
    sheet = sheet_of(_day(given)) if given else sheet_latest()
    topic = sheet.topic(pk) if sheet else None
    if sheet is None or topic is None:
        raise Http404("没有这个热点")
    rows = Request.objects.filter(pk__in=topic.requests).select_related("matter", "area").defer("search")
    found = [
        {"item": row, "badge": badge(row.matter), "kind": label_of("hotline.kind", row.kind, row.received_at)}
        for row in rows.order_by("-received_at", "-matter")[:LISTED]
    ]
    context = {
        "topic": topic,
        "sheet": sheet,
        "rows": found,
        "units": units_of(topic.requests),
        "crumbs": [("热点诉求", reverse("hot-list")), (topic.title, "")],
    }
    return render(request, "hotline/topic_detail.html", context)


def _day(given: str) -> dt.date:
    """A day as an address gives it. Errors: 404."""
    try:
        return dt.date.fromisoformat(given)
    except ValueError:
        raise Http404("日期写法应如 2017-10-09") from None


def _named(pairs: tuple[tuple[str, int], ...], choice: str, at: dt.datetime) -> list[tuple[str, int]]:
    return [(label_of(f"hotline.{choice}", value, at), count) for value, count in pairs]


@require_GET
def daily_report(request: HttpRequest) -> HttpResponse:
    """The report of one day, made to be printed: what came, what was done, what rises."""
    now = timezone.localtime()
    day = _day(request.GET.get("day", "") or now.date().isoformat())
    if day > now.date():
        raise Http404("这一天还没有到")
    sheet: Sheet | None = sheet_of(day)
    zone = timezone.get_current_timezone()
    numbers = day_numbers(day, zone)
    at = dt.datetime.combine(day, dt.time(12), zone)
    context: dict[str, Any] = {
        "day": day,
        "numbers": numbers,
        "change": numbers.received - numbers.before,
        "decrease": numbers.before - numbers.received,
        "counts": [
            ("诉求类型", _named(numbers.kinds, "kind", at)),
            ("来件渠道", _named(numbers.channels, "channel", at)),
            ("内容分类", numbers.categories),
            ("派往单位", numbers.units),
        ],
        "sheet": sheet,
        "rising": [topic for topic in sheet.topics if topic.rising][:10] if sheet else [],
        "hot": [topic for topic in sheet.topics if not topic.rising][:10] if sheet else [],
        "before": day - dt.timedelta(days=1),
        "after": day + dt.timedelta(days=1) if day < now.date() else None,
        "until": now if day == now.date() else None,
    }
    return render(request, "hotline/daily_report.html", context)
