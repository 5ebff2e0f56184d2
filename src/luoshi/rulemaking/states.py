"""The life of a change of a rule."""

from __future__ import annotations

from typing import Any

from luoshi.ledger.actors import Actor
from luoshi.ledger.states import SAME, Edge, StateTable, name_events, register

CHANGE = "rules.change"
RECOUNTED = "rules.due_recounted"
RECOUNTED_BACK = "rules.due_recounted_back"


def may_edit(actor: Actor, matter: Any) -> bool:
    """Who drafts changes of rules."""
    return actor.can("rules.edit")


def may_approve(actor: Actor, matter: Any) -> bool:
    """Who puts changes of rules in force. That nobody approves a draft of their own is checked by the service."""
    return actor.can("rules.approve")


def may_read(actor: Actor, matter: Any) -> bool:
    """Who reads rules reads what is proposed, too."""
    return actor.can("rules.read")


CHANGES = StateTable(
    kind=CHANGE,
    initial="drafting",
    opening="rules.change_opened",
    labels={
        "drafting": "拟订中",
        "submitted": "待批准",
        "in_force": "已批准",
        "withdrawn": "已撤回",
        "taken_back": "施行前收回",
    },
    edges=(
        Edge(("drafting",), "edit", SAME, "rules.change_edited", may_edit, "修改"),
        Edge(("drafting",), "submit", "submitted", "rules.change_submitted", may_edit, "送审"),
        Edge(("submitted",), "send_back", "drafting", "rules.change_sent_back", may_approve, "退回"),
        Edge(("submitted",), "approve", "in_force", "rules.change_approved", may_approve, "批准施行"),
        Edge(("in_force",), "take_back", "taken_back", "rules.change_taken_back", may_approve, "施行前收回"),
        Edge(("drafting", "submitted"), "withdraw", "withdrawn", "rules.change_withdrawn", may_edit, "撤回"),
    ),
    final=frozenset({"in_force", "withdrawn", "taken_back"}),
)


def register_all() -> None:
    """Make the table and the names of its events known."""
    register(CHANGES)
    name_events(
        {
            "rules.change_opened": "拟订规则修改",
            "rules.change_edited": "修改草案",
            "rules.change_submitted": "送审",
            "rules.change_sent_back": "退回草案",
            "rules.change_approved": "批准施行",
            "rules.change_withdrawn": "撤回草案",
            "rules.change_taken_back": "施行前收回",
            RECOUNTED: "按新安排重算办理时限",
            RECOUNTED_BACK: "收回后重算办理时限",
        }
    )
