"""Counts how often an address asks, over all web processes together, in one statement each."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from luoshi.hotline.models import Throttle
from luoshi.ledger.models import door
from luoshi.ledger.statements import Statement

WINDOW = timedelta(minutes=10)

_COUNT = Statement(
    "throttle",
    """
INSERT INTO hotline_throttle AS row (key, since, count) VALUES ($1, $2, 1)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN row.since <= $3 THEN 1 ELSE row.count + 1 END,
    since = CASE WHEN row.since <= $3 THEN excluded.since ELSE row.since END
RETURNING count
""",
    ["text", "timestamptz", "timestamptz"],
)


def throttle_key(what: str, whose: str) -> str:
    """The digest under which an address is counted: it cannot be read back without the site's key."""
    return hmac.digest(settings.SECRET_KEY.encode(), f"throttle:{what}:{whose}".encode(), "sha256").hex()


def throttle(*, what: str, whose: str, limit: int, at: datetime) -> bool:
    """Count one more use; whether it is more than `limit` within ten minutes of the first.

    One statement, safe against races, shared by all processes.
    """
    with connection.cursor() as cursor:
        _COUNT.execute(cursor, [throttle_key(what, whose), at, at - WINDOW])
        row = cursor.fetchone()
    return bool(row and row[0] > limit)


def throttles_purge(*, at: datetime) -> int:
    """Drop counts that no longer limit anybody. Returns how many."""
    with door():
        found, _ = Throttle.objects.filter(since__lte=at - WINDOW).delete()
    return int(found)
