"""The whole matrix of states and actions of meetings and their papers, forbidden pairs included."""

from __future__ import annotations

from typing import Any

import pytest

from luoshi.ledger import services as ledger
from luoshi.ledger.actors import CITIZEN, SYSTEM
from luoshi.ledger.errors import NotAllowed, WrongState
from luoshi.meetings import states_sessions as states
from tests.meetings.room import NOW

pytestmark = pytest.mark.django_db

BEFORE = {"list", "unlist", "commission", "swap", "cancel"}
LOCKED = {"admit", "stand_in", "lengthen", "decide_press"}
RUNNING = {
    "list", "acknowledge", "sign_in", "step_out", "hand_out", "take_back", "call", "state", "conclude", "drop", "postpone",
    "stand_in", "lengthen", "close", "decide_press",
}  # fmt: skip
WAYS: dict[str, dict[str, list[str]]] = {
    states.MEETING: {
        "planned": [], "reviewed": ["review"], "approved": ["review", "approve"],
        "convened": ["approve", "convene"], "in_session": ["approve", "convene", "open"],
        "closed": ["approve", "convene", "open", "close"],
        "minuted": ["approve", "convene", "open", "close", "minute"],
        "archived": ["approve", "convene", "open", "close", "archive"], "cancelled": ["cancel"],
    },
    states.LEAVE: {"asked": [], "granted": ["grant"], "refused": ["refuse"], "withdrawn": ["withdraw"]},
    states.MINUTES: {
        "drafting": [], "submitted": ["submit"], "checked": ["submit", "check"], "opined": ["submit", "check", "opine"],
        "signed": ["submit", "sign"], "issued": ["submit", "sign", "issue"],
    },
    states.PRESS: {"drafted": [], "sent_up": ["send_up"], "approved": ["approve"]},
    states.SUBMISSION: {
        "owed": [], "drafted": ["draft"], "reviewed": ["draft", "review"], "signed": ["draft", "sign"],
        "submitted": ["draft", "sign", "submit"],
    },
    states.ARCHIVE: {"owed": [], "handed": ["hand_over"], "received": ["hand_over", "receive"]},
}  # fmt: skip
ALLOWED: dict[str, dict[str, set[str]]] = {
    states.MEETING: {
        "planned": BEFORE | {"edit", "arrange", "review", "approve"},
        "reviewed": BEFORE | {"arrange", "send_back", "approve"},
        "approved": BEFORE | LOCKED | {"convene"},
        "convened": BEFORE | LOCKED | {"deliver", "acknowledge", "sign_in", "hand_out", "take_back", "open"},
        "in_session": RUNNING,
        "closed": {"take_back", "decide_press", "waive", "minute", "archive"},
        "minuted": {"take_back", "decide_press", "archive"},
        "archived": set(),
        "cancelled": set(),
    },
    states.LEAVE: {
        "asked": {"report", "grant", "refuse", "withdraw"}, "granted": {"withdraw"}, "refused": set(), "withdrawn": set(),
    },
    states.MINUTES: {
        "drafting": {"edit", "submit"}, "submitted": {"check", "return", "sign"},
        "checked": {"opine", "return", "sign"}, "opined": {"review", "return", "sign"},
        "signed": {"distribute", "issue", "note"}, "issued": {"note"},
    },
    states.PRESS: {"drafted": {"edit", "send_up", "approve"}, "sent_up": {"approve"}, "approved": set()},
    states.SUBMISSION: {
        "owed": {"draft"}, "drafted": {"draft", "review", "return", "sign"}, "reviewed": {"return", "sign"},
        "signed": {"submit"}, "submitted": set(),
    },
    states.ARCHIVE: {"owed": {"hand_over"}, "handed": {"return", "receive"}, "received": set()},
}  # fmt: skip
TABLES = {table.kind: table for table in states.TABLES}
PAIRS = [(kind, state) for kind, table in TABLES.items() for state in table.labels]


def _matter(kind: str, state: str) -> Any:
    made = ledger.matter_open(
        kind=kind, title="一件事", actor=SYSTEM, at=NOW, facts={"due_set": NOW.isoformat()}
    )
    for step in WAYS[kind][state]:
        ledger.act(matter=made, action=step, actor=SYSTEM, at=NOW)
    assert made.state == state
    return made


@pytest.mark.parametrize(("kind", "state"), PAIRS)
def test_what_may_happen_in_a_state_and_nothing_else(kind: str, state: str) -> None:
    for action in {edge.action for edge in TABLES[kind].edges}:
        made = _matter(kind, state)
        if action in ALLOWED[kind][state]:
            with pytest.raises(NotAllowed):
                ledger.act(matter=made, action=action, actor=CITIZEN, at=NOW)
            ledger.act(matter=made, action=action, actor=SYSTEM, at=NOW)
        else:
            with pytest.raises(WrongState):
                ledger.act(matter=made, action=action, actor=SYSTEM, at=NOW)


def test_every_state_of_the_tables_is_walked_to() -> None:
    assert {(kind, state) for kind, ways in WAYS.items() for state in ways} == set(PAIRS)
