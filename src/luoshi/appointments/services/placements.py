"""Main member units of the working committee for disabled people: each gives at least one of them a post."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from luoshi.appointments import rules, states
from luoshi.appointments.models import Placement
from luoshi.appointments.policies import may_manage, require
from luoshi.appointments.services.checks import night
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import line, locked
from luoshi.ledger.models import door
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import local_day


@transaction.atomic
def placement_open(*, unit: Body, document: str, actor: Actor, at: dt.datetime) -> Placement:
    """List a unit as a main member; from then on it owes the minimum by the day that the rulebook names.

    Errors: NotAllowed, Incomplete, WrongState (listed already).
    Source: smx-disability-plan/3.2.2b
    """
    require(may_manage(actor), "登记主要成员单位")
    paper = line(document, field="document", label="名单依据", longest=200)
    if Placement.objects.filter(unit=unit).exists():
        raise WrongState(f"{unit.name}已在名单中", mend="请在名单中办理", field="unit")
    values = rules.setting("appointments.placement", local_day(at))
    due_on = values["due"]
    matter = ledger.matter_open(
        kind=states.PLACEMENT,
        title=f"{unit.name}安排残疾人就业",
        body_id=unit.pk,
        actor=actor,
        at=at,
        facts={"due_set": night(due_on)},
        data={"document": paper, "name": unit.name},
    )
    row = Placement(
        matter=matter,
        jurisdiction=matter.jurisdiction,
        unit=unit,
        minimum=int(values["minimum"]),
        due_on=due_on,
    )
    with door():
        row.save(force_insert=True)
    return row


@transaction.atomic
def placement_report(
    *, placement: Placement, placed: int, on: dt.date, evidence: str, actor: Actor, at: dt.datetime
) -> Placement:
    """Report how many are in post as of a day, with the paper that shows it; whether the minimum is met follows.

    Errors: NotAllowed (another unit's), Incomplete naming the field, WrongState.
    Source: smx-disability-plan/3.2.2b
    """
    fresh, matter = locked(placement)
    if not 0 <= placed <= 9999:
        raise Incomplete("人数应在0至9999之间", field="placed")
    if on > local_day(at):
        raise Incomplete("日期还没有到", field="on")
    paper = line(evidence, field="evidence", label="依据材料", longest=200)
    data = {"placed": placed, "on": on.isoformat(), "document": paper}
    met = placed >= fresh.minimum
    action = {("owed", True): "meet", ("met", False): "reopen"}.get((matter.state, met), "report")
    ledger.act(matter=matter, action=action, actor=actor, at=at, data=data)
    fresh.placed, fresh.reported_on, fresh.evidence = placed, on, paper
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def placement_strike(*, placement: Placement, reason: str, actor: Actor, at: dt.datetime) -> Placement:
    """Take a unit off the list. Errors: NotAllowed, Incomplete, WrongState."""
    fresh, matter = locked(placement)
    why = line(reason, field="reason", label="理由", longest=300)
    ledger.act(matter=matter, action="strike", actor=actor, at=at, data={"reason": why})
    return fresh
