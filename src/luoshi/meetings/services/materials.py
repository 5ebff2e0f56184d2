"""Meeting papers: asked for, drawn up within their length, checked and approved, handed in before the meeting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, BinaryIO

from django.db import transaction

from luoshi.ledger import rules
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor, ActorKind
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.inputs import locked
from luoshi.ledger.models import Attachment, door
from luoshi.meetings import rules_sessions, states_topics
from luoshi.meetings.models import AgendaItem, Material, Topic
from luoshi.meetings.policies_topics import require
from luoshi.meetings.selectors.ready import count, facts_of, ready_of, refuse_missing
from luoshi.meetings.services.checks_sessions import block, line
from luoshi.meetings.services.checks_topics import (
    locked_topic,
    owed_by,
    require_signatory,
    steps_of,
)
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import local_day

WAY = "meetings.material_review"
STEP = "meetings.material_step"


def report_fields(at: dt.datetime) -> tuple[tuple[str, str], ...]:
    """The parts of a report, by key and label. Source: smx-executive-meeting/5.1.1"""
    content = rules.current().content("meetings.report", local_day(at))
    return tuple((one.key, one.label) for one in content.fields)


def require_collector(topic: Topic, actor: Actor, day: dt.date) -> None:
    """The section that collects a kind of topic; any section that organises meetings where the rulebook names none.

    Errors: NotAllowed. Source: smx-executive-meeting/4.2.1
    """
    rule = rules_sessions.known("meetings.collecting", day)
    codes = rule.get("collectors", {}).get(topic.kind)
    if not codes or actor.kind is ActorKind.SYSTEM:
        return
    names = list(Body.objects.filter(code__in=codes))
    if actor.body_id not in {one.pk for one in names}:
        raise NotAllowed(
            f"{rules_sessions.kinds(day).label(topic.kind)}议题由{'、'.join(one.short_name for one in names)}收集",
            mend="请转该科室办理", cite=rules_sessions.cite_of("setting", "meetings.collecting", day),
        )  # fmt: skip


@transaction.atomic
def topic_keep(*, topic: Topic, actor: Actor, at: dt.datetime) -> Material:
    """The office takes a determined topic in and asks its proposer for papers and a list of units to attend.

    Errors: NotAllowed (another section), WrongState. Source: smx-meeting-organisation/4.1, smx-meeting-organisation/4.2
    """
    fresh, matter = locked_topic(topic)
    require_collector(fresh, actor, local_day(at))
    if fresh.kept_at is not None:
        raise WrongState("议题已经收存", mend="请刷新页面")
    ledger.act(matter=matter, action="keep", actor=actor, at=at, data={"what": "会议材料、参会单位建议名单"})
    fresh.kept_by, fresh.kept_at = actor.name, at
    own = ledger.matter_open(
        kind=states_topics.MATERIAL,
        title=f"会议材料：{matter.title}",
        body_id=fresh.body_id,
        parent=matter,
        secrecy=matter.secrecy,
        actor=actor,
        at=at,
        facts={"kind": fresh.kind, "topic": fresh.pk},
    )
    with door():
        fresh.save()
        row: Material = Material.objects.create(matter=own, jurisdiction=own.jurisdiction, topic=fresh)
    return row


@transaction.atomic
def material_draft(
    *,
    material: Material,
    report: Mapping[str, str],
    actor: Actor,
    at: dt.datetime,
    explanation: str = "",
    longer: str = "",
    complex: bool = False,
    version: int | None = None,
) -> Material:
    """Write the report, part by part, and the explanation of a draft; kept as far as it has come.

    longer: why the report exceeds its length. complex: it is of wide bearing and goes to leaders ahead of the others.
    Errors: WrongState (under review), NotAllowed, Incomplete (too long to be kept).
    """
    fresh, matter = locked(material)
    fresh.report = {
        key: block(report.get(key, ""), field=key, label=label, required=False)
        for key, label in report_fields(at)
    }
    fresh.explanation = block(explanation, field="explanation", label="起草说明", required=False)
    fresh.longer = line(longer, field="longer", label="超过字数的理由", required=False)
    fresh.complex = complex
    ledger.act(
        matter=matter, action="draft", actor=actor, at=at, version=version,
        data={"report": report_length(fresh), "explanation": count(fresh.explanation)},
    )  # fmt: skip
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def material_attach(
    *, material: Material, file: BinaryIO, name: str, purpose: str, actor: Actor, at: dt.datetime
) -> Attachment:
    """Attach a paper to the meeting papers. Errors: WrongState, NotAllowed, Incomplete."""
    _, matter = locked(material)
    what = line(purpose, field="purpose", label="附件用途", longest=60)
    ledger.act(matter=matter, action="attach", actor=actor, at=at, data={"name": name, "what": what})
    return ledger.attachment_add(matter=matter, file=file, name=name, purpose=what, actor=actor, at=at)


def report_length(material: Material) -> int:
    """The length of the report, all parts together."""
    return sum(count(str(text)) for text in material.report.values())


def length_facts(material: Material, topic: Topic, day: dt.date) -> tuple[dict[str, bool], set[str]]:
    """Whether the lengths bind here, and which of them are kept.

    The explanation of a topic to be decided at the executive meeting is limited firmly; the report may be longer for a
    reason that stands beside it. Source: smx-meeting-organisation/4.5, smx-executive-meeting/5.1.2
    """
    like = rules_sessions.setting("meetings.materials", day)
    facts = {
        "limited": topic.kind in like["explanation_kinds"]
        and (topic.treatment or "decide") in like["explanation_treatments"]
        and bool(material.explanation),
        "report_limited": topic.kind in like["report_kinds"],
    }
    have = set()
    if count(material.explanation) <= like["explanation_max"]:
        have.add("explanation_length")
    if report_length(material) <= like["report_max"] or material.longer:
        have.add("report_length")
    return facts, have


@transaction.atomic
def material_submit(
    *, material: Material, actor: Actor, at: dt.datetime, version: int | None = None
) -> Material:
    """Send the papers for approval: all parts written, no longer than allowed.

    Errors: Incomplete naming what is missing with the clauses, WrongState, NotAllowed.
    """
    fresh, matter = locked(material)
    topic, _ = locked_topic(fresh.topic_id)
    day = local_day(at)
    facts, have = length_facts(fresh, topic, day)
    if not rules.current().content("meetings.report", day).missing(fresh.report):
        have.add("report")
    if fresh.explanation:
        have.add("explanation")
    ready = ready_of("meetings.material_submit", topic, at=at, facts=facts, have=have)
    refuse_missing(ready, f"送审（起草说明{count(fresh.explanation)}字，汇报材料{report_length(fresh)}字）")
    own = facts_of(topic, at=at)
    fresh.stop = steps_of(WAY, own, day)[0]
    fresh.checked_by = ""
    owed = owed_by(STEP, {**own, "step": fresh.stop}, at=at, body=topic.body)
    ledger.act(
        matter=matter, action="submit", actor=actor, at=at, version=version,
        data={"stop": fresh.stop, "facts": owed},
    )  # fmt: skip
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def material_pass(
    *, material: Material, opinion: str, actor: Actor, at: dt.datetime, version: int | None = None
) -> Material:
    """Check the papers, or approve them at the last stop; whose stop it is, the rulebook says for the kind of meeting.

    Errors: NotAllowed, WrongState. Source: smx-meeting-organisation/4.4, smx-meeting-organisation/4.9
    """
    fresh, matter = locked(material)
    topic, _ = locked_topic(fresh.topic_id)
    day = local_day(at)
    facts = facts_of(topic, at=at)
    if matter.state != "reviewing":
        raise ledger.wrong_state(matter, "pass")
    _require_step(fresh, topic, facts, actor, at)
    said = line(opinion, field="opinion", label="意见", longest=500, required=False)
    way = steps_of(WAY, facts, day)
    place = way.index(fresh.stop) if fresh.stop in way else len(way) - 1
    data: dict[str, Any] = {"stop": fresh.stop, "opinion": said}
    if place + 1 < len(way):
        fresh.stop, fresh.checked_by = way[place + 1], actor.name
        data["facts"] = owed_by(STEP, {**facts, "step": fresh.stop}, at=at, body=topic.body)
        ledger.act(matter=matter, action="pass", actor=actor, at=at, version=version, data=data)
    else:
        fresh.stop, fresh.approved_by, fresh.approved_at = "", actor.name, at
        data["facts"] = {"person": ""}
        ledger.act(matter=matter, action="approve", actor=actor, at=at, version=version, data=data)
    with door():
        fresh.save()
    return fresh


def _require_step(
    material: Material, topic: Topic, facts: Mapping[str, Any], actor: Actor, at: dt.datetime
) -> None:
    """Whose stop it is. The check of a section is any section's of the office that organises meetings."""
    body = topic.body
    if material.stop == "section" and actor.can("meetings.organise"):
        body = Body.objects.filter(pk=actor.body_id or 0).first() or topic.body
    require_signatory(STEP, {**facts, "step": material.stop}, actor=actor, at=at, body=body)


