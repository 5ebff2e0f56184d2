"""The life of an erasure: worked out, proposed by one person, approved by another, carried out."""

from __future__ import annotations

from typing import Final

from luoshi.ledger.states import SAME, Edge, StateTable, name_events, register
from luoshi.retention.policies import is_system, may_approve, may_propose

RUN: Final = "retention.run"
ERASED: Final = "retention.erased"
HELD: Final = "retention.held"
RELEASED: Final = "retention.released"

LIVE: Final = ("drawn", "proposed", "approved")

RUNS = StateTable(
    kind=RUN,
    initial="drawn",
    opening="retention.drawn",
    labels={
        "drawn": "待提请", "proposed": "待批准", "approved": "正在删除", "done": "已删除", "refused": "不批准", "dropped": "已作废",
    },
    edges=(
        Edge(("drawn",), "propose", "proposed", "retention.proposed", may_propose, "提请批准"),
        Edge(("proposed",), "approve", "approved", "retention.approved", may_approve, "批准删除"),
        Edge(("proposed",), "refuse", "refused", "retention.refused", may_approve, "不批准"),
        Edge(("drawn", "proposed"), "drop", "dropped", "retention.dropped", may_propose, "作废"),
        Edge(("drawn",), "start", "approved", "retention.started", is_system, "按规则自动删除"),
        Edge(("approved",), "erase", SAME, "retention.batch_erased", is_system, "删除一批"),
        Edge(("approved",), "finish", "done", "retention.finished", is_system, "删除完毕"),
    ),
    final=frozenset({"done", "refused", "dropped"}),
)  # fmt: skip


def register_all() -> None:
    """Make the table and the names of its events known."""
    register(RUNS)
    name_events({RUNS.opening: "算出到期数量", **{edge.event: edge.label for edge in RUNS.edges}})
    name_events({ERASED: "个人信息已按规定删除", HELD: "暂停到期删除", RELEASED: "恢复到期删除"})
