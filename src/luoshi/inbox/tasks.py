"""Background work of the inbox."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from luoshi.inbox.services import messages_drop


@app.periodic(cron="40 3 * * *")
@app.task(queue="inbox", queueing_lock="inbox-night", pass_context=False)
def every_night(timestamp: int) -> None:
    """Let old messages go."""
    messages_drop(at=timezone.now())
