"""Merging a body into another one, and giving part of its duties away: chosen, previewed, carried out as previewed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from luoshi.administration import succession
from luoshi.ledger.errors import NotAllowed, Refusal, WrongState
from luoshi.organisation import formkit
from luoshi.organisation.models import Body
from luoshi.organisation.pagekit import actor_of, answer_page, refused, today
from luoshi.organisation.services.merging import check_succession

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
SHOWN = 300


class SuccessionForm(forms.Form):
    """Who goes on with the duties, from when, and on whose word."""

    since = formkit.date("生效日期", initial=today, help_text="这一天起由接收单位办理；不得晚于今天")
    document = formkit.text("依据文件", longest=200, help_text="文件名称和文号")
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    field_order = ("into", "since", "document")

    def __init__(self, data: QueryDict | None, *, old: Body) -> None:
        super().__init__(data, initial={"version": old.version})
        rows = Body.objects.filter(active=True, jurisdiction=old.jurisdiction).exclude(pk=old.pk)
        rows = rows.select_related("parent__parent")
        self.fields["into"] = forms.ModelChoiceField(
            queryset=rows.order_by("kind", "code"), label="接收单位", empty_label="请选择"
        )
        self.order_fields(self.field_order)


def _body(code: str) -> Body:
    body = get_object_or_404(Body, code=code)
    if not body.active:
        raise WrongState(f"{body.name}已撤销", mend="请从在用的机构进入")
    return body


def _context(body: Body, title: str, form: forms.Form, plan: succession.Plan | None) -> dict[str, Any]:
    detail = reverse("body-detail", args=[body.code])
    context: dict[str, Any] = {
        "body": body, "title": title, "form": form, "plan": plan, "back": detail, "today": today(),
        "crumbs": [("机构与名单", reverse("organisation-list")), (body.name, detail), (title, "")],
    }  # fmt: skip
    if plan is not None:
        context |= {
            "into": form.cleaned_data["into"], "going": plan.going[:SHOWN], "more": max(0, len(plan.going) - SHOWN),
            "staying": plan.staying[:SHOWN],
        }  # fmt: skip
    return context


@GET_OR_POST
def body_merge(request: HttpRequest, code: str) -> HttpResponse:
    """Merge a body into another one: everything that is under way goes over."""
    body = _body(code)
    form, plan = SuccessionForm(request.POST or None, old=body), None
    if request.method == "POST" and form.is_valid():
        data, now = form.cleaned_data, timezone.now()
        chosen = {"old": body, "new": data["into"]}
        try:
            if "confirm" in request.POST:
                plan = succession.merge(
                    **chosen, since=data["since"], document=data["document"], seen=data["seen"],
                    version=data["version"], actor=actor_of(request), at=now,
                )  # fmt: skip
                messages.success(request, f"已并入{data['into'].name}，移交在办事项{len(plan.going)}件")
                return redirect("body-detail", code=data["into"].code)
            check_succession(**chosen, day=data["since"], at=now)
        except NotAllowed:
            raise
        except Refusal as refusal:
            refused(form, refusal)
        if form.is_valid() or "confirm" in request.POST:
            plan = succession.plan_of(**chosen, day=data["since"])
    return answer_page(
        request, "administration/body_merge.html", _context(body, "合并机构", form, plan), form
    )


def _chosen(request: HttpRequest, name: str) -> list[int]:
    return [int(one) for one in request.POST.getlist(name) if one.isdecimal() and len(one) < 18]


@GET_OR_POST
def body_split(request: HttpRequest, code: str) -> HttpResponse:
    """Give part of a body's duties to another one: matters and people are ticked, then shown, then carried over."""
    body = _body(code)
    form, plan = SuccessionForm(request.POST or None, old=body), None
    matters, people = _chosen(request, "matters"), _chosen(request, "people")
    offered: succession.Plan | None = None
    if request.method == "POST" and form.is_valid():
        data, now = form.cleaned_data, timezone.now()
        chosen = {"old": body, "new": data["into"]}
        try:
            check_succession(**chosen, day=data["since"], at=now)
            if "confirm" in request.POST:
                succession.split(
                    **chosen, since=data["since"], document=data["document"], seen=data["seen"], matters=matters,
                    people=people, actor=actor_of(request), at=now,
                )  # fmt: skip
                messages.success(
                    request, f"已划给{data['into'].name}：事项{len(matters)}件、人员{len(people)}人"
                )
                return redirect("body-detail", code=body.code)
        except NotAllowed:
            raise
        except Refusal as refusal:
            refused(form, refusal)
        if form.is_valid() or "confirm" in request.POST:
            offered = succession.plan_of(**chosen, day=data["since"])
            if matters or people:
                plan = succession.plan_of(**chosen, day=data["since"], matters=matters, people=people)
    context = _context(body, "划转职能", form, plan)
    if offered is not None:
        context |= {
            "offered": offered.going[:SHOWN], "offered_more": max(0, len(offered.going) - SHOWN),
            "into": form.cleaned_data["into"], "everybody": offered.roster.people, "matters": set(matters),
            "people": set(people),
        }  # fmt: skip
    return answer_page(request, "administration/body_split.html", context, form)
