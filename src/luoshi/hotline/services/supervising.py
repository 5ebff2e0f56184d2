"""Following up: urging a unit, putting a dispatch under supervision, the urging that goes out by itself."""

from __future__ import annotations

from datetime import datetime

from luoshi.hotline.models import Dispatch, Urging
from luoshi.hotline.services.shared import cited, local_text
from luoshi.hotline.services.steps import brief, masked, running, step, tell_unit
from luoshi.ledger.actors import SYSTEM, Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.models import Matter, Obligation, door
from luoshi.ledger.services import act, lock
from luoshi.ledger.whole import whole

URGING, SUPERVISION, AUTOMATIC = "urging", "supervision", "automatic"
BOTH = ("liaison", "unit_leader")


@whole
def dispatch_urge(
    *, dispatch: Dispatch, text: str, actor: Actor, at: datetime, version: int | None = None
) -> Urging:
    """The platform urges a unit to get on: liaison officers and leaders are told by SMS.

    text: what is urged, at most 300 characters. Errors: Incomplete (text), WrongState, NotAllowed.
    Source: smx-hotline-ops/17.a
    """
    said = brief(text, "催办内容", "text")
    event = step(
        dispatch=dispatch,
        action="urge",
        actor=actor,
        at=at,
        version=version,
        data={"text": masked(dispatch, said)},
    )
    limit = running(dispatch, "hotline.close", "hotline.coordination", "hotline.redo")
    due = limit.due_at if limit else None
    over = due is not None and due < at
    notice = "hotline.overdue_sms" if over else "hotline.urging_sms"
    tell_unit(dispatch=dispatch, notice=notice, key=f"{event.seq}:urge", at=at, to=BOTH, due=local_text(due))
    with door():
        urging: Urging = Urging.objects.create(
            dispatch=dispatch, kind=URGING, text=said, by=actor.name, at=at
        )
    return urging


@whole
def dispatch_supervise(
    *,
    dispatch: Dispatch,
    text: str,
    until: datetime | None,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Urging:
    """The platform puts a dispatch under supervision: a notice with a time by which the unit must answer.

    One notice waits for its answer at a time. text: the reason. until: by when the answer is owed.
    Errors: Incomplete (text, until), WrongState, NotAllowed.
    """
    said = brief(text, "督办理由", "text")
    if until is None or until <= at:
        raise Incomplete("请填写晚于现在的答复期限", field="until")
    lock(dispatch.matter_id)
    if Urging.objects.filter(dispatch=dispatch, kind=SUPERVISION, answered_at__isnull=True).exists():
        raise WrongState(
            "已有尚未答复的督办通知", mend="请先催办,或等待单位答复", cite=cited("smx-hotline-ops/17.a")
        )
    data = {"until": until, "text": masked(dispatch, said)}
    event = step(dispatch=dispatch, action="supervise", actor=actor, at=at, version=version, data=data)
    slots = {"due": local_text(until), "reason": said}
    tell_unit(
        dispatch=dispatch,
        notice="hotline.supervision_notice",
        key=f"{event.seq}:supervise",
        at=at,
        to=BOTH,
        **slots,
    )
    with door():
        notice: Urging = Urging.objects.create(
            dispatch=dispatch, kind=SUPERVISION, text=said, due_set=until, by=actor.name, at=at
        )
        dispatch.request.supervised = True
        dispatch.request.save(update_fields=["supervised"])
    return notice


@whole
def supervision_answer(
    *, urging: Urging, answer: str, actor: Actor, at: datetime, version: int | None = None
) -> Urging:
    """The unit answers a supervision notice.

    answer: at most 2,000 characters. Errors: Incomplete (answer), WrongState (answered already), NotAllowed.
    """
    said = brief(answer, "答复", "answer", limit=2000)
    dispatch = urging.dispatch
    lock(dispatch.matter_id)
    urging.refresh_from_db(fields=["answered_at", "answered_by"])
    if urging.kind != SUPERVISION or urging.answered_at is not None:
        raise WrongState("这件督办通知已经答复", mend="请刷新页面查看最新情况")
    data = {"answer": masked(dispatch, said)}
    step(dispatch=dispatch, action="answer_supervision", actor=actor, at=at, version=version, data=data)
    with door():
        urging.answer, urging.answered_by, urging.answered_at = said, actor.name, at
        urging.save(update_fields=["answer", "answered_by", "answered_at"])
    return urging


def urge_overdue(matter: Matter, obligation: Obligation, now: datetime) -> None:
    """What a unit owes has run out: it is urged by itself, once for each obligation and due time.

    Liaison officers and leaders are told by SMS; what the platform owes needs no message to a unit.
    """
    if obligation.owner != "body":
        return
    dispatch = Dispatch.objects.select_related("matter", "body", "request__matter").get(pk=matter.pk)
    due = local_text(obligation.due_at)
    text = f"{obligation.title}已于{due}到期"
    open_states = {"sent", "signed", "handed_over", "redo", "drafted", "submitted"}
    if matter.state in open_states:
        act(
            matter=matter,
            action="urge",
            actor=SYSTEM,
            at=now,
            data={"rule": obligation.rule, "automatic": True},
        )
    with door():
        Urging.objects.create(dispatch=dispatch, kind=AUTOMATIC, text=text, by=SYSTEM.name, at=now)
    stamp = f"{obligation.due_at:%Y%m%d%H%M%S}" if obligation.due_at else ""
    tell_unit(
        dispatch=dispatch,
        notice="hotline.lapse_sms",
        key=f"{obligation.rule}:{obligation.opened_seq}:{stamp}:overdue",
        at=now,
        to=BOTH,
        item=obligation.title,
        due=due,
    )
