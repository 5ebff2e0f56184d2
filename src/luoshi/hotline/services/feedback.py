"""Giving the result back to the citizen: only what passed the review, the units' results in one answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from luoshi.hotline.models import Dispatch, Reply, Request
from luoshi.hotline.services.shared import (
    chosen,
    cited,
    masked_for,
    needed,
    notice_text,
    number_of,
    tell_citizen,
    way_to_citizen,
)
from luoshi.ledger.actors import Actor, ActorKind
from luoshi.ledger.errors import Incomplete, NotAllowed
from luoshi.ledger.models import door
from luoshi.ledger.prepared import prepared
from luoshi.ledger.services import act
from luoshi.ledger.whole import whole

PASSED = ("passed", "mending")
SUPPLEMENT = 2000


def passed_replies(request: Request) -> list[Reply]:
    """The reply of each unit that passed the review, in the order of dispatching.

    Recalled dispatches left out.
    """
    rows = Reply.objects.filter(
        dispatch__request_id=request.pk, dispatch__matter__state__in=PASSED, reviewed_at__isnull=False
    ).select_related("dispatch__body")
    last: dict[int, Reply] = {}
    for reply in rows.order_by("dispatch_id", "round"):
        last[reply.dispatch_id] = reply
    return list(last.values())


def outcome_suggested(request: Request) -> str:
    """The answer to the citizen, composed of all units' passed replies.

    With several units each one is named.
    """
    replies = passed_replies(request)
    single = len(replies) == 1
    return "\n".join(_said(reply, named=not single) for reply in replies)


def _said(reply: Reply, *, named: bool) -> str:
    head = ""
    if named:
        dispatch: Dispatch = reply.dispatch
        part = f"(关于{dispatch.part})" if dispatch.part else ""
        head = f"{dispatch.body.name}{part}:"
    return head + "".join(text.strip() for text in (reply.measures, reply.plans) if text.strip())


@whole
def request_feed_back(
    *,
    request: Request,
    actor: Actor,
    at: datetime,
    text: str = "",
    told_now: bool = False,
    version: int | None = None,
) -> Request:
    """Give the result back to the citizen, when every unit's result has passed the review.

    text: what is said; without it, what the passed replies say, merged. It goes out by the channel the
    request came by; told_now: said in a call. It is done so for public and internal requests alike, and
    counts as one answer to the issue.
    Errors: Incomplete, NotAllowed, WrongState (a unit's result is not yet there or has not passed).
    Source: smx-hotline-ops/14.8.a, smx-hotline-ops/15.a
    """
    said = needed(
        text or outcome_suggested(request),
        "反馈内容",
        field="text",
        cite=cited("smx-hotline-ops/15.a"),
        limit=10000,
    )
    units = _units(request)
    way = way_to_citizen(
        channel=request.channel, number=number_of(request), contact=request.contact, told_now=told_now
    )
    data = {"means": way.means, "answers": request.answers + 1}
    event = act(matter=request.matter, action="feed_back", actor=actor, at=at, data=data, version=version)
    with door():
        request.outcome, request.answers = said, request.answers + 1
        request.save(update_fields=["outcome", "answers"])
    values = {"number": number_of(request), "unit": "、".join(units), "result": said}
    notice = notice_text("hotline.feedback_notice", at, values)
    tell_citizen(request=request, way=way, text=notice, key=f"{number_of(request)}:{event.seq}:result", at=at)
    return request


def _units(request: Request) -> Sequence[str]:
    return [row.body.name for row in _through(request.pk)]


@prepared
def _through(request: int) -> QuerySet[Dispatch]:
    rows = Dispatch.objects.filter(request_id=request, matter__state__in=PASSED)
    return rows.select_related("body").order_by("pk")


@whole
def request_comment(*, request: Request, rating: str, comment: str, actor: Actor, at: datetime) -> None:
    """Record what the citizen says of the result; it stands beside the call-backs and replaces none of them.

    rating: a value of the choice hotline.satisfaction. Personal data in the comment is hidden in the event.
    Errors: Incomplete, NotAllowed (only the citizen), WrongState (nothing was given back yet).
    """
    if actor.kind is not ActorKind.CITIZEN:
        raise NotAllowed("评价由诉求人本人作出")
    chosen("hotline.satisfaction", rating, at, field="rating")
    if request.answers == 0:
        raise Incomplete("还没有办理结果,暂不能评价", field="rating")
    said = masked_for(request, comment[:1000])
    act(matter=request.matter, action="comment", actor=actor, at=at, data={"rating": rating, "comment": said})


@whole
def request_supplement(*, request: Request, text: str, actor: Actor, at: datetime) -> None:
    """The citizen adds what was forgotten, while the request is still being dealt with.

    It stands in the request's timeline, personal data hidden, where the platform and the units read it; the
    request itself stays as it was taken down. Errors: Incomplete, NotAllowed (only the citizen), WrongState (it is
    settled: a new request is the way).
    """
    said = needed(masked_for(request, text), "要补充的内容", field="text", limit=SUPPLEMENT)
    act(matter=request.matter, action="supplement", actor=actor, at=at, data={"text": said})
