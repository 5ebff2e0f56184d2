"""Putting a case on hold, so that nothing of it is erased, and lifting the hold."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import line
from luoshi.ledger.models import Matter, door
from luoshi.ledger.services import record
from luoshi.ledger.services.door import lock
from luoshi.retention.models import Hold
from luoshi.retention.policies import may_hold, require
from luoshi.retention.rules import ASK
from luoshi.retention.states import HELD, RELEASED


def matter_numbered(number: str) -> Matter:
    """The case with a number; of a dispatch the request that it belongs to. Errors: Incomplete (field number)."""
    wanted = line(number, field="number", label="编号", longest=40)
    found = list(Matter.objects.select_related("parent").filter(number=wanted).order_by("pk")[:2])
    if not found:
        raise Incomplete(f"没有编号为“{wanted}”的事项", mend="请核对编号", field="number")
    if len(found) > 1:
        raise Incomplete(f"编号“{wanted}”有几件事项", mend="请填诉求编号", field="number")
    own: Matter = found[0].parent or found[0]
    return own


@transaction.atomic
def hold_place(*, number: str, ground: str, reason: str, actor: Actor, at: datetime) -> Hold:
    """Put a case on hold until it is lifted. ground: a value of retention.ground.

    Errors: NotAllowed; Incomplete (number, ground, reason); WrongState where it is on hold already.
    """
    require(may_hold(actor), "暂停到期删除")
    known = {one.value for one in ASK.choice("retention.ground", at).options}
    if ground not in known:
        raise Incomplete("请选择事由", field="ground")
    why = line(reason, field="reason", label="说明", longest=300)
    matter = lock(matter_numbered(number))
    if Hold.objects.filter(matter=matter, lifted_at__isnull=True).exists():
        raise WrongState(f"{matter.number}已经暂停删除", mend="不用再登记", field="number")
    record(matter=matter, kind=HELD, actor=actor, at=at, data={"ground": ground, "reason": why})
    with door():
        hold: Hold = Hold.objects.create(
            matter=matter, ground=ground, reason=why, placed_by=actor.name, placed_at=at
        )
    return hold


@transaction.atomic
def hold_lift(*, hold: Hold, reason: str, actor: Actor, at: datetime) -> Hold:
    """Lift a hold: from now on the rules count again. Errors: NotAllowed, Incomplete (reason), WrongState."""
    require(may_hold(actor), "恢复到期删除")
    why = line(reason, field="reason", label="解除理由", longest=300)
    lock(hold.matter_id)
    fresh: Hold = Hold.objects.select_related("matter").get(pk=hold.pk)
    if fresh.lifted_at is not None:
        raise WrongState(f"已由{fresh.lifted_by}解除", mend="请刷新页面")
    record(matter=fresh.matter_id, kind=RELEASED, actor=actor, at=at, data={"reason": why})
    with door():
        fresh.lifted_at, fresh.lifted_by, fresh.lifted_why = at, actor.name, why
        fresh.save(update_fields=["lifted_at", "lifted_by", "lifted_why"])
    return fresh
