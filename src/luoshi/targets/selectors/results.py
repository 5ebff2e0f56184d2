"""A year's result: what is still open, each body's facts, and what follows for whom."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from luoshi.engines.targets import Outcome, points
from luoshi.organisation.selectors import local_day
from luoshi.targets import grading, rules
from luoshi.targets.models import Layer, Plan, Report, Result, Sheet, Standing, Target

POOLS = (Layer.COUNTY.value, Layer.DEPARTMENT.value)
OPEN = {Outcome.PENDING.value, Outcome.TO_DECIDE.value}


def graded_sheets(plan: Plan) -> QuerySet[Sheet]:
    """The sheets that are graded: counties and departments; the city as a whole is not."""
    rows: QuerySet[Sheet] = plan.sheets.filter(layer__in=POOLS)
    return rows


def blockers(result: Result) -> list[str]:
    """What keeps a year from its tiers, one sentence each: standards, examinations, judgements, points.

    Source: smx-targets-2017/3.3
    """
    found = [
        f"{Layer(pool).label}：还没有定档标准"
        for pool in POOLS
        if pool not in result.standards and graded_sheets(result.plan).filter(layer=pool).exists()
    ]
    for sheet in graded_sheets(result.plan).exclude(matter__state="examined").order_by("layer", "position"):
        found.append(f"{sheet.name}：还没有考核认定")
    rows = Target.objects.filter(plan=result.plan, matter__state="listed", sheet__layer__in=POOLS)
    by_points = {pool for pool, data in result.standards.items() if data["metric"] == "points"}
    for target in rows.select_related("sheet").order_by("sheet__layer", "sheet__position", "number"):
        where = f"{target.sheet.name}第{target.number}项"
        if target.outcome in OPEN:
            found.append(f"{where}：{target.said or '尚未判定'}")
        elif target.sheet.layer in by_points and target.outcome != Outcome.NOT_APPLICABLE:
            if target.group == Target.Group.PRECONDITION:
                if target.outcome == Outcome.NOT_MET and target.deduction is None:
                    found.append(f"{where}：前置类因素未达到，还没有录入扣分")
            elif target.points is None:
                found.append(f"{where}：还没有录入分值")
            elif target.outcome == Outcome.NOT_MET and target.awarded is None:
                found.append(f"{where}：未完成，还没有认定得分")
    return found


@dataclass(frozen=True, slots=True)
class YearFacts:
    """What a body's tier depends on. points: won, None while any is open; by_points, by_rate, regular: of 100."""

    sheet: Sheet
    counts: Counter[str]
    points: Decimal | None
    by_points: Decimal
    by_rate: Decimal
    regular: Decimal
    all_met: bool


def year_facts(plan: Plan) -> Iterator[YearFacts]:
    """Each graded body's targets and reports of a year, in three queries.

    regular: the share of the monthly reports that came in time, of those that were due.
    """
    targets: dict[int, list[Target]] = defaultdict(list)
    for target in Target.objects.filter(plan=plan, matter__state="listed"):
        targets[target.sheet_id].append(target)
    reports: dict[int, list[bool]] = defaultdict(list)
    for report in Report.objects.filter(plan=plan).exclude(matter__state="waived"):
        reports[report.sheet_id].append(
            report.reported_at is not None and report.reported_at <= report.due_at
        )
    for sheet in graded_sheets(plan).order_by("layer", "position"):
        yield _facts(sheet, targets[sheet.pk], reports[sheet.pk])


def _facts(sheet: Sheet, targets: list[Target], reports: list[bool]) -> YearFacts:
    counted = [one for one in targets if one.outcome != Outcome.NOT_APPLICABLE]
    counts = Counter(one.outcome for one in targets)
    scored = [one for one in counted if one.group != Target.Group.PRECONDITION]
    won = [points(Outcome(one.outcome), one.points or Decimal(0), one.awarded) for one in scored]
    got = [one for one in won if one is not None]
    full = sum((one.points or Decimal(0) for one in scored), Decimal(0))
    lost = sum((one.deduction or Decimal(0) for one in counted), Decimal(0))
    total = max(sum(got, Decimal(0)) - lost, Decimal(0))
    return YearFacts(
        sheet=sheet,
        counts=counts,
        points=total if len(got) == len(won) and full else None,
        by_points=grading.share(total, full),
        by_rate=grading.share(Decimal(counts["met"]), Decimal(len(counted))),
        regular=grading.share(Decimal(sum(reports)), Decimal(len(reports))),
        all_met=bool(counted) and counts["met"] == len(counted),
    )


def standings(result: Result, pool: str = "") -> QuerySet[Standing]:
    """Who stands where, best first; of one pool where it is named."""
    rows = Standing.objects.filter(result=result).select_related("sheet__body", "sheet__matter")
    return rows.filter(pool=pool) if pool else rows


def failed_before(plan: Plan) -> set[int]:
    """The bodies that the decided result of the year before has in the last tier."""
    rows = Standing.objects.filter(
        result__plan__year=plan.year - 1,
        result__plan__jurisdiction=plan.jurisdiction,
        result__matter__state="decided",
        tier=Standing.Tier.FAILED,
        sheet__body__isnull=False,
    )
    return set(rows.values_list("sheet__body_id", flat=True))


@dataclass(frozen=True, slots=True)
class Follows:
    """What follows for one body: its standing and the sentences, each with its kind."""

    standing: Standing
    items: list[tuple[str, str]]


def consequence_list(result: Result, *, at: dt.datetime) -> list[Follows]:
    """What follows of a year's result for every body, as a list for personnel, finance and the office."""
    terms: Any = rules.setting("targets.consequences", local_day(at))
    before = failed_before(result.plan)
    found = []
    for row in standings(result).order_by("pool", "-score", "pk"):
        facts = grading.Facts(
            year=result.plan.year,
            tier=row.tier,
            honoured=row.honoured,
            failed_before=row.sheet.body_id in before,
            fraud=bool(row.fraud),
            fraud_after=row.fraud_after,
        )
        found.append(Follows(row, grading.consequences(facts, terms)))
    return found


def department_quota(result: Result, *, at: dt.datetime) -> tuple[int, int, bool]:
    """(departments of the first tier, places for the honour, whether the least was taken)."""
    terms = rules.setting("targets.honours", local_day(at))
    candidates = standings(result, Layer.DEPARTMENT).filter(tier=terms["department_tier"]).count()
    number, up = grading.quota(
        candidates, percent=Decimal(terms["department_percent"]), least=int(terms["least"])
    )
    return candidates, number, up
