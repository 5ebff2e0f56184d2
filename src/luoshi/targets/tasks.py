"""Background work of target management: on the first day of a month, the month before is to be checked."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from luoshi.ledger.actors import SYSTEM
from luoshi.targets.services import months_open_all


@app.periodic(cron="40 0 1 * *")
@app.task(queue="targets", queueing_lock="targets-month", pass_context=False)
def every_month(timestamp: int) -> None:
    """Ask every body for its report of the month that ended, of all years that run."""
    months_open_all(actor=SYSTEM, at=timezone.now())
