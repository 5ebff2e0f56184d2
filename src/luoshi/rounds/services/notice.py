"""The notice to the units, and what each hands in after looking at itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction

from luoshi.engines.rulebook import Item
from luoshi.engines.rulebook.rounds import WRITTEN
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import block, line
from luoshi.ledger.models import door
from luoshi.organisation.selectors import liaisons_on, local_day
from luoshi.rounds import measured, rules
from luoshi.rounds.models import Remark, Round, RoundUnit, SelfItem
from luoshi.rounds.services.checks import LONG, known_leaf, lock_round, lock_unit, not_after, number

ANSWERS = {"met": "达到", "unmet": "未达到", "na": "不适用"}


@transaction.atomic
def notice_issue(
    *, round: Round, text: str, actor: Actor, at: dt.datetime, version: int | None = None
) -> Round:
    """Send the notice of the assessment to every listed unit; it comes before the assessment begins.

    Errors: Incomplete (no text), WrongState (plan not approved, or the beginning has come already), NotAllowed.
    Source: smx-openness-assessment/11.3
    """
    body = block(text, field="text", label="通知内容", longest=LONG)
    fresh, matter = lock_round(round)
    start = fresh.day("start")
    if start is not None and local_day(at) >= start:
        raise WrongState(
            f"考核通知须早于考核开始之日（{start:%Y年%-m月%-d日}）下发", mend="请重新报批方案中的开始日期"
        )
    event = ledger.act(matter=matter, action="notify", actor=actor, at=at, version=version)
    fresh.notice, fresh.noticed_at = body, at
    with door():
        fresh.save()
    due = fresh.day("self_due")
    units = fresh.units.filter(matter__state="listed").select_related("matter", "body")
    for unit in units.order_by("matter_id"):
        facts: dict[str, Any] = {"self_due": rules.end_of(due)} if due else {}
        facts["self_dated"] = due is not None
        ledger.act(matter=unit.matter, action="notify", actor=actor, at=at, data={"facts": facts})
        _tell(fresh, unit, at, event.seq, due)
    _expect(fresh, matter, actor, at)
    return fresh


def _tell(round: Round, unit: RoundUnit, at: dt.datetime, seq: int, due: dt.date | None) -> None:
    until = f"，请于{due:%-m月%-d日}前报送自查材料" if due else ""
    for person in liaisons_on(unit.body, local_day(at)):
        if person.mobile:
            ledger.outbox_put(
                channel="sms",
                to=person.mobile,
                to_name=person.name,
                text=f"{round.title}已下发通知{until}，详见系统。",
                key=f"rounds:{round.pk}:{seq}:sms:{unit.pk}:{person.pk}",
                at=at,
                matter=unit.matter,
                body_id=unit.body_id,
            )


def _expect(round: Round, matter: Any, actor: Actor, at: dt.datetime) -> None:
    """Open what is owed each quarter: the notice of the daily records, and the spot check."""
    rule = rules.rule_of(round)
    days = rules.setting("notice_days", round)
    for what, every, more in (("notice", rule.records.every, days), ("spot", rule.spot.every, 0)):
        if every != "quarter":
            continue
        for place in range(1, 5):
            last = dt.date(round.year + place // 4, (3 * place) % 12 + 1, 1) - dt.timedelta(days=1)
            data = {
                "what": what,
                "quarter": place,
                "quarter_due": rules.end_of(last + dt.timedelta(days=more)),
            }
            ledger.act(matter=matter, action="expect", actor=actor, at=at, data=data)


@dataclass(frozen=True, slots=True)
class Own:
    """What a unit says of one item. answers: {ask: met | unmet | na}. points: its own mark, as entered.

    values: what is entered for asks that are measured (luoshi.rounds.measured); None leaves what stands.
    """

    leaf: str
    done: str
    text: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    points: Any = None
    values: Mapping[str, Any] | None = None


@transaction.atomic
def self_save(
    *,
    unit: RoundUnit,
    items: Sequence[Own],
    actor: Actor,
    at: dt.datetime,
    report: str | None = None,
    version: int | None = None,
) -> list[SelfItem]:
    """Keep what the unit says of some items, and the draft of its report; nothing is judged yet.

    Asks that are measured are answered by the values entered for them, numbers or dated cases: no one can say yes
    where the numbers say no.

    Errors: Incomplete naming the field, NotAllowed (another unit), WrongState (handed in already).
    """
    fresh, matter = lock_unit(unit)
    scored = rules.rule_of(fresh.round).own.scored
    there = {row.leaf: row for row in SelfItem.objects.filter(unit=fresh)}
    rows = [_own(fresh, one, there, scored, at) for one in items]
    if report is not None:
        fresh.report = block(report, field="report", label="自查报告", longest=LONG * 5, required=False)
    said = {
        row.leaf: {
            "done": row.done,
            "answers": row.answers,
            "values": row.values,
            "points": None if row.points is None else str(row.points),
        }
        for row in rows
    }
    ledger.act(matter=matter, action="save", actor=actor, at=at, version=version, data={"items": said})
    with door():
        for row in rows:
            row.save()
        fresh.save()
    return rows


def _own(unit: RoundUnit, one: Own, there: Mapping[str, SelfItem], scored: bool, at: dt.datetime) -> SelfItem:
    item = known_leaf(unit, one.leaf)
    if one.done not in SelfItem.Done.values:
        raise Incomplete(f"{one.leaf} {item.title}：请选择完成情况", field=f"done-{one.leaf}")
    row = there.get(one.leaf) or SelfItem(unit=unit, leaf=one.leaf)
    row.done = one.done
    row.text = block(one.text, field=f"text-{one.leaf}", label="说明", longest=LONG, required=False)
    if one.done == SelfItem.Done.NONE:
        _check_explained(unit, item, row.text)
    row.points = _own_points(item, one.points) if scored else None
    if one.values is not None:
        row.values = measured.checked(item, one.values, at=at)
    given = {key: value for key, value in one.answers.items() if value in ANSWERS}
    given |= measured.answers(item, row.values, at=at)
    row.answers = {ask.key: given[ask.key] for ask in item.asks if ask.key in given}
    return row


def _check_explained(unit: RoundUnit, item: Item, text: str) -> None:
    """Where the rule asks for it, a unit says in writing that it has no such task; the office decides on it.

    Source: yueyang-openness-assessment/c99.1
    """
    explain = rules.rule_of(unit.round).class_(unit.class_key).explain
    if explain and explain != WRITTEN and unit.round.figures.get(explain) != "1":
        raise Incomplete(
            f"{item.id} {item.title}：本类单位不能说明无此项任务",
            field=f"done-{item.id}",
            mend="确无此项任务的，请联系考评办",
        )
    if explain and not text:
        raise Incomplete(f"{item.id} {item.title}：无此项任务的，请书面说明", field=f"text-{item.id}")


def _own_points(item: Item, points: Any) -> Decimal | None:
    if points in (None, ""):
        return None
    value = number(points, field=f"points-{item.id}", label="自评分")
    if value < 0 or (item.max is not None and value > item.max):
        most = f"到{item.max}" if item.max is not None else "以上"
        raise Incomplete(f"{item.id} {item.title}的自评分须在0{most}分之间", field=f"points-{item.id}")
    return value


def self_problems(unit: RoundUnit) -> list[str]:
    """What the unit's papers still lack, in sentences."""
    rule = rules.rule_of(unit.round)
    rows = {row.leaf: row for row in unit.own.all()}
    scheme = rules.shown_scheme(unit.round, unit.class_key)
    wanted = [
        leaf
        for top in scheme.items
        for leaf in top.leaves()
        if leaf.kind != "formula" and leaf.id not in unit.exempt
        if top.part in ("base", "regular") or rule.own.scored or _looked_at(top.part, leaf)
    ]
    missing = [leaf for leaf in wanted if leaf.id not in rows and not _optional(scheme, leaf)]
    problems = []
    if missing:
        shown = "、".join(f"{leaf.id} {leaf.title}" for leaf in missing[:5])
        problems.append(f"还有{len(missing)}项没有填写：{shown}{'等' if len(missing) > 5 else ''}")
    if rule.own.scored:
        bare = [leaf for leaf in wanted if leaf.id in rows and rows[leaf.id].points is None]
        bare = [
            leaf for leaf in bare if rows[leaf.id].done != SelfItem.Done.NONE and not _optional(scheme, leaf)
        ]
        if bare:
            problems.append(f"还有{len(bare)}项没有自评分：{'、'.join(leaf.id for leaf in bare[:5])}")
    if rule.own.report and not unit.report.strip():
        problems.append("没有自查报告")
    missing_persons = [one.label for one in rule.persons if not unit.persons.get(one.value)]
    if missing_persons:
        problems.append(f"没有登记{'、'.join(missing_persons)}")
    return problems


