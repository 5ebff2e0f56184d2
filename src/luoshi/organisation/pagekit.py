"""What the pages of all functions share: services called from forms, actions offered and carried out, timelines.

A page offers what its table of actions shows now (`offers_for`, template kit/offers.html); what is posted goes through
`do`, which says a refusal beside the field that it names and keeps what was typed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from luoshi.ledger import links
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import NotAllowed, Refusal
from luoshi.ledger.models import Event, Matter
from luoshi.ledger.paging import Page, key_page
from luoshi.ledger.quick import anchor
from luoshi.ledger.selectors import matter_timeline
from luoshi.ledger.states import event_label
from luoshi.ledger.together import Later
from luoshi.organisation.formkit import choices_later
from luoshi.organisation.selectors import local_day

UNPROCESSABLE = 422
LATEST = 50
SAID = (
    "note", "opinion", "reason", "remark", "text", "conclusion", "progress", "advice", "document", "decision", "what",
    "name", "indicator",
)  # fmt: skip
"""What an event's data may say in words, in this order."""


def actor_of(request: HttpRequest) -> Actor:
    """The actor of the request."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def today() -> dt.date:
    """The calendar day in the city."""
    return local_day(timezone.now())


def refused(form: forms.Form, refusal: Refusal, prefix: str = "") -> None:
    """Say a refusal at the field that it names, with or without the prefix, else above the form."""
    places = (refusal.field, f"{prefix}{refusal.field}")
    form.add_error(next((name for name in places if name in form.fields), None), str(refusal))


def run(form: forms.Form, service: Callable[[dict[str, Any]], object], *, prefix: str = "") -> bool:
    """Call the service with the form's values; a refusal becomes an error of the form. True when done.

    prefix: what some of the form's fields have before the names that the service knows. Errors: NotAllowed passes
    through, for the gate to refuse the request.
    """
    if not form.is_valid():
        return False
    try:
        service(form.cleaned_data)
    except NotAllowed:
        raise
    except Refusal as refusal:
        refused(form, refusal, prefix)
        return False
    return True


def step(request: HttpRequest, service: Callable[[], object], *, back: str, done: str) -> HttpResponse:
    """Do one thing without a form and return; a refusal is said on the page one came from.

    Errors: NotAllowed passes through.
    """
    try:
        service()
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(back)


def answer_page(
    request: HttpRequest, template: str, context: Mapping[str, Any], form: Any = None
) -> HttpResponse:
    """Render a page; 422 where its form was refused."""
    now = {"now": timezone.now(), **context}
    return render(request, template, now, status=UNPROCESSABLE if form is not None and form.errors else 200)


def page_of(
    request: HttpRequest, rows: QuerySet[Any], *, keys: tuple[str, ...] = ("-matter_id",)
) -> Page[Any]:
    """The page of a list, newest first where no other keys are given, that the address asks for."""
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    return key_page(rows, keys=keys, after=after, before=before)


def tab_items(request: HttpRequest, items: Iterable[tuple[str, str, int | None]]) -> list[dict[str, Any]]:
    """Tabs over `?which=`: (value, label, count)."""
    chosen = request.GET.get("which", "")
    return [
        {"label": label, "url": f"?which={value}", "active": value == chosen, "count": count or None}
        for value, label, count in items
    ]


def source_of(request: HttpRequest) -> Matter | None:
    """The matter from which something new is to follow (`?source=`), where the actor may read it; None without one.

    Errors: 404 for one that is not there, NotAllowed.
    """
    given = request.GET.get("source", "")
    if not given:
        return None
    found: Matter | None = (
        Matter.objects.filter(pk=int(given)).first() if given.isdecimal() and len(given) < 18 else None
    )
    if found is None:
        raise Http404(given)
    if not links.may_read(actor_of(request), found):
        raise NotAllowed("您不能查看所选的来源事项", mend="请从您能打开的事项页面进入")
    return found


def related(actor: Actor, matters: Iterable[Matter | None]) -> list[dict[str, str]]:
    """Matters that belong together, for kit/related.html: those that the actor may read and that have a page."""
    return [
        {"kind": links.matter_label(one.kind), "title": one.title, "url": links.matter_url(one)}
        for one in matters
        if one is not None and links.matter_url(one) and links.may_read(actor, one)
    ]


def files_of(matter: Matter, url_name: str) -> Sequence[dict[str, Any]]:
    """A matter's attachments for the component; `url_name` is the page that hands out one file by its id."""
    return Later(
        matter.attachments.order_by("pk"),
        lambda files: (
            {"name": file.name, "size": file.size, "added_by": file.added_by, "added_at": file.added_at,
             "url": reverse(url_name, args=[file.pk])}
            for file in files
        ),
    )  # fmt: skip


