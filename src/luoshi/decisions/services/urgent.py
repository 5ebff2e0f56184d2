"""What could not wait: decided by one or a few, confirmed by the mayor, reported to the next executive meeting."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction

from luoshi.decisions import rules, states, who
from luoshi.decisions.models import Decision, Sitting, Urgent
from luoshi.decisions.policies import may_record, may_speak, require
from luoshi.decisions.services.checks import block, line
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import SYSTEM, Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import locked
from luoshi.ledger.models import Matter, door
from luoshi.meetings import services as meetings
from luoshi.organisation.models import Body

TIERS = {"person": "紧急先行决定", "meeting": "市长办公会紧急决定", "disposition": "临时处置"}


def _check_tier(tier: str, at: dt.datetime) -> None:
    if tier not in rules.setting("decisions.urgent", at)["tiers"]:
        raise WrongState(
            "规定没有这种先行决定的例外，未上会不得形成决定",
            mend="请提交有权决定的会议",
            cite=rules.cite_of("setting", "decisions.forum", at),
        )


@transaction.atomic
def urgent_take(
    *,
    title: str,
    text: str,
    reason: str,
    deciders: str,
    actor: Actor,
    at: dt.datetime,
    tier: str = "person",
    decision: Decision | None = None,
    unfinished: bool = False,
) -> Urgent:
    """Note what one or a few decided because a grave event or an emergency could not wait, with the reason.

    tier: person, or disposition (a temporary measure while a decision is carried out; it does not change the
    decision). unfinished: something remains that must be decided anew. From now on it is owed to be reported.
    Errors: NotAllowed, Incomplete, WrongState (the rulebook knows no such exception).
    Source: smx-major-decisions/4.0.3, smx-major-decisions/4.4.3.2
    """
    require(may_speak(actor) or may_record(actor), "登记紧急决定")
    if tier not in ("person", "disposition"):
        raise Incomplete("类型不在列出的范围内", field="tier")
    _check_tier(tier, at)
    if tier == "disposition" and (decision is None or decision.matter.state not in states.TAKEN):
        raise Incomplete("临时处置须指明正在执行的决定", field="decision")
    said = {
        "deciders": line(deciders, field="deciders", label="决定人", longest=200),
        "text": block(text, field="text", label="决定内容", longest=4000),
        "reason": block(reason, field="reason", label="紧急理由", longest=4000),
    }
    return _open(line(title, field="title", label="标题"), tier, said, decision, unfinished, actor, at)


def _open(
    title: str,
    tier: str,
    said: dict[str, str],
    decision: Decision | None,
    unfinished: bool,
    actor: Actor,
    at: dt.datetime,
) -> Urgent:
    matter = ledger.matter_open(
        kind=states.URGENT, title=title, body_id=actor.body_id or (decision.body_id if decision else None),
        actor=actor, at=at, secrecy=decision.matter.secrecy if decision else "",
        data={"tier": tier, "decision": decision.pk if decision else None, **said},
    )  # fmt: skip
    with door():
        made: Urgent = Urgent.objects.create(
            matter=matter, jurisdiction=matter.jurisdiction, decision=decision, tier=tier,
            unfinished=unfinished, **said,
        )  # fmt: skip
    return made


def urgent_after_meeting(*, decision: Decision, sitting: Sitting, actor: Actor, at: dt.datetime) -> Urgent:
    """What the mayor's office meeting decided as urgent is owed to be reported; the mayor or whom the mayor
    commissioned was in the chair, which confirms it."""
    said = {
        "deciders": sitting.chair.name,
        "text": sitting.conclusion,
        "reason": f"紧急事项，由{sitting.meeting.title}决定",
    }
    made = _open(decision.matter.title, "meeting", said, decision, False, actor, at)
    return urgent_confirm(urgent=made, actor=SYSTEM, at=at, by=sitting.chair.name)


@transaction.atomic
def urgent_confirm(*, urgent: Urgent, actor: Actor, at: dt.datetime, by: str = "") -> Urgent:
    """The mayor, or who acts for the mayor, confirms that it was an emergency; it then stands first on the reports.

    Errors: NotAllowed (naming who confirms), WrongState.
    Source: smx-major-decisions/4.0.4
    """
    fresh, matter = locked(urgent)
    note = who.sign("decisions.confirm_urgent", actor=actor, at=at)
    ledger.act(matter=matter, action="confirm", actor=actor, at=at, data={"capacity": note})
    with door():
        fresh.confirmed_at, fresh.confirmed_by = at, by or actor.name
        fresh.save()
    return _list_first(fresh, at)


def _list_first(urgent: Urgent, at: dt.datetime) -> Urgent:
    """It becomes a topic of the next executive meeting by itself; there nothing is decided before it was reported."""
    rule = rules.setting("decisions.urgent", at)
    office = Body.objects.filter(code=rule["office"], active=True).first()
    if office is None:
        return urgent
    topic = meetings.topic_propose(
        title=f"通报：{urgent.matter.title}"[:200], kind=str(rule["report_to"]), category=str(rule["category"]),
        body=office, actor=SYSTEM, at=at, source=urgent.matter, brief=urgent.text, research=urgent.reason,
        points=[f"通报{TIERS[urgent.tier]}"],
    )  # fmt: skip
    return urgent_list(urgent=urgent, topic=topic.matter, actor=SYSTEM, at=at)


def first_to_report(kind: str, *, at: dt.datetime) -> Urgent | None:
    """What a meeting of this kind must hear before it decides anything; None where nothing is owed to it."""
    rule = rules.setting("decisions.urgent", at)
    if not rule["first"] or kind != rule["report_to"]:
        return None
    rows = Urgent.objects.filter(jurisdiction=settings.JURISDICTION, matter__state="confirmed")
    found: Urgent | None = rows.select_related("matter").order_by("pk").first()
    return found


@transaction.atomic
def urgent_deny(*, urgent: Urgent, reason: str, actor: Actor, at: dt.datetime) -> Urgent:
    """The mayor finds that it was no emergency: what was decided does not stand as a decision.

    Errors: NotAllowed, Incomplete, WrongState.
    """
    fresh, matter = locked(urgent)
    who.sign("decisions.confirm_urgent", actor=actor, at=at)
    why = block(reason, field="reason", label="理由", longest=2000)
    ledger.act(matter=matter, action="deny", actor=actor, at=at, data={"reason": why})
    return fresh


@transaction.atomic
def urgent_list(*, urgent: Urgent, topic: Matter, actor: Actor, at: dt.datetime) -> Urgent:
    """Note under which topic it will be reported. Errors: NotAllowed, WrongState."""
    fresh, matter = locked(urgent)
    ledger.act(matter=matter, action="list", actor=actor, at=at, data={"topic": topic.pk})
    with door():
        fresh.topic = topic
        fresh.save()
    return fresh


@transaction.atomic
def urgent_report(
    *, urgent: Urgent, meeting_kind: str, meeting: str, actor: Actor, at: dt.datetime
) -> Urgent:
    """Note that it was reported to the kind of meeting that the rulebook names; until then it is owed.

    Errors: NotAllowed, Incomplete (another kind of meeting), WrongState (not confirmed yet).
    Source: smx-major-decisions/4.0.4
    """
    fresh, matter = locked(urgent)
    if meeting_kind != rules.setting("decisions.urgent", at)["report_to"]:
        raise Incomplete(
            "紧急决定和临时处置须向常务会议通报",
            cite=rules.cite_of("setting", "decisions.urgent", at),
            field="meeting_kind",
        )
    place = line(meeting, field="meeting", label="会议届次", longest=120)
    ledger.act(matter=matter, action="report", actor=actor, at=at, data={"what": place})
    with door():
        fresh.reported_at, fresh.reported_to = at, place
        fresh.save()
    return fresh
