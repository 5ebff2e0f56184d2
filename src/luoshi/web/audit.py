"""Pages of the auditor and the administrator: who looked at what, which messages left, what a trial's sink received."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from luoshi.ledger.models import AccessLog, Event, Outbox, OutboxState, Seal, SinkMessage
from luoshi.ledger.paging import Page, key_page
from luoshi.ledger.services import outbox_retry
from luoshi.organisation.models import Role, UserSession
from luoshi.organisation.navigation import ENTRIES
from luoshi.organisation.states import ACCOUNT_EVENTS

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
    for row in page.items:
        row.said = _place(row)
    return render(request, "audit/access.html", {"page": page, "refused": bool(request.GET.get("refused"))})


def _place(row: AccessLog) -> str:
    """What was looked at; a page that was refused by its name in the menu, where it has one (its address stands beside)."""
    if row.what in ENTRIES:
        return ENTRIES[row.what].label
    return "其他页面" if row.what.isascii() else row.what


@require_GET
def logins(request: HttpRequest) -> HttpResponse:
    """Each log-in, newest first: whose, from where, how long, how it ended. Failed ones stand in the access log."""
    rows = UserSession.objects.select_related("user__person__body")
    wanted = request.GET.get("q", "").strip()
    if wanted:
        rows = rows.filter(Q(user__username__contains=wanted) | Q(user__person__name__contains=wanted))
    return render(request, "audit/logins.html", {"page": _page(request, rows, "-id")})


@require_GET
def account_events(request: HttpRequest) -> HttpResponse:
    """What was done to accounts, newest first: opened, granted, blocked, passwords and second factors."""
    rows = Event.objects.filter(kind__in=ACCOUNT_EVENTS).select_related("body")
    page = _page(request, rows, "-at", "-id")
    titles = {role.code: role.title for role in Role.objects.all()}
    for row in page.items:
        row.role = titles.get(row.data.get("role", ""), "")
    return render(request, "audit/accounts.html", {"page": page})


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
