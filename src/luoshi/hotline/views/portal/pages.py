"""The front page of the portal."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from luoshi.hotline.selectors import public
from luoshi.hotline.services.shared import rule_day
from luoshi.hotline.views.portal.ask import draft_here
from luoshi.hotline.views.portal.common import elder, remembered, shared

FIGURES_S = 300
LATEST = 6


def figures() -> public.Figures:
    """Counts of what is published, taken anew every five minutes."""
    return remembered("portal:figures", lambda: public.publication_figures(timezone.now()), FIGURES_S)


@shared
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The public front page."""
    draft = draft_here(request)
    day = rule_day(timezone.now())
    context = {
        "latest": public.publication_list()[: 3 if elder(request) else LATEST],
        "terms": public.terms_on(day),
        "channels": public.channels_on(day),
        "figures": figures(),
        "draft": draft if draft is not None and not draft.number else None,
    }
    return render(request, "hotline/portal_home.html", context)
