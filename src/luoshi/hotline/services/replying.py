"""A unit's reply: drafted by those who handle the case, approved and sent by the responsible leader."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from luoshi.hotline import text as texts
from luoshi.hotline.models import Dispatch, Reply
from luoshi.hotline.services.steps import brief, change, filled, step
from luoshi.ledger import chain
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import WrongState
from luoshi.ledger.models import door
from luoshi.ledger.prepared import first_of, prepared
from luoshi.ledger.services import lock
from luoshi.ledger.whole import whole


def next_round(dispatch: Dispatch) -> int:
    """The number of the next reply; call while the matter is locked."""
    last = latest_reply(dispatch)
    return last.round + 1 if last else 1


def latest_reply(dispatch: Dispatch) -> Reply | None:
    """The last reply that was drafted; None where there is none."""
    return first_of(_latest(dispatch.pk))


@prepared
def _latest(dispatch: int) -> QuerySet[Reply]:
    return Reply.objects.filter(dispatch_id=dispatch).order_by("-round")[:1]


def reply_texts(handling: str, problems: str, measures: str, at: datetime) -> dict[str, str]:
    """The three parts of a reply, cleaned, by field. Errors: Incomplete naming the part that is missing."""
    given = {"measures": handling, "problems": problems, "plans": measures}
    parts = {key: texts.clean(value) for key, value in given.items()}
    filled("hotline.reply", parts, at, {"measures": "handling", "plans": "measures"})
    return parts


def reply_digest(reply: Reply) -> str:
    """The digest of a reply's text that stands in the event: a text changed afterwards is found out."""
    return chain.sm3(chain.canonical([reply.round, reply.measures, reply.problems, reply.plans]))


def current_reply(dispatch: Dispatch) -> Reply:
    """The latest reply of a dispatch. Errors: WrongState when there is none."""
    reply = latest_reply(dispatch)
    if reply is None:
        raise WrongState("还没有拟写答复", mend="请先拟写答复")
    return reply


@whole
def reply_draft(
    *,
    dispatch: Dispatch,
    handling: str,
    problems: str,
    measures: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Reply:
    """Draft a reply: how it was handled, what problems remain, what will be done or is suggested.

    Every draft is kept with its number; one that was sent back is followed by the next.
    Errors: Incomplete (handling, problems, measures), WrongState, NotAllowed.
    Source: smx-hotline-ops/14.3.b
    """
    parts = reply_texts(handling, problems, measures, at)
    step(dispatch=dispatch, action="draft", actor=actor, at=at, version=version)
    with door():
        reply: Reply = Reply.objects.create(
            dispatch=dispatch, round=next_round(dispatch), drafted_by=actor.name, drafted_at=at, **parts
        )
    return reply


@whole
def reply_take_back(*, dispatch: Dispatch, actor: Actor, at: datetime, version: int | None = None) -> Reply:
    """The unit takes a draft back before its leader has judged it; the next draft follows it, this one is kept.

    Errors: WrongState (the leader sent it on or back meanwhile), NotAllowed.
    """
    step(dispatch=dispatch, action="take_back", actor=actor, at=at, version=version)
    return current_reply(dispatch)


@whole
def reply_send_back(
    *, dispatch: Dispatch, opinion: str, actor: Actor, at: datetime, version: int | None = None
) -> Reply:
    """The responsible leader sends a draft back to be improved.

    opinion: what is to be improved, at most 300 characters. Errors: Incomplete (opinion), WrongState,
    NotAllowed.
    """
    said = brief(opinion, "退改意见", "opinion")
    step(dispatch=dispatch, action="send_back", actor=actor, at=at, version=version)
    reply = current_reply(dispatch)
    with door():
        reply.sent_back = said
        reply.save(update_fields=["sent_back"])
    return reply


@whole
def reply_submit(*, dispatch: Dispatch, actor: Actor, at: datetime, version: int | None = None) -> Reply:
    """The responsible leader approves the draft and thereby sends it to the platform; nobody else can.

    The time of sending is what the limits for closing and redoing judge. A digest of the text stands in the
    event.
    Of several units each answers for its own dispatch, its own part of the problem.
    Errors: WrongState, NotAllowed (a liaison officer or a handler).
    Source: smx-hotline-ops/14.3.c, smx-hotline-ops/14.8.b
    """
    lock(dispatch.matter_id)
    reply = latest_reply(dispatch)
    data = {"round": reply.round, "sm3": reply_digest(reply)} if reply else {}
    step(dispatch=dispatch, action="submit", actor=actor, at=at, version=version, data=data)
    sent = current_reply(dispatch)
    with door():
        sent.approved_by, sent.approved_at = actor.name, at
        sent.save(update_fields=["approved_by", "approved_at"])
    change(dispatch, replied_at=at)
    return sent
