"""What the pages of the records share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from luoshi.assessment.policies_records import may_oversee
from luoshi.knowledge.views.common import answer_page, history, run, step
from luoshi.ledger.errors import NotAllowed, Refusal
from luoshi.ledger.models import Attachment, Matter
from luoshi.ledger.paging import Page, key_page
from luoshi.organisation.models import Body
from luoshi.organisation.views.common import actor_of, today

TONES = {
    "standing": "info",
    "proposed": "warning",
    "approved": "success",
    "rejected": "muted",
    "withdrawn": "muted",
    "superseded": "neutral",
    "revoked": "danger",
    "issued": "warning",
    "answered": "info",
    "carried_out": "success",
    "due": "warning",
    "filed": "success",
    "struck": "danger",
}

__all__ = [
    "TONES", "actor_of", "answer_page", "deed", "files_shown", "flag", "history", "month_of", "number_of",
    "own_id", "page_of", "run", "step", "tab_items", "today", "unit_of",
]  # fmt: skip


def flag(matter: Matter) -> str:
    """The tone of a matter's state."""
    return TONES.get(matter.state, "neutral")


def own_id(request: HttpRequest) -> int | None:
    """The unit to which a list is limited: none for overseers, one's own for a unit's people."""
    actor = actor_of(request)
    return None if may_oversee(actor) else actor.body_id


def unit_of(request: HttpRequest) -> Body:
    """The body for which the actor acts. Errors: 404 where there is none."""
    return get_object_or_404(Body, pk=actor_of(request).body_id)


def number_of(text: str) -> int | None:
    """A whole number from an address; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def month_of(request: HttpRequest) -> dt.date | None:
    """The month `?month=2017-10`; None without one, or for what is none."""
    try:
        return dt.datetime.strptime(request.GET.get("month", ""), "%Y-%m").date()  # noqa: DTZ007
    except ValueError:
        return None


def page_of(request: HttpRequest, rows: QuerySet[Any], keys: tuple[str, ...] = ("-matter_id",)) -> Page[Any]:
    """The page of a list that the address asks for, newest first unless `keys` say otherwise."""
    return key_page(rows, keys=keys, after=request.GET.get("after", ""), before=request.GET.get("before", ""))


def tab_items(
    request: HttpRequest, items: Iterable[tuple[str, str, int | None]], name: str = "which"
) -> list[dict[str, Any]]:
    """Tabs over one parameter of the address: (value, label, count)."""
    chosen = request.GET.get(name, "")
    return [
        {"label": label, "url": f"?{name}={value}", "active": value == chosen, "count": count or None}
        for value, label, count in items
    ]


def files_shown(files: Iterable[Attachment]) -> list[dict[str, Any]]:
    """Files with their addresses, for the list component."""
    return [
        {
            "name": one.name,
            "url": reverse("attachment", args=[one.pk]),
            "size": one.size,
            "added_by": one.added_by,
            "added_at": one.added_at,
            "purpose": one.purpose,
        }
        for one in files
    ]


def deed(
    request: HttpRequest, form: Any, service: Callable[[dict[str, Any]], object], *, back: str, done: str
) -> HttpResponse:
    """Carry out a small form posted from a page; what is wrong with it is said on that page.

    Errors: NotAllowed passes through, for the gate to refuse the request.
    """
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, "；".join(errors))
        return redirect(back)
    try:
        service(form.cleaned_data)
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(back)
