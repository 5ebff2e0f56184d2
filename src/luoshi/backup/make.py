"""Making a backup: one snapshot of the database, every file that it names, and the suggestion model in use."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from luoshi import __version__
from luoshi.backup import manifest
from luoshi.backup.manifest import DUMP, FILES, MODELS, Manifest
from luoshi.backup.tools import BackupError, call, program, server_version
from luoshi.hotline.selectors.suggestions import model_standing
from luoshi.ledger import keyring
from luoshi.ledger.models import Attachment, Event, Matter
from luoshi.ledger.resealing import keys_in_use
from luoshi.ledger.services.attachments import path_of
from luoshi.ledger.verify import snapshot

Say = Callable[[str], None]
PREFIX = "luoshi-"
PARTIAL = ".partial"
ENOUGH = 1.1  # the share of the database's size that must be free: a dump is smaller, the files come on top


def backup(*, target: Path, at: datetime, say: Say) -> tuple[Path, Manifest]:
    """Write a backup of this moment into a new folder below `target`; return the folder and its manifest.

    People go on working meanwhile: database and files are those of one moment. Files that an earlier backup in
    `target` has are linked to and take no room a second time. Until it is whole the folder's name ends in .partial; one
    that a power cut left behind is taken away by the next run.
    Errors: BackupError, OSError (no room, no right to write).
    """
    target.mkdir(parents=True, exist_ok=True)
    name = f"{PREFIX}{at:%Y%m%d-%H%M%S}"
    final, folder = target / name, target / f"{name}{PARTIAL}"
    if final.exists():
        raise BackupError(f"{final} exists already; wait a second, or choose another folder")
    for left in target.glob(f"{PREFIX}*{PARTIAL}"):
        say(f"taking away {left.name}, which was never finished")
        shutil.rmtree(left)
    _room(target)
    folder.mkdir(mode=0o700)
    earlier = made(target)
    try:
        with snapshot():
            found = _parts(folder, earlier[-1] if earlier else None, at, say)
        found.write(folder)
        _settle(folder)
        folder.rename(final)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return final, found


def made(target: Path) -> list[Path]:
    """The finished backups in a folder, oldest first."""
    return sorted(
        path
        for path in target.glob(f"{PREFIX}*")
        if path.suffix != PARTIAL and (path / manifest.NAME).is_file()
    )


def prune(*, target: Path, keep: int, say: Say) -> None:
    """Take away the oldest finished backups until `keep` are left (at least 1)."""
    for old in made(target)[: -max(keep, 1)]:
        say(f"taking away {old.name}")
        shutil.rmtree(old)


def _room(target: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        needed = int(cursor.fetchone()[0] * ENOUGH)
    free = shutil.disk_usage(target).free
    if free < needed:
        raise BackupError(
            f"{target} has {free >> 20} MB free, the database may need {needed >> 20} MB; make room or choose another disk"
        )


def _parts(folder: Path, earlier: Path | None, at: datetime, say: Say) -> Manifest:
    server = server_version()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        moment = cursor.fetchone()[0]
    say("database …")
    call(
        [program("pg_dump", at_least=server), "--format=custom", f"--snapshot={moment}", "--no-owner",
         "--no-privileges", "--exclude-table-data=django_session", f"--file={folder / DUMP}"]
    )  # fmt: skip
    rows = {"matters": Matter.objects.count(), "events": Event.objects.count()}
    applied = MigrationRecorder(connection).applied_migrations()
    last: dict[str, str] = {}
    for app, name in sorted(applied):
        last[app] = name
    named = dict(
        Attachment.objects.filter(erased_at__isnull=True)
        .order_by("digest")
        .values_list("digest", "size")
        .distinct()
    )
    files, damaged = take_files(named, folder, earlier, say)
    return Manifest(
        made_at=at.isoformat(),
        luoshi=__version__,
        server=server,
        jurisdiction=settings.JURISDICTION,
        migrations=last,
        rows={**rows, "files": len(files)},
        dump=manifest.digest_of(folder / DUMP),
        files=files,
        damaged=tuple(damaged),
        keys={id: keyring.ring()[id].fingerprint for id in sorted(keys_in_use()) if id},
        models=_model(folder, say),
    )


def take_files(
    named: dict[str, int], folder: Path, earlier: Path | None, say: Say
) -> tuple[dict[str, int], list[str]]:
    """Take the files of these digests over, each checked; those that are missing or different are told apart."""
    taken: dict[str, int] = {}
    damaged: list[str] = []
    tenth = max(1, len(named) // 10)
    for number, (digest, size) in enumerate(named.items(), start=1):
        place = folder / FILES / digest[:2] / digest
        place.parent.mkdir(parents=True, exist_ok=True)
        if _take(digest, size, place, earlier):
            taken[digest] = size
        else:
            damaged.append(digest)
        if number % tenth == 0 or number == len(named):
            say(f"files {number} of {len(named)}")
    return taken, damaged


def _model(folder: Path, say: Say) -> dict[str, int]:
    """Take the model in use over; a city without its file learns anew, so that a backup does not fail for it."""
    standing = model_standing()
    if standing is None:
        return {}
    digest, source = standing
    place = folder / MODELS / digest
    place.parent.mkdir()
    if not _copied(source, digest, place):
        say(f"{source} is missing or damaged: left out; luoshi suggest train --from-history learns it anew")
        return {}
    return {digest: place.stat().st_size}


def _take(digest: str, size: int, place: Path, earlier: Path | None) -> bool:
    before = earlier / FILES / digest[:2] / digest if earlier else None
    if before is not None and before.is_file() and before.stat().st_size == size:
        try:
            os.link(before, place)
        except OSError:  # a disk without hard links: a copy does as well
            shutil.copyfile(before, place)
        return True
    return _copied(path_of(digest), digest, place)


def _copied(source: Path, digest: str, place: Path) -> bool:
    """Copy a file if it is there and what its digest says."""
    if not source.is_file():
        return False
    shutil.copyfile(source, place)
    if manifest.digest_of(place) != digest:
        place.unlink()
        return False
    return True


def _settle(folder: Path) -> None:
    """See that everything is on the disk before the backup gets its name."""
    for path in (folder / DUMP, folder / manifest.NAME, folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
