"""Pages of the auditor and the administrator: who looked at what, which messages left, what a trial's sink received."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from luoshi.ledger.models import AccessLog, Outbox, OutboxState, Seal, SinkMessage
from luoshi.ledger.paging import Page, key_page
from luoshi.ledger.services import outbox_retry

TONES = {"queued": "info", "sending": "progress", "sent": "success", "dead": "danger"}


def _page(request: HttpRequest, rows: QuerySet[Any], *keys: str) -> Page[Any]:
    """The page of a list that the request's cursor names."""
    return key_page(rows, keys=keys, after=request.GET.get("after", ""), before=request.GET.get("before", ""))


@require_GET
def access_log(request: HttpRequest) -> HttpResponse:
    """Each look at personal data and each refused attempt, newest first."""
    rows = AccessLog.objects.select_related("matter", "body")
    if request.GET.get("refused"):
        rows = rows.filter(allowed=False)
    if request.GET.get("q"):
        rows = rows.filter(actor_name__contains=request.GET["q"].strip())
    page = _page(request, rows, "-id")
    return render(request, "audit/access.html", {"page": page, "refused": bool(request.GET.get("refused"))})


@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """Outgoing messages, newest first, with what became of them."""
    state = request.GET.get("state", "")
    rows = Outbox.objects.select_related("matter", "body")
    if state in OutboxState.values:
        rows = rows.filter(state=state)
    page = _page(request, rows, "-id")
    for row in page.items:
        row.tone = TONES[row.state]
    return render(request, "audit/outbox.html", {"page": page, "states": OutboxState.choices, "state": state})


@require_POST
def outbox_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue a message again that was given up."""
    message = get_object_or_404(Outbox, pk=pk, state=OutboxState.DEAD)
    outbox_retry(message=message, at=timezone.now())
    messages.success(request, "已重新排入发送")
    return redirect("outbox")


@require_GET
def sink(request: HttpRequest) -> HttpResponse:
    """What the trial's sink received in place of telephones; there is none beside a real gateway."""
    if settings.SMS_GATEWAY_URL:
        raise Http404("a gateway is in use")
    page = _page(request, SinkMessage.objects.all(), "-id")
    return render(request, "audit/sink.html", {"page": page})


@require_GET
def seals(request: HttpRequest) -> HttpResponse:
    """The daily seals, newest first."""
    page = _page(request, Seal.objects.all(), "-day", "-id")
    return render(request, "audit/seals.html", {"page": page})
