"""What time alone changes: limits that ran out are counted, however late or often the worker comes."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction

from luoshi.assessment.counting.follower import recount_rows, stored
from luoshi.assessment.models import Standing
from luoshi.ledger.models import door
from luoshi.ledger.services import lock

log = logging.getLogger(__name__)


@transaction.atomic
def recount_one(*, matter_id: int, now: datetime) -> int:
    """Count a matter, and all of its order, as things stand at `now`; returns how many standings changed.

    The lock is that of the order, or of the matter where it has none; if the matter moved to another order while
    this waited for it, nothing is done: the next run sees it there.
    """
    row = Standing.objects.filter(pk=matter_id).first()
    if row is None:
        return 0
    lock(row.order or row.pk)
    rows = stored(row.order, row.pk)
    if row.pk not in rows or rows[row.pk].order != row.order:
        return 0
    with door():
        return recount_rows(rows, now, jurisdiction=row.jurisdiction)


def recount(*, now: datetime, limit: int = 1000) -> int:
    """Count what time changed up to `now`, the oldest first; returns how many matters were looked at.

    Each order in a transaction of its own: one that fails keeps none of the others back.
    """
    due = Standing.objects.filter(changes_at__lte=now).order_by("changes_at", "pk")
    seen: set[int] = set()
    done = 0
    for pk, order in list(due.values_list("pk", "order")[:limit]):
        key = order or pk
        if key in seen:
            continue
        seen.add(key)
        try:
            recount_one(matter_id=pk, now=now)
        except Exception:
            log.exception("matter %s could not be counted anew; the next run tries again", pk)
            continue
        done += 1
    return done
