"""Targets while a plan is being drafted: listed, edited, removed. Once handed down, they change by procedure only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max

from luoshi.engines.targets import REFERRING, SET_BY_OTHERS, VALUED, Comparison, Measure, is_expected, suggest
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.inputs import line, locked
from luoshi.ledger.models import door
from luoshi.organisation.selectors import local_day
from luoshi.targets import rules, states
from luoshi.targets.imports.model import MeasureSpec
from luoshi.targets.models import Layer, Sheet, Target, TargetMeasure
from luoshi.targets.policies import may_keep, require
from luoshi.targets.services.checks import block, number, require_drafting, require_listed
from luoshi.targets.services.judging import rejudge

Group = Target.Group
NO_BASIS = "没有依据文件，列为一般目标"


@transaction.atomic
def target_list(
    *,
    sheet: Sheet,
    group: str,
    text: str,
    actor: Actor,
    at: dt.datetime,
    points: Decimal | str | None = None,
    measures: Sequence[MeasureSpec] = (),
    **papers: Any,
) -> Target:
    """List a target of a body whose plan is being drafted, with its points and measures.

    papers: basis (document it rests on), method, data_source, person, theme, note, doubtful. A department's key
    target without a basis becomes a general one and says so in its note. County targets may have no points.
    Errors: NotAllowed, Incomplete naming the field, WrongState (handed down, or under approval).
    Source: smx-target-management/1.2, smx-target-management/3.1.2, smx-target-management/3.1.3, smx-targets-2017/3.3
    """
    fresh, matter = locked(sheet, "plan", "body")
    require(may_keep(actor, matter), "编制这个单位的目标")
    require_drafting(fresh.plan, fresh)
    return put(
        sheet=fresh,
        group=group,
        text=text,
        points=points,
        measures=measures,
        papers=papers,
        actor=actor,
        at=at,
    )


def put(
    *,
    sheet: Sheet,
    group: str,
    text: str,
    points: Decimal | str | None,
    measures: Sequence[MeasureSpec],
    papers: dict[str, Any],
    actor: Actor,
    at: dt.datetime,
    effective_on: dt.date | None = None,
) -> Target:
    """Store a target under a locked sheet. The caller has checked who may and when. Errors: Incomplete."""
    words = block(text, field="text", label="目标内容", longest=1000)
    kept = _papers(papers)
    kind, kept["note"] = _class(sheet, group, kept, at)
    value = number(points, field="points", label="分值")
    if sheet.layer == Layer.DEPARTMENT and value is None:
        raise Incomplete("请填写分值", field="points")
    if value is not None and value < 0:
        raise Incomplete("分值不能是负数", field="points")
    last = sheet.targets.aggregate(last=Max("number"))["last"] or 0
    matter = ledger.matter_open(
        kind=states.TARGET,
        title=f"{sheet.name}：{words}",
        body_id=sheet.body_id,
        parent=sheet.matter,
        actor=actor,
        at=at,
        facts={"layer": sheet.layer, "group": kind},
        data={"number": last + 1, "points": value, "measures": [_plain(one) for one in measures]},
    )
    target = Target(
        matter=matter,
        jurisdiction=matter.jurisdiction,
        plan=sheet.plan,
        sheet=sheet,
        number=last + 1,
        group=kind,
        text=words,
        points=value,
        effective_on=effective_on,
        **kept,
    )
    with door():
        target.save(force_insert=True)
        _save_measures(target, measures)
    if effective_on is not None:
        rejudge([target], at=at)
    return target


def _plain(spec: MeasureSpec) -> dict[str, Any]:
    one = spec.measure
    return {
        "indicator": one.indicator,
        "comparison": str(one.comparison),
        "value": one.value,
        "unit": one.unit,
    }


def _papers(papers: dict[str, Any]) -> dict[str, Any]:
    limits = {"basis": 200, "method": 300, "data_source": 200, "person": 40, "theme": 30, "note": 300}
    unknown = set(papers) - set(limits) - {"doubtful"}
    if unknown:
        raise TypeError(f"unknown: {sorted(unknown)}")
    labels = {
        "basis": "依据文件", "method": "考核口径", "data_source": "数据来源", "person": "责任人", "theme": "专项", "note": "说明",
    }  # fmt: skip
    kept: dict[str, Any] = {
        key: line(str(papers.get(key) or ""), field=key, label=labels[key], longest=longest, required=False)
        for key, longest in limits.items()
    }
    kept["doubtful"] = bool(papers.get("doubtful"))
    return kept


def _class(sheet: Sheet, group: str, kept: dict[str, Any], at: dt.datetime) -> tuple[str, str]:
    """The class of a target and its note: a key target needs the document that makes it one."""
    known = rules.groups_of(sheet.layer, local_day(at))
    if group not in known:
        names = "、".join(str(Group(one).label) for one in known)
        raise Incomplete(f"请选择目标的类别（{names}）", field="group")
    note = str(kept["note"])
    if group == Group.KEY and not kept["basis"]:
        return Group.GENERAL, f"{note}；{NO_BASIS}" if note else NO_BASIS
    return group, note


def _save_measures(target: Target, measures: Sequence[MeasureSpec]) -> None:
    TargetMeasure.objects.bulk_create(
        [
            TargetMeasure(
                target=target,
                position=place,
                indicator=one.measure.indicator[:120],
                comparison=one.measure.comparison.value,
                value=one.measure.value,
                unit=one.measure.unit,
                set_by=one.measure.set_by,
                reference=one.measure.reference,
                expected=one.measure.expected,
                due_on=one.due_on,
                counted=one.counted,
            )
            for place, one in enumerate(measures, 1)
        ]
    )


@transaction.atomic
def target_edit(
    *,
    target: Target,
    group: str,
    text: str,
    points: Decimal | str | None,
    measures: Sequence[MeasureSpec],
    actor: Actor,
    at: dt.datetime,
    version: int | None = None,
    **papers: Any,
) -> Target:
    """Change a target of a plan that is being drafted. Errors: NotAllowed, Incomplete, WrongState (handed down)."""
    fresh, matter = locked(target, "plan", "sheet")
    require(may_keep(actor, matter), "修改这项目标")
    require_listed(fresh)
    require_drafting(fresh.plan, fresh.sheet)
    fresh.text = block(text, field="text", label="目标内容", longest=1000)
    kept = _papers(papers)
    fresh.group, kept["note"] = _class(fresh.sheet, group, kept, at)
    for name, value in kept.items():
        setattr(fresh, name, value)
    fresh.points = number(points, field="points", label="分值")
    if fresh.points is None and fresh.sheet.layer == Layer.DEPARTMENT:
        raise Incomplete("请填写分值", field="points")
    data = {"points": fresh.points, "group": fresh.group, "measures": [_plain(one) for one in measures]}
    title = {"title": f"{fresh.sheet.name}：{fresh.text}"[:300]}
    ledger.act(matter=matter, action="edit", actor=actor, at=at, data=data, version=version, changes=title)
    with door():
        fresh.save()
        fresh.measures.all().delete()
        _save_measures(fresh, measures)
    return fresh


@transaction.atomic
def target_remove(*, target: Target, reason: str, actor: Actor, at: dt.datetime) -> Target:
    """Take a target out of a plan that is being drafted, as the year's tasks from above have changed.

    Errors: NotAllowed, Incomplete (no reason), WrongState (handed down: by procedure only).
    Source: smx-target-management/3.1.4
    """
    fresh, matter = locked(target, "plan", "sheet")
    require(may_keep(actor, matter), "删减这项目标")
    require_drafting(fresh.plan, fresh.sheet)
    why = line(reason, field="reason", label="删减原因", longest=300)
    ledger.act(matter=matter, action="remove", actor=actor, at=at, data={"reason": why})
    return fresh


def measure_from(
    *, indicator: str, comparison: str, value: str, unit: str, set_by: str, reference: str, text: str
) -> MeasureSpec:
    """A measure from what somebody typed; without a comparison the words of the target decide.

    Errors: Incomplete naming the field.
    """
    how = Comparison(comparison) if comparison in set(Comparison) else suggest(text)
    amount = number(value, field="value", label="目标值")
    if how is Comparison.NONE_OCCURS:
        amount = Decimal(0)
    if how in VALUED and amount is None:
        raise Incomplete("请填写目标值", field="value")
    if how in SET_BY_OTHERS and not set_by.strip():
        raise Incomplete("请填写下达或认定的机关", field="set_by")
    if how in REFERRING and not reference.strip():
        raise Incomplete("请填写参照的指标", field="reference")
    return MeasureSpec(
        measure=Measure(
            indicator=line(indicator, field="indicator", label="指标", longest=120),
            comparison=how,
            value=amount if how in VALUED else None,
            unit=line(unit, field="unit", label="单位", longest=20, required=False),
            set_by=line(set_by, field="set_by", label="机关", longest=60, required=False),
            reference=line(reference, field="reference", label="参照", longest=60, required=False),
            expected=is_expected(text),
        )
    )
