"""The meeting itself: opened with its quorum, topics one by one, statements, results, closed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from luoshi.ledger import rules
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Matter, door
from luoshi.meetings import hooks, rules_sessions
from luoshi.meetings.models import AgendaItem, Attendee, Meeting, Record, Seat, Statement
from luoshi.meetings.policies_sessions import may_staff
from luoshi.meetings.selectors.members import (
    forum_missing,
    holds_major,
    item_facts,
    members_in_post,
    quorum,
)
from luoshi.meetings.services.checks_sessions import block, line, locked_item, locked_meeting, require_chair
from luoshi.meetings.services.notifying import notice_put
from luoshi.meetings.services.planning import require_may_chair
from luoshi.organisation.models import Person
from luoshi.organisation.selectors import local_day

STATUS = AgendaItem.Status
OPEN = (STATUS.WAITING, STATUS.RUNNING)


def _require_runner(meeting: Meeting, actor: Actor, doing: str) -> None:
    """The one in the chair, or the section that organises, for them."""
    if actor.person_id != meeting.chair_id and not may_staff(actor, meeting.matter):
        raise NotAllowed(f"“{doing}”由主持人或会务人员办理", mend="请联系会务人员")


def _require_quorum(meeting: Meeting, *, major: bool, what: str) -> None:
    found = quorum(meeting)
    if major and found.binding and not found.met:
        raise WrongState(
            f"到会组成人员{found.present}人，应到{found.in_post}人，不足{found.needed}人，不能{what}",
            mend="请等候其他成员到会，或另行安排；请假者计入应到人数，列席、代会和书面意见不计",
            cite=found.cite,
        )


@transaction.atomic
def meeting_open(
    *, meeting: Meeting, recorder: Person, actor: Actor, at: dt.datetime, place: str = ""
) -> Meeting:
    """Open a meeting: its chair is there and entitled, enough members are there, and it gets its number (第N次).

    recorder: who writes the record. A meeting with three-major topics does not open without its quorum; others do.
    Errors: WrongState (no quorum, chair not there, no topics), NotAllowed, Incomplete.
    Source: smx-major-decisions/4.0.8, smx-major-decisions/4.0.9, smx-major-decisions/4.2.4.1
    """
    fresh, matter = locked_meeting(meeting)
    _require_runner(fresh, actor, "开会")
    major = holds_major(fresh, at=at)
    require_may_chair(
        kind=fresh.kind, chair=fresh.chair, commission=fresh.commission, major=major, at=fresh.planned_at
    )
    if not fresh.attendees.filter(person_id=fresh.chair_id, signed_in_at__isnull=False).exists():
        raise WrongState(f"主持人{fresh.chair.name}还没有签到", mend="请主持人签到后开会")
    _require_quorum(fresh, major=major, what="开会")
    found = quorum(fresh)
    number = ledger.bump(f"meetings:{fresh.kind}:{_series(fresh)}")
    ledger.act(
        matter=matter, action="open", actor=actor, at=at,
        data={"ordinal": number, "present": found.present, "in_post": found.in_post, "recorder": recorder.name},
    )  # fmt: skip
    fresh.ordinal, fresh.opened_at, fresh.recorder = number, at, recorder
    fresh.present, fresh.in_post = found.present, found.in_post
    fresh.place = line(place, field="place", label="地点", longest=120, required=False) or fresh.place
    with door():
        fresh.save()
    _call_waiting(fresh, after=None, at=at)
    return fresh


def _series(meeting: Meeting) -> str:
    """The series of numbers: by year, unless the rulebook names a term."""
    like = rules_sessions.kind(meeting.kind, local_day(meeting.planned_at))
    named = str(like.get("numbering", "year"))
    return str(meeting.year) if named == "year" else named


def _call_waiting(meeting: Meeting, *, after: AgendaItem | None, at: dt.datetime) -> None:
    """Tell those who come for the next topic to wait outside.

    Source: smx-executive-meeting/5.2.1
    """
    rows = meeting.items.filter(status=STATUS.WAITING).select_related("topic__matter")
    if after is not None:
        rows = rows.filter(position__gt=after.position)
    item = rows.order_by("position").first()
    if item is None:
        return
    with door():
        for seat in item.seats.filter(called_at__isnull=True).select_related(
            "attendee__person", "attendee__meeting__matter"
        ):
            notice_put("meetings.waiting", seat.attendee, at=at, item=item)
        item.seats.filter(called_at__isnull=True).update(called_at=at)


def _reporter_missing(item: AgendaItem, meeting: Meeting, day: dt.date) -> str:
    """Why the topic cannot be reported as the rule wants it; "" when it can."""
    rule = rules_sessions.known("meetings.reporting", day)
    if meeting.kind not in rule.get("principal_reports", ()) or item.treatment in rule.get("exempt", ()):
        return ""
    if item.reporter_stand_in:
        return ""
    if item.reporter_id is None:
        return "没有登记汇报人"
    row = meeting.attendees.filter(person_id=item.reporter_id).first()
    if row is None or not row.here:
        name = item.reporter.name if item.reporter else ""
        return f"汇报人{name}{'已准假' if row is not None and row.on_leave else '没有签到'}"
    return ""


@transaction.atomic
def item_call(*, item: AgendaItem, actor: Actor, at: dt.datetime) -> AgendaItem:
    """Take up a topic: only one is open at a time; its reporter is there; three-major ones find quorum and forum.

    Those who come for the next topic are told to wait. Errors: WrongState, NotAllowed.
    Source: smx-major-decisions/4.2.2.1, smx-executive-meeting/5.2.1, smx-executive-meeting/5.2.2
    """
    row, meeting, matter = locked_item(item)
    _require_runner(meeting, actor, "审议议题")
    if row.status != STATUS.WAITING:
        raise WrongState(f"这项议题{row.get_status_display()}，不能再开始审议")
    running = meeting.items.filter(status=STATUS.RUNNING).first()
    if running is not None:
        raise WrongState(
            "上一项议题还没有结果，须逐项审议", mend="请先登记结果",
            cite=rules_sessions.cite_of("setting", "meetings.one_by_one", local_day(at)),
        )  # fmt: skip
    day = local_day(at)
    absent = _reporter_missing(row, meeting, day)
    if absent:
        raise WrongState(
            f"{absent}；议题由承办部门主要负责人亲自汇报",
            mend="请主持人决定取消、延后，或同意代为汇报",
            cite=rules_sessions.cite_of("setting", "meetings.reporting", day),
        )
    facts = item_facts(row, at=at)
    wanting = forum_missing(meeting.kind, facts, day=day)
    if wanting:
        raise WrongState(
            f"这项议题须由{wanting[0].title}研究决策", mend=wanting[0].mend, cite=wanting[0].cite
        )
    if facts["major"]:
        require_may_chair(
            kind=meeting.kind, chair=meeting.chair, commission=meeting.commission, major=True, at=at
        )
        _require_quorum(meeting, major=True, what="审议三重一大事项")
    title = row.topic.matter.title
    ledger.act(matter=matter, action="call", actor=actor, at=at, data={"item": row.position, "what": title})
    row.status, row.began_at = STATUS.RUNNING, at
    with door():
        row.save()
    for seat in row.seats.select_related("attendee__person", "attendee__meeting__matter"):
        notice_put("meetings.entering", seat.attendee, at=at, item=row)
    _call_waiting(meeting, after=row, at=at)
    return row


@transaction.atomic
def item_result(
    *, item: AgendaItem, outcome: str, text: str, actor: Actor, at: dt.datetime, held: bool = False
) -> AgendaItem:
    """Enter the result of the topic under discussion: its outcome and what was decided.

    outcome: an option of the choice meetings.outcome. held: the upper function that concludes it calls this itself.
    Errors: WrongState (not under discussion; concluded elsewhere), NotAllowed, Incomplete.
    """
    row, meeting, matter = locked_item(item)
    _require_runner(meeting, actor, "登记审议结果")
    elsewhere = None if held else hooks.held(row)
    if elsewhere:
        raise WrongState(elsewhere, mend="请在集体决策中登记结论")
    options = rules_sessions.choice("meetings.outcome", local_day(at))
    if outcome not in options.values:
        raise Incomplete("请选择审议结果", field="outcome")
    if row.status != STATUS.RUNNING:
        raise WrongState("只能对正在审议的议题登记结果", mend="请先开始审议这项议题")
    said = block(text, field="text", label="议定意见")
    title = row.topic.matter.title
    ledger.act(
        matter=matter, action="conclude", actor=actor, at=at,
        data={"item": row.position, "what": title, "outcome": outcome},
    )  # fmt: skip
    row.status, row.outcome, row.text, row.ended_at = STATUS.DONE, outcome, said, at
    with door():
        row.save()
    _conclude_topic(row, outcome, actor, at)
    return row


def _conclude_topic(row: AgendaItem, outcome: str, actor: Actor, at: dt.datetime) -> None:
    """Let the topic follow its item."""
    topic_matter: Matter = row.topic.matter
    if topic_matter.state == "listed":
        data = {"outcome": outcome, "meeting": row.meeting_id}
        ledger.act(matter=topic_matter, action="conclude", actor=actor, at=at, data=data)


def _settle(
    row: AgendaItem, status: str, action: str, said: str, matter: Matter, actor: Actor, at: dt.datetime
) -> None:
    title = row.topic.matter.title
    ledger.act(
        matter=matter, action=action, actor=actor, at=at,
        data={"item": row.position, "what": title, "reason": said},
    )  # fmt: skip
    row.status, row.text, row.ended_at = status, said, at
    with door():
        row.save()
    topic_matter: Matter = row.topic.matter
    if topic_matter.state == "listed":
        own = {"reason": said, "meeting": row.meeting_id}
        ledger.act(matter=topic_matter, action="unlist", actor=actor, at=at, data=own)


@transaction.atomic
def item_cancel(*, item: AgendaItem, ground: str, reason: str, actor: Actor, at: dt.datetime) -> AgendaItem:
    """Drop a topic at the meeting; only the chair, because its reporter stays away without leave, or its steps are wanting.

    ground: absent or procedure. Who has leave does not stay away without reason: then the topic is postponed.
    Errors: NotAllowed, WrongState (leave was given; the reporter is there), Incomplete.
    Source: smx-executive-meeting/5.5.1, smx-executive-meeting/5.5.2
    """
    row, meeting, matter = locked_item(item)
    cite = rules_sessions.cite_of("setting", "meetings.reporting", local_day(at))
    require_chair(meeting, actor, "取消议题", cite=cite)
    if row.status not in OPEN:
        raise WrongState(f"这项议题{row.get_status_display()}，不能取消")
    if ground not in ("absent", "procedure"):
        raise Incomplete("请选择取消的情形", field="ground")
    if ground == "absent":
        seat = meeting.attendees.filter(person_id=row.reporter_id).first() if row.reporter_id else None
        if seat is not None and seat.on_leave:
            raise WrongState(
                f"{seat.name}已准假，不属无故缺席", mend="请延后这项议题，或同意代为汇报", cite=cite
            )
        if seat is not None and seat.here:
            raise WrongState(f"汇报人{seat.name}已到会", mend="请选择其他情形", cite=cite)
    said = line(reason, field="reason", label="理由")
    _settle(row, STATUS.CANCELLED, "drop", said, matter, actor, at)
    return row


@transaction.atomic
def item_postpone(*, item: AgendaItem, reason: str, actor: Actor, at: dt.datetime) -> AgendaItem:
    """Put a topic off to another meeting; only the chair. Errors: NotAllowed, WrongState, Incomplete.

    Source: smx-executive-meeting/5.2.2
    """
    row, meeting, matter = locked_item(item)
    require_chair(meeting, actor, "延后议题")
    if row.status not in OPEN:
        raise WrongState(f"这项议题{row.get_status_display()}，不能延后")
    _settle(row, STATUS.POSTPONED, "postpone", line(reason, field="reason", label="理由"), matter, actor, at)
    return row


@transaction.atomic
def reporter_stand_in(
    *, item: AgendaItem, person: Person, reason: str, actor: Actor, at: dt.datetime
) -> AgendaItem:
    """Agree that somebody else on the list reports a topic; only the chair, recorded with its reason.

    Errors: NotAllowed, WrongState, Incomplete (not on the list). Source: smx-executive-meeting/5.2.2
    """
    row, meeting, matter = locked_item(item)
    cite = rules_sessions.cite_of("setting", "meetings.reporting", local_day(at))
    require_chair(meeting, actor, "同意代为汇报", cite=cite)
    if row.status != STATUS.WAITING:
        raise WrongState("这项议题已经开始审议或已经结束")
    seat = meeting.attendees.filter(person=person).first()
    if seat is None:
        raise Incomplete(f"{person.name}不在名单内", field="person")
    said = line(reason, field="reason", label="理由", longest=200)
    ledger.act(
        matter=matter, action="stand_in", actor=actor, at=at,
        data={"item": row.position, "name": person.name, "reason": said},
    )  # fmt: skip
    row.reporter_stand_in = f"{person.name}：{said}"
    with door():
        row.save()
        Seat.objects.get_or_create(attendee=seat, item=row)
    return row


@transaction.atomic
def report_lengthen(
    *, item: AgendaItem, minutes: int, reason: str, actor: Actor, at: dt.datetime
) -> AgendaItem:
    """Let a report last longer than the rule has it; only the chair, with the reason.

    minutes: in all. Errors: NotAllowed, Incomplete (not longer than the rule lets anyway).
    Source: smx-meeting-organisation/4.6, smx-executive-meeting/5.1.3
    """
    row, meeting, matter = locked_item(item)
    limit = report_limit(meeting)
    cite = rules_sessions.cite_of("setting", "meetings.speaking", local_day(at))
    require_chair(meeting, actor, "延长汇报时间", cite=cite)
    if limit is None or minutes <= limit:
        raise Incomplete("没有超过规定时间，不需要批准", field="minutes", cite=cite)
    said = line(reason, field="reason", label="理由")
    own: dict[str, Any] = {"item": row.position, "minutes": minutes, "reason": said}
    ledger.act(matter=matter, action="lengthen", actor=actor, at=at, data=own)
    row.minutes, row.longer = minutes, said
    with door():
        row.save()
    return row


def report_limit(meeting: Meeting) -> int | None:
    """How many minutes a report may take at this kind of meeting; None where the rulebook sets no limit."""
    rule = rules_sessions.known("meetings.speaking", local_day(meeting.planned_at))
    return int(rule["report_minutes"]) if meeting.kind in rule.get("kinds", ()) else None


@transaction.atomic
def statement_record(
    *,
    item: AgendaItem,
    speaker: Attendee,
    text: str,
    actor: Actor,
    at: dt.datetime,
    minutes: int | None = None,
    written: bool = False,
) -> Statement:
    """Write down what somebody said on the topic under discussion, or read a written opinion into the record.

    minutes: how long they spoke. Only the recorder and the meeting's staff write it.
    Errors: NotAllowed, WrongState (not under discussion; not there), Incomplete.
    Source: smx-major-decisions/4.2.1.6, smx-major-decisions/4.2.4.1, smx-major-decisions/4.2.3.3
    """
    row, meeting, matter = locked_item(item)
    if actor.person_id != meeting.recorder_id and not may_staff(actor, matter):
        raise NotAllowed("会议记录由指定的记录人办理", mend="请联系会务人员")
    if row.status != STATUS.RUNNING:
        raise WrongState("只记录正在审议的议题的发言", mend="请先开始审议这项议题")
    fresh = Attendee.objects.get(pk=speaker.pk, meeting=meeting)
    if not written and not fresh.here:
        raise WrongState(f"{fresh.name}不在会场", mend="未到会的用书面意见登记")
    said = block(text, field="text", label="发言内容", longest=5000)
    own = {"item": row.position, "name": fresh.name}
    ledger.act(matter=matter, action="state", actor=actor, at=at, data=own)
    with door():
        made: Statement = Statement.objects.create(
            meeting=meeting, item=row, speaker=fresh, text=said, minutes=minutes, written=written, at=at,
            by=actor.name,
        )  # fmt: skip
    return made


@transaction.atomic
def meeting_close(*, meeting: Meeting, actor: Actor, at: dt.datetime) -> Meeting:
    """Close a meeting once every topic has its result; its record is drawn up, with the seven fields, and frozen.

    Errors: WrongState (a topic without result), NotAllowed, Incomplete (a field of the record is wanting).
    Source: smx-major-decisions/4.2.2.1, smx-major-decisions/4.2.4.2, smx-meeting-organisation/6.1,
    smx-meeting-organisation/6.2, smx-work-rules/56.1, smx-work-rules/56.3
    """
    fresh, matter = locked_meeting(meeting)
    _require_runner(fresh, actor, "散会")
    open_item = fresh.items.filter(status__in=OPEN).order_by("position").first()
    if open_item is not None:
        raise WrongState(
            f"第{open_item.position}项议题还没有结果", mend="请逐项登记结果，或由主持人取消、延后",
            cite=rules_sessions.cite_of("setting", "meetings.one_by_one", local_day(at)),
        )  # fmt: skip
    content = record_content(fresh, until=at)
    rule = rules.current().content("meetings.record", local_day(at))
    missing = rule.missing(content)
    if missing:
        raise Incomplete(f"会议记录缺少{missing[0].label}", cite=rule.cite)
    required = "required" if minutes_required(fresh) else "optional"
    ledger.act(matter=matter, action="close", actor=actor, at=at, data={"minutes": required})
    fresh.closed_at = at
    with door():
        fresh.save()
        fresh.attendees.filter(signed_in_at__isnull=False, left_at__isnull=True, copies__isnull=True).update(
            left_at=at
        )
        Record.objects.create(meeting=fresh, content=content, at=at, by=content["recorder"])
    return fresh


def record_content(meeting: Meeting, *, until: dt.datetime) -> dict[str, str]:
    """The seven fields of the record, and the substitutes apart.

    Source: smx-major-decisions/4.2.4.2
    """
    day = local_day(meeting.planned_at)
    rows = list(meeting.attendees.select_related("body").order_by("pk"))
    members = {person.pk for person in members_in_post(meeting.kind, day=day)} | {meeting.chair_id}
    came = [row for row in rows if row.signed_in_at is not None]
    sitting = [row for row in came if row.person_id in members]
    absent = [row for row in rows if row.part == Attendee.Part.MEMBER and row.signed_in_at is None]
    begins = meeting.opened_at or meeting.planned_at
    zone = rules.current().worktime.tz
    span = f"{begins.astimezone(zone):%Y-%m-%d %H:%M}至{until.astimezone(zone):%H:%M}"
    return {
        "time": span,
        "place": meeting.place,
        "present": "、".join(row.name for row in sitting),
        "observers": "、".join(_named(row) for row in came if row not in sitting),
        "absent": "、".join(f"{row.name}{'（请假）' if row.on_leave else ''}" for row in absent),
        "chair": meeting.chair.name,
        "recorder": meeting.recorder.name if meeting.recorder else "",
    }


def _named(row: Attendee) -> str:
    unit = row.unit or (row.body.short_name if row.body else "")
    return f"{row.name}（{unit}）" if unit else row.name


def minutes_required(meeting: Meeting) -> bool:
    """Whether minutes have to be drawn up: always, or where something was decided, as the rulebook says of the kind.

    Source: smx-meeting-organisation/6.1, smx-meeting-organisation/6.2, smx-work-rules/56.3
    """
    rule = rules_sessions.setting("meetings.minutes", local_day(meeting.planned_at))
    head = meeting.chair_office == rules_sessions.HEAD
    if not head and f"{meeting.kind}_by_vice" in rule.get("as_needed", ()):
        return False
    if meeting.kind in rule.get("always", ()):
        return True
    decided = meeting.items.filter(outcome__in=rule.get("decided", ())).exists()
    return meeting.kind in rule.get("when_decided", ()) and decided
