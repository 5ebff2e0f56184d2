"""A backup brought back is the same city; one that is not whole, or would overwrite anything, is refused."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection

from luoshi.backup import make, manifest, restore
from luoshi.backup.manifest import Manifest
from luoshi.backup.tools import BackupError, environment, program
from luoshi.hotline.services import suggesting
from luoshi.ledger import keyring
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.services.attachments import path_of
from tests.conftest import SEEDED_AT
from tests.hotline.conftest import agent, monday, request_of  # noqa: F401 - fixtures

PDF = b"%PDF-1.4 the caller's letter"


def quiet(text: str) -> None:
    """Nobody listens to the progress here."""


@pytest.fixture
def lived(
    transactional_db: None,
    request_of: Callable[..., Any],  # noqa: F811
    agent: Any,  # noqa: F811
    settings: Any,
    tmp_path: Path,
) -> Any:
    """A request with a file, really committed; the files lie in a folder of this test."""
    settings.MEDIA_ROOT = tmp_path / "attachments"
    request = request_of()
    return ledger.attachment_add(
        matter=request.matter,
        file=io.BytesIO(PDF),
        name="信.pdf",
        purpose="letter",
        actor=agent,
        at=SEEDED_AT,
    )


def taken(folder: Path, second: int = 0) -> tuple[Path, Manifest]:
    """A backup made at that second."""
    return make.backup(target=folder, at=SEEDED_AT + dt.timedelta(seconds=second), say=quiet)


@pytest.fixture
def new_database() -> Iterator[str]:
    """The URL of an empty database beside the test's own."""
    name = f"luoshi_restored_{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    place = connection.settings_dict
    yield (
        f"postgresql://{place['USER']}:{place['PASSWORD']}@/{name}?host={place['HOST']}"
        + (f"&port={place['PORT']}" if place["PORT"] else "")
    )
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def luoshi(*arguments: str, url: str, home: Path, keys: str = "") -> subprocess.CompletedProcess[str]:
    """The program as an administrator calls it, on another database and folder."""
    variables = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "luoshi.web.settings",
        "LUOSHI_DATABASE_URL": url,
        "LUOSHI_HOME": str(home),
        "LUOSHI_KEYS": keys or django_settings.KEYS,
    }
    return subprocess.run(
        [sys.executable, "-m", "luoshi.cli.entry", *arguments],
        env=variables,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_a_backup_brought_back_verifies_and_holds_the_file(lived, tmp_path, new_database):
    folder, found = taken(tmp_path / "backups")
    assert found.rows["matters"] >= 1 and found.files == {lived.digest: len(PDF)} and not found.damaged
    home = tmp_path / "new-home"
    done = luoshi("restore", str(folder), url=new_database, home=home)
    assert done.returncode == 0, done.stderr
    assert "1 files: 0 difference(s)" in done.stdout
    assert (home / "attachments" / lived.digest[:2] / lived.digest).read_bytes() == PDF
    again = luoshi("restore", str(folder), url=new_database, home=home)
    assert again.returncode == 2
    assert "an empty one only" in again.stderr and len(again.stderr.strip().splitlines()[-1]) < 300


def test_a_backup_is_refused_where_its_personal_data_could_not_be_read(lived, tmp_path, settings):
    folder, found = taken(tmp_path / "backups")
    active = keyring.active()
    assert found.keys == {active.id: active.fingerprint}
    settings.KEYS = keyring.new_key(active.id)  # the same name, another key
    with pytest.raises(BackupError, match=f"sealed with key {active.id}"):
        restore.restore(folder=folder, say=quiet)


@pytest.fixture
def learned(lived, settings, tmp_path) -> Any:
    """The city learned a model; its file, and the row that names it."""
    settings.HOME = tmp_path / "home"
    content = b"what the city learned"
    digest = hashlib.sha256(content).hexdigest()
    figures = dict.fromkeys(("macro_f1", "accuracy", "majority_f1"), 0.5)
    path = suggesting.model_path(digest)
    suggesting._put(path, content)
    suggesting._record(
        actor=SYSTEM, at=SEEDED_AT, rows=60, units=2, size=len(content), sha256=digest, **figures
    )
    return path


def test_the_suggestion_model_in_use_is_brought_back(learned, tmp_path, new_database):
    folder, found = taken(tmp_path / "backups")
    assert list(found.models.values()) == [learned.stat().st_size]
    home = tmp_path / "new-home"
    done = luoshi("restore", str(folder), url=new_database, home=home)
    assert done.returncode == 0, done.stderr
    assert (home / "models" / learned.name).read_bytes() == learned.read_bytes()
    assert "suggest train" not in done.stdout
    (folder / "models" / next(iter(found.models))).write_bytes(b"something else")
    with pytest.raises(BackupError, match="models/"):
        restore.check(folder=folder, say=quiet)


def test_a_model_whose_file_is_lost_hinders_no_backup_and_is_said_with_the_command(
    learned, tmp_path, new_database
):
    learned.unlink()
    said: list[str] = []
    folder, found = make.backup(target=tmp_path / "backups", at=SEEDED_AT, say=said.append)
    assert (dict(found.models), found.damaged) == ({}, ())
    assert any("suggest train --from-history" in line for line in said)
    done = luoshi("restore", str(folder), url=new_database, home=tmp_path / "new-home")
    assert done.returncode == 0, done.stderr
    assert "luoshi suggest train --from-history" in done.stdout


def test_files_of_the_last_backup_are_linked_to_and_old_backups_leave(lived, tmp_path):
    folder = tmp_path / "backups"
    (folder / "luoshi-20170101-000000.partial").mkdir(parents=True)
    first, _ = taken(folder)
    second, _ = taken(folder, 1)
    place = Path("attachments") / lived.digest[:2] / lived.digest
    assert (first / place).stat().st_ino == (second / place).stat().st_ino
    assert make.made(folder) == [first, second]
    assert sorted(path.name for path in folder.iterdir()) == [first.name, second.name]
    make.prune(target=folder, keep=1, say=quiet)
    assert make.made(folder) == [second]
    assert (second / place).read_bytes() == PDF
    assert restore.check(folder=second, say=quiet).files == {lived.digest: len(PDF)}


@pytest.mark.parametrize("damage", ["missing", "changed"])
def test_a_file_missing_or_damaged_in_the_system_is_said_and_the_rest_is_saved(lived, tmp_path, damage):
    if damage == "missing":
        path_of(lived.digest).unlink()
    else:
        path_of(lived.digest).write_bytes(b"%PDF-1.4 something else")
    folder, found = taken(tmp_path / "backups")
    assert (found.damaged, dict(found.files)) == ((lived.digest,), {})
    assert restore.check(folder=folder, say=quiet).damaged == (lived.digest,)


def test_a_backup_that_is_not_whole_is_refused_by_the_name_of_the_part(lived, tmp_path):
    folder, _ = taken(tmp_path / "backups")
    place = folder / "attachments" / lived.digest[:2] / lived.digest
    place.write_bytes(b"%PDF-1.4 tampered")
    with pytest.raises(BackupError, match=lived.digest):
        restore.check(folder=folder, say=quiet)
    place.write_bytes(PDF)
    with (folder / "database.dump").open("ab") as dump:
        dump.write(b"x")
    with pytest.raises(BackupError, match=r"database\.dump is missing or not what was written"):
        restore.check(folder=folder, say=quiet)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "is no backup"),
        ("{", "cannot be read"),
        ("[]", "cannot be read"),
        ('{"format": 2}', "format 2 is not 1"),
        ('{"format": 1, "made_at": "x"}', "is not whole"),
    ],
)
def test_what_is_no_manifest_is_refused_in_one_line(tmp_path, text, message):
    if text is not None:
        (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(BackupError, match=message):
        manifest.read(tmp_path)


def test_a_backup_of_a_newer_program_is_refused(lived, tmp_path):
    folder, _ = taken(tmp_path / "backups")
    path = folder / "manifest.json"
    data = json.loads(path.read_text())
    data["migrations"]["ledger"] = "9999_of_tomorrow"
    path.write_text(json.dumps(data))
    with pytest.raises(BackupError, match=r"ledger 9999_of_tomorrow.*update Luoshi first"):
        restore.restore(folder=folder, say=quiet)


def test_a_full_disk_is_told_before_anything_is_written(lived, tmp_path, monkeypatch):
    class Usage:
        free = 1

    monkeypatch.setattr(make.shutil, "disk_usage", lambda path: Usage)
    with pytest.raises(BackupError, match="make room"):
        taken(tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_backup_that_fails_leaves_nothing_behind(lived, tmp_path, monkeypatch):
    def broken(*arguments: Any) -> None:
        raise BackupError("pg_dump: server closed the connection unexpectedly")

    monkeypatch.setattr(make, "call", broken)
    with pytest.raises(BackupError, match="server closed"):
        taken(tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == []


def test_the_password_goes_by_the_environment_and_a_missing_program_is_named():
    given = environment(
        {"host": "db", "port": 5433, "user": "luoshi", "password": "s3cret", "dbname": "city"}
    )
    assert (given["PGHOST"], given["PGPORT"], given["PGUSER"]) == ("db", "5433", "luoshi")
    assert (given["PGPASSWORD"], given["PGDATABASE"]) == ("s3cret", "city")
    with pytest.raises(BackupError, match=r"pg_dump of PostgreSQL 99 or newer.*postgresql-client-99"):
        program("pg_dump", at_least=99)
