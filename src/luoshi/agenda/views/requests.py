"""What leaders ask for beforehand, their activities, and written commissions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.agenda import forms, rules, services
from luoshi.agenda.models import Activity, Clearance, Delegation
from luoshi.agenda.policies import may_keep_roster, may_prepare, may_read, require
from luoshi.agenda.selectors.board import activities, clearances, delegations, kind_label, reads_all, steps_of
from luoshi.agenda.services.clearances import may_act_for
from luoshi.agenda.services.delegations import signable
from luoshi.agenda.services.stops import may_take
from luoshi.agenda.views.common import crumbs, shown, tone
from luoshi.agenda.views.leave import own_person, turns
from luoshi.ledger import rules as ledger_rules
from luoshi.ledger.actors import Actor
from luoshi.organisation.pagekit import (
    Action,
    actor_of,
    answer_page,
    do,
    history,
    offers_for,
    own_history,
    page_of,
    run,
    tab_items,
    today,
)

Data = dict[str, Any]
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Requests that wait for the actor, the actor's own, and for those who prepare or approve everybody's."""
    actor, now = actor_of(request), timezone.now()
    which = request.GET.get("which", "")
    page = page_of(request, clearances(actor, which, at=now))
    tabs = [("", "我的报批", None), ("turn", "待我办理", clearances(actor, "turn", at=now).count())]
    if reads_all(actor):
        tabs.append(("all", "全部", None))
    context = {
        "page": page,
        "rows": [
            {
                "item": row,
                "tone": tone(row.matter),
                "kind": kind_label("agenda.clearance_kind", row.kind, row.on),
            }
            for row in page.items
        ],
        "tabs": tab_items(request, tabs),
        "may_ask": actor.can("agenda.leave") or may_prepare(actor),
    }
    return render(request, "agenda/clearance_list.html", context)


@GET_OR_POST
def new(request: HttpRequest) -> HttpResponse:
    """Ask beforehand, for oneself or for a leader whom one serves."""
    actor, now = actor_of(request), timezone.now()
    form = forms.clearance_form(others=may_prepare(actor))(request.POST or None)
    made: list[Clearance] = []

    def ask(data: Data) -> None:
        leader = data.pop("leader", None)
        person = leader.person if leader else own_person(actor)
        made.append(services.clearance_apply(person=person, actor=actor, at=now, **data))

    if request.method == "POST" and run(form, ask):
        return redirect("agenda-clearance", made[0].pk)
    context = {
        "form": form, "title": "报批", "button": "提交报批", "back": reverse("agenda-clearances"),
        "crumbs": crumbs(("报批事项", reverse("agenda-clearances")), ("报批", "")),
    }  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


def _clearance(request: HttpRequest, pk: int) -> Clearance:
    rows = Clearance.objects.select_related("matter", "person", "body", "host")
    found: Clearance | None = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    actor, now = actor_of(request), timezone.now()
    reads = may_read(actor, found.matter) or any(may_take(step, actor, now) for step in steps_of(pk))
    require(reads, "查看他人的报批事项")
    return found


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what it is about, whose turn it is, what came of it."""
    row, actor, now = _clearance(request, pk), actor_of(request), timezone.now()
    steps = steps_of(pk)
    context = {
        "row": row,
        "kind": kind_label("agenda.clearance_kind", row.kind, row.on),
        "office": rules.role_title(row.office),
        "tone": tone(row.matter),
        "steps": shown(steps, dict(ledger_rules.current().roles)),
        "turns": turns(steps, actor, now),
        "offers": offers_for(CLEARANCE, row, actor, now, url_name="agenda-clearance-act"),
        "entries": history(row.matter),
        "crumbs": crumbs(("报批事项", reverse("agenda-clearances")), (row.subject, "")),
    }
    return render(request, "agenda/clearance.html", context)


@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Do something with a request."""
    row = _clearance(request, pk)
    back = reverse("agenda-clearance", args=[pk])
    return do(request, CLEARANCE, action, row, back=back, crumbs=crumbs((row.subject, back)))


@require_safe
def activity_list(request: HttpRequest) -> HttpResponse:
    """What leaders are to attend, from today on."""
    page = page_of(request, activities(today()), keys=("on", "matter_id"))
    context = {
        "page": page,
        "rows": [
            {"item": row, "kind": kind_label("agenda.activity", row.activity, row.on)} for row in page.items
        ],
        "may_plan": may_prepare(actor_of(request)) and bool(forms.options("agenda.activity")),
        "in_use": bool(forms.options("agenda.activity")),
        "crumbs": crumbs(("领导活动", "")),
    }
    return render(request, "agenda/activity_list.html", context)


@GET_OR_POST
def activity_new(request: HttpRequest) -> HttpResponse:
    """Enter an appearance; what needs approval is refused without it."""
    actor, now = actor_of(request), timezone.now()
    form = forms.activity_form()(request.POST or None)

    def plan(data: Data) -> None:
        leader = data.pop("leader")
        approved = Clearance.objects.filter(person=leader.person, on=data["on"], matter__state="granted")
        services.activity_plan(
            person=leader.person, clearance=_fitting(approved, data["activity"]), actor=actor, at=now, **data
        )

    if request.method == "POST" and run(form, plan):
        return redirect("agenda-activities")
    context = {
        "form": form, "title": "列入日程", "button": "列入", "back": reverse("agenda-activities"),
        "crumbs": crumbs(("领导活动", reverse("agenda-activities")), ("列入日程", "")),
    }  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


