"""Where browsers' sessions are kept (settings SESSION_ENGINE): Django's table, read by a question put together once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.sessions.backends import db
from django.db.models import QuerySet
from django.utils import timezone

from luoshi.ledger.prepared import first_of, prepared


@prepared
def _kept(key: str, now: dt.datetime) -> QuerySet[Any]:
    rows: Any = db.SessionStore.get_model_class().objects
    found: QuerySet[Any] = rows.filter(session_key=key, expire_date__gt=now)
    return found


class SessionStore(db.SessionStore):
    """Django's store of sessions in the database."""

    def _get_session_from_db(self) -> Any:
        found = first_of(_kept(self.session_key or "", timezone.now()))
        if found is None:
            self._session_key = None
        return found
