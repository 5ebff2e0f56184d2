"""A unit's pages: its dispatches, and one dispatch with all that can be done on it; the platform decides there too."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from luoshi.hotline.forms.base import MatterForm, options
from luoshi.hotline.forms.dispatches import PhrasedForm
from luoshi.hotline.models import Application, Dispatch
from luoshi.hotline.selectors.dispatches import Possible, allowed_actions, dispatch_list, due_next
from luoshi.hotline.selectors.parts import applications_of, dispatches_of, files_of, replies_of, urgings_of
from luoshi.hotline.selectors.phrases import phrase_filled, phrase_list
from luoshi.hotline.selectors.requests import is_hidden
from luoshi.hotline.services.shared import label_of
from luoshi.hotline.states import DISPATCH, DISPATCHES
from luoshi.hotline.views import actions as steps
from luoshi.hotline.views.advice import ASKED, dispatch_advice, dispatch_next
from luoshi.hotline.views.common import (
    actor_of,
    badge,
    clocks_of,
    contact_rows,
    file_rows,
    labels,
    may_read,
    timeline_of,
)
from luoshi.hotline.views.dispatch_actions import DISPATCH_ACTIONS
from luoshi.hotline.views.trail import back_to, near_of, trail_of
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import NotAllowed
from luoshi.ledger.paging import key_page, size_asked
from luoshi.ledger.prepared import first_of, prepared
from luoshi.ledger.selectors import family_obligations, matter_timeline
from luoshi.ledger.together import fetch
from luoshi.organisation.models import Body
from luoshi.organisation.pagekit import today

Failed = tuple[str, MatterForm] | None
STATUS = {"pending": ("待批复", "warning"), "accepted": ("同意", "success"), "rejected": ("不同意", "danger"),
          "lapsed": ("逾期未采纳", "muted"), "withdrawn": ("撤回", "muted"), "moot": ("已失效", "muted")}  # fmt: skip


@prepared
def _taking() -> QuerySet[Any, Any]:
    """Number and name of the units that take requests."""
    return Body.objects.filter(takes_requests=True).order_by("pk").values_list("pk", "short_name")


@require_GET
def dispatch_index(request: HttpRequest) -> HttpResponse:
    """Dispatches, newest first, by state, urgency, unit and what is overdue, found by number or title."""
    now, actor = timezone.now(), actor_of(request)
    page = dispatch_list(actor=actor, query=request.GET, now=now, size=size_asked(request.GET))
    soonest = due_next(page.items, now)
    shown = [
        {"item": row, "badge": badge(row.matter), "next": soonest[row.pk].obligation if row.pk in soonest else None,
         "role": label_of("hotline.role", row.role, now), "urgency": label_of("hotline.urgency", row.urgency, now)}
        for row in page.items
    ]  # fmt: skip
    platform = actor.can("hotline.read_all")
    context = {
        "page": page,
        "rows": shown,
        "trail": trail_of("dispatches", request),
        "chosen": {name: request.GET.get(name, "") for name in ("state", "urgency", "body", "overdue")},
        "states": list(DISPATCHES.labels.items()),
        "urgencies": options("hotline.urgency"),
        "units": _taking() if platform else (),
        "platform": platform,
    }
    part = request.headers.get("HX-Target") == "dispatches"
    return render(request, "hotline/_dispatch_rows.html" if part else "hotline/dispatch_list.html", context)


def _possible(subject: Dispatch, actor: Actor) -> dict[str, Possible]:
    """What the actor may do on a dispatch as it stands, by action."""
    found = allowed_actions(dispatch=subject, actor=actor, now=timezone.now())
    return {one.action: one for one in found}


@prepared
def _found(pk: int) -> QuerySet[Dispatch]:
    behind = ("matter", "body", "request__matter", "request__contact", "request__area")
    return Dispatch.objects.select_related(*behind).filter(pk=pk)


def _load(request: HttpRequest, pk: int) -> Dispatch:
    found = first_of(_found(pk))
    if found is None and not is_hidden(DISPATCH, pk):
        raise Http404(pk)
    if found is None or not may_read(actor_of(request), found.matter):
        raise NotAllowed("这件工单不由您所在单位办理，不能查看", mend="如确需了解，请联系 12345 平台")
    return found


def show(request: HttpRequest, subject: Dispatch, failed: Failed = None, status: int = 200) -> HttpResponse:
    """The page of a dispatch."""
    actor, now = actor_of(request), timezone.now()
    asked, replies, urgings = applications_of(subject), replies_of(subject), urgings_of(subject)
    obligations, events = family_obligations(subject.matter), matter_timeline(subject.matter)
    files, siblings = files_of(subject.matter), dispatches_of(subject.request)
    fetch(asked, replies, urgings, files, obligations, events, siblings)
    applications: list[dict[str, Any]] = [
        {
            "item": row,
            "what": ASKED.get(row.kind, row.kind),
            "status": STATUS.get(row.status, (row.status, "muted")),
            "pending": row.status == "pending",
        }
        for row in asked
    ]
    waiting = frozenset(row["item"].kind for row in applications if row["pending"])
    coming = dispatch_next(subject, waiting)
    menu = steps.offers(
        subject,
        DISPATCH_ACTIONS,
        actor,
        failed=failed,
        wanted=request.GET.get("do", "") or coming,
        possible=_possible(subject, actor),
    )
    advice = dispatch_advice(subject, actor, waiting=waiting)
    if actor.body_id == subject.body_id and coming and coming not in menu.codes:
        advice = f"由本单位联络员或分管领导办理：{advice}"
    context: dict[str, Any] = {
        "subject": subject,
        "matter": subject.matter,
        "badge": badge(subject.matter),
        "labels": labels(subject.request),
        "role": label_of("hotline.role", subject.role, now),
        "principle": label_of("hotline.routing_principle", subject.principle, now),
        "urgency": label_of("hotline.urgency", subject.urgency, now),
        "contact": contact_rows(subject.request),
        "menu": menu,
        "advice": advice,
        "clocks": clocks_of(obligations)[subject.pk],
        "replies": replies,
        "reply_first": subject.matter.state in {"drafted", "submitted"},
        "applications": applications,
        "urgings": urgings,
        "siblings": [{"item": row, "badge": badge(row.matter)} for row in siblings if row != subject],
        "files": file_rows(files),
        "timeline": timeline_of(subject.matter, events),
        "platform": actor.can("hotline.read_all"),
        "near": (near := near_of(request, subject, actor)),
        "trail": near.trail if near else "",
        "crumbs": [
            (near.label, near.back) if near else ("工单", reverse("dispatch-list")),
            (subject.matter.number, ""),
        ],
    }
    return render(request, "hotline/dispatch_detail.html", context, status=status)


@require_GET
def dispatch_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a dispatch."""
    return show(request, _load(request, pk))


