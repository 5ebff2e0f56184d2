"""The gate in front of every view: a URL without a policy is closed, one with a policy asks for its need."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from luoshi.engines.rulebook import UnknownRule
from luoshi.ledger.errors import NotAllowed, Refusal, WrongState
from luoshi.ledger.once import reading
from luoshi.ledger.services import access_record
from luoshi.organisation.access import FRESH, INTERFACE, POLICIES, PUBLIC, allows, confine, switched_off
from luoshi.organisation.middleware import to_login
from luoshi.organisation.policies import second_factor_required
from luoshi.organisation.sessions import session_fresh
from luoshi.web.errors import who_may

# pages that read nobody's rows and answer without a database
WITHOUT_ROWS = frozenset({"healthz", "readyz"})
# what someone who must first change the password can reach
WITH_OLD_PASSWORD = frozenset({"password-change", "logout", "login"})
# what someone whose role asks for a second factor can reach without one
WITHOUT_SECOND_FACTOR = WITH_OLD_PASSWORD | {"second-factor", "second-factor-confirm", "second-factor-qr"}


class ReadOnce:
    """A request that only reads asks the same small questions once (luoshi.ledger.once)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with reading():
            return self.get_response(request)


class PolicyGate:
    """Lets a request through to its view only where the policy of the URL allows the actor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with ExitStack() as stack:
            request.confine = stack.enter_context  # type: ignore[attr-defined]
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """None lets the view run; else the log-in page, the password page, or a refusal."""
        match = request.resolver_match
        name = match.view_name if match else ""
        need = POLICIES.get(name)
        if need is None:
            raise ImproperlyConfigured(
                f"URL {name or request.path} has no policy: build it with organisation.access.page"
            )
        if switched_off(name):
            raise Http404("本系统没有启用这项职能")
        if need == INTERFACE:
            return None
        user: Any = request.user
        actor = request.actor  # type: ignore[attr-defined]
        if (
            user.is_authenticated
            and user.must_change_password
            and need != PUBLIC
            and name not in WITH_OLD_PASSWORD
        ):
            return redirect("password-change")
        if (
            user.is_authenticated
            and need != PUBLIC
            and name not in WITHOUT_SECOND_FACTOR
            and user.second_factor_at is None
            and second_factor_required(user, actor)
        ):
            return redirect("second-factor")
        if allows(need, actor, signed_in=user.is_authenticated):
            answer = unreadable(request) or stale(request, name)
            if answer is None and name not in WITHOUT_ROWS:
                confine(request, actor)
            return answer
        if not user.is_authenticated:
            return to_login(request)
        note_refusal(request, what=name)
        request.who_may = who_may(need)  # type: ignore[attr-defined]
        raise PermissionDenied("您没有办理这一事项的权限")

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal that the view did not show beside its form becomes a page that says what to do."""
        if isinstance(error, UnknownRule) and settings.RULEBOOK_ON_TRIAL:
            error = WrongState("试行的规则书没有这项规定", mend="规则书由规则编辑维护")
        if not isinstance(error, Refusal):
            return None
        if isinstance(error, NotAllowed):
            note_refusal(request, what=request.resolver_match.view_name if request.resolver_match else "")
        return render(request, "refusal.html", {"refusal": error}, status=error.status)


class BackToWorklist:
    """Leads back to the worklist after a step that was posted from there.

    A form of the worklist carries `return`, the address of the list as it was; only that page is accepted. A step
    that was not taken because its form wants more shows its own page, as ever.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and response.status_code == 302 and "return" in request.POST:
            wanted = urlsplit(request.POST["return"])
            if wanted.path == reverse("home") and not wanted.netloc and not wanted.scheme:
                response["Location"] = f"{wanted.path}?{wanted.query}" if wanted.query else wanted.path
        return response


def unreadable(request: HttpRequest) -> HttpResponse | None:
    """The refusal of an address that asks for something with a NUL character, which no text in the database can hold."""
    if not any("\x00" in one for values in request.GET.lists() for one in values[1]):
        return None
    refusal = Refusal("地址中有不能识别的字符", mend="请从页面上的链接或搜索框重新进入")
    return render(request, "refusal.html", {"refusal": refusal}, status=400)


def stale(request: HttpRequest, name: str) -> HttpResponse | None:
    """Where one has to show again who one is before a page that hurts; a form that was opened in time may be sent later."""
    if name not in FRESH:
        return None
    within = settings.CONFIRM_MINUTES * (2 if request.method == "POST" else 1)
    session: Any = request.login_session  # type: ignore[attr-defined]
    if session_fresh(session, at=timezone.now(), within=within):
        return None
    return to_login(request, page="identity-confirm")


def note_refusal(request: HttpRequest, *, what: str) -> None:
    """Keep a refused attempt in the access log."""
    access_record(
        actor=request.actor,  # type: ignore[attr-defined]
        what=what,
        allowed=False,
        at=timezone.now(),
        path=request.path,
        reason="没有权限",
    )
