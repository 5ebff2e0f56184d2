"""Answering at once, from the knowledge base or by a unit taking the call; counted to that unit."""

from __future__ import annotations

from datetime import datetime

from luoshi.hotline.models import Call, DirectAnswer, Request
from luoshi.hotline.services.shared import (
    cited,
    label_of,
    masked_for,
    needed,
    number_of,
    tell_citizen,
    way_to_citizen,
)
from luoshi.knowledge.services import entry_use
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.models import Matter, door
from luoshi.ledger.services import act
from luoshi.ledger.whole import whole
from luoshi.organisation.models import Body

KNOWLEDGE, THREE_WAY, TRANSFER = "knowledge", "three_way", "transfer"
MEANS = {KNOWLEDGE: "业务知识库", THREE_WAY: "三方通话", TRANSFER: "转接"}
ANSWERABLE = frozenset({"announcement", "consultation"})


@whole
def request_connect(
    *,
    request: Request,
    kind: str,
    body: Body,
    to: str,
    connected: bool,
    actor: Actor,
    at: datetime,
    note: str = "",
) -> Call:
    """Record a three-way call or a transfer to a unit: whom it reached, and whether it was put through.

    kind: three_way | transfer. to: the unit's person or desk that was called. A call that nobody took is
    recorded too.
    Errors: Incomplete, NotAllowed, WrongState.
    """
    if kind not in (THREE_WAY, TRANSFER):
        raise Incomplete("请选择三方通话或转接", field="kind")
    reached = needed(to, "接通对象", field="to", limit=80)
    data = {"kind": kind, "body": body.pk, "connected": connected}
    act(matter=request.matter, action="connect", actor=actor, at=at, data=data)
    with door():
        call: Call = Call.objects.create(
            request=request,
            kind=kind,
            body=body,
            to=reached,
            connected=connected,
            note=note.strip()[:300],
            by=actor.name,
            at=at,
        )
    return call


@whole
def request_answer(
    *,
    request: Request,
    means: str,
    answer: str,
    actor: Actor,
    at: datetime,
    body: Body | None = None,
    entry: Matter | None = None,
    told_now: bool = True,
    version: int | None = None,
) -> DirectAnswer:
    """Answer a question about an announcement or a consultation at once, instead of dispatching it.

    means: knowledge (an entry or bulletin of the knowledge base, `entry` its matter) | three_way | transfer
    (a connected call to `body`, recorded before). The answer is counted to the unit whose knowledge or
    person gave it. told_now: said in the call; otherwise it is sent by the channel the question came by.
    Requests for help, complaints and suggestions are dispatched, never closed with an answer.
    Errors: Incomplete, NotAllowed, WrongState.
    Source: smx-hotline-ops/7.1, smx-hotline-ops/7.2.a
    """
    if request.kind not in ANSWERABLE:
        label = label_of("hotline.kind", request.kind, at)
        raise Incomplete(
            f"{label}类诉求须登记转办,不能当场答复办结", field="means", cite=cited("smx-hotline-ops/7.3")
        )
    text = needed(answer, "答复内容", field="answer", cite=cited("smx-hotline-ops/7.2.a"), limit=5000)
    credited = _credited(request, means, body, entry)
    way = way_to_citizen(
        channel=request.channel, number=number_of(request), contact=request.contact, told_now=told_now
    )
    data = {"means": means, "body": credited.pk, "entry": entry.pk if entry else None, "told": way.means}
    event = act(matter=request.matter, action="answer", actor=actor, at=at, data=data, version=version)
    if entry is not None:
        entry_use(entry=entry.pk, actor=actor, at=at)
    with door():
        answered: DirectAnswer = DirectAnswer.objects.create(
            request=request,
            body=credited,
            means=means,
            entry=entry,
            answer=text,
            answered_by=actor.name,
            answered_at=at,
        )
        request.outcome, request.answers = text, request.answers + 1
        request.save(update_fields=["outcome", "answers"])
    tell_citizen(request=request, way=way, text=text, key=f"{number_of(request)}:{event.seq}:answer", at=at)
    return answered


def _credited(request: Request, means: str, body: Body | None, entry: Matter | None) -> Body:
    """The unit to which an answer counts. Errors: Incomplete when what gave the answer is not on record."""
    if means == KNOWLEDGE:
        if entry is None or entry.body is None:
            raise Incomplete("请选择所依据的知识条目", field="entry", cite=cited("smx-hotline-ops/7.2.a"))
        if body is not None and body.pk != entry.body_id:
            raise Incomplete("答复计入提供知识的单位", mend=f"应为{entry.body.short_name}", field="body")
        return entry.body
    if means not in MEANS:
        raise Incomplete("请选择答复方式", mend="可选:" + "、".join(MEANS.values()), field="means")
    if body is None:
        raise Incomplete("请选择接通的单位", field="body")
    if not request.calls.filter(kind=means, body=body, connected=True).exists():
        raise Incomplete(
            f"没有与{body.short_name}接通的{MEANS[means]}记录", mend="请先登记通话", field="means"
        )
    return body


@whole
def request_note(*, request: Request, note: str, actor: Actor, at: datetime) -> None:
    """Write a note into a request's record, with the citizen's personal data hidden.

    Errors: Incomplete, NotAllowed.
    """
    text = needed(note, "备注", field="note", limit=1000)
    act(matter=request.matter, action="note", actor=actor, at=at, data={"note": masked_for(request, text)})