@require_POST
def dispatch_act(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """One step of a dispatch; `insert` puts a standard phrase into the form that is being filled, and does nothing else."""
    subject = _load(request, pk)
    if "insert" in request.POST:
        return _with_phrase(request, subject, code)
    return steps.take(
        request,
        subject=subject,
        actions=DISPATCH_ACTIONS,
        code=code,
        actor=actor_of(request),
        back=back_to("dispatch-detail", pk, request),
        again=lambda failed, status: show(request, subject, failed, status),
        possible=lambda: _possible(subject, actor_of(request)),
    )


def _with_phrase(request: HttpRequest, subject: Dispatch, code: str) -> HttpResponse:
    """The page with what was typed, and the chosen phrase behind it."""
    action = next((one for one in DISPATCH_ACTIONS if one.code == code), None)
    if action is None or not issubclass(action.form, PhrasedForm):
        raise Http404(code)
    given = request.POST.get("phrase", "")
    own = phrase_list(body=subject.body, day=today(), use=action.form.phrases_for)
    chosen = own.filter(pk=int(given)).first() if given.isdecimal() and len(given) < 18 else None
    typed = {name: request.POST.get(name, "") for name in action.form.base_fields}
    if chosen is not None:
        into = action.form.phrases_into
        typed[into] = "\n".join(
            part for part in (typed[into].rstrip(), phrase_filled(chosen, subject)) if part
        )
    form = action.form(initial=typed, subject=subject, auto_id=f"{code}_%s")
    return show(request, subject, (code, form))


@require_GET
def application_index(request: HttpRequest) -> HttpResponse:
    """What units have asked for and the platform has to decide, oldest first."""
    kind = request.GET.get("kind", "")
    waiting = Application.objects.filter(status="pending")
    counts = dict(waiting.values_list("kind").annotate(n=Count("pk")).order_by())
    rows = waiting.select_related("dispatch__matter", "dispatch__body", "proposed_body")
    page = key_page(
        rows.filter(kind=kind) if kind in ASKED else rows,
        keys=("submitted_at", "id"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    tabs = [{"label": "全部", "url": "?", "active": kind not in ASKED, "count": sum(counts.values())}]
    tabs += [
        {"label": label, "url": f"?kind={code}", "active": kind == code, "count": counts.get(code, 0)}
        for code, label in ASKED.items()
    ]
    for row in page.items:
        row.what = ASKED.get(row.kind, row.kind)
    return render(request, "hotline/application_list.html", {"page": page, "tabs": tabs})
