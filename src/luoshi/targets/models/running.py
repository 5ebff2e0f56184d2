"""The year as it runs: monthly reports with their figures, checks and notices, changes of targets."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from luoshi.ledger.models import LedgerModel
from luoshi.targets.models.base import MatterDetail
from luoshi.targets.models.plans import Plan, Sheet, Target, TargetMeasure


class Report(MatterDetail):
    """What a body reports on its targets for one month (matter kind targets.report). month: its first day."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="reports")
    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="reports")
    month = models.DateField("月份")
    due_at = models.DateTimeField("报送期限")
    reported_at = models.DateTimeField("报送时间", null=True)
    reported_by = models.CharField("报送人", max_length=80, blank=True)
    remark = models.TextField("进展说明", blank=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "月报"
        constraints = [
            models.UniqueConstraint(fields=["sheet", "month"], name="targets_report_once_a_month"),
            models.CheckConstraint(
                condition=Q(reported_at__isnull=True, reported_by="")
                | (Q(reported_at__isnull=False) & ~Q(reported_by="")),
                name="targets_report_who_and_when",
            ),
        ]
        indexes = [models.Index(fields=["plan", "month"], name="targets_report_month")]


class Figure(LedgerModel):
    """The figure of a measure as of a month, from the year's start. month: its first day.

    value: in the measure's unit; level: this year's level, from which growth is computed; reference: the other
    figure it is held against; part, whole: cases, of which the share of the year so far is computed.
    """

    measure = models.ForeignKey(TargetMeasure, models.PROTECT, related_name="figures")
    month = models.DateField("月份")
    value = models.DecimalField("数值", max_digits=18, decimal_places=4, null=True)
    level = models.DecimalField("本年水平", max_digits=18, decimal_places=4, null=True)
    reference = models.DecimalField("参照值", max_digits=18, decimal_places=4, null=True)
    part = models.PositiveIntegerField("符合件数", null=True)
    whole = models.PositiveIntegerField("全部件数", null=True)
    at = models.DateTimeField("填报时间")
    by = models.CharField("填报人", max_length=80)

    class Meta:
        ordering = ["measure", "month"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "month"], name="targets_figure_once_a_month"),
            models.CheckConstraint(
                condition=Q(part__isnull=True, whole__isnull=True) | Q(part__lte=models.F("whole")),
                name="targets_figure_part_of_the_whole",
            ),
        ]


class Notice(MatterDetail):
    """A monthly check or quarterly notice (matter kind targets.notice), drawn from the records and then frozen.

    kind: month | quarter. period: its first day. figures: the table as it was when drawn up.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="notices")
    kind = models.CharField("种类", max_length=8)
    period = models.DateField("期间")
    figures = models.JSONField("数据", default=dict)
    remark = models.TextField("评述", blank=True)
    issued_at = models.DateTimeField("发布时间", null=True)
    issued_by = models.CharField("发布人", max_length=80, blank=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "月考核和季通报"
        constraints = [
            models.UniqueConstraint(fields=["plan", "kind", "period"], name="targets_notice_once_a_period"),
            models.CheckConstraint(
                condition=Q(issued_at__isnull=True, issued_by="")
                | (Q(issued_at__isnull=False) & ~Q(issued_by="")),
                name="targets_notice_who_and_when",
            ),
        ]


class Change(MatterDetail):
    """A target to be lowered, dropped (matter kind targets.change) or added in the year (targets.addition).

    proposal: what it is to become, by measure, or the new target. approver: of an addition, who agreed.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="changes")
    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="changes")
    target = models.ForeignKey(Target, models.PROTECT, null=True, related_name="changes")
    kind = models.CharField("种类", max_length=8)
    ground = models.CharField("事由", max_length=20)
    reason = models.TextField("说明")
    proposal = models.JSONField("内容", default=dict)
    approver = models.CharField("同意机关", max_length=20, blank=True)
    effective_on = models.DateField("生效日", null=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "目标调整"
        indexes = [models.Index(fields=["plan", "-matter"], name="targets_change_plan")]
