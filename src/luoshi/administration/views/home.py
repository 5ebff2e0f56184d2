"""The entry page: the subjects that one may change, each with what matters."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from luoshi.administration.cards import cards_for
from luoshi.organisation.pagekit import actor_of, answer_page


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Cards by subject."""
    cards = cards_for(actor_of(request), timezone.now())
    return answer_page(request, "administration/home.html", {"cards": cards})
