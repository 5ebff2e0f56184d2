"""More units at work: a county's report, and the leading unit's request for further assisting units."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from luoshi.hotline.models import Application, Dispatch
from luoshi.hotline.services.applications import (
    check_kind,
    decide,
    decline,
    late_for,
    other_body,
    recall,
    submit,
)
from luoshi.hotline.services.dispatching import ASSIST, LEAD, Order, Terms, request_dispatch_more
from luoshi.hotline.services.prolonging import role_change
from luoshi.hotline.services.shared import cited, rule_day
from luoshi.hotline.services.steps import ACCEPTED, brief, change, filled, masked
from luoshi.ledger import rules
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.services import lock
from luoshi.ledger.whole import whole
from luoshi.organisation.models import Body


def county_may_report(dispatch: Dispatch, at: datetime) -> bool:
    """Whether a unit may report as a local government does: it is one, and holds the request alone."""
    rule = rules.current().limit("hotline.county_report_window", rule_day(at))
    return rule.when.matches({**dispatch.matter.facts, "role": dispatch.role})


@whole
def county_report(
    *,
    dispatch: Dispatch,
    reason: str,
    suggestion: str,
    actor: Actor,
    at: datetime,
    proposed_body: Body | None = None,
    version: int | None = None,
) -> Application:
    """A county that alone holds a dispatch reports that it is not its territory, or needs city units too.

    Within one working day of the dispatch; later it is taken and marked as late. A county that leads
    several units asks for further ones instead (assist_request, two working days).
    Errors: Incomplete (reason, suggestion), WrongState (no county, or not alone), NotAllowed.
    Source: smx-hotline-ops/14.4.c
    """
    values = {"reason": reason, "proposal": suggestion}
    filled("hotline.county_report", values, at, {"proposal": "suggestion"})
    lock(dispatch.matter_id)
    if not county_may_report(dispatch, at):
        raise WrongState(
            "只有作为单一承办单位的属地政府可以报告",
            mend="主办单位请申请增加协办单位;不属本单位职责的请申请退单",
            cite=cited("smx-hotline-ops/14.4.c"),
        )
    if proposed_body is not None:
        other_body(dispatch, proposed_body, "proposed_body")
    late = late_for(dispatch, "hotline.county_report_window", at)
    data = {"reason": masked(dispatch, reason), "late": late}
    return submit(
        dispatch=dispatch,
        kind="county_report",
        action="county_report",
        actor=actor,
        at=at,
        version=version,
        data=data,
        reason=reason.strip(),
        proposal=brief(suggestion, "建议", "suggestion"),
        proposed_body=proposed_body,
        late=late,
    )


def _terms_of(dispatch: Dispatch) -> Terms:
    """What holds for units that join a dispatch: as for the unit that asked."""
    return Terms(
        principle=dispatch.principle,
        urgency=dispatch.urgency,
        urgency_basis=dispatch.request.urgency_basis,
        assist_extra=bool(dispatch.matter.facts.get("assist_extra")),
    )


def _assisting(dispatch: Dispatch, orders: Sequence[Order]) -> None:
    """Refuse what is no assisting unit, or holds the request already."""
    if not orders:
        raise Incomplete("请选择增加的协办单位", field="unit")
    if any(order.role != ASSIST for order in orders):
        raise Incomplete("增加的单位只能是协办单位", field="role")
    rows = Dispatch.objects.filter(request_id=dispatch.request_id).exclude(matter__state="recalled")
    there = set(rows.values_list("body_id", flat=True))
    for order in orders:
        if order.body.pk in there:
            raise Incomplete(f"{order.body.short_name}已是本件的承办单位", mend="请另选单位", field="unit")


@whole
def county_report_adopt(
    *,
    application: Application,
    actor: Actor,
    at: datetime,
    orders: Sequence[Order] = (),
    opinion: str = "",
    version: int | None = None,
) -> Application:
    """The platform adopts a county's report, within one working day.

    With `orders` (role assist) the units join in and the county leads them, with two more working days on a
    routine request; without, the dispatch is recalled and the request can be dispatched to the right unit.
    Errors: Incomplete, WrongState (silence has decided already), NotAllowed.
    """
    check_kind(application, "county_report")
    dispatch = application.dispatch
    joined = role_change(dispatch, LEAD) if orders else {}
    decide(
        application=application,
        action="adopt_report",
        status=ACCEPTED,
        opinion=opinion,
        actor=actor,
        at=at,
        version=version,
        data={"units": [order.body.pk for order in orders], **joined},
    )
    if not orders:
        recall(dispatch, "county_report_adopted", actor, at)
        return application
    _assisting(dispatch, orders)
    change(dispatch, role=LEAD)
    request_dispatch_more(
        request=dispatch.request, orders=orders, terms=_terms_of(dispatch), actor=actor, at=at
    )
    return application


@whole
def county_report_decline(
    *, application: Application, actor: Actor, at: datetime, opinion: str, version: int | None = None
) -> Application:
    """The platform does not adopt a county's report: the county goes on handling the request.

    Errors: Incomplete (opinion), WrongState, NotAllowed.
    """
    return decline(
        application=application,
        kind="county_report",
        action="decline_report",
        opinion=opinion,
        actor=actor,
        at=at,
        version=version,
    )


@whole
def assist_request(
    *,
    dispatch: Dispatch,
    reason: str,
    proposed_bodies: Sequence[Body],
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Application:
    """The leading unit asks for further assisting units, within two working days of its dispatch.

    Later it is taken and marked as late. Errors: Incomplete (reason, proposed_bodies), WrongState (not the
    lead), NotAllowed.
    Source: smx-hotline-ops/14.7.c
    """
    proposed = [body.pk for body in proposed_bodies]
    values = {"reason": reason, "proposed_body": proposed or None}
    filled("hotline.assist_request", values, at, {"proposed_body": "proposed_bodies"})
    for body in proposed_bodies:
        other_body(dispatch, body, "proposed_bodies")
    lock(dispatch.matter_id)
    if dispatch.role != LEAD:
        raise WrongState(
            "只有主办单位可以申请增加协办单位",
            mend="单独承办的属地政府请用“属地政府报告”",
            cite=cited("smx-hotline-ops/14.7.c"),
        )
    late = late_for(dispatch, "hotline.assist_request_window", at)
    data = {"reason": masked(dispatch, reason), "proposed": proposed, "late": late}
    return submit(
        dispatch=dispatch,
        kind="assist",
        action="request_assist",
        actor=actor,
        at=at,
        version=version,
        data=data,
        reason=reason.strip(),
        proposed_body=proposed_bodies[0],
        proposal="、".join(body.short_name for body in proposed_bodies)[:300],
        late=late,
    )


@whole
def assist_add(
    *,
    application: Application,
    orders: Sequence[Order],
    actor: Actor,
    at: datetime,
    opinion: str = "",
    version: int | None = None,
) -> list[Dispatch]:
    """The platform adds assisting units, each with its own dispatch and clocks.

    It must answer within one working day, either way: silence decides nothing here. Errors: Incomplete,
    WrongState, NotAllowed.
    """
    check_kind(application, "assist")
    dispatch = application.dispatch
    _assisting(dispatch, orders)
    decide(
        application=application,
        action="add_assist",
        status=ACCEPTED,
        opinion=opinion,
        actor=actor,
        at=at,
        version=version,
        data={"units": [order.body.pk for order in orders]},
    )
    return request_dispatch_more(
        request=dispatch.request, orders=orders, terms=_terms_of(dispatch), actor=actor, at=at
    )


@whole
def assist_decline(
    *, application: Application, actor: Actor, at: datetime, opinion: str, version: int | None = None
) -> Application:
    """The platform adds no assisting unit and says why.

    Errors: Incomplete (opinion), WrongState, NotAllowed.
    """
    return decline(
        application=application,
        kind="assist",
        action="decline_assist",
        opinion=opinion,
        actor=actor,
        at=at,
        version=version,
    )
