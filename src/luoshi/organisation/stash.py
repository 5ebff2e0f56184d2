"""Keeps an uploaded file between its check and its import, under its digest, for a day at most."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

DIGEST = re.compile(r"[0-9a-f]{64}\Z")
KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stash:
    """The files of one kind of import, in a folder of their own."""

    name: str

    @property
    def folder(self) -> Path:
        """Where they lie."""
        folder = Path(settings.MEDIA_ROOT) / self.name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def keep(self, content: bytes, *, at: datetime) -> str:
        """Keep a file and return its digest; files older than a day go."""
        for path in self.folder.iterdir():
            if path.stat().st_mtime < (at - KEPT).timestamp():
                path.unlink(missing_ok=True)
        digest = hashlib.sha256(content).hexdigest()
        (self.folder / digest).write_bytes(content)
        return digest

    def take(self, digest: str) -> bytes | None:
        """The kept file of a digest; None where there is none (any more)."""
        path = self.folder / digest if DIGEST.match(digest) else None
        return path.read_bytes() if path is not None and path.is_file() else None

    def drop(self, digest: str) -> None:
        """Forget a kept file."""
        if DIGEST.match(digest):
            (self.folder / digest).unlink(missing_ok=True)
