"""Liaison officers of every unit: who, since when, who stands in, and what is missing."""

from __future__ import annotations

import datetime as dt

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from luoshi.organisation.models import Body, Post
from luoshi.organisation.models.base import in_force
from luoshi.organisation.pagekit import answer_page, page_of, today
from luoshi.organisation.selectors import bodies_assessed, missing_roster

SOON = dt.timedelta(days=30)


@require_safe
def liaison_index(request: HttpRequest) -> HttpResponse:
    """Units by id with their liaison officers: the longest in office first, the others stand in."""
    day, which = today(), request.GET.get("which", "")
    gaps = {gap.body.pk: gap.words for gap in missing_roster(day)}
    posts = Post.objects.filter(in_force(day), kind=Post.Kind.LIAISON).select_related("person")
    rows = bodies_assessed(day).prefetch_related(
        Prefetch("posts", posts.order_by("since", "id"), to_attr="liaisons")
    )
    search = request.GET.get("q", "").strip()
    if search:
        rows = rows.filter(name__icontains=search) | rows.filter(short_name__icontains=search)
    if which == "gaps":
        rows = rows.filter(pk__in=list(gaps))
    elif which == "ending":
        rows = rows.filter(pk__in=posts.filter(until__lte=day + SOON).values("body"))
    page = page_of(request, rows, keys=("id",))
    context = {
        "page": page,
        "rows": [_row(body, gaps.get(body.pk, []), day) for body in page.items],
        "gap_count": len(gaps),
        "crumbs": [("系统管理", reverse("administration-home")), ("联络员", "")],
    }
    return answer_page(request, "administration/liaison_list.html", context)


def _row(body: Body, gaps: list[str], day: dt.date) -> dict[str, object]:
    held: list[Post] = body.liaisons  # type: ignore[attr-defined]
    first, others = (held[0], held[1:]) if held else (None, [])
    ending = bool(first and first.until and first.until <= day + SOON)
    return {
        "body": body,
        "first": first,
        "others": others,
        "gaps": gaps,
        "ending": ending,
        "alone": bool(first and not others),
    }
