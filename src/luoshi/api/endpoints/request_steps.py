"""The steps of a request: each calls the service that its page calls."""

from functools import partial
from typing import Any

from ninja import Router

from luoshi.api.endpoints.requests import TAG
from luoshi.api.endpoints.steps import Step, register, simply
from luoshi.api.lookup import bodies_by, body_by, offer_for, request_for
from luoshi.api.schemas import hotline as given
from luoshi.api.schemas import steps as more
from luoshi.hotline import services
from luoshi.hotline.models import Request
from luoshi.hotline.services.callbacks import Grade
from luoshi.hotline.services.dispatching import Order, Terms
from luoshi.hotline.services.refusing import Pointing
from luoshi.hotline.views.request_actions import answer_from

router = Router()
_simply = partial(simply, subject="request")


def _orders(payload: Any) -> list[Order]:
    known = bodies_by([one.unit for one in payload.orders], "orders.{}.unit")
    return [
        Order(
            body=known[one.unit],
            instruction=one.instruction,
            role=one.role,
            part=one.part,
            due_set=one.due_set,
            onsite=one.onsite,
        )
        for one in payload.orders
    ]


def _dispatch(row: Request, payload: given.DispatchIn, how: dict[str, Any]) -> object:
    terms = Terms(payload.principle, payload.urgency, payload.urgency_basis, payload.assist_extra)
    named = {"handling", "internal_ground", "internal_note"}
    return services.request_dispatch(
        request=row, orders=_orders(payload), terms=terms, **payload.model_dump(include=named), **how
    )


def _more(row: Request, payload: given.MoreIn, how: dict[str, Any]) -> object:
    terms = Terms(payload.principle, payload.urgency, payload.urgency_basis)
    return services.request_dispatch_more(request=row, orders=_orders(payload), terms=terms, **how)


def _call_back(row: Request, payload: given.CallbackIn, how: dict[str, Any]) -> object:
    grade = Grade(payload.contacted, payload.conduct, payload.result)
    said = payload.model_dump(include={"opinion", "suggestion"})
    return services.request_call_back(request=row, grades=[grade], **said, **how)


def _note(row: Request, payload: given.NoteIn, how: dict[str, Any]) -> object:
    plain = {key: value for key, value in how.items() if key != "version"}
    return services.request_note(request=row, note=payload.note, **plain)


def _refuse(row: Request, payload: more.RefuseIn, how: dict[str, Any]) -> object:
    told = payload.pointing
    pointing = Pointing(told.number, told.transferred, told.connected) if told is not None else None
    said = payload.model_dump(exclude={"pointing", "conditions"})
    conditions = payload.conditions.model_dump(exclude_none=True)
    return services.request_refuse(request=row, conditions=conditions, pointing=pointing, **said, **how)


def _answer(row: Request, payload: more.AnswerIn, how: dict[str, Any]) -> object:
    if payload.means == "knowledge":
        entry = "" if payload.entry is None else str(payload.entry)
        return answer_from(entry, request=row, text=payload.answer, told_now=payload.told_now, **how)
    unit = body_by(payload.unit, "unit") if payload.unit else None
    said = payload.model_dump(include={"means", "answer", "told_now"})
    return services.request_answer(request=row, body=unit, **said, **how)


def _connect(row: Request, payload: more.ConnectIn, how: dict[str, Any]) -> object:
    plain = {key: value for key, value in how.items() if key != "version"}
    said = payload.model_dump(exclude={"unit"})
    return services.request_connect(request=row, body=body_by(payload.unit, "unit"), **said, **plain)


def _joint(row: Request, payload: more.JointIn, how: dict[str, Any]) -> object:
    known = bodies_by(payload.assisting, "assisting.{}")
    return services.joint_determine(
        request=row,
        lead=body_by(payload.lead, "lead"),
        assisting=[known[code] for code in payload.assisting],
        **payload.model_dump(include={"instruction", "until"}),
        **how,
    )


DISPATCH, CALLBACK, DECIDE = "hotline.dispatch", "hotline.callback", "hotline.decide"
ESCALATE, PUBLISH = "hotline.escalate", "hotline.publish"
STEPS = (
    Step("classify", "划分办理方式", DISPATCH, given.ClassifyIn, _simply(services.request_classify)),
    Step("dispatch", "派单", DISPATCH, given.DispatchIn, _dispatch),
    Step("dispatch-more", "增派单位", DISPATCH, given.MoreIn, _more),
    Step("note", "备注", "hotline.receive", given.NoteIn, _note),
    Step("feedback", "反馈诉求人", CALLBACK, given.FeedbackIn, _simply(services.request_feed_back)),
    Step("callback", "回访", CALLBACK, given.CallbackIn, _call_back),
    Step("archive", "归档", CALLBACK, given.NothingIn, _simply(services.request_archive)),
    Step("refuse", "不予受理", "hotline.receive", more.RefuseIn, _refuse),
    Step("connect", "登记三方通话或转接", "hotline.receive", more.ConnectIn, _connect),
    Step("answer", "直接答复", "hotline.answer", more.AnswerIn, _answer),
    Step("escalate", "报领导协调", ESCALATE, more.EscalateIn, _simply(services.request_escalate)),
    Step("leader-decision", "领导批示", "hotline.leader", more.DecisionIn, _simply(services.leader_decide)),
    Step("resume", "按批示继续办理", ESCALATE, given.NothingIn, _simply(services.request_resume)),
    Step("joint", "会办确定主协办和时限", ESCALATE, more.JointIn, _joint),
    Step("offer", "列入领办", DECIDE, more.OfferIn, _simply(services.request_offer)),
    Step("offer-withdraw", "撤出领办", DECIDE, given.ReasonIn, _simply(services.offer_withdraw)),
    Step("publish", "公开办理结果", PUBLISH, more.PublishIn, _simply(services.request_publish)),
    Step("unpublish", "撤回公开", PUBLISH, given.ReasonIn, _simply(services.request_unpublish)),
)
OFFERED = (Step("claim", "领办", "hotline.unit", given.NothingIn, _simply(services.request_claim)),)
register(router, STEPS, path="requests", prefix="request", find=request_for, tag=TAG, thing="诉求")
register(router, OFFERED, path="requests", prefix="request", find=offer_for, tag=TAG, thing="诉求")
