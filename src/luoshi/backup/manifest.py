"""What a backup says of itself: what is in it, of which moment and program, with the digest of each part."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from luoshi.backup.tools import BackupError

FORMAT = 1
NAME = "manifest.json"
DUMP = "database.dump"
FILES = "attachments"
MODELS = "models"
CHUNK = 1 << 20
DIGEST = re.compile("[0-9a-f]{64}")
NEEDED = {"made_at": str, "luoshi": str, "server": int, "jurisdiction": str, "migrations": dict, "rows": dict,
          "dump": str, "files": dict}  # fmt: skip
MAY_BE = {"damaged": list, "keys": dict}


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
    except (ValueError, RecursionError):
        raise BackupError(f"{path} cannot be read (no whole JSON); take another backup") from None
    if not isinstance(data, dict):
        raise BackupError(f"{path} cannot be read (it holds no keys); take another backup")
    found = data.get("format")
    if found != FORMAT:
        raise BackupError(f"{path}: format {found} is not {FORMAT}; use the version of Luoshi that made it")
    wrong = _wrong(data)
    if wrong:
        raise BackupError(f"{path} is not whole ({wrong}); take another backup")
    return Manifest(**{**data, "damaged": tuple(data.get("damaged", ()))})


def _wrong(data: Mapping[str, Any]) -> str:
    """What is wrong in a manifest, or nothing."""
    missing = sorted(NEEDED.keys() - data.keys())
    unknown = sorted(data.keys() - {one.name for one in fields(Manifest)})
    if missing or unknown:
        return f"{missing[0]} is missing" if missing else f"{unknown[0]} is unknown"
    odd = [
        name for name, kind in {**NEEDED, **MAY_BE}.items() if not isinstance(data.get(name, kind()), kind)
    ]
    if odd:
        return f"{odd[0]} is not what it should be"
    named = next((digest for digest in data["files"] if DIGEST.fullmatch(digest) is None), None)
    return f"files: {named} is no digest" if named is not None else ""


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
