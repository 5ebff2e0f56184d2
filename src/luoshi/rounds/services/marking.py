"""Marks: each assessor only what is assigned, with the way in which it was found; exemptions; agreed marks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction

from luoshi.engines.rulebook import Item, Scheme
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.inputs import block, line
from luoshi.ledger.models import door
from luoshi.ledger.once import once
from luoshi.organisation.selectors import local_day
from luoshi.rounds import measured, rules
from luoshi.rounds.models import Assignment, Mark, Member, Round, RoundUnit, SelfItem
from luoshi.rounds.services.checks import known_leaf, lock_round, lock_unit, number
from luoshi.rounds.services.notice import ANSWERS
from luoshi.rounds.services.team import missing_pools, recusal

CENT = Decimal("0.01")


@transaction.atomic
def marking_start(*, round: Round, actor: Actor, at: dt.datetime, version: int | None = None) -> Round:
    """Let the team begin. The day that the plan gives must have come, and the team must be complete.

    Errors: WrongState (too early, somebody is missing from the team), NotAllowed.
    """
    fresh, matter = lock_round(round)
    start = fresh.day("start")
    if start is not None and local_day(at) < start:
        raise WrongState(f"方案确定{start:%Y年%-m月%-d日}开始考核，现在还不能评分")
    missing = missing_pools(fresh)
    if missing:
        raise WrongState(f"考核组还没有{'、'.join(missing)}派出的成员", mend="请先在“考核组”中补齐")
    if not Member.objects.filter(round=fresh, left_at__isnull=True).exists():
        raise WrongState("考核组还没有成员", mend="请先组建考核组")
    ledger.act(matter=matter, action="mark", actor=actor, at=at, version=version)
    return fresh


@once
def member_of(round: Round, actor: Actor) -> Member | None:
    """The actor's membership, None for those not in the team (any more)."""
    if actor.user_id is None:
        return None
    found: Member | None = Member.objects.filter(
        round=round, user_id=actor.user_id, left_at__isnull=True
    ).first()
    return found


def may_mark(tasks: Sequence[Assignment], unit: RoundUnit, item: str) -> bool:
    """Whether one of the tasks covers a unit's item; item is the id of a top group."""
    return any(
        task.class_key == unit.class_key and task.unit_id in (None, unit.pk) and task.item in ("", item)
        for task in tasks
    )


def top_of(scheme: Scheme, leaf: str) -> Item:
    """The top group (column) of a leaf."""
    return next(top for top in scheme.items if any(one.id == leaf for one in top.leaves()))


