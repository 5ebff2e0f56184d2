"""The whole matrix of states and actions, forbidden pairs included."""

from __future__ import annotations

import pytest

from luoshi.ledger import services as ledger
from luoshi.ledger.actors import CITIZEN, SYSTEM, Actor, ActorKind
from luoshi.ledger.errors import NotAllowed, WrongState
from luoshi.supervision import states

from .conftest import DUE, NOW

pytestmark = pytest.mark.django_db
READER = Actor(kind=ActorKind.USER, name="领导", person_id=1)
WAYS = {
    states.TASK: {
        "issued": [], "in_hand": ["receive"], "submitted": ["receive", "submit"],
        "closed": ["receive", "submit", "close"], "cancelled": ["cancel"],
    },
    states.UNPLACED: {"unplaced": [], "placed": ["place"], "cancelled": ["cancel"]},
    states.PART: {"sent": [], "in_hand": ["receive"], "replied": ["reply"], "ended": ["end"]},
    states.ASK: {"waiting": [], "decided": ["decide"], "void": ["void"]},
    states.CAMPAIGN: {"running": [], "ended": ["end"]},
    states.DANGER: {
        "found": [], "planned": ["plan"], "reported": ["plan", "report"], "closed": ["plan", "report", "pass"],
    },
    states.PATROL_OBJECT: {"watched": [], "removed": ["remove"]},
    states.BULLETIN: {"owed": [], "drafted": ["draw_up"], "issued": ["draw_up", "issue"]},
    states.INSPECTION: {"recorded": [], "reported": ["report"]},
    states.LETTER: {
        "registered": [], "for_leader": ["refer"], "read": ["refer", "read"], "routed": ["route"],
        "answered": ["route", "answer"],
    },
    states.ENTRY: {"open": [], "answered": ["answer"]},
}  # fmt: skip
LIVE = {
    "grant_extension", "refuse_extension", "ask_extension", "report_problem", "answer_problem", "attach", "change", "cancel",
    "name_leader", "name_body", "urge", "remind", "order_inspection", "inspect", "account",
}  # fmt: skip
ALLOWED = {
    states.TASK: {
        "issued": LIVE | {"receive"},
        "in_hand": LIVE | {"progress", "submit", "take_views", "evaluate"},
        "submitted": {
            "answer_problem", "close", "return", "cancel", "name_leader", "name_body", "urge", "remind", "order_inspection",
            "inspect", "take_views", "evaluate", "account",
        },
        "closed": {"take_views", "evaluate", "account"},
        "cancelled": set(),
    },
    states.UNPLACED: {"unplaced": {"place", "cancel"}, "placed": set(), "cancelled": set()},
    states.PART: {
        "sent": {"receive", "reply", "urge", "remind", "move", "end"}, "in_hand": {"reply", "urge", "remind", "move", "end"},
        "replied": {"send_back", "end"}, "ended": set(),
    },
    states.ASK: {"waiting": {"decide", "void"}, "decided": set(), "void": set()},
    states.CAMPAIGN: {"running": {"evaluate", "end"}, "ended": set()},
    states.DANGER: {
        "found": {"plan", "attach", "take_measure", "lift", "remind"},
        "planned": {"plan", "step", "attach", "report", "take_measure", "lift", "remind"},
        "reported": {"attach", "pass", "fail", "take_measure", "lift", "remind"}, "closed": {"lift"},
    },
    states.PATROL_OBJECT: {"watched": {"patrol", "remove"}, "removed": set()},
    states.BULLETIN: {"owed": {"draw_up"}, "drafted": {"draw_up", "issue"}, "issued": set()},
    states.INSPECTION: {"recorded": {"report"}, "reported": set()},
    states.LETTER: {
        "registered": {"refer", "route"}, "for_leader": {"read"}, "read": {"route"}, "routed": {"answer"}, "answered": set(),
    },
    states.ENTRY: {"open": {"answer"}, "answered": set()},
}  # fmt: skip
MATRIX = [
    (table.kind, state, action)
    for table in states.TABLES
    for state in table.labels
    for action in sorted({edge.action for edge in table.edges})
]


def who(action):
    """Nobody enters a leader's reading for him, not even the system."""
    return READER if action == "read" else SYSTEM


def matter_in(kind, state, body):
    moment = NOW.replace(day=DUE.day).isoformat()
    facts = {
        "due_set": moment, "rectify_by": moment, "next_due": moment, "redo_until": moment, "person": 1, "in_person": False,
    }  # fmt: skip
    matter = ledger.matter_open(kind=kind, title="甲", body_id=body.pk, actor=SYSTEM, at=NOW, facts=facts)
    for action in WAYS[kind][state]:
        ledger.act(matter=matter, action=action, actor=who(action), at=NOW)
    assert matter.state == state
    return matter


@pytest.mark.parametrize(("kind", "state", "action"), MATRIX)
def test_each_action_is_possible_in_its_states_and_nowhere_else(bodies, kind, state, action):
    matter = matter_in(kind, state, bodies["jiaoyu"])
    if action not in ALLOWED[kind][state]:
        with pytest.raises(WrongState) as refused:
            ledger.act(matter=matter, action=action, actor=who(action), at=NOW)
        assert refused.value.mend
        return
    with pytest.raises(NotAllowed):
        ledger.act(matter=matter, action=action, actor=CITIZEN, at=NOW)
    ledger.act(matter=matter, action=action, actor=who(action), at=NOW)
    table = next(table for table in states.TABLES if table.kind == kind)
    edge = table.edge(state, action)
    assert edge is not None and matter.state == (state if edge.to == "=" else edge.to)


@pytest.mark.parametrize("table", states.TABLES, ids=lambda table: table.kind)
def test_every_state_has_a_way_to_it_and_a_chinese_name(table):
    assert set(WAYS[table.kind]) == set(table.labels)
    assert all("\u4e00" <= char <= "\u9fff" for label in table.labels.values() for char in label)
