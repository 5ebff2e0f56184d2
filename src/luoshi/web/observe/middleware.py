"""Around every request: an id, a log line, figures. It stands first, so that it sees what all others answered."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from luoshi.web.observe import metrics
from luoshi.web.observe.logs import request_id
from luoshi.web.observe.statements import Spent, spent

log = logging.getLogger("luoshi.requests")
GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")
HEADER = "X-Request-ID"
QUIET = frozenset({"healthz", "readyz", "metrics"})


class Observe:
    """Gives each request an id (the proxy's, where it sends one) and writes a line when it is answered.

    The line names the URL's name, never the address: addresses carry what people search for.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        identity = given if GIVEN.fullmatch(given) else uuid.uuid4().hex
        mine = Spent()
        marks = request_id.set(identity), spent.set(mine)
        begun = time.perf_counter()
        status = 500
        try:
            response = self.get_response(request)
            status = response.status_code
        finally:
            self._tell(request, status, time.perf_counter() - begun, mine)
            request_id.reset(marks[0])
            spent.reset(marks[1])
        response.headers[HEADER] = identity
        return response

    def _tell(self, request: HttpRequest, status: int, seconds: float, mine: Spent) -> None:
        match = request.resolver_match
        route = (match.view_name if match else "") or "none"
        method = request.method or "?"
        metrics.count(
            route=route,
            method=method,
            status=status,
            seconds=seconds,
            statements=mine.statements,
            database=mine.seconds,
        )
        if route in QUIET:
            return
        user = getattr(request, "user", None)
        log.info(
            "%s %s %s",
            method,
            route,
            status,
            extra={
                "method": method,
                "route": route,
                "status": status,
                "ms": round(seconds * 1000, 1),
                "statements": mine.statements,
                "database_ms": round(mine.seconds * 1000, 1),
                "user": getattr(user, "pk", None) if getattr(request, "_cached_user", None) else None,
            },
        )
