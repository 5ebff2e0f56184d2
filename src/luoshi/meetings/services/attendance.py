"""Who is on the list, who comes instead of whom, notices acknowledged, people signed in and out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor, ActorKind
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import door
from luoshi.meetings import rules_sessions
from luoshi.meetings.models import AgendaItem, Attendee, Meeting, Seat
from luoshi.meetings.policies_sessions import may_staff
from luoshi.meetings.services.checks_sessions import line, locked_meeting, require_roles
from luoshi.meetings.services.planning import office_of, presiding
from luoshi.organisation.models import Body, Person
from luoshi.organisation.models.base import in_force
from luoshi.organisation.selectors import local_day

PART = Attendee.Part
BY_ITEM = (PART.REPORTER, PART.OBSERVER, PART.GUEST, PART.ASSISTANT)
LEADING = ("principal_leader", "deputy_leader", "party_leader")


@transaction.atomic
def attendee_add(
    *,
    meeting: Meeting,
    part: str,
    items: Iterable[AgendaItem],
    actor: Actor,
    at: dt.datetime,
    person: Person | None = None,
    name: str = "",
    unit: str = "",
    duty: str = "",
    body: Body | None = None,
) -> Attendee:
    """List an observer, a reporter, a guest or the press. Whoever is no member stands there for certain topics.

    person: of the register; else name and unit of a guest. A unit's reporter or observer at plenary and executive
    meetings is its principal leader. Errors: Incomplete (no topic; not the principal), WrongState, NotAllowed.
    Source: smx-meeting-organisation/5.2, smx-meeting-organisation/5.6, smx-executive-meeting/4.4.2,
    smx-executive-meeting/3.3, smx-major-decisions/4.2.3.3
    """
    fresh, matter = locked_meeting(meeting)
    wanted = list(items)
    if part not in (PART.OBSERVER, PART.REPORTER, PART.GUEST, PART.PRESS, PART.STAFF):
        raise Incomplete("组成人员和固定列席人员按规定自动列入，不另添加", field="part")
    if part in BY_ITEM and not wanted:
        raise Incomplete("请注明对应的议题；参会人员按与议题紧密相关的原则从严确定", field="items")
    if any(one.meeting_id != fresh.pk for one in wanted):
        raise Incomplete("所选议题不在这次会议的议程上", field="items")
    if person is not None and part in (PART.OBSERVER, PART.REPORTER):
        _require_principal(fresh, person)
    if person is None and part != PART.GUEST and part != PART.PRESS:
        raise Incomplete("请选择人员", field="person")
    called = person.name if person else line(name, field="name", label="姓名", longest=80)
    ledger.act(matter=matter, action="list", actor=actor, at=at, data={"name": called, "part": part})
    with door():
        added = _listed(fresh, person) or Attendee(meeting=fresh, person=person)
        if added.pk and added.part in (PART.MEMBER, PART.STANDING):
            raise Incomplete(f"{called}已经在组成人员或固定列席名单内", field="person")
        added.part, added.name, added.duty = part, called, duty
        added.body = body or (person.body if person else None)
        added.unit = line(unit, field="unit", label="单位", longest=100, required=False)
        if fresh.convened_at:
            added.notified_at = at
        added.save()
        for one in wanted:
            Seat.objects.get_or_create(attendee=added, item=one)
            if part == PART.REPORTER and person is not None:
                AgendaItem.objects.filter(pk=one.pk).update(reporter=person)
    return added


def _listed(meeting: Meeting, person: Person | None) -> Attendee | None:
    found: Attendee | None = meeting.attendees.filter(person=person).first() if person else None
    return found


def _require_principal(meeting: Meeting, person: Person) -> None:
    """A unit sends its principal leader; others only in their place, after leave.

    Source: smx-meeting-organisation/5.2
    """
    day = local_day(meeting.planned_at)
    rule = rules_sessions.known("meetings.leave", day)
    if meeting.kind not in rule.get("principal_attends", ()):
        return
    if (
        office_of(person, day)
        or person.posts.filter(in_force(day), kind__in=("principal_leader", "party_leader")).exists()
    ):
        return
    raise Incomplete(
        f"{person.name}不是主要负责人",
        mend="请通知主要负责人参加；不能参加的先请假，准假后再安排其他负责同志代会",
        field="person",
        cite=rules_sessions.cite_of("setting", "meetings.leave", day),
    )


@transaction.atomic
def assistant_add(
    *,
    reporter: Attendee,
    name: str,
    actor: Actor,
    at: dt.datetime,
    person: Person | None = None,
    duty: str = "",
) -> Attendee:
    """Let the main reporter of a topic bring an assistant; everybody else brings none.

    Errors: NotAllowed (not a reporter; already as many as the rule lets), Incomplete.
    Source: smx-meeting-organisation/5.8, smx-executive-meeting/5.3.2
    """
    meeting, matter = locked_meeting(reporter.meeting_id)
    day = local_day(meeting.planned_at)
    most = int(rules_sessions.kind(meeting.kind, day).get("assistants", 0))
    cite = rules_sessions.cite_of("setting", f"meetings.session.{meeting.kind}", day)
    if reporter.part != PART.REPORTER:
        raise NotAllowed(f"{reporter.name}不是议题汇报人，不带助手", mend="只有主汇报人可带助手", cite=cite)
    seats = list(reporter.seats.values_list("item_id", flat=True))
    if reporter.assistants.count() >= most * max(1, len(seats)):
        raise NotAllowed(f"每个议题的主汇报人至多带{most}名助手", mend="请减少助手", cite=cite)
    called = person.name if person else line(name, field="name", label="姓名", longest=80)
    own = {"name": called, "part": PART.ASSISTANT}
    ledger.act(matter=matter, action="list", actor=actor, at=at, data=own)
    with door():
        added: Attendee = Attendee.objects.create(
            meeting=meeting, part=PART.ASSISTANT, person=person, name=called, duty=duty, body_id=reporter.body_id,
            unit=reporter.unit, assists=reporter, notified_at=at if meeting.convened_at else None,
        )  # fmt: skip
        Seat.objects.bulk_create([Seat(attendee=added, item_id=pk) for pk in seats])
    return added


@transaction.atomic
def attendee_remove(*, attendee: Attendee, reason: str, actor: Actor, at: dt.datetime) -> None:
    """Take somebody off the list who is there for a topic. Members stay: leave does not shrink the base.

    Errors: WrongState (a member or standing observer; papers in their hands), NotAllowed, Incomplete.
    """
    _, matter = locked_meeting(attendee.meeting_id)
    if attendee.part in (PART.MEMBER, PART.STANDING):
        raise WrongState("组成人员和固定列席人员不移出名单", mend="不能参加的请走请假程序")
    said = line(reason, field="reason", label="理由")
    ledger.act(
        matter=matter, action="unlist", actor=actor, at=at, data={"name": attendee.name, "reason": said}
    )
    with door():
        if attendee.copies.exists() or attendee.leaves.exists():
            raise WrongState("名下有请假或编号文件，不能移出名单")
        attendee.assistants.all().update(assists=None)
        attendee.seats.all().delete()
        AgendaItem.objects.filter(meeting_id=attendee.meeting_id, reporter_id=attendee.person_id).update(
            reporter=None
        )
        attendee.delete()


def same_unit_leader(body_id: int | None, person: Person, day: dt.date) -> bool:
    """Whether somebody is another leader of the same unit on a day."""
    return person.posts.filter(in_force(day), body_id=body_id or 0, kind__in=LEADING).exists()


def substitute_list(*, attendee: Attendee, person: Person, at: dt.datetime) -> Attendee:
    """List who comes in somebody's place, for the same topics; they do not count for a quorum.

    Call it inside a service that has asked for leave or consent. Errors: Incomplete (another unit; no leader there).
    Source: smx-meeting-organisation/5.4
    """
    day = local_day(attendee.meeting.planned_at)
    cite = rules_sessions.cite_of("setting", "meetings.leave", day)
    if not same_unit_leader(attendee.body_id, person, day) or person.pk == attendee.person_id:
        raise Incomplete(
            f"{person.name}不是同一单位的其他负责同志",
            mend="请由本单位其他负责同志代会",
            field="substitute",
            cite=cite,
        )
    with door():
        found = _listed(attendee.meeting, person)
        if found is not None and found.in_place_of_id != attendee.pk:
            raise Incomplete(f"{person.name}已在名单内", field="substitute")
        part = PART.OBSERVER if attendee.part in (PART.MEMBER, PART.STANDING) else attendee.part
        made = found or Attendee(
            meeting=attendee.meeting, part=part, person=person, name=person.name, body_id=attendee.body_id,
            duty="代会", in_place_of=attendee, notified_at=at if attendee.meeting.convened_at else None,
        )  # fmt: skip
        made.save()
        for seat in attendee.seats.all():
            Seat.objects.get_or_create(attendee=made, item_id=seat.item_id)
        if not attendee.seats.exists():
            for item in attendee.meeting.items.all():
                Seat.objects.get_or_create(attendee=made, item=item)
    return made


@transaction.atomic
def attendee_swap(
    *, attendee: Attendee, person: Person, reason: str, actor: Actor, at: dt.datetime
) -> Attendee:
    """Replace somebody on the list by another leader of the unit, with the consent that the rulebook asks for.

    Errors: NotAllowed (others than who consents), Incomplete, WrongState (a leader of the government; begun).
    Source: smx-meeting-organisation/5.5, xiping-work-rules/44.4
    """
    meeting, matter = locked_meeting(attendee.meeting_id)
    day = local_day(at)
    facts = {"kind": meeting.kind, "chair": presiding(meeting)}
    decision = rules_sessions.table("meetings.swap", facts, day)
    require_roles(decision.who, meeting=meeting, actor=actor, at=at, doing="更换与会人员", cite=decision.cite)
    if attendee.person is not None and office_of(attendee.person, day):
        raise WrongState("政府领导不派人代会", mend="不能参加的请走请假程序")
    said = line(reason, field="reason", label="理由")
    ledger.act(
        matter=matter, action="swap", actor=actor, at=at,
        data={"name": attendee.name, "by": person.name, "reason": said},
    )  # fmt: skip
    return substitute_list(attendee=attendee, person=person, at=at)


def _own_or_staff(attendee: Attendee, meeting: Meeting, actor: Actor, doing: str) -> None:
    own = attendee.person_id is not None and attendee.person_id == actor.person_id
    unit = actor.can("meetings.unit") and actor.body_id is not None and actor.body_id == attendee.body_id
    if not (own or unit or may_staff(actor, meeting.matter)):
        raise NotAllowed(f"只能由本人、本单位或会务人员{doing}", mend="请联系会务人员")


@transaction.atomic
def notice_acknowledge(*, attendee: Attendee, actor: Actor, at: dt.datetime) -> Attendee:
    """Answer a notice: the receipt, with it the confirmation of the rules of conduct. Errors: NotAllowed, WrongState.

    Source: smx-meeting-organisation/6.8
    """
    meeting, matter = locked_meeting(attendee.meeting_id)
    _own_or_staff(attendee, meeting, actor, "回执")
    row = Attendee.objects.get(pk=attendee.pk)
    ledger.act(matter=matter, action="acknowledge", actor=actor, at=at, data={"name": row.name})
    row.receipt_at = row.receipt_at or at
    if actor.person_id == row.person_id:
        row.discipline_at = row.discipline_at or at
    with door():
        row.save()
    return row


@transaction.atomic
def materials_deliver(*, meeting: Meeting, actor: Actor, at: dt.datetime) -> int:
    """Record that the papers went to everybody on the list, before the meeting begins. Returns to how many.

    Errors: WrongState (the time of the meeting has come; not called yet), NotAllowed.
    Source: smx-meeting-organisation/4.13
    """
    fresh, matter = locked_meeting(meeting)
    if at >= fresh.planned_at:
        raise WrongState(
            "材料应在会前送达，会议时间已到",
            mend="请说明情况并报主持人",
            cite=rules_sessions.cite_of("setting", "meetings.delivery", local_day(at)),
        )
    rows = fresh.attendees.filter(materials_at__isnull=True).exclude(part__in=(PART.STAFF, PART.PRESS))
    with door():
        ledger.act(matter=matter, action="deliver", actor=actor, at=at, data={"count": rows.count()})
        count: int = rows.update(materials_at=at)
    return count


@transaction.atomic
def attendee_sign_in(*, attendee: Attendee, discipline: bool, actor: Actor, at: dt.datetime) -> Attendee:
    """Sign in somebody who stands on the list, by themselves or by the meeting's staff; nobody else enters.

    discipline: the rules of conduct are confirmed (asked of all but leaders of the government). Whoever left may come
    back. Errors: NotAllowed, WrongState (on leave; there already; not called yet), Incomplete.
    Source: smx-executive-meeting/5.3.3, smx-meeting-organisation/6.8, smx-major-decisions/4.2.1.7
    """
    _, matter = locked_meeting(attendee.meeting_id)
    row: Attendee = Attendee.objects.select_related("person").get(pk=attendee.pk)
    own = row.person_id is not None and row.person_id == actor.person_id
    if not own and not may_staff(actor, matter):
        raise NotAllowed(
            "不在名单内的不能签到；签到由本人或会务人员办理", mend="确需参加的，请会务人员报秘书长同意后列入名单",
            cite=rules_sessions.cite_of("setting", "meetings.entry", local_day(at)),
        )  # fmt: skip
    if row.on_leave and row.in_place_of_id is None:
        raise WrongState(f"{row.name}已准假", mend="能够参加的请先撤回请假")
    if row.here:
        raise WrongState(f"{row.name}已经签到")
    if not discipline and row.discipline_at is None:
        rule = rules_sessions.setting("meetings.discipline", local_day(at))
        raise Incomplete(
            f"签到须确认会议纪律：{rule['text']}", field="discipline",
            cite=rules_sessions.cite_of("setting", "meetings.discipline", local_day(at)),
        )  # fmt: skip
    ledger.act(matter=matter, action="sign_in", actor=actor, at=at, data={"name": row.name, "part": row.part})
    row.signed_in_at, row.left_at = row.signed_in_at or at, None
    row.discipline_at = row.discipline_at or at
    with door():
        row.save()
    return row


@transaction.atomic
def attendee_leave_room(*, attendee: Attendee, actor: Actor, at: dt.datetime) -> Attendee:
    """Record that somebody left, after handing back what has to come back.

    Errors: WrongState (not there; numbered papers still in their hands), NotAllowed.
    Source: smx-executive-meeting/5.6.2, smx-executive-meeting/5.4
    """
    _, matter = locked_meeting(attendee.meeting_id)
    row = Attendee.objects.get(pk=attendee.pk)
    if (
        actor.kind is not ActorKind.SYSTEM
        and row.person_id != actor.person_id
        and not may_staff(actor, matter)
    ):
        raise NotAllowed("离场由本人或会务人员登记", mend="请联系会务人员")
    if not row.here:
        raise WrongState(f"{row.name}不在会场")
    owed = list(row.copies.filter(returned_at__isnull=True).values_list("number", flat=True))
    if owed:
        numbers = "、".join(f"第{number}号" for number in owed)
        raise WrongState(
            f"{row.name}还有编号文件未退还：{numbers}",
            mend="请先收回再登记离场",
            cite=rules_sessions.cite_of("setting", "meetings.copies", local_day(at)),
        )
    ledger.act(matter=matter, action="step_out", actor=actor, at=at, data={"name": row.name})
    row.left_at = at
    with door():
        row.save()
    return row
