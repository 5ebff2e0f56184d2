"""The messages of the one who asks: by day, opened, marked as read, and which topics are wanted."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.inbox import selectors, services
from luoshi.ledger import links
from luoshi.ledger.errors import NotAllowed
from luoshi.ledger.notices import TOPICS
from luoshi.ledger.paging import key_page
from luoshi.ledger.states import event_label
from luoshi.organisation.pagekit import actor_of, today

TONES = {
    "overdue": "danger",
    "returned": "danger",
    "urged": "warning",
    "near": "warning",
    "decided": "success",
}
LATEST = 6
"""How many the bell opens."""
HIDDEN = "涉密事项，打开后查看"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What I am told, the latest first, grouped by day; all or what is unread, by topic."""
    actor = actor_of(request)
    which, topic = request.GET.get("which", ""), request.GET.get("topic", "")
    rows = selectors.unread_for(actor) if which == "unread" else selectors.messages_for(actor)
    if topic in TOPICS:
        rows = rows.filter(topic=topic)
    page = key_page(
        selectors.with_read(actor, rows),
        keys=("-id",),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    shown = groupby((_shown(row) for row in page.items), key=lambda one: one["day"])
    context = {
        "page": page,
        "days": [(day, list(rows)) for day, rows in shown],
        "which": which,
        "topic": topic,
        "today": today(),
        "topics": TOPICS.items(),
        "tabs": [
            {"label": "全部", "url": "?", "active": which != "unread"},
            {"label": "未读", "url": "?which=unread", "active": which == "unread"},
        ],
        "crumbs": [("消息", "")],
    }
    part = request.headers.get("HX-Target") == "messages-list"
    return render(request, "inbox/_list.html" if part else "inbox/index.html", context)


def _shown(row: Any) -> dict[str, Any]:
    """A message in words; the title of a secret matter is not written in a list."""
    matter = row.matter
    number = matter.number or (matter.parent.number if matter.parent else "") or ""
    said = row.said or event_label(row.event)
    return {
        "row": row,
        "day": _day(row.at),
        "said": f"{event_label(row.event)}：{row.said}" if row.said and row.topic != "overdue" else said,
        "title": HIDDEN if row.secret else matter.title,
        "kind": links.matter_label(matter.kind),
        "number": "" if row.secret else number,
        "topic": TOPICS.get(row.topic, ""),
        "tone": TONES.get(row.topic, "info"),
    }


def _day(at: dt.datetime) -> dt.date:
    return timezone.localtime(at).date()


def _mine(request: HttpRequest, pk: int) -> Any:
    return get_object_or_404(
        selectors.messages_for(actor_of(request)).select_related("matter__parent"), pk=pk
    )


@require_safe
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to what a message is about; it counts as read. Errors: 404, NotAllowed where the matter is no longer mine."""
    message, actor = _mine(request, pk), actor_of(request)
    services.message_read(message=message, actor=actor)
    address = links.matter_url(message.matter)
    if not address or not links.may_read(actor, message.matter):
        raise NotAllowed("这件事项现在不由您办理，不能查看", mend="如确需了解，请联系经办单位")
    return redirect(address)


@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one message as read and stay on the list."""
    services.message_read(message=_mine(request, pk), actor=actor_of(request))
    return redirect(_back(request))


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all as read; from the bell, what it shows is drawn anew."""
    count = services.messages_read_all(actor=actor_of(request))
    done = f"{count}条消息已标为已读" if count else "没有未读的消息"
    if request.headers.get("HX-Target") == "bell-panel":
        return _panel(request, done=done)
    messages.success(request, done)
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    here = reverse("inbox")
    return f"{here}?which=unread" if request.POST.get("which") == "unread" else here


@require_safe
def count(request: HttpRequest) -> HttpResponse:
    """How much is unread, for the bell."""
    return render(request, "inbox/_count.html")


@require_safe
def latest(request: HttpRequest) -> HttpResponse:
    """What the bell opens: the latest few, with the way to all."""
    return _panel(request)


def _panel(request: HttpRequest, done: str = "") -> HttpResponse:
    actor = actor_of(request)
    rows = selectors.with_read(actor, selectors.messages_for(actor)).order_by("-pk")[:LATEST]
    return render(request, "inbox/_latest.html", {"latest": [_shown(row) for row in rows], "done": done})


@require_http_methods(["GET", "HEAD", "POST"])
def topics(request: HttpRequest) -> HttpResponse:
    """Which topics I want to be told of."""
    actor = actor_of(request)
    if request.method == "POST":
        services.topics_choose(actor=actor, wanted=request.POST.getlist("topics"))
        messages.success(request, "已保存，以后只提醒您选中的几类")
        return redirect("inbox")
    muted = selectors.muted_topics(actor.user_id or 0)
    context = {
        "topics": [(code, label, code not in muted) for code, label in TOPICS.items()],
        "crumbs": [("消息", reverse("inbox")), ("提醒哪些消息", "")],
    }
    return render(request, "inbox/topics.html", context)
