"""The platform's queues: call-backs, the voluntary list, hard cases, monthly notices; and files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from luoshi.hotline import services
from luoshi.hotline.models import Escalation, MonthlyNotice, Request
from luoshi.hotline.selectors.requests import (
    callback_again,
    callback_queue,
    called_back,
    feedback_queue,
    is_hidden,
    offers_open,
)
from luoshi.hotline.services.notices import notice_csv
from luoshi.hotline.services.shared import rule_day
from luoshi.hotline.states import REQUEST
from luoshi.hotline.views.common import actor_of, badge, labels, may_read
from luoshi.hotline.views.trail import trail_of
from luoshi.ledger import links
from luoshi.ledger.errors import NotAllowed
from luoshi.ledger.models import Attachment
from luoshi.ledger.paging import key_page
from luoshi.ledger.services.attachments import attachment_open

CODE = "代码"  # of the unit: for other systems, in the exported table only
QUEUES: dict[str, tuple[str, Callable[[], QuerySet[Request]]]] = {
    "concluded": ("待反馈", feedback_queue),
    "fed_back": ("待回访", callback_queue),
    "again": ("整改后待再次回访", callback_again),
    "called_back": ("已回访", called_back),
}


def _cursor(request: HttpRequest) -> dict[str, Any]:
    return {"after": request.GET.get("after", ""), "before": request.GET.get("before", "")}


@require_GET
def callback_index(request: HttpRequest) -> HttpResponse:
    """What waits for feedback or a call-back, the longest first; every concluded request comes here."""
    state = request.GET.get("state", "")
    rows = QUEUES[state][1]() if state in QUEUES else feedback_queue() | callback_queue()
    page = key_page(rows, keys=("received_at", "matter_id"), **_cursor(request))
    shown = [{"item": row, "badge": badge(row.matter), "labels": labels(row)} for row in page.items]
    tabs = [{"label": "待办", "url": "?", "active": state not in QUEUES}] + [
        {"label": label, "url": f"?state={code}", "active": state == code}
        for code, (label, _) in QUEUES.items()
    ]
    return render(
        request,
        "hotline/callback_list.html",
        {"page": page, "rows": shown, "tabs": tabs, "trail": trail_of("callbacks", request)},
    )


@require_GET
def voluntary_index(request: HttpRequest) -> HttpResponse:
    """Requests that any unit may take."""
    page = key_page(offers_open(), keys=("offered_at", "id"), **_cursor(request))
    may_claim = actor_of(request).can("hotline.unit")
    return render(request, "hotline/voluntary_list.html", {"page": page, "may_claim": may_claim})


@require_POST
def voluntary_claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a request from the voluntary list for one's own unit; the first one gets it."""
    subject = Request.objects.select_related("matter", "contact").filter(pk=pk).first()
    if subject is None:
        raise services.taken() if is_hidden(REQUEST, pk) else Http404(pk)
    dispatch = services.request_claim(request=subject, actor=actor_of(request), at=timezone.now())
    messages.success(request, "已领办，现在开始计时")
    return redirect("dispatch-detail", pk=dispatch.pk)


@require_GET
def escalation_index(request: HttpRequest) -> HttpResponse:
    """Hard cases put to the leaders, undecided ones first."""
    rows = Escalation.objects.select_related("request__matter")
    if not request.GET.get("all"):
        rows = rows.filter(decided_at__isnull=True)
    page = key_page(rows, keys=("-put_at", "-id"), **_cursor(request))
    return render(
        request, "hotline/escalation_list.html", {"page": page, "all": bool(request.GET.get("all"))}
    )


@require_GET
def notice_index(request: HttpRequest) -> HttpResponse:
    """Monthly statistics and notices on call-backs, newest first."""
    rows = MonthlyNotice.objects.select_related("matter")
    page = key_page(rows, keys=("-month", "-matter_id"), **_cursor(request))
    return render(
        request,
        "hotline/notice_list.html",
        {"page": page, "may_close": actor_of(request).can("hotline.supervise")},
    )


@require_POST
def notice_close(request: HttpRequest) -> HttpResponse:
    """Draw up the notices of the month before this one (the worker does so on the first day too)."""
    today = rule_day(timezone.now())
    month = date(today.year - (today.month == 1), (today.month - 2) % 12 + 1, 1)
    services.month_close(month=month, actor=actor_of(request), at=timezone.now())
    messages.success(request, f"{month:%Y年%-m月}的通报已生成，请核对后发布")
    return redirect("notice-list")


@require_GET
def notice_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One month's figures per unit."""
    notice = get_object_or_404(MonthlyNotice.objects.select_related("matter"), pk=pk)
    rows = services.notice_rows(notice)
    columns = [name for name in (rows[0] if rows else ()) if name != CODE]
    shown = [[row[name] for name in columns] for row in rows]
    context = {
        "notice": notice,
        "columns": columns,
        "rows": shown,
        "may_issue": actor_of(request).can("hotline.supervise"),
    }
    return render(request, "hotline/notice_detail.html", context)


@require_POST
def notice_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue a notice."""
    notice = get_object_or_404(MonthlyNotice.objects.select_related("matter"), pk=pk)
    services.notice_issue(notice=notice, actor=actor_of(request), at=timezone.now())
    messages.success(request, "通报已发布")
    return redirect("notice-detail", pk=pk)


@require_POST
def notice_refresh(request: HttpRequest, pk: int) -> HttpResponse:
    """Compute the figures of a notice anew before it is issued."""
    notice = get_object_or_404(MonthlyNotice.objects.select_related("matter"), pk=pk)
    services.notice_refresh(notice=notice, actor=actor_of(request), at=timezone.now())
    messages.success(request, "已按现在的情况重新汇总")
    return redirect("notice-detail", pk=pk)


@require_GET
def notice_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """The figures as CSV, for the city's data system."""
    notice = get_object_or_404(MonthlyNotice, pk=pk)
    response = HttpResponse(notice_csv(notice), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{notice.kind}-{notice.month:%Y-%m}.csv"'
    return response


@require_GET
def attachment(request: HttpRequest, pk: int) -> FileResponse:
    """A file of a matter, for whoever may read the matter; always as a download."""
    found = get_object_or_404(Attachment.objects.select_related("matter"), pk=pk)
    readable = links.may_read if found.matter.kind in links.KINDS else may_read
    if not readable(actor_of(request), found.matter):
        raise NotAllowed("您不能查看这件事项的附件")
    return FileResponse(
        attachment_open(found), as_attachment=True, filename=found.name, content_type=found.content_type
    )
