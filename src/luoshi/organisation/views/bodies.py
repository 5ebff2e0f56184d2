"""The list of bodies with their rosters, the page of a body, and changes of bodies."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from luoshi.ledger.paging import key_page
from luoshi.ledger.together import fetch
from luoshi.organisation import forms, services
from luoshi.organisation.history import body_history
from luoshi.organisation.models import Body, BodyName, Person, Post
from luoshi.organisation.policies import may_edit_bodies, may_edit_roster, may_see_contacts
from luoshi.organisation.selectors import body_list, missing_roster, with_roster
from luoshi.organisation.views.common import actor_of, form_page, today

GET_OR_POST = require_http_methods(["GET", "POST"])


def _body(code: str) -> Body:
    return get_object_or_404(Body.objects.select_related("parent", "merged_into"), code=code)


def _crumbs(body: Body | None = None) -> list[tuple[str, str]]:
    trail = [("机构与名单", reverse("organisation-list"))]
    return [*trail, (body.name, reverse("body-detail", args=[body.code]))] if body else trail


def body_index(request: HttpRequest) -> HttpResponse:
    """All bodies with their leaders and liaisons; those whose roster lacks somebody can be picked out."""
    day = today()
    gaps = {gap.body.pk: gap.words for gap in missing_roster(day)}
    rows = body_list(
        search=request.GET.get("q", ""),
        kind=request.GET.get("kind", ""),
        gaps_on=day if request.GET.get("gaps") else None,
    )
    if not request.GET.get("closed"):
        rows = rows.filter(active=True)
    page = key_page(
        with_roster(rows, day),
        keys=("id",),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    for body in page.items:
        body.gaps = gaps.get(body.pk, [])  # type: ignore[attr-defined]
        body.holders = _holders(body)  # type: ignore[attr-defined]
    context = {
        "page": page,
        "kinds": Body.Kind.choices,
        "gap_count": len(gaps),
        "may_create": may_edit_bodies(actor_of(request)),
    }
    return render(request, "organisation/body_list.html", context)


def _holders(body: Body) -> dict[str, str]:
    """The names of those in office by kind of post."""
    names: dict[str, list[str]] = {}
    for post in body.roster:  # type: ignore[attr-defined]
        names.setdefault(post.kind, []).append(post.person.name)
    return {kind: "、".join(found) for kind, found in names.items()}


def body_detail(request: HttpRequest, code: str) -> HttpResponse:
    """A body: what it does, its names, people, posts now and before, and what was recorded of it."""
    body, day, actor = _body(code), today(), actor_of(request)
    posts = list(
        Post.objects.filter(body=body).select_related("person__body").order_by("kind", "-since", "id")
    )
    names = body.names.order_by("-since")
    people = Person.objects.filter(body=body).order_by("-active", "name", "id")
    took_over = body.took_over.order_by("until", "code")
    fetch(names, people, took_over)
    order = list(Post.Kind)
    posts.sort(key=lambda post: order.index(Post.Kind(post.kind)))
    context = {
        "body": body,
        "names": sorted(names, key=lambda name: BodyName.Kind.values.index(name.kind)),
        "people": people,
        "posts_now": [
            post for post in posts if post.since <= day and (post.until is None or post.until > day)
        ],
        "posts_coming": [post for post in posts if post.since > day and post.until != post.since],
        "posts_past": [post for post in posts if post.until is not None and post.until <= day],
        "gap": next((gap for gap in missing_roster(day) if gap.body.pk == body.pk), None),
        "took_over": took_over,
        "history": body_history(body),
        "may_edit": may_edit_bodies(actor) and body.active,
        "may_edit_roster": may_edit_roster(actor, body) and body.active,
        "may_see_contacts": may_see_contacts(actor, body),
        "crumbs": _crumbs(body),
    }
    return render(request, "organisation/body_detail.html", context)


@GET_OR_POST
def body_new(request: HttpRequest) -> HttpResponse:
    """Set up a body."""

    def create(data: dict[str, Any]) -> None:
        services.body_create(
            **data, jurisdiction=settings.JURISDICTION, actor=actor_of(request), at=timezone.now()
        )

    return form_page(
        request,
        forms.BodyCreateForm(request.POST or None, initial={"since": today()}),
        create,
        title="设立机构",
        back=resolve_url("organisation-list"),
        done="机构已设立，请登记分管领导和联络员",
        button="设立",
        crumbs=_crumbs(),
    )


@GET_OR_POST
def body_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change what a body does."""
    body = _body(code)
    names = ("short_name", "standing", "area", "takes_requests", "handles_onsite", "version")

    def update(data: dict[str, Any]) -> None:
        services.body_update(body=body, **data, actor=actor_of(request), at=timezone.now())

    return form_page(
        request,
        forms.BodyUpdateForm(request.POST or None, initial={name: getattr(body, name) for name in names}),
        update,
        title="修改机构",
        back=resolve_url("body-detail", body.code),
        done="已保存",
        crumbs=_crumbs(body),
    )


@GET_OR_POST
def body_rename(request: HttpRequest, code: str) -> HttpResponse:
    """Give a body a new name; it stays the same body."""
    body = _body(code)

    def rename(data: dict[str, Any]) -> None:
        services.body_rename(body=body, **data, actor=actor_of(request), at=timezone.now())

    return form_page(
        request,
        forms.RenameForm(request.POST or None, initial={"version": body.version, "since": today()}),
        rename,
        title="更名",
        back=resolve_url("body-detail", body.code),
        done="已更名，旧名称留在名称沿革中",
        button="更名",
        explanation="更名后仍是同一个机构：诉求件、时限、考核和授权都不变。启用日期之前的文件继续显示旧名称。",
        facts=[("现用名称", body.name)],
        crumbs=_crumbs(body),
    )


@GET_OR_POST
def body_name(request: HttpRequest, code: str) -> HttpResponse:
    """Record an additional plate or a short form."""
    body = _body(code)

    def add(data: dict[str, Any]) -> None:
        services.body_name_add(body=body, **data, actor=actor_of(request), at=timezone.now())

    return form_page(
        request,
        forms.NameForm(request.POST or None, initial={"since": today()}),
        add,
        title="登记其他名称",
        back=resolve_url("body-detail", body.code),
        done="名称已登记",
        explanation="加挂牌子、简称和习称都指同一个机构，检索和派单时可用。",
        facts=[("现用名称", body.name)],
        crumbs=_crumbs(body),
    )


@GET_OR_POST
def body_close(request: HttpRequest, code: str) -> HttpResponse:
    """Close a body."""
    body = _body(code)

    def close(data: dict[str, Any]) -> None:
        services.body_close(body=body, **data, actor=actor_of(request), at=timezone.now())

    return form_page(
        request,
        forms.CloseForm(request.POST or None, initial={"version": body.version, "until": today()}),
        close,
        title="撤销机构",
        back=resolve_url("body-detail", body.code),
        done="机构已撤销，历史保留",
        button="确认撤销",
        explanation="撤销后不能再派单，也不能恢复：在任职务和账号授权从撤销日期起一并结束，历史记录保留。",
        facts=[
            ("机构", body.name),
            ("在任职务", body.posts.filter(until__isnull=True).count()),
            ("有效授权", body.grants.filter(until__isnull=True).count()),
        ],
        danger=True,
        crumbs=_crumbs(body),
    )
