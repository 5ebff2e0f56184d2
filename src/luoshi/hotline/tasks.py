"""Background work of the hotline.

On the first day of a month the notices of the month before are drawn up; four times a day what many people
complain of; on Sunday night the suggestion of units is learned anew; each night old drafts of citizens go.
"""

from __future__ import annotations

import contextlib
from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from luoshi.hotline.services import citizen_drafts_purge, month_close, throttles_purge
from luoshi.hotline.services.suggesting import model_train
from luoshi.hotline.services.topics import topics_draw
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.errors import Incomplete, WrongState


@app.periodic(cron="30 0 1 * *")
@app.task(queue="hotline", queueing_lock="month", pass_context=False)
def every_month(timestamp: int) -> None:
    """Draw up statistics and call-back notice of the month that ended.

    Nothing while a longer period still runs.
    """
    now = timezone.localtime()
    with contextlib.suppress(WrongState):
        month_close(month=(now.replace(day=1) - timedelta(days=1)).date(), actor=SYSTEM, at=now)


@app.task(queue="hotline", queueing_lock="learn")
def learn() -> None:
    """Learn the suggestion of units anew; nothing while there is too little to learn from."""
    with contextlib.suppress(Incomplete):
        model_train(actor=SYSTEM, at=timezone.localtime())


@app.periodic(cron="20 3 * * 0")
@app.task(queue="hotline", queueing_lock="week", pass_context=False)
def every_week(timestamp: int) -> None:
    """Learn the suggestion of units anew."""
    learn()


@app.periodic(cron="50 6,11,16,23 * * *")
@app.task(queue="hotline", queueing_lock="topics", pass_context=False)
def every_shift(timestamp: int) -> None:
    """Draw up what many people complain of: before each shift, and at the end of the day for its report."""
    topics_draw(actor=SYSTEM, at=timezone.localtime())


@app.periodic(cron="40 3 * * *")
@app.task(queue="hotline", queueing_lock="drafts", pass_context=False)
def every_night(timestamp: int) -> None:
    """Delete citizens' drafts whose thirty days are over, and counts of use that limit nobody any more."""
    now = timezone.now()
    citizen_drafts_purge(at=now)
    throttles_purge(at=now)
