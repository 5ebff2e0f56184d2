"""The whole matrix of states and actions of sheets, appeals and registrations, forbidden pairs included."""

from __future__ import annotations

import pytest

from luoshi.assessment import states_sheets as states
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import CITIZEN, SYSTEM
from luoshi.ledger.errors import NotAllowed, WrongState

from .conftest import CLOSING

ALLOWED = {
    states.SHEET: {
        ("open", "close"): "closed",
        ("closed", "reopen"): "open",
        ("closed", "publish"): "published",
        ("published", "revise"): "published",
    },
    states.APPEAL: {
        ("submitted", "draft"): "drafted",
        ("drafted", "send_back"): "submitted",
        ("drafted", "accept"): "accepted",
        ("drafted", "reject"): "rejected",
        ("submitted", "withdraw"): "withdrawn",
        ("drafted", "withdraw"): "withdrawn",
    },
    states.CONSEQUENCE: {("registered", "revoke"): "revoked"},
}
WAYS = {
    states.SHEET: {"open": [], "closed": ["close"], "published": ["close", "publish"]},
    states.APPEAL: {
        "submitted": [],
        "drafted": ["draft"],
        "accepted": ["draft", "accept"],
        "rejected": ["draft", "reject"],
        "withdrawn": ["withdraw"],
    },
    states.CONSEQUENCE: {"registered": [], "revoked": ["revoke"]},
}
MATRIX = [
    (table.kind, state, action)
    for table in states.TABLES
    for state in table.labels
    for action in sorted({edge.action for edge in table.edges})
]


def matter_in(kind, state, body):
    matter = ledger.matter_open(
        kind=kind, title="甲", body_id=body.pk, actor=SYSTEM, at=CLOSING, facts={"period": "month"}
    )
    for action in WAYS[kind][state]:
        ledger.act(matter=matter, action=action, actor=SYSTEM, at=CLOSING)
    return matter


@pytest.mark.parametrize(("kind", "state", "action"), MATRIX)
def test_each_action_is_possible_in_its_states_and_nowhere_else(bodies, kind, state, action):
    matter = matter_in(kind, state, bodies["jiaoyu"])
    target = ALLOWED[kind].get((state, action))
    if target is None:
        with pytest.raises(WrongState) as refused:
            ledger.act(matter=matter, action=action, actor=SYSTEM, at=CLOSING)
        assert refused.value.mend
        return
    with pytest.raises(NotAllowed):
        ledger.act(matter=matter, action=action, actor=CITIZEN, at=CLOSING)
    ledger.act(matter=matter, action=action, actor=SYSTEM, at=CLOSING)
    assert matter.state == target


@pytest.mark.parametrize("table", states.TABLES, ids=lambda table: table.kind)
def test_every_state_has_a_way_to_it_and_a_chinese_name(table):
    assert set(WAYS[table.kind]) == set(table.labels)
    assert all("\u4e00" <= char <= "\u9fff" for label in table.labels.values() for char in label)
