"""What the pages of sheets and appeals share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from luoshi.assessment.models import Appeal, Sheet
from luoshi.assessment.policies_sheets import may_read_appeal, may_read_sheet, require
from luoshi.assessment.selectors import sheets as reading
from luoshi.ledger.errors import NotAllowed, Refusal
from luoshi.ledger.models import Matter
from luoshi.ledger.selectors import matter_timeline
from luoshi.ledger.states import event_label
from luoshi.organisation.views.common import actor_of

TONES = {
    "open": "warning", "closed": "info", "published": "success", "submitted": "warning", "drafted": "info",
    "accepted": "success", "rejected": "muted", "withdrawn": "muted", "registered": "success", "revoked": "muted",
}  # fmt: skip


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page below the list of sheets."""
    return [("考核成绩单", reverse("sheet-list")), *more]


def sheet_or_404(request: HttpRequest, pk: int) -> Sheet:
    """The sheet, if the actor may open it. Errors: 404, NotAllowed."""
    sheet = reading.sheet_get(pk)
    if sheet is None:
        raise Http404
    require(may_read_sheet(actor_of(request), sheet.matter), "查看这份成绩单")
    return sheet


def appeal_or_404(request: HttpRequest, pk: int) -> Appeal:
    """The appeal, if the actor may read it. Errors: 404, NotAllowed."""
    appeal = reading.appeal_get(pk)
    if appeal is None:
        raise Http404
    require(may_read_appeal(actor_of(request), appeal.matter), "查看这件申诉")
    return appeal


def history(matter: Matter) -> list[dict[str, Any]]:
    """What was recorded of a matter, newest first."""
    return [
        {
            "title": event_label(event.kind),
            "at": event.at,
            "actor": event.actor_name,
            "body": event.body.short_name if event.body else "",
            "text": str(event.data.get("reason", "")),
        }
        for event in reversed(list(matter_timeline(matter)))
    ]


def run(form: Form, service: Callable[[dict[str, Any]], object]) -> bool:
    """Call the service with the form's values; a refusal is said beside the field that it names. True when done.

    Errors: NotAllowed passes through, for the gate to refuse the request.
    """
    if not form.is_valid():
        return False
    try:
        service(form.cleaned_data)
    except NotAllowed:
        raise
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False
    return True


def step(request: HttpRequest, service: Callable[[], object], *, back: str, done: str) -> HttpResponse:
    """Do one thing and return; a refusal is said on the page one came from. Errors: NotAllowed passes through."""
    try:
        service()
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(back)


def answer(request: HttpRequest, template: str, context: Mapping[str, Any], form: Any = None) -> HttpResponse:
    """Render a page; 422 where its form was refused."""
    now = {"now": timezone.now(), **context}
    return render(request, template, now, status=422 if form is not None and form.errors else 200)
