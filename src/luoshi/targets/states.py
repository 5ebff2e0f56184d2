"""The lives of plans, sheets, targets, reports, notices, changes and results, with the Chinese names of their events.

Why not a round of luoshi.rounds: a round marks many bodies by one scheme. Here each body has targets of its own,
they are handed down by a document, changed on three grounds only, and the year ends with a chain of seven organs.
"""

from __future__ import annotations

from luoshi.ledger.states import SAME, Edge, StateTable, name_events, register
from luoshi.targets.policies import (
    may_approve,
    may_certify,
    may_draw_up,
    may_handle,
    may_keep,
    may_manage,
)

PLAN = "targets.plan"
COUNTY = "targets.county_sheet"
DEPARTMENT = "targets.department_sheet"
TARGET = "targets.target"
REPORT = "targets.report"
NOTICE = "targets.notice"
CHANGE = "targets.change"
ADDITION = "targets.addition"
RESULT = "targets.result"

PLANS = StateTable(
    kind=PLAN,
    initial="drafting",
    opening="targets.plan_opened",
    labels={"drafting": "编制中", "issued": "已下达", "closed": "考评完毕"},
    edges=(
        Edge(("drafting",), "edit", SAME, "targets.plan_edited", may_manage, "修改编制依据"),
        Edge(("drafting",), "import", SAME, "targets.imported", may_manage, "导入目标"),
        Edge(("drafting", "issued"), "set_common", SAME, "targets.common_set", may_manage, "登记共同性目标"),
        Edge(("drafting",), "issue", "issued", "targets.issued", may_manage, "以市政府文件下达"),
        Edge(("issued",), "enter_theme", SAME, "targets.theme_entered", may_manage, "录入专项考核结果"),
        Edge(("issued",), "close", "closed", "targets.plan_closed", may_handle, "考评完毕"),
    ),
    final=frozenset({"closed"}),
)


def _back(*before: str) -> Edge:
    """A sheet is sent back for changes, until it is handed down."""
    return Edge(before, "send_back", "drafting", "targets.sheet_sent_back", may_handle, "退回修改")


def _common(before: tuple[str, ...]) -> tuple[Edge, ...]:
    """Steps of a sheet that do not depend on whose it is."""
    return (
        Edge(before, "adopt", "approved", "targets.sheet_adopted", may_manage, "按已审定文件录入"),
        Edge(("approved",), "issue", "in_force", "targets.sheet_issued", may_manage, "下达"),
        Edge(
            ("in_force", "self_assessed"),
            "self_assess",
            "self_assessed",
            "targets.self_assessed",
            may_handle,
            "自查自评",
        ),
        Edge(
            ("self_assessed", "examined"),
            "examine",
            "examined",
            "targets.examined",
            may_manage,
            "考核认定",
        ),
    )


COUNTY_SHEETS = StateTable(
    kind=COUNTY,
    initial="drafting",
    opening="targets.county_sheet_opened",
    labels={
        "drafting": "编制中", "coordinated": "已衔接", "gated": "目标办已把关", "reviewed": "领导小组已审核",
        "approved": "市政府已审定", "in_force": "执行中", "self_assessed": "已自评", "examined": "已认定",
    },
    edges=(
        Edge(("drafting",), "coordinate", "coordinated", "targets.coordinated_with_county", may_handle, "衔接协调"),
        Edge(("coordinated",), "gate", "gated", "targets.gated", may_handle, "把关"),
        Edge(("gated",), "review", "reviewed", "targets.group_reviewed", may_handle, "领导小组审核"),
        Edge(("reviewed",), "approve", "approved", "targets.government_approved", may_handle, "市政府审定"),
        _back("coordinated", "gated", "reviewed", "approved"),
        *_common(("drafting",)),
    ),
    final=frozenset({"examined"}),
)  # fmt: skip

