"""The lives of sheets, appeals and what is registered on a year's results."""

from __future__ import annotations

from luoshi.assessment.policies_sheets import may_appeal, may_approve, may_close, may_decide
from luoshi.ledger.states import SAME, Edge, StateTable, name_events, register

SHEET = "assessment.sheet"
APPEAL = "assessment.appeal"
CONSEQUENCE = "assessment.consequence"

SHEETS = StateTable(
    kind=SHEET,
    initial="open",
    opening="assessment.sheet_opened",
    labels={"open": "待结账", "closed": "已结账", "published": "已公布"},
    edges=(
        Edge(("open",), "close", "closed", "assessment.sheet_closed", may_close, "结账"),
        Edge(("closed",), "reopen", "open", "assessment.sheet_reopened", may_close, "撤销结账"),
        Edge(("closed",), "publish", "published", "assessment.sheet_published", may_close, "公布"),
        Edge(("published",), "revise", SAME, "assessment.sheet_revised", may_approve, "按申诉决定修正"),
    ),
    final=frozenset(),
)

APPEALS = StateTable(
    kind=APPEAL,
    initial="submitted",
    opening="assessment.appeal_submitted",
    labels={
        "submitted": "待处理",
        "drafted": "待审定",
        "accepted": "申诉成立",
        "rejected": "申诉不成立",
        "withdrawn": "已撤回",
    },
    edges=(
        Edge(("submitted",), "draft", "drafted", "assessment.appeal_drafted", may_decide, "提出处理意见"),
        Edge(("drafted",), "send_back", "submitted", "assessment.appeal_sent_back", may_approve, "退回重拟"),
        Edge(("drafted",), "accept", "accepted", "assessment.appeal_accepted", may_approve, "审定：申诉成立"),
        Edge(
            ("drafted",), "reject", "rejected", "assessment.appeal_rejected", may_approve, "审定：申诉不成立"
        ),
        Edge(
            ("submitted", "drafted"),
            "withdraw",
            "withdrawn",
            "assessment.appeal_withdrawn",
            may_appeal,
            "撤回申诉",
        ),
    ),
    final=frozenset({"accepted", "rejected", "withdrawn"}),
)

CONSEQUENCES = StateTable(
    kind=CONSEQUENCE,
    initial="registered",
    opening="assessment.consequence_registered",
    labels={"registered": "已登记", "revoked": "已撤销"},
    edges=(
        Edge(("registered",), "revoke", "revoked", "assessment.consequence_revoked", may_approve, "撤销登记"),
    ),
    final=frozenset({"revoked"}),
)

TABLES = (SHEETS, APPEALS, CONSEQUENCES)
OPENINGS = {
    "assessment.sheet_opened": "建立成绩单",
    "assessment.appeal_submitted": "提交申诉（即受理）",
    "assessment.consequence_registered": "登记结果运用",
}


def register_all() -> None:
    """Make the tables and the names of their events known to the ledger."""
    for table in TABLES:
        register(table)
        name_events({edge.event: edge.label for edge in table.edges})
    name_events(OPENINGS)
