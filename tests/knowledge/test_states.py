"""The whole matrix of states and actions, forbidden pairs included."""

from __future__ import annotations

import pytest

from luoshi.knowledge import states
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import CITIZEN, SYSTEM
from luoshi.ledger.errors import NotAllowed, WrongState

from .conftest import NOW

ALLOWED = {
    states.ENTRY: {
        ("draft", "edit"): "draft",
        ("published", "edit"): "published",
        ("withdrawn", "edit"): "withdrawn",
        ("draft", "publish"): "published",
        ("withdrawn", "publish"): "published",
        ("published", "review"): "published",
        ("draft", "withdraw"): "withdrawn",
        ("published", "withdraw"): "withdrawn",
        ("published", "correct"): "published",
        ("withdrawn", "correct"): "withdrawn",
    },
    states.REQUEST: {("asked", "deliver"): "delivered", ("asked", "cancel"): "cancelled"},
    states.BULLETIN: {
        ("draft", "edit"): "draft",
        ("issued", "edit"): "issued",
        ("draft", "issue"): "issued",
        ("issued", "see"): "issued",
        ("draft", "withdraw"): "withdrawn",
        ("issued", "withdraw"): "withdrawn",
    },
}
WAYS = {
    states.ENTRY: {"draft": [], "published": ["publish"], "withdrawn": ["withdraw"]},
    states.REQUEST: {"asked": [], "delivered": ["deliver"], "cancelled": ["cancel"]},
    states.BULLETIN: {"draft": [], "issued": ["issue"], "withdrawn": ["withdraw"]},
}
MATRIX = [
    (table.kind, state, action)
    for table in states.TABLES
    for state in table.labels
    for action in sorted({edge.action for edge in table.edges})
]


def matter_in(kind, state, body):
    facts = {"form": "basic", "due_set": NOW.replace(day=20)}
    matter = ledger.matter_open(kind=kind, title="甲", body_id=body.pk, actor=SYSTEM, at=NOW, facts=facts)
    for action in WAYS[kind][state]:
        ledger.act(matter=matter, action=action, actor=SYSTEM, at=NOW)
    return matter


@pytest.mark.parametrize(("kind", "state", "action"), MATRIX)
def test_each_action_is_possible_in_its_states_and_nowhere_else(bodies, kind, state, action):
    matter = matter_in(kind, state, bodies["jiaoyu"])
    target = ALLOWED[kind].get((state, action))
    if target is None:
        with pytest.raises(WrongState) as refused:
            ledger.act(matter=matter, action=action, actor=SYSTEM, at=NOW)
        assert refused.value.mend
        return
    with pytest.raises(NotAllowed):
        ledger.act(matter=matter, action=action, actor=CITIZEN, at=NOW)
    ledger.act(matter=matter, action=action, actor=SYSTEM, at=NOW)
    assert matter.state == target


@pytest.mark.parametrize("table", states.TABLES, ids=lambda table: table.kind)
def test_every_state_has_a_way_to_it_and_a_chinese_name(table):
    assert set(WAYS[table.kind]) == set(table.labels)
    assert all("\u4e00" <= char <= "\u9fff" for label in table.labels.values() for char in label)
