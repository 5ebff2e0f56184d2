"""What a unit does with a dispatch before it replies: sign, hand over, contact, report, go there."""

from __future__ import annotations

from datetime import datetime

from luoshi.hotline import text as texts
from luoshi.hotline.models import Dispatch
from luoshi.hotline.services.shared import local_text, rule_day
from luoshi.hotline.services.steps import brief, change, filled, masked, step, tell_unit
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.whole import whole
from luoshi.organisation.selectors import deputy_leaders_on


@whole
def dispatch_sign(*, dispatch: Dispatch, actor: Actor, at: datetime, version: int | None = None) -> Dispatch:
    """The liaison officer signs a dispatch in and thereby reports it to the responsible leader.

    The leaders are told by SMS; the dispatch is in handling from then on. The limit judges the signing alone;
    who was reported to stands in the event.
    Errors: WrongState, NotAllowed.
    Source: smx-hotline-ops/14.1.c
    """
    leaders = [person.name for person in deputy_leaders_on(dispatch.body, rule_day(at))]
    event = step(
        dispatch=dispatch, action="sign", actor=actor, at=at, version=version, data={"reported_to": leaders}
    )
    change(dispatch, signed_at=at, signed_by=actor.name)
    tell_unit(
        dispatch=dispatch, notice="hotline.approval_sms", key=f"{event.seq}:sign", at=at, to=("unit_leader",)
    )
    return dispatch


@whole
def dispatch_hand_over(
    *,
    dispatch: Dispatch,
    handler: str,
    actor: Actor,
    at: datetime,
    opinion: str = "",
    version: int | None = None,
) -> Dispatch:
    """Hand the dispatch to the department or person that is to handle it.

    handler: department and person, at most 120 characters. opinion: how it is to be handled (not the reply).
    Errors: Incomplete (handler), WrongState, NotAllowed.
    """
    filled("hotline.hand_over_opinion", {"handler": handler}, at)
    to = brief(handler, "承办部门和人员", "handler", limit=120)
    said = masked(dispatch, opinion)
    step(
        dispatch=dispatch,
        action="hand_over",
        actor=actor,
        at=at,
        version=version,
        data={"to": to, "opinion": said or None},
    )
    return change(dispatch, handed_over_at=at, handler=to)


@whole
def dispatch_hand_on(
    *, dispatch: Dispatch, handler: str, reason: str, actor: Actor, at: datetime, version: int | None = None
) -> Dispatch:
    """Hand the dispatch to somebody else than before: given to the wrong one, or who had it is away.

    The first handing over stays in the record with its time, which the limits judge; this moves none.
    Errors: Incomplete (handler, the same as before; reason), WrongState, NotAllowed.
    """
    to = brief(handler, "承办部门和人员", "handler", limit=120)
    why = brief(reason, "改交办的原因", "reason")
    if to == dispatch.handler:
        raise Incomplete(f"现在就由{to}办理", mend="请填写另外的部门或人员", field="handler")
    data = {"to": to, "before": dispatch.handler, "reason": masked(dispatch, why)}
    step(dispatch=dispatch, action="hand_on", actor=actor, at=at, version=version, data=data)
    return change(dispatch, handler=to)


def _not_later(moment: datetime | None, at: datetime, since: datetime, *, label: str, field: str) -> datetime:
    """A time that somebody reports: between the dispatch and now."""
    found = moment or at
    if not since <= found <= at:
        raise Incomplete(f"{label}须在派单之后、登记之前", mend=f"派单时间 {local_text(since)}", field=field)
    return found


@whole
def dispatch_contact(
    *,
    dispatch: Dispatch,
    note: str,
    actor: Actor,
    at: datetime,
    contacted_at: datetime | None = None,
    version: int | None = None,
) -> Dispatch:
    """Record that the citizen was contacted and what was found; the first contact meets the limits.

    note: what was verified; it may name people and stays out of the event. contacted_at: when, if not now.
    Errors: Incomplete (note, contacted_at), WrongState, NotAllowed.
    """
    text = brief(note, "核实情况", "note", limit=2000)
    moment = _not_later(contacted_at, at, dispatch.dispatched_at, label="联系时间", field="contacted_at")
    step(dispatch=dispatch, action="contact", actor=actor, at=at, happened_at=moment, version=version)
    kept = f"{dispatch.contact_note}\n{local_text(moment)} {text}" if dispatch.contact_note else text
    return change(dispatch, contacted_at=dispatch.contacted_at or moment, contact_note=kept)


