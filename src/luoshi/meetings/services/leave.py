"""Leave from a meeting: asked in person or by the unit, reported where the rule wants it, granted by whoever may."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from luoshi.agenda.selectors import leader_of
from luoshi.engines.rulebook import RouteStep
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor, ActorKind
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.inputs import locked
from luoshi.ledger.models import door
from luoshi.meetings import rules_sessions, states_sessions
from luoshi.meetings.models import Attendee, LeaveRequest, Meeting
from luoshi.meetings.policies_sessions import may_staff
from luoshi.meetings.selectors.members import serving
from luoshi.meetings.services.attendance import same_unit_leader, substitute_list
from luoshi.meetings.services.checks_sessions import block, line, locked_meeting, require_roles
from luoshi.meetings.services.planning import presiding
from luoshi.organisation.models import Person
from luoshi.organisation.models.base import in_force
from luoshi.organisation.selectors import local_day

BEFORE = ("planned", "reviewed", "approved", "convened")
VICE = frozenset({"mayor", "executive_vice_mayor", "vice_mayor", "party_member", "secretary_general"})


def asker_of(attendee: Attendee, day: dt.date) -> str:
    """leader, principal (of a unit) or other, as the rulebook's ways tell them apart."""
    leader = leader_of(attendee.person_id, day=day)
    if leader is not None and leader.office in VICE:
        return "leader"
    person = attendee.person
    if (
        person is not None
        and person.posts.filter(in_force(day), kind__in=("principal_leader", "party_leader")).exists()
    ):
        return "principal"
    return "other"


def leave_steps(meeting: Meeting, asker: str, day: dt.date) -> tuple[RouteStep, ...]:
    """The stops of a request for leave: reported by the office where the rule wants it, then decided."""
    facts = {"kind": meeting.kind, "asker": asker, "chair": presiding(meeting)}
    return rules_sessions.way("meetings.leave_way", facts, day)


def deciders(leave: LeaveRequest, at: dt.datetime) -> dict[int, Person]:
    """Who may take the next step of a request now."""
    steps = leave_steps(leave.meeting, leave.asker, local_day(at))
    return serving(steps[leave.step].who, meeting=leave.meeting, at=at) if leave.step < len(steps) else {}


@transaction.atomic
def leave_ask(
    *,
    attendee: Attendee,
    reason: str,
    actor: Actor,
    at: dt.datetime,
    opinion: str = "",
    substitute: Person | None = None,
) -> LeaveRequest:
    """Ask leave from a meeting before it begins. A leader of the government asks in person; a unit asks for its head.

    opinion: on the topics, which has to be given before the meeting. substitute: who is to come instead, another
    leader of the same unit; leaders of the government have none. Errors: NotAllowed, WrongState, Incomplete.
    Source: smx-meeting-organisation/5.1, smx-meeting-organisation/5.3, smx-work-rules/55.p3.1,
    smx-work-rules/55.p3.2, xiping-work-rules/44.2
    """
    meeting, matter = locked_meeting(attendee.meeting_id)
    day = local_day(at)
    rule = rules_sessions.setting("meetings.leave", day)
    cite = rules_sessions.cite_of("route", "meetings.leave_way", day)
    if matter.state not in BEFORE or at >= meeting.planned_at:
        raise WrongState("会议已经开始，不能再请假", mend="请假和对议题的意见须在会议召开前提出", cite=cite)
    row = Attendee.objects.select_related("person", "meeting").get(pk=attendee.pk)
    if row.person_id is None or row.person_id == meeting.chair_id:
        raise WrongState(
            "主持人不请假；不能主持的请委托他人主持" if row.person_id else "没有登记人员，不能请假"
        )
    if row.on_leave or row.leaves.filter(matter__state="asked").exists():
        raise WrongState(f"{row.name}已经请假")
    asker = asker_of(row, day)
    _require_asker(row, asker, rule, actor, cite)
    _require_substitute(row, asker, substitute, rule, day)
    steps = leave_steps(meeting, asker, day)
    said = line(reason, field="reason", label="事由")
    own = ledger.matter_open(
        kind=states_sessions.LEAVE, title=f"{row.name}请假：{meeting.title}", body_id=row.body_id, parent=matter,
        actor=actor, at=at, facts={"asker": asker}, data={"reason": said, **_awaits(meeting, steps, 0, at)},
    )  # fmt: skip
    with door():
        made: LeaveRequest = LeaveRequest.objects.create(
            matter=own, jurisdiction=own.jurisdiction, meeting=meeting, attendee=row, asker=asker, reason=said,
            opinion=block(opinion, field="opinion", label="意见", longest=3000, required=False),
            substitute=substitute,
        )  # fmt: skip
        if made.opinion:
            Attendee.objects.filter(pk=row.pk).update(written_opinion=made.opinion)
    return made


def _awaits(meeting: Meeting, steps: tuple[RouteStep, ...], place: int, at: dt.datetime) -> dict[str, Any]:
    """Whom the next step waits for: one person, in whose worklist it then stands."""
    people = serving(steps[place].who, meeting=meeting, at=at)
    return {"awaits": "person", "person": next(iter(people))} if people else {"awaits": "nobody"}


def _require_asker(row: Attendee, asker: str, rule: Any, actor: Actor, cite: tuple[str, ...]) -> None:
    own = actor.person_id == row.person_id
    if asker in rule["in_person"] and not own and actor.kind is not ActorKind.SYSTEM:
        raise NotAllowed(f"{row.name}须由本人请假，不得代请", mend="请由本人提出", cite=cite)
    unit = actor.can("meetings.unit") and actor.body_id is not None and actor.body_id == row.body_id
    if not own and not unit and actor.kind is not ActorKind.SYSTEM:
        raise NotAllowed("只能为本人或本单位请假", mend="请由参会单位提出", cite=cite)


