"""Problems told to units, and what they do about them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from luoshi.ledger.errors import Refusal
from luoshi.ledger.inputs import natural
from luoshi.ledger.paging import key_page
from luoshi.ledger.selectors import matter_obligations
from luoshi.ledger.states import table_for
from luoshi.rounds import forms, rules, services
from luoshi.rounds.models import Record, Rectification
from luoshi.rounds.policies import may_act_for, may_manage, may_read_all, may_read_own, require
from luoshi.rounds.services.after import PER_PROBLEM
from luoshi.rounds.views.common import (
    Deed,
    actor_of,
    answer,
    deeds_of,
    frame,
    refused,
    round_or_404,
    timeline,
    unit_or_404,
)

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def index(request: HttpRequest, pk: int) -> HttpResponse:
    """All rectifications of a round, and the units to which nothing was told yet."""
    round = round_or_404(request, pk)
    require(may_read_all(actor_of(request), round.matter), "查看整改")
    rows = (
        Rectification.objects.filter(round=round)
        .select_related("unit", "matter")
        .prefetch_related("problems")
    )
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    told = set(Rectification.objects.filter(round=round).values_list("unit_id", flat=True))
    units = round.units.exclude(matter__state__in=("listed", "removed")).order_by("class_key", "body__code")
    context = {
        **frame(request, round, "round-rectifications", ("整改", "")),
        "page": key_page(rows, keys=("-matter_id",), after=after, before=before),
        "units": [(unit, unit.pk in told) for unit in units],
    }
    return answer(request, "rounds/rectifications.html", context)


@GET_OR_POST
def tell(request: HttpRequest, pk: int, unit_pk: int) -> HttpResponse:
    """Tell a unit its problems: daily records that say so, and others written here."""
    round = round_or_404(request, pk)
    unit = unit_or_404(request, round, unit_pk)
    actor = actor_of(request)
    require(may_manage(actor, round.matter), "反馈问题")
    form = forms.TellForm(request.POST or None, initial={"due": round.day("rectify_due")})
    records = list(
        Record.objects.filter(unit=unit, kind="problem", problems__isnull=True)
        .exclude(matter__state="withdrawn")
        .select_related("matter")
        .order_by("day")
    )
    if request.method == "POST" and form.is_valid():
        chosen = set(request.POST.getlist("records"))
        told = [services.Told(row.text, row.leaf, row) for row in records if str(row.pk) in chosen]
        told += [services.Told(text) for text in form.cleaned_data["problems"].splitlines() if text.strip()]
        try:
            row = services.problems_tell(
                unit=unit, problems=told, due=form.cleaned_data["due"], actor=actor, at=timezone.now()
            )
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, f"已反馈{len(told)}个问题，等待{unit.name}提交整改方案")
            return redirect("rectification", pk=row.pk)
    context = {
        **frame(
            request,
            round,
            "round-rectifications",
            ("整改", reverse("round-rectifications", args=[pk])),
            ("反馈问题", ""),
        ),
        "unit": unit,
        "form": form,
        "records": records,
    }
    return answer(request, "rounds/tell.html", context, refused=bool(form.errors))


@GET_OR_POST
def rectification(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit's problems: its plan, its progress, its report, and whether it is confirmed."""
    row = (
        Rectification.objects.select_related("matter", "unit", "round", "round__matter", "round__office")
        .filter(pk=pk)
        .first()
    )
    if row is None:
        raise Http404
    actor, now = actor_of(request), timezone.now()
    require(may_read_own(actor, row.matter), "查看这件整改")
    back = reverse("rectification", args=[pk])
    problem = ""
    if request.method == "POST" and request.POST.get("action") in ("plan", "progress"):
        try:
            _own_step(request, row, actor, now)
        except Refusal as refusal:
            if refusal.status == 403:
                raise
            problem = str(refusal)
        else:
            messages.success(request, "已提交")
            return redirect(back)
    done, shown = (None, []) if problem else deeds_of(request, _deeds(row, actor, now), back=back)
    if done is not None:
        return done
    acts = may_act_for(actor, row.matter)
    rule = rules.rule_of(row.round)
    context = {
        **frame(request, row.round, "round-rectifications", (row.unit.name, "")),
        "row": row,
        "shown": shown,
        "problems": _problems(row, request.POST if problem else None),
        "asked": [
            (one, request.POST.get(f"text-{one.key}", row.contents.get(one.key, "")))
            for one in rule.rectification.contents
            if one.key not in PER_PROBLEM
        ],
        "plans": acts and row.matter.state == "told",
        "reports": acts and row.matter.state == "planned",
        "to": rule.organs.get(rule.rectification.to, ""),
        "problem": problem,
        "owed": [one for one in matter_obligations(row.matter) if one.state == "open"],
        "entries": timeline(row.matter),
    }
    return answer(request, "rounds/rectification.html", context, refused=bool(problem) or refused(shown))


def _problems(row: Rectification, post: Any) -> list[dict[str, Any]]:
    def said(name: str, kept: Any) -> Any:
        return post.get(name, "") if post is not None else kept

    return [
        {
            "problem": one,
            "measure": said(f"measure-{one.number}", one.measure),
            "person": said(f"person-{one.number}", one.person),
            "due": said(
                f"due-{one.number}",
                one.due.isoformat() if one.due else row.due.isoformat() if row.due else "",
            ),
        }
        for one in row.problems.all()
    ]


def _own_step(request: HttpRequest, row: Rectification, actor: Any, now: Any) -> None:
    post = request.POST
    if post["action"] == "plan":
        measures = {
            one.number: services.Measure(
                post.get(f"measure-{one.number}", ""),
                post.get(f"person-{one.number}", ""),
                _day(post.get(f"due-{one.number}", "")),
            )
            for one in row.problems.all()
        }
        contents = {name[5:]: str(value) for name, value in post.items() if name.startswith("text-")}
        services.rectify_plan(rectification=row, measures=measures, contents=contents, actor=actor, at=now)
        return
    problem = row.problems.filter(number=natural(post.get("number", "")) or 0).first()
    if problem is None:
        raise Http404
    services.rectify_progress(
        problem=problem, text=post.get("progress", ""), done="done" in post, actor=actor, at=now
    )


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _deeds(row: Rectification, actor: Any, now: Any) -> list[Deed]:
    common: dict[str, Any] = {"rectification": row, "actor": actor, "at": now}
    steps = [
        Deed(
            "report",
            "报告整改落实情况",
            forms.TextForm,
            lambda data: services.rectify_report(**common, text=data["text"]),
            icon="send",
            done="已报告",
        ),
        Deed(
            "urge",
            "督促整改",
            forms.TextForm,
            lambda data: services.rectify_urge(**common, text=data["text"]),
            icon="bell",
            done="督促意见已登记",
        ),
        Deed(
            "confirm",
            "确认整改到位",
            forms.TextForm,
            lambda data: services.rectify_confirm(**common, text=data["text"]),
            icon="check",
            tone="success",
            done="已确认整改到位",
        ),
        Deed(
            "redo",
            "退回继续整改",
            forms.RedoForm,
            lambda data: services.rectify_return(**common, text=data["text"], due=data["due"]),
            icon="arrow-back-up",
            tone="danger",
            done="已退回",
        ),
    ]
    can = {edge.action for edge in table_for(row.matter.kind).actions(row.matter.state, actor, row.matter)}
    return [deed for deed in steps if deed.code in can]
