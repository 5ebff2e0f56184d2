"""Everything that writes for the hotline: request side and dispatch side, one verb a service."""

from luoshi.hotline.services.classifying import request_classify
from luoshi.hotline.services.dispatching import Order, Terms, request_dispatch, request_dispatch_more
from luoshi.hotline.services.handling import (
    dispatch_arrive,
    dispatch_contact,
    dispatch_contact_person,
    dispatch_hand_over,
    dispatch_preliminary,
    dispatch_progress,
    dispatch_sign,
)
from luoshi.hotline.services.intake import request_receive
from luoshi.hotline.services.joining import (
    assist_add,
    assist_decline,
    assist_request,
    county_report,
    county_report_adopt,
    county_report_decline,
)
from luoshi.hotline.services.prolonging import (
    coordination_approve,
    coordination_refuse,
    coordination_request,
    extension_grant,
    extension_refuse,
    extension_request,
    joint_determine,
)
from luoshi.hotline.services.replying import reply_draft, reply_send_back, reply_submit
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

__all__ = [
    "Order",
    "Terms",
    "assist_add",
    "assist_decline",
    "assist_request",
    "coordination_approve",
    "coordination_refuse",
    "coordination_request",
    "county_report",
    "county_report_adopt",
    "county_report_decline",
    "dispatch_arrive",
    "dispatch_contact",
    "dispatch_contact_person",
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
    "joint_determine",
    "no_redispatch_accept",
    "no_redispatch_reject",
    "no_redispatch_request",
    "reply_draft",
    "reply_send_back",
    "reply_submit",
    "request_classify",
    "request_dispatch",
    "request_dispatch_more",
    "request_follow",
    "request_receive",
    "return_accept",
    "return_reject",
    "return_request",
    "review_order_mend",
    "review_pass",
    "review_redo",
    "review_second_assign",
    "supervision_answer",
]
