"""Entries: one with its history, the list for those who keep them up, forms and steps."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.knowledge import forms, rules, selectors, services, states
from luoshi.knowledge.diff import compare
from luoshi.knowledge.models import Entry, EntryVersion
from luoshi.knowledge.policies import may_edit, may_manage, may_read, require
from luoshi.knowledge.views.common import (
    TONES,
    actor_of,
    answer_page,
    crumbs,
    flag,
    history,
    own_bodies,
    own_body,
    page_of,
    run,
    step,
    tab_items,
    today,
)

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


def _entry(request: HttpRequest, pk: int) -> Entry:
    """The entry, if the actor may read it. Errors: 404, NotAllowed."""
    entry = selectors.entry_get(pk)
    if entry is None:
        raise Http404
    require(may_read(actor_of(request), entry.matter), "查看这个条目")
    return entry


def _to(entry: Entry) -> str:
    return reverse("knowledge-entry", args=[entry.pk])


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The entries that one keeps up: of one's own body, or for the platform of all."""
    actor, day = actor_of(request), today()
    body_id = None if may_manage(actor) else actor.body_id
    which = request.GET.get("which", "")
    rows = selectors.entry_list(
        body_id=body_id,
        which=which if which in {*TONES, "review", "errors"} else "",
        form=request.GET.get("form", ""),
        text=request.GET.get("q", "").strip(),
        today=day,
    )
    waiting = selectors.review_count(body_id=body_id, today=day)
    tabs = [
        ("", "全部", None),
        ("draft", "草稿", None),
        ("published", "已发布", None),
        ("review", "待复核", waiting),
        ("errors", "有错待改", None),
        ("withdrawn", "已撤下", None),
    ]
    context = {
        "page": page_of(request, rows),
        "tabs": tab_items(request, tabs),
        "which": which,
        "forms": Entry.Form.choices,
        "today": day,
        "all_bodies": body_id is None,
        "tones": TONES,
    }
    return render(request, "knowledge/entry_list.html", context)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A question with its answer; who keeps it up, since when, what was wrong in it, what was done."""
    entry, actor = _entry(request, pk), actor_of(request)
    can = {edge.action for edge in states.ENTRIES.actions(entry.matter.state, actor, entry.matter)}
    corrections = list(entry.corrections.all()) if may_edit(actor, entry.matter) else []
    context = {
        "entry": entry,
        "sections": selectors.entry_sections(entry.form, entry.content, entry.maintained_at),
        "tone": flag(entry.matter),
        "can": can,
        "uses": selectors.use_count(entry.pk),
        "corrections": corrections,
        "correction_form": forms.CorrectionForm(initial=_usual_points()) if "correct" in can else None,
        "overdue_review": entry.live and entry.review_on <= today(),
        "entries": history(entry.matter) if may_edit(actor, entry.matter) else [],
        "crumbs": crumbs((entry.title, "")),
    }
    return render(request, "knowledge/entry.html", context)


def _usual_points() -> dict[str, Any]:
    return {"points": rules.setting("correction", timezone.now())["points"]}


@GET_OR_POST
def new(request: HttpRequest) -> HttpResponse:
    """Enter a question with its answer; kept as a draft, or published at once."""
    actor, now = actor_of(request), timezone.now()
    kind = request.POST.get("form") or request.GET.get("form") or Entry.Form.BASIC
    if kind not in Entry.Form.values:
        kind = Entry.Form.BASIC
    form = forms.NewEntryForm(request.POST or None, form=kind, at=now, bodies=own_bodies(actor))
    made: list[Entry] = []

    def create(data: dict[str, Any]) -> None:
        body = data["body"] if "body" in form.fields else own_body(request)
        publish = "publish" in request.POST
        made.append(
            services.entry_create(body=body, form=kind, publish=publish, actor=actor, at=now, **form.texts())
        )

    if request.method == "POST" and run(form, create):
        return redirect(_to(made[0]))
    context = {
        "form": form,
        "kind": kind,
        "choices": rules.forms(now).options,
        "crumbs": crumbs(("维护条目", reverse("knowledge-entries")), ("新建条目", "")),
    }
    return answer_page(request, "knowledge/entry_new.html", context, form)


@GET_OR_POST
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an entry; the former text stays as a version."""
    entry, actor, now = _entry(request, pk), actor_of(request), timezone.now()
    require(may_edit(actor, entry.matter), "修改这个条目")
    form = forms.EditEntryForm(request.POST or None, entry=entry, at=now)

    def save(data: dict[str, Any]) -> None:
        services.entry_edit(
            entry=entry,
            note=data["note"],
            mended=data.get("mended") or (),
            version=data["version"],
            actor=actor,
            at=now,
            **form.texts(),
        )

    if request.method == "POST" and run(form, save):
        return redirect(_to(entry))
    context = {"form": form, "entry": entry, "crumbs": crumbs((entry.title, _to(entry)), ("修改", ""))}
    return answer_page(request, "knowledge/entry_edit.html", context, form)


