"""The states of requests and dispatches, as tables: (from, action, to, event, who may, clause)."""

from __future__ import annotations

from luoshi.hotline.policies import citizen, holds, own, system_only
from luoshi.ledger.states import SAME, Edge, StateTable

REQUEST = "hotline.request"
DISPATCH = "hotline.dispatch"
NOTICE = "hotline.notice"
IMPORT = "hotline.import"
MODEL = "hotline.suggestion_model"

receive, answer, dispatch = holds("hotline.receive"), holds("hotline.answer"), holds("hotline.dispatch")
review, decide, callback = holds("hotline.review"), holds("hotline.decide"), holds("hotline.callback")
supervise, publish, escalate = holds("hotline.supervise"), holds("hotline.publish"), holds("hotline.escalate")
leader = holds("hotline.leader")
unit, unit_leader = own("hotline.unit"), own("hotline.unit_approve")

ALIVE = ("received", "in_progress", "offered", "escalated", "concluded", "fed_back", "called_back")
OPEN_TO_WORDS = ("received", "in_progress", "offered", "escalated")
"""While nothing has been decided, the citizen may add what was forgotten."""
ENDED = ("answered", "refused", "not_redispatched", "archived")

FILED = "hotline.file_added"

REQUESTS = StateTable(
    kind=REQUEST,
    initial="received",
    opening="hotline.received",
    labels={
        "received": "待处理",
        "answered": "已直接答复",
        "refused": "不予受理",
        "not_redispatched": "不再批转",
        "in_progress": "办理中",
        "offered": "待领办",
        "escalated": "领导协调中",
        "concluded": "待反馈",
        "fed_back": "待回访",
        "called_back": "已回访",
        "archived": "已归档",
    },
    edges=(
        Edge(("received", "escalated"), "classify", SAME, "hotline.classified", dispatch, "划分办理方式"),
        Edge(("received",), "answer", "answered", "hotline.answered", answer, "直接答复"),
        Edge(("received",), "refuse", "refused", "hotline.refused", receive, "不予受理"),
        Edge(
            ("received",),
            "not_redispatch",
            "not_redispatched",
            "hotline.not_redispatched",
            dispatch,
            "不再批转",
        ),
        Edge(
            ("received", "escalated"), "dispatch", "in_progress", "hotline.dispatched_out", dispatch, "批转"
        ),
        Edge(("in_progress",), "dispatch_more", SAME, "hotline.dispatched_more", dispatch, "增派单位"),
        Edge(
            ("received",), "import_reply", "archived", "hotline.reply_imported", system_only, "导入原系统答复"
        ),
        Edge(
            ("received",), "import_archive", "archived", "hotline.archived_on_import", system_only, "导入归档"
        ),
        Edge(("received",), "offer", "offered", "hotline.offered", decide, "列入领办"),
        Edge(("offered",), "claim", "in_progress", "hotline.claimed", holds("hotline.unit"), "领办"),
        Edge(("offered",), "withdraw_offer", "received", "hotline.offer_withdrawn", decide, "撤出领办"),
        Edge(
            ("received", "in_progress"), "escalate", "escalated", "hotline.escalated", escalate, "报领导协调"
        ),
        Edge(("escalated",), "leader_decide", SAME, "hotline.leader_decided", leader, "领导批示"),
        Edge(("escalated",), "resume", "in_progress", "hotline.resumed", escalate, "按批示继续办理"),
        Edge(("in_progress",), "reopen", "received", "hotline.reopened", system_only, "退回待处理"),
        Edge(("in_progress",), "conclude", "concluded", "hotline.concluded", system_only, "全部办结"),
        Edge(("concluded",), "feed_back", "fed_back", "hotline.fed_back", callback, "反馈诉求人"),
        Edge(("fed_back",), "call_back", "called_back", "hotline.called_back", callback, "回访"),
        Edge(("called_back",), "call_back_again", SAME, "hotline.called_back_again", callback, "再次回访"),
        Edge(
            ("fed_back",),
            "give_up_callback",
            "called_back",
            "hotline.callback_given_up",
            callback,
            "回访未联系上",
        ),
        Edge(("fed_back",), "try_callback", SAME, "hotline.callback_tried", callback, "回访未接通"),
        Edge(("called_back",), "archive", "archived", "hotline.archived", callback, "归档"),
        Edge(
            ("concluded", "fed_back", "called_back", "archived"),
            "publish",
            SAME,
            "hotline.published",
            publish,
            "网上公开",
        ),
        Edge(
            ("concluded", "fed_back", "called_back", "archived"),
            "unpublish",
            SAME,
            "hotline.unpublished",
            publish,
            "撤下公开",
        ),
        Edge((*ALIVE, *ENDED), "link", SAME, "hotline.linked", receive, "认定同一问题"),
        Edge((*ALIVE, *ENDED), "note", SAME, "hotline.noted", receive, "备注"),
        Edge(OPEN_TO_WORDS, "supplement", SAME, "hotline.supplemented", citizen, "诉求人补充"),
        Edge(ALIVE, "connect", SAME, "hotline.connected", receive, "三方通话或转接"),
        Edge(ALIVE, "instruct", SAME, "hotline.leader_instructed", escalate, "登记领导批示"),
        Edge(
            (*ALIVE, *ENDED),
            "comment",
            SAME,
            "hotline.citizen_commented",
            lambda actor, matter: True,
            "诉求人评价",
        ),
    ),
    final=frozenset(ENDED),
)

