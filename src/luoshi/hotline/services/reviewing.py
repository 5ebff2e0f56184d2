"""The platform reviews a unit's reply: it passes, goes back to be redone, or is assigned a second time."""

from __future__ import annotations

from datetime import datetime

from luoshi.hotline.models import Callback, Dispatch, Reply, Urging
from luoshi.hotline.services.replying import current_reply, next_round, reply_digest, reply_texts
from luoshi.hotline.services.shared import local_text, rule_day
from luoshi.hotline.services.steps import (
    brief,
    change,
    closed_on_time,
    masked,
    moot_applications,
    renew,
    request_follow,
    running,
    step,
    tell_unit,
)
from luoshi.ledger import rules
from luoshi.ledger.actors import SYSTEM, Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.models import Event, door
from luoshi.ledger.services import act, lock
from luoshi.ledger.whole import whole

DISSATISFIED = "dissatisfied"


def _judge(reply: Reply, verdict: str, note: str, actor: Actor, at: datetime) -> Reply:
    with door():
        reply.verdict, reply.review_note, reply.reviewed_by, reply.reviewed_at = verdict, note, actor.name, at
        reply.save(update_fields=["verdict", "review_note", "reviewed_by", "reviewed_at"])
    return reply


@whole
def review_pass(
    *, dispatch: Dispatch, actor: Actor, at: datetime, note: str = "", version: int | None = None
) -> Reply:
    """The reply passes: the dispatch is closed, and only now may its result go to the public.

    It counts as closed when the reply that passed was sent, so the platform's review costs the unit no
    time. When all of the request's dispatches are through, the request waits for its result to be given
    back.
    Errors: WrongState, NotAllowed.
    Source: smx-hotline-ops/5.5.a
    """
    lock(dispatch.matter_id)
    renew(dispatch)
    reply = current_reply(dispatch)
    data = {
        "round": reply.round,
        "closed_at": reply.approved_at,
        "failed_reviews": dispatch.failed_reviews,
        "on_time": closed_on_time(dispatch),
    }
    step(dispatch=dispatch, action="pass", actor=actor, at=at, version=version, data=data)
    _judge(reply, "passed", note.strip(), actor, at)
    change(dispatch, closed_at=reply.approved_at)
    moot_applications(dispatch, at)
    request_follow(request=dispatch.request, at=at)
    return reply


def _fail(dispatch: Dispatch, event: Event, verdict: str, reason: str, actor: Actor, at: datetime) -> Reply:
    """Count a failed review; the second one makes the dispatch overdue at once."""
    reply = _judge(current_reply(dispatch), verdict, reason, actor, at)
    change(dispatch, failed_reviews=dispatch.failed_reviews + 1)
    terms = rules.current().setting("hotline.redo_terms", rule_day(at))
    if dispatch.failed_reviews >= terms["failed_reviews"]:
        deem_overdue(dispatch=dispatch, reason="failed_reviews", at=at)
    redo = running(dispatch, "hotline.redo")
    tell_unit(
        dispatch=dispatch,
        notice="hotline.redo_sms",
        key=f"{event.seq}:redo",
        at=at,
        to=("liaison", "unit_leader"),
        due=local_text(redo.due_at if redo else None),
        reason=reason,
    )
    return reply


def deem_overdue(*, dispatch: Dispatch, reason: str, at: datetime) -> None:
    """Mark a dispatch as overdue, once; work on it goes on. reason: failed_reviews | redo_lapsed."""
    if dispatch.deemed_overdue:
        return
    act(matter=dispatch.matter, action="deem_overdue", actor=SYSTEM, at=at, data={"reason": reason})
    change(dispatch, deemed_overdue=True)


