"""Minutes: drafted by the section, checked, signed by whoever may, numbered and issued by the secretariat."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from luoshi.agenda.models import Leader
from luoshi.agenda.selectors import in_charge_of
from luoshi.engines.authority import Decision
from luoshi.engines.rulebook import RouteStep
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.inputs import locked
from luoshi.ledger.models import Matter, Secrecy, door
from luoshi.meetings import rules_sessions, states_sessions
from luoshi.meetings.models import AgendaItem, Meeting, Minutes, Resolution, Review
from luoshi.meetings.policies_sessions import may_staff, require
from luoshi.meetings.selectors.members import holders, serving
from luoshi.meetings.services.checks_sessions import block, line, locked_meeting, require_chair, require_roles
from luoshi.meetings.services.following import tasks_set
from luoshi.meetings.services.planning import presiding
from luoshi.meetings.services.session import minutes_required
from luoshi.organisation.models import Body, Person
from luoshi.organisation.selectors import local_day

SECRETARIAT = "secretariat"
VICE = ("vice_mayor",)


def _facts(minutes: Minutes) -> dict[str, Any]:
    meeting = minutes.meeting
    return {
        "kind": meeting.kind,
        "presiding": meeting.chair_office,
        "chair": presiding(meeting),
        "beyond": minutes.beyond,
    }


def way_of(minutes: Minutes, day: dt.date) -> tuple[RouteStep, ...]:
    """The stops before these minutes are signed: checked, and where they go beyond a field the two more."""
    return rules_sessions.way("meetings.minutes_way", _facts(minutes), day)


def signing_table(minutes: Minutes, day: dt.date) -> Decision:
    """Who signs these minutes, and to whom a copy goes for the record."""
    return rules_sessions.table("meetings.minutes_sign", _facts(minutes), day)


def _stop(minutes: Minutes, key: str, day: dt.date) -> RouteStep | None:
    return next((step for step in way_of(minutes, day) if step.key == key), None)


def _check_stop(minutes: Minutes, day: dt.date) -> RouteStep | None:
    return next((step for step in way_of(minutes, day) if step.key.startswith("check")), None)


@transaction.atomic
def minutes_open(*, meeting: Meeting, actor: Actor, at: dt.datetime) -> Minutes:
    """Begin the minutes of a closed meeting, with one resolution for each topic that was decided.

    Errors: WrongState (not closed, begun already), NotAllowed (another section).
    Source: smx-meeting-organisation/6.3, smx-executive-meeting/6.1.1, smx-secretary-rules/2.1.p3.2
    """
    fresh, matter = locked_meeting(meeting)
    require(may_staff(actor, matter), "起草会议纪要", mend=f"请由{fresh.organiser.short_name}起草")
    if matter.state != "closed":
        raise WrongState("会议结束后才起草纪要")
    if Minutes.objects.filter(meeting=fresh).exists():
        raise WrongState("纪要已经开始起草", mend="请打开已有的纪要")
    rule = rules_sessions.setting("meetings.minutes", local_day(at))
    titles = dict(zip(rule["titles"][::2], rule["titles"][1::2], strict=True))
    title = f"{titles[fresh.kind]}（{fresh.year}年第{fresh.ordinal}次）"
    own = ledger.matter_open(
        kind=states_sessions.MINUTES, title=title, body_id=fresh.organiser_id, parent=matter, actor=actor, at=at,
        facts={"kind": fresh.kind}, secrecy=_secrecy(fresh),
    )  # fmt: skip
    with door():
        made: Minutes = Minutes.objects.create(
            matter=own, jurisdiction=own.jurisdiction, meeting=fresh, title=title, distribution=_receivers(fresh),
        )  # fmt: skip
        decided = fresh.items.filter(status=AgendaItem.Status.DONE).select_related("topic__body")
        Resolution.objects.bulk_create(
            Resolution(
                minutes=made,
                item=one,
                position=place,
                text=one.text,
                lead=one.topic.body if one.outcome == "passed" else None,
            )
            for place, one in enumerate(decided.order_by("position"), start=1)
        )
    return made


def _secrecy(meeting: Meeting) -> str:
    """Minutes are as secret as the most secret topic of the meeting."""
    found = set(meeting.items.values_list("topic__matter__secrecy", flat=True))
    return next((one for one in (Secrecy.CONFIDENTIAL, Secrecy.SECRET) if one in found), Secrecy.NONE)


def _receivers(meeting: Meeting) -> list[str]:
    """To whom the minutes go: the rule's organs, then the units that attended.

    Source: smx-meeting-organisation/6.6
    """
    rule = rules_sessions.setting("meetings.distribution", local_day(meeting.planned_at))
    names = list(rule["receivers"])
    if rule["attending_units"]:
        came = meeting.attendees.filter(signed_in_at__isnull=False).exclude(part__in=("press", "staff"))
        units = [row.unit or (row.body.short_name if row.body else "") for row in came.select_related("body")]
        names += [name for name in units if name]
    return list(dict.fromkeys(names))


def _open_for_change(minutes: Minutes, matter: Matter) -> None:
    """Errors: WrongState once they are submitted, with the plain word where they are signed."""
    if minutes.signed_at is not None:
        raise WrongState(
            "纪要已经签发，不能修改", mend="议定事项以签发的纪要为准；变更须重新上会",
            cite=rules_sessions.cite_of("setting", "meetings.minutes", local_day(minutes.signed_at)),
        )  # fmt: skip
    if matter.state != "drafting":
        raise WrongState("纪要正在送审，不能修改", mend="请先退回修改")


@transaction.atomic
def minutes_edit(
    *, minutes: Minutes, title: str, text: str, actor: Actor, at: dt.datetime, version: int | None = None
) -> Minutes:
    """Write the minutes while they are drafted; after signing nobody changes them.

    Errors: WrongState, NotAllowed, Incomplete.
    """
    row, matter = locked(minutes)
    _open_for_change(row, matter)
    row.title = line(title, field="title", label="标题", longest=200)
    row.text = block(text, field="text", label="正文")
    ledger.act(matter=matter, action="edit", actor=actor, at=at, data={"what": row.title}, version=version)
    with door():
        row.save()
    return row


@transaction.atomic
def resolution_edit(
    *,
    resolution: Resolution,
    text: str,
    lead: Body | None,
    assisting: Iterable[Body],
    due_on: dt.date | None,
    actor: Actor,
    at: dt.datetime,
) -> Resolution:
    """Say what was decided, who carries it out with whom, and by when. Errors: WrongState, NotAllowed, Incomplete."""
    row, matter = locked(resolution.minutes)
    _open_for_change(row, matter)
    fresh = Resolution.objects.get(pk=resolution.pk)
    fresh.text = block(text, field="text", label="议定事项", longest=5000)
    if due_on is not None and due_on < local_day(at):
        raise Incomplete("办结期限不能早于今天", field="due_on")
    ledger.act(matter=matter, action="edit", actor=actor, at=at, data={"what": f"议定事项{fresh.position}"})
    fresh.lead, fresh.due_on = lead, due_on
    with door():
        fresh.save()
        fresh.assisting.set([one for one in assisting if lead is None or one.pk != lead.pk])
    return fresh


@transaction.atomic
def resolution_add(
    *, minutes: Minutes, item: AgendaItem, text: str, actor: Actor, at: dt.datetime
) -> Resolution:
    """Add a further thing decided on a topic of the meeting. Errors: WrongState, NotAllowed, Incomplete."""
    row, matter = locked(minutes)
    _open_for_change(row, matter)
    if item.meeting_id != row.meeting_id or item.status != AgendaItem.Status.DONE:
        raise Incomplete("请选择已议的议题", field="item")
    said = block(text, field="text", label="议定事项", longest=5000)
    ledger.act(matter=matter, action="edit", actor=actor, at=at, data={"what": said[:100]})
    with door():
        made: Resolution = Resolution.objects.create(
            minutes=row, item=item, position=row.resolutions.count() + 1, text=said, lead=item.topic.body
        )
    return made


def _in_charge(minutes: Minutes, day: dt.date) -> list[Leader]:
    """The leaders in charge of the bodies that carry the resolutions out, the one in the chair left out, each once."""
    bodies: dict[int, Body] = {}
    for one in minutes.resolutions.select_related("lead").prefetch_related("assisting"):
        for body in (one.lead, *one.assisting.all()):
            if body is not None:
                bodies[body.pk] = body
    found: dict[int, Leader] = {}
    for body in bodies.values():
        leader = in_charge_of(body, day=day)
        if leader is not None and leader.person_id != minutes.meeting.chair_id:
            found[leader.person_id] = leader
    return list(found.values())


def leaders_concerned(minutes: Minutes, day: dt.date) -> list[Person]:
    """The vice mayors who examine minutes that touch their fields; the head signs and need not examine too.

    Source: smx-document-flow/23.5.3
    """
    return [one.person for one in _in_charge(minutes, day) if one.office != rules_sessions.HEAD]


def goes_beyond(minutes: Minutes, day: dt.date) -> bool:
    """Whether something was decided outside the field of the vice mayor who presided.

    Source: smx-document-flow/23.5.3
    """
    return minutes.meeting.chair_office in VICE and bool(_in_charge(minutes, day))


def _person(people: dict[int, Person]) -> dict[str, Any]:
    return {"person": next(iter(people))} if people else {}


def _await_sign(minutes: Minutes, at: dt.datetime) -> dict[str, Any]:
    who = signing_table(minutes, local_day(at)).who
    return {"awaits": "sign", **_person(holders(who, meeting=minutes.meeting, at=at))}


def checkers(minutes: Minutes, at: dt.datetime) -> dict[int, Person]:
    """Who checks these minutes: of the deputies the one who assists the leader in the chair."""
    stop = _check_stop(minutes, local_day(at))
    return {} if stop is None else serving(stop.who, meeting=minutes.meeting, at=at)


@transaction.atomic
def minutes_submit(*, minutes: Minutes, actor: Actor, at: dt.datetime) -> Minutes:
    """Send the draft to be checked, or straight to be signed where the rulebook knows no check.

    Errors: WrongState, NotAllowed, Incomplete (no text).
    """
    row, matter = locked(minutes)
    if not row.text.strip():
        raise Incomplete("请填写纪要正文", field="text")
    row.beyond = goes_beyond(row, local_day(at))
    people = checkers(row, at)
    waits = {"awaits": "check", **_person(people)} if people else _await_sign(row, at)
    ledger.act(matter=matter, action="submit", actor=actor, at=at, data=waits)
    with door():
        row.save()
    return row


@transaction.atomic
def minutes_check(*, minutes: Minutes, opinion: str, actor: Actor, at: dt.datetime) -> Minutes:
    """Check the draft: the secretary-general, or whoever the rulebook names for the one who presided.

    Errors: NotAllowed, WrongState. Source: smx-meeting-organisation/6.3, smx-meeting-organisation/6.4
    """
    row, matter = locked(minutes)
    stop = _check_stop(row, local_day(at))
    if stop is None:
        raise WrongState("这种会议的纪要直接报签发，不经审核")
    people = checkers(row, at)
    if actor.person_id not in people:
        names = "、".join(one.name for one in people.values())
        raise NotAllowed(
            f"“{stop.title}”应由{names}办理", mend="请转交有权限的人",
            cite=rules_sessions.cite_of("authority", "meetings.minutes_sign", local_day(at)),
        )  # fmt: skip
    said = line(opinion, field="opinion", label="意见", longest=500, required=False)
    waits = {"awaits": "opine"} if row.beyond else _await_sign(row, at)
    ledger.act(matter=matter, action="check", actor=actor, at=at, data={"opinion": said, **waits})
    row.checked_by, row.checked_at = actor.name, at
    with door():
        row.save()
    return row


@transaction.atomic
def minutes_return(*, minutes: Minutes, reason: str, actor: Actor, at: dt.datetime) -> Minutes:
    """Give the draft back to be changed, with the reason. Errors: NotAllowed, WrongState, Incomplete."""
    row, matter = locked(minutes)
    day = local_day(at)
    roles = {role for step in way_of(row, day) for role in step.who} | set(signing_table(row, day).who)
    require_roles(roles, meeting=row.meeting, actor=actor, at=at, doing="退回纪要")
    said = line(reason, field="reason", label="退回理由")
    ledger.act(matter=matter, action="return", actor=actor, at=at, data={"reason": said})
    row.checked_by, row.checked_at, row.opinion = "", None, ""
    with door():
        row.save()
        row.reviews.all().delete()
    return row


@transaction.atomic
def minutes_opine(*, minutes: Minutes, opinion: str, actor: Actor, at: dt.datetime) -> Minutes:
    """The secretary-general's opinion on minutes that go beyond the field; it then goes to every leader concerned.

    Errors: NotAllowed, WrongState (nothing beyond), Incomplete. Source: smx-document-flow/23.5.3
    """
    row, matter = locked(minutes)
    day = local_day(at)
    stop = _stop(row, "opine", day)
    if stop is None:
        raise WrongState("议定事项没有超出主持人的分管范围，不需要签署意见", mend="请直接报签发")
    cite = rules_sessions.cite_of("route", "meetings.minutes_way", day)
    require_roles(stop.who, meeting=row.meeting, actor=actor, at=at, doing=stop.title, cite=cite)
    row.opinion = block(opinion, field="opinion", label="意见", longest=1000)
    ledger.act(matter=matter, action="opine", actor=actor, at=at, data={"opinion": row.opinion})
    with door():
        row.save()
        Review.objects.bulk_create(Review(minutes=row, person=one) for one in leaders_concerned(row, day))
    return row


@transaction.atomic
def minutes_review(*, minutes: Minutes, opinion: str, actor: Actor, at: dt.datetime) -> Minutes:
    """A leader concerned says yes to minutes that touch their field. Errors: NotAllowed, WrongState.

    Source: smx-document-flow/23.5.3
    """
    row, matter = locked(minutes)
    own = row.reviews.filter(person_id=actor.person_id).first() if actor.person_id else None
    if own is None:
        names = "、".join(one.person.name for one in row.reviews.select_related("person"))
        raise NotAllowed(f"相关副市长审核由{names or '所涉分管领导'}办理", mend="请转交有关领导")
    if own.at is not None:
        raise WrongState("您已经审核")
    said = line(opinion, field="opinion", label="意见", longest=500, required=False)
    left = row.reviews.filter(at__isnull=True).exclude(pk=own.pk).exists()
    waits = {"awaits": "review"} if left else _await_sign(row, at)
    ledger.act(matter=matter, action="review", actor=actor, at=at, data={"opinion": said, **waits})
    own.opinion, own.at = said, at
    with door():
        own.save()
    return row


def _ready_to_sign(row: Minutes, matter: Matter, day: dt.date) -> None:
    """Errors: WrongState naming the stop that is still to come."""
    cite = rules_sessions.cite_of("route", "meetings.minutes_way", day)
    stop = _check_stop(row, day)
    if stop is not None and row.checked_at is None:
        raise WrongState(f"纪要还没有经过“{stop.title}”", mend="请先送审核", cite=cite)
    if not row.beyond or _stop(row, "opine", day) is None:
        return
    if matter.state != "opined":
        raise WrongState("议定事项超出主持人的分管范围，须先由秘书长签署意见", mend="请送秘书长", cite=cite)
    left = [one.person.name for one in row.reviews.filter(at__isnull=True).select_related("person")]
    if left:
        raise WrongState(f"还有{'、'.join(left)}没有审核", mend="请送相关副市长审核", cite=cite)


@transaction.atomic
def minutes_sign(*, minutes: Minutes, actor: Actor, at: dt.datetime) -> Minutes:
    """Sign the minutes: whoever the table names for the kind and the chair. What another than the head presided over
    goes to the head for the record at once. Nothing in them changes afterwards.

    Errors: NotAllowed (naming who signs), WrongState (a stop is still to come).
    Source: smx-meeting-organisation/6.3, smx-meeting-organisation/6.4, smx-meeting-organisation/6.5,
    smx-executive-meeting/6.1.1, smx-work-rules/56.2, smx-work-rules/56.4, smx-document-flow/23.5.1,
    smx-document-flow/23.5.2, smx-major-decisions/4.2.4.4, smx-secretary-rules/2.1.p4.2, xiping-work-rules/42.4
    """
    row, matter = locked(minutes)
    day = local_day(at)
    if row.signed_at is not None:
        raise WrongState("纪要已经签发")
    decision = signing_table(row, day)
    require_roles(
        decision.who, meeting=row.meeting, actor=actor, at=at, doing="签发会议纪要", cite=decision.cite
    )
    _ready_to_sign(row, matter, day)
    heads = holders([rules_sessions.HEAD], meeting=row.meeting, at=at)
    copied = rules_sessions.HEAD in decision.copied or (row.beyond and "meeting_chair" not in decision.who)
    row.copy_owed = copied and actor.person_id not in heads and row.meeting.kind != "secretary_office"
    clerks = holders([SECRETARIAT], meeting=row.meeting, at=at)
    ledger.act(matter=matter, action="sign", actor=actor, at=at, data=_person(clerks))
    row.signed_by, row.signed_at = actor.name, at
    with door():
        row.save()
    if row.copy_owed:
        ledger.record(matter=matter, kind="meetings.copy_sent", actor=actor, at=at, data=_person(heads))
    ledger.act(matter=row.meeting.matter, action="minute", actor=actor, at=at, data={"what": row.title})
    return row


@transaction.atomic
def minutes_note(*, minutes: Minutes, actor: Actor, at: dt.datetime) -> Minutes:
    """The head takes note of minutes that somebody else signed. Errors: NotAllowed, WrongState.

    Source: smx-meeting-organisation/6.5
    """
    row, matter = locked(minutes)
    require_roles([rules_sessions.HEAD], meeting=row.meeting, actor=actor, at=at, doing="备案")
    if not row.copy_owed or row.noted_at is not None:
        raise WrongState("这份纪要不需要备案" if not row.copy_owed else "已经备案")
    ledger.act(matter=matter, action="note", actor=actor, at=at)
    row.noted_by, row.noted_at = actor.name, at
    with door():
        row.save()
    return row


@transaction.atomic
def distribution_set(*, minutes: Minutes, receivers: Iterable[str], actor: Actor, at: dt.datetime) -> Minutes:
    """Send the minutes to others than the rule has it; only the chair says so, before they are issued.

    Errors: NotAllowed, WrongState, Incomplete. Source: smx-meeting-organisation/6.6
    """
    row, matter = locked(minutes)
    cite = rules_sessions.cite_of("setting", "meetings.distribution", local_day(at))
    require_chair(row.meeting, actor, "确定发送范围", cite=cite)
    names = [line(one, field="receivers", label="单位", longest=100) for one in receivers if one.strip()]
    if not names:
        raise Incomplete("请至少填写一个发送单位", field="receivers")
    ledger.act(matter=matter, action="distribute", actor=actor, at=at, data={"what": "、".join(names)})
    row.distribution, row.distribution_by = list(dict.fromkeys(names)), actor.name
    with door():
        row.save()
    return row


@transaction.atomic
def minutes_issue(*, minutes: Minutes, actor: Actor, at: dt.datetime) -> Minutes:
    """Number and issue signed minutes: the secretariat; what they decided becomes tasks at once.

    Errors: WrongState (not signed), NotAllowed.

    Source: smx-document-flow/21.2
    """
    row, matter = locked(minutes)
    if row.signed_at is None:
        raise WrongState("纪要还没有签发，不能编号印发", mend="请先报签发")
    year = local_day(at).year
    place = ledger.bump(f"meetings:minutes:{row.meeting.kind}:{year}")
    titles = rules_sessions.setting("meetings.minutes", local_day(at))["titles"]
    name = dict(zip(titles[::2], titles[1::2], strict=True))[row.meeting.kind]
    number = f"{name}〔{year}〕{place}号"
    ledger.act(matter=matter, action="issue", actor=actor, at=at, data={"what": number})
    row.number, row.issued_at, row.issued_by = number, at, actor.name
    with door():
        row.save()
    tasks_set(minutes=row, actor=actor, at=at)
    return row


@transaction.atomic
def minutes_waive(*, meeting: Meeting, reason: str, actor: Actor, at: dt.datetime) -> Meeting:
    """Do without minutes where the rulebook does not ask for them; the chair decides, with the reason.

    Errors: WrongState (they are required; begun), NotAllowed, Incomplete.
    Source: smx-meeting-organisation/6.1, smx-meeting-organisation/6.2
    """
    fresh, matter = locked_meeting(meeting)
    cite = rules_sessions.cite_of("setting", "meetings.minutes", local_day(at))
    if minutes_required(fresh):
        raise WrongState("这次会议须编印会议纪要", mend="请起草纪要", cite=cite)
    if Minutes.objects.filter(meeting=fresh).exists():
        raise WrongState("纪要已经开始起草")
    require_chair(fresh, actor, "不编印会议纪要", cite=cite)
    said = line(reason, field="reason", label="理由")
    ledger.act(matter=matter, action="waive", actor=actor, at=at, data={"reason": said})
    fresh.minutes_waived = said
    with door():
        fresh.save()
    return fresh
