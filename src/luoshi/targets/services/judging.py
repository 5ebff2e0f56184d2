"""Keeps each target's judgement equal to what is known of its measures."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from luoshi.engines.targets import (
    Assigned,
    Comparison,
    Measure,
    Outcome,
    Reading,
    Verdict,
    judge,
    judge_target,
)
from luoshi.ledger.models import door
from luoshi.organisation.selectors import local_day
from luoshi.targets.models import Figure, Target, TargetMeasure

HUNDRED = Decimal(100)
JUDGED = ["outcome", "on_track", "said", "lacking"]


def measure_of(row: TargetMeasure) -> Measure:
    """A stored measure as the engine knows it."""
    return Measure(
        indicator=row.indicator,
        comparison=Comparison(row.comparison),
        value=row.value,
        unit=row.unit,
        set_by=row.set_by,
        reference=row.reference,
        expected=row.expected,
    )


def reading_of(row: TargetMeasure, figures: Sequence[Figure]) -> Reading:
    """What is known of a measure: its latest figures, the base, and what others set.

    A measure counted by cases has the share of the year so far, over all months reported.
    Source: smx-targets-2017/4.10
    """
    latest = figures[-1] if figures else None
    value = latest.value if latest else None
    whole = sum(one.whole or 0 for one in figures)
    if row.counted and whole:
        value = Decimal(sum(one.part or 0 for one in figures)) / Decimal(whole) * HUNDRED
    assigned = None
    if row.assigned_value is not None or row.assigned_text:
        how = Comparison(row.assigned_comparison or Comparison.AT_LEAST)
        assigned = Assigned(value=row.assigned_value, comparison=how, text=row.assigned_text)
    return Reading(
        value=value,
        level=latest.level if latest else None,
        base=row.base,
        reference=latest.reference if latest else None,
        assigned=assigned,
        certified=Outcome(row.certified) if row.certified else None,
        decision=Outcome(row.decision) if row.decision else None,
    )


def verdict_of(target: Target, row: TargetMeasure, figures: Sequence[Figure], day: dt.date) -> Verdict:
    """The judgement of one measure on a day; final once its own due day, or else the year's, is over.

    Source: smx-targets-2017/4.8
    """
    due = row.due_on or target.plan.due_on
    doubtful = target.doubtful and not target.doubt_settled
    return judge(measure_of(row), reading_of(row, figures), final=day > due, doubtful=doubtful)


def lacking(target: Target, rows: Sequence[TargetMeasure], verdicts: Sequence[Verdict]) -> str:
    """What a target waits for: doubt, assigned, certificate, figure, decision, or nothing."""
    if target.doubtful and not target.doubt_settled:
        return "doubt"
    if not rows:
        return "" if target.outcome != Outcome.TO_DECIDE else "decision"
    open_ones = [
        row
        for row, one in zip(rows, verdicts, strict=True)
        if one.outcome is Outcome.PENDING and not one.on_track
    ]
    kinds = {row.comparison for row in open_ones}
    if kinds & {Comparison.ASSIGNED, Comparison.AT_MOST_ASSIGNED} and any(
        row.assigned_value is None and not row.assigned_text for row in open_ones
    ):
        return "assigned"
    if Comparison.CERTIFIED in kinds:
        return "certificate"
    if any(one.outcome is Outcome.TO_DECIDE for one in verdicts):
        return "decision"
    return "figure" if any("尚无数据" in one.said or "尚未录入" in one.said for one in verdicts) else ""


def rejudge(targets: Iterable[Target], *, at: dt.datetime) -> int:
    """Judge targets anew and keep the outcome with its sentence; two queries and one update for all of them.

    Returns how many changed. Each target comes with its plan (select_related).
    """
    chosen = list(targets)
    rows: dict[int, list[TargetMeasure]] = defaultdict(list)
    for row in TargetMeasure.objects.filter(target__in=chosen).order_by("target_id", "position"):
        rows[row.target_id].append(row)
    figures: dict[int, list[Figure]] = defaultdict(list)
    for figure in Figure.objects.filter(measure__target__in=chosen).order_by("measure_id", "month"):
        figures[figure.measure_id].append(figure)
    day, changed = local_day(at), []
    for target in chosen:
        before = [getattr(target, name) for name in JUDGED]
        _judge(target, rows[target.pk], figures, day)
        if before != [getattr(target, name) for name in JUDGED]:
            changed.append(target)
    with door():
        Target.objects.bulk_update(changed, JUDGED, batch_size=200)
    return len(changed)


def _judge(
    target: Target, rows: Sequence[TargetMeasure], figures: dict[int, list[Figure]], day: dt.date
) -> None:
    verdicts = [verdict_of(target, row, figures[row.pk], day) for row in rows]
    whole = judge_target(verdicts)
    if not rows and target.decided:
        whole = Verdict(
            Outcome(target.decided), f"人工认定：{target.decided_reason}", target.decided == Outcome.MET
        )
    elif not rows and target.doubtful and not target.doubt_settled:
        whole = Verdict(Outcome.PENDING, "原文存疑，人工核对确认前只展示，不判定")
    target.outcome, target.on_track, target.said = whole.outcome.value, whole.on_track, whole.said
    target.lacking = lacking(target, rows, verdicts)
