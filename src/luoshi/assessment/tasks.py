"""Background work of the assessment."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from luoshi.assessment.services.recount import recount
from luoshi.assessment.services.reports import reports_open
from luoshi.assessment.services.sheets import sheets_due
from luoshi.ledger.actors import SYSTEM

LIMIT = 1000


@app.periodic(cron="* * * * *")
@app.task(queue="ledger", queueing_lock="recount", pass_context=False)
def recount_every_minute(timestamp: int) -> None:
    """Count the limits that ran out, however many there are."""
    now = timezone.now()
    while recount(now=now, limit=LIMIT) == LIMIT:
        pass


@app.periodic(cron="20 0 1-5 * *")
@app.task(queue="ledger", queueing_lock="reports", pass_context=False)
def every_first_days(timestamp: int) -> None:
    """Let each unit owe its statistics report on the month before; tried until the 5th, made once."""
    reports_open(at=timezone.now())


@app.periodic(cron="40 0 1 * *")
@app.task(queue="ledger", queueing_lock="sheets", pass_context=False)
def every_month(timestamp: int) -> None:
    """Open the sheets of the month that ended, and of the quarter and year that ended with it."""
    sheets_due(actor=SYSTEM, at=timezone.now())