def require_papers_step(material: Material, topic: Topic, *, actor: Actor, at: dt.datetime) -> None:
    """Refuse whoever may neither check these papers now nor, once they are approved, take the approval back.

    Errors: NotAllowed, naming who may.
    """
    facts = facts_of(topic, at=at)
    material.stop = material.stop or steps_of(WAY, facts, local_day(at))[-1]
    _require_step(material, topic, facts, actor, at)


@transaction.atomic
def material_return(*, material: Material, reason: str, actor: Actor, at: dt.datetime) -> Material:
    """Send papers back to be changed; approval falls with it. Not once the topic is on an agenda that is settled.

    Errors: NotAllowed, WrongState, Incomplete.
    """
    fresh, matter = locked(material)
    topic, topic_matter = locked_topic(fresh.topic_id)
    if topic_matter.state == "listed":
        raise WrongState("议题已列入议程，材料不能退回", mend="请先移出议程")
    require_papers_step(fresh, topic, actor=actor, at=at)
    said = line(reason, field="reason", label="退回理由")
    ledger.act(
        matter=matter, action="return", actor=actor, at=at, data={"reason": said, "facts": {"person": ""}}
    )
    fresh.stop, fresh.approved_by, fresh.approved_at = "", "", None
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def material_advance(*, material: Material, to: str, actor: Actor, at: dt.datetime) -> Material:
    """Send papers of wide bearing to leaders to read, ahead of the meeting. Errors: NotAllowed, WrongState, Incomplete.

    Source: smx-executive-meeting/5.1.5
    """
    fresh, matter = locked(material)
    topic, _ = locked_topic(fresh.topic_id)
    require_collector(topic, actor, local_day(at))
    fresh.advance_to = line(to, field="to", label="送阅领导")
    fresh.advance_at = at
    ledger.act(matter=matter, action="advance", actor=actor, at=at, data={"name": fresh.advance_to})
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def material_read(*, material: Material, opinion: str, actor: Actor, at: dt.datetime) -> Material:
    """A leader who read the papers ahead says what they will bring up. Errors: NotAllowed, WrongState, Incomplete."""
    fresh, matter = locked(material)
    require(actor.can("meetings.attend") and actor.can("meetings.read_all"), "填写阅读意见")
    if fresh.advance_at is None:
        raise WrongState("材料没有提前送阅", mend="会上可直接发表意见")
    said = block(opinion, field="opinion", label="意见", longest=2000)
    ledger.act(matter=matter, action="read", actor=actor, at=at, data={"opinion": said})
    fresh.advance_opinion = "\n".join(filter(None, (fresh.advance_opinion, f"{actor.name}：{said}")))
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def material_deliver(*, material: Material, late: str, actor: Actor, at: dt.datetime) -> Material:
    """The office takes in printed papers. After the time set before the meeting that needs a reason.

    Errors: NotAllowed (another section), WrongState (not approved), Incomplete (late without a reason).
    Source: smx-meeting-organisation/4.12, smx-executive-meeting/5.1.4
    """
    fresh, matter = locked(material)
    topic, _ = locked_topic(fresh.topic_id)
    day = local_day(at)
    require_collector(topic, actor, day)
    due = papers_due(topic, day=day)
    behind = due is not None and at > due
    why = line(late, field="late", label="逾期送达的理由", required=False)
    if behind and not why:
        raise Incomplete(
            f"材料应于会前{rules_sessions.setting('meetings.materials', day)['working_days_before']}个工作日送达，已过时限",
            mend="请写明逾期理由", field="late", cite=rules_sessions.cite_of("setting", "meetings.materials", day),
        )  # fmt: skip
    ledger.act(matter=matter, action="deliver", actor=actor, at=at, data={"late": behind, "reason": why})
    fresh.delivered_at, fresh.delivered_by, fresh.late = at, actor.name, why
    with door():
        fresh.save()
    return fresh


