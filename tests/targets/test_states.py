"""The whole matrix of states and actions, forbidden pairs included."""

from __future__ import annotations

import pytest

from luoshi.ledger import services as ledger
from luoshi.ledger.actors import CITIZEN, SYSTEM
from luoshi.ledger.errors import NotAllowed, WrongState
from luoshi.targets import states

from .conftest import NOW

COUNTY_CHAIN = ["coordinate", "gate", "review", "approve"]
DEPARTMENT_CHAIN = ["declare", "vet", "review", "coordinate", "approve"]
END = ["issue", "self_assess", "examine"]
RESULT_CHAIN = [
    "approve_standard", "propose", "fix", "recommend", "draft_awards", "study", "collect", "decide",
]  # fmt: skip
WAYS = {
    states.PLAN: {"drafting": [], "issued": ["issue"], "closed": ["issue", "close"]},
    states.COUNTY: {
        state: [*COUNTY_CHAIN, *END][:place]
        for place, state in enumerate(states.COUNTY_SHEETS.labels)
    },
    states.DEPARTMENT: {
        state: [*DEPARTMENT_CHAIN, *END][:place]
        for place, state in enumerate(states.DEPARTMENT_SHEETS.labels)
    },
    states.TARGET: {"listed": [], "removed": ["remove"]},
    states.REPORT: {"owed": [], "reported": ["report"], "waived": ["waive"]},
    states.NOTICE: {"owed": [], "drafted": ["draw_up"], "issued": ["draw_up", "issue"]},
    states.CHANGE: {
        "applied": [], "verified": ["verify"], "advised": ["verify", "advise"],
        "granted": ["verify", "advise", "grant"], "refused": ["refuse"], "withdrawn": ["withdraw"],
    },
    states.ADDITION: {"proposed": [], "agreed": ["agree"], "refused": ["refuse"]},
    states.RESULT: {state: RESULT_CHAIN[:place] for place, state in enumerate(states.RESULTS.labels)},
}  # fmt: skip
ALLOWED = {
    states.PLAN: {
        "drafting": {"edit", "import", "set_common", "issue"}, "issued": {"set_common", "enter_theme", "close"}, "closed": set(),
    },
    states.COUNTY: {
        "drafting": {"coordinate", "adopt"}, "coordinated": {"gate", "send_back"}, "gated": {"review", "send_back"},
        "reviewed": {"approve", "send_back"}, "approved": {"issue", "send_back"}, "in_force": {"self_assess"},
        "self_assessed": {"self_assess", "examine"}, "examined": {"examine"},
    },
    states.DEPARTMENT: {
        "drafting": {"declare", "adopt"}, "declared": {"vet", "send_back"}, "vetted": {"review", "send_back"},
        "reviewed": {"coordinate", "send_back"}, "coordinated": {"approve", "send_back"},
        "approved": {"issue", "send_back"}, "in_force": {"self_assess"}, "self_assessed": {"self_assess", "examine"},
        "examined": {"examine"},
    },
    states.TARGET: {
        "listed": {
            "edit", "set_points", "settle_doubt", "assign", "set_base", "name_certifier", "certify", "decide", "award",
            "deduct", "attach", "follow_up", "change", "remove",
        },
        "removed": set(),
    },
    states.REPORT: {"owed": {"report", "waive"}, "reported": {"report", "return"}, "waived": set()},
    states.NOTICE: {"owed": {"draw_up"}, "drafted": {"draw_up", "issue"}, "issued": set()},
    states.CHANGE: {
        "applied": {"verify", "refuse", "withdraw"}, "verified": {"advise", "refuse"}, "advised": {"grant", "refuse"},
        "granted": set(), "refused": set(), "withdrawn": set(),
    },
    states.ADDITION: {"proposed": {"agree", "refuse"}, "agreed": set(), "refused": set()},
    states.RESULT: {
        "open": {"set_standard", "approve_standard"}, "standard_approved": {"propose"},
        "proposed": {"propose", "adjust", "fix", "note_fraud"}, "fixed": {"recommend", "note_fraud"},
        "recommended": {"recommend", "draft_awards", "note_fraud"}, "awards_drafted": {"study", "note_fraud"},
        "studied": {"collect", "note_fraud"}, "collected": {"decide", "note_fraud"}, "decided": {"note_fraud"},
    },
}  # fmt: skip
MATRIX = [
    (table.kind, state, action)
    for table in states.TABLES
    for state in table.labels
    for action in sorted({edge.action for edge in table.edges})
]


def matter_in(kind, state, body):
    facts = {"due_set": NOW.replace(day=20), "kind": "month"}
    matter = ledger.matter_open(kind=kind, title="甲", body_id=body.pk, actor=SYSTEM, at=NOW, facts=facts)
    for action in WAYS[kind][state]:
        ledger.act(matter=matter, action=action, actor=SYSTEM, at=NOW)
    assert matter.state == state
    return matter


@pytest.mark.parametrize(("kind", "state", "action"), MATRIX)
def test_each_action_is_possible_in_its_states_and_nowhere_else(bodies, kind, state, action):
    matter = matter_in(kind, state, bodies["jiaoyu"])
    if action not in ALLOWED[kind][state]:
        with pytest.raises(WrongState) as refused:
            ledger.act(matter=matter, action=action, actor=SYSTEM, at=NOW)
        assert refused.value.mend
        return
    with pytest.raises(NotAllowed):
        ledger.act(matter=matter, action=action, actor=CITIZEN, at=NOW)
    ledger.act(matter=matter, action=action, actor=SYSTEM, at=NOW)
    assert matter.state == states_after(kind, state, action)


def states_after(kind, state, action):
    table = next(table for table in states.TABLES if table.kind == kind)
    edge = table.edge(state, action)
    return state if edge.to == "=" else edge.to


@pytest.mark.clause(
    "smx-target-management/3.2.1", "smx-target-management/3.2.2", "smx-target-management/4.2.3.2"
)
@pytest.mark.parametrize(
    ("kind", "chain"),
    [(states.COUNTY, COUNTY_CHAIN), (states.DEPARTMENT, DEPARTMENT_CHAIN), (states.RESULT, RESULT_CHAIN)],
)
def test_the_steps_of_a_chain_follow_each_other_and_none_is_left_out(bodies, kind, chain):
    for place in range(len(chain)):
        matter = matter_in(kind, next(iter(WAYS[kind])), bodies["jiaoyu"])
        for number, action in enumerate(chain):
            if number == place:
                continue
            if number > place:
                with pytest.raises(WrongState):
                    ledger.act(matter=matter, action=action, actor=SYSTEM, at=NOW)
                break
            ledger.act(matter=matter, action=action, actor=SYSTEM, at=NOW)


@pytest.mark.parametrize("table", states.TABLES, ids=lambda table: table.kind)
def test_every_state_has_a_way_to_it_and_a_chinese_name(table):
    assert set(WAYS[table.kind]) == set(table.labels)
    assert all("\u4e00" <= char <= "\u9fff" for label in table.labels.values() for char in label)
