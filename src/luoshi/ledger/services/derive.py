"""Obligations and tallies follow events: the stored rows take the place that the fold gives them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import connection

from luoshi.engines.obligations import Happened, Owed, step
from luoshi.engines.tallies import Move, event_metric, moves
from luoshi.ledger import rules
from luoshi.ledger.models import Matter, Obligation
from luoshi.ledger.services.owing import clock_of, owner_body_id
from luoshi.ledger.statements import Statement
from luoshi.ledger.storing import insert_many, update_many
from luoshi.ledger.whole import gather

SLOTS = 256
LOCKS = 0x7A11E5
"""Class of the advisory locks on slots, apart from any other's."""
CHANGING = [
    "state", "due_at", "provisional", "met_at", "breached_at", "extended_until", "pauses", "facts", "person",
]  # fmt: skip


def person_id(owed: Owed) -> int | None:
    """Who owes it in person: the fact `person` of a limit whose owner is a person; None where the body owes it."""
    named = owed.facts.get("person") if owed.owner == "person" else None
    return named if isinstance(named, int) else None


def owed_from(row: Obligation) -> Owed:
    """A stored obligation as the fold sees it."""
    parse = datetime.fromisoformat
    return Owed(
        rule=row.rule,
        title=row.title,
        nature=row.nature,
        owner=row.owner,
        opened_seq=row.opened_seq,
        opened_at=row.opened_at,
        due_at=row.due_at,
        provisional=row.provisional,
        facts=row.facts,
        state=row.state,
        met_at=row.met_at,
        breached_at=row.breached_at,
        extended_until=row.extended_until,
        pauses=tuple((parse(start), parse(end) if end else None) for start, end in row.pauses),
    )


def columns(owed: Owed) -> dict[str, Any]:
    """The columns of a stored obligation that the fold decides."""
    return {
        "state": owed.state,
        "due_at": owed.due_at,
        "provisional": owed.provisional,
        "met_at": owed.met_at,
        "breached_at": owed.breached_at,
        "extended_until": owed.extended_until,
        "pauses": [[start.isoformat(), end.isoformat() if end else None] for start, end in owed.pauses],
        "facts": dict(owed.facts),
        "person_id": person_id(owed),
    }


def _new_row(owed: Owed, matter: Matter) -> Obligation:
    return Obligation(
        jurisdiction=matter.jurisdiction,
        matter=matter,
        matter_kind=matter.kind,
        rule=owed.rule,
        title=owed.title,
        rulebook=rules.stamp(),
        opened_seq=owed.opened_seq,
        nature=owed.nature,
        owner=owed.owner,
        body_id=owner_body_id(owed.owner, matter),
        opened_at=owed.opened_at,
        **columns(owed),
    )


def update_obligations(matter: Matter, event: Happened, stored: Iterable[Obligation]) -> list[Owed]:
    """Apply one event to the stored obligations of a locked matter, in order, and move the tallies with them.

    Returns the matter's obligations after it. Must run inside the ledger's door and the event's transaction.
    """
    book = rules.current()
    rows = {(row.rule, row.opened_seq): row for row in stored}
    before = [owed_from(row) for row in rows.values()]
    after = step(before, event, matter.facts, matter_kind=matter.kind, book=book, clock=clock_of(matter))
    old = {owed.key: owed for owed in before}
    new_rows, changed = [], []
    for owed in after:
        if owed.key not in old:
            new_rows.append(_new_row(owed, matter))
        elif owed != old[owed.key]:
            row = rows[owed.key]
            for name, value in columns(owed).items():
                setattr(row, name, value)
            changed.append(row)
    insert_many(new_rows)
    update_many(changed, CHANGING)
    touched = [owed for owed in after if owed != old.get(owed.key)]
    was = [old[owed.key] for owed in touched if owed.key in old]
    change = dict(moves(was, touched, book.worktime.tz))
    day = event.at.astimezone(book.worktime.tz).date()
    owner = "body" if matter.body_id else "platform"
    change[(event_metric(event.kind), owner, day)] = 1
    move_tallies(matter, change)
    return after


def move_tallies(matter: Matter, change: Mapping[Move, int]) -> None:
    """Add to the running counts of a matter's owners."""
    tallies_add(
        matter.jurisdiction,
        {
            (metric, owner_body_id(owner, matter), day): count
            for (metric, owner, day), count in change.items()
        },
    )


def tallies_add(jurisdiction: str, change: Mapping[tuple[str, int | None, date], int]) -> None:
    """Add to running counts (metric, body, day) in one statement, on rows that no other transaction writes to.

    Within a whole (luoshi.ledger.whole) it is one statement for all of its events, the last one.
    """
    kept = gather((tallies_add, jurisdiction), Counter, partial(_tallies_write, jurisdiction))
    if kept is None:
        _tallies_write(jurisdiction, change)
    else:
        kept.update(change)


def _tallies_write(jurisdiction: str, change: Mapping[tuple[str, int | None, date], int]) -> None:
    rows = [
        {"metric": metric, "body_id": body, "day": day.isoformat(), "count": count}
        for (metric, body, day), count in change.items()
        if count
    ]
    if rows:
        with connection.cursor() as cursor:
            UPSERT.execute(cursor, [jurisdiction, json.dumps(rows)])


UPSERT = Statement(
    "tallies_add",
    f"""
WITH slot AS MATERIALIZED (
    SELECT COALESCE(
        (SELECT n FROM generate_series(0, {SLOTS - 1}) AS n WHERE pg_try_advisory_xact_lock({LOCKS}, n) LIMIT 1),
        {SLOTS} + mod(pg_backend_pid(), 16384)
    ) AS n
)
INSERT INTO ledger_tally (jurisdiction, metric, body_id, day, slot, count)
SELECT $1, given.metric, given.body_id, given.day, slot.n, given.count
FROM jsonb_to_recordset($2) AS given(metric varchar, body_id bigint, day date, count bigint), slot
ON CONFLICT (metric, body_id, day, slot, jurisdiction) DO UPDATE SET count = ledger_tally.count + excluded.count
""",  # noqa: S608 - numbers of our own
    ["varchar", "jsonb"],
)
"""A transaction takes the first slot that no other holds, and keeps it to its end. Writers with several events in
one transaction therefore never wait for each other's counts, let alone in a circle; and a quiet city has one row
for each count."""
