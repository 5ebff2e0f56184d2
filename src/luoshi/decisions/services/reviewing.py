"""A prepared matter is reviewed by the vice mayor in charge and settled as a topic by the mayor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction

from luoshi.decisions import rules, who
from luoshi.decisions.models import Decision, Weight
from luoshi.decisions.policies import require
from luoshi.decisions.services.checks import block, line, stands
from luoshi.decisions.services.proposing import check_kinds, recognise
from luoshi.decisions.standing import facts_of, proposal
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.inputs import locked
from luoshi.ledger.models import door


def check_prepared(decision: Decision, at: dt.datetime, doing: str) -> None:
    """Refuse a matter whose preparation is not complete. Errors: Incomplete naming what is missing, with the clauses."""
    _, met = proposal(decision, at=at)
    rules.require("decisions.proposal", facts_of(decision), met, at, doing)


def _certain(decision: Decision, at: dt.datetime) -> list[str]:
    traits = {name for name, stands in decision.traits.items() if stands}
    return recognise(
        subjects=decision.subjects, amount=decision.amount, funds=decision.funds, traits=traits, at=at
    )[0]


@transaction.atomic
def decision_submit(
    *, decision: Decision, actor: Actor, at: dt.datetime, version: int | None = None
) -> Decision:
    """Ask for a collective decision, once everything that the matter calls for stands.

    Errors: Incomplete (naming each missing step, with the clauses), NotAllowed, WrongState.
    """
    fresh, matter = locked(decision)
    stands(matter, "submit")
    if not fresh.kinds:
        raise Incomplete("该事项不属于“三重一大”，不走集体决策程序", mend="请按一般议题申报")
    check_prepared(fresh, at, "提请集体决策")
    ledger.act(
        matter=matter, action="submit", actor=actor, at=at, data={"kinds": fresh.kinds}, version=version
    )
    return fresh


@transaction.atomic
def decision_approve(
    *, decision: Decision, kinds: Collection[str], opinion: str, actor: Actor, at: dt.datetime
) -> Decision:
    """The vice mayor in charge reviews a topic and judges which of the suggested kinds it is.

    Errors: NotAllowed (naming who reviews), Incomplete (nothing left; a certain kind struck out), WrongState.
    Source: smx-major-decisions/3.1.5
    """
    fresh, matter = locked(decision)
    stands(matter, "approve")
    note = who.sign("decisions.review", actor=actor, at=at, body=fresh.body)
    chosen = check_kinds(kinds, _certain(fresh, at), at)
    if not chosen:
        raise Incomplete("没有认定任何类别", mend="不属于“三重一大”的，请退回提出部门", field="kinds")
    said = block(opinion, field="opinion", label="审核意见", longest=2000)
    with door():
        fresh.kinds = chosen
        fresh.save()
    check_prepared(fresh, at, "审核通过")
    data = {"kinds": chosen, "opinion": said, "capacity": note}
    ledger.act(matter=matter, action="approve", actor=actor, at=at, data=data)
    return fresh


@transaction.atomic
def decision_send_back(*, decision: Decision, reason: str, actor: Actor, at: dt.datetime) -> Decision:
    """Send a topic back to be prepared further. Errors: NotAllowed, Incomplete, WrongState."""
    fresh, matter = locked(decision)
    rule = "decisions.review" if matter.state == "reviewing" else "decisions.determine"
    who.sign(rule, actor=actor, at=at, body=fresh.body if matter.state == "reviewing" else None)
    why = line(reason, field="reason", label="退回原因", longest=500)
    ledger.act(matter=matter, action="send_back", actor=actor, at=at, data={"reason": why})
    return fresh


@transaction.atomic
def differences_refer(*, decision: Decision, reason: str, actor: Actor, at: dt.datetime) -> Decision:
    """The vice mayor finds that bodies differ considerably: the topic goes back to be settled, not to a meeting.

    Errors: NotAllowed, Incomplete, WrongState.
    """
    fresh, matter = locked(decision)
    who.sign("decisions.review", actor=actor, at=at, body=fresh.body)
    why = block(reason, field="reason", label="主要分歧", longest=2000)
    ledger.act(matter=matter, action="refer_differences", actor=actor, at=at, data={"reason": why})
    return fresh


@transaction.atomic
def differences_settle(*, decision: Decision, text: str, actor: Actor, at: dt.datetime) -> Decision:
    """Note how differences were removed or made smaller; the topic may then be prepared again.

    Errors: NotAllowed, Incomplete, WrongState.
    """
    fresh, matter = locked(decision)
    said = block(text, field="text", label="协调结果", longest=4000)
    ledger.act(matter=matter, action="settle", actor=actor, at=at, data={"text": said})
    return fresh


def suggested_reports(decision: Decision, at: dt.datetime) -> tuple[list[str], list[str]]:
    """Of the kinds reported to the people's congress before they come out: those that are certain, and the suggested."""
    needs = rules.listed("decisions.congress", decision.subjects, facts_of(decision), at)
    return [need.key for need in needs if need.firm], [need.key for need in needs if not need.firm]


