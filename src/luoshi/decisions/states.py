"""The lives of decisions, urgent measures, reviews, normative documents, reports and cases, with their events' names.

A decision that was taken has no step that changes it: only a new decision, taken in the same way, replaces it.

Source: smx-major-decisions/4.4.2.1
"""

from __future__ import annotations

from luoshi.decisions.policies import (
    may_ask,
    may_conclude,
    may_confirm,
    may_draft,
    may_follow,
    may_inspect,
    may_legal,
    may_order,
    may_prepare,
    may_record,
    may_review,
    may_speak,
    may_take_up,
)
from luoshi.ledger.states import SAME, Edge, StateTable, name_events, register

DECISION = "decisions.decision"
URGENT = "decisions.urgent"
LEGALITY = "decisions.legality"
NORMATIVE = "decisions.normative"
FILING = "decisions.filing"
REPORT = "decisions.report"
ACCOUNTABILITY = "decisions.accountability"

TAKEN = ("submitting", "executing", "executed")
SITTING = ("sitting",)
BEFORE = ("preparing", "reviewing", "coordinating", "reviewed")
MAKING = ("drafting", "reviewing", "reviewed", "passed")

DECISIONS = StateTable(
    kind=DECISION,
    initial="preparing",
    opening="decisions.proposed",
    labels={
        "preparing": "酝酿准备", "reviewing": "待分管领导审核", "coordinating": "分歧待协调", "reviewed": "待确定议题",
        "determined": "已确定议题", "sitting": "会上审议", "postponed": "暂缓决策", "ruling": "待裁决",
        "submitting": "提交审议", "executing": "决策执行", "executed": "执行完毕", "rejected": "不予通过",
        "replaced": "已被新决策取代", "withdrawn": "已撤回",
    },
    edges=(
        Edge(("preparing",), "edit", SAME, "decisions.edited", may_prepare, "修改"),
        Edge(("preparing", "postponed"), "record_step", SAME, "decisions.step_recorded", may_prepare, "登记前期工作"),
        Edge(("preparing", "postponed"), "confirm_step", SAME, "decisions.step_confirmed", may_confirm, "审查确认"),
        Edge(("preparing", "reviewing", "reviewed"), "brew", SAME, "decisions.brewed", may_review, "酝酿"),
        Edge(("preparing",), "consult", SAME, "decisions.consulted", may_prepare, "登记部门意见"),
        Edge(("preparing",), "report_differences", "coordinating", "decisions.differences_reported", may_prepare, "上报分歧"),
        Edge(("preparing",), "submit", "reviewing", "decisions.submitted", may_prepare, "提请决策"),
        Edge(("reviewing",), "approve", "reviewed", "decisions.reviewed", may_review, "审核同意"),
        Edge(("reviewing", "reviewed"), "send_back", "preparing", "decisions.sent_back", may_review, "退回"),
        Edge(("reviewing",), "refer_differences", "coordinating", "decisions.differences_found", may_review, "分歧较大，退回协调"),
        Edge(("coordinating",), "settle", "preparing", "decisions.differences_settled", may_review, "登记协调结果"),
        Edge(("reviewed",), "determine", "determined", "decisions.determined", may_review, "确定为议题"),
        Edge(("determined",), "attach_cppcc", SAME, "decisions.cppcc_consulted", may_follow, "登记政协协商情况"),
        Edge(("determined",), "list", SAME, "decisions.listed", may_prepare, "列入会议议题"),
        Edge(("determined",), "take_up", "sitting", "decisions.taken_up", may_take_up, "开始审议"),
        Edge(SITTING, "speak", SAME, "decisions.opinion_given", may_speak, "表态"),
        Edge(SITTING, "write_in", SAME, "decisions.written_opinion", may_follow, "登记书面意见"),
        Edge(SITTING, "pass", "executing", "decisions.passed", may_conclude, "通过"),
        Edge(SITTING, "pass_on", "submitting", "decisions.passed_on", may_conclude, "通过并提交审议"),
        Edge(SITTING, "reject", "rejected", "decisions.rejected", may_conclude, "不予通过"),
        Edge(SITTING, "postpone", "postponed", "decisions.postponed", may_conclude, "再次审议"),
        Edge(SITTING, "ask_party", "ruling", "decisions.party_asked", may_conclude, "报市委裁决"),
        Edge(("postponed",), "supplement", "reviewing", "decisions.supplemented", may_prepare, "补充调研后再提"),
        Edge(("ruling",), "ruled_for", "executing", "decisions.ruled_for", may_record, "裁决同意"),
        Edge(("ruling",), "ruled_against", "rejected", "decisions.ruled_against", may_record, "裁决不同意"),
        Edge(("submitting",), "send_on", SAME, "decisions.sent_on", may_conclude, "提交"),
        Edge(("submitting",), "answer", SAME, "decisions.answered", may_record, "登记审议结果"),
        Edge(("submitting",), "answer_last", "executing", "decisions.submission_ended", may_record, "审议同意"),
        Edge(("submitting",), "answer_refused", "rejected", "decisions.submission_refused", may_record, "审议未同意"),
        Edge(TAKEN, "report_congress", SAME, "decisions.congress_reported", may_record, "出台前向人大报告"),
        Edge(("executing", "executed"), "publish", SAME, "decisions.published", may_record, "公开"),
        Edge(TAKEN, "dissent", SAME, "decisions.dissented", may_speak, "反映不同意见"),
        Edge(("executing",), "report_execution", SAME, "decisions.execution_reported", may_follow, "报告执行情况"),
        Edge(("executing",), "find", SAME, "decisions.finding_raised", may_follow, "提出新情况"),
        Edge((*TAKEN, "rejected", "replaced"), "inspect", SAME, "decisions.inspected", may_inspect, "登记监督检查"),
        Edge(("executing",), "complete", "executed", "decisions.completed", may_follow, "执行完毕"),
        Edge(TAKEN, "replace", "replaced", "decisions.replaced", may_conclude, "由新决策取代"),
        Edge(BEFORE, "withdraw", "withdrawn", "decisions.withdrawn", may_prepare, "撤回"),
    ),
    final=frozenset({"executed", "rejected", "replaced", "withdrawn"}),
)  # fmt: skip

