"""The whole matrix of states and actions of topics, consultations, papers and city-wide meetings."""

from __future__ import annotations

import pytest

from luoshi.ledger import services as ledger
from luoshi.ledger.actors import CITIZEN, SYSTEM
from luoshi.ledger.errors import NotAllowed, WrongState
from luoshi.meetings import states_topics as states

from .office import NOW

WAYS = {
    states.TOPIC: {
        "draft": [], "reviewing": ["submit"], "returned": ["submit", "return"], "coordinating": ["submit", "coordinate"],
        "determined": ["submit", "determine"], "listed": ["submit", "determine", "list"],
        "concluded": ["submit", "determine", "list", "conclude"], "excluded": ["submit", "exclude"], "withdrawn": ["withdraw"],
    },
    states.CONSULTATION: {"asked": [], "answered": ["answer"], "cancelled": ["cancel"]},
    states.MATERIAL: {
        "owed": [], "reviewing": ["submit"], "approved": ["submit", "approve"], "cancelled": ["cancel"],
    },
    states.CITY: {
        "draft": [], "reviewing": ["submit"], "returned": ["submit", "return"], "approved": ["submit", "approve"],
        "registered": ["register"], "held": ["register", "hold"], "refused": ["submit", "refuse"],
        "reported": ["register", "hold", "report"], "settled": ["register", "hold", "report", "settle"], "cancelled": ["cancel"],
    },
}  # fmt: skip
OWN = {"edit", "consult", "set_out", "attach", "submit", "withdraw"}
ALLOWED = {
    states.TOPIC: {
        "draft": OWN, "returned": OWN,
        "reviewing": {"attach", "pass", "determine", "return", "coordinate", "exclude", "classify", "withdraw"},
        "coordinating": {"consult", "set_out", "submit", "settle", "withdraw"},
        "determined": {"attach", "exclude", "classify", "keep", "suggest", "excuse", "consent", "list", "withdraw"},
        "listed": {"excuse", "unlist", "conclude"}, "concluded": set(), "excluded": set(), "withdrawn": set(),
    },
    states.CONSULTATION: {"asked": {"answer", "cancel"}, "answered": {"ask_again", "cancel"}, "cancelled": set()},
    states.MATERIAL: {
        "owed": {"draft", "attach", "submit", "schedule", "unschedule", "cancel"},
        "reviewing": {"pass", "approve", "return", "advance", "read", "schedule", "unschedule", "cancel"},
        "approved": {"return", "advance", "read", "deliver", "schedule", "unschedule", "cancel"}, "cancelled": set(),
    },
    states.CITY: {
        "draft": {"edit", "submit", "register", "cancel"}, "returned": {"edit", "submit", "register", "cancel"},
        "reviewing": {"pass", "approve", "return", "refuse", "cancel"}, "approved": {"hold", "cancel"},
        "registered": {"hold", "cancel"}, "held": {"report"}, "reported": {"settle", "send_back"}, "settled": set(),
        "refused": set(), "cancelled": set(),
    },
}  # fmt: skip
CASES = [(table, state) for table in states.TABLES for state in table.labels]


def matter_in(table, state):
    matter = ledger.matter_open(kind=table.kind, title="议题", actor=SYSTEM, at=NOW)
    for action in WAYS[table.kind][state]:
        ledger.act(matter=matter, action=action, actor=SYSTEM, at=NOW)
    assert matter.state == state
    return matter


@pytest.mark.django_db
@pytest.mark.parametrize(("table", "state"), CASES, ids=[f"{t.kind}:{s}" for t, s in CASES])
def test_in_each_state_exactly_the_listed_actions_are_possible(bodies, table, state):
    every = {edge.action for edge in table.edges}
    allowed = ALLOWED[table.kind][state]
    assert {edge.action for edge in table.edges if state in edge.source} == allowed
    for action in sorted(every):
        matter = matter_in(table, state)
        if action not in allowed:
            with pytest.raises(WrongState):
                ledger.act(matter=matter, action=action, actor=SYSTEM, at=NOW)
            continue
        with pytest.raises(NotAllowed):
            ledger.act(matter=matter, action=action, actor=CITIZEN, at=NOW)
        ledger.act(matter=matter, action=action, actor=SYSTEM, at=NOW, data={"due_set": NOW.isoformat()})


@pytest.mark.parametrize("table", states.TABLES, ids=[table.kind for table in states.TABLES])
def test_every_state_is_reached_and_named(table):
    assert set(WAYS[table.kind]) == set(table.labels)
    assert table.final == {state for state, able in ALLOWED[table.kind].items() if not able}
