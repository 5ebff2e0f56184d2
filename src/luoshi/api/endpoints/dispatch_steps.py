"""The steps of a dispatch: each calls the service that its page calls."""

from collections.abc import Callable
from functools import partial
from typing import Any

from ninja import Router

from luoshi.api.endpoints.dispatches import TAG
from luoshi.api.endpoints.steps import Run, Step, register, simply
from luoshi.api.lookup import bodies_by, body_by, dispatch_for
from luoshi.api.schemas import hotline as given
from luoshi.api.schemas import steps as more
from luoshi.hotline import services
from luoshi.hotline.models import Dispatch
from luoshi.hotline.services.dispatching import ASSIST, Order
from luoshi.hotline.views.dispatch_actions import pending
from luoshi.ledger.errors import WrongState

router = Router()
_simply = partial(simply, subject="dispatch")


def _decided(service: Callable[..., object], kind: str) -> Run:
    """A decision on what the unit asked for."""
    return lambda row, payload, how: service(application=pending(row, kind), **payload.model_dump(), **how)


def _return(row: Dispatch, payload: given.ReturnIn, how: dict[str, Any]) -> object:
    proposed = body_by(payload.proposed, "proposed")
    return services.return_request(dispatch=row, reason=payload.reason, proposed_body=proposed, **how)


def _grant(row: Dispatch, payload: given.GrantIn, how: dict[str, Any]) -> object:
    asked = pending(row, "extension")
    return services.extension_grant(
        application=asked, until=payload.until or asked.until, opinion=payload.opinion, **how
    )


def _answer(row: Dispatch, payload: given.AnswerIn, how: dict[str, Any]) -> object:
    rows = row.urgings.filter(kind="supervision", answered_at__isnull=True)
    waiting = rows.select_related("dispatch__matter", "dispatch__request__matter").order_by("pk").first()
    if waiting is None:
        raise WrongState("没有待答复的督办", mend="请重新读取这张工单")
    return services.supervision_answer(urging=waiting, answer=payload.answer, **how)


def _county(row: Dispatch, payload: more.CountyReportIn, how: dict[str, Any]) -> object:
    proposed = body_by(payload.proposed, "proposed") if payload.proposed else None
    said = payload.model_dump(include={"reason", "suggestion"})
    return services.county_report(dispatch=row, proposed_body=proposed, **said, **how)


def _assist(row: Dispatch, payload: more.AssistIn, how: dict[str, Any]) -> object:
    known = bodies_by(payload.proposed, "proposed.{}")
    bodies = [known[code] for code in payload.proposed]
    return services.assist_request(dispatch=row, reason=payload.reason, proposed_bodies=bodies, **how)


def _units(payload: more.AdoptIn) -> list[Order]:
    known = bodies_by([one.unit for one in payload.orders], "orders.{}.unit")
    return [
        Order(body=known[one.unit], instruction=one.instruction, role=ASSIST, part=one.part)
        for one in payload.orders
    ]


def _assisted(service: Callable[..., object], kind: str) -> Run:
    """A decision by which further units assist."""
    return lambda row, payload, how: service(
        application=pending(row, kind), orders=_units(payload), opinion=payload.opinion, **how
    )


UNIT, LEADER, REVIEW, DECIDE = "hotline.unit", "hotline.unit_approve", "hotline.review", "hotline.decide"
STEPS = (
    Step("sign", "签收", UNIT, given.NothingIn, _simply(services.dispatch_sign)),
    Step("hand-over", "交办", UNIT, given.HandOverIn, _simply(services.dispatch_hand_over)),
    Step("contacted", "登记联系诉求人", UNIT, given.ContactedIn, _simply(services.dispatch_contact)),
    Step("preliminary", "反馈初步意见", UNIT, given.OpinionIn, _simply(services.dispatch_preliminary)),
    Step("arrived", "登记到达现场", UNIT, given.ArrivedIn, _simply(services.dispatch_arrive)),
    Step("progress", "反馈进展", UNIT, given.NoteIn, _simply(services.dispatch_progress)),
    Step(
        "contact-person", "提供联系人", UNIT, given.ContactPersonIn, _simply(services.dispatch_contact_person)
    ),
    Step("draft", "拟写答复", UNIT, given.ReplyIn, _simply(services.reply_draft)),
    Step("send-back", "退回修改", LEADER, given.OpinionIn, _simply(services.reply_send_back)),
    Step("submit", "审核并报送平台", LEADER, given.NothingIn, _simply(services.reply_submit)),
    Step("mended", "反馈整改结果", LEADER, given.ReplyIn, _simply(services.dispatch_mend)),
    Step("return", "申请退单", UNIT, given.ReturnIn, _return),
    Step(
        "return-accept", "同意退单", DECIDE, given.FreeOpinionIn, _decided(services.return_accept, "return")
    ),
    Step("return-reject", "不同意退单", DECIDE, given.OpinionIn, _decided(services.return_reject, "return")),
    Step("extension", "申请延时", UNIT, given.ExtensionIn, _simply(services.extension_request)),
    Step("extension-grant", "同意延时", DECIDE, given.GrantIn, _grant),
    Step(
        "extension-refuse",
        "不同意延时",
        DECIDE,
        given.OpinionIn,
        _decided(services.extension_refuse, "extension"),
    ),
    Step("coordination", "申请协调办理", UNIT, given.ReasonIn, _simply(services.coordination_request)),
    Step("supervision-answer", "答复督办", UNIT, given.AnswerIn, _answer),
    Step("pass", "审核通过", REVIEW, given.NoteFreeIn, _simply(services.review_pass)),
    Step("redo", "退回重办", REVIEW, given.ReasonIn, _simply(services.review_redo)),
    Step("second-assign", "二次交办并督办", REVIEW, given.ReasonIn, _simply(services.review_second_assign)),
    Step("order-mend", "要求整改", "hotline.callback", given.MendIn, _simply(services.review_order_mend)),
    Step("urge", "催办", "hotline.supervise", given.UrgeIn, _simply(services.dispatch_urge)),
    Step("supervise", "督办", "hotline.supervise", given.SuperviseIn, _simply(services.dispatch_supervise)),
    Step("recall", "撤回", DECIDE, given.ReasonIn, _simply(services.dispatch_recall)),
    Step("hand-on", "改交办", UNIT, more.HandOnIn, _simply(services.dispatch_hand_on)),
    Step("take-back", "收回修改", UNIT, given.NothingIn, _simply(services.reply_take_back)),
    Step("county-report", "属地政府报告", UNIT, more.CountyReportIn, _county),
    Step(
        "county-report-adopt",
        "采纳报告",
        DECIDE,
        more.AdoptIn,
        _assisted(services.county_report_adopt, "county_report"),
    ),
    Step(
        "county-report-decline",
        "不采纳报告",
        DECIDE,
        given.OpinionIn,
        _decided(services.county_report_decline, "county_report"),
    ),
    Step("assist", "申请增加协办单位", UNIT, more.AssistIn, _assist),
    Step("assist-add", "增加协办单位", DECIDE, more.UnitsIn, _assisted(services.assist_add, "assist")),
    Step(
        "assist-decline",
        "不增加协办单位",
        DECIDE,
        given.OpinionIn,
        _decided(services.assist_decline, "assist"),
    ),
)
register(router, STEPS, path="dispatches", prefix="dispatch", find=dispatch_for, tag=TAG, thing="工单")
