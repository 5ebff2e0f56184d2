"""The draft of a call: saved while the agent types, emptied when the call is registered."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import connection

from luoshi.hotline.models import Draft, Request
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed
from luoshi.ledger.statements import Statement
from luoshi.ledger.storing import insert_once, update
from luoshi.ledger.whole import whole

KEEP = timedelta(days=3)
LONGEST = 40000
KEY_LENGTH = 32


def draft_key() -> str:
    """A new key for the next call."""
    return secrets.token_hex(KEY_LENGTH // 2)


def draft_open(*, actor: Actor, at: datetime) -> Draft | None:
    """The newest draft of the actor that was not registered, of the last three days; None where there is none."""
    if actor.user_id is None:
        return None
    rows = Draft.objects.filter(user_id=actor.user_id, done=False, saved_at__gte=at - KEEP)
    return rows.order_by("-saved_at").first()


def _own(actor: Actor) -> int:
    if actor.user_id is None or not actor.can("hotline.receive"):
        raise NotAllowed("您没有受理来件的权限", mend="请联系平台管理员")
    return actor.user_id


@whole
def draft_save(*, actor: Actor, key: str, data: Mapping[str, str | list[str]], at: datetime) -> Draft:
    """Keep what was typed; one that was registered meanwhile stays empty.

    data: the form's inputs as they stand, at most 40,000 characters together.
    Errors: Incomplete (too long, or no key), NotAllowed.
    """
    draft = draft_lock(actor=actor, key=key, at=at)
    if sum(len(str(value)) for value in data.values()) > LONGEST:
        raise Incomplete("草稿太长，没有保存", mend="请缩短诉求内容", field="content")
    if not draft.done:
        draft.data, draft.saved_at = dict(data), at
        draft.save(update_fields=["data", "saved_at"])
    return draft


def draft_lock(*, actor: Actor, key: str, at: datetime) -> Draft:
    """The draft with this key, locked until the transaction ends; begun where there is none.

    Errors: Incomplete for a key that is none, NotAllowed.
    """
    user = _own(actor)
    if not (0 < len(key) <= KEY_LENGTH and key.isascii() and key.isalnum()):
        raise Incomplete("页面已过期", mend="请刷新页面；已填内容在草稿中")
    begun = Draft(user_id=user, key=key, saved_at=at)
    if insert_once(begun, key="user_id, key"):
        return begun
    found: Draft = Draft.objects.select_for_update().get(user_id=user, key=key)
    return found


def draft_finish(*, draft: Draft, request: Request | None, at: datetime) -> None:
    """Empty a draft, because its call was registered as `request`, noted on an earlier one, or given up.

    Finished drafts older than the span for keeping go with it. Call inside the transaction that holds the lock.
    """
    draft.data, draft.done, draft.request, draft.saved_at = {}, True, request, at
    update(draft, ["data", "done", "request", "saved_at"])
    with connection.cursor() as cursor:
        _forget.execute(cursor, [draft.user_id, at - KEEP])


_forget = Statement(
    "drafts_forget",
    "DELETE FROM hotline_draft WHERE user_id = $1 AND saved_at < $2",
    ["bigint", "timestamptz"],
)


@whole
def draft_drop(*, actor: Actor, key: str, at: datetime) -> None:
    """Give a call up: what was typed is gone. Errors: Incomplete, NotAllowed."""
    draft = draft_lock(actor=actor, key=key, at=at)
    if not draft.done:
        draft_finish(draft=draft, request=None, at=at)
