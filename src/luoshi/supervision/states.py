"""The lives of tasks, parts, asks and campaigns, and the Chinese names of their events."""

from __future__ import annotations

from luoshi.ledger.states import SAME, Edge, StateTable, name_events, register
from luoshi.supervision.policies import (
    is_lead_above,
    is_own,
    may_check,
    may_decide,
    may_evaluate,
    may_manage,
    may_oversee,
    may_set,
)
from luoshi.supervision.states_more import (
    BULLETIN,
    DANGER,
    ENTRY,
    INSPECTION,
    LETTER,
    MORE,
    MORE_OPENINGS,
    PATROL_OBJECT,
)

__all__ = [
    "ASK", "BULLETIN", "CAMPAIGN", "DANGER", "ENTRY", "INSPECTION", "LETTER", "PART", "PATROL_OBJECT", "TABLES", "TASK",
    "UNPLACED", "register_all",
]  # fmt: skip

TASK = "supervision.task"
UNPLACED = "supervision.unplaced"
PART = "supervision.part"
ASK = "supervision.ask"
CAMPAIGN = "supervision.campaign"

LIVE = ("issued", "in_hand", "submitted")
OPEN = ("issued", "in_hand")

TASKS = StateTable(
    kind=TASK,
    initial="issued",
    opening="supervision.task_set",
    labels={
        "issued": "待签收", "in_hand": "办理中", "submitted": "待核查", "closed": "已销号", "cancelled": "已撤销",
    },
    edges=(
        Edge(("issued",), "receive", "in_hand", "supervision.received", is_own, "签收"),
        Edge(("in_hand",), "progress", SAME, "supervision.progress_reported", is_own, "报告进展"),
        Edge(OPEN, "attach", SAME, "supervision.evidence_added", is_own, "上传佐证材料"),
        Edge(OPEN, "ask_extension", SAME, "supervision.extension_asked", is_own, "申请延期"),
        Edge(OPEN, "grant_extension", SAME, "supervision.extension_granted", may_check, "同意延期"),
        Edge(OPEN, "refuse_extension", SAME, "supervision.extension_refused", may_check, "不同意延期"),
        Edge(OPEN, "report_problem", SAME, "supervision.problem_reported", is_own, "报告问题"),
        Edge(LIVE, "answer_problem", SAME, "supervision.problem_answered", may_oversee, "答复问题"),
        Edge(("in_hand",), "submit", "submitted", "supervision.submitted", is_own, "报结"),
        Edge(("submitted",), "close", "closed", "supervision.closed", may_check, "核查销号"),
        Edge(("submitted",), "return", "in_hand", "supervision.returned", may_check, "退回续办"),
        Edge(OPEN, "change", SAME, "supervision.changed", may_check, "按新决定变更"),
        Edge(LIVE, "cancel", "cancelled", "supervision.cancelled", may_check, "撤销"),
        Edge(LIVE, "name_leader", SAME, "supervision.leader_named", may_set, "明确牵头领导"),
        Edge(LIVE, "name_body", SAME, "supervision.part_named", may_oversee, "明确配合单位"),
        Edge(LIVE, "urge", SAME, "supervision.urged", may_oversee, "催办"),
        Edge(LIVE, "remind", SAME, "supervision.reminded", may_manage, "到期提醒"),
        Edge(LIVE, "order_inspection", SAME, "supervision.inspection_ordered", may_set, "布置督查"),
        Edge(LIVE, "inspect", SAME, "supervision.inspected", may_oversee, "督查"),
        Edge(
            ("in_hand", "submitted", "closed"), "take_views", SAME, "supervision.views_taken", is_own, "登记各方意见",
        ),
        Edge(
            ("in_hand", "submitted", "closed"), "evaluate", SAME, "supervision.evaluated", may_evaluate, "评估执行效果",
        ),
        Edge((*LIVE, "closed"), "account", SAME, "supervision.accounted", may_manage, "责任追究"),
    ),
    final=frozenset({"closed", "cancelled"}),
)  # fmt: skip

UNPLACEDS = StateTable(
    kind=UNPLACED,
    initial="unplaced",
    opening="supervision.unplaced_set",
    labels={"unplaced": "待核责任单位", "placed": "已明确责任单位", "cancelled": "已撤销"},
    edges=(
        Edge(("unplaced",), "place", "placed", "supervision.placed", may_oversee, "明确牵头单位"),
        Edge(("unplaced",), "cancel", "cancelled", "supervision.unplaced_cancelled", may_oversee, "撤销"),
    ),
    final=frozenset({"placed", "cancelled"}),
)

PARTS = StateTable(
    kind=PART,
    initial="sent",
    opening="supervision.part_sent",
    labels={"sent": "待签收", "in_hand": "办理中", "replied": "已回复牵头单位", "ended": "已结束"},
    edges=(
        Edge(("sent",), "receive", "in_hand", "supervision.part_received", is_own, "签收"),
        Edge(("sent", "in_hand"), "reply", "replied", "supervision.part_replied", is_own, "回复牵头单位"),
        Edge(("replied",), "send_back", "in_hand", "supervision.part_sent_back", is_lead_above, "请其补充"),
        Edge(("sent", "in_hand"), "urge", SAME, "supervision.part_urged", is_lead_above, "催促配合单位"),
        Edge(("sent", "in_hand"), "remind", SAME, "supervision.reminded", may_manage, "到期提醒"),
        Edge(("sent", "in_hand"), "move", SAME, "supervision.part_moved", may_check, "随主办时限顺延"),
        Edge(
            ("sent", "in_hand", "replied"), "end", "ended", "supervision.part_ended", may_check, "随主办结束"
        ),
    ),
    final=frozenset({"ended"}),
)

ASKS = StateTable(
    kind=ASK,
    initial="waiting",
    opening="supervision.asked",
    labels={"waiting": "待答复", "decided": "已答复", "void": "已失效"},
    edges=(
        Edge(("waiting",), "decide", "decided", "supervision.ask_decided", may_decide, "答复"),
        Edge(("waiting",), "void", "void", "supervision.ask_voided", may_set, "失效"),
    ),
    final=frozenset({"decided", "void"}),
)

CAMPAIGNS = StateTable(
    kind=CAMPAIGN,
    initial="running",
    opening="supervision.campaign_set",
    labels={"running": "进行中", "ended": "已结束"},
    edges=(
        Edge(("running",), "evaluate", SAME, "supervision.plan_evaluated", may_manage, "登记评估"),
        Edge(("running",), "end", "ended", "supervision.campaign_ended", may_manage, "结束"),
    ),
    final=frozenset({"ended"}),
)

TABLES = (TASKS, UNPLACEDS, PARTS, ASKS, CAMPAIGNS, *MORE)
OPENINGS = {
    "supervision.task_set": "立项交办",
    "supervision.unplaced_set": "立项，责任单位待核",
    "supervision.part_sent": "交配合单位",
    "supervision.asked": "提出",
    "supervision.campaign_set": "部署",
    **MORE_OPENINGS,
}


def register_all() -> None:
    """Make the tables and the names of their events known to the ledger."""
    for table in TABLES:
        register(table)
        name_events({edge.event: edge.label for edge in table.edges})
    name_events(OPENINGS)
