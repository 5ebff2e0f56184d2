"""The lives of notices, probations, changes of name and placements, with the Chinese names of their events."""

from __future__ import annotations

from luoshi.appointments.policies import may_manage, may_report, may_return, may_sign
from luoshi.ledger.states import SAME, Edge, StateTable, name_events, register

NOTICE = "appointments.notice"
PROBATION = "appointments.probation"
RENAMING = "appointments.renaming"
PLACEMENT = "appointments.placement"

NOTICES = StateTable(
    kind=NOTICE,
    initial="drafting",
    opening="appointments.notice_opened",
    labels={
        "drafting": "起草中", "submitted": "待签署", "signed": "已签署", "issued": "已印发", "withdrawn": "已撤回",
    },
    edges=(
        Edge(("drafting",), "edit", SAME, "appointments.notice_edited", may_manage, "修改通知"),
        Edge(("drafting",), "add_act", SAME, "appointments.act_added", may_manage, "增加任免"),
        Edge(("drafting",), "change_act", SAME, "appointments.act_changed", may_manage, "修改任免"),
        Edge(("drafting",), "drop_act", SAME, "appointments.act_dropped", may_manage, "删去任免"),
        Edge(("drafting", "submitted", "signed"), "link", SAME, "appointments.decision_linked", may_manage, "关联集体决策"),
        Edge(("drafting",), "submit", "submitted", "appointments.notice_submitted", may_manage, "送签署"),
        Edge(("submitted",), "send_back", "drafting", "appointments.notice_sent_back", may_return, "退回修改"),
        Edge(("submitted",), "sign", "signed", "appointments.notice_signed", may_sign, "签署"),
        Edge(("signed",), "issue", "issued", "appointments.notice_issued", may_manage, "印发"),
        Edge(("drafting",), "take_over", "issued", "appointments.notice_taken_over", may_manage, "补录历史通知"),
        Edge(("drafting", "submitted"), "withdraw", "withdrawn", "appointments.notice_withdrawn", may_manage, "撤回"),
        Edge(("issued",), "publish_site", SAME, "appointments.site_published", may_manage, "登记网站公开"),
        Edge(("issued",), "publish_gazette", SAME, "appointments.gazette_published", may_manage, "登记公报刊载"),
        Edge(("issued",), "complete", SAME, "appointments.procedure_completed", may_manage, "登记人大任免或企业程序"),
        Edge(("issued",), "settle_doubt", SAME, "appointments.doubt_settled", may_manage, "核对存疑名称"),
    ),
    final=frozenset({"withdrawn"}),
)  # fmt: skip

PROBATIONS = StateTable(
    kind=PROBATION,
    initial="running",
    opening="appointments.probation_started",
    labels={"running": "试用中", "confirmed": "已转正", "removed": "已免职"},
    edges=(
        Edge(("running",), "assess", SAME, "appointments.probation_assessed", may_manage, "登记考核意见"),
        Edge(("running",), "extend", SAME, "appointments.probation_extended", may_manage, "延长试用期"),
        Edge(("running",), "confirm", "confirmed", "appointments.probation_confirmed", may_manage, "转正"),
        Edge(("running",), "remove", "removed", "appointments.probation_removed", may_manage, "免职"),
    ),
    final=frozenset({"confirmed", "removed"}),
)

RENAMINGS = StateTable(
    kind=RENAMING,
    initial="drafting",
    opening="appointments.renaming_opened",
    labels={"drafting": "起草中", "announced": "已公布待生效", "in_effect": "已更名", "withdrawn": "已撤回"},
    edges=(
        Edge(("drafting",), "edit", SAME, "appointments.renaming_edited", may_manage, "修改更名"),
        Edge(
            ("drafting",), "announce", "announced", "appointments.renaming_announced", may_manage, "公布更名"
        ),
        Edge(("announced",), "effect", "in_effect", "appointments.renaming_effected", may_manage, "更名生效"),
        Edge(
            ("drafting", "announced"),
            "withdraw",
            "withdrawn",
            "appointments.renaming_withdrawn",
            may_manage,
            "撤回",
        ),
    ),
    final=frozenset({"in_effect", "withdrawn"}),
)

PLACEMENTS = StateTable(
    kind=PLACEMENT,
    initial="owed",
    opening="appointments.placement_opened",
    labels={"owed": "应安排", "met": "已安排", "struck": "已移出名单"},
    edges=(
        Edge(("owed", "met"), "report", SAME, "appointments.placement_reported", may_report, "报告安排人数"),
        Edge(("owed",), "meet", "met", "appointments.placement_met", may_report, "达到最低人数"),
        Edge(("met",), "reopen", "owed", "appointments.placement_reopened", may_report, "不再达到最低人数"),
        Edge(("owed", "met"), "strike", "struck", "appointments.placement_struck", may_manage, "移出名单"),
    ),
    final=frozenset({"struck"}),
)

TABLES = (NOTICES, PROBATIONS, RENAMINGS, PLACEMENTS)
OTHERS = {
    "appointments.notice_opened": "起草任免通知",
    "appointments.probation_started": "试用期开始",
    "appointments.probation_reminded": "试用期将满提醒",
    "appointments.renaming_opened": "起草更名",
    "appointments.placement_opened": "列入主要成员单位",
}


def register_all() -> None:
    """Make the tables and the names of their events known to the ledger."""
    for table in TABLES:
        register(table)
        name_events({edge.event: edge.label for edge in table.edges})
    name_events(OTHERS)