@whole
def dispatch_preliminary(
    *, dispatch: Dispatch, opinion: str, actor: Actor, at: datetime, version: int | None = None
) -> Dispatch:
    """The liaison officer reports the preliminary opinion to the platform; a later report replaces the text.

    It is owed within one working day of the dispatch, as the contact is.
    Errors: Incomplete (opinion), WrongState, NotAllowed (not the liaison officer).
    Source: smx-hotline-ops/14.2.b
    """
    filled("hotline.preliminary_report", {"preliminary": opinion}, at, {"preliminary": "opinion"})
    text = brief(opinion, "初步处理意见", "opinion", limit=2000)
    data = {"opinion": masked(dispatch, text)}
    step(dispatch=dispatch, action="report_preliminary", actor=actor, at=at, version=version, data=data)
    return change(dispatch, preliminary=text)


@whole
def dispatch_arrive(
    *,
    dispatch: Dispatch,
    scene: str,
    actor: Actor,
    at: datetime,
    arrived_at: datetime | None = None,
    version: int | None = None,
) -> Dispatch:
    """Report to the platform when somebody arrived on the spot and what the place looked like.

    arrived_at: the time of arrival, which is what the limit judges; the ledger keeps the time of entry
    beside it.
    Errors: Incomplete (arrived_at, scene), WrongState, NotAllowed.
    Source: smx-hotline-ops/5.3, smx-hotline-ops/5.4.a
    """
    moment = _not_later(arrived_at, at, dispatch.dispatched_at, label="到达时间", field="arrived_at")
    filled("hotline.arrival_report", {"arrived_at": moment, "scene": scene}, at)
    text = brief(scene, "现场现状情况", "scene", limit=2000)
    data = {"scene": masked(dispatch, text)}
    step(
        dispatch=dispatch, action="arrive", actor=actor, at=at, happened_at=moment, version=version, data=data
    )
    return change(dispatch, arrived_at=dispatch.arrived_at or moment, scene=text)


@whole
def dispatch_progress(
    *, dispatch: Dispatch, note: str, actor: Actor, at: datetime, version: int | None = None
) -> Dispatch:
    """Report to the platform how the handling goes; as often as there is something to say until the end.

    The result itself is reported by the reply, at the latest when the limit for closing runs out.
    Errors: Incomplete (note), WrongState, NotAllowed.
    Source: smx-hotline-ops/5.4.b
    """
    text = brief(note, "进展情况", "note", limit=2000)
    data = {"note": masked(dispatch, text)}
    step(dispatch=dispatch, action="report_progress", actor=actor, at=at, version=version, data=data)
    return dispatch


@whole
def dispatch_contact_person(
    *,
    dispatch: Dispatch,
    name: str,
    phone: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Dispatch:
    """A unit, above all an assisting one, names its contact person and how to reach them.

    Errors: Incomplete (name, phone), WrongState, NotAllowed.
    Source: smx-hotline-ops/14.7.b
    """
    person, number = texts.clean_line(name), texts.clean_line(phone)
    names = {"contact_person": "name", "contact_phone": "phone"}
    filled("hotline.assist_contact", {"contact_person": person, "contact_phone": number}, at, names)
    brief(person, "联系人", "name", limit=60)
    brief(number, "联系方式", "phone", limit=40)
    step(
        dispatch=dispatch,
        action="give_contact_person",
        actor=actor,
        at=at,
        version=version,
        data={"name": person},
    )
    return change(dispatch, contact_person=person, contact_phone=number)


__all__ = [
    "dispatch_arrive",
    "dispatch_contact",
    "dispatch_contact_person",
    "dispatch_hand_on",
    "dispatch_hand_over",
    "dispatch_preliminary",
    "dispatch_progress",
    "dispatch_sign",
]
