"""An event and what it changes of its matter, written by one statement that also reads what is owed on the matter."""

from __future__ import annotations

from functools import lru_cache

from django.db import DatabaseError, connection
from django.db.models import QuerySet

from luoshi.ledger.models import Event, Matter, Obligation
from luoshi.ledger.prepared import answered, prepared
from luoshi.ledger.statements import Statement
from luoshi.ledger.storing import columns_of, own_columns, quoted, types_of, values_of

MOVING = (
    "facts",
    "last_seq",
    "head_hash",
    "version",
    "changed_at",
    "state",
    "closed_at",
    "disclosure",
    "title",
)
"""What an event may change of its matter."""


@prepared
def _owed(matter: int) -> QuerySet[Obligation]:
    return Obligation.objects.filter(matter_id=matter).order_by("id")


def append(matter: Matter, event: Event) -> list[Obligation]:
    """Store an event and its locked matter; returns the obligations of the matter, in order.

    Errors: DatabaseError where the matter is gone or hidden.
    """
    moved = values_of(matter, columns_of(Matter, MOVING), add=False) or []
    told = values_of(event, own_columns(Event), add=True) or []
    with connection.cursor() as cursor:
        _statement().execute(cursor, [*moved, *told, matter.pk])
        rows = cursor.fetchall()
    if not rows:
        raise DatabaseError(f"matter {matter.pk} could not be changed")
    event.pk, event._state.db, event._state.adding = rows[0][0], connection.alias, False
    return answered(_owed(matter.pk), [row[1:] for row in rows if row[1] is not None])


@lru_cache(maxsize=1)
def _statement() -> Statement:
    matter, event = columns_of(Matter, MOVING), own_columns(Event)
    moved = ", ".join(f'"{field.column}" = ${number}' for number, field in enumerate(matter, 1))
    told = ", ".join(f"${number}" for number in range(len(matter) + 1, len(matter) + len(event) + 1))
    owed = ", ".join(f'owed."{field.column}"' for field in Obligation._meta.concrete_fields)
    of = f"${len(matter) + len(event) + 1}"
    body = (
        f"WITH moved AS (UPDATE ledger_matter SET {moved} WHERE id = {of} RETURNING id),"  # noqa: S608 - names of our own
        f" told AS (INSERT INTO ledger_event ({quoted(event)}) VALUES ({told}) RETURNING id)"
        f" SELECT told.id, {owed} FROM moved CROSS JOIN told"
        f" LEFT JOIN ledger_obligation AS owed ON owed.matter_id = {of} ORDER BY owed.id"
    )
    return Statement("append", body, [*types_of(matter), *types_of(event), "bigint"])


__all__ = ["MOVING", "append"]
