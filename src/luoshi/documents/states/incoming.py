"""The lives of incoming papers and of what hangs on them: sections, instructions, units, notices, consultations."""

from __future__ import annotations

from luoshi.documents.policies import (
    is_own_unit,
    is_section,
    may_archive,
    may_enter,
    may_instruct,
    may_note,
    may_open_letter,
    may_register,
    may_send,
    may_submit,
    may_urge,
)
from luoshi.ledger.states import SAME, Edge, StateTable

INCOMING = "documents.incoming"
ASSIGNMENT = "documents.assignment"
INSTRUCTION = "documents.instruction"
TRANSFER = "documents.transfer"
NOTICE = "documents.notice"
CONSULTATION = "documents.consultation"

WORKING = ("registered", "distributed", "routing", "decided")

PAPERS = StateTable(
    kind=INCOMING,
    initial="prepared",
    opening="documents.prepared",
    labels={
        "prepared": "报送前", "submitted": "待接收", "sealed": "待拆封", "received": "待审核登记", "registered": "待分送",
        "distributed": "科室承办", "routing": "传批传阅", "decided": "已批示", "done": "已办结", "archived": "已归档",
        "returned": "已退回", "referred": "已转有关机关", "private": "私人信函", "withdrawn": "已撤回",
    },
    edges=(
        Edge(("prepared",), "edit", SAME, "documents.edited", may_submit, "修改"),
        Edge(("prepared",), "submit", "submitted", "documents.submitted", may_submit, "网上报送"),
        Edge(("prepared", "submitted"), "withdraw", "withdrawn", "documents.withdrawn", may_submit, "撤回报送"),
        Edge(("prepared", "submitted"), "receive", "received", "documents.received", may_enter, "接收"),
        Edge(("prepared",), "seal", "sealed", "documents.letter_arrived", may_enter, "登记未拆信函"),
        Edge(("sealed",), "open", "received", "documents.received", may_open_letter, "拆封"),
        Edge(("sealed",), "keep", "private", "documents.kept_private", may_open_letter, "私人信函，不登记"),
        Edge(("received", "registered"), "check", SAME, "documents.checked", may_register, "收文审核"),
        Edge(("received",), "register", "registered", "documents.registered", may_register, "编号登记"),
        Edge(WORKING, "add_slip", SAME, "documents.slip_added", may_register, "补填处理签"),
        Edge(WORKING, "make_good", SAME, "documents.made_good", may_register, "补办登记"),
        Edge(("received", "registered"), "return", "returned", "documents.returned", may_register, "退回"),
        Edge(("received", "registered"), "refer", "referred", "documents.referred", may_register, "转有关机关办理"),
        Edge(("registered", "decided"), "distribute", "distributed", "documents.distributed", may_register, "分办"),
        Edge(("distributed",), "add_section", SAME, "documents.section_added", may_send, "增加科室"),
        Edge(("distributed",), "propose", SAME, "documents.proposed", may_send, "提出拟办意见"),
        Edge(("received",), "send_first", "routing", "documents.sent_first", may_send, "特殊紧急先行送批"),
        Edge(("registered", "distributed", "decided"), "route", "routing", "documents.routed", may_send, "送批送阅"),
        Edge(("routing",), "decide", "decided", "documents.decided", may_note, "批阅完毕"),
        Edge(("routing",), "send_back", "distributed", "documents.sent_back", may_note, "领导退回修改"),
        Edge(("routing",), "back_to_desk", "registered", "documents.sent_back", may_note, "领导退回"),
        Edge(("routing",), "recall", "distributed", "documents.recalled", may_send, "撤回送批"),
        Edge(("routing",), "recall_to_desk", "registered", "documents.recalled", may_send, "撤回送阅"),
        Edge(("distributed", "routing", "decided"), "convert", SAME, "documents.converted", may_send, "阅件转办件"),
        Edge(("decided", "distributed"), "finish", "done", "documents.finished", may_send, "办结"),
        Edge(("done",), "hand_in", SAME, "documents.handed_in", may_send, "移交归档"),
        Edge(("done",), "archive", "archived", "documents.archived", may_archive, "整理归档"),
        Edge((*WORKING, "done"), "forward", SAME, "documents.forwarded", may_send, "提请上级党委审议"),
        Edge((*WORKING, "done"), "topic", SAME, "documents.made_topic", may_send, "提为会议议题"),
        Edge((*WORKING, "done"), "task", SAME, "documents.task_set", may_send, "交办督办"),
        Edge((*WORKING, "received"), "mark", SAME, "documents.marked", may_send, "标注重大、法律事项"),
        Edge((*WORKING, "received"), "urge", SAME, "documents.urged", may_urge, "催办"),
        Edge((*WORKING, "received"), "report_up", SAME, "documents.reported_up", may_urge, "向领导汇报催办情况"),
    ),
    final=frozenset({"archived", "returned", "referred", "private", "withdrawn"}),
)  # fmt: skip

