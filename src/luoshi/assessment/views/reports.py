"""Monthly reports and work information: list, filing, one report."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.assessment import forms_records as forms
from luoshi.assessment import services
from luoshi.assessment.models import Report
from luoshi.assessment.policies_records import may_file_for, may_oversee, may_read, may_record, require
from luoshi.assessment.selectors import records
from luoshi.assessment.views.records_common import (
    TONES,
    actor_of,
    answer_page,
    deed,
    files_shown,
    flag,
    history,
    month_of,
    own_id,
    page_of,
    run,
    step,
    tab_items,
    unit_of,
)
from luoshi.ledger.selectors import matter_obligations

LIST = "assessment-reports"


def _report(request: HttpRequest, pk: int) -> Report:
    """The report, if the actor may read it. Errors: 404, NotAllowed."""
    report = records.report_get(pk)
    if report is None:
        raise Http404
    require(may_read(actor_of(request), report.matter), "查看这份报送")
    return report


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Reports of all units, or of one's own."""
    which, kind, actor = request.GET.get("which", ""), request.GET.get("type", ""), actor_of(request)
    rows = records.report_list(
        body_id=own_id(request),
        type=kind if kind in Report.Type.values else "",
        which=which if which in TONES or which == "late" else "",
        month=month_of(request),
        at=timezone.now(),
    )
    tabs = [
        ("", "全部", None),
        ("due", "待报送", None),
        ("late", "逾期", None),
        ("filed", "已报送", None),
        ("struck", "不予计入", None),
    ]
    page = page_of(request, rows)
    for report in page.items:
        report.tone = flag(report.matter)
    context = {
        "page": page,
        "tabs": tab_items(request, tabs),
        "which": which,
        "types": Report.Type.choices,
        "all_bodies": may_oversee(actor),
        "may_file": actor.can("assessment.unit"),
    }
    return render(request, "assessment/report_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One report; the unit files it here."""
    report, actor, now = _report(request, pk), actor_of(request), timezone.now()
    due = report.matter.state == "due" and may_file_for(actor, report.body_id)
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = forms.ReportForm(*data) if due else None

    def save(values: dict[str, Any]) -> None:
        files = forms.uploads(values["papers"], "统计报表")
        services.report_file(report=report, text=values["text"], files=files, actor=actor, at=now)

    if request.method == "POST":
        require(may_file_for(actor, report.body_id), "报送统计报表")
        if form is None:
            messages.error(request, "这份报表已经报送")
            return redirect("assessment-report", pk=pk)
        if run(form, save):
            late = report.due_at is not None and now.replace(microsecond=0) > report.due_at
            messages.success(request, "已报送，但已过期限，不得分" if late else "已按时报送")
            return redirect("assessment-report", pk=pk)
    filed = report.matter.state == "filed"
    context = {
        "report": report,
        "form": form,
        "tone": flag(report.matter),
        "obligation": matter_obligations(report.matter).first(),
        "figures": records.figures_of(report) if report.type == Report.Type.MONTHLY else [],
        "files": files_shown(records.files_of(report.pk)),
        "may_strike": filed and may_record(actor),
        "may_adopt": filed and may_record(actor) and report.type == Report.Type.INFORMATION,
        "may_add": filed and may_file_for(actor, report.body_id),
        "entries": history(report.matter),
        "crumbs": [("每月报送", reverse(LIST)), (report.title, "")],
    }
    return answer_page(request, "assessment/report.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
def inform(request: HttpRequest) -> HttpResponse:
    """File an item of work information."""
    actor, now, body = actor_of(request), timezone.now(), unit_of(request)
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = forms.InformationForm(*data)
    made: list[Report] = []

    def save(values: dict[str, Any]) -> None:
        files = forms.uploads(values["papers"], "工作信息附件")
        named = {name: values[name] for name in ("title", "text")}
        made.append(services.information_file(body=body, files=files, actor=actor, at=now, **named))

    if request.method == "POST" and run(form, save):
        messages.success(request, "工作信息已报送，计入本期")
        return redirect("assessment-report", pk=made[0].pk)
    context = {"form": form, "crumbs": [("每月报送", reverse(LIST)), ("报送工作信息", "")]}
    return answer_page(request, "assessment/information_new.html", context, form)


@require_POST
def supplement(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a file to what was filed."""
    report, actor, now = _report(request, pk), actor_of(request), timezone.now()
    form = forms.ReportForm(request.POST, request.FILES)

    def save(values: dict[str, Any]) -> None:
        files = forms.uploads(values["papers"], "补充文件")
        services.report_supplement(report=report, files=files, actor=actor, at=now)

    return deed(request, form, save, back=reverse("assessment-report", args=[pk]), done="文件已补充")


@require_POST
def strike(request: HttpRequest, pk: int) -> HttpResponse:
    """The platform does not count what was filed."""
    report, actor, now = _report(request, pk), actor_of(request), timezone.now()
    reason = request.POST.get("reason", "")
    return step(
        request,
        lambda: services.report_strike(report=report, reason=reason, actor=actor, at=now),
        back=reverse("assessment-report", args=[pk]),
        done="已记为不予计入",
    )
