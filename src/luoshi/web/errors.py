"""Pages for what goes wrong before or beside a view: too much sent, maintenance, no network, no database, no room."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
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


@dataclass(frozen=True, slots=True)
class Outage:
    """What failed beneath the program, and how it is told: title, what happened, what to do."""

    status: int
    title: str
    happened: str
    advice: str


TELL = "如果几分钟后仍然这样，请告诉系统管理员。"
NO_DATABASE = Outage(
    503, "数据库暂时连接不上", "系统正常，但暂时连接不上数据库，可能正在重启。", f"请稍等片刻再试。{TELL}"
)
BUSY = Outage(
    503, "同时办理的人太多", "几个人同时办理相互关联的事项，系统没有等到轮到您。", f"请再试一次。{TELL}"
)
NO_ROOM = Outage(
    507, "存储空间已满", "服务器的存储空间已满，新内容暂时存不下。", "请立即告诉系统管理员清理或扩充空间。"
)
READ_ONLY = Outage(
    503,
    "系统暂时只能查看",
    "数据库或存储目前不能写入，可能正在切换或检修。",
    f"可以继续查看；要办理的事请稍后再试。{TELL}",
)
STATES = {"53100": NO_ROOM, "25006": READ_ONLY, "40P01": BUSY, "40001": BUSY, "55P03": BUSY, "57014": BUSY}
"""PostgreSQL's states: disk full; read-only; deadlock, serialisation, lock not available, statement ended."""
DISK = {errno.ENOSPC: NO_ROOM, errno.EDQUOT: NO_ROOM, errno.EROFS: READ_ONLY}


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def outage(error: BaseException | None) -> Outage | None:
    """What of the machinery beneath failed, or None where the fault is the program's own."""
    for one in _causes(error):
        if isinstance(one, psycopg.Error):
            if one.sqlstate in STATES:
                return STATES[one.sqlstate]
            if one.sqlstate is None or one.sqlstate[:2] in {"08", "57"}:
                gone = isinstance(one, psycopg.OperationalError | psycopg.InterfaceError)
                return NO_DATABASE if gone else None
        elif isinstance(one, OSError) and one.errno in DISK:
            return DISK[one.errno]
    return None


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault (500); where the database or the disk is what failed, the page says so (503, 507). Asks no database."""
    found = outage(sys.exc_info()[1])
    if found is None:
        return HttpResponse(render_to_string("500.html"), status=500)
    answer = HttpResponse(render_to_string("outage.html", {"outage": found}), status=found.status)
    answer["Retry-After"] = "60"
    return answer


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
