"""The lives of papers, steps and what belongs to them."""

from __future__ import annotations

from luoshi.documents.states import briefs, incoming, outgoing
from luoshi.documents.states.steps import STEPS
from luoshi.ledger.states import StateTable, name_events, register

TABLES: tuple[StateTable, ...] = (STEPS, *incoming.TABLES, *outgoing.TABLES, *briefs.TABLES)
OPENINGS = {"documents.step_opened": "送达", **incoming.OPENINGS, **outgoing.OPENINGS, **briefs.OPENINGS}


def register_all() -> None:
    """Make the tables and the names of their events known to the ledger."""
    for table in TABLES:
        register(table)
        name_events({edge.event: edge.label for edge in table.edges})
    name_events(OPENINGS)
