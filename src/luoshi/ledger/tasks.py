"""Background work, on the same PostgreSQL: outbox, sweep of what ran out, daily seal."""

from __future__ import annotations

import contextlib

from django.db import OperationalError
from django.db.models import QuerySet
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from luoshi.ledger import services
from luoshi.ledger.prepared import prepared
from luoshi.ledger.services import partitions


@app.task(queue="ledger", queueing_lock="outbox")
def flush_outbox() -> None:
    """Send what waits in the outbox."""
    services.outbox_flush()


def wake_outbox() -> None:
    """Ask for a flush soon; one that is already asked for is enough, and is looked for first: most often it waits."""
    if _waiting():
        return
    with contextlib.suppress(AlreadyEnqueued):
        flush_outbox.defer()


@prepared
def _waiting() -> QuerySet[ProcrastinateJob]:
    return ProcrastinateJob.objects.filter(queueing_lock="outbox", status="todo").only("id")


@app.periodic(cron="* * * * *")
@app.task(queue="ledger", queueing_lock="minute", pass_context=False)
def every_minute(timestamp: int) -> None:
    """Record what became overdue, and send what a lost wake-up left behind."""
    services.sweep(now=timezone.now())
    services.outbox_flush()


@app.periodic(cron="10 0 * * *")
@app.task(queue="ledger", queueing_lock="seal", pass_context=False)
def every_night(timestamp: int) -> None:
    """Seal the days that are over."""
    services.seal_days(now=timezone.now())


@app.periodic(cron="15 0-6 * * *")
@app.task(queue="ledger", queueing_lock="month", pass_context=False)
def every_month(timestamp: int) -> None:
    """Begin the month's partitions where the long tables are kept by month; busy tables are left for the next hour."""
    with contextlib.suppress(OperationalError):
        partitions.cut(now=timezone.now())
