"""The whole matrix of states and actions: every step that the tables do not name is refused."""

from __future__ import annotations

import pytest

from luoshi.decisions import states
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import CITIZEN, SYSTEM
from luoshi.ledger.errors import NotAllowed, WrongState
from luoshi.ledger.models import Matter, door

from .conftest import NOW

pytestmark = pytest.mark.django_db


def matter_in(table, state):
    """A matter of the kind, put into a state without its way there."""
    made = ledger.matter_open(kind=table.kind, title="虚构", actor=SYSTEM, at=NOW, facts={"due_set": NOW})
    with door():
        Matter.objects.filter(pk=made.pk).update(state=state)
    return Matter.objects.get(pk=made.pk)


@pytest.mark.parametrize("table", states.TABLES, ids=[table.kind for table in states.TABLES])
def test_each_state_allows_just_its_steps_and_nobody_from_outside_takes_one(table, bodies):
    actions = {edge.action for edge in table.edges}
    for state in table.labels:
        able = {edge.action for edge in table.edges if state in edge.source}
        matter = matter_in(table, state)
        for action in sorted(actions - able):
            with pytest.raises(WrongState):
                ledger.act(matter=matter, action=action, actor=SYSTEM, at=NOW)
        for action in sorted(able):
            with pytest.raises(NotAllowed):
                ledger.act(matter=matter, action=action, actor=CITIZEN, at=NOW)
            row = matter_in(table, state)
            ledger.act(matter=row, action=action, actor=SYSTEM, at=NOW)
            edge = table.edge(state, action)
            assert row.state == (state if edge.to == "=" else edge.to)


@pytest.mark.parametrize("table", states.TABLES, ids=[table.kind for table in states.TABLES])
def test_every_state_is_reached_and_only_final_ones_lead_nowhere(table):
    reached = {table.initial, *(edge.to for edge in table.edges)}
    assert set(table.labels) <= reached
    leading = {state for edge in table.edges if edge.to != "=" for state in edge.source}
    stuck = set(table.labels) - leading
    assert stuck <= table.final | {"reported"}
