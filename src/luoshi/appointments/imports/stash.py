"""Keeps an uploaded file between its check and its import, under its digest, for a day at most."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

DIGEST = re.compile(r"[0-9a-f]{64}\Z")
KEPT = timedelta(days=1)


def _folder() -> Path:
    folder = Path(settings.MEDIA_ROOT) / "appointment-imports"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def keep(content: bytes, *, at: datetime) -> str:
    """Keep a file and return its digest; files older than a day go."""
    for path in _folder().iterdir():
        if path.stat().st_mtime < (at - KEPT).timestamp():
            path.unlink(missing_ok=True)
    digest = hashlib.sha256(content).hexdigest()
    (_folder() / digest).write_bytes(content)
    return digest


def take(digest: str) -> bytes | None:
    """The kept file of a digest; None where there is none (any more)."""
    path = _folder() / digest if DIGEST.match(digest) else None
    return path.read_bytes() if path is not None and path.is_file() else None


def drop(digest: str) -> None:
    """Forget a kept file."""
    if DIGEST.match(digest):
        (_folder() / digest).unlink(missing_ok=True)
