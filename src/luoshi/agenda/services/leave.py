"""Leave: asked for, granted by those whom the rulebook names, filed, and ended by the return."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from luoshi.agenda import rules, states
from luoshi.agenda.models import Leave
from luoshi.agenda.policies import is_own, may_keep_roster, require
from luoshi.agenda.selectors.roster import leader_of
from luoshi.agenda.services.absences import absence_end, absence_hold, tell_leaders
from luoshi.agenda.services.stops import Request, stops_plan, stops_void
from luoshi.ledger import rules as ledger_rules
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import line
from luoshi.ledger.models import Matter, door
from luoshi.organisation.models import Body, Person, Post
from luoshi.organisation.models.base import in_force
from luoshi.organisation.selectors import local_day

UNIT, TOWNSHIP = "unit_principal", "township_principal"
TOWNSHIPS = (Body.Kind.COUNTY, Body.Kind.COMMITTEE)
OPEN = ("applied", "granted")


def office_of(person: Person, day: dt.date) -> str:
    """The office in which somebody asks: a leading one, the principal of a unit or of a township; "" for others."""
    leader = leader_of(person.pk, day=day)
    if leader is not None:
        return leader.office
    post = (
        Post.objects.filter(in_force(day), person=person, kind=Post.Kind.PRINCIPAL_LEADER)
        .exclude(body__kind=Body.Kind.SECTION)
        .select_related("body")
        .first()
    )
    if post is None:
        return ""
    return TOWNSHIP if post.body.kind in TOWNSHIPS else UNIT


def moment(day: dt.date, time: dt.time = dt.time.min) -> dt.datetime:
    """A moment of a day in the city."""
    return dt.datetime.combine(day, time, tzinfo=ledger_rules.current().worktime.tz)


@transaction.atomic
def leave_apply(
    *,
    person: Person,
    kind: str,
    reason: str,
    destination: str,
    leaves_seat: bool,
    starts_on: dt.date,
    ends_on: dt.date,
    actor: Actor,
    at: dt.datetime,
    late_reason: str = "",
) -> Leave:
    """Ask for leave for the days from starts_on to ends_on, both included; it goes to those who approve.

    Errors: NotAllowed (for somebody else), Incomplete (dates, reason; too late without saying why), WrongState (no
    procedure for that office, or another leave in those days).
    Source: smx-secretary-rules/3.5.0, smx-secretary-rules/3.5.3, xiping-work-rules/55.1
    """
    require(actor.person_id == person.pk or may_keep_roster(actor), "为他人申请请假")
    day = local_day(at)
    office = office_of(person, day)
    route = rules.route("agenda.leave_route", day)
    facts: dict[str, Any] = {"person": person.pk, "office": office, "kind": kind, "leaves_seat": leaves_seat}
    if not office or not route.steps_for(facts):
        raise WrongState(
            "现行规则没有规定这一职务在系统内请假的程序",
            mend="外出由市长办登记；单位工作人员按本单位规定办理",
        )
    terms = rules.setting("agenda.leave_terms", day)
    late = _late(terms, office, leaves_seat, starts_on, day)
    why = line(late_reason, field="late_reason", label="理由", longest=300, required=False)
    if late and not why:
        cite = ledger_rules.current().setting("agenda.leave_terms", day).cite
        raise Incomplete(
            f"离开任职所在地须提前{terms['notice_days']}天申请和报备", mend="晚于时限的，请写明理由",
            field="late_reason", cite=cite,
        )  # fmt: skip
    others = terms.get("absent_approver", {}).get(office) == "others"
    leave = _open(
        person, office, kind, reason, destination, leaves_seat, (starts_on, ends_on), why,
        {**facts, "others_suffice": others}, actor=actor, at=at,
    )  # fmt: skip
    request = Request(person, leave.body, leave.body)
    stops_plan(paper=leave.matter, route=route, facts=facts, request=request, actor=actor, at=at)
    leave.matter.refresh_from_db()
    return leave


def _late(terms: Any, office: str, leaves_seat: bool, starts_on: dt.date, day: dt.date) -> bool:
    """Whether an application comes later than the days of notice that the office owes when leaving the seat."""
    bound = office in terms.get("filing", ()) and leaves_seat
    return bool(bound and starts_on - day < dt.timedelta(days=terms["notice_days"]))


def _open(
    person: Person,
    office: str,
    kind: str,
    reason: str,
    destination: str,
    leaves_seat: bool,
    days: tuple[dt.date, dt.date],
    late_reason: str,
    facts: dict[str, Any],
    *,
    actor: Actor,
    at: dt.datetime,
) -> Leave:
    starts_on, ends_on = days
    if kind not in rules.choice("agenda.leave_kind", local_day(at)).values:
        raise Incomplete("请选择外出类别", field="kind")
    if ends_on < starts_on:
        raise Incomplete("结束日期不能早于开始日期", field="ends_on")
    if ends_on < local_day(at):
        raise Incomplete("外出已经结束，不能事后补请", mend="请核对日期", field="ends_on")
    twin = Leave.objects.filter(
        person=person, matter__state__in=OPEN, starts_on__lte=ends_on, ends_on__gte=starts_on
    ).first()
    if twin is not None:
        raise WrongState(
            f"{twin.starts_on:%-m月%-d日}至{twin.ends_on:%-m月%-d日}已有外出登记", mend="请先撤回、取消或销假"
        )
    label = rules.choice("agenda.leave_kind", local_day(at)).label(kind)
    words = line(reason, field="reason", label="事由", longest=300)
    place = line(destination, field="destination", label="去往地点", longest=100)
    matter = ledger.matter_open(
        kind=states.LEAVE, title=f"{person.name}{label}（{starts_on:%-m月%-d日}至{ends_on:%-m月%-d日}）",
        body_id=person.body_id, actor=actor, at=at, facts=facts,
        data={"reason": words, "starts_on": starts_on, "ends_on": ends_on, "late_reason": late_reason},
    )  # fmt: skip
    leave = Leave(
        matter=matter, jurisdiction=matter.jurisdiction, person=person, body=person.body, office=office, kind=kind,
        reason=words, destination=place, leaves_seat=leaves_seat, starts_on=starts_on, ends_on=ends_on,
        late_reason=late_reason,
    )  # fmt: skip
    with door():
        leave.save(force_insert=True)
    return leave


@transaction.atomic
def leave_register(
    *,
    person: Person,
    kind: str,
    reason: str,
    destination: str,
    leaves_seat: bool,
    starts_on: dt.date,
    ends_on: dt.date,
    actor: Actor,
    at: dt.datetime,
    stands_in: bool | None = None,
) -> Leave:
    """The office enters that a leader goes away, where no leave has to be asked for in the system.

    stands_in: whether others act meanwhile where the rulebook leaves it open (a leader who stays in the place).
    Errors: NotAllowed, WrongState (the office has a procedure of its own), Incomplete.
    """
    require(may_keep_roster(actor), "登记领导外出")
    day = local_day(at)
    leader = leader_of(person.pk, day=day)
    if leader is None:
        raise Incomplete(f"{person.name}不在领导名单中", mend="只登记名单中的领导", field="person")
    facts: dict[str, Any] = {
        "person": person.pk, "office": leader.office, "kind": kind, "leaves_seat": leaves_seat,
    }  # fmt: skip
    route = rules.route("agenda.leave_route", day)
    if route.steps_for(facts):
        raise WrongState(
            f"{leader.get_office_display()}外出须经请假审批，不能直接登记", mend="请由本人或代其申请请假"
        )
    leave = _open(
        person, leader.office, kind, reason, destination, leaves_seat, (starts_on, ends_on), "", facts,
        actor=actor, at=at,
    )  # fmt: skip
    _settle(leave, "register", actor=actor, at=at, stands_in=stands_in)
    return leave


def granted(paper: Matter, actor: Actor, at: dt.datetime) -> None:
    """All have agreed: the leave holds, with what is owed before and after it.

    Source: smx-secretary-rules/3.5.0
    """
    leave = Leave.objects.select_related("person__body", "matter").get(pk=paper.pk)
    leave.matter = paper
    _settle(leave, "grant", actor=actor, at=at)


def _settle(
    leave: Leave, action: str, *, actor: Actor, at: dt.datetime, stands_in: bool | None = None
) -> None:
    day = local_day(at)
    terms = rules.setting("agenda.leave_terms", day)
    filing = filing_owed(leave, day)
    until = moment(leave.ends_on, dt.time(23, 59, 59))
    data: dict[str, Any] = {
        "person": leave.person_id,
        "filing": filing,
        "return_owed": leave.office in terms.get("return_owed", ()),
        "away_until": until,
        "file_by": moment(file_by(leave, day), dt.time(23, 59, 59)),
    }
    facts = {"filing": filing}
    ledger.act(matter=leave.matter, action=action, actor=actor, at=at, data={**data, "facts": facts})
    absence = absence_hold(leave=leave, stands_in=stands_in, actor=actor, at=at)
    tell_leaders(leave=leave, absence=absence, at=at)


def filing_owed(leave: Leave, day: dt.date) -> bool:
    """Whether the leave must be filed (报备): by office, and only when the seat is left where the rulebook says so."""
    terms = rules.setting("agenda.leave_terms", day)
    only = terms.get("filing_only_when_leaving_seat", False)
    return leave.office in terms.get("filing", ()) and (leave.leaves_seat or not only)


def file_by(leave: Leave, day: dt.date) -> dt.date:
    """The last day on which filing is in time; not before the day that is asked about where that is past already."""
    notice = rules.setting("agenda.leave_terms", day).get("notice_days", 0)
    return max(day, leave.starts_on - dt.timedelta(days=notice))


def _fresh(leave: Leave) -> Leave:
    ledger.lock(leave.pk)
    fresh: Leave = Leave.objects.select_related("person", "matter", "body").get(pk=leave.pk)
    return fresh


@transaction.atomic
def leave_file(*, leave: Leave, to: str, actor: Actor, at: dt.datetime, late_reason: str = "") -> Leave:
    """File a granted leave with the office that the rulebook's choice names.

    Errors: NotAllowed, WrongState (not granted yet, or not owed), Incomplete (late without a reason).
    Source: smx-secretary-rules/3.5.3, xiping-work-rules/55.3
    """
    fresh = _fresh(leave)
    day = local_day(at)
    if fresh.matter.state == "applied":
        raise WrongState("先请假，经批准后再报备", mend="请等待批准", cite=_cite("agenda.leave_terms", day))
    if fresh.filed_at is not None:
        raise WrongState("已经报备", mend="请刷新页面")
    if fresh.matter.state == "granted" and not filing_owed(fresh, day):
        raise WrongState("不离开任职所在地的，只须批准，不须报备", mend="无需办理")
    choice = rules.choice("agenda.filing", day)
    if to not in choice.values:
        raise Incomplete("请选择报备对象", field="to")
    notice = rules.setting("agenda.leave_terms", day).get("notice_days", 0)
    late = day > fresh.starts_on - dt.timedelta(days=notice)
    why = (
        line(late_reason, field="late_reason", label="理由", longest=300, required=False) or fresh.late_reason
    )
    if late and not why:
        raise Incomplete(
            "已晚于报备时限", mend="请写明理由", field="late_reason", cite=_cite("agenda.leave_terms", day)
        )
    label = choice.label(to)
    ledger.act(
        matter=fresh.matter,
        action="file",
        actor=actor,
        at=at,
        data={"what": label, "reason": why if late else ""},
    )
    fresh.filed_to, fresh.filed_at, fresh.late_reason = label, at, why
    with door():
        fresh.save(update_fields=["filed_to", "filed_at", "late_reason"])
    return fresh


def _cite(setting: str, day: dt.date) -> tuple[str, ...]:
    return ledger_rules.current().setting(setting, day).cite


@transaction.atomic
def leave_return(*, leave: Leave, returned_on: dt.date, actor: Actor, at: dt.datetime) -> Leave:
    """Enter the return (销假): the absence and everything that others do meanwhile end with it.

    Errors: NotAllowed, Incomplete (a day before the start or in the future), WrongState (not filed, though it had to be).
    Source: smx-secretary-rules/3.5.0
    """
    fresh = _fresh(leave)
    day = local_day(at)
    if returned_on > day or returned_on < fresh.starts_on:
        raise Incomplete("返回日期应在外出开始之后、今天之前（含今天）", field="returned_on")
    if fresh.matter.state == "granted" and fresh.matter.facts.get("filing") and fresh.filed_at is None:
        cite = _cite("agenda.leave_terms", day)
        raise WrongState("还没有报备，不能销假", mend="请先补办报备，并写明理由", cite=cite)
    ledger.act(matter=fresh.matter, action="return", actor=actor, at=at, data={"returned_on": returned_on})
    fresh.returned_on = returned_on
    with door():
        fresh.save(update_fields=["returned_on"])
    absence_end(leave=fresh, actor=actor, at=at)
    return fresh


@transaction.atomic
def leave_withdraw(*, leave: Leave, actor: Actor, at: dt.datetime) -> Leave:
    """Take an application back before it is decided. Errors: NotAllowed, WrongState."""
    fresh = _fresh(leave)
    require(is_own(actor, fresh.matter), "撤回他人的请假")
    ledger.act(matter=fresh.matter, action="withdraw", actor=actor, at=at)
    stops_void(paper=fresh.matter, at=at)
    return fresh


@transaction.atomic
def leave_call_off(*, leave: Leave, reason: str, actor: Actor, at: dt.datetime) -> Leave:
    """Somebody who was to go away stays. Errors: NotAllowed, WrongState (not granted, or already under way)."""
    fresh = _fresh(leave)
    if local_day(at) > fresh.starts_on:
        raise WrongState("外出已经开始，不能取消", mend="返回后请销假")
    said = line(reason, field="reason", label="取消原因", longest=300)
    ledger.act(matter=fresh.matter, action="call_off", actor=actor, at=at, data={"reason": said})
    absence_end(leave=fresh, actor=actor, at=at)
    return fresh


__all__ = [
    "file_by",
    "filing_owed",
    "granted",
    "leave_apply",
    "leave_call_off",
    "leave_file",
    "leave_register",
    "leave_return",
    "leave_withdraw",
    "office_of",
]
