"""The pages that belong to no function: home, a due time explained, health, the style guide."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from luoshi.ledger import links
from luoshi.ledger.errors import NotAllowed
from luoshi.ledger.models import Obligation
from luoshi.ledger.selectors import obligation_cite, obligation_explain
from luoshi.organisation.access import LuoshiRequest, switched_off
from luoshi.web import due, styleguide
from luoshi.web.worklist import done_today, worklist


@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """The address of the house: to the worklist for those signed in, to the public portal for all others."""
    user: Any = request.user
    if user.is_authenticated:
        return redirect("home")
    if switched_off("portal-home"):
        return redirect("login")
    try:
        return redirect(reverse("portal-home"))
    except NoReverseMatch:
        return redirect("login")


@require_safe
def home(request: LuoshiRequest) -> HttpResponse:
    """My worklist: what I answer for and by when. With htmx only the list is drawn anew."""
    now = timezone.now()
    group = request.GET.get("group", "")
    shown = worklist(actor=request.actor, query=request.GET.dict(), now=now)
    tabs = [{"label": "全部", "url": "?", "active": group not in due.GROUPS, "count": shown.total}]
    for code, label in due.GROUPS.items():
        tone = "danger" if code == "overdue" and shown.counts[code] else ""
        tabs.append(
            {
                "label": label,
                "url": f"?group={code}",
                "active": group == code,
                "count": shown.counts[code],
                "tone": tone,
            }
        )
    part = request.headers.get("HX-Target") == "worklist"
    context = {
        "worklist": shown,
        "tabs": tabs,
        "now": now,
        "part": part,
        "chosen": {name: request.GET.get(name, "") for name in ("group", "rule", "function")},
        "here": request.get_full_path(),
        "page_keys": [(key, f"{'、'.join(labels)}（所选行）") for key, labels in shown.keys.items()],
        "done": [] if shown.total else done_today(request.actor, now),
    }
    return render(request, "worklist/_list.html" if part else "worklist/home.html", context)


@require_safe
def obligation(request: LuoshiRequest, pk: int) -> HttpResponse:
    """Why something is due when it is due; for the body that owes it and who may read the matter."""
    row = get_object_or_404(Obligation.objects.select_related("matter", "matter__parent", "body"), pk=pk)
    actor = request.actor
    if row.person_id is not None:
        owes = actor.person_id == row.person_id
    else:
        owes = actor.body_id is not None and actor.body_id == row.body_id
    readable = links.may_read(actor, row.matter)
    if not owes and not readable:
        raise NotAllowed("这件事项不由您所在单位办理，不能查看它的时限", mend="如确需了解，请联系经办单位")
    return render(
        request,
        "worklist/obligation.html",
        {
            "obligation": row,
            "result": obligation_explain(row),
            "cite": obligation_cite(row),
            "matter_url": links.matter_url(row.matter) if readable else "",
            "crumbs": [("我的待办", reverse("home")), (row.title, "")],
        },
    )


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_GET
def readyz(request: HttpRequest) -> HttpResponse:
    """The process answers and reaches its database; 503 when it does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database not reachable\n", status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse("ready\n", content_type="text/plain; charset=utf-8")


@require_safe
def style_guide(request: HttpRequest) -> HttpResponse:
    """Every component with awkward content; only in a demo."""
    if not settings.DEMO:
        raise Http404
    return render(request, "styleguide.html", styleguide.samples(request))
