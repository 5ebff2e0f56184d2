"""What leaders ask for before they speak, publish or appear, and the activities that rest on it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from luoshi.agenda import rules, states
from luoshi.agenda.models import Activity, Clearance, Delegation
from luoshi.agenda.policies import may_keep_roster, require
from luoshi.agenda.selectors.roster import leader_of, section_of
from luoshi.agenda.services.checks import block
from luoshi.agenda.services.leave import office_of
from luoshi.agenda.services.stops import Request, stops_plan, stops_void
from luoshi.engines.rulebook import UnknownRule
from luoshi.ledger import rules as ledger_rules
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, Refusal, WrongState
from luoshi.ledger.inputs import line
from luoshi.ledger.models import Matter, door
from luoshi.organisation.models import Body, Person, Post
from luoshi.organisation.models.base import in_force
from luoshi.organisation.selectors import local_day

FOREIGN = "foreign"  # kind of activity for which a written commission does as well as an approval


def may_act_for(actor: Actor, person: Person, at: dt.datetime) -> bool:
    """One's own matter; the office for all; a section that prepares papers for the leader whom it serves."""
    if actor.person_id == person.pk or may_keep_roster(actor):
        return True
    leader = leader_of(person.pk, day=local_day(at))
    section = section_of(leader, day=local_day(at)) if leader else None
    return actor.can("agenda.prepare") and section is not None and section.pk == actor.body_id


@transaction.atomic
def clearance_apply(
    *,
    person: Person,
    kind: str,
    subject: str,
    on: dt.date,
    actor: Actor,
    at: dt.datetime,
    text: str = "",
    host: Body | None = None,
    basis: str = "",
) -> Clearance:
    """Ask beforehand for a speech, an article, an appearance or the like on a day.

    text: of the speech or article, or the plan. host: the body that holds the event. basis: what a greeting rests on.
    A kind without stops (a greeting that the Party committee arranged) is granted by its entry.
    Errors: NotAllowed, Incomplete (day past, text or basis missing), WrongState (no procedure for that office).
    Source: smx-work-rules/66.2, smx-work-rules/66.3, xiping-work-rules/54.2, xiping-work-rules/54.3
    """
    require(may_act_for(actor, person, at), "为他人报批")
    day = local_day(at)
    choice = rules.choice("agenda.clearance_kind", day)
    if kind not in choice.values:
        raise Incomplete("请选择报批事项", field="kind")
    office = office_of(person, day)
    terms = rules.setting("agenda.clearance_terms", day)
    if office not in terms.get(kind, ()):
        raise WrongState(
            f"{person.name}的职务不按这一程序报批", mend="市长（县长）本人的讲话、文章按党委程序办理；其他事项请核对类别",
            cite=choice.cite or choice.see,
        )  # fmt: skip
    if on < day:
        raise Incomplete("须事先报批，日期已过", field="on", cite=choice.cite or choice.see)
    words = block(text, field="text", label="内容", required=kind in terms.get("needs_text", ()))
    ground = line(basis, field="basis", label="依据", longest=200, required=False)
    _check_greeting(kind, ground, day)
    facts: dict[str, Any] = {"person": person.pk, "office": office, "kind": kind, "on": on.isoformat()}
    name = line(subject, field="subject", label="名称", longest=200)
    matter = ledger.matter_open(
        kind=states.CLEARANCE, title=f"{person.name}：{choice.label(kind)}《{name}》", body_id=person.body_id,
        actor=actor, at=at, facts=facts, data={"on": on, "host": host.pk if host else None, "document": ground},
    )  # fmt: skip
    row = Clearance(
        matter=matter, jurisdiction=matter.jurisdiction, person=person, body=person.body, office=office, kind=kind,
        subject=name, text=words, on=on, host=host, basis=ground,
    )  # fmt: skip
    with door():
        row.save(force_insert=True)
    about = host or (person.body if office.endswith("_principal") else None)
    route = rules.route("agenda.clearance_route", day)
    stops_plan(
        paper=matter,
        route=route,
        facts=facts,
        request=Request(person, person.body, about),
        actor=actor,
        at=at,
    )
    row.matter.refresh_from_db()
    return row


def _check_greeting(kind: str, basis: str, day: dt.date) -> None:
    """Errors: Refusal for a greeting or an inscription without the Party committee's arrangement.

    Source: xiping-work-rules/65.1
    """
    try:
        gate = ledger_rules.current().gate("agenda.greeting", day)
    except UnknownRule:
        return
    for need in gate.missing({"kind": kind}, {"basis"} if basis else set()):
        raise Refusal(f"缺少{need.title}", mend=need.mend, cite=need.cite, field="basis")


