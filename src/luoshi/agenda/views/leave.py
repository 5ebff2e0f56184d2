"""Leave: asking, approving, filing, returning; and the days on which both of a pair are away."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.agenda import forms, rules, services, states
from luoshi.agenda.models import Absence, Leader, Leave, Step
from luoshi.agenda.policies import is_own, may_arrange, may_keep_roster, may_own_or_keep, may_read, require
from luoshi.agenda.selectors.board import kind_label, leave_get, leaves, reads_all, steps_of
from luoshi.agenda.selectors.roster import holders, leader_of, partner_of
from luoshi.agenda.services.leave import filing_owed
from luoshi.agenda.services.stops import may_take
from luoshi.agenda.views.common import crumbs, shown, tone
from luoshi.ledger import rules as ledger_rules
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Matter
from luoshi.organisation.models import Person
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
)
from luoshi.organisation.selectors import local_day

Data = dict[str, Any]
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


def own_person(actor: Actor) -> Person:
    """The person that the actor is. Errors: 404 for the system itself."""
    person = Person.objects.select_related("body").filter(pk=actor.person_id or 0).first()
    if person is None:
        raise Http404
    return person


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Leave that waits for the actor, the actor's own, and for those who approve or keep everybody's."""
    actor, now = actor_of(request), timezone.now()
    which = request.GET.get("which", "")
    page = page_of(request, leaves(actor, which, at=now))
    tabs = [("", "我的请假", None), ("turn", "待我办理", leaves(actor, "turn", at=now).count())]
    if reads_all(actor):
        tabs.append(("all", "全部", None))
    context = {
        "page": page,
        "rows": [
            {
                "item": row,
                "tone": tone(row.matter),
                "kind": kind_label("agenda.leave_kind", row.kind, row.starts_on),
            }
            for row in page.items
        ],
        "tabs": tab_items(request, tabs),
        "may_ask": actor.can("agenda.leave") or may_keep_roster(actor),
        "may_manage": may_keep_roster(actor),
    }
    return render(request, "agenda/leave_list.html", context)


@GET_OR_POST
def new(request: HttpRequest) -> HttpResponse:
    """Ask for leave, for oneself or as the office for a leader."""
    actor, now = actor_of(request), timezone.now()
    form = forms.leave_form(others=may_keep_roster(actor))(request.POST or None)
    made: list[Leave] = []

    def ask(data: Data) -> None:
        leader = data.pop("leader", None)
        person = leader.person if leader else own_person(actor)
        made.append(services.leave_apply(person=person, actor=actor, at=now, **data))

    if request.method == "POST" and run(form, ask):
        return redirect("agenda-leave", made[0].pk)
    context = {
        "form": form, "title": "申请请假", "button": "提交申请", "back": reverse("agenda-leaves"),
        "crumbs": crumbs(("请假外出", reverse("agenda-leaves")), ("申请请假", "")),
    }  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


@GET_OR_POST
def register(request: HttpRequest) -> HttpResponse:
    """Enter that a leader goes away."""
    actor, now = actor_of(request), timezone.now()
    form = forms.leave_form(others=True, register=True)(request.POST or None)
    made: list[Leave] = []

    def enter(data: Data) -> None:
        leader = data.pop("leader")
        made.append(services.leave_register(person=leader.person, actor=actor, at=now, **data))

    if request.method == "POST" and run(form, enter):
        return redirect("agenda-leave", made[0].pk)
    context = {
        "form": form, "title": "登记领导外出", "button": "登记", "back": reverse("agenda-leaves"),
        "crumbs": crumbs(("请假外出", reverse("agenda-leaves")), ("登记领导外出", "")),
    }  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


