"""Background work of supervision: each morning's reminders; on the first of a month, the month's notice and report."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from luoshi.ledger.actors import SYSTEM
from luoshi.supervision.services import month_open, remind_all


@app.periodic(cron="30 8 * * *")
@app.task(queue="supervision", queueing_lock="supervision-reminders", pass_context=False)
def every_day(timestamp: int) -> None:
    """Remind every body of what falls due and of what is late."""
    remind_all(at=timezone.now())


@app.periodic(cron="50 0 1 * *")
@app.task(queue="supervision", queueing_lock="supervision-month", pass_context=False)
def every_month(timestamp: int) -> None:
    """The month that ended owes its notice and its report."""
    now = timezone.localtime()
    month_open(month=(now.replace(day=1) - timedelta(days=1)).date(), actor=SYSTEM, at=now)
