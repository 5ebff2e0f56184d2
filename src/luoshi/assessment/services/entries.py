"""Deductions and bonuses: proposed with what proves them, approved or not by the command centre, revoked with a reason."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping, Sequence

from django.db import transaction

from luoshi.assessment import rules_records as records
from luoshi.assessment.models import Entry
from luoshi.assessment.policies_records import may_approve, may_file_for, may_record, require
from luoshi.assessment.rules_records import ItemRule
from luoshi.assessment.services.levels import restore_lower, settle_levels
from luoshi.assessment.services.record_checks import (
    Upload,
    attach,
    check_assessed,
    local_day,
    order_of,
    paper,
    reason_of,
    safe,
)
from luoshi.assessment.states_records import ENTRY
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, Refusal, WrongState
from luoshi.ledger.inputs import line, locked
from luoshi.ledger.models import Matter, door
from luoshi.organisation.models import Body

LIVE = ("proposed", "approved", "superseded")


def article_of(title: str) -> str:
    """What an item of publicity is known by: its title without spaces and punctuation."""
    plain = re.sub(r"[\W_]+", "", title).casefold()
    return hashlib.sha256(plain.encode()).hexdigest() if plain else ""


def _proposer(rule: ItemRule, body: Body, actor: Actor) -> str:
    """On which side the actor proposes.

    Errors: NotAllowed.
    """
    if may_record(actor):
        return Entry.Proposer.PLATFORM.value
    require(may_file_for(actor, body.pk), f"登记{rule.title}")
    if not rule.by_unit:
        raise NotAllowed(f"{rule.title}由12345平台登记", mend="有情况请向平台反映", cite=rule.cite)
    return Entry.Proposer.UNIT.value


def _check_date(rule: ItemRule, date: dt.date, day: dt.date) -> None:
    """The date lies in the past; publicity is reported in the month of its adoption, its last day included.

    Source: smx-hotline-assessment-annex/4.1.b
    """
    if date > day:
        raise Incomplete("日期不能晚于今天", field="date")
    if rule.publicity and (date.year, date.month) != (day.year, day.month):
        raise Incomplete(
            f"信息宣传材料须当月上报；{date:%Y年%-m月}采用的已过上报期，不计分",
            mend="只能登记本月采用的",
            field="date",
        )


def _check_conditions(rule: ItemRule, confirmed: Sequence[str]) -> list[str]:
    unmet = rule.ground.unmet(dict.fromkeys(confirmed, True))
    if unmet:
        lacking = "、".join(condition.label for condition in unmet)
        raise Incomplete(f"以下情形须逐项确认：{lacking}", mend="有一项不具备就不能登记", field="conditions")
    return [condition.key for condition in rule.ground.conditions]


def _check_chosen(rule: ItemRule, filled: Mapping[str, str]) -> None:
    for key, choice in rule.choices.items():
        if key in filled and filled[key] not in choice.values:
            raise Incomplete(f"请选择{choice.title}", field=key)


def _order(rule: ItemRule, number: str, body: Body) -> Matter | None:
    if rule.order == "none":
        return None
    if not number.strip():
        if rule.order == "required":
            raise Incomplete(f"{rule.title}须关联诉求件", mend="请填写诉求件编号", field="order_no")
        return None
    return order_of(number, body)


def _check_twice(rule: ItemRule, body: Body, order: Matter | None, article: str) -> None:
    rows = Entry.objects.filter(body=body, item=rule.code, matter__state__in=LIVE)
    if order is not None and rows.filter(order=order).exists():
        raise WrongState(f"诉求件{order.number}的“{rule.title}”已经登记过", mend="请查看已有登记")
    if article and rows.filter(article=article).exists():
        raise WrongState(f"同一篇的“{rule.title}”已经登记过", mend="请查看已有登记")


@transaction.atomic
def entry_propose(
    *,
    body: Body,
    item: str,
    date: dt.date,
    content: Mapping[str, object],
    actor: Actor,
    at: dt.datetime,
    conditions: Sequence[str] = (),
    order_no: str = "",
    files: Sequence[Upload] = (),
    source: str = "",
) -> Entry:
    """Enter a deduction or bonus: what its item asks for, its conditions confirmed, its proof as files.

    date: the day that decides its period (of an award: the document's). The unit enters its own awards, publicity
    and hard cases; everything else the platform enters. source: the candidate it comes from. Proof may still be
    added until the command centre decides; without it nothing is approved.
    Errors: NotAllowed, Incomplete naming the field, WrongState (entered already, body not assessed).
    """
    day = local_day(at)
    rule = records.item_rule(item, day)
    if rule is None:
        raise Incomplete("请选择登记项目", field="item")
    check_assessed(body)
    proposer = _proposer(rule, body, actor)
    _check_date(rule, date, day)
    confirmed = _check_conditions(rule, conditions)
    filled = paper(rule.content, content)
    _check_chosen(rule, filled)
    order = _order(rule, order_no, body)
    article = article_of(filled.get("title", "")) if rule.publicity else ""
    Body.objects.select_for_update(no_key=True).get(
        pk=body.pk
    )  # two who enter the same thing at once come one after the other
    _check_twice(rule, body, order, article)
    facts = {"item": item, "date": date, "order": order.pk if order else 0, "proposer": proposer}
    matter = ledger.matter_open(
        kind=ENTRY,
        number=ledger.number_next("assessment.entry", at),
        title=rule.title,
        body_id=body.pk,
        actor=actor,
        at=at,
        facts=facts,
        data={"order_no": order.number if order else "", "conditions": confirmed, "source": source},
    )
    entry = Entry(
        matter=matter,
        jurisdiction=matter.jurisdiction,
        body=body,
        item=item,
        side=Entry.Side.BONUS if rule.bonus else Entry.Side.DEDUCTION,
        date=date,
        order=order,
        source=source,
        article=article,
        content=filled,
        proposer=proposer,
        proposed_at=at,
        proposed_by=actor.name,
    )
    with door():
        entry.save(force_insert=True)
    attach(matter, files, actor=actor, at=at)
    return entry


def missing_proof(entry: Entry) -> list[str]:
    """The kinds of proof that an entry still lacks; without proof it cannot count.

    A deduction for which no kind is prescribed needs at least a file or the request that it concerns.
    Source: smx-hotline-assessment-annex/4.1.a, smx-hotline-assessment-annex/4.4.a
    """
    rule = records.item_rule(entry.item, local_day(entry.proposed_at))
    if rule is None:
        return []
    there = [file.purpose for file in entry.matter.attachments.all()]
    lacking = [material for material in rule.materials if material not in there]
    if not rule.materials and not there and entry.order_id is None:
        lacking.append("证明材料")
    return lacking


@transaction.atomic
def entry_supplement(*, entry: Entry, files: Sequence[Upload], actor: Actor, at: dt.datetime) -> Entry:
    """Add proof to an entry that is not decided yet.

    Errors: NotAllowed, Incomplete (no file), WrongState.
    """
    if not files:
        raise Incomplete("请选择要补充的文件", field="papers")
    fresh, matter = locked(entry, "body")
    data = {"files": len(files), "materials": [one.purpose for one in files]}
    ledger.act(matter=matter, action="supplement", actor=actor, at=at, data=data)
    attach(matter, files, actor=actor, at=at)
    return fresh


@transaction.atomic
def entry_approve(*, entry: Entry, actor: Actor, at: dt.datetime, opinion: str = "") -> Entry:
    """The command centre approves an entry; from now on it counts on its date.

    One piece of publicity counts at its highest level only: a lower one that counted stops counting; a lower one
    is not approved beside a higher one.
    Errors: NotAllowed, Incomplete (proof is missing), WrongState.
    Source: smx-hotline-assessment/4.3.2.2
    """
    require(may_approve(actor), "审定加减分")
    said = line(opinion, field="opinion", label="审定意见", longest=300, required=False)
    fresh, matter = locked(entry, "body")
    if matter.state != "proposed":
        raise ledger.wrong_state(matter, "approve")
    lacking = missing_proof(fresh)
    if lacking:
        raise Incomplete(f"缺{'、'.join(lacking)}，不能计分", mend="请补充材料后再审定", field="papers")
    lower = settle_levels(fresh, local_day(fresh.proposed_at))
    ledger.act(
        matter=matter, action="approve", actor=actor, at=at, data={"opinion": safe(said, fresh.order_id)}
    )
    with door():
        fresh.decided_at, fresh.decided_by, fresh.decision = at, actor.name, said
        fresh.save(update_fields=["decided_at", "decided_by", "decision"])
    for one in lower:
        one.superseded(by=fresh, at=at)
    return fresh


def entries_approve(
    *, entries: Sequence[Entry], actor: Actor, at: dt.datetime
) -> tuple[list[Entry], list[tuple[Entry, str]]]:
    """Approve several entries, each by itself; returns those approved and those refused with the reason.

    Errors: NotAllowed.
    """
    require(may_approve(actor), "审定加减分")
    done: list[Entry] = []
    refused: list[tuple[Entry, str]] = []
    for entry in entries:
        try:
            done.append(entry_approve(entry=entry, actor=actor, at=at))
        except Refusal as refusal:
            refused.append((entry, str(refusal)))
    return done, refused


@transaction.atomic
def entry_reject(*, entry: Entry, reason: str, actor: Actor, at: dt.datetime) -> Entry:
    """The command centre does not approve an entry, with the reason.

    Errors: NotAllowed, Incomplete (reason), WrongState.
    """
    why = reason_of(reason)
    fresh, matter = locked(entry, "body")
    data = {"reason": safe(why, fresh.order_id)}
    ledger.act(matter=matter, action="reject", actor=actor, at=at, data=data)
    with door():
        fresh.decided_at, fresh.decided_by, fresh.decision = at, actor.name, why
        fresh.save(update_fields=["decided_at", "decided_by", "decision"])
    return fresh


def _end(entry: Entry, action: str, reason: str, actor: Actor, at: dt.datetime) -> Entry:
    why = reason_of(reason)
    fresh, matter = locked(entry, "body")
    data = {"reason": safe(why, fresh.order_id)}
    ledger.act(matter=matter, action=action, actor=actor, at=at, data=data)
    with door():
        fresh.ended_at, fresh.ended_by, fresh.end_reason = at, actor.name, why
        fresh.save(update_fields=["ended_at", "ended_by", "end_reason"])
    return fresh


@transaction.atomic
def entry_withdraw(*, entry: Entry, reason: str, actor: Actor, at: dt.datetime) -> Entry:
    """Who proposed an entry takes it back before it is decided, with the reason.

    Errors: NotAllowed, Incomplete (reason), WrongState.
    """
    return _end(entry, "withdraw", reason, actor, at)


@transaction.atomic
def entry_revoke(*, entry: Entry, reason: str, actor: Actor, at: dt.datetime) -> Entry:
    """The command centre revokes an approved entry, with the reason: it never counts, and stays on record.

    A lower level of the same piece of publicity counts again.
    Errors: NotAllowed, Incomplete (reason), WrongState.
    """
    require(may_approve(actor), "撤销加减分")
    fresh = _end(entry, "revoke", reason, actor, at)
    restore_lower(fresh, at)
    return fresh


@transaction.atomic
def entry_refer(*, entry: Entry, to: str, actor: Actor, at: dt.datetime) -> Entry:
    """Register that a grave case of fraud, or a leak with grave consequences, was handed over for discipline.

    to: the authority it was handed to.
    Errors: NotAllowed, Incomplete, WrongState (not approved, another item).
    Source: smx-hotline-assessment/4.3.1.8.a, smx-hotline-assessment-annex/3.7.a
    """
    where = line(to, field="to", label="移交部门", longest=100)
    fresh, matter = locked(entry, "body")
    if fresh.item not in ("fraud", "leak"):
        raise WrongState("只有弄虚作假和失密、泄密可登记移交", mend="请核对项目")
    ledger.act(matter=matter, action="refer", actor=actor, at=at, data={"to": where})
    with door():
        fresh.referred_at, fresh.referred_to = at, where
        fresh.save(update_fields=["referred_at", "referred_to"])
    return fresh
