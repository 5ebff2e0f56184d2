"""Where browsers' sessions are kept (settings SESSION_ENGINE): Django's table, read by a question put together once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.sessions.backends import db
from django.db.models import QuerySet
from django.utils import timezone

from luoshi.ledger.ready import Ready


def _ask(key: str, now: dt.datetime) -> QuerySet[Any]:
    rows: Any = db.SessionStore.get_model_class().objects
    found: QuerySet[Any] = rows.filter(session_key=key, expire_date__gt=now)
    return found


_kept: Ready[Any] = Ready("browser_session", _ask, key=str, now=dt.datetime)


class SessionStore(db.SessionStore):
    """Django's store of sessions in the database."""

    def _get_session_from_db(self) -> Any:
        found = _kept.first(key=self.session_key, now=timezone.now())
        if found is None:
            self._session_key = None
        return found