DEPARTMENT_SHEETS = StateTable(
    kind=DEPARTMENT,
    initial="drafting",
    opening="targets.department_sheet_opened",
    labels={
        "drafting": "待申报", "declared": "已申报", "vetted": "有关部门已把关", "reviewed": "分管领导已审核",
        "coordinated": "目标办已衔接", "approved": "已审定", "in_force": "执行中", "self_assessed": "已自评",
        "examined": "已认定",
    },
    edges=(
        Edge(("drafting",), "declare", "declared", "targets.declared", may_handle, "申报"),
        Edge(("declared",), "vet", "vetted", "targets.vetted", may_handle, "有关部门把关"),
        Edge(("vetted",), "review", "reviewed", "targets.leader_reviewed", may_handle, "分管领导审核"),
        Edge(("reviewed",), "coordinate", "coordinated", "targets.office_coordinated", may_handle, "协调衔接"),
        Edge(("coordinated",), "approve", "approved", "targets.sheet_approved", may_handle, "领导小组和市政府审定"),
        _back("declared", "vetted", "reviewed", "coordinated", "approved"),
        *_common(("drafting",)),
    ),
    final=frozenset({"examined"}),
)  # fmt: skip

TARGETS = StateTable(
    kind=TARGET,
    initial="listed",
    opening="targets.listed",
    labels={"listed": "列入", "removed": "已撤销"},
    edges=(
        Edge(("listed",), "edit", SAME, "targets.target_edited", may_keep, "修改"),
        Edge(("listed",), "set_points", SAME, "targets.points_set", may_manage, "录入分值"),
        Edge(("listed",), "settle_doubt", SAME, "targets.doubt_settled", may_manage, "核对存疑数值"),
        Edge(("listed",), "assign", SAME, "targets.value_assigned", may_manage, "录入下达数"),
        Edge(("listed",), "set_base", SAME, "targets.base_set", may_manage, "录入上年基数"),
        Edge(("listed",), "name_certifier", SAME, "targets.certifier_named", may_manage, "指定认定部门"),
        Edge(("listed",), "certify", SAME, "targets.certified", may_certify, "认定"),
        Edge(("listed",), "decide", SAME, "targets.decided", may_manage, "人工认定"),
        Edge(("listed",), "award", SAME, "targets.points_awarded", may_manage, "认定得分"),
        Edge(("listed",), "deduct", SAME, "targets.points_deducted", may_manage, "录入扣分"),
        Edge(("listed",), "attach", SAME, "targets.evidence_added", may_keep, "上传佐证材料"),
        Edge(("listed",), "follow_up", SAME, "targets.followed_up", may_manage, "跟踪督查"),
        Edge(("listed",), "change", SAME, "targets.target_changed", may_approve, "按程序调减"),
        Edge(("listed",), "remove", "removed", "targets.target_removed", may_handle, "撤销"),
    ),
    final=frozenset({"removed"}),
)

REPORTS = StateTable(
    kind=REPORT,
    initial="owed",
    opening="targets.month_ended",
    labels={"owed": "待报送", "reported": "已报送", "waived": "免报"},
    edges=(
        Edge(("owed", "reported"), "report", "reported", "targets.reported", may_keep, "报送"),
        Edge(("reported",), "return", "owed", "targets.report_returned", may_manage, "退回重报"),
        Edge(("owed",), "waive", "waived", "targets.report_waived", may_manage, "免报"),
    ),
    final=frozenset({"waived"}),
)

NOTICES = StateTable(
    kind=NOTICE,
    initial="owed",
    opening="targets.period_ended",
    labels={"owed": "待起草", "drafted": "已起草", "issued": "已印发"},
    edges=(
        Edge(("owed", "drafted"), "draw_up", "drafted", "targets.notice_drafted", may_draw_up, "按记录起草"),
        Edge(("drafted",), "issue", "issued", "targets.notice_issued", may_manage, "印发"),
    ),
    final=frozenset({"issued"}),
)

