"""What follows a meeting: its decisions as tasks, its news, and reports of decisions to the Party committee."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from luoshi.agenda.selectors import in_charge_of
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor, ActorKind
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.inputs import locked
from luoshi.ledger.models import door
from luoshi.meetings import rules_sessions, states_sessions
from luoshi.meetings.models import (
    AgendaItem,
    Attendee,
    Meeting,
    Minutes,
    PressRelease,
    Resolution,
    Submission,
)
from luoshi.meetings.policies_sessions import may_staff, require
from luoshi.meetings.selectors.members import item_facts
from luoshi.meetings.services.checks_sessions import block, line, locked_meeting, require_chair, require_roles
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import local_day
from luoshi.supervision.services import task_set

PARTY_GROUP, GOVERNMENT = "party_group", "government"
NAMES = {PARTY_GROUP: "政府党组", GOVERNMENT: "政府"}


def tasks_set(*, minutes: Minutes, actor: Actor, at: dt.datetime) -> list[Resolution]:
    """Let every resolution that names who carries it out become a task of the supervision ledger, once.

    Only signed minutes say what was decided. Errors: WrongState (not signed), and those of task_set.
    Source: smx-meeting-organisation/6.9, smx-executive-meeting/6.1.2
    """
    if minutes.signed_at is None:
        raise WrongState(
            "纪要签发前不能立项督办", mend="会议议定事项以签发的纪要为准",
            cite=rules_sessions.cite_of("setting", "meetings.minutes", local_day(at)),
        )  # fmt: skip
    made: list[Resolution] = []
    meeting = minutes.meeting
    rows = minutes.resolutions.filter(lead__isnull=False, task__isnull=True)
    for row in rows.select_related("lead", "item__topic__matter").prefetch_related("assisting"):
        task = task_set(
            title=row.item.topic.matter.title, content=row.text, lead=row.lead,
            assisting=[one for one in row.assisting.all() if one.pk != row.lead_id],
            setter_body=meeting.organiser, section=meeting.organiser, due_on=row.due_on, source=minutes.matter,
            source_kind="minutes", reference=f"{minutes.number or minutes.title}第{row.position}项", actor=actor,
            at=at, facts={"meeting_kind": meeting.kind}, secrecy=row.item.topic.matter.secrecy,
        )  # fmt: skip
        row.task = task.matter
        with door():
            row.save()
        made.append(row)
    return made


@transaction.atomic
def press_decide(*, meeting: Meeting, public: bool, actor: Actor, at: dt.datetime) -> Meeting:
    """Say whether the meeting is reported in the news; only the chair. Where it is, the press comes on the list.

    Errors: NotAllowed, WrongState. Source: smx-meeting-organisation/6.10, smx-executive-meeting/6.4.1
    """
    fresh, matter = locked_meeting(meeting)
    cite = rules_sessions.cite_of("authority", "meetings.press", local_day(at))
    require_chair(fresh, actor, "会议是否公开报道", cite=cite)
    choice = Meeting.Press.PUBLIC if public else Meeting.Press.INTERNAL
    ledger.act(matter=matter, action="decide_press", actor=actor, at=at, data={"what": str(choice.label)})
    fresh.press = choice
    with door():
        fresh.save()
        if public and fresh.opened_at is None and not fresh.attendees.filter(part="press").exists():
            told = at if fresh.convened_at else None
            Attendee.objects.create(
                meeting=fresh, part=Attendee.Part.PRESS, name="新闻单位", notified_at=told
            )
    return fresh


@transaction.atomic
def press_draft(*, meeting: Meeting, title: str, text: str, actor: Actor, at: dt.datetime) -> PressRelease:
    """Draft the news of a meeting that is to be reported. Errors: WrongState, NotAllowed, Incomplete."""
    fresh, matter = locked_meeting(meeting)
    require(may_staff(actor, matter), "起草会议新闻稿")
    if fresh.press != Meeting.Press.PUBLIC:
        raise WrongState("主持人没有确定公开报道", mend="请先报主持人确定")
    if PressRelease.objects.filter(meeting=fresh).exists():
        raise WrongState("新闻稿已经起草")
    name = line(title, field="title", label="标题", longest=200)
    said = block(text, field="text", label="新闻稿")
    own = ledger.matter_open(
        kind=states_sessions.PRESS, title=name, body_id=fresh.organiser_id, parent=matter, actor=actor, at=at
    )
    with door():
        made: PressRelease = PressRelease.objects.create(
            matter=own, jurisdiction=own.jurisdiction, meeting=fresh, title=name, text=said
        )
    return made


@transaction.atomic
def press_edit(*, press: PressRelease, title: str, text: str, actor: Actor, at: dt.datetime) -> PressRelease:
    """Change the news before it is approved. Errors: NotAllowed, WrongState, Incomplete."""
    row, matter = locked(press)
    row.title = line(title, field="title", label="标题", longest=200)
    row.text = block(text, field="text", label="新闻稿")
    ledger.act(matter=matter, action="edit", actor=actor, at=at, changes={"title": row.title})
    with door():
        row.save()
    return row


def press_decision(press: PressRelease, day: dt.date) -> Any:
    """Who approves the news: the head where it was sent up, else the office's leaders."""
    return rules_sessions.table("meetings.press_release", {"to_head": bool(press.to_head)}, day)


