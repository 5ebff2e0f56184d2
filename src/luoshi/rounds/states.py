"""The lives of rounds, of units in them, of daily records and of rectifications."""

from __future__ import annotations

from luoshi.ledger.states import SAME, Edge, StateTable, name_events, register
from luoshi.rounds.policies import may_act_for, may_approve, may_assess, may_manage

ROUND = "rounds.round"
UNIT = "rounds.unit"
RECORD = "rounds.record"
RECTIFICATION = "rounds.rectification"

LIVE = ("planned", "running", "marking")
RECORDING = ("draft", "submitted", *LIVE)
"""While what is found is put on record; before the points are approved as facts only."""
SETTLED = ("published", "closed")

ROUNDS = StateTable(
    kind=ROUND,
    initial="draft",
    opening="rounds.opened",
    labels={
        "draft": "拟订方案",
        "submitted": "方案待审定",
        "planned": "方案已审定",
        "running": "自查与日常考核",
        "marking": "考核评分",
        "summarised": "已汇总待审核",
        "checked": "待审定",
        "approved": "已审定待公布",
        "published": "已公布",
        "closed": "已办结",
        "cancelled": "已取消",
    },
    edges=(
        Edge(("draft",), "plan", SAME, "rounds.plan_saved", may_manage, "修改方案"),
        Edge(("draft",), "submit", "submitted", "rounds.plan_submitted", may_manage, "报请审定方案"),
        Edge(("submitted",), "approve_plan", "planned", "rounds.plan_approved", may_approve, "审定方案"),
        Edge(("submitted",), "return_plan", "draft", "rounds.plan_returned", may_approve, "退回方案"),
        Edge(("planned",), "notify", "running", "rounds.notice_issued", may_manage, "下发考核通知"),
        Edge(LIVE, "team", SAME, "rounds.team_changed", may_manage, "组建考核组"),
        Edge(LIVE, "expect", SAME, "rounds.period_opened", may_manage, "列出通报和抽查期次"),
        Edge(LIVE, "tell", SAME, "rounds.quarter_told", may_manage, "通报日常考核情况"),
        Edge(LIVE, "draw", SAME, "rounds.drawn", may_manage, "抽取抽查对象"),
        Edge(LIVE, "score_spot", SAME, "rounds.spot_scored", may_manage, "登记抽查得分"),
        Edge(("running",), "mark", "marking", "rounds.marking_started", may_manage, "开始评分"),
        Edge(("marking",), "summarise", "summarised", "rounds.summarised", may_manage, "汇总"),
        Edge(("summarised",), "check", "checked", "rounds.checked", may_manage, "审核通过"),
        Edge(("summarised",), "recheck", "marking", "rounds.summary_returned", may_manage, "退回评分"),
        Edge(("checked",), "approve", "approved", "rounds.approved", may_approve, "审定结果"),
        Edge(("checked",), "return_result", "marking", "rounds.result_returned", may_approve, "退回重评"),
        Edge(("approved",), "publish", "published", "rounds.published", may_manage, "公布"),
        Edge(("published",), "use", SAME, "rounds.used", may_manage, "登记结果运用"),
        Edge(("published",), "close", "closed", "rounds.closed", may_manage, "办结"),
        Edge(
            ("draft", "submitted", "planned"), "cancel", "cancelled", "rounds.cancelled", may_manage, "取消"
        ),
    ),
    final=frozenset({"closed", "cancelled"}),
)

UNITS = StateTable(
    kind=UNIT,
    initial="listed",
    opening="rounds.unit_listed",
    labels={
        "listed": "已列入名单",
        "notified": "自查中",
        "submitted": "已报送自查材料",
        "settled": "结果已公布",
        "removed": "已移出名单",
    },
    edges=(
        Edge(("listed",), "notify", "notified", "rounds.notified", may_manage, "通知"),
        Edge(("listed",), "remove", "removed", "rounds.unit_removed", may_manage, "移出名单"),
        Edge(("removed",), "relist", "listed", "rounds.unit_relisted", may_manage, "重新列入名单"),
        Edge(("notified",), "save", SAME, "rounds.self_saved", may_act_for, "填写自查"),
        Edge(("notified",), "submit", "submitted", "rounds.submitted", may_act_for, "报送自查材料"),
        Edge(("submitted",), "recall", "notified", "rounds.recalled", may_act_for, "撤回修改"),
        Edge(("notified", "submitted"), "mark", SAME, "rounds.marked", may_assess, "评分"),
        Edge(("notified", "submitted"), "agree", SAME, "rounds.mark_agreed", may_manage, "登记合议评分"),
        Edge(
            ("listed", "notified", "submitted"),
            "exempt",
            SAME,
            "rounds.exempted",
            may_manage,
            "认定无此项任务",
        ),
        Edge(
            ("notified", "submitted", "settled"), "remark", SAME, "rounds.remarked", may_act_for, "提出异议"
        ),
        Edge(
            ("notified", "submitted", "settled"),
            "answer",
            SAME,
            "rounds.remark_answered",
            may_manage,
            "答复异议",
        ),
        Edge(("notified", "submitted"), "settle", "settled", "rounds.unit_settled", may_manage, "公布结果"),
    ),
    final=frozenset({"settled"}),
)

RECORDS = StateTable(
    kind=RECORD,
    initial="entered",
    opening="rounds.recorded",
    labels={"entered": "已登记", "approved": "已批准", "withdrawn": "已撤销"},
    edges=(
        Edge(("entered",), "approve", "approved", "rounds.record_approved", may_approve, "批准"),
        Edge(("entered", "approved"), "withdraw", "withdrawn", "rounds.record_withdrawn", may_manage, "撤销"),
    ),
    final=frozenset({"approved", "withdrawn"}),
)

RECTIFICATIONS = StateTable(
    kind=RECTIFICATION,
    initial="told",
    opening="rounds.problems_told",
    labels={
        "told": "待提交整改方案",
        "planned": "整改中",
        "reported": "待核查",
        "confirmed": "已确认整改到位",
    },
    edges=(
        Edge(("told",), "plan", "planned", "rounds.rectify_planned", may_act_for, "提交整改方案"),
        Edge(("planned",), "progress", SAME, "rounds.rectify_progress", may_act_for, "报告进展"),
        Edge(("planned",), "report", "reported", "rounds.rectify_reported", may_act_for, "报告整改落实情况"),
        Edge(("told", "planned"), "urge", SAME, "rounds.rectify_urged", may_manage, "督促整改"),
        Edge(("reported",), "redo", "planned", "rounds.rectify_returned", may_manage, "退回继续整改"),
        Edge(("reported",), "confirm", "confirmed", "rounds.rectify_confirmed", may_manage, "确认整改到位"),
    ),
    final=frozenset({"confirmed"}),
)

TABLES = (ROUNDS, UNITS, RECORDS, RECTIFICATIONS)
OPENINGS = {
    "rounds.opened": "立项",
    "rounds.unit_listed": "列入名单",
    "rounds.recorded": "登记",
    "rounds.problems_told": "反馈问题",
}
RECORDED = {
    "rounds.branch_listed": "登记分站",
    "rounds.branch_removed": "注销分站",
    "rounds.duty_listed": "登记栏目责任",
    "rounds.duty_removed": "取消栏目责任",
    "rounds.columns_counted": "登记栏目信息统计",
}
"""Events that are recorded beside the state tables."""


def register_all() -> None:
    """Make the tables and the names of their events known to the ledger."""
    for table in TABLES:
        register(table)
        name_events({edge.event: edge.label for edge in table.edges})
    name_events(OPENINGS)
    name_events(RECORDED)
