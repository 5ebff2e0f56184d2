"""Asking and deciding, whatever is asked: one application of a kind waits at a time, one decision counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from luoshi.hotline.models import Application, Dispatch
from luoshi.hotline.services.shared import local_text
from luoshi.hotline.services.steps import (
    ACCEPTED,
    PENDING,
    REJECTED,
    brief,
    masked,
    moot_applications,
    request_follow,
    step,
    tell_unit,
)
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.models import Event, Obligation, door
from luoshi.ledger.services import act, lock, settle
from luoshi.organisation.models import Body

KINDS: Mapping[str, str] = {
    "return": "退单",
    "county_report": "属地政府报告",
    "assist": "增加协办单位",
    "extension": "延时",
    "no_redispatch": "不宜再批转",
    "coordination": "协调办理",
}


def late_for(dispatch: Dispatch, rule: str, at: datetime) -> bool:
    """Whether the time within which a unit may ask has run out; asking late is possible, and marked so."""
    window = Obligation.objects.filter(matter_id=dispatch.pk, rule=rule).order_by("opened_seq").first()
    return window is not None and window.due_at is not None and at > window.due_at


def submit(
    *,
    dispatch: Dispatch,
    kind: str,
    action: str,
    actor: Actor,
    at: datetime,
    version: int | None,
    data: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Application:
    """Take the step that asks, and keep what was asked. One application of a kind is pending at a time."""
    lock(dispatch.matter_id)
    waiting = Application.objects.filter(dispatch=dispatch, kind=kind, status=PENDING).first()
    if waiting is not None:
        when = local_text(waiting.submitted_at)
        raise WrongState(f"已有待批复的{KINDS[kind]}申请({when})", mend="请等待平台批复")
    step(dispatch=dispatch, action=action, actor=actor, at=at, version=version, data=data)
    with door():
        try:
            application: Application = Application.objects.create(
                dispatch=dispatch, kind=kind, submitted_by=actor.name, submitted_at=at, **fields
            )
        except IntegrityError as error:
            raise WrongState(f"已有待批复的{KINDS[kind]}申请", mend="请等待平台批复") from error
    return application


def settle_first(application: Application, at: datetime, version: int | None) -> int | None:
    """Lock the dispatch, let its lapses be recorded, and make sure that the application still waits.

    Errors: WrongState naming who decided, when.
    """
    version = settle(matter=application.dispatch.matter, now=at, version=version)
    lock(application.dispatch.matter_id)
    application.refresh_from_db(fields=["status", "decided_by", "decided_at", "reason"])
    if application.status != PENDING:
        by = f"{application.decided_by} {local_text(application.decided_at)}"
        raise WrongState(f"这件{KINDS[application.kind]}申请已有结果({by})", mend="请刷新页面查看最新情况")
    return version


def decide(
    *,
    application: Application,
    action: str,
    status: str,
    opinion: str,
    actor: Actor,
    at: datetime,
    version: int | None,
    data: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Event:
    """Take the step that decides, keep the decision, and tell the unit's liaison officers."""
    version = settle_first(application, at, version)
    dispatch = application.dispatch
    if status == REJECTED:
        brief(opinion, "理由", "opinion")
    content = {**(data or {}), "opinion": masked(dispatch, opinion) or None}
    event = step(dispatch=dispatch, action=action, actor=actor, at=at, version=version, data=content)
    with door():
        values = {
            "status": status,
            "decision": opinion.strip()[:300],
            "decided_by": actor.name,
            "decided_at": at,
        }
        for name, value in {**values, **fields}.items():
            setattr(application, name, value)
        application.save(update_fields=[*values, *fields])
    verdict = "同意" if status == ACCEPTED else "不同意"
    result = f"{verdict}{KINDS[application.kind]}" + (f"({opinion.strip()})" if opinion.strip() else "")
    tell_unit(
        dispatch=dispatch, notice="hotline.decision_sms", key=f"{event.seq}:decided", at=at, result=result
    )
    return event


def decline(
    *,
    application: Application,
    kind: str,
    action: str,
    opinion: str,
    actor: Actor,
    at: datetime,
    version: int | None,
    data: Mapping[str, Any] | None = None,
) -> Application:
    """Answer no, which has to be explained (opinion): everything goes on as it was, and the clocks never stopped."""
    check_kind(application, kind)
    decide(
        application=application,
        action=action,
        status=REJECTED,
        opinion=opinion,
        actor=actor,
        at=at,
        version=version,
        data=data,
    )
    return application


def check_kind(application: Application, kind: str) -> None:
    if application.kind != kind:
        raise WrongState(f"这不是{KINDS[kind]}申请,而是{KINDS[application.kind]}申请")


def other_body(dispatch: Dispatch, body: Body, field: str) -> None:
    if body.pk == dispatch.body_id:
        raise Incomplete("建议的单位不能是本单位", field=field)
    if not (body.active and body.takes_requests):
        raise Incomplete(f"{body.short_name}不承办诉求件", mend="请另选单位", field=field)


def recall(dispatch: Dispatch, reason: str, actor: Actor, at: datetime) -> None:
    """Withdraw a dispatch from its unit; a request that no unit holds any more can be dispatched anew."""
    event = act(matter=dispatch.matter, action="recall", actor=actor, at=at, data={"reason": reason})
    moot_applications(dispatch, at)
    tell_unit(dispatch=dispatch, notice="hotline.recall_sms", key=f"{event.seq}:recall", at=at)
    request_follow(request=dispatch.request, at=at)
