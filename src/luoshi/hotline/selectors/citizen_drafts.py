"""A citizen's own draft, opened with the token that the citizen's browser holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from luoshi.hotline import sealing
from luoshi.hotline.models import CitizenDraft
from luoshi.ledger.models import Matter


@dataclass(frozen=True, slots=True)
class DraftFileView:
    """A file of a draft: its id, name and size in bytes."""

    id: int
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft as its writer sees it. number: that of the request that it became, "" while it is a draft."""

    values: dict[str, Any]
    files: tuple[DraftFileView, ...]
    changed_at: datetime
    expires_at: datetime
    number: str


def citizen_draft_of(token: str, at: datetime) -> DraftView | None:
    """The draft of a token; None without one, when its time is over or the token does not open it.

    Two queries; the files' contents are not read.
    """
    if not token:
        return None
    row = CitizenDraft.objects.filter(key=sealing.key_of(token), expires_at__gt=at).first()
    if row is None:
        return None
    if row.sent_id is not None:
        number = Matter.objects.get(pk=row.sent_id).number
        return DraftView({}, (), row.changed_at, row.expires_at, number or "")
    try:
        values = sealing.unseal_values(token, row.sealed)
        files = tuple(
            DraftFileView(pk, sealing.unseal(token, name).decode(), size)
            for pk, name, size in row.files.order_by("pk").values_list("pk", "name", "size")
        )
    except sealing.Unreadable:
        return None
    return DraftView(values, files, row.changed_at, row.expires_at, "")