def is_marked(scheme: Scheme, leaf: Item) -> bool:
    """Whether assessors mark a leaf. What lies outside the total is entered as records, one by one, with evidence:
    bonuses, and deductions that ask nothing."""
    part = rules.part_of(scheme, leaf.id)
    if leaf.kind == "formula" or part == "bonus":
        return False
    return not (part == "deduction" and leaf.kind == "mark" and not leaf.asks)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is given for one item. points: of a mark. answers: {ask: met | unmet | na} or {failure: times}."""

    leaf: str
    points: Any = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""


@transaction.atomic
def marks_set(
    *,
    unit: RoundUnit,
    entries: Sequence[Entry],
    methods: Sequence[str],
    actor: Actor,
    at: dt.datetime,
    version: int | None = None,
) -> list[Mark]:
    """Mark some items of one unit. Only a member with the task, never where recusal stands against it; the methods
    used are named.

    Errors: NotAllowed (no task, recusal), Incomplete naming the field, WrongState (not in marking).
    Source: smx-openness-assessment/11.6
    """
    fresh, matter, scheme = _marking(unit)
    rule = rules.rule_of(fresh.round)
    member = member_of(fresh.round, actor)
    if member is None:
        raise NotAllowed("您不是本次考评的考核组成员", mend="请联系考评办")
    why = recusal(rule, member, class_key=fresh.class_key, unit=fresh)
    if why:
        raise NotAllowed(why, mend="请联系考评办改派")
    tasks = list(member.assignments.all())
    for entry in entries:
        item = _markable(fresh, scheme, entry.leaf)
        if not may_mark(tasks, fresh, top_of(scheme, item.id).id):
            raise NotAllowed(f"{fresh.name}的“{item.title}”没有分派给您", mend="请联系考评办")
    ways = _methods(rule, methods)
    return _save(fresh, matter, scheme, entries, _By(member, actor, at, "mark", ways, version))


@transaction.atomic
def mark_agree(*, unit: RoundUnit, entry: Entry, actor: Actor, at: dt.datetime) -> Mark:
    """Enter what the team agreed on where its members differ; it goes before their own marks. The reason is told.

    Errors: NotAllowed (the office only), Incomplete, WrongState.
    """
    fresh, matter, scheme = _marking(unit)
    return agree_on(unit=fresh, matter=matter, scheme=scheme, entry=entry, actor=actor, at=at)


def agree_on(
    *, unit: RoundUnit, matter: Any, scheme: Scheme, entry: Entry, actor: Actor, at: dt.datetime
) -> Mark:
    """Enter a mark that goes before those of the members, on a unit whose matter is held. Its reason is told."""
    line(entry.note, field="note", label="合议理由", longest=500)
    _markable(unit, scheme, entry.leaf)
    return _save(unit, matter, scheme, [entry], _By(None, actor, at, "agree", [], None))[0]


@dataclass(frozen=True, slots=True)
class _By:
    """Who marks, when, by which step, in which ways."""

    member: Member | None
    actor: Actor
    at: dt.datetime
    action: str
    methods: list[str]
    version: int | None


def _marking(unit: RoundUnit) -> tuple[RoundUnit, Any, Scheme]:
    ledger.lock(unit.round_id)
    fresh, matter = lock_unit(unit)
    if fresh.round.matter.state != "marking":
        raise WrongState("现在不是评分阶段", mend="请核对考评目前所处的环节")
    return fresh, matter, rules.full_scheme(fresh.round, fresh.class_key)


def _markable(unit: RoundUnit, scheme: Scheme, leaf: str) -> Item:
    item = known_leaf(unit, leaf)
    if not is_marked(scheme, item):
        raise WrongState(f"{item.title}不由考核组评分", mend="加减分请登记日常记录并附证据报批")
    if leaf in unit.exempt:
        raise WrongState(f"{unit.name}已认定没有“{item.title}”的任务，不评分")
    return item


def _methods(rule: Any, methods: Sequence[str]) -> list[str]:
    known = {one.value for one in rule.methods}
    found = [method for method in methods if method in known]
    if known and not found:
        raise Incomplete("请至少选择一种考核方式", field="methods")
    return found


def _save(unit: RoundUnit, matter: Any, scheme: Scheme, entries: Sequence[Entry], by: _By) -> list[Mark]:
    there = {row.leaf: row for row in Mark.objects.filter(unit=unit, member=by.member)}
    own = {row.leaf: row for row in SelfItem.objects.filter(unit=unit)}
    rows: list[Mark] = []
    for entry in entries:
        item = rules.leaf_of(scheme, entry.leaf)
        row = there.get(item.id) or Mark(unit=unit, leaf=item.id, member=by.member)
        given = _measured(item, entry, own.get(item.id), by.at)
        row.points, row.answers = _points(item, entry.points), _answers(item, given)
        row.note = line(entry.note, field=f"note-{item.id}", label="理由", longest=500, required=False)
        row.methods, row.at, row.by = by.methods, by.at, by.actor.name
        rows.append(row)
    marks = {
        row.leaf: {
            "points": None if row.points is None else str(row.points),
            "answers": row.answers,
            "reason": row.note,
        }
        for row in rows
    }
    data = {"marks": marks, "methods": by.methods, "member": by.member.pk if by.member else None}
    ledger.act(matter=matter, action=by.action, actor=by.actor, at=by.at, version=by.version, data=data)
    with door():
        for row in rows:
            row.save()
    return rows


def _measured(item: Item, entry: Entry, own: SelfItem | None, at: dt.datetime) -> dict[str, Any]:
    """The answers with those that follow from what the unit entered; who finds otherwise says why."""
    if item.kind == "failures":
        return _failings(item, entry, own, at)
    computed = measured.answers(item, own.values if own else {}, at=at)
    found = {**computed, **entry.answers}
    for ask in item.asks:
        said = str(found.get(ask.key, ""))
        differs = ask.key in computed and said in ANSWERS and said != computed[ask.key]
        if differs and not entry.note.strip():
            raise Incomplete(
                f"“{ask.title}”按填报数据为{ANSWERS[computed[ask.key]]}，认定为{ANSWERS[said]}的须写明理由",
                field=f"note-{item.id}",
            )
    return found


def _failings(item: Item, entry: Entry, own: SelfItem | None, at: dt.datetime) -> dict[str, Any]:
    """The failings as found: one left empty is taken from what the unit entered, another number has its reason."""
    told = own is not None and own.done != SelfItem.Done.NONE
    counted = measured.failings(item, own.answers, own.values, at=at) if own and told else {}
    found: dict[str, Any] = {}
    for one in item.failures:
        said = entry.answers.get(one.key)
        found[one.key] = counted.get(one.key, 0) if said in (None, "") else said
        if (
            one.key in counted
            and _times(one.key, found[one.key]) != counted[one.key]
            and not entry.note.strip()
        ):
            raise Incomplete(
                f"“{one.title}”按填报情况计{counted[one.key]}次，认定为{found[one.key]}次的须写明理由",
                field=f"note-{item.id}",
            )
    return found


def _points(item: Item, points: Any) -> Decimal | None:
    if item.kind != "mark":
        return None
    value = number("" if points is None else points, field=f"points-{item.id}", label=f"{item.id}的评分")
    if value < 0 or (item.max is not None and value > item.max):
        most = f"到{item.max}" if item.max is not None else "以上"
        raise Incomplete(f"{item.id} {item.title}的评分须在0{most}分之间", field=f"points-{item.id}")
    if value != value.quantize(CENT):
        raise Incomplete(f"{item.id}的评分最多两位小数", field=f"points-{item.id}")
    return value


def _answers(item: Item, given: Mapping[str, Any]) -> dict[str, Any]:
    """What was found for each ask (or, for failures, how often), checked."""
    if item.kind == "failures":
        return {one.key: _times(one.key, given.get(one.key)) for one in item.failures if given.get(one.key)}
    keys = [ask.key for ask in item.asks]
    if item.kind == "check" and not keys:
        keys = ["met"]
    found = {key: str(given[key]) for key in keys if given.get(key) in ANSWERS}
    if item.kind == "check" and len(found) < len(keys):
        raise Incomplete(f"{item.id} {item.title}：请逐项填写是否达到要求", field=f"answer-{item.id}")
    return found


def _times(key: str, given: Any) -> int:
    value = number(given, field=f"answer-{key}", label="次数")
    if value != int(value) or not 0 <= value <= 999:
        raise Incomplete("次数须为0到999的整数", field=f"answer-{key}")
    return int(value)


@transaction.atomic
def exempt_set(*, unit: RoundUnit, leaf: str, reason: str, actor: Actor, at: dt.datetime) -> RoundUnit:
    """Find that a unit has no such task, with the reason; an empty reason takes it back.

    Errors: Incomplete (unknown item), WrongState (summed up already), NotAllowed (the office only).
    """
    ledger.lock(unit.round_id)
    fresh, matter = lock_unit(unit)
    if fresh.round.matter.state not in ("planned", "running", "marking"):
        raise WrongState("方案审定之后、汇总之前才能认定有无任务")
    item = known_leaf(fresh, leaf)
    if item.kind == "formula":
        raise Incomplete("这一项由系统数据计分，不能认定", field="leaf")
    why = block(reason, field="reason", label="理由", longest=300, required=False)
    exempt = {key: text for key, text in fresh.exempt.items() if key != leaf}
    fresh.exempt = exempt | ({leaf: why} if why else {})
    ledger.act(
        matter=matter,
        action="exempt",
        actor=actor,
        at=at,
        data={"leaf": leaf, "exempt": bool(why), "reason": why},
    )
    with door():
        fresh.save()
    return fresh
