"""Hard cases put to the city's leaders, and leaders' instructions on a request."""

from __future__ import annotations

from datetime import datetime

from luoshi.engines.authority import decide
from luoshi.hotline.models import Dispatch, Escalation, Request
from luoshi.hotline.services.shared import (
    chosen,
    cited,
    label_of,
    local_text,
    masked_for,
    needed,
    rule_day,
)
from luoshi.hotline.services.steps import request_follow
from luoshi.hotline.states import OPEN
from luoshi.ledger import rules
from luoshi.ledger.actors import Actor, ActorKind
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import door
from luoshi.ledger.services import act, lock, record
from luoshi.ledger.whole import whole


@whole
def request_escalate(
    *, request: Request, to: str, summary: str, actor: Actor, at: datetime, version: int | None = None
) -> Escalation:
    """Put a hard case, summed up, to the leader of the city's party committee or government in charge.

    to: party | government. It may be put before any dispatch, or while units are at work; their clocks run
    on.
    Errors: Incomplete, NotAllowed, WrongState.
    """
    chosen("hotline.leader_level", to, at, field="to")
    text = needed(summary, "综合汇总", field="summary", cite=cited("smx-hotline-ops/14.9.a"), limit=5000)
    data = {"to": to, "summary": masked_for(request, text)}
    act(matter=request.matter, action="escalate", actor=actor, at=at, data=data, version=version)
    with door():
        put: Escalation = Escalation.objects.create(
            request=request, to=to, summary=text, put_by=actor.name, put_at=at
        )
    return put


def escalation_open(request: Request) -> Escalation:
    """The case as it lies with the leader. Errors: WrongState when none does."""
    found: Escalation | None = Escalation.objects.filter(request=request).order_by("-pk").first()
    if found is None:
        raise WrongState("这件诉求没有报领导协调")
    return found


@whole
def leader_decide(
    *,
    request: Request,
    decision: str,
    actor: Actor,
    at: datetime,
    until: datetime | None = None,
    version: int | None = None,
) -> Escalation:
    """Record what the leader decided on a hard case.

    until: by when it is to be done, where the leader names a time.
    Errors: Incomplete, NotAllowed (who decides stands in the rulebook), WrongState (decided before).
    Source: smx-hotline-ops/14.9.a
    """
    text = needed(decision, "领导意见", field="decision", limit=5000)
    if until is not None and until <= at:
        raise Incomplete("限期须晚于现在", field="until")
    rule = rules.current().authority("hotline.hard_case_decision", rule_day(at))
    asked = decide(rule, {})
    if actor.kind is not ActorKind.SYSTEM and not asked.allows(actor.roles):
        raise NotAllowed("疑难诉求件由市领导协调决定", cite=cited(*asked.cite))
    case = escalation_open(request)
    if case.decided_at is not None:
        raise WrongState(f"{case.decided_by}已于{local_text(case.decided_at)}批示", mend="请刷新页面查看")
    data = {"decision": masked_for(request, text), "until": until, "to": case.to}
    act(matter=request.matter, action="leader_decide", actor=actor, at=at, data=data, version=version)
    with door():
        case.decision, case.until = text, until
        case.decided_by, case.decided_at = actor.name, at
        case.save(update_fields=["decision", "until", "decided_by", "decided_at"])
    return case


@whole
def request_resume(*, request: Request, actor: Actor, at: datetime, version: int | None = None) -> Request:
    """Take a hard case up again as the leader decided: the units at work go on.

    What they finished meanwhile counts. Where no unit is at work, the case is dispatched instead
    (request_dispatch), with the leader's time if one is set.
    Errors: NotAllowed, WrongState (not yet decided, or no unit has it).
    """
    case = escalation_open(request)
    if case.decided_at is None:
        raise WrongState("领导尚未批示", mend="请等待批示")
    if not Dispatch.objects.filter(request_id=request.pk).exclude(matter__state="recalled").exists():
        raise WrongState("没有单位在办理这件诉求", mend="请按批示派单")
    act(
        matter=request.matter,
        action="resume",
        actor=actor,
        at=at,
        data={"until": case.until},
        version=version,
    )
    request_follow(request=request, at=at)
    request.matter.refresh_from_db()
    return request


@whole
def leader_instruct(
    *,
    request: Request,
    level: str,
    leader: str,
    instruction: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Request:
    """Record an instruction of a leader of the city or above on a request; its dispatches carry the mark too.

    level: city | province | state. leader: whose instruction it is.
    Errors: Incomplete, NotAllowed, WrongState.
    """
    chosen("hotline.instruction_level", level, at, field="level")
    who = needed(leader, "批示领导", field="leader", limit=60)
    text = needed(instruction, "批示内容", field="instruction", limit=2000)
    data = {
        "level": level,
        "leader": who,
        "instruction": masked_for(request, text),
        "facts": {"leader": True},
    }
    at_work = Dispatch.objects.filter(request_id=request.pk, matter__state__in=OPEN).order_by("pk")
    for pk in at_work.values_list("pk", flat=True):
        lock(pk)  # dispatches are locked before their request, everywhere
    act(matter=request.matter, action="instruct", actor=actor, at=at, data=data, version=version)
    with door():
        request.leader_level = level
        request.save(update_fields=["leader_level"])
    mark = {"level": label_of("hotline.instruction_level", level, at), "facts": {"leader": True}}
    for dispatch in at_work.select_related("matter"):
        record(matter=dispatch.matter, kind="hotline.leader_instructed", actor=actor, at=at, data=mark)
    return request
