"""Background work of the interface: each night, kept answers older than a week go."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from luoshi.api.services import answered_purge


@app.periodic(cron="50 3 * * *")
@app.task(queue="hotline", queueing_lock="api-answers", pass_context=False)
def every_night(timestamp: int) -> None:
    """Drop kept answers older than a week."""
    answered_purge(at=timezone.now())
