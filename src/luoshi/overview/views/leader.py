"""A leader's home: what waits, where the city falls behind, the week's meetings."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from luoshi.overview import topics
from luoshi.overview.selectors.leaders import functions_shown, leading
from luoshi.overview.views.common import actor_of, today


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The home of the mayor, the vice mayors and the secretaries-general."""
    actor, now = actor_of(request), timezone.now()
    found = leading(actor=actor, at=now, today=today())
    context = {
        "found": found,
        "functions": functions_shown(found.by_function),
        "hotline": "hotline" not in settings.WITHOUT,
        "topics": topics.rising(now)[:5] if "hotline" not in settings.WITHOUT else (),
        "may_open_topics": actor.can("hotline.read_all"),
        "units": actor.can("overview.units"),
        "day": today(),
        "now": now,
    }
    return render(request, "overview/leader.html", context)
