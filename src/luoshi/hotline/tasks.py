"""Background work of the hotline.

On the first day of a month the notices of the month before are drawn up.
"""

from __future__ import annotations

import contextlib
from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from luoshi.hotline.services import month_close
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.errors import WrongState


@app.periodic(cron="30 0 1 * *")
@app.task(queue="hotline", queueing_lock="month", pass_context=False)
def every_month(timestamp: int) -> None:
    """Draw up statistics and call-back notice of the month that ended.

    Nothing while a longer period still runs.
    """
    now = timezone.localtime()
    with contextlib.suppress(WrongState):
        month_close(month=(now.replace(day=1) - timedelta(days=1)).date(), actor=SYSTEM, at=now)
