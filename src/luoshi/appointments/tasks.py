"""Background work: every morning names change that are due, and probations that end soon are called to mind."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from luoshi.appointments.services import probations_remind, renamings_effect
from luoshi.ledger.actors import SYSTEM


@app.periodic(cron="5 0 * * *")
@app.task(queue="appointments", queueing_lock="appointments-morning", pass_context=False)
def every_morning(timestamp: int) -> None:
    """Let announced names take effect on their day, then remind of probations."""
    now = timezone.now()
    renamings_effect(actor=SYSTEM, at=now)
    probations_remind(actor=SYSTEM, at=now)
