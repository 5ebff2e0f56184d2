"""Base work: the units at a glance, and one page for each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from luoshi.assessment import forms_records as forms
from luoshi.assessment import rules_records as rules
from luoshi.assessment import services
from luoshi.assessment.models import BasePoint, BaseRecord
from luoshi.assessment.policies_records import may_approve, may_file_for, may_oversee, may_record, require
from luoshi.assessment.selectors import records
from luoshi.assessment.views.records_common import (
    actor_of,
    answer_page,
    files_shown,
    history,
    page_of,
    run,
    step,
    tab_items,
    today,
    unit_of,
)
from luoshi.organisation.models import Body

LIST = "assessment-base-list"


def _body(request: HttpRequest, pk: int) -> Body:
    """The unit, if the actor may see its base work. Errors: 404, NotAllowed."""
    body: Body = get_object_or_404(Body, pk=pk, takes_requests=True)
    actor = actor_of(request)
    require(may_oversee(actor) or actor.body_id == body.pk, "查看这个单位的基础工作")
    return body


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All units: what is missing, when material came last, when it was judged last."""
    which, text = request.GET.get("which", ""), request.GET.get("q", "").strip()
    rows = records.base_list(today(), which=which)
    if text:
        rows = rows.filter(Q(name__contains=text) | Q(short_name__contains=text))
    tabs = [("", "全部", None), ("missing", "有缺项", None), ("unjudged", "未认定", None)]
    context = {
        "page": page_of(request, rows, ("code",)),
        "tabs": tab_items(request, tabs),
        "which": which,
    }
    return render(request, "assessment/base_list.html", context)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The page of one's own unit. Errors: 404 where it is not assessed."""
    body = unit_of(request)
    if not body.takes_requests:
        raise Http404
    return redirect("assessment-base", pk=body.pk)


def _verdicts(record: BaseRecord, day: Any) -> list[BasePoint]:
    """The latest judgements, with the names of their points."""
    points = rules.base_points(day)
    rows = list(records.all_points(record)[:40])
    for row in rows:
        row.label = points.label(row.point) if row.point in points.values else row.point  # type: ignore[attr-defined]
    return rows


def _page(request: HttpRequest, body: Body, *, filing: Any = None, judging: Any = None) -> HttpResponse:
    actor, day = actor_of(request), today()
    record, groups = records.base_get(body), records.base_groups(body, day)
    if judging is None and may_record(actor):
        judging = forms.BaseJudgeForm(day=day, onsite=body.handles_onsite)
    if filing is None and may_file_for(actor, body.pk):
        filing = forms.BaseFileForm(day=day, onsite=body.handles_onsite)
    for point in (point for group in groups for point in group.points):
        point.field = judging[point.key] if judging is not None and point.key in judging.fields else None
    files = files_shown(records.files_of(record.pk)) if record else []
    for group in groups:
        wanted = {key for key, _ in group.materials}
        group.files = [one for one in files if one["purpose"] in wanted]
    context = {
        "body": body,
        "record": record,
        "groups": groups,
        "known": records.known_of(body, day),
        "judging": judging,
        "filing": filing,
        "verdicts": _verdicts(record, day) if record else [],
        "may_strike": may_approve(actor),
        "entries": history(record.matter) if record else [],
        "crumbs": [("基础工作", reverse(LIST)), (body.short_name, "")] if may_oversee(actor) else [],
    }
    bound = next((form for form in (filing, judging) if form is not None and form.errors), None)
    return answer_page(request, "assessment/base_work.html", context, bound)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit's base work: each point with its judgement, its material, and what may be done."""
    return _page(request, _body(request, pk))


@require_POST
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit files material."""
    body, actor, now = _body(request, pk), actor_of(request), timezone.now()
    form = forms.BaseFileForm(request.POST, request.FILES, day=today(), onsite=body.handles_onsite)

    def save(data: dict[str, Any]) -> None:
        files = forms.uploads(data["papers"], data["material"])
        services.base_file(
            body=body, material=data["material"], files=files, note=data["note"], actor=actor, at=now
        )

    if not run(form, save):
        return _page(request, body, filing=form)
    messages.success(request, "材料已报送，待平台认定")
    return redirect("assessment-base", pk=body.pk)


@require_POST
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """The platform judges points."""
    body, actor, now = _body(request, pk), actor_of(request), timezone.now()
    form = forms.BaseJudgeForm(request.POST, day=today(), onsite=body.handles_onsite)

    def save(data: dict[str, Any]) -> None:
        services.base_judge(body=body, verdicts=form.verdicts(), note=data["note"], actor=actor, at=now)

    if not run(form, save):
        return _page(request, body, judging=form)
    messages.success(request, "已认定，自本期起按此计分")
    return redirect("assessment-base", pk=body.pk)


@require_POST
def strike(request: HttpRequest, pk: int) -> HttpResponse:
    """The command centre takes one judgement back."""
    point = get_object_or_404(BasePoint.objects.select_related("record"), pk=pk)
    actor, now, reason = actor_of(request), timezone.now(), request.POST.get("reason", "")
    return step(
        request,
        lambda: services.base_strike(point=point, reason=reason, actor=actor, at=now),
        back=reverse("assessment-base", args=[point.record.body_id]),
        done="已撤销这条认定，自始不计",
    )