def due_before(planned_at: dt.datetime, *, day: dt.date) -> dt.datetime:
    """When papers are due for a meeting: the close of the working day that lies the rule's number before its day.

    Source: smx-meeting-organisation/4.12
    """
    days = rules_sessions.setting("meetings.materials", day)["working_days_before"]
    worktime = rules.current().worktime
    number = worktime.number(local_day(planned_at))
    closing = planned_at
    while days > 0:
        number -= 1
        close = worktime.close(number)
        if close is not None:
            days -= 1
            closing = close
    return closing


def papers_due(topic: Topic, *, day: dt.date) -> dt.datetime | None:
    """When the papers of a topic are due; None while it stands on no agenda."""
    item = AgendaItem.objects.filter(topic=topic, status="waiting").select_related("meeting").last()
    return due_before(item.meeting.planned_at, day=day) if item else None


@transaction.atomic
def material_schedule(
    *, topic: Topic, planned_at: dt.datetime | None, actor: Actor, at: dt.datetime
) -> Material | None:
    """Set, move or lift the day by which the papers of a topic are owed. None: the topic needs none."""
    row = Material.objects.filter(topic=topic).first()
    if row is None:
        return None
    fresh: Material
    fresh, matter = locked(row)
    if matter.facts.get("scheduled"):
        ledger.act(
            matter=matter, action="unschedule", actor=actor, at=at, data={"facts": {"scheduled": False}}
        )
    if planned_at is not None and fresh.delivered_at is None:
        due = due_before(planned_at, day=local_day(at))
        ledger.act(
            matter=matter, action="schedule", actor=actor, at=at,
            data={"facts": {"scheduled": True, "due_set": due.isoformat()}},
        )  # fmt: skip
    return fresh
