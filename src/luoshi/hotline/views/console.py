"""The agent's console: a call taken, matched, answered or dispatched on one page, by keyboard alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.forms import BooleanField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luoshi.hotline.forms.base import options
from luoshi.hotline.forms.console import ConsoleForm
from luoshi.hotline.forms.units import Units
from luoshi.hotline.models import Dispatch, Draft, Request
from luoshi.hotline.selectors.callers import caller_known
from luoshi.hotline.selectors.requests import may_read
from luoshi.hotline.selectors.suggestions import suggest_units
from luoshi.hotline.selectors.terms import terms_of_dispatch
from luoshi.hotline.services.answers import ANSWERABLE
from luoshi.hotline.services.drafts import draft_drop, draft_key, draft_open, draft_save
from luoshi.hotline.services.shared import label_of
from luoshi.hotline.views.calls import CONTACT, carry_out, press_of
from luoshi.hotline.views.common import actor_of, badge
from luoshi.knowledge.selectors import knowledge_search
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Refusal
from luoshi.ledger.inputs import natural

MORE = {"title", "phone", "email", "fax", "account", "address", "transferred_at", "assist_extra", "principle"}
HITS, UNITS = 4, 3
LEAST = 4
SENTENCE = 12
KEYS = (
    ("Ctrl Enter", "登记并派单", "登记，转派单员"),
    ("Alt R", "只登记，转派单员", ""),
    ("Alt 1 – 3", "选用建议的承办单位", ""),
    ("Alt 4 – 6", "以列出的知识条目直接答复", "以列出的知识条目直接答复"),
    ("Alt 7 – 9", "并入列出的原件", "认定与列出的原件是同一问题"),
    ("Alt W", "到诉求内容", "到诉求内容"),
    ("Alt D", "到承办单位", ""),
    ("Alt B", "到旁边的资料", "到旁边的资料"),
    ("Alt N", "清空，接下一个来电", "清空，接下一个来电"),
    ("Alt H", "显示键盘操作", "显示键盘操作"),
)
"""Keys of the console: what each does for whoever may dispatch, and for whoever may not ("" where it does nothing)."""


def _typed(request: HttpRequest) -> dict[str, Any]:
    """The posted inputs of the form, as a draft keeps them."""
    return {name: request.POST[name] for name in ConsoleForm.base_fields if request.POST.get(name)}


def _initial(data: dict[str, Any]) -> dict[str, Any]:
    """What a form begins with after it was kept: a box that was not ticked stays so."""
    if not data:
        return {}
    boxes = [name for name, field in ConsoleForm.base_fields.items() if isinstance(field, BooleanField)]
    return {**dict.fromkeys(boxes, False), **data}


def _caller(data: dict[str, Any], at: datetime) -> dict[str, Any]:
    contact = {key: str(data.get(key, "")) for key in CONTACT}
    known = caller_known(
        contact=contact, content=str(data.get("content", "")), title=str(data.get("title", "")), at=at
    )
    rows = [
        {
            "item": one,
            "badge": badge(one.request.matter),
            "ground": label_of("hotline.no_redispatch_ground", one.likely.grounds[0], at)
            if one.likely and one.likely.grounds
            else "",
            "key": number if one.likely and number <= 9 else 0,
        }
        for number, one in enumerate(known.earlier, start=7)
    ]
    return {"known": known, "rows": rows, "typed": any(contact.values())}


def _answers(data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    text = str(data.get("content", "")).strip()
    hits = knowledge_search(text, at=at, limit=HITS)[:HITS] if len(text) >= LEAST else []
    return {
        "hits": [{"hit": hit, "key": key if key <= 6 else 0} for key, hit in enumerate(hits, start=4)],
        "asked": text,
        "may_answer": actor.can("hotline.answer"),
        "answerable": data.get("kind") in ANSWERABLE,
    }


def _terms(data: dict[str, Any], units: Units, at: datetime) -> dict[str, Any]:
    """What the choice would start, for each urgency side by side."""
    unit = units.find(str(data["unit"])) if data.get("unit") else None
    shared: dict[str, Any] = {
        "at": at,
        "kind": str(data.get("kind") or "help"),
        "role": "lead" if str(data.get("assists", "")).strip() else "sole",
        "body": unit,
        "onsite": bool(data.get("onsite")),
        "assist_extra": bool(data.get("assist_extra")),
    }
    chosen = data.get("urgency") or "routine"
    found = [
        (code, label, {term.title: term for term in terms_of_dispatch(urgency=code, **shared)})
        for code, label in options("hotline.urgency", at)
    ]
    titles = list(dict.fromkeys(title for _, _, terms in found for title in terms))
    rows = [
        {"label": label, "chosen": code == chosen, "cells": [terms.get(title) for title in titles]}
        for code, label, terms in found
    ]
    return {"titles": titles, "terms": rows, "unit": unit}


def _units(data: dict[str, Any], units: Units, at: datetime) -> dict[str, Any]:
    text, title = str(data.get("content", "")).strip(), str(data.get("title", "")).strip()
    found = (
        suggest_units(
            title=title or text[:SENTENCE],
            content=text,
            category=str(data.get("category", "")),
            at=at,
            limit=UNITS,
        )
        if len(text) >= LEAST
        else []
    )
    rows = [{"key": key, "item": one} for key, one in enumerate(found, 1)]
    return {"suggested": rows, **_terms(data, units, at)}


def _result(request: HttpRequest) -> dict[str, Any] | None:
    """What came of the last call: number, state and units."""
    last = natural(request.GET.get("last", ""))
    if last is None:
        return None
    found = Request.objects.select_related("matter").filter(pk=last).first()
    if found is None or not may_read(actor_of(request), found):
        return None
    rows = Dispatch.objects.filter(request=found).exclude(matter__state="recalled").select_related("body")
    done = request.GET.get("done", "")
    return {
        "request": found,
        "badge": badge(found.matter),
        "units": [row.body.short_name for row in rows.order_by("pk")],
        "said": DONE.get(done, DONE["register"]),
    }


DONE = {
    "register": "已登记",
    "dispatch": "已登记并派单",
    "entry": "已登记并答复",
    "attach": "已登记并认定同一问题",
    "close": "已登记并入原件，不再批转",
    "ask": "已记入原件",
    "urge": "已催办并记入原件",
}


def _page(
    request: HttpRequest, form: ConsoleForm, key: str, *, look: bool = False, draft: Draft | None = None
) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    units = form.units
    data: dict[str, Any] = {name: form[name].value() for name in ConsoleForm.base_fields}
    context: dict[str, Any] = {
        "form": form,
        "key": key,
        "draft": draft,
        "may_dispatch": actor.can("hotline.dispatch"),
        "more": bool(MORE & set(form.errors)),
        "units": units.rows,
        "result": _result(request),
        "page_keys": [
            (key, said) for key, *both in KEYS if (said := both[0 if actor.can("hotline.dispatch") else 1])
        ],
        "look": look,
    }
    if look:
        context |= {"caller": _caller(data, now), "answers": _answers(data, actor, now)}
        context["choice"] = _units(data, units, now)
        context["begins"] = "look" in request.POST  # where nothing but the looking up was asked for
    else:
        context["choice"] = {"suggested": [], **_terms(data, units, now)}
    return render(request, "hotline/console.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def console(request: HttpRequest) -> HttpResponse:
    """The console. The button pressed says what follows; 查找 fills the panels where there is no JavaScript."""
    actor, now, units = actor_of(request), timezone.now(), Units()
    if request.method == "GET":
        draft = draft_open(actor=actor, at=now)
        form = ConsoleForm(units=units, initial=_initial(draft.data if draft else {}))
        return _page(request, form, draft.key if draft else draft_key(), draft=draft)
    key = request.POST.get("key", "") or draft_key()
    if request.POST.get("look") or request.POST.get("pick"):
        typed = _typed(request)
        if request.POST.get("pick"):
            typed["unit"] = request.POST["pick"]
        draft_save(actor=actor, key=key, data=typed, at=now)
        form = ConsoleForm(units=units, initial=_initial(typed))
        form.focus("instruction" if request.POST.get("pick") else "")
        return _page(request, form, key, look=True)
    press = press_of(request.POST)
    form = ConsoleForm(request.POST, units=units, dispatching=press.dispatching, registering=press.registers)
    found = carry_out(form, press, key=key, actor=actor, at=now) if form.is_valid() else None
    if found is None:
        return _page(request, form, key, look=not request.headers.get("HX-Request"))
    there = f"{reverse('console')}?last={found.pk}&done={press.code}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": there})
    return redirect(there)


@require_GET
def console_old(request: HttpRequest) -> HttpResponse:
    """Where calls were registered before there was a console."""
    return redirect("console")


@require_POST
def console_caller(request: HttpRequest) -> HttpResponse:
    """Who is calling, and what may be the same matter (partial)."""
    return render(
        request, "hotline/_console_caller.html", {"caller": _caller(_typed(request), timezone.now())}
    )


@require_POST
def console_answers(request: HttpRequest) -> HttpResponse:
    """What the knowledge base says to what is being typed (partial)."""
    found = _answers(_typed(request), actor_of(request), timezone.now())
    return render(request, "hotline/_console_answers.html", {"answers": found})


@require_POST
def console_units(request: HttpRequest) -> HttpResponse:
    """Units that it may belong to, and the due times that the choice would start (partial)."""
    found = _units(_typed(request), Units(), timezone.now())
    context = {"choice": found, "may_dispatch": actor_of(request).can("hotline.dispatch")}
    return render(request, "hotline/_console_units.html", context)


@require_POST
def console_draft(request: HttpRequest) -> HttpResponse:
    """Keep what was typed so far; `drop` gives the call up."""
    actor, now, key = actor_of(request), timezone.now(), request.POST.get("key", "")
    if request.POST.get("drop"):
        draft_drop(actor=actor, key=key, at=now)
        return redirect("console")
    try:
        kept = draft_save(actor=actor, key=key, data=_typed(request), at=now)
    except Refusal as refusal:
        return HttpResponse(str(refusal), status=refusal.status, content_type="text/plain; charset=utf-8")
    return render(request, "hotline/_console_kept.html", {"draft": kept})
