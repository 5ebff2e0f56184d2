"""Background work of meetings: when a year has ended, its papers are to be handed to the keeper."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from luoshi.meetings.services.archive import archives_due


@app.periodic(cron="50 0 1 1 *")
@app.task(queue="meetings", queueing_lock="meetings-year", pass_context=False)
def every_year(timestamp: int) -> None:
    """Open the hand-overs of the year that ended."""
    archives_due(at=timezone.now())
