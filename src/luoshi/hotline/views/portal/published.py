"""What was published: found by words, unit, category and month, and read."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from luoshi.hotline import text as texts
from luoshi.hotline.selectors import public
from luoshi.hotline.selectors.search import publication_search
from luoshi.hotline.services.shared import rule_day
from luoshi.hotline.views.portal.common import page_size, remembered, shared
from luoshi.ledger.paging import key_page

SEARCH_LENGTH = 80
CHOICES_S = 300


def choices() -> public.Choices:
    """What the list can be filtered by; looked up anew every five minutes."""
    return remembered(
        "portal:choices", lambda: public.publication_choices(rule_day(timezone.now())), CHOICES_S
    )


@shared
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What was published, newest first or by words; of a unit, a category, a month."""
    q = texts.clean_line(request.GET.get("q", ""))[:SEARCH_LENGTH]
    chosen = {name: request.GET.get(name, "")[:60] for name in ("unit", "category", "month")}
    rows = public.publication_filter(public.publication_list(), **chosen)
    context: dict[str, Any] = {"q": q, "chosen": chosen, "filtered": any(chosen.values())}
    if q:
        context["hits"] = publication_search(q, among=rows, size=page_size(request))
    else:
        after, before = request.GET.get("after", ""), request.GET.get("before", "")
        context["page"] = key_page(
            rows, keys=public.PUBLIC_KEYS, after=after, before=before, size=page_size(request)
        )
    if request.headers.get("HX-Target") == "published":
        return render(request, "hotline/_published_rows.html", context)
    return render(request, "hotline/published_list.html", {**context, "choices": choices()})


@shared
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One published request, who dealt with it, and how long it took."""
    found = public.publication_get(pk)
    if found is None:
        raise Http404("not published")
    taken = None
    if found.received_at is not None and found.answered_at is not None:
        taken = found.answered_at - found.received_at
    crumbs = [("公开的诉求", "/published/"), (found.title, "")]
    context = {"publication": found, "taken": taken, "crumbs": crumbs}
    return render(request, "hotline/published_detail.html", context)
