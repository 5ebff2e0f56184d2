"""Background work: each night what is due is worked out, and what was approved is erased."""

from __future__ import annotations

import contextlib

from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from luoshi.retention.services import approved_carry_out, night


@app.periodic(cron="30 2 * * *")
@app.task(queue="retention", queueing_lock="retention-night", pass_context=False)
def every_night(timestamp: int) -> None:
    """Work out what is due; erase what a rule says is erased by itself, and what was approved."""
    night(at=timezone.localtime())


@app.task(queue="retention", queueing_lock="retention")
def carry_out() -> None:
    """Erase what was approved."""
    approved_carry_out(at=timezone.localtime())


def wake() -> None:
    """Ask for it soon; one that is already asked for is enough."""
    with contextlib.suppress(AlreadyEnqueued):
        carry_out.defer()
