"""Public pages that belong to no function: all that is public, how the site serves everybody, large print."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET

from luoshi.hotline.views.portal.common import ELDER, VIEW_COOKIE, shared

YEAR_S = 365 * 24 * 3600


@shared
@require_GET
def everything(request: HttpRequest) -> HttpResponse:
    """All that is public, each with its page."""
    return render(request, "portal/open.html")


@shared
@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    """How this site serves everybody, what is still wanting, and where to say so."""
    return render(request, "portal/accessibility.html", {"crumbs": [("无障碍说明", "")]})


@require_GET
def large_print(request: HttpRequest, mode: str) -> HttpResponse:
    """Switch large print on or off and go back; the browser remembers it for a year. Works without JavaScript."""
    back = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    answer = redirect(back)
    if mode == ELDER:
        answer.set_cookie(
            VIEW_COOKIE, ELDER, max_age=YEAR_S, path="/", httponly=True, samesite="Lax",
            secure=request.is_secure(),
        )  # fmt: skip
    else:
        answer.delete_cookie(VIEW_COOKIE, path="/", samesite="Lax")
    answer["Cache-Control"] = "no-store"
    return answer
