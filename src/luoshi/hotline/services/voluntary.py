"""The voluntary list (领办工单): what was rightly returned and suits no named unit is offered to all.

One takes it.
"""

from __future__ import annotations

from datetime import datetime

from luoshi.hotline.models import Application, Dispatch, Request, Voluntary
from luoshi.hotline.services.classifying import tell_internal
from luoshi.hotline.services.dispatching import VOLUNTEER, Order, Terms, open_dispatch
from luoshi.hotline.services.shared import cited, masked_for, needed
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import door
from luoshi.ledger.services import act, lock
from luoshi.ledger.whole import whole
from luoshi.organisation.models import Body

CLAUSE = "smx-hotline-assessment-annex/4.3.2.a"
INSTRUCTION = "本单位主动领办，请核实处理并答复"


@whole
def request_offer(
    *,
    request: Request,
    reason: str,
    unsuitable: str,
    acceptable: bool,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Voluntary:
    """Put a request on the voluntary list, when all four conditions hold.

    A unit returned it in the regular way (a return that the platform agreed to stands on record); the reason
    for the return holds good (reason); it does not suit lead and assisting units named by the platform
    (unsuitable); it is none of the matters that the platform does not take (acceptable).
    Errors: Incomplete, NotAllowed, WrongState.
    Source: smx-hotline-assessment-annex/4.3.2.a
    """
    returned = Application.objects.filter(dispatch__request=request, kind="return", status="accepted")
    if not returned.exists():
        raise Incomplete("没有责任单位正常退单并经平台同意的记录", field="reason", cite=cited(CLAUSE))
    upheld = needed(reason, "退单理由成立的说明", field="reason", cite=cited(CLAUSE), limit=1000)
    alone = needed(unsuitable, "不宜指定协同办理的说明", field="unsuitable", cite=cited(CLAUSE), limit=1000)
    if not acceptable:
        raise Incomplete("属平台不予受理事项的不能列入领办", field="acceptable", cite=cited(CLAUSE))
    if Voluntary.objects.filter(request=request, claimed_at__isnull=True, withdrawn_at__isnull=True).exists():
        raise WrongState("这件诉求已在领办工单中")
    data = {"reason": masked_for(request, upheld), "unsuitable": masked_for(request, alone)}
    act(matter=request.matter, action="offer", actor=actor, at=at, data=data, version=version)
    with door():
        offered: Voluntary = Voluntary.objects.create(
            request=request, reason=upheld, unsuitable=alone, offered_by=actor.name, offered_at=at
        )
    return offered


def taken() -> WrongState:
    """What is said of a request that is not, or no longer, on the voluntary list."""
    return WrongState("这件诉求不在领办工单中,可能已被其他单位领办", mend="请刷新页面查看")


def _standing(request: Request) -> Voluntary:
    found: Voluntary | None = (
        Voluntary.objects.filter(request=request, claimed_at__isnull=True, withdrawn_at__isnull=True)
        .order_by("-pk")
        .first()
    )
    if found is None:
        raise taken()
    return found


@whole
def request_claim(*, request: Request, actor: Actor, at: datetime, version: int | None = None) -> Dispatch:
    """Take a request from the voluntary list for the actor's unit.

    The first one gets it, and its clocks start now.
    Errors: NotAllowed, WrongState (another unit was quicker).
    """
    body = Body.objects.filter(pk=actor.body_id or 0, active=True, takes_requests=True).first()
    if body is None:
        raise NotAllowed("只有承办单位可以领办", mend="请以承办单位的账号操作")
    fresh = lock(request.matter_id)
    if fresh.state != "offered":
        raise taken()
    event = act(
        matter=request.matter, action="claim", actor=actor, at=at, data={"body": body.pk}, version=version
    )
    offered = _standing(request)
    with door():
        offered.claimed_by, offered.claimed_at = body, at
        offered.save(update_fields=["claimed_by", "claimed_at"])
    order = Order(body, INSTRUCTION, role=VOLUNTEER)
    terms = Terms("", request.urgency, request.urgency_basis)
    dispatch = open_dispatch(request=request, order=order, terms=terms, actor=actor, at=at)
    tell_internal(request=request, bodies=[body], key=f"{event.seq}", at=at)
    return dispatch


@whole
def offer_withdraw(
    *, request: Request, reason: str, actor: Actor, at: datetime, version: int | None = None
) -> Voluntary:
    """Take a request that nobody took off the voluntary list.

    It is dispatched by the platform, or put to a leader.
    Errors: Incomplete, NotAllowed, WrongState (a unit took it).
    """
    why = needed(reason, "撤出理由", field="reason", limit=500)
    act(
        matter=request.matter,
        action="withdraw_offer",
        actor=actor,
        at=at,
        data={"reason": masked_for(request, why)},
        version=version,
    )
    offered = _standing(request)
    with door():
        offered.withdrawn_at = at
        offered.save(update_fields=["withdrawn_at"])
    return offered