@transaction.atomic
def press_send_up(*, press: PressRelease, reason: str, actor: Actor, at: dt.datetime) -> PressRelease:
    """Send the news up to the head where it is needed, with the reason. Errors: NotAllowed, WrongState, Incomplete.

    Source: smx-executive-meeting/6.4.2
    """
    row, matter = locked(press)
    decision = press_decision(row, local_day(at))
    require_roles(
        decision.who, meeting=row.meeting, actor=actor, at=at, doing="审定新闻稿", cite=decision.cite
    )
    said = line(reason, field="reason", label="理由")
    ledger.act(matter=matter, action="send_up", actor=actor, at=at, data={"reason": said})
    row.to_head = said
    with door():
        row.save()
    return row


@transaction.atomic
def press_approve(*, press: PressRelease, actor: Actor, at: dt.datetime) -> PressRelease:
    """Approve the news. Errors: NotAllowed, WrongState.

    Source: smx-executive-meeting/6.4.2
    """
    row, matter = locked(press)
    decision = press_decision(row, local_day(at))
    require_roles(
        decision.who, meeting=row.meeting, actor=actor, at=at, doing="审定新闻稿", cite=decision.cite
    )
    ledger.act(matter=matter, action="approve", actor=actor, at=at)
    row.approved_by, row.approved_at = actor.name, at
    with door():
        row.save()
    return row


def in_name_of(meeting: Meeting, day: dt.date) -> str:
    """In whose name a decision of this meeting goes to the Party committee: the Party group's, or the government's.

    Source: smx-meeting-organisation/7.4, smx-executive-meeting/6.3
    """
    rule = rules_sessions.setting("meetings.party", day)
    return PARTY_GROUP if meeting.kind in rule.get("party_group", ()) else GOVERNMENT


@transaction.atomic
def submission_open(
    *, item: AgendaItem, name: str, actor: Actor, at: dt.datetime, drafter: Body | None = None
) -> Submission:
    """Open the report by which a decision goes to the Party committee.

    name: in whose name (the mandatory field); it must be the rulebook's for the kind of meeting. drafter: the unit
    that reported the topic, or at the kinds that the rulebook names the office's section.
    Errors: WrongState (not decided), Incomplete (wrong name or drafter), NotAllowed.
    Source: smx-meeting-organisation/7.4, smx-executive-meeting/6.3, xiping-work-rules/43
    """
    meeting, matter = locked_meeting(item.meeting_id)
    require(may_staff(actor, matter), "登记报请党委审议")
    row = AgendaItem.objects.select_related("topic__matter", "topic__body").get(pk=item.pk)
    if row.status != AgendaItem.Status.DONE:
        raise WrongState("议题还没有审议结果")
    if Submission.objects.filter(item=row).exists():
        raise WrongState("已经登记报请党委审议")
    day = local_day(at)
    cite = rules_sessions.cite_of("setting", "meetings.party", day)
    right = in_name_of(meeting, day)
    if name != right:
        raise Incomplete(f"这种会议议定的事项以{NAMES[right]}名义报送", field="name", cite=cite)
    unit = drafter or row.topic.body
    rule = rules_sessions.setting("meetings.party", day)
    office = meeting.kind in rule.get("office_drafts", ()) and unit.pk == meeting.organiser_id
    if unit.pk != row.topic.body_id and not office:
        raise Incomplete("由议题汇报单位代拟", field="drafter", cite=cite)
    title = f"关于{row.topic.matter.title}的汇报"
    own = ledger.matter_open(
        kind=states_sessions.SUBMISSION, title=title, body_id=unit.pk, parent=matter, actor=actor, at=at,
        facts={"in_name_of": right},
    )  # fmt: skip
    with door():
        made: Submission = Submission.objects.create(
            matter=own, jurisdiction=own.jurisdiction, item=row, drafter=unit, in_name_of=right, title=title
        )
    return made


