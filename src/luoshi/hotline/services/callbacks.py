"""Calling back: every request whose result was given back; what the citizen says is kept, each time anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet

from luoshi.hotline.models import Callback, Dispatch, Request
from luoshi.hotline.services.shared import chosen, cited, rule_day
from luoshi.ledger import rules
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.models import door
from luoshi.ledger.prepared import first_of, prepared
from luoshi.ledger.services import act, lock
from luoshi.ledger.whole import whole


@dataclass(frozen=True, slots=True)
class Grade:
    """What the citizen says of one unit's work, or of all units' where `dispatch` is None.

    contacted: whether the unit got in touch in time. conduct, result: satisfied | basically | dissatisfied.
    """

    contacted: bool
    conduct: str
    result: str
    dispatch: Dispatch | None = None


def attempts_of(request: Request) -> int:
    """How often nobody answered since the last call-back that was answered."""
    answered = (
        Callback.objects.filter(request=request, answered=True).aggregate(last=Max("round"))["last"] or 0
    )
    return Callback.objects.filter(request=request, answered=False, round__gt=answered).count()


def _next_round(request: Request) -> int:
    last = first_of(_latest(request.pk))
    return last.round + 1 if last else 1


@prepared
def _latest(request: int) -> QuerySet[Callback]:
    return Callback.objects.filter(request_id=request).order_by("-round")[:1]


@whole
def request_call_back(
    *,
    request: Request,
    grades: Sequence[Grade],
    opinion: str,
    suggestion: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> list[Callback]:
    """Record a call-back that was answered: contact, conduct, result, opinion and suggestion.

    grades: one for all units (dispatch None), or one for each unit asked about. After the first one (the
    request has been called back, and a result was mended since, say) it is recorded as a further one; none
    is replaced.
    Errors: Incomplete, NotAllowed, WrongState.
    Source: smx-hotline-ops/17.c, smx-hotline-assessment/4.2.3.2, smx-hotline-assessment/4.2.3.3
    """
    _check_grades(request, grades, opinion, suggestion, at)
    again = lock(request.matter_id).state == "called_back"
    data = {
        "results": [grade.result for grade in grades],
        "conducts": [grade.conduct for grade in grades],
        "dispatches": [grade.dispatch.pk if grade.dispatch else None for grade in grades],
    }
    act(
        matter=request.matter,
        action="call_back_again" if again else "call_back",
        actor=actor,
        at=at,
        data={**data, "contacted": [grade.contacted for grade in grades]},
        version=version,
    )
    turn = _next_round(request)
    with door():
        return [
            Callback.objects.create(
                request=request,
                dispatch=grade.dispatch,
                round=turn,
                answered=True,
                contacted=grade.contacted,
                conduct=grade.conduct,
                result=grade.result,
                opinion=opinion.strip(),
                suggestion=suggestion.strip(),
                by=actor.name,
                at=at,
            )
            for grade in grades
        ]


def _check_grades(
    request: Request, grades: Sequence[Grade], opinion: str, suggestion: str, at: datetime
) -> None:
    cite = cited("smx-hotline-ops/17.c")
    if not grades:
        raise Incomplete("请登记满意程度", field="result", cite=cite)
    rule = rules.current().content("hotline.callback_record", rule_day(at))
    for grade in grades:
        values: dict[str, Any] = {
            "opinion": opinion,
            "suggestion": suggestion,
            "contacted": grade.contacted,
            "conduct": grade.conduct,
            "result": grade.result,
        }
        missing = rule.missing(values)
        if missing:
            mend = "诉求人没有意见、建议的,请填“无”"
            raise Incomplete(f"请登记{missing[0].label}", mend=mend, field=missing[0].key, cite=cite)
        chosen("hotline.satisfaction", grade.conduct, at, field="conduct")
        chosen("hotline.satisfaction", grade.result, at, field="result")
    about = [grade.dispatch.pk if grade.dispatch else None for grade in grades]
    if len(set(about)) < len(about) or (None in about and len(about) > 1):
        raise Incomplete("对每个单位只登记一次", field="dispatch")
    if any(grade.dispatch and grade.dispatch.request_id != request.pk for grade in grades):
        raise Incomplete("所选工单不属于这件诉求", field="dispatch")


@whole
def callback_try(
    *, request: Request, actor: Actor, at: datetime, note: str = "", version: int | None = None
) -> Callback:
    """Record a call that nobody answered; the request stays in the queue.

    Errors: NotAllowed, WrongState.
    """
    data = {"attempt": attempts_of(request) + 1}
    act(matter=request.matter, action="try_callback", actor=actor, at=at, data=data, version=version)
    return _unanswered(request, actor, at, note)


def _unanswered(request: Request, actor: Actor, at: datetime, note: str) -> Callback:
    with door():
        row: Callback = Callback.objects.create(
            request=request,
            round=_next_round(request),
            answered=False,
            opinion=note.strip(),
            by=actor.name,
            at=at,
        )
    return row


@whole
def callback_give_up(
    *, request: Request, actor: Actor, at: datetime, note: str = "", version: int | None = None
) -> Request:
    """Give a call-back up, after as many attempts as the rulebook asks for; such a request counts in no rate.

    Errors: NotAllowed, WrongState (too few attempts).
    """
    needed = int(rules.current().setting("hotline.callback_scope", rule_day(at))["attempts"])
    tried = attempts_of(request)
    if tried < needed:
        raise WrongState(f"只拨打过{tried}次,满{needed}次无人接听才可结束回访", mend="请另选时间再拨")
    data = {"attempts": tried, "note": note.strip() or None}
    act(matter=request.matter, action="give_up_callback", actor=actor, at=at, data=data, version=version)
    return request


@whole
def request_archive(*, request: Request, actor: Actor, at: datetime, version: int | None = None) -> Request:
    """File a request that was called back, when no unit has to mend anything any more.

    Errors: NotAllowed, WrongState.
    """
    if Dispatch.objects.filter(request_id=request.pk, matter__state="mending").exists():
        raise WrongState("尚有单位正在整改,不能归档", mend="请在整改后再次回访")
    act(matter=request.matter, action="archive", actor=actor, at=at, version=version)
    return request