def _leave(request: HttpRequest, pk: int) -> Leave:
    leave = leave_get(pk)
    if leave is None:
        raise Http404
    actor, now = actor_of(request), timezone.now()
    reads = may_read(actor, leave.matter) or any(may_take(step, actor, now) for step in steps_of(pk))
    require(reads, "查看他人的请假")
    return leave


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One leave: its days, who approves, what is owed, what came of it."""
    leave, actor, now = _leave(request, pk), actor_of(request), timezone.now()
    steps = steps_of(pk)
    absence = getattr(leave, "absence", None)
    context = {
        "leave": leave,
        "absence": absence,
        "kind": kind_label("agenda.leave_kind", leave.kind, leave.starts_on),
        "office": rules.role_title(leave.office),
        "tone": tone(leave.matter),
        "steps": shown(steps, dict(ledger_rules.current().roles)),
        "turns": turns(steps, actor, now),
        "offers": offers_for(LEAVE, leave, actor, now, url_name="agenda-leave-act"),
        "overlaps": Matter.objects.filter(parent=leave.matter, kind=states.OVERLAP).order_by("pk"),
        "obligations": leave.matter.obligations.order_by("pk"),
        "entries": history(leave.matter),
        "crumbs": crumbs(("请假外出", reverse("agenda-leaves")), (leave.person.name, "")),
    }
    return render(request, "agenda/leave.html", context)


@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Do something with a leave."""
    leave = _leave(request, pk)
    back = reverse("agenda-leave", args=[pk])
    return do(request, LEAVE, action, leave, back=back, crumbs=crumbs((leave.person.name, back)))


def turns(steps: list[Step], actor: Actor, at: dt.datetime) -> list[dict[str, Any]]:
    """The stops that are the actor's turn now, each with what may be done."""
    return [
        {"step": step, "offers": offers_for(STEP, step, actor, at, url_name="agenda-step-act")}
        for step in steps
        if may_take(step, actor, at)
    ]


@require_POST
def step_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Agree or refuse at a stop."""
    step = Step.objects.select_related("matter", "person", "paper").filter(pk=pk).first()
    if step is None:
        raise Http404
    name = "agenda-leave" if step.paper.kind == states.LEAVE else "agenda-clearance"
    back = reverse(name, args=[step.paper_id])
    return do(request, STEP, action, step, back=back, crumbs=crumbs((step.paper.title, back)))


def _overlap(pk: int) -> Matter:
    found: Matter | None = Matter.objects.select_related("parent").filter(pk=pk, kind=states.OVERLAP).first()
    if found is None:
        raise Http404
    return found


@require_safe
def overlap(request: HttpRequest, pk: int) -> HttpResponse:
    """Both of a pair are away: who arranges, and what was arranged."""
    matter, actor, now = _overlap(pk), actor_of(request), timezone.now()
    pks = [matter.facts["absence"], matter.facts["other"]]
    context = {
        "matter": matter,
        "tone": tone(matter),
        "absences": Absence.objects.filter(pk__in=pks).select_related("person", "designated", "leave"),
        "coordinator": Person.objects.filter(pk=matter.facts.get("person")).first(),
        "offers": offers_for(OVERLAP, matter, actor, now, url_name="agenda-overlap-act"),
        "entries": own_history(matter, ("text", "what")),
        "crumbs": crumbs(("请假外出", reverse("agenda-leaves")), ("同时外出", "")),
    }
    return render(request, "agenda/overlap.html", context)


@require_POST
def overlap_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Arrange what happens meanwhile."""
    matter = _overlap(pk)
    back = reverse("agenda-overlap", args=[pk])
    return do(request, OVERLAP, action, matter, back=back, crumbs=crumbs(("同时外出", back)))


