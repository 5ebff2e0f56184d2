"""The whole matrix of states and actions of the records, forbidden pairs included."""

from __future__ import annotations

import pytest

from luoshi.assessment import states_records as states
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import CITIZEN, SYSTEM
from luoshi.ledger.errors import NotAllowed, WrongState

from .conftest import MONDAY

ALLOWED = {
    states.BASE: {(("standing"), action): "standing" for action in ("file", "judge", "strike")},
    states.ENTRY: {
        ("proposed", "supplement"): "proposed",
        ("proposed", "approve"): "approved",
        ("proposed", "reject"): "rejected",
        ("proposed", "withdraw"): "withdrawn",
        ("approved", "supersede"): "superseded",
        ("superseded", "restore"): "approved",
        ("approved", "revoke"): "revoked",
        ("superseded", "revoke"): "revoked",
        ("approved", "refer"): "approved",
    },
    states.OPINION: {
        ("issued", "answer"): "answered",
        ("answered", "turn_down"): "issued",
        ("issued", "carry_out"): "carried_out",
        ("answered", "carry_out"): "carried_out",
        ("issued", "withdraw"): "withdrawn",
        ("answered", "withdraw"): "withdrawn",
        ("carried_out", "withdraw"): "withdrawn",
    },
    states.REPORT: {
        ("due", "file"): "filed",
        ("filed", "supplement"): "filed",
        ("filed", "strike"): "struck",
    },
}
WAYS = {
    states.BASE: {"standing": []},
    states.ENTRY: {
        "proposed": [],
        "approved": ["approve"],
        "rejected": ["reject"],
        "withdrawn": ["withdraw"],
        "superseded": ["approve", "supersede"],
        "revoked": ["approve", "revoke"],
    },
    states.OPINION: {
        "issued": [],
        "answered": ["answer"],
        "carried_out": ["carry_out"],
        "withdrawn": ["withdraw"],
    },
    states.REPORT: {"due": [], "filed": ["file"], "struck": ["file", "strike"]},
}
FACTS = {
    states.BASE: {},
    states.ENTRY: {"item": "fraud", "date": "2017-10-09", "order": 0, "proposer": "platform"},
    states.OPINION: {"due_set": MONDAY.replace(day=20), "order": 0},
    states.REPORT: {"type": "information"},
}
DATA = {"judge": {"points": {}, "onsite": True}, "strike": {"point": "team", "seq": 1}}
MATRIX = [
    (table.kind, state, action)
    for table in states.TABLES
    for state in table.labels
    for action in sorted({edge.action for edge in table.edges})
]


def matter_in(kind, state, body):
    matter = ledger.matter_open(
        kind=kind, title="甲", body_id=body.pk, actor=SYSTEM, at=MONDAY, facts=FACTS[kind]
    )
    for action in WAYS[kind][state]:
        ledger.act(matter=matter, action=action, actor=SYSTEM, at=MONDAY, data=DATA.get(action))
    return matter


@pytest.mark.parametrize(("kind", "state", "action"), MATRIX)
def test_each_action_is_possible_in_its_states_and_nowhere_else(bodies, kind, state, action):
    matter = matter_in(kind, state, bodies["chengguan"])
    assert matter.state == state
    target = ALLOWED[kind].get((state, action))
    if target is None:
        with pytest.raises(WrongState):
            ledger.act(matter=matter, action=action, actor=SYSTEM, at=MONDAY)
        return
    ledger.act(matter=matter, action=action, actor=SYSTEM, at=MONDAY, data=DATA.get(action))
    assert matter.state == target


@pytest.mark.parametrize(
    ("kind", "state", "action"), [pair for pair in MATRIX if pair[1:] in ALLOWED[pair[0]]]
)
def test_nobody_without_the_permission_takes_a_step(bodies, kind, state, action):
    matter = matter_in(kind, state, bodies["chengguan"])
    with pytest.raises(NotAllowed):
        ledger.act(matter=matter, action=action, actor=CITIZEN, at=MONDAY)


def test_every_state_can_be_reached():
    for table in states.TABLES:
        assert set(WAYS[table.kind]) == set(table.labels)