def _require_substitute(
    row: Attendee, asker: str, substitute: Person | None, rule: Any, day: dt.date
) -> None:
    if substitute is None:
        return
    cite = rules_sessions.cite_of("setting", "meetings.leave", day)
    if asker not in rule["substitutes_for"]:
        raise Incomplete("政府领导不派人代会", field="substitute", cite=cite)
    if not same_unit_leader(row.body_id, substitute, day) or substitute.pk == row.person_id:
        raise Incomplete(
            f"{substitute.name}不是同一单位的其他负责同志",
            mend="请由本单位其他负责同志代会",
            field="substitute",
            cite=cite,
        )


def _step(leave: LeaveRequest, actor: Actor, at: dt.datetime, *, deciding: bool) -> tuple[RouteStep, ...]:
    """The way of a request; refuses whoever has not the present stop. Errors: NotAllowed, WrongState."""
    day = local_day(at)
    steps = leave_steps(leave.meeting, leave.asker, day)
    last = leave.step == len(steps) - 1
    if deciding and not last:
        raise WrongState(
            f"请假还没有经过“{steps[leave.step].title}”", mend="请先由办公室报告",
            cite=rules_sessions.cite_of("route", "meetings.leave_way", day),
        )  # fmt: skip
    if not deciding and last:
        raise WrongState("这一请假不需要再报告", mend="请由批准人决定")
    require_roles(
        steps[leave.step].who, meeting=leave.meeting, actor=actor, at=at, doing=steps[leave.step].title,
        cite=rules_sessions.cite_of("route", "meetings.leave_way", day),
    )  # fmt: skip
    return steps


@transaction.atomic
def leave_report(*, leave: LeaveRequest, remark: str, actor: Actor, at: dt.datetime) -> LeaveRequest:
    """Report a request to whoever decides, where it does not go there by itself.

    Errors: NotAllowed, WrongState. Source: xiping-work-rules/44.3, xiping-work-rules/44.5
    """
    row, matter = locked(leave)
    steps = _step(row, actor, at, deciding=False)
    said = line(remark, field="remark", label="意见", required=False)
    data = {"remark": said, **_awaits(row.meeting, steps, row.step + 1, at)}
    ledger.act(matter=matter, action="report", actor=actor, at=at, data=data)
    row.step, row.reported_by = row.step + 1, actor.name
    with door():
        row.save()
    return row


@transaction.atomic
def leave_grant(
    *, leave: LeaveRequest, actor: Actor, at: dt.datetime, remark: str = "", substitute: bool = True
) -> LeaveRequest:
    """Grant leave; with it the substitute who was proposed comes on the list. The chair is told by the same event.

    substitute: whether somebody may come instead. Errors: NotAllowed, WrongState, Incomplete.
    Source: smx-meeting-organisation/5.4, smx-meeting-organisation/5.3, xiping-work-rules/44.4
    """
    row, matter = locked(leave)
    _step(row, actor, at, deciding=True)
    said = line(remark, field="remark", label="意见", required=False)
    told = row.meeting.chair.name
    ledger.act(matter=matter, action="grant", actor=actor, at=at, data={"remark": said, "told": told})
    attendee = Attendee.objects.select_related("meeting", "person").get(pk=row.attendee_id)
    row.decided_by, row.decided_at, row.remark = actor.name, at, said
    attendee.on_leave = True
    with door():
        attendee.save()
        if not substitute:
            row.substitute = None
        row.save()
    _tell_chair(row, attendee, at)
    if row.substitute is not None:
        substitute_list(attendee=attendee, person=row.substitute, at=at)
    return row


def _tell_chair(row: LeaveRequest, attendee: Attendee, at: dt.datetime) -> None:
    """Tell the one in the chair who will be missing.

    Source: smx-meeting-organisation/5.3
    """
    chair = row.meeting.chair
    if not chair.mobile:
        return
    slots = {"person": chair.name, "item": attendee.name, "meeting": row.meeting.title}
    ledger.outbox_put(
        channel="sms", to=chair.mobile, to_name=chair.name, key=f"meetings.leave_told:{row.pk}", at=at,
        text=rules_sessions.notice_text("meetings.leave_told", slots, local_day(at)), matter=row.matter,
    )  # fmt: skip


@transaction.atomic
def leave_refuse(*, leave: LeaveRequest, remark: str, actor: Actor, at: dt.datetime) -> LeaveRequest:
    """Refuse leave, with the reason. Errors: NotAllowed, WrongState, Incomplete."""
    row, matter = locked(leave)
    _step(row, actor, at, deciding=True)
    said = line(remark, field="remark", label="理由")
    ledger.act(matter=matter, action="refuse", actor=actor, at=at, data={"remark": said})
    row.decided_by, row.decided_at, row.remark = actor.name, at, said
    with door():
        row.save()
    return row


@transaction.atomic
def leave_withdraw(*, leave: LeaveRequest, actor: Actor, at: dt.datetime) -> LeaveRequest:
    """Withdraw a request, or give leave back, before the meeting begins; a substitute then goes off the list.

    Errors: NotAllowed, WrongState.
    """
    row, matter = locked(leave)
    attendee = Attendee.objects.get(pk=row.attendee_id)
    own = actor.person_id == attendee.person_id
    if not own and not may_staff(actor, row.meeting.matter):
        raise NotAllowed("撤回请假由本人或会务人员办理")
    if row.meeting.opened_at is not None:
        raise WrongState("会议已经开始")
    ledger.act(matter=matter, action="withdraw", actor=actor, at=at)
    with door():
        attendee.on_leave = False
        attendee.save()
        for other in attendee.substitutes.filter(copies__isnull=True):
            other.seats.all().delete()
            other.delete()
    return row