@whole
def review_redo(
    *, dispatch: Dispatch, reason: str, actor: Actor, at: datetime, version: int | None = None
) -> Reply:
    """The reply does not meet the requirements and goes back: three working days to do it again.

    Counted from the return, apart from the first limit: whoever sent the first reply in time and the new
    one in time is on time. A second failed review, or three working days without a new reply, makes the
    dispatch overdue, and the work goes on until a reply passes. Judged is when a reply was sent, not when
    it was reviewed. reason: what is wrong, at most 300 characters; it goes to the liaison officers and
    leaders by SMS.
    Errors: Incomplete (reason), WrongState, NotAllowed.
    Source: smx-hotline-ops/14.5, smx-hotline-ops/14.5.a, smx-hotline-ops/14.5.b
    """
    said = brief(reason, "退回理由", "reason")
    data = {"reason": masked(dispatch, said)}
    event = step(dispatch=dispatch, action="order_redo", actor=actor, at=at, version=version, data=data)
    return _fail(dispatch, event, "redo", said, actor, at)


@whole
def review_second_assign(
    *, dispatch: Dispatch, reason: str, actor: Actor, at: datetime, version: int | None = None
) -> Reply:
    """The reply is perfunctory: the dispatch is assigned a second time and put under supervision.

    The same three working days as for redoing apply, and it is a failed review like any other; it is no
    second dispatching of a returned one. The supervision is to be answered by the end of those days.
    Errors: Incomplete (reason), WrongState, NotAllowed.
    Source: smx-hotline-ops/5.5.b
    """
    said = brief(reason, "二次交办理由", "reason")
    data = {"reason": masked(dispatch, said)}
    event = step(dispatch=dispatch, action="second_assign", actor=actor, at=at, version=version, data=data)
    reply = _fail(dispatch, event, "second_assigned", said, actor, at)
    redo = running(dispatch, "hotline.redo")
    until = redo.due_at if redo else None
    act(
        matter=dispatch.matter,
        action="supervise",
        actor=SYSTEM,
        at=at,
        data={"until": until, "reason": "perfunctory"},
    )
    with door():
        Urging.objects.create(
            dispatch=dispatch, kind="supervision", text=said, due_set=until, by=actor.name, at=at
        )
        dispatch.request.supervised = True
        dispatch.request.save(update_fields=["supervised"])
    return reply


@whole
def review_order_mend(
    *,
    dispatch: Dispatch,
    reason: str,
    actor: Actor,
    at: datetime,
    until: datetime | None = None,
    version: int | None = None,
) -> Dispatch:
    """After a dissatisfied call-back the unit is to mend the result; then there is another call-back.

    until: by when, if a time is set. Errors: Incomplete (reason, until), WrongState (no dissatisfied
    call-back), NotAllowed.
    """
    said = brief(reason, "整改要求", "reason")
    if until is not None and until <= at:
        raise Incomplete("整改期限须晚于现在", field="until")
    asked = Callback.objects.filter(request_id=dispatch.request_id, answered=True)
    mine = asked.filter(dispatch=dispatch) | asked.filter(dispatch__isnull=True)
    last = mine.order_by("-round", "-pk").first()
    if last is None or DISSATISFIED not in {last.result, last.conduct}:
        raise WrongState("最近一次回访没有不满意的结果,不能要求整改", mend="请先登记回访")
    data = {"until": until, "reason": masked(dispatch, said)}
    event = step(dispatch=dispatch, action="order_mend", actor=actor, at=at, version=version, data=data)
    slots = {"due": local_text(until), "reason": said}
    tell_unit(dispatch=dispatch, notice="hotline.mend_sms", key=f"{event.seq}:mend", at=at, **slots)
    return dispatch


@whole
def dispatch_mend(
    *,
    dispatch: Dispatch,
    handling: str,
    problems: str,
    measures: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Reply:
    """The responsible leader reports the mended result, in the three parts of a reply; both are kept.

    The closing time does not move. Errors: Incomplete (handling, problems, measures), WrongState, NotAllowed.
    """
    parts = reply_texts(handling, problems, measures, at)
    lock(dispatch.matter_id)
    mended = Reply(
        dispatch=dispatch,
        round=next_round(dispatch),
        drafted_by=actor.name,
        drafted_at=at,
        approved_by=actor.name,
        approved_at=at,
        verdict="mended",
        **parts,
    )
    data = {"round": mended.round, "sm3": reply_digest(mended)}
    step(dispatch=dispatch, action="mend", actor=actor, at=at, version=version, data=data)
    with door():
        mended.save()
    return mended
