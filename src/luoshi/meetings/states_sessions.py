"""The lives of meetings and of what follows them, with the Chinese names of their events."""

from __future__ import annotations

from luoshi.ledger.states import SAME, Edge, StateTable, name_events, register
from luoshi.meetings.policies_sessions import (
    may_attend,
    may_keep,
    may_number,
    may_organise,
    may_preside,
    may_report,
    may_run,
    may_staff,
)

MEETING = "meetings.meeting"
LEAVE = "meetings.leave"
MINUTES = "meetings.minutes"
PRESS = "meetings.press"
SUBMISSION = "meetings.submission"
ARCHIVE = "meetings.archive"

BEFORE = ("planned", "reviewed", "approved", "convened")
LOCKED = ("approved", "convened")
AROUND = ("convened", "in_session")
LATER = ("in_session", "closed", "minuted")

MEETINGS = StateTable(
    kind=MEETING,
    initial="planned",
    opening="meetings.meeting_planned",
    labels={
        "planned": "拟定方案", "reviewed": "方案已审核", "approved": "方案已确定", "convened": "已通知",
        "in_session": "进行中", "closed": "已结束", "minuted": "纪要已签发", "archived": "已归档", "cancelled": "已取消",
    },
    edges=(
        Edge(("planned",), "edit", SAME, "meetings.meeting_edited", may_staff, "修改方案"),
        Edge(("planned", "reviewed"), "arrange", SAME, "meetings.agenda_arranged", may_staff, "编排议程"),
        Edge(("planned",), "review", "reviewed", "meetings.plan_reviewed", may_preside, "审核方案"),
        Edge(("reviewed",), "send_back", "planned", "meetings.plan_sent_back", may_preside, "退回修改方案"),
        Edge(("planned", "reviewed"), "approve", "approved", "meetings.plan_approved", may_preside, "确定方案"),
        Edge(LOCKED, "admit", SAME, "meetings.item_admitted", may_preside, "会前增列议题"),
        Edge(BEFORE, "commission", SAME, "meetings.chair_commissioned", may_preside, "委托主持"),
        Edge((*BEFORE, "in_session"), "list", SAME, "meetings.attendee_listed", may_staff, "列入名单"),
        Edge(BEFORE, "unlist", SAME, "meetings.attendee_removed", may_staff, "移出名单"),
        Edge(BEFORE, "swap", SAME, "meetings.attendee_swapped", may_preside, "更换参会人员"),
        Edge(("approved",), "convene", "convened", "meetings.convened", may_staff, "发出会议通知"),
        Edge(("convened",), "deliver", SAME, "meetings.materials_delivered", may_staff, "送达材料"),
        Edge(AROUND, "acknowledge", SAME, "meetings.notice_acknowledged", may_attend, "回执"),
        Edge(AROUND, "sign_in", SAME, "meetings.signed_in", may_attend, "签到"),
        Edge(("in_session",), "step_out", SAME, "meetings.left", may_attend, "离场"),
        Edge(AROUND, "hand_out", SAME, "meetings.copy_handed_out", may_staff, "发放编号文件"),
        Edge((*AROUND, "closed", "minuted"), "take_back", SAME, "meetings.copy_returned", may_staff, "收回编号文件"),
        Edge(("convened",), "open", "in_session", "meetings.opened", may_run, "开会"),
        Edge(("in_session",), "call", SAME, "meetings.item_called", may_run, "审议议题"),
        Edge(("in_session",), "state", SAME, "meetings.statement_recorded", may_staff, "记录发言"),
        Edge(("in_session",), "conclude", SAME, "meetings.item_concluded", may_run, "登记审议结果"),
        Edge(("in_session",), "drop", SAME, "meetings.item_cancelled", may_preside, "取消议题"),
        Edge(("in_session",), "postpone", SAME, "meetings.item_postponed", may_preside, "延后议题"),
        Edge((*LOCKED, "in_session"), "stand_in", SAME, "meetings.reporter_stand_in", may_preside, "同意代为汇报"),
        Edge((*LOCKED, "in_session"), "lengthen", SAME, "meetings.report_lengthened", may_preside, "同意延长汇报"),
        Edge(("in_session",), "close", "closed", "meetings.closed", may_run, "散会"),
        Edge((*LOCKED, *LATER), "decide_press", SAME, "meetings.press_decided", may_preside, "确定是否报道"),
        Edge(("closed",), "waive", SAME, "meetings.minutes_waived", may_preside, "不编印纪要"),
        Edge(("closed",), "minute", "minuted", "meetings.meeting_minuted", may_preside, "签发纪要"),
        Edge(("closed", "minuted"), "archive", "archived", "meetings.meeting_archived", may_keep, "归档"),
        Edge(BEFORE, "cancel", "cancelled", "meetings.meeting_cancelled", may_run, "取消会议"),
    ),
    final=frozenset({"archived", "cancelled"}),
)  # fmt: skip

