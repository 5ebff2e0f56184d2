"""The search page; the same address gives the list alone to the search box that asks while one types."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from luoshi.organisation.pagekit import actor_of
from luoshi.search.index import refresh
from luoshi.search.selectors import sections

LONGEST = 80


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What was found for `?q=`: matters, bodies, rules."""
    asked = request.GET.get("q", "")[:LONGEST]
    refresh()
    context = {"q": asked, "sections": sections(asked, actor=actor_of(request)) if asked.strip() else []}
    partial = request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"
    return render(request, "search/_found.html" if partial else "search/search.html", context)
