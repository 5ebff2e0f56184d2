"""Refusing a request on one of the rulebook's grounds.

Emergencies are pointed to their own numbers at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from luoshi.engines.rulebook import Ground
from luoshi.hotline import text as texts
from luoshi.hotline.models import Call, Contact, Request
from luoshi.hotline.services.shared import (
    Way,
    cited,
    known_secrets,
    needed,
    notice_text,
    number_of,
    rule_day,
    tell_citizen,
    way_to_citizen,
)
from luoshi.hotline.states import REQUEST
from luoshi.ledger import rules
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.models import door
from luoshi.ledger.services import act
from luoshi.ledger.whole import whole

POINTED, TRANSFER = "pointed", "transfer"


@dataclass(frozen=True, slots=True)
class Pointing:
    """Where somebody in an emergency was sent. number: 110, 119 or 120.

    transferred: the call was put through (connected: whether it got there); otherwise the number was told.
    """

    number: str
    transferred: bool = False
    connected: bool = False


def grounds_on(at: datetime) -> tuple[Ground, ...]:
    """The grounds of refusal that hold at a moment, in the regulation's order."""
    return rules.current().grounds(rule_day(at), matter=REQUEST)


def ground_by_code(code: str, at: datetime) -> Ground:
    """The ground with the clause number, such as 8.6. Errors: Incomplete for any other."""
    for ground in grounds_on(at):
        if ground.code == code:
            return ground
    raise Incomplete("请选择不予受理的依据", field="ground", cite=cited("smx-hotline-ops/8"))


def identity_is_complete(contact: Contact) -> bool:
    """Whether the citizen left both a name and a way of being reached."""
    ways = (contact.phone, contact.mobile, contact.email, contact.fax, contact.account)
    return bool(texts.name_forms(contact.name)) and any(ways)


def conditions_known(request: Request, given: Mapping[str, bool]) -> dict[str, bool]:
    """What holds of the conditions of a ground: said by the person, and not contradicted by the record."""
    return {
        **given,
        "own_rights": given.get("own_rights", request.rights_matter),
        "no_identity": given.get("no_identity", False) and not identity_is_complete(request.contact),
    }


@whole
def request_refuse(
    *,
    request: Request,
    code: str,
    actor: Actor,
    at: datetime,
    reason: str = "",
    conditions: Mapping[str, bool] | None = None,
    route: str = "",
    pointing: Pointing | None = None,
    told_now: bool = False,
    version: int | None = None,
) -> Request:
    """Refuse a request on one of the eleven grounds, and tell the citizen why by the channel it came by.

    code: the ground's clause number (8.1 to 8.11). conditions: for 8.6 all three must hold: own_rights,
    no_identity (name or way of reaching missing, which the record must bear out), cannot_verify. route: for
    8.7 the legal way to take. reason: needed for 8.11. pointing: for 8.10 the emergency number that was told
    or put through, recorded with its time. told_now: said in the call itself. Ground, person and time stand
    in the event; the reason there has personal data hidden.
    Errors: Incomplete, NotAllowed, WrongState.
    Source: smx-hotline-ops/5.a, smx-hotline-ops/8, smx-hotline-ops/8.1, smx-hotline-ops/8.2,
    smx-hotline-ops/8.3, smx-hotline-ops/8.4, smx-hotline-ops/8.5, smx-hotline-ops/8.6, smx-hotline-ops/8.7,
    smx-hotline-ops/8.8, smx-hotline-ops/8.9, smx-hotline-ops/8.10, smx-hotline-ops/8.11
    """
    ground = ground_by_code(code, at)
    _check_conditions(request, ground, conditions or {})
    said = _reason(ground, reason, route)
    if ground.numbers and (pointing is None or pointing.number not in ground.numbers):
        offered = "、".join(ground.numbers)
        raise Incomplete(
            "请登记已提示或转接的紧急电话", mend=f"可选:{offered}", field="pointing", cite=_cite(ground)
        )
    way = way_to_citizen(
        channel=request.channel, number=number_of(request), contact=request.contact, told_now=told_now
    )
    text = _notice(request, ground, said, route, pointing, at)
    hidden = texts.mask_text(said, names=[request.contact.name], secrets=known_secrets(request.contact)).text
    data = {"ground": ground.id, "code": code, "reason": hidden, "means": way.means, "route": route or None}
    event = act(matter=request.matter, action="refuse", actor=actor, at=at, data=data, version=version)
    with door():
        request.refusal_code, request.refusal_reason = code, said
        request.save(update_fields=["refusal_code", "refusal_reason"])
        if pointing is not None and ground.numbers:
            _record_call(request, pointing, actor, at)
    _tell(request, way, text, f"{number_of(request)}:{event.seq}:refused", at)
    return request


def _cite(ground: Ground) -> tuple[str, ...]:
    return cited(*ground.cite)


def _check_conditions(request: Request, ground: Ground, given: Mapping[str, bool]) -> None:
    unmet = ground.unmet(conditions_known(request, given)) if ground.conditions else ()
    if not unmet:
        return
    labels = "、".join(condition.label for condition in unmet)
    mend = "三个条件须同时成立"
    if unmet[0].key == "no_identity" and given.get("no_identity"):
        mend = "登记的姓名和联系方式俱全,不能据此不予受理"
    raise Incomplete(f"不符合条件:{labels}", mend=mend, field="conditions", cite=_cite(ground))


def _reason(ground: Ground, reason: str, route: str) -> str:
    if ground.needs_reason:
        needed(reason, "具体理由", field="reason", cite=_cite(ground), limit=1000)
    if ground.routes and route not in ground.routes:
        offered = "、".join(ground.routes)
        raise Incomplete("请选择应走的法定途径", mend=f"可选:{offered}", field="route", cite=_cite(ground))
    return texts.clean(reason) or ground.statement or ground.title


def _notice(
    request: Request, ground: Ground, reason: str, route: str, pointing: Pointing | None, at: datetime
) -> str:
    advice = f"请通过{route}等法定途径解决。" if route else ground.advice
    if pointing is not None and ground.numbers:
        advice = f"{pointing.number}({ground.advice})"
    values: dict[str, Any] = {
        "number": number_of(request),
        "ground": ground.title,
        "reason": reason,
        "advice": advice,
    }
    return notice_text(ground.notice, at, values)


def _record_call(request: Request, pointing: Pointing, actor: Actor, at: datetime) -> None:
    Call.objects.create(
        request=request,
        kind=TRANSFER if pointing.transferred else POINTED,
        to=pointing.number,
        connected=pointing.transferred and pointing.connected,
        note="已转接" if pointing.transferred else f"当场提示拨打{pointing.number}",
        by=actor.name,
        at=at,
    )


def _tell(request: Request, way: Way, text: str, key: str, at: datetime) -> None:
    tell_citizen(request=request, way=way, text=text, key=key, at=at)
