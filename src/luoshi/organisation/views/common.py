"""What the pages share: today, and a form that calls a service and shows its refusal beside the field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import NotAllowed, Refusal
from luoshi.organisation.selectors import local_day

UNPROCESSABLE = 422


def actor_of(request: HttpRequest) -> Actor:
    """The actor of the request."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def today() -> dt.date:
    """The calendar day in the city."""
    return local_day(timezone.now())


def run(form: forms.Form, service: Callable[[dict[str, Any]], object]) -> bool:
    """Call the service with the form's values; a refusal becomes an error of the form. True when done.

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


def form_page(
    request: HttpRequest,
    form: forms.Form,
    service: Callable[[dict[str, Any]], object],
    *,
    title: str,
    back: str,
    done: str,
    button: str = "保存",
    explanation: str = "",
    facts: list[tuple[str, object]] | None = None,
    danger: bool = False,
    crumbs: list[tuple[str, str]] | None = None,
    template: str = "organisation/form.html",
) -> HttpResponse:
    """One form on one page: GET shows it, a good POST calls the service and goes `back`, saying `done`.

    danger: the page says what will be lost and its button is red; the page itself is the confirmation.
    """
    if request.method == "POST" and run(form, service):
        messages.success(request, done)
        return redirect(back)
    context = {
        "form": form,
        "title": title,
        "back": back,
        "button": button,
        "explanation": explanation,
        "facts": facts or [],
        "danger": danger,
        "crumbs": [*(crumbs or []), (title, "")],
    }
    return render(request, template, context, status=UNPROCESSABLE if form.errors else 200)