URGENTS = StateTable(
    kind=URGENT,
    initial="taken",
    opening="decisions.urgent_taken",
    labels={"taken": "待确认", "confirmed": "待通报", "reported": "已通报", "unfounded": "不属紧急情况"},
    edges=(
        Edge(("taken",), "confirm", "confirmed", "decisions.urgent_confirmed", may_conclude, "确认紧急情况"),
        Edge(("taken",), "deny", "unfounded", "decisions.urgent_denied", may_conclude, "认定不属紧急情况"),
        Edge(("confirmed",), "list", SAME, "decisions.urgent_listed", may_take_up, "列入常务会议通报"),
        Edge(("confirmed",), "report", "reported", "decisions.urgent_reported", may_record, "登记通报"),
    ),
    final=frozenset({"reported", "unfounded"}),
)

LEGALITIES = StateTable(
    kind=LEGALITY,
    initial="asked",
    opening="decisions.legality_asked",
    labels={"asked": "待审查", "given": "已出具意见", "returned": "材料不齐，已退回"},
    edges=(
        Edge(("asked",), "give", "given", "decisions.legality_given", may_legal, "出具审查意见"),
        Edge(("asked",), "return", "returned", "decisions.legality_returned", may_legal, "退回补充材料"),
        Edge(("returned",), "ask_again", "asked", "decisions.legality_asked_again", may_ask, "补充后再送审"),
    ),
    final=frozenset({"given"}),
)

