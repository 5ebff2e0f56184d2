"""The lives of entries, bulletins and requests to supply, and the Chinese names of their events."""

from __future__ import annotations

from luoshi.knowledge.policies import may_edit, may_manage
from luoshi.ledger.states import SAME, Edge, StateTable, name_events, register

ENTRY = "knowledge.entry"
REQUEST = "knowledge.request"
BULLETIN = "knowledge.bulletin"

ENTRIES = StateTable(
    kind=ENTRY,
    initial="draft",
    opening="knowledge.drafted",
    labels={"draft": "草稿", "published": "已发布", "withdrawn": "已撤下"},
    edges=(
        Edge(("draft", "published", "withdrawn"), "edit", SAME, "knowledge.edited", may_edit, "修改"),
        Edge(("draft", "withdrawn"), "publish", "published", "knowledge.published", may_edit, "发布"),
        Edge(("published",), "review", SAME, "knowledge.reviewed", may_edit, "复核无误"),
        Edge(("draft", "published"), "withdraw", "withdrawn", "knowledge.withdrawn", may_edit, "撤下"),
        Edge(("published", "withdrawn"), "correct", SAME, "knowledge.corrected", may_manage, "登记错误"),
    ),
    final=frozenset({"withdrawn"}),
)

REQUESTS = StateTable(
    kind=REQUEST,
    initial="asked",
    opening="knowledge.requested",
    labels={"asked": "待报送", "delivered": "已报送", "cancelled": "已撤销"},
    edges=(
        Edge(("asked",), "deliver", "delivered", "knowledge.delivered", may_edit, "报送"),
        Edge(("asked",), "cancel", "cancelled", "knowledge.request_cancelled", may_manage, "撤销要求"),
    ),
    final=frozenset({"delivered", "cancelled"}),
)

BULLETINS = StateTable(
    kind=BULLETIN,
    initial="draft",
    opening="knowledge.bulletin_drafted",
    labels={"draft": "草稿", "issued": "已发布", "withdrawn": "已撤回"},
    edges=(
        Edge(("draft", "issued"), "edit", SAME, "knowledge.bulletin_edited", may_edit, "修改"),
        Edge(("draft",), "issue", "issued", "knowledge.bulletin_issued", may_edit, "发布并抄告平台"),
        Edge(("issued",), "see", SAME, "knowledge.bulletin_seen", may_manage, "平台已阅"),
        Edge(("draft", "issued"), "withdraw", "withdrawn", "knowledge.bulletin_withdrawn", may_edit, "撤回"),
    ),
    final=frozenset({"withdrawn"}),
)

TABLES = (ENTRIES, REQUESTS, BULLETINS)
OPENINGS = {
    "knowledge.drafted": "建立条目",
    "knowledge.requested": "要求报送",
    "knowledge.bulletin_drafted": "拟写公告",
}


def register_all() -> None:
    """Make the tables and the names of their events known to the ledger."""
    for table in TABLES:
        register(table)
        name_events({edge.event: edge.label for edge in table.edges})
    name_events(OPENINGS)
