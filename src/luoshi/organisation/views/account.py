"""Log-in, log-out, and one's own account: password, sessions, the body one acts for."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from luoshi.organisation import services
from luoshi.organisation.access import ACTING_BODY
from luoshi.organisation.forms import LoginForm, PasswordForm
from luoshi.organisation.middleware import SESSION_ID, client_of, remember
from luoshi.organisation.models import User, UserSession
from luoshi.organisation.selectors import bodies_acting_for, grants_on
from luoshi.organisation.sessions import session_begin, session_end, sessions_end, sessions_live
from luoshi.organisation.views.common import UNPROCESSABLE, actor_of, form_page, today

PENDING = "second_factor_pending"  # session key: whose password was right, since when, where to go


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


def _failure_message() -> str:
    """One sentence for every failure, so that nobody learns which accounts exist or are closed."""
    return (
        f"用户名或密码不正确，或者账号已锁定、停用。连续{settings.LOCKOUT_FAILURES}次不正确，"
        f"账号锁定{settings.LOCKOUT_MINUTES}分钟，到时自动解除"
    )


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """Sign in with user name and password, then go where one was going."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    onward = target if safe else resolve_url(settings.LOGIN_REDIRECT_URL)
    if request.method == "GET" and request.user.is_authenticated:
        return redirect(onward)
    form = LoginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = authenticate(request, **form.cleaned_data)
        if isinstance(user, User):
            if user.second_factor_at is not None:
                return ask_code(request, user, onward)
            sign_in(request, user)
            return redirect(onward)
        form.add_error(None, _failure_message())
    ended = request.GET.get("ended", "")
    reason = UserSession.Ended(ended).label if ended in UserSession.Ended.values else ""
    context = {
        "form": form,
        "next": target if safe else "",
        "ended": reason,
        "typed": request.GET.get("typed", ""),
    }
    return render(request, "organisation/login.html", context, status=UNPROCESSABLE if form.errors else 200)


def ask_code(request: HttpRequest, user: User, onward: str) -> HttpResponse:
    """The password was right: go on to the page that asks for the code. Nobody is signed in yet."""
    request.session.cycle_key()
    request.session[PENDING] = {"user": user.pk, "at": timezone.now().timestamp(), "next": onward}
    return redirect("second-factor-ask")


def sign_in(request: HttpRequest, user: User) -> None:
    """Begin a session in the browser and in the books; one that this browser had before ends."""
    now = timezone.now()
    earlier = UserSession.objects.filter(pk=request.session.get(SESSION_ID, 0), ended_at__isnull=True).first()
    if earlier is not None:
        session_end(session=earlier, reason=UserSession.Ended.LOGGED_OUT, at=now)
    request.session.pop(ACTING_BODY, None)
    login(request, user)
    remember(request, session_begin(user=user, at=now, **client_of(request)))


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    session = UserSession.objects.filter(pk=request.session.get(SESSION_ID, 0)).first()
    if session is not None:
        session_end(session=session, reason=UserSession.Ended.LOGGED_OUT, at=timezone.now())
    logout(request)
    messages.success(request, "已退出登录")
    return redirect(settings.LOGOUT_REDIRECT_URL)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; other browsers are signed out."""
    user = _user(request)

    def change(data: dict[str, Any]) -> None:
        changed = services.password_change(
            user=user,
            old=data["old"],
            new=data["new"],
            actor=actor_of(request),
            at=timezone.now(),
            keep_session=request.session.get(SESSION_ID),
        )
        update_session_auth_hash(request, changed)

    return form_page(
        request,
        PasswordForm(request.POST or None),
        change,
        title="修改密码",
        back=resolve_url("home" if user.must_change_password else "account"),
        done="密码已修改，其他浏览器上的登录已结束",
        button="修改密码",
        explanation="这是初始密码或由管理员重置的密码，请先改成只有您知道的密码。"
        if user.must_change_password
        else "",
        template="organisation/password.html",
    )


def account(request: HttpRequest) -> HttpResponse:
    """One's own account: roles, the bodies one acts for, and where one is signed in."""
    user, day = _user(request), today()
    context = {
        "person": user.person,
        "grants": grants_on(user, day),
        "acting_for": bodies_acting_for(user, day),
        "sessions": sessions_live(user=user, at=timezone.now()),
        "this_session": request.session.get(SESSION_ID),
        "second_factor_at": user.second_factor_at,
        "most_sessions": settings.SESSIONS_PER_USER,
    }
    return render(request, "organisation/account.html", context)


@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out another browser of one's own."""
    session = get_object_or_404(UserSession, pk=pk, user=_user(request))
    session_end(session=session, reason=UserSession.Ended.ENDED_BY_USER, at=timezone.now())
    messages.success(request, "已结束该处登录")
    return redirect("account")


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """Sign out all other browsers of one's own."""
    ended = sessions_end(
        user=_user(request),
        reason=UserSession.Ended.ENDED_BY_USER,
        at=timezone.now(),
        keep=request.session.get(SESSION_ID),
    )
    messages.success(request, f"已退出其他{ended}处登录" if ended else "没有其他登录")
    return redirect("account")


@require_POST
def act_for(request: HttpRequest) -> HttpResponse:
    """Choose the body for which one acts, among those one has roles for."""
    wanted = {str(body.pk): body for body in bodies_acting_for(_user(request), today())}
    body = wanted.get(request.POST.get("body", ""))
    if body is None:
        messages.error(request, "您在该机构没有角色")
        return redirect("account")
    request.session[ACTING_BODY] = body.pk
    messages.success(request, f"现在以{body.name}的身份办理")
    return redirect("account")
