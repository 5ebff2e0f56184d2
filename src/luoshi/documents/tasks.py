"""Background work of documents: urging every working morning, notices and feedback when a period has ended."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from luoshi.documents.services.urging import notices_open, urge_run
from luoshi.ledger.actors import SYSTEM


@app.periodic(cron="20 0 * * *")
@app.task(queue="documents", queueing_lock="documents-day", pass_context=False)
def every_day(timestamp: int) -> None:
    """Urge what is owed on papers, and owe the notices of the periods that ended."""
    now = timezone.now()
    urge_run(now=now)
    notices_open(actor=SYSTEM, at=now)
