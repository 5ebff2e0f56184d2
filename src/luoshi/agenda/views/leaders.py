"""The roster: who leads, the division of work, who is away now; and changing it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.agenda import forms, selectors, services
from luoshi.agenda.models import Leader, Pair
from luoshi.agenda.policies import may_keep_roster
from luoshi.agenda.selectors.board import board, history_of
from luoshi.agenda.services.roster import roster
from luoshi.agenda.views.common import crumbs
from luoshi.ledger.actors import Actor
from luoshi.organisation.pagekit import Action, actor_of, answer_page, do, offers_for, own_history, run, today

Data = dict[str, Any]
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


def _day(request: HttpRequest) -> dt.date:
    try:
        return parse_date(request.GET.get("day", "")) or today()
    except ValueError:
        return today()


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The leaders of a day by rank; of today also who is away, who acts and who presides."""
    now, day = timezone.now(), _day(request)
    current = day == today()
    rows = board(day, at=now if current else None)
    context = {
        "rows": rows,
        "day": day,
        "current": current,
        "away": [row for row in rows if row.absence is not None],
        "presiding": selectors.presiding(now) if current else None,
        "head": selectors.office_head(now) if current else None,
        "may_manage": may_keep_roster(actor_of(request)),
    }
    return render(request, "agenda/board.html", context)


@GET_OR_POST
def new(request: HttpRequest) -> HttpResponse:
    """Enter somebody into the roster."""
    form = forms.new_leader_form()(request.POST or None)
    actor, now = actor_of(request), timezone.now()
    if request.method == "POST" and run(form, lambda data: services.leader_add(actor=actor, at=now, **data)):
        return redirect("agenda-board")
    context = {
        "form": form, "title": "登记领导", "button": "登记", "back": reverse("agenda-board"),
        "crumbs": crumbs(("登记领导", "")),
    }  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


def _leader(pk: int) -> Leader:
    found: Leader = get_object_or_404(Leader.objects.select_related("person__body"), pk=pk)
    return found


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One leader: what holds now, what held before, and what may be changed."""
    leader, actor, now = _leader(pk), actor_of(request), timezone.now()
    held = history_of(leader)
    context = {
        "leader": leader,
        "now_held": [one for one in held if one.until is None],
        "before": [one for one in held if one.until is not None],
        "offers": offers_for(LEADER, leader, actor, now, url_name="agenda-leader-act"),
        "commissions": selectors.commissions_of(leader.person, at=now),
        "crumbs": crumbs((leader.person.name, "")),
    }
    return render(request, "agenda/leader.html", context)


@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Change something of a leader."""
    leader = _leader(pk)
    back = reverse("agenda-leader", args=[pk])
    return do(request, LEADER, action, leader, back=back, crumbs=crumbs((leader.person.name, back)))


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """What was changed of the roster, newest first."""
    context = {"entries": own_history(roster(at=timezone.now())), "crumbs": crumbs(("变动记录", ""))}
    return render(request, "agenda/changes.html", context)


def _open(leader: Leader, actor: Actor, at: dt.datetime) -> bool:
    return leader.until is None and may_keep_roster(actor)


def _is(*offices: str) -> Any:
    return lambda leader, actor, at: _open(leader, actor, at) and leader.office in offices


def _pair_of(leader: Leader) -> Pair | None:
    rows = Pair.objects.filter(until__isnull=True)
    return rows.filter(first=leader).first() or rows.filter(second=leader).first()


def _edit(leader: Leader, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.leader_edit(leader=leader, actor=actor, at=at, **data)


def _edit_form(leader: Leader) -> Any:
    form = forms.make(
        title=forms.text("职务名称", longest=60, required=False),
        rank=forms.number("排序"),
        portfolio=forms.text("分管工作", longest=500, rows=2, required=False),
    )
    for name, value in (("title", leader.title), ("rank", leader.rank), ("portfolio", leader.portfolio)):
        form.base_fields[name].initial = value
    return form


def _end(leader: Leader, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.leader_end(leader=leader, until=data["until"], actor=actor, at=at)


def _charge(leader: Leader, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.charge_set(leader=leader, actor=actor, at=at, **data)


def _assists(leader: Leader, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.assists_set(deputy=leader, actor=actor, at=at, **data)


def _serves(leader: Leader, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.serves_set(leader=leader, actor=actor, at=at, **data)


def _pair(leader: Leader, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.pair_set(one=leader, actor=actor, at=at, **data)


def _unpair(leader: Leader, data: Data, actor: Actor, at: dt.datetime) -> None:
    pair = _pair_of(leader)
    if pair is not None:
        services.pair_end(pair=pair, until=data["until"], actor=actor, at=at)


VICES = tuple(str(office) for office in forms.VICES)
PAIRED = VICES[1:]
DOCUMENT = {"document": forms.text("依据", longest=200, required=False)}

LEADER = {
    one.code: one
    for one in (
        Action("edit", "修改排序和分管工作", "pencil", _edit, _open, _edit_form),
        Action(
            "charge", "调整分管单位", "sitemap", _charge, _is(*VICES),
            lambda leader: forms.make(body=forms.body("由其分管的单位"), since=forms.date("开始日期"), **DOCUMENT),
        ),
        Action(
            "assists", "调整协助的领导", "users", _assists, _is("deputy_secretary_general"),
            lambda leader: forms.make(
                leader=forms.leader("所协助的领导", *VICES), since=forms.date("开始日期"), **DOCUMENT
            ),
        ),
        Action(
            "serves", "调整服务科室", "building", _serves, _open,
            lambda leader: forms.make(
                section=forms.body("科室", sections=True), since=forms.date("开始日期"), **DOCUMENT
            ),
        ),
        Action(
            "pair", "结成AB角", "switch-horizontal", _pair,
            lambda leader, actor, at: _is(*PAIRED)(leader, actor, at) and _pair_of(leader) is None,
            lambda leader: forms.make(
                other=forms.leader("互为AB角的领导", *PAIRED), since=forms.date("开始日期"), **DOCUMENT
            ),
        ),
        Action(
            "unpair", "解除AB角", "circle-x", _unpair,
            lambda leader, actor, at: _open(leader, actor, at) and _pair_of(leader) is not None,
            lambda leader: forms.make(until=forms.date("解除日期", help_text="当日起不再互为AB角")), tone="danger",
        ),
        Action(
            "end", "登记离任", "logout", _end, _open,
            lambda leader: forms.make(until=forms.date("离任日期", help_text="分管、协助、服务科室和AB角同时终止")),
            tone="danger",
        ),
    )
}  # fmt: skip
