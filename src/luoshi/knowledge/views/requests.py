"""Requests to supply: the platform asks, the unit delivers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.knowledge import forms, selectors, services
from luoshi.knowledge.models import SupplyRequest
from luoshi.knowledge.policies import may_edit, may_manage, may_read_request, require
from luoshi.knowledge.selectors.requests import askable_bodies
from luoshi.knowledge.views.common import (
    TONES,
    actor_of,
    answer_page,
    crumbs,
    flag,
    history,
    page_of,
    run,
    step,
    tab_items,
)
from luoshi.ledger.selectors import matter_obligations

LIST = "knowledge-requests"


def _request(request: HttpRequest, pk: int) -> SupplyRequest:
    """The request, if the actor may read it. Errors: 404, NotAllowed."""
    asked = selectors.request_get(pk)
    if asked is None:
        raise Http404
    require(may_read_request(actor_of(request), asked.matter), "查看这项报送要求")
    return asked


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What was asked of one's own body, or for the platform of all."""
    actor = actor_of(request)
    which = request.GET.get("which", "")
    rows = selectors.request_list(
        body_id=None if may_manage(actor) else actor.body_id,
        which=which if which in {*TONES, "late"} else "",
    )
    tabs = [
        ("", "全部", None),
        ("asked", "待报送", None),
        ("delivered", "已报送", None),
        ("late", "逾期报送", None),
        ("cancelled", "已撤销", None),
    ]
    context = {
        "page": page_of(request, rows),
        "tabs": tab_items(request, tabs),
        "may_ask": may_manage(actor),
        "tones": TONES,
    }
    return render(request, "knowledge/request_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask one or several units; ?subject= and ?cases= fill the form from elsewhere."""
    actor, now = actor_of(request), timezone.now()
    given = {name: request.GET[name] for name in ("subject", "cases") if name in request.GET}
    initial = {"form": "script", **given}
    form = forms.RequestForm(request.POST or None, initial=initial, bodies=askable_bodies(), at=now)

    @transaction.atomic
    def ask(data: dict[str, Any]) -> None:
        names = ("form", "subject", "detail", "cases", "due_at")
        for body in data["bodies"]:
            services.request_open(body=body, actor=actor, at=now, **{name: data[name] for name in names})

    if request.method == "POST" and run(form, ask):
        messages.success(request, f"已向{len(form.cleaned_data['bodies'])}个单位发出要求")
        return redirect(LIST)
    context = {"form": form, "crumbs": crumbs(("报送要求", reverse(LIST)), ("要求报送", ""))}
    return answer_page(request, "knowledge/request_new.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What is asked and by when; the unit delivers here."""
    asked, actor, now = _request(request, pk), actor_of(request), timezone.now()
    form = None
    if asked.matter.state == "asked" and may_edit(actor, asked.matter):
        initial = {"title": asked.subject}
        form = forms.DeliverForm(request.POST or None, initial=initial, form=asked.form, at=now)
    if request.method == "POST":
        require(form is not None or may_edit(actor, asked.matter), "报送")
        if form is None:
            messages.error(request, "这项要求已报送或已撤销")
            return redirect("knowledge-request", pk=asked.pk)
        if run(form, lambda _: services.request_deliver(request=asked, actor=actor, at=now, **form.texts())):
            messages.success(request, "已报送并发布" if now <= asked.due_at else "已报送并发布，已逾期")
            return redirect("knowledge-request", pk=asked.pk)
    context = {
        "asked": asked,
        "form": form,
        "tone": flag(asked.matter),
        "obligation": matter_obligations(asked.matter).first(),
        "may_cancel": asked.matter.state == "asked" and may_manage(actor),
        "entries": history(asked.matter),
        "crumbs": crumbs(("报送要求", reverse(LIST)), (asked.subject, "")),
    }
    return answer_page(request, "knowledge/request.html", context, form)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a request back, with the reason."""
    asked, actor, now = _request(request, pk), actor_of(request), timezone.now()
    reason = request.POST.get("reason", "")
    return step(
        request,
        lambda: services.request_cancel(request=asked, reason=reason, actor=actor, at=now),
        back=reverse("knowledge-request", args=[asked.pk]),
        done="已撤销",
    )
