"""After a plan is handed down: a target is lowered or dropped on three grounds only, or added with approval."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, BinaryIO

from django.db import transaction

from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import line, locked
from luoshi.ledger.models import Matter, door
from luoshi.organisation.selectors import local_day
from luoshi.targets import rules, states
from luoshi.targets.imports.model import MeasureSpec
from luoshi.targets.models import Change, Sheet, Target, TargetMeasure
from luoshi.targets.policies import is_own, may_manage, require
from luoshi.targets.services.checks import block, number, require_issued, require_listed
from luoshi.targets.services.drafting import measure_from, put
from luoshi.targets.services.judging import rejudge

CHAIN = "targets.reduction_chain"
LOWER, DROP, ADD = "lower", "drop", "add"


@transaction.atomic
def reduction_apply(
    *,
    target: Target,
    ground: str,
    reason: str,
    proof: tuple[BinaryIO, str] | None,
    values: Mapping[int, Decimal | str],
    actor: Actor,
    at: dt.datetime,
) -> Change:
    """Ask to lower measures of a target (by id: the new value) or, without values, to drop it.

    Only a change of policy above, a natural disaster or another irresistible cause is taken, with a proof (file, name).
    Errors: NotAllowed (another body), Incomplete (ground, proof), WrongState (not handed down, one is under way).
    Source: smx-target-management/3.4.1, smx-target-management/3.4.2
    """
    fresh, target_matter = locked(target, "plan", "sheet")
    rules.require_step(CHAIN, "apply", "申请调减", actor=actor, at=at)
    require(may_manage(actor) or is_own(actor, target_matter), "为其他单位申请调减")
    require_listed(fresh)
    require_issued(fresh.plan)
    choice = rules.choice("targets.ground", local_day(at))
    if ground not in choice.values:
        labels = "、".join(option.label for option in choice.options)
        raise Incomplete(f"只受理三类事由：{labels}", field="ground", cite=choice.cite)
    if fresh.changes.filter(matter__state__in=["applied", "verified", "advised"]).exists():
        raise WrongState("这项目标已有调减申请在办", mend="请等待办结")
    words = block(reason, field="reason", label="具体情况", required=False)
    given = {"reason": words, "proof": proof[1] if proof else ""}
    lacking = rules.content("targets.reduction", local_day(at)).missing(given)
    if lacking or proof is None:
        label = lacking[0].label if lacking else "证明材料"
        raise Incomplete(
            f"请填写或附上{label}", field=lacking[0].key if lacking else "proof", cite=choice.cite
        )
    proposal = _proposal(fresh, values)
    kind = LOWER if proposal else DROP
    matter = ledger.matter_open(
        kind=states.CHANGE,
        title=f"调减目标：{fresh.sheet.name}第{fresh.number}项",
        body_id=fresh.sheet.body_id,
        parent=target_matter,
        actor=actor,
        at=at,
        facts={"kind": kind, "ground": ground},
        data={"proposal": proposal, "reason": words},
    )
    ledger.attachment_add(matter=matter, file=proof[0], name=proof[1], purpose="证明材料", actor=actor, at=at)
    return _store(
        matter, sheet=fresh.sheet, target=fresh, kind=kind, ground=ground, reason=words, proposal=proposal
    )


def _proposal(target: Target, values: Mapping[int, Decimal | str]) -> dict[str, Any]:
    rows = {row.pk: row for row in target.measures.all()}
    found: dict[str, Any] = {}
    for pk, value in values.items():
        row = rows.get(pk)
        if row is None or row.value is None:
            raise Incomplete("只能调减写明目标值的指标", field=f"m{pk}")
        amount = number(value, field=f"m{pk}", label=f"{row.indicator}的新目标值")
        if amount is None or amount == row.value:
            continue
        found[str(pk)] = {
            "indicator": row.indicator,
            "from": str(row.value),
            "to": str(amount),
            "unit": row.unit,
        }
    if values and not found:
        raise Incomplete("新目标值与原目标值相同", field="values")
    return found


def _store(matter: Matter, *, sheet: Sheet, target: Target | None, **values: Any) -> Change:
    change = Change(
        matter=matter, jurisdiction=matter.jurisdiction, plan=sheet.plan, sheet=sheet, target=target, **values
    )
    with door():
        change.save(force_insert=True)
    return change


@transaction.atomic
def change_step(*, change: Change, step: str, opinion: str, actor: Actor, at: dt.datetime) -> Change:
    """Take an application one step further: verify (target office), advise (leading group), each with an opinion.

    Errors: NotAllowed, Incomplete, WrongState (out of order).
    Source: smx-target-management/3.4.3
    """
    fresh, matter = locked(change, "plan", "sheet")
    if step not in {"verify", "advise"}:
        raise ledger.wrong_state(matter, step)
    rules.require_step(CHAIN, step, "办理这一步", actor=actor, at=at)
    said = line(opinion, field="opinion", label="意见", longest=500)
    ledger.act(matter=matter, action=step, actor=actor, at=at, data={"opinion": said})
    return fresh


@transaction.atomic
def change_grant(*, change: Change, decision: str, actor: Actor, at: dt.datetime) -> Change:
    """The government agrees: the target takes its new values, or is dropped, from that day.

    Errors: NotAllowed, Incomplete, WrongState (not advised on).
    Source: smx-target-management/3.4.3
    """
    fresh, matter = locked(change, "plan", "sheet")
    rules.require_step(CHAIN, "decide", "决定调减", actor=actor, at=at)
    said = line(decision, field="decision", label="决定", longest=500)
    ledger.act(matter=matter, action="grant", actor=actor, at=at, data={"decision": said})
    if fresh.target is None:
        raise WrongState("申请没有对应的目标", mend="请联系目标办")
    target, _ = locked(fresh.target, "plan", "sheet")
    data = {"change": matter.pk, "proposal": fresh.proposal}
    if fresh.kind == DROP:
        ledger.act(matter=target.matter_id, action="remove", actor=actor, at=at, data=data)
    else:
        ledger.act(matter=target.matter_id, action="change", actor=actor, at=at, data=data)
        with door():
            for pk, one in fresh.proposal.items():
                TargetMeasure.objects.filter(pk=int(pk), target=target).update(value=Decimal(one["to"]))
        rejudge([target], at=at)
    fresh.effective_on = local_day(at)
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def change_refuse(*, change: Change, reason: str, actor: Actor, at: dt.datetime) -> Change:
    """Refuse an application or an addition; whoever may take its next step may refuse it.

    Errors: NotAllowed, Incomplete (no reason), WrongState (decided).
    """
    fresh, matter = locked(change, "plan", "sheet")
    if matter.kind == states.CHANGE:
        step = {"applied": "verify", "verified": "advise", "advised": "decide"}.get(matter.state, "decide")
        rules.require_step(CHAIN, step, "不同意调减", actor=actor, at=at)
    why = line(reason, field="reason", label="不同意的理由", longest=500)
    ledger.act(matter=matter, action="refuse", actor=actor, at=at, data={"reason": why})
    return fresh


@transaction.atomic
def change_withdraw(*, change: Change, actor: Actor, at: dt.datetime) -> Change:
    """Take an application back before it is verified. Errors: NotAllowed, WrongState."""
    fresh, matter = locked(change, "plan", "sheet")
    ledger.act(matter=matter, action="withdraw", actor=actor, at=at)
    return fresh


@transaction.atomic
def addition_propose(
    *,
    sheet: Sheet,
    group: str,
    text: str,
    basis: str,
    points: Decimal | str | None,
    measure: Mapping[str, str] | None,
    effective_on: dt.date,
    actor: Actor,
    at: dt.datetime,
) -> Change:
    """Propose a target to be added in the year for a decision of the city; it counts once it is agreed to.

    measure: the fields of drafting.measure_from, or None for a target without one. effective_on: a day of the year.
    Errors: NotAllowed, Incomplete naming the field, WrongState (not handed down).
    """
    fresh, sheet_matter = locked(sheet, "plan", "body")
    require(may_manage(actor), "提出增加目标")
    require_issued(fresh.plan)
    if effective_on.year != fresh.plan.year:
        raise Incomplete(f"生效日应在{fresh.plan.year}年度内", field="effective_on")
    words = block(text, field="text", label="目标内容", longest=1000)
    paper = line(basis, field="basis", label="市委、市政府决策文件", longest=200)
    if measure is not None:
        measure_from(**measure)
    amount = number(points, field="points", label="分值")
    proposal = {
        "group": group, "text": words, "basis": paper, "points": None if amount is None else str(amount),
        "measure": dict(measure) if measure else None,
    }  # fmt: skip
    matter = ledger.matter_open(
        kind=states.ADDITION,
        title=f"增加目标：{fresh.name}：{words}",
        body_id=fresh.body_id,
        parent=sheet_matter,
        actor=actor,
        at=at,
        facts={"kind": ADD},
        data={"proposal": proposal, "effective_on": effective_on},
    )
    return _store(
        matter,
        sheet=fresh,
        target=None,
        kind=ADD,
        ground="",
        reason=paper,
        proposal=proposal,
        effective_on=effective_on,
    )


@transaction.atomic
def addition_agree(*, change: Change, approver: str, opinion: str, actor: Actor, at: dt.datetime) -> Target:
    """The government, or the leading group's head, agrees: the target is listed from its day of effect and assessed
    with the others at the year's end.

    approver: a value of the choice targets.approver.
    Errors: NotAllowed, Incomplete, WrongState (decided).
    Source: smx-target-management/3.4.4
    """
    fresh, matter = locked(change, "plan", "sheet")
    choice = rules.choice("targets.approver", local_day(at))
    if approver not in choice.values:
        labels = "或".join(option.label for option in choice.options)
        raise Incomplete(f"须由{labels}同意", field="approver", cite=choice.cite)
    said = line(opinion, field="opinion", label="意见", longest=500)
    ledger.act(
        matter=matter, action="agree", actor=actor, at=at, data={"approver": approver, "opinion": said}
    )
    given = fresh.proposal
    measures: Sequence[MeasureSpec] = [measure_from(**given["measure"])] if given["measure"] else ()
    target = put(
        sheet=Sheet.objects.select_related("plan", "matter").get(pk=fresh.sheet_id),
        group=given["group"],
        text=given["text"],
        points=given["points"],
        measures=measures,
        papers={"basis": given["basis"]},
        actor=actor,
        at=at,
        effective_on=fresh.effective_on,
    )
    fresh.approver, fresh.target = approver, target
    with door():
        fresh.save()
    return target
