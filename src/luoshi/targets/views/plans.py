"""Years and what each body undertakes in them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.ledger.states import table_for
from luoshi.targets import forms, rules, services
from luoshi.targets.models import Layer, Plan, Sheet, Target
from luoshi.targets.policies import may_keep, may_manage, may_read, may_read_all, require
from luoshi.targets.selectors.plans import current_plan, plan_get, plan_summary, plans, sheets, targets
from luoshi.targets.services.plans import STEPS
from luoshi.targets.views.common import (
    LACKING,
    actor_of,
    answer_page,
    crumbs,
    do,
    flag,
    history,
    offers_for,
    outcome_badge,
    page_of,
    run,
)
from luoshi.targets.views.plan_actions import PLAN, SHEET, measures_from

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
LAYERS = {one.value: one.label for one in Layer}
GROUPS = {one.value: one.label for one in Target.Group}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every year's plan."""
    context = {"plans": plans(), "may_manage": may_manage(actor_of(request))}
    return render(request, "targets/plan_list.html", context)


@GET_OR_POST
def new(request: HttpRequest) -> HttpResponse:
    """Begin a year's plan."""
    actor, now = actor_of(request), timezone.now()
    form = forms.PlanForm(request.POST or None, initial={"year": timezone.localdate().year})
    if request.method == "POST" and form.is_valid():
        made: list[Plan] = []
        if run(form, lambda data: made.append(services.plan_open(actor=actor, at=now, **data))):
            return redirect("target-plan", made[0].pk)
    context = {
        "form": form, "title": "编制年度目标", "button": "开始编制", "back": reverse("target-plans"),
        "crumbs": crumbs(("编制年度目标", "")),
    }  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


def _plan(request: HttpRequest, pk: int) -> Plan:
    plan = plan_get(pk)
    if plan is None:
        raise Http404
    require(may_read_all(actor_of(request)), "查看年度目标")
    return plan


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A year: how its layers stand, what each body undertakes, what comes next."""
    plan, actor, now = _plan(request, pk), actor_of(request), timezone.now()
    layer = request.GET.get("layer", "")
    rows = sheets(
        plan, actor=actor, layer=layer if layer in LAYERS else "", text=request.GET.get("q", "").strip()
    )
    summary = [{**row, "label": LAYERS[row["layer"]]} for row in plan_summary(plan)]
    known = dict(forms.options("targets.source"))
    context = {
        "plan": plan,
        "tone": flag(plan.matter),
        "summary": summary,
        "sources": "、".join(known.get(one, one) for one in plan.sources),
        "page": page_of(request, rows, keys=("layer", "position", "matter_id")),
        "layers": LAYERS,
        "reads_all": actor.can("targets.read_all"),
        "offers": offers_for(PLAN, plan, actor, now, url_name="target-plan-act"),
        "entries": history(plan.matter) if may_manage(actor) else [],
        "crumbs": crumbs((f"{plan.year}年度", "")),
    }
    return render(request, "targets/plan.html", context)


@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Carry out an action on a plan."""
    plan = _plan(request, pk)
    return do(request, PLAN, action, plan, back=reverse("target-plan", args=[pk]))


def _sheet(request: HttpRequest, pk: int) -> Sheet:
    """The sheet, if the actor may read it. Errors: 404, NotAllowed."""
    rows = Sheet.objects.select_related("matter", "body", "plan__matter")
    sheet: Sheet | None = rows.filter(pk=pk).first()
    if sheet is None:
        raise Http404
    require(may_read(actor_of(request), sheet.matter), "查看这个单位的目标")
    return sheet


