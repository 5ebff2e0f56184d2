"""Statements that each connection is told once (PREPARE) and then asked by their names (EXECUTE)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from zlib import crc32

from django.db import connection
from django.db.transaction import mark_for_rollback_on_error

from luoshi.ledger.rows import is_confined

MOST: Final = 400
"""Statements that the server keeps for one connection; more are kept after all were given up."""


class Statement:
    """A statement that each connection is told once. body: with $1, $2 … for values of these types of the database.

    fixed: values for the placeholders (%s) of the body, the same at every call. A confined connection is told it under
    another name: the server plans with the rows that the role may see, and would plan anew at each change of role.
    """

    def __init__(self, name: str, body: str, types: Sequence[str], fixed: Sequence[Any] = ()) -> None:
        told = f"{body} {types} {fixed}".encode()
        kinds = f" ({', '.join(types)})" if types else ""
        places = f" ({', '.join(['%s'] * len(types))})" if types else ""
        self.fixed = list(fixed)
        self._as = {
            confined: (called, f'PREPARE "{called}"{kinds} AS {body}', f'EXECUTE "{called}"{places}')
            for confined in (False, True)
            for called in [f"luoshi_{name[:40]}_{crc32(told):08x}{'_rows' if confined else ''}"]
        }

    def execute(self, cursor: Any, values: Sequence[Any]) -> None:
        """Carry it out; the connection is told it before, where it was not yet."""
        known: tuple[Any, set[str]] | None = getattr(connection, "luoshi_statements", None)
        if known is None or known[0] is not connection.connection:
            known = (connection.connection, set())
            connection.luoshi_statements = known  # type: ignore[attr-defined]
        name, telling, call = self._as[is_confined()]
        with mark_for_rollback_on_error(connection.alias):
            if name not in known[1]:
                if len(known[1]) >= MOST:  # begun anew, so that a long-lived connection does not grow
                    with connection.wrap_database_errors:
                        connection.connection.execute("DEALLOCATE ALL")
                    known[1].clear()
                with connection.wrap_database_errors:  # told by the connection itself, not by who asks
                    connection.connection.execute(telling, self.fixed)
                known[1].add(name)
            cursor.execute(call, values)


__all__ = ["Statement"]
