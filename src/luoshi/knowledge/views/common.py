"""What the pages share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from luoshi.knowledge.forms import PREFIX
from luoshi.knowledge.policies import may_manage
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import NotAllowed, Refusal
from luoshi.ledger.models import Event, Matter
from luoshi.ledger.paging import Page, key_page
from luoshi.ledger.selectors import matter_timeline
from luoshi.ledger.states import event_label
from luoshi.organisation.models import Body
from luoshi.organisation.views.common import actor_of, today

TONES = {
    "draft": "neutral",
    "published": "success",
    "issued": "success",
    "withdrawn": "muted",
    "asked": "warning",
    "delivered": "success",
    "cancelled": "muted",
}
SAID = ("note", "reason", "what")

__all__ = [
    "TONES",
    "actor_of",
    "answer_page",
    "crumbs",
    "flag",
    "history",
    "own_bodies",
    "own_body",
    "page_of",
    "run",
    "step",
    "tab_items",
    "today",
]


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page below the search."""
    return [("业务知识库", reverse("knowledge-search")), *more]


def flag(matter: Matter) -> str:
    """The tone of a matter's state."""
    return TONES.get(matter.state, "neutral")


def page_of(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    """The page of a list, newest first, that the address asks for."""
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    return key_page(rows, keys=("-matter_id",), after=after, before=before)


def own_bodies(actor: Actor) -> QuerySet[Body] | None:
    """The bodies that the platform may choose from; None for a unit, which acts for itself."""
    return Body.objects.filter(active=True).order_by("kind", "code") if may_manage(actor) else None


def own_body(request: HttpRequest) -> Body:
    """The body for which the actor acts. Errors: 404 where there is none."""
    return get_object_or_404(Body, pk=actor_of(request).body_id)


def tab_items(request: HttpRequest, items: Iterable[tuple[str, str, int | None]]) -> list[dict[str, Any]]:
    """Tabs over `?which=`: (value, label, count)."""
    chosen = request.GET.get("which", "")
    return [
        {"label": label, "url": f"?which={value}", "active": value == chosen, "count": count or None}
        for value, label, count in items
    ]


def history(matter: Matter) -> list[dict[str, Any]]:
    """What was recorded of a matter, newest first, for the timeline component."""
    return [_happened(event) for event in reversed(list(matter_timeline(matter)))]


def _happened(event: Event) -> dict[str, Any]:
    return {
        "title": event_label(event.kind),
        "at": event.at,
        "actor": event.actor_name,
        "body": event.body.short_name if event.body else "",
        "text": "\n".join(str(event.data[key]) for key in SAID if event.data.get(key)),
    }


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
        places = (refusal.field, f"{PREFIX}{refusal.field}")
        form.add_error(next((name for name in places if name in form.fields), None), str(refusal))
        return False
    return True


def step(request: HttpRequest, service: Callable[[], object], *, back: str, done: str) -> HttpResponse:
    """Do one thing without a form and return; a refusal of what is missing is said on the page one came from.

    Errors: NotAllowed passes through, for the gate to refuse the request.
    """
    try:
        service()
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(back)


def answer_page(
    request: HttpRequest, template: str, context: Mapping[str, Any], form: Any = None
) -> HttpResponse:
    """Render a page; 422 where its form was refused."""
    now = {"now": timezone.now(), **context}
    return render(request, template, now, status=422 if form is not None and form.errors else 200)