def _fitting(approved: Any, activity: str) -> Clearance | None:
    """The approval of that day that the gate asks for, where there is one."""
    gate = ledger_rules.current().gate("agenda.attend", today())
    keys = [
        need.key
        for need in gate.needs
        if dict(need.when.tests).get("activity") and activity in dict(need.when.tests)["activity"]
    ]
    found: Clearance | None = approved.filter(kind__in=keys).select_related("matter").first()
    return found


@require_safe
def activity_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One appearance."""
    row, actor, now = _activity(pk), actor_of(request), timezone.now()
    context = {
        "row": row,
        "kind": kind_label("agenda.activity", row.activity, row.on),
        "tone": tone(row.matter),
        "offers": offers_for(ACTIVITY, row, actor, now, url_name="agenda-activity-act"),
        "entries": own_history(row.matter),
        "crumbs": crumbs(("领导活动", reverse("agenda-activities")), (row.subject, "")),
    }
    return render(request, "agenda/activity.html", context)


def _activity(pk: int) -> Activity:
    related = ("matter", "person", "host", "clearance")
    found: Activity | None = Activity.objects.select_related(*related).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_POST
def activity_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take an appearance out of the agenda."""
    back = reverse("agenda-activity", args=[pk])
    return do(request, ACTIVITY, action, _activity(pk), back=back, crumbs=crumbs(("领导活动", back)))


@require_safe
def delegation_list(request: HttpRequest) -> HttpResponse:
    """Authorisations and commissions: those that hold today, or all."""
    which = request.GET.get("which", "")
    page = page_of(request, delegations(running_on=None if which == "all" else today()))
    actor = actor_of(request)
    context = {
        "page": page,
        "rows": [{"item": row, "tone": tone(row.matter)} for row in page.items],
        "tabs": tab_items(request, [("", "有效", None), ("all", "全部", None)]),
        "may_add": may_keep_roster(actor) or actor.can("agenda.approve"),
        "crumbs": crumbs(("授权委托", "")),
    }
    return render(request, "agenda/delegation_list.html", context)


@GET_OR_POST
def delegation_new(request: HttpRequest) -> HttpResponse:
    """Enter a written authorisation or commission."""
    actor, now = actor_of(request), timezone.now()
    form = forms.delegation_form()(request.POST or None)
    made: list[Delegation] = []
    if request.method == "POST" and run(
        form, lambda data: made.append(services.delegation_add(actor=actor, at=now, **data))
    ):
        return redirect("agenda-delegation", made[0].pk)
    context = {
        "form": form, "title": "登记授权委托", "button": "登记", "back": reverse("agenda-delegations"),
        "crumbs": crumbs(("授权委托", reverse("agenda-delegations")), ("登记", "")),
    }  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


def _delegation(pk: int) -> Delegation:
    found = delegations().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_safe
def delegation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One authorisation or commission."""
    row, actor, now = _delegation(pk), actor_of(request), timezone.now()
    known = {rule.id: rule.title for rule in signable(row.since)}
    context = {
        "row": row,
        "tone": tone(row.matter),
        "table": known.get(row.rule, row.rule),
        "powers": "、".join(kind_label("agenda.power", power, row.since) for power in row.powers),
        "offers": offers_for(DELEGATION, row, actor, now, url_name="agenda-delegation-act"),
        "entries": own_history(row.matter),
        "crumbs": crumbs(("授权委托", reverse("agenda-delegations")), (row.scope[:20], "")),
    }
    return render(request, "agenda/delegation.html", context)


@require_POST
def delegation_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """End a delegation early."""
    back = reverse("agenda-delegation", args=[pk])
    return do(request, DELEGATION, action, _delegation(pk), back=back, crumbs=crumbs(("授权委托", back)))


def _withdraw(row: Clearance, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.clearance_withdraw(clearance=row, actor=actor, at=at)


def _cancel(row: Activity, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.activity_cancel(activity=row, reason=data["reason"], actor=actor, at=at)


def _revoke(row: Delegation, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.delegation_revoke(delegation=row, reason=data["reason"], actor=actor, at=at)


def _may_revoke(row: Delegation, actor: Actor, at: dt.datetime) -> bool:
    mine = may_keep_roster(actor) or row.by.person_id == actor.person_id
    return row.matter.state == "in_force" and mine


CLEARANCE = {
    "withdraw": Action(
        "withdraw", "撤回", "arrow-back", _withdraw,
        lambda row, actor, at: row.matter.state == "applied" and may_act_for(actor, row.person, at),
        done="已撤回", confirm="确定撤回？",
    )
}  # fmt: skip
ACTIVITY = {
    "cancel": Action(
        "cancel", "取消活动", "x", _cancel,
        lambda row, actor, at: row.matter.state == "planned" and may_act_for(actor, row.person, at),
        lambda row: forms.make(reason=forms.text("取消原因")), tone="danger", done="已取消",
    )
}  # fmt: skip
DELEGATION = {
    "revoke": Action(
        "revoke", "撤销", "x", _revoke, _may_revoke,
        lambda row: forms.make(reason=forms.text("撤销原因")), tone="danger", done="已撤销",
    )
}  # fmt: skip
