"""Holds every signed-in browser to the session limits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from luoshi.organisation.access import attach_actor
from luoshi.organisation.models import UserSession
from luoshi.organisation.sessions import session_begin, session_touch
from luoshi.organisation.standing import session_live
from luoshi.organisation.visitors import address_of

SESSION_ID = "luoshi_session"


class SessionLimits:
    """Sets `request.actor`, and signs out a browser whose session has ended or reached a limit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        attach_actor(request)
        user: Any = request.user
        if SESSION_ID not in request.session and not request.session.get(SESSION_KEY):
            return self.get_response(request)
        if not user.is_authenticated:
            return self._blocked(request)
        reason = self._reason(request)
        if reason is None:
            return self.get_response(request)
        logout(request)
        return to_login(request, ended=reason)

    def _blocked(self, request: HttpRequest) -> HttpResponse:
        """A session whose user is gone (blocked, or the password was reset elsewhere) is emptied."""
        request.session.flush()
        return to_login(request, ended=UserSession.Ended.REVOKED)

    def _reason(self, request: HttpRequest) -> UserSession.Ended | None:
        now = timezone.now()
        user: Any = request.user
        pk = request.session.get(SESSION_ID, 0)
        session = session_live(user, pk) or UserSession.objects.filter(pk=pk, user=user).first()
        if session is None:
            session = session_begin(user=user, at=now, **client_of(request))
            remember(request, session)
        request.login_session = session  # type: ignore[attr-defined]
        return session_touch(session=session, at=now, quiet=is_quiet(request))


def remember(request: HttpRequest, session: UserSession) -> None:
    """Keep the session's id in the browser's session (its key changes with log-in and password)."""
    request.session[SESSION_ID] = session.pk


def client_of(request: HttpRequest) -> dict[str, str]:
    """Address and browser of a request, as session_begin takes them."""
    return {
        "address": address_of(request),
        "agent": str(request.META.get("HTTP_USER_AGENT") or ""),
    }


def came_from(request: HttpRequest) -> str:
    """The path of the page from which a request was made, where it is one of ours; else nothing."""
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(
        referer, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return ""
    parts = urlsplit(referer)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def is_quiet(request: HttpRequest) -> bool:
    """Whether the browser asks by itself, again and again, with nobody doing anything (the bell)."""
    return request.headers.get("X-Quiet") == "1"


def to_login(request: HttpRequest, *, ended: str = "", page: str = "login") -> HttpResponse:
    """Send the browser to the log-in page, and afterwards back to the page it asked for or typed on.

    page: the name of another page that leads back in the same way.

    What the browser asks by itself leads nowhere: it must not take away a page on which somebody writes.
    """
    if is_quiet(request):
        return HttpResponse(status=204)
    query = {}
    htmx = bool(request.headers.get("HX-Request"))
    onward = request.get_full_path() if request.method == "GET" and not htmx else came_from(request)
    if onward:
        query["next"] = onward
    if request.method == "POST":
        query["typed"] = "1"
    if ended:
        query["ended"] = ended
    url = reverse(page) + (f"?{urlencode(query)}" if query else "")
    if htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)
