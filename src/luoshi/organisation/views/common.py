"""What the pages share: today, and a form that calls a service and shows its refusal beside the field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from luoshi.organisation.pagekit import UNPROCESSABLE, actor_of, run, today

__all__ = ["UNPROCESSABLE", "actor_of", "form_page", "run", "today"]


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
