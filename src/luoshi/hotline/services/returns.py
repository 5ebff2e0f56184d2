"""Giving a dispatch back: returns, withdrawals, and what a unit holds should no longer be dispatched."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO

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
from luoshi.hotline.services.steps import (
    ACCEPTED,
    brief,
    filled,
    masked,
    moot_applications,
    request_follow,
    step,
    tell_unit,
)
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.services import attachment_add
from luoshi.ledger.whole import whole
from luoshi.organisation.models import Body


@whole
def return_request(
    *,
    dispatch: Dispatch,
    reason: str,
    proposed_body: Body | None,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Application:
    """A unit asks to return a dispatch that is not its duty, with the reason and the unit whose duty it is.

    Within one working day of the dispatch; later it is taken all the same and marked as late. The event says
    whether it also came within the 24 hours after signing that are scored. No clock stops meanwhile.
    Errors: Incomplete (reason, proposed_body), WrongState (one is pending already), NotAllowed.
    Source: smx-hotline-ops/14.4
    """
    filled(
        "hotline.return", {"reason": reason, "proposed_body": proposed_body.pk if proposed_body else None}, at
    )
    assert proposed_body is not None  # noqa: S101 - the rulebook requires it
    other_body(dispatch, proposed_body, "proposed_body")
    late = late_for(dispatch, "hotline.return_window", at)
    in_time = not late_for(dispatch, "hotline.return_window_scoring", at)
    data = {
        "reason": masked(dispatch, reason),
        "proposed": proposed_body.pk,
        "late": late,
        "within_24_hours": in_time,
    }
    return submit(
        dispatch=dispatch,
        kind="return",
        action="request_return",
        actor=actor,
        at=at,
        version=version,
        data=data,
        reason=reason.strip(),
        proposed_body=proposed_body,
        late=late,
    )


@whole
def dispatch_recall(
    *, dispatch: Dispatch, reason: str, actor: Actor, at: datetime, version: int | None = None
) -> Dispatch:
    """The platform withdraws a dispatch of its own accord; all that was owed on it is void.

    Errors: Incomplete (reason), WrongState, NotAllowed.
    """
    said = masked(dispatch, brief(reason, "撤回理由", "reason"))
    event = step(
        dispatch=dispatch, action="recall", actor=actor, at=at, version=version, data={"reason": said}
    )
    moot_applications(dispatch, at)
    tell_unit(dispatch=dispatch, notice="hotline.recall_sms", key=f"{event.seq}:recall", at=at)
    request_follow(request=dispatch.request, at=at)
    return dispatch


@whole
def return_accept(
    *, application: Application, actor: Actor, at: datetime, opinion: str = "", version: int | None = None
) -> Application:
    """The platform finds that the dispatch must be withdrawn: it is recalled and can be dispatched anew.

    The new unit's limits all start with its own dispatch. Errors: WrongState, NotAllowed.
    Source: smx-hotline-ops/14.4.a
    """
    check_kind(application, "return")
    data = {"proposed": application.proposed_body_id}
    decide(
        application=application,
        action="accept_return",
        status=ACCEPTED,
        opinion=opinion,
        actor=actor,
        at=at,
        version=version,
        data=data,
    )
    recall(application.dispatch, "return_accepted", actor, at)
    return application


@whole
def return_reject(
    *, application: Application, actor: Actor, at: datetime, opinion: str, version: int | None = None
) -> Application:
    """The platform does not agree: the unit goes on, its clocks never stopped; so too while nobody answers.

    For the scoring of wrong returns it counts as having been dispatched to the unit again; the event says so.
    opinion: why not. Errors: Incomplete (opinion), WrongState, NotAllowed.
    Source: smx-hotline-ops/14.4.b
    """
    return decline(
        application=application,
        kind="return",
        action="reject_return",
        opinion=opinion,
        actor=actor,
        at=at,
        version=version,
        data={"counts_as_dispatched_again": True},
    )


@whole
def no_redispatch_request(
    *,
    dispatch: Dispatch,
    reason: str,
    file: BinaryIO | None,
    file_name: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Application:
    """A unit holds in writing that a matter should no longer be dispatched, and why; the platform decides.

    In writing: entered here with the stamped paper attached. file: the stamped paper.
    Errors: Incomplete (reason, file), WrongState, NotAllowed.
    Source: smx-hotline-ops/14.6.f
    """
    filled("hotline.no_redispatch_request", {"reason": reason}, at)
    if file is None:
        raise Incomplete("书面意见须附盖章件", mend="请上传盖章件的扫描件", field="file")
    application = submit(
        dispatch=dispatch,
        kind="no_redispatch",
        action="request_no_redispatch",
        actor=actor,
        at=at,
        version=version,
        data={"reason": masked(dispatch, reason)},
        reason=reason.strip(),
    )
    attachment_add(
        matter=dispatch.matter, file=file, name=file_name, purpose="no_redispatch", actor=actor, at=at
    )
    return application


@whole
def no_redispatch_accept(
    *, application: Application, actor: Actor, at: datetime, opinion: str = "", version: int | None = None
) -> Application:
    """The platform agrees: the dispatch is recalled. Without another unit at work the request waits for the
    dispatcher, who ends it as no longer dispatched and tells the citizen.

    Errors: WrongState, NotAllowed.
    """
    check_kind(application, "no_redispatch")
    decide(
        application=application,
        action="accept_no_redispatch",
        status=ACCEPTED,
        opinion=opinion,
        actor=actor,
        at=at,
        version=version,
    )
    recall(application.dispatch, "no_redispatch_accepted", actor, at)
    return application


@whole
def no_redispatch_reject(
    *, application: Application, actor: Actor, at: datetime, opinion: str, version: int | None = None
) -> Application:
    """The platform does not agree: the unit goes on. Errors: Incomplete (opinion), WrongState, NotAllowed."""
    return decline(
        application=application,
        kind="no_redispatch",
        action="reject_no_redispatch",
        opinion=opinion,
        actor=actor,
        at=at,
        version=version,
    )
