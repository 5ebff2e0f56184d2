"""Changes of name, and the bodies that owe disabled people a post."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.appointments import forms, services
from luoshi.appointments.models import Placement, Renaming
from luoshi.appointments.policies import may_manage
from luoshi.appointments.selectors import responsible
from luoshi.appointments.states import RENAMINGS
from luoshi.appointments.views.actions import PLACEMENT, RENAMING
from luoshi.appointments.views.common import crumbs, entries, flag, states
from luoshi.organisation.pagekit import actor_of, answer_page, do, offers_for, page_of, run, today

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def renamings(request: HttpRequest) -> HttpResponse:
    """Changes of name, newest first."""
    rows = Renaming.objects.select_related("matter", "target")
    if request.GET.get("state"):
        rows = rows.filter(matter__state=request.GET["state"])
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": [{"item": row, "tone": flag(row.matter)} for row in page.items],
        "tabs": states(request, dict(RENAMINGS.labels)),
        "may_manage": may_manage(actor_of(request)),
        "crumbs": crumbs(("机构更名", "")),
    }
    return render(request, "appointments/renaming_list.html", context)


def _renaming(pk: int) -> Renaming:
    found: Renaming = get_object_or_404(Renaming.objects.select_related("matter", "target"), pk=pk)
    return found


@require_safe
def renaming(request: HttpRequest, pk: int) -> HttpResponse:
    """One change of name, with the names that the body has borne."""
    found = _renaming(pk)
    facts = [
        ("更名依据", "、".join(found.basis)),
        ("通知文号", found.number or "尚未公布"),
        ("生效日期", f"{found.effective_on:%Y年%-m月%-d日}" if found.effective_on else "尚未公布"),
        ("加挂牌子", "、".join(found.plates)),
        ("简称和习称", "、".join(found.aliases)),
        ("机构性质", found.target.get_standing_display() or "未登记"),
        ("主送", "、".join(found.addressees)),
    ]
    actor = actor_of(request)
    context = {
        "renaming": found,
        "facts": [(label, value) for label, value in facts if value],
        "names": found.target.names.order_by("-since", "kind"),
        "offers": offers_for(RENAMING, found, actor, timezone.now(), url_name="appointment-renaming-do"),
        "may_edit": found.matter.state == "drafting" and may_manage(actor),
        "entries": entries(found.matter),
        "tone": flag(found.matter),
        "crumbs": crumbs(("机构更名", reverse("appointment-renamings")), (str(found), "")),
    }
    return render(request, "appointments/renaming.html", context)


@GET_OR_POST
def renaming_new(request: HttpRequest) -> HttpResponse:
    """Draw up a change of name."""
    form = forms.RenamingForm(request.POST or None, initial={"target": request.GET.get("body", "")})
    made: list[Renaming] = []

    def begin(data: dict[str, Any]) -> None:
        made.append(services.renaming_open(**form.values(), actor=actor_of(request), at=timezone.now()))

    if request.method == "POST" and run(form, begin):
        return redirect("appointment-renaming", made[0].pk)
    return _form(request, form, "起草更名", reverse("appointment-renamings"))


@GET_OR_POST
def renaming_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    found = _renaming(pk)
    initial = {"new_name": found.new_name, "new_short_name": found.new_short_name} | {
        key: "\n".join(getattr(found, key)) for key in ("basis", "plates", "aliases", "addressees")
    }
    form = forms.RenamingEditForm(request.POST or None, initial=initial)

    def save(data: dict[str, Any]) -> None:
        services.renaming_edit(renaming=found, **form.values(), actor=actor_of(request), at=timezone.now())

    back = reverse("appointment-renaming", args=[pk])
    if request.method == "POST" and run(form, save):
        return redirect(back)
    return _form(request, form, "修改更名", back)


def _form(request: HttpRequest, form: Any, title: str, back: str) -> HttpResponse:
    context = {"form": form, "title": title, "back": back, "crumbs": crumbs((title, ""))}
    return answer_page(request, "kit/form.html", context, form)


@require_POST
def renaming_do(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Carry out a step of a change of name."""
    back = reverse("appointment-renaming", args=[pk])
    return do(request, RENAMING, action, _renaming(pk), back=back, crumbs=crumbs())


@require_safe
def placements(request: HttpRequest) -> HttpResponse:
    """Main member units with how many disabled people have a post there, and who answers for the work at each level."""
    rows = Placement.objects.select_related("matter", "unit")
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": [{"item": row, "tone": flag(row.matter)} for row in page.items],
        "responsible": responsible(today()),
        "may_manage": may_manage(actor_of(request)),
        "crumbs": crumbs(("安排残疾人就业", "")),
    }
    return render(request, "appointments/placement_list.html", context)


@require_safe
def placement(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit and what it reported."""
    found = get_object_or_404(Placement.objects.select_related("matter", "unit"), pk=pk)
    context = {
        "placement": found,
        "obligations": found.matter.obligations.order_by("due_at", "id"),
        "offers": offers_for(
            PLACEMENT, found, actor_of(request), timezone.now(), url_name="appointment-placement-do"
        ),
        "entries": entries(found.matter),
        "tone": flag(found.matter),
        "crumbs": crumbs(("安排残疾人就业", reverse("appointment-placements")), (found.unit.name, "")),
    }
    return render(request, "appointments/placement.html", context)


@GET_OR_POST
def placement_new(request: HttpRequest) -> HttpResponse:
    """List a main member unit."""
    form = forms.PlacementForm(request.POST or None)

    def begin(data: dict[str, Any]) -> None:
        services.placement_open(**data, actor=actor_of(request), at=timezone.now())

    back = reverse("appointment-placements")
    if request.method == "POST" and run(form, begin):
        return redirect(back)
    return _form(request, form, "列入主要成员单位", back)


@require_POST
def placement_do(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Carry out a step of a placement."""
    found = get_object_or_404(Placement.objects.select_related("matter"), pk=pk)
    back = reverse("appointment-placement", args=[pk])
    return do(request, PLACEMENT, action, found, back=back, crumbs=crumbs())
