"""Background work after rules changed."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from luoshi.rulemaking import services


@app.periodic(cron="* * * * *")
@app.task(queue="ledger", queueing_lock="recount", pass_context=False)
def every_minute(timestamp: int) -> None:
    """Count due times anew where a calendar or working hours were put in force."""
    services.recount_pending(now=timezone.now())
