"""Dispatching: to one unit, to a lead with assisting units, or to several units part by part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from luoshi.engines import limits
from luoshi.hotline.models import Dispatch, Escalation, Request
from luoshi.hotline.services.classifying import classify_for_dispatch, tell_internal
from luoshi.hotline.services.shared import (
    chosen,
    cited,
    label_of,
    local_text,
    needed,
    notice_text,
    reachable_liaisons,
    rule_day,
    tell_people,
)
from luoshi.hotline.services.suggesting import Offered, use_record
from luoshi.hotline.states import DISPATCH
from luoshi.ledger import rules
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.models import door
from luoshi.ledger.prepared import prepared
from luoshi.ledger.services import act, matter_open
from luoshi.ledger.services.owing import worktime_of
from luoshi.ledger.whole import whole
from luoshi.organisation.models import Body, Person

SOLE, LEAD, ASSIST, PARALLEL, VOLUNTEER = "sole", "lead", "assist", "parallel", "volunteer"


@dataclass(frozen=True, slots=True)
class Order:
    """What one unit is told to do. part: the problem that is its own, where several units get one each.

    due_set: another time than the rulebook's by which it must be done. onsite: somebody must go there.
    """

    body: Body
    instruction: str
    role: str = SOLE
    part: str = ""
    due_set: datetime | None = None
    onsite: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for all units of one dispatching. principle: competence | territory.

    urgency: urgent (with its basis) | routine. assist_extra: two working days more for lead and assisting
    units of an urgent request.
    """

    principle: str
    urgency: str = "routine"
    urgency_basis: str = ""
    assist_extra: bool = False


@whole
def request_dispatch(
    *,
    request: Request,
    orders: Sequence[Order],
    terms: Terms,
    actor: Actor,
    at: datetime,
    handling: str = "",
    internal_ground: str = "",
    internal_note: str = "",
    suggested: Offered | None = None,
    version: int | None = None,
) -> list[Dispatch]:
    """Dispatch a request that waits for it.

    Each unit gets its own dispatch, its own clocks and its SMS at once. One unit alone (sole); one lead with
    at least one assisting unit for one problem of several units; several units each with its part for
    several problems (parallel). handling, internal_ground, internal_note: see request_classify; where the
    request is not yet classified and nothing is given, the rule's default is taken. The basis of the choice
    of unit and of the urgency is recorded; the due time stands in the event. Whoever complained is told at
    once when the matter goes the internal way. A unit without a liaison officer is dispatched to all the
    same, because the clock of the one who asks for help must not wait for it: the event says that nobody was
    told (`told` 0), `units_without_liaison` warns beforehand. suggested: which units the page suggested; it
    stands in the event beside those chosen.
    Errors: Incomplete (field), NotAllowed, WrongState.
    Source: smx-hotline-ops/5.2, smx-hotline-ops/5.a, smx-hotline-ops/7.2.b, smx-hotline-ops/7.3,
    smx-hotline-ops/10.b, smx-hotline-ops/14.1.b, smx-hotline-ops/14.7.a, smx-hotline-ops/14.8.a
    """
    check_orders(orders, at)
    _check_terms(terms, at)
    data = {
        "units": [order.body.pk for order in orders],
        "roles": [order.role for order in orders],
        "principle": terms.principle,
        "urgency_basis": terms.urgency_basis.strip() or None,
        "facts": {"urgency": terms.urgency},
        "suggested": suggested.as_data() if suggested else None,
    }
    version = classify_for_dispatch(
        request=request,
        handling=handling,
        ground=internal_ground,
        note=internal_note,
        actor=actor,
        at=at,
        version=version,
    )
    event = act(matter=request.matter, action="dispatch", actor=actor, at=at, data=data, version=version)
    with door():
        was, now = (
            (request.urgency, request.urgency_basis),
            (terms.urgency, terms.urgency_basis.strip()[:200]),
        )
        if was != now:
            request.urgency, request.urgency_basis = now
            request.save(update_fields=["urgency", "urgency_basis"])
    if suggested and suggested.units:
        use_record(
            request=request, offered=suggested, chosen=[order.body.pk for order in _leading(orders)], at=at
        )
    opened = [
        open_dispatch(request=request, order=order, terms=terms, actor=actor, at=at) for order in orders
    ]
    tell_internal(request=request, bodies=[order.body for order in orders], key=f"{event.seq}", at=at)
    return opened


def _leading(orders: Sequence[Order]) -> list[Order]:
    """The orders with the one that leads first."""
    return sorted(orders, key=lambda order: order.role == ASSIST)


