"""The year as it runs: a unit's monthly report, the board of a month, notices."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.engines.targets import Comparison, demand, plain
from luoshi.ledger.errors import NotAllowed, Refusal
from luoshi.targets import services
from luoshi.targets.models import Figure, Notice, Report, TargetMeasure
from luoshi.targets.paper import HEAD, LAYERS, notice_docx, notice_title
from luoshi.targets.policies import may_keep, may_manage, may_read, may_read_all, require
from luoshi.targets.selectors.board import month_board, timeliness
from luoshi.targets.selectors.plans import current_plan
from luoshi.targets.services.judging import measure_of
from luoshi.targets.sources import supplied
from luoshi.targets.views.common import (
    LIGHTS,
    actor_of,
    crumbs,
    do,
    flag,
    history,
    offers_for,
    outcome_badge,
    page_of,
)
from luoshi.targets.views.plan_actions import NOTICE
from luoshi.targets.views.target_actions import GROWING

REFERRING = {Comparison.AT_LEAST_REFERENCE.value, Comparison.GREATER_THAN_REFERENCE.value}
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """The monthly reports of one's own body, or of all for the office; those still owed first."""
    actor = actor_of(request)
    rows = Report.objects.select_related("matter", "sheet", "plan")
    which = request.GET.get("which", "")
    if not actor.can("targets.read_all"):
        rows = rows.filter(sheet__body_id=actor.body_id)
    rows = rows.filter(matter__state="reported") if which == "done" else rows.filter(matter__state="owed")
    context = {
        "page": page_of(request, rows),
        "now": timezone.now(),
        "which": which,
        "tabs": [
            {"label": "待报送", "url": "?", "active": which != "done"},
            {"label": "已报送", "url": "?which=done", "active": which == "done"},
        ],
        "crumbs": crumbs(("月报", "")),
    }
    return render(request, "targets/report_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """A body's report of a month: what is known of each measure, and the figures to be filled in."""
    found = get_object_or_404(Report.objects.select_related("matter", "sheet__body", "plan__matter"), pk=pk)
    actor, now = actor_of(request), timezone.now()
    require(may_read(actor, found.matter), "查看其他单位的月报")
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            services.report_submit(
                report=found,
                figures=_posted(request),
                remark=request.POST.get("remark", ""),
                actor=actor,
                at=now,
            )
        except NotAllowed:
            raise
        except Refusal as refusal:
            errors[refusal.field or "remark"] = str(refusal)
        else:
            messages.success(request, f"{found.month.year}年{found.month.month}月的进展已报送")
            return redirect("target-report", pk)
    context = {
        "report": found,
        "targets": _report_rows(found, request.POST if errors else None, errors),
        "errors": list(errors.values()),
        "remark": request.POST.get("remark", found.remark),
        "may_report": may_keep(actor, found.matter) and found.matter.state in {"owed", "reported"},
        "may_return": may_manage(actor) and found.matter.state == "reported",
        "tone": flag(found.matter),
        "entries": history(found.matter),
        "crumbs": crumbs(
            (found.sheet.name, reverse("target-sheet", args=[found.sheet_id])),
            (f"{found.month.year}年{found.month.month}月", ""),
        ),
    }
    return render(request, "targets/report.html", context, status=422 if errors else 200)


def _posted(request: HttpRequest) -> dict[int, dict[str, str | None]]:
    """The figures of a posted form: m<id>-<key>."""
    figures: dict[int, dict[str, str | None]] = {}
    for name, value in request.POST.items():
        head, _, key = name.partition("-")
        if head[:1] == "m" and head[1:].isdecimal() and head.isascii() and len(head) < 20:
            figures.setdefault(int(head[1:]), {})[key] = str(value).strip()
    return figures


def _report_rows(report: Report, posted: Any, errors: dict[str, str]) -> list[dict[str, Any]]:
    """Each target of the body with its measures' inputs; two queries."""
    targets = list(
        report.sheet.targets.filter(matter__state="listed").select_related("plan").order_by("number")
    )
    measures = list(TargetMeasure.objects.filter(target__in=targets).order_by("target_id", "position"))
    known = {
        figure.measure_id: figure
        for figure in Figure.objects.filter(measure__in=measures, month=report.month)
    }
    rows: dict[int, list[dict[str, Any]]] = {target.pk: [] for target in targets}
    for row in measures:
        if row.comparison != Comparison.CERTIFIED:
            rows[row.target_id].append(_inputs(row, report.month, known.get(row.pk), posted, errors))
    return [{"item": one, "badge": outcome_badge(one), "measures": rows[one.pk]} for one in targets]


def _inputs(
    row: TargetMeasure, month: dt.date, figure: Figure | None, posted: Any, errors: dict[str, str]
) -> dict[str, Any]:
    given = supplied(row.indicator, month, day=timezone.localdate())
    if given is not None:
        return {"item": row, "demand": demand(measure_of(row)), "inputs": [], "supplied": True}
    keys = [("part", "符合件数"), ("whole", "全部件数")] if row.counted else [("value", _told(row))]
    if row.comparison in GROWING and not row.counted:
        keys.append(("level", "或填本年水平"))
    if row.comparison in REFERRING:
        keys.append(("reference", row.reference))
    inputs = []
    for key, label in keys:
        name = f"m{row.pk}-{key}"
        value = getattr(figure, key) if figure is not None else None
        shown = "" if value is None else str(value) if isinstance(value, int) else plain(value)
        inputs.append(
            {
                "name": name,
                "label": label,
                "value": posted.get(name, "") if posted is not None else shown,
                "error": errors.get(name, ""),
            }
        )
    return {"item": row, "demand": demand(measure_of(row)), "inputs": inputs}


def _told(row: TargetMeasure) -> str:
    return f"数值（{row.unit}）" if row.unit else "数值"


@require_POST
def report_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a report back to be made anew."""
    found = get_object_or_404(Report.objects.select_related("matter"), pk=pk)
    try:
        services.report_return(
            report=found, reason=request.POST.get("reason", ""), actor=actor_of(request), at=timezone.now()
        )
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "已退回，单位须重新报送")
    return redirect("target-report", pk)


@require_safe
def months(request: HttpRequest) -> HttpResponse:
    """The board of a month: who has reported, and how each body's targets stand."""
    plan, now = current_plan(request.GET.get("year", "")), timezone.now()
    context: dict[str, Any] = {"plan": plan, "crumbs": crumbs(("月考核", ""))}
    if plan is not None:
        notices = list(Notice.objects.filter(plan=plan, kind="month").order_by("period"))
        begun = [one.period for one in notices]
        month = _month(request.GET.get("month", ""), begun)
        rows = month_board(plan, month, now=now) if month else []
        in_time, due = timeliness(plan)
        context |= {
            "month": month,
            "months": [
                {
                    "label": f"{one.month}月",
                    "url": f"?year={plan.year}&month={one:%Y-%m}",
                    "active": one == month,
                }
                for one in begun
            ],
            "rows": [{"row": row, "light": LIGHTS[row.light]} for row in rows],
            "lights": [(LIGHTS[key], sum(row.light == key for row in rows)) for key in LIGHTS],
            "late": sum(row.missing for row in rows),
            "due": services.months_due(plan, at=now) if may_manage(actor_of(request)) else [],
            "in_time": in_time,
            "statistics": due,
        }
    return render(request, "targets/months.html", context)


def _month(text: str, begun: list[dt.date]) -> dt.date | None:
    chosen = next((one for one in begun if f"{one:%Y-%m}" == text), None)
    return chosen or (begun[-1] if begun else None)


@require_POST
def month_open(request: HttpRequest) -> HttpResponse:
    """Begin the check of every month that is over."""
    plan = current_plan(request.POST.get("year", ""))
    if plan is None:
        raise Http404
    now = timezone.now()
    for month in services.months_due(plan, at=now):
        services.month_open(plan=plan, month=month, actor=actor_of(request), at=now)
    messages.success(request, "月考核已开始，各单位的月报已列为应办")
    return redirect("target-months")


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Monthly checks and quarterly notices, the latest first; units read those that were issued."""
    actor = actor_of(request)
    rows = Notice.objects.select_related("matter", "plan")
    if not actor.can("targets.read_all"):
        rows = rows.filter(matter__state="issued")
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": [{"item": row, "title": notice_title(row), "tone": flag(row.matter)} for row in page.items],
        "crumbs": crumbs(("通报", "")),
    }
    return render(request, "targets/notice_list.html", context)


def _notice(request: HttpRequest, pk: int) -> Notice:
    """The notice, if the actor may read it: before it is issued only those who draw it up. Errors: 404, NotAllowed."""
    found: Notice = get_object_or_404(Notice.objects.select_related("matter", "plan__matter"), pk=pk)
    actor = actor_of(request)
    issued = found.matter.state == "issued" and may_read_all(actor)
    require(issued or may_read(actor, found.matter), "查看未印发的通报")
    return found


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """A notice as it was drawn up, to be read, printed and taken as a document."""
    found, actor, now = _notice(request, pk), actor_of(request), timezone.now()
    rows = found.figures.get("rows", [])
    context = {
        "notice": found,
        "title": notice_title(found),
        "tone": flag(found.matter),
        "head": HEAD,
        "tables": [
            (label, own)
            for layer, label in LAYERS.items()
            if (own := [row for row in rows if row["layer"] == layer])
        ],
        "behind": found.figures.get("behind", []),
        "offers": offers_for(NOTICE, found, actor, now, url_name="target-notice-act"),
        "crumbs": crumbs(("通报", reverse("target-notices")), (notice_title(found), "")),
    }
    return render(request, "targets/notice.html", context)


@require_POST
def notice_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Draw a notice up, or issue it."""
    return do(request, NOTICE, action, _notice(request, pk), back=reverse("target-notice", args=[pk]))


@require_safe
def notice_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A notice as DOCX. Errors: 404 before it was drawn up."""
    found = _notice(request, pk)
    if not found.figures:
        raise Http404
    response = HttpResponse(notice_docx(found), content_type=DOCX)
    response["Content-Disposition"] = f'attachment; filename="notice-{found.kind}-{found.period:%Y-%m}.docx"'
    return response
