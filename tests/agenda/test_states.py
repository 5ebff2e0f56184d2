"""The whole matrix of states and actions, forbidden pairs included."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from luoshi.agenda import states
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import CITIZEN, SYSTEM
from luoshi.ledger.errors import NotAllowed, WrongState

Moment = Callable[[str], dt.datetime]
WAYS = {
    states.ROSTER: {"kept": []},
    states.DELEGATION: {"in_force": [], "revoked": ["revoke"]},
    states.LEAVE: {
        "applied": [], "granted": ["grant"], "refused": ["refuse"], "withdrawn": ["withdraw"],
        "returned": ["register", "return"], "cancelled": ["grant", "call_off"],
    },
    states.CLEARANCE: {"applied": [], "granted": ["grant"], "refused": ["refuse"], "withdrawn": ["withdraw"]},
    states.STEP: {
        "waiting": [], "open": ["open"], "agreed": ["open", "agree"], "refused": ["open", "refuse"],
        "left_out": ["leave_out"], "void": ["void"],
    },
    states.OVERLAP: {"found": [], "arranged": ["arrange"], "over": ["end"]},
    states.ACTIVITY: {"planned": [], "cancelled": ["cancel"]},
}  # fmt: skip
ALLOWED = {
    states.ROSTER: {
        "kept": {
            "add_leader", "edit_leader", "end_leader", "set_charge", "set_assists", "set_serves", "set_pair", "end_pair",
        }
    },
    states.DELEGATION: {"in_force": {"revoke"}, "revoked": set()},
    states.LEAVE: {
        "applied": {"grant", "refuse", "register", "withdraw"}, "granted": {"file", "call_off", "return"},
        "refused": set(), "withdrawn": set(), "returned": set(), "cancelled": set(),
    },
    states.CLEARANCE: {
        "applied": {"grant", "refuse", "withdraw"}, "granted": set(), "refused": set(), "withdrawn": set(),
    },
    states.STEP: {
        "waiting": {"open", "leave_out", "void"}, "open": {"agree", "refuse", "leave_out", "void"}, "agreed": set(),
        "refused": set(), "left_out": set(), "void": set(),
    },
    states.OVERLAP: {"found": {"arrange", "end"}, "arranged": {"arrange", "end"}, "over": set()},
    states.ACTIVITY: {"planned": {"cancel"}, "cancelled": set()},
}  # fmt: skip
TABLES = {table.kind: table for table in states.TABLES}
PAIRS = [
    (kind, state, action)
    for kind, table in TABLES.items()
    for state in table.labels
    for action in sorted({edge.action for edge in table.edges})
]


def test_every_kind_and_every_state_is_in_the_matrix() -> None:
    assert {kind: set(rows) for kind, rows in ALLOWED.items()} == {
        kind: set(table.labels) for kind, table in TABLES.items()
    }
    assert {kind: set(rows) for kind, rows in WAYS.items()} == {
        kind: set(rows) for kind, rows in ALLOWED.items()
    }


@pytest.mark.parametrize(("kind", "state", "action"), PAIRS)
def test_an_action_is_possible_where_the_table_says_so_and_nowhere_else(
    bodies: object, at: Moment, kind: str, state: str, action: str
) -> None:
    now = at("2017-11-06 09:00")
    matter = ledger.matter_open(kind=kind, title="试", actor=SYSTEM, at=now, facts={"return_owed": False})
    for step in WAYS[kind][state]:
        ledger.act(matter=matter, action=step, actor=SYSTEM, at=now, data={"filing": False})
    assert matter.state == state
    if action in ALLOWED[kind][state]:
        with pytest.raises(NotAllowed):
            ledger.act(matter=matter, action=action, actor=CITIZEN, at=now)
        ledger.act(matter=matter, action=action, actor=SYSTEM, at=now)
    else:
        with pytest.raises(WrongState):
            ledger.act(matter=matter, action=action, actor=SYSTEM, at=now)