@require_safe
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """All versions of an entry, and two of them compared: ?a= the older, ?b= the newer (the last two otherwise)."""
    entry = _entry(request, pk)
    rows = list(EntryVersion.objects.filter(entry=entry))
    chosen = {row.number: row for row in rows}
    newer = chosen.get(_number(request, "b"), rows[0])
    older = chosen.get(_number(request, "a"), chosen.get(newer.number - 1))
    context = {
        "entry": entry,
        "rows": rows,
        "older": older,
        "newer": newer,
        "changes": _changes(entry, older, newer) if older else [],
        "crumbs": crumbs((entry.title, _to(entry)), ("历次版本", "")),
    }
    return render(request, "knowledge/entry_versions.html", context)


def _number(request: HttpRequest, name: str) -> int:
    value = request.GET.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 9 else 0


def _changes(entry: Entry, older: EntryVersion, newer: EntryVersion) -> Any:
    parts = selectors.entry_sections(entry.form, {**older.content, **newer.content}, newer.at)
    labels = {"title": "事项名称", "question": "群众常问", "keywords": "别名和关键词"}
    labels |= {section.key: section.label for section in parts}
    return compare(labels, *({**_heads(row), **row.content} for row in (older, newer)))


def _heads(row: EntryVersion) -> dict[str, str]:
    return {"title": row.title, "question": row.question, "keywords": row.keywords}


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish a draft, or what was taken back."""
    entry, actor, now = _entry(request, pk), actor_of(request), timezone.now()
    return step(
        request,
        lambda: services.entry_publish(entry=entry, actor=actor, at=now),
        back=_to(entry),
        done="已发布，坐席现在就能查到",
    )


@require_POST
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm that an entry still holds."""
    entry, actor, now = _entry(request, pk), actor_of(request), timezone.now()
    return step(
        request,
        lambda: services.entry_review(entry=entry, actor=actor, at=now),
        back=_to(entry),
        done="已记为复核无误",
    )


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an entry back, with the reason."""
    entry, actor, now = _entry(request, pk), actor_of(request), timezone.now()
    reason = request.POST.get("reason", "")
    return step(
        request,
        lambda: services.entry_withdraw(entry=entry, reason=reason, actor=actor, at=now),
        back=_to(entry),
        done="已撤下",
    )


@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Register an error that the platform found."""
    entry, actor, now = _entry(request, pk), actor_of(request), timezone.now()
    form = forms.CorrectionForm(request.POST)

    def save(data: dict[str, Any]) -> None:
        services.entry_correct(entry=entry, what=data["what"], points=data["points"], actor=actor, at=now)

    if run(form, save):
        return redirect(f"{_to(entry)}#errors")
    context = {"form": form, "entry": entry, "crumbs": crumbs((entry.title, _to(entry)), ("登记错误", ""))}
    return answer_page(request, "knowledge/entry_correct.html", context, form)
