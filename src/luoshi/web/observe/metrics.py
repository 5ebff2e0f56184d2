"""Figures for Prometheus: requests by route, time in the database, messages that wait, duties that ran out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_GET
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from luoshi.ledger.models import Obligation, ObligationState, Outbox, OutboxState

REQUESTS = Counter("luoshi_requests", "Requests answered", ["route", "method", "status"])
SECONDS = Histogram(
    "luoshi_request_seconds",
    "Time from a request to its answer",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
STATEMENTS = Counter("luoshi_statements", "Statements sent to the database", ["route"])
DATABASE = Counter("luoshi_statement_seconds", "Time in statements of the database", ["route"])
EVERY_MINUTE = "luoshi.ledger.tasks.every_minute"


def count(*, route: str, method: str, status: int, seconds: float, statements: int, database: float) -> None:
    """Count one answered request. route: the name of its URL, so that no number of a case becomes a label."""
    REQUESTS.labels(route, method, str(status)).inc()
    SECONDS.labels(route).observe(seconds)
    STATEMENTS.labels(route).inc(statements)
    DATABASE.labels(route).inc(database)


class Standing:
    """How things stand in the database when the figures are asked for: four small indexed questions."""

    def collect(self) -> Iterator[Any]:
        """Yield a gauge for each."""
        now = timezone.now()
        waiting = Outbox.objects.filter(state__in=[OutboxState.QUEUED, OutboxState.SENDING])
        oldest = waiting.order_by("queued_at").values_list("queued_at", flat=True).first()
        yield GaugeMetricFamily("luoshi_outbox_waiting", "Messages not yet sent", waiting.count())
        yield GaugeMetricFamily(
            "luoshi_outbox_oldest_seconds",
            "Age of the oldest message not yet sent",
            (now - oldest).total_seconds() if oldest else 0,
        )
        dead = Outbox.objects.filter(state=OutboxState.DEAD).count()
        yield GaugeMetricFamily("luoshi_outbox_dead", "Messages given up", dead)
        unrecorded = Obligation.objects.filter(state=ObligationState.OPEN, due_at__lt=now).count()
        yield GaugeMetricFamily("luoshi_overdue", "Open duties past their due time", unrecorded)
        yield GaugeMetricFamily(
            "luoshi_worker_minute_timestamp_seconds",
            "When the worker last took up its minute",
            _last_minute(),
        )


def _last_minute() -> float:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(defer_timestamp) FROM procrastinate_periodic_defers WHERE task_name = %s",
            [EVERY_MINUTE],
        )
        found = cursor.fetchone()[0]
    return float(found or 0)


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures, for who brings LUOSHI_METRICS_TOKEN; without a token set there is no such page."""
    given = request.headers.get("Authorization", "")
    token = settings.METRICS_TOKEN
    if not token or not constant_time_compare(given, f"Bearer {token}"):
        raise Http404
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        from prometheus_client import REGISTRY

        registry = REGISTRY
    standing = CollectorRegistry()
    standing.register(Standing())
    return HttpResponse(
        generate_latest(registry) + generate_latest(standing), content_type=CONTENT_TYPE_LATEST
    )
