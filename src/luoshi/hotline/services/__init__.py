"""Everything that writes for the hotline: request side and dispatch side, one verb a service."""

from luoshi.hotline.services.answers import request_answer, request_connect, request_note
from luoshi.hotline.services.callbacks import (
    Grade,
    callback_give_up,
    callback_try,
    request_archive,
    request_call_back,
)
from luoshi.hotline.services.citizen_drafts import (
    citizen_draft_discard,
    citizen_draft_file_add,
    citizen_draft_file_remove,
    citizen_draft_save,
    citizen_draft_send,
    citizen_drafts_purge,
)
from luoshi.hotline.services.classifying import request_classify
from luoshi.hotline.services.dispatching import Order, Terms, request_dispatch, request_dispatch_more
from luoshi.hotline.services.feedback import (
    outcome_suggested,
    request_comment,
    request_feed_back,
    request_supplement,
)
from luoshi.hotline.services.handling import (
    dispatch_arrive,
    dispatch_contact,
    dispatch_contact_person,
    dispatch_hand_on,
    dispatch_hand_over,
    dispatch_preliminary,
    dispatch_progress,
    dispatch_sign,
)
from luoshi.hotline.services.identity import request_link, request_not_redispatch
from luoshi.hotline.services.intake import request_amend, request_receive
from luoshi.hotline.services.joining import (
    assist_add,
    assist_decline,
    assist_request,
    county_report,
    county_report_adopt,
    county_report_decline,
)
from luoshi.hotline.services.leaders import leader_decide, leader_instruct, request_escalate, request_resume
from luoshi.hotline.services.notices import month_close, notice_csv, notice_issue, notice_refresh, notice_rows
from luoshi.hotline.services.personal import reveal
from luoshi.hotline.services.prolonging import (
    coordination_approve,
    coordination_refuse,
    coordination_request,
    extension_grant,
    extension_refuse,
    extension_request,
    joint_determine,
)
from luoshi.hotline.services.publishing import publication_suggest, request_publish, request_unpublish
from luoshi.hotline.services.refusing import Pointing, grounds_on, request_refuse
from luoshi.hotline.services.replying import reply_draft, reply_send_back, reply_submit, reply_take_back
from luoshi.hotline.services.returns import (
    dispatch_recall,
    no_redispatch_accept,
    no_redispatch_reject,
    no_redispatch_request,
    return_accept,
    return_reject,
    return_request,
)
from luoshi.hotline.services.reviewing import (
    dispatch_mend,
    review_order_mend,
    review_pass,
    review_redo,
    review_second_assign,
)
from luoshi.hotline.services.steps import request_follow
from luoshi.hotline.services.supervising import dispatch_supervise, dispatch_urge, supervision_answer
from luoshi.hotline.services.throttling import throttle, throttles_purge
from luoshi.hotline.services.voluntary import offer_withdraw, request_claim, request_offer, taken

__all__ = [
    "Grade",
    "Order",
    "Pointing",
    "Terms",
    "assist_add",
    "assist_decline",
    "assist_request",
    "callback_give_up",
    "callback_try",
    "citizen_draft_discard",
    "citizen_draft_file_add",
    "citizen_draft_file_remove",
    "citizen_draft_save",
    "citizen_draft_send",
    "citizen_drafts_purge",
    "coordination_approve",
    "coordination_refuse",
    "coordination_request",
    "county_report",
    "county_report_adopt",
    "county_report_decline",
    "dispatch_arrive",
    "dispatch_contact",
    "dispatch_contact_person",
    "dispatch_hand_on",
    "dispatch_hand_over",
    "dispatch_mend",
    "dispatch_preliminary",
    "dispatch_progress",
    "dispatch_recall",
    "dispatch_sign",
    "dispatch_supervise",
    "dispatch_urge",
    "extension_grant",
    "extension_refuse",
    "extension_request",
    "grounds_on",
    "joint_determine",
    "leader_decide",
    "leader_instruct",
    "month_close",
    "no_redispatch_accept",
    "no_redispatch_reject",
    "no_redispatch_request",
    "notice_csv",
    "notice_issue",
    "notice_refresh",
    "notice_rows",
    "offer_withdraw",
    "outcome_suggested",
    "publication_suggest",
    "reply_draft",
    "reply_send_back",
    "reply_submit",
    "reply_take_back",
    "request_amend",
    "request_answer",
    "request_archive",
    "request_call_back",
    "request_claim",
    "request_classify",
    "request_comment",
    "request_connect",
    "request_dispatch",
    "request_dispatch_more",
    "request_escalate",
    "request_feed_back",
    "request_follow",
    "request_link",
    "request_not_redispatch",
    "request_note",
    "request_offer",
    "request_publish",
    "request_receive",
    "request_refuse",
    "request_resume",
    "request_supplement",
    "request_unpublish",
    "return_accept",
    "return_reject",
    "return_request",
    "reveal",
    "review_order_mend",
    "review_pass",
    "review_redo",
    "review_second_assign",
    "supervision_answer",
    "taken",
    "throttle",
    "throttles_purge",
]