NORMATIVES = StateTable(
    kind=NORMATIVE,
    initial="drafting",
    opening="decisions.normative_opened",
    labels={
        "drafting": "起草", "reviewing": "合法性审查", "reviewed": "已审查，待集体讨论", "passed": "已审议通过",
        "in_force": "已印发", "expired": "已失效", "repealed": "已废止", "revoked": "已被撤销", "dropped": "已停止制定",
    },
    edges=(
        Edge(("drafting", "reviewing"), "edit", SAME, "decisions.normative_edited", may_draft, "修改"),
        Edge(("drafting",), "ask", "reviewing", "decisions.normative_asked", may_draft, "送合法性审查"),
        Edge(("reviewing",), "reviewed", "reviewed", "decisions.normative_reviewed", may_legal, "审查通过"),
        Edge(("reviewing",), "faulted", "drafting", "decisions.normative_faulted", may_legal, "审查未通过"),
        Edge(("reviewed",), "pass", "passed", "decisions.normative_passed", may_draft, "登记集体讨论"),
        Edge(("passed",), "approve", SAME, "decisions.normative_approved", may_record, "登记政府批准"),
        Edge(MAKING, "check", SAME, "decisions.importance_checked", may_record, "复核重要与否"),
        Edge(("passed",), "judge", SAME, "decisions.normative_judged", may_draft, "登记签发人判断"),
        Edge(("passed",), "issue", "in_force", "decisions.normative_issued", may_draft, "印发"),
        Edge(("in_force",), "expire", "expired", "decisions.normative_expired", may_record, "登记失效"),
        Edge(("in_force",), "repeal", "repealed", "decisions.normative_repealed", may_draft, "废止"),
        Edge(("in_force",), "revoke", "revoked", "decisions.normative_revoked", may_order, "撤销"),
        Edge(MAKING, "drop", "dropped", "decisions.normative_dropped", may_draft, "停止制定"),
    ),
    final=frozenset({"expired", "repealed", "revoked", "dropped"}),
)  # fmt: skip

FILINGS = StateTable(
    kind=FILING,
    initial="owed",
    opening="decisions.filing_owed",
    labels={
        "owed": "待报备",
        "filed": "待审查",
        "recorded": "已备案",
        "faulted": "审查发现问题",
        "ordered": "责令纠正",
        "corrected": "已纠正",
        "changed": "已由政府改变",
        "revoked": "已由政府撤销",
    },
    edges=(
        Edge(("owed",), "file", "filed", "decisions.filing_sent", may_draft, "报备"),
        Edge(("filed",), "accept", "recorded", "decisions.filing_recorded", may_legal, "备案"),
        Edge(("filed",), "fault", "faulted", "decisions.filing_faulted", may_legal, "指出问题"),
        Edge(("faulted",), "order", "ordered", "decisions.filing_ordered", may_legal, "责令纠正"),
        Edge(("faulted", "ordered"), "change", "changed", "decisions.filing_changed", may_order, "改变"),
        Edge(("faulted", "ordered"), "revoke", "revoked", "decisions.filing_revoked", may_order, "撤销"),
        Edge(("ordered",), "correct", "corrected", "decisions.filing_corrected", may_draft, "登记纠正"),
    ),
    final=frozenset({"recorded", "corrected", "changed", "revoked"}),
)

REPORTS = StateTable(
    kind=REPORT,
    initial="owed",
    opening="decisions.report_owed",
    labels={"owed": "待报告", "reported": "已报告"},
    edges=(
        Edge(("owed", "reported"), "report", "reported", "decisions.report_given", may_speak, "报告执行情况"),
    ),
    final=frozenset(),
)

ACCOUNTABILITIES = StateTable(
    kind=ACCOUNTABILITY,
    initial="opened",
    opening="decisions.case_opened",
    labels={"opened": "待核查", "examined": "已核查", "handled": "已处理", "unfounded": "不予追究"},
    edges=(
        Edge(("opened",), "examine", "examined", "decisions.case_examined", may_inspect, "登记核查意见"),
        Edge(("examined",), "handle", "handled", "decisions.case_handled", may_inspect, "登记处理结果"),
        Edge(("opened", "examined"), "drop", "unfounded", "decisions.case_dropped", may_inspect, "不予追究"),
    ),
    final=frozenset({"handled", "unfounded"}),
)

TABLES = (DECISIONS, URGENTS, LEGALITIES, NORMATIVES, FILINGS, REPORTS, ACCOUNTABILITIES)
OPENINGS = {
    "decisions.proposed": "提出决策事项",
    "decisions.urgent_taken": "紧急先行决定",
    "decisions.legality_asked": "送合法性审查",
    "decisions.normative_opened": "开始起草",
    "decisions.filing_owed": "应报备案",
    "decisions.report_owed": "应报告执行情况",
    "decisions.case_opened": "立案核查",
}


def register_all() -> None:
    """Make the tables and the names of their events known to the ledger."""
    for table in TABLES:
        register(table)
        name_events({edge.event: edge.label for edge in table.edges})
    name_events(OPENINGS)