@whole
def request_dispatch_more(
    *,
    request: Request,
    orders: Sequence[Order],
    terms: Terms,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> list[Dispatch]:
    """Dispatch a request that is being handled to further units: assisting, or for further problems.

    The clocks of the units already at work do not change.
    Errors: as request_dispatch.
    """
    _check_joining(request, orders)
    _check_each(orders, at)
    _check_terms(terms, at)
    data = {
        "units": [order.body.pk for order in orders],
        "roles": [order.role for order in orders],
        "principle": terms.principle,
    }
    event = act(matter=request.matter, action="dispatch_more", actor=actor, at=at, data=data, version=version)
    opened = [
        open_dispatch(request=request, order=order, terms=terms, actor=actor, at=at) for order in orders
    ]
    tell_internal(request=request, bodies=[order.body for order in orders], key=f"{event.seq}", at=at)
    return opened


def _check_joining(request: Request, orders: Sequence[Order]) -> None:
    if not orders:
        raise Incomplete("请选择增派的单位", field="unit")
    at_work = {dispatch.body_id for dispatch in live_dispatches(request)}
    for order in orders:
        if order.role not in {ASSIST, PARALLEL}:
            raise Incomplete("增派的单位只能是协办或分办", field="role")
        if order.body.pk in at_work:
            raise Incomplete(f"{order.body.short_name}正在办理这件诉求", mend="请另选单位", field="unit")


def check_orders(orders: Sequence[Order], at: datetime) -> None:
    """Refuse orders whose roles do not fit together, or of which one lacks what an instruction must hold."""
    if not orders:
        raise Incomplete("请选择承办单位", field="unit", cite=cited("smx-hotline-ops/5.2"))
    roles = [order.role for order in orders]
    if set(roles) == {SOLE}:
        if len(orders) > 1:
            raise Incomplete(
                "多个单位办理时须指定主办和协办,或写明各单位分办的问题",
                field="role",
                cite=cited("smx-hotline-ops/14.7.a", "smx-hotline-ops/14.8.a"),
            )
    elif set(roles) <= {LEAD, ASSIST}:
        _check_joint(roles, at)
    elif set(roles) == {PARALLEL}:
        if len(orders) < 2:
            raise Incomplete("分办须有两个以上的单位", mend="只派一个单位时请选“承办”", field="role")
    else:
        raise Incomplete("承办、主办协办、分办不能混用", field="role")
    _check_each(orders, at)


def _check_joint(roles: list[str], at: datetime) -> None:
    terms = rules.current().setting("hotline.joint", rule_day(at))
    if roles.count(LEAD) != terms["lead_units"]:
        raise Incomplete("须指定一家主办单位", field="role", cite=cited("smx-hotline-ops/14.7.a"))
    if roles.count(ASSIST) < terms["assisting_units_min"]:
        raise Incomplete(
            "指定主办单位的同时须指定协办单位", field="role", cite=cited("smx-hotline-ops/14.7.a")
        )


def _check_each(orders: Sequence[Order], at: datetime) -> None:
    seen: set[int] = set()
    for order in orders:
        body = order.body
        if body.pk in seen:
            raise Incomplete(f"{body.short_name}重复了", mend="每个单位只派一张工单", field="unit")
        seen.add(body.pk)
        if not (body.active and body.takes_requests):
            why = "已撤销" if not body.active else "不承办诉求件"
            raise Incomplete(f"{body.name}{why},不能派单", mend="请另选承办单位", field="unit")
        needed(
            order.instruction, "处置指令", field="instruction", cite=cited("smx-hotline-ops/5.2"), limit=2000
        )
        if order.role == PARALLEL:
            needed(
                order.part,
                f"{body.short_name}所办的问题",
                field="part",
                cite=cited("smx-hotline-ops/14.8.a"),
                limit=300,
            )
        if order.due_set is not None and order.due_set <= at:
            raise Incomplete("另定的办结时限须晚于派单时间", field="due_set")


def _check_terms(terms: Terms, at: datetime) -> None:
    chosen("hotline.urgency", terms.urgency, at, field="urgency")
    chosen("hotline.routing_principle", terms.principle, at, field="principle")
    if terms.urgency == "urgent":
        needed(terms.urgency_basis, "紧急的认定依据", field="urgency_basis", limit=200)


def _check_due(request: Request, order: Order, facts: dict[str, Any], at: datetime) -> None:
    """A dispatcher may set a shorter time than the rule's.

    A longer one only where a leader decided on the case.
    """
    usual = due_of(
        "hotline.close", {key: value for key, value in facts.items() if key != "due_set"}, at, order.body
    )
    longer = order.due_set is not None and usual is not None and order.due_set > usual
    if longer and not Escalation.objects.filter(request=request, decided_at__isnull=False).exists():
        raise Incomplete(
            f"另定的办结时限只能早于规定的{local_text(usual)}",
            mend="需要更长时间的,由承办单位申请延时,或报领导协调",
            field="due_set",
            cite=cited("smx-hotline-ops/14.3"),
        )


def facts_of(*, request: Request, order: Order, terms: Terms) -> dict[str, Any]:
    """What the rules ask about a dispatch: these facts stand in its first event."""
    facts: dict[str, Any] = {
        "urgency": terms.urgency,
        "role": order.role,
        "onsite": order.onsite,
        "area": order.body.area,
        "body_class": order.body.kind,
        "assist_extra": terms.assist_extra,
        "kind": request.kind,
        "leader": bool(request.leader_level),
        "request": request.matter.number,
    }
    if order.due_set is not None:
        facts["due_set"] = order.due_set.isoformat()
    return facts


def due_of(limit: str, facts: dict[str, Any], at: datetime, body: Body) -> datetime | None:
    """When a limit with these facts that opens now will be due for a unit."""
    book = rules.current()
    rule, own = book.limit(limit, rule_day(at)), worktime_of(body.pk)
    return limits.compute(rule, facts, at, book.worktime, own=own).at


def open_dispatch(*, request: Request, order: Order, terms: Terms, actor: Actor, at: datetime) -> Dispatch:
    """Open one unit's dispatch and tell its liaison officers; the caller has taken the request's own step.

    Call inside the transaction that holds the request's lock: numbers and turns are counted under it.
    """
    body = order.body
    earlier = [one.body_id for one in _earlier(request.pk)]
    number = f"{request.matter.number}-{len(earlier) + 1:02d}"
    facts = facts_of(request=request, order=order, terms=terms)
    due = due_of("hotline.close", facts, at, body)
    _check_due(request, order, facts, at)
    liaisons = reachable_liaisons(body, at)
    missing = (
        rules.current()
        .content("hotline.instruction", rule_day(at))
        .missing({"body": body.pk, "instruction": order.instruction, "due": due})
    )
    if missing:
        raise Incomplete(
            f"处置指令缺少{missing[0].label}", field=missing[0].key, cite=cited("smx-hotline-ops/5.2")
        )
    matter = matter_open(
        kind=DISPATCH,
        number=number,
        title=request.matter.title,
        body_id=body.pk,
        parent=request.matter,
        disclosure=request.matter.disclosure,
        actor=actor,
        at=at,
        facts=facts,
        data={
            "principle": terms.principle,
            "due": due,
            "turn": earlier.count(body.pk) + 1,
            "told": len(liaisons),
        },
    )
    with door():
        dispatch: Dispatch = Dispatch.objects.create(
            matter=matter,
            request=request,
            body=body,
            role=order.role,
            urgency=terms.urgency,
            instruction=order.instruction.strip(),
            principle=terms.principle,
            part=order.part.strip(),
            due_set=order.due_set,
            onsite=order.onsite,
            dispatched_at=at,
            dispatched_by=actor.name,
            turn=earlier.count(body.pk) + 1,
        )
    _tell_unit(dispatch=dispatch, liaisons=liaisons, facts=facts, at=at)
    return dispatch


@prepared
def _earlier(request: int) -> QuerySet[Dispatch]:
    return Dispatch.objects.filter(request_id=request).only("body_id")


def _tell_unit(
    *, dispatch: Dispatch, liaisons: Sequence[Person], facts: dict[str, Any], at: datetime
) -> None:
    text = notice_text(
        "hotline.dispatch_sms",
        at,
        {
            "unit": dispatch.body.short_name,
            "urgency": label_of("hotline.urgency", dispatch.urgency, at),
            "number": dispatch.matter.number,
            "title": dispatch.matter.title,
            "due": local_text(due_of("hotline.sign_in", facts, at, dispatch.body)),
        },
    )
    tell_people(
        people=liaisons,
        body=dispatch.body,
        text=text,
        key=f"{dispatch.matter.number}:1:dispatch",
        at=at,
        matter=dispatch.matter,
    )


def live_dispatches(request: Request) -> Iterable[Dispatch]:
    """The dispatches of a request that were not recalled, in order."""
    rows: Iterable[Dispatch] = (
        Dispatch.objects.filter(request=request)
        .exclude(matter__state="recalled")
        .select_related("matter", "body")
        .order_by("pk")
    )
    return rows
