"""The demo city's targets: a year of invented ones, handed down before it begins, reported month by month."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from io import BytesIO
from typing import Any

from luoshi.demo.cast import Cast
from luoshi.demo.clockwork import Life, later
from luoshi.demo.script import STAMPED_PAPER
from luoshi.targets import services
from luoshi.targets.imports.load import file_check, file_load
from luoshi.targets.models import Notice, Plan, Report, Target, TargetMeasure

SLOW = frozenset({"市教育局"})
"""Bodies that report late, so that the board has something to show."""


class Targets:
    """The year's targets of one city, and their lives."""

    def __init__(self, cast: Cast, start: datetime, end: datetime) -> None:
        self.cast, self.start, self.end = cast, start, end
        self.year = start.year
        self.office = cast.actor("target_office", "zhengfuban")
        self.leader = cast.actor("city_leader", "shizhengfu")

    def fill(self, at: datetime) -> None:
        """The office imports the year's targets and hands them down; some things are settled at once."""
        self.year = at.year
        text = (files("luoshi.demo") / "data" / "targets.yaml").read_text(encoding="utf-8")
        checked = file_check(
            name="targets.yaml", content=text.replace("YEAR", str(self.year)).encode(), at=at
        )
        plan = file_load(checked=checked, bodies={}, actor=self.office, at=at, name="targets.yaml")
        services.plan_issue(
            plan=plan, document=checked.plan.document, issued_on=at.date(), actor=self.office, at=at
        )
        assigned = self._measure("新增公共停车位")
        services.value_assign(
            measure=assigned, value="600", document="演政办函12号", actor=self.office, at=at
        )
        services.base_set(measure=self._measure("热费回收率"), base="94.5", actor=self.office, at=at)
        for name, code in (("重点民生实事完成情况", "fagai"), ("环境污染防治攻坚任务完成情况", "huanbao")):
            services.certifier_name(
                measure=self._measure(name), body=self.cast.body(code), actor=self.office, at=at
            )

    def _measure(self, indicator: str) -> TargetMeasure:
        found: TargetMeasure = TargetMeasure.objects.select_related("target").get(indicator=indicator)
        return found

    def lives(self) -> list[tuple[datetime, Any]]:
        """Each month that ends is checked; one target is to be lowered, one to be added."""
        told: list[tuple[datetime, Any]] = []
        first = (self.start.replace(day=1, hour=0, minute=40, second=0) + timedelta(days=32)).replace(day=1)
        while first <= self.end:
            month = (first - timedelta(days=1)).date().replace(day=1)
            if month.year == self.year:
                told.append((first, self._month(month)))
            first = (first + timedelta(days=32)).replace(day=1)
        middle = self.start + (self.end - self.start) / 2
        if middle.year == self.year:
            told += [(later(middle, 60), self.follow_up), (later(middle, 200), self.lowered)]
            told.append((later(middle, 300), self.added))
        return told

    def _month(self, month: date) -> Any:
        """A month is over: bodies report, the office draws up the check and issues it; so the quarter's notice."""

        def told(at: datetime) -> Life:
            plan = Plan.objects.get(year=month.year)
            services.month_open(plan=plan, month=month, actor=self.office, at=at)
            at = yield at.replace(hour=9, minute=15) + timedelta(days=1)
            self._report(plan, month, at, slow=False)
            at = yield at + timedelta(days=6)
            self._report(plan, month, at, slow=True)
            at = yield at.replace(hour=10, minute=5) + timedelta(days=1)
            for notice in Notice.objects.filter(plan=plan, issued_at__isnull=True).select_related("matter"):
                services.notice_draw_up(
                    notice=notice, remark="多数目标进展符合时序，个别单位月报迟报。", actor=self.office, at=at
                )
                services.notice_issue(notice=notice, actor=self.office, at=at)

        return told

    def _report(self, plan: Plan, month: date, at: datetime, *, slow: bool) -> None:
        rows = Report.objects.filter(plan=plan, month=month, reported_at__isnull=True)
        for report in rows.select_related("sheet__body", "matter"):
            if (report.sheet.name in SLOW) is not slow or report.sheet.body is None:
                continue
            measures = TargetMeasure.objects.filter(target__sheet=report.sheet).exclude(
                comparison="certified"
            )
            figures = {row.pk: _figure(row, month) for row in measures}
            services.report_submit(
                report=report,
                figures=figures,
                remark="按月度计划推进。",
                actor=self.cast.actor("liaison", report.sheet.body.code),
                at=at,
            )

    def follow_up(self, at: datetime) -> Life:
        """The office looks after a key target."""
        target = Target.objects.get(sheet__name="市住建局", number=1)
        services.target_follow_up(
            target=target,
            progress="已开工24个，完工15个",
            advice="剩余小区月底前全部进场，每周报送进度",
            actor=self.office,
            at=at,
        )
        yield timedelta(minutes=1)

    def lowered(self, at: datetime) -> Life:
        """A unit asks to lower a target; the office has checked it, the rest is still to be decided."""
        target = Target.objects.get(sheet__name="市住建局", number=1)
        row = target.measures.get()
        change = services.reduction_apply(
            target=target,
            ground="policy",
            reason="省里调整了改造计划，4个小区列入下一年度。",
            proof=(BytesIO(STAMPED_PAPER), "省住建厅通知.pdf"),
            values={row.pk: Decimal(28)},
            actor=self.cast.actor("liaison", "zhujian"),
            at=at,
        )
        at = yield timedelta(days=2)
        services.change_step(change=change, step="verify", opinion="情况属实", actor=self.office, at=at)

    def added(self, at: datetime) -> Life:
        """A target is added for a decision of the city."""
        sheet = Target.objects.select_related("sheet").get(sheet__name="市城管局", number=1).sheet
        text = "新增口袋公园4处"
        change = services.addition_propose(
            sheet=sheet,
            group="key",
            text=text,
            basis="市委常委会会议纪要（虚构）第9号",
            points="20",
            measure={
                "indicator": "新增口袋公园", "comparison": "at_least", "value": "4", "unit": "处", "set_by": "",
                "reference": "", "text": text,
            },
            effective_on=min(at.date(), date(self.year, 12, 31)),
            actor=self.office,
            at=at,
        )  # fmt: skip
        at = yield timedelta(days=1)
        services.addition_agree(
            change=change, approver="government", opinion="同意纳入", actor=self.leader, at=at
        )


def _figure(row: TargetMeasure, month: date) -> dict[str, Decimal | str | None]:
    """An invented figure of a measure as of a month: most go with the calendar, a few lag behind."""
    part = Decimal(month.month) / 12
    lag = Decimal("0.75") if row.pk % 5 == 0 else Decimal(1)
    if row.counted:
        return {"part": Decimal(485 if row.pk % 5 else 460), "whole": Decimal(500)}
    if row.comparison == "none_occurs":
        return {"value": Decimal(0)}
    if row.comparison == "increase_points_at_least":
        return {"level": Decimal("95.7")}
    if row.comparison == "at_most":
        return {"value": Decimal(0 if month.month < 9 else 1)}
    wanted = row.assigned_value if row.comparison == "assigned" else row.value
    if wanted is None:
        return {}
    if row.unit in {"%", "百分点"}:
        rate = wanted * lag if lag < 1 else min(wanted + Decimal("0.3"), Decimal(100))
        return {"value": round(rate, 1)}
    return {"value": round(wanted * lag * part * Decimal("1.05"), 0)}