@require_safe
def sheet_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What one body undertakes: its targets with their state and what each lacks, and the steps of its approval."""
    sheet, actor, now = _sheet(request, pk), actor_of(request), timezone.now()
    rows = list(sheet.targets.filter(matter__state="listed").select_related("matter").order_by("number"))
    kind = sheet.matter.kind
    chain = [table_for(kind).action_label(step) for step in STEPS[kind]]
    names = list(table_for(kind).labels)
    points: dict[str, Any] = {}
    for row in rows:
        points[row.get_group_display()] = points.get(row.get_group_display(), 0) + (row.points or 0)
    context = {
        "sheet": sheet,
        "tone": flag(sheet.matter),
        "rows": [{"item": row, "badge": outcome_badge(row)} for row in rows],
        "points": points.items(),
        "chain": chain,
        "place": min(names.index(sheet.matter.state) + 1, len(chain) + 1),
        "drafting": sheet.matter.state == "drafting" and sheet.plan.issued_on is None,
        "may_add": may_keep(actor, sheet.matter),
        "offers": offers_for(SHEET, sheet, actor, now, url_name="target-sheet-act"),
        "entries": history(sheet.matter),
        "layer": LAYERS[sheet.layer],
        "crumbs": crumbs(
            (f"{sheet.plan.year}年度", reverse("target-plan", args=[sheet.plan_id])), (sheet.name, "")
        ),
    }
    return render(request, "targets/sheet.html", context)


@require_POST
def sheet_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Carry out an action on a sheet."""
    return do(request, SHEET, action, _sheet(request, pk), back=reverse("target-sheet", args=[pk]))


@GET_OR_POST
def target_new(request: HttpRequest, pk: int) -> HttpResponse:
    """List a target of a body while the plan is being drafted."""
    sheet, actor, now = _sheet(request, pk), actor_of(request), timezone.now()
    form = forms.TargetForm(request.POST or None, layer=sheet.layer)

    def create(data: dict[str, Any]) -> None:
        papers = {key: data[key] for key in ("basis", "method", "data_source", "person")}
        services.target_list(
            sheet=sheet, group=data["group"], text=data["text"], points=data["points"] or None,
            measures=measures_from(data), actor=actor, at=now, **papers,
        )  # fmt: skip

    if request.method == "POST" and run(form, create):
        return redirect("target-sheet", pk)
    context = {
        "form": form, "title": "列入目标", "button": "列入", "back": reverse("target-sheet", args=[pk]),
        "crumbs": crumbs((sheet.name, reverse("target-sheet", args=[pk])), ("列入目标", "")),
    }  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


@require_safe
def target_list(request: HttpRequest) -> HttpResponse:
    """All targets of a year, filtered and paged."""
    actor = actor_of(request)
    plan = current_plan(request.GET.get("year", ""))
    context: dict[str, Any] = {"plan": plan, "crumbs": crumbs(("目标清单", ""))}
    if plan is not None:
        asked = {key: request.GET.get(key, "") for key in ("layer", "group", "outcome", "lacking", "theme")}
        rows = targets(plan, actor=actor, text=request.GET.get("q", "").strip(), **asked)
        page = page_of(request, rows, keys=("matter_id",))
        context |= {
            "page": page,
            "rows": [{"item": row, "badge": outcome_badge(row)} for row in page.items],
            "filters": [
                ("layer", "层级", LAYERS.items(), asked["layer"]),
                ("group", "类别", GROUPS.items(), asked["group"]),
                ("outcome", "判定", [*OUTCOMES.items()], asked["outcome"]),
                ("lacking", "所缺", LACKING.items(), asked["lacking"]),
                ("theme", "专项", _themes(), asked["theme"]),
            ],
            "years": [one.year for one in plans()],
        }
    return render(request, "targets/target_list.html", context)


OUTCOMES = {
    "met": "完成", "not_met": "未完成", "on_track": "目前符合", "pending": "待定", "to_decide": "待认定",
    "not_applicable": "不适用",
}  # fmt: skip


def _themes() -> list[tuple[str, str]]:
    return [
        (option.value, option.label) for option in rules.choice("targets.theme", timezone.localdate()).options
    ]
