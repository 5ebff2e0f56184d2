"""How often an entry or bulletin served to answer somebody."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from luoshi.knowledge.models import Bulletin, Entry
from luoshi.knowledge.policies import require
from luoshi.knowledge.selectors.sources import source_get
from luoshi.ledger.actors import Actor
from luoshi.organisation.selectors import local_day


def entry_use(*, entry: Entry | Bulletin | int, actor: Actor, at: dt.datetime) -> None:
    """Count that a published entry (or a bulletin in force) served to answer; none of many at once is lost.

    entry: the row or the id of its matter. One statement without a lock on the entry, inside the caller's
    transaction: an answer that is rolled back is not counted.
    Errors: NotAllowed, WrongState (withdrawn, or the bulletin has run out).
    """
    require(actor.can("knowledge.read"), "引用业务知识库")
    pk = entry if isinstance(entry, int) else entry.pk
    source_get(pk, at=at)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO knowledge_use (matter_id, day, count) VALUES (%s, %s, 1)"
            " ON CONFLICT (matter_id, day) DO UPDATE SET count = knowledge_use.count + 1",
            [pk, local_day(at)],
        )
