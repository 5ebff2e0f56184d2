"""A meeting is planned, its plan examined and fixed, somebody commissioned to preside; it is called, or called off."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from luoshi.agenda.selectors import away, delegated, leader_of
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor, ActorKind
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Matter, door
from luoshi.meetings import rules_sessions, states_sessions
from luoshi.meetings.models import Attendee, Meeting
from luoshi.meetings.policies_sessions import may_organise, require
from luoshi.meetings.selectors.members import chair_table, holders, holds_major, members_invited
from luoshi.meetings.services.agenda import agenda_released, agenda_settled
from luoshi.meetings.services.checks_sessions import (
    block,
    line,
    locked_meeting,
    require_before,
    require_roles,
)
from luoshi.meetings.services.notifying import notice_put
from luoshi.organisation.models import Body, Person
from luoshi.organisation.models.base import in_force
from luoshi.organisation.selectors import local_day


def office_of(person: Person, day: dt.date) -> str:
    """The leading office of a person on a day; "" for none."""
    leader = leader_of(person.pk, day=day)
    return leader.office if leader else ""


def _head_away(day_at: dt.datetime) -> bool:
    heads = holders([rules_sessions.HEAD], meeting=Meeting(), at=day_at)
    return bool(set(heads) & away(day_at))


def require_may_chair(*, kind: str, chair: Person, commission: str, major: bool, at: dt.datetime) -> None:
    """Refuse a chair whom the rulebook does not know for this kind of meeting, or who has no written commission.

    commission: for this meeting; one registered with the leaders for the table meetings.chair holds as well.

    Errors: NotAllowed with the clauses.
    Source: smx-executive-meeting/1.1, smx-work-rules/5.1, smx-work-rules/54.1, smx-major-decisions/4.0.9
    """
    day = local_day(at)
    office = office_of(chair, day)
    lasting = delegated("meetings.chair", {"kind": kind, "major": major}, at=at, to=chair)
    commission = commission or (lasting.document if lasting is not None else "")
    decision = chair_table(
        kind, day=day, major=major, commissioned=bool(commission), head_away=_head_away(at)
    )
    if office in decision.who:
        return
    label = rules_sessions.kinds(day).label(kind)
    what = "含三重一大事项的" if major else ""
    if not decision.who:
        raise NotAllowed(f"{what}{label}：{decision.reason}", mend="请改用其他种类的会议", cite=decision.cite)
    written = chair_table(kind, day=day, major=major, commissioned=True, head_away=_head_away(at))
    if not commission and office in written.who:
        raise NotAllowed(
            f"{chair.name}主持{what}{label}须有书面委托",
            mend="请先由有权主持的领导登记委托",
            cite=written.cite,
        )
    titles = "、".join(rules_sessions.role_title(role) for role in written.who)
    raise NotAllowed(
        f"{what}{label}由{titles}主持，{chair.name}不得主持", mend="请更换主持人", cite=decision.cite
    )


def _organiser(kind: str, given: Body | None, day: dt.date) -> Body:
    """The section that organises: the rulebook's for this kind, else the one given.

    Source: smx-executive-meeting/1.3, smx-secretary-rules/2.1.p3.2, smx-work-rules/55.p2
    """
    code = rules_sessions.kind(kind, day).get("organiser", "")
    fixed = Body.objects.filter(code=code, active=True).first() if code else None
    if fixed is not None and given is not None and given.pk != fixed.pk:
        label = rules_sessions.kinds(day).label(kind)
        raise NotAllowed(
            f"{label}由{fixed.short_name}承办会务", mend=f"请由{fixed.short_name}办理",
            cite=rules_sessions.cite_of("setting", f"meetings.kind_{kind}", day),
        )  # fmt: skip
    found = fixed or given
    if found is None:
        raise Incomplete("请选择承办科室", field="organiser")
    return found


@transaction.atomic
def meeting_plan(
    *,
    kind: str,
    planned_at: dt.datetime,
    place: str,
    chair: Person,
    actor: Actor,
    at: dt.datetime,
    organiser: Body | None = None,
    title: str = "",
    extended: bool = False,
    extraordinary: str = "",
    proposal: str = "",
) -> Meeting:
    """Plan a meeting: time, place, who is to preside; its fixed members and observers are listed at once.

    extended: 扩大会议; extraordinary: why it is called beside the usual rhythm. A chair who needs a commission may
    be entered; the plan cannot be fixed before the commission stands.
    Errors: NotAllowed, Incomplete (kind, time past, place), WrongState (no such rules on that day).
    Source: smx-meeting-organisation/4.14
    """
    day = local_day(planned_at)
    if kind not in rules_sessions.kinds(day).values:
        raise Incomplete("请选择会议种类", field="kind")
    if planned_at <= at:
        raise Incomplete("会议时间应在现在之后", field="planned_at")
    section = _organiser(kind, organiser or Body.objects.filter(pk=actor.body_id or 0).first(), day)
    allowed = may_organise(actor) and actor.body_id in (None, section.pk)
    require(allowed, "拟定会议方案", mend=f"请由{section.short_name}办理")
    require_may_chair(kind=kind, chair=chair, commission="?", major=False, at=planned_at)
    label = rules_sessions.kinds(day).label(kind)
    name = line(title, field="title", label="会议名称", longest=200, required=False)
    matter = ledger.matter_open(
        kind=states_sessions.MEETING,
        title=name or f"{label}（{day.month}月{day.day}日）",
        body_id=section.pk,
        actor=actor,
        at=at,
        facts={"kind": kind},
        data={"planned_at": planned_at, "chair": chair.name, "place": place},
    )
    with door():
        meeting: Meeting = Meeting.objects.create(
            matter=matter,
            jurisdiction=matter.jurisdiction,
            kind=kind,
            title=matter.title,
            year=day.year,
            organiser=section,
            convenor=chair,
            chair=chair,
            chair_office=office_of(chair, day),
            planned_at=planned_at,
            place=line(place, field="place", label="地点", longest=120),
            extended=extended,
            extraordinary=line(extraordinary, field="extraordinary", label="临时召开事由", required=False),
            proposal=block(proposal, field="proposal", label="方案说明", required=False),
        )
        _list_fixed(meeting, day)
    return meeting


def _list_fixed(meeting: Meeting, day: dt.date) -> None:
    """Members and standing observers, whoever they are on the day of the meeting.

    Source: smx-executive-meeting/3.2, smx-work-rules/53.0.3
    """
    like = rules_sessions.kind(meeting.kind, day)
    rows = {
        person.pk: _seat(meeting, person, Attendee.Part.MEMBER, day)
        for person in members_invited(meeting.kind, day=day)
    }
    rows.setdefault(meeting.chair_id, _seat(meeting, meeting.chair, Attendee.Part.MEMBER, day))
    for office in like.get("standing_offices", ()):
        for person in holders([office], meeting=meeting, at=meeting.planned_at).values():
            rows.setdefault(person.pk, _seat(meeting, person, Attendee.Part.STANDING, day))
    unnamed = [
        Attendee(meeting=meeting, part=Attendee.Part.STANDING, name=name, duty=name)
        for name in like.get("standing_guests", ())
    ]
    bodies = Body.objects.in_bulk(like.get("standing_bodies", ()), field_name="code")
    for code, duty in zip(like.get("standing_bodies", ()), like.get("standing_duties", ()), strict=True):
        body = bodies.get(code)
        post = (
            body.posts.filter(in_force(day), kind="principal_leader").select_related("person").first()
            if body
            else None
        )
        if post is None:
            unnamed.append(
                Attendee(meeting=meeting, part=Attendee.Part.STANDING, name=duty, duty=duty, body=body)
            )
        else:
            rows.setdefault(post.person_id, _seat(meeting, post.person, Attendee.Part.STANDING, day, duty))
    Attendee.objects.bulk_create([*rows.values(), *unnamed])


def _seat(meeting: Meeting, person: Person, part: str, day: dt.date, duty: str = "") -> Attendee:
    office = office_of(person, day)
    return Attendee(
        meeting=meeting, part=part, person=person, name=person.name, body_id=person.body_id,
        duty=duty or (rules_sessions.role_title(office) if office else "主要负责人"),
    )  # fmt: skip


@transaction.atomic
def meeting_edit(
    *,
    meeting: Meeting,
    actor: Actor,
    at: dt.datetime,
    planned_at: dt.datetime,
    place: str,
    proposal: str = "",
    version: int | None = None,
) -> Meeting:
    """Change time, place or proposal while the plan is being drawn up. Errors: WrongState, NotAllowed, Incomplete."""
    fresh, matter = locked_meeting(meeting)
    if planned_at <= at:
        raise Incomplete("会议时间应在现在之后", field="planned_at")
    where = line(place, field="place", label="地点", longest=120)
    ledger.act(
        matter=matter, action="edit", actor=actor, at=at, version=version,
        data={"planned_at": planned_at, "place": where},
    )  # fmt: skip
    fresh.planned_at, fresh.place, fresh.year = planned_at, where, local_day(planned_at).year
    fresh.proposal = block(proposal, field="proposal", label="方案说明", required=False)
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def meeting_commission(
    *, meeting: Meeting, to: Person, document: str, actor: Actor, at: dt.datetime
) -> Meeting:
    """Commission somebody in writing to call and chair this meeting; only who presides by right gives it, in person.

    document: what the commission says, or its number. Errors: NotAllowed (not the head; not one whom the rulebook
    lets be commissioned), WrongState, Incomplete.
    Source: smx-work-rules/52.0.2, smx-work-rules/53.0.2, smx-work-rules/53.p2.2, smx-executive-meeting/1.2.2,
    smx-secretary-rules/2.1.p1.1
    """
    fresh, matter = locked_meeting(meeting)
    require_before(fresh, "委托主持")
    given_by = rules_sessions.table("meetings.commission", {"kind": fresh.kind}, local_day(at))
    require_roles(given_by.who, meeting=fresh, actor=actor, at=at, doing="委托主持会议", cite=given_by.cite)
    paper = line(document, field="document", label="委托记录")
    major = holds_major(fresh, at=at)
    require_may_chair(kind=fresh.kind, chair=to, commission=paper, major=major, at=fresh.planned_at)
    ledger.act(
        matter=matter, action="commission", actor=actor, at=at, data={"to": to.name, "document": paper}
    )
    fresh.commission, fresh.commissioned_by, fresh.commissioned_at = paper, actor.name, at
    _seat_chair(fresh, to)
    return fresh


def _seat_chair(meeting: Meeting, chair: Person) -> None:
    """Let somebody else preside; they come on the list where they do not stand there yet."""
    day = local_day(meeting.planned_at)
    meeting.chair = meeting.convenor = chair
    meeting.chair_office = office_of(chair, day)
    with door():
        meeting.save()
        if not meeting.attendees.filter(person=chair).exists():
            _seat(meeting, chair, Attendee.Part.MEMBER, day).save()


def presiding(meeting: Meeting) -> str:
    """`head` where the head of the government presides, else `other`."""
    return "head" if meeting.chair_office == rules_sessions.HEAD else "other"


def plan_steps(meeting: Meeting, day: dt.date) -> tuple[Any, ...]:
    """The stops that the plan of this meeting passes."""
    facts = {"kind": meeting.kind, "presiding": meeting.chair_office, "chair": presiding(meeting)}
    return rules_sessions.way("meetings.plan_way", facts, day)


def _require_commission(meeting: Meeting, at: dt.datetime) -> None:
    require_may_chair(
        kind=meeting.kind, chair=meeting.chair, commission=meeting.commission,
        major=holds_major(meeting, at=at), at=meeting.planned_at,
    )  # fmt: skip


@transaction.atomic
def plan_review(*, meeting: Meeting, opinion: str, actor: Actor, at: dt.datetime) -> Meeting:
    """Examine a plan: the secretary-general, or the deputy who serves the vice mayor that calls the meeting.

    Errors: NotAllowed, WrongState. Source: smx-meeting-organisation/4.15, smx-meeting-organisation/4.16
    """
    fresh, matter = locked_meeting(meeting)
    steps = plan_steps(fresh, local_day(at))[:-1]
    if not steps:
        raise WrongState("这种会议的方案由召集人直接确定，不经审核", mend="请报召集人确定")
    require_roles(
        steps[0].who, meeting=fresh, actor=actor, at=at, doing=steps[0].title,
        cite=rules_sessions.cite_of("route", "meetings.plan_way", local_day(at)),
    )  # fmt: skip
    said = line(opinion, field="opinion", label="意见", longest=500, required=False)
    ledger.act(matter=matter, action="review", actor=actor, at=at, data={"opinion": said})
    return fresh


@transaction.atomic
def plan_approve(*, meeting: Meeting, actor: Actor, at: dt.datetime, opinion: str = "") -> Meeting:
    """Fix a plan: time and agenda stand, nothing is added without the chair. Only who calls the meeting does that.

    Errors: NotAllowed (not the convenor; a chair without right or commission), WrongState (not examined yet).
    Source: smx-meeting-organisation/4.15, smx-meeting-organisation/4.16, smx-executive-meeting/5.2.3
    """
    fresh, matter = locked_meeting(meeting)
    steps = plan_steps(fresh, local_day(at))
    if len(steps) > 1 and matter.state == "planned":
        raise WrongState(
            f"方案还没有经过“{steps[0].title}”", mend="请先送审核",
            cite=rules_sessions.cite_of("route", "meetings.plan_way", local_day(at)),
        )  # fmt: skip
    require_roles(steps[-1].who, meeting=fresh, actor=actor, at=at, doing=steps[-1].title)
    _require_commission(fresh, at)
    agenda_settled(fresh, actor=actor, at=at)
    ledger.act(matter=matter, action="approve", actor=actor, at=at, data={"opinion": opinion})
    fresh.approved_at, fresh.approved_by = at, actor.name
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def plan_send_back(*, meeting: Meeting, reason: str, actor: Actor, at: dt.datetime) -> Meeting:
    """Give an examined plan back to be changed. Errors: NotAllowed, WrongState, Incomplete."""
    fresh, matter = locked_meeting(meeting)
    steps = plan_steps(fresh, local_day(at))
    require_roles(
        {role for step in steps for role in step.who}, meeting=fresh, actor=actor, at=at, doing="退回方案"
    )
    said = line(reason, field="reason", label="退回理由")
    ledger.act(matter=matter, action="send_back", actor=actor, at=at, data={"reason": said})
    return fresh


@transaction.atomic
def meeting_convene(*, meeting: Meeting, actor: Actor, at: dt.datetime) -> Meeting:
    """Send the notice of a meeting to all on its list, with its rules of conduct; before it, once its plan is fixed.

    Errors: WrongState (not fixed; its time is past; no items), NotAllowed.
    """
    fresh, matter = locked_meeting(meeting)
    if at >= fresh.planned_at:
        raise WrongState("会议时间已过，不能再发通知", mend="请取消会议后重新拟定")
    _require_commission(fresh, at)
    ledger.act(matter=matter, action="convene", actor=actor, at=at, data={"planned_at": fresh.planned_at})
    fresh.convened_at = at
    with door():
        fresh.save()
        fresh.attendees.update(notified_at=at)
    for attendee in fresh.attendees.select_related("person"):
        notice_put("meetings.convening", attendee, at=at)
    return fresh


@transaction.atomic
def meeting_cancel(*, meeting: Meeting, reason: str, actor: Actor, at: dt.datetime) -> Meeting:
    """Call off a meeting that has not opened; its topics may go to another. Errors: WrongState, NotAllowed, Incomplete."""
    fresh, matter = locked_meeting(meeting)
    said = line(reason, field="reason", label="理由")
    require_before(fresh, "取消")
    fixed = matter.state not in ("planned", "reviewed")
    if fixed and actor.kind is not ActorKind.SYSTEM and actor.person_id != fresh.chair_id:
        raise NotAllowed("方案确定后，会议由召集人决定取消", mend=f"请报{fresh.chair.name}")
    ledger.act(matter=matter, action="cancel", actor=actor, at=at, data={"reason": said})
    agenda_released(fresh, reason=said, actor=actor, at=at)
    return fresh


def matter_of(meeting: Meeting) -> Matter:
    """The meeting's matter as it is now."""
    matter: Matter = Matter.objects.get(pk=meeting.pk)
    return matter
