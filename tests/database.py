"""A test run's own database: a copy of one that is migrated once for each state of the migrations.

Migrating some two hundred tables takes far longer than copying them. The copy's original stays on the server between
runs (its name ends in a digest of all migrations); workers of one run and runs side by side share it. Where an original
of an earlier state stands, the new one begins as its copy and only what came since is migrated.

Likewise a test with real transactions does not empty some two hundred tables when it ends: its database is thrown away
and copied anew from what `keep` kept.

LUOSHI_TEST_FORM=partitioned runs all tests on the ledger kept by month, LUOSHI_TEST_FORM=schema in a schema of its own
(docs/scaling.md).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
import procrastinate
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from luoshi.ledger.rows import role_prepare
from luoshi.web.database import home

PREFIX = "luoshi_migrated_"
LOCK = 7_204_120_345  # one number for all runs on a server: who builds the original holds it
FORM = os.environ.get("LUOSHI_TEST_FORM", "")
SOURCES = Path(__file__).parents[1] / "src" / "luoshi"


SCHEMA = "xiping"
if FORM == "schema":
    _options = settings.DATABASES["default"]["OPTIONS"]
    _options["options"] = f"{_options.get('options', '')} -c search_path={SCHEMA}"


def _migrations() -> dict[str, str]:
    """A digest of each migration, and of what else decides how the tables look."""
    found = {
        path.relative_to(SOURCES).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        for path in sorted(SOURCES.glob("*/migrations/*.py"))
    }
    return {"with": f"{django.__version__} {procrastinate.__version__} {FORM}", **found}


def original() -> str:
    """The name of the migrated database for the migrations as they stand."""
    return PREFIX + hashlib.sha256(json.dumps(_migrations()).encode()).hexdigest()[:16]


def _point(name: str) -> None:
    """Let this process's connections lead to the database."""
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def _names(cursor: Any) -> set[str]:
    cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
    return {name for (name,) in cursor.fetchall()}


def _base(cursor: Any) -> str:
    """The original that has most of today's migrations and no other; PostgreSQL's empty template where there is none."""
    now, found = _migrations().items(), []
    cursor.execute(
        "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database WHERE starts_with(datname, %s)",
        [PREFIX],
    )
    for name, comment in cursor.fetchall():
        then = json.loads(comment or "{}").items()
        if FORM == "" and then and then <= now:
            found.append((len(then), name))
    return max(found)[1] if found else "template0"


def _build(cursor: Any, name: str) -> None:
    """Make the original, and take away those of other states that nobody uses just now."""
    building = f"{name}_building"
    cursor.execute(f'DROP DATABASE IF EXISTS "{building}"')
    cursor.execute(f'CREATE DATABASE "{building}" TEMPLATE "{_base(cursor)}"')
    for old in _names(cursor) - {building}:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [old])
        if cursor.fetchone()[0] == 0:
            cursor.execute(f'DROP DATABASE "{old}"')
    _point(building)
    if FORM == "schema":
        with connection.cursor() as own:
            own.execute(f"CREATE SCHEMA {SCHEMA}")
    call_command("migrate", verbosity=0, interactive=False)
    if FORM == "partitioned":
        _by_month()
    role_prepare()
    connection.close()
    cursor.execute(f'ALTER DATABASE "{building}" RENAME TO "{name}"')
    comment = json.dumps(_migrations()).replace("'", "''")
    cursor.execute(f"COMMENT ON DATABASE \"{name}\" IS '{comment}'")


def _by_month() -> None:
    """Keep the ledger by month, with room for a few matters in each of the first months."""
    from luoshi.ledger.services import partitions

    months = [datetime(2017, month, 1, 12, tzinfo=UTC) for month in range(1, 5)]
    partitions.partition(now=months[0])
    for month in months[1:]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence('ledger_matter', 'id'), nextval('ledger_matter_id_seq') + 3)"
            )
        partitions.cut(now=month)


def _hurry(cursor: Any) -> None:
    """Let the embedded test server not wait for the disk; what it holds is made anew after a power cut."""
    cursor.execute("SELECT current_setting('data_directory'), current_setting('fsync')")
    folder, fsync = cursor.fetchone()
    if Path(folder).resolve() == home() / "postgres" and fsync == "on":
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            cursor.execute(f"ALTER SYSTEM SET {name} = off")
        cursor.execute("SELECT pg_reload_conf()")


@contextmanager
def own_database() -> Iterator[None]:
    """Inside, this process works on a migrated database of its own; afterwards it is gone."""
    before, own = connection.settings_dict["NAME"], settings.DATABASES["default"]["TEST"]["NAME"]
    name = original()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        _hurry(cursor)
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
            for name in (own, _kept(own)):
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _kept(own: str) -> str:
    return f"{own}_kept"


def keep() -> None:
    """Keep this process's database as it stands now: what tests with real transactions begin with."""
    connection.close()
    own = connection.settings_dict["NAME"]
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{_kept(own)}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{_kept(own)}" TEMPLATE "{own}"')


def restore() -> None:
    """Put this process's database back to what was kept; whoever still speaks to it is cut off."""
    connection.close()
    own = connection.settings_dict["NAME"]
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{own}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{own}" TEMPLATE "{_kept(own)}"')