CHANGES = StateTable(
    kind=CHANGE,
    initial="applied",
    opening="targets.change_applied",
    labels={
        "applied": "待核实", "verified": "待领导小组研究", "advised": "待市政府决定", "granted": "已同意",
        "refused": "未同意", "withdrawn": "已撤回",
    },
    edges=(
        Edge(("applied",), "verify", "verified", "targets.change_verified", may_handle, "核实"),
        Edge(("verified",), "advise", "advised", "targets.change_advised", may_handle, "研究提出意见"),
        Edge(("advised",), "grant", "granted", "targets.change_granted", may_handle, "同意"),
        Edge(("applied", "verified", "advised"), "refuse", "refused", "targets.change_refused", may_handle, "不同意"),
        Edge(("applied",), "withdraw", "withdrawn", "targets.change_withdrawn", may_keep, "撤回"),
    ),
    final=frozenset({"granted", "refused", "withdrawn"}),
)  # fmt: skip

ADDITIONS = StateTable(
    kind=ADDITION,
    initial="proposed",
    opening="targets.addition_proposed",
    labels={"proposed": "待同意", "agreed": "已纳入", "refused": "未同意"},
    edges=(
        Edge(("proposed",), "agree", "agreed", "targets.addition_agreed", may_approve, "同意纳入"),
        Edge(("proposed",), "refuse", "refused", "targets.addition_refused", may_approve, "不同意"),
    ),
    final=frozenset({"agreed", "refused"}),
)

RESULTS = StateTable(
    kind=RESULT,
    initial="open",
    opening="targets.result_opened",
    labels={
        "open": "拟定标准", "standard_approved": "标准已批准", "proposed": "已提出档次意见", "fixed": "领导小组已审定",
        "recommended": "已推荐先进", "awards_drafted": "已提出奖惩方案", "studied": "领导小组和市政府已研究",
        "collected": "党政系统领导小组已审核", "decided": "市委常委会已决定",
    },
    edges=(
        Edge(("open",), "set_standard", SAME, "targets.standard_set", may_manage, "拟定标准"),
        Edge(("open",), "approve_standard", "standard_approved", "targets.standard_approved", may_approve, "批准标准"),
        Edge(("standard_approved", "proposed"), "propose", "proposed", "targets.tiers_proposed", may_handle, "提出档次意见"),
        Edge(("proposed",), "adjust", SAME, "targets.tier_adjusted", may_manage, "调整档次意见"),
        Edge(("proposed",), "fix", "fixed", "targets.tiers_fixed", may_handle, "领导小组审定"),
        Edge(("fixed", "recommended"), "recommend", "recommended", "targets.honours_recommended", may_handle, "推荐先进单位"),
        Edge(("recommended",), "draft_awards", "awards_drafted", "targets.awards_drafted", may_handle, "提出奖惩初步方案"),
        Edge(("awards_drafted",), "study", "studied", "targets.awards_studied", may_handle, "领导小组和市政府研究"),
        Edge(("studied",), "collect", "collected", "targets.awards_collected", may_handle, "市党政系统领导小组审核汇总"),
        Edge(("collected",), "decide", "decided", "targets.awards_decided", may_handle, "市委常委会决定"),
        Edge(
            ("proposed", "fixed", "recommended", "awards_drafted", "studied", "collected", "decided"),
            "note_fraud", SAME, "targets.fraud_noted", may_manage, "登记弄虚作假",
        ),
    ),
    final=frozenset({"decided"}),
)  # fmt: skip

TABLES = (PLANS, COUNTY_SHEETS, DEPARTMENT_SHEETS, TARGETS, REPORTS, NOTICES, CHANGES, ADDITIONS, RESULTS)
OPENINGS = {
    "targets.plan_opened": "开始编制年度目标",
    "targets.county_sheet_opened": "建立县（市、区）责任目标",
    "targets.department_sheet_opened": "建立部门责任目标",
    "targets.listed": "列入目标",
    "targets.month_ended": "月终应报",
    "targets.period_ended": "期间终了",
    "targets.change_applied": "申请调减",
    "targets.addition_proposed": "提出增加目标",
    "targets.result_opened": "开始年终考评",
}


def register_all() -> None:
    """Make the tables and the names of their events known to the ledger."""
    for table in TABLES:
        register(table)
        name_events({edge.event: edge.label for edge in table.edges})
    name_events(OPENINGS)