WORKING = ("signed", "handed_over", "redo")
UNIT_SIDE = ("sent", *WORKING, "drafted")
OPEN = (*UNIT_SIDE, "submitted")

DISPATCHES = StateTable(
    kind=DISPATCH,
    initial="sent",
    opening="hotline.dispatched",
    labels={
        "sent": "待签收",
        "signed": "办理中·待交办",
        "handed_over": "办理中",
        "drafted": "待分管领导审核",
        "submitted": "待平台审核",
        "redo": "退回重办",
        "passed": "已办结",
        "mending": "整改中",
        "recalled": "已撤回",
    },
    edges=(
        Edge(("sent",), "sign", "signed", "hotline.signed", unit, "签收"),
        Edge(("signed",), "hand_over", "handed_over", "hotline.handed_over", unit, "交办"),
        Edge(("handed_over", "redo"), "hand_on", SAME, "hotline.handed_on", unit, "改交办"),
        Edge((*WORKING, "drafted"), "contact", SAME, "hotline.contacted", unit, "登记联系诉求人"),
        Edge(
            (*WORKING, "drafted"),
            "report_preliminary",
            SAME,
            "hotline.preliminary_reported",
            unit,
            "反馈初步意见",
        ),
        Edge((*WORKING, "drafted"), "arrive", SAME, "hotline.arrived", unit, "登记到达现场"),
        Edge((*WORKING, "drafted"), "report_progress", SAME, "hotline.progress_reported", unit, "反馈进展"),
        Edge(UNIT_SIDE, "give_contact_person", SAME, "hotline.contact_person_given", unit, "提供联系人"),
        Edge(("handed_over", "redo"), "draft", "drafted", "hotline.reply_drafted", unit, "拟写答复"),
        Edge(("drafted",), "take_back", "handed_over", "hotline.reply_taken_back", unit, "收回修改"),
        Edge(("drafted",), "send_back", "handed_over", "hotline.reply_sent_back", unit_leader, "退回修改"),
        Edge(("drafted",), "submit", "submitted", "hotline.replied", unit_leader, "审核并报送平台"),
        Edge(("submitted",), "pass", "passed", "hotline.review_passed", review, "审核通过"),
        Edge(("submitted",), "order_redo", "redo", "hotline.redo_ordered", review, "退回重办"),
        Edge(("submitted",), "second_assign", "redo", "hotline.second_assigned", review, "二次交办并督办"),
        Edge((*OPEN, "passed"), "deem_overdue", SAME, "hotline.deemed_overdue", system_only, "视为逾期"),
        Edge((*WORKING, "drafted"), "request_return", SAME, "hotline.return_requested", unit, "申请退单"),
        Edge(OPEN, "accept_return", SAME, "hotline.return_accepted", decide, "同意退单"),
        Edge(OPEN, "reject_return", SAME, "hotline.return_rejected", decide, "不同意退单"),
        Edge(UNIT_SIDE, "county_report", SAME, "hotline.county_reported", unit, "属地政府报告"),
        Edge(OPEN, "adopt_report", SAME, "hotline.county_report_adopted", decide, "采纳报告"),
        Edge(OPEN, "decline_report", SAME, "hotline.county_report_declined", decide, "不采纳报告"),
        Edge(OPEN, "lapse_report", SAME, "hotline.county_report_lapsed", system_only, "逾期未采纳"),
        Edge(UNIT_SIDE, "request_assist", SAME, "hotline.assist_requested", unit, "申请增加协办单位"),
        Edge(OPEN, "add_assist", SAME, "hotline.assist_added", decide, "增加协办单位"),
        Edge(OPEN, "decline_assist", SAME, "hotline.assist_declined", decide, "不增加协办单位"),
        Edge(
            (*WORKING, "drafted"), "request_extension", SAME, "hotline.extension_requested", unit, "申请延时"
        ),
        Edge(OPEN, "grant_extension", SAME, "hotline.extension_granted", decide, "同意延时"),
        Edge(OPEN, "refuse_extension", SAME, "hotline.extension_refused", decide, "不同意延时"),
        Edge(
            UNIT_SIDE,
            "request_no_redispatch",
            SAME,
            "hotline.no_redispatch_requested",
            unit,
            "提出不宜再批转",
        ),
        Edge(OPEN, "accept_no_redispatch", SAME, "hotline.no_redispatch_accepted", decide, "同意不再批转"),
        Edge(OPEN, "reject_no_redispatch", SAME, "hotline.no_redispatch_rejected", decide, "继续办理"),
        Edge(UNIT_SIDE, "request_coordination", SAME, "hotline.coordination_requested", unit, "申请协调办理"),
        Edge(OPEN, "approve_coordination", SAME, "hotline.coordination_approved", escalate, "批准协调办理"),
        Edge(OPEN, "refuse_coordination", SAME, "hotline.coordination_refused", escalate, "不批准协调办理"),
        Edge(OPEN, "set_joint", SAME, "hotline.joint_set", escalate, "会办确定主协办和时限"),
        Edge(OPEN, "recall", "recalled", "hotline.recalled", decide, "撤回"),
        Edge(OPEN, "urge", SAME, "hotline.urged", supervise, "催办"),
        Edge((*OPEN, "passed", "mending"), "supervise", SAME, "hotline.supervised", supervise, "督办"),
        Edge(
            (*OPEN, "passed", "mending"),
            "answer_supervision",
            SAME,
            "hotline.supervision_answered",
            unit,
            "答复督办",
        ),
        Edge(("passed",), "order_mend", "mending", "hotline.mend_ordered", callback, "回访不满意要求整改"),
        Edge(("mending",), "mend", "passed", "hotline.mended", unit_leader, "反馈整改结果"),
    ),
    final=frozenset({"passed", "recalled"}),
)