def entry_of(event: Event, said: Sequence[str] = SAID) -> dict[str, Any]:
    """An event for the timeline component."""
    return {
        "title": event_label(event.kind),
        "at": event.at,
        "actor": event.actor_name,
        "body": event.body.short_name if event.body else "",
        "text": "\n".join(str(event.data[key]) for key in said if event.data.get(key)),
    }


def own_history(matter: Matter, said: Sequence[str] = SAID) -> Sequence[dict[str, Any]]:
    """What was recorded of a matter itself, the latest fifty, newest first, for the timeline component."""
    latest = matter.events.select_related("body").order_by("-seq")[:LATEST]
    return Later(latest, lambda events: (entry_of(event, said) for event in events))


def history(
    matter: Matter, said: Sequence[str] = SAID, *, most: int | None = None
) -> Sequence[dict[str, Any]]:
    """What was recorded of a matter and its children, newest first, for the timeline component."""

    def made(events: Iterable[Event]) -> list[dict[str, Any]]:
        return [entry_of(event, said) for event in list(events)[::-1][:most]]

    return Later(matter_timeline(matter), made)


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
    anchor: str = ""


def offers_for(
    actions: Mapping[str, Action], row: Any, actor: Actor, at: dt.datetime, *, url_name: str
) -> list[Offer]:
    """What the actor may do with a row now, in the order of the table."""
    return [
        Offer(one, reverse(url_name, args=[row.pk, one.code]), _form(one, row), anchor(one.code, row.pk))
        for one in actions.values()
        if one.shows(row, actor, at)
    ]


def _form(action: Action, row: Any, request: HttpRequest | None = None) -> forms.Form | None:
    if action.form is None:
        return None
    made = action.form(row)
    prefix = f"{action.code}{row.pk}"
    if request is None:
        return choices_later(made(auto_id=f"{prefix}-%s"))
    return made(request.POST, request.FILES, auto_id=f"{prefix}-%s")


def do(
    request: HttpRequest,
    actions: Mapping[str, Action],
    code: str,
    row: Any,
    *,
    back: str,
    crumbs: Sequence[tuple[str, str]] = (),
) -> HttpResponse:
    """Carry out an action that was posted; a refusal is said beside its field, on a page of its own form.

    crumbs: the way to the page of the row. Errors: 404 for an unknown action, NotAllowed passes through.
    """
    action = actions.get(code)
    if action is None:
        raise Http404
    form = _form(action, row, request)
    again = {
        "title": action.label,
        "button": action.label,
        "back": back,
        "crumbs": [*crumbs, (action.label, "")],
    }
    if form is not None and not form.is_valid():
        return answer_page(request, "kit/form.html", {"form": form, **again}, form)
    try:
        values = form.cleaned_data if form is not None else {}
        said = action.run(row, values, actor_of(request), timezone.now())
    except NotAllowed:
        raise
    except Refusal as refusal:
        if form is None:
            messages.error(request, str(refusal))
            return redirect(back)
        refused(form, refusal)
        return answer_page(request, "kit/form.html", {"form": form, **again}, form)
    messages.success(request, said if isinstance(said, str) else action.done)
    return redirect(back)
