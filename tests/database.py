"""A test run's own database: a copy of one that is migrated once for each state of the migrations.

Migrating some two hundred tables takes far longer than copying them. The copy's original stays on the server between
runs (its name ends in a digest of all migrations); workers of one run and runs side by side share it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
import procrastinate
from django.conf import settings
from django.core.management import call_command
from django.db import connection

PREFIX = "luoshi_migrated_"
LOCK = 7_204_120_345  # one number for all runs on a server: who builds the original holds it
SOURCES = Path(__file__).parents[1] / "src" / "luoshi"


def original() -> str:
    """The name of the migrated database for the migrations as they stand."""
    digest = hashlib.sha256(f"{django.__version__} {procrastinate.__version__}".encode())
    for path in sorted(SOURCES.glob("*/migrations/*.py")):
        digest.update(path.relative_to(SOURCES).as_posix().encode())
        digest.update(path.read_bytes())
    return PREFIX + digest.hexdigest()[:16]


def _point(name: str) -> None:
    """Let this process's connections lead to the database."""
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def _names(cursor: Any) -> set[str]:
    cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
    return {name for (name,) in cursor.fetchall()}


def _build(cursor: Any, name: str) -> None:
    """Make the original, and take away those of other states that nobody uses just now."""
    building = f"{name}_building"
    for old in _names(cursor):
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [old])
        if cursor.fetchone()[0] == 0:
            cursor.execute(f'DROP DATABASE "{old}"')
    cursor.execute(f'CREATE DATABASE "{building}" TEMPLATE template0')
    _point(building)
    call_command("migrate", verbosity=0, interactive=False)
    connection.close()
    cursor.execute(f'ALTER DATABASE "{building}" RENAME TO "{name}"')


@contextmanager
def own_database() -> Iterator[None]:
    """Inside, this process works on a migrated database of its own; afterwards it is gone."""
    before, own = connection.settings_dict["NAME"], settings.DATABASES["default"]["TEST"]["NAME"]
    name = original()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        if name not in _names(cursor):
            _build(cursor, name)
        cursor.execute(f'DROP DATABASE IF EXISTS "{own}"')
        cursor.execute(f'CREATE DATABASE "{own}" TEMPLATE "{name}"')
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    _point(own)
    try:
        yield
    finally:
        _point(before)
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{own}" WITH (FORCE)')