def destinations_of(decision: Decision, at: dt.datetime) -> list[str]:
    """Where the decision goes after the meeting, in the rulebook's order: the Party committee first, then the congress."""
    needs = rules.listed("decisions.destination", decision.subjects, facts_of(decision), at)
    found = {rules.stem(need.key) for need in needs}
    return [one for one in rules.setting("decisions.submission", at)["order"] if one in found]


def _reports(decision: Decision, reports: Collection[str], at: dt.datetime) -> list[str]:
    """The certain ones cannot be struck out. Errors: Incomplete with the clause."""
    needs = {need.key: need for need in rules.gate("decisions.congress", at).needs}
    if any(key not in needs for key in reports):
        raise Incomplete("报告事项不在规定的范围内", field="reports")
    for key in suggested_reports(decision, at)[0]:
        if key not in reports:
            raise Incomplete(
                f"该事项属于“{needs[key].title}”，出台前须向人大报告", cite=needs[key].cite, field="reports"
            )
    return [key for key in needs if key in reports]


@transaction.atomic
def decision_determine(
    *,
    decision: Decision,
    weight: str,
    actor: Actor,
    at: dt.datetime,
    kind_reason: str = "",
    reports: Collection[str] = (),
    party: bool = False,
    congress: bool = False,
    cppcc: bool = False,
) -> Decision:
    """The mayor, or who acts for the mayor, settles a matter as a topic: how heavy it is, and where it goes afterwards.

    kind_reason: why a matter of a catch-all kind needs a collective decision. weight: exceptional matters go to the
    plenary. reports: kinds reported to the people's congress. party, congress: it stands on the list of what they
    decide. cppcc: consult the political consultative conference first.
    Errors: NotAllowed (naming who settles), Incomplete, WrongState.
    """
    fresh, matter = locked(decision)
    stands(matter, "determine")
    note = who.sign("decisions.determine", actor=actor, at=at)
    if weight not in Weight.values:
        raise Incomplete("程度不在列出的范围内", field="weight")
    rest = set(fresh.kinds) & set(rules.setting("decisions.catch_all", at)["kinds"])
    why = block(kind_reason, field="kind_reason", label="认定理由", longest=1000, required=False)
    if rest and not why:
        raise Incomplete(
            "兜底事项须由市长认定并写明理由",
            mend="请填写认定理由",
            cite=rules.cite_of("setting", "decisions.catch_all", at),
            field="kind_reason",
        )
    check_prepared(fresh, at, "确定为议题")
    fresh.traits = {**fresh.traits, "party_listed": party, "congress_listed": congress, "cppcc": cppcc}
    fresh.weight, fresh.kind_reason = weight, why
    fresh.destinations = destinations_of(fresh, at)
    fresh.reports = _reports(fresh, reports, at)
    data = {
        "weight": weight, "reason": why, "destinations": fresh.destinations, "reports": fresh.reports, "cppcc": cppcc,
        "capacity": note,
    }  # fmt: skip
    ledger.act(matter=matter, action="determine", actor=actor, at=at, data=data)
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def cppcc_attach(*, decision: Decision, text: str, actor: Actor, at: dt.datetime) -> Decision:
    """Note what the consultative conference said, where the mayor asked for it. Errors: Incomplete, WrongState.

    Source: smx-major-decisions/2.2.2
    """
    fresh, matter = locked(decision)
    require(actor.can("decisions.record") or actor.body_id == fresh.body_id, "登记政协协商情况")
    said = block(text, field="text", label="协商情况", longest=4000)
    ledger.act(matter=matter, action="attach_cppcc", actor=actor, at=at, data={"text": said})
    with door():
        fresh.traits = {**fresh.traits, "cppcc_said": said}
        fresh.save()
    return fresh


@transaction.atomic
def decision_supplement(*, decision: Decision, actor: Actor, at: dt.datetime) -> Decision:
    """Bring a matter that was put off back, only with research done since. Errors: Incomplete, NotAllowed, WrongState.

    Source: smx-major-decisions/4.2.2.3
    """
    fresh, matter = locked(decision)
    stands(matter, "supplement")
    last: Any = fresh.sittings.order_by("-number").first()
    since = last.closed_at if last is not None else matter.opened_at
    if not fresh.steps.filter(key="research", waived=False, at__gt=since).exists():
        raise Incomplete(
            "暂缓决策后还没有补充调研材料",
            mend="请先登记补充的调查研究，再重新提请",
            cite=rules.cite_of("setting", "decisions.conclusion", at),
        )
    check_prepared(fresh, at, "重新提请")
    ledger.act(matter=matter, action="supplement", actor=actor, at=at)
    with door():
        fresh.topic = None
        fresh.save()
    return fresh
