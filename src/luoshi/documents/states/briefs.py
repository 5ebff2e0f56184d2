"""The life of a brief that a unit sends to the government."""

from __future__ import annotations

from typing import Any

from luoshi.ledger.actors import Actor, ActorKind
from luoshi.ledger.states import Edge, StateTable

BRIEF = "documents.brief"


def may_decide(actor: Actor, matter: Any) -> bool:
    """The government's office."""
    return actor.can("documents.number") or actor.kind is ActorKind.SYSTEM


def may_end(actor: Actor, matter: Any) -> bool:
    """The unit that sends it, or the office."""
    own = actor.body_id is not None and matter.facts.get("sender") == actor.body_id
    return (own and actor.can("documents.unit")) or may_decide(actor, matter)


BRIEFS = StateTable(
    kind=BRIEF,
    initial="asked",
    opening="documents.brief_registered",
    labels={"asked": "待办公室同意", "kept": "在报", "refused": "未同意", "ended": "已停报"},
    edges=(
        Edge(("asked",), "keep", "kept", "documents.brief_kept", may_decide, "同意报送"),
        Edge(("asked",), "refuse", "refused", "documents.brief_refused", may_decide, "不同意"),
        Edge(("asked", "kept"), "end", "ended", "documents.brief_ended", may_end, "停报"),
    ),
    final=frozenset({"refused", "ended"}),
)
TABLES = (BRIEFS,)
OPENINGS = {"documents.brief_registered": "登记简报"}
