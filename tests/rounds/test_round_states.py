"""The whole matrix of states and actions of rounds, forbidden pairs included."""

from __future__ import annotations

from typing import Any

import pytest

from luoshi.ledger import services as ledger
from luoshi.ledger.actors import CITIZEN, Actor, ActorKind
from luoshi.ledger.errors import NotAllowed, WrongState
from luoshi.ledger.models import Matter
from luoshi.rounds import states
from tests.rounds.conftest import OPENED, moment

pytestmark = pytest.mark.django_db

LIVE = ("planned", "running", "marking")
ALLOWED: dict[str, dict[tuple[str, str], str]] = {
    states.ROUND: {
        ("draft", "plan"): "draft",
        ("draft", "submit"): "submitted",
        ("draft", "cancel"): "cancelled",
        ("submitted", "approve_plan"): "planned",
        ("submitted", "return_plan"): "draft",
        ("submitted", "cancel"): "cancelled",
        ("planned", "notify"): "running",
        ("planned", "cancel"): "cancelled",
        ("running", "mark"): "marking",
        ("marking", "summarise"): "summarised",
        ("summarised", "check"): "checked",
        ("summarised", "recheck"): "marking",
        ("checked", "approve"): "approved",
        ("checked", "return_result"): "marking",
        ("approved", "publish"): "published",
        ("published", "use"): "published",
        ("published", "close"): "closed",
        **{
            (state, action): state
            for state in LIVE
            for action in ("team", "expect", "tell", "draw", "score_spot")
        },
    },
    states.UNIT: {
        ("listed", "notify"): "notified",
        ("listed", "remove"): "removed",
        ("listed", "exempt"): "listed",
        ("removed", "relist"): "listed",
        ("notified", "save"): "notified",
        ("notified", "submit"): "submitted",
        ("submitted", "recall"): "notified",
        **{
            (state, action): state
            for state in ("notified", "submitted")
            for action in ("mark", "agree", "exempt")
        },
        **{
            (state, action): state
            for state in ("notified", "submitted", "settled")
            for action in ("remark", "answer")
        },
        ("notified", "settle"): "settled",
        ("submitted", "settle"): "settled",
    },
    states.RECORD: {
        ("entered", "approve"): "approved",
        ("entered", "withdraw"): "withdrawn",
        ("approved", "withdraw"): "withdrawn",
    },
    states.RECTIFICATION: {
        ("told", "plan"): "planned",
        ("told", "urge"): "told",
        ("planned", "urge"): "planned",
        ("planned", "progress"): "planned",
        ("planned", "report"): "reported",
        ("reported", "redo"): "planned",
        ("reported", "confirm"): "confirmed",
    },
}
TO_MARKING = ["submit", "approve_plan", "notify", "mark"]
WAYS: dict[str, dict[str, list[str]]] = {
    states.ROUND: {
        "draft": [],
        "submitted": ["submit"],
        "planned": ["submit", "approve_plan"],
        "running": ["submit", "approve_plan", "notify"],
        "marking": TO_MARKING,
        "summarised": [*TO_MARKING, "summarise"],
        "checked": [*TO_MARKING, "summarise", "check"],
        "approved": [*TO_MARKING, "summarise", "check", "approve"],
        "published": [*TO_MARKING, "summarise", "check", "approve", "publish"],
        "closed": [*TO_MARKING, "summarise", "check", "approve", "publish", "close"],
        "cancelled": ["cancel"],
    },
    states.UNIT: {
        "listed": [],
        "notified": ["notify"],
        "submitted": ["notify", "submit"],
        "settled": ["notify", "settle"],
        "removed": ["remove"],
    },
    states.RECORD: {"entered": [], "approved": ["approve"], "withdrawn": ["withdraw"]},
    states.RECTIFICATION: {
        "told": [],
        "planned": ["plan"],
        "reported": ["plan", "report"],
        "confirmed": ["plan", "report", "confirm"],
    },
}
MATRIX = [
    (table.kind, state, action)
    for table in states.TABLES
    for state in table.labels
    for action in sorted({edge.action for edge in table.edges})
]
FACTS = {"facts": {"due_set": moment("2019-01-01 12:00"), "self_due": moment("2018-11-30 12:00")}}


def able(body: Any) -> Actor:
    """Somebody of the body with every right in rounds: only the state stands against a step."""
    rights = {f"rounds.{name}" for name in ("manage", "approve", "assess", "unit", "read_all")}
    return Actor(ActorKind.USER, "甲", body_id=body.pk, permissions=frozenset(rights))


def matter_in(kind: str, state: str, body: Any) -> Matter:
    matter = ledger.matter_open(kind=kind, title="甲", body_id=body.pk, actor=able(body), at=OPENED)
    for action in WAYS[kind][state]:
        ledger.act(matter=matter, action=action, actor=able(body), at=OPENED, data=FACTS)
    return matter


@pytest.mark.parametrize(("kind", "state", "action"), MATRIX)
def test_each_action_is_possible_in_its_states_and_nowhere_else(
    bodies: Any, kind: str, state: str, action: str
) -> None:
    matter = matter_in(kind, state, bodies["jiaoyu"])
    target = ALLOWED[kind].get((state, action))
    if target is None:
        with pytest.raises(WrongState):
            ledger.act(matter=matter, action=action, actor=able(bodies["jiaoyu"]), at=OPENED)
    else:
        ledger.act(matter=matter, action=action, actor=able(bodies["jiaoyu"]), at=OPENED, data=FACTS)
        assert Matter.objects.get(pk=matter.pk).state == target


@pytest.mark.parametrize(
    ("kind", "state", "action"), [row for row in MATRIX if (row[1], row[2]) in ALLOWED[row[0]]]
)
def test_nobody_without_the_right_takes_a_step(bodies: Any, kind: str, state: str, action: str) -> None:
    matter = matter_in(kind, state, bodies["jiaoyu"])
    with pytest.raises(NotAllowed):
        ledger.act(matter=matter, action=action, actor=CITIZEN, at=OPENED)
