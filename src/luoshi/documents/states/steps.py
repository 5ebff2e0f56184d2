"""The life of one step of a paper's way."""

from __future__ import annotations

from typing import Any

from luoshi.ledger.actors import Actor
from luoshi.ledger.states import SAME, Edge, StateTable

STEP = "documents.step"


def is_step_holder(actor: Actor, matter: Any) -> bool:
    """Whoever acts there, or the one they stand in for, come back meanwhile."""
    facts = matter.facts
    return actor.person_id is not None and actor.person_id in (facts.get("person"), facts.get("acts_for"))


def may_route(actor: Actor, matter: Any = None) -> bool:
    """Those who send papers on their way: the secretariat, the confidential office, the sections."""
    return any(actor.can(f"documents.{name}") for name in ("register", "reading", "handle", "number"))


def may_hold_or_route(actor: Actor, matter: Any) -> bool:
    """The step's own person, or those who send papers on their way."""
    return is_step_holder(actor, matter) or may_route(actor)


def may_recall(actor: Actor, matter: Any) -> bool:
    """Those who send papers on their way, and those who sign: whoever sends a paper back ends the others' turn."""
    return may_route(actor) or actor.can("documents.approve")


STEPS = StateTable(
    kind=STEP,
    initial="open",
    opening="documents.step_opened",
    labels={
        "open": "待批阅",
        "done": "已批阅",
        "moved": "已改送",
        "sent_back": "已退回",
        "recalled": "已撤回",
    },
    edges=(
        Edge(("open",), "done", "done", "documents.step_done", is_step_holder, "批阅"),
        Edge(("open",), "send_back", "sent_back", "documents.step_sent_back", is_step_holder, "退回修改"),
        Edge(("open",), "refer", SAME, "documents.step_referred", is_step_holder, "转请其他领导核批"),
        Edge(
            ("open",), "commission", SAME, "documents.coordination_commissioned", is_step_holder, "委托协调"
        ),
        Edge(("open",), "withdraw", SAME, "documents.coordination_withdrawn", is_step_holder, "收回委托"),
        Edge(("open",), "agree", SAME, "documents.step_agreed", may_hold_or_route, "登记商定的传批方式"),
        Edge(("open",), "move", "moved", "documents.step_moved", may_hold_or_route, "改送"),
        Edge(("open",), "recall", "recalled", "documents.step_recalled", may_recall, "撤回"),
    ),
    final=frozenset({"done", "moved", "sent_back", "recalled"}),
)
