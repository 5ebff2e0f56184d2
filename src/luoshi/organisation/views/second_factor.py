"""The second factor: asked at log-in, set up, new recovery codes, given up; and who one is, asked again."""

from __future__ import annotations

import io
from typing import Any

import segno
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from luoshi.organisation import services
from luoshi.organisation.access import LuoshiRequest
from luoshi.organisation.forms import CodeForm, FirstCodeForm, OwnPasswordForm
from luoshi.organisation.models import RecoveryCode, SecondFactor, User
from luoshi.organisation.policies import second_factor_required
from luoshi.organisation.services.second_factor import otpauth_url
from luoshi.organisation.sessions import session_confirm
from luoshi.organisation.views.account import PENDING, sign_in
from luoshi.organisation.views.common import UNPROCESSABLE, form_page, run

GET_OR_POST = require_http_methods(["GET", "POST"])


@never_cache
@sensitive_post_parameters("code")
@GET_OR_POST
def ask(request: HttpRequest) -> HttpResponse:
    """The second step of a log-in: the telephone's code or a recovery code."""
    pending = request.session.get(PENDING)
    now = timezone.now()
    if pending is None or now.timestamp() - pending["at"] > settings.SECOND_FACTOR_MINUTES * 60:
        request.session.pop(PENDING, None)
        return render(request, "organisation/second_factor_ask.html", {"late": True})
    user = User.objects.select_related("person").filter(pk=pending["user"], is_active=True).first()
    form = CodeForm(request.POST or None)
    if user is not None and request.method == "POST" and form.is_valid():
        said = services.second_factor_check(user=user, code=form.cleaned_data["code"], at=now)
        if not said:
            del request.session[PENDING]
            sign_in(request, user)
            return redirect(pending["next"])
        form.add_error("code", said)
    context = {"form": form, "lockout": settings.LOCKOUT_FAILURES, "minutes": settings.LOCKOUT_MINUTES}
    return render(
        request, "organisation/second_factor_ask.html", context, status=UNPROCESSABLE if form.errors else 200
    )


@never_cache
@sensitive_post_parameters("password")
@GET_OR_POST
def overview(request: LuoshiRequest) -> HttpResponse:
    """One's second factor: whether it is in use; with one's password it is begun."""
    user = request.user
    form = OwnPasswordForm(request.POST or None)

    def begin(data: dict[str, Any]) -> None:
        services.second_factor_begin(
            user=user, password=data["password"], actor=request.actor, at=timezone.now()
        )

    if request.method == "POST" and run(form, begin):
        return redirect("second-factor-confirm")
    required = second_factor_required(user, request.actor)
    unused = (
        RecoveryCode.objects.filter(factor=user.pk, used_at__isnull=True).count()
        if user.second_factor_at
        else 0
    )
    context = {
        "form": form,
        "since": user.second_factor_at,
        "required": required,
        "unused": unused,
        "few": unused < 3,
        "crumbs": _crumbs(),
    }
    return render(
        request, "organisation/second_factor.html", context, status=UNPROCESSABLE if form.errors else 200
    )


@never_cache
@sensitive_post_parameters("code")
@GET_OR_POST
def confirm(request: LuoshiRequest) -> HttpResponse:
    """The QR code and the key to type; with a code of the telephone it is in use, and the recovery codes are shown."""
    factor = SecondFactor.objects.filter(user=request.user.pk, confirmed_at__isnull=True).first()
    if factor is None:
        return redirect("second-factor")
    form = FirstCodeForm(request.POST or None)
    made: list[str] = []

    def use(data: dict[str, Any]) -> None:
        made.extend(
            services.second_factor_confirm(
                user=request.user, code=data["code"], actor=request.actor, at=timezone.now()
            )
        )

    if request.method == "POST" and run(form, use):
        return _codes(request, made)
    key = factor.secret
    context = {
        "form": form,
        "key": " ".join(key[place : place + 4] for place in range(0, len(key), 4)),
        "crumbs": _crumbs("用手机扫码"),
    }
    return render(
        request,
        "organisation/second_factor_confirm.html",
        context,
        status=UNPROCESSABLE if form.errors else 200,
    )


@never_cache
@require_GET
def qr(request: LuoshiRequest) -> HttpResponse:
    """The QR code of a second factor that is being set up; afterwards there is none."""
    factor = SecondFactor.objects.filter(user=request.user.pk, confirmed_at__isnull=True).first()
    if factor is None:
        raise Http404("nothing is being set up")
    drawn = io.BytesIO()
    segno.make(otpauth_url(factor), error="m", micro=False).save(
        drawn, kind="svg", scale=6, border=4, dark="#000", light="#fff"
    )
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml")


@never_cache
@sensitive_post_parameters("code")
@GET_OR_POST
def new_codes(request: LuoshiRequest) -> HttpResponse:
    """New recovery codes in place of the old ones, shown once."""
    made: list[str] = []

    def renew(data: dict[str, Any]) -> None:
        made.extend(
            services.recovery_codes_renew(
                user=request.user, code=data["code"], actor=request.actor, at=timezone.now()
            )
        )

    form = CodeForm(request.POST or None)
    if request.method == "POST" and run(form, renew):
        return _codes(request, made)
    return form_page(
        request,
        form,
        lambda data: None,
        title="更换备用码",
        back=resolve_url("second-factor"),
        done="",
        button="更换",
        explanation="换新后，原来的备用码全部作废。",
        crumbs=_crumbs(),
    )


@never_cache
@sensitive_post_parameters("code")
@GET_OR_POST
def end(request: LuoshiRequest) -> HttpResponse:
    """Give one's second factor up."""

    def give_up(data: dict[str, Any]) -> None:
        services.second_factor_end(
            user=request.user, code=data["code"], actor=request.actor, at=timezone.now()
        )

    return form_page(
        request,
        CodeForm(request.POST or None),
        give_up,
        title="停用两步验证",
        back=resolve_url("second-factor"),
        done="两步验证已停用",
        button="确认停用",
        explanation="停用后，登录只凭密码。更换手机时先停用，再用新手机重新设置。",
        danger=True,
        crumbs=_crumbs(),
    )


@never_cache
@sensitive_post_parameters("password")
@GET_OR_POST
def confirm_identity(request: LuoshiRequest) -> HttpResponse:
    """One's password again, before something that hurts; then back to it."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    form = OwnPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = authenticate(request, username=request.user.username, password=form.cleaned_data["password"])
        if found is not None:
            session: Any = request.login_session  # type: ignore[attr-defined]
            session_confirm(session=session, at=timezone.now())
            return redirect(target if safe else resolve_url("account"))
        form.add_error("password", "密码不正确，或者账号已锁定")
    context = {"form": form, "next": target if safe else "", "minutes": settings.CONFIRM_MINUTES}
    return render(
        request, "organisation/confirm_identity.html", context, status=UNPROCESSABLE if form.errors else 200
    )


def _codes(request: HttpRequest, made: list[str]) -> HttpResponse:
    context = {"codes": made, "crumbs": _crumbs("备用码")}
    return render(request, "organisation/recovery_codes.html", context)


def _crumbs(*last: str) -> list[tuple[str, str]]:
    trail = [("我的账号", reverse("account")), ("两步验证", reverse("second-factor"))]
    return [*trail, *((label, "") for label in last)]
