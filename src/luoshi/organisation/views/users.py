"""Accounts of others: open, grant, block, give a new password."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from luoshi.ledger.errors import NotAllowed, Refusal
from luoshi.ledger.paging import key_page
from luoshi.organisation import forms, services
from luoshi.organisation.models import Grant, Role, User
from luoshi.organisation.pagekit import step
from luoshi.organisation.permissions import permissions_of
from luoshi.organisation.policies import may_block_accounts, may_grant_roles, may_manage_accounts
from luoshi.organisation.selectors import user_list
from luoshi.organisation.sessions import sessions_live
from luoshi.organisation.views.common import actor_of, form_page, today

GET_OR_POST = require_http_methods(["GET", "POST"])


def _user(pk: int) -> User:
    return get_object_or_404(User.objects.select_related("person__body", "blocked_by__person"), pk=pk)


def _crumbs(user: User | None = None) -> list[tuple[str, str]]:
    trail = [("账号与授权", reverse("user-list"))]
    return [*trail, (user.username, reverse("user-detail", args=[user.pk]))] if user else trail


def _cut_off(
    request: HttpRequest,
    user: User,
    form: Form,
    service: Callable[[dict[str, Any]], object],
    *,
    title: str,
    done: str,
    button: str,
    explanation: str,
) -> HttpResponse:
    """The page of a step that ends an account's log-ins: it names the account and asks first."""
    return form_page(
        request,
        form,
        service,
        title=title,
        done=done,
        button=button,
        explanation=explanation,
        back=resolve_url("user-detail", user.pk),
        facts=[("账号", user.username), ("人员", user.person.name)],
        danger=True,
        crumbs=_crumbs(user),
    )


