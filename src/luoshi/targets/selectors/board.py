"""Boards drawn from the records: who has reported a month, how the targets stand, what a notice tells."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from luoshi.engines.targets import Outcome
from luoshi.targets.models import Plan, Report, Sheet, Target

ORDER = {"city": 0, "county": 1, "department": 2}


@dataclass(slots=True)
class Row:
    """One body on a month's board. light: green all on track, red something failed or no report in time, else amber."""

    sheet: Sheet
    report: Report | None
    counts: Counter[str] = field(default_factory=Counter)
    on_track: int = 0
    late: bool = False
    missing: bool = False

    @property
    def total(self) -> int:
        """All targets of the body."""
        return sum(self.counts.values())

    @property
    def light(self) -> str:
        """green, amber, red, or grey where nothing is owed."""
        if self.counts[Outcome.NOT_MET] or self.missing:
            return "red"
        if self.report is None:
            return "grey"
        return "green" if self.on_track == self.total else "amber"


def target_counts(plan: Plan) -> dict[int, tuple[Counter[str], int]]:
    """Per sheet how its targets are judged now, and how many are on track; one query."""
    found: dict[int, tuple[Counter[str], int]] = {}
    rows = (
        Target.objects.filter(plan=plan, matter__state="listed")
        .values("sheet_id", "outcome", "on_track")
        .annotate(n=Count("pk"))
        .order_by()
    )
    for row in rows:
        counts, track = found.get(row["sheet_id"], (Counter(), 0))
        counts[row["outcome"]] += row["n"]
        found[row["sheet_id"]] = (counts, track + (row["n"] if row["on_track"] else 0))
    return found


def month_board(plan: Plan, month: dt.date, *, now: dt.datetime) -> list[Row]:
    """Every body of a plan with its report of a month and its targets as they stand: three queries."""
    reports = {
        row.sheet_id: row for row in Report.objects.filter(plan=plan, month=month).select_related("matter")
    }
    counts = target_counts(plan)
    rows = []
    for sheet in plan.sheets.select_related("body"):
        report = reports.get(sheet.pk)
        found, track = counts.get(sheet.pk, (Counter(), 0))
        owed = report is not None and report.reported_at is None and report.matter.state == "owed"
        rows.append(
            Row(
                sheet=sheet,
                report=report,
                counts=found,
                on_track=track,
                late=bool(report and report.reported_at and report.reported_at > report.due_at),
                missing=bool(owed and report is not None and report.due_at < now),
            )
        )
    return sorted(rows, key=lambda row: (ORDER[row.sheet.layer], row.sheet.position))


def notice_figures(plan: Plan, *, kind: str, period: dt.date) -> dict[str, Any]:
    """The table of a notice: per body its reports of the period, in time or late, and how its targets stand.

    kind: month or quarter; period: its first day. Plain values, to be kept with the notice.
    """
    months = [period] if kind == "month" else [period.replace(month=period.month + step) for step in range(3)]
    reports: dict[int, Counter[str]] = defaultdict(Counter)
    for report in Report.objects.filter(plan=plan, month__in=months).select_related("matter"):
        if report.matter.state == "waived":
            continue
        if report.reported_at is None:
            reports[report.sheet_id]["missing"] += 1
        else:
            reports[report.sheet_id]["late" if report.reported_at > report.due_at else "in_time"] += 1
    counts = target_counts(plan)
    rows = []
    for sheet in plan.sheets.order_by("layer", "position"):
        found, track = counts.get(sheet.pk, (Counter(), 0))
        said = reports[sheet.pk]
        rows.append(
            {
                "sheet": sheet.pk, "layer": sheet.layer, "name": sheet.name, "total": sum(found.values()), "on_track": track,
                "met": found["met"], "not_met": found["not_met"], "pending": found["pending"] + found["to_decide"],
                "not_applicable": found["not_applicable"], "in_time": said["in_time"], "late": said["late"],
                "missing": said["missing"],
            }
        )  # fmt: skip
    rows.sort(key=lambda row: ORDER[str(row["layer"])])
    failed = Target.objects.filter(plan=plan, matter__state="listed", outcome="not_met").select_related(
        "sheet"
    )
    behind = [
        {"sheet": one.sheet.name, "number": one.number, "said": one.said}
        for one in failed.order_by("sheet__layer", "sheet__position", "number")[:200]
    ]
    return {"months": [month.isoformat()[:7] for month in months], "rows": rows, "behind": behind}


def timeliness(plan: Plan, layer: str = "city") -> tuple[int, int]:
    """(reports in time, reports due) of a layer so far: for the city, how well statistics were supplied.

    Source: smx-targets-2017/4.11
    """
    rows = Report.objects.filter(plan=plan, sheet__layer=layer).exclude(matter__state="waived")
    due = list(rows.values_list("reported_at", "due_at"))
    return sum(at is not None and at <= end for at, end in due), len(due)