ASSIGNMENTS = StateTable(
    kind=ASSIGNMENT,
    initial="sent",
    opening="documents.assigned",
    labels={"sent": "待签收", "received": "承办中", "done": "已提出意见"},
    edges=(
        Edge(("sent",), "receive", "received", "documents.section_received", is_section, "签收"),
        Edge(("received",), "done", "done", "documents.section_done", is_section, "提出意见"),
        Edge(("done",), "reopen", "received", "documents.section_reopened", may_note, "退回修改"),
        Edge(("sent", "received"), "urge", SAME, "documents.urged", may_urge, "催办"),
    ),
    final=frozenset(),
)

INSTRUCTIONS = StateTable(
    kind=INSTRUCTION,
    initial="given",
    opening="documents.instructed",
    labels={"given": "待转办", "passed": "已转办", "carried_out": "已落实"},
    edges=(
        Edge(("given",), "pass_on", "passed", "documents.passed_on", may_instruct, "转办批示复印件"),
        Edge(("given",), "release", SAME, "documents.released", may_note, "传阅完毕，可以转办"),
        Edge(("passed",), "carry_out", "carried_out", "documents.carried_out", may_note, "落实"),
    ),
    final=frozenset({"carried_out"}),
)

TRANSFERS = StateTable(
    kind=TRANSFER,
    initial="sent",
    opening="documents.transferred",
    labels={
        "sent": "待签收", "received": "办理中", "replied": "已回复", "accepted": "已办结", "returned": "已退回政府办",
        "known": "已阅知",
    },
    edges=(
        Edge(("sent",), "receive", "received", "documents.unit_received", is_own_unit, "签收"),
        Edge(("received",), "declare_complex", SAME, "documents.declared_complex", is_own_unit, "申报情况复杂"),
        Edge(("sent", "received"), "return", "returned", "documents.unit_returned", is_own_unit, "不属本单位，退回"),
        Edge(("received",), "reply", "replied", "documents.unit_replied", is_own_unit, "回复"),
        Edge(("received",), "contribute", "replied", "documents.unit_contributed", is_own_unit, "回复牵头单位"),
        Edge(("received",), "know", "known", "documents.unit_knew", is_own_unit, "已阅知"),
        Edge(("replied",), "accept", "accepted", "documents.reply_accepted", may_instruct, "接受回复"),
        Edge(("replied",), "send_back", "received", "documents.reply_sent_back", may_instruct, "退回补充"),
        Edge(("sent", "received"), "urge", SAME, "documents.urged", may_urge, "催办"),
        Edge(("sent", "received"), "urge_leaders", SAME, "documents.urged_leaders", may_urge, "向单位领导催办"),
    ),
    final=frozenset({"accepted", "returned", "known"}),
)  # fmt: skip

NOTICES = StateTable(
    kind=NOTICE,
    initial="owed",
    opening="documents.period_ended",
    labels={"owed": "待起草", "drafted": "已起草", "issued": "已印发"},
    edges=(
        Edge(("owed", "drafted"), "draw_up", "drafted", "documents.notice_drafted", may_urge, "按记录起草"),
        Edge(("drafted",), "issue", "issued", "documents.notice_issued", may_urge, "印发"),
    ),
    final=frozenset({"issued"}),
)

CONSULTATIONS = StateTable(
    kind=CONSULTATION,
    initial="asked",
    opening="documents.consulted",
    labels={
        "asked": "待回复",
        "agreed": "无不同意见",
        "differed": "有不同意见",
        "deemed": "视为无不同意见（逾期）",
    },
    edges=(
        Edge(("asked",), "agree", "agreed", "documents.consult_agreed", is_own_unit, "无不同意见"),
        Edge(("asked",), "differ", "differed", "documents.consult_differed", is_own_unit, "提出不同意见"),
        Edge(("asked",), "defer", SAME, "documents.consult_deferred", may_submit, "商定延期"),
        Edge(("asked",), "deem", "deemed", "documents.deemed_agreed", may_note, "视为无不同意见"),
        Edge(("deemed",), "late", SAME, "documents.consult_late", is_own_unit, "补充逾期意见"),
    ),
    final=frozenset({"agreed", "differed", "deemed"}),
)

TABLES = (PAPERS, ASSIGNMENTS, INSTRUCTIONS, TRANSFERS, NOTICES, CONSULTATIONS)
OPENINGS = {
    "documents.prepared": "建立收文",
    "documents.assigned": "分送科室",
    "documents.instructed": "领导批示",
    "documents.transferred": "转办",
    "documents.period_ended": "期间终了",
    "documents.consulted": "征求意见",
    "documents.long_pending": "超过总外限",
}
