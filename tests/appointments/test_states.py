"""The whole matrix of states and actions, forbidden pairs included."""

from __future__ import annotations

import pytest

from luoshi.appointments import states
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import CITIZEN, SYSTEM
from luoshi.ledger.errors import NotAllowed, WrongState

from .conftest import NOW, on

pytestmark = pytest.mark.django_db
WAYS = {
    states.NOTICE: {
        "drafting": [], "submitted": ["submit"], "signed": ["submit", "sign"], "issued": ["submit", "sign", "issue"],
        "withdrawn": ["withdraw"],
    },
    states.PROBATION: {"running": [], "confirmed": ["confirm"], "removed": ["remove"]},
    states.RENAMING: {
        "drafting": [], "announced": ["announce"], "in_effect": ["announce", "effect"], "withdrawn": ["withdraw"],
    },
    states.PLACEMENT: {"owed": [], "met": ["meet"], "struck": ["strike"]},
}  # fmt: skip
ALLOWED = {
    states.NOTICE: {
        "drafting": {"edit", "add_act", "change_act", "drop_act", "link", "submit", "take_over", "withdraw"},
        "submitted": {"link", "send_back", "sign", "withdraw"}, "signed": {"link", "issue"},
        "issued": {"publish_site", "publish_gazette", "complete", "settle_doubt"}, "withdrawn": set(),
    },
    states.PROBATION: {"running": {"assess", "extend", "confirm", "remove"}, "confirmed": set(), "removed": set()},
    states.RENAMING: {
        "drafting": {"edit", "announce", "withdraw"}, "announced": {"effect", "withdraw"}, "in_effect": set(),
        "withdrawn": set(),
    },
    states.PLACEMENT: {"owed": {"report", "meet", "strike"}, "met": {"report", "reopen", "strike"}, "struck": set()},
}  # fmt: skip
MATRIX = [
    (table.kind, state, action)
    for table in states.TABLES
    for state in table.labels
    for action in sorted({edge.action for edge in table.edges})
]
DATA = {
    "day_end": on("2017-11-06 23:59"),
    "until": on("2018-11-06 23:59"),
    "facts": {"due_set": on("2020-12-31 23:59")},
}


def matter_in(kind, state, body):
    matter = ledger.matter_open(
        kind=kind, title="甲", body_id=body.pk, actor=SYSTEM, at=NOW,
        facts={"due_set": on("2020-12-31 23:59"), "historical": False}, data={"since": NOW},
    )  # fmt: skip
    for action in WAYS[kind][state]:
        ledger.act(matter=matter, action=action, actor=SYSTEM, at=NOW, data=DATA)
    assert matter.state == state
    return matter


@pytest.mark.parametrize(("kind", "state", "action"), MATRIX)
def test_each_action_is_possible_in_its_states_and_nowhere_else(bodies, kind, state, action):
    matter = matter_in(kind, state, bodies["bianban"])
    if action not in ALLOWED[kind][state]:
        with pytest.raises(WrongState) as refused:
            ledger.act(matter=matter, action=action, actor=SYSTEM, at=NOW, data=DATA)
        assert refused.value.mend
        return
    with pytest.raises(NotAllowed):
        ledger.act(matter=matter, action=action, actor=CITIZEN, at=NOW, data=DATA)
    ledger.act(matter=matter, action=action, actor=SYSTEM, at=NOW, data=DATA)
    table = next(one for one in states.TABLES if one.kind == kind)
    to = table.edge(state, action).to
    assert matter.state == (state if to == "=" else to)


@pytest.mark.parametrize("table", states.TABLES, ids=lambda table: table.kind)
def test_every_state_has_a_way_to_it_and_a_chinese_name(table):
    assert set(WAYS[table.kind]) == set(table.labels)
    assert all("\u4e00" <= char <= "\u9fff" for label in table.labels.values() for char in label)
