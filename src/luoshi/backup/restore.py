"""Bringing a backup back into an empty database and an empty folder."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from django.db import connection
from django.db.migrations.loader import MigrationLoader

from luoshi.backup import manifest
from luoshi.backup.make import Say
from luoshi.backup.manifest import DUMP, FILES, MODELS, Manifest
from luoshi.backup.tools import BackupError, call, program, server_version
from luoshi.hotline.services.suggesting import model_path
from luoshi.ledger import keyring
from luoshi.ledger.services.attachments import path_of


def check(*, folder: Path, say: Say) -> Manifest:
    """Read a backup through and compare each part with its digest; nothing is changed.

    Errors: BackupError for one that is not whole, naming the part.
    """
    found = manifest.read(folder)
    dump = folder / DUMP
    if not dump.is_file() or manifest.digest_of(dump) != found.dump:
        raise BackupError(f"{dump} is missing or not what was written; take another backup")
    for digest in found.models:
        _whole(folder / MODELS / digest, digest)
    tenth = max(1, len(found.files) // 10)
    for number, digest in enumerate(found.files, start=1):
        _whole(folder / FILES / digest[:2] / digest, digest)
        if number % tenth == 0 or number == len(found.files):
            say(f"checked {number} of {len(found.files)} files")
    return found


def _whole(path: Path, digest: str) -> None:
    if not path.is_file() or manifest.digest_of(path) != digest:
        raise BackupError(f"{path} is missing or not what was written; take another backup")


def restore(*, folder: Path, say: Say) -> Manifest:
    """Bring a checked backup back: the files first, then the database in one transaction.

    Broken off, the database is as empty as before and the run can be repeated.
    Errors: BackupError where the database holds anything, the backup is not whole, or a newer program made it.
    """
    found = check(folder=folder, say=say)
    _known(found)
    _keys(found)
    _empty()
    if server_version() < found.server:
        raise BackupError(
            f"the backup is of PostgreSQL {found.server}, this server is {server_version()}; use one of that version "
            "or newer"
        )
    for digest in found.files:
        _put(folder / FILES / digest[:2] / digest, path_of(digest))
    for digest in found.models:
        _put(folder / MODELS / digest, model_path(digest))
    say("database …")
    connection.close()
    call(
        [program("pg_restore", at_least=found.server), "--single-transaction", "--exit-on-error", "--no-owner",
         "--no-privileges", f"--dbname={connection.settings_dict['NAME']}", str(folder / DUMP)]
    )  # fmt: skip
    return found


def _known(found: Manifest) -> None:
    """Refuse a backup that a newer program made."""
    known = set(MigrationLoader(None).disk_migrations)
    unknown = [f"{app} {name}" for app, name in found.migrations.items() if (app, name) not in known]
    if unknown:
        raise BackupError(
            f"the backup was made by Luoshi {found.luoshi}, which knows what this version does not "
            f"({', '.join(unknown[:3])}); update Luoshi first"
        )


def _keys(found: Manifest) -> None:
    """Refuse a backup whose personal data nobody could read here."""
    ring = keyring.ring()
    missing = [id for id, print in found.keys.items() if id not in ring or ring[id].fingerprint != print]
    if missing:
        raise BackupError(
            f"the backup's personal data are sealed with key {', '.join(missing)}, which LUOSHI_KEYS (or the file keys "
            "in LUOSHI_HOME) does not hold; bring the ring of the place where it was made"
        )


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        tables = cursor.fetchone()[0]
    if tables:
        raise BackupError(
            f"the database {connection.settings_dict['NAME']} holds {tables} tables; a backup is brought back into an "
            "empty one only: create one and name it in LUOSHI_DATABASE_URL, or set LUOSHI_HOME to a new folder"
        )


def _put(source: Path, target: Path) -> None:
    """Copy a file to its place; one that is there stays, for its name is its content's digest."""
    if target.is_file() and target.stat().st_size == source.stat().st_size:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_suffix(".restoring")
    shutil.copyfile(source, beside)
    with beside.open("rb") as file:
        os.fsync(file.fileno())
    beside.replace(target)