def user_index(request: HttpRequest) -> HttpResponse:
    """All accounts with the roles of today."""
    rows = user_list(
        day=today(),
        search=request.GET.get("q", ""),
        role=request.GET.get("role", ""),
        state=request.GET.get("state", ""),
        at=timezone.now(),
    )
    page = key_page(
        rows, keys=("id",), after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    now = timezone.now()
    for user in page.items:
        user.locked_now = user.locked_at(now)  # type: ignore[attr-defined]
    context = {
        "page": page,
        "roles": Role.objects.all(),
        "may_manage": may_manage_accounts(actor_of(request)),
    }
    return render(request, "organisation/user_list.html", context)


def user_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """An account: its person, roles over time, and where it is signed in."""
    user, day, now, actor = _user(pk), today(), timezone.now(), actor_of(request)
    grants = list(Grant.objects.filter(user=user).select_related("role", "body").order_by("-since", "-id"))
    context = {
        "account": user,
        "locked_now": user.locked_at(now),
        "grants_now": [grant for grant in grants if grant.until is None or grant.until > day],
        "grants_past": [grant for grant in grants if grant.until is not None and grant.until <= day],
        "sessions": sessions_live(user=user, at=now),
        "day": day,
        "may_manage": may_manage_accounts(actor) and actor.user_id != user.pk,
        "may_grant": may_grant_roles(actor) and actor.user_id != user.pk,
        "may_block": may_block_accounts(actor) and actor.user_id != user.pk,
        "crumbs": _crumbs(user),
    }
    return render(request, "organisation/user_detail.html", context)


@sensitive_post_parameters("password")
@GET_OR_POST
def user_new(request: HttpRequest) -> HttpResponse:
    """Open an account."""

    def create(data: dict[str, Any]) -> None:
        services.user_create(**data, actor=actor_of(request), at=timezone.now())

    return form_page(
        request,
        forms.UserCreateForm(request.POST or None),
        create,
        title="开立账号",
        back=resolve_url("user-list"),
        done="账号已开立，请安全管理员授予角色",
        button="开立",
        crumbs=_crumbs(),
    )


@GET_OR_POST
def user_grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant a role."""
    user = _user(pk)

    def grant(data: dict[str, Any]) -> None:
        services.grant_role(user=user, **data, actor=actor_of(request), at=timezone.now())

    return form_page(
        request,
        forms.GrantForm(request.POST or None, initial={"since": today(), "body": user.person.body_id}),
        grant,
        title="授予角色",
        back=resolve_url("user-detail", user.pk),
        done="角色已授予",
        button="授予",
        explanation="系统管理员、安全管理员、审计员三个角色各自单独持有，不与其他角色兼任。",
        facts=[("账号", user.username), ("人员", f"{user.person.body.short_name} {user.person.name}")],
        crumbs=_crumbs(user),
    )


@GET_OR_POST
def grant_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a role back."""
    grant = get_object_or_404(Grant.objects.select_related("user__person", "role", "body"), pk=pk)

    def revoke(data: dict[str, Any]) -> None:
        services.revoke_role(grant=grant, **data, actor=actor_of(request), at=timezone.now())

    return form_page(
        request,
        forms.RevokeForm(request.POST or None, initial={"until": today()}),
        revoke,
        title="收回角色",
        back=resolve_url("user-detail", grant.user_id),
        done="角色已收回",
        button="确认收回",
        facts=[("账号", grant.user.username), ("角色", grant.role.title), ("机构", grant.body.name)],
        danger=True,
        crumbs=_crumbs(grant.user),
    )


@GET_OR_POST
def user_block(request: HttpRequest, pk: int) -> HttpResponse:
    """Block an account."""
    user = _user(pk)

    def block(data: dict[str, Any]) -> None:
        services.user_lock(user=user, **data, actor=actor_of(request), at=timezone.now())

    return _cut_off(
        request,
        user,
        forms.LockForm(request.POST or None),
        block,
        title="停用账号",
        done="账号已停用",
        button="确认停用",
        explanation="停用后立即退出登录，直到有人恢复账号。授权保留。",
    )


@require_POST
def user_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a blocked account, or one closed after failed log-ins, again."""
    user = _user(pk)
    try:
        services.user_unlock(user=user, actor=actor_of(request), at=timezone.now())
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "账号已恢复")
    return redirect("user-detail", user.pk)


@never_cache
@GET_OR_POST
def user_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an account a new first password, made up here and shown this once."""
    user = _user(pk)
    if request.method == "POST":
        made = services.password_issue(user=user, actor=actor_of(request), at=timezone.now())
        context = {"account": user, "made": made, "crumbs": [*_crumbs(user), ("重置密码", "")]}
        return render(request, "organisation/password_once.html", context)
    return _cut_off(
        request,
        user,
        forms.EmptyForm(),
        lambda data: None,
        title="重置密码",
        done="",
        button="确认重置",
        explanation="系统生成一个初始密码，只显示一次；该账号在各处的登录立即结束，下次登录须修改密码。",
    )


@GET_OR_POST
def user_factor_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the second factor of somebody who lost the telephone away."""
    user = _user(pk)

    def reset(data: dict[str, Any]) -> None:
        services.second_factor_reset(user=user, actor=actor_of(request), at=timezone.now())

    return _cut_off(
        request,
        user,
        forms.EmptyForm(request.POST if request.method == "POST" else None),
        reset,
        title="解除两步验证",
        done="两步验证已解除",
        button="确认解除",
        explanation="本人手机和备用码都不能用时才解除，先当面核对身份。该账号在各处的登录立即结束；下次登录只凭密码，请本人重新设置。",
    )


@require_POST
def user_sessions_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End all log-ins of an account."""
    user = _user(pk)
    return step(
        request,
        lambda: services.sessions_revoke(user=user, actor=actor_of(request), at=timezone.now()),
        back=resolve_url("user-detail", user.pk),
        done="已结束该账号的全部登录",
    )


def user_permissions(request: HttpRequest, pk: int) -> HttpResponse:
    """What an account may do today and why: each permission with the roles, bodies and dates that give it."""
    user = _user(pk)
    context = {
        "account": user,
        "rows": permissions_of(user=user, day=today()),
        "crumbs": [*_crumbs(user), ("权限", "")],
    }
    return render(request, "organisation/user_permissions.html", context)
