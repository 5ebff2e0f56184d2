"""The roster of a body: people, and who takes up and leaves which post."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from luoshi.ledger.errors import Incomplete
from luoshi.organisation import forms, services
from luoshi.organisation.models import Body, Person, Post
from luoshi.organisation.policies import may_edit_roster, require
from luoshi.organisation.views.common import actor_of, form_page, today

GET_OR_POST = require_http_methods(["GET", "POST"])


def _own(request: HttpRequest, body: Body) -> None:
    """The page itself is refused to those who may not keep this body's roster."""
    require(may_edit_roster(actor_of(request), body), "维护该单位名单")


def _crumbs(body: Body) -> list[tuple[str, str]]:
    return [
        ("机构与名单", reverse("organisation-list")),
        (body.name, reverse("body-detail", args=[body.code])),
    ]


@GET_OR_POST
def person_new(request: HttpRequest, code: str) -> HttpResponse:
    """Enter a person, and a post at once where wanted."""
    body = get_object_or_404(Body, code=code)
    _own(request, body)

    @transaction.atomic
    def create(data: dict[str, Any]) -> None:
        common: dict[str, Any] = {"body": body, "actor": actor_of(request), "at": timezone.now()}
        contact = {name: data[name] for name in ("name", "mobile", "office_phone", "email")}
        person = services.person_create(**contact, **common)
        if data["kind"]:
            post = {name: data[name] for name in ("kind", "title", "since", "full_time")}
            try:
                services.post_start(person=person, **post, **common)
            except Incomplete as refusal:
                field = "mobile" if refusal.field == "person" else refusal.field
                raise Incomplete(refusal.message, mend=refusal.mend, field=field) from refusal

    return form_page(
        request,
        forms.PersonForm(request.POST or None, initial={"since": today()}),
        create,
        title="登记人员",
        back=resolve_url("body-detail", body.code),
        done="人员已登记",
        button="登记",
        crumbs=_crumbs(body),
    )


@GET_OR_POST
def person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change how a person is reached."""
    person = get_object_or_404(Person.objects.select_related("body"), pk=pk)
    _own(request, person.body)
    names = ("mobile", "office_phone", "email", "version")

    def update(data: dict[str, Any]) -> None:
        services.person_update(person=person, **data, actor=actor_of(request), at=timezone.now())

    return form_page(
        request,
        forms.ContactForm(request.POST or None, initial={name: getattr(person, name) for name in names}),
        update,
        title=f"{person.name}的联系方式",
        back=resolve_url("body-detail", person.body.code),
        done="联系方式已保存",
        crumbs=_crumbs(person.body),
    )


@GET_OR_POST
def person_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that a person has left."""
    person = get_object_or_404(Person.objects.select_related("body"), pk=pk)
    _own(request, person.body)

    def leave(data: dict[str, Any]) -> None:
        services.person_leave(person=person, actor=actor_of(request), at=timezone.now())

    accounts = "、".join(person.users.filter(is_active=True).values_list("username", flat=True))
    return form_page(
        request,
        forms.EmptyForm(request.POST if request.method == "POST" else None),
        leave,
        title="登记离岗",
        back=resolve_url("body-detail", person.body.code),
        done=f"{person.name}已登记离岗",
        button="确认离岗",
        explanation="离岗后不能再任职；本人的账号立即停用，正在使用的浏览器会退出登录。历史记录保留。",
        facts=[("人员", person.name), ("所在机构", person.body.name), ("将停用的账号", accounts or "无")],
        danger=True,
        crumbs=_crumbs(person.body),
    )


@GET_OR_POST
def post_new(request: HttpRequest, code: str) -> HttpResponse:
    """Let somebody take up a post."""
    body = get_object_or_404(Body, code=code)
    _own(request, body)

    def start(data: dict[str, Any]) -> None:
        services.post_start(body=body, **data, actor=actor_of(request), at=timezone.now())

    chosen = {
        "since": today(),
        "kind": request.GET.get("kind"),
        "person": request.GET.get("person"),
        "full_time": True,
    }
    return form_page(
        request,
        forms.PostStartForm(request.POST or None, initial=chosen, body=body),
        start,
        title="登记任职",
        back=resolve_url("body-detail", body.code),
        done="任职已登记；分管领导和联络员的变动已报12345平台",
        button="登记",
        explanation="分管领导、联络员的变动会立即报送12345平台。",
        crumbs=_crumbs(body),
    )


@GET_OR_POST
def post_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody leave a post."""
    post = get_object_or_404(Post.objects.select_related("body", "person"), pk=pk)
    _own(request, post.body)

    def end(data: dict[str, Any]) -> None:
        services.post_end(post=post, **data, actor=actor_of(request), at=timezone.now())

    return form_page(
        request,
        forms.PostEndForm(request.POST or None, initial={"until": today()}),
        end,
        title="登记免职",
        back=resolve_url("body-detail", post.body.code),
        done="免职已登记；分管领导和联络员的变动已报12345平台",
        button="确认免职",
        explanation="最后一名联络员或分管领导，要先登记接任的人。",
        facts=[
            ("机构", post.body.name),
            ("人员", post.person.name),
            ("职务", post.label),
            ("任职日期", post.since),
        ],
        danger=True,
        crumbs=_crumbs(post.body),
    )
