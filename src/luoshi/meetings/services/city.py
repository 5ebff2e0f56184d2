"""City-wide meetings: applied for with a proposal, or registered by a department; approved, held, reported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from luoshi.agenda.selectors import leaders_on
from luoshi.ledger import rules
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.inputs import locked
from luoshi.ledger.models import door
from luoshi.meetings import rules_sessions, states_topics
from luoshi.meetings.models import CityMeeting
from luoshi.meetings.policies_topics import may_propose, require
from luoshi.meetings.selectors.city import city_facts, city_have
from luoshi.meetings.selectors.ready import Ready, refuse_missing
from luoshi.meetings.services.checks_sessions import block, line
from luoshi.meetings.services.checks_topics import owed_by, require_signatory, steps_of
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import local_day

WAY = "meetings.city_review"
STEP = "meetings.city_step"
TEXTS = {"necessity": "召开理由", "audience": "收听收看范围", "findings": "研究形成的意见"}
LINES = {
    "form_reason": "会议形式说明", "heads_reason": "邀请的理由", "leaders_reason": "安排领导出席的理由",
    "second": "年内再次召开的理由", "superior_notice": "通知文件",
}  # fmt: skip
FLAGS = ("heads", "township_heads", "department_matter")


def proposal_fields(at: dt.datetime) -> tuple[tuple[str, str], ...]:
    """What a proposal holds besides the name, by key and label. Source: smx-meeting-approval/3.1.1"""
    content = rules.current().content("meetings.city_proposal", local_day(at))
    return tuple((one.key, one.label) for one in content.fields if one.key != "name")


def _fill(row: CityMeeting, given: Mapping[str, Any], at: dt.datetime) -> None:
    """Take over the fields that were given, each checked. Errors: Incomplete naming the field."""
    day = local_day(at)
    if given["sort"] not in rules_sessions.choice("meetings.city_sort", day).values:
        raise Incomplete("请选择会议类别", field="sort")
    if given["form"] not in rules_sessions.choice("meetings.city_form", day).values:
        raise Incomplete("请选择会议形式", field="form")
    row.sort, row.form = given["sort"], given["form"]
    row.starts_at = given.get("starts_at")
    row.year = local_day(row.starts_at or at).year
    for key, label in TEXTS.items():
        setattr(row, key, block(given.get(key, ""), field=key, label=label, required=False))
    for key, label in LINES.items():
        setattr(row, key, line(given.get(key, ""), field=key, label=label, required=False))
    for key in FLAGS:
        setattr(row, key, bool(given.get(key, False)))
    texts = given.get("proposal", {})
    row.proposal = {
        key: block(texts.get(key, ""), field=key, label=label, longest=4000, required=False)
        for key, label in proposal_fields(at)
    }
    known = {leader.person_id for leader in leaders_on(day)}
    row.leaders_attend = [pk for pk in given.get("leaders", ()) if pk in known]


@transaction.atomic
def city_open(*, title: str, body: Body, actor: Actor, at: dt.datetime, **given: Any) -> CityMeeting:
    """Draw up a city-wide meeting: sort, form, starts_at, proposal (by the parts of the rulebook), and what else applies.

    given: necessity, heads (heads of counties are to come) and heads_reason, township_heads, leaders (person ids) and
    leaders_reason, second, superior_notice, audience, form_reason, department_matter.
    Errors: NotAllowed (for another body), Incomplete.
    """
    require(may_propose(actor) and actor.body_id in (None, body.pk), "为其他单位申报会议")
    like = rules_sessions.setting("meetings.city", local_day(at))
    name = line(title, field="title", label="会议名称", longest=200)
    matter = ledger.matter_open(
        kind=states_topics.CITY, title=name, body_id=body.pk, actor=actor, at=at,
        facts={"sort": given.get("sort", "")}, data={"document": like["document"], "what": name},
    )  # fmt: skip
    row = CityMeeting(matter=matter, jurisdiction=matter.jurisdiction, body=body)
    _fill(row, given, at)
    with door():
        row.save(force_insert=True)
        row.members.set(given.get("members", ()))
    return row


@transaction.atomic
def city_edit(
    *,
    city: CityMeeting,
    title: str,
    actor: Actor,
    at: dt.datetime,
    version: int | None = None,
    **given: Any,
) -> CityMeeting:
    """Change a city-wide meeting before it is put up, or after it was sent back. Errors: WrongState, NotAllowed, Incomplete."""
    fresh, matter = locked(city)
    _fill(fresh, given, at)
    name = line(title, field="title", label="会议名称", longest=200)
    ledger.act(
        matter=matter, action="edit", actor=actor, at=at, version=version, changes={"title": name},
        data={"facts": {"sort": fresh.sort}},
    )  # fmt: skip
    with door():
        fresh.save()
        fresh.members.set(given.get("members", ()))
    return fresh


def city_ready(city: CityMeeting, action: str, *, at: dt.datetime) -> Ready:
    """What is asked before a city-wide meeting is put up (submit) or registered (register), and what is missing."""
    gate = rules_sessions.gate(f"meetings.city_{action}", local_day(at))
    if gate is None:
        return Ready(None, (), (), ())
    facts, have = city_facts(city, at=at), city_have(city, at=at)
    return Ready(gate, gate.asked(facts), gate.missing(facts, have), gate.advised(facts, have))


@transaction.atomic
def city_submit(
    *, city: CityMeeting, actor: Actor, at: dt.datetime, version: int | None = None
) -> CityMeeting:
    """Hand the proposal in, as a request (请示) to the government office; there is no other form to fill.

    Errors: Incomplete naming what is missing with the clauses (also where no approval is needed), WrongState, NotAllowed.
    Source: smx-meeting-approval/1.2, smx-meeting-approval/3.1.2
    """
    fresh, matter = locked(city)
    _require_proposer(fresh, actor, at)
    refuse_missing(city_ready(fresh, "submit", at=at), "报送会议建议方案")
    facts = city_facts(fresh, at=at)
    fresh.stop = steps_of(WAY, facts, local_day(at))[0]
    like = rules_sessions.setting("meetings.city", local_day(at))
    owed = owed_by(STEP, {**facts, "step": fresh.stop}, at=at, body=fresh.body)
    ledger.act(
        matter=matter, action="submit", actor=actor, at=at, version=version,
        data={"document": like["document"], "to": like["recipient"], "stop": fresh.stop, "facts": owed},
    )  # fmt: skip
    with door():
        fresh.save()
    return fresh


def _require_proposer(city: CityMeeting, actor: Actor, at: dt.datetime) -> None:
    """Some sorts are proposed by the government office itself. Errors: NotAllowed. Source: xiping-work-rules/41.5"""
    like = rules_sessions.setting("meetings.city", local_day(at))
    if city.sort in like.get("office_proposes", ()) and not (
        actor.can("meetings.organise") or actor.kind.value == "system"
    ):
        raise NotAllowed(
            "这类会议由政府办公室提出建议方案", mend="请商政府办公室",
            cite=rules_sessions.cite_of("route", WAY, local_day(at)),
        )  # fmt: skip


@transaction.atomic
def city_pass(
    *, city: CityMeeting, opinion: str, actor: Actor, at: dt.datetime, version: int | None = None
) -> CityMeeting:
    """Check or countersign the proposal, or approve it at the last stop. Errors: NotAllowed, WrongState, Incomplete.

    Source: smx-meeting-approval/2.2, smx-meeting-approval/3.2, smx-work-rules/57.4
    """
    fresh, matter = locked(city)
    if matter.state != "reviewing":
        raise ledger.wrong_state(matter, "pass")
    facts = city_facts(fresh, at=at)
    note = require_signatory(STEP, {**facts, "step": fresh.stop}, actor=actor, at=at, body=fresh.body)
    said = line(opinion, field="opinion", label="意见", longest=500)
    way = steps_of(WAY, facts, local_day(at))
    place = way.index(fresh.stop)
    data: dict[str, Any] = {"stop": fresh.stop, "opinion": said, "remark": note}
    if place + 1 < len(way):
        fresh.stop = way[place + 1]
        data["facts"] = owed_by(STEP, {**facts, "step": fresh.stop}, at=at, body=fresh.body)
        ledger.act(matter=matter, action="pass", actor=actor, at=at, version=version, data=data)
    else:
        fresh.stop, fresh.approved_by, fresh.approved_at = "", actor.name, at
        data["facts"] = {"person": ""}
        ledger.act(matter=matter, action="approve", actor=actor, at=at, version=version, data=data)
    with door():
        fresh.save()
    return fresh


def _back(city: CityMeeting, action: str, reason: str, actor: Actor, at: dt.datetime) -> CityMeeting:
    fresh, matter = locked(city)
    facts = {**city_facts(fresh, at=at), "step": fresh.stop}
    if matter.state == "reviewing":
        require_signatory(STEP, facts, actor=actor, at=at, body=fresh.body)
    said = line(reason, field="reason", label="理由")
    ledger.act(
        matter=matter, action=action, actor=actor, at=at, data={"reason": said, "facts": {"person": ""}}
    )
    fresh.stop = ""
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def city_return(*, city: CityMeeting, reason: str, actor: Actor, at: dt.datetime) -> CityMeeting:
    """Send a proposal back to be changed; whoever it stands with does. Errors: NotAllowed, WrongState, Incomplete."""
    return _back(city, "return", reason, actor, at)


@transaction.atomic
def city_refuse(*, city: CityMeeting, reason: str, actor: Actor, at: dt.datetime) -> CityMeeting:
    """Refuse a meeting: not of city-wide weight, or a department's own business. Errors: NotAllowed, WrongState, Incomplete."""
    return _back(city, "refuse", reason, actor, at)


