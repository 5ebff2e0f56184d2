"""Background work of decisions: normative documents go out of force on the day after their last."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from luoshi.decisions.services import normatives_expire
from luoshi.ledger.actors import SYSTEM


@app.periodic(cron="10 0 * * *")
@app.task(queue="decisions", queueing_lock="decisions-day", pass_context=False)
def every_day(timestamp: int) -> None:
    """End the validity of what ran out with yesterday."""
    normatives_expire(actor=SYSTEM, at=timezone.now())