LEAVES = StateTable(
    kind=LEAVE,
    initial="asked",
    opening="meetings.leave_asked",
    labels={"asked": "待批", "granted": "已准假", "refused": "未准假", "withdrawn": "已撤回"},
    edges=(
        Edge(("asked",), "report", SAME, "meetings.leave_reported", may_report, "报告请假"),
        Edge(("asked",), "grant", "granted", "meetings.leave_granted", may_preside, "准假"),
        Edge(("asked",), "refuse", "refused", "meetings.leave_refused", may_preside, "不准假"),
        Edge(
            ("asked", "granted"), "withdraw", "withdrawn", "meetings.leave_withdrawn", may_attend, "撤回请假"
        ),
    ),
    final=frozenset({"granted", "refused", "withdrawn"}),
)

MINUTES_TABLE = StateTable(
    kind=MINUTES,
    initial="drafting",
    opening="meetings.minutes_opened",
    labels={
        "drafting": "起草", "submitted": "待审核", "checked": "已审核", "opined": "秘书长已签意见",
        "signed": "已签发", "issued": "已印发",
    },
    edges=(
        Edge(("drafting",), "edit", SAME, "meetings.minutes_edited", may_staff, "修改纪要"),
        Edge(("drafting",), "submit", "submitted", "meetings.minutes_submitted", may_staff, "送审"),
        Edge(("submitted",), "check", "checked", "meetings.minutes_checked", may_preside, "审核"),
        Edge(("checked",), "opine", "opined", "meetings.minutes_opined", may_preside, "签署意见"),
        Edge(("opined",), "review", SAME, "meetings.minutes_reviewed", may_preside, "相关副市长审核"),
        Edge(
            ("submitted", "checked", "opined"), "return", "drafting", "meetings.minutes_returned", may_preside, "退回修改",
        ),
        Edge(("submitted", "checked", "opined"), "sign", "signed", "meetings.minutes_signed", may_preside, "签发"),
        Edge(("signed",), "distribute", SAME, "meetings.distribution_set", may_preside, "确定发送范围"),
        Edge(("signed",), "issue", "issued", "meetings.minutes_issued", may_number, "编号印发"),
        Edge(("signed", "issued"), "note", SAME, "meetings.minutes_noted", may_preside, "备案"),
    ),
    final=frozenset(),
)  # fmt: skip

PRESS_TABLE = StateTable(
    kind=PRESS,
    initial="drafted",
    opening="meetings.press_drafted",
    labels={"drafted": "待审定", "sent_up": "报市长审定", "approved": "已审定"},
    edges=(
        Edge(("drafted",), "edit", SAME, "meetings.press_edited", may_staff, "修改新闻稿"),
        Edge(("drafted",), "send_up", "sent_up", "meetings.press_sent_up", may_preside, "报市长审定"),
        Edge(
            ("drafted", "sent_up"),
            "approve",
            "approved",
            "meetings.press_approved",
            may_preside,
            "审定新闻稿",
        ),
    ),
    final=frozenset({"approved"}),
)

SUBMISSIONS = StateTable(
    kind=SUBMISSION,
    initial="owed",
    opening="meetings.submission_opened",
    labels={
        "owed": "待代拟",
        "drafted": "待审核",
        "reviewed": "待签发",
        "signed": "已签发",
        "submitted": "已报送",
    },
    edges=(
        Edge(("owed", "drafted"), "draft", "drafted", "meetings.submission_drafted", may_attend, "代拟"),
        Edge(("drafted",), "review", "reviewed", "meetings.submission_reviewed", may_preside, "审核"),
        Edge(("drafted", "reviewed"), "return", "owed", "meetings.submission_returned", may_preside, "退回"),
        Edge(("drafted", "reviewed"), "sign", "signed", "meetings.submission_signed", may_preside, "签发"),
        Edge(("signed",), "submit", "submitted", "meetings.submission_submitted", may_organise, "报送"),
    ),
    final=frozenset({"submitted"}),
)

ARCHIVES = StateTable(
    kind=ARCHIVE,
    initial="owed",
    opening="meetings.year_ended",
    labels={"owed": "待移交", "handed": "已移交", "received": "已接收"},
    edges=(
        Edge(("owed",), "hand_over", "handed", "meetings.archive_handed", may_staff, "移交"),
        Edge(("handed",), "return", "owed", "meetings.archive_returned", may_keep, "退回补齐"),
        Edge(("handed",), "receive", "received", "meetings.archive_received", may_keep, "接收"),
    ),
    final=frozenset({"received"}),
)

TABLES = (MEETINGS, LEAVES, MINUTES_TABLE, PRESS_TABLE, SUBMISSIONS, ARCHIVES)
OPENINGS = {
    "meetings.meeting_planned": "拟定会议方案",
    "meetings.leave_asked": "请假",
    "meetings.minutes_opened": "开始起草纪要",
    "meetings.press_drafted": "起草新闻稿",
    "meetings.submission_opened": "议定报请党委审议",
    "meetings.year_ended": "年度终了应移交",
    "meetings.copy_sent": "报市长备案",
    "meetings.recording_added": "上传会议录音",
}


def register_all() -> None:
    """Make the tables and the names of their events known to the ledger."""
    for table in TABLES:
        register(table)
        name_events({edge.event: edge.label for edge in table.edges})
    name_events(OPENINGS)
