"""What a backup says of itself: what is in it, of which moment and program, with the digest of each part."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from luoshi.backup.tools import BackupError

FORMAT = 1
NAME = "manifest.json"
DUMP = "database.dump"
FILES = "attachments"
MODELS = "models"
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """The head of a backup.

    made_at: ISO time of the moment that it shows. server: major version of PostgreSQL. migrations: the last of each
    app. rows: of the main tables. dump: SHA-256 of the database's part. files: digest -> size in bytes of each
    attachment. damaged: digests that the database names and that were missing or different when the backup was made.
    keys: id -> fingerprint of the keys of LUOSHI_KEYS without which the personal data in it cannot be read.
    models: digest -> size of the dispatch suggestion's model in use; what it lacks can be learned anew.
    """

    made_at: str
    luoshi: str
    server: int
    jurisdiction: str
    migrations: Mapping[str, str]
    rows: Mapping[str, int]
    dump: str
    files: Mapping[str, int]
    damaged: tuple[str, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)
    models: Mapping[str, int] = field(default_factory=dict)
    format: int = field(default=FORMAT)

    def write(self, folder: Path) -> None:
        """Write it into the backup's folder."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)
        (folder / NAME).write_text(text + "\n", encoding="utf-8")


def read(folder: Path) -> Manifest:
    """The manifest of a backup.

    Errors: BackupError for a folder that is no backup, or one that a newer program made.
    """
    path = folder / NAME
    if not path.is_file():
        raise BackupError(
            f"{folder} is no backup: it has no {NAME}; name a folder that `luoshi backup` made (an unfinished one "
            "ends in .partial and cannot be used)"
        )
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        found = data.get("format")
    except (ValueError, AttributeError) as error:
        raise BackupError(f"{path} cannot be read ({error}); take another backup") from error
    if found != FORMAT:
        raise BackupError(f"{path}: format {found} is not {FORMAT}; use the version of Luoshi that made it")
    try:
        return Manifest(**{**data, "damaged": tuple(data.get("damaged", ()))})
    except TypeError as error:
        raise BackupError(f"{path} is not whole ({error}); take another backup") from error


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