def _looked_at(part: str, leaf: Item) -> bool:
    """Whether a deduction names what is looked at, so that the unit answers it like any other item."""
    return part == "deduction" and bool(leaf.asks or leaf.failures)


def _optional(scheme: Any, leaf: Item) -> bool:
    return rules.part_of(scheme, leaf.id) == "bonus"


@transaction.atomic
def self_submit(
    *,
    unit: RoundUnit,
    report: str,
    actor: Actor,
    at: dt.datetime,
    persons: Mapping[str, str] | None = None,
    version: int | None = None,
) -> RoundUnit:
    """Hand in the self-assessment: every item answered, with the written report; the receivers are told.

    Errors: Incomplete with everything that is missing, NotAllowed, WrongState.
    Source: smx-openness-assessment/11.4, smx-openness-assessment/11.5
    """
    fresh, matter = lock_unit(unit)
    rule = rules.rule_of(fresh.round)
    fresh.report = block(report, field="report", label="自查报告", longest=LONG * 5, required=rule.own.report)
    known = {one.value: one.label for one in rule.persons}
    fresh.persons = {
        key: line(text, field=f"person-{key}", label=known[key], longest=40)
        for key, text in (persons or {}).items()
        if key in known and text.strip()
    }
    problems = self_problems(fresh)
    if problems:
        raise Incomplete("自查材料还不能报送：" + "；".join(problems), field="report")
    ledger.act(
        matter=matter,
        action="submit",
        actor=actor,
        at=at,
        version=version,
        data={
            "to": rule.organs.get(rule.own.to, ""),
            "copies": [rule.organs[key] for key in rule.own.copies],
        },
    )
    fresh.submitted_at, fresh.submitted_by = at, actor.name
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def self_recall(*, unit: RoundUnit, actor: Actor, at: dt.datetime) -> RoundUnit:
    """Take the papers back to change them, before the date for handing in.

    Errors: WrongState (the date has passed, or marking has begun), NotAllowed.
    """
    fresh, matter = lock_unit(unit)
    if fresh.round.matter.state != "running":
        raise WrongState("评分已经开始，不能撤回自查材料", mend="如需补充，请联系考核组")
    not_after(fresh.round.day("self_due"), at, doing="撤回自查材料")
    ledger.act(matter=matter, action="recall", actor=actor, at=at)
    fresh.submitted_at, fresh.submitted_by = None, ""
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def remark_add(*, unit: RoundUnit, text: str, actor: Actor, at: dt.datetime) -> Remark:
    """Put an objection on record. Errors: Incomplete, NotAllowed (another unit), WrongState."""
    says = block(text, field="text", label="意见", longest=LONG)
    fresh, matter = lock_unit(unit)
    ledger.act(matter=matter, action="remark", actor=actor, at=at)
    with door():
        row: Remark = Remark.objects.create(unit=fresh, text=says, at=at, by=actor.name)
    return row


@transaction.atomic
def remark_answer(*, remark: Remark, text: str, actor: Actor, at: dt.datetime) -> Remark:
    """Answer an objection, once. Errors: Incomplete, NotAllowed, WrongState."""
    says = block(text, field="answer", label="答复", longest=LONG)
    _, matter = lock_unit(remark.unit)
    fresh = Remark.objects.get(pk=remark.pk)
    if fresh.answered_at is not None:
        raise WrongState("这条意见已经答复", mend="请刷新页面查看")
    ledger.act(matter=matter, action="answer", actor=actor, at=at)
    fresh.answer, fresh.answered_at, fresh.answered_by = says, at, actor.name
    with door():
        fresh.save()
    return fresh