NOTICES = StateTable(
    kind=NOTICE,
    initial="due",
    opening="hotline.month_ended",
    labels={"due": "待通报", "issued": "已通报"},
    edges=(
        Edge(("due",), "recount", SAME, "hotline.notice_recounted", supervise, "重新汇总"),
        Edge(("due",), "issue_statistics", "issued", "hotline.statistics_issued", supervise, "发布统计分析"),
        Edge(
            ("due",),
            "issue_callback_notice",
            "issued",
            "hotline.callback_notice_issued",
            supervise,
            "发布回访通报",
        ),
    ),
    final=frozenset({"issued"}),
)

IMPORTS = StateTable(
    kind=IMPORT,
    initial="running",
    opening="hotline.import_started",
    labels={"running": "导入中", "finished": "已导入", "stopped": "中断"},
    edges=(
        Edge(("running",), "finish", "finished", "hotline.import_finished", system_only, "导入完成"),
        Edge(("running",), "stop", "stopped", "hotline.import_stopped", system_only, "导入中断"),
    ),
    final=frozenset({"finished", "stopped"}),
)

MODELS = StateTable(
    kind=MODEL,
    initial="in_use",
    opening="hotline.suggestion_learned",
    labels={"in_use": "使用中", "replaced": "已更新"},
    edges=(
        Edge(("in_use",), "replace", "replaced", "hotline.suggestion_replaced", system_only, "换用新模型"),
    ),
    final=frozenset({"replaced"}),
)

TABLES = (REQUESTS, DISPATCHES, NOTICES, IMPORTS, MODELS)