@transaction.atomic
def city_register(*, city: CityMeeting, actor: Actor, at: dt.datetime) -> CityMeeting:
    """Register a meeting that needs no approval: a department's own, a sub-venue of a tele-conference, a joint meeting.

    A department's second one in a year, or one to which heads of counties are invited, is put up for approval instead.
    Errors: Incomplete naming what stands against it with the clauses, WrongState, NotAllowed.
    Source: smx-work-rules/57.3, smx-work-rules/57.6, smx-meeting-approval/3.3
    """
    fresh, matter = locked(city)
    refuse_missing(city_ready(fresh, "register", at=at), "登记")
    ledger.act(matter=matter, action="register", actor=actor, at=at, data={"what": matter.title})
    return fresh


@transaction.atomic
def city_hold(*, city: CityMeeting, actor: Actor, at: dt.datetime) -> CityMeeting:
    """Note that the meeting took place. Errors: WrongState, NotAllowed."""
    fresh, matter = locked(city)
    ledger.act(matter=matter, action="hold", actor=actor, at=at)
    return fresh


@transaction.atomic
def city_report(
    *,
    city: CityMeeting,
    report: Mapping[str, str],
    important: bool,
    actor: Actor,
    at: dt.datetime,
) -> CityMeeting:
    """What a joint meeting came to, by the parts that the rulebook names; important things go to the leader in charge.

    Errors: Incomplete, WrongState (not held; no joint meeting), NotAllowed.
    Source: smx-smart-city/2.3.1a, smx-smart-city/3.1.2, xiping-work-rules/41.9, xiping-work-rules/41.10
    """
    fresh, matter = locked(city)
    day = local_day(at)
    like = rules_sessions.setting("meetings.city", day)
    if fresh.sort not in like["reported"]:
        raise WrongState("只有联席会议须报送研究意见", mend="其他会议登记召开即可")
    content = rules.current().content("meetings.joint_report", day)
    lacking = content.missing(report)
    if lacking:
        raise Incomplete(f"请填写{lacking[0].label}", field=lacking[0].key, cite=content.cite)
    parts = [f"{one.label}：{report[one.key].strip()}" for one in content.fields]
    fresh.findings, fresh.findings_important = "\n".join(parts), important
    owed = owed_by(STEP, {"step": "settle"}, at=at, body=fresh.body)
    ledger.act(
        matter=matter, action="report", actor=actor, at=at,
        data={"text": fresh.findings, "important": important, "facts": owed},
    )  # fmt: skip
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def city_settle(*, city: CityMeeting, opinion: str, actor: Actor, at: dt.datetime) -> CityMeeting:
    """The leader in charge settles what a joint meeting came to in important matters. Errors: NotAllowed, WrongState.

    Source: xiping-work-rules/41.10
    """
    fresh, matter = locked(city)
    require_signatory(STEP, {"step": "settle"}, actor=actor, at=at, body=fresh.body)
    said = line(opinion, field="opinion", label="审定意见", longest=500)
    ledger.act(matter=matter, action="settle", actor=actor, at=at, data={"opinion": said})
    return fresh


@transaction.atomic
def city_cancel(*, city: CityMeeting, reason: str, actor: Actor, at: dt.datetime) -> CityMeeting:
    """Call a city-wide meeting off. Errors: NotAllowed, WrongState, Incomplete."""
    fresh, matter = locked(city)
    said = line(reason, field="reason", label="理由")
    ledger.act(matter=matter, action="cancel", actor=actor, at=at, data={"reason": said})
    return fresh