@transaction.atomic
def submission_draft(*, submission: Submission, text: str, actor: Actor, at: dt.datetime) -> Submission:
    """Draw up the report by what the meeting decided: the unit that reported. Errors: NotAllowed, WrongState, Incomplete."""
    row, matter = locked(submission)
    if actor.kind is not ActorKind.SYSTEM and actor.body_id != row.drafter_id:
        raise NotAllowed(f"由{row.drafter.short_name}代拟", mend="请联系代拟单位")
    row.text = block(text, field="text", label="汇报材料")
    ledger.act(matter=matter, action="draft", actor=actor, at=at)
    row.reviewed_by, row.reviewed_at = "", None
    with door():
        row.save()
    return row


def _must_review(row: Submission, day: dt.date) -> bool:
    return bool(rules_sessions.setting("meetings.party", day).get("vice_mayor_reviews", False))


@transaction.atomic
def submission_review(*, submission: Submission, opinion: str, actor: Actor, at: dt.datetime) -> Submission:
    """Examine the report: the leader in charge of the unit that drew it up. Errors: NotAllowed, WrongState.

    Source: xiping-work-rules/43
    """
    row, matter = locked(submission)
    leader = in_charge_of(row.item.topic.body, day=local_day(at))
    if leader is not None and actor.kind is not ActorKind.SYSTEM and actor.person_id != leader.person_id:
        raise NotAllowed(
            f"由分管领导{leader.person.name}审核", mend="请送分管领导",
            cite=rules_sessions.cite_of("setting", "meetings.party", local_day(at)),
        )  # fmt: skip
    said = line(opinion, field="opinion", label="意见", longest=500, required=False)
    ledger.act(matter=matter, action="review", actor=actor, at=at, data={"opinion": said})
    row.reviewed_by, row.reviewed_at = actor.name, at
    with door():
        row.save()
    return row


@transaction.atomic
def submission_return(*, submission: Submission, reason: str, actor: Actor, at: dt.datetime) -> Submission:
    """Give the report back to whoever drew it up: those who examine or sign it. Errors: NotAllowed, WrongState, Incomplete."""
    row, matter = locked(submission)
    day = local_day(at)
    meeting = row.item.meeting
    facts = {"kind": meeting.kind, "major": item_facts(row.item, at=at)["major"]}
    leader = in_charge_of(row.item.topic.body, day=day)
    if leader is None or actor.person_id != leader.person_id:
        who = rules_sessions.table("meetings.party_sign", facts, day).who
        require_roles(who, meeting=meeting, actor=actor, at=at, doing="退回报党委的材料")
    said = line(reason, field="reason", label="退回理由")
    ledger.act(matter=matter, action="return", actor=actor, at=at, data={"reason": said})
    row.reviewed_by, row.reviewed_at = "", None
    with door():
        row.save()
    return row


@transaction.atomic
def submission_sign(*, submission: Submission, actor: Actor, at: dt.datetime) -> Submission:
    """Sign the report; three-major matters always by the head. Errors: NotAllowed, WrongState (not examined).

    Source: smx-executive-meeting/6.3, smx-meeting-organisation/7.4, xiping-work-rules/43
    """
    row, matter = locked(submission)
    day = local_day(at)
    meeting = row.item.meeting
    facts = {"kind": meeting.kind, "major": item_facts(row.item, at=at)["major"]}
    decision = rules_sessions.table("meetings.party_sign", facts, day)
    cite = rules_sessions.cite_of("setting", "meetings.party", day)
    require_roles(decision.who, meeting=meeting, actor=actor, at=at, doing="签发报党委的材料", cite=cite)
    if _must_review(row, day) and row.reviewed_at is None:
        raise WrongState("材料还没有经分管领导审核", mend="请先送审核", cite=cite)
    ledger.act(matter=matter, action="sign", actor=actor, at=at)
    row.signed_by, row.signed_at = actor.name, at
    with door():
        row.save()
    return row


@transaction.atomic
def submission_submit(*, submission: Submission, actor: Actor, at: dt.datetime) -> Submission:
    """Record that the signed report went out. Errors: NotAllowed, WrongState."""
    row, matter = locked(submission)
    require(may_staff(actor, row.item.meeting.matter), "报送")
    ledger.act(matter=matter, action="submit", actor=actor, at=at, data={"name": NAMES[row.in_name_of]})
    row.submitted_at = at
    with door():
        row.save()
    return row
