"""The lives of the roster, of commissions, leave, clearances and their stops, with the Chinese names of their events."""

from __future__ import annotations

from luoshi.agenda.policies import (
    may_arrange,
    may_ask,
    may_keep_roster,
    may_own,
    may_own_or_keep,
    may_take_stop,
)
from luoshi.ledger.states import SAME, Edge, StateTable, name_events, register

ROSTER = "agenda.roster"
DELEGATION = "agenda.delegation"
LEAVE = "agenda.leave"
CLEARANCE = "agenda.clearance"
STEP = "agenda.step"
OVERLAP = "agenda.overlap"
ACTIVITY = "agenda.activity"


def _change(action: str, event: str, label: str) -> Edge:
    """A change of the roster: it stays as it is, the change is an event."""
    return Edge(("kept",), action, SAME, f"agenda.{event}", may_keep_roster, label)


ROSTERS = StateTable(
    kind=ROSTER,
    initial="kept",
    opening="agenda.roster_opened",
    labels={"kept": "在用"},
    edges=(
        _change("add_leader", "leader_added", "登记领导"),
        _change("edit_leader", "leader_edited", "修改领导登记"),
        _change("end_leader", "leader_ended", "领导离任"),
        _change("set_charge", "charge_set", "调整分管"),
        _change("set_assists", "assists_set", "调整协助关系"),
        _change("set_serves", "serves_set", "调整服务科室"),
        _change("set_pair", "pair_set", "结成AB角"),
        _change("end_pair", "pair_ended", "解除AB角"),
    ),
    final=frozenset(),
)

DELEGATIONS = StateTable(
    kind=DELEGATION,
    initial="in_force",
    opening="agenda.delegated",
    labels={"in_force": "有效", "revoked": "已撤销"},
    edges=(
        Edge(
            ("in_force",), "revoke", "revoked", "agenda.delegation_revoked", may_own_or_keep, "撤销授权委托"
        ),
    ),
    final=frozenset({"revoked"}),
)

LEAVES = StateTable(
    kind=LEAVE,
    initial="applied",
    opening="agenda.leave_applied",
    labels={
        "applied": "待批准", "granted": "已批准", "refused": "未批准", "withdrawn": "已撤回", "returned": "已销假",
        "cancelled": "已取消",
    },
    edges=(
        Edge(("applied",), "grant", "granted", "agenda.leave_granted", may_ask, "批准请假"),
        Edge(("applied",), "refuse", "refused", "agenda.leave_refused", may_ask, "不批准请假"),
        Edge(("applied",), "register", "granted", "agenda.absence_registered", may_keep_roster, "登记外出"),
        Edge(("applied",), "withdraw", "withdrawn", "agenda.leave_withdrawn", may_own, "撤回请假"),
        Edge(("granted",), "file", SAME, "agenda.leave_filed", may_own_or_keep, "报备"),
        Edge(("granted",), "call_off", "cancelled", "agenda.leave_cancelled", may_own_or_keep, "取消外出"),
        Edge(("granted",), "return", "returned", "agenda.returned", may_own_or_keep, "销假"),
    ),
    final=frozenset({"refused", "withdrawn", "returned", "cancelled"}),
)  # fmt: skip

OVERLAPS = StateTable(
    kind=OVERLAP,
    initial="found",
    opening="agenda.overlap_found",
    labels={"found": "待统筹安排", "arranged": "已安排", "over": "已不重叠"},
    edges=(
        Edge(
            ("found", "arranged"),
            "arrange",
            "arranged",
            "agenda.overlap_arranged",
            may_arrange,
            "统筹安排代行",
        ),
        Edge(("found", "arranged"), "end", "over", "agenda.overlap_over", may_ask, "不再重叠"),
    ),
    final=frozenset({"over"}),
)

ACTIVITIES = StateTable(
    kind=ACTIVITY,
    initial="planned",
    opening="agenda.activity_planned",
    labels={"planned": "已列入日程", "cancelled": "已取消"},
    edges=(
        Edge(("planned",), "cancel", "cancelled", "agenda.activity_cancelled", may_own_or_keep, "取消活动"),
    ),
    final=frozenset({"cancelled"}),
)

CLEARANCES = StateTable(
    kind=CLEARANCE,
    initial="applied",
    opening="agenda.clearance_applied",
    labels={"applied": "报批中", "granted": "已核准", "refused": "未核准", "withdrawn": "已撤回"},
    edges=(
        Edge(("applied",), "grant", "granted", "agenda.clearance_granted", may_ask, "核准"),
        Edge(("applied",), "refuse", "refused", "agenda.clearance_refused", may_ask, "不予核准"),
        Edge(("applied",), "withdraw", "withdrawn", "agenda.clearance_withdrawn", may_own_or_keep, "撤回"),
    ),
    final=frozenset({"granted", "refused", "withdrawn"}),
)

STEPS = StateTable(
    kind=STEP,
    initial="waiting",
    opening="agenda.step_planned",
    labels={
        "waiting": "未到", "open": "待办理", "agreed": "同意", "refused": "不同意", "left_out": "免于办理",
        "void": "不再办理",
    },
    edges=(
        Edge(("waiting",), "open", "open", "agenda.step_opened", may_ask, "轮到办理"),
        Edge(("open",), "agree", "agreed", "agenda.step_agreed", may_take_stop, "同意"),
        Edge(("open",), "refuse", "refused", "agenda.step_refused", may_take_stop, "不同意"),
        Edge(("waiting", "open"), "leave_out", "left_out", "agenda.step_left_out", may_ask, "免于办理"),
        Edge(("waiting", "open"), "void", "void", "agenda.step_void", may_ask, "不再办理"),
    ),
    final=frozenset({"agreed", "refused", "left_out", "void"}),
)  # fmt: skip

TABLES = (ROSTERS, DELEGATIONS, LEAVES, CLEARANCES, STEPS, OVERLAPS, ACTIVITIES)
OPENINGS = {
    "agenda.roster_opened": "建立领导名单",
    "agenda.delegated": "登记授权委托",
    "agenda.leave_applied": "申请请假",
    "agenda.clearance_applied": "报批",
    "agenda.step_planned": "列入办理环节",
    "agenda.stand_in_named": "指定代行人",
    "agenda.overlap_found": "代行双方外出时间重叠",
    "agenda.activity_planned": "列入日程",
}


def register_all() -> None:
    """Make the tables and the names of their events known to the ledger."""
    for table in TABLES:
        register(table)
        name_events({edge.event: edge.label for edge in table.edges})
    name_events(OPENINGS)
