"""The agenda: topics are classified, put on, ordered, admitted late or taken off; settled with the plan of the meeting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.models import door
from luoshi.meetings import rules_sessions
from luoshi.meetings.models import AgendaItem, Consultation, Meeting, Topic
from luoshi.meetings.selectors.ready import consultations_of, facts_of, material_of, require_ready
from luoshi.meetings.services.checks_sessions import line, locked_meeting, require_chair
from luoshi.meetings.services.checks_topics import locked_topic
from luoshi.meetings.services.materials import material_schedule, require_collector
from luoshi.meetings.services.seating import reporter_seat, seats_release
from luoshi.organisation.models import Body, Person
from luoshi.organisation.selectors import local_day

LONGEST = 600


@transaction.atomic
def topic_classify(*, topic: Topic, treatment: str, actor: Actor, at: dt.datetime) -> Topic:
    """Say of which class a topic is: to be deliberated and decided, or adopted without a report.

    The section that organises the meeting proposes it; with the plan of the meeting the one in the chair settles it.
    Errors: NotAllowed, Incomplete, WrongState. Source: smx-executive-meeting/4.4.1
    """
    fresh, matter = locked_topic(topic)
    require_collector(fresh, actor, local_day(at))
    choice = rules_sessions.choice("meetings.treatment", local_day(at))
    if treatment not in choice.values:
        raise Incomplete("请选择议题分类", field="treatment", cite=choice.cite)
    ledger.act(matter=matter, action="classify", actor=actor, at=at, data={"what": choice.label(treatment)})
    fresh.treatment, fresh.treatment_approved_by = treatment, ""
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def attendance_suggest(*, topic: Topic, bodies: Iterable[Body], actor: Actor, at: dt.datetime) -> Topic:
    """The unit that reports names the units that should attend its topic; only those closely bound to it.

    Errors: NotAllowed, WrongState. Source: smx-meeting-organisation/4.2, smx-executive-meeting/4.4.2
    """
    fresh, matter = locked_topic(topic)
    chosen = [body for body in bodies if body.pk != fresh.body_id]
    names = "、".join(body.short_name for body in chosen) or "无"
    ledger.act(matter=matter, action="suggest", actor=actor, at=at, data={"text": names})
    fresh.attending_given = True
    with door():
        fresh.save()
        fresh.attending.set(chosen)
    return fresh


@transaction.atomic
def unit_excuse(*, consultation: Consultation, actor: Actor, at: dt.datetime) -> Consultation:
    """Confirm that a unit which asked for no changes need not attend a topic to be decided.

    Errors: NotAllowed, Incomplete (it asked for changes, disagrees or has not answered; another class), WrongState.
    Source: smx-meeting-organisation/5.7, smx-executive-meeting/4.4.3
    """
    topic, matter = locked_topic(consultation.topic_id)
    require_collector(topic, actor, local_day(at))
    fresh: Consultation = Consultation.objects.select_related("body").get(pk=consultation.pk)
    like = rules_sessions.setting("meetings.topics", local_day(at))
    if topic.treatment not in like["excused"] or fresh.reply != Consultation.Reply.AGREE:
        raise Incomplete("只有审议决定类议题中没有提出修改意见的单位可不安排参会", field="consultation")
    ledger.act(matter=matter, action="excuse", actor=actor, at=at, data={"name": fresh.body.short_name})
    fresh.absent_confirmed = True
    with door():
        fresh.save()
    return fresh


def _put(
    meeting: Meeting,
    topic: Topic,
    actor: Actor,
    at: dt.datetime,
    minutes: int | None,
    longer: str,
    reporter: Person | None = None,
) -> AgendaItem:
    """Make the item, list the topic and who reports it, and let the papers know their day."""
    last = meeting.items.order_by("-position").values_list("position", flat=True).first() or 0
    ledger.act(
        matter=topic.matter,
        action="list",
        actor=actor,
        at=at,
        data={"meeting": meeting.pk, "name": meeting.title},
    )
    with door():
        item: AgendaItem = AgendaItem.objects.create(
            meeting=meeting,
            topic=topic,
            position=last + 1,
            treatment=topic.treatment or "decide",
            minutes=minutes,
            longer=longer,
        )
    reporter_seat(item, reporter, day=local_day(at), at=at)
    if topic.treatment_approved_by or meeting.approved_at:
        material_schedule(topic=topic, planned_at=meeting.planned_at, actor=actor, at=at)
    return item


def require_on_table(topic: Topic, meeting: Meeting, *, at: dt.datetime) -> None:
    """What must stand before a topic goes on the agenda of this meeting.

    Errors: Incomplete naming what is missing with the clauses.
    Source: smx-meeting-organisation/4.10, smx-executive-meeting/4.3.5
    """
    if topic.kind != meeting.kind:
        label = rules_sessions.kinds(local_day(at)).label(topic.kind)
        raise Incomplete(
            f"这一议题确定提交{label}，不能列入本次会议", mend="请选择相应种类的会议", field="topic"
        )
    require_ready("meetings.table", topic, "列入议程", at=at)
    material = material_of(topic)
    if material is not None:
        require_ready(
            "meetings.material_advance", topic, "列入议程", at=at, facts={"complex": material.complex}
        )


def _require_before_session(meeting: Meeting) -> None:
    """Nothing is added to an agenda once the meeting is under way, by whomever. Errors: WrongState.

    Source: smx-executive-meeting/5.2.3
    """
    if meeting.matter.state == "in_session":
        raise WrongState("会上不得另插议题", mend="请提交下次会议", cite=("smx-executive-meeting/5.2.3",))


def _minutes(minutes: int | None, longer: str, meeting: Meeting, day: dt.date) -> tuple[int | None, str]:
    """The planned length of a report; longer than the rule only with the reason of the one in the chair."""
    why = line(longer, field="longer", label="延长汇报的理由", required=False)
    like = rules_sessions.known("meetings.speaking", day)
    longest = like.get("report_minutes") if meeting.kind in like.get("kinds", ()) else None
    if minutes is not None and not 0 < minutes <= LONGEST:
        raise Incomplete("汇报时间应在1至600分钟之间", field="minutes")
    if minutes is not None and longest is not None and minutes > longest and not why:
        raise Incomplete(
            f"汇报时间不超过{longest}分钟", mend="特殊情况请写明理由，报主持人同意", field="minutes",
            cite=rules_sessions.cite_of("setting", "meetings.speaking", day),
        )  # fmt: skip
    return minutes, why


@transaction.atomic
def item_add(
    *,
    meeting: Meeting,
    topic: Topic,
    actor: Actor,
    at: dt.datetime,
    minutes: int | None = None,
    longer: str = "",
    reporter: Person | None = None,
) -> AgendaItem:
    """Put a determined topic on the agenda of a meeting whose plan is still being drawn up.

    minutes: of the report. longer: why it is longer than allowed. reporter: who reports; the proposer's head otherwise.
    Errors: Incomplete naming what is missing with the clauses, WrongState (the plan is settled: see item_admit), NotAllowed.
    """
    fresh, matter = locked_meeting(meeting)
    entry, _ = locked_topic(topic)
    if matter.state in ("approved", "convened"):
        raise WrongState("会议方案已经确定，议程不再变动", mend="确需增列的，请会前报主持人同意")
    _require_before_session(fresh)
    planned, why = _minutes(minutes, longer, fresh, local_day(at))
    require_on_table(entry, fresh, at=at)
    ledger.act(
        matter=matter,
        action="arrange",
        actor=actor,
        at=at,
        data={"topic": entry.pk, "what": entry.matter.title},
    )
    return _put(fresh, entry, actor, at, planned, why, reporter)


@transaction.atomic
def item_admit(
    *,
    meeting: Meeting,
    topic: Topic,
    consent: str,
    actor: Actor,
    at: dt.datetime,
    urgent_reason: str = "",
    treatment: str = "",
) -> AgendaItem:
    """Let a motion in after the plan is settled and before the meeting: only the one in the chair, before it begins.

    A three-major topic is refused even so, unless it is urgent and says why.
    Errors: NotAllowed (not the chair), WrongState (in session), Incomplete naming what is missing with the clauses.
    Source: smx-executive-meeting/4.5.6, smx-major-decisions/4.1.3.2
    """
    fresh, matter = locked_meeting(meeting)
    entry, topic_matter = locked_topic(topic)
    _require_before_session(fresh)
    require_chair(fresh, actor, "会前增列议题", cite=("smx-executive-meeting/4.5.6",))
    said = line(consent, field="consent", label="同意意见")
    entry.adhoc = True
    entry.chair_consent = f"{actor.name}：{said}"
    entry.urgent_reason = (
        line(urgent_reason, field="urgent_reason", label="紧急事由", required=False) or entry.urgent_reason
    )
    entry.treatment = treatment or entry.treatment
    with door():
        entry.save()
    require_on_table(entry, fresh, at=at)
    ledger.act(matter=topic_matter, action="consent", actor=actor, at=at, data={"opinion": said})
    ledger.act(
        matter=matter, action="admit", actor=actor, at=at,
        data={"topic": entry.pk, "what": topic_matter.title, "opinion": said, "reason": entry.urgent_reason},
    )  # fmt: skip
    entry.treatment_approved_by = actor.name
    return _put(fresh, entry, actor, at, None, "")


@transaction.atomic
def item_remove(*, item: AgendaItem, reason: str, actor: Actor, at: dt.datetime) -> Topic:
    """Take a topic off the agenda while the plan is being drawn up; after that only the one in the chair does.

    Errors: WrongState, NotAllowed, Incomplete.
    """
    fresh, matter = locked_meeting(item.meeting_id)
    topic, topic_matter = locked_topic(item.topic_id)
    said = line(reason, field="reason", label="理由")
    if matter.state in ("approved", "convened"):
        require_chair(fresh, actor, "移出议程")
        ledger.record(
            matter=matter, kind="meetings.item_withdrawn", actor=actor, at=at,
            data={"what": topic_matter.title, "reason": said},
        )  # fmt: skip
    else:
        ledger.act(
            matter=matter,
            action="arrange",
            actor=actor,
            at=at,
            data={"what": topic_matter.title, "reason": said},
        )
    ledger.act(matter=topic_matter, action="unlist", actor=actor, at=at, data={"reason": said})
    material_schedule(topic=topic, planned_at=None, actor=actor, at=at)
    seats_release(item)
    with door():
        item.delete()
        for place, row in enumerate(fresh.items.order_by("position"), start=1):
            row.position = place
            row.save(update_fields=["position"])
    return topic


@transaction.atomic
def item_move(*, item: AgendaItem, to: int, actor: Actor, at: dt.datetime) -> AgendaItem:
    """Give a topic another place on the agenda, from 1. Errors: WrongState (the plan is settled), NotAllowed, Incomplete."""
    fresh, matter = locked_meeting(item.meeting_id)
    rows = list(fresh.items.order_by("position"))
    if not 1 <= to <= len(rows):
        raise Incomplete(f"次序应在1至{len(rows)}之间", field="to")
    own: AgendaItem = next(row for row in rows if row.pk == item.pk)
    ledger.act(matter=matter, action="arrange", actor=actor, at=at, data={"topic": own.topic_id, "to": to})
    rows.remove(own)
    rows.insert(to - 1, own)
    with door():
        for place, row in enumerate(rows, start=1):
            row.position = place
            row.save(update_fields=["position"])
    return own


def agenda_settled(meeting: Meeting, *, actor: Actor, at: dt.datetime) -> None:
    """With the plan the agenda is settled: there is one, each class of topic stands, and papers know their day.

    Called by whoever fixes the plan, in the same transaction. Errors: Incomplete (no topic, no time).
    Source: smx-meeting-organisation/4.14, smx-executive-meeting/4.4.1
    """
    gate = rules_sessions.gate("meetings.plan", local_day(at))
    items = list(meeting.items.select_related("topic__matter", "topic__body"))
    have = {"time"} | ({"agenda"} if items else set())
    missing = gate.missing({"kind": meeting.kind}, have) if gate else ()
    if missing:
        raise Incomplete(
            f"不能确定方案，还缺：{'、'.join(need.title for need in missing)}",
            mend="；".join(need.mend for need in missing), cite=gate.cite if gate else (),
        )  # fmt: skip
    for item in items:
        topic = item.topic
        topic.treatment_approved_by = actor.name
        item.treatment = topic.treatment or item.treatment
        with door():
            topic.save(update_fields=["treatment_approved_by"])
            item.save(update_fields=["treatment"])
        material_schedule(topic=topic, planned_at=meeting.planned_at, actor=actor, at=at)


@transaction.atomic
def topic_unlist(*, topic: Topic, reason: str, actor: Actor, at: dt.datetime) -> Topic:
    """A topic leaves an agenda without having been dealt with (dropped, postponed, meeting called off).

    It stays determined and may go to another meeting of its kind. Errors: WrongState, NotAllowed.
    """
    fresh, matter = locked_topic(topic)
    ledger.act(matter=matter, action="unlist", actor=actor, at=at, data={"reason": reason})
    material_schedule(topic=fresh, planned_at=None, actor=actor, at=at)
    return fresh


def agenda_released(meeting: Meeting, *, reason: str, actor: Actor, at: dt.datetime) -> None:
    """A meeting is called off: its topics stay determined and may go to another one.

    Called by whoever calls it off, in the same transaction. Errors: NotAllowed.
    """
    for item in meeting.items.select_related("topic__matter"):
        if item.topic.matter.state == "listed":
            topic_unlist(topic=item.topic, reason=reason, actor=actor, at=at)


def attends(topic: Topic, *, at: dt.datetime) -> list[tuple[Body, str]]:
    """Which units attend a topic, and which need not: (unit, "reports" | "attends" | "excused" | "may_stay_away" | "stays_away").

    Of a topic to be adopted the proposer as a rule does not report and nobody else attends; of one to be decided, units
    that asked for no changes may stay away, once the section has confirmed it.
    Source: smx-meeting-organisation/4.8, smx-executive-meeting/4.4.4, smx-meeting-organisation/5.7, smx-executive-meeting/4.4.3
    """
    like = rules_sessions.setting("meetings.topics", local_day(at))
    adopted = topic.treatment in like["outsiders"]
    rows: list[tuple[Body, str]] = [(topic.body, "stays_away" if adopted else "reports")]
    answers = {one.body_id: one for one in consultations_of(topic)}
    bodies = {one.pk: one for one in topic.attending.all()} | {pk: one.body for pk, one in answers.items()}
    for pk, body in bodies.items():
        answer = answers.get(pk)
        if adopted:
            rows.append((body, "stays_away"))
        elif answer is not None and answer.absent_confirmed:
            rows.append((body, "excused"))
        elif (
            answer is not None
            and answer.reply == Consultation.Reply.AGREE
            and topic.treatment in like["excused"]
        ):
            rows.append((body, "may_stay_away"))
        else:
            rows.append((body, "attends"))
    return rows


def marks_of(topic: Topic, *, at: dt.datetime) -> list[str]:
    """What a topic is marked as, for lists."""
    facts = facts_of(topic, at=at)
    labels = {"major": "三重一大", "normative": "规范性文件", "scheme": "重大方案", "adhoc": "临时动议"}
    return [label for key, label in labels.items() if facts.get(key)]
