"""Announcements and important information."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.knowledge import forms, rules, selectors, services, states
from luoshi.knowledge.models import Bulletin
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
)

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
LIST = "knowledge-bulletins"


def _bulletin(request: HttpRequest, pk: int) -> Bulletin:
    """The bulletin, if the actor may read it. Errors: 404, NotAllowed."""
    bulletin = selectors.bulletin_get(pk)
    if bulletin is None:
        raise Http404
    require(may_read(actor_of(request), bulletin.matter), "查看这份公告")
    return bulletin


def _to(bulletin: Bulletin) -> str:
    return reverse("knowledge-bulletin", args=[bulletin.pk])


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Bulletins in force, past ones, one's own in any state; for the platform those nobody there has read."""
    actor, now = actor_of(request), timezone.now()
    unseen = selectors.bulletins_unseen().count() if may_manage(actor) else 0
    tabs: list[tuple[str, str, int | None]] = [("", "生效中", None), ("past", "已失效", None)]
    if may_manage(actor):
        tabs += [("unseen", "待平台查阅", unseen), ("mine", "全部单位", None)]
    elif actor.can("knowledge.edit"):
        tabs.append(("mine", "本单位", None))
    which = request.GET.get("which", "")
    rows = selectors.bulletin_list(
        actor=actor,
        at=now,
        which=which if which in {tab[0] for tab in tabs} else "",
        topic=request.GET.get("topic", ""),
        text=request.GET.get("q", "").strip(),
    )
    context = {
        "page": page_of(request, rows),
        "tabs": tab_items(request, tabs),
        "which": which,
        "topics": rules.topics(now).options,
        "labels": {option.value: option.label for option in rules.topics(now).options},
        "may_add": actor.can("knowledge.edit") or may_manage(actor),
        "tones": TONES,
    }
    return render(request, "knowledge/bulletin_list.html", context)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A bulletin with the times at which the public and the platform were told."""
    bulletin, actor, now = _bulletin(request, pk), actor_of(request), timezone.now()
    can = {edge.action for edge in states.BULLETINS.actions(bulletin.matter.state, actor, bulletin.matter)}
    if bulletin.seen_at is not None:
        can.discard("see")
    context = {
        "bulletin": bulletin,
        "topic": dict((o.value, o.label) for o in rules.topics(now).options).get(
            bulletin.topic, bulletin.topic
        ),
        "tone": flag(bulletin.matter),
        "can": can,
        "issue_form": forms.IssueForm() if "issue" in can else None,
        "over": bulletin.valid_until is not None and bulletin.valid_until <= now,
        "not_yet": bulletin.valid_from > now,
        "uses": selectors.use_count(bulletin.pk),
        "entries": history(bulletin.matter) if may_edit(actor, bulletin.matter) else [],
        "crumbs": crumbs(("公告和重要信息", reverse(LIST)), (bulletin.title, "")),
    }
    return render(request, "knowledge/bulletin.html", context)


@GET_OR_POST
def new(request: HttpRequest) -> HttpResponse:
    """Draft a bulletin, or issue it at once."""
    actor, now = actor_of(request), timezone.now()
    form = forms.BulletinForm(request.POST or None, at=now, bodies=own_bodies(actor))
    made: list[Bulletin] = []

    def create(data: dict[str, Any]) -> None:
        body = data["body"] if "body" in form.fields else own_body(request)
        made.append(services.bulletin_create(body=body, actor=actor, at=now, **_texts(data)))

    if request.method == "POST" and run(form, create):
        return redirect(_to(made[0]))
    context = {
        "form": form,
        "title": "新建公告",
        "back": reverse(LIST),
        "crumbs": crumbs(("公告和重要信息", reverse(LIST)), ("新建公告", "")),
    }
    return answer_page(request, "knowledge/bulletin_form.html", context, form)


def _texts(data: dict[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in ("topic", "title", "text", "valid_from", "valid_until")}


@GET_OR_POST
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a bulletin; the platform is told again."""
    bulletin, actor, now = _bulletin(request, pk), actor_of(request), timezone.now()
    require(may_edit(actor, bulletin.matter), "修改这份公告")
    form = forms.BulletinForm(request.POST or None, at=now, bulletin=bulletin)

    def save(data: dict[str, Any]) -> None:
        services.bulletin_edit(
            bulletin=bulletin, version=data["version"], actor=actor, at=now, **_texts(data)
        )

    if request.method == "POST" and run(form, save):
        return redirect(_to(bulletin))
    context = {
        "form": form,
        "title": "修改公告",
        "back": _to(bulletin),
        "crumbs": crumbs((bulletin.title, _to(bulletin)), ("修改", "")),
    }
    return answer_page(request, "knowledge/bulletin_form.html", context, form)


@require_POST
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue a draft; with that the platform has it."""
    bulletin, actor, now = _bulletin(request, pk), actor_of(request), timezone.now()
    form = forms.IssueForm(request.POST)

    def send(data: dict[str, Any]) -> None:
        services.bulletin_issue(bulletin=bulletin, announced_at=data["announced_at"], actor=actor, at=now)

    if run(form, send):
        return redirect(_to(bulletin))
    context = {
        "form": form,
        "title": "发布公告",
        "button": "发布并抄告平台",
        "back": _to(bulletin),
        "crumbs": crumbs((bulletin.title, _to(bulletin)), ("发布", "")),
    }
    return answer_page(request, "knowledge/bulletin_form.html", context, form)


@require_POST
def seen(request: HttpRequest, pk: int) -> HttpResponse:
    """The platform has read it."""
    bulletin, actor, now = _bulletin(request, pk), actor_of(request), timezone.now()
    return step(
        request,
        lambda: services.bulletin_see(bulletin=bulletin, actor=actor, at=now),
        back=_to(bulletin),
        done="已记为平台已阅",
    )


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a bulletin back, with the reason."""
    bulletin, actor, now = _bulletin(request, pk), actor_of(request), timezone.now()
    reason = request.POST.get("reason", "")
    return step(
        request,
        lambda: services.bulletin_withdraw(bulletin=bulletin, reason=reason, actor=actor, at=now),
        back=_to(bulletin),
        done="已撤回",
    )
