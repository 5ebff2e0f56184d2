"""More time: extensions, coordination with its own limit, what the command centre sets for joint handling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from luoshi.engines import limits
from luoshi.engines.limits import Duration, Unit
from luoshi.engines.obligations import rule_of
from luoshi.hotline.models import Application, Dispatch, Request
from luoshi.hotline.services.applications import check_kind, decide, decline, settle_first, submit
from luoshi.hotline.services.dispatching import ASSIST, LEAD, Order, Terms, request_dispatch_more
from luoshi.hotline.services.shared import cited, local_text, rule_day
from luoshi.hotline.services.steps import (
    ACCEPTED,
    CLOSING,
    brief,
    change,
    filled,
    masked,
    may_decide,
    running,
    step,
    tell_unit,
)
from luoshi.ledger import rules
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Obligation, ObligationState
from luoshi.ledger.services import lock, settle
from luoshi.ledger.services.derive import owed_from
from luoshi.ledger.services.owing import worktime_of
from luoshi.ledger.whole import whole
from luoshi.organisation.models import Body


def _limit_running(dispatch: Dispatch) -> Obligation:
    """The limit for closing that still runs. Errors: WrongState when there is none, or it has run out."""
    limit = running(dispatch)
    if limit is None or limit.due_at is None:
        raise WrongState("办结时限已不在计时", mend="退回重办的期限不能延长")
    if limit.breached_at is not None:
        raise WrongState(
            f"办结期限已于{local_text(limit.due_at)}届满",
            mend="须在期限届满前提出",
            cite=cited("smx-hotline-ops/14.3.a"),
        )
    return limit


def _check_terms(
    dispatch: Dispatch, limit: Obligation, until: datetime, at: datetime, *, asking: bool
) -> None:
    """Refuse an extension that does not extend, or goes beyond the number or length that the city allows."""
    assert limit.due_at is not None  # noqa: S101 - _limit_running and _limit_asked see to it
    if until <= limit.due_at:
        raise Incomplete(f"新的期限须晚于原期限{local_text(limit.due_at)}", field="until")
    terms = rules.current().setting("hotline.extension_terms", rule_day(at))
    times, length = terms["max_times"], terms["max_working_days"]
    granted = Application.objects.filter(dispatch=dispatch, kind="extension", status=ACCEPTED).count()
    if asking and times is not None and granted >= times:
        raise WrongState(f"最多延时{times}次,已延时{granted}次", cite=cited("smx-hotline-ops/14.3.a"))
    if length is not None:
        worktime = worktime_of(dispatch.body_id) or rules.current().worktime
        latest = limits.due(Duration(length, Unit.WORKING_DAYS), limit.due_at, worktime=worktime).at
        if latest is not None and until > latest:
            raise Incomplete(f"一次最多延长{length}个工作日,至{local_text(latest)}", field="until")


@whole
def extension_request(
    *,
    dispatch: Dispatch,
    reason: str,
    basis: str,
    until: datetime | None,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Application:
    """A unit asks for more time for a complicated matter, with the reason and the legal basis.

    Before the limit runs out: at its very second still, after it no more. until: the time asked for, later
    than the limit. How often and how long is set in the rulebook (hotline.extension_terms).
    Errors: Incomplete (reason, basis, until), WrongState (run out, pending, too often), NotAllowed.
    Source: smx-hotline-ops/14.3.a, smx-hotline-assessment/4.2.2.c
    """
    filled("hotline.extension", {"reason": reason, "basis": basis, "until": until}, at)
    assert until is not None  # noqa: S101 - the rulebook requires it
    law = brief(basis, "法律法规依据", "basis")
    version = settle(matter=dispatch.matter, now=at, version=version)
    lock(dispatch.matter_id)
    _check_terms(dispatch, _limit_running(dispatch), until, at, asking=True)
    data = {"reason": masked(dispatch, reason), "basis": law, "asked_until": until}
    return submit(
        dispatch=dispatch,
        kind="extension",
        action="request_extension",
        actor=actor,
        at=at,
        version=version,
        data=data,
        reason=reason.strip(),
        basis=law,
        until=until,
    )


def _limit_asked(application: Application) -> Obligation:
    """The limit that a pending extension moves: still running, or met late by a reply that came meanwhile.

    Errors: WrongState when there is none.
    """
    rows = Obligation.objects.filter(
        matter_id=application.dispatch_id, rule__in=CLOSING, due_at__isnull=False
    )
    states = [ObligationState.OPEN, ObligationState.LATE]
    found: Obligation | None = rows.filter(state__in=states).order_by("-opened_seq", "-id").first()
    if found is None:
        raise WrongState("办结时限已不在计时,不必再延时", mend="请答复不同意并说明")
    return found


@whole
def extension_grant(
    *,
    application: Application,
    actor: Actor,
    at: datetime,
    until: datetime | None = None,
    opinion: str = "",
    version: int | None = None,
) -> Application:
    """The platform grants more time and writes the new limit, which is later than the old one.

    until: the new limit; the time asked for where it is left out. A lapse that came while the platform
    considered is void; closing within the granted time is on time.
    Errors: Incomplete (until), WrongState, NotAllowed.
    """
    check_kind(application, "extension")
    version = settle_first(application, at, version)
    new = until or application.until
    assert new is not None  # noqa: S101 - an extension is not asked for without a time
    _check_terms(application.dispatch, _limit_asked(application), new, at, asking=False)
    decide(
        application=application,
        action="grant_extension",
        status=ACCEPTED,
        opinion=opinion,
        actor=actor,
        at=at,
        version=version,
        data={"until": new},
        granted_until=new,
    )
    return application


@whole
def extension_refuse(
    *, application: Application, actor: Actor, at: datetime, opinion: str, version: int | None = None
) -> Application:
    """The platform grants no more time: the old limit holds.

    Errors: Incomplete (opinion), WrongState, NotAllowed.
    """
    return decline(
        application=application,
        kind="extension",
        action="refuse_extension",
        opinion=opinion,
        actor=actor,
        at=at,
        version=version,
    )


@whole
def coordination_request(
    *,
    dispatch: Dispatch,
    reason: str,
    actor: Actor,
    at: datetime,
    proposal: str = "",
    version: int | None = None,
) -> Application:
    """A unit asks for coordinated handling of a matter that needs it.

    proposal: who should be brought together. Errors: Incomplete (reason), WrongState (the limit no longer
    runs), NotAllowed.
    """
    said = brief(reason, "理由", "reason", limit=2000)
    version = settle(matter=dispatch.matter, now=at, version=version)
    lock(dispatch.matter_id)
    if running(dispatch) is None:
        raise WrongState("办结时限已不在计时,不能再申请协调办理", mend="退回重办的须在重办期限内完成")
    return submit(
        dispatch=dispatch,
        kind="coordination",
        action="request_coordination",
        actor=actor,
        at=at,
        version=version,
        data={"reason": masked(dispatch, said)},
        reason=said,
        proposal=proposal.strip()[:300],
    )


@whole
def coordination_approve(
    *,
    application: Application,
    actor: Actor,
    at: datetime,
    until: datetime | None = None,
    opinion: str = "",
    version: int | None = None,
) -> Application:
    """The platform approves coordinated handling by the time that it writes, else in five working days.

    The limit for closing ends with it; one that had run out before stays overdue. until: later than now.
    Errors: Incomplete (until), WrongState, NotAllowed.
    Source: smx-hotline-ops/14.9.b
    """
    check_kind(application, "coordination")
    if until is not None and until <= at:
        raise Incomplete("办结时限须晚于现在", field="until")
    version = settle_first(application, at, version)
    if running(application.dispatch) is None:
        raise WrongState("承办单位已经答复,不必再协调办理", mend="请答复不批准并说明")
    decide(
        application=application,
        action="approve_coordination",
        status=ACCEPTED,
        opinion=opinion,
        actor=actor,
        at=at,
        version=version,
        data={"until": until},
        granted_until=until,
    )
    return application


@whole
def coordination_refuse(
    *, application: Application, actor: Actor, at: datetime, opinion: str, version: int | None = None
) -> Application:
    """The platform approves no coordination: the old limit holds.

    Errors: Incomplete (opinion), WrongState, NotAllowed.
    """
    return decline(
        application=application,
        kind="coordination",
        action="refuse_coordination",
        opinion=opinion,
        actor=actor,
        at=at,
        version=version,
    )


def role_change(dispatch: Dispatch, role: str) -> dict[str, Any]:
    """What an event must say so that a dispatch takes another role: the fact, and the later due time.

    Lead and assisting units have two working days more on a routine request; a limit never becomes shorter by
    this, and one that was set for the dispatch stays.
    """
    facts = {"role": role}
    limit = running(dispatch, "hotline.close")
    if limit is None or limit.due_at is None:
        return {"facts": facts}
    owed, book = owed_from(limit), rules.current()
    rule, own = rule_of(owed, book), worktime_of(dispatch.body_id)
    due = limits.compute(rule, {**owed.facts, **facts}, owed.opened_at, book.worktime, own=own).at
    later = due is not None and due > limit.due_at
    return {"facts": facts, "until": due if later else None}


@whole
def joint_determine(
    *,
    request: Request,
    lead: Body,
    assisting: Sequence[Body],
    instruction: str,
    actor: Actor,
    at: datetime,
    until: datetime | None = None,
    version: int | None = None,
) -> list[Dispatch]:
    """The command centre sets lead and assisting units, and the limit, of a matter that it brings together.

    Units that hold the request already take their new role; others get a dispatch. until: the limit for all
    of them; without one the usual limits hold, with two more working days for lead and assisting units.
    instruction: what was settled. version: the request's, as the actor saw it. Returns the dispatches of
    these units, the lead's first.
    Errors: Incomplete (unit, instruction, until), NotAllowed (not the command centre), WrongState.
    Source: smx-hotline-assessment-annex/4.3.1.d
    """
    said = brief(instruction, "会办意见", "instruction", limit=2000)
    if not may_decide("set_joint", actor, at):
        raise NotAllowed(
            "主协办单位和办理时限由指挥中心另行确定", cite=cited("smx-hotline-assessment-annex/4.3.1.d")
        )
    units = [lead, *assisting]
    if len(units) < 2 or len({body.pk for body in units}) < len(units):
        raise Incomplete("须指定一家主办单位和至少一家协办单位,不能重复", field="unit")
    if until is not None and until <= at:
        raise Incomplete("办理时限须晚于现在", field="until")
    request.matter.refresh_from_db(
        fields=["version"]
    )  # not locked here: dispatches are locked before requests
    if version is not None and request.matter.version != version:
        raise WrongState("这件诉求在您打开页面之后已有变动", mend="请刷新页面核对后再操作")
    live = {one.body_id: one for one in _live(request)}
    left = [one for one in live.values() if one.role == LEAD and one.body_id not in {b.pk for b in units}]
    if left:
        raise Incomplete(
            f"{left[0].body.short_name}现为主办单位", mend="请列为主办或协办,或先撤回", field="unit"
        )
    for one in sorted(live.values(), key=lambda held: held.pk):
        lock(one.matter_id)
    missing = [body for body in units if body.pk not in live]
    _open_for_others(request, missing, said, actor, at, version)
    found = {one.body_id: one for one in _live(request)}
    for body in units:
        _take_role(found[body.pk], LEAD if body.pk == lead.pk else ASSIST, until, said, actor, at)
    return [found[body.pk] for body in units]


def _live(request: Request) -> list[Dispatch]:
    rows = Dispatch.objects.filter(request=request).exclude(matter__state="recalled")
    return list(rows.select_related("matter", "body", "request").order_by("pk"))


def _open_for_others(
    request: Request,
    bodies: Sequence[Body],
    instruction: str,
    actor: Actor,
    at: datetime,
    version: int | None,
) -> None:
    """Dispatch to the units that do not hold the request yet; the rule lets the command centre do so."""
    if not bodies:
        return
    first = _live(request)[:1]
    terms = Terms(
        principle=first[0].principle if first else "competence",
        urgency=request.urgency,
        urgency_basis=request.urgency_basis,
        assist_extra=bool(first and first[0].matter.facts.get("assist_extra")),
    )
    may = replace(actor, permissions=actor.permissions | {"hotline.dispatch"})
    orders = [Order(body, instruction, role=ASSIST) for body in bodies]
    request_dispatch_more(request=request, orders=orders, terms=terms, actor=may, at=at, version=version)


def _take_role(
    dispatch: Dispatch, role: str, until: datetime | None, said: str, actor: Actor, at: datetime
) -> None:
    lock(dispatch.matter_id)
    joined = role_change(dispatch, role)
    data = {**joined, "until": until or joined.get("until"), "note": masked(dispatch, said)}
    event = step(dispatch=dispatch, action="set_joint", actor=actor, at=at, data=data)
    change(dispatch, role=role)
    limit = running(dispatch)
    word, due = ("主办" if role == LEAD else "协办"), local_text(limit.due_at if limit else None)
    slots = {"result": f"会办确定为{word},{due}前办结"}
    tell_unit(dispatch=dispatch, notice="hotline.decision_sms", key=f"{event.seq}:joint", at=at, **slots)
