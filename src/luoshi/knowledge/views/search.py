"""The search page, and the suggestions beside an agent's form."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from luoshi.knowledge import selectors
from luoshi.knowledge.policies import may_manage
from luoshi.knowledge.views.common import actor_of, today
from luoshi.organisation.selectors import bodies_dispatchable

FORM_ID = re.compile(r"[A-Za-z][\w-]{0,40}")
ON_PAGE, BESIDE = 20, 6


def _body_id(request: HttpRequest) -> int | None:
    value = request.GET.get("body", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 12 else None


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The search: hits for what is typed; before, the bulletins in force and what awaits the reader.

    A request by htmx gets the list of hits alone.
    """
    now, text = timezone.now(), request.GET.get("q", "").strip()
    hits = selectors.knowledge_search(text, at=now, limit=ON_PAGE, body_id=_body_id(request)) if text else []
    context = {"q": text, "hits": hits, "link": True}
    if request.headers.get("HX-Request") and not request.headers.get("HX-Boosted"):
        return render(request, "knowledge/_hits.html", context)
    actor = actor_of(request)
    context |= {
        "units": bodies_dispatchable().order_by("kind", "code"),
        "body_id": _body_id(request),
        "bulletins": [] if text else list(selectors.bulletins_in_force(now)[:8]),
        "unseen": selectors.bulletins_unseen().count() if may_manage(actor) else 0,
        "to_review": selectors.review_count(body_id=actor.body_id, today=today())
        if actor.can("knowledge.edit")
        else 0,
    }
    return render(request, "knowledge/search.html", context)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """The best few hits for a text that is being typed (q or content), as a partial for another page.

    form: the id of that page's form. Each hit then has a button 以此答复 that submits it with `entry`, the id of
    the hit's matter; so nothing but HTML is needed.
    """
    text = (request.GET.get("q") or request.GET.get("content") or "").strip()
    form = request.GET.get("form", "")
    context = {
        "q": text,
        "hits": selectors.knowledge_search(text, at=timezone.now(), limit=BESIDE) if text else [],
        "form_id": form if FORM_ID.fullmatch(form) and actor_of(request).can("hotline.answer") else "",
    }
    return render(request, "knowledge/_suggest.html", context)
