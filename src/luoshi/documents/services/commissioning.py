"""A leader commissions the coordination of a disputed matter; the coordinator puts forward how to settle it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from luoshi.documents import commissions, roster, rules
from luoshi.documents.models import Step
from luoshi.documents.services import steps
from luoshi.documents.services.text import block
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import door
from luoshi.organisation.models import Person


@transaction.atomic
def commission(*, step: Step, to: Person, text: str, actor: Actor, at: dt.datetime) -> Step:
    """Commission coordination while the paper waits on the own step; the step is not marked before the report is in.

    Errors: NotAllowed (neither mayor nor vice mayor), Incomplete (whom, what), WrongState.
    Source: smx-secretary-rules/1.4
    """
    fresh = steps.locked_step(step)
    commissions.require_own_stop(fresh)
    if not commissions.may("commission", actor, at):
        raise NotAllowed("只有市长、副市长可以委托协调", cite=_cite("commission", at))
    offices = roster.offices(to.pk, at)
    able = rules.who(commissions.AUTHORITY, {"action": "coordinate"}, at)
    if not able.allows(offices):
        raise Incomplete("只能委托秘书长、副秘书长协调", field="to", cite=able.cite)
    if not roster.cleared(to, fresh.matter, at):
        raise Incomplete(
            f"{to.name}没有查阅涉密公文的权限，不能受托协调这件公文", mend="请另选受托人", field="to"
        )
    if commissions.asked(fresh).filter(matter__state="open").exists():
        raise WrongState("已经委托协调，还没有报来", mend="请待受托人报来，或先收回委托")
    said = block(text, field="text", label="需协调的事项", longest=300)
    ledger.act(
        matter=fresh.matter, action="commission", actor=actor, at=at,
        data={"to": to.pk, "name": to.name, "text": said},
    )  # fmt: skip
    made = steps.open_step(
        course=fresh.course, stop=commissions.COORDINATION, title=f"受{actor.name}委托协调", position=fresh.position,
        role=next(role for role in able.who if role in offices), seat=to, person=to, note=said, actor=actor, at=at,
    )  # fmt: skip
    made.extra = {"for_stop": fresh.stop, "for_seat": fresh.seat_id}
    with door():
        made.save(update_fields=["extra"])
    return made


@transaction.atomic
def commission_withdraw(*, step: Step, reason: str, actor: Actor, at: dt.datetime) -> Step:
    """The leader takes the commission back, and may mark the step or commission another.

    Errors: NotAllowed, Incomplete, WrongState (nothing is commissioned).
    """
    fresh = steps.locked_step(step)
    open_rows = list(commissions.asked(fresh).filter(matter__state="open").select_related("matter"))
    if not open_rows:
        raise WrongState("没有正在协调的委托", mend="请刷新页面")
    why = block(reason, field="reason", label="收回的理由", longest=300)
    ledger.act(matter=fresh.matter, action="withdraw", actor=actor, at=at, data={"reason": why})
    for row in open_rows:
        ledger.act(matter=row.matter, action="recall", actor=actor, at=at, data={"reason": why})
    return fresh


@transaction.atomic
def commission_report(
    *, step: Step, account: str, outcome: str, proposal: str, actor: Actor, at: dt.datetime
) -> Step:
    """The coordinator reports: settled, or still disputed and then with a proposal for the mayor or vice mayor to decide.

    Errors: NotAllowed (another's), Incomplete (no account, no definite proposal), WrongState.
    Source: smx-secretary-rules/1.4
    """
    fresh = steps.locked_step(step)
    if fresh.stop != commissions.COORDINATION:
        raise WrongState("这一环节不是受托协调", mend="请直接批阅")
    rules.require_choice("documents.dispute", outcome, at, field="outcome", label="协调结果")
    given: dict[str, Any] = {"account": account.strip(), "proposal": proposal.strip()}
    rules.require_content(f"documents.coordination_{outcome}", given, at, definite=("proposal",))
    said = given["account"] + (f"\n处理意见：{given['proposal']}" if given["proposal"] else "")
    extra = {**fresh.extra, **given, "outcome": outcome}
    data = {"mark": "opinion", "opinion": said, "outcome": outcome, "stop": fresh.stop}
    ledger.act(matter=fresh.matter, action="done", actor=actor, at=at, data=data)
    fresh.mark, fresh.opinion, fresh.extra = "opinion", said, extra
    fresh.done_at, fresh.done_by = at, actor.name
    with door():
        fresh.save()
    return fresh


def _cite(action: str, at: dt.datetime) -> tuple[str, ...]:
    return tuple(rules.who(commissions.AUTHORITY, {"action": action}, at).cite)


__all__ = ["commission", "commission_report", "commission_withdraw"]
