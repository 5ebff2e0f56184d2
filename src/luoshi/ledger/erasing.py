"""What of the ledger's own tables may be erased: messages to the outside, and files of attachments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import transaction

from luoshi.ledger.keeping import Records
from luoshi.ledger.models import Attachment, Outbox, OutboxState, SinkMessage
from luoshi.ledger.services.attachments import digest_lock, path_of


def _messages_due(before: dt.datetime) -> Any:
    over = Outbox.objects.filter(state__in=[OutboxState.SENT, OutboxState.DEAD], queued_at__lt=before)
    return over.exclude(to="")


def _messages_erase(ids: Sequence[int], at: dt.datetime, basis: str) -> None:
    rows = Outbox.objects.filter(pk__in=ids)
    SinkMessage.objects.filter(key__in=rows.values("key")).delete()
    rows.update(to="", to_name="", text="")


MESSAGES = Records(
    code="ledger.message",
    label="对外消息",
    what="收件号码、收件人和内容；发过哪件事、何时发出仍保留",
    since="登记发送",
    due=_messages_due,
    begins="queued_at",
    erase=_messages_erase,
    matters=("matter_id", "matter__parent_id"),
)


def attachments_erase(ids: Sequence[int], at: dt.datetime, basis: str) -> None:
    """Mark attachments as erased and take away their names, which may tell of people."""
    rows = list(Attachment.objects.filter(pk__in=ids))
    for row in rows:
        row.name, row.erased_at, row.erased_under = f"已删除的附件{Path(row.name).suffix.lower()}", at, basis
    Attachment.objects.bulk_update(rows, ["name", "erased_at", "erased_under"])


def files_remove(ids: Sequence[int]) -> None:
    """Remove the files of erased attachments, except those that another attachment still has."""
    for digest in sorted(set(Attachment.objects.filter(pk__in=ids).values_list("digest", flat=True))):
        with transaction.atomic():
            digest_lock(digest)
            if not Attachment.objects.filter(digest=digest, erased_at__isnull=True).exists():
                path_of(digest).unlink(missing_ok=True)
