"""What the pages share: offers of actions, badges, timelines, pages of lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import NotAllowed, Refusal
from luoshi.ledger.models import Matter
from luoshi.ledger.paging import Page, key_page
from luoshi.ledger.states import event_label
from luoshi.organisation.views.common import actor_of
from luoshi.targets.models import Target

TONES = {
    "drafting": "neutral", "declared": "info", "vetted": "info", "coordinated": "info", "gated": "info", "reviewed": "info",
    "approved": "success", "issued": "success", "in_force": "progress", "self_assessed": "info", "examined": "success",
    "closed": "muted", "owed": "warning", "reported": "success", "waived": "muted", "drafted": "info", "applied": "warning",
    "verified": "info", "advised": "info", "granted": "success", "refused": "muted", "withdrawn": "muted",
    "proposed": "warning", "agreed": "success", "decided": "success", "removed": "muted", "listed": "progress",
}  # fmt: skip
OUTCOME_TONES = {
    "met": "success", "not_met": "danger", "pending": "neutral", "to_decide": "warning", "not_applicable": "muted",
}  # fmt: skip
LACKING = {
    "doubt": "数值存疑待核", "assigned": "待下达", "certificate": "待主管部门认定", "figure": "缺数据", "decision": "待人工认定",
}  # fmt: skip
SAID = (
    "opinion", "reason", "remark", "text", "conclusion", "progress", "advice", "document", "decision", "what", "name",
    "indicator",
)  # fmt: skip
LIGHTS = {
    "green": ("正常", "success"),
    "amber": ("关注", "warning"),
    "red": ("警示", "danger"),
    "grey": ("未开始", "muted"),
}

__all__ = [
    "LACKING", "LIGHTS", "OUTCOME_TONES", "TONES", "Action", "actor_of", "answer_page", "crumbs", "do", "files_of", "flag",
    "history", "offers_for", "outcome_badge", "page_of", "run",
]  # fmt: skip


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page below the plans."""
    return [("目标管理", reverse("target-plans")), *more]


def flag(matter: Matter) -> str:
    """The tone of a matter's state."""
    return TONES.get(matter.state, "info")


def outcome_badge(target: Target) -> dict[str, str]:
    """Label and tone of a target's judgement; on track shows while it is open."""
    if target.outcome == "pending" and target.on_track:
        return {"label": "目前符合", "tone": "success"}
    if target.outcome == "pending" and target.lacking:
        return {"label": LACKING[target.lacking], "tone": "neutral"}
    label = str(Target.Outcome(target.outcome).label)
    return {"label": label, "tone": OUTCOME_TONES[target.outcome]}


def page_of(
    request: HttpRequest, rows: QuerySet[Any], *, keys: tuple[str, ...] = ("-matter_id",)
) -> Page[Any]:
    """The page of a list that the address asks for."""
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    return key_page(rows, keys=keys, after=after, before=before)


def files_of(matter: Matter) -> list[dict[str, Any]]:
    """A matter's attachments for the component."""
    return [
        {"name": file.name, "size": file.size, "added_by": file.added_by, "added_at": file.added_at,
         "url": reverse("target-file", args=[file.pk])}
        for file in matter.attachments.order_by("pk")
    ]  # fmt: skip


def history(matter: Matter) -> list[dict[str, Any]]:
    """What was recorded of a matter itself, the latest fifty, newest first, for the timeline component."""
    entries = []
    for event in matter.events.select_related("body").order_by("-seq")[:50]:
        said = [str(event.data[key]) for key in SAID if event.data.get(key)]
        entries.append(
            {
                "title": event_label(event.kind),
                "at": event.at,
                "actor": event.actor_name,
                "body": event.body.short_name if event.body else "",
                "text": "\n".join(said),
            }
        )
    return entries


@dataclass(frozen=True, slots=True)
class Action:
    """Something that may be done on a page. form: makes the form for the object (None: a button alone).

    run(row, values, actor, at) calls the service; shows(row, actor, at) says whether it is offered now.
    """

    code: str
    label: str
    icon: str
    run: Callable[[Any, dict[str, Any], Actor, dt.datetime], object]
    shows: Callable[[Any, Actor, dt.datetime], bool]
    form: Callable[[Any], type[forms.Form]] | None = None
    tone: str = ""
    done: str = "已办理"
    confirm: str = ""


@dataclass(slots=True)
class Offer:
    """An action as the page offers it, with its form and the address it is posted to."""

    action: Action
    url: str
    form: forms.Form | None


def offers_for(
    actions: Mapping[str, Action], row: Any, actor: Actor, at: dt.datetime, *, url_name: str
) -> list[Offer]:
    """What the actor may do with a row now, in the order of the table."""
    return [
        Offer(one, reverse(url_name, args=[row.pk, one.code]), _form(one, row))
        for one in actions.values()
        if one.shows(row, actor, at)
    ]


def _form(action: Action, row: Any, request: HttpRequest | None = None) -> forms.Form | None:
    if action.form is None:
        return None
    made = action.form(row)
    prefix = f"{action.code}{row.pk}"
    if request is None:
        return made(auto_id=f"{prefix}-%s")
    return made(request.POST, request.FILES, auto_id=f"{prefix}-%s")


def do(
    request: HttpRequest, actions: Mapping[str, Action], code: str, row: Any, *, back: str
) -> HttpResponse:
    """Carry out an action that was posted; a refusal is said beside its field, on a page of its own form.

    Errors: 404 for an unknown action, NotAllowed passes through.
    """
    action = actions.get(code)
    if action is None:
        raise Http404
    actor, at = actor_of(request), timezone.now()
    form = _form(action, row, request)
    if form is not None and not form.is_valid():
        return _again(request, action, form, back)
    try:
        said = action.run(row, form.cleaned_data if form is not None else {}, actor, at)
    except NotAllowed:
        raise
    except Refusal as refusal:
        if form is None:
            messages.error(request, str(refusal))
            return redirect(back)
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _again(request, action, form, back)
    messages.success(request, said if isinstance(said, str) else action.done)
    return redirect(back)


def _again(request: HttpRequest, action: Action, form: forms.Form, back: str) -> HttpResponse:
    context = {
        "form": form,
        "title": action.label,
        "button": action.label,
        "back": back,
        "crumbs": crumbs((action.label, "")),
    }
    return answer_page(request, "targets/form.html", context, form)


def run(form: forms.Form, service: Callable[[dict[str, Any]], object]) -> bool:
    """Call the service with the form's values; a refusal is said beside the field that it names. True when done.

    Errors: NotAllowed passes through.
    """
    if not form.is_valid():
        return False
    try:
        service(form.cleaned_data)
    except NotAllowed:
        raise
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False
    return True


def answer_page(
    request: HttpRequest, template: str, context: Mapping[str, Any], form: Any = None
) -> HttpResponse:
    """Render a page; 422 where its form was refused."""
    status = 422 if form is not None and form.errors else 200
    return render(request, template, {"now": timezone.now(), **context}, status=status)
