"""Hidden dangers and objects of patrol: the ledger, an entry, a new one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.ledger.together import Later
from luoshi.supervision import forms, rules, services
from luoshi.supervision.models import Campaign, Danger, PatrolObject, Task
from luoshi.supervision.policies import acts_for, may_read, may_set, require
from luoshi.supervision.selectors.dangers import danger_get, danger_list, patrol_objects
from luoshi.supervision.services.dangers import IN_PLACE
from luoshi.supervision.views.common import (
    actor_of,
    answer_page,
    crumbs,
    do,
    files_of,
    flag,
    offers_for,
    own_history,
    page_of,
    run,
)
from luoshi.supervision.views.danger_actions import DANGER, PATROL, found_fields, found_of

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
TABS = (("open", "未销号"), ("overdue", "逾期"), ("closed", "已销号"), ("", "全部"))


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The ledger of hidden dangers by state, sector, source and words."""
    actor, now = actor_of(request), timezone.now()
    chosen: dict[str, Any] = {key: request.GET.get(key, "") for key in ("sector", "source")}
    which = request.GET.get("which", "open")
    rows = danger_list(actor=actor, at=now, state=which, text=request.GET.get("q", "").strip(), **chosen)
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": [
            {"item": row, "tone": flag(row.matter), "sector": rules.label("supervision.sector", row.sector, row.found_at),
             "element": rules.label("supervision.element", row.element, row.found_at)}
            for row in page.items
        ],
        "tabs": [{"label": label, "url": f"?which={value}", "active": value == which} for value, label in TABS],
        "sectors": forms.options("supervision.sector"),
        "sources": forms.options("supervision.danger_source"),
        **chosen,
        "crumbs": crumbs(("隐患台账", "")),
    }  # fmt: skip
    return answer_page(request, "supervision/danger_list.html", context)


@GET_OR_POST
def new(request: HttpRequest) -> HttpResponse:
    """List a danger; `task` or `campaign` in the address say which survey found it."""
    actor, now = actor_of(request), timezone.now()
    task = _of(Task, request.GET.get("task", ""))
    campaign = task.campaign if task else _of(Campaign, request.GET.get("campaign", ""))
    mine = task is not None and acts_for(actor, task.body_id)
    fields = {
        "source": forms.ChoiceField(label="来源", choices=forms.options("supervision.danger_source")),
        **found_fields(),
    }
    fields["body"] = forms.body("整改单位")
    first = {"source": "census" if task else "inspection", "body": task.body_id if task else actor.body_id}
    form = forms.make(**fields)(request.POST or None, initial=first)
    made: list[Danger] = []

    def enter(data: dict[str, Any]) -> None:
        made.append(
            services.danger_enter(
                found=found_of(data), source=data["source"], body=data["body"], task=task if mine else None,
                campaign=campaign, actor=actor, at=now,
            )
        )  # fmt: skip

    if request.method == "POST" and run(form, enter):
        messages.success(request, "已列入隐患台账")
        return redirect("danger-detail", made[0].pk)
    context = {
        "form": form, "title": "登记隐患", "button": "列入台账", "back": reverse("danger-list"),
        "crumbs": crumbs(("隐患台账", reverse("danger-list")), ("登记隐患", "")),
    }  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


def _of(model: Any, text: str) -> Any:
    """The row of an id in the address; None for none. Errors: 404."""
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 12):
        raise Http404
    return get_object_or_404(model.objects.select_related("matter"), pk=int(text))


def danger_or_404(request: HttpRequest, pk: int) -> Danger:
    """The danger, if the actor may read it. Errors: 404, NotAllowed."""
    row = danger_get(pk)
    if row is None:
        raise Http404
    actor = actor_of(request)
    named = {row.supervisory_id, row.territorial_id} - {None}
    require(may_read(actor, row.matter) or any(acts_for(actor, one) for one in named), "查看其他单位的隐患")
    return row


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A danger: what it is, why, who answers for it, the road, bans, and what may be done now."""
    row, actor, now = danger_or_404(request, pk), actor_of(request), timezone.now()
    context = {
        "danger": row,
        "tone": flag(row.matter),
        "labels": {
            "source": rules.label("supervision.danger_source", row.source, row.found_at),
            "element": rules.label("supervision.element", row.element, row.found_at),
            "sector": rules.label("supervision.sector", row.sector, row.found_at),
        },
        "in_place": [(label, row.in_place.get(key, "")) for key, label in IN_PLACE.items() if row.in_place],
        "steps": Later(row.steps.all()),
        "measures": [
            (one, rules.label("supervision.measure", one.kind, one.at)) for one in row.measures.all()
        ],
        "prompts": services.danger_prompts(row, at=now),
        "files": files_of(row.matter),
        "offers": offers_for(DANGER, row, actor, now, url_name="danger-act"),
        "entries": own_history(row.matter),
        "crumbs": crumbs(("隐患台账", reverse("danger-list")), (row.matter.number or "", "")),
    }
    return answer_page(request, "supervision/danger.html", context)


@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Carry out an action on a danger."""
    row = danger_or_404(request, pk)
    return do(request, DANGER, action, row, back=reverse("danger-detail", args=[pk]))


@GET_OR_POST
def patrols(request: HttpRequest) -> HttpResponse:
    """Objects of patrol with their next patrol; listing a new one."""
    actor, now = actor_of(request), timezone.now()
    form = forms.make(
        kind=forms.ChoiceField(label="类别", choices=forms.options("supervision.patrol_kind")),
        name=forms.text("名称", longest=120), place=forms.text("位置", longest=200), body=forms.body("监管单位"),
        every_days=forms.IntegerField(label="巡查间隔（天）", min_value=1, max_value=366),
    )(request.POST or None, initial={"body": actor.body_id})  # fmt: skip
    if request.method == "POST" and run(form, lambda data: services.patrol_list(**data, actor=actor, at=now)):
        messages.success(request, "已列入巡查监控")
        return redirect("patrol-list")
    page = page_of(request, patrol_objects(actor=actor))
    context = {
        "page": page,
        "rows": [
            {"item": row, "kind": rules.label("supervision.patrol_kind", row.kind, now), "tone": flag(row.matter)}
            for row in page.items
        ],
        "form": form,
        "opened": bool(form.errors),
        "may_list": may_set(actor) or actor.can("supervision.unit"),
        "crumbs": crumbs(("巡查监控对象", "")),
    }  # fmt: skip
    return answer_page(request, "supervision/patrol_list.html", context, form)


def _object(request: HttpRequest, pk: int) -> PatrolObject:
    row: PatrolObject = get_object_or_404(PatrolObject.objects.select_related("matter", "body"), pk=pk)
    require(may_read(actor_of(request), row.matter), "查看其他单位的巡查监控对象")
    return row


@require_safe
def patrol_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """An object of patrol: when it was patrolled, what was found, when it is next."""
    row, actor, now = _object(request, pk), actor_of(request), timezone.now()
    context = {
        "object": row,
        "tone": flag(row.matter),
        "kind": rules.label("supervision.patrol_kind", row.kind, now),
        "patrols": row.patrols.select_related("danger__matter")[:50],
        "offers": offers_for(PATROL, row, actor, now, url_name="patrol-act"),
        "entries": own_history(row.matter),
        "crumbs": crumbs(("巡查监控对象", reverse("patrol-list")), (row.name, "")),
    }
    return answer_page(request, "supervision/patrol.html", context)


@require_POST
def patrol_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Enter a patrol, or take the object off the list."""
    row = _object(request, pk)
    return do(request, PATROL, action, row, back=reverse("patrol-detail", args=[pk]))
