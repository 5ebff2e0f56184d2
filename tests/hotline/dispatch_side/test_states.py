"""The state tables, whole: every pair of state and action, allowed or forbidden, for every role."""

from __future__ import annotations

from typing import Any

import pytest

from luoshi.hotline.states import DISPATCHES, REQUESTS, TABLES
from luoshi.ledger.actors import CITIZEN, SYSTEM, Actor
from luoshi.ledger.errors import NotAllowed, WrongState
from luoshi.ledger.models import Matter, door
from luoshi.ledger.services import act, matter_open
from luoshi.ledger.states import SAME, StateTable
from luoshi.organisation.roles import roles_data

from .conftest import REACH

HOLDERS = {role["code"]: frozenset(role["permissions"]) for role in roles_data()["roles"]}
UNIT_ROLES = ("liaison", "handler", "unit_leader")

# who takes each step, beside the system: spelt out here so that a change of the table is seen
DISPATCH_BY: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        (
            "sign", "hand_over", "contact", "report_preliminary", "arrive", "report_progress",
            "give_contact_person", "draft", "hand_on", "take_back", "request_return", "county_report", "request_assist",
            "request_extension", "request_no_redispatch", "request_coordination", "answer_supervision",
        ),
        frozenset(UNIT_ROLES),
    ),
    **dict.fromkeys(("send_back", "submit", "mend"), frozenset({"unit_leader"})),
    **dict.fromkeys(("pass", "order_redo", "second_assign"), frozenset({"reviewer", "platform_leader"})),
    **dict.fromkeys(
        (
            "accept_return", "reject_return", "adopt_report", "decline_report", "add_assist",
            "decline_assist",
            "grant_extension", "refuse_extension", "accept_no_redispatch", "reject_no_redispatch", "recall",
        ),
        frozenset({"dispatcher", "reviewer", "platform_leader"}),
    ),
    **dict.fromkeys(
        ("approve_coordination", "refuse_coordination", "set_joint", "urge", "supervise"),
        frozenset({"platform_leader", "command_centre"}),
    ),
    "order_mend": frozenset({"callback"}),
    "deem_overdue": frozenset(),
    "lapse_report": frozenset(),
}  # fmt: skip
REQUEST_BY: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ("classify", "not_redispatch", "dispatch", "dispatch_more"),
        frozenset({"dispatcher", "platform_leader"}),
    ),
    "answer": frozenset({"agent"}),
    **dict.fromkeys(("refuse", "link", "note", "connect"), frozenset({"agent", "dispatcher"})),
    **dict.fromkeys(("offer", "withdraw_offer"), frozenset({"dispatcher", "reviewer", "platform_leader"})),
    "claim": frozenset(UNIT_ROLES),
    **dict.fromkeys(("escalate", "resume", "instruct"), frozenset({"platform_leader", "command_centre"})),
    "leader_decide": frozenset({"city_leader"}),
    **dict.fromkeys(
        ("feed_back", "call_back", "call_back_again", "give_up_callback", "try_callback", "archive"),
        frozenset({"callback"}),
    ),
    **dict.fromkeys(("publish", "unpublish"), frozenset({"reviewer", "platform_leader"})),
    "comment": frozenset(HOLDERS) | frozenset({"citizen"}),
    "supplement": frozenset({"citizen"}),
    **dict.fromkeys(("reopen", "conclude", "import_reply", "import_archive"), frozenset()),
}


def pairs(table: StateTable) -> list[tuple[str, str]]:
    actions = dict.fromkeys(edge.action for edge in table.edges)
    return [(state, action) for state in table.labels for action in actions]


def someone(role: str, body_id: int | None) -> Actor:
    from luoshi.ledger.actors import ActorKind

    return Actor(ActorKind.USER, role, body_id=body_id, roles=frozenset({role}), permissions=HOLDERS[role])


@pytest.fixture
def matter_in(bodies: dict[str, Any], at: Any) -> Any:
    """matter_in(table, state): a bare matter in that state, of chengguan."""

    def make(table: StateTable, state: str) -> Matter:
        matter = matter_open(
            kind=table.kind,
            title="路灯不亮",
            actor=SYSTEM,
            at=at("2017-10-09 09:00"),
            body_id=bodies["chengguan"].pk,
            facts={"urgency": "routine", "role": "sole"},
        )
        with door():
            Matter.objects.filter(pk=matter.pk).update(state=state)
        matter.refresh_from_db()
        return matter

    return make