def _file(leave: Leave, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.leave_file(leave=leave, actor=actor, at=at, **data)


def _return(leave: Leave, data: Data, actor: Actor, at: dt.datetime) -> str:
    services.leave_return(leave=leave, returned_on=data["returned_on"], actor=actor, at=at)
    return "已销假，外出期间的代行同时终止"


def _withdraw(leave: Leave, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.leave_withdraw(leave=leave, actor=actor, at=at)


def _call_off(leave: Leave, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.leave_call_off(leave=leave, reason=data["reason"], actor=actor, at=at)


def _name(leave: Leave, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.stand_in_name(absence=leave.absence, person=data["stand_in"].person, actor=actor, at=at)


def _granted(leave: Leave, actor: Actor, at: dt.datetime) -> bool:
    return leave.matter.state == "granted" and may_own_or_keep(actor, leave.matter)


def _may_name(leave: Leave, actor: Actor, at: dt.datetime) -> bool:
    """The mayor, for somebody without a partner or for himself."""
    day = local_day(at)
    mine = actor.person_id in {one.pk for one in holders(Leader.Office.MAYOR, day=day)}
    leader = leader_of(leave.person_id, day=day)
    if not mine or leader is None or leave.matter.state != "granted":
        return False
    alone = leader.office in {str(office) for office in forms.VICES} and partner_of(leader, day=day) is None
    return alone


LEAVE = {
    one.code: one
    for one in (
        Action(
            "file", "登记报备", "send", _file,
            lambda leave, actor, at: _granted(leave, actor, at) and leave.filed_at is None
            and filing_owed(leave, local_day(at)),
            lambda leave: forms.make(
                to=forms.choose("报备对象", "agenda.filing"),
                late_reason=forms.text("晚于时限的理由", required=False, help_text="按时报备的不填"),
            ), done="已报备",
        ),
        Action(
            "return", "销假", "check", _return,
            lambda leave, actor, at: _granted(leave, actor, at) and leave.starts_on <= local_day(at),
            lambda leave: forms.make(returned_on=forms.date("返回日期")),
        ),
        Action(
            "name", "指定代行人", "user-check", _name, _may_name,
            lambda leave: forms.make(stand_in=forms.leader("代行人", *(str(one) for one in forms.VICES))),
            done="已指定",
        ),
        Action(
            "withdraw", "撤回申请", "arrow-back", _withdraw,
            lambda leave, actor, at: leave.matter.state == "applied" and is_own(actor, leave.matter),
            done="已撤回", confirm="确定撤回这份请假？",
        ),
        Action(
            "call-off", "取消外出", "x", _call_off,
            lambda leave, actor, at: _granted(leave, actor, at) and leave.starts_on >= local_day(at),
            lambda leave: forms.make(reason=forms.text("取消原因")), tone="danger", done="已取消",
        ),
    )
}  # fmt: skip


def _agree(step: Step, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.step_agree(step=step, opinion=data["opinion"], actor=actor, at=at)


def _refuse(step: Step, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.step_refuse(step=step, reason=data["opinion"], actor=actor, at=at)


STEP = {
    one.code: one
    for one in (
        Action(
            "agree", "同意", "check", _agree, may_take,
            lambda step: forms.make(opinion=forms.text("意见", longest=500, rows=2, required=False)), done="已同意",
        ),
        Action(
            "refuse", "不同意", "x", _refuse, may_take,
            lambda step: forms.make(opinion=forms.text("不同意的理由", longest=500, rows=2)), tone="danger",
            done="已退回申请人",
        ),
    )
}  # fmt: skip


def _arrange_form(matter: Matter) -> Any:
    fields: dict[str, Any] = {"arrangement": forms.text("安排", longest=500, rows=3)}
    pks = [matter.facts["absence"], matter.facts["other"]]
    for absence in Absence.objects.filter(pk__in=pks).select_related("person").order_by("pk"):
        fields[f"stand_in{absence.pk}"] = forms.leader(
            f"代{absence.person.name}的领导", *(str(one) for one in forms.VICES), required=False,
            help_text="不指定代行人的不选",
        )  # fmt: skip
    return forms.make(**fields)


def _arrange(matter: Matter, data: Data, actor: Actor, at: dt.datetime) -> None:
    named = {
        int(key.removeprefix("stand_in")): leader.person
        for key, leader in data.items()
        if key.startswith("stand_in") and leader is not None
    }
    services.overlap_arrange(
        overlap=matter, arrangement=data["arrangement"], stand_ins=named, actor=actor, at=at
    )


OVERLAP = {
    "arrange": Action(
        "arrange", "统筹安排", "adjustments", _arrange,
        lambda matter, actor, at: matter.state in ("found", "arranged") and may_arrange(actor), _arrange_form,
        done="已安排",
    )
}  # fmt: skip
