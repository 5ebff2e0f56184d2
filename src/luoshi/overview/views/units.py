"""A unit over all functions, the list of units, and urging what a unit has overdue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from luoshi.agenda.models import Leader
from luoshi.agenda.selectors import in_charge_of_many
from luoshi.ledger import links
from luoshi.ledger.errors import Incomplete, NotAllowed
from luoshi.ledger.states import event_label
from luoshi.organisation.models import Body
from luoshi.overview.policies import may_read_kind, may_see_unit
from luoshi.overview.selectors.city import Figure
from luoshi.overview.selectors.lists import Asked, duties
from luoshi.overview.selectors.units import Unit, unit, units_seen, with_leader
from luoshi.overview.services import overdue_of, unit_urge
from luoshi.overview.tables import Table, table
from luoshi.overview.views.common import actor_of, as_file, today

UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True)
class Row:
    """A unit in the list: what it has overdue, and the leader in charge."""

    body: Body
    overdue: Figure
    leader: Leader | None


def _body(request: HttpRequest, pk: int) -> Body:
    """The unit of the address, for those who may see it. Errors: 404, NotAllowed."""
    body: Body = get_object_or_404(with_leader(Body.objects.all(), today()), pk=pk)
    if not may_see_unit(actor_of(request), body, day=today()):
        raise NotAllowed("您只能查看本单位或分管单位的全貌", mend="如确需了解，请联系督查室")
    return body


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The units that one may see, those with most overdue first. Who may see one alone is led to it."""
    actor, now, day = actor_of(request), timezone.now(), today()
    words = request.GET.get("q", "").strip()[:40]
    late = duties(Asked("overdue"), actor=actor).filter(due_at__lt=now.replace(microsecond=0))
    overdue = dict(late.values_list("body_id").annotate(n=Count("pk")).order_by())
    charges = in_charge_of_many(Body.objects.filter(active=True), day=day)
    seen = units_seen(actor=actor, today=day, charges=charges).exclude(kind=Body.Kind.LEADING_GROUP)
    if words:
        seen = seen.filter(name__icontains=words) | seen.filter(short_name__icontains=words)
    else:
        seen = seen.filter(pk__in=list(overdue)) | seen.exclude(kind=Body.Kind.SECTION)
    rows = [
        Row(body, Figure(overdue.get(body.pk, 0), Asked("overdue", body=body.pk)), charges.get(body.pk))
        for body in seen.order_by("kind", "pk")
    ]
    rows.sort(key=lambda row: -row.overdue.value)
    if len(rows) == 1 and not words and not actor.can("overview.units"):
        return redirect("overview-unit", pk=rows[0].body.pk)
    if request.GET.get("as"):
        cells = [(row.body.name, row.overdue, row.leader.person.name if row.leader else "") for row in rows]
        made = table("all-units", "各单位逾期情况", ("单位", "逾期未办（项）", "分管领导"), cells)
        return as_file(made, request.GET["as"])
    return render(request, "overview/units.html", {"rows": rows, "q": words, "now": now})


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit with everything that it owes, how it kept its limits, and what was done about it."""
    body, actor, now = _body(request, pk), actor_of(request), timezone.now()
    found = unit(body=body, actor=actor, at=now, today=today())
    tables = _tables(found)
    if request.GET.get("as"):
        wanted = tables.get(request.GET.get("table", ""), tables["kinds"])
        return as_file(wanted, request.GET["as"], about=body.name)
    latest = [
        {
            "event": one,
            "label": event_label(one.kind),
            "url": links.matter_url(one.matter),
            "title": one.matter.title,
        }
        if may_read_kind(actor, one.matter.kind, one.matter.body_id)
        else {
            "event": one,
            "label": event_label(one.kind),
            "url": "",
            "title": links.matter_label(one.matter.kind),
        }
        for one in found.latest
    ]
    context: dict[str, Any] = {
        "unit": found,
        "body": body,
        "tables": tables,
        "latest": latest,
        "subtitle": f"分管领导：{leader}" if (leader := getattr(body, "leader_name", None)) else "",
        "overdue_url": Asked("overdue", body=body.pk).url,
        "hotline": "hotline" not in settings.WITHOUT,
        "may_urge": found.overdue and (actor.can("hotline.supervise") or actor.can("supervision.manage")),
        "now": now,
        "crumbs": [("单位全貌", reverse("overview-units")), (body.short_name, "")],
    }
    return render(request, "overview/unit.html", context)


def _tables(found: Unit) -> dict[str, Table]:
    kinds = [(one.label, one.open, one.overdue) for one in found.kinds]
    rates = [(one.title, one.met, one.missed, one.value, one.before) for one in found.rates]
    steps = [(label, figure, figure.before) for label, figure in found.steps]
    months = [(f"{one.first.month}月", one.met, one.missed) for one in found.months]
    trend = "蓝色为按时办结，红色为逾期，单位：件。"
    return {
        "kinds": table("kinds", "未办和逾期", ("事项", "未办（项）", "其中逾期（项）"), kinds),
        "rates": table(
            "rates", "本月时限完成情况", ("时限", "按时", "逾期", "按时率（%）", "上月（%）"), rates
        ),
        "steps": table("steps", "本月办理情况", ("情形", "本月（次）", "上月（次）"), steps),
        "months": table(
            "months",
            "按时办结走势",
            ("月份", "按时", "逾期"),
            months,
            chart="stacked",
            note=trend,
        ),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def urge(request: HttpRequest, pk: int) -> HttpResponse:
    """What of a unit would be urged, and with which words; then urge it."""
    body, actor, now = _body(request, pk), actor_of(request), timezone.now()
    text, error = request.POST.get("text", ""), None
    picked = {
        int(one)
        for one in request.POST.getlist("matters")
        if one.isascii() and one.isdecimal() and len(one) < 18
    }
    if request.method == "POST":
        try:
            urged = unit_urge(body=body, matters=picked, text=text, actor=actor, at=now)
        except Incomplete as refusal:
            error = refusal
        else:
            messages.success(request, f"已催办{urged.done}件，短信将发给联络员和分管领导")
            for matter, why in urged.refused:
                messages.error(request, f"{matter.number or matter.title}没有催办：{why}")
            return redirect("overview-unit", pk=pk)
    rows = overdue_of(body=body, actor=actor, at=now)
    context = {
        "body": body,
        "rows": rows,
        "possible": sum(one.may for one in rows),
        "picked": picked if request.method == "POST" else {one.matter.pk for one in rows if one.may},
        "text": text or "以上事项已超过办理时限，请立即办理并说明原因。",
        "error": error,
        "now": now,
        "crumbs": [
            ("单位全貌", reverse("overview-units")),
            (body.short_name, reverse("overview-unit", args=[pk])),
            ("催办", ""),
        ],
    }
    return render(request, "overview/urge.html", context, status=UNPROCESSABLE if error else 200)
