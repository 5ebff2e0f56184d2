"""Changes of targets, the end of a year, and the import of a year's file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.engines.targets import plain
from luoshi.ledger.errors import NotAllowed, Refusal
from luoshi.organisation.stash import Stash
from luoshi.targets import forms
from luoshi.targets.imports.load import CREATE, Checked, file_check, file_load
from luoshi.targets.models import Change, Layer, Result, Standing, Target
from luoshi.targets.policies import may_manage, may_read, may_read_all, require
from luoshi.targets.selectors.results import blockers, consequence_list, department_quota, standings
from luoshi.targets.states import RESULTS
from luoshi.targets.views.common import (
    actor_of,
    answer_page,
    crumbs,
    do,
    files_of,
    flag,
    history,
    offers_for,
    page_of,
)
from luoshi.targets.views.plan_actions import CHANGE
from luoshi.targets.views.result_actions import RESULT, STANDING

STASH = Stash("target-imports")
KINDS = {"lower": "调减目标值", "drop": "撤销目标", "add": "增加目标"}
TIER_TONES = {1: "success", 2: "info", 3: "warning", 4: "danger"}
LARGEST = 2_000_000


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """Applications and additions: those under way first, then those decided."""
    actor = actor_of(request)
    rows = Change.objects.select_related("matter", "sheet", "target")
    if not actor.can("targets.read_all"):
        rows = rows.filter(sheet__body_id=actor.body_id)
    which = request.GET.get("which", "")
    rows = rows.filter(matter__closed_at__isnull=which != "done")
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": [{"item": row, "kind": KINDS[row.kind], "tone": flag(row.matter)} for row in page.items],
        "tabs": [
            {"label": "在办", "url": "?", "active": which != "done"},
            {"label": "已办结", "url": "?which=done", "active": which == "done"},
        ],
        "crumbs": crumbs(("目标调整", "")),
    }
    return render(request, "targets/change_list.html", context)


def _change(request: HttpRequest, pk: int) -> Change:
    """The change, if the actor may read it. Errors: 404, NotAllowed."""
    change: Change = get_object_or_404(
        Change.objects.select_related("matter", "sheet", "target", "plan"), pk=pk
    )
    require(may_read(actor_of(request), change.matter), "查看这件调整")
    return change


@require_safe
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """One change with its grounds, its proof and what it proposes."""
    found, actor, now = _change(request, pk), actor_of(request), timezone.now()
    grounds = dict(forms.options("targets.ground")) | dict(forms.options("targets.approver"))
    context = {
        "change": found,
        "kind": KINDS[found.kind],
        "tone": flag(found.matter),
        "ground": grounds.get(found.ground, ""),
        "approver": grounds.get(found.approver, ""),
        "values": list(found.proposal.values()) if found.kind == "lower" else [],
        "group": Target.Group(found.proposal["group"]).label if found.kind == "add" else "",
        "offers": offers_for(CHANGE, found, actor, now, url_name="target-change-act"),
        "files": files_of(found.matter),
        "entries": history(found.matter),
        "crumbs": crumbs(("目标调整", reverse("target-changes")), (KINDS[found.kind], "")),
    }
    return render(request, "targets/change.html", context)


@require_POST
def change_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take a change one step further."""
    return do(request, CHANGE, action, _change(request, pk), back=reverse("target-change", args=[pk]))


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """The year-end assessments, the latest first."""
    rows = Result.objects.select_related("matter", "plan").order_by("-plan__year")
    context = {
        "rows": [{"item": row, "tone": flag(row.matter)} for row in rows],
        "crumbs": crumbs(("年终考评", "")),
    }
    return render(request, "targets/result_list.html", context)


def _result(request: HttpRequest, pk: int) -> Result:
    """The result; units read it once it is decided. Errors: 404, NotAllowed."""
    result: Result = get_object_or_404(Result.objects.select_related("matter", "plan__matter"), pk=pk)
    actor = actor_of(request)
    reads = actor.can("targets.read_all") or (result.matter.state == "decided" and may_read_all(actor))
    require(reads, "查看未决定的考评结果")
    return result


@require_safe
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """A year's end: what is still open, who stands where, how many are honoured, what comes next."""
    found, actor, now = _result(request, pk), actor_of(request), timezone.now()
    states = list(RESULTS.labels)
    rows = standings(found).order_by("pool", "-score", "pk")
    if not actor.can("targets.read_all"):
        rows = rows.filter(sheet__body_id=actor.body_id or 0)
    placed = list(rows)
    for row in placed:
        row.result = found  # known already; not asked for again row by row
    open_ones = blockers(found) if found.matter.state in {"open", "standard_approved", "proposed"} else []
    candidates, places, least = department_quota(found, at=now)
    context = {
        "result": found,
        "tone": flag(found.matter),
        "steps": list(RESULTS.labels.values()),
        "place": states.index(found.matter.state) + 1,
        "standards": _standards(found),
        "blockers": open_ones[:30],
        "more": max(len(open_ones) - 30, 0),
        "rows": [
            {
                "item": row, "tone": TIER_TONES[row.tier], "points": plain(row.points) if row.points is not None else "—",
                "offers": offers_for(STANDING, row, actor, now, url_name="target-standing-act"),
            }
            for row in placed
        ],
        "quota": {"candidates": candidates, "places": places, "least": least},
        "offers": offers_for(RESULT, found, actor, now, url_name="target-result-act"),
        "entries": history(found.matter) if may_manage(actor) else [],
        "crumbs": crumbs(("年终考评", reverse("target-results")), (f"{found.plan.year}年度", "")),
    }  # fmt: skip
    return render(request, "targets/result.html", context)


