"""The lives of base work, entries, supervision opinions and reports, and the Chinese names of their events."""

from __future__ import annotations

from luoshi.assessment.policies_records import (
    may_approve,
    may_file,
    may_record,
    may_work_on,
    system_only,
)
from luoshi.ledger.states import SAME, Edge, StateTable, name_events, register

BASE = "assessment.base"
ENTRY = "assessment.entry"
OPINION = "assessment.opinion"
REPORT = "assessment.report"
DISMISSED = "assessment.candidate_dismissed"

BASES = StateTable(
    kind=BASE,
    initial="standing",
    opening="assessment.base_opened",
    labels={"standing": "常态登记"},
    edges=(
        Edge(("standing",), "file", SAME, "assessment.base_filed", may_file, "报送材料"),
        Edge(("standing",), "judge", SAME, "assessment.base_judged", may_record, "认定"),
        Edge(("standing",), "strike", SAME, "assessment.base_struck", may_approve, "撤销认定"),
    ),
    final=frozenset(),
)

ENTRIES = StateTable(
    kind=ENTRY,
    initial="proposed",
    opening="assessment.entry_proposed",
    labels={
        "proposed": "待审定",
        "approved": "已计入",
        "rejected": "未通过",
        "withdrawn": "已撤回",
        "superseded": "按更高一级计",
        "revoked": "已撤销",
    },
    edges=(
        Edge(("proposed",), "supplement", SAME, "assessment.entry_supplemented", may_work_on, "补充材料"),
        Edge(("proposed",), "approve", "approved", "assessment.entry_approved", may_approve, "审定计入"),
        Edge(("proposed",), "reject", "rejected", "assessment.entry_rejected", may_approve, "不予计入"),
        Edge(("proposed",), "withdraw", "withdrawn", "assessment.entry_withdrawn", may_work_on, "撤回"),
        Edge(
            ("approved",),
            "supersede",
            "superseded",
            "assessment.entry_superseded",
            system_only,
            "改按更高一级计",
        ),
        Edge(("superseded",), "restore", "approved", "assessment.entry_restored", system_only, "恢复计入"),
        Edge(
            ("approved", "superseded"), "revoke", "revoked", "assessment.entry_revoked", may_approve, "撤销"
        ),
        Edge(("approved",), "refer", SAME, "assessment.entry_referred", may_record, "登记移交"),
    ),
    final=frozenset({"rejected", "withdrawn", "revoked"}),
)

OPINIONS = StateTable(
    kind=OPINION,
    initial="issued",
    opening="assessment.opinion_issued",
    labels={"issued": "待落实", "answered": "待确认", "carried_out": "已落实", "withdrawn": "已撤销"},
    edges=(
        Edge(("issued",), "answer", "answered", "assessment.opinion_answered", may_file, "答复落实情况"),
        Edge(
            ("answered",), "turn_down", "issued", "assessment.opinion_turned_down", may_record, "认定未落实"
        ),
        Edge(
            ("issued", "answered"),
            "carry_out",
            "carried_out",
            "assessment.opinion_carried_out",
            may_record,
            "确认落实",
        ),
        Edge(
            ("issued", "answered", "carried_out"),
            "withdraw",
            "withdrawn",
            "assessment.opinion_withdrawn",
            may_approve,
            "撤销督查意见",
        ),
    ),
    final=frozenset({"carried_out", "withdrawn"}),
)

REPORTS = StateTable(
    kind=REPORT,
    initial="due",
    opening="assessment.report_opened",
    labels={"due": "待报送", "filed": "已报送", "struck": "不予计入"},
    edges=(
        Edge(("due",), "file", "filed", "assessment.report_filed", may_file, "报送"),
        Edge(("filed",), "supplement", SAME, "assessment.report_supplemented", may_file, "补充文件"),
        Edge(("filed",), "strike", "struck", "assessment.report_struck", may_record, "不予计入"),
    ),
    final=frozenset({"filed", "struck"}),
)

TABLES = (BASES, ENTRIES, OPINIONS, REPORTS)
OPENINGS = {
    BASES.opening: "建立基础工作登记",
    ENTRIES.opening: "提出",
    OPINIONS.opening: "下达督查意见",
    REPORTS.opening: "建立报送件",
    DISMISSED: "经核查不予扣分",
}


def register_all() -> None:
    """Make the tables and the names of their events known to the ledger."""
    for table in TABLES:
        register(table)
        name_events({edge.event: edge.label for edge in table.edges})
    name_events(OPENINGS)
