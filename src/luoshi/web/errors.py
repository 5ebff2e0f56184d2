"""Pages for what goes wrong before or beside a view: too much sent, maintenance, no network, no permission."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from luoshi.organisation.access import Need
from luoshi.organisation.roles import permission_title, roles_data

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
OPEN_IN_MAINTENANCE = ("/healthz", "/static/")
MAINTENANCE = "maintenance"
RETRY_SECONDS = 300


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What cannot be read at all (400), or is more than is accepted (413)."""
    if isinstance(exception, TOO_MUCH):
        return render(request, "413.html", status=413)
    return render(request, "400.html", status=400)


class Maintenance:
    """While the file `maintenance` lies in the home folder every page says so; its text says until when."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.notice: Path = settings.HOME / MAINTENANCE

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OPEN_IN_MAINTENANCE) or not self.notice.exists():
            return self.get_response(request)
        until = self.notice.read_text(encoding="utf-8").strip()
        answer = render(request, "503.html", {"until": until}, status=503)
        answer["Retry-After"] = str(RETRY_SECONDS)
        return answer


@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """What the browser shows where it cannot fetch a page; the service worker keeps a copy."""
    return render(request, "offline.html")


@never_cache
@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that answers with the offline page when there is no network, and with nothing else."""
    return render(request, "sw.js", content_type="text/javascript; charset=utf-8")


def who_may(need: Need) -> dict[str, str]:
    """What a page needs and which roles have it, in words, for the page that refuses."""
    codes = (need,) if isinstance(need, str) else need
    roles = [role["title"] for role in roles_data()["roles"] if set(codes) & set(role["permissions"])]
    return {"what": "、".join(map(permission_title, codes)), "roles": "、".join(roles)}