def granted(paper: Matter, actor: Actor, at: dt.datetime) -> None:
    """All have agreed. Errors: WrongState when the day is past: nothing is approved afterwards."""
    row = Clearance.objects.get(pk=paper.pk)
    if row.on < local_day(at):
        raise WrongState("活动或发表的日期已过，不能事后核准", mend="可以不同意，或请报批人撤回")
    ledger.act(matter=paper, action="grant", actor=actor, at=at)


@transaction.atomic
def clearance_withdraw(*, clearance: Clearance, actor: Actor, at: dt.datetime) -> Clearance:
    """Take a request back before it is decided. Errors: NotAllowed, WrongState."""
    row: Clearance = Clearance.objects.select_related("matter", "person").get(pk=clearance.pk)
    require(may_act_for(actor, row.person, at), "撤回他人的报批事项")
    ledger.act(matter=row.matter, action="withdraw", actor=actor, at=at)
    stops_void(paper=row.matter, at=at)
    return row


@transaction.atomic
def activity_plan(
    *,
    person: Person,
    activity: str,
    subject: str,
    on: dt.date,
    actor: Actor,
    at: dt.datetime,
    host: Body | None = None,
    clearance: Clearance | None = None,
) -> Activity:
    """Enter into a leader's agenda that they appear at something on a day.

    What the rulebook lets nobody attend without approval needs a granted clearance of that leader for that day and
    kind. A department's own meeting needs none where the leader holds a post there; being in charge is not a post.
    Errors: NotAllowed, Incomplete, Refusal (no approval, with the clause).
    Source: xiping-work-rules/8.3, xiping-work-rules/46.4, xiping-work-rules/46.5, xiping-work-rules/46.6
    """
    require(may_act_for(actor, person, at), "安排其他领导的活动")
    day = local_day(at)
    choice = rules.choice("agenda.activity", day)
    if activity not in choice.values:
        raise Incomplete("请选择活动类别", field="activity")
    leader = leader_of(person.pk, day=day)
    if leader is None:
        raise Incomplete(f"{person.name}不在领导名单中", field="person")
    if on < day:
        raise Incomplete("活动日期已过", field="on")
    if activity == "department_meeting" and host is None:
        raise Incomplete("请选择召开会议的部门", field="host")
    name = line(subject, field="subject", label="名称", longest=200)
    holds = host is not None and Post.objects.filter(in_force(on), person=person, body=host).exists()
    facts = {"office": leader.office, "activity": activity, "holds_post": holds}
    rests = clearance is not None and _covers(clearance, person, on)
    have = {clearance.kind} if clearance is not None and rests else set()
    if activity == FOREIGN and _commissioned(person, on):
        have.add("attend")
    gate = ledger_rules.current().gate("agenda.attend", day)
    for need in gate.missing(facts, have):
        raise Refusal(f"缺少{need.title}", mend=need.mend, cite=need.cite, field="clearance")
    matter = ledger.matter_open(
        kind=states.ACTIVITY, title=f"{person.name}：{name}", body_id=person.body_id, actor=actor, at=at,
        facts={**facts, "person": person.pk}, data={"on": on, "name": name},
    )  # fmt: skip
    row = Activity(
        matter=matter, jurisdiction=matter.jurisdiction, person=person, activity=activity, subject=name, on=on,
        host=host, clearance=clearance if rests else None,
    )  # fmt: skip
    with door():
        row.save(force_insert=True)
    return row


def _commissioned(person: Person, on: dt.date) -> bool:
    """Whether the mayor commissioned somebody in writing to represent the government on that day."""
    rows = Delegation.objects.filter(
        to=person, kind=Delegation.Kind.COMMISSION, since__lte=on, until__gte=on, matter__state="in_force",
        powers__contains=["represent"],
    )  # fmt: skip
    return bool(rows.exists())


def _covers(clearance: Clearance, person: Person, on: dt.date) -> bool:
    return clearance.matter.state == "granted" and clearance.person_id == person.pk and clearance.on == on


@transaction.atomic
def activity_cancel(*, activity: Activity, reason: str, actor: Actor, at: dt.datetime) -> Activity:
    """Take something out of a leader's agenda. Errors: NotAllowed, WrongState, Incomplete (no reason)."""
    row: Activity = Activity.objects.select_related("matter", "person").get(pk=activity.pk)
    require(may_act_for(actor, row.person, at), "取消其他领导的活动")
    said = line(reason, field="reason", label="取消原因", longest=300)
    ledger.act(matter=row.matter, action="cancel", actor=actor, at=at, data={"reason": said})
    return row
