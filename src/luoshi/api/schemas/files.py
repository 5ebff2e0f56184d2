"""Attachments and offers, as they are answered."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from ninja import Schema

from luoshi.api.schemas.common import Paged


class FileOut(Schema):
    """An attachment. erased_at: when its content was erased by rule."""

    id: int
    name: str
    content_type: str
    size: int
    sha256: str
    added_at: datetime
    added_by: str
    erased_at: datetime | None


class FileAdded(FileOut):
    """The new attachment. version: of what it was added to, the next step's If-Match."""

    version: int


class OfferRow(Schema):
    """A request that every unit may take. version: for the step."""

    id: int
    number: str
    title: str
    offered_at: datetime
    version: int


class OfferPage(Paged):
    """A page of offers, the longest waiting first."""

    items: list[OfferRow]


def digest_of(file: Any) -> str:
    """The digest of a file that was sent, which is left at its start."""
    found = hashlib.file_digest(file.file, "sha256").hexdigest()
    file.file.seek(0)
    return found