def _standards(result: Result) -> list[dict[str, Any]]:
    metrics = {"points": "按得分", "rate": "按完成率"}
    return [
        {"pool": Layer(pool).label, "metric": metrics[one["metric"]], "bounds": "、".join(one["bounds"]),
         "regular": one["regular"], "all_met": one["all_met"]}
        for pool, one in result.standards.items()
    ]  # fmt: skip


@require_POST
def result_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take a year's result one step further."""
    return do(request, RESULT, action, _result(request, pk), back=reverse("target-result", args=[pk]))


@require_POST
def standing_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Adjust a body's tier, or note that it cheated."""
    row = get_object_or_404(Standing.objects.select_related("sheet", "result__matter"), pk=pk)
    return do(request, STANDING, action, row, back=reverse("target-result", args=[row.result_id]))


@require_safe
def consequences(request: HttpRequest, pk: int) -> HttpResponse:
    """What follows of a year's result, for personnel, finance and the office."""
    found = _result(request, pk)
    rows = consequence_list(found, at=timezone.now())
    actor = actor_of(request)
    if not actor.can("targets.read_all"):
        rows = [one for one in rows if one.standing.sheet.body_id == actor.body_id]
    cuts = [one.standing for one in rows if any(kind == "cut" for kind, _ in one.items)]
    context = {
        "result": found,
        "rows": rows,
        "cuts": cuts,
        "final": found.matter.state == "decided",
        "crumbs": crumbs(
            ("年终考评", reverse("target-results")),
            (f"{found.plan.year}年度", reverse("target-result", args=[pk])),
            ("结果运用", ""),
        ),
    }
    return render(request, "targets/consequences.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Upload a file of a year's targets and see what it holds and what is wrong with it; nothing is imported yet."""
    form = forms.UploadForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "crumbs": crumbs(("导入目标", ""))}
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        if file.size > LARGEST:
            form.add_error("file", "文件超过2 MB，不像是一份年度目标")
        else:
            content, now = file.read(), timezone.now()
            checked = file_check(name=file.name, content=content, at=now)
            if checked.usable:
                STASH.keep(content, at=now)
            context |= _report(checked, file.name)
    return answer_page(request, "targets/import.html", context, form)


def _report(checked: Checked, name: str) -> dict[str, Any]:
    """What a checked file holds, for the page."""
    plan = checked.plan
    return {
        "checked": checked,
        "name": name,
        "faults": sorted(plan.faults)[:200],
        "fault_count": len(plan.faults),
        "hints": sorted(plan.hints),
        "layers": [(Layer(layer).label, len(plan.of(layer)), plan.count(layer)) for layer in Layer.values],
        "doubtful": [(sheet.name, target.number, target.note) for sheet, target in plan.doubtful()],
        "free": forms.bodies().exclude(pk__in=[body.pk for body in checked.known.values()]),
        "CREATE": CREATE,
    }


@require_POST
def load(request: HttpRequest) -> HttpResponse:
    """Import the file that was checked, with a choice for each body that the register does not know."""
    actor, now = actor_of(request), timezone.now()
    content = STASH.take(request.POST.get("digest", ""))
    name = request.POST.get("name", "")[:120]
    if content is None:
        messages.error(request, "检查过的文件已不在，请重新上传")
        return redirect("target-import")
    checked = file_check(name=name, content=content, at=now)
    bodies = {
        request.POST[f"name-{place}"]: request.POST.get(f"body-{place}", "")
        for place in range(len(checked.unknown) + 1)
        if f"name-{place}" in request.POST
    }
    try:
        plan = file_load(checked=checked, bodies=bodies, actor=actor, at=now, name=name)
    except NotAllowed:
        raise
    except Refusal as refusal:
        context = {
            "form": forms.UploadForm(),
            "refusal": str(refusal),
            "chosen": bodies,
            "crumbs": crumbs(("导入目标", "")),
        }
        return render(request, "targets/import.html", context | _report(checked, name), status=422)
    STASH.drop(checked.digest)
    messages.success(request, f"已导入{plan.targets.count()}项目标，请核对后以市政府文件下达")
    return redirect("target-plan", plan.pk)