@pytest.mark.parametrize("table", [REQUESTS, DISPATCHES], ids=["request", "dispatch"])
def test_each_pair_of_state_and_action_is_allowed_or_refused_as_the_table_says(
    matter_in: Any, at: Any, table: StateTable
) -> None:
    untouched = {state: matter_in(table, state) for state in table.labels}
    for state, action in pairs(table):
        edge = table.edge(state, action)
        matter = untouched[state] if edge is None else matter_in(table, state)
        data = {"until": at("2017-10-20 18:00")}
        if edge is None:
            with pytest.raises(WrongState) as refusal:
                act(matter=matter, action=action, actor=SYSTEM, at=at("2017-10-09 10:00"), data=data)
            assert table.labels[state] in refusal.value.message
            matter.refresh_from_db()
            assert (matter.state, matter.last_seq) == (state, 1)
        else:
            event = act(matter=matter, action=action, actor=SYSTEM, at=at("2017-10-09 10:00"), data=data)
            assert event.kind == edge.event
            assert matter.state == (state if edge.to == SAME else edge.to)
            assert (matter.closed_at is not None) == (edge.to in table.final)


@pytest.mark.parametrize(
    ("table", "expected"), [(REQUESTS, REQUEST_BY), (DISPATCHES, DISPATCH_BY)], ids=["request", "dispatch"]
)
def test_each_step_is_open_to_the_roles_meant_and_to_no_other(
    matter_in: Any, bodies: dict[str, Any], at: Any, table: StateTable, expected: dict[str, frozenset[str]]
) -> None:
    assert {edge.action for edge in table.edges} == set(expected)
    untouched = {state: matter_in(table, state) for state in table.labels}
    for edge in table.edges:
        for role in HOLDERS:
            body = bodies["chengguan" if role in UNIT_ROLES else "platform"]
            allowed = role in expected[edge.action]
            matter = matter_in(table, edge.source[0]) if allowed else untouched[edge.source[0]]
            actor = someone(role, body.pk)
            data = {"until": at("2017-10-20 18:00")}
            if allowed:
                act(matter=matter, action=edge.action, actor=actor, at=at("2017-10-09 10:00"), data=data)
            else:
                with pytest.raises(NotAllowed, match=edge.label):
                    act(matter=matter, action=edge.action, actor=actor, at=at("2017-10-09 10:00"), data=data)


def test_no_step_on_a_dispatch_is_open_to_the_citizen_or_to_another_units_people(
    bodies: dict[str, Any],
) -> None:
    mine = Matter(kind=DISPATCHES.kind, body_id=bodies["chengguan"].pk)
    for edge in DISPATCHES.edges:
        assert not edge.may(CITIZEN, mine)
        for role in UNIT_ROLES:
            assert not edge.may(someone(role, bodies["zhujian"].pk), mine), edge.action


def test_the_citizen_takes_no_step_on_a_request_but_to_comment_and_to_add_words(
    bodies: dict[str, Any],
) -> None:
    matter = Matter(kind=REQUESTS.kind)
    assert {edge.action for edge in REQUESTS.edges if edge.may(CITIZEN, matter)} == {
        "comment",
        "supplement",
    }


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.kind)
def test_every_state_can_be_reached_from_the_first(table: StateTable) -> None:
    seen, todo = set(), [table.initial]
    while todo:
        state = todo.pop()
        if state not in seen:
            seen.add(state)
            todo += [e.to for e in table.edges if state in e.source and e.to != SAME]
    assert seen == set(table.labels)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.kind)
def test_every_final_state_is_known_and_every_other_one_can_be_left(table: StateTable) -> None:
    assert table.final <= set(table.labels)
    for state in set(table.labels) - table.final:
        assert any(state in edge.source and edge.to not in {SAME, state} for edge in table.edges), state


@pytest.mark.parametrize("state", REACH)
def test_every_state_of_a_dispatch_is_reached_through_the_services(
    life_of: Any, state: str, clean: Any
) -> None:
    life = life_of(state=state)
    assert life.dispatch.matter.state == state
    life.dispatch.matter.refresh_from_db()
    assert life.dispatch.matter.state == state
    assert clean() == []


def test_the_reachable_states_are_all_that_the_table_knows() -> None:
    assert set(REACH) == set(DISPATCHES.labels)


def test_every_event_that_a_limit_watches_is_one_that_a_table_records(settings: Any) -> None:
    from luoshi.engines.obligations import OVERDUE
    from luoshi.ledger import rules

    known = {kind for table in TABLES for kind in table.event_kinds()} | {OVERDUE}
    watched = {kind for kind in rules.current().event_kinds() if kind.startswith("hotline.")}
    assert watched <= known
