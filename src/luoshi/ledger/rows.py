"""The second line in the database: rows that a request of the web may see, whatever the program asks for.

Whoever does not read all requests works under a role of the database to which row-level security applies. Policies of
the tables (migrations with CREATE POLICY) name the rows by three settings: `luoshi.body`, the body that one acts for;
`luoshi.request`, the one request that a citizen has shown to be his; `luoshi.city`, "1" at addresses whose lists and
figures are of the whole city, which opens requests but no personal data. Without them there are none. The worker and
commands keep the role that owns the tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.signals import connection_created
from psycopg import sql

ROLE: Final = "luoshi_confined"

_SET = """
SELECT set_config('role', %s, false), set_config('luoshi.body', %s, false), set_config('luoshi.city', %s, false),
    set_config('luoshi.request', '', false)
"""
_SHOW_ONE = "SELECT set_config('luoshi.request', %s, false)"
_SHOW = """
SELECT set_config('luoshi.request', COALESCE((
    SELECT id::text FROM ledger_matter WHERE jurisdiction = %s AND kind = %s AND number = %s
), ''), false)
"""


class NoRole(RuntimeError):
    """The role is missing and this log-in may not create it; the message says what the database's keeper does."""


@contextmanager
def confined(*, body_id: int | None, city: bool = False) -> Iterator[None]:
    """Inside, the connection sees only rows that the body may see (None: no body's, as for the public).

    city: requests of the whole city as well, without the personal data.
    """
    connection.ensure_connection()
    within = [ROLE, str(body_id or ""), "1" if city else ""]
    connection.connection.execute(_SET, within)
    connection.luoshi_confined = within  # type: ignore[attr-defined]
    try:
        yield
    finally:
        connection.luoshi_confined = None  # type: ignore[attr-defined]
        try:
            connection.connection.execute(_SET, ["none", "", ""])
        except (psycopg.Error, AttributeError):  # a lost connection takes its settings with it
            if not connection.in_atomic_block:
                connection.close()


def is_confined() -> bool:
    """Whether the connection sees only some rows now."""
    return bool(getattr(connection, "luoshi_confined", None))


def _again(sender: object, connection: Any, **kwargs: object) -> None:
    """A connection that was lost and is made anew while it is confined is so again."""
    within = getattr(connection, "luoshi_confined", None)
    if within:
        connection.connection.execute(_SET, within)


connection_created.connect(_again, dispatch_uid="luoshi.ledger.rows")


def show_own(matter_id: int) -> None:
    """From now on a confined connection sees this matter's rows, too: for whoever has just brought it about."""
    if is_confined():
        with connection.cursor() as cursor:
            cursor.execute(_SHOW_ONE, [str(matter_id)])


def show_request(*, kind: str, number: str) -> None:
    """From now on a confined connection sees this matter's rows, too; an unknown number, or "", closes it again.

    For a citizen who says that it is his: whether it is so, the caller checks before telling anything of it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SHOW, [settings.JURISDICTION, kind, number])


@transaction.atomic
def role_prepare() -> None:
    """Make the role where it is missing and let it read and write all tables; done after each update.

    Errors: NoRole.
    """
    name = sql.Identifier(ROLE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user")
        superuser, may_create = cursor.fetchone()
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
        if cursor.fetchone() is None:
            if not (superuser or may_create):
                raise NoRole(
                    f"the database needs a role: have its keeper run CREATE ROLE {ROLE} NOLOGIN; GRANT {ROLE} TO"
                    f" {connection.settings_dict['USER']}; then run `luoshi setup` again"
                )
            cursor.execute(
                sql.SQL(
                    "DO $$ BEGIN CREATE ROLE {} NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;"
                    " END $$"
                ).format(name)
            )
        right = "SET" if connection.connection.info.server_version >= 160000 else "MEMBER"
        cursor.execute("SELECT pg_has_role(current_user, %s, %s)", [ROLE, right])
        if not cursor.fetchone()[0]:
            cursor.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(name))
        cursor.execute("SELECT current_schema()")
        schema = sql.Identifier(cursor.fetchone()[0])
        cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, name))
        for rights, kind in (("SELECT, INSERT, UPDATE, DELETE", "TABLES"), ("USAGE, SELECT", "SEQUENCES")):
            parts = {"rights": sql.SQL(rights), "kind": sql.SQL(kind), "schema": schema, "role": name}
            for statement in (
                "GRANT {rights} ON ALL {kind} IN SCHEMA {schema} TO {role}",
                "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT {rights} ON {kind} TO {role}",
            ):
                cursor.execute(sql.SQL(statement).format(**parts))
