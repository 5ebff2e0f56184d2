"""The plan: units, dates, figures and points, handed in whole and approved before anything begins."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction

from luoshi.engines.assessment import columns, points_problems
from luoshi.engines.assessment.points import plain
from luoshi.engines.rulebook import Round as RoundRule
from luoshi.engines.rulebook.rounds import RoundClass, latest_day
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import block, line
from luoshi.ledger.models import Matter, door
from luoshi.organisation.models import Body
from luoshi.rounds import rules
from luoshi.rounds.models import PointsTable, Round, RoundUnit
from luoshi.rounds.policies import may_manage, require
from luoshi.rounds.services.checks import filled, lock_round, number
from luoshi.rounds.states import ROUND, UNIT


@transaction.atomic
def round_open(
    *, rule: str, year: int, office: Body, actor: Actor, at: dt.datetime, title: str = ""
) -> Round:
    """Open a round on a year; the units that the rulebook names are proposed separately.

    Errors: NotAllowed, WrongState where the rulebook knows no such round in that year, or one is there already.
    """
    require(may_manage(actor) and actor.body_id == office.pk, "组织本级考评")
    found = rules.rule_on(rule, dt.date(year, 12, 31))
    if found.holders and office.kind not in found.holders:
        raise Incomplete(f"{found.title}不由{office.name}组织", mend="请按层级选择考评办法", field="rule")
    name = line(title or f"{year}年度{found.title}", field="title", label="名称", longest=120)
    if Round.objects.filter(jurisdiction=settings.JURISDICTION, rule=rule, year=year, office=office).exists():
        raise WrongState(f"{year}年度的{found.title}已经立项", mend="请在列表中打开")
    matter = ledger.matter_open(
        kind=ROUND,
        title=name,
        body_id=office.pk,
        actor=actor,
        at=at,
        facts={"rule": rule, "year": year},
    )
    round = Round(
        matter=matter, jurisdiction=matter.jurisdiction, rule=rule, year=year, title=name, office=office
    )
    with door():
        round.save(force_insert=True)
    return round


@transaction.atomic
def plan_save(
    *,
    round: Round,
    texts: Mapping[str, str],
    dates: Mapping[str, dt.date | None],
    figures: Mapping[str, Any],
    actor: Actor,
    at: dt.datetime,
    version: int | None = None,
) -> Round:
    """Keep the plan as far as it is written; what is missing is asked for only when it is handed in.

    Errors: Incomplete (a date out of order or too late, a figure out of bounds), NotAllowed, WrongState.
    """
    fresh, matter = lock_round(round)
    rule = rules.rule_of(fresh)
    fresh.texts = filled(rule.contents, texts, whole=False, prefix="text-")
    days = {key: day for key, day in dates.items() if day and rule.date(key)}
    _check_dates(rule, fresh.year, days)
    fresh.dates = {key: day.isoformat() for key, day in days.items()}
    fresh.figures = _figures(rule, figures)
    ledger.act(
        matter=matter,
        action="plan",
        actor=actor,
        at=at,
        version=version,
        data={"dates": fresh.dates, "figures": fresh.figures, "texts": sorted(fresh.texts)},
    )
    with door():
        fresh.save()
    return fresh


def _check_dates(rule: RoundRule, year: int, days: Mapping[str, dt.date]) -> None:
    for one in rule.dates:
        day = days.get(one.key)
        if day is None:
            continue
        latest = latest_day(one, year)
        if latest is not None and day > latest:
            raise Incomplete(f"{one.label}不得晚于{latest:%Y年%-m月%-d日}", field=f"date-{one.key}")
        for key in one.before:
            other, later = rule.date(key), days.get(key)
            if other and later and day >= later:
                raise Incomplete(f"{one.label}须早于{other.label}", field=f"date-{one.key}")


def _figures(rule: RoundRule, given: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in rule.figures:
        text = given.get(one.key)
        if text in (None, ""):
            continue
        value = number(text, field=f"figure-{one.key}", label=one.label)
        if (one.low is not None and value < one.low) or (one.high is not None and value > one.high):
            low, high = (plain(end) if end is not None else "不限" for end in (one.low, one.high))
            raise Incomplete(f"{one.label}须在{low}到{high}之间", field=f"figure-{one.key}")
        found[one.key] = plain(value)
    return found


@transaction.atomic
def units_set(
    *, round: Round, class_key: str, bodies: Iterable[Body], actor: Actor, at: dt.datetime
) -> list[RoundUnit]:
    """Set the list of units of a class: new ones are listed, those no longer named are taken out.

    Errors: Incomplete (a unit that stands in another class), NotAllowed, WrongState.
    """
    fresh, matter = lock_round(round)
    kind = rules.rule_of(fresh).class_(class_key)
    wanted = {body.pk: body for body in bodies}
    _check_subjects(kind, fresh.office, wanted.values())
    there = {unit.body_id: unit for unit in fresh.units.select_related("matter", "body")}
    for pk, body in wanted.items():
        if pk in there and there[pk].class_key != class_key and there[pk].matter.state != "removed":
            raise Incomplete(f"{body.name}已列在另一类中", mend="请先从另一类移出", field="bodies")
    ledger.act(
        matter=matter,
        action="plan",
        actor=actor,
        at=at,
        data={"class": class_key, "bodies": sorted(body.code for body in wanted.values())},
    )
    for pk, unit in there.items():
        if unit.class_key == class_key and pk not in wanted and unit.matter.state == "listed":
            ledger.act(matter=unit.matter, action="remove", actor=actor, at=at)
    for pk, body in wanted.items():
        if pk not in there:
            _list(fresh, matter, kind.key, body, actor, at)
        elif there[pk].matter.state == "removed":
            _list_again(there[pk], kind.key, actor, at)
    return list(fresh.units.filter(class_key=class_key).exclude(matter__state="removed"))


def _check_subjects(kind: RoundClass, holder: Body, bodies: Iterable[Body]) -> None:
    """The regulation applies to certain kinds of bodies only; a lower tier assesses what stands under it.

    Source: smx-openness-assessment/2
    """
    for body in bodies:
        if kind.below and body.parent_id != holder.pk:
            raise Incomplete(f"{body.name}不是{holder.name}的下属单位，不能列入", field="bodies")
        if kind.subjects and body.kind not in kind.subjects:
            raise Incomplete(
                f"{body.name}（{body.get_kind_display()}）不属于{kind.title}的考评对象", field="bodies"
            )


def _list_again(unit: RoundUnit, class_key: str, actor: Actor, at: dt.datetime) -> None:
    ledger.act(matter=unit.matter, action="relist", actor=actor, at=at, data={"facts": {"class": class_key}})
    unit.class_key = class_key
    with door():
        unit.save()


def _list(
    round: Round, parent: Matter, class_key: str, body: Body, actor: Actor, at: dt.datetime
) -> RoundUnit:
    name = body.name_on(round.last_day)
    matter = ledger.matter_open(
        kind=UNIT,
        title=f"{round.title}：{name}",
        body_id=body.pk,
        parent=parent,
        actor=actor,
        at=at,
        facts={"class": class_key, "year": round.year},
    )
    unit = RoundUnit(
        matter=matter,
        jurisdiction=matter.jurisdiction,
        round=round,
        body=body,
        class_key=class_key,
        name=name,
    )
    with door():
        unit.save(force_insert=True)
    return unit


@transaction.atomic
def points_save(
    *,
    round: Round,
    class_key: str,
    points: Mapping[str, Any],
    actor: Actor,
    at: dt.datetime,
    standards: Mapping[str, str] | None = None,
    version: int | None = None,
) -> PointsTable:
    """Keep the points of a class as far as they are entered, and the standards by which items are marked.

    Errors: Incomplete naming the item whose points are no number, NotAllowed, WrongState (handed in already).
    Source: smx-openness-indicators/0.2
    """
    fresh, matter = lock_round(round)
    known = {column.id for column in columns(rules.scheme_of(fresh, class_key))}
    values = {
        leaf: plain(number(text, field=f"points-{leaf}", label=f"{leaf}的分值"))
        for leaf, text in points.items()
        if leaf in known and text not in (None, "")
    }
    texts = {leaf: text.strip() for leaf, text in (standards or {}).items() if text.strip()}
    ledger.act(
        matter=matter,
        action="plan",
        actor=actor,
        at=at,
        version=version,
        data={"class": class_key, "points": values},
    )
    with door():
        table, _ = PointsTable.objects.update_or_create(
            round=fresh,
            class_key=class_key,
            defaults={"points": values, "standards": texts},
        )
    return table


@transaction.atomic
def points_import(*, round: Round, class_key: str, text: str, actor: Actor, at: dt.datetime) -> PointsTable:
    """Take points from a CSV: item, points, and as wanted the standard; a first line of words is a heading.

    Errors: Incomplete naming the line that cannot be read; then nothing is taken.
    """
    known = {column.id for column in columns(rules.scheme_of(round, class_key))}
    points: dict[str, str] = {}
    standards: dict[str, str] = {}
    for place, row in enumerate(csv.reader(io.StringIO(text.lstrip("\ufeff"))), start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or (place == 1 and cells[0] not in known):
            continue
        if cells[0] not in known:
            raise Incomplete(f"第{place}行：没有指标“{cells[0]}”", mend="第一列填指标编号", field="file")
        if len(cells) < 2 or cells[0] in points:
            what = "缺分值" if len(cells) < 2 else f"指标{cells[0]}重复"
            raise Incomplete(f"第{place}行：{what}", field="file")
        number(cells[1], field="file", label=f"第{place}行{cells[0]}的分值")
        points[cells[0]] = cells[1]
        standards[cells[0]] = cells[2] if len(cells) > 2 else ""
    if not points:
        raise Incomplete("文件中没有分值", mend="每行：指标编号,分值,评分标准", field="file")
    return points_save(
        round=round, class_key=class_key, points=points, standards=standards, actor=actor, at=at
    )


def plan_problems(round: Round) -> list[str]:
    """What the plan still lacks, in sentences; empty when it can be handed in."""
    rule = rules.rule_of(round)
    problems = [
        f"方案缺少“{one.label}”" for one in rule.contents if one.required and not round.texts.get(one.key)
    ]
    problems += [
        f"“{one.label}”过于简略，至少{one.min_length}个字"
        for one in rule.contents
        if one.required and 0 < len(round.texts.get(one.key, "")) < one.min_length
    ]
    problems += [
        f"没有确定{one.label}的日期" for one in rule.dates if one.required and not round.dates.get(one.key)
    ]
    problems += [
        f"没有确定{one.label}" for one in rule.figures if one.required and one.key not in round.figures
    ]
    listed = set(round.units.exclude(matter__state="removed").values_list("class_key", flat=True).order_by())
    if not listed:
        problems.append("没有列入被考评单位")
    for kind in rule.classes:
        if kind.key in listed:
            found = points_problems(rules.scheme_of(round, kind.key), rules.points_in(round, kind.key))
            problems += [f"{kind.title}：{problem}" for problem in found]
    return problems


@transaction.atomic
def plan_submit(*, round: Round, actor: Actor, at: dt.datetime, version: int | None = None) -> Round:
    """Hand the plan in for approval, complete: points that do not add up to what the scheme asks are refused.

    Errors: Incomplete with everything that is missing, NotAllowed, WrongState.
    Source: smx-openness-assessment/8.1, smx-openness-indicators/0.4
    """
    fresh, matter = lock_round(round)
    problems = plan_problems(fresh)
    if problems:
        raise Incomplete("方案还不能报请审定：" + "；".join(problems))
    ledger.act(matter=matter, action="submit", actor=actor, at=at, version=version)
    return fresh


@transaction.atomic
def plan_approve(
    *, round: Round, actor: Actor, at: dt.datetime, number: str = "", version: int | None = None
) -> Round:
    """Approve plan and points; from now on they are not changed. number: of the document that issues them.

    Errors: NotAllowed (only those who approve), WrongState.
    Source: smx-openness-assessment/8.3
    """
    fresh, matter = lock_round(round)
    facts: dict[str, Any] = {
        f"{key}": rules.end_of(dt.date.fromisoformat(day)) for key, day in fresh.dates.items()
    }
    facts |= {"publishing": "publish_due" in facts, "marks_dated": "marks_due" in facts}
    document = line(number, field="number", label="文号", longest=60, required=False)
    ledger.act(
        matter=matter,
        action="approve_plan",
        actor=actor,
        at=at,
        version=version,
        data={"facts": facts, "number": document, "points": _all_points(fresh)},
    )
    fresh.planned_at = at
    with door():
        fresh.save()
    return fresh


def _all_points(round: Round) -> dict[str, dict[str, str]]:
    return {table.class_key: table.points for table in round.tables.all()}


@transaction.atomic
def plan_return(*, round: Round, reason: str, actor: Actor, at: dt.datetime) -> Round:
    """Send the plan back with what is to be changed. Errors: Incomplete, NotAllowed, WrongState."""
    why = block(reason, field="reason", label="退回意见", longest=500)
    fresh, matter = lock_round(round)
    ledger.act(matter=matter, action="return_plan", actor=actor, at=at, data={"reason": why})
    return fresh


@transaction.atomic
def round_cancel(*, round: Round, reason: str, actor: Actor, at: dt.datetime) -> Round:
    """Call a round off before its notice. Errors: Incomplete, NotAllowed, WrongState."""
    why = block(reason, field="reason", label="取消原因", longest=500)
    fresh, matter = lock_round(round)
    ledger.act(matter=matter, action="cancel", actor=actor, at=at, data={"reason": why})
    return fresh


def figure(round: Round, key: str) -> Decimal | None:
    """A number of the plan, None where it is not set."""
    text = round.figures.get(key)
    return Decimal(text) if text else None
